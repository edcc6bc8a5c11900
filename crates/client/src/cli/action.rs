//! `outlay action`.

use super::noun::{Action, Flag, Noun, Question, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "action",
    collection: "actions",
    message: "Action",
    plural: "Actions",
    service: "ActionService",
    history: "ListActionHistory",
    about: "What is to be done after meetings, by whom and until when",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("TITLE", "title"),
        column("STATE", "state"),
        column("LEAD", "lead"),
        column("DUE", "due_date"),
        column("OVERDUE", "overdue_days"),
        column("MEETING", "meeting"),
    ],
    actions: &ACTIONS,
    questions: &QUESTIONS,
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay action create --id a-1 --meeting m-1 --decision dec-1 --title 'Settle power supply' \\
      --lead jx-eit --project p-1 --due 2030-09-30
  outlay action start a-1
  outlay action submit a-1 --result 'Contract signed on 12 September'
  outlay action return a-1 --reason 'The second line is missing'
  outlay action extend a-1 --due 2030-10-31 --reason 'Second line in October'
  outlay action submit a-1 --result 'Both lines are in use'
  outlay action close a-1 --comment 'Seen on site'
  outlay action list --overdue --organisation jx-eit --project p-1
  outlay action list --open --region 330400 --all
  outlay action summary --by organisation --region 330400
  outlay action reminders --organisation jx-eit --first 2030-09-23 --last 2030-09-30
  outlay action get a-1 -o json > a-1.json";

static FLAGS: [Flag; 9] = [
    flag("meeting", "assigned_meeting", "Meeting that assigned it"),
    flag("decision", "decision", "Decision it follows from"),
    flag("title", "title", "What is to be done"),
    flag("description", "description", "More about it"),
    flag("lead", "lead", "Organisation that leads"),
    flag("co-responsible", "co_responsible", "Organisation that helps; may be repeated"),
    flag("project", "projects", "Project it is about; may be repeated"),
    flag("in-region", "regions", "Region in which it is to be done; may be repeated"),
    flag("due", "due_date", "Day by which it is to be done: 2023-09-30"),
];

static ACTIONS: [Action; 6] = [
    Action {
        verb: "start",
        method: "StartAction",
        about: "Says that work on one has begun",
        flags: &[],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "submit",
        method: "SubmitAction",
        about: "Submits the result of one for review",
        flags: &[flag("result", "result", "What was done")],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "return",
        method: "ReturnAction",
        about: "Returns one whose result isn't enough",
        flags: &[REASON],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "close",
        method: "CloseAction",
        about: "Accepts the result of one, and closes it for good",
        flags: &[flag("comment", "comment", "Remark, which is kept with it")],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "cancel",
        method: "CancelAction",
        about: "Calls an open one off",
        flags: &[REASON],
        writes: &WRITES,
        answer: &[],
    },
    Action {
        verb: "extend",
        method: "ExtendAction",
        about: "Gives an open one a later due date",
        flags: &[flag("due", "due_date", "The later day: 2023-10-31"), REASON],
        writes: &["due_date", "extensions"],
        answer: &[],
    },
];

static QUESTIONS: [Question; 2] = [
    Question {
        verb: "summary",
        method: "GetActionSummary",
        about: "Counts them by organisation or region: open, due soon, overdue, closed",
        flags: &[
            flag("by", "by", "By what to count: organisation or region"),
            flag("region", "region", "Only offices of this region; by region: the whole"),
            flag("organisation", "organisation", "Only this organisation"),
            flag("soon", "due_soon_days", "Days in which what is due is due soon; 7"),
        ],
        list: "rows",
        columns: &[
            column("ORGANISATION", "organisation"),
            column("REGION", "region"),
            column("NAME", "display_name"),
            column("OPEN", "open_count"),
            column("DUE SOON", "due_soon_count"),
            column("1-7 DAYS", "overdue_week_count"),
            column("8-30", "overdue_month_count"),
            column("31-90", "overdue_quarter_count"),
            column("MORE", "overdue_longer_count"),
            column("CLOSED", "closed_count"),
        ],
    },
    Question {
        verb: "reminders",
        method: "ListDueReminders",
        about: "Lists of whom to remind of which open one, day by day",
        flags: &[
            flag("organisation", "organisation", "Only those that it is responsible for"),
            flag("region", "region", "Only those of this region and all below it"),
            flag("first", "first_date", "First day; the last one where it is left out"),
            flag("last", "last_date", "Last day; today where it is left out"),
            flag("before", "days_before", "Days before the due date; may be repeated; 7, 1 and 0"),
            flag("every", "overdue_every_days", "Days from one to the next when overdue; 7"),
        ],
        list: "reminders",
        columns: &[
            column("DATE", "date"),
            column("ACTION", "action"),
            column("TITLE", "title"),
            column("LEAD", "lead"),
            column("DUE", "due_date"),
            column("DAYS LEFT", "days_left"),
        ],
    },
];

const REASON: Flag = flag("reason", "reason", "Why");
const WRITES: [&str; 8] = [
    "state",
    "open",
    "result",
    "submit_time",
    "return_reason",
    "close_comment",
    "close_time",
    "cancel_reason",
];
