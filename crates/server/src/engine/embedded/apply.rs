//! The thread that brings durable groups into the tree, publishes them and
//! answers their callers.
//!
//! A group is applied in slices, so that readers never wait long for the tree;
//! each says in the same batch up to where the tree now stands. A commit that
//! is larger than a slice takes several: snapshots do not see it before the
//! last, because the older values are kept first, and after a crash it is
//! simply applied again.
//!
//! Where others have filled the disk, sled fails and goes on failing until it
//! is opened anew: that is done here, once there is room, and what it had not
//! written comes from the journal. Commits are refused meanwhile.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::batch::Batch;
use super::guard::AbortOnPanic;
use super::queue::Reply;
use super::recovery::standing;
use super::replay::{Source, replay};
use super::resolve::{Changed, Planned, Resolved};
use super::segment;
use super::shared::{Counters, Shared};
use super::sum::Summer;
use super::tree::{Applied, Located, OpenTree, Stored};
use crate::engine::{Error, Result};

/// Bounds of how many changes make a slice, however fast the tree is.
const SLICE_CHANGES: std::ops::RangeInclusive<usize> = 16..=8_192;
/// Bytes of a value that cost about as much as one more change.
const CHANGE_BYTES: usize = 4_096;
/// How often a full disk is looked at again.
const RETRY: Duration = Duration::from_millis(200);

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
            }
            let length = |value: Option<&Stored>| value.map_or(0, |stored| stored.value.len());
            self.batch.replace(&change.key, old, new);
            self.changes += weight(length(old), length(new));
        }
        applied.reached = revision;
    }

    /// Changes the tree: all of the slice or nothing.
    pub(super) fn apply(mut self, tree: &OpenTree<'_>, applied: &Applied) -> Result<()> {
        self.batch.applied(applied);
        tree.apply(self.batch)
    }
}

/// How much a change costs: parts of long values are removed one by one, too.
fn weight(old: usize, new: usize) -> usize {
    1 + old / CHANGE_BYTES + new / CHANGE_BYTES
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
                outcome = self.apply(group, groups);
            }
        }
        outcome
    }

    fn apply(&mut self, group: Group, later: &Receiver<Group>) -> Result<()> {
        let mut slice = Slice::new();
        let mut waiting = Vec::new();
        let mut outcome = Ok(());
        let mut chain = self.applied.chain;
        let mut last = self.applied.revision;
        if let Some((located, hash)) = &group.frame {
            slice.locate(located);
            (chain, last) = (*hash, located.last);
        }
        for (commit, reply) in group.commits {
            if outcome.is_ok() {
                outcome = self.add(&commit, &mut slice, &mut waiting);
            }
            if outcome.is_ok() {
                self.applied.revision = commit.revision;
                self.applied.reached = commit.revision;
                self.applied.chain = chain;
            }
            waiting.push((commit, reply));
        }
        if outcome.is_ok() && !waiting.is_empty() {
            outcome = self.finish(slice, &mut waiting);
        }
        if let Err(Error::NotApplied | Error::Busy) = outcome {
            outcome = self.renew(last, std::mem::take(&mut waiting), later);
        }
        if let Err(error) = &outcome {
            self.shared.stop(error);
        }
        for (_, reply) in waiting {
            let _ = reply.send(Err(Error::Unknown));
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
            let room = self.budget.saturating_sub(slice.changes);
            let part;
            (part, rest) = rest.split_at(fitting(rest, room));
            let tree = self.shared.tree.get()?;
            let part: Vec<_> =
                part.iter().map(|change| tree.whole(change)).collect::<Result<_>>()?;
            drop(tree);
            self.shared.undo.record(commit.revision, &part);
            slice.add(commit.revision, &part, &self.summer, &mut self.applied);
        }
        Ok(())
    }

    /// Applies a slice, then publishes the commits that it completes, then
    /// answers them.
    fn finish(&mut self, slice: Slice, waiting: &mut Vec<(Resolved, Reply)>) -> Result<()> {
        let changes = slice.changes;
        let started = Instant::now();
        self.shared.tree.get().and_then(|tree| slice.apply(&tree, &self.applied))?;
        self.pace(changes, started.elapsed());
        self.shared.publish(self.applied.revision);
        self.answer(waiting);
        Ok(())
    }

    fn answer(&self, waiting: &mut Vec<(Resolved, Reply)>) {
        Counters::add(&self.shared.counters.slices, 1);
        for (commit, reply) in waiting.drain(..) {
            self.settle(&commit);
            let _ = reply.send(Ok(commit.revision));
        }
    }

    fn settle(&self, commit: &Resolved) {
        Counters::add(&self.shared.counters.commits, 1);
        let keys = commit.changes.iter().map(|change| &change.key);
        self.shared.overlay.settle(commit.revision, keys);
    }

    /// Waits until the tree can be opened anew, and brings it up to revision
    /// `last`, the end of the group that `waiting` are the rest of, and of the
    /// groups that still come.
    fn renew(
        &mut self,
        mut last: u64,
        mut waiting: Vec<(Resolved, Reply)>,
        later: &Receiver<Group>,
    ) -> Result<()> {
        tracing::warn!("the tree cannot be written: commits are refused until it can be");
        let mut late = Vec::new();
        self.shared.refuse_commits(true);
        while !self.reopen(last)? {
            // Who waits is told at once that the outcome is not known: it is
            // durable, and will be seen some time.
            late.extend(waiting.drain(..).map(|(commit, _)| commit));
            while let Ok(group) = later.try_recv() {
                last = group.frame.map_or(last, |(located, _)| located.last);
                late.extend(group.commits.into_iter().map(|(commit, _)| commit));
                for (reply, _) in group.refusals {
                    let _ = reply.send(Err(Error::NotApplied));
                }
            }
            if !self.shared.queue.is_open() {
                let what = "the tree could not be written before the end".to_owned();
                return Err(Error::Fatal { what, cause: None });
            }
            self.shared.refuse_commits(true);
            std::thread::sleep(RETRY);
        }
        tracing::info!("the tree can be written again");
        self.shared.publish(last);
        late.iter().for_each(|commit| self.settle(commit));
        self.answer(&mut waiting);
        self.shared.refuse_commits(false);
        Ok(())
    }

    /// Opens the tree anew and brings it up to `last`, if there is room.
    fn reopen(&mut self, last: u64) -> Result<bool> {
        if !self.shared.has_space() {
            return Ok(false);
        }
        let shared = &self.shared;
        let renewed = shared.tree.renew(|tree| {
            let journals = shared.segments.directory();
            let segments = segment::list(journals)?;
            let source = Source { journals, segments: &segments, last: None, until: last };
            let applied = standing(tree, &shared.marker)?;
            let applied = replay(&source, tree, applied, &shared.marker)?;
            // The older values are not all known: snapshots end here, before
            // anybody sees the tree.
            shared.undo.restart(last);
            Ok(applied)
        });
        match renewed {
            Ok(applied) => self.applied = applied,
            Err(Error::NotApplied | Error::Busy) => return Ok(false),
            Err(error) => return Err(error),
        }
        Ok(true)
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

/// How many of `changes` fit into `room`; one always does.
fn fitting(changes: &[Planned], room: usize) -> usize {
    let mut weighed = 0;
    let fit = changes.iter().take_while(|change| {
        let before = weighed;
        let old = change.old.as_ref().map_or(0, |old| old.length);
        let new = change.new.as_ref().map_or(0, |new| new.value.len());
        weighed += weight(old, new);
        before < room
    });
    fit.count().max(1)
}
