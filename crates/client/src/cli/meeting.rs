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
  outlay meeting attend invite m-1 --id jx --organisation jx-eit --name 'Li Wei' --role speaker
  outlay meeting attend answer m-1 --attendee jx --answer accepted --note 'With two colleagues'
  outlay meeting check-in open m-1 --minutes 30      # shows the code, once
  outlay meeting attend record m-1 --attendee jx --attendance present
  outlay meeting start m-1
  outlay meeting speech start m-1 --speaker jx
  outlay meeting speech update m-1 --speech speech-1 --plans 'Begin earlier'
  outlay meeting speech totals --from 2023-07-01 --by organisation
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
    flag("quorum", "quorum", "How many who have a vote must be there"),
    flag("figures-period", "figures_period", "Period of the speakers' figures: 2023H1"),
];

static ACTIONS: [Action; 17] = [
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
        verb: "attend invite",
        method: "InviteAttendees",
        about: "Adds an attendee, or several of a JSON list",
        flags: &[
            flag("id", "attendees[].id", "Id to give the attendee"),
            flag("name", "attendees[].display_name", "Name of the person"),
            flag("organisation", "attendees[].organisation", "Organisation of the person"),
            flag("post", "attendees[].post", "Post of the person"),
            flag("role", "attendees[].role", "Part in the meeting; a guest is a GUEST"),
            flag("attendees", "attendees", "Several, in place of the flags for one"),
        ],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "attend answer",
        method: "AnswerInvitation",
        about: "Records the answer of an attendee to the invitation",
        flags: &[
            flag("attendee", "attendee", "Id of the attendee"),
            flag("answer", "answer", "The answer"),
            flag("note", "note", "Remark: why, or who comes instead"),
        ],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "attend record",
        method: "RecordAttendance",
        about: "Records whether an attendee came, or several of a JSON list",
        flags: &[
            flag("attendee", "records[].attendee", "Id of the attendee"),
            flag("attendance", "records[].attendance", "Whether the person came"),
            flag("substitute", "records[].substitute", "Name of who came instead"),
            flag("substitute-post", "records[].substitute_post", "Post of who came instead"),
            flag("arrive", "records[].arrive_time", "When the person came"),
            flag("leave", "records[].leave_time", "When the person left"),
            flag("records", "records", "Several, in place of the flags for one"),
        ],
        writes: &["present_count", "quorum_met"],
        answer: &[],
    },
    Action {
        verb: "check-in open",
        method: "OpenCheckIn",
        about: "Makes a code with which people check themselves in, and shows it once",
        flags: &[flag("minutes", "valid_minutes", "For how many minutes it is good")],
        writes: &["check_in"],
        answer: &[],
    },
    Action {
        verb: "check-in close",
        method: "CloseCheckIn",
        about: "Makes the code bad before its time",
        flags: &[],
        writes: &["check_in"],
        answer: &[],
    },
    Action {
        verb: "check-in enter",
        method: "CheckIn",
        about: "Checks somebody in with the code",
        flags: &[
            flag("code", "code", "The code"),
            flag("attendee", "attendee", "Id of the attendee"),
            flag("organisation", "organisation", "Organisation, in place of the id"),
            flag("name", "display_name", "Name of the person, with the organisation"),
        ],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "speech start",
        method: "StartSpeech",
        about: "Starts a speech, and freezes the figures of the speaker's region",
        flags: &[
            flag("speaker", "speaker", "Id of the attendee who speaks"),
            flag("agenda-item", "agenda_item", "Id of the agenda item"),
            flag("id", "speech_id", "Id to give the speech"),
            TIME,
        ],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "speech pause",
        method: "PauseSpeech",
        about: "Interrupts the speech that runs",
        flags: &[SPEECH, TIME],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "speech resume",
        method: "ResumeSpeech",
        about: "Goes on with a speech that is paused",
        flags: &[SPEECH, TIME],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "speech end",
        method: "EndSpeech",
        about: "Ends the speech that runs",
        flags: &[SPEECH, TIME],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "speech record",
        method: "RecordSpeech",
        about: "Records a speech that was given",
        flags: &[
            flag("id", "speech.id", "Id to give the speech"),
            flag("speaker", "speech.speaker", "Id of the attendee who spoke"),
            flag("agenda-item", "speech.agenda_item", "Id of the agenda item"),
            flag("start", "speech.start_time", "When it began: 2023-07-20T09:00:00+08:00"),
            flag("end", "speech.end_time", "When it ended"),
            flag("achievements", "speech.achievements", "What was achieved"),
            flag("challenges", "speech.challenges", "What is difficult"),
            flag("plans", "speech.plans", "What is planned"),
            INTERVALS,
        ],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "speech update",
        method: "UpdateSpeech",
        about: "Changes what is recorded of a speech",
        flags: &[
            flag("speech", "speech.id", "Id of the speech"),
            flag("agenda-item", "speech.agenda_item", "Id of the agenda item"),
            flag("start", "speech.start_time", "When it began, where it has no intervals"),
            flag("end", "speech.end_time", "When it ended, where it has no intervals"),
            flag("achievements", "speech.achievements", "What was achieved"),
            flag("challenges", "speech.challenges", "What is difficult"),
            flag("plans", "speech.plans", "What is planned"),
            INTERVALS,
        ],
        writes: &[],
        answer: &[],
    },
    Action {
        verb: "speech refresh",
        method: "RefreshSpeechFigures",
        about: "Reads the frozen figures of speeches anew",
        flags: &[flag("speech", "speeches", "Id of a speech; may be repeated; all without")],
        writes: &[],
        answer: &[],
    },
];

const SPEECH: Flag = flag("speech", "speech", "Id of the speech, where several could be meant");
const TIME: Flag = flag("time", "time", "When; now where it is left out");
const INTERVALS: Flag =
    flag("intervals", "intervals", "When was spoken, between the pauses, as a JSON list");

static QUESTIONS: [Question; 1] = [Question {
    verb: "speech totals",
    method: "QuerySpeakingTotals",
    about: "Tells how long was spoken, by person or by organisation",
    flags: &[
        flag("meeting", "meeting", "In this meeting"),
        flag("host", "host", "In meetings of this host"),
        flag("from", "from_date", "In meetings from this day on"),
        flag("to", "to_date", "To this day; today where it is left out"),
        flag("by", "by", "How they are told apart"),
    ],
    list: "totals",
    columns: &[
        column("ORGANISATION", "organisation"),
        column("NAME", "display_name"),
        column("SECONDS", "spoken_seconds"),
        column("SPEECHES", "speech_count"),
        column("MEETINGS", "meeting_count"),
    ],
}];
