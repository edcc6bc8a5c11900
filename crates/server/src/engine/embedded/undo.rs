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

    /// The same for all keys of `range` that were changed since.
    pub(super) fn range<'a>(
        &'a self,
        range: &Range,
    ) -> impl DoubleEndedIterator<Item = (&'a Bytes, &'a Option<Entry>)> {
        let start = Bound::Included(range.start.as_slice());
        let end = match &range.end {
            // A range that is the wrong way round would make the map panic.
            Some(end) if *end > range.start => Bound::Excluded(end.as_slice()),
            Some(_) => Bound::Excluded(range.start.as_slice()),
            None => Bound::Unbounded,
        };
        self.state
            .older
            .range::<[u8], _>((start, end))
            .filter_map(|(key, older)| Some((key, self.pick(older)?)))
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
            if budget == 0 || self.bytes <= max_bytes || self.live.pop_first().is_none() {
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
