//! `outlay region`.

use super::noun::{Flag, Noun, alias, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "region",
    collection: "regions",
    message: "Region",
    plural: "Regions",
    service: "ReferenceService",
    history: "ListReferenceHistory",
    about: "Regions: a tree of any depth",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("NAME", "display_name"),
        column("ENGLISH", "localized_names.en"),
        column("TYPE", "type"),
        column("PARENT", "parent"),
    ],
    actions: &[],
    import: Some(&[
        alias("id", &["name"]),
        alias("name_zh", &["display_name", "localized_names.zh"]),
        alias("name_en", &["localized_names.en"]),
        alias("level", &["type"]),
    ]),
};

const EXAMPLE: &str = "\
Examples:
  outlay region create --code 330402001 --name 建设街道 --name-en 'Jianshe Subdistrict' \\
      --type township --parent 330402
  outlay region list --filter 'parent = \"regions/330400\"'
  outlay region list --all -o csv > regions.csv      # mend it, or add rows …
  outlay region import regions.csv --dry-run";

static FLAGS: [Flag; 6] = [
    flag("code", "code", "Code (GB/T 2260)"),
    flag("name", "display_name", "Name, as it is printed"),
    flag("name-zh", "localized_names.zh", "Name in Chinese"),
    flag("name-en", "localized_names.en", "Name in English"),
    flag("type", "type", "Type of region"),
    flag("parent", "parent", "Region above it"),
];
