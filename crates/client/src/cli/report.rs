//! `outlay report`.

use super::noun::{Action, Column, Flag, Noun, Question, alias, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "report",
    collection: "reports",
    message: "Report",
    plural: "Reports",
    service: "ReportService",
    history: "ListReportHistory",
    about: "Monthly reports of projects, and their review",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("REGION", "region"),
        column("STATE", "state"),
        column("ACCEPTED BY", "accepted_level"),
        column("AWAITING", "awaiting.level"),
        column("MONTH", "content.investment.total"),
        column("YEAR TO DATE", "year_to_date"),
        column("UPDATED", "update_time"),
    ],
    actions: &ACTIONS,
    questions: &QUESTIONS,
    import: Some(&[
        alias("id", &["name"]),
        alias("construction", &["content.investment.construction_and_installation"]),
        alias("equipment", &["content.investment.equipment"]),
        alias("other_costs", &["content.investment.other"]),
        alias("total", &["content.investment.total"]),
        alias("funds_in_place", &["content.funds_in_place"]),
        alias("progress", &["content.physical_progress_percent"]),
        alias("next_month", &["content.next_month_plan"]),
        alias("quarter", &["content.quarter_forecast"]),
        alias("comment", &["content.comment"]),
        alias("adjustment_reason", &["content.adjustment_reason"]),
    ]),
};

/// Flags of an import that say that the reports are history.
pub(super) static HISTORY: [Flag; 2] = [
    flag(
        "accepted-level",
        "accepted_level",
        "They are history: the highest level that accepted it",
    ),
    flag("reason", "reason", "Where the history comes from; needed with --accepted-level"),
];

const EXAMPLE: &str = "\
Examples:
  outlay report create --project p-1 --month 2023-06 --construction 320万 --equipment 1250万
  outlay report submit p-1-2023-06
  outlay report backlog --region 330400
  outlay report completeness --region 330400 --period 2023-06
  outlay report missing --region 330400 --month 2023-06 --all
  outlay report list --region 330400 --filter 'month = \"2023-06\" AND state = SUBMITTED'
  outlay report accept p-1-2023-06 --level county
  outlay report return p-1-2023-06 --level city --code implausible --text 'Three times May: why?'
  outlay report accept-all p-1-2023-06 p-2-2023-06 --level city
  outlay report correct p-1-2023-06 --reason 'Invoice of 14 June was counted twice'
  outlay report get p-1-2023-06 -o json
  outlay report import june.csv --dry-run
  outlay report import history.csv --accepted-level province --reason 'Ledger of 2021 to 2023'";

static FLAGS: [Flag; 12] = [
    flag("project", "project", "The project"),
    flag("month", "month", "The month: 2023-06; January and February are 2023-02"),
    flag(
        "construction",
        "content.investment.construction_and_installation",
        "Construction and installation in the month: 320万",
    ),
    flag("equipment", "content.investment.equipment", "Equipment in the month"),
    flag("other-costs", "content.investment.other", "Other costs in the month, with land"),
    flag("total", "content.investment.total", "The sum, to be compared with the parts"),
    flag("funds-in-place", "content.funds_in_place", "Funds in place since the start"),
    flag("progress", "content.physical_progress_percent", "Physical progress in percent"),
    flag("next-month", "content.next_month_plan", "Investment planned for the next month"),
    flag("quarter", "content.quarter_forecast", "Investment expected in the next month's quarter"),
    flag("comment", "content.comment", "Remark; explains what is unusual"),
    flag("adjustment-reason", "content.adjustment_reason", "Why a part is negative"),
];

static ACTIONS: [Action; 7] = [
    Action {
        verb: "submit",
        method: "SubmitReport",
        about: "Submits what one says",
        flags: &[],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "accept",
        method: "AcceptReport",
        about: "Accepts the latest submission of one on a level",
        flags: &[
            LEVEL,
            COMMENT,
            flag("delegation", "delegation", "By which it is done in the level's place"),
        ],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "return",
        method: "ReturnReport",
        about: "Returns the latest submission of one to be mended",
        flags: &[LEVEL, CODE, TEXT],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "reopen",
        method: "ReopenReport",
        about: "Takes a level's acceptance of the latest submission back",
        flags: &[LEVEL, REASON],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "correct",
        method: "CorrectReport",
        about: "Begins a correction of one that is submitted or accepted",
        flags: &[REASON],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "accept-all",
        method: "BatchAcceptReports",
        about: "Accepts some, all or none, on a level",
        flags: &[LEVEL, COMMENT],
        writes: &WRITES,
        answer: &COUNTED,
    },
    Action {
        verb: "return-all",
        method: "BatchReturnReports",
        about: "Returns some, all or none, for one reason",
        flags: &[LEVEL, CODE, TEXT],
        writes: &WRITES,
        answer: &COUNTED,
    },
];

static QUESTIONS: [Question; 3] = [COMPLETENESS, MISSING, BACKLOG];

const COMPLETENESS: Question = Question {
    verb: "completeness",
    method: "GetCompleteness",
    about: "Says how many reports are expected, were submitted, and are missing",
    flags: &[
        flag("region", "region", "The whole: this region; then each right below it"),
        flag("period", "period", "2023-06, 2023H1, 2023Q1, 2023"),
        flag(
            "basis",
            "basis",
            "Whose acceptance counts: submitted, county, city, province, nation",
        ),
    ],
    list: "rows",
    columns: &[
        column("REGION", "region"),
        column("NAME", "display_name"),
        column("OWN", "own"),
        column("EXPECTED", "completeness.expected_count"),
        column("SUBMITTED", "completeness.submitted_count"),
        column("ACCEPTED", "completeness.accepted_count"),
        column("ON TIME", "completeness.on_time_count"),
        column("MISSING", "completeness.missing_count"),
    ],
};

const MISSING: Question = Question {
    verb: "missing",
    method: "ListMissingReports",
    about: "Lists the projects that are expected to report of a month and haven't",
    flags: &[
        flag("region", "region", "Only projects of this region and all below it"),
        flag("month", "month", "The month: 2023-06"),
    ],
    list: "missing_reports",
    columns: &[
        column("PROJECT", "project"),
        column("TITLE", "title"),
        column("OWNER", "owner"),
        column("REGION", "region"),
        column("DUE", "due_date"),
        column("DRAFT", "draft"),
    ],
};

const BACKLOG: Question = Question {
    verb: "backlog",
    method: "GetReviewBacklog",
    about: "Says who is waiting for whom, and for how long",
    flags: &[
        flag("region", "region", "Only regions from this one down"),
        flag("level", "level", "Only this level"),
    ],
    list: "backlogs",
    columns: &[
        column("LEVEL", "level"),
        column("REGION", "region"),
        column("REPORTS", "report_count"),
        column("OLDEST", "oldest_report"),
        column("DAYS", "oldest_days"),
        column("SINCE", "oldest_time"),
    ],
};

const WRITES: [&str; 7] = [
    "state",
    "region",
    "submissions",
    "acceptances",
    "last_return",
    "correction_reason",
    "accepted_level",
];
const COUNTED: [Column; 2] = [column("CHANGED", "changed_count"), column("REVISION", "revision")];

const LEVEL: Flag = flag("level", "level", "Level on which it is done");
const COMMENT: Flag = flag("comment", "comment", "Remark, which is kept with it");
const CODE: Flag = flag("code", "code", "Why, in a word");
const TEXT: Flag = flag("text", "text", "Why, and what to do");
const REASON: Flag = flag("reason", "reason", "Why");
