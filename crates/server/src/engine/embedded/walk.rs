//! Walking over keys: what sled has and the recent changes, in one order.

use std::iter::Peekable;
use std::vec::IntoIter;

use bytes::Bytes;

use super::layout::{EntryFields, USERS, user_key};
use super::tree::{Found, OpenTree, Stored, Walked};
use crate::engine::{Direction, MAX_SCAN_BYTES, Range, Result};

/// A walk on its way.
struct Walk<'a> {
    tree: &'a OpenTree<'a>,
    direction: Direction,
    limit: usize,
    /// Whether long values are wanted.
    long: bool,
    bytes: usize,
    found: Vec<(Bytes, Found)>,
    /// There was a long value that isn't wanted.
    unwanted: bool,
}

impl OpenTree<'_> {
    /// The keys of `range` with what was found under them, up to `limit` keys
    /// or [`MAX_SCAN_BYTES`]. This is no snapshot: entries may change while it
    /// runs. None where there are long values and those are not wanted.
    pub(super) fn walk(
        &self,
        range: &Range,
        reverse: bool,
        limit: usize,
        long: bool,
    ) -> Result<Option<Walked>> {
        let direction = if reverse { Direction::Reverse } else { Direction::Forward };
        let found = Vec::with_capacity(limit.min(64));
        let mut walk =
            Walk { tree: self, direction, limit, long, bytes: 0, found, unwanted: false };
        let mut rest = Some(range.clone());
        let mut ended = true;
        while let Some(range) = rest.take() {
            // Before sled, never after it: what is folded in between is found
            // there then.
            let recent = self.recent_part(&range, direction, limit);
            let part = match &recent.upto {
                Some(last) => range.upto(last, direction),
                None => range.clone(),
            };
            ended = walk.part(&part, recent.entries)?;
            if ended {
                rest = recent.upto.map(|last| range.after(&last, direction));
            }
        }
        Ok((!walk.unwanted).then_some(Walked { found: walk.found, ended }))
    }
}

impl Walk<'_> {
    /// Walks over a part of which all recent changes are given; answers whether
    /// it came to its end.
    fn part(&mut self, range: &Range, recent: Vec<(Bytes, Option<Stored>)>) -> Result<bool> {
        let reverse = self.direction == Direction::Reverse;
        let mut recent = recent.into_iter().peekable();
        let start = user_key(&range.start);
        let end = range.end.as_deref().map_or_else(|| vec![USERS + 1], user_key);
        let ended = self.tree.each(&start, &end, reverse, |key, tail| {
            let key = &key[1..];
            if !self.recent_before(&mut recent, Some(key))? {
                return Ok(false);
            }
            match recent.next_if(|(recent, _)| recent == key) {
                Some((key, stored)) => self.recent(key, stored),
                None => self.show(Bytes::copy_from_slice(key), self.tree.parse(tail)?),
            }
        })?;
        Ok(ended && self.recent_before(&mut recent, None)?)
    }

    /// Shows the recent changes before `key`, or all; answers whether more is
    /// wanted.
    fn recent_before(
        &mut self,
        recent: &mut Peekable<IntoIter<(Bytes, Option<Stored>)>>,
        key: Option<&[u8]>,
    ) -> Result<bool> {
        let direction = self.direction;
        let before = |(recent, _): &(Bytes, Option<Stored>)| match (key, direction) {
            (None, _) => true,
            (Some(key), Direction::Forward) => recent.as_ref() < key,
            (Some(key), Direction::Reverse) => recent.as_ref() > key,
        };
        while let Some((key, stored)) = recent.next_if(before) {
            if !self.recent(key, stored)? {
                // Nothing is behind it where that was the last.
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn recent(&mut self, key: Bytes, stored: Option<Stored>) -> Result<bool> {
        match stored {
            Some(stored) => self.show(key, EntryFields::from(stored)),
            None => Ok(true),
        }
    }

    fn show(&mut self, key: Bytes, entry: EntryFields) -> Result<bool> {
        self.unwanted = entry.long && !self.long;
        if self.unwanted {
            return Ok(false);
        }
        self.bytes += key.len() + self.tree.length(&entry)?;
        let value = self.tree.assemble(&key, entry)?;
        self.found.push((key, value));
        Ok(self.found.len() < self.limit && self.bytes < MAX_SCAN_BYTES)
    }
}
