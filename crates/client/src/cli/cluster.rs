//! `outlay cluster`.

use super::noun::{Flag, Noun, alias, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "cluster",
    collection: "clusters",
    message: "Cluster",
    plural: "Clusters",
    service: "ReferenceService",
    history: "ListReferenceHistory",
    about: "Industrial clusters",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("CODE", "code"),
        column("NAME", "display_name"),
        column("ENGLISH", "localized_names.en"),
        column("TIER", "tier"),
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
  outlay cluster create --code X06 --name 量子信息 --name-en 'Quantum Information' \\
      --tier new-star-field
  outlay cluster get X06
  outlay cluster list --all -o csv > clusters.csv      # mend it, or add rows …
  outlay cluster import clusters.csv";

static FLAGS: [Flag; 6] = [
    flag("code", "code", "Code"),
    flag("name", "display_name", "Name, as it is printed"),
    flag("name-zh", "localized_names.zh", "Name in Chinese"),
    flag("name-en", "localized_names.en", "Name in English"),
    flag("tier", "tier", "Tier"),
    flag("parent", "parent", "Cluster above it"),
];
