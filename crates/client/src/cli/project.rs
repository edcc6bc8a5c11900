//! `outlay project`.

use super::noun::{Action, Flag, Noun, Question, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "project",
    collection: "projects",
    message: "Project",
    plural: "Projects",
    service: "ProjectService",
    history: "ListProjectHistory",
    about: "Investment projects, and how far each has come",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("TITLE", "title"),
        column("REGION", "region"),
        column("STAGE", "stage"),
        column("TOTAL", "investment.total"),
        column("OWNER", "owner"),
        column("UPDATED", "update_time"),
    ],
    actions: &ACTIONS,
    questions: &QUESTIONS,
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay organisation create --id jx-1 --name 嘉兴电池有限公司 --kind company --region 330402
  outlay project create --id p-1 --title 'Battery plant, phase 2' --owner jx-1 \\
      --region 330402 --industry 38 --kind expansion --total 12亿
  outlay project advance p-1 --stage signed --date 2023-05-15 --evidence 'Contract No. 8'
  outlay project update p-1 --code 2306-330402-04-02-123456 --planned-start 2023-09-01
  outlay project advance p-1 --stage filed --date 2023-06-08 --evidence 'Filing No. 17'
  outlay project reassign p-1 --region 330411 --date 2030-01-01 --reason 'New boundary'
  outlay project list --region 330411 --as-of 2030-06-30
  outlay project list --region 330400 --filter 'stage = FILED' -o csv > filed.csv
  outlay project search 电池 南湖
  outlay project duplicates --region 330400
  outlay project get p-1 -o json > p-1.json";

static FLAGS: [Flag; 27] = [
    flag("title", "title", "Title"),
    flag("title-en", "localized_titles.en", "Title in English"),
    flag("code", "project_code", "National project code"),
    flag("owner", "owner", "Organisation that invests"),
    flag("region", "region", "Region in which it is built"),
    flag("site", "site", "Site: address, or name of the park"),
    flag("industry", "industry", "Industry, as exactly as it is known"),
    flag("cluster", "clusters", "Cluster it belongs to; may be repeated"),
    flag("kind", "construction_kind", "Kind of construction"),
    flag(
        "technical-transformation",
        "technical_transformation",
        "Whether it is a technical transformation",
    ),
    flag("total", "investment.total", "Total investment: 120000000, 1.2亿"),
    flag("fixed-assets", "investment.fixed_assets", "Of it: fixed assets"),
    flag(
        "construction",
        "investment.construction_and_installation",
        "Of fixed assets: construction and installation",
    ),
    flag("equipment", "investment.equipment", "Of fixed assets: equipment"),
    flag("other-costs", "investment.other", "Of fixed assets: other costs"),
    flag("land", "investment.land", "Of other costs: land"),
    flag("working-capital", "investment.working_capital", "Of the total: working capital"),
    flag("land-area", "land_area_square_metres", "Land area in square metres"),
    flag("floor-area", "floor_area_square_metres", "Floor area in square metres"),
    flag("planned-start", "planned_start_date", "When construction is to begin"),
    flag("planned-completion", "planned_completion_date", "When it is to be finished"),
    flag("annual-output", "expected_annual_output", "Output expected in a year at capacity"),
    flag("annual-tax", "expected_annual_tax", "Taxes expected in a year at capacity"),
    flag("list", "lists", "List it belongs to; may be repeated"),
    flag("label", "labels", "Label to set; no VALUE removes it; may be repeated"),
    flag("distinct-from", "distinct_from", "One that it is not, however alike; may be repeated"),
    flag("policy", "policies", "Policy it is helped by; may be repeated"),
];

