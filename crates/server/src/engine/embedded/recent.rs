//! What the tree does not have yet: the newest commits, sorted and in memory.
//!
//! Each change of an entry makes sled write its whole block, and sled gives
//! space back only slowly. So the changes of many commits are gathered here,
//! and brought into sled together, in the order of their keys (`fold.rs`): a
//! block that a thousand commits change is written once. The journal has all
//! of it: after a crash it is read from there again.
//!
//! Two of them are open at a time at most: one that takes changes, and a full
//! one that is on its way into sled.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, RwLock};

use bytes::Bytes;

use super::guard;
use super::tree::{Located, Stored};
use crate::engine::{Direction, Range};

/// Memory that an entry takes besides its key and value, roughly.
const OVERHEAD: usize = 120;

/// A place in the journal: a revision, and the chain hash of its frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) revision: u64,
    pub(super) chain: [u8; 32],
}

/// Changes by key; none where the key was removed.
#[derive(Debug, Default)]
pub(super) struct Recent {
    pub(super) entries: BTreeMap<Bytes, Option<Stored>>,
    /// Where frames are, by their last revisions.
    pub(super) frames: BTreeMap<u64, Located>,
    /// The last of the commits.
    pub(super) standing: Standing,
    bytes: usize,
}

/// The two.
#[derive(Debug, Default)]
pub(super) struct Recents {
    both: RwLock<Both>,
}

#[derive(Debug, Default)]
struct Both {
    open: Recent,
    full: Option<Arc<Recent>>,
}

/// The changes of a part of a range.
pub(super) struct Part {
    /// In the order of the walk.
    pub(super) entries: Vec<(Bytes, Option<Stored>)>,
    /// Up to which key, inclusive; none: to the end.
    pub(super) upto: Option<Bytes>,
}

impl Recent {
    fn put(&mut self, key: Bytes, stored: Option<Stored>) {
        let length = |stored: &Option<Stored>| stored.as_ref().map_or(0, |s| s.value.len());
        let (key_length, new) = (key.len(), length(&stored));
        match self.entries.insert(key, stored) {
            Some(old) => self.bytes = (self.bytes + new).saturating_sub(length(&old)),
            None => self.bytes += key_length + new + OVERHEAD,
        }
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.frames.is_empty()
    }
}

impl Recents {
    /// Adds changes, the older ones first.
    pub(super) fn add(
        &self,
        changes: impl IntoIterator<Item = (Bytes, Option<Stored>)>,
        frames: &[Located],
    ) {
        let mut both = guard::write(&self.both);
        for (key, stored) in changes {
            both.open.put(key, stored);
        }
        for located in frames {
            both.open.frames.insert(located.last, *located);
            both.open.bytes += OVERHEAD;
        }
    }

    /// Memory that the open one takes.
    pub(super) fn bytes(&self) -> usize {
        guard::read(&self.both).open.bytes
    }

    /// Closes the open one, which ends with the commit at `standing`, and
    /// begins another; none where there is nothing, or where a full one is
    /// still there.
    pub(super) fn fill(&self, standing: Standing) -> Option<Arc<Recent>> {
        let mut both = guard::write(&self.both);
        if both.full.is_some() || both.open.is_empty() {
            return None;
        }
        let open = Recent { standing, ..std::mem::take(&mut both.open) };
        let full = Arc::new(open);
        both.full = Some(Arc::clone(&full));
        Some(full)
    }

    /// Forgets the full one: sled has all of it.
    pub(super) fn forget(&self) {
        guard::write(&self.both).full = None;
    }

    /// The newest change of `key`, if there is one.
    pub(super) fn get(&self, key: &[u8]) -> Option<Option<Stored>> {
        let both = guard::read(&self.both);
        let full = || both.full.as_ref().and_then(|full| full.entries.get(key));
        both.open.entries.get(key).or_else(full).cloned()
    }

    /// Where the first frame is that ends at `revision` or later.
    pub(super) fn locate(&self, revision: u64) -> Option<Located> {
        let both = guard::read(&self.both);
        let first = |recent: &Recent| recent.frames.range(revision..).next().map(|(_, at)| *at);
        both.full.as_deref().and_then(first).or_else(|| first(&both.open))
    }

    /// The newest changes of `range`, of up to `limit` keys.
    pub(super) fn part(&self, range: &Range, direction: Direction, limit: usize) -> Part {
        let both = guard::read(&self.both);
        let bounds = bounds(range);
        let empty = BTreeMap::new();
        let full = both.full.as_deref().map_or(&empty, |full| &full.entries);
        let (open, full) = (both.open.entries.range(bounds.clone()), full.range(bounds));
        match direction {
            Direction::Forward => merge(open, full, limit, |one, two| one.cmp(two)),
            Direction::Reverse => merge(open.rev(), full.rev(), limit, |one, two| two.cmp(one)),
        }
    }
}

fn bounds(range: &Range) -> (Bound<Bytes>, Bound<Bytes>) {
    let start = Bytes::copy_from_slice(&range.start);
    let end = match &range.end {
        // A range that ends before it begins is empty.
        Some(end) => Bound::Excluded(Bytes::copy_from_slice(end).max(start.clone())),
        None => Bound::Unbounded,
    };
    (Bound::Included(start), end)
}

/// The first `limit` of both, in their order; where both have a key, the open
/// one counts.
fn merge<'a>(
    open: impl Iterator<Item = (&'a Bytes, &'a Option<Stored>)>,
    full: impl Iterator<Item = (&'a Bytes, &'a Option<Stored>)>,
    limit: usize,
    order: impl Fn(&Bytes, &Bytes) -> std::cmp::Ordering,
) -> Part {
    let (mut open, mut full) = (open.peekable(), full.peekable());
    let mut entries = Vec::new();
    loop {
        let next = match (open.peek(), full.peek()) {
            (None, None) => return Part { entries, upto: None },
            (Some(_), None) => open.next(),
            (None, Some(_)) => full.next(),
            (Some((one, _)), Some((two, _))) => {
                let order = order(one, two);
                if order.is_eq() {
                    full.next();
                }
                if order.is_le() { open.next() } else { full.next() }
            }
        };
        let Some((key, stored)) = next else { continue };
        if entries.len() >= limit {
            let upto = entries.last().map(|(key, _): &(Bytes, _)| key.clone());
            return Part { entries, upto };
        }
        entries.push((key.clone(), stored.clone()));
    }
}
