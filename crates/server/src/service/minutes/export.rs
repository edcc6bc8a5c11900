//! Minutes as a document, from templates in `crates/server/templates`.

mod local;
pub(in crate::service) mod markdown;
mod paper;
mod recorded;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use outlay_proto::v1;
use tonic::Request;

use super::MinutesNoun;
use crate::domain::id::Id;
use crate::domain::meeting::Meeting;
use crate::domain::minutes::{Minutes, MinutesState, Recorded};
use crate::domain::reference::Organisation;
use crate::error::{Error, Reason, Result};
use crate::service::admit;
use crate::service::standard::{Standard, id_of, revision};
use crate::store::reader::Reader;
use crate::store::record::{Record, Stored};
use paper::Paper;
use words::Words;

/// The document in HTML, to be printed.
#[derive(Template)]
#[template(path = "minutes.html")]
struct Html<'a> {
    paper: &'a Paper,
    words: &'static Words,
}

/// The document in Markdown.
#[derive(Template)]
#[template(path = "minutes.md")]
struct Markdown<'a> {
    paper: &'a Paper,
    words: &'static Words,
}

/// All that a document tells of.
struct Subject {
    minutes: Minutes,
    /// Number of the version; 0 for what isn't issued.
    version: u32,
    meeting: Meeting,
    /// Names of organisations.
    names: BTreeMap<Id, String>,
    /// The decisions and actions that entries name.
    recorded: Recorded,
}

/// Writes the document.
pub(super) async fn run(
    standard: &Standard,
    request: Request<v1::ExportMinutesRequest>,
) -> Result<v1::ExportMinutesResponse> {
    let (_, message) = admit::reading(request)?;
    let id = id_of::<MinutesNoun>("name", &message.name)?;
    let reader = standard.reader(&message).await?;
    let subject = subject(&reader, &id, message.version).await?;
    let words = Words::of(&message.language_code, &subject.meeting.title)
        .map_err(|flaw| flaw.into_error("language_code"))?;
    let paper = &paper::of(&subject, words);
    let fault = |error: askama::Error| Error::Internal(error.into());
    let (content, media_type) = match message.format() {
        v1::DocumentFormat::Html => (Html { paper, words }.render().map_err(fault)?, "text/html"),
        _ => (Markdown { paper, words }.render().map_err(fault)?, "text/markdown"),
    };
    if content.len() > standard.reply_bytes {
        let (size, limit) = (content.len(), standard.reply_bytes);
        return Err(Error::TooLarge(format!(
            "the document would have {size} bytes, and at most {limit} can be answered"
        )));
    }
    Ok(v1::ExportMinutesResponse {
        content: content.into_bytes(),
        media_type: format!("{media_type}; charset=utf-8"),
        version: i32::try_from(subject.version).unwrap_or(i32::MAX),
        language_code: words.code.to_owned(),
        revision: revision(&reader),
    })
}

/// The minutes with what they speak of: what is issued as it was then.
async fn subject(reader: &Reader, id: &Id, version: i32) -> Result<Subject> {
    let newest = reader.get::<Minutes>(id).await?;
    let issued = match u32::try_from(version).unwrap_or_default() {
        0 if newest.record.state == MinutesState::Issued => newest.record.versions.last(),
        0 => None,
        number => Some(
            newest
                .record
                .versions
                .iter()
                .find(|issued| issued.number == number)
                .ok_or_else(|| unknown(number, newest.record.issued_version()))?,
        ),
    };
    let at = issued.map(|issued| issued.issue_revision.unwrap_or(newest.revision));
    let version = issued.map_or(0, |issued| issued.number);
    let minutes = match issued.and_then(|issued| issued.revision) {
        Some(revision) => reader.get_at::<Minutes>(id, revision).await?,
        None => newest,
    };
    let minutes = minutes.record;
    let meeting = reader.get::<Meeting>(&minutes.meeting).await?;
    let meeting = as_of(reader, meeting, at).await?.record;
    let recorded = Recorded {
        decisions: named(reader, minutes.decisions(), at).await?,
        actions: named(reader, minutes.actions(), at).await?,
    };
    let leads = recorded.actions.values().map(|action| &action.lead);
    let offices = named::<Organisation>(reader, meeting.organisations().chain(leads), at).await?;
    let names = offices.into_iter().map(|(id, office)| (id, office.display_name)).collect();
    Ok(Subject { minutes, version, meeting, names, recorded })
}

fn unknown(number: u32, count: u32) -> Error {
    let text = match count {
        0 => format!("is {number}, and none was issued: leave it out for the draft"),
        count => format!("is {number}: versions 1 to {count} were issued"),
    };
    Error::field("version", Reason::MinutesVersionUnknown, text)
}

/// A record as it was at a revision; as it is where none is given.
async fn as_of<R: Record>(
    reader: &Reader,
    newest: Stored<R>,
    revision: Option<u64>,
) -> Result<Stored<R>> {
    match revision {
        Some(revision) if revision < newest.revision => reader.get_at(&newest.id, revision).await,
        _ => Ok(newest),
    }
}

/// The records that have these ids, as they were at a revision.
async fn named<R: Record>(
    reader: &Reader,
    ids: impl Iterator<Item = &Id>,
    at: Option<u64>,
) -> Result<BTreeMap<Id, R>> {
    let ids: BTreeSet<&Id> = ids.collect();
    let ids: Vec<Id> = ids.into_iter().cloned().collect();
    let mut records = BTreeMap::new();
    for found in reader.find_many::<R>(&ids).await?.into_iter().flatten() {
        let found = as_of(reader, found, at).await?;
        records.insert(found.id, found.record);
    }
    Ok(records)
}
