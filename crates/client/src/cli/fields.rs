//! Sets fields from text: that of flags, and of the cells of CSV files.

use std::collections::HashMap;

use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, ReflectMessage, Value,
};
use prost_types::Timestamp;

use super::schema::{self, Shape};
use super::{Fault, amount};
use crate::json;

/// Sets the field at `path` to what the texts say; empty text clears it.
///
/// Lists take the texts together, each of which may hold several items, parted
/// by `,` or `;`. Maps take `key=value`, and keep their other entries.
/// Everything takes JSON where it is a message, a list of messages or a map.
pub(super) fn set(
    message: &mut DynamicMessage,
    path: &str,
    texts: &[String],
) -> Result<(), String> {
    let (head, rest) = schema::split(path);
    let only = head.strip_suffix(schema::ONLY);
    let head = only.unwrap_or(head);
    let field = json::field(&message.descriptor(), head)
        .ok_or_else(|| unknown(&message.descriptor(), head))?;
    match rest {
        None => assign(message, &field, texts),
        Some(key) if field.is_map() => {
            if let Value::Map(entries) = message.get_field_mut(&field) {
                put(entries, key, &texts.concat());
            }
            Ok(())
        }
        Some(rest) if only.is_some() => set_in_only(message, &field, rest, texts),
        Some(rest) if !field.is_list() => match message.get_field_mut(&field) {
            Value::Message(inner) => set(inner, rest, texts),
            _ => Err(format!("{head} has no fields of its own")),
        },
        Some(_) => Err(format!("{head} is a list: give the whole of it as JSON")),
    }
}

/// Sets a field of the only item of a list, which is made where there is none.
fn set_in_only(
    message: &mut DynamicMessage,
    list: &FieldDescriptor,
    rest: &str,
    texts: &[String],
) -> Result<(), String> {
    let (Value::List(items), Kind::Message(item)) = (message.get_field_mut(list), list.kind())
    else {
        return Err(format!("{} is no list of messages", list.name()));
    };
    if items.is_empty() {
        items.push(Value::Message(DynamicMessage::new(item)));
    }
    match items.as_mut_slice() {
        [Value::Message(only)] => set(only, rest, texts),
        _ => Err(format!("{} has several items: give the whole of it as JSON", list.name())),
    }
}

/// Like [`set`], for one text.
pub(super) fn set_one(message: &mut DynamicMessage, path: &str, text: &str) -> Result<(), Fault> {
    set(message, path, &[text.to_owned()]).map_err(|why| Fault::Usage(format!("{path}: {why}")))
}

fn assign(
    message: &mut DynamicMessage,
    field: &FieldDescriptor,
    texts: &[String],
) -> Result<(), String> {
    if texts.iter().all(String::is_empty) {
        message.clear_field(field);
        return Ok(());
    }
    let value = if field.is_map() {
        map(message, field, texts)?
    } else if field.is_list() {
        list(field, texts)?
    } else {
        scalar(field, texts.first().map_or("", String::as_str))?
    };
    message.try_set_field(field, value).map_err(|error| error.to_string())
}

/// Entries are added to those that there are; JSON replaces them.
fn map(
    message: &DynamicMessage,
    field: &FieldDescriptor,
    texts: &[String],
) -> Result<Value, String> {
    let mut entries = match message.get_field(field).into_owned() {
        Value::Map(entries) => entries,
        _ => return Err(format!("{} is no map", field.name())),
    };
    for text in texts {
        if text.trim_start().starts_with('{') {
            if let Value::Map(all) = from_json(field, text)? {
                entries = all;
            }
            continue;
        }
        let (key, value) =
            text.split_once('=').ok_or_else(|| format!("{text:?} isn't of the form KEY=VALUE"))?;
        put(&mut entries, key.trim(), value.trim());
    }
    Ok(Value::Map(entries))
}

/// Sets an entry; an empty value removes it.
fn put(entries: &mut HashMap<MapKey, Value>, key: &str, value: &str) {
    let key = MapKey::String(key.to_owned());
    if value.is_empty() {
        entries.remove(&key);
    } else {
        entries.insert(key, Value::String(value.to_owned()));
    }
}

