//! Update masks: which fields a command means to change.

use prost_reflect::MessageDescriptor;
use serde_json::Value;

use super::schema::{self, Shape};
use crate::json;

/// The fields that a JSON object gives, except those that the server writes.
///
/// It goes into messages such as `investment`, so that what isn't given in them
/// stays as it is; lists and maps are replaced as a whole.
pub(super) fn of_json(descriptor: &MessageDescriptor, value: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    collect(descriptor, value, "", &mut paths);
    paths
}

/// Adds a path, unless it is there or lies within one that is.
pub(super) fn add(paths: &mut Vec<String>, path: &str) {
    let covers = |known: &String| {
        let rest = path.strip_prefix(known.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    if !paths.iter().any(covers) {
        paths.push(path.to_owned());
    }
}

fn collect(descriptor: &MessageDescriptor, value: &Value, prefix: &str, paths: &mut Vec<String>) {
    let Value::Object(object) = value else { return };
    for (key, value) in object {
        let Some(field) = json::field(descriptor, key) else {
            continue;
        };
        let rules = schema::rules(&field);
        // The etag says which version is meant; it is no value to be written.
        if rules.output_only || rules.identifier || field.name() == "etag" {
            continue;
        }
        let path = format!("{prefix}{}", field.name());
        match schema::shape(&field) {
            Shape::Message(inner) if !field.is_list() && !field.is_map() && value.is_object() => {
                collect(&inner, value, &format!("{path}."), paths);
            }
            _ => paths.push(path),
        }
    }
}
