//! The thread that brings recent changes into sled.
//!
//! It goes through them in the order of their keys, in steps that readers never
//! wait long for; each changes some entries and, in the same batch, the sum over
//! all of them. Only the last says that sled now holds a newer revision: after a
//! crash in between, the journal is applied from the older one, and applying it
//! again to what is newer already does no harm.
//!
//! Where others have filled the disk, sled fails and goes on failing until it
//! is opened anew: that is done here, once there is room. Commits are refused
//! meanwhile.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::batch::Batch;
use super::export::{Moved, Walks};
use super::guard::AbortOnPanic;
use super::progress::Opening;
use super::recent::Recent;
use super::recovery::standing;
use super::replay::{Source, replay_all};
use super::segment;
use super::shared::{Counters, Shared};
use super::sum::{Sum, Summer};
use super::tree::{Applied, OpenTree, Stored, Tree};
use crate::engine::{Error, Result};

/// Bounds of how many changes make a step, however fast the tree is.
const STEP_CHANGES: std::ops::RangeInclusive<usize> = 16..=4_096;
/// Steps while nobody reads.
const LARGE_STEP: usize = 4_096;
/// Bytes of a value that cost about as much as one more change.
const CHANGE_BYTES: usize = 4_096;
/// Places of frames that make a step.
const STEP_FRAMES: usize = 2_048;
/// How often a full disk is looked at again.
const RETRY: Duration = Duration::from_millis(200);

/// Bringing changes into sled, step by step.
pub(super) struct Fold {
    summer: Summer,
    /// Where sled stands.
    pub(super) applied: Applied,
    /// How long a step should take; none while nobody reads.
    patience: Option<Duration>,
    /// Changes that are expected to take that long.
    budget: usize,
    /// Those who walk over the tree meanwhile.
    walks: Arc<Walks>,
}

impl Fold {
    pub(super) fn new(applied: Applied, patience: Option<Duration>) -> Self {
        let budget = if patience.is_some() { 256 } else { LARGE_STEP };
        let (summer, walks) = (Summer::new(applied.epoch), Arc::default());
        Self { summer, applied, patience, budget, walks }
    }

    /// The same, between the steps of those who walk over the tree.
    pub(super) fn beside(self, walks: Arc<Walks>) -> Self {
        Self { walks, ..self }
    }

    /// Brings all of `recent` into sled; a part of it may be there already.
    pub(super) fn all(&mut self, tree: &OpenTree<'_>, recent: &Recent) -> Result<()> {
        self.applied.reached = self.applied.reached.max(recent.standing.revision);
        let mut changes = recent.entries.iter();
        loop {
            let step = self.take(&mut changes);
            if step.is_empty() {
                break;
            }
            self.step(tree, &step)?;
        }
        let mut frames = recent.frames.values();
        while frames.len() > 0 {
            let mut batch = Batch::default();
            frames.by_ref().take(STEP_FRAMES).for_each(|located| batch.located(located));
            tree.apply(batch)?;
        }
        self.applied.revision = recent.standing.revision;
        self.applied.chain = recent.standing.chain;
        let mut batch = Batch::default();
        batch.applied(&self.applied);
        tree.apply(batch)
    }