fn list(field: &FieldDescriptor, texts: &[String]) -> Result<Value, String> {
    let mut items = Vec::new();
    for text in texts {
        if text.trim_start().starts_with('[') {
            if let Value::List(more) = from_json(field, text)? {
                items.extend(more);
            }
            continue;
        }
        if text.trim_start().starts_with('{') {
            if let Value::List(one) = from_json(field, &format!("[{text}]"))? {
                items.extend(one);
            }
            continue;
        }
        for part in text.split([',', ';']).filter(|part| !part.trim().is_empty()) {
            items.push(scalar(field, part.trim())?);
        }
    }
    Ok(Value::List(items))
}

fn scalar(field: &FieldDescriptor, text: &str) -> Result<Value, String> {
    match schema::shape(field) {
        Shape::Text => Ok(Value::String(text_value(field, text))),
        Shape::Decimal => amount::decimal_text(text).map(Value::String),
        Shape::Enum(kind) => json::enum_value(&kind, text)
            .filter(|number| *number != 0)
            .map(Value::EnumNumber)
            .ok_or_else(|| {
                let names = schema::enum_names(&kind).join(", ");
                format!("{text:?} isn't one of {names}")
            }),
        Shape::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" => Ok(Value::Bool(true)),
            "false" | "no" => Ok(Value::Bool(false)),
            _ => Err(format!("{text:?} is neither true nor false")),
        },
        Shape::Money => message_of(field, |money| amount::set_money(money, text)),
        Shape::Date => message_of(field, |date| amount::set_date(date, text)),
        Shape::Time => time(field, text),
        Shape::Message(_) | Shape::Duration => from_json(field, text),
        Shape::Other(kind) => number(&kind, text),
    }
}

/// Text as it is, or as a resource name where the field holds one.
fn text_value(field: &FieldDescriptor, text: &str) -> String {
    let collections = schema::rules(field).resource;
    if collections.is_empty() || collections.contains('|') {
        text.to_owned()
    } else {
        schema::resource_name(&collections, text.trim())
    }
}

fn number(kind: &Kind, text: &str) -> Result<Value, String> {
    let digits = text.trim().replace([',', '_'], "");
    let bad = |_| format!("{text:?} isn't a whole number in the range of its field");
    match kind {
        Kind::Int32 => digits.parse().map(Value::I32).map_err(bad),
        Kind::Int64 => digits.parse().map(Value::I64).map_err(bad),
        Kind::Uint32 => digits.parse().map(Value::U32).map_err(bad),
        Kind::Uint64 => digits.parse().map(Value::U64).map_err(bad),
        other => Err(format!("{other:?} can't be given as text")),
    }
}

fn time(field: &FieldDescriptor, text: &str) -> Result<Value, String> {
    let time: Timestamp = text
        .trim()
        .parse()
        .map_err(|_| format!("{text:?} isn't an instant: write 2023-06-01T09:00:00+08:00"))?;
    message_of(field, |message| message.transcode_from(&time).map_err(|error| error.to_string()))
}

fn message_of(
    field: &FieldDescriptor,
    fill: impl FnOnce(&mut DynamicMessage) -> Result<(), String>,
) -> Result<Value, String> {
    let Kind::Message(descriptor) = field.kind() else {
        return Err(format!("{} is no message", field.name()));
    };
    let mut message = DynamicMessage::new(descriptor);
    fill(&mut message)?;
    Ok(Value::Message(message))
}

/// The value of a field in JSON, read as that of a message with this field only.
fn from_json(field: &FieldDescriptor, text: &str) -> Result<Value, String> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("this isn't JSON: {error}"))?;
    let object = serde_json::json!({ field.json_name(): value });
    let mut message = json::from_value(field.parent_message().clone(), object)
        .map_err(|error| error.to_string())?;
    message.take_field(field).ok_or_else(|| "this is empty".to_owned())
}

fn unknown(message: &MessageDescriptor, name: &str) -> String {
    let names: Vec<_> = message
        .fields()
        .filter(|field| !schema::rules(field).output_only)
        .map(|field| field.name().to_owned())
        .collect();
    format!("there is no field {name}: there are {}", names.join(", "))
}
