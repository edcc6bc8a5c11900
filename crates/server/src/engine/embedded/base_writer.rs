//! Writing a base: under another name until it is whole and durable, and gone
//! again where that is never so.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base::{self, Base, Header, Trailer, pack, put_entry};
use super::export::Entries;
use super::files::{is_full, is_transient, private_file, sync_directory};
use super::media::Media;
use crate::engine::{Error, Result};

/// Bytes of entries from which a block is written.
const BLOCK: usize = 256 * 1024;

/// A base that is being written. Dropping it removes it.
pub(super) struct BaseWriter {
    media: Arc<dyn Media>,
    path: PathBuf,
    temporary: PathBuf,
    file: File,
    length: u64,
    hasher: blake3::Hasher,
    /// Entries that are not yet written.
    block: Vec<u8>,
    /// Free space below which nothing is written, in bytes.
    reserve: u64,
    finished: bool,
}

impl BaseWriter {
    pub(super) fn create(
        media: Arc<dyn Media>,
        directory: &Path,
        header: &Header,
        reserve: u64,
    ) -> Result<Self> {
        let path = base::path(directory, header.start);
        let temporary = path.with_extension("tmp");
        let file = private_file(&temporary).map_err(|error| failed(&temporary, error))?;
        let mut writer = Self {
            media,
            path,
            temporary,
            file,
            length: 0,
            hasher: blake3::Hasher::new(),
            block: Vec::with_capacity(BLOCK),
            reserve,
            finished: false,
        };
        let emptied = writer.media.truncate(&writer.file, 0);
        emptied.map_err(|error| writer.failed(error))?;
        writer.append(&header.write())?;
        Ok(writer)
    }

    /// Adds the next entries.
    pub(super) fn add(&mut self, entries: &Entries) -> Result<()> {
        for (key, stored) in entries {
            put_entry(&mut self.block, key, stored);
            if self.block.len() >= BLOCK {
                self.write_block()?;
            }
        }
        Ok(())
    }

    /// Puts the base in place, durable on return.
    pub(super) fn finish(&mut self, trailer: &Trailer) -> Result<Base> {
        if !self.block.is_empty() {
            self.write_block()?;
        }
        let mut hasher = self.hasher.clone();
        hasher.update(&trailer.hashed());
        self.append(&trailer.write(*hasher.finalize().as_bytes()))?;
        let placed = self.media.sync(&self.file).and_then(|()| {
            std::fs::rename(&self.temporary, &self.path)?;
            self.finished = true;
            sync_directory(self.media.as_ref(), self.path.parent().unwrap_or(&self.path))
        });
        placed.map_err(|error| self.failed(error))?;
        // What is kept is what can be read.
        Base::open(&self.path)
    }

    fn write_block(&mut self) -> Result<()> {
        let packed = pack(&self.block).map_err(|error| self.failed(error))?;
        self.block.clear();
        self.append(&packed)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let needed = self.reserve.saturating_add(bytes.len() as u64);
        let directory = self.path.parent().unwrap_or(&self.path);
        // A base is never worth what commits would need.
        if self.media.free_bytes(directory).is_ok_and(|free| free < needed) {
            return Err(Error::NotApplied);
        }
        let appended = self.media.append(&self.file, bytes, self.length);
        appended.map_err(|error| self.failed(error))?;
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    fn failed(&self, error: io::Error) -> Error {
        failed(&self.temporary, error)
    }
}

impl Drop for BaseWriter {
    fn drop(&mut self) {
        if !self.finished
            && let Err(error) = std::fs::remove_file(&self.temporary)
        {
            tracing::warn!(path = %self.temporary.display(), %error, "half a base stays");
        }
    }
}

fn failed(path: &Path, error: io::Error) -> Error {
    match error {
        error if is_full(&error) => Error::NotApplied,
        error if is_transient(&error) => Error::Busy,
        error => Error::Fatal {
            what: format!("{}: {error}", path.display()),
            cause: Some(Box::new(error)),
        },
    }
}
