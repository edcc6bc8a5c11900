//! `outlay organisation`.

use super::noun::{Flag, Noun, Question, alias, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "organisation",
    collection: "organisations",
    message: "Organisation",
    plural: "Organisations",
    service: "ReferenceService",
    history: "ListReferenceHistory",
    about: "Organisations: offices and companies",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("NAME", "display_name"),
        column("KIND", "kind"),
        column("REGION", "region"),
        column("CREDIT CODE", "credit_code"),
        column("ADDRESS", "address"),
    ],
    actions: &[],
    questions: &QUESTIONS,
    import: Some(&[
        alias("id", &["name"]),
        alias("name_zh", &["display_name", "localized_names.zh"]),
        alias("name_en", &["localized_names.en"]),
    ]),
};

const EXAMPLE: &str = "\
Examples:
  outlay organisation create --id nh-dr --name 南湖区发展和改革局 --kind bureau --region 330402
  outlay organisation list --filter 'kind = COMPANY' --all -o csv > companies.csv
  outlay organisation import companies.csv
  outlay organisation ics zj-eit > meetings.ics";

static FLAGS: [Flag; 8] = [
    flag("name", "display_name", "Name, as it is printed"),
    flag("name-zh", "localized_names.zh", "Name in Chinese"),
    flag("name-en", "localized_names.en", "Name in English"),
    flag("kind", "kind", "Kind of organisation"),
    flag("credit-code", "credit_code", "Unified social credit code (GB 32100)"),
    flag("region", "region", "Region it belongs to"),
    flag("address", "address", "Address"),
    flag("contacts", "contacts", "Whom to call, as a JSON list"),
];

static QUESTIONS: [Question; 1] = [Question {
    verb: "ics",
    method: "ExportCalendar",
    about: "Writes the meetings that one hosts or is invited to as iCalendar",
    flags: &[
        flag("start", "start_time", "From when on: 2023-07-01T00:00:00+08:00; 31 days ago"),
        flag("end", "end_time", "Until when; 366 days later, which is the most"),
        flag("language", "language_code", "Language of titles, where a meeting has it: en"),
    ],
    list: "content",
    columns: &[],
}];
