//! Reading all that sled has while it changes, without a snapshot and without
//! memory: entry by entry in the order of their keys, some at a time, and the
//! folding thread waits for no more than that.
//!
//! What is read this way is the tree of no revision. But everything that is
//! folded into keys which were passed already is added up, so that at the end
//! the sum of what was read, and of that, must be the sum that the tree keeps
//! of itself. And what was read becomes the tree of the last revision when the
//! commits since the beginning are applied to it again, for they say absolute
//! results.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::guard::lock;
use super::layout::{USERS, user_key};
use super::recovery::standing;
use super::shared::Shared;
use super::sum::{Sum, Summer};
use super::tree::{Applied, Found, OpenTree, Stored};
use crate::engine::{Direction, Error, MAX_SCAN_BYTES, Range, Result};

/// Longest time that the folding thread should wait for a step.
const STEP: Duration = Duration::from_millis(1);
/// Bounds of how many entries make a step, however fast the tree is.
const STEP_ENTRIES: std::ops::RangeInclusive<usize> = 16..=4_096;

/// Entries as they lie in the tree.
pub(super) type Entries = Vec<(Bytes, Stored)>;

/// What a change of one key does to the sum of all.
#[derive(Clone, Debug)]
pub(super) struct Moved<'a> {
    pub(super) key: &'a Bytes,
    pub(super) by: Sum,
}

/// A walk over all entries, and their sum so far.
pub(super) struct Walker {
    /// None at the end.
    rest: Option<Range>,
    summer: Summer,
    pub(super) sum: Sum,
    pub(super) count: u64,
}

impl Walker {
    pub(super) fn new(epoch: uuid::Uuid) -> Self {
        Self {
            rest: Some(Range { start: Vec::new(), end: None }),
            summer: Summer::new(epoch),
            sum: Sum::default(),
            count: 0,
        }
    }

    /// Reads up to `limit` entries; none at the end. [`Walker::count`] takes
    /// them in.
    ///
    /// # Errors
    /// [`Error::Damaged`] where an entry isn't whole.
    pub(super) fn read(&mut self, tree: &OpenTree<'_>, limit: usize) -> Result<Option<Entries>> {
        let Some(range) = self.rest.take() else { return Ok(None) };
        let (start, end) = (user_key(&range.start), [USERS + 1]);
        let (mut entries, mut bytes) = (Entries::new(), 0);
        let ended = tree.each(&start, &end, false, |key, tail| {
            let key = Bytes::copy_from_slice(&key[1..]);
            let entry = tree.parse(tail)?;
            match tree.assemble(&key, entry)? {
                Found::Whole(stored) => {
                    bytes += key.len() + stored.value.len();
                    entries.push((key, stored));
                }
                Found::Torn { revision } => {
                    return Err(tree.damaged(revision, "a value misses parts"));
                }
            }
            Ok(entries.len() < limit && bytes < MAX_SCAN_BYTES)
        })?;
        let last = entries.last().filter(|_| !ended);
        self.rest = last.map(|(key, _)| range.after(key, Direction::Forward));
        Ok(Some(entries))
    }

    /// Adds entries to the sum.
    pub(super) fn count(&mut self, entries: &Entries) {
        for (key, stored) in entries {
            self.sum.add(self.summer.hash(key, stored));
        }
        self.count += entries.len() as u64;
    }
}

/// The walks that are under way while the tree changes.
#[derive(Debug, Default)]
pub(super) struct Walks {
    live: Mutex<Live>,
}

#[derive(Debug, Default)]
struct Live {
    walks: BTreeMap<u64, Walk>,
    next: u64,
}

#[derive(Debug)]
struct Walk {
    /// Keys before this one were read; none: all were.
    cursor: Option<Vec<u8>>,
    /// What was applied to those since.
    delta: Sum,
}

impl Walks {
    /// Changes the tree while nobody walks.
    pub(super) fn applying(
        &self,
        moved: &[Moved<'_>],
        apply: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let mut live = lock(&self.live);
        apply()?;
        for walk in live.walks.values_mut() {
            for moved in moved {
                if walk.cursor.as_ref().is_none_or(|cursor| **moved.key < **cursor) {
                    walk.delta.plus(moved.by);
                }
            }
        }
        Ok(())
    }

    /// Opens the tree anew while nobody walks. What is put back then is not
    /// added up: all walks end.
    pub(super) fn renewing<T>(&self, renew: impl FnOnce() -> T) -> T {
        let mut live = lock(&self.live);
        live.walks.clear();
        renew()
    }
}

/// One walk over the tree of an open engine.
pub(super) struct Export {
    walks: Arc<Walks>,
    number: u64,
    walker: Walker,
    /// Where sled stood at the beginning.
    pub(super) start: Applied,
    /// Entries that are expected to take a step.
    limit: usize,
}

impl Export {
    pub(super) fn begin(shared: &Shared) -> Result<Self> {
        let walks = Arc::clone(&shared.walks);
        let mut live = lock(&walks.live);
        let start = standing(&shared.tree.get()?, &shared.marker)?;
        let number = live.next;
        live.next += 1;
        live.walks.insert(number, Walk { cursor: Some(Vec::new()), delta: Sum::default() });
        drop(live);
        let walker = Walker::new(shared.marker.epoch);
        Ok(Self { walks, number, walker, start, limit: 256 })
    }

    /// Entries read so far.
    pub(super) fn count(&self) -> u64 {
        self.walker.count
    }

    /// Sum of the entries read so far.
    pub(super) fn sum(&self) -> Sum {
        self.walker.sum
    }

    /// The next entries; none at the end.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the tree is; [`Error::Busy`] where the walk
    /// ended because the tree was opened anew.
    pub(super) fn next(&mut self, shared: &Shared) -> Result<Option<Entries>> {
        let mut live = lock(&self.walks.live);
        let walk = live.walks.get_mut(&self.number).ok_or(Error::Busy)?;
        let started = Instant::now();
        let entries = self.walker.read(&shared.tree.get()?, self.limit)?;
        walk.cursor = self.walker.rest.as_ref().map(|rest| rest.start.clone());
        drop(live);
        let Some(entries) = entries else { return Ok(None) };
        self.pace(entries.len(), started.elapsed());
        self.walker.count(&entries);
        Ok(Some(entries))
    }

    /// Where sled stands now that all of it was read; none in the middle of a
    /// fold.
    ///
    /// # Errors
    /// As [`Export::next`]; [`Error::Damaged`] where the tree isn't what its
    /// sum says.
    pub(super) fn finish(&self, shared: &Shared) -> Result<Option<Applied>> {
        let live = lock(&self.walks.live);
        let walk = live.walks.get(&self.number).ok_or(Error::Busy)?;
        let tree = shared.tree.get()?;
        let applied = standing(&tree, &shared.marker)?;
        let mut sum = self.walker.sum;
        sum.plus(walk.delta);
        if sum != applied.sum {
            return Err(tree.damaged(applied.revision, "its entries are not those of its commits"));
        }
        Ok((applied.reached == applied.revision).then_some(applied))
    }

    fn pace(&mut self, entries: usize, took: Duration) {
        let fitting = STEP.as_nanos() * entries.max(1) as u128 / took.as_nanos().max(1);
        let fitting = usize::try_from(fitting).unwrap_or(usize::MAX);
        self.limit = usize::midpoint(self.limit, fitting.min(*STEP_ENTRIES.end()))
            .clamp(*STEP_ENTRIES.start(), *STEP_ENTRIES.end());
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        lock(&self.walks.live).walks.remove(&self.number);
    }
}
