//! Records as they are stored: a schema version, what the store keeps of every
//! record, and the domain's own value.

use bytes::Bytes;
use minicbor::{Decode, Encode};
use uuid::Uuid;

use super::Known;
use super::cells::Cells;
use super::index::Indexes;
use super::reader::Reader;
use super::transaction::Transaction;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind, Reference};
use crate::domain::stored;
use crate::domain::text::Texts;
use crate::domain::tree::Place;
use crate::engine::Entry;
use crate::error::{Error, Result, Violations};

/// Schema of stored records; it stands in their first byte. Fields can be
/// added within a schema, since each has its number; what changes the meaning
/// of one needs the next schema and a reader for this one.
const SCHEMA: u8 = 1;

/// A record of the domain that the store can keep.
pub trait Record:
    Clone + PartialEq + Send + Sync + Encode<()> + for<'b> Decode<'b, ()> + 'static
{
    /// Its kind.
    const KIND: Kind;

    /// Entries by which it is found, besides its id.
    fn index(&self, meta: &Meta, indexes: &mut Indexes);

    /// Codes that no other record of the kind has.
    fn unique(&self) -> Vec<Unique> {
        Vec::new()
    }

    /// Records it refers to.
    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    /// Reads what the rules of some records must know of others, and states as
    /// preconditions what must stay so.
    fn gather(
        _transaction: &mut Transaction,
        _ids: &[Id],
        _known: &mut Known,
    ) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Fills in what a change of one record takes from others, once it was checked,
    /// and stages what others become by it, in the same commit.
    fn conclude(
        _transaction: &mut Transaction,
        _id: &Id,
        _old: Option<&Stored<Self>>,
        _record: &mut Self,
    ) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Fills in what follows from other records, and tells which of their rules it
    /// breaks. What it depends on is stated as preconditions.
    fn relate(
        &mut self,
        _id: &Id,
        _old: Option<&Self>,
        _transaction: &mut Transaction,
        _v: &mut Violations,
    ) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Stages what a change of it, which is staged, makes of other records.
    fn follow(
        _transaction: &mut Transaction,
        _old: Option<&Stored<Self>>,
        _new: &Stored<Self>,
    ) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Adds what it counts for, while it isn't deleted, to cells. That follows
    /// from the record alone.
    fn count(&self, _cells: &mut Cells) {}

    /// Records that it speaks of and that must be there when it comes to do so,
    /// but may go afterwards.
    fn mentions(&self) -> Vec<Reference> {
        Vec::new()
    }

    /// Whether on a day it belongs to one of these regions, which are sorted.
    fn is_within(&self, _id: &Id, _regions: &[Id], _day: Date) -> bool {
        true
    }

    /// Whether there is such a thing on a day.
    fn is_valid(&self, _day: Date) -> bool {
        true
    }

    /// Its own texts, by whose tokens it is found.
    fn texts(&self) -> Texts {
        Texts::default()
    }

    /// Whether its own texts are those of another, as far as that is told
    /// easily.
    fn has_texts_of(&self, _other: &Self) -> bool {
        false
    }

    /// Its title, where it is also found by the whole of it.
    fn title(&self) -> Option<&str> {
        None
    }

    /// Its order in a search, in microseconds: the latest comes first.
    fn search_order(&self, meta: &Meta) -> i64 {
        meta.create_time.micros()
    }

    /// The record that it was merged into, which is why it is deleted.
    fn merged_into(&self) -> Option<&Id> {
        None
    }

    /// Which changes of the kind stand in line, as they would mostly conflict.
    const LINE: Line = Line::None;

    /// Whether records of the kind form a tree by their parents.
    const IS_TREE: bool = false;

    /// The field that names what a record of the tree stands below.
    const PARENT: &'static str = "parent";

    /// Its place in the tree.
    fn place(&self) -> Place {
        Place::default()
    }
}

/// Which changes stand in line, within a process. That replicas meet is for
/// preconditions to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// None.
    None,
    /// Those of one record: many change it at the same moment, as when fifty people
    /// check in to a meeting.
    OfRecord,
    /// Those of all records of the kind, which mostly read what others write.
    OfKind,
}

/// A code that only one record of a kind has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    /// Number of the field; it is on disk.
    pub field: u8,
    /// What it is called in an error: `project code`.
    pub what: &'static str,
    /// The code.
    pub code: String,
}

/// What the store keeps of every record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Meta {
    /// UUID (version 7), made at creation.
    #[cbor(n(0), with = "uuid_bytes")]
    pub uid: Uuid,
    /// When it was created.
    #[n(1)]
    pub create_time: Instant,
    /// When it was last changed.
    #[n(2)]
    pub update_time: Instant,
    /// When it was deleted; none while it isn't.
    #[n(3)]
    pub delete_time: Option<Instant>,
    /// 1 at creation, and 1 more with every change.
    #[n(4)]
    pub version: u64,
}

