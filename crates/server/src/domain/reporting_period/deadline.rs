//! Until when something is due.

use std::fmt;

use minicbor::{Decode, Encode};

use super::ReportingPeriod;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::month::Month;
use crate::domain::review_level::ReviewLevel;

/// What of a month's reports has a deadline, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportingStage {
    /// That they are submitted.
    Submission,
    /// That a level has reviewed them.
    Review(ReviewLevel),
}

impl ReportingStage {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [
        Self::Submission,
        Self::Review(ReviewLevel::County),
        Self::Review(ReviewLevel::City),
        Self::Review(ReviewLevel::Province),
        Self::Review(ReviewLevel::Nation),
    ];

    /// The review on a level; the submission where there is none.
    #[must_use]
    pub fn of(level: Option<ReviewLevel>) -> Self {
        level.map_or(Self::Submission, Self::Review)
    }

    /// The field of a period that gives its deadline.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Submission => "submission_deadline",
            Self::Review(ReviewLevel::County) => "review_deadlines.county",
            Self::Review(ReviewLevel::City) => "review_deadlines.city",
            Self::Review(ReviewLevel::Province) => "review_deadlines.province",
            Self::Review(ReviewLevel::Nation) => "review_deadlines.nation",
        }
    }
}

impl fmt::Display for ReportingStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Submission => f.write_str("the submission"),
            Self::Review(level) => write!(f, "{level}"),
        }
    }
}

/// Until when the levels review, where it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReviewDeadlines {
    /// Last day of the counties.
    #[n(1)]
    pub county: Option<Date>,
    /// Last day of the cities.
    #[n(2)]
    pub city: Option<Date>,
    /// Last day of the province.
    #[n(3)]
    pub province: Option<Date>,
    /// Last day of the country.
    #[n(4)]
    pub nation: Option<Date>,
}

impl ReviewDeadlines {
    /// Whether none is given.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The deadlines where a month has none of its own: days of the month that
/// follows, 1 to 31; in a month with fewer days it is the last one. None is
/// before that of a lower level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadlineDays {
    /// That of the submission (5).
    pub submission: u8,
    /// That of the counties' review (8).
    pub county: u8,
    /// That of the cities' (10).
    pub city: u8,
    /// That of the province's (12).
    pub province: u8,
    /// That of the nation's (15).
    pub nation: u8,
}

impl Default for DeadlineDays {
    fn default() -> Self {
        Self { submission: 5, county: 8, city: 10, province: 12, nation: 15 }
    }
}

impl DeadlineDays {
    /// The day of the month that follows.
    #[must_use]
    pub const fn day(&self, stage: ReportingStage) -> u8 {
        match stage {
            ReportingStage::Submission => self.submission,
            ReportingStage::Review(ReviewLevel::County) => self.county,
            ReportingStage::Review(ReviewLevel::City) => self.city,
            ReportingStage::Review(ReviewLevel::Province) => self.province,
            ReportingStage::Review(ReviewLevel::Nation) => self.nation,
        }
    }

    /// The day after a month. There is none after the last month of the calendar,
    /// which isn't reported: then it lies in that month.
    #[must_use]
    pub fn date(&self, month: Month, stage: ReportingStage) -> Date {
        month.next().unwrap_or(month).day(self.day(stage).into())
    }
}

impl ReportingPeriod {
    /// The deadline that is given.
    pub(super) const fn given(&self, stage: ReportingStage) -> Option<Date> {
        match stage {
            ReportingStage::Submission => self.submission_deadline,
            ReportingStage::Review(ReviewLevel::County) => self.review_deadlines.county,
            ReportingStage::Review(ReviewLevel::City) => self.review_deadlines.city,
            ReportingStage::Review(ReviewLevel::Province) => self.review_deadlines.province,
            ReportingStage::Review(ReviewLevel::Nation) => self.review_deadlines.nation,
        }
    }
}

/// The deadline that counts where nobody is excepted: the given one, or the
/// usual one, moved as far as the given ones of other levels need it.
#[must_use]
pub fn deadline(
    period: Option<&ReportingPeriod>,
    usual: &DeadlineDays,
    month: Month,
    stage: ReportingStage,
) -> Date {
    let date = usual.date(month, stage);
    let Some(period) = period else { return date };
    if let Some(given) = period.given(stage) {
        return given;
    }
    let given = |other: &ReportingStage| period.given(*other);
    let lower = ReportingStage::ALL.iter().filter(|other| **other < stage).filter_map(given).max();
    let higher = ReportingStage::ALL.iter().filter(|other| **other > stage).filter_map(given).min();
    let date = lower.map_or(date, |lower| date.max(lower));
    higher.map_or(date, |higher| date.min(higher))
}

/// Last day on which something is in time for one project: the deadline, or the
/// latest exception for the project or for one of the regions in `line`, which
/// are its own and all above that. A deleted record counts as none.
#[must_use]
pub fn due(
    period: Option<&ReportingPeriod>,
    usual: &DeadlineDays,
    month: Month,
    stage: ReportingStage,
    line: &[Id],
    project: &Id,
) -> Date {
    let exceptions = period.into_iter().flat_map(|period| &period.exceptions);
    let granted = exceptions.filter(|one| one.counts_for(stage, line, Some(project)));
    let date = deadline(period, usual, month, stage);
    granted.map(|one| one.date).fold(date, Date::max)
}
