//! What happened to projects in a month, and what was planned to.

use super::{Project, Stage};
use crate::domain::month::Month;

/// How many numbers a [`Schedule`] has.
pub const NUMBERS: usize = 5;

/// What happened to projects in a month, and what was planned to. Numbers of
/// several projects or months are added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// How many were started.
    pub started: i64,
    /// How many were planned to be started.
    pub planned_starts: i64,
    /// Of those planned to be started, how many have been, whenever that was.
    pub started_as_planned: i64,
    /// How many were planned to be completed.
    pub planned_completions: i64,
    /// Of those planned to be completed, how many came into production, whenever
    /// that was.
    pub producing_as_planned: i64,
}

impl Schedule {
    /// Its numbers, as they are kept.
    #[must_use]
    pub const fn numbers(self) -> [i64; NUMBERS] {
        [
            self.started,
            self.planned_starts,
            self.started_as_planned,
            self.planned_completions,
            self.producing_as_planned,
        ]
    }

    /// The schedule of these numbers.
    #[must_use]
    pub const fn of(numbers: [i64; NUMBERS]) -> Self {
        let [started, planned_starts, started_as_planned, planned_completions, producing] = numbers;
        Self {
            started,
            planned_starts,
            started_as_planned,
            planned_completions,
            producing_as_planned: producing,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mut numbers = self.numbers();
        for (sum, number) in numbers.iter_mut().zip(other.numbers()) {
            *sum += number;
        }
        Self::of(numbers)
    }
}

impl Project {
    /// What happened to it, and was planned to, by the month of the calendar. It
    /// has been started where it reached STARTED, and came into production where
    /// it reached IN_PRODUCTION, whatever its stage is now.
    #[must_use]
    pub fn schedule(&self) -> Vec<(Month, Schedule)> {
        let has = |stage: Stage| i64::from(self.reached() >= stage);
        let nothing = Schedule::default();
        let started =
            self.actual_start_date().map(|date| (date, Schedule { started: 1, ..nothing }));
        let start = self.planned_start_date.map(|date| {
            let started_as_planned = has(Stage::Started);
            (date, Schedule { planned_starts: 1, started_as_planned, ..nothing })
        });
        let completion = self.planned_completion_date.map(|date| {
            let producing_as_planned = has(Stage::InProduction);
            (date, Schedule { planned_completions: 1, producing_as_planned, ..nothing })
        });
        let all = [started, start, completion].into_iter().flatten();
        all.map(|(date, schedule)| (Month::of(date), schedule)).collect()
    }
}
