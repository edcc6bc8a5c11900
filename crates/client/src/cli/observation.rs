//! `outlay observation`.

use super::noun::{Action, Flag, Noun, alias, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "observation",
    collection: "observations",
    message: "Observation",
    plural: "Observations",
    service: "StatisticsService",
    history: "ListObservationHistory",
    about: "Official figures of the statistics bureau, with all values published",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("REGION", "region"),
        column("INDICATOR", "indicator"),
        column("PERIOD", "period"),
        column("VALUE", "published_value.value"),
        column("GROWTH", "published_value.growth"),
        column("STATUS", "published_value.status"),
        column("PUBLISHED", "published_value.publish_date"),
    ],
    actions: &ACTIONS,
    questions: &[],
    import: Some(&[
        alias("id", &["name"]),
        alias("value", &["published_value.value"]),
        alias("growth", &["published_value.growth"]),
        alias("status", &["published_value.status"]),
        alias("publish_date", &["published_value.publish_date"]),
        alias("source", &["published_value.source.title"]),
        alias("note", &["published_value.note"]),
    ]),
};

const EXAMPLE: &str = "\
Examples:
  outlay observation create --region 330400 --indicator manufacturing-investment \\
      --period 2022H1 --value 514.8亿 --growth 20.5% --status preliminary \\
      --publish-date 2022-07-28
  outlay observation publish 330400-manufacturing-investment-2022h1 --value 515.2亿 \\
      --status final --publish-date 2023-01-18 --source 'Statistical yearbook'
  outlay observation rebase 330400-manufacturing-investment-2022h1 --value 509.9亿 \\
      --applies-from 2023-06 --reason 'Two districts count elsewhere now' --author 'Bureau'
  outlay observation get 330400-manufacturing-investment-2022h1
  outlay observation list --all -o csv > observations.csv      # add rows of new values …
  outlay observation import observations.csv";

static FLAGS: [Flag; 11] = [
    flag("region", "region", "Region"),
    flag("indicator", "indicator", "Indicator"),
    flag("period", "period", "Period: 2023, 2023H1, 2023Q1, 2023-06, 2023-01/2023-05"),
    VALUE,
    GROWTH,
    STATUS,
    PUBLISHED,
    SOURCE,
    ISSUER,
    URI,
    NOTE,
];

static ACTIONS: [Action; 2] = [
    Action {
        verb: "publish",
        method: "PublishObservation",
        about: "Adds a value that was published later; the earlier ones stay",
        flags: &[VALUE, GROWTH, STATUS, PUBLISHED, SOURCE, ISSUER, URI, NOTE],
        writes: &["published_values"],
        answer: &[],
    },
    Action {
        verb: "rebase",
        method: "RebaseObservation",
        about: "Adds what later values are compared with in place of the published value",
        flags: &[
            flag("value", "value", "Comparable value: 234213亿"),
            flag("applies-from", "applies_from", "For periods that end in this month or later"),
            flag("reason", "reason", "Why the published value can't be compared"),
            flag("author", "author", "Who determined it"),
        ],
        writes: &["comparable_bases"],
        answer: &[],
    },
];

const VALUE: Flag =
    flag("value", "published_value.value", "Value in the unit of the indicator: 290.3亿");
const GROWTH: Flag =
    flag("growth", "published_value.growth", "Growth on the year as published: 24.1%, 0.241");
const STATUS: Flag = flag("status", "published_value.status", "How sure it is");
const PUBLISHED: Flag =
    flag("publish-date", "published_value.publish_date", "Day on which it was published");
const SOURCE: Flag = flag("source", "published_value.source.title", "Title of the publication");
const ISSUER: Flag =
    flag("issuer", "published_value.source.issuer", "Organisation that published it");
const URI: Flag = flag("uri", "published_value.source.uri", "Where the publication is");
const NOTE: Flag = flag("note", "published_value.note", "What else is to be known of it");
