//! `outlay industry`.

use super::noun::{Flag, Noun, alias, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "industry",
    collection: "industries",
    message: "Industry",
    plural: "Industries",
    service: "ReferenceService",
    history: "ListReferenceHistory",
    about: "Industries: the tree of GB/T 4754",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("CODE", "code"),
        column("NAME", "display_name"),
        column("ENGLISH", "localized_names.en"),
        column("LEVEL", "level"),
        column("PARENT", "parent"),
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
  outlay industry create --code 384 --name 电池制造 --parent 38
  outlay industry list --all -o csv > industries.csv      # mend it, or add rows …
  outlay industry import industries.csv --all-or-nothing";

static FLAGS: [Flag; 5] = [
    flag("code", "code", "Code (GB/T 4754): a letter, or two to four digits"),
    flag("name", "display_name", "Name, as it is printed"),
    flag("name-zh", "localized_names.zh", "Name in Chinese"),
    flag("name-en", "localized_names.en", "Name in English"),
    flag("parent", "parent", "Industry above it"),
];
