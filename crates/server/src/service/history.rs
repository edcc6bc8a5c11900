//! Histories: the versions of a record on the wire.

use outlay_proto::{reflect, v1};
use prost::Message;
use tonic::Request;

use super::admit;
use super::convert::timestamp;
use super::noun::Noun;
use super::paging::{arguments, page_size};
use super::requests::Paged;
use super::standard::{Standard, id_of, revision};
use crate::access::Caller;
use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::error::{Error, Result};
use crate::store::history::Version;
use crate::store::list::Verdict;

/// A page of versions.
pub(super) struct Page<N: Noun> {
    pub(super) versions: Vec<Shown<N>>,
    pub(super) next_page_token: String,
    pub(super) revision: i64,
}

/// A version on the wire.
pub(super) struct Shown<N: Noun> {
    pub(super) change: v1::Change,
    pub(super) before: Option<N::Wire>,
    pub(super) after: N::Wire,
}

/// The page of versions that a request asks for.
///
/// # Errors
/// Bad fields, and NOT_FOUND.
pub(super) async fn page<N: Noun, Q>(standard: &Standard, request: Request<Q>) -> Result<Page<N>>
where
    Q: Paged + super::requests::Named<Noun = N>,
{
    let (caller, message) = admit::reading(request)?;
    let name = message.name().to_owned();
    of::<N>(standard, &caller, &message, &name).await
}

/// The page of versions of the record `name`.
///
/// # Errors
/// Bad fields, and NOT_FOUND.
pub(super) async fn of<N: Noun>(
    standard: &Standard,
    caller: &Caller,
    request: &impl Paged,
    name: &str,
) -> Result<Page<N>> {
    let id = id_of::<N>("name", name)?;
    let arguments = arguments(caller, request);
    let after = standard.place(request, &arguments)?;
    let reader = standard.reader(request).await?;
    let mut room = standard.room();
    let today = standard.today()?;
    let judge = |version: Version<N::Record>| {
        let mut shown = show::<N>(&version, today)?;
        // Where two of it are too much for a reply, the one before is told by
        // the next version.
        let size = |shown: &Shown<N>| {
            let before = shown.before.as_ref().map_or(0, Message::encoded_len);
            before + shown.after.encoded_len() + shown.change.encoded_len()
        };
        if !room.is_enough_for(size(&shown)) {
            shown.before = None;
        }
        Ok(if room.takes(size(&shown)) { Verdict::Show(shown) } else { Verdict::Full })
    };
    let size = page_size(request);
    let page = reader.history::<N::Record, _>(&id, after.as_deref(), size, judge).await?;
    let next_page_token = standard.token(page.next, &arguments)?;
    Ok(Page { versions: page.items, next_page_token, revision: revision(&reader) })
}

fn show<N: Noun>(version: &Version<N::Record>, today: Date) -> Result<Shown<N>> {
    let before = version.before.as_ref().map(|before| N::show(before, today));
    let after = N::show(&version.after, today);
    let context = &version.context;
    let time = Instant::from_micros(context.time_micros).ok().map(timestamp);
    let change = v1::Change {
        revision: i64::try_from(version.revision).unwrap_or(i64::MAX),
        time,
        principal: context.principal.clone(),
        method: context.method.clone(),
        request_id: context.request_id.map(|id| id.to_string()).unwrap_or_default(),
        peer: context.peer.clone(),
        trace_id: context.trace_id.clone(),
        note: context.note.clone(),
        changed_fields: changed_fields::<N>(before.as_ref(), &after)?,
    };
    Ok(Shown { change, before, after })
}

/// Fields in which two versions always differ tell nothing, and what follows
/// from the time of deletion tells no more than that.
const EVER_CHANGING: [&str; 4] = ["etag", "revision", "update_time", "purge_time"];

fn changed_fields<N: Noun>(before: Option<&N::Wire>, after: &N::Wire) -> Result<Vec<String>> {
    let Some(before) = before else {
        return Ok(Vec::new());
    };
    let descriptor = reflect::message(N::MESSAGE)
        .ok_or_else(|| Error::internal("a noun's message is in its proto"))?;
    let fault = |error: prost::DecodeError| Error::Internal(error.into());
    let before = reflect::to_dynamic(descriptor.clone(), before).map_err(fault)?;
    let after = reflect::to_dynamic(descriptor.clone(), after).map_err(fault)?;
    let fields = descriptor.fields().filter(|field| {
        !EVER_CHANGING.contains(&field.name()) && before.get_field(field) != after.get_field(field)
    });
    Ok(fields.map(|field| field.name().to_owned()).collect())
}
