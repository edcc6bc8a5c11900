//! Putting another file in the place of a sealed segment: compressed, and
//! perhaps with less in it.
//!
//! Nothing is overwritten. The new file is written beside the old one, synced,
//! read back and compared; only then it gets its name, and the old one goes. A
//! crash leaves the old one, or both, and whoever began does it again. What the
//! old file held stays on the disk until the file system uses its blocks again,
//! as with every file that is removed.

use std::fs::File;
use std::io;
use std::path::Path;

use super::compress::{BLOCK, Compressed, Packer};
use super::files::{is_full, is_transient, private_file, sync_directory};
use super::guard::lock;
use super::scan::{self, Scan, Scanned};
use super::segment::{self, SegmentHeader};
use super::shared::Shared;
use crate::engine::{Error, Result};

/// A segment with other bodies in it, each as long as the one before.
pub(super) struct Draft<'a> {
    scan: &'a Scan,
    raw: Vec<u8>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(scan: &'a Scan) -> Self {
        Self { scan, raw: scan.bytes.to_vec() }
    }

    /// Puts bodies into the places of those that a frame has.
    ///
    /// # Errors
    /// [`Error::Fatal`] where one is not as long as the one in its place.
    pub(super) fn replace(&mut self, frame: &Scanned, bodies: &[(usize, Vec<u8>)]) -> Result<()> {
        let mut header = frame.header.clone();
        for (index, body) in bodies {
            let offset = frame.offset + header.body_offset(*index);
            if header.rows[*index].length as usize != body.len() {
                return Err(fatal(&self.scan.path, "a body would change its length"));
            }
            self.put(offset, body)?;
            header.rows[*index].crc = crc32c::crc32c(body);
        }
        self.put(frame.offset, &header.write())
    }

    fn put(&mut self, offset: u64, bytes: &[u8]) -> Result<()> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let place = self.raw.get_mut(start..).and_then(|rest| rest.get_mut(..bytes.len()));
        match place {
            Some(place) => place.copy_from_slice(bytes),
            None => return Err(fatal(&self.scan.path, "it ends too early")),
        }
        Ok(())
    }

    /// Puts it into the place of the segment that it was made of. Answers with
    /// the length of the file, in bytes.
    ///
    /// # Errors
    /// As [`install`]; [`Error::Damaged`] where it is not as good as the old
    /// one, which stays then.
    pub(super) fn install(self, shared: &Shared, dropped: bool) -> Result<()> {
        let Self { scan: old, raw } = self;
        let (header, bytes) = (old.header, bytes::Bytes::from(raw));
        let new = scan::parse(old.path.clone(), bytes, header.first, header.epoch)?;
        new.check()?;
        let chains = |scan: &Scan| scan.frames.iter().map(|frame| frame.chain).collect::<Vec<_>>();
        if (new.end, new.chain) != (old.end, old.chain) || chains(&new) != chains(old) {
            return Err(fatal(&old.path, "what was made of it has another chain"));
        }
        let mut packer = Packer::new().map_err(|error| failed(&old.path, error))?;
        for block in new.bytes.chunks(BLOCK) {
            packer.add(block).map_err(|error| failed(&old.path, error))?;
        }
        install(shared, &header, &new.bytes, &packer.finish(&header, dropped))
    }
}

/// Puts `packed`, the compressed form of `raw`, into the place of a sealed
/// segment. Whoever calls it holds [`super::segment::Segments::rewriting`].
///
/// # Errors
/// [`Error::NotApplied`] and [`Error::Busy`] where there is no room or no
/// handle; [`Error::Damaged`] where what was written is not what is read;
/// [`Error::Fatal`] where the disk fails. The old file is there then, or both.
pub(super) fn install(
    shared: &Shared,
    header: &SegmentHeader,
    raw: &[u8],
    packed: &[u8],
) -> Result<()> {
    let directory = shared.segments.directory();
    let (temporary, placed) = (
        segment::unfinished(directory, header.first),
        segment::compressed(directory, header.first),
    );
    if !shared.has_space_for(packed.len() as u64) {
        return Err(Error::NotApplied);
    }
    let written = write(shared, &temporary, raw, packed);
    if let Err(error) = written.and_then(|()| place(shared, &temporary, &placed)) {
        // It may be in its place already.
        let _ = std::fs::remove_file(&temporary);
        return Err(error);
    }
    // Before the old one goes: what is opened from now on is the new one, once
    // it is alone.
    let old = segment::path(directory, header.first);
    let removed = match std::fs::remove_file(&old) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => sync_directory(shared.media(), directory),
    };
    shared.segments.forget(header.first);
    removed.map_err(|error| failed(&old, error))
}

fn write(shared: &Shared, temporary: &Path, raw: &[u8], packed: &[u8]) -> Result<()> {
    let media = shared.media();
    let written = private_file(temporary).and_then(|file| {
        media.truncate(&file, 0)?;
        media.append(&file, packed, 0)?;
        media.sync(&file)?;
        Compressed::open(File::open(temporary)?)?.is_of(raw)
    });
    match written {
        Ok(true) => Ok(()),
        Ok(false) => Err(scan::damaged(temporary, 0, 0, "what was written is not what is read")),
        Err(error) => Err(failed(temporary, error)),
    }
}

fn place(shared: &Shared, temporary: &Path, placed: &Path) -> Result<()> {
    std::fs::rename(temporary, placed)
        .and_then(|()| sync_directory(shared.media(), shared.segments.directory()))
        .map_err(|error| failed(placed, error))
}

/// Leaves one form of each segment that is there in both, after a rewriting
/// that was cut short: the old one, unless only the new one is whole.
///
/// # Errors
/// [`Error::Refused`] where a file cannot be used.
pub(super) fn settle(
    media: &dyn super::media::Media,
    directory: &Path,
    epoch: uuid::Uuid,
) -> Result<()> {
    for first in segment::list_twice(directory)? {
        let (old, new) = (segment::path(directory, first), segment::compressed(directory, first));
        let whole =
            |path: &Path| scan::read(path, first, epoch).is_ok_and(|scan| scan.check().is_ok());
        let useless = match (whole(&old), scan::read_compressed(&new, first, epoch)) {
            (true, _) => &new,
            (false, Ok(scan)) if scan.check().is_ok() => &old,
            // Both are left to whoever can tell more.
            _ => continue,
        };
        tracing::info!(path = %useless.display(), "removing what a rewriting left");
        std::fs::remove_file(useless)
            .and_then(|()| sync_directory(media, directory))
            .map_err(|error| super::files::refused(useless, &error))?;
    }
    Ok(())
}

/// What an error of the operating system means.
pub(super) fn failed(path: &Path, error: io::Error) -> Error {
    if is_full(&error) {
        Error::NotApplied
    } else if is_transient(&error) {
        Error::Busy
    } else {
        Error::Fatal {
            what: format!("{} cannot be written: {error}", path.display()),
            cause: Some(Box::new(error)),
        }
    }
}

fn fatal(path: &Path, what: &str) -> Error {
    Error::Fatal { what: format!("{}: {what}; it stays as it is", path.display()), cause: None }
}

/// Ends when nobody puts files into the place of others any more.
pub(super) fn wait(shared: &Shared) {
    drop(lock(&shared.segments.rewriting));
}
