//! Every request is bounded, field by field.

use std::collections::BTreeSet;

use outlay_proto::reflect::pool;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use regex::Regex;

use super::{OUTPUT_ONLY, Rules, is_ours, messages, methods, none};

/// Formats that limit the length by themselves: UUID, month, resource id,
/// language.
const BOUNDED_FORMATS: [i32; 4] = [1, 2, 3, 4];

/// The fields that a caller can send, with the paths that lead to them.
fn sent() -> Vec<(String, FieldDescriptor)> {
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    let mut next: Vec<MessageDescriptor> = methods().map(|method| method.input()).collect();
    while let Some(message) = next.pop() {
        if !met.insert(message.full_name().to_owned()) {
            continue;
        }
        for field in message.fields() {
            if Rules::of(&field).is(OUTPUT_ONLY) {
                continue;
            }
            next.extend(is_ours(&field.kind()).filter(|_| !field.is_map()));
            found.push((format!("{}.{}", message.name(), field.name()), field));
        }
    }
    found
}

fn is_bounded_text(field: &FieldDescriptor, rules: &Rules) -> bool {
    let by_format = BOUNDED_FORMATS.contains(&rules.format()) && !field.is_map();
    rules.count("max_length") > 0 || by_format || !rules.text("resource").is_empty()
}

#[test]
fn every_text_and_list_of_a_request_has_an_upper_bound() {
    let mut wrong = Vec::new();
    let fields = sent();
    assert!(fields.len() > 200, "the walk goes through resources too: {}", fields.len());
    for (path, field) in fields {
        let rules = Rules::of(&field);
        if (field.is_list() || field.is_map()) && rules.count("max_items") == 0 {
            wrong.push(format!("{path} has no max_items"));
        }
        let kind = match field.kind() {
            Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
            kind => kind,
        };
        match kind {
            Kind::String if !is_bounded_text(&field, &rules) => {
                wrong.push(format!("{path} has no max_length"));
            }
            Kind::Bytes if rules.count("max_bytes") == 0 => {
                wrong.push(format!("{path} has no max_bytes"));
            }
            _ => {}
        }
    }
    none(&wrong);
}

#[test]
fn no_message_of_a_request_holds_itself() {
    // Depth is bounded by the types: a message that held itself would bound it
    // by prost's recursion limit only.
    fn walk(message: &MessageDescriptor, above: &mut Vec<String>, wrong: &mut Vec<String>) {
        if above.iter().any(|name| name == message.full_name()) {
            wrong.push(format!("{} holds itself", message.full_name()));
            return;
        }
        above.push(message.full_name().to_owned());
        for field in message.fields() {
            if let Some(inner) = is_ours(&field.kind()) {
                walk(&inner, above, wrong);
            }
        }
        above.pop();
    }
    let mut wrong = Vec::new();
    for method in methods() {
        walk(&method.input(), &mut Vec::new(), &mut wrong);
    }
    none(&wrong);
}

#[test]
fn every_pattern_compiles() {
    let mut wrong = Vec::new();
    let mut patterns = 0;
    for message in messages() {
        for field in message.fields() {
            let pattern = Rules::of(&field).text("pattern");
            if pattern.is_empty() {
                continue;
            }
            patterns += 1;
            if let Err(error) = Regex::new(&format!("^(?:{pattern})$")) {
                wrong.push(format!("{}: {error}", field.full_name()));
            }
        }
    }
    assert!(patterns > 5, "{patterns}");
    none(&wrong);
}

#[test]
fn resource_names_are_of_collections_that_there_are() {
    let known: BTreeSet<_> = super::RESOURCES.iter().map(|(_, collection)| *collection).collect();
    let mut wrong = Vec::new();
    for message in messages() {
        for field in message.fields() {
            let named = Rules::of(&field).text("resource");
            for collection in named.split('|').filter(|collection| !collection.is_empty()) {
                if !known.contains(collection) {
                    wrong.push(format!("{} names {collection}", field.full_name()));
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn no_figure_is_a_floating_point_number() {
    let all = pool().all_messages().filter(|one| one.package_name() == "outlay.v1");
    let fields = all.flat_map(|one| one.fields().collect::<Vec<_>>());
    let floating = fields.filter(|field| matches!(field.kind(), Kind::Float | Kind::Double));
    none(&floating.map(|field| field.full_name().to_owned()).collect::<Vec<_>>());
}
