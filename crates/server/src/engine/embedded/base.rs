//! A base: the entries of the tree in a file, from which the tree is made
//! anew without the whole journal.
//!
//! It is written while the tree changes (see `export.rs`), from revision S to
//! revision E. Loaded into an empty tree it is the state of no revision; with
//! the commits after S applied, it is that of E.
//!
//! ```text
//! header   magic "OUTLAYBA", format u32, oldest reader u32, epoch, S u64,
//!          chain hash at S [32], zeros, CRC32C: 128 bytes
//! blocks   length u32, length when unpacked u32, CRC32C of both and of
//!          what follows; entries, packed by zstd
//! trailer  magic "OUTLAYBE", E u64, chain hash at E [32], sum of the entries
//!          [32], sum at E [32], count u64, time it took in ms u64, BLAKE3 of
//!          all before it [32], CRC32C: 164 bytes
//! entry    key length u32, key, class u8, revision u64, length u32, value
//! ```

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use uuid::Uuid;

use super::codec::{Reader, checked, put_bytes, seal_crc};
use super::export::Entries;
use super::sum::Sum;
use super::tree::Stored;
use super::writes::{class_code, class_of};
use crate::engine::{Error, Result};

pub(super) const HEADER: usize = 128;
pub(super) const TRAILER: usize = 164;
/// Bytes before what is packed.
const PREFIX: usize = 12;
const MAGIC: [u8; 8] = *b"OUTLAYBA";
const END: [u8; 8] = *b"OUTLAYBE";
const FORMAT: u32 = 1;
const SUFFIX: &str = ".base";
/// Most bytes of a block, unpacked: one entry may be as large as a commit.
const MAX_BLOCK: usize = 32 * 1024 * 1024;
/// How hard to pack.
const LEVEL: i32 = 3;

/// What a base says at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) epoch: Uuid,
    /// Revision S: the commits after it have to be applied.
    pub(super) start: u64,
    /// Chain hash of the frame that holds it.
    pub(super) chain: [u8; 32],
}

/// What a base says at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trailer {
    /// Revision E: here the state is known.
    pub(super) end: u64,
    pub(super) chain: [u8; 32],
    /// Sum of the entries in the file.
    pub(super) exported: Sum,
    /// Sum of the state at E.
    pub(super) sum: Sum,
    pub(super) count: u64,
    pub(super) took_millis: u64,
}

/// A base whose beginning and end were read and found right.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub(super) path: PathBuf,
    pub(super) header: Header,
    pub(super) trailer: Trailer,
    pub(super) length: u64,
    hash: [u8; 32],
}

/// Path of the base that was begun at revision `start`.
pub(super) fn path(directory: &Path, start: u64) -> PathBuf {
    directory.join(format!("{start:020}{SUFFIX}"))
}

impl Header {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&FORMAT.to_be_bytes());
        out.extend_from_slice(&FORMAT.to_be_bytes());
        out.extend_from_slice(self.epoch.as_bytes());
        out.extend_from_slice(&self.start.to_be_bytes());
        out.extend_from_slice(&self.chain);
        out.resize(HEADER - 4, 0);
        seal_crc(&mut out);
        out
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(Bytes::copy_from_slice(checked(bytes)?));
        if reader.array()? != MAGIC {
            return None;
        }
        let _format = reader.u32()?;
        if reader.u32()? > FORMAT {
            return None;
        }
        let epoch = Uuid::from_bytes(reader.array()?);
        Some(Self { epoch, start: reader.u64()?, chain: reader.array()? })
    }
}

impl Trailer {
    pub(super) fn write(&self, hash: [u8; 32]) -> Vec<u8> {
        let mut out = self.hashed();
        out.extend_from_slice(&hash);
        seal_crc(&mut out);
        out
    }

    /// The part that the hash covers.
    pub(super) fn hashed(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(TRAILER);
        out.extend_from_slice(&END);
        out.extend_from_slice(&self.end.to_be_bytes());
        out.extend_from_slice(&self.chain);
        out.extend_from_slice(&self.exported.to_bytes());
        out.extend_from_slice(&self.sum.to_bytes());
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&self.took_millis.to_be_bytes());
        out
    }

    fn read(bytes: &[u8]) -> Option<(Self, [u8; 32])> {
        let mut reader = Reader::new(Bytes::copy_from_slice(checked(bytes)?));
        if reader.array()? != END {
            return None;
        }
        let trailer = Self {
            end: reader.u64()?,
            chain: reader.array()?,
            exported: Sum::from_bytes(reader.array()?),
            sum: Sum::from_bytes(reader.array()?),
            count: reader.u64()?,
            took_millis: reader.u64()?,
        };
        Some((trailer, reader.array()?))
    }
}

impl Base {
    /// Reads the beginning and the end of the base in `path`.
    ///
    /// # Errors
    /// [`Error::Damaged`] where they aren't right.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| unread(path, 0, 0, &error))?;
        let mut header = [0; HEADER];
        let mut trailer = [0; TRAILER];
        let header = file
            .read_exact_at(&mut header, 0)
            .ok()
            .and_then(|()| Header::read(&header))
            .filter(|header| {
                path.parent().is_some_and(|parent| self::path(parent, header.start) == path)
            })
            .ok_or_else(|| damaged(path, 0, 0, "the header of the base is damaged"))?;
        let start = header.start;
        let length = file.metadata().map_err(|error| unread(path, 0, start, &error))?.len();
        let end = length.saturating_sub(TRAILER as u64);
        let (trailer, hash) = file
            .read_exact_at(&mut trailer, end)
            .ok()
            .and_then(|()| Trailer::read(&trailer))
            .filter(|(trailer, _)| trailer.end >= start && end >= HEADER as u64)
            .ok_or_else(|| damaged(path, end, start, "the trailer of the base is damaged"))?;
        Ok(Self { path: path.to_owned(), header, trailer, length, hash })
    }

    /// The error for damage at `offset`.
    pub(super) fn damaged(&self, offset: u64, what: &str) -> Error {
        damaged(&self.path, offset, self.header.start, what)
    }

    /// Whether an error says that this base is damaged.
    pub(super) fn is_at_fault(&self, error: &Error) -> bool {
        matches!(error, Error::Damaged { file, .. } if Path::new(file) == self.path)
    }
}

