//! The thread that makes durable groups visible: it keeps the values that they
//! replace for older snapshots, adds them to the recent changes, publishes them
//! and answers their callers.
//!
//! When the recent changes have become many, they are handed on to be brought
//! into sled (`fold.rs`); where that falls behind, this waits for it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use tokio::sync::oneshot;

use super::guard::AbortOnPanic;
use super::queue::Reply;
use super::recent::{Recent, Standing};
use super::resolve::{Changed, Planned, Resolved};
use super::shared::{Counters, Shared};
use super::tree::Located;
use crate::engine::{Error, Result};

/// Values that are read before some are let go of.
const CHUNK: usize = 256;
/// How often a tree that cannot be read is tried again.
const RETRY: Duration = Duration::from_millis(50);
/// How often it is looked, where no group comes, whether somebody wants all in
/// sled.
const LOOK: Duration = Duration::from_millis(100);

/// A durable group (or, without a frame, refusals that waited for the groups
/// before them).
#[derive(Default)]
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

/// The applying thread.
pub(super) struct Applier {
    pub(super) shared: Arc<Shared>,
    /// What is published.
    pub(super) standing: Standing,
    /// Durable groups, in their order.
    pub(super) groups: Receiver<Group>,
    /// Those that came while sled could not be read. Who waited for them has
    /// been told that the outcome is not known: it will be seen some time.
    pub(super) late: VecDeque<Group>,
    /// Recent changes on their way into sled.
    pub(super) full: SyncSender<Arc<Recent>>,
    /// Says that they are there.
    pub(super) folded: Receiver<()>,
    /// Whether some are on their way.
    pub(super) folding: bool,
    /// Memory of recent changes from which on they are brought into sled.
    pub(super) recent_bytes: usize,
}

impl Applier {
    /// Applies groups until there are no more, and brings all into sled where
    /// the end is a clean one. After an error everything that still comes is
    /// durable but not visible: its callers cannot be told that it happened,
    /// and the next open applies it.
    pub(super) fn run(mut self) -> Result<()> {
        let _abort = AbortOnPanic("apply");
        let mut outcome = Ok(());
        while let Some(group) = self.next() {
            if outcome.is_err() {
                group.answer(|| Error::Unknown, || self.shared.fatal());
                continue;
            }
            outcome = self.apply(group).and_then(|()| self.keep_small());
            if let Err(error) = &outcome {
                self.shared.stop(error);
            }
        }
        outcome?;
        self.wait()?;
        if self.shared.queue.is_draining() {
            self.fold()?;
            self.wait()?;
        }
        Ok(())
    }

    fn next(&mut self) -> Option<Group> {
        if let Some(late) = self.late.pop_front() {
            return Some(late);
        }
        match self.groups.recv_timeout(LOOK) {
            Ok(group) => Some(group),
            Err(RecvTimeoutError::Timeout) => Some(Group::default()),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn apply(&mut self, group: Group) -> Result<()> {
        let Group { frame, commits, refusals } = group;
        let (commits, mut replies): (Vec<_>, Vec<_>) = commits.into_iter().unzip();
        let outcome = commits.iter().try_for_each(|commit| self.add(commit, &mut replies));
        if let (Ok(()), Some((located, chain))) = (&outcome, frame) {
            self.shared.tree.remember([], &[located]);
            self.standing = Standing { revision: located.last, chain };
            self.shared.publish(located.last);
            commits.iter().for_each(|commit| self.settle(commit));
        }
        // There are none left where they were told already.
        for (commit, reply) in commits.iter().zip(replies) {
            let answer = if outcome.is_ok() { Ok(commit.revision) } else { Err(Error::Unknown) };
            let _ = reply.send(answer);
        }
        for (reply, error) in refusals {
            let answer = if outcome.is_ok() { error } else { self.shared.fatal() };
            let _ = reply.send(Err(answer));
        }
        outcome
    }

    /// Adds a commit to the recent changes. Snapshots do not see it before it
    /// is published, because the older values are kept first.
    fn add(&mut self, commit: &Resolved, waiting: &mut Vec<Reply>) -> Result<()> {
        for part in commit.changes.chunks(CHUNK) {
            let part = loop {
                match self.read(part) {
                    Err(Error::NotApplied | Error::Busy) => self.bear(waiting)?,
                    part => break part?,
                }
            };
            self.shared.undo.record(commit.revision, &part);
            let new = part.into_iter().map(|Changed { key, new, .. }| (key, new));
            self.shared.tree.remember(new, &[]);
        }
        Ok(())
    }

    fn read(&self, part: &[Planned]) -> Result<Vec<Changed>> {
        let tree = self.shared.tree.get()?;
        part.iter().map(|change| tree.whole(change)).collect()
    }

    /// Waits a little for a tree that is being opened anew, and lets nobody
    /// else wait for it.
    fn bear(&mut self, waiting: &mut Vec<Reply>) -> Result<()> {
        for reply in waiting.drain(..) {
            let _ = reply.send(Err(Error::Unknown));
        }
        self.keep_nobody();
        self.shared.running()?;
        if !self.shared.queue.is_open() {
            let what = "the tree could not be read before the end".to_owned();
            return Err(Error::Fatal { what, cause: None });
        }
        std::thread::sleep(RETRY);
        Ok(())
    }

    /// Tells those who wait for groups that are still to come that the outcome
    /// is not known.
    fn keep_nobody(&mut self) {
        while let Ok(mut group) = self.groups.try_recv() {
            let replies = group.commits.drain(..).map(|(commit, reply)| {
                let _ = reply.send(Err(Error::Unknown));
                // Nobody hears what comes later.
                (commit, oneshot::channel().0)
            });
            let commits = replies.collect();
            for (reply, _) in group.refusals.drain(..) {
                let _ = reply.send(Err(Error::NotApplied));
            }
            self.late.push_back(Group { commits, ..group });
        }
    }

    fn settle(&self, commit: &Resolved) {
        Counters::add(&self.shared.counters.commits, 1);
        let keys = commit.changes.iter().map(|change| &change.key);
        self.shared.overlay.settle(commit.revision, keys);
    }

    /// Hands the recent changes on once they are many.
    fn keep_small(&mut self) -> Result<()> {
        if self.folding && self.folded.try_recv().is_ok() {
            self.folding = false;
        }
        let bytes = self.shared.tree.recent_bytes();
        if self.folding && bytes > self.recent_bytes.saturating_mul(2) {
            self.wait()?;
        }
        let wanted = bytes > self.recent_bytes;
        if !self.folding && (wanted || self.shared.fold_asked.swap(false, Ordering::SeqCst)) {
            self.fold()?;
        }
        Ok(())
    }

    fn fold(&mut self) -> Result<()> {
        if let Some(full) = self.shared.tree.fill_recent(self.standing) {
            self.full.send(full).map_err(|_| self.shared.fatal())?;
            self.folding = true;
        }
        Ok(())
    }

    /// Waits until what is on its way is in sled; nobody else waits where that
    /// needs space first.
    fn wait(&mut self) -> Result<()> {
        while self.folding {
            match self.folded.recv_timeout(RETRY) {
                Ok(()) => self.folding = false,
                Err(RecvTimeoutError::Timeout) if self.shared.accepting().is_err() => {
                    self.keep_nobody();
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(self.shared.fatal()),
            }
        }
        Ok(())
    }
}
