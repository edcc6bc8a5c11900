//! The protos against the conventions that `buf` can't see, by a walk over the
//! descriptor set. What a person would forget is remembered here.

#![cfg(test)]

mod bounds;
mod comments;
mod memory;
mod shapes;

use outlay_proto::reflect::pool;
use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor,
    Value,
};

const REQUIRED: i32 = 1;
const OPTIONAL: i32 = 2;
const OUTPUT_ONLY: i32 = 3;
const IMMUTABLE: i32 = 4;
const IDENTIFIER: i32 = 5;

/// The messages of resources, with the names of their collections.
const RESOURCES: [(&str, &str); 22] = [
    ("Region", "regions"),
    ("Industry", "industries"),
    ("Cluster", "clusters"),
    ("Organisation", "organisations"),
    ("Policy", "policies"),
    ("Project", "projects"),
    ("Meeting", "meetings"),
    ("Report", "reports"),
    ("Indicator", "indicators"),
    ("Observation", "observations"),
    ("Target", "targets"),
    ("Edition", "editions"),
    ("ReportingPeriod", "reportingPeriods"),
    ("ReviewDelegation", "reviewDelegations"),
    ("Course", "courses"),
    ("TrainingSession", "trainingSessions"),
    ("Enrolment", "enrolments"),
    ("Decision", "decisions"),
    ("Action", "actions"),
    ("MeetingSeries", "meetingSeries"),
    ("MeetingTemplate", "meetingTemplates"),
    ("Minutes", "minutes"),
];

/// The rules of a field, as its proto states them.
struct Rules(Option<DynamicMessage>);

impl Rules {
    fn of(field: &FieldDescriptor) -> Self {
        let extension = pool().get_extension_by_name("outlay.v1.field").expect("the extension");
        let options = field.options();
        let stated = options.has_extension(&extension);
        let rules = options.get_extension(&extension);
        Self(rules.as_message().filter(|_| stated).cloned())
    }

    fn value(&self, name: &str) -> Option<Value> {
        let rules = self.0.as_ref()?;
        rules.get_field_by_name(name).map(std::borrow::Cow::into_owned)
    }

    fn behaviors(&self) -> Vec<i32> {
        let listed = self.value("behavior");
        let listed = listed.as_ref().and_then(Value::as_list).unwrap_or_default();
        listed.iter().filter_map(Value::as_enum_number).collect()
    }

    fn is(&self, behavior: i32) -> bool {
        self.behaviors().contains(&behavior)
    }

    fn count(&self, name: &str) -> u32 {
        self.value(name).and_then(|value| value.as_u32()).unwrap_or_default()
    }

    fn text(&self, name: &str) -> String {
        let value = self.value(name);
        value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn format(&self) -> i32 {
        self.value("format").and_then(|value| value.as_enum_number()).unwrap_or_default()
    }
}

/// Our own messages, without those that protobuf makes for maps.
fn messages() -> impl Iterator<Item = MessageDescriptor> {
    pool()
        .all_messages()
        .filter(|message| message.package_name() == "outlay.v1" && !message.is_map_entry())
}

fn enums() -> impl Iterator<Item = EnumDescriptor> {
    pool().all_enums().filter(|kind| kind.package_name() == "outlay.v1")
}

fn methods() -> impl Iterator<Item = MethodDescriptor> {
    pool().services().flat_map(|service| service.methods().collect::<Vec<_>>())
}

fn message(name: &str) -> MessageDescriptor {
    outlay_proto::reflect::message(name).unwrap_or_else(|| panic!("there is no message {name}"))
}

/// Whether a method only reads.
fn reads(method: &MethodDescriptor) -> bool {
    ["Get", "List", "Search", "BatchGet", "Query", "Compare", "Export"]
        .iter()
        .any(|verb| method.name().starts_with(verb))
}

/// `ListProjects` as `list_projects`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Fails with everything that is wrong.
#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} are wrong:\n  {}", wrong.len(), wrong.join("\n  "));
}

fn is_ours(kind: &Kind) -> Option<MessageDescriptor> {
    match kind {
        Kind::Message(inner) if inner.package_name() == "outlay.v1" => Some(inner.clone()),
        _ => None,
    }
}
