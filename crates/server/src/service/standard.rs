//! The standard methods, once for every noun.

use outlay_proto::{reflect, v1};
use prost::Message;
use prost_reflect::MessageDescriptor;
use tonic::{Request, Response, Status};

use super::admit;
use super::convert::{Convert, read_date};
use super::filter::Filter;
use super::mask;
use super::noun::{self, Noun, Query, Resource};
use super::paging::{arguments, page_size};
use super::requests::{Create, Fresh, Get, List, Tagged, Update};
use super::status::status;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind;
use crate::domain::reference::region::reform::unknown;
use crate::domain::reporting_period::DeadlineDays;
use crate::engine::Direction;
use crate::error::{Error, Reason, Result, Violations};
use crate::store::call::Call;
use crate::store::list::Verdict;
use crate::store::reader::Reader;
use crate::store::record::{Record, Stored};
use crate::store::{Edit, Known, Store, Target};

/// What a handler answers with.
pub(super) type Reply<T> = std::result::Result<Response<T>, Status>;
type Wire<N> = <N as Noun>::Wire;
type RecordOf<N> = <N as Noun>::Record;

/// Bytes that the server adds to a record, and a history to a version.
const RECORD_OVERHEAD: usize = 64 * 1024;

/// The handlers' common part.
#[derive(Clone)]
pub(super) struct Standard {
    pub(super) store: Store,
    /// Most bytes of a reply.
    pub(super) reply_bytes: usize,
    /// The deadlines of months that have none of their own.
    pub(super) deadline_days: DeadlineDays,
}

impl Standard {
    pub(super) async fn create<Q: Create>(&self, request: Request<Q>) -> Reply<Wire<Q::Noun>> {
        reply(self.try_create(request).await)
    }

    async fn try_create<Q: Create>(&self, request: Request<Q>) -> Result<Wire<Q::Noun>> {
        let (call, found, message) = admit::changing(&self.store, request)?;
        let field = <Q::Noun as Noun>::Record::KIND.field();
        let Some(wire) = message.resource() else {
            return Err(Error::Fields(found));
        };
        let mut found = found;
        let prepared = noun::prepared::<Q::Noun>(&self.store, wire, &mut found).await?;
        let wire = prepared.as_ref().unwrap_or(wire);
        let id = new_id::<Q::Noun>(message.id(), wire, &mut found);
        let stored = self
            .store
            .change(&call, &Target::New(id), |_, known, v| {
                *v = found.clone();
                let record = v.within(field, |v| read::<Q::Noun>(wire, None, known, &call, v));
                self.fitting::<Q::Noun>(Edit::Put(record), &call)
            })
            .await?;
        self.shown::<Q::Noun>(&stored, call.today).await
    }

    /// A record that was just written, with what others tell of it.
    pub(super) async fn shown<N: Noun>(
        &self,
        stored: &Stored<RecordOf<N>>,
        day: Date,
    ) -> Result<Wire<N>> {
        let mut wire = N::show(stored, day);
        if N::COMPLETED {
            N::complete(&self.store.reader().await?, stored, &mut wire).await?;
        }
        Ok(wire)
    }

    pub(super) async fn get<Q: Get>(&self, request: Request<Q>) -> Reply<Wire<Q::Noun>> {
        reply(self.try_get(request).await)
    }

    pub(super) async fn try_get<Q: Get>(&self, request: Request<Q>) -> Result<Wire<Q::Noun>> {
        let (_, message) = admit::reading(request)?;
        let id = id_of::<Q::Noun>("name", message.name())?;
        let reader = self.reader(&message).await?;
        // Negative ones were refused with the fields.
        let revision = u64::try_from(message.revision()).unwrap_or_default();
        let stored = match revision {
            0 => reader.get(&id).await?,
            revision => reader.get_at(&id, revision).await?,
        };
        let mut wire = Q::Noun::show(&stored, self.day(message.as_of())?);
        if revision == 0 {
            Q::Noun::complete(&reader, &stored, &mut wire).await?;
        }
        Ok(wire)
    }

