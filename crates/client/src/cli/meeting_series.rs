//! `outlay meeting-series`.

use super::noun::{Action, Flag, Noun, Question, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "meeting-series",
    collection: "meetingSeries",
    message: "MeetingSeries",
    plural: "MeetingSeries",
    service: "MeetingSeriesService",
    history: "ListMeetingSeriesHistory",
    about: "Meetings that are held again and again, and their backlog",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("TITLE", "title"),
        column("KIND", "kind"),
        column("HOST", "host"),
        column("REGION", "region"),
        column("FIRST", "first_time"),
        column("MINUTES", "length_minutes"),
        column("RECURRENCE", "recurrence"),
    ],
    actions: &ACTIONS,
    questions: &[OCCURRENCES, BACKLOG, ICS],
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay meeting-series create --id monthly --title 'Dispatch meeting' --kind dispatch \\
      --host zj-eit --region 330000 --place 'Room 301' --time-zone Asia/Shanghai \\
      --first 2030-01-07T09:00:00+08:00 --minutes 90 \\
      --recurrence 'FREQ=MONTHLY;BYDAY=1MO;COUNT=12' --template dispatch
  outlay meeting-series occurrences monthly
  outlay meeting-series make monthly                       # the next one, as a draft
  outlay meeting-series make monthly --until 2030-06-30T00:00:00+08:00
  outlay meeting-series backlog add monthly --item '{\"kind\": \"REPORT\", \"title\": \"Land\"}'
  outlay meeting-series backlog show monthly
  outlay meeting-series ics monthly --file monthly.ics
  outlay meeting-series get monthly -o json > monthly.json
  outlay meeting list --filter 'series = \"meetingSeries/monthly\"'";

static FLAGS: [Flag; 13] = [
    flag("title", "title", "Title"),
    flag("title-en", "localized_titles.en", "Title in English"),
    flag("kind", "kind", "Kind of its meetings"),
    flag("host", "host", "Organisation that holds them"),
    flag("region", "region", "Region in which they are held"),
    flag("place", "place", "Place: room and address"),
    flag("time-zone", "time_zone", "Time zone of the place: Asia/Shanghai"),
    flag("template", "template", "Template of its meetings"),
    flag("first", "first_time", "When the first one begins: 2030-01-07T09:00:00+08:00"),
    flag("minutes", "length_minutes", "Minutes that one takes"),
    flag("recurrence", "recurrence", "How it recurs (RRULE): FREQ=MONTHLY;BYDAY=1MO;COUNT=12"),
    flag("except", "excluded_times", "When one would begin that isn't held; may be repeated"),
    flag("extra", "extra_times", "When one begins besides the recurrence; may be repeated"),
];

static ACTIONS: [Action; 3] = [
    Action {
        verb: "make",
        method: "CreateSeriesMeetings",
        about: "Makes the next meetings of one, as drafts; each occurrence has one",
        flags: &[
            flag("count", "count", "Most meetings to make"),
            flag("from", "from_time", "Only from then on; from now on where it is left out"),
            flag("until", "until_time", "Only up to then"),
        ],
        writes: &[],
        answer: &[column("CREATED", "created_count"), column("REVISION", "revision")],
    },
    Action {
        verb: "backlog add",
        method: "AddBacklogItem",
        about: "Puts an item into the backlog, which the next meeting takes over",
        flags: &[flag("item", "item", "The item: {\"kind\": \"REPORT\", \"title\": \"Land\"}")],
        writes: &["backlog"],
        answer: &[],
    },
    Action {
        verb: "backlog remove",
        method: "RemoveBacklogItem",
        about: "Takes an item out of the backlog",
        flags: &[flag("item", "item_id", "Id of the item")],
        writes: &["backlog"],
        answer: &[],
    },
];

const OCCURRENCES: Question = Question {
    verb: "occurrences",
    method: "ListSeriesOccurrences",
    about: "Lists when its meetings take place, with those that were made",
    flags: &[
        flag("from", "from_time", "Only from then on"),
        flag("to", "to_time", "Only before then"),
    ],
    list: "occurrences",
    columns: &[
        column("NUMBER", "number"),
        column("TIME", "occurrence_time"),
        column("MEETING", "meeting"),
    ],
};

const BACKLOG: Question = Question {
    verb: "backlog show",
    method: "GetMeetingSeries",
    about: "Shows the backlog, which the next meeting takes over",
    flags: &[],
    list: "backlog",
    columns: &[
        column("ID", "id"),
        column("KIND", "kind"),
        column("TITLE", "title"),
        column("MINUTES", "planned_minutes"),
        column("RECURS", "recurring"),
    ],
};

const ICS: Question = Question {
    verb: "ics",
    method: "ExportCalendar",
    about: "Writes one as iCalendar: an event that recurs, and its announced meetings",
    flags: &[flag("language", "language_code", "Language of titles, where there is one: en")],
    list: "content",
    columns: &[],
};
