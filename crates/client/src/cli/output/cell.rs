//! Values as text.

use std::collections::BTreeMap;

use prost_reflect::{
    DynamicMessage, FieldDescriptor, MapKey, MessageDescriptor, ReflectMessage, Value,
};
use prost_types::{Duration, Timestamp};

use super::table::Fit;
use crate::cli::amount;
use crate::cli::schema::{self, Shape};
use crate::json;

/// Whom a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A cell of a table: short.
    Brief,
    /// A line of a sheet: in full.
    Full,
    /// A cell of a CSV file: for programs.
    Plain,
}

/// The field at a path; empty where it isn't set.
pub(super) fn at(message: &DynamicMessage, path: &str, style: Style) -> String {
    let (head, rest) = schema::split(path);
    let Some(field) = json::field(&message.descriptor(), head) else {
        return String::new();
    };
    if !message.has_field(&field) {
        return String::new();
    }
    let value = message.get_field(&field);
    match (value.as_ref(), rest) {
        (_, None) => one(&field, &value, style),
        (Value::Message(inner), Some(rest)) => at(inner, rest, style),
        (Value::List(list), Some(rest)) => {
            let inner = list.iter().filter_map(Value::as_message);
            joined(inner.map(|inner| at(inner, rest, style)).collect(), style)
        }
        (Value::Map(map), Some(key)) => map
            .get(&MapKey::String(key.to_owned()))
            .and_then(Value::as_str)
            .map(visible)
            .unwrap_or_default(),
        _ => String::new(),
    }
}

/// A field's value.
pub(super) fn one(field: &FieldDescriptor, value: &Value, style: Style) -> String {
    match value {
        Value::Map(map) => entries(map, style),
        Value::List(list) => {
            joined(list.iter().map(|item| single(field, item, style)).collect(), style)
        }
        value => single(field, value, style),
    }
}

fn joined(items: Vec<String>, style: Style) -> String {
    items.join(if style == Style::Plain { ";" } else { ", " })
}

/// How the cells of a field's column stand.
pub(super) fn fit(message: &MessageDescriptor, path: &str) -> Fit {
    let Some(field) = schema::at(message, path) else { return Fit::Text };
    match schema::shape(&field) {
        _ if field.is_list() => Fit::Text,
        Shape::Money | Shape::Decimal | Shape::Other(_) => Fit::Number,
        Shape::Text if !schema::rules(&field).identifier => Fit::Text,
        _ => Fit::Whole,
    }
}

/// Text on one line, without anything that could steer a terminal.
pub(in crate::cli) fn visible(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\n' | '\t' | '\r' => ' ',
        // Marks that turn the direction of writing hide what stands there.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(shown).collect()
}

fn single(field: &FieldDescriptor, value: &Value, style: Style) -> String {
    match (schema::shape(field), value) {
        (Shape::Money, Value::Message(money)) => money_text(money, style),
        (Shape::Date, Value::Message(date)) => amount::date(date),
        (Shape::Time, Value::Message(time)) => time_text(time, style),
        (Shape::Duration, Value::Message(span)) => duration_text(span, style),
        (_, Value::I64(bytes)) if style != Style::Plain && field.name().ends_with("_bytes") => {
            size_text(*bytes)
        }
        (Shape::Enum(kind), Value::EnumNumber(number)) => match kind.get_value(*number) {
            Some(_) if *number == 0 => String::new(),
            Some(known) => schema::short_name(&kind, known.name()),
            // The server is newer than this program.
            None => number.to_string(),
        },
        (Shape::Decimal, Value::String(number)) if style != Style::Plain => {
            amount::grouped(&visible(number))
        }
        (_, Value::String(text)) => match style {
            Style::Plain => text.clone(),
            Style::Brief => visible(short_name(field, text)),
            Style::Full => visible(text),
        },
        (_, Value::Bool(yes)) if style != Style::Plain => {
            if *yes { "yes" } else { "no" }.to_owned()
        }
        (_, value) => value.to_string(),
    }
}

/// A resource name without its collection, where the field says which it is; an
/// RPC without its service.
fn short_name<'t>(field: &FieldDescriptor, text: &'t str) -> &'t str {
    if let Some((_, rpc)) = text.strip_prefix("outlay.v1.").and_then(|t| t.split_once('/')) {
        return rpc;
    }
    let collection = schema::rules(field).resource;
    text.strip_prefix(&collection).and_then(|rest| rest.strip_prefix('/')).unwrap_or(text)
}

fn money_text(money: &DynamicMessage, style: Style) -> String {
    let (currency, number) = amount::money(money, style != Style::Plain);
    match style {
        Style::Plain => number,
        _ => format!("{currency} {number}"),
    }
}

fn time_text(time: &DynamicMessage, style: Style) -> String {
    let Ok(time) = time.transcode_to::<Timestamp>() else {
        return String::new();
    };
    let text = time.to_string();
    match style {
        // `2023-06-01 08:00Z`: minutes are enough here.
        Style::Brief => {
            text.get(..16).map(|minutes| format!("{}Z", minutes.replace('T', " "))).unwrap_or(text)
        }
        _ => text,
    }
}

/// `0.35 s`, `1 min 5 s`, `2 h 3 min`.
fn duration_text(span: &DynamicMessage, style: Style) -> String {
    let Ok(span) = span.transcode_to::<Duration>() else {
        return String::new();
    };
    let (seconds, hundredths) = (span.seconds, span.nanos / 10_000_000);
    match seconds {
        _ if style == Style::Plain => span.to_string(),
        ..10 => format!("{seconds}.{hundredths:02} s"),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// Bytes in the largest unit that keeps the number above one.
fn size_text(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let (mut tenths, mut unit) = (i128::from(bytes) * 10, 0);
    while tenths.abs() >= 10_240 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths / 1024, unit + 1);
    }
    match unit {
        0 => format!("{bytes} B"),
        _ => format!("{}.{} {}", tenths / 10, tenths.abs() % 10, UNITS[unit]),
    }
}

fn entries(map: &std::collections::HashMap<MapKey, Value>, style: Style) -> String {
    let sorted: BTreeMap<_, _> =
        map.iter().filter_map(|(key, value)| Some((key.as_str()?, value.as_str()?))).collect();
    if style == Style::Plain {
        return serde_json::json!(sorted).to_string();
    }
    let pairs: Vec<_> =
        sorted.iter().map(|(key, value)| format!("{}: {}", visible(key), visible(value))).collect();
    pairs.join(", ")
}
