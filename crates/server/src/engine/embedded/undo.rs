//! Older values of recently changed keys, for as long as a snapshot needs
//! them, and the register of the snapshots that do.
//!
//! A commit's older values are recorded before the tree changes, and readers
//! look at the tree first: whatever a reader finds there too new has its older
//! value here. The newest revision that readers may see is kept under the same
//! lock, so a snapshot taken in the middle of applying is exact.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::{RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::guard::{read, write};
use super::resolve::Changed;
use crate::engine::{Entry, Error, Range, Result};

/// Memory that one older value takes besides its key and value, roughly.
const OVERHEAD: usize = 160;
/// Most keys looked at by one walk of a range.
const CHUNK: usize = 1_024;
/// Most keys freed at once: readers wait meanwhile.
const TRIM_KEYS: usize = 20_000;

/// The register and the older values.
#[derive(Debug)]
pub(super) struct Undo {
    state: RwLock<State>,
    max_age: Duration,
    max_bytes: usize,
}

/// A snapshot in the register.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    number: u64,
    taken: Instant,
    pub(super) revision: u64,
}

#[derive(Debug)]
struct State {
    published: u64,
    older: BTreeMap<Bytes, VecDeque<Older>>,
    order: VecDeque<Recorded>,
    bytes: usize,
    /// Snapshots by number: ascending in time and in revision.
    live: BTreeMap<u64, Ticket>,
    next_number: u64,
}

#[derive(Debug)]
struct Older {
    /// The commit that replaced this value.
    until: u64,
    entry: Option<Entry>,
}

#[derive(Debug)]
struct Recorded {
    revision: u64,
    keys: Vec<Bytes>,
}

/// Some older values of a range, in the order of a walk.
pub(super) struct Chunk {
    pub(super) entries: Vec<(Bytes, Option<Entry>)>,
    /// The last key that was looked at; none at the end of the range.
    pub(super) upto: Option<Bytes>,
}

/// Older values as one snapshot needs them.
pub(super) struct OlderValues<'a> {
    state: RwLockReadGuard<'a, State>,
    revision: u64,
}

impl Undo {
    pub(super) fn new(published: u64, max_age: Duration, max_bytes: usize) -> Self {
        Self {
            state: RwLock::new(State {
                published,
                older: BTreeMap::new(),
                order: VecDeque::new(),
                bytes: 0,
                live: BTreeMap::new(),
                next_number: 0,
            }),
            max_age,
            max_bytes,
        }
    }

    /// Keeps the values that the commit of `revision` is about to replace.
    pub(super) fn record(&self, revision: u64, changes: &[Changed]) {
        let mut state = write(&self.state);
        let mut keys = Vec::with_capacity(changes.len());
        for change in changes {
            let entry = change
                .old
                .as_ref()
                .map(|old| Entry { revision: old.revision, value: old.value.clone() });
            let older = Older { until: revision, entry };
            state.bytes += cost(&change.key, &older);
            state.older.entry(change.key.clone()).or_default().push_back(older);
            keys.push(change.key.clone());
        }
        state.order.push_back(Recorded { revision, keys });
    }

    /// Lets new snapshots see everything up to `revision`.
    pub(super) fn publish(&self, revision: u64) {
        let mut state = write(&self.state);
        state.published = revision;
        state.trim(self.max_age, self.max_bytes);
    }

    /// Newest revision that readers may see.
    pub(super) fn published(&self) -> u64 {
        read(&self.state).published
    }

    /// Registers a snapshot of the newest published revision.
    pub(super) fn take(&self) -> Ticket {
        let mut state = write(&self.state);
        let ticket =
            Ticket { number: state.next_number, taken: Instant::now(), revision: state.published };
        state.next_number += 1;
        state.live.insert(ticket.number, ticket);
        ticket
    }

    /// Forgets a snapshot. What only it needed goes with the next commit.
    pub(super) fn release(&self, ticket: &Ticket) {
        write(&self.state).live.remove(&ticket.number);
    }

    /// The older values, for a reader that has looked at the tree already.
    ///
    /// # Errors
    /// [`Error::SnapshotExpired`] where they may be gone.
    pub(super) fn older(&self, ticket: &Ticket) -> Result<OlderValues<'_>> {
        let state = read(&self.state);
        if ticket.taken.elapsed() > self.max_age || !state.live.contains_key(&ticket.number) {
            return Err(Error::SnapshotExpired);
        }
        Ok(OlderValues { state, revision: ticket.revision })
    }
}

