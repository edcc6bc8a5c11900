//! Segment files of the journal: their names, their headers, and opening them
//! for reading.
//!
//! A segment is named after the first revision it may hold, and starts with
//! 128 bytes: magic, format, epoch, the boot it was written in, that revision,
//! and the chain hash of the frame before it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use uuid::Uuid;

use super::codec::{Reader, checked, seal_crc};
use super::files::{is_transient, refused};
use super::guard::lock;
use crate::engine::{Error, Result};

/// Length of a segment's header; the first frame follows it.
pub(super) const HEADER: usize = 128;
const MAGIC: [u8; 8] = *b"OUTLAYSG";
const FORMAT: u32 = 1;
const SUFFIX: &str = ".journal";
/// Segments kept open for reading.
const MAX_OPEN_FILES: usize = 64;

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentHeader {
    pub(super) epoch: Uuid,
    /// The start of the machine in which it was written; nil if unknown.
    pub(super) boot: Uuid,
    /// First revision it may hold.
    pub(super) first: u64,
    /// Chain hash of the frame before its first one.
    pub(super) previous: [u8; 32],
}

impl SegmentHeader {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(&MAGIC);
        for number in [FORMAT, FORMAT, FORMAT, 0] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(self.epoch.as_bytes());
        out.extend_from_slice(self.boot.as_bytes());
        out.extend_from_slice(&self.first.to_be_bytes());
        out.extend_from_slice(&self.previous);
        out.resize(HEADER - 4, 0);
        seal_crc(&mut out);
        out
    }

    /// Reads the header at the front of `bytes`; none if it is damaged.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let fields = checked(bytes.get(..HEADER)?)?;
        let mut reader = Reader::new(Bytes::copy_from_slice(fields));
        if reader.array()? != MAGIC {
            return None;
        }
        let _format = reader.u32()?;
        let min_reader = reader.u32()?;
        reader.u64()?;
        if min_reader > FORMAT {
            return None;
        }
        Some(Self {
            epoch: Uuid::from_bytes(reader.array()?),
            boot: Uuid::from_bytes(reader.array()?),
            first: reader.u64()?,
            previous: reader.array()?,
        })
    }
}

/// Path of the segment that starts with revision `first`.
pub(super) fn path(directory: &Path, first: u64) -> PathBuf {
    directory.join(format!("{first:020}{SUFFIX}"))
}

/// Path of that segment before it is put in place.
pub(super) fn unfinished(directory: &Path, first: u64) -> PathBuf {
    path(directory, first).with_extension("tmp")
}

/// First revisions of all segments, ascending.
pub(super) fn list(directory: &Path) -> Result<Vec<u64>> {
    let mut found = named(directory, path)?;
    found.sort_unstable();
    Ok(found)
}

/// Removes what was left of segments that were never put in place.
pub(super) fn remove_unfinished(directory: &Path) -> Result<()> {
    for first in named(directory, unfinished)? {
        let path = unfinished(directory, first);
        std::fs::remove_file(&path).map_err(|error| refused(&path, &error))?;
    }
    Ok(())
}

/// First revisions of the files that have exactly the name that `name` gives:
/// anything else is not ours.
fn named(directory: &Path, name: fn(&Path, u64) -> PathBuf) -> Result<Vec<u64>> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(directory).map_err(|error| refused(directory, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| refused(directory, &error))?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let first = stem.and_then(|stem| stem.parse().ok()).filter(|first| *first > 0);
        found.extend(first.filter(|first| name(directory, *first) == path && path.is_file()));
    }
    Ok(found)
}

/// Segments opened for reading, the most recent ones kept open.
#[derive(Debug)]
pub(super) struct Segments {
    directory: PathBuf,
    open: Mutex<BTreeMap<u64, Arc<File>>>,
}

impl Segments {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory, open: Mutex::new(BTreeMap::new()) }
    }

    /// Where they are.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Reads `length` bytes of a segment.
    ///
    /// # Errors
    /// [`Error::Damaged`] where they are not there, [`Error::Busy`] where no
    /// file can be opened just now, [`Error::Fatal`] where reading fails.
    pub(super) fn read(&self, place: Place, length: usize) -> Result<Bytes> {
        let mut bytes = vec![0; length];
        self.file(place.segment)
            .and_then(|file| file.read_exact_at(&mut bytes, place.offset))
            .map_err(|error| self.unread(place, error))?;
        Ok(Bytes::from(bytes))
    }

    fn unread(&self, place: Place, error: io::Error) -> Error {
        let file = path(&self.directory, place.segment);
        match error.kind() {
            _ if is_transient(&error) => Error::Busy,
            io::ErrorKind::UnexpectedEof => self.damaged(place, "it ends too early"),
            io::ErrorKind::NotFound => self.damaged(place, "it is gone"),
            _ => Error::Fatal {
                what: format!("{} cannot be read: {error}", file.display()),
                cause: Some(Box::new(error)),
            },
        }
    }

    /// The error for damage at `place`.
    pub(super) fn damaged(&self, place: Place, what: &str) -> Error {
        Error::Damaged {
            file: path(&self.directory, place.segment).display().to_string(),
            offset: place.offset,
            revision: place.good,
            what: format!("{what}; restore this file from a copy of the same epoch"),
        }
    }

    fn file(&self, segment: u64) -> io::Result<Arc<File>> {
        let mut open = lock(&self.open);
        if let Some(file) = open.get(&segment) {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(File::open(path(&self.directory, segment))?);
        // Readers follow the feed: the oldest file is the least likely next.
        if open.len() >= MAX_OPEN_FILES {
            open.pop_first();
        }
        open.insert(segment, Arc::clone(&file));
        Ok(file)
    }
}

/// A place in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The segment, by its first revision.
    pub(super) segment: u64,
    /// Bytes from the start of the file.
    pub(super) offset: u64,
    /// The newest revision before the place.
    pub(super) good: u64,
}
