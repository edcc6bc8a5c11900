//! In which fields two versions of a record differ.

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, FieldDescriptor, MapKey, ReflectMessage, Value};
use serde_json::json;

use super::cell::{self, Style};
use super::table::{Fit, Head, Table};
use super::{Format, csv};
use crate::cli::Session;
use crate::cli::fault::Fault;
use crate::cli::schema::{self, Shape};

/// Fields that differ between any two versions.
const EVER_CHANGING: [&str; 3] = ["etag", "revision", "update_time"];

/// A field that differs: its path, and its values as text.
struct Change {
    field: String,
    before: String,
    after: String,
}

/// Writes what differs, a line for each field.
pub(in crate::cli) fn write(
    session: &mut Session<'_, '_>,
    before: &DynamicMessage,
    after: &DynamicMessage,
) -> Result<(), Fault> {
    let mut style = Style::Full;
    if session.format == Format::Csv {
        style = Style::Plain;
    }
    let mut changes = Vec::new();
    messages(before, after, "", style, &mut changes);
    changes.retain(|change| !EVER_CHANGING.contains(&change.field.as_str()));
    let out = &mut *session.io.stdout;
    match session.format {
        Format::Table => {
            let heads =
                ["FIELD", "BEFORE", "AFTER"].map(|title| Head::new(title, Fit::Text).staying());
            let mut table = Table::new(heads);
            for change in changes {
                table.push(vec![change.field, change.before, change.after]);
            }
            table.write(out, session.io.width, 0)?;
        }
        Format::Json => {
            let changes: Vec<_> = changes
                .iter()
                .map(|c| json!({"field": c.field, "before": c.before, "after": c.after}))
                .collect();
            let text = serde_json::to_string_pretty(&changes).map_err(super::unwritable)?;
            writeln!(out, "{text}")?;
        }
        Format::Csv => {
            out.write_all(&csv::line(&["field", "before", "after"]))?;
            for change in changes {
                out.write_all(&csv::line(&[change.field, change.before, change.after]))?;
            }
        }
    }
    Ok(())
}

fn messages(
    before: &DynamicMessage,
    after: &DynamicMessage,
    prefix: &str,
    style: Style,
    found: &mut Vec<Change>,
) {
    for field in after.descriptor().fields() {
        let of = |message: &DynamicMessage| {
            message.has_field(&field).then(|| message.get_field(&field).into_owned())
        };
        let path = format!("{prefix}{}", field.name());
        values(&field, of(before).as_ref(), of(after).as_ref(), path, style, found);
    }
}

fn values(
    field: &FieldDescriptor,
    before: Option<&Value>,
    after: Option<&Value>,
    path: String,
    style: Style,
    found: &mut Vec<Change>,
) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(Value::List(_)) | None, Some(Value::List(_)) | None) if field.is_list() => {
            let items = |side: Option<&Value>| match side {
                Some(Value::List(list)) => list.clone(),
                _ => Vec::new(),
            };
            let (before, after) = (items(before), items(after));
            for at in 0..before.len().max(after.len()) {
                let path = format!("{path}[{at}]");
                values(field, before.get(at), after.get(at), path, style, found);
            }
        }
        (Some(Value::Map(_)) | None, Some(Value::Map(_)) | None) if field.is_map() => {
            for key in keys(before).union(&keys(after)) {
                let entry = |side: Option<&Value>| match side {
                    Some(Value::Map(map)) => map
                        .get(&MapKey::String(key.clone()))
                        .and_then(Value::as_str)
                        .map(cell::visible)
                        .unwrap_or_default(),
                    _ => String::new(),
                };
                let (before, after) = (entry(before), entry(after));
                if before != after {
                    found.push(Change { field: format!("{path}.{key}"), before, after });
                }
            }
        }
        _ => single(field, before, after, path, style, found),
    }
}

fn single(
    field: &FieldDescriptor,
    before: Option<&Value>,
    after: Option<&Value>,
    path: String,
    style: Style,
    found: &mut Vec<Change>,
) {
    if let Shape::Message(kind) = schema::shape(field) {
        let empty = DynamicMessage::new(kind);
        let inner = |side: Option<&Value>| {
            side.and_then(Value::as_message).cloned().unwrap_or_else(|| empty.clone())
        };
        return messages(&inner(before), &inner(after), &format!("{path}."), style, found);
    }
    let text = |side: Option<&Value>| match side {
        Some(value) => cell::one(field, value, style),
        None => String::new(),
    };
    found.push(Change { field: path, before: text(before), after: text(after) });
}

fn keys(map: Option<&Value>) -> BTreeSet<String> {
    match map {
        Some(Value::Map(map)) => {
            map.keys().filter_map(|key| key.as_str().map(str::to_owned)).collect()
        }
        _ => BTreeSet::new(),
    }
}
