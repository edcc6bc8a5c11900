//! One commit as the journal keeps it: its context and its absolute results.
//!
//! A record's write names the revision that wrote the value before it, so
//! that history can be followed backwards without storing a value twice. What
//! was derived from records (indexes, cells, bookkeeping) stands behind them
//! as one part. The digest covers each value, and the derived part, through a
//! hash of its own: a body stays verifiable when one of them is purged.
//!
//! ```text
//! version u8 (1)
//! context
//! count u32 of writes to records, each:
//!   tag u8    10 put, 20 delete, 30 put, and purged since
//!   key, with its length before it
//!   revision u64 of the value before, 0 if there was none
//!   the value, a part, except where it was deleted
//! tag u8      00 nothing derived, 10 derived, 30 derived, and purged since
//! the derived part: count u32 of writes, each:
//!   tag u8    10 put, 20 delete, with the class in the low bits
//!   key, and value of a put, each with its length before it
//! ```

use bytes::Bytes;
use uuid::Uuid;

use super::codec::{Reader, put_bytes, put_length};
use super::frame::Row;
use super::part::{Part, Salt};
use super::writes::{TAG_DELETE, TAG_PUT, Write, decode_derived, encode_derived};
use crate::engine::{Class, Context, MAX_COMMIT_OPERATIONS};

const VERSION: u8 = 1;
/// What a body that was dropped is filled with, in place of its version too.
pub(super) const DROPPED: u8 = 0;
const TAG_NONE: u8 = 0x00;
const TAG_PURGED: u8 = 0x30;

/// Salts for the parts of one commit.
pub(super) struct Salts {
    /// Random, and forgotten: one salt says nothing of another.
    seed: Uuid,
    given: u64,
}

impl Salts {
    pub(super) fn new() -> Self {
        Self::seeded(Uuid::new_v4())
    }

    /// The salts that come of a seed.
    pub(super) fn seeded(seed: Uuid) -> Self {
        Self { seed, given: 0 }
    }

    fn next(&mut self) -> Salt {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.seed.as_bytes());
        hasher.update(&self.given.to_be_bytes());
        self.given += 1;
        let mut salt = Salt::default();
        hasher.finalize_xof().fill(&mut salt);
        salt
    }
}

/// A commit with everything resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) context: Context,
    pub(super) records: Vec<RecordWrite>,
    /// All other writes, encoded; none if there are none.
    pub(super) derived: Option<Part>,
}

/// What one operation did to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordWrite {
    pub(super) key: Bytes,
    /// Revision of the value before; 0 if there was none.
    pub(super) old_revision: u64,
    /// The value after; none where the record was removed.
    pub(super) value: Option<Part>,
}

impl Body {
    /// A commit of these writes.
    pub(super) fn new(context: Context, writes: Vec<Write>, salts: &mut Salts) -> Self {
        let (records, derived): (Vec<_>, Vec<_>) =
            writes.into_iter().partition(|write| write.class == Class::Record);
        let records = records
            .into_iter()
            .map(|Write { key, old_revision, value, .. }| {
                let value = value.map(|bytes| Part::Kept { salt: salts.next(), bytes });
                RecordWrite { key, old_revision, value }
            })
            .collect();
        let derived = (!derived.is_empty())
            .then(|| Part::Kept { salt: salts.next(), bytes: encode_derived(&derived) });
        Self { context, records, derived }
    }

    /// All writes, whatever their class.
    ///
    /// # Errors
    /// [`Unread::Purged`] where one is not there any more.
    pub(super) fn writes(&self) -> Result<Vec<Write>, Unread> {
        let bytes = |part: &Part| part.bytes().cloned().ok_or(Unread::Purged);
        let mut writes = match &self.derived {
            None => Vec::with_capacity(self.records.len()),
            Some(part) => decode_derived(bytes(part)?).ok_or(Unread::Damaged)?,
        };
        for RecordWrite { key, old_revision, value } in &self.records {
            let value = value.as_ref().map(bytes).transpose()?;
            let (key, old_revision) = (key.clone(), *old_revision);
            writes.push(Write { class: Class::Record, key, old_revision, value });
        }
        Ok(writes)
    }
}

