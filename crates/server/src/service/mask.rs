//! Update masks (AIP-161): which fields of a resource an update sets.

use prost::Message;
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value,
};
use prost_types::FieldMask;

use outlay_proto::reflect;
use outlay_proto::v1::Behavior;

use crate::error::{Error, Reason, Result, Violations};

/// `current` with the fields of `given` that the mask names. Without a mask
/// these are the fields that are set; `*` names all. Fields that the server
/// writes are left as they are; a change of an immutable one is a violation.
/// `at` is the field of the request that holds the resource.
///
/// # Errors
/// Only for faults of the server; violations go to `v`.
pub fn merge<M: Message + Default>(
    descriptor: &MessageDescriptor,
    current: &M,
    given: &M,
    mask: Option<&FieldMask>,
    at: &str,
    v: &mut Violations,
) -> Result<M> {
    let fault = |error: prost::DecodeError| Error::Internal(error.into());
    let mut merged = reflect::to_dynamic(descriptor.clone(), current).map_err(fault)?;
    let given = reflect::to_dynamic(descriptor.clone(), given).map_err(fault)?;
    let paths = mask.map_or(&[][..], |mask| mask.paths.as_slice());
    match paths {
        [] => {
            for field in descriptor.fields().filter(|field| given.has_field(field)) {
                set(&mut merged, &given, &field, at, v);
            }
        }
        [all] if all == "*" => {
            for field in descriptor.fields() {
                set(&mut merged, &given, &field, at, v);
            }
        }
        paths => {
            for (index, path) in paths.iter().enumerate() {
                if !set_path(&mut merged, Some(&given), path, at, v) {
                    let text = format!(
                        "names `{}`, which is no path of a {}: name a field, or fields of single \
                         messages joined by dots",
                        path.chars().take(60).collect::<String>().escape_debug(),
                        descriptor.name().to_lowercase()
                    );
                    v.add(&format!("update_mask.paths[{index}]"), Reason::MaskUnknown, text);
                }
            }
        }
    }
    reflect::from_dynamic(&merged).map_err(fault)
}

/// `current` with the fields that are set in `given`, and with the entries of
/// its maps besides those that are there: what an import's row says of a record.
///
/// # Errors
/// Only for faults of the server; violations go to `v`.
pub fn overlay<M: Message + Default>(
    descriptor: &MessageDescriptor,
    current: &M,
    given: &M,
    at: &str,
    v: &mut Violations,
) -> Result<M> {
    let fault = |error: prost::DecodeError| Error::Internal(error.into());
    let mut merged = reflect::to_dynamic(descriptor.clone(), current).map_err(fault)?;
    let given = reflect::to_dynamic(descriptor.clone(), given).map_err(fault)?;
    for field in descriptor.fields().filter(|field| given.has_field(field)) {
        match (merged.get_field_mut(&field), given.get_field(&field).as_ref()) {
            (Value::Map(entries), Value::Map(more)) => {
                entries.extend(more.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            _ => set(&mut merged, &given, &field, at, v),
        }
    }
    reflect::from_dynamic(&merged).map_err(fault)
}

/// Sets what a path leads to; whether it leads to anything.
fn set_path(
    target: &mut DynamicMessage,
    given: Option<&DynamicMessage>,
    path: &str,
    at: &str,
    v: &mut Violations,
) -> bool {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let descriptor = target.descriptor();
    let Some(field) = descriptor.get_field_by_name(name) else {
        return false;
    };
    let empty = DynamicMessage::new(descriptor);
    let given = given.unwrap_or(&empty);
    let Some(rest) = rest else {
        set(target, given, &field, at, v);
        return true;
    };
    if !matches!(field.kind(), Kind::Message(_)) || field.is_list() || field.is_map() {
        return false;
    }
    if reflect::rules(&field).behavior().any(|stated| stated == Behavior::OutputOnly) {
        return true;
    }
    let inner = given.get_field(&field).into_owned();
    let inner = inner.as_message().filter(|_| given.has_field(&field));
    match target.get_field_mut(&field) {
        Value::Message(message) => set_path(message, inner, rest, at, v),
        _ => false,
    }
}

fn set(
    target: &mut DynamicMessage,
    given: &DynamicMessage,
    field: &FieldDescriptor,
    at: &str,
    v: &mut Violations,
) {
    // Read once: each reading decodes the field's options.
    let rules = reflect::rules(field);
    let is = |behavior| rules.behavior().any(|stated| stated == behavior);
    if is(Behavior::OutputOnly) || is(Behavior::Identifier) || field.name() == "etag" {
        return;
    }
    if is(Behavior::Immutable) {
        let changed = given.has_field(field) && given.get_field(field) != target.get_field(field);
        if changed {
            let text = "can't be changed after creation: leave it as it was";
            v.add(&format!("{at}.{}", field.name()), Reason::FieldImmutable, text);
        }
        return;
    }
    if given.has_field(field) {
        target.set_field(field, given.get_field(field).into_owned());
    } else {
        target.clear_field(field);
    }
}
