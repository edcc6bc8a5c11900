//! `outlay describe`: the reference of the API, from the protos that are built
//! in: what an RPC does, what a message holds, and the rules of its fields.

use std::io::Write;

use clap::{Arg, Command};
use outlay_proto::reflect;
use prost_reflect::{
    EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor, MethodDescriptor,
    ServiceDescriptor, Value,
};

use super::fault::Fault;
use crate::json;

/// Package of everything that can be described.
const PACKAGE: &str = "outlay.v1";

/// Its command line.
pub(super) fn command() -> Command {
    let name = Arg::new("name").value_name("NAME").help("A service, an RPC, a message or an enum");
    Command::new("describe")
        .about("Describes the API: every RPC, message, field and rule")
        .after_help("Examples:\n  outlay describe\n  outlay describe CreateProject")
        .arg(name)
}

/// Writes what `name` is: a service, an RPC, a message or an enum; without one,
/// all services with their RPCs.
pub(super) fn run(name: Option<&str>, out: &mut dyn Write) -> Result<(), Fault> {
    let services = reflect::pool().services().filter(|s| s.package_name() == PACKAGE);
    let Some(name) = name else {
        for service in services {
            list(&service, out)?;
        }
        return Ok(());
    };
    let wanted = name.rsplit(['.', '/']).next().unwrap_or(name);
    for service in services {
        if service.name() == wanted {
            return list(&service, out);
        }
        if let Some(method) = service.methods().find(|method| method.name() == wanted) {
            return rpc(&method, out);
        }
    }
    if let Some(found) = reflect::message(wanted) {
        return message(&found, out);
    }
    if let Some(found) = reflect::pool().get_enum_by_name(&format!("{PACKAGE}.{wanted}")) {
        return enumeration(&found, out);
    }
    Err(Fault::Usage(format!(
        "there is no service, RPC, message or enum `{wanted}`: `outlay describe` lists the RPCs"
    )))
}

/// A service: each RPC with the first sentence of its comment.
fn list(service: &ServiceDescriptor, out: &mut dyn Write) -> Result<(), Fault> {
    let comment = comment(&service.parent_file(), service.path());
    writeln!(out, "{}\n{}", service.name(), indented(&comment, 2))?;
    for method in service.methods() {
        let text = self::comment(&service.parent_file(), method.path());
        let first = text.lines().next().unwrap_or_default();
        writeln!(out, "  {:<24} {first}", method.name())?;
    }
    writeln!(out)?;
    Ok(())
}

fn rpc(method: &MethodDescriptor, out: &mut dyn Write) -> Result<(), Fault> {
    let stream = |yes| if yes { "stream " } else { "" };
    let service = method.parent_service();
    writeln!(
        out,
        "rpc {}/{} ({}{}) returns ({}{})",
        service.full_name(),
        method.name(),
        stream(method.is_client_streaming()),
        method.input().name(),
        stream(method.is_server_streaming()),
        method.output().name()
    )?;
    let text = comment(&service.parent_file(), method.path());
    writeln!(out, "{}\n", indented(&text, 2))?;
    message(&method.input(), out)?;
    message(&method.output(), out)
}

fn message(message: &MessageDescriptor, out: &mut dyn Write) -> Result<(), Fault> {
    let file = message.parent_file();
    writeln!(out, "message {}", message.name())?;
    writeln!(out, "{}", indented(&comment(&file, message.path()), 2))?;
    for field in message.fields() {
        writeln!(out, "\n  {} {} = {}", type_name(&field), field.name(), field.number())?;
        writeln!(out, "{}", indented(&comment(&file, field.path()), 4))?;
        let rules = rules(&field);
        if !rules.is_empty() {
            writeln!(out, "    [{rules}]")?;
        }
    }
    writeln!(out)?;
    Ok(())
}

fn enumeration(kind: &EnumDescriptor, out: &mut dyn Write) -> Result<(), Fault> {
    let file = kind.parent_file();
    writeln!(out, "enum {}", kind.name())?;
    writeln!(out, "{}", indented(&comment(&file, kind.path()), 2))?;
    let prefix = json::enum_prefix(kind);
    for value in kind.values() {
        let name = value.name().strip_prefix(&prefix).unwrap_or(value.name());
        writeln!(out, "\n  {name} = {}", value.number())?;
        writeln!(out, "{}", indented(&comment(&file, value.path()), 4))?;
    }
    writeln!(out)?;
    Ok(())
}

fn type_name(field: &FieldDescriptor) -> String {
    let one = match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            let value = entry.map_entry_value_field();
            return format!("map<string, {}>", type_name(&value));
        }
        Kind::Message(inner) => inner.full_name().trim_start_matches("outlay.v1.").to_owned(),
        Kind::Enum(inner) => inner.name().to_owned(),
        other => format!("{other:?}").to_lowercase(),
    };
    if field.is_list() { format!("repeated {one}") } else { one }
}

/// The rules of a field: `required, max_length 300`.
fn rules(field: &FieldDescriptor) -> String {
    let Some(rules) = reflect::rules_message(field) else { return String::new() };
    let shown = rules.fields().map(|(rule, value)| {
        let words = named(&rule, value);
        match (rule.name(), value) {
            ("behavior", _) => words,
            (name, Value::Bool(true)) => name.to_owned(),
            (name, _) => format!("{name} {words}"),
        }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// A rule's value; enums by their names in lower case, as a sentence has them.
fn named(rule: &FieldDescriptor, value: &Value) -> String {
    match (rule.kind(), value) {
        (_, Value::List(items)) => {
            items.iter().map(|item| named(rule, item)).collect::<Vec<_>>().join(", ")
        }
        (Kind::Enum(kind), Value::EnumNumber(number)) => {
            let name = kind.get_value(*number).map(|value| value.name().to_owned());
            let name = name.unwrap_or_default();
            let short = name.strip_prefix(&json::enum_prefix(&kind)).unwrap_or(&name);
            short.to_lowercase().replace('_', " ")
        }
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// The comment at a place of a file.
fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let info = file.file_descriptor_proto().source_code_info.as_ref();
    let places = info.map(|info| info.location.as_slice()).unwrap_or_default();
    let place = places.iter().find(|place| place.path == path);
    let text = place.map(|place| place.leading_comments()).unwrap_or_default();
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn indented(text: &str, by: usize) -> String {
    let line =
        |line: &str| if line.is_empty() { String::new() } else { format!("{:by$}{line}", "") };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
