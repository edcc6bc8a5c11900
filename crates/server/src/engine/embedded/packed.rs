//! The tree's entries in their blocks: finding, walking and changing them.

use super::batch::Batch;
use super::block::{self, Damaged, Entries};
use super::layout::{FRAMES, frame_key, parse_located};
use super::tree::{Located, OpenTree};
use crate::engine::Result;

impl OpenTree<'_> {
    /// The block in which an entry stands, or would: its key, and its bytes if
    /// there is one.
    pub(super) fn block(&self, key: &[u8]) -> Result<(sled::IVec, Option<sled::IVec>)> {
        let space = &key[..1];
        let after = [key, &[0]].concat();
        match self.db()?.get_lt(after).map_err(|error| self.failed(error))? {
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
        // Each block is looked up anew. An iterator of sled's goes on with what it
        // once read of a page, while entries may move to a page that it has
        // behind it.
        let mut next = match self.block(start)? {
            _ if reverse => self.before(end)?,
            (home, Some(bytes)) => Some((home, bytes)),
            (home, None) => self.behind(&home)?,
        };
        let mut reached = start.to_vec();
        while let Some((home, bytes)) = next
            && home.as_ref() < end
            && home.first() == start.first()
        {
            let mut entries = Entries::of(&home, &bytes).map_err(|Damaged| self.torn())?;
            let mut backwards = Vec::new();
            while let Some(tail) = entries.advance().map_err(|Damaged| self.torn())? {
                let key = entries.key();
                if key >= end {
                    break;
                }
                // What has moved to a block behind was met already.
                if key < reached.as_slice() {
                    continue;
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
            if reverse {
                next = if home.as_ref() <= start { None } else { self.before(&home)? };
            } else {
                if entries.key() >= reached.as_slice() {
                    reached = [entries.key(), &[0]].concat();
                }
                next = self.behind(&home)?;
            }
        }
        Ok(true)
    }

    /// Where the frame with `revision` is; none if it is not in the tree.
    pub(super) fn locate(&self, revision: u64) -> Result<Option<Located>> {
        // Recent first: what is forgotten there is in sled then.
        let recent = self.recents.locate(revision);
        if let Some(located) = recent.filter(|located| located.first <= revision) {
            return Ok(Some(located));
        }
        let mut found = None;
        self.each(&frame_key(revision), &[FRAMES + 1], false, |key, tail| {
            found = Some(
                parse_located(key, tail)
                    .ok_or_else(|| self.damaged(revision, "the place of a frame is damaged"))?,
            );
            Ok(false)
        })?;
        Ok(found.filter(|located: &Located| located.first <= revision))
    }

    /// The last block before `key`.
    fn before(&self, key: &[u8]) -> Result<Option<(sled::IVec, sled::IVec)>> {
        self.db()?.get_lt(key).map_err(|error| self.failed(error))
    }

    /// The block behind the one under `home`.
    fn behind(&self, home: &[u8]) -> Result<Option<(sled::IVec, sled::IVec)>> {
        self.db()?.get_gt(home).map_err(|error| self.failed(error))
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
                let next = self.behind(&home)?;
                let is_own = |key: &Vec<u8>| {
                    key[0] == home[0] && next.as_ref().is_none_or(|(next, _)| **key < **next)
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
        self.db()?.apply_batch(whole).map_err(|error| self.failed(error))
    }
}
