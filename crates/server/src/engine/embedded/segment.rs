//! Segment files of the journal: their names, their headers, and opening them
//! for reading.
//!
//! A segment is named after the first revision it may hold, and starts with
//! 128 bytes: magic, format, epoch, the boot it was written in, that revision,
//! and the chain hash of the frame before it.
//!
//! All but the last may be compressed (see `compress`), and have another
//! ending then. Where both forms of one are there, which only a rewriting that
//! was cut short leaves, the one that is not compressed counts.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use uuid::Uuid;

use super::block_cache::{Blocks, Source};
use super::codec::{Reader, checked, seal_crc};
use super::compress::Compressed;
use super::files::{is_transient, refused};
use super::guard::lock;
use crate::engine::{Error, Result};

/// Length of a segment's header; the first frame follows it.
pub(super) const HEADER: usize = 128;
const MAGIC: [u8; 8] = *b"OUTLAYSG";
const FORMAT: u32 = 1;
const SUFFIX: &str = ".journal";
/// Ending of the name of a compressed segment.
const COMPRESSED: &str = "compressed";
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

/// Path of that segment once it is compressed.
pub(super) fn compressed(directory: &Path, first: u64) -> PathBuf {
    compressed_form(&path(directory, first))
}

/// Path of the compressed form of the segment at `path`.
pub(super) fn compressed_form(path: &Path) -> PathBuf {
    path.with_extension(COMPRESSED)
}

/// First revisions of all segments, ascending.
pub(super) fn list(directory: &Path) -> Result<Vec<u64>> {
    let mut found = named(directory, path)?;
    found.extend(named(directory, compressed)?);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// First revisions of the segments that are not compressed, or not only,
/// ascending.
pub(super) fn list_raw(directory: &Path) -> Result<Vec<u64>> {
    let mut found = named(directory, path)?;
    found.sort_unstable();
    Ok(found)
}

/// First revisions of the segments that are there in both forms.
pub(super) fn list_twice(directory: &Path) -> Result<Vec<u64>> {
    let compressed = named(directory, compressed)?;
    Ok(compressed.into_iter().filter(|first| path(directory, *first).exists()).collect())
}

/// Whether the bodies of all commits of a segment were dropped. What cannot be
/// read is no such segment: whoever needs it says more.
pub(super) fn is_dropped(directory: &Path, first: u64) -> bool {
    let dropped = |file| Compressed::open(file).is_ok_and(|compressed| compressed.dropped);
    !path(directory, first).exists() && File::open(compressed(directory, first)).is_ok_and(dropped)
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
    open: Mutex<BTreeMap<u64, Arc<Form>>>,
    blocks: Blocks,
    /// Newest revision of a segment whose bodies were dropped.
    horizon: AtomicU64,
    /// Held by whoever puts another file in the place of a sealed segment.
    pub(super) rewriting: Mutex<()>,
}

/// An open segment.
#[derive(Debug)]
enum Form {
    Raw(File),
    Compressed(Source),
}

impl Segments {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self {
            directory,
            open: Mutex::default(),
            blocks: Blocks::default(),
            horizon: AtomicU64::new(0),
            rewriting: Mutex::default(),
        }
    }

    /// Where they are.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Oldest revision after which every commit still has its body.
    pub(super) fn horizon(&self) -> u64 {
        self.horizon.load(Ordering::SeqCst)
    }

    /// Says that bodies up to `horizon` are going to be dropped.
    pub(super) fn raise_horizon(&self, horizon: u64) {
        self.horizon.fetch_max(horizon, Ordering::SeqCst);
    }

    /// Learns from the files where the horizon is.
    ///
    /// # Errors
    /// [`Error::Refused`] where the directory cannot be read.
    pub(super) fn learn_horizon(&self) -> Result<()> {
        let segments = list(&self.directory)?;
        // Bodies are dropped from the oldest segment on.
        let kept = segments.partition_point(|first| is_dropped(&self.directory, *first));
        if kept > 0
            && let Some(first) = segments.get(kept)
        {
            self.raise_horizon(first - 1);
        }
        Ok(())
    }

    /// Reads `length` bytes of a segment, from where they are, or were before
    /// it was compressed.
    ///
    /// # Errors
    /// [`Error::Damaged`] where they are not there, [`Error::Busy`] where no
    /// file can be opened just now, [`Error::Fatal`] where reading fails.
    pub(super) fn read(&self, place: Place, length: usize) -> Result<Bytes> {
        self.form(place.segment)
            .and_then(|form| match form.as_ref() {
                Form::Raw(file) => {
                    let mut bytes = vec![0; length];
                    file.read_exact_at(&mut bytes, place.offset)?;
                    Ok(Bytes::from(bytes))
                }
                Form::Compressed(source) => self.blocks.read(source, place.offset, length),
            })
            .map_err(|error| self.unread(place, error))
    }

    /// Lets go of a segment that was replaced.
    pub(super) fn forget(&self, segment: u64) {
        lock(&self.open).remove(&segment);
    }

    fn unread(&self, place: Place, error: io::Error) -> Error {
        match error.kind() {
            _ if is_transient(&error) => Error::Busy,
            ErrorKind::UnexpectedEof => self.damaged(place, "it ends too early"),
            ErrorKind::NotFound => self.damaged(place, "it is gone"),
            ErrorKind::InvalidData => self.damaged(place, &error.to_string()),
            _ => Error::Fatal {
                what: format!("{} cannot be read: {error}", self.file(place.segment).display()),
                cause: Some(Box::new(error)),
            },
        }
    }

    /// The error for damage at `place`.
    pub(super) fn damaged(&self, place: Place, what: &str) -> Error {
        let file = self.file(place.segment);
        let counted = counted(&file);
        Error::Damaged {
            file: file.display().to_string(),
            offset: place.offset,
            revision: place.good,
            what: format!("{what}{counted}; restore this file from a copy of the same epoch"),
        }
    }

    /// The file that a segment is read from.
    fn file(&self, segment: u64) -> PathBuf {
        let (raw, compressed) =
            (path(&self.directory, segment), compressed(&self.directory, segment));
        if !raw.exists() && compressed.exists() { compressed } else { raw }
    }

    fn form(&self, segment: u64) -> io::Result<Arc<Form>> {
        let mut open = lock(&self.open);
        if let Some(form) = open.get(&segment) {
            return Ok(Arc::clone(form));
        }
        let form = match File::open(path(&self.directory, segment)) {
            Ok(file) => Form::Raw(file),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let file = File::open(compressed(&self.directory, segment))?;
                Form::Compressed(self.blocks.source(Compressed::open(file)?.named(segment)?))
            }
            Err(error) => return Err(error),
        };
        let form = Arc::new(form);
        // Readers follow the feed: the oldest file is the least likely next.
        if open.len() >= MAX_OPEN_FILES {
            open.pop_first();
        }
        open.insert(segment, Arc::clone(&form));
        Ok(form)
    }
}

/// A remark on the offset in the error for damage of `file`.
pub(super) fn counted(file: &Path) -> &'static str {
    let compressed = file.extension().is_some_and(|extension| extension == COMPRESSED);
    if compressed { " (the offset counts bytes before compression)" } else { "" }
}

/// A place in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The segment, by its first revision.
    pub(super) segment: u64,
    /// Bytes from the start of the segment, before it was compressed.
    pub(super) offset: u64,
    /// The newest revision before the place.
    pub(super) good: u64,
}