    pub(super) async fn list<Q: List>(&self, request: Request<Q>) -> Reply<Q::Response> {
        reply(self.try_list(request).await)
    }

    async fn try_list<Q: List>(&self, request: Request<Q>) -> Result<Q::Response> {
        let (caller, message) = admit::reading(request)?;
        let descriptor = descriptor::<Q::Noun>()?;
        let narrowing = Filter::parse(&message.narrowing(), &descriptor)?;
        let filter = Filter::parse(message.filter(), &descriptor)?.and(narrowing);
        let (order, direction) = order::<Q::Noun>(message.order_by())?;
        let reader = self.reader(&message).await?;
        let day = self.day(message.as_of())?;
        let regions = territory(&reader, message.region(), day).await?;
        let within = regions.clone();
        let show_deleted = message.show_deleted();
        let plan =
            Q::Noun::plan(&Query { regions, filter: &filter, order, direction, show_deleted });
        let arguments = arguments(&caller, &message);
        let after = self.place(&message, &arguments)?;
        let mut room = self.room();
        let judge = |stored: &Stored<RecordOf<Q::Noun>>| {
            let record = &stored.record;
            let hidden = stored.is_deleted() && !show_deleted
                || !record.is_valid(day) && !message.show_invalid();
            let is_within = |within: &Vec<Id>| record.is_within(&stored.id, within, day);
            if hidden || !within.as_ref().is_none_or(is_within) {
                return Ok(Verdict::Skip);
            }
            let wire = Q::Noun::show(stored, day);
            if !filter.is_empty() {
                let dynamic = reflect::to_dynamic(descriptor.clone(), &wire)
                    .map_err(|error| Error::Internal(error.into()))?;
                if !filter.accepts(&dynamic) {
                    return Ok(Verdict::Skip);
                }
            }
            Ok(if room.takes(wire.encoded_len()) { Verdict::Show(wire) } else { Verdict::Full })
        };
        let page = reader.list(&plan, after.as_deref(), page_size(&message), judge).await?;
        let token = self.token(page.next, &arguments)?;
        Ok(Q::respond(page.items, token, revision(&reader)))
    }

    pub(super) async fn update<Q: Update>(&self, request: Request<Q>) -> Reply<Wire<Q::Noun>> {
        reply(self.try_update(request).await)
    }

    async fn try_update<Q: Update>(&self, request: Request<Q>) -> Result<Wire<Q::Noun>> {
        let (call, mut found, message) = admit::changing(&self.store, request)?;
        let noun = <Q::Noun as Noun>::Record::KIND.field();
        let Some(wire) = message.resource() else {
            return Err(Error::Fields(found));
        };
        let field = format!("{noun}.name");
        if wire.name().is_empty() {
            found.add(&field, Reason::FieldRequired, "is required: it says what to update");
            return Err(Error::Fields(found));
        }
        let Ok(id) = kind::parse_as(<Q::Noun as Noun>::Record::KIND, wire.name()) else {
            return Err(Error::Fields(found));
        };
        let descriptor = descriptor::<Q::Noun>()?;
        let target = target(id, wire.etag(), &found);
        let stored = self
            .store
            .change(&call, &target, |old, known, v| {
                *v = found.clone();
                let old = live(old)?;
                Q::Noun::permit_update(old)?;
                let current = Q::Noun::show(old, call.today);
                let merged = mask::merge(&descriptor, &current, wire, message.mask(), noun, v)?;
                let record = v.within(noun, |v| {
                    outlay_proto::validate::Validate::validate(&merged, v);
                    read::<Q::Noun>(&merged, Some(&old.record), known, &call, v)
                });
                self.fitting::<Q::Noun>(Edit::Put(record), &call)
            })
            .await?;
        self.shown::<Q::Noun>(&stored, call.today).await
    }

    pub(super) async fn delete<Q: Tagged>(&self, request: Request<Q>) -> Reply<Wire<Q::Noun>> {
        self.act(request, |_, _, _, _| Ok(Edit::SetDeleted(true))).await
    }

