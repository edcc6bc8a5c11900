//! One record in full, for people: its fields line by line, then its long
//! texts, then its lists as tables, and last what the server keeps about it.

use std::io::{self, Write};

use prost_reflect::{DynamicMessage, FieldDescriptor, MessageDescriptor, Value};
use unicode_width::UnicodeWidthStr;

use super::cell::{self, Style};
use super::table::{Head, Table};
use crate::cli::schema::{self, Shape};

/// Fields that say more about the record than about its matter.
const KEPT: [&str; 7] =
    ["uid", "create_time", "update_time", "delete_time", "purge_time", "etag", "revision"];
const STEP: usize = 2;

/// Writes a record.
pub(super) fn write(
    out: &mut dyn Write,
    record: &DynamicMessage,
    width: Option<usize>,
) -> io::Result<()> {
    let mut lines = Vec::new();
    collect(record, "", &mut lines);
    let is_kept = |line: &Line| KEPT.contains(&line.field.name());
    let (kept, own): (Vec<_>, Vec<_>) = lines.into_iter().partition(is_kept);
    let pad = kept.iter().chain(&own).map(|line| line.label.width()).max();
    let pad = pad.unwrap_or_default();
    write_lines(out, &own, pad)?;
    long_parts(out, record, 0, width)?;
    if !kept.is_empty() {
        writeln!(out)?;
    }
    write_lines(out, &kept, pad)
}

/// A field that fits on a line.
struct Line {
    label: String,
    text: String,
    field: FieldDescriptor,
}

/// The fields that are set and fit on a line each, also those of messages
/// within the message.
fn collect(message: &DynamicMessage, prefix: &str, lines: &mut Vec<Line>) {
    for (field, value) in message.fields() {
        if is_long(&field, value) {
            continue;
        }
        let label = match prefix {
            "" => schema::label(&field),
            prefix => format!("{prefix} {}", schema::label(&field).to_lowercase()),
        };
        match (schema::shape(&field), value) {
            (Shape::Message(_), Value::Message(inner)) => collect(inner, &label, lines),
            _ => lines.push(Line { label, text: cell::one(&field, value, Style::Full), field }),
        }
    }
}

fn write_lines(out: &mut dyn Write, lines: &[Line], pad: usize) -> io::Result<()> {
    for line in lines {
        let space = " ".repeat(pad.saturating_sub(line.label.width()) + STEP);
        writeln!(out, "{}{space}{}", line.label, line.text)?;
    }
    Ok(())
}

/// What takes more than a line: texts of several lines, and lists of messages.
fn long_parts(
    out: &mut dyn Write,
    message: &DynamicMessage,
    indent: usize,
    width: Option<usize>,
) -> io::Result<()> {
    let margin = " ".repeat(indent);
    for (field, value) in message.fields().filter(|(field, value)| is_long(field, value)) {
        writeln!(out, "\n{margin}{}", schema::label(&field))?;
        match value {
            Value::List(list) => items(out, &field, list, indent + STEP, width)?,
            Value::String(text) => {
                for line in text.lines() {
                    writeln!(out, "{margin}  {}", cell::visible(line))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// A list of messages: a table, and below it what doesn't fit in its cells.
fn items(
    out: &mut dyn Write,
    field: &FieldDescriptor,
    list: &[Value],
    indent: usize,
    width: Option<usize>,
) -> io::Result<()> {
    let Shape::Message(descriptor) = schema::shape(field) else {
        return Ok(());
    };
    let columns = columns(&descriptor);
    let mut table = Table::new(columns.iter().map(|name| {
        let fit = cell::fit(&descriptor, name);
        Head::new(name.replace('_', " ").to_uppercase(), fit)
    }));
    for message in list.iter().filter_map(Value::as_message) {
        let cells = columns.iter().map(|name| cell::at(message, name, Style::Brief));
        table.push(cells.collect());
    }
    table.without_empty(0).write(out, width, indent)?;
    for (index, message) in list.iter().filter_map(Value::as_message).enumerate() {
        if message.fields().any(|(field, value)| is_long(&field, value)) {
            let id = match cell::at(message, "id", Style::Full) {
                id if id.is_empty() => (index + 1).to_string(),
                id => id,
            };
            writeln!(out, "\n{}{id}", " ".repeat(indent))?;
            long_parts(out, message, indent + STEP, width)?;
        }
    }
    Ok(())
}

/// Names of the fields that are columns.
fn columns(descriptor: &MessageDescriptor) -> Vec<String> {
    descriptor
        .fields()
        .filter(|field| !schema::rules(field).multiline)
        .filter(|field| !matches!(schema::shape(field), Shape::Message(_)))
        .map(|field| field.name().to_owned())
        .collect()
}

fn is_long(field: &FieldDescriptor, value: &Value) -> bool {
    match value {
        Value::List(_) => matches!(schema::shape(field), Shape::Message(_)),
        Value::String(_) => schema::rules(field).multiline,
        _ => false,
    }
}