/// Why a body, or a part of it, cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is not what its commit wrote.
    Damaged,
    /// A part of it was purged.
    Purged,
    /// It was dropped, and only its digest is kept.
    Dropped,
}

impl Unread {
    /// What it says of the journal where all of the body is needed.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Damaged => "the body of a commit is damaged",
            Self::Purged => "a commit was purged, so only a base can hold the state after it",
            Self::Dropped => "a commit was dropped, so only a base can hold the state after it",
        }
    }
}

/// The body in `bytes`, of which a header says what is in `row`.
pub(super) fn read(bytes: Bytes, row: &Row) -> Result<Body, Unread> {
    if bytes.first() == Some(&DROPPED) && is_dropped(&bytes, row) {
        return Err(Unread::Dropped);
    }
    decode(bytes).filter(|body| digest(body) == row.digest).ok_or(Unread::Damaged)
}

/// Whether nothing but zeros is left in the place of a body, and that is meant.
fn is_dropped(bytes: &[u8], row: &Row) -> bool {
    bytes.iter().all(|byte| *byte == DROPPED) && crc32c::crc32c(bytes) == row.crc
}

/// The bytes of a body and their digest.
pub(super) fn encode(body: &Body) -> (Vec<u8>, [u8; 32]) {
    let mut out = Vec::with_capacity(256);
    serialize(
        body,
        &mut out,
        |out, tag, part| {
            let purged = part.bytes().is_none();
            out.push(if purged { TAG_PURGED } else { tag });
        },
        |out, part| part.write(out),
    );
    (out, digest(body))
}

/// What the frame header says of a body.
fn digest(body: &Body) -> [u8; 32] {
    let mut out = Vec::with_capacity(256);
    serialize(
        body,
        &mut out,
        |out, tag, _| out.push(tag),
        |out, part| {
            put_length(out, part.length());
            out.extend_from_slice(&part.hash());
        },
    );
    *blake3::hash(&out).as_bytes()
}

fn serialize(
    body: &Body,
    out: &mut Vec<u8>,
    put_tag: fn(&mut Vec<u8>, u8, &Part),
    put_part: fn(&mut Vec<u8>, &Part),
) {
    out.push(VERSION);
    put_context(out, &body.context);
    put_length(out, body.records.len());
    for RecordWrite { key, old_revision, value } in &body.records {
        match value {
            Some(part) => put_tag(out, TAG_PUT, part),
            None => out.push(TAG_DELETE),
        }
        put_bytes(out, key);
        out.extend_from_slice(&old_revision.to_be_bytes());
        if let Some(part) = value {
            put_part(out, part);
        }
    }
    match &body.derived {
        Some(part) => {
            put_tag(out, TAG_PUT, part);
            put_part(out, part);
        }
        None => out.push(TAG_NONE),
    }
}

fn put_context(out: &mut Vec<u8>, context: &Context) {
    out.extend_from_slice(&context.time_micros.to_be_bytes());
    match context.request_id {
        Some(id) => {
            out.push(1);
            out.extend_from_slice(id.as_bytes());
        }
        None => out.push(0),
    }
    for text in
        [&context.principal, &context.method, &context.peer, &context.trace_id, &context.note]
    {
        put_bytes(out, text.as_bytes());
    }
}

/// The body in `bytes`; none if they are no body.
fn decode(bytes: Bytes) -> Option<Body> {
    let mut reader = Reader::new(bytes);
    if reader.u8()? != VERSION {
        return None;
    }
    let context = read_context(&mut reader)?;
    let count = usize::try_from(reader.u32()?).ok()?;
    let mut records = Vec::with_capacity(count.min(MAX_COMMIT_OPERATIONS));
    for _ in 0..count {
        records.push(read_record(&mut reader)?);
    }
    let derived = match reader.u8()? {
        TAG_NONE => None,
        tag => Some(read_part(&mut reader, tag)?),
    };
    reader.is_empty().then_some(Body { context, records, derived })
}

