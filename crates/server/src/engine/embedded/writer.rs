//! The one thread that writes: it makes groups of what waits, checks each
//! commit, appends one frame per group, and hands the group on to be applied.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;

use super::apply::Group;
use super::body::Body;
use super::frame;
use super::guard::AbortOnPanic;
use super::journal::{AppendError, Journal};
use super::overlay::Layer;
use super::queue::{Reply, Request};
use super::resolve::{Resolved, View};
use super::shared::{Counters, Shared};
use crate::engine::{Error, Result};

/// The writer.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) journal: Journal,
    pub(super) groups: SyncSender<Group>,
    pub(super) max_commits: usize,
    pub(super) max_bytes: usize,
}

/// A group before it is durable.
#[derive(Default)]
struct Draft {
    commits: Vec<(Resolved, Reply)>,
    bodies: Vec<Body>,
    refusals: Vec<(Reply, Error)>,
    layer: Layer,
}

impl Writer {
    /// Writes until the queue ends, and seals the journal where it ended
    /// cleanly.
    pub(super) fn run(mut self) -> Result<()> {
        let _abort = AbortOnPanic("writer");
        while let Some(requests) = self.shared.queue.take(self.max_commits, self.max_bytes) {
            if let Err(error) = self.rotate() {
                self.shared.stop(&error);
                return Err(error);
            }
            let draft = match requests.is_empty() {
                true => Ok(None),
                false => self.draft(requests),
            };
            let written = draft.and_then(|draft| draft.map_or(Ok(()), |draft| self.write(draft)));
            if let Err(error) = written {
                self.shared.stop(&error);
                return Err(error);
            }
        }
        self.shared.running()?;
        if self.shared.queue.is_draining() {
            self.seal()?;
        }
        Ok(())
    }

    /// Goes on in a new segment where somebody waits for that.
    fn rotate(&mut self) -> Result<()> {
        for rotation in self.shared.queue.take_rotations() {
            let outcome = match self.journal.rotate() {
                Ok(()) => Ok(()),
                Err(AppendError::Full(_)) => Err(Error::NotApplied),
                Err(AppendError::Busy(_)) => Err(Error::Busy),
                Err(AppendError::Failed(what, error)) => {
                    let _ = rotation.send(Err(stopped(what, None)));
                    return Err(stopped(what, Some(error)));
                }
            };
            // Nobody may be waiting any more.
            let _ = rotation.send(outcome);
        }
        Ok(())
    }

    /// Checks commits one after the other; none where all were refused at
    /// once.
    fn draft(&self, requests: Vec<Request>) -> Result<Option<Draft>> {
        let tree = match self.shared.tree.get() {
            Err(Error::Busy) => {
                for request in requests {
                    let _ = request.reply.send(Err(Error::NotApplied));
                }
                return Ok(None);
            }
            tree => tree?,
        };
        let mut draft = Draft::default();
        let mut view = View { tree: &tree, overlay: &self.shared.overlay, group: Layer::new() };
        let mut revision = self.journal.last();
        for request in requests {
            match view.resolve(revision + 1, request.commit) {
                Ok((resolved, body)) => {
                    revision += 1;
                    draft.commits.push((resolved, request.reply));
                    draft.bodies.push(body);
                }
                Err(error) => draft.refusals.push((request.reply, error)),
            }
        }
        draft.layer = view.group;
        Ok(Some(draft))
    }

    /// Makes a group durable. An error ends all writing; everybody who waits
    /// for this group has been answered then.
    fn write(&mut self, draft: Draft) -> Result<()> {
        let mut group = Group { frame: None, commits: draft.commits, refusals: draft.refusals };
        if !draft.bodies.is_empty() {
            let first = self.journal.last() + 1;
            let frame = frame::commits(first, self.journal.chain(), &draft.bodies);
            drop(draft.bodies);
            match self.journal.append(&frame) {
                Ok(located) => group.frame = Some((located, frame.chain)),
                Err(AppendError::Full(error)) => {
                    tracing::warn!(%error, "the disk is full: commits are refused");
                    // A refusal may rest on a commit that did not happen.
                    group.answer(|| Error::NotApplied, || Error::NotApplied);
                    return Ok(());
                }
                Err(AppendError::Busy(error)) => {
                    tracing::warn!(%error, "no file can be opened: commits are refused");
                    group.answer(|| Error::Busy, || Error::Busy);
                    return Ok(());
                }
                Err(AppendError::Failed(what, error)) => {
                    let fatal = || stopped(what, None);
                    group.answer(|| Error::Unknown, fatal);
                    return Err(stopped(what, Some(error)));
                }
            }
            let counters = &self.shared.counters;
            Counters::add(&counters.groups, 1);
            counters.syncs.store(self.journal.syncs(), Ordering::Relaxed);
            self.shared.overlay.absorb(draft.layer);
        }
        // It fails only after the other thread is gone, which has said why.
        self.groups.send(group).map_err(|_| self.shared.fatal())
    }

    fn seal(&mut self) -> Result<()> {
        match self.journal.seal() {
            Ok(()) => Ok(()),
            Err(AppendError::Full(error) | AppendError::Busy(error)) => {
                tracing::warn!(%error, "no space for the seal: the next open takes longer");
                Ok(())
            }
            Err(AppendError::Failed(what, error)) => Err(stopped(what, Some(error))),
        }
    }
}

fn stopped(what: &str, cause: Option<std::io::Error>) -> Error {
    let what = match &cause {
        Some(error) => format!("{what}: {error}"),
        None => what.to_owned(),
    };
    Error::Fatal { what, cause: cause.map(Into::into) }
}
