//! `outlay minutes`.

use super::noun::{Action, Flag, Noun, Question, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "minutes",
    collection: "minutes",
    message: "Minutes",
    plural: "Minutes",
    service: "MinutesService",
    history: "ListMinutesHistory",
    about: "Minutes of meetings, approved and issued",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("STATE", "state"),
        column("ISSUED VERSION", "issued_version"),
        column("RECORDER", "recorder"),
        column("CHANGED", "update_time"),
    ],
    actions: &ACTIONS,
    questions: &QUESTIONS,
    import: None,
};

const EXAMPLE: &str = "\
Examples (m-1 is a meeting that was opened):
  outlay minutes create --meeting m-1 --recorder 'Chen Wei' \\
      --entries '[{\"kind\": \"INFORMATION\", \"text\": \"Half-year figures were reported\"}]'
  outlay minutes submit m-1 --person 'Chen Wei'
  outlay minutes approve m-1 --person 'Wang Fang'
  outlay minutes issue m-1 --person 'Wang Fang'
  outlay minutes export m-1 --format html > m-1.html
  outlay minutes add-addendum m-1 --person 'Chen Wei' --text 'Annex 2 was handed in later'";

static FLAGS: [Flag; 3] = [
    flag("meeting", "meeting", "The meeting, whose id the minutes have"),
    flag("recorder", "recorder", "Who takes them"),
    flag("entries", "entries", "Entries in order, as a JSON list"),
];

static ACTIONS: [Action; 6] = [
    Action {
        verb: "submit",
        method: "SubmitMinutes",
        about: "Gives a draft into review",
        flags: &[flag("person", "person", "Who does so: a name")],
        writes: &["state", "submission"],
        answer: &[],
    },
    Action {
        verb: "approve",
        method: "ApproveMinutes",
        about: "Approves those that are in review",
        flags: &[
            flag("person", "person", "Who does so: a name"),
            flag("remark", "remark", "Remark"),
        ],
        writes: &["state", "approval"],
        answer: &[],
    },
    Action {
        verb: "return",
        method: "ReturnMinutes",
        about: "Returns those that are in review or approved to draft",
        flags: &[flag("person", "person", "Who does so: a name"), flag("reason", "reason", "Why")],
        writes: &["state", "returned"],
        answer: &[],
    },
    Action {
        verb: "issue",
        method: "IssueMinutes",
        about: "Issues approved ones as their next version, which never changes",
        flags: &[flag("person", "person", "Who does so: a name")],
        writes: &["state", "versions", "issued_version"],
        answer: &[],
    },
    Action {
        verb: "add-addendum",
        method: "AddMinutesAddendum",
        about: "Adds an addendum to issued ones",
        flags: &[
            flag("person", "person", "Who does so: a name"),
            flag("text", "text", "What it says"),
        ],
        writes: &["addenda"],
        answer: &[],
    },
    Action {
        verb: "revise",
        method: "ReviseMinutes",
        about: "Opens the next version of issued ones as a draft",
        flags: &[flag("person", "person", "Who does so: a name"), flag("reason", "reason", "Why")],
        writes: &["state", "opening"],
        answer: &[],
    },
];

static QUESTIONS: [Question; 1] = [Question {
    verb: "export",
    method: "ExportMinutes",
    about: "Writes them as a document: Markdown, or HTML to print",
    flags: &[
        flag("format", "format", "Form of the document"),
        flag("version", "version", "Number of an issued version; those as they are otherwise"),
        flag("language", "language_code", "Language of the headings: zh, en"),
    ],
    list: "content",
    columns: &[],
}];
