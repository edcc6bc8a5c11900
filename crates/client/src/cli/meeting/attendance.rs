//! Who is invited to a meeting, and who comes.

use crate::cli::noun::{Action, flag};

pub(super) const INVITE: Action = Action {
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
};

pub(super) const ANSWER: Action = Action {
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
};

pub(super) const RECORD: Action = Action {
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
};

pub(super) const CHECK_IN_OPEN: Action = Action {
    verb: "check-in open",
    method: "OpenCheckIn",
    about: "Makes a code with which people check themselves in, and shows it once",
    flags: &[flag("minutes", "valid_minutes", "For how many minutes it is good")],
    writes: &["check_in"],
    answer: &[],
};

pub(super) const CHECK_IN_CLOSE: Action = Action {
    verb: "check-in close",
    method: "CloseCheckIn",
    about: "Makes the code bad before its time",
    flags: &[],
    writes: &["check_in"],
    answer: &[],
};

pub(super) const CHECK_IN_ENTER: Action = Action {
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
};
