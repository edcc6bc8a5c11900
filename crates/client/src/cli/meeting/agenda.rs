//! The agenda of a meeting.

use crate::cli::noun::{Action, Flag, Question, column, flag};

pub(super) const ADD: Action = Action {
    verb: "agenda add",
    method: "AddAgendaItem",
    about: "Adds an item, at the end or before another one",
    flags: &[flag("item", "item", "The item: {\"kind\": \"REPORT\", \"title\": \"Land\"}"), BEFORE],
    writes: &[],
    answer: &[],
};

pub(super) const UPDATE: Action = Action {
    verb: "agenda update",
    method: "UpdateAgendaItem",
    about: "Changes the fields of an item that are given",
    flags: &[flag("item", "item", "The item: {\"id\": \"item-1\", \"plannedMinutes\": 20}")],
    writes: &[],
    answer: &[],
};

pub(super) const REMOVE: Action = Action {
    verb: "agenda remove",
    method: "RemoveAgendaItem",
    about: "Takes an item off",
    flags: &[ITEM],
    writes: &[],
    answer: &[],
};

pub(super) const MOVE: Action = Action {
    verb: "agenda move",
    method: "MoveAgendaItem",
    about: "Moves an item, to the end or before another one",
    flags: &[ITEM, BEFORE],
    writes: &[],
    answer: &[],
};

pub(super) const REORDER: Action = Action {
    verb: "agenda reorder",
    method: "ReorderAgenda",
    about: "Puts the items into another order",
    flags: &[flag("item", "item_ids", "Ids of the items in their order; may be repeated")],
    writes: &[],
    answer: &[],
};

pub(super) const OUTCOME: Action = Action {
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
};

const ITEM: Flag = flag("item", "item_id", "Id of the item");
const BEFORE: Flag = flag("before", "before_item_id", "Id of the item before which it is put");

pub(super) const SHOW: Question = Question {
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
