//! The verbs that read: get, diff, list, search, duplicates, history.

use std::pin::pin;

use clap::ArgMatches;
use futures_util::TryStreamExt;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MethodDescriptor, Value};

use super::{content, request, take};
use crate::cli::fault::Fault;
use crate::cli::noun::{Column, Noun, Question, column};
use crate::cli::output::{self, Listing};
use crate::cli::{Session, args, fields, schema};
use crate::error::Error;
use crate::page::{self, Page};

/// Columns of a history.
static HISTORY: [Column; 6] = [
    column("REVISION", "revision"),
    column("TIME", "time"),
    column("PRINCIPAL", "principal"),
    column("METHOD", "method"),
    column("CHANGED", "changed_fields"),
    column("NOTE", "note"),
];

/// Columns of pairs that are likely one.
static PAIRS: [Column; 6] = [
    column("FIRST", "first.name"),
    column("TITLE", "first.title"),
    column("SECOND", "second.name"),
    column("TITLE", "second.title"),
    column("LIKENESS", "likeness"),
    column("OWNER", "first.owner"),
];

/// Shows one record in full, or several as a list.
pub(super) async fn get(
    session: &mut Session<'_, '_>,
    noun: &Noun,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let names = args::texts(args, "record").unwrap_or_default();
    let names: Vec<_> = names.iter().map(|name| noun.name(name)).collect();
    if let [name] = names.as_slice() {
        let record = get_one(session, noun, name, args).await?;
        return output::record(session, noun, &record);
    }
    let mut records = Vec::new();
    let newest = args::number(args, "revision").is_none();
    if let Some(method) = noun.method("BatchGet").filter(|_| newest) {
        let mut request = request(&method);
        let names = names.into_iter().map(Value::String).collect();
        request.set_field_by_name("names", Value::List(names));
        take(&mut request, args, &["min_revision"])?;
        let answer = session.call(&method, request).await?;
        records = page_of(answer).items;
    } else {
        for name in &names {
            records.push(get_one(session, noun, name, args).await?);
        }
    }
    let mut listing = Listing::new(session, noun.columns, noun.descriptor()?);
    for record in &records {
        listing.push(session.io.stdout, record)?;
    }
    listing.finish(session.io.stdout)
}

/// Gets one record.
pub(in crate::cli) async fn get_one(
    session: &Session<'_, '_>,
    noun: &Noun,
    name: &str,
    args: &ArgMatches,
) -> Result<DynamicMessage, Fault> {
    let method = noun.standard("Get")?;
    let mut request = request(&method);
    fields::set_one(&mut request, "name", name)?;
    take(&mut request, args, &["min_revision", "revision", "as_of"])?;
    session.call(&method, request).await
}

/// Shows in which fields a record differs between two revisions.
pub(super) async fn diff(
    session: &mut Session<'_, '_>,
    noun: &Noun,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let name = noun.name(args::text(args, "record").unwrap_or_default());
    let method = noun.standard("Get")?;
    let mut sides = Vec::with_capacity(2);
    for side in ["from", "to"] {
        let mut request = request(&method);
        fields::set_one(&mut request, "name", &name)?;
        if let Some(revision) = args::number(args, side) {
            fields::set_one(&mut request, "revision", &revision.to_string())?;
        }
        sides.push(session.call(&method, request).await?);
    }
    match sides.as_slice() {
        [before, after] => output::difference(session, before, after),
        _ => Ok(()),
    }
}

/// Lists records.
pub(super) async fn list(
    session: &mut Session<'_, '_>,
    noun: &Noun,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let method = noun.standard("List")?;
    let mut request = request(&method);
    let names =
        ["filter", "order_by", "region", "as_of", "show_invalid", "show_deleted", "min_revision"];
    take(&mut request, args, &names)?;
    take(&mut request, args, &args::NARROWED.map(|(name, _)| name))?;
    take(&mut request, args, &args::SWITCHED.map(|(name, _)| name))?;
    let listing = Listing::new(session, noun.columns, noun.descriptor()?);
    paged(session, &method, request, listing, args).await
}

/// Searches records: the words are the terms.
pub(super) async fn search(
    session: &mut Session<'_, '_>,
    noun: &Noun,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let method = noun.standard("Search")?;
    let mut request = request(&method);
    let words = args::texts(args, "query").unwrap_or_default();
    request.set_field_by_name("query", Value::String(words.join(" ")));
    take(&mut request, args, &["filter", "region", "as_of", "min_revision"])?;
    let listing = Listing::new(session, noun.columns, noun.descriptor()?).of_part(noun.noun);
    paged(session, &method, request, listing, args).await
}

/// Finds pairs that are likely one.
pub(super) async fn duplicates(
    session: &mut Session<'_, '_>,
    noun: &Noun,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let method = noun.standard("SearchDuplicate")?;
    let mut request = request(&method);
    take(&mut request, args, &["region", "min_revision"])?;
    let descriptor = schema::message(&format!("{}Pair", noun.message))?;
    let listing = Listing::new(session, &PAIRS, descriptor);
    paged(session, &method, request, listing, args).await
}

