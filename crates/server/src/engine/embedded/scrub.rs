//! The scrub: an inspection in the background, again and again.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::guard::lock;
use super::housekeeping::{Duty, Step};
use super::inspection::{Inspection, Report};
use super::progress::Progress;
use super::shared::Shared;
use crate::engine::Result;

/// The first one comes this part of the interval after the start, so that one
/// is made also where the server is started anew each day.
const FIRST: u32 = 24;

/// What the scrub and the rest of the engine tell each other.
#[derive(Debug, Default)]
pub(super) struct Scrubbing {
    asked: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    now: Option<Progress>,
    last: Option<(Instant, Report)>,
}

impl Scrubbing {
    /// Asks for one at once; one that is under way is hurried.
    pub(super) fn ask(&self) {
        self.asked.store(true, Ordering::SeqCst);
    }

    /// How far the one is that is under way.
    pub(super) fn now(&self) -> Option<Progress> {
        lock(&self.state).now
    }

    /// When the last one ended, and what it found.
    pub(super) fn last(&self) -> Option<(Instant, Report)> {
        lock(&self.state).last.clone()
    }
}

/// Makes scrubs.
pub(super) struct ScrubDuty {
    every: Duration,
    due: Option<Instant>,
    inspection: Option<Inspection>,
    hurry: bool,
}

impl ScrubDuty {
    pub(super) fn new(every: Duration) -> Self {
        let due = Instant::now().checked_add(every / FIRST);
        Self { every, due, inspection: None, hurry: false }
    }
}

impl Duty for ScrubDuty {
    fn name(&self) -> &'static str {
        "scrub"
    }

    fn step(&mut self, shared: &Shared) -> Result<Step> {
        let asked = shared.scrubbing.asked.swap(false, Ordering::SeqCst);
        self.hurry |= asked;
        if self.inspection.is_none() {
            let now = Instant::now();
            if !asked && self.due.is_none_or(|due| due > now) {
                return Ok(Step::Nothing);
            }
            self.due = now.checked_add(self.every);
        }
        let inspection = match &mut self.inspection {
            Some(inspection) => inspection,
            None => self.inspection.insert(Inspection::begin(shared)?),
        };
        if inspection.step(shared)? {
            lock(&shared.scrubbing.state).now = Some(inspection.progress());
            return Ok(if self.hurry { Step::Hurry } else { Step::More });
        }
        let report = inspection.report();
        let (findings, entries, commits) = (report.findings.len(), report.entries, report.commits);
        tracing::info!(findings, entries, commits, took = ?report.took, "the scrub has ended");
        lock(&shared.scrubbing.state).last = Some((Instant::now(), report));
        self.give_up(shared);
        Ok(Step::Nothing)
    }

    fn give_up(&mut self, shared: &Shared) {
        self.inspection = None;
        self.hurry = false;
        lock(&shared.scrubbing.state).now = None;
    }
}
