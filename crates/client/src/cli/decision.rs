//! `outlay decision`.

use super::noun::{Action, Flag, Noun, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "decision",
    collection: "decisions",
    message: "Decision",
    plural: "Decisions",
    service: "DecisionService",
    history: "ListDecisionHistory",
    about: "What meetings decided",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("NUMBER", "number"),
        column("HOST", "host"),
        column("DATE", "decided_date"),
        column("STATE", "state"),
        column("MEETING", "meeting"),
        column("TEXT", "text"),
    ],
    actions: &ACTIONS,
    questions: &[],
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay decision create --id dec-1 --meeting m-1 --date 2023-07-20 --project p-1 \\
      --text 'Power supply comes first'
  outlay decision create --id dec-2 --meeting m-1 --date 2023-07-20 --supersedes dec-1 \\
      --text 'Power and water supply come first'
  outlay decision list --filter 'state = IN_FORCE AND projects:\"projects/p-1\"'
  outlay decision withdraw dec-2 --reason 'Done by another office'
  outlay decision get dec-1 -o json > dec-1.json
  outlay project decisions --project p-1";

static FLAGS: [Flag; 7] = [
    flag("meeting", "meeting", "Meeting that decided it"),
    flag("date", "decided_date", "Day on which it was decided: 2023-07-28"),
    flag("text", "text", "What was decided"),
    flag("agenda-item", "agenda_item", "Agenda item of the meeting that it belongs to"),
    flag("project", "projects", "Project it is about; may be repeated"),
    flag("about-region", "regions", "Region it is about; may be repeated"),
    flag("supersedes", "supersedes", "Decision in whose place it stands; may be repeated"),
];

static ACTIONS: [Action; 1] = [Action {
    verb: "withdraw",
    method: "WithdrawDecision",
    about: "Withdraws one that is in force",
    flags: &[flag("reason", "reason", "Why")],
    writes: &["state", "withdraw_reason"],
    answer: &[],
}];
