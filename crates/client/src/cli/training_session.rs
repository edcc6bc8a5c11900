//! `outlay training-session`.

use super::noun::{Action, Flag, Noun, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "training-session",
    collection: "trainingSessions",
    message: "TrainingSession",
    plural: "TrainingSessions",
    service: "TrainingService",
    history: "ListTrainingSessionHistory",
    about: "Training sessions: a course as it is held once",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("COURSE", "course"),
        column("STATE", "state"),
        column("START", "start_time"),
        column("HOST", "host"),
        column("REGION", "region"),
        column("PLACE", "place"),
        column("CAPACITY", "capacity"),
        column("TITLE", "title"),
    ],
    actions: &ACTIONS,
    questions: &[],
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay training-session create --id s-1 --course statistics --host zj-eit --region 330100 \\
      --place 三楼会议室 --start 2023-07-28T14:00:00+08:00 --end 2023-07-28T16:00:00+08:00 \\
      --time-zone Asia/Shanghai --capacity 40 --waiting-list
  outlay training-session open s-1
  outlay training-session update s-1 --capacity 60      # who has waited longest moves up
  outlay training-session list --filter 'meeting = \"meetings/m-1\"'
  outlay training-session list --region 330100 -o json > sessions.json";

static FLAGS: [Flag; 15] = [
    flag("course", "course", "The course"),
    flag("title", "title", "Title, where it isn't just the course's"),
    flag("meeting", "meeting", "Meeting that it is a part of"),
    flag("host", "host", "Organisation that holds it"),
    flag("trainer", "trainers", "Who teaches, as JSON; may be repeated"),
    flag("region", "region", "Region in which it is held"),
    flag("place", "place", "Place: room and address"),
    flag("start", "start_time", "When it begins: 2023-07-28T14:00:00+08:00"),
    flag("end", "end_time", "When it ends"),
    flag("time-zone", "time_zone", "Time zone of the place: Asia/Shanghai"),
    flag("hours", "hours", "Teaching hours; the course's where they are left out"),
    flag("capacity", "capacity", "Places"),
    flag("waiting-list", "waiting_list", "Whoever finds it full waits, in the order of arrival"),
    flag("deadline", "enrolment_deadline", "Until when one can enrol"),
    flag("note", "note", "Remark"),
];

static ACTIONS: [Action; 3] = [
    Action {
        verb: "open",
        method: "OpenTrainingSession",
        about: "Opens the enrolment",
        flags: &[],
        writes: &["state"],
        answer: &[],
    },
    Action {
        verb: "close",
        method: "CloseTrainingSession",
        about: "Records that one was held: whoever didn't sign in is absent",
        flags: &[],
        writes: &["state"],
        answer: &[],
    },
    Action {
        verb: "cancel",
        method: "CancelTrainingSession",
        about: "Cancels one that wasn't held",
        flags: &[flag("reason", "reason", "Why")],
        writes: &["state", "cancel_reason"],
        answer: &[],
    },
];
