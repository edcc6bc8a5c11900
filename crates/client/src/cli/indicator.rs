//! `outlay indicator`.

use super::noun::{Flag, Noun, alias, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "indicator",
    collection: "indicators",
    message: "Indicator",
    plural: "Indicators",
    service: "ReferenceService",
    history: "ListReferenceHistory",
    about: "What official statistics count, and targets are set for",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("NAME", "display_name"),
        column("ENGLISH", "localized_names.en"),
        column("UNIT", "unit"),
        column("SHARE OF", "share_of"),
    ],
    actions: &[],
    questions: &[],
    import: Some(&[
        alias("id", &["name"]),
        alias("name_zh", &["display_name", "localized_names.zh"]),
        alias("name_en", &["localized_names.en"]),
    ]),
};

const EXAMPLE: &str = "\
Examples:
  outlay indicator create --code high-tech-investment --name 高技术产业投资 \\
      --name-en 'Investment in High Technology' --unit yuan --share-of fixed-asset-investment
  outlay indicator get high-tech-investment
  outlay indicator list --all -o csv > indicators.csv      # mend it, or add rows …
  outlay indicator import indicators.csv";

static FLAGS: [Flag; 8] = [
    flag("code", "code", "Code, which is the id"),
    flag("name", "display_name", "Name, as it is printed"),
    flag("name-zh", "localized_names.zh", "Name in Chinese"),
    flag("name-en", "localized_names.en", "Name in English"),
    flag("unit", "unit", "Unit of its values"),
    flag("share-of", "share_of", "Indicator that it is a part of"),
    flag(
        "industry",
        "report_scope.industries",
        "Industry whose reports it is the sum of; may be repeated",
    ),
    flag(
        "technical-transformation",
        "report_scope.technical_transformation",
        "Whether it is the sum of reports of technical transformations only",
    ),
];