/// Asks, and shows the list, or writes the document, that is answered.
pub(super) async fn ask(
    session: &mut Session<'_, '_>,
    noun: &Noun,
    question: &Question,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let method = noun.rpc(question.method)?;
    let list = method.output().get_field_by_name(question.list);
    let list = list.ok_or_else(|| schema::missing(question.list))?;
    let mut request = request(&method);
    if let Some(record) = args::text(args, "record") {
        fields::set_one(&mut request, "name", &noun.name(record))?;
    }
    for flag in question.flags {
        if let Some(texts) = args::texts(args, flag.long) {
            content::Edit::of(flag, texts).apply(&mut request)?;
        }
    }
    take(&mut request, args, &["min_revision"])?;
    let item = match list.kind() {
        Kind::Message(item) => item,
        Kind::Bytes => return document(session, &method, request, &list, args).await,
        _ => return Err(schema::missing(question.list)),
    };
    let mut listing = Listing::new(session, question.columns, item);
    if method.input().get_field_by_name("page_token").is_some() {
        return paged(session, &method, request, listing, args).await;
    }
    let answer = session.call(&method, request).await?;
    if let Value::List(items) = answer.get_field(&list).as_ref() {
        for item in items.iter().filter_map(Value::as_message) {
            listing.push(session.io.stdout, item)?;
        }
    }
    listing.finish(session.io.stdout)
}

/// Writes a document that is answered to a file, or to stdout.
async fn document(
    session: &mut Session<'_, '_>,
    method: &MethodDescriptor,
    request: DynamicMessage,
    content: &FieldDescriptor,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let answer = session.call(method, request).await?;
    let content = answer.get_field(content);
    let bytes = content.as_bytes().cloned().unwrap_or_default();
    match args::text(args, "file").unwrap_or("-") {
        "-" => session.io.stdout.write_all(&bytes)?,
        file => {
            std::fs::write(file, &bytes)
                .map_err(|error| Fault::Local(format!("{file} can't be written: {error}")))?;
            session.note(&format!("{} bytes are in {file}.", bytes.len()))?;
        }
    }
    Ok(())
}

/// Lists the versions of a record.
pub(super) async fn history(
    session: &mut Session<'_, '_>,
    noun: &Noun,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let method =
        schema::method(noun.service, noun.history).ok_or_else(|| schema::missing(noun.history))?;
    let mut request = request(&method);
    let name = noun.name(args::text(args, "record").unwrap_or_default());
    fields::set_one(&mut request, "name", &name)?;
    take(&mut request, args, &["min_revision"])?;
    let listing = Listing::new(session, &HISTORY, schema::message("Change")?).of_part("change");
    paged(session, &method, request, listing, args).await
}

/// Fetches and shows one page, or all, and says whether more follows.
async fn paged(
    session: &mut Session<'_, '_>,
    method: &MethodDescriptor,
    mut request: DynamicMessage,
    mut listing: Listing,
    args: &ArgMatches,
) -> Result<(), Fault> {
    take(&mut request, args, &["page_size"])?;
    let all = args::switch(args, "all");
    let first = args::text(args, "page-token").unwrap_or_default().to_owned();
    let (client, server) = (session.client.clone(), session.server.clone());
    let mut pages = pin!(page::pages(first, |token| {
        let (client, method, mut request) = (client.clone(), method.clone(), request.clone());
        request.set_field_by_name("page_token", Value::String(token));
        async move { client.call(&method, request).await.map(page_of) }
    }));
    let mut next = String::new();
    let failed = |error: Error| Fault::call(error, &server);
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        for item in &page.items {
            listing.push(session.io.stdout, item)?;
        }
        next = page.next_page_token;
        if !all {
            break;
        }
    }
    listing.finish(session.io.stdout)?;
    if !all && !next.is_empty() {
        session.note(&format!(
            "There is more: add --all, or --page-token '{next}' for the next page."
        ))?;
    }
    Ok(())
}

/// All records of a noun for which fields of the list's request are set, to the last page.
pub(in crate::cli) async fn all(
    session: &Session<'_, '_>,
    noun: &Noun,
    given: &[(&str, &str)],
    args: &ArgMatches,
) -> Result<Vec<DynamicMessage>, Fault> {
    let method = noun.standard("List")?;
    let mut request = request(&method);
    for (field, text) in given {
        fields::set_one(&mut request, field, text)?;
    }
    take(&mut request, args, &["min_revision"])?;
    let (client, method, request) = (&session.client, &method, &request);
    let items = page::items(String::new(), |token| async move {
        let mut request = request.clone();
        request.set_field_by_name("page_token", Value::String(token));
        client.call(method, request).await.map(page_of)
    });
    items.try_collect().await.map_err(|error| Fault::call(error, &session.server))
}

/// A page out of the answer of a list: its first list of messages.
fn page_of(mut answer: DynamicMessage) -> Page<DynamicMessage> {
    let next_page_token = match answer.take_field_by_name("next_page_token") {
        Some(Value::String(token)) => token,
        _ => String::new(),
    };
    let mut items = Vec::new();
    for (_, value) in answer.take_fields() {
        if let Value::List(list) = value {
            items.extend(list.into_iter().filter_map(|item| match item {
                Value::Message(message) => Some(message),
                _ => None,
            }));
        }
    }
    Page { items, next_page_token }
}
