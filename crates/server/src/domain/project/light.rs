//! Warning lights of projects: what each rule reads, and the light it gives.
//!
//! - PACE: the investment of the year so far beside the part of the year's plan
//!   that falls on these months, in equal parts. Behind are percentage points of
//!   the plan.
//! - START: the planned day of the start, while the project hasn't been started.
//!
//! A project has the worst light that a rule gives. Nothing is read of one that is
//! completed or terminated.

use super::{Project, Stage};
use crate::domain::date::Date;
use crate::domain::decimal::Ratio;
use crate::domain::money::Money;
use crate::domain::month::Month;
use crate::domain::numbered::numbered;

/// Months of a year.
const YEAR: i128 = 12;

numbered! {
    /// A warning light, from the best to the worst.
    Light {
        /// It goes as planned.
        Green = 1 "GREEN",
        /// Somebody should look.
        Yellow = 2 "YELLOW",
        /// Somebody must act.
        Red = 3 "RED",
    }
}

numbered! {
    /// A rule by which lights are given.
    LightRule {
        /// Investment beside the plan of the year.
        Pace = 1 "PACE",
        /// The start beside the day that was planned.
        Start = 2 "START",
    }
}

numbered! {
    /// Why a rule reads nothing.
    Unread {
        /// Nothing was planned: no investment for the year, or no day of the start.
        NotPlanned = 1 "NOT_PLANNED",
        /// The project is completed or terminated.
        Over = 2 "OVER",
    }
}

/// From where on lights change. The defaults are the values in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LightRules {
    /// Percentage points behind the plan from which on it is yellow (10).
    pub yellow_points: u8,
    /// Percentage points behind the plan above which it is red (30).
    pub red_points: u8,
    /// Months after the planned start from which on it is red (3); yellow it is
    /// from the day after on.
    pub red_months: u8,
}

impl Default for LightRules {
    fn default() -> Self {
        Self { yellow_points: 10, red_points: 30, red_months: 3 }
    }
}

impl LightRules {
    /// The light of what is `part` of a plan of `whole` behind; less than zero is
    /// ahead.
    #[must_use]
    pub fn behind(&self, part: i128, whole: i128) -> Light {
        let points = |points: u8| i128::from(points) * whole;
        if part * 100 > points(self.red_points) {
            Light::Red
        } else if part * 100 >= points(self.yellow_points) {
            Light::Yellow
        } else {
            Light::Green
        }
    }
}

/// What a rule reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightReading {
    /// The light, or why there is none.
    pub light: Result<Light, Unread>,
    /// What it follows from.
    pub evidence: Evidence,
}

/// What a light follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Of [`LightRule::Pace`].
    Pace {
        /// The last month that counts.
        month: Month,
        /// Investment from the beginning of its year, in fen.
        year_to_date: i128,
        /// What is planned for the year.
        plan: Option<Money>,
        /// How much of the plan is missing: 0.1 for 10 percentage points; less
        /// than zero where it is ahead.
        behind: Option<Ratio>,
    },
    /// Of [`LightRule::Start`].
    Start {
        /// The planned day.
        planned: Option<Date>,
        /// The day on which it was started.
        started: Option<Date>,
    },
}

impl LightReading {
    /// The rule.
    #[must_use]
    pub const fn rule(&self) -> LightRule {
        match self.evidence {
            Evidence::Pace { .. } => LightRule::Pace,
            Evidence::Start { .. } => LightRule::Start,
        }
    }
}

/// The light of a project: the worst that a rule gives; none where none does.
#[must_use]
pub fn light(readings: &[LightReading]) -> Option<Light> {
    readings.iter().filter_map(|reading| reading.light.ok()).max()
}

impl Project {
    /// What all rules read on a day; `year_to_date` is what was invested from the
    /// beginning of the year through `month`, in fen.
    #[must_use]
    pub fn light_readings(
        &self,
        rules: &LightRules,
        as_of: Date,
        (month, year_to_date): (Month, i128),
    ) -> Vec<LightReading> {
        vec![self.pace(rules, as_of, (month, year_to_date)), self.start(rules, as_of)]
    }

    /// Whether it was completed or terminated by a day.
    #[must_use]
    pub fn is_over(&self, as_of: Date) -> bool {
        self.counting().any(|change| {
            change.to >= Stage::Completed && change.to != Stage::Suspended && change.date <= as_of
        })
    }

    fn pace(&self, rules: &LightRules, as_of: Date, told: (Month, i128)) -> LightReading {
        let (month, year_to_date) = told;
        let plan = self.annual_plan(month.year()).filter(|plan| plan.minor() > 0);
        let missing = plan.map(|plan| {
            let plan = i128::from(plan.minor());
            (plan * i128::from(month.month()) - year_to_date * YEAR, plan * YEAR)
        });
        let light = match missing {
            _ if self.is_over(as_of) => Err(Unread::Over),
            None => Err(Unread::NotPlanned),
            Some((part, whole)) => Ok(rules.behind(part, whole)),
        };
        let behind = missing.and_then(|(part, whole)| Ratio::new(part, whole));
        LightReading { light, evidence: Evidence::Pace { month, year_to_date, plan, behind } }
    }

    fn start(&self, rules: &LightRules, as_of: Date) -> LightReading {
        let planned = self.planned_start_date;
        let started = self.actual_start_date().filter(|date| *date <= as_of);
        let light = match planned {
            _ if self.is_over(as_of) => Err(Unread::Over),
            None => Err(Unread::NotPlanned),
            Some(planned) if started.is_some() || as_of <= planned => Ok(Light::Green),
            Some(planned) if as_of < later(planned, rules.red_months) => Ok(Light::Yellow),
            Some(_) => Ok(Light::Red),
        };
        LightReading { light, evidence: Evidence::Start { planned, started } }
    }
}

/// The same day so many months later, or the last one of that month; the last day
/// there is where it would be after that.
fn later(day: Date, months: u8) -> Date {
    let mut month = Month::of(day);
    for _ in 0..months {
        month = month.next().unwrap_or(month);
    }
    month.day(day.day())
}