impl OlderValues<'_> {
    /// What the snapshot sees under `key`, if that was replaced since.
    pub(super) fn get(&self, key: &[u8]) -> Option<&Option<Entry>> {
        self.pick(self.state.older.get(key)?)
    }

    /// The same for the keys of `range` that were changed since, from its
    /// start or its end, as far as looking at [`CHUNK`] keys goes: only the
    /// others wait for a long walk then.
    pub(super) fn chunk(&self, range: &Range, reverse: bool) -> Chunk {
        let start = Bound::Included(range.start.as_slice());
        let end = match &range.end {
            // A range that is the wrong way round would make the map panic.
            Some(end) if *end > range.start => Bound::Excluded(end.as_slice()),
            Some(_) => Bound::Excluded(range.start.as_slice()),
            None => Bound::Unbounded,
        };
        let range = self.state.older.range::<[u8], _>((start, end));
        if reverse { self.take(range.rev()) } else { self.take(range) }
    }

    fn take<'a>(&'a self, keys: impl Iterator<Item = (&'a Bytes, &'a VecDeque<Older>)>) -> Chunk {
        let mut keys = keys.peekable();
        let mut chunk = Chunk { entries: Vec::new(), upto: None };
        for (key, older) in keys.by_ref().take(CHUNK) {
            chunk.entries.extend(self.pick(older).map(|entry| (key.clone(), entry.clone())));
            chunk.upto = Some(key.clone());
        }
        if keys.peek().is_none() {
            chunk.upto = None;
        }
        chunk
    }

    fn pick<'a>(&self, older: &'a VecDeque<Older>) -> Option<&'a Option<Entry>> {
        // A key that changes often may have many: they ascend.
        let first = older.partition_point(|older| older.until <= self.revision);
        older.get(first).map(|older| &older.entry)
    }
}

impl State {
    /// Frees what no snapshot needs; takes the oldest snapshots out of the
    /// register where that is not enough.
    fn trim(&mut self, max_age: Duration, max_bytes: usize) {
        while let Some(oldest) = self.live.first_entry() {
            if oldest.get().taken.elapsed() <= max_age {
                break;
            }
            oldest.remove();
        }
        let mut budget = TRIM_KEYS;
        loop {
            self.free(&mut budget);
            if budget == 0 || self.bytes <= max_bytes {
                return;
            }
            // What a commit that is still being applied replaces is needed by
            // every snapshot: giving up one would free nothing.
            let free = self.order.front().is_some_and(|oldest| oldest.revision <= self.published);
            if !free || self.live.pop_first().is_none() {
                return;
            }
        }
    }

    fn free(&mut self, budget: &mut usize) {
        let floor =
            self.live.first_key_value().map_or(self.published, |(_, ticket)| ticket.revision);
        while *budget > 0
            && let Some(oldest) = self.order.front_mut()
            && oldest.revision <= floor
        {
            let take = oldest.keys.len().min(*budget);
            *budget -= take;
            let keys = oldest.keys.split_off(oldest.keys.len() - take);
            if oldest.keys.is_empty() {
                self.order.pop_front();
                *budget = budget.saturating_sub(1);
            }
            for key in keys {
                self.forget_oldest(&key);
            }
        }
    }

    fn forget_oldest(&mut self, key: &Bytes) {
        let Some(versions) = self.older.get_mut(key) else {
            return;
        };
        if let Some(older) = versions.pop_front() {
            self.bytes = self.bytes.saturating_sub(cost(key, &older));
        }
        if versions.is_empty() {
            self.older.remove(key);
        }
    }
}

fn cost(key: &Bytes, older: &Older) -> usize {
    let value = older.entry.as_ref().map_or(0, |entry| entry.value.len());
    OVERHEAD + key.len() + value
}

#[cfg(test)]
mod tests {
    use super::super::tree::Stored;
    use super::*;
    use crate::engine::Class;

    fn replaced(key: u8, length: usize) -> Changed {
        let stored =
            Stored { revision: 1, class: Class::Record, value: Bytes::from(vec![key; length]) };
        Changed { key: Bytes::from(vec![key]), old: Some(stored), new: None }
    }

    #[test]
    fn a_commit_that_replaces_more_than_is_kept_ends_no_new_snapshot() {
        let undo = Undo::new(1, Duration::from_secs(60), 10_000);
        let old = undo.take();
        undo.record(2, &[replaced(1, 6_000)]);
        undo.publish(2);
        let new = undo.take();
        // Applied in several slices, and published only with the last.
        for slice in 2..9 {
            undo.record(3, &[replaced(slice, 6_000)]);
            undo.publish(2);
            let newest = undo.take();
            assert!(undo.older(&new).is_ok() && undo.older(&newest).is_ok(), "slice {slice}");
            assert!(undo.older(&newest).unwrap().get(&[slice]).is_some());
        }
        assert!(matches!(undo.older(&old), Err(Error::SnapshotExpired)));
        undo.publish(3);
        assert!(matches!(undo.older(&new), Err(Error::SnapshotExpired)));
        assert!(undo.older(&undo.take()).is_ok());
    }

    #[test]
    fn a_chunk_says_how_far_it_looked() {
        let undo = Undo::new(1, Duration::from_secs(60), usize::MAX);
        let ticket = undo.take();
        let keys = (0..CHUNK as u16 + 1).map(|key| Bytes::from(key.to_be_bytes().to_vec()));
        let changes: Vec<_> = keys.clone().map(|key| Changed { key, ..replaced(0, 1) }).collect();
        undo.record(2, &changes);
        let all = Range { start: Vec::new(), end: None };
        let older = undo.older(&ticket).unwrap();
        for (reverse, last) in [(false, CHUNK as u16 - 1), (true, 1)] {
            let chunk = older.chunk(&all, reverse);
            assert_eq!(chunk.entries.len(), CHUNK);
            assert_eq!(chunk.upto.as_deref(), Some(last.to_be_bytes().as_slice()));
        }
        let rest = all.after(&(CHUNK as u16 - 1).to_be_bytes(), crate::engine::Direction::Forward);
        let chunk = older.chunk(&rest, false);
        assert_eq!((chunk.entries.len(), chunk.upto), (1, None));
    }
}
