//! `outlay region`.

use super::noun::{Action, Flag, Noun, alias, column, flag};

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
    actions: &ACTIONS,
    questions: &[],
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
  outlay region import regions.csv --dry-run
  outlay region split 330402 --part 330402 --date 2030-01-01 \\
      --new '{\"code\": \"330403\", \"displayName\": \"新城区\", \"type\": \"COUNTY\"}'
  outlay region merge 330411 --source 330403 --date 2031-01-01 --document 'No. 12'
  outlay region move 330411 --parent 330100 --date 2032-01-01 --reason 'As decided'
  outlay region list --region 330400 --as-of 2030-06-30";

static FLAGS: [Flag; 7] = [
    flag("code", "code", "Code (GB/T 2260)"),
    flag("name", "display_name", "Name, as it is printed"),
    flag("name-zh", "localized_names.zh", "Name in Chinese"),
    flag("name-en", "localized_names.en", "Name in English"),
    flag("type", "type", "Type of region"),
    flag("parent", "parent", "Region above it, since ever; `move` says from when"),
    flag("valid-from", "valid_from", "First day of the region"),
];

static ACTIONS: [Action; 3] = [
    Action {
        verb: "move",
        method: "MoveRegion",
        about: "Places one below another one from a day on",
        flags: &[
            flag("parent", "parent", "Region that it is to stand below"),
            DATE,
            REASON,
            DOCUMENT,
        ],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "merge",
        method: "MergeRegions",
        about: "Lets one follow others, which end on a day",
        flags: &[
            flag("source", "sources", "Region that ends; may be repeated"),
            flag("new", "new_region", "The one that follows, where it is to be created"),
            CHILD,
            DATE,
            REASON,
            DOCUMENT,
        ],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "split",
        method: "SplitRegion",
        about: "Splits one on a day: it lives on where it is one of the parts, or ends",
        flags: &[
            flag("part", "parts", "Part that is there, or the region itself; may be repeated"),
            flag("new", "new_parts", "Part that is to be created; may be repeated"),
            CHILD,
            DATE,
            REASON,
            DOCUMENT,
        ],
        writes: &[],
        answer: &[],
    },
];

const DATE: Flag = flag("date", "effective_date", "Day from which on it is so: 2021-04-09");
const REASON: Flag = flag("reason", "reason", "Why");
const DOCUMENT: Flag = flag("document", "document_number", "Number of the document that says so");
const CHILD: Flag = flag(
    "child",
    "children",
    "Where one goes that was below: {\"region\": \"regions/…\", \"parent\": \"regions/…\"}; may be repeated",
);
