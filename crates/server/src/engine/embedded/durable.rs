//! A small file beside the segments that says up to where the journal is
//! known to be durable.
//!
//! It is written after each sync and not synced itself, so it may lag, but it
//! is never ahead of the disk: a journal that ends before it has lost what was
//! acknowledged.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use bytes::Bytes;

use super::codec::{Reader, checked, seal_crc};
use super::files::private_file;

const NAME: &str = "durable";
const MAGIC: [u8; 8] = *b"OUTLAYDU";
const LENGTH: usize = 52;

/// The file, open for writing.
#[derive(Debug)]
pub(super) struct Watermark {
    file: File,
}

/// What the file said at open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Durable {
    pub(super) revision: u64,
    pub(super) chain: [u8; 32],
}

impl Watermark {
    /// Opens the file of a journal's directory, and reads it; what is missing
    /// or damaged says nothing.
    pub(super) fn open(directory: &Path) -> io::Result<(Self, Option<Durable>)> {
        let file = private_file(&directory.join(NAME))?;
        let mut bytes = vec![0; LENGTH];
        let durable = match file.read_exact_at(&mut bytes, 0) {
            Ok(()) => parse(&bytes),
            Err(_) => None,
        };
        Ok((Self { file }, durable))
    }

    /// Says that everything up to `revision` is durable. It is evidence only:
    /// failing to write it takes nothing away.
    pub(super) fn note(&self, revision: u64, chain: [u8; 32]) {
        let bytes = Durable { revision, chain }.write();
        if let Err(error) = self.file.write_all_at(&bytes, 0) {
            tracing::debug!(%error, "the watermark of the journal was not written");
        }
    }
}

/// What the file of a journal's directory says, if it says anything.
pub(super) fn look(directory: &Path) -> Option<Durable> {
    parse(&std::fs::read(directory.join(NAME)).ok()?)
}

impl Durable {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.revision.to_be_bytes());
        bytes.extend_from_slice(&self.chain);
        seal_crc(&mut bytes);
        bytes
    }
}

pub(super) fn parse(bytes: &[u8]) -> Option<Durable> {
    let mut reader = Reader::new(Bytes::copy_from_slice(checked(bytes)?));
    if reader.array()? != MAGIC {
        return None;
    }
    Some(Durable { revision: reader.u64()?, chain: reader.array()? })
}
