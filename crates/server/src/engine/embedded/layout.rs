//! How keys and values lie in the tree.
//!
//! Keys start with a byte of the engine's own, so no user key can meet one of
//! its keys. Entries of the spaces 01 and 03 stand together in blocks
//! (`block.rs`); the others are entries of sled's own:
//!
//! ```text
//! 00 'a'                             where the tree stands (Applied)
//! 01 key                             flags u8, revision varint, body
//! 02 key  revision u64  number u32   CRC32C, one part of a long value
//! 03 last revision                   where a frame is (Located)
//! ```

use bytes::Bytes;

use super::codec::{Reader, checked, put_varint, seal_crc, take_varint};
use super::sum::Sum;
use super::tree::{Applied, Located, Stored};
use super::writes::{class_code, class_of};
use crate::engine::Class;

/// Longest value, and part of a value, that stands in one entry of the tree:
/// sled puts larger ones into files of their own, which it does not sync.
pub(super) const PART: usize = 4096;
pub(super) const LONG: u8 = 0x04;
const CLASS_MASK: u8 = 0x03;
pub(super) const APPLIED: [u8; 2] = [0, b'a'];
/// Space of the users' keys.
pub(super) const USERS: u8 = 1;
/// Space of the frames' places.
pub(super) const FRAMES: u8 = 3;

/// What stands in a tail.
#[derive(Clone, Debug)]
pub(super) struct EntryFields {
    pub(super) revision: u64,
    pub(super) class: Class,
    /// The body is the length of a value that lies in parts.
    pub(super) long: bool,
    pub(super) body: Bytes,
}

impl From<Stored> for EntryFields {
    fn from(stored: Stored) -> Self {
        let Stored { revision, class, value } = stored;
        Self { revision, class, long: false, body: value }
    }
}

/// The tail of an entry, as it lies in a block.
pub(super) fn tail(revision: u64, flags: u8, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(11 + body.len());
    out.push(flags);
    put_varint(&mut out, revision);
    out.extend_from_slice(body);
    out
}

pub(super) fn parse(tail: &[u8]) -> Option<EntryFields> {
    let (flags, mut body) = tail.split_first()?;
    let revision = take_varint(&mut body)?;
    Some(EntryFields {
        revision,
        class: class_of(flags & CLASS_MASK)?,
        long: flags & LONG != 0,
        body: Bytes::copy_from_slice(body),
    })
}

pub(super) fn parse_part<'a>(key: &[u8], bytes: &'a [u8]) -> Option<&'a [u8]> {
    let (stored, body) = bytes.split_first_chunk::<4>()?;
    (crc(key, body) == u32::from_be_bytes(*stored)).then_some(body)
}

pub(super) fn parse_applied(bytes: &[u8]) -> Option<Applied> {
    let mut reader = Reader::new(Bytes::copy_from_slice(checked(bytes)?));
    Some(Applied {
        revision: reader.u64()?,
        reached: reader.u64()?,
        epoch: uuid::Uuid::from_bytes(reader.array()?),
        chain: reader.array()?,
        sum: Sum::from_bytes(reader.array()?),
        boot: uuid::Uuid::from_bytes(reader.array()?),
    })
}

/// Where the frame is that an entry under `key` tells of.
pub(super) fn parse_located(key: &[u8], tail: &[u8]) -> Option<Located> {
    let mut reader = Reader::new(parse(tail)?.body);
    Some(Located {
        segment: reader.u64()?,
        offset: reader.u64()?,
        first: reader.u64()?,
        last: u64::from_be_bytes(*key.last_chunk::<8>()?),
    })
}

pub(super) fn crc(key: &[u8], bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(key), bytes)
}

pub(super) fn parts(length: usize) -> u32 {
    u32::try_from(length.div_ceil(PART)).unwrap_or(u32::MAX)
}

pub(super) fn user_key(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + key.len());
    out.push(USERS);
    out.extend_from_slice(key);
    out
}

pub(super) fn part_key(key: &[u8], revision: u64, number: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(13 + key.len());
    out.push(2);
    out.extend_from_slice(key);
    out.extend_from_slice(&revision.to_be_bytes());
    out.extend_from_slice(&number.to_be_bytes());
    out
}

pub(super) fn frame_key(last: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(9);
    out.push(FRAMES);
    out.extend_from_slice(&last.to_be_bytes());
    out
}

/// The value under [`APPLIED`].
pub(super) fn applied_value(applied: &Applied) -> Vec<u8> {
    let mut value = Vec::with_capacity(116);
    value.extend_from_slice(&applied.revision.to_be_bytes());
    value.extend_from_slice(&applied.reached.to_be_bytes());
    value.extend_from_slice(applied.epoch.as_bytes());
    value.extend_from_slice(&applied.chain);
    value.extend_from_slice(&applied.sum.to_bytes());
    value.extend_from_slice(applied.boot.as_bytes());
    seal_crc(&mut value);
    value
}

/// The tail of a frame's entry.
pub(super) fn located_tail(located: &Located) -> Vec<u8> {
    let mut body = Vec::with_capacity(24);
    for field in [located.segment, located.offset, located.first] {
        body.extend_from_slice(&field.to_be_bytes());
    }
    tail(located.last, class_code(Class::Internal), &body)
}
