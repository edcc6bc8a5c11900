//! The writing end of the journal: appending frames, starting segments,
//! sealing, and noting what is durable.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::durable::Watermark;
use super::files::{is_full, is_transient, private_file, refused};
use super::frame::{self, Frame};
use super::media::Media;
use super::segment::{self, HEADER, SegmentHeader};
use super::tree::Located;
use crate::engine::Error;

const UNSYNCED: &str = "the journal cannot be synced";

/// The end of the journal.
pub(super) struct Journal {
    directory: PathBuf,
    media: Arc<dyn Media>,
    epoch: Uuid,
    segment_bytes: u64,
    reserve_bytes: u64,
    file: File,
    watermark: Watermark,
    tail: Tail,
    /// An append failed and could not be taken back yet.
    overhang: bool,
    syncs: u64,
}

/// Where a journal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// First revision of the last segment.
    pub(super) segment: u64,
    /// Length of the last segment in bytes.
    pub(super) end: u64,
    /// Newest revision; 0 if there is none.
    pub(super) last: u64,
    /// Chain hash of the last frame.
    pub(super) chain: [u8; 32],
    /// Whether a seal is the last frame.
    pub(super) sealed: bool,
}

/// What the journal needs to know besides its tail.
pub(super) struct Options {
    pub(super) directory: PathBuf,
    pub(super) media: Arc<dyn Media>,
    pub(super) epoch: Uuid,
    /// See `Settings`.
    pub(super) segment_bytes: u64,
    /// See `Settings`.
    pub(super) reserve_bytes: u64,
}

/// Why a frame was not appended.
#[derive(Debug)]
pub(super) enum AppendError {
    /// There is no space; nothing was written, and it may be tried again.
    Full(io::Error),
    /// No file can be opened just now; the same holds.
    Busy(io::Error),
    /// It is not known what is on disk; nothing may be tried again.
    Failed(&'static str, io::Error),
}

impl AppendError {
    /// The answer where this happens at open.
    pub(super) fn refused(&self, path: &Path) -> Error {
        match self {
            Self::Full(error) | Self::Busy(error) | Self::Failed(_, error) => refused(path, error),
        }
    }
}

impl Journal {
    /// Opens the last segment for appending behind `tail`.
    pub(super) fn open(options: Options, tail: Tail, watermark: Watermark) -> io::Result<Self> {
        let file = private_file(&segment::path(&options.directory, tail.segment))?;
        watermark.note(tail.last, tail.chain);
        Ok(Self {
            directory: options.directory,
            media: options.media,
            epoch: options.epoch,
            segment_bytes: options.segment_bytes,
            reserve_bytes: options.reserve_bytes,
            file,
            watermark,
            tail,
            overhang: false,
            syncs: 0,
        })
    }

    /// Newest revision; 0 if there is none.
    pub(super) fn last(&self) -> u64 {
        self.tail.last
    }

    /// Chain hash of the last frame.
    pub(super) fn chain(&self) -> [u8; 32] {
        self.tail.chain
    }

    /// How often files and directories were synced.
    pub(super) fn syncs(&self) -> u64 {
        self.syncs
    }

    /// Appends a frame of commits: durable on return.
    pub(super) fn append(&mut self, frame: &Frame) -> Result<Located, AppendError> {
        self.check_space(frame.bytes.len() as u64)?;
        if self.tail.end + frame.bytes.len() as u64 > self.segment_bytes {
            self.rotate()?;
        }
        self.take_back()?;
        let offset = self.tail.end;
        self.write(frame, false)?;
        Ok(Located { segment: self.tail.segment, offset, first: frame.first, last: frame.last })
    }

    /// Goes on in a new segment, if the last one has a commit.
    pub(super) fn rotate(&mut self) -> Result<(), AppendError> {
        self.take_back()?;
        // Without one, it has the name that its successor would get.
        if self.tail.last >= self.tail.segment {
            self.start_segment(self.tail.last + 1)?;
        }
        Ok(())
    }

