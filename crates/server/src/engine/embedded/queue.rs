//! The commits that wait for the writer: bounded, first come first served.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::guard::lock;
use crate::engine::{Commit, Error, Result};

/// A commit and whoever waits for it.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) commit: Commit,
    /// Memory that it takes.
    pub(super) bytes: usize,
    pub(super) reply: Reply,
}

/// Where the outcome of a commit goes; it is no error if nobody waits any more.
pub(super) type Reply = oneshot::Sender<Result<u64>>;

/// Whoever waits for the journal to go on in a new segment.
pub(super) type Rotation = oneshot::Sender<Result<()>>;

/// How far the queue goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Open,
    /// No new commits; what waits is still written.
    Draining,
    /// Nothing is written any more.
    Abandoned,
}

/// The queue.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    max_commits: usize,
    max_bytes: usize,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<Request>,
    bytes: usize,
    mode: Mode,
    rotations: Vec<Rotation>,
}

impl Queue {
    pub(super) fn new(max_commits: usize, max_bytes: usize) -> Self {
        Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                bytes: 0,
                mode: Mode::Open,
                rotations: Vec::new(),
            }),
            arrived: Condvar::new(),
            max_commits,
            max_bytes,
        }
    }

    /// Adds a commit at the end.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full, [`Error::Fatal`] when it is
    /// closed.
    pub(super) fn push(&self, request: Request) -> Result<()> {
        let mut state = lock(&self.state);
        if state.mode != Mode::Open {
            return Err(Error::Fatal {
                what: "it takes no commits any more".to_owned(),
                cause: None,
            });
        }
        let over = state.bytes + request.bytes > self.max_bytes && !state.waiting.is_empty();
        if state.waiting.len() >= self.max_commits || over {
            return Err(Error::Busy);
        }
        state.bytes += request.bytes;
        state.waiting.push_back(request);
        self.arrived.notify_one();
        Ok(())
    }

    /// Asks the writer to go on in a new segment. Nothing is heard of it once
    /// the queue is closed.
    pub(super) fn ask_rotation(&self) -> oneshot::Receiver<Result<()>> {
        let (sender, receiver) = oneshot::channel();
        let mut state = lock(&self.state);
        if state.mode == Mode::Open {
            state.rotations.push(sender);
            self.arrived.notify_one();
        }
        receiver
    }

    /// Takes those who wait for a new segment.
    pub(super) fn take_rotations(&self) -> Vec<Rotation> {
        std::mem::take(&mut lock(&self.state).rotations)
    }

    /// Waits for commits and takes a group of them, which is empty where only a
    /// new segment is asked for; none when it is all over.
    pub(super) fn take(&self, max_commits: usize, max_bytes: usize) -> Option<Vec<Request>> {
        let mut state = lock(&self.state);
        while state.waiting.is_empty() && state.rotations.is_empty() && state.mode == Mode::Open {
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let nothing = state.waiting.is_empty() && state.rotations.is_empty();
        if state.mode == Mode::Abandoned || nothing {
            return None;
        }
        let mut group = Vec::new();
        let mut bytes = 0;
        while group.len() < max_commits.max(1) {
            let Some(next) = state.waiting.front() else {
                break;
            };
            if !group.is_empty() && bytes + next.bytes > max_bytes {
                break;
            }
            bytes += next.bytes;
            group.extend(state.waiting.pop_front());
        }
        state.bytes -= bytes;
        Some(group)
    }

    /// Takes no new commits; lets the writer finish those that wait.
    pub(super) fn drain(&self) {
        self.end(Mode::Draining);
    }

    /// Takes no new commits, and gives up those that wait: their callers are
    /// not told an outcome.
    pub(super) fn abandon(&self) {
        self.stop();
    }

    /// Takes no new commits, and hands back those that wait.
    pub(super) fn stop(&self) -> Vec<Request> {
        self.end(Mode::Abandoned);
        drop(self.take_rotations());
        self.clear()
    }

    /// Hands back the commits that wait.
    pub(super) fn clear(&self) -> Vec<Request> {
        let mut state = lock(&self.state);
        state.bytes = 0;
        state.waiting.drain(..).collect()
    }

    /// Whether no end was asked for.
    pub(super) fn is_open(&self) -> bool {
        lock(&self.state).mode == Mode::Open
    }

    /// Whether a clean end was asked for.
    pub(super) fn is_draining(&self) -> bool {
        lock(&self.state).mode == Mode::Draining
    }

    fn end(&self, mode: Mode) {
        let mut state = lock(&self.state);
        if state.mode != Mode::Abandoned {
            state.mode = mode;
        }
        self.arrived.notify_all();
    }
}
