//! Blocks of compressed segments that were read last: a reader that follows
//! history needs each many times.

use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use super::compress::{BLOCK, Compressed};
use super::guard::lock;

/// Blocks that are kept: 4 MiB.
const KEPT: usize = 16;

/// The blocks, the most recent ones first.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    recent: Mutex<VecDeque<(Id, Bytes)>>,
    opened: AtomicU64,
}

/// A block: of which opening of a file, so that one that was replaced is never
/// met again, and which of its blocks.
type Id = (u64, usize);

/// A compressed segment whose blocks are kept.
#[derive(Debug)]
pub(super) struct Source {
    compressed: Compressed,
    opened: u64,
}

impl Blocks {
    /// Keeps blocks of a segment that was just opened.
    pub(super) fn source(&self, compressed: Compressed) -> Source {
        Source { compressed, opened: self.opened.fetch_add(1, Ordering::Relaxed) }
    }

    /// `length` bytes from `offset` on, as they were before compression.
    ///
    /// # Errors
    /// As [`Compressed::block`].
    pub(super) fn read(&self, source: &Source, offset: u64, length: usize) -> io::Result<Bytes> {
        let (mut number, mut start) = split(offset);
        let mut part = self.part(source, number, start, length)?;
        if part.len() == length {
            return Ok(part);
        }
        // Nothing is allocated for what the file says and does not have.
        let mut whole = Vec::new();
        loop {
            whole.extend_from_slice(&part);
            if whole.len() == length {
                return Ok(Bytes::from(whole));
            }
            (number, start) = (number + 1, 0);
            part = self.part(source, number, start, length - whole.len())?;
        }
    }

    /// As much of `length` bytes as one block has.
    fn part(
        &self,
        source: &Source,
        number: usize,
        start: usize,
        length: usize,
    ) -> io::Result<Bytes> {
        let block = self.block(source, number)?;
        let end = start.saturating_add(length).min(block.len());
        if start >= end && length > 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        Ok(block.slice(start.min(end)..end))
    }

    fn block(&self, source: &Source, number: usize) -> io::Result<Bytes> {
        let id = (source.opened, number);
        {
            let mut recent = lock(&self.recent);
            if let Some(index) = recent.iter().position(|(kept, _)| *kept == id)
                && let Some(entry) = recent.remove(index)
            {
                let block = entry.1.clone();
                recent.push_front(entry);
                return Ok(block);
            }
        }
        // Others read on meanwhile; two may unpack the same block.
        let block = source.compressed.block(number)?;
        let mut recent = lock(&self.recent);
        recent.push_front((id, block.clone()));
        recent.truncate(KEPT);
        Ok(block)
    }
}

fn split(offset: u64) -> (usize, usize) {
    let block = BLOCK as u64;
    (usize::try_from(offset / block).unwrap_or(usize::MAX), (offset % block) as usize)
}
