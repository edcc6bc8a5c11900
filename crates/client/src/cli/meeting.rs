//! `outlay meeting`.

use super::noun::{Action, Flag, Noun, Question, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "meeting",
    collection: "meetings",
    message: "Meeting",
    plural: "Meetings",
    service: "MeetingService",
    history: "ListMeetingHistory",
    about: "Meetings, and what came of them",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("TITLE", "title"),
        column("KIND", "kind"),
        column("STATE", "state"),
        column("START", "start_time"),
        column("HOST", "host"),
        column("REGION", "region"),
        column("PLACE", "place"),
    ],
    actions: &ACTIONS,
    questions: &QUESTIONS,
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay meeting create --id m-1 --title 'Symposium on investment' --kind symposium \\
      --host zj-eit --region 330400 --place 'Room 301' --time-zone Asia/Shanghai \\
      --start 2023-07-20T09:00:00+08:00 --end 2023-07-20T11:30:00+08:00
  outlay meeting schedule m-1
  outlay meeting get m-1 -o json > m-1.json      # add speeches, decisions, actions …
  outlay meeting update m-1 --file m-1.json
  outlay meeting search 工业 investment
  outlay meeting ics m-1 > m-1.ics              # for a calendar program
  outlay meeting list --filter 'state = SCHEDULED' --all";

static FLAGS: [Flag; 14] = [
    flag("title", "title", "Title"),
    flag("title-en", "localized_titles.en", "Title in English"),
    flag("kind", "kind", "Kind of meeting"),
    flag("host", "host", "Organisation that holds it"),
    flag("co-host", "co_hosts", "Organisation that holds it too; may be repeated"),
    flag("region", "region", "Region in which it is held"),
    flag("about-region", "regions", "Region it is about; may be repeated"),
    flag("project", "projects", "Project it is about; may be repeated"),
    flag("policy", "policies", "Policy it is about; may be repeated"),
    flag("place", "place", "Place: room and address"),
    flag("start", "start_time", "When it begins: 2023-07-20T09:00:00+08:00"),
    flag("end", "end_time", "When it ends"),
    flag("time-zone", "time_zone", "Time zone of the place: Asia/Shanghai"),
    flag("summary", "summary", "What it is about, in a few sentences"),
];

static ACTIONS: [Action; 4] = [
    Action {
        verb: "schedule",
        method: "ScheduleMeeting",
        about: "Announces one: place and times are set",
        flags: &[],
        writes: &["state"],
        answer: &[],
    },
    Action {
        verb: "start",
        method: "StartMeeting",
        about: "Opens a scheduled one",
        flags: &[flag("time", "open_time", "When it was opened; now where it is left out")],
        writes: &["state", "open_time"],
        answer: &[],
    },
    Action {
        verb: "close",
        method: "CloseMeeting",
        about: "Closes one that is in progress",
        flags: &[flag("time", "close_time", "When it was closed; now where it is left out")],
        writes: &["state", "close_time"],
        answer: &[],
    },
    Action {
        verb: "cancel",
        method: "CancelMeeting",
        about: "Cancels one that hasn't begun",
        flags: &[flag("reason", "reason", "Why")],
        writes: &["state", "cancel_reason"],
        answer: &[],
    },
];

static QUESTIONS: [Question; 1] = [Question {
    verb: "ics",
    method: "ExportCalendar",
    about: "Writes one as iCalendar: an invitation, or its cancellation",
    flags: &[flag("language", "language_code", "Language of the title, where it has one: en")],
    list: "content",
    columns: &[],
}];
