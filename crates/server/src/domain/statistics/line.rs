//! What a row's figures are made of.

use super::amount::Amount;
use crate::domain::id::Id;
use crate::domain::numbered::numbered;
use crate::domain::project::light::{Light, LightRules};
use crate::domain::project::schedule::Schedule;

numbered! {
    /// What a growth is over.
    BaseKind {
        /// Reports of the year before, on the same basis.
        Reported = 1 "REPORTED",
        /// The value that was published last for the year before.
        Published = 2 "PUBLISHED",
        /// A comparable base.
        Comparable = 3 "COMPARABLE",
    }
}

/// Sums of reports, or one official value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// The sum; none where nothing was observed.
    pub total: Option<Amount>,
    /// Construction and installation, equipment, other; none of official values.
    pub components: Option<[Amount; 3]>,
    /// How many reports are in it.
    pub count: i64,
    /// The observation that it is.
    pub observation: Option<Id>,
}

impl Sums {
    /// The sum of reports, with their components in fen.
    #[must_use]
    pub fn reported(fen: [i128; 3], count: i64) -> Self {
        let components = fen.map(Amount::of_fen);
        let total = components.into_iter().fold(Amount::default(), Amount::plus);
        Self { total: Some(total), components: Some(components), count, observation: None }
    }
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// What it is.
    pub kind: BaseKind,
    /// The value.
    pub value: Amount,
    /// How many reports are in it.
    pub count: i64,
    /// The observation that it is of.
    pub observation: Option<Id>,
    /// Why a comparable base is what it is; may be empty.
    pub reason: String,
}

/// The target of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targeted {
    /// The target.
    pub target: Id,
    /// Its value.
    pub value: Amount,
    /// How many months of the year are over at the end of the period.
    pub months: i32,
    /// How far behind it lights change.
    pub rules: LightRules,
}

impl Targeted {
    /// The light of a year to date, beside the target in equal parts.
    #[must_use]
    pub fn light(&self, to_date: Amount) -> Light {
        let (due, year) = (self.value.times(self.months.into()), self.value.times(12));
        self.rules.behind(due.less(to_date.times(12)).millionths(), year.millionths())
    }
}

/// All that the figures of one row come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The period.
    pub current: Sums,
    /// From the beginning of the year to its end.
    pub to_date: Sums,
    /// What the period is compared with.
    pub base: Option<Base>,
    /// What the year to date is compared with.
    pub base_to_date: Option<Base>,
    /// What the value is a part of; none where that is the whole of the answer.
    pub part_of: Option<Sums>,
    /// The target.
    pub target: Option<Targeted>,
    /// Counts of projects.
    pub projects: Projects,
}

/// Counts of projects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Projects {
    /// As they are now.
    pub count: i64,
    /// What happened, and was planned to, in the period.
    pub schedule: Schedule,
}

impl Projects {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let count = self.count + other.count;
        Self { count, schedule: self.schedule.plus(other.schedule) }
    }
}
