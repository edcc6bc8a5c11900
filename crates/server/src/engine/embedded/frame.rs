//! A frame: the header of one group of commits, which the journal's chain runs
//! over, and the commits' bodies after it.
//!
//! ```text
//!  0 magic "OLFR"        32 last revision
//!  4 version u16         40 time of the last commit, microseconds
//!  6 kind u16            48 chain hash of the frame before [32]
//!  8 count u32           80 CRC32C of the table
//! 12 reserved u32        84 CRC32C of bytes 0..84
//! 16 length of bodies    88 table: count × (length, CRC32C, digest [32])
//! 24 first revision         bodies
//! ```
//!
//! The chain covers digests, not lengths and checksums of bodies: those may
//! change when a value is purged, the chain may not.

use bytes::Bytes;

use super::body::{self, Body};
use super::codec::Reader;

/// Length of the part of a header that is always there.
pub(super) const PRELUDE: usize = 88;
/// Length of what the table says of one commit.
pub(super) const ROW: usize = 40;
const MAGIC: [u8; 4] = *b"OLFR";
const VERSION: u16 = 1;

/// What a frame is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It holds commits.
    Commits,
    /// A clean stop: everything before it was complete.
    Seal,
}

/// What the table says of one body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) length: u32,
    pub(super) crc: u32,
    pub(super) digest: [u8; 32],
}

/// The fixed part of a header, whose checksum was right.
#[derive(Clone, Debug)]
pub(super) struct Prelude {
    pub(super) kind: Kind,
    pub(super) count: u32,
    pub(super) bodies: u64,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) time_micros: i64,
    pub(super) previous: [u8; 32],
    table_crc: u32,
}

/// A whole header.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) prelude: Prelude,
    pub(super) rows: Vec<Row>,
}

/// A frame that is ready to be appended.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) bytes: Vec<u8>,
    pub(super) first: u64,
    pub(super) last: u64,
    /// Hash of the chain up to and including this frame.
    pub(super) chain: [u8; 32],
}

impl Prelude {
    /// Reads the first [`PRELUDE`] bytes of a frame; none if they are damaged.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let fixed = super::codec::checked(bytes.get(..PRELUDE)?)?;
        let mut reader = Reader::new(Bytes::copy_from_slice(fixed));
        if reader.array()? != MAGIC || reader.u16()? != VERSION {
            return None;
        }
        let kind = match reader.u16()? {
            1 => Kind::Commits,
            2 => Kind::Seal,
            _ => return None,
        };
        let count = reader.u32()?;
        reader.u32()?;
        Some(Self {
            kind,
            count,
            bodies: reader.u64()?,
            first: reader.u64()?,
            last: reader.u64()?,
            time_micros: reader.i64()?,
            previous: reader.array()?,
            table_crc: reader.u32()?,
        })
    }

    /// Length of the table in bytes.
    pub(super) fn table(&self) -> usize {
        (self.count as usize).saturating_mul(ROW)
    }

    /// Length of the whole frame in bytes: more than any file has, where the
    /// fields say nonsense.
    pub(super) fn total(&self) -> u64 {
        (PRELUDE.saturating_add(self.table()) as u64).saturating_add(self.bodies)
    }

    /// Whether this frame comes right after revision `last`, or is its seal.
    pub(super) fn follows(&self, last: u64) -> bool {
        match self.kind {
            Kind::Commits => {
                self.count > 0
                    && last.checked_add(1) == Some(self.first)
                    && last.checked_add(u64::from(self.count)) == Some(self.last)
            }
            Kind::Seal => (self.count, self.first, self.last) == (0, last, last),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&VERSION.to_be_bytes());
        out.extend_from_slice(&kind_code(self.kind).to_be_bytes());
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&0_u32.to_be_bytes());
        out.extend_from_slice(&self.bodies.to_be_bytes());
        out.extend_from_slice(&self.first.to_be_bytes());
        out.extend_from_slice(&self.last.to_be_bytes());
        out.extend_from_slice(&self.time_micros.to_be_bytes());
        out.extend_from_slice(&self.previous);
        out.extend_from_slice(&self.table_crc.to_be_bytes());
        super::codec::seal_crc(out);
    }
}

