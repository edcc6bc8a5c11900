//! The verbs that change something: create, update, delete, undelete, and those
//! that a noun has of its own.

use clap::ArgMatches;
use prost_reflect::{DynamicMessage, MethodDescriptor, Value};
use prost_types::FieldMask;

use super::content::{Content, Edit};
use super::{added, read, request, take};
use crate::cli::fault::{Fault, Repeat};
use crate::cli::noun::{Action, Noun};
use crate::cli::output;
use crate::cli::{Session, args, fields, given, schema};

/// Creates a record.
pub(super) async fn create(
    session: &mut Session<'_, '_>,
    noun: &'static Noun,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let method = noun.standard("Create")?;
    let mut content = Content::from_file(session, noun, args)?;
    content.edit(&Edit::all(noun, args)?)?;
    let mut request = request(&method);
    request.set_field_by_name(&noun.field(), Value::Message(content.record));
    if let Some(id) = args::text(args, "id") {
        fields::set_one(&mut request, &format!("{}_id", noun.field()), id)?;
    }
    send(session, noun, &method, request, args).await
}

/// Changes a record.
pub(super) async fn update(
    session: &mut Session<'_, '_>,
    noun: &'static Noun,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let method = noun.standard("Update")?;
    let mut content = Content::from_file(session, noun, args)?;
    let edits = Edit::all(noun, args)?;
    let named = args::text(args, "record").map(|name| noun.name(name));
    let name = named.unwrap_or_else(|| content.text("name"));
    if name.is_empty() {
        let noun = noun.noun;
        let text = format!("which {noun}? Give its name, here or in the file");
        return Err(Fault::Usage(text));
    }
    fields::set_one(&mut content.record, "name", &name)?;
    take(&mut content.record, args, &["etag"])?;
    if content.needs_current(&edits) {
        let current = read::get_one(session, noun, &name, args).await?;
        content.complete(&edits, &current);
    }
    content.edit(&edits)?;
    if let Some(paths) = args::text(args, "mask") {
        let trimmed = paths.split(',').map(|path| path.trim().to_owned());
        content.paths = trimmed.filter(|path| !path.is_empty()).collect();
        for path in &content.paths {
            given::check(noun, path, "--mask")?;
        }
    }
    if content.paths.is_empty() {
        // An empty mask would mean every field that is set.
        return Err(Fault::Usage(
            "nothing is to be changed: give a flag, --set, --file or --mask".to_owned(),
        ));
    }
    let mut request = request(&method);
    request.set_field_by_name(&noun.field(), Value::Message(content.record));
    let paths = FieldMask { paths: content.paths };
    if let Some(Value::Message(mask)) = request.get_field_by_name_mut("update_mask") {
        mask.transcode_from(&paths)
            .map_err(|error| schema::missing(&format!("the update mask ({error})")))?;
    }
    send(session, noun, &method, request, args).await
}

/// Deletes or undeletes a record.
pub(super) async fn on_one(
    session: &mut Session<'_, '_>,
    noun: &'static Noun,
    verb: &str,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let method = noun.standard(verb)?;
    let request = named(noun, &method, args)?;
    send(session, noun, &method, request, args).await
}

/// Runs a verb that the noun has of its own.
pub(super) async fn act(
    session: &mut Session<'_, '_>,
    noun: &'static Noun,
    action: &Action,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let method = schema::method(noun.service, action.method)
        .ok_or_else(|| schema::missing(action.method))?;
    let mut request = match method.input().get_field_by_name("names") {
        None => named(noun, &method, args)?,
        Some(_) => all_named(noun, &method, args),
    };
    for flag in action.flags {
        if let Some(texts) = args::texts(args, flag.long) {
            let edit = Edit::of(flag, texts);
            edit.apply(&mut request)?;
        }
    }
    let answer = deliver(session, &method, request.clone(), args).await?;
    match action.answer {
        [] => {
            shown(session, noun, &answer, args)?;
            let added = added::ids(action.method, &request, &answer);
            if added.is_empty() || args::switch(args, "validate-only") {
                return Ok(());
            }
            session.note(&format!("Added {}.", added.join(", ")))
        }
        columns => {
            output::answer(session, columns, &answer)?;
            noted(session, args)
        }
    }
}

/// A request that names several records.
fn all_named(noun: &Noun, method: &MethodDescriptor, args: &ArgMatches) -> DynamicMessage {
    let mut request = request(method);
    let names = args::texts(args, "record").unwrap_or_default();
    let names = names.iter().map(|name| Value::String(noun.name(name))).collect();
    request.set_field_by_name("names", Value::List(names));
    request
}

fn named(
    noun: &Noun,
    method: &MethodDescriptor,
    args: &ArgMatches,
) -> Result<DynamicMessage, Fault> {
    let mut request = request(method);
    let name = noun.name(args::text(args, "record").unwrap_or_default());
    fields::set_one(&mut request, "name", &name)?;
    take(&mut request, args, &["etag"])?;
    Ok(request)
}

/// Sends a change, and shows what came of it.
async fn send(
    session: &mut Session<'_, '_>,
    noun: &'static Noun,
    method: &MethodDescriptor,
    request: DynamicMessage,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let record = deliver(session, method, request, args).await?;
    shown(session, noun, &record, args)
}

/// Sends a change under a request id.
async fn deliver(
    session: &Session<'_, '_>,
    method: &MethodDescriptor,
    mut request: DynamicMessage,
    args: &ArgMatches,
) -> Result<DynamicMessage, Fault> {
    let id = args::text(args, "request-id")
        .map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_lowercase);
    fields::set_one(&mut request, "request_id", &id)?;
    take(&mut request, args, &["validate_only"])?;
    let answer = session.call(method, request).await;
    answer.map_err(|fault| fault.repeatable(Repeat::Under(id)))
}

fn shown(
    session: &mut Session<'_, '_>,
    noun: &'static Noun,
    record: &DynamicMessage,
    args: &ArgMatches,
) -> Result<(), Fault> {
    output::change(session, noun, record)?;
    let likely = record.get_field_by_name("likely_duplicates");
    let likely = likely.as_ref().and_then(|names| names.as_list()).unwrap_or_default();
    if !likely.is_empty() {
        let names: Vec<_> = likely.iter().filter_map(Value::as_str).collect();
        session.note(&format!("Likely the same as {}.", names.join(", ")))?;
    }
    if let Some(code) = check_in_code(record) {
        session.note(&format!("The code is {code}. It isn't shown again."))?;
    }
    noted(session, args)
}

/// The code of a check-in that was just opened.
fn check_in_code(record: &DynamicMessage) -> Option<String> {
    let check_in = record.get_field_by_name("check_in")?;
    let code = check_in.as_message()?.get_field_by_name("code")?.as_str()?.to_owned();
    (!code.is_empty()).then_some(code)
}

fn noted(session: &mut Session<'_, '_>, args: &ArgMatches) -> Result<(), Fault> {
    if args::switch(args, "validate-only") {
        session.note("This was a check only: nothing has changed.")?;
    }
    Ok(())
}
