//! The thread that brings durable groups into the tree, publishes them and
//! answers their callers.
//!
//! A group is applied in slices, so that readers never wait long for the tree;
//! each says in the same batch up to where the tree now stands. A commit that
//! is larger than a slice takes several: snapshots do not see it before the
//! last, because the older values are kept first, and after a crash it is
//! simply applied again.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::guard::AbortOnPanic;
use super::queue::Reply;
use super::resolve::{Changed, Resolved};
use super::shared::{Counters, Shared};
use super::sum::Summer;
use super::tree::{Applied, Batch, Located, OpenTree};
use crate::engine::{Error, Result};

/// Bounds of how many changes make a slice, however fast the tree is.
const SLICE_CHANGES: std::ops::RangeInclusive<usize> = 16..=8_192;
/// Bytes of a value that cost about as much as one more change.
const CHANGE_BYTES: usize = 4_096;

/// A durable group (or, without a frame, refusals that waited for the groups
/// before them).
pub(super) struct Group {
    /// Where the commits are in the journal, and the chain's hash there.
    pub(super) frame: Option<(Located, [u8; 32])>,
    pub(super) commits: Vec<(Resolved, Reply)>,
    pub(super) refusals: Vec<(Reply, Error)>,
}

impl Group {
    /// Answers everybody who waits, without anything having been applied.
    pub(super) fn answer(self, commits: impl Fn() -> Error, refusals: impl Fn() -> Error) {
        // Nobody may be waiting any more.
        for (_, reply) in self.commits {
            let _ = reply.send(Err(commits()));
        }
        for (reply, _) in self.refusals {
            let _ = reply.send(Err(refusals()));
        }
    }
}

/// Changes on their way into the tree, and where it will stand then.
pub(super) struct Slice {
    batch: Batch,
    changes: usize,
}

impl Slice {
    pub(super) fn new() -> Self {
        Self { batch: Batch::default(), changes: 0 }
    }

    /// How much there is to change.
    pub(super) fn changes(&self) -> usize {
        self.changes
    }

    pub(super) fn locate(&mut self, located: &Located) {
        self.batch.located(located);
    }

    /// Adds changes of the commit of `revision`.
    pub(super) fn add(
        &mut self,
        revision: u64,
        changes: &[Changed],
        summer: &Summer,
        applied: &mut Applied,
    ) {
        for change in changes {
            let (old, new) = (change.old.as_ref(), change.new.as_ref());
            if let Some(old) = old {
                applied.sum.subtract(summer.hash(&change.key, old));
            }
            if let Some(new) = new {
                applied.sum.add(summer.hash(&change.key, new));
                self.changes += new.value.len() / CHANGE_BYTES;
            }
            self.batch.replace(&change.key, old, new);
            self.changes += 1;
        }
        applied.reached = revision;
    }

    /// Changes the tree: all of the slice or nothing.
    pub(super) fn apply(mut self, tree: &OpenTree<'_>, applied: &Applied) -> Result<()> {
        self.batch.applied(applied);
        tree.apply(self.batch)
    }
}

/// The applying thread.
pub(super) struct Applier {
    shared: Arc<Shared>,
    summer: Summer,
    applied: Applied,
    slice: Duration,
    /// Changes that are expected to fill a slice.
    budget: usize,
}

impl Applier {
    pub(super) fn new(shared: Arc<Shared>, applied: Applied, slice: Duration) -> Self {
        Self { summer: Summer::new(shared.marker.epoch), shared, applied, slice, budget: 512 }
    }

    /// Applies groups until there are no more. After an error everything that
    /// still comes is durable but not visible: its callers cannot be told that
    /// it happened, and the next open applies it.
    pub(super) fn run(mut self, groups: &Receiver<Group>) -> Result<()> {
        let _abort = AbortOnPanic("apply");
        let mut outcome = Ok(());
        for group in groups {
            if outcome.is_err() {
                group.answer(|| Error::Unknown, || self.shared.fatal());
            } else {
                outcome = self.apply(group);
            }
        }
        outcome
    }

    fn apply(&mut self, group: Group) -> Result<()> {
        let mut slice = Slice::new();
        let mut waiting = Vec::new();
        let mut outcome = Ok(());
        let mut chain = self.applied.chain;
        if let Some((located, hash)) = &group.frame {
            slice.locate(located);
            chain = *hash;
        }
        for (commit, reply) in group.commits {
            if outcome.is_ok() {
                outcome = self.add(&commit, &mut slice, &mut waiting);
            }
            if outcome.is_err() {
                let _ = reply.send(Err(Error::Unknown));
                continue;
            }
            self.applied.revision = commit.revision;
            self.applied.reached = commit.revision;
            self.applied.chain = chain;
            waiting.push((commit, reply));
        }
        if outcome.is_ok() && !waiting.is_empty() {
            outcome = self.finish(slice, &mut waiting);
        }
        for (reply, error) in group.refusals {
            let answer = if outcome.is_ok() { error } else { self.shared.fatal() };
            let _ = reply.send(Err(answer));
        }
        outcome
    }

    /// Adds a commit to the slice, and applies as many slices as become full.
    fn add(
        &mut self,
        commit: &Resolved,
        slice: &mut Slice,
        waiting: &mut Vec<(Resolved, Reply)>,
    ) -> Result<()> {
        let mut rest = commit.changes.as_slice();
        while !rest.is_empty() {
            if slice.changes >= self.budget {
                let full = std::mem::replace(slice, Slice::new());
                self.finish(full, waiting)?;
            }
            let room = self.budget.saturating_sub(slice.changes).max(1);
            let part;
            (part, rest) = rest.split_at(room.min(rest.len()));
            self.shared.undo.record(commit.revision, part);
            slice.add(commit.revision, part, &self.summer, &mut self.applied);
        }
        Ok(())
    }

    /// Applies a slice, then publishes the commits that it completes, then
    /// answers them.
    fn finish(&mut self, slice: Slice, waiting: &mut Vec<(Resolved, Reply)>) -> Result<()> {
        let changes = slice.changes;
        let started = Instant::now();
        let applied = self.shared.tree.get().and_then(|tree| slice.apply(&tree, &self.applied));
        if let Err(error) = applied {
            self.shared.stop(&error);
            for (_, reply) in waiting.drain(..) {
                let _ = reply.send(Err(Error::Unknown));
            }
            return Err(error);
        }
        self.pace(changes, started.elapsed());
        self.shared.publish(self.applied.revision);
        let counters = &self.shared.counters;
        Counters::add(&counters.slices, 1);
        Counters::add(&counters.commits, waiting.len());
        for (commit, reply) in waiting.drain(..) {
            let keys = commit.changes.iter().map(|change| &change.key);
            self.shared.overlay.settle(commit.revision, keys);
            let _ = reply.send(Ok(commit.revision));
        }
        Ok(())
    }

    /// Adapts the size of the next slice to how long this one took.
    fn pace(&mut self, changes: usize, took: Duration) {
        let took = took.as_nanos().max(1);
        let fitting = self.slice.as_nanos() * changes.max(1) as u128 / took;
        let fitting = usize::try_from(fitting).unwrap_or(usize::MAX);
        // Half the way: one slow slice is often the tree's housekeeping.
        self.budget = usize::midpoint(self.budget, fitting.min(*SLICE_CHANGES.end()))
            .clamp(*SLICE_CHANGES.start(), *SLICE_CHANGES.end());
    }
}
