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
    questions: &[AGENDA],
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
  outlay meeting start m-1
  outlay meeting agenda outcome m-1 --item item-1 --outcome dealt-with --minutes 15
  outlay meeting agenda show m-1
  outlay meeting search 工业 investment
  outlay meeting list --filter 'state = SCHEDULED' --all";

static FLAGS: [Flag; 16] = [
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
    flag("series", "series", "Series that it is one of"),
    flag("template", "template", "Template that it is created with"),
];

static ACTIONS: [Action; 10] = [
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
    Action {
        verb: "agenda add",
        method: "AddAgendaItem",
        about: "Adds an item, at the end or before another one",
        flags: &[
            flag("item", "item", "The item: {\"kind\": \"REPORT\", \"title\": \"Land\"}"),
            BEFORE,
        ],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "agenda update",
        method: "UpdateAgendaItem",
        about: "Changes the fields of an item that are given",
        flags: &[flag("item", "item", "The item: {\"id\": \"item-1\", \"plannedMinutes\": 20}")],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "agenda remove",
        method: "RemoveAgendaItem",
        about: "Takes an item off",
        flags: &[ITEM],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "agenda move",
        method: "MoveAgendaItem",
        about: "Moves an item, to the end or before another one",
        flags: &[ITEM, BEFORE],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "agenda reorder",
        method: "ReorderAgenda",
        about: "Puts the items into another order",
        flags: &[flag("item", "item_ids", "Ids of the items in their order; may be repeated")],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "agenda outcome",
        method: "RecordAgendaOutcome",
        about: "Records what became of an item",
        flags: &[
            ITEM,
            flag("outcome", "outcome", "What became of it"),
            flag("note", "outcome_note", "What there is to say of that"),
            flag("minutes", "actual_minutes", "Minutes that it took"),
        ],
        writes: &[],
        answer: &[],
    },
];

const ITEM: Flag = flag("item", "item_id", "Id of the item");
const BEFORE: Flag = flag("before", "before_item_id", "Id of the item before which it is put");

const AGENDA: Question = Question {
    verb: "agenda show",
    method: "GetMeeting",
    about: "Shows the agenda",
    flags: &[],
    list: "agenda",
    columns: &[
        column("ID", "id"),
        column("SECTION", "section"),
        column("START", "start_time"),
        column("MINUTES", "planned_minutes"),
        column("KIND", "kind"),
        column("TITLE", "title"),
        column("PRESENTER", "presenter"),
        column("OUTCOME", "outcome"),
        column("CARRIED FROM", "carried_from"),
    ],
};
