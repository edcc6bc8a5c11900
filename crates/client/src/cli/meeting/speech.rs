//! What is said in a meeting.

use crate::cli::noun::{Action, Flag, Question, column, flag};

pub(super) const START: Action = Action {
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
};

pub(super) const PAUSE: Action = Action {
    verb: "speech pause",
    method: "PauseSpeech",
    about: "Interrupts the speech that runs",
    flags: &[SPEECH, TIME],
    writes: &[],
    answer: &[],
};

pub(super) const RESUME: Action = Action {
    verb: "speech resume",
    method: "ResumeSpeech",
    about: "Goes on with a speech that is paused",
    flags: &[SPEECH, TIME],
    writes: &[],
    answer: &[],
};

pub(super) const END: Action = Action {
    verb: "speech end",
    method: "EndSpeech",
    about: "Ends the speech that runs",
    flags: &[SPEECH, TIME],
    writes: &[],
    answer: &[],
};

pub(super) const RECORD: Action = Action {
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
};

pub(super) const UPDATE: Action = Action {
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
};

pub(super) const REFRESH: Action = Action {
    verb: "speech refresh",
    method: "RefreshSpeechFigures",
    about: "Reads the frozen figures of speeches anew",
    flags: &[flag("speech", "speeches", "Id of a speech; may be repeated; all without")],
    writes: &[],
    answer: &[],
};

const SPEECH: Flag = flag("speech", "speech", "Id of the speech, where several could be meant");
const TIME: Flag = flag("time", "time", "When; now where it is left out");
const INTERVALS: Flag =
    flag("intervals", "intervals", "When was spoken, between the pauses, as a JSON list");

pub(super) const TOTALS: Question = Question {
    verb: "speech totals",
    method: "QuerySpeakingTotals",
    about: "Tells how long was spoken, by person or by organisation",
    flags: &[
        flag("meeting", "meeting", "In this meeting"),
        flag("host", "host", "In meetings of this host"),
        flag("series", "series", "In meetings of this series"),
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
};