    fn take<'a>(
        &self,
        changes: &mut impl Iterator<Item = (&'a Bytes, &'a Option<Stored>)>,
    ) -> Vec<(&'a Bytes, Option<&'a Stored>)> {
        let mut weight = 0;
        let mut step = Vec::new();
        while weight < self.budget
            && let Some((key, new)) = changes.next()
        {
            weight += 1 + new.as_ref().map_or(0, |new| new.value.len()) / CHANGE_BYTES;
            step.push((key, new.as_ref()));
        }
        step
    }

    /// Changes entries of sled, all or none of them.
    pub(super) fn step(
        &mut self,
        tree: &OpenTree<'_>,
        changes: &[(&Bytes, Option<&Stored>)],
    ) -> Result<()> {
        let started = Instant::now();
        let mut batch = Batch::default();
        let mut sum = self.applied.sum;
        let mut moved = Vec::with_capacity(changes.len());
        for (key, new) in changes {
            let old = tree.settled(key)?;
            let mut by = Sum::default();
            if let Some(old) = &old {
                by.subtract(self.summer.hash(key, old));
            }
            if let Some(new) = new {
                by.add(self.summer.hash(key, new));
            }
            sum.plus(by);
            moved.push(Moved { key, by });
            batch.replace(key, old.as_ref(), *new);
        }
        batch.applied(&Applied { sum, ..self.applied });
        self.walks.applying(&moved, || tree.apply(batch))?;
        self.applied.sum = sum;
        self.pace(changes.len(), started.elapsed());
        Ok(())
    }

    /// Adapts the size of the next step to how long this one took.
    fn pace(&mut self, changes: usize, took: Duration) {
        let Some(patience) = self.patience else { return };
        let fitting = patience.as_nanos() * changes.max(1) as u128 / took.as_nanos().max(1);
        let fitting = usize::try_from(fitting).unwrap_or(usize::MAX);
        // Half the way: one slow step is often the tree's housekeeping.
        self.budget = usize::midpoint(self.budget, fitting.min(*STEP_CHANGES.end()))
            .clamp(*STEP_CHANGES.start(), *STEP_CHANGES.end());
    }
}

/// The folding thread.
pub(super) struct Folder {
    pub(super) shared: Arc<Shared>,
    pub(super) fold: Fold,
    /// Up to where sled has taken all, and the recent changes have nothing.
    pub(super) folded: u64,
}

impl Folder {
    /// Folds what comes until there is no more; says so on `done` each time.
    pub(super) fn run(mut self, full: &Receiver<Arc<Recent>>, done: &Sender<()>) -> Result<()> {
        let _abort = AbortOnPanic("fold");
        loop {
            let outcome = match full.recv_timeout(RETRY) {
                Ok(recent) => self.fold(&recent).map(|()| {
                    // Who waits may be gone.
                    let _ = done.send(());
                }),
                Err(RecvTimeoutError::Timeout) if self.shared.tree.is_failing() => self.heal(),
                Err(RecvTimeoutError::Timeout) => Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            let shared = Arc::clone(&self.shared);
            let outcome = outcome.and_then(|()| shared.compaction.serve(&shared, &mut self.fold));
            if let Err(error) = outcome {
                self.shared.stop(&error);
                return Err(error);
            }
        }
    }

    fn fold(&mut self, recent: &Recent) -> Result<()> {
        while let Err(error) = self.shared.tree.get().and_then(|tree| self.fold.all(&tree, recent))
        {
            match error {
                Error::NotApplied | Error::Busy => self.heal()?,
                error => return Err(error),
            }
        }
        self.folded = self.fold.applied.revision;
        self.shared.tree.forget_recent();
        Counters::add(&self.shared.counters.folds, 1);
        Ok(())
    }

    /// Waits until sled can be opened anew.
    fn heal(&mut self) -> Result<()> {
        tracing::warn!("the tree cannot be written: commits are refused until it can be");
        let shared = &self.shared;
        shared.refuse_commits(true);
        loop {
            if shared.has_space() {
                match shared
                    .walks
                    .renewing(|| shared.tree.renew(|| Ok(()), |tree| self.restore(tree)))
                {
                    Ok(applied) => {
                        self.fold.applied = applied;
                        break;
                    }
                    Err(Error::NotApplied | Error::Busy) => {}
                    Err(error) => return Err(error),
                }
            }
            if !shared.queue.is_open() {
                let what = "the tree could not be written before the end".to_owned();
                return Err(Error::Fatal { what, cause: None });
            }
            shared.refuse_commits(true);
            std::thread::sleep(RETRY);
        }
        tracing::info!("the tree can be written again");
        shared.refuse_commits(false);
        Ok(())
    }

    /// Puts back what sled had taken and not written when it failed, and is
    /// not among the recent changes any more.
    fn restore(&self, tree: &Tree) -> Result<Applied> {
        let applied = standing(&tree.get()?, &self.shared.marker)?;
        if applied.revision >= self.folded {
            return Ok(applied);
        }
        let journals = self.shared.segments.directory();
        let segments = segment::list(journals)?;
        let source = Source {
            journals,
            segments: &segments,
            last: None,
            until: self.folded,
            recent_bytes: self.shared.recent_bytes(),
            opening: &Opening::default(),
        };
        replay_all(&source, tree, applied, None)
    }
}
