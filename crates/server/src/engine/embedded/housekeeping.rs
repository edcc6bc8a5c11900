//! What the engine does by itself while it serves: one thread that takes its
//! duties in turn, a small step of each, and rests in between, so that calls
//! hardly notice it.
//!
//! Nothing that a client waits for depends on it: a duty that fails or panics
//! is told in the log and by [`super::Embedded::info`], gives up what it had
//! begun, and is tried again later. Where it has found damage, trying again
//! would find it again: it waits until it is asked for.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::guard::lock;
use super::shared::Shared;
use crate::engine::{Error, Result};

/// How often a duty looks whether there is something to do.
pub(super) const LOOK: Duration = Duration::from_secs(1);
/// How long a duty that failed rests.
const RETRY: Duration = Duration::from_secs(60);
/// A step of background work is followed by a rest this many times as long: it
/// takes no more than a twentieth of a core.
const REST: u32 = 19;
/// Where it has fallen behind, by so many: a quarter of a core.
const SHORT_REST: u32 = 3;
/// What its thread adds to its niceness: a call that comes while a step is under
/// way takes the core from it.
const NICE: i32 = 10;
/// Shortest rest: whoever waits for a lock that the step held has it then.
const SHORTEST: Duration = Duration::from_millis(1);

/// Work that is done in steps.
pub(super) trait Duty: Send {
    /// What it does, in a word or two, for the log.
    fn name(&self) -> &'static str;

    /// Does a little: a few milliseconds where locks are held, a fraction of a
    /// second at most.
    ///
    /// # Errors
    /// Any: see above.
    fn step(&mut self, shared: &Shared) -> Result<Step>;

    /// Gives up what was begun and removes what it has left: after an error,
    /// and at the end.
    fn give_up(&mut self, shared: &Shared);
}

/// How a duty goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// There is nothing to do just now.
    Nothing,
    /// There is more to do, in the background.
    More,
    /// There is more to do, in the background, and it falls behind.
    Late,
    /// There is more to do, and somebody waits for it.
    Hurry,
}

/// A duty that failed, and hasn't succeeded since.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) what: String,
    pub(super) since: Instant,
}

/// What the thread and the rest of the engine tell each other.
#[derive(Debug, Default)]
pub(super) struct Housekeeping {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    ended: bool,
    woken: bool,
    faults: BTreeMap<&'static str, Fault>,
}

impl Housekeeping {
    /// Makes every duty look at once whether there is something to do.
    pub(super) fn wake(&self) {
        lock(&self.state).woken = true;
        self.changed.notify_all();
    }

    /// Ends the thread after the step that it is in.
    pub(super) fn end(&self) {
        lock(&self.state).ended = true;
        self.changed.notify_all();
    }

    /// The duties that failed last, by name.
    pub(super) fn faults(&self) -> Vec<(&'static str, Fault)> {
        let state = lock(&self.state);
        state.faults.iter().map(|(name, fault)| (*name, fault.clone())).collect()
    }

    fn note(&self, name: &'static str, fault: Option<Fault>) {
        let mut state = lock(&self.state);
        match fault {
            Some(fault) => state.faults.insert(name, fault),
            None => state.faults.remove(name),
        };
    }

    /// Rests, until it is woken at the latest.
    fn rest(&self, time: Duration) -> Rested {
        let state = lock(&self.state);
        let (mut state, _) = self
            .changed
            .wait_timeout_while(state, time, |state| !state.ended && !state.woken)
            .unwrap_or_else(PoisonError::into_inner);
        let woken = std::mem::take(&mut state.woken);
        match (state.ended, woken) {
            (true, _) => Rested::Ended,
            (false, true) => Rested::Woken,
            (false, false) => Rested::Passed,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rested {
    Passed,
    Woken,
    Ended,
}

/// A duty and when it is its turn again; none until it is asked for.
struct Turn {
    duty: Box<dyn Duty>,
    due: Option<Instant>,
}

/// The thread: until [`Housekeeping::end`].
pub(super) fn run(shared: &Shared, duties: Vec<Box<dyn Duty>>) {
    // On Linux a thread has its own; refused, it only competes with calls.
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "housekeeping keeps the priority of calls");
    }
    let now = Instant::now();
    let mut turns: Vec<_> = duties.into_iter().map(|duty| Turn { duty, due: Some(now) }).collect();
    loop {
        let rest = turns.iter().filter_map(|turn| turn.due).min();
        let rest = rest.map_or(LOOK, |due| due.saturating_duration_since(Instant::now()));
        let rested = shared.housekeeping.rest(rest);
        if rested == Rested::Ended {
            break;
        }
        let now = Instant::now();
        for turn in &mut turns {
            if rested == Rested::Woken || turn.due.is_some_and(|due| due <= now) {
                turn.take(shared);
            }
        }
    }
    for turn in &mut turns {
        turn.give_up(shared);
    }
}

impl Turn {
    fn take(&mut self, shared: &Shared) {
        let started = Instant::now();
        let step = guarded(|| self.duty.step(shared));
        let ended = Instant::now();
        let took = ended - started;
        let rest = match step {
            Ok(step) => {
                shared.housekeeping.note(self.duty.name(), None);
                match step {
                    Step::Nothing => LOOK,
                    Step::More => (took * REST).max(SHORTEST),
                    Step::Late => (took * SHORT_REST).max(SHORTEST),
                    Step::Hurry => took.max(SHORTEST),
                }
            }
            Err(error) => return self.failed(shared, &error),
        };
        self.due = Some(ended + rest);
    }

    fn failed(&mut self, shared: &Shared, error: &Error) {
        let name = self.duty.name();
        let damage = matches!(error, Error::Damaged { .. });
        match damage {
            true => tracing::error!(%error, "{name}: damage was found"),
            false => tracing::warn!(%error, "{name}: it failed and is tried again later"),
        }
        let fault = Fault { what: error.to_string(), since: Instant::now() };
        shared.housekeeping.note(name, Some(fault));
        self.give_up(shared);
        self.due = (!damage).then(|| Instant::now() + RETRY);
    }

    fn give_up(&mut self, shared: &Shared) {
        let given_up = guarded(|| {
            self.duty.give_up(shared);
            Ok(())
        });
        if let Err(error) = given_up {
            tracing::warn!(%error, "{}: it could not be given up", self.duty.name());
        }
    }
}

/// Runs what may panic.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let what = format!("it panicked: {}", text(panic.as_ref()));
        Err(Error::Fatal { what, cause: None })
    })
}

fn text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