    pub(super) async fn undelete<Q: Tagged>(&self, request: Request<Q>) -> Reply<Wire<Q::Noun>> {
        self.act(request, |_, _, _, _| Ok(Edit::SetDeleted(false))).await
    }

    /// A custom method: what `edit` makes of the record that the request names.
    pub(super) async fn act<Q: Tagged>(
        &self,
        request: Request<Q>,
        edit: impl Fn(
            &Q,
            &Stored<RecordOf<Q::Noun>>,
            &Call,
            &mut Violations,
        ) -> Result<Edit<RecordOf<Q::Noun>>>,
    ) -> Reply<Wire<Q::Noun>> {
        self.act_knowing(request, |message, old, call, _, v| edit(message, old, call, v)).await
    }

    /// A custom method that asks what is known of other records.
    pub(super) async fn act_knowing<Q: Tagged>(
        &self,
        request: Request<Q>,
        edit: impl Fn(
            &Q,
            &Stored<RecordOf<Q::Noun>>,
            &Call,
            &Known,
            &mut Violations,
        ) -> Result<Edit<RecordOf<Q::Noun>>>,
    ) -> Reply<Wire<Q::Noun>> {
        reply(self.try_act(request, edit).await)
    }

    async fn try_act<Q: Tagged>(
        &self,
        request: Request<Q>,
        edit: impl Fn(
            &Q,
            &Stored<RecordOf<Q::Noun>>,
            &Call,
            &Known,
            &mut Violations,
        ) -> Result<Edit<RecordOf<Q::Noun>>>,
    ) -> Result<Wire<Q::Noun>> {
        let (call, found, message) = admit::changing(&self.store, request)?;
        let Ok(id) = kind::parse_as(<Q::Noun as Noun>::Record::KIND, message.name()) else {
            return Err(Error::Fields(found));
        };
        let target = target(id, message.etag(), &found);
        let stored = self
            .store
            .change(&call, &target, |old, known, v| {
                *v = found.clone();
                let old = old.ok_or_else(|| Error::internal("a target that exists is given"))?;
                self.fitting::<Q::Noun>(edit(&message, old, &call, known, v)?, &call)
            })
            .await?;
        self.shown::<Q::Noun>(&stored, call.today).await
    }

    /// A change whose record fits into a reply: what is kept can be read.
    pub(super) fn fitting<N: Noun>(
        &self,
        edit: Edit<RecordOf<N>>,
        call: &Call,
    ) -> Result<Edit<RecordOf<N>>> {
        let Edit::Put(record) = edit else { return Ok(edit) };
        let draft = Stored::draft(record, call.now);
        let size = N::show(&draft, call.today).encoded_len();
        let limit = self.reply_bytes.saturating_sub(RECORD_OVERHEAD);
        if size > limit {
            let noun = N::Record::KIND.noun();
            return Err(Error::TooLarge(format!(
                "the {noun} would have {size} bytes, and at most {limit} can be answered: \
                 shorten it, or keep parts of it elsewhere"
            )));
        }
        Ok(Edit::Put(draft.record))
    }

    /// The day that is asked for, or today.
    pub(super) fn day(&self, as_of: Option<&v1::Date>) -> Result<Date> {
        match as_of {
            None => self.today(),
            // One that isn't in the calendar was refused with the fields.
            Some(day) => read_date(day).map_err(|flaw| flaw.into_error("as_of")),
        }
    }

    pub(super) async fn reader(&self, request: &impl Fresh) -> Result<Reader> {
        // Negative ones were refused with the fields.
        let revision = u64::try_from(request.min_revision()).unwrap_or_default();
        self.store.reader_at_least(revision).await
    }
}

/// The record that a change is of. Where a field is bad that is told first, and
/// not that a tag isn't the present one.
pub(super) fn target(id: Id, etag: &str, found: &Violations) -> Target {
    let etag = if found.is_empty() { etag.to_owned() } else { String::new() };
    Target::Existing { id, etag }
}

