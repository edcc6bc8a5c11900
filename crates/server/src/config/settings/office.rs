//! What an office settles: its dates, its rules, and how much one question may
//! ask.

use super::super::Config;
use super::super::setting::{Kind, Setting};
use super::MAX_COUNT;

/// The settings, in the order of the help.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        key: "query.sums",
        help: "Most sums that one query of statistics adds up",
        kind: Kind::Number {
            unit: "sums",
            min: 1,
            max: 10 * MAX_COUNT,
            set: |config, sums| config.query.sums = sums as usize,
            get: |config| config.query.sums as u64,
        },
    },
    Setting {
        key: "query.records",
        help: "Most reports or projects that one query reads where no sums are kept of what it \
               asks",
        kind: Kind::Number {
            unit: "records",
            min: 1,
            max: MAX_COUNT,
            set: |config, records| config.query.records = records as usize,
            get: |config| config.query.records as u64,
        },
    },
    Setting {
        key: "query.lights",
        help: "Most projects whose warning lights are counted at once",
        kind: Kind::Number {
            unit: "projects",
            min: 1,
            max: MAX_COUNT,
            set: |config, projects| config.query.lights = projects as usize,
            get: |config| config.query.lights as u64,
        },
    },
    Setting {
        key: "query.figures",
        help: "Most figures that one query of statistics answers with",
        kind: Kind::Number {
            unit: "figures",
            min: 1,
            max: MAX_COUNT,
            set: |config, figures| config.query.figures = figures as usize,
            get: |config| config.query.figures as u64,
        },
    },
    Setting {
        key: "lights.yellow_points",
        help: "How far a project is behind the plan of the year where its light turns yellow",
        kind: Kind::Number {
            unit: "percentage points",
            min: 0,
            max: 100,
            set: |config, points| config.lights.yellow_points = points as u8,
            get: |config| config.lights.yellow_points.into(),
        },
    },
    Setting {
        key: "lights.red_points",
        help: "How far a project is behind the plan of the year where more turns its light red",
        kind: Kind::Number {
            unit: "percentage points",
            min: 0,
            max: 100,
            set: |config, points| config.lights.red_points = points as u8,
            get: |config| config.lights.red_points.into(),
        },
    },
    Setting {
        key: "lights.red_months",
        help: "How long after the planned start a project that wasn't started turns red; yellow \
               it is from the day after on",
        kind: Kind::Number {
            unit: "months",
            min: 0,
            max: 120,
            set: |config, months| config.lights.red_months = months as u8,
            get: |config| config.lights.red_months.into(),
        },
    },
    Setting {
        key: "reporting.submission_day",
        help: "Day of the following month until which a report is submitted in time, where the \
               month has no date of its own",
        kind: day(
            |config, day| config.reporting.submission = day as u8,
            |config| config.reporting.submission.into(),
        ),
    },
    Setting {
        key: "reporting.county_day",
        help: "Day of the following month until which counties review",
        kind: day(
            |config, day| config.reporting.county = day as u8,
            |config| config.reporting.county.into(),
        ),
    },
    Setting {
        key: "reporting.city_day",
        help: "Day of the following month until which cities review",
        kind: day(
            |config, day| config.reporting.city = day as u8,
            |config| config.reporting.city.into(),
        ),
    },
    Setting {
        key: "reporting.province_day",
        help: "Day of the following month until which provinces review",
        kind: day(
            |config, day| config.reporting.province = day as u8,
            |config| config.reporting.province.into(),
        ),
    },
    Setting {
        key: "reporting.nation_day",
        help: "Day of the following month until which the nation reviews",
        kind: day(
            |config, day| config.reporting.nation = day as u8,
            |config| config.reporting.nation.into(),
        ),
    },
];

/// A day of a month.
const fn day(set: fn(&mut Config, u64), get: fn(&Config) -> u64) -> Kind {
    Kind::Number { unit: "days", min: 1, max: 31, set, get }
}
