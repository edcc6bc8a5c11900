//! `outlay meeting`.

mod agenda;
mod attendance;
pub(super) mod show;
mod speech;

use super::noun::{Action, Flag, Noun, Question, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "meeting",
    collection: "meetings",
    message: "Meeting",
    plural: "Meetings",
    service: "MeetingService",
    history: "ListMeetingHistory",
    about: "Meetings: agenda, attendees and speeches",
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
  outlay meeting get m-1 -o json > m-1.json      # add agenda, attendees, speeches …
  outlay meeting update m-1 --file m-1.json
  outlay meeting agenda add m-1 --item '{\"kind\": \"REPORT\", \"title\": \"Land\"}'
  outlay meeting agenda add m-1 --item '{\"kind\": \"DISCUSSION\", \"title\": \"Energy\"}'
  outlay meeting agenda move m-1 --item item-2 --before item-1
  outlay meeting attend invite m-1 --id jx --organisation jx-eit --name 'Li Wei' --role speaker
  outlay meeting attend answer m-1 --attendee jx --answer accepted --note 'With two colleagues'
  outlay meeting check-in open m-1 --minutes 30      # shows the code, once
  outlay meeting attend record m-1 --attendee jx --attendance present
  outlay meeting start m-1
  outlay meeting speech start m-1 --speaker jx
  outlay meeting speech update m-1 --speech speech-1 --plans 'Begin earlier'
  outlay meeting speech totals --from 2023-07-01 --by organisation
  outlay meeting agenda outcome m-1 --item item-1 --outcome dealt-with --minutes 15
  outlay meeting agenda show m-1
  outlay meeting show m-1                       # all of it, as a page for the board
  outlay meeting search 工业 investment
  outlay meeting ics m-1 > m-1.ics              # for a calendar program
  outlay meeting list --filter 'state = SCHEDULED' --all";

static FLAGS: [Flag; 18] = [
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
    flag("quorum", "quorum", "How many who have a vote must be there"),
    flag("figures-period", "figures_period", "Period of the speakers' figures: 2023H1"),
    flag("series", "series", "Series that it is one of"),
    flag("template", "template", "Template that it is created with"),
];

static ACTIONS: [Action; 23] = [
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
    agenda::ADD,
    agenda::UPDATE,
    agenda::REMOVE,
    agenda::MOVE,
    agenda::REORDER,
    agenda::OUTCOME,
    attendance::INVITE,
    attendance::ANSWER,
    attendance::RECORD,
    attendance::CHECK_IN_OPEN,
    attendance::CHECK_IN_CLOSE,
    attendance::CHECK_IN_ENTER,
    speech::START,
    speech::PAUSE,
    speech::RESUME,
    speech::END,
    speech::RECORD,
    speech::UPDATE,
    speech::REFRESH,
];

static QUESTIONS: [Question; 3] = [agenda::SHOW, speech::TOTALS, ICS];

const ICS: Question = Question {
    verb: "ics",
    method: "ExportCalendar",
    about: "Writes one as iCalendar: an invitation, or its cancellation",
    flags: &[flag("language", "language_code", "Language of the title, where it has one: en")],
    list: "content",
    columns: &[],
};
