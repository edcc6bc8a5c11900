//! Files of records in canonical protobuf JSON.

use outlay_proto::reflect;
use prost::Message;
use prost_reflect::DynamicMessage;
use serde::Deserialize;
use serde_json::Value;

use super::Problem;
use super::step::Step;

/// A file that is part of the program.
pub(super) struct File {
    /// What it is called, for errors.
    pub(super) name: &'static str,
    /// What is in it.
    pub(super) text: &'static str,
}

/// A record of a file.
pub(super) struct Entry<M> {
    /// Its resource name.
    pub(super) name: String,
    /// Its message.
    pub(super) record: M,
    /// What is done to it after its creation.
    pub(super) steps: Vec<Step>,
}

/// An entry as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    record: Value,
    #[serde(default)]
    steps: Vec<Step>,
}

/// The records of a file, which are messages of the type `message`.
pub(super) fn read<M: Message + Default>(
    file: &File,
    message: &str,
) -> Result<Vec<Entry<M>>, Problem> {
    let broken = |error: serde_json::Error| problem(file.name, &error);
    let entries: Vec<Raw> = serde_json::from_str(file.text).map_err(broken)?;
    entries.into_iter().map(|Raw { record, steps }| entry(file, message, record, steps)).collect()
}

/// A message of the type `message` from its JSON; `what` is for errors.
pub(super) fn message<M: Message + Default>(
    what: &str,
    message: &str,
    value: Value,
) -> Result<M, Problem> {
    let descriptor = reflect::message(message).ok_or_else(|| problem(what, &"it has no type"))?;
    let dynamic = DynamicMessage::deserialize(descriptor, value);
    let dynamic = dynamic.map_err(|error| problem(what, &error))?;
    reflect::from_dynamic(&dynamic).map_err(|error| problem(what, &error))
}

fn entry<M: Message + Default>(
    file: &File,
    kind: &str,
    record: Value,
    steps: Vec<Step>,
) -> Result<Entry<M>, Problem> {
    let name = record.get("name").and_then(Value::as_str).map(str::to_owned);
    let name = name.ok_or_else(|| problem(file.name, &"a record has no name"))?;
    let record = message(&name, kind, record)?;
    Ok(Entry { name, record, steps })
}

fn problem(what: &str, why: &dyn std::fmt::Display) -> Problem {
    Problem { what: what.to_owned(), why: why.to_string() }
}