/// Reads the entries of a base, a block at a time.
pub(super) struct BaseReader {
    pub(super) base: Base,
    file: File,
    offset: u64,
    hasher: blake3::Hasher,
    last: Option<Bytes>,
    count: u64,
}

impl BaseReader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let base = Base::open(path)?;
        let mut file = File::open(path).map_err(|error| unread(path, 0, 0, &error))?;
        let mut header = [0; HEADER];
        let read = file.read_exact(&mut header);
        read.map_err(|error| unread(path, 0, base.header.start, &error))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&header);
        Ok(Self { base, file, offset: HEADER as u64, hasher, last: None, count: 0 })
    }

    /// The entries of the next block; none at the end, where all of the file
    /// was found right.
    ///
    /// # Errors
    /// [`Error::Damaged`] with the offset of the block.
    pub(super) fn next(&mut self) -> Result<Option<Entries>> {
        let end = self.base.length - TRAILER as u64;
        if self.offset >= end {
            return self.ended().map(|()| None);
        }
        let room = end - self.offset;
        let mut prefix = [0; PREFIX];
        let packed = match room >= PREFIX as u64 {
            true => self.read(&mut prefix).map(|()| numbers(&prefix))?,
            false => return Err(self.wrong()),
        };
        let (length, unpacked, crc) = packed;
        if length as u64 > room - PREFIX as u64 || unpacked > MAX_BLOCK {
            return Err(self.wrong());
        }
        let mut bytes = vec![0; length];
        self.read(&mut bytes)?;
        if crc32c::crc32c_append(crc32c::crc32c(&prefix[..8]), &bytes) != crc {
            return Err(self.wrong());
        }
        let entries = zstd::bulk::decompress(&bytes, unpacked)
            .ok()
            .filter(|bytes| bytes.len() == unpacked)
            .and_then(|bytes| self.parse(Bytes::from(bytes)))
            .ok_or_else(|| self.wrong())?;
        self.hasher.update(&prefix);
        self.hasher.update(&bytes);
        self.offset += (PREFIX + length) as u64;
        self.count += entries.len() as u64;
        Ok(Some(entries))
    }

    fn read(&mut self, bytes: &mut [u8]) -> Result<()> {
        let start = self.base.header.start;
        let read = self.file.read_exact(bytes);
        read.map_err(|error| unread(&self.base.path, self.offset, start, &error))
    }

    fn wrong(&self) -> Error {
        self.base.damaged(self.offset, "a block of the base is damaged")
    }

    fn parse(&mut self, bytes: Bytes) -> Option<Entries> {
        let mut reader = Reader::new(bytes);
        let mut entries = Entries::new();
        while !reader.is_empty() {
            let key = reader.bytes()?;
            let class = class_of(reader.u8()?)?;
            let revision = reader.u64()?;
            let stored = Stored { revision, class, value: reader.bytes()? };
            if self.last.as_ref().is_some_and(|last| *last >= key) {
                return None;
            }
            self.last = Some(key.clone());
            entries.push((key, stored));
        }
        Some(entries)
    }

    fn ended(&self) -> Result<()> {
        let Base { trailer, hash, .. } = &self.base;
        let mut hasher = self.hasher.clone();
        hasher.update(&trailer.hashed());
        if hasher.finalize() != blake3::Hash::from_bytes(*hash) || self.count != trailer.count {
            return Err(self.base.damaged(self.offset, "the base is not what its digest says"));
        }
        Ok(())
    }
}

fn numbers(prefix: &[u8; PREFIX]) -> (usize, usize, u32) {
    let number = |at: usize| {
        let bytes = prefix.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        u32::from_be_bytes(bytes.unwrap_or_default())
    };
    (number(0) as usize, number(4) as usize, number(8))
}

/// Adds an entry to a block.
pub(super) fn put_entry(block: &mut Vec<u8>, key: &[u8], stored: &Stored) {
    put_bytes(block, key);
    block.push(class_code(stored.class));
    block.extend_from_slice(&stored.revision.to_be_bytes());
    put_bytes(block, &stored.value);
}

/// Packs entries into a block.
pub(super) fn pack(entries: &[u8]) -> io::Result<Vec<u8>> {
    let packed = zstd::bulk::compress(entries, LEVEL)?;
    let mut out = Vec::with_capacity(PREFIX + packed.len());
    for length in [packed.len(), entries.len()] {
        let length = u32::try_from(length).map_err(io::Error::other)?;
        out.extend_from_slice(&length.to_be_bytes());
    }
    let crc = crc32c::crc32c_append(crc32c::crc32c(&out), &packed);
    out.extend_from_slice(&crc.to_be_bytes());
    out.extend_from_slice(&packed);
    Ok(out)
}

fn damaged(path: &Path, offset: u64, start: u64, what: &str) -> Error {
    Error::Damaged {
        file: path.display().to_string(),
        offset,
        revision: start,
        what: format!(
            "{what}: no record is lost, as the journal has them all; remove this file, and the \
             next base takes its place"
        ),
    }
}

fn unread(path: &Path, offset: u64, start: u64, error: &io::Error) -> Error {
    damaged(path, offset, start, &format!("the base cannot be read ({error})"))
}
