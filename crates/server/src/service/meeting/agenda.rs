//! Changes of one item of an agenda, and of its order.

use outlay_proto::v1;

use super::{edit, parts};
use crate::domain::id::Id;
use crate::domain::meeting::{AgendaItem, AgendaOutcome, Meeting, Outcome};
use crate::error::{Error, Result, Violations, none_of};
use crate::service::convert::Convert;
use crate::service::mask;
use crate::store::Edit;
use crate::store::call::Call;
use crate::store::record::Stored;

type Old = Stored<Meeting>;

pub(super) fn reorder(
    message: &v1::ReorderAgendaRequest,
    old: &Old,
    call: &Call,
    v: &mut Violations,
) -> Result<Edit<Meeting>> {
    let ids = Convert::new(v, call.today).plain_ids("item_ids", &message.item_ids);
    edit(old, v, |meeting, _| meeting.reorder_agenda(&ids))
}

pub(super) fn shift(
    message: &v1::MoveAgendaItemRequest,
    old: &Old,
    call: &Call,
    v: &mut Violations,
) -> Result<Edit<Meeting>> {
    let id = read_id("item_id", &message.item_id, call, v);
    let before = read_before(&message.before_item_id, call, v);
    edit(old, v, |meeting, _| meeting.move_agenda_item(&id, before.as_ref()))
}

pub(super) fn add(
    message: &v1::AddAgendaItemRequest,
    old: &Old,
    call: &Call,
    v: &mut Violations,
) -> Result<Edit<Meeting>> {
    let item = read_item(message.item.as_ref(), call, v);
    let before = read_before(&message.before_item_id, call, v);
    edit(old, v, |meeting, _| {
        let item = item.ok_or_else(|| Error::internal("an item that is required is given"))?;
        let index = meeting.add_agenda_item(item, before.as_ref())?;
        checked(meeting, index)
    })
}

pub(super) fn update(
    message: &v1::UpdateAgendaItemRequest,
    old: &Old,
    call: &Call,
    v: &mut Violations,
) -> Result<Edit<Meeting>> {
    let Some(given) = message.item.as_ref() else {
        return edit(old, v, |_, _| Ok(()));
    };
    let id = read_id("item.id", &given.id, call, v);
    edit(old, v, |meeting, _| {
        let (index, item) = meeting.agenda_item("item.id", &id)?;
        let descriptor = outlay_proto::reflect::message("AgendaItem")
            .ok_or_else(|| Error::internal("an item's message is in its proto"))?;
        let mut v = Violations::new();
        let current = parts::show_item(item);
        let mask = message.update_mask.as_ref();
        let merged = mask::merge(&descriptor, &current, given, mask, "item", &mut v)?;
        // Its id says which one it is, and stays.
        let merged = v1::AgendaItem { id: given.id.clone(), ..merged };
        v.within("item", |v| outlay_proto::validate::Validate::validate(&merged, v));
        let read = read_item(Some(&merged), call, &mut v);
        none_of(v)?;
        let present = meeting.clone();
        if let Some((item, read)) = meeting.agenda.get_mut(index).zip(read) {
            *item = read;
        }
        meeting.keep_carried_of(&present);
        checked(meeting, index)
    })
}

pub(super) fn remove(
    message: &v1::RemoveAgendaItemRequest,
    old: &Old,
    call: &Call,
    v: &mut Violations,
) -> Result<Edit<Meeting>> {
    let id = read_id("item_id", &message.item_id, call, v);
    edit(old, v, |meeting, _| meeting.remove_agenda_item(&id))
}

pub(super) fn record_outcome(
    message: &v1::RecordAgendaOutcomeRequest,
    old: &Old,
    call: &Call,
    v: &mut Violations,
) -> Result<Edit<Meeting>> {
    let id = read_id("item_id", &message.item_id, call, v);
    let outcome = AgendaOutcome::from_number(message.outcome);
    let what = Outcome {
        outcome: Convert::new(v, call.today).required("outcome", outcome, AgendaOutcome::Dropped),
        note: message.outcome_note.clone(),
        actual_minutes: message.actual_minutes,
    };
    edit(old, v, |meeting, name| meeting.record_agenda_outcome(name, &id, what))
}

/// Checks what was just put into an agenda.
fn checked(meeting: &Meeting, index: usize) -> Result<()> {
    let mut v = Violations::new();
    v.within("item", |v| meeting.check_item(index, v));
    none_of(v)
}

fn read_id(field: &str, id: &str, call: &Call, v: &mut Violations) -> Id {
    let mut convert = Convert::new(v, call.today);
    let read = convert.plain_id(field, id);
    convert.required(field, read, Id::unread())
}

fn read_before(id: &str, call: &Call, v: &mut Violations) -> Option<Id> {
    Convert::new(v, call.today).plain_id("before_item_id", id)
}

/// An item that is given in a request's field `item`.
pub(in crate::service) fn read_item(
    item: Option<&v1::AgendaItem>,
    call: &Call,
    v: &mut Violations,
) -> Option<AgendaItem> {
    Convert::new(v, call.today).message("item", item, parts::read_item)
}