    /// Marks the end as clean. Does nothing where that is already so.
    pub(super) fn seal(&mut self) -> Result<(), AppendError> {
        if self.tail.sealed {
            return Ok(());
        }
        self.take_back()?;
        self.write(&frame::seal(self.tail.last, self.tail.chain), true)
    }

    fn write(&mut self, frame: &Frame, sealed: bool) -> Result<(), AppendError> {
        if let Err(error) = self.media.append(&self.file, &frame.bytes, self.tail.end) {
            self.overhang = true;
            if !is_full(&error) {
                return Err(AppendError::Failed("the journal cannot be written", error));
            }
            // Where it fails, later appends try again.
            match self.take_back() {
                Err(error @ AppendError::Failed(..)) => return Err(error),
                _ => return Err(AppendError::Full(error)),
            }
        }
        // A sync that fails may have thrown the pages away: a second one that
        // succeeds would prove nothing.
        self.syncs += 1;
        self.media.sync(&self.file).map_err(|error| AppendError::Failed(UNSYNCED, error))?;
        self.tail.end += frame.bytes.len() as u64;
        self.tail.last = frame.last;
        self.tail.chain = frame.chain;
        self.tail.sealed = sealed;
        self.watermark.note(frame.last, frame.chain);
        Ok(())
    }

    fn check_space(&self, length: u64) -> Result<(), AppendError> {
        let needed = self.reserve_bytes.saturating_add(length);
        match self.media.free_bytes(&self.directory) {
            Ok(free) if free < needed => {
                Err(AppendError::Full(io::Error::from(io::ErrorKind::StorageFull)))
            }
            Ok(_) => Ok(()),
            Err(error) => {
                // The append itself will tell.
                tracing::debug!(%error, "free space is not known");
                Ok(())
            }
        }
    }

    /// Removes what a failed append left: the next frame may be shorter, or in
    /// another file, and what lay behind this one's end would be found there.
    fn take_back(&mut self) -> Result<(), AppendError> {
        if self.overhang {
            self.media.truncate(&self.file, self.tail.end).map_err(|error| {
                let what = "what a failed append left cannot be taken back";
                if is_full(&error) {
                    AppendError::Full(error)
                } else {
                    AppendError::Failed(what, error)
                }
            })?;
            self.syncs += 1;
            self.media.sync(&self.file).map_err(|error| AppendError::Failed(UNSYNCED, error))?;
            self.overhang = false;
        }
        Ok(())
    }

    fn start_segment(&mut self, first: u64) -> Result<(), AppendError> {
        let header = SegmentHeader {
            epoch: self.epoch,
            boot: self.media.boot().unwrap_or(Uuid::nil()),
            first,
            previous: self.tail.chain,
        };
        self.syncs += 2;
        self.file = create_segment(self.media.as_ref(), &self.directory, &header, &[])?;
        self.tail.segment = first;
        self.tail.end = HEADER as u64;
        Ok(())
    }
}

/// Makes a segment of a header and frames, whole and durable, in place of one
/// of the same name.
pub(super) fn create_segment(
    media: &dyn Media,
    directory: &Path,
    header: &SegmentHeader,
    frames: &[u8],
) -> Result<File, AppendError> {
    let temporary = segment::unfinished(directory, header.first);
    // Opened before anything is done: once the file is in place, nothing but
    // the disk may fail.
    let entries = File::open(directory).map_err(no_file)?;
    let file = private_file(&temporary).map_err(no_file)?;
    media.truncate(&file, 0).map_err(no_file)?;
    let bytes = header.write();
    media.append(&file, &bytes, 0).map_err(no_file)?;
    media.append(&file, frames, bytes.len() as u64).map_err(no_file)?;
    let unsynced = |error| AppendError::Failed("a new segment cannot be synced", error);
    media.sync(&file).map_err(unsynced)?;
    std::fs::rename(&temporary, segment::path(directory, header.first)).map_err(no_file)?;
    media.sync(&entries).map_err(unsynced)?;
    Ok(file)
}

fn no_file(error: io::Error) -> AppendError {
    if is_full(&error) {
        AppendError::Full(error)
    } else if is_transient(&error) {
        AppendError::Busy(error)
    } else {
        AppendError::Failed("a new segment cannot be made", error)
    }
}