static ACTIONS: [Action; 7] = [
    Action {
        verb: "advance",
        method: "AdvanceProject",
        about: "Takes one to a later stage, with date and evidence",
        flags: &[flag("stage", "stage", "The stage reached"), DATE, EVIDENCE],
        writes: &["stage", "transitions", "actual_start_date", "actual_completion_date"],
        answer: &[],
    },
    Action {
        verb: "revert",
        method: "RevertProject",
        about: "Takes the last change of stage back",
        flags: &[REASON],
        writes: &["stage", "transitions"],
        answer: &[],
    },
    Action {
        verb: "suspend",
        method: "SuspendProject",
        about: "Suspends one: it can be resumed where it was",
        flags: &[DATE, REASON, EVIDENCE],
        writes: &["stage", "transitions", "suspended_from"],
        answer: &[],
    },
    Action {
        verb: "resume",
        method: "ResumeProject",
        about: "Resumes a suspended one in the stage it was suspended in",
        flags: &[DATE, REASON, EVIDENCE],
        writes: &["stage", "transitions"],
        answer: &[],
    },
    Action {
        verb: "terminate",
        method: "TerminateProject",
        about: "Ends one before its time, for good",
        flags: &[DATE, REASON, EVIDENCE],
        writes: &["stage", "transitions"],
        answer: &[],
    },
    Action {
        verb: "merge",
        method: "MergeProject",
        about: "Makes one of two that are the same: the duplicate is deleted",
        flags: &[
            flag("duplicate", "duplicate", "The one that is the same, and goes"),
            flag("duplicate-etag", "duplicate_etag", "Only if this is still the duplicate's etag"),
            REASON,
        ],
        writes: &["merged_into", "merged_projects"],
        answer: &[],
    },
    Action {
        verb: "reassign",
        method: "ReassignProjects",
        about: "Says that some, all or none, belong to another region from a day on",
        flags: &[
            flag("region", "region", "Region to which they belong then"),
            flag("date", "effective_date", "Day from which on it is so: 2021-04-09"),
            REASON,
            flag("document", "document_number", "Number of the document that says so"),
        ],
        writes: &["region_links"],
        answer: &[column("CHANGED", "changed_count"), column("REVISION", "revision")],
    },
];

static QUESTIONS: [Question; 3] = [
    Question {
        verb: "decisions",
        method: "ListProjectDecisions",
        about: "Says what has been decided about one, and whether it is done",
        flags: &[flag("project", "name", "The project")],
        list: "project_decisions",
        columns: &[
            column("NUMBER", "decision.number"),
            column("DECISION", "decision.name"),
            column("STATE", "decision.state"),
            column("TEXT", "decision.text"),
            column("DONE", "verdict"),
            column("ACTIONS", "actions.name"),
        ],
    },
    Question {
        verb: "light",
        method: "GetProjectLight",
        about: "Says what each rule of warning lights reads of one on a day",
        flags: &[flag("project", "name", "The project"), AS_OF],
        list: "readings",
        columns: &[
            column("RULE", "rule"),
            column("LIGHT", "light"),
            column("NONE AS", "absence"),
            column("MONTH", "month"),
            column("YEAR TO DATE", "year_to_date"),
            column("PLAN", "annual_plan"),
            column("POINTS BEHIND", "behind_points"),
            column("PLANNED START", "planned_start_date"),
            column("STARTED", "actual_start_date"),
        ],
    },
    Question {
        verb: "lights",
        method: "GetLightCounts",
        about: "Counts them by their warning lights on a day",
        flags: &[
            flag("region", "region", "The whole: this region; then each right below it"),
            AS_OF,
        ],
        list: "rows",
        columns: &[
            column("REGION", "region"),
            column("NAME", "display_name"),
            column("OWN", "own"),
            column("GREEN", "green_count"),
            column("YELLOW", "yellow_count"),
            column("RED", "red_count"),
            column("NONE", "none_count"),
        ],
    },
];

const AS_OF: Flag = flag("as-of", "as_of", "The day, not in the future: 2023-06-30");
const DATE: Flag = flag("date", "date", "Day on which it happened: 2023-06-08");
const REASON: Flag = flag("reason", "reason", "Why");
const EVIDENCE: Flag = flag("evidence", "evidence", "What proves it: a number, a link");
