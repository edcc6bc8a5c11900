//! Statistics: what can be asked for, and how figures follow from sums.

pub mod amount;
pub mod completeness;
pub mod figure;
pub mod key;
pub mod line;

use super::numbered::numbered;

pub use amount::Amount;
pub use completeness::Completeness;
pub use figure::{Absence, Figure, Quantity, growth};
pub use key::{Dimension, Part};
pub use line::{Base, BaseKind, Line, Projects, Sums, Targeted};

numbered! {
    /// Where figures come from.
    Source {
        /// The monthly reports of projects.
        Reports = 1 "REPORTS",
        /// The observations of the statistics bureau.
        Official = 2 "OFFICIAL",
    }
}

numbered! {
    /// What is asked for.
    Measure {
        /// Investment completed in the period.
        Value = 1 "VALUE",
        /// Investment from the beginning of the year.
        YearToDate = 2 "YEAR_TO_DATE",
        /// Growth of the value.
        Growth = 3 "GROWTH",
        /// Growth of the year to date.
        YearToDateGrowth = 4 "YEAR_TO_DATE_GROWTH",
        /// Growth less that of the whole.
        GrowthDifference = 5 "GROWTH_DIFFERENCE",
        /// Part in the whole.
        Share = 6 "SHARE",
        /// Place by value.
        Rank = 7 "RANK",
        /// Place by growth.
        GrowthRank = 8 "GROWTH_RANK",
        /// Increase by the increase of the whole.
        Contribution = 9 "CONTRIBUTION",
        /// Increase by the base of the whole.
        Pull = 10 "PULL",
        /// Year to date by the target.
        PlanCompletion = 11 "PLAN_COMPLETION",
        /// What of the target falls on the months so far.
        ProRataPlan = 12 "PRO_RATA_PLAN",
        /// How many reports are in the value.
        ReportCount = 13 "REPORT_COUNT",
        /// Of the value: construction and installation.
        Construction = 14 "CONSTRUCTION_AND_INSTALLATION",
        /// Of the value: equipment.
        Equipment = 15 "EQUIPMENT",
        /// Of the value: other costs.
        Other = 16 "OTHER",
        /// The light of the year to date beside the target.
        Light = 17 "LIGHT",
        /// Projects as they are now.
        ProjectCount = 20 "PROJECT_COUNT",
        /// Projects that were started.
        NewStarts = 21 "NEW_STARTS",
        /// Of those planned to be started, those that were.
        StartRate = 22 "START_RATE",
        /// Of those planned to be completed, those in production.
        ProductionRate = 23 "PRODUCTION_RATE",
    }
}

impl Measure {
    /// Whether it counts projects, and no reports.
    #[must_use]
    pub const fn is_of_projects(self) -> bool {
        matches!(
            self,
            Self::ProjectCount | Self::NewStarts | Self::StartRate | Self::ProductionRate
        )
    }
}