impl Header {
    /// Adds the table to a prelude; none if it is damaged.
    pub(super) fn read(prelude: Prelude, table: &[u8]) -> Option<Self> {
        if table.len() != prelude.table() || crc32c::crc32c(table) != prelude.table_crc {
            return None;
        }
        let mut reader = Reader::new(Bytes::copy_from_slice(table));
        let mut rows = Vec::with_capacity(prelude.count as usize);
        let mut bodies = 0_u64;
        while !reader.is_empty() {
            let row = Row { length: reader.u32()?, crc: reader.u32()?, digest: reader.array()? };
            bodies += u64::from(row.length);
            rows.push(row);
        }
        (bodies == prelude.bodies).then_some(Self { prelude, rows })
    }

    /// The bytes before the bodies.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut table = Vec::with_capacity(self.rows.len() * ROW);
        for row in &self.rows {
            table.extend_from_slice(&row.length.to_be_bytes());
            table.extend_from_slice(&row.crc.to_be_bytes());
            table.extend_from_slice(&row.digest);
        }
        let mut out = Vec::with_capacity(PRELUDE + table.len());
        let prelude = Prelude { table_crc: crc32c::crc32c(&table), ..self.prelude.clone() };
        prelude.write(&mut out);
        out.extend_from_slice(&table);
        out
    }

    /// Hash of the chain up to and including this frame.
    pub(super) fn chain(&self) -> [u8; 32] {
        let prelude = &self.prelude;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&MAGIC);
        hasher.update(&VERSION.to_be_bytes());
        hasher.update(&kind_code(prelude.kind).to_be_bytes());
        hasher.update(&prelude.first.to_be_bytes());
        hasher.update(&prelude.last.to_be_bytes());
        hasher.update(&prelude.time_micros.to_be_bytes());
        hasher.update(&prelude.previous);
        for row in &self.rows {
            hasher.update(&row.digest);
        }
        *hasher.finalize().as_bytes()
    }

    /// Where the body of the `index`th commit starts, from the frame's start.
    pub(super) fn body_offset(&self, index: usize) -> u64 {
        let before: u64 = self.rows[..index].iter().map(|row| u64::from(row.length)).sum();
        (PRELUDE + self.prelude.table()) as u64 + before
    }
}

/// What the chain of an epoch starts from.
pub(super) fn genesis(epoch: uuid::Uuid) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"outlay journal");
    hasher.update(epoch.as_bytes());
    *hasher.finalize().as_bytes()
}

/// Packs commits `first`… into a frame after the one whose chain hash is
/// `previous`.
pub(super) fn commits(first: u64, previous: [u8; 32], commits: &[Body]) -> Frame {
    let mut rows = Vec::with_capacity(commits.len());
    let mut bodies = Vec::new();
    for commit in commits {
        let (bytes, digest) = body::encode(commit);
        rows.push(Row {
            length: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            crc: crc32c::crc32c(&bytes),
            digest,
        });
        bodies.extend_from_slice(&bytes);
    }
    let last = first + commits.len() as u64 - 1;
    let time = commits.last().map_or(0, |body| body.context.time_micros);
    pack(Kind::Commits, (first, last), time, previous, rows, &bodies)
}

/// The frame that a clean stop leaves behind revision `last`.
pub(super) fn seal(last: u64, previous: [u8; 32]) -> Frame {
    pack(Kind::Seal, (last, last), 0, previous, Vec::new(), &[])
}

fn pack(
    kind: Kind,
    (first, last): (u64, u64),
    time_micros: i64,
    previous: [u8; 32],
    rows: Vec<Row>,
    bodies: &[u8],
) -> Frame {
    let prelude = Prelude {
        kind,
        count: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        bodies: bodies.len() as u64,
        first,
        last,
        time_micros,
        previous,
        table_crc: 0,
    };
    let header = Header { prelude, rows };
    let mut bytes = header.write();
    bytes.extend_from_slice(bodies);
    Frame { bytes, first, last, chain: header.chain() }
}

fn kind_code(kind: Kind) -> u16 {
    match kind {
        Kind::Commits => 1,
        Kind::Seal => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_says_nonsense_is_only_too_long() {
        let mut prelude = Prelude {
            kind: Kind::Commits,
            count: u32::MAX,
            bodies: u64::MAX,
            first: 1,
            last: u64::MAX,
            time_micros: 0,
            previous: [0; 32],
            table_crc: 0,
        };
        assert_eq!(prelude.total(), u64::MAX);
        assert!(!prelude.follows(0) && !prelude.follows(u64::MAX));
        prelude.last = u64::from(u32::MAX);
        assert!(prelude.follows(0));
    }
}
