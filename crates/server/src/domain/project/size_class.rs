//! Size classes of projects.

use crate::domain::money::{MINOR_PER_UNIT, Money};
use crate::domain::numbered::numbered;

numbered! {
    /// Size class, by total investment in CNY.
    SizeClass {
        /// Below 5 million yuan: under the statistical threshold.
        BelowThreshold = 1 "BELOW_THRESHOLD",
        /// From 5 million yuan.
        From5Million = 2 "FROM_5_MILLION",
        /// From 100 million yuan.
        From100Million = 3 "FROM_100_MILLION",
        /// From 1 billion yuan: a major project of the province.
        From1Billion = 4 "FROM_1_BILLION",
        /// From 5 billion yuan.
        From5Billion = 5 "FROM_5_BILLION",
        /// From 10 billion yuan.
        From10Billion = 6 "FROM_10_BILLION",
    }
}

/// Where each class above the lowest begins, in yuan; the greatest first.
const THRESHOLDS: [(i64, SizeClass); 5] = [
    (10_000_000_000, SizeClass::From10Billion),
    (5_000_000_000, SizeClass::From5Billion),
    (1_000_000_000, SizeClass::From1Billion),
    (100_000_000, SizeClass::From100Million),
    (5_000_000, SizeClass::From5Million),
];

impl SizeClass {
    /// The class of a total investment.
    #[must_use]
    pub fn of(total: Money) -> Self {
        let yuan = |(from, _): &&(i64, Self)| total.minor() >= from * MINOR_PER_UNIT;
        THRESHOLDS.iter().find(yuan).map_or(Self::BelowThreshold, |(_, class)| *class)
    }
}
