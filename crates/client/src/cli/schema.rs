//! What the protos say about messages, fields and enums.

use outlay_proto::reflect;
use outlay_proto::v1::{Behavior, Format};
use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};

use super::fault::Fault;
use crate::json;

/// What a field holds, one of it where it is a list.
pub(super) enum Shape {
    /// `outlay.v1.Money`.
    Money,
    /// `outlay.v1.Date`.
    Date,
    /// `google.protobuf.Timestamp`.
    Time,
    /// `google.protobuf.Duration`.
    Duration,
    /// An enum.
    Enum(EnumDescriptor),
    /// Another message.
    Message(MessageDescriptor),
    /// Text that is a decimal number.
    Decimal,
    /// Any other text.
    Text,
    /// Yes or no.
    Bool,
    /// A whole number, or what else there may come to be.
    Other(Kind),
}

/// The part of a field's rules that matters here.
pub(super) struct Rules {
    /// A request fails without it.
    pub(super) required: bool,
    /// The server writes it.
    pub(super) output_only: bool,
    /// It is the resource's name.
    pub(super) identifier: bool,
    /// Its text may have several lines.
    pub(super) multiline: bool,
    /// Collections whose records it may name, separated by `|`.
    pub(super) resource: String,
}

/// A message by its short name.
pub(super) fn message(name: &str) -> Result<MessageDescriptor, Fault> {
    reflect::message(name).ok_or_else(|| missing(name))
}

/// An RPC by the names of its service and its own.
pub(super) fn method(service: &str, name: &str) -> Option<MethodDescriptor> {
    let service = reflect::pool().get_service_by_name(&format!("outlay.v1.{service}"))?;
    service.methods().find(|method| method.name() == name)
}

/// An RPC by its own name, which no two have.
pub(super) fn any_method(name: &str) -> Option<MethodDescriptor> {
    let mut methods = reflect::pool().services().flat_map(|service| {
        let methods: Vec<_> = service.methods().collect();
        methods
    });
    methods.find(|method| method.name() == name)
}

/// This program was built with other protos than it was written for.
pub(super) fn missing(what: &str) -> Fault {
    Fault::Local(format!("the protos lack {what}: this is a fault of outlay"))
}

/// What follows a list in a path that leads to a field of its only item:
/// `records[].attendee`.
pub(super) const ONLY: &str = "[]";

/// The field at a path, and whether the path goes on to an entry of a map.
pub(super) fn at(message: &MessageDescriptor, path: &str) -> Option<FieldDescriptor> {
    let (head, rest) = split(path);
    let only = head.strip_suffix(ONLY);
    let field = json::field(message, only.unwrap_or(head))?;
    match (rest, field.kind()) {
        (None, _) => Some(field),
        (Some(_), _) if field.is_map() => Some(field),
        (Some(rest), Kind::Message(inner)) if field.is_list() == only.is_some() => at(&inner, rest),
        _ => None,
    }
}

/// The first segment of a path and the rest.
pub(super) fn split(path: &str) -> (&str, Option<&str>) {
    match path.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (path, None),
    }
}

/// What a field holds.
pub(super) fn shape(field: &FieldDescriptor) -> Shape {
    match field.kind() {
        Kind::Message(inner) => match inner.full_name() {
            "outlay.v1.Money" => Shape::Money,
            "outlay.v1.Date" => Shape::Date,
            "google.protobuf.Timestamp" => Shape::Time,
            "google.protobuf.Duration" => Shape::Duration,
            _ => Shape::Message(inner),
        },
        Kind::Enum(kind) => Shape::Enum(kind),
        Kind::String if reflect::rules(field).format() == Format::Decimal => Shape::Decimal,
        Kind::String => Shape::Text,
        Kind::Bool => Shape::Bool,
        other => Shape::Other(other),
    }
}

/// The rules in a field's option.
pub(super) fn rules(field: &FieldDescriptor) -> Rules {
    let stated = reflect::rules(field);
    let has = |behavior| stated.behavior().any(|one| one == behavior);
    Rules {
        required: has(Behavior::Required),
        output_only: has(Behavior::OutputOnly),
        identifier: has(Behavior::Identifier),
        multiline: stated.multiline,
        resource: stated.resource,
    }
}

/// The names of an enum's values without their prefix and without the one that
/// isn't used.
pub(super) fn enum_names(kind: &EnumDescriptor) -> Vec<String> {
    kind.values()
        .filter(|value| value.number() != 0)
        .map(|value| short_name(kind, value.name()))
        .collect()
}

/// The name of an enum's value without its prefix.
pub(super) fn short_name(kind: &EnumDescriptor, name: &str) -> String {
    let prefix = json::enum_prefix(kind);
    name.strip_prefix(&prefix).unwrap_or(name).to_owned()
}

/// The resource name that `text` means within a collection.
///
/// Ids are lower case; the codes they come from needn't be, so that `C01` finds
/// `clusters/c01`.
pub(super) fn resource_name(collection: &str, text: &str) -> String {
    if text.is_empty() || text.contains('/') {
        text.to_owned()
    } else {
        format!("{collection}/{}", text.to_lowercase())
    }
}

/// A field's name for people: `Planned start date`.
pub(super) fn label(field: &FieldDescriptor) -> String {
    let words = field.name().replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
