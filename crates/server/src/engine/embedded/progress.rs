//! How far the opening of an engine is, for the log and for whoever waits.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::guard::lock;
use crate::engine::{Error, Result};

/// How often the log says how far it is.
const EVERY: Duration = Duration::from_secs(2);

/// Where an opening stands, to be looked at from elsewhere while
/// [`super::Embedded::open`] runs. Clones show the same one.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    now: Arc<Mutex<Option<Progress>>>,
    given_up: Arc<AtomicBool>,
}

/// A long piece of work, and how much of it is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is done, as a clause: `making its index again`.
    pub what: &'static str,
    /// What is counted: `revision`, `entry`.
    pub unit: &'static str,
    /// How many are done.
    pub done: u64,
    /// How many there are; 0 where that isn't known.
    pub of: u64,
    /// How many a second, on average.
    pub rate: u64,
}

impl Opening {
    /// What is being done just now, where it takes long.
    #[must_use]
    pub fn now(&self) -> Option<Progress> {
        *lock(&self.now)
    }

    /// Ends what is under way at its next step.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// Fails where it was given up.
    pub(super) fn goes_on(&self) -> Result<()> {
        if self.given_up.load(Ordering::Relaxed) { Err(Error::Busy) } else { Ok(()) }
    }

    /// Begins a piece of work; it is over with what is returned.
    pub(super) fn begin(&self, what: &'static str, unit: &'static str, of: u64) -> Working {
        let now = Instant::now();
        let progress = Progress { what, unit, done: 0, of, rate: 0 };
        *lock(&self.now) = Some(progress);
        Working { opening: self.clone(), progress, first: 0, started: now, said: now }
    }
}

/// A piece of work under way.
pub(super) struct Working {
    opening: Opening,
    progress: Progress,
    /// Where it began.
    first: u64,
    started: Instant,
    said: Instant,
}

impl Working {
    /// Says where the work begins, if not at nothing.
    pub(super) fn from(mut self, first: u64) -> Self {
        (self.first, self.progress.done) = (first, first);
        self
    }

    /// Says how far the work is.
    pub(super) fn at(&mut self, done: u64) {
        self.progress.done = done;
        let micros = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX).max(1);
        let rate = u128::from(done.saturating_sub(self.first)) * 1_000_000 / u128::from(micros);
        self.progress.rate = u64::try_from(rate).unwrap_or(u64::MAX);
        *lock(&self.opening.now) = Some(self.progress);
        if self.said.elapsed() >= EVERY {
            self.said = Instant::now();
            let Progress { rate, .. } = self.progress;
            tracing::info!(rate_per_second = rate, "{}", self.progress);
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        *lock(&self.opening.now) = None;
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, unit, done, of, .. } = *self;
        if of == 0 {
            return write!(formatter, "{what} ({unit} {})", grouped(done));
        }
        let percent = u128::from(done.min(of)) * 100 / u128::from(of);
        write!(formatter, "{what}, {percent} % ({unit} {} of {})", grouped(done), grouped(of))
    }
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_reads_as_a_clause() {
        let opening = Opening::default();
        assert_eq!(opening.now(), None);
        let mut work = opening.begin("making its index again", "revision", 1_000_000);
        work.at(430_000);
        let said = opening.now().map(|now| now.to_string()).unwrap_or_default();
        assert_eq!(said, "making its index again, 43 % (revision 430,000 of 1,000,000)");
        drop(work);
        assert_eq!(opening.now(), None);
        assert_eq!(grouped(1_234), "1,234");
        assert_eq!(grouped(12), "12");
    }
}
