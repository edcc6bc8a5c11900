//! What a report says.

use minicbor::{Decode, Encode};

use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::numbered::numbered;
use crate::domain::review_level::ReviewLevel;
use crate::domain::stored::is_zero;

numbered! {
    /// What a problem is about.
    ProblemKind {
        /// Land: its use, its clearance, its price.
        Land = 1 "LAND",
        /// Money that is missing or late.
        Funding = 2 "FUNDING",
        /// Filing, permits, approvals.
        Permits = 3 "PERMITS",
        /// Energy, water, or their quotas.
        Energy = 4 "ENERGY",
        /// Environment and emissions.
        Environment = 5 "ENVIRONMENT",
        /// Workers and skills.
        Labour = 6 "LABOUR",
        /// Equipment and supplies.
        Equipment = 7 "EQUIPMENT",
        /// Demand and prices.
        Market = 8 "MARKET",
        /// Something else.
        Other = 9 "OTHER",
    }
}

numbered! {
    /// How much a problem holds a project up.
    ProblemSeverity {
        /// It is known and held in check.
        Low = 1 "LOW",
        /// It delays the project.
        Medium = 2 "MEDIUM",
        /// It stops the project.
        High = 3 "HIGH",
    }
}

/// Investment completed in a month, in fen; each part at most
/// [`crate::domain::money::MAX_UNITS`] yuan, and so is the sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Investment {
    /// Construction and installation.
    #[n(1)]
    #[cbor(skip_if = "is_zero")]
    pub construction_and_installation: i64,
    /// Equipment, tools and instruments.
    #[n(2)]
    #[cbor(skip_if = "is_zero")]
    pub equipment: i64,
    /// Other costs, with land.
    #[n(3)]
    #[cbor(skip_if = "is_zero")]
    pub other: i64,
}

impl Investment {
    /// The parts, in the order of their fields.
    #[must_use]
    pub fn parts(self) -> [i64; 3] {
        [self.construction_and_installation, self.equipment, self.other]
    }

    /// The sum of the parts.
    #[must_use]
    pub fn total(self) -> i128 {
        self.parts().into_iter().map(i128::from).sum()
    }
}

/// What holds a project up.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Problem {
    /// What it is about.
    #[n(1)]
    pub kind: ProblemKind,
    /// How much it holds the project up.
    #[n(2)]
    pub severity: ProblemSeverity,
    /// What it is.
    #[n(3)]
    pub description: String,
    /// Level that is asked to solve it.
    #[n(4)]
    pub asked_level: Option<ReviewLevel>,
    /// Day on which it was solved; not in the future.
    #[n(5)]
    pub solved_date: Option<Date>,
}

/// What a report says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReportContent {
    /// Investment completed in the month.
    #[n(1)]
    pub investment: Investment,
    /// Funds in place since the start.
    #[n(2)]
    pub funds_in_place: Option<Money>,
    /// Physical progress since the start, in percent.
    #[n(3)]
    pub physical_progress_percent: Option<i32>,
    /// What holds the project up.
    #[n(4)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// Investment planned for the next month.
    #[n(5)]
    pub next_month_plan: Option<Money>,
    /// Investment expected in the quarter that the next month belongs to.
    #[n(6)]
    pub quarter_forecast: Option<Money>,
    /// Remark; explains what is unusual.
    #[n(7)]
    #[cbor(skip_if = "String::is_empty")]
    pub comment: String,
    /// Why a part of the investment is negative.
    #[n(8)]
    #[cbor(skip_if = "String::is_empty")]
    pub adjustment_reason: String,
}
