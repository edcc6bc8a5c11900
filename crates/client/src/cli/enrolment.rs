//! `outlay enrolment`.

use super::noun::{Action, Flag, Noun, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "enrolment",
    collection: "enrolments",
    message: "Enrolment",
    plural: "Enrolments",
    service: "TrainingService",
    history: "ListEnrolmentHistory",
    about: "Enrolments in training sessions, and what came of them",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("SESSION", "session"),
        column("NUMBER", "number"),
        column("NAME", "display_name"),
        column("ORGANISATION", "organisation"),
        column("STATE", "state"),
        column("WAITS AS", "waiting_position"),
        column("HOURS", "hours"),
        column("SCORE", "score"),
        column("CERTIFICATE", "certificate_number"),
    ],
    actions: &ACTIONS,
    questions: &[],
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay enrolment create --id e-1 --session s-1 --name 李明 --organisation jx-eit --post 科长
  outlay enrolment list --filter 'session = \"trainingSessions/s-1\" AND state = WAITING' --all
  outlay enrolment update e-1 --post 处长
  outlay enrolment cancel e-1 --reason 出差      # who has waited longest moves up
  outlay enrolment get e-1 -o json > e-1.json";

static FLAGS: [Flag; 5] = [
    flag("session", "session", "The training session"),
    flag("name", "display_name", "Name of the person"),
    flag("organisation", "organisation", "Organisation that the person belongs to"),
    flag("post", "post", "Post"),
    flag("note", "note", "Remark"),
];

static ACTIONS: [Action; 5] = [
    Action {
        verb: "cancel",
        method: "CancelEnrolment",
        about: "Cancels one; its place goes to who has waited longest",
        flags: &[flag("reason", "reason", "Why")],
        writes: &["state", "cancel_reason"],
        answer: &[],
    },
    Action {
        verb: "sign-in",
        method: "SignInEnrolment",
        about: "Records that the person has come",
        flags: &[flag("time", "sign_in_time", "When; now where it is left out")],
        writes: &["state", "sign_in_times", "region", "session_date", "hours"],
        answer: &[],
    },
    Action {
        verb: "grade",
        method: "GradeEnrolment",
        about: "Records hours and score of one who attended",
        flags: &[
            flag("hours", "hours", "Hours that count"),
            flag("score", "score", "The test's score, 0 to 100"),
        ],
        writes: &["hours", "score", "passed"],
        answer: &[],
    },
    Action {
        verb: "certify",
        method: "CertifyEnrolment",
        about: "Gives one who attended and passed the next certificate",
        flags: &[],
        writes: &["certificate_number", "certificate_time"],
        answer: &[],
    },
    Action {
        verb: "rate",
        method: "RateEnrolment",
        about: "Records what one who attended thinks of the session, once",
        flags: &[
            flag("rating", "rating", "From 1 (bad) to 5 (very good)"),
            flag("text", "text", "In words"),
        ],
        writes: &["feedback"],
        answer: &[],
    },
];