fn read_context(reader: &mut Reader) -> Option<Context> {
    let time_micros = reader.i64()?;
    let request_id = match reader.u8()? {
        0 => None,
        1 => Some(Uuid::from_bytes(reader.array()?)),
        _ => return None,
    };
    Some(Context {
        time_micros,
        request_id,
        principal: reader.text()?,
        method: reader.text()?,
        peer: reader.text()?,
        trace_id: reader.text()?,
        note: reader.text()?,
    })
}

fn read_record(reader: &mut Reader) -> Option<RecordWrite> {
    let tag = reader.u8()?;
    let key = reader.bytes()?;
    let old_revision = reader.u64()?;
    let value = match tag {
        TAG_DELETE => None,
        tag => Some(read_part(reader, tag)?),
    };
    Some(RecordWrite { key, old_revision, value })
}

fn read_part(reader: &mut Reader, tag: u8) -> Option<Part> {
    match tag {
        TAG_PUT => Part::read(reader, false),
        TAG_PURGED => Part::read(reader, true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(salts: &mut Salts) -> Body {
        let write = |class, key: &'static [u8], value: Option<&'static [u8]>| Write {
            class,
            key: Bytes::from_static(key),
            old_revision: 0,
            value: value.map(Bytes::from_static),
        };
        let writes = vec![
            write(Class::Index, b"index", Some(b"")),
            write(Class::Record, b"one", Some(b"yes")),
            write(Class::Record, b"two", Some(b"yes")),
            write(Class::Cell, b"cell", None),
            write(Class::Record, b"three", None),
        ];
        Body::new(Context::default(), writes, salts)
    }

    fn row(bytes: &[u8], digest: [u8; 32]) -> Row {
        Row { length: bytes.len() as u32, crc: crc32c::crc32c(bytes), digest }
    }

    fn salt(part: Option<&Part>) -> Salt {
        match part {
            Some(Part::Kept { salt, .. }) => *salt,
            part => panic!("{part:?}"),
        }
    }

    #[test]
    fn a_body_is_read_back_and_each_of_its_parts_has_a_salt_of_its_own() {
        let body = body(&mut Salts::new());
        let [one, two] = [0, 1].map(|index| salt(body.records[index].value.as_ref()));
        assert!(one != two && one != salt(body.derived.as_ref()));
        let (bytes, digest) = encode(&body);
        let row = row(&bytes, digest);
        let found = read(Bytes::from(bytes.clone()), &row).unwrap();
        assert_eq!(found, body);
        let other = Row { digest: [1; 32], ..row.clone() };
        assert_eq!(read(Bytes::from(bytes.clone()), &other), Err(Unread::Damaged));
        // Zeros are only taken for what was dropped where they are expected.
        let zeros = Bytes::from(vec![DROPPED; bytes.len()]);
        assert_eq!(read(zeros.clone(), &row), Err(Unread::Damaged));
        let dropped = Row { crc: crc32c::crc32c(&zeros), ..row };
        assert_eq!(read(zeros, &dropped), Err(Unread::Dropped));
        let keys: Vec<_> = found.writes().unwrap().into_iter().map(|write| write.key).collect();
        assert_eq!(keys, ["index", "cell", "one", "two", "three"].map(Bytes::from));
    }

    #[test]
    fn the_same_values_have_other_digests_in_another_commit() {
        let [one, two] = [(); 2].map(|()| encode(&body(&mut Salts::new())).1);
        assert_ne!(one, two);
    }

    #[test]
    fn the_digest_stays_when_parts_are_purged_and_what_is_left_is_as_long() {
        let whole = body(&mut Salts::new());
        let (before, digest) = encode(&whole);
        for (value, derived) in [(true, false), (false, true), (true, true)] {
            let mut body = whole.clone();
            if value {
                body.records[1].value = body.records[1].value.as_ref().map(Part::purged);
            }
            if derived {
                body.derived = body.derived.as_ref().map(Part::purged);
            }
            let (after, same) = encode(&body);
            assert_eq!((same, after.len()), (digest, before.len()));
            let row = row(&after, digest);
            let found = read(Bytes::from(after), &row).unwrap();
            assert_eq!(found, body);
            assert_eq!(found.writes(), Err(Unread::Purged));
        }
    }
}