mod uuid_bytes {
    //! A UUID as 16 bytes.

    use minicbor::decode::{Decoder, Error as DecodeError};
    use minicbor::encode::{Encoder, Error as EncodeError, Write};
    use uuid::Uuid;

    pub(super) fn encode<C, W: Write>(
        value: &Uuid,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        encoder.bytes(value.as_bytes())?.ok()
    }

    pub(super) fn decode<C>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<Uuid, DecodeError> {
        Uuid::from_slice(decoder.bytes()?).map_err(|_| DecodeError::message("a UUID has 16 bytes"))
    }
}

/// A record with all that is known of it at a revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<R> {
    /// Its id.
    pub id: Id,
    /// What the store keeps of it.
    pub meta: Meta,
    /// Revision in which this version was written; 0 for one that isn't yet.
    pub revision: u64,
    /// Tag of this version; empty for one that isn't written yet.
    pub etag: String,
    /// When it will be erased; none while it isn't deleted, and where deleted
    /// records are kept for ever.
    pub purge_time: Option<Instant>,
    /// The record.
    pub record: R,
}

impl<R: Record> Stored<R> {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        kind::name(R::KIND, &self.id)
    }

    /// Whether it is deleted.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.meta.delete_time.is_some()
    }

    /// A record that was never written, to see what it would be like.
    #[must_use]
    pub fn draft(record: R, now: Instant) -> Self {
        let meta = Meta {
            uid: Uuid::nil(),
            create_time: now,
            update_time: now,
            delete_time: None,
            version: 0,
        };
        let (id, etag) = (Id::unread(), String::new());
        Self { id, meta, revision: 0, etag, purge_time: None, record }
    }

    /// The record of an entry that a reader has read.
    pub(super) fn read(id: Id, reader: &Reader, entry: &Entry) -> Result<Self> {
        let (meta, record) = read(&id, &entry.value)?;
        let etag = etag(reader.epoch, R::KIND, &id, entry.revision);
        let purge_time = reader.purge_time(&meta);
        Ok(Self { id, meta, revision: entry.revision, etag, purge_time, record })
    }

    /// This version as a commit has written it.
    pub(super) fn written(mut self, epoch: Uuid, revision: u64) -> Self {
        self.etag = etag(epoch, R::KIND, &self.id, revision);
        self.revision = revision;
        self
    }

    /// As bytes, for the engine.
    pub(super) fn write(&self) -> Result<Bytes> {
        let body = stored::to_bytes(&(&self.meta, &self.record))?;
        Ok([&[SCHEMA], body.as_slice()].concat().into())
    }
}

fn read<R: Record>(id: &Id, bytes: &[u8]) -> Result<(Meta, R)> {
    let damaged = |error| format!("{}: {error}", kind::name(R::KIND, id));
    decode(bytes).map_err(|error| Error::Damaged(damaged(error).into()))
}

fn decode<R: Record>(bytes: &[u8]) -> std::result::Result<(Meta, R), String> {
    match bytes.split_first() {
        Some((&SCHEMA, body)) => stored::from_bytes(body).map_err(|error| match error {
            Error::Damaged(cause) => cause.to_string(),
            other => other.to_string(),
        }),
        Some((schema, _)) => Err(format!("schema {schema} is unknown to this version")),
        None => Err("it is empty".to_owned()),
    }
}

/// What the record of a value counts for.
pub(super) fn counted<R: Record>(id: &Id, value: &[u8]) -> Result<Cells> {
    let (meta, record) = read::<R>(id, value)?;
    let live = meta.delete_time.is_none();
    Ok(if live { Cells::of_live(&record) } else { Cells::default() })
}

/// Tag of a version: the same revision has another tag after a restore, since
/// the epoch is another then.
fn etag(epoch: Uuid, kind: Kind, id: &Id, revision: u64) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(epoch.as_bytes());
    hasher.update(&super::key::record(kind, id));
    hasher.update(&revision.to_be_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}

/// What the store keeps of a record of any kind, without the record.
pub(super) fn meta(entry: &Entry) -> Result<Meta> {
    let body = match entry.value.split_first() {
        Some((&SCHEMA, body)) => body,
        _ => {
            return Err(Error::Damaged("a record's schema is unknown to this version".into()));
        }
    };
    let mut decoder = minicbor::Decoder::new(body);
    let read = decoder.array().and_then(|_| decoder.decode());
    read.map_err(|error: minicbor::decode::Error| Error::Damaged(error.to_string().into()))
}
