//! `outlay reporting-period`.

use super::noun::{Action, Flag, Noun, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "reporting-period",
    collection: "reportingPeriods",
    message: "ReportingPeriod",
    plural: "ReportingPeriods",
    service: "ReportingPeriodService",
    history: "ListReportingPeriodHistory",
    about: "Months of reporting: deadlines, exceptions from them, and closings",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("MONTH", "name"),
        column("SUBMISSION", "effective_submission_deadline"),
        column("COUNTY", "effective_review_deadlines.county"),
        column("CITY", "effective_review_deadlines.city"),
        column("PROVINCE", "effective_review_deadlines.province"),
        column("NATION", "effective_review_deadlines.nation"),
    ],
    actions: &ACTIONS,
    questions: &[],
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay reporting-period get 2023-06      # also where nothing is recorded of the month
  outlay reporting-period create --month 2023-06 --submission-deadline 2023-07-06
  outlay reporting-period update 2023-06 --county-deadline 2023-07-10
  outlay reporting-period except 2023-06 --region 330402 --date 2023-07-14 --reason Flood
  outlay reporting-period withdraw 2023-06 --exception exception-1 --reason Mistaken
  outlay reporting-period close 2023-06 --region 330400 --level city
  outlay reporting-period reopen 2023-06 --region 330400 --level city --reason Correction
  outlay reporting-period list -o json > periods.json";

static FLAGS: [Flag; 6] = [
    flag("month", "month", "The month: 2023-06; February is that of January and February"),
    flag("submission-deadline", "submission_deadline", "Last day of the submission"),
    flag("county-deadline", "review_deadlines.county", "Last day of the counties"),
    flag("city-deadline", "review_deadlines.city", "Last day of the cities"),
    flag("province-deadline", "review_deadlines.province", "Last day of the province"),
    flag("nation-deadline", "review_deadlines.nation", "Last day of the country"),
];

static ACTIONS: [Action; 4] = [
    Action {
        verb: "except",
        method: "ExceptReportingPeriod",
        about: "Gives one project, or a region with all below it, a later date",
        flags: &[
            flag("project", "project", "Project that is excepted"),
            flag("region", "region", "Region that is excepted, with all below it"),
            flag("level", "level", "Level whose review may be later; else the submission"),
            flag("date", "date", "Last day in time"),
            REASON,
        ],
        writes: &["exceptions"],
        answer: &[],
    },
    Action {
        verb: "withdraw",
        method: "WithdrawReportingPeriod",
        about: "Withdraws an exception; it stays on the record",
        flags: &[flag("exception", "exception_id", "Id of the exception"), REASON],
        writes: &["exceptions"],
        answer: &[],
    },
    Action {
        verb: "close",
        method: "CloseReportingPeriod",
        about: "Closes a month that is over for a region and all below it",
        flags: &[
            flag("region", "region", "Region for which it is closed"),
            flag("level", "level", "Level: nothing can be done on it or below it"),
            REASON,
        ],
        writes: &["closings"],
        answer: &[],
    },
    Action {
        verb: "reopen",
        method: "ReopenReportingPeriod",
        about: "Takes back a closing; it stays on the record",
        flags: &[
            flag("region", "region", "Region of the closing"),
            flag("level", "level", "Level of the closing"),
            REASON,
        ],
        writes: &["closings"],
        answer: &[],
    },
];

const REASON: Flag = flag("reason", "reason", "Why");
