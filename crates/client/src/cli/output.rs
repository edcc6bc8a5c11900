//! How data is written: as a table or a sheet for people, as canonical JSON, or
//! as CSV.

mod cell;
mod csv;
mod difference;
mod sheet;
mod table;

use std::io::Write;

use prost_reflect::{DynamicMessage, MessageDescriptor, ReflectMessage};

use super::Session;
use super::fault::Fault;
use super::noun::{Column, Noun, column};
use crate::json;
use cell::Style;
pub(super) use cell::visible;
pub(super) use csv::{left_out, line as csv_line};
pub(super) use difference::write as difference;
pub(super) use table::{Fit, Head, Table, cut};

/// Last column of every table that has deleted records.
static DELETED: Column = column("DELETED", "delete_time");

/// How data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// For people.
    Table,
    /// One JSON document.
    Json,
    /// A heading and rows.
    Csv,
}

impl Format {
    /// The format of that name.
    pub(super) fn of(name: Option<&str>) -> Self {
        match name {
            Some("json") => Self::Json,
            Some("csv") => Self::Csv,
            _ => Self::Table,
        }
    }
}

/// Shows one record in full.
pub(super) fn record(
    session: &mut Session<'_, '_>,
    noun: &Noun,
    record: &DynamicMessage,
) -> Result<(), Fault> {
    message(session, noun.columns, record)
}

/// Shows a message in full.
pub(super) fn message(
    session: &mut Session<'_, '_>,
    columns: &'static [Column],
    message: &DynamicMessage,
) -> Result<(), Fault> {
    match session.format {
        Format::Table => {
            sheet::write(session.io.stdout, message, session.io.width)?;
            Ok(())
        }
        Format::Json => {
            let text = json::to_string(message).map_err(unwritable)?;
            writeln!(session.io.stdout, "{text}")?;
            Ok(())
        }
        Format::Csv => row(session, columns, message),
    }
}

/// Shows a record that was just changed, briefly.
pub(super) fn change(
    session: &mut Session<'_, '_>,
    noun: &Noun,
    changed: &DynamicMessage,
) -> Result<(), Fault> {
    answer(session, noun.columns, changed)
}

/// Shows an answer briefly, whether it is a record or not.
pub(super) fn answer(
    session: &mut Session<'_, '_>,
    columns: &'static [Column],
    answer: &DynamicMessage,
) -> Result<(), Fault> {
    match session.format {
        Format::Json => message(session, columns, answer),
        Format::Table | Format::Csv => row(session, columns, answer),
    }
}

fn row(
    session: &mut Session<'_, '_>,
    columns: &'static [Column],
    answer: &DynamicMessage,
) -> Result<(), Fault> {
    let mut listing = Listing::new(session, columns, answer.descriptor());
    listing.push(session.io.stdout, answer)?;
    listing.finish(session.io.stdout)
}

/// A list that is written while it comes in; tables are written at the end,
/// when the widths of their columns are known.
pub(super) struct Listing {
    format: Format,
    width: Option<usize>,
    columns: &'static [Column],
    table: Table,
    paths: Vec<String>,
    part: Option<&'static str>,
    count: usize,
}

impl Listing {
    /// A list of messages of a type; tables have `columns`, CSV has every
    /// scalar field.
    pub(super) fn new(
        session: &Session<'_, '_>,
        columns: &'static [Column],
        descriptor: MessageDescriptor,
    ) -> Self {
        let heads = columns.iter().chain([&DELETED]).map(|column| {
            let fit = cell::fit(&descriptor, column.path);
            let head = Head::new(column.header, fit);
            // That a record is deleted matters more than all else about it.
            if std::ptr::eq(column, &DELETED) { head.staying() } else { head }
        });
        Self {
            format: session.format,
            width: session.io.width,
            columns,
            table: Table::new(heads),
            paths: csv::paths(&descriptor),
            part: None,
            count: 0,
        }
    }

    /// Tables and CSV show this field of the messages only.
    #[must_use]
    pub(super) fn of_part(mut self, field: &'static str) -> Self {
        self.part = Some(field);
        self
    }

    /// Adds a message.
    pub(super) fn push(
        &mut self,
        out: &mut dyn Write,
        message: &DynamicMessage,
    ) -> Result<(), Fault> {
        match self.format {
            Format::Json => self.push_json(out, message)?,
            Format::Table => {
                let columns = self.columns.iter().chain([&DELETED]);
                let row = self.row(message, columns.map(|column| column.path), Style::Brief);
                self.table.push(row);
            }
            Format::Csv => {
                if self.count == 0 {
                    out.write_all(&csv::line(&self.paths))?;
                }
                let paths = self.paths.iter().map(String::as_str);
                out.write_all(&csv::line(&self.row(message, paths, Style::Plain)))?;
            }
        }
        self.count += 1;
        Ok(())
    }

    /// Ends the list.
    pub(super) fn finish(self, out: &mut dyn Write) -> Result<(), Fault> {
        match self.format {
            Format::Json if self.count == 0 => writeln!(out, "[]")?,
            Format::Json => writeln!(out, "\n]")?,
            Format::Csv if self.count == 0 => out.write_all(&csv::line(&self.paths))?,
            Format::Csv => {}
            Format::Table => {
                let table = self.table.without_empty(self.columns.len());
                table.write(out, self.width, 0)?;
            }
        }
        Ok(())
    }

    fn push_json(&self, out: &mut dyn Write, message: &DynamicMessage) -> Result<(), Fault> {
        let text = json::to_string(message).map_err(unwritable)?;
        // Line feeds within strings are escaped, so these are all JSON's own.
        let text = text.replace('\n', "\n  ");
        let before = if self.count == 0 { "[\n  " } else { ",\n  " };
        write!(out, "{before}{text}")?;
        Ok(())
    }

    fn row<'p>(
        &self,
        message: &DynamicMessage,
        paths: impl Iterator<Item = &'p str>,
        style: Style,
    ) -> Vec<String> {
        let part = self.part.and_then(|part| {
            let value = message.get_field_by_name(part)?;
            value.as_message().cloned()
        });
        let message = part.as_ref().unwrap_or(message);
        paths.map(|path| cell::at(message, path, style)).collect()
    }
}

fn unwritable(error: serde_json::Error) -> Fault {
    Fault::Local(format!("the answer can't be written as JSON: {error}"))
}
