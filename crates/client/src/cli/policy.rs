//! `outlay policy`.

use super::noun::{Flag, Noun, alias, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "policy",
    collection: "policies",
    message: "Policy",
    plural: "Policies",
    service: "ReferenceService",
    history: "ListReferenceHistory",
    about: "Policies that projects and meetings refer to",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("TITLE", "title"),
        column("NUMBER", "document_number"),
        column("ISSUER", "issuer"),
        column("ISSUED", "issue_date"),
        column("VALID FROM", "valid_from_date"),
        column("VALID TO", "valid_to_date"),
    ],
    actions: &[],
    questions: &[],
    import: Some(&[
        alias("id", &["name"]),
        alias("title_zh", &["title", "localized_titles.zh"]),
        alias("title_en", &["localized_titles.en"]),
    ]),
};

const EXAMPLE: &str = "\
Examples:
  outlay policy create --id zzf-2023-4 --title 'Clusters of advanced manufacturing' \\
      --issuer zj-eit --document-number 'Zhezhengfa [2023] No. 4' --issue-date 2023-01-19
  outlay policy list --filter 'title = \"*cluster*\"'
  outlay policy list --all -o csv > policies.csv      # mend it, or add rows …
  outlay policy import policies.csv";

static FLAGS: [Flag; 9] = [
    flag("title", "title", "Title"),
    flag("title-zh", "localized_titles.zh", "Title in Chinese"),
    flag("title-en", "localized_titles.en", "Title in English"),
    flag("issuer", "issuer", "Organisation that issued it"),
    flag("document-number", "document_number", "Document number"),
    flag("issue-date", "issue_date", "Day on which it was issued"),
    flag("valid-from", "valid_from_date", "First day on which it is valid"),
    flag("valid-to", "valid_to_date", "Last day on which it is valid"),
    flag("uri", "uri", "Where its text is"),
];