/// A record that isn't deleted.
pub(super) fn live<R: Record>(stored: Option<&Stored<R>>) -> Result<&Stored<R>> {
    match stored {
        Some(stored) if stored.is_deleted() => Err(match stored.record.merged_into() {
            Some(into) => Error::Merged { name: stored.name(), into: kind::name(R::KIND, into) },
            None => Error::Deleted { name: stored.name() },
        }),
        Some(stored) => Ok(stored),
        None => Err(Error::internal("a target that exists is given")),
    }
}

pub(super) fn reply<T>(result: Result<T>) -> Reply<T> {
    result.map(Response::new).map_err(status)
}

pub(super) fn revision(reader: &Reader) -> i64 {
    i64::try_from(reader.revision()).unwrap_or(i64::MAX)
}

pub(super) fn id_of<N: Noun>(field: &str, name: &str) -> Result<Id> {
    kind::parse_as(N::Record::KIND, name)
        .map_err(|flaw| Error::field(field, flaw.reason, flaw.description))
}

pub(super) fn descriptor<N: Noun>() -> Result<MessageDescriptor> {
    reflect::message(N::MESSAGE).ok_or_else(|| Error::internal("a noun's message is in its proto"))
}

/// Reads a message and asks the domain about it; where something couldn't be
/// read, the domain isn't asked about what stands in its place.
pub(super) fn read<N: Noun>(
    wire: &N::Wire,
    old: Option<&N::Record>,
    known: &Known,
    call: &Call,
    v: &mut Violations,
) -> N::Record {
    let mut convert = Convert::new(v, call.today);
    let mut record = N::read(wire, old, &mut convert);
    if convert.is_whole() {
        N::check(&record, known, call.today, v);
        N::settle(&mut record, known);
    }
    record
}

/// The id that the caller gives a new record, or that its code gives it.
pub(super) fn new_id<N: Noun>(given: &str, wire: &N::Wire, v: &mut Violations) -> Option<Id> {
    let field = format!("{}_id", N::Record::KIND.field());
    let natural = N::natural_id(wire);
    if let (false, Some(natural)) = (given.is_empty(), &natural)
        && natural != given
    {
        let text = format!("must be `{natural}`, which its other fields give, or be left out");
        v.add(&field, Reason::FieldContradiction, text);
    }
    match natural {
        // A code that is no id is a violation already, or is missing.
        Some(natural) => Id::parse(&natural).ok(),
        None => Id::parse(given).ok(),
    }
}

fn order<N: Noun>(text: &str) -> Result<(&'static str, Direction)> {
    let mut words = text.split_whitespace();
    let unknown = || {
        let text = format!(
            "must be one of {}, with ` desc` for descending",
            N::ORDERS.iter().map(|order| format!("`{order}`")).collect::<Vec<_>>().join(", ")
        );
        Error::field("order_by", Reason::OrderUnknown, text)
    };
    let Some(word) = words.next() else {
        let direction = if N::NEWEST_FIRST { Direction::Reverse } else { Direction::Forward };
        return Ok((N::ORDERS.first().copied().unwrap_or_default(), direction));
    };
    let order = N::ORDERS.iter().find(|order| **order == word).ok_or_else(unknown)?;
    let direction = match (words.next(), words.next()) {
        (None | Some("asc"), None) => Direction::Forward,
        (Some("desc"), None) => Direction::Reverse,
        _ => return Err(unknown()),
    };
    Ok((order, direction))
}

/// A region, all below it and all that counts to them on a day; none for
/// everywhere.
pub(super) async fn territory(reader: &Reader, region: &str, day: Date) -> Result<Option<Vec<Id>>> {
    if region.is_empty() {
        return Ok(None);
    }
    let id = kind::parse_as(kind::Kind::Region, region)
        .map_err(|flaw| Error::field("region", flaw.reason, flaw.description))?;
    let tree = reader.tree(kind::Kind::Region).await?;
    if !tree.contains(&id) {
        return Err(unknown(&id).into_error("region"));
    }
    match tree.not_valid(&id, day) {
        Some(flaw) => Err(flaw.into_error("region")),
        None => Ok(Some(reader.boundaries(day).await?.territory(&id))),
    }
}
