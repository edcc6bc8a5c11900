//! What rows are told apart by.

use crate::domain::id::Id;
use crate::domain::month::Month;
use crate::domain::numbered::numbered;
use crate::domain::period::Period;
use crate::domain::project::{ConstructionKind, SizeClass, Stage};

numbered! {
    /// By what rows are told apart.
    Dimension {
        /// Regions.
        Region = 1 "REGION",
        /// Industries.
        Industry = 2 "INDUSTRY",
        /// Kinds of construction.
        ConstructionKind = 3 "CONSTRUCTION_KIND",
        /// Technical transformations and others.
        TechnicalTransformation = 4 "TECHNICAL_TRANSFORMATION",
        /// Size classes.
        SizeClass = 5 "SIZE_CLASS",
        /// Clusters.
        Cluster = 6 "CLUSTER",
        /// Lists.
        List = 7 "LIST",
        /// Months.
        Month = 8 "MONTH",
        /// Quarters.
        Quarter = 9 "QUARTER",
        /// Halves of the year.
        Half = 10 "HALF",
        /// Stages of projects.
        Stage = 11 "STAGE",
    }
}

impl Dimension {
    /// How many months its parts of the year have; none where it is none of time.
    #[must_use]
    pub const fn months(self) -> Option<i32> {
        match self {
            Self::Month => Some(1),
            Self::Quarter => Some(3),
            Self::Half => Some(6),
            _ => None,
        }
    }

    /// The parts of a period, each as far as it is within it.
    #[must_use]
    pub fn buckets(length: i32, period: Period) -> Vec<Period> {
        let mut buckets: Vec<(Month, Month)> = Vec::new();
        let part = |month: Month| (month.month() - 1) / length;
        for month in period.months() {
            match buckets.last_mut() {
                Some((first, last)) if part(*first) == part(month) => *last = month,
                // January stands with February.
                Some((_, last)) if last.month() == 1 => *last = month,
                _ => buckets.push((month, month)),
            }
        }
        // A period holds no January without February.
        buckets.into_iter().filter_map(|(first, last)| Period::new(first, last).ok()).collect()
    }
}

/// What tells a row apart in one dimension. The order is that of rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A region, an industry, a cluster or a list.
    Id(Id),
    /// A kind of construction.
    Kind(ConstructionKind),
    /// Whether it is a technical transformation.
    Transformation(bool),
    /// A size class.
    Size(SizeClass),
    /// A stage.
    Stage(Stage),
    /// A part of the year.
    Period(Period),
}
