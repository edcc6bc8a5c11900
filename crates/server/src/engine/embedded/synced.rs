//! A small file beside the tree that says that all of the tree was synced, and
//! where it stood.
//!
//! sled doesn't sync its files, so after the machine was started anew the tree
//! may be anything. After a clean stop it isn't: its files are synced one by
//! one, and then this file is written. It goes away before sled touches the
//! tree again.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use uuid::Uuid;

use super::codec::{Reader, checked, seal_crc};
use super::files::{refused, sync_directory, write_whole};
use super::media::Media;
use super::tree::Applied;
use crate::engine::Result;

const MAGIC: [u8; 8] = *b"OUTLAYTS";

/// What the file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Synced {
    epoch: Uuid,
    revision: u64,
    chain: [u8; 32],
}

impl Synced {
    pub(super) fn of(applied: &Applied) -> Self {
        Self { epoch: applied.epoch, revision: applied.revision, chain: applied.chain }
    }

    /// Whether it speaks of a tree that stands here, whole.
    pub(super) fn is_of(&self, applied: &Applied) -> bool {
        *self == Self::of(applied) && applied.reached == applied.revision
    }

    /// Writes the file, durable on return.
    pub(super) fn write(&self, media: &dyn Media, directory: &Path) -> std::io::Result<()> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(self.epoch.as_bytes());
        bytes.extend_from_slice(&self.revision.to_be_bytes());
        bytes.extend_from_slice(&self.chain);
        seal_crc(&mut bytes);
        write_whole(media, &path(directory), &[&bytes])
    }

    /// Reads the file; what is missing or damaged says nothing.
    pub(super) fn look(directory: &Path) -> Option<Self> {
        parse(&std::fs::read(path(directory)).ok()?)
    }

    /// Reads the file and removes it, for good.
    pub(super) fn take(media: &dyn Media, directory: &Path) -> Result<Option<Self>> {
        let (path, synced) = (path(directory), Self::look(directory));
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            removed => removed.and_then(|()| sync_directory(media, directory)),
        }
        .map_err(|error| refused(&path, &error))?;
        Ok(synced)
    }

    pub(super) fn epoch(&self) -> Uuid {
        self.epoch
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join("tree.synced")
}

fn parse(bytes: &[u8]) -> Option<Synced> {
    let mut reader = Reader::new(Bytes::copy_from_slice(checked(bytes)?));
    if reader.array()? != MAGIC {
        return None;
    }
    let epoch = Uuid::from_bytes(reader.array()?);
    Some(Synced { epoch, revision: reader.u64()?, chain: reader.array()? })
}
