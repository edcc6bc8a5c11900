//! Canonical protobuf JSON of any message.
//!
//! Reading is a little kinder than the standard: enum values may be written in
//! any case and without their prefix (`expansion` for
//! `CONSTRUCTION_KIND_EXPANSION`). Unknown fields are errors.

use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage,
};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Writes a message on several lines, in the order of its fields; the entries
/// of maps are sorted, so that the same message is the same text.
///
/// # Errors
/// Where the message can't be written, such as a Timestamp out of its range.
pub fn to_string(message: &DynamicMessage) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&InOrder {
        descriptor: Some(message.descriptor()),
        // Its objects are sorted, which is right for maps.
        value: &serde_json::to_value(message)?,
    })
}

/// Writes a message and lists of others as one object, under these keys.
///
/// # Errors
/// Where one of them can't be written, as in [`to_string`].
pub fn together(
    one: (&str, &DynamicMessage),
    lists: &[(&str, &[DynamicMessage])],
) -> Result<String, serde_json::Error> {
    let mut parts = vec![Part::new(one.0, Some(one.1.descriptor()), serde_json::to_value(one.1)?)];
    for (key, list) in lists {
        let descriptor = list.first().map(ReflectMessage::descriptor);
        parts.push(Part::new(key, descriptor, serde_json::to_value(list)?));
    }
    serde_json::to_string_pretty(&Parts(parts))
}

/// What stands under a key.
struct Part {
    key: String,
    descriptor: Option<MessageDescriptor>,
    value: Value,
}

impl Part {
    fn new(key: &str, descriptor: Option<MessageDescriptor>, value: Value) -> Self {
        Self { key: key.to_owned(), descriptor, value }
    }
}

struct Parts(Vec<Part>);

impl Serialize for Parts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|part| {
            let descriptor = part.descriptor.clone();
            (&part.key, InOrder { descriptor, value: &part.value })
        }))
    }
}

/// Reads a message.
///
/// # Errors
/// Where the value isn't one of that message.
pub fn from_value(
    descriptor: MessageDescriptor,
    mut value: Value,
) -> Result<DynamicMessage, serde_json::Error> {
    complete_message(&descriptor, &mut value);
    DynamicMessage::deserialize(descriptor, value)
}

/// The value of an enum that `text` names, with or without the prefix and in
/// any case.
#[must_use]
pub fn enum_value(kind: &EnumDescriptor, text: &str) -> Option<i32> {
    let wanted = text.trim().to_ascii_uppercase().replace(['-', ' '], "_");
    let prefix = enum_prefix(kind);
    kind.values()
        .find(|value| value.name() == wanted || value.name().strip_prefix(&prefix) == Some(&wanted))
        .map(|value| value.number())
}

/// What the names of an enum's values begin with: `PROJECT_STAGE_`.
#[must_use]
pub fn enum_prefix(kind: &EnumDescriptor) -> String {
    let zero = kind.default_value();
    zero.name().strip_suffix("UNSPECIFIED").unwrap_or_default().to_owned()
}

/// The field that JSON calls `key`: by its own name or the one in camel case.
#[must_use]
pub fn field(descriptor: &MessageDescriptor, key: &str) -> Option<FieldDescriptor> {
    descriptor.get_field_by_json_name(key).or_else(|| descriptor.get_field_by_name(key))
}

/// Writes the enum values of a message out in full.
fn complete_message(descriptor: &MessageDescriptor, value: &mut Value) {
    // The well-known types have JSON of their own, and no enums.
    let Value::Object(object) = value else { return };
    for (key, value) in object {
        if let Some(field) = field(descriptor, key).filter(|field| !field.is_map()) {
            complete(&field.kind(), value);
        }
    }
}

fn complete(kind: &Kind, value: &mut Value) {
    match (kind, value) {
        (kind, Value::Array(items)) => {
            for item in items {
                complete(kind, item);
            }
        }
        (Kind::Enum(kind), Value::String(text)) => {
            let full = enum_value(kind, text).and_then(|number| kind.get_value(number));
            if let Some(full) = full {
                full.name().clone_into(text);
            }
        }
        (Kind::Message(descriptor), value) => complete_message(descriptor, value),
        _ => {}
    }
}

/// JSON of a message, or of a list of them, whose fields are to be written in
/// the order of the protos; of anything else where there is no descriptor.
struct InOrder<'a> {
    descriptor: Option<MessageDescriptor>,
    value: &'a Value,
}

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (&self.descriptor, self.value) {
            (Some(_), Value::Array(items)) => serializer.collect_seq(items.iter().map(|value| {
                let descriptor = self.descriptor.clone();
                InOrder { descriptor, value }
            })),
            (Some(descriptor), Value::Object(object)) => {
                serializer.collect_map(descriptor.fields().filter_map(|field| {
                    let value = object.get(field.json_name())?;
                    let inner = field.kind().as_message().cloned();
                    let descriptor = inner.filter(|_| !field.is_map());
                    Some((field.json_name().to_owned(), InOrder { descriptor, value }))
                }))
            }
            (_, value) => value.serialize(serializer),
        }
    }
}
