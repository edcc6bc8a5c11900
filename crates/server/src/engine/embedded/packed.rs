//! The tree's entries in their blocks: finding, walking and changing them.

use super::batch::Batch;
use super::block::{self, Damaged, Entries};
use super::sled_files::failed;
use super::tree::OpenTree;
use crate::engine::Result;

impl OpenTree<'_> {
    /// The block in which an entry stands, or would: its key, and its bytes if
    /// there is one.
    pub(super) fn block(&self, key: &[u8]) -> Result<(sled::IVec, Option<sled::IVec>)> {
        let space = &key[..1];
        let after = [key, &[0]].concat();
        match self.db()?.get_lt(after).map_err(|error| failed(self.path, error))? {
            Some((home, bytes)) if home.starts_with(space) => Ok((home, Some(bytes))),
            _ => Ok((space.into(), None)),
        }
    }

    /// Shows the entries from `start` to before `end`, in their order or in
    /// reverse, until `visit` has enough; answers whether it came to the end.
    pub(super) fn each(
        &self,
        start: &[u8],
        end: &[u8],
        reverse: bool,
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<bool>,
    ) -> Result<bool> {
        if start >= end {
            return Ok(true);
        }
        let (home, _) = self.block(start)?;
        let mut blocks = self.db()?.range(home..sled::IVec::from(end));
        let mut reached = start.to_vec();
        while let Some(next) = if reverse { blocks.next_back() } else { blocks.next() } {
            let (home, bytes) = next.map_err(|error| failed(self.path, error))?;
            let mut entries = Entries::of(&home, &bytes).map_err(|Damaged| self.torn())?;
            let mut backwards = Vec::new();
            while let Some(tail) = entries.advance().map_err(|Damaged| self.torn())? {
                let key = entries.key();
                // What has moved to a block behind was met already.
                if key < reached.as_slice() {
                    continue;
                }
                if key >= end {
                    break;
                }
                if reverse {
                    backwards.push((key.to_vec(), tail));
                } else if !visit(key, tail)? {
                    return Ok(false);
                }
            }
            for (key, tail) in backwards.iter().rev() {
                if !visit(key, tail)? {
                    return Ok(false);
                }
            }
            if !reverse && entries.key() >= reached.as_slice() {
                reached.clear();
                reached.extend_from_slice(entries.key());
                reached.push(0);
            }
        }
        Ok(true)
    }

    /// Applies a batch, all of it or nothing. Only one thread does.
    pub(super) fn apply(&self, batch: Batch) -> Result<()> {
        let Batch { entries, rest: mut whole } = batch;
        let mut entries = entries.into_iter().peekable();
        let mut own = Vec::new();
        while let Some(first) = entries.next() {
            let (home, bytes) = self.block(&first.0)?;
            own.clear();
            own.push(first);
            if entries.peek().is_some() {
                let next = self.next_block(&home)?;
                let is_own = |key: &Vec<u8>| {
                    key[0] == home[0] && next.as_ref().is_none_or(|next| **key < **next)
                };
                while let Some(entry) = entries.next_if(|(key, _)| is_own(key)) {
                    own.push(entry);
                }
            }
            let blocks = block::changed(&home, bytes.as_deref(), &own);
            let blocks = blocks.map_err(|Damaged| self.torn())?;
            if blocks.is_empty() && bytes.is_some() {
                whole.remove(home);
            }
            for (key, block) in blocks {
                whole.insert(key, block);
            }
        }
        self.db()?.apply_batch(whole).map_err(|error| failed(self.path, error))
    }

    /// Key of the entry of sled's behind `home`.
    fn next_block(&self, home: &[u8]) -> Result<Option<sled::IVec>> {
        let next = self.db()?.get_gt(home).map_err(|error| failed(self.path, error))?;
        Ok(next.map(|(key, _)| key))
    }
}
