//! `outlay target`.

use super::noun::{Flag, Noun, alias, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "target",
    collection: "targets",
    message: "Target",
    plural: "Targets",
    service: "StatisticsService",
    history: "ListTargetHistory",
    about: "What an indicator is to reach in a region and a year",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("REGION", "region"),
        column("INDICATOR", "indicator"),
        column("YEAR", "year"),
        column("VALUE", "value"),
        column("GROWTH", "growth"),
        column("NUMBER", "document_number"),
    ],
    actions: &[],
    questions: &[],
    import: Some(&[alias("id", &["name"])]),
};

const EXAMPLE: &str = "\
Examples:
  outlay target create --region 330400 --indicator manufacturing-investment --year 2023 \\
      --growth 15% --document-number 'Jiazhengfa [2023] No. 1'
  outlay target update 330400-manufacturing-investment-2023 --value 1200亿
  outlay target list --region 330400 --filter 'year = 2023' -o csv > targets.csv
  outlay target import targets.csv";

static FLAGS: [Flag; 8] = [
    flag("region", "region", "Region"),
    flag("indicator", "indicator", "Indicator"),
    flag("year", "year", "Year"),
    flag("value", "value", "Value to be reached: 1200亿"),
    flag("growth", "growth", "Growth over the year before to be reached: 15%, 0.15"),
    flag("document-number", "document_number", "Number of the document that sets it"),
    flag("policy", "policy", "Policy that sets it"),
    flag("note", "note", "What else is to be known of it"),
];
