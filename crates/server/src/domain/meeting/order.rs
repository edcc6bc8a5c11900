//! Changes of one item of the agenda, and of its order.
//!
//! They are made of the agenda as it is at the moment, so they leave alone what
//! others have changed meanwhile.

use super::Meeting;
use super::agenda::{AgendaItem, AgendaOutcome};
use super::carry::MAX_AGENDA;
use super::state::MeetingState;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::error::{Error, Reason, Result, Violations, none_of};

/// What became of an item.
pub struct Outcome {
    /// In a word.
    pub outcome: AgendaOutcome,
    /// What there is to say of it; may be empty.
    pub note: String,
    /// Minutes that it took; 0 where that isn't recorded.
    pub actual_minutes: i32,
}

impl Meeting {
    /// Puts the items into the order of `ids`. Each that isn't named stays behind
    /// the one that it follows now.
    ///
    /// # Errors
    /// [`Error::Fields`] with each of `item_ids` that isn't there.
    pub fn reorder_agenda(&mut self, ids: &[Id]) -> Result<()> {
        let mut v = Violations::new();
        for (index, id) in ids.iter().enumerate().filter(|(_, id)| self.position(id).is_none()) {
            let text = unknown(id);
            v.add(&format!("item_ids[{index}]"), Reason::AgendaItemUnknown, text);
        }
        none_of(v)?;
        let is_named = |item: &AgendaItem| item.id.as_ref().is_some_and(|id| ids.contains(id));
        // Each named item leads those behind it that aren't; before the first
        // named one there is nobody to follow.
        let mut first = Vec::new();
        let mut led: Vec<Vec<AgendaItem>> = Vec::new();
        for item in self.agenda.drain(..) {
            match led.last_mut() {
                _ if is_named(&item) => led.push(vec![item]),
                Some(group) => group.push(item),
                None => first.push(item),
            }
        }
        let place = |group: &Vec<AgendaItem>| {
            let leader = group.first().and_then(|item| item.id.as_ref());
            ids.iter().position(|id| Some(id) == leader)
        };
        led.sort_by_key(place);
        self.agenda = first.into_iter().chain(led.into_iter().flatten()).collect();
        Ok(())
    }

    /// Moves an item before another one, or to the end.
    ///
    /// # Errors
    /// [`Error::Fields`] for an item that isn't there.
    pub fn move_agenda_item(&mut self, id: &Id, before: Option<&Id>) -> Result<()> {
        let from = self.required("item_id", id)?;
        self.place_before(before)?;
        if before == Some(id) {
            return Ok(());
        }
        let item = self.agenda.remove(from);
        let to = self.place_before(before)?;
        self.agenda.insert(to, item);
        Ok(())
    }

    /// Adds an item before another one, or at the end; answers its place.
    ///
    /// # Errors
    /// [`Error::Fields`] for an item that isn't there, an id that is taken, and an
    /// agenda that is full.
    pub fn add_agenda_item(&mut self, item: AgendaItem, before: Option<&Id>) -> Result<usize> {
        if let Some(id) = item.id.as_ref().filter(|id| self.position(id).is_some()) {
            let text = format!("is {id}, as that of another item is: choose another");
            return Err(Error::field("item.id", Reason::FieldDuplicate, text));
        }
        if self.agenda.len() >= MAX_AGENDA {
            let text = format!("can't be added: the agenda has {MAX_AGENDA} items already");
            return Err(Error::field("item", Reason::FieldTooLong, text));
        }
        let to = self.place_before(before)?;
        self.agenda.insert(to, item);
        self.assign_ids();
        Ok(to)
    }

    /// The place of an item and what it is.
    ///
    /// # Errors
    /// [`Error::Fields`] where it isn't there.
    pub fn agenda_item(&self, field: &str, id: &Id) -> Result<(usize, &AgendaItem)> {
        let index = self.required(field, id)?;
        let item = self.agenda.get(index);
        item.map(|item| (index, item)).ok_or_else(|| Error::internal("an item's place is in range"))
    }

    /// Takes an item off the agenda.
    ///
    /// # Errors
    /// [`Error::Fields`] where it isn't there, or a speech belongs to it.
    pub fn remove_agenda_item(&mut self, id: &Id) -> Result<()> {
        let index = self.required("item_id", id)?;
        let belongs = |speech: &super::Speech| speech.agenda_item.as_ref() == Some(id);
        if let Some(speech) = self.speeches.iter().find(|speech| belongs(speech)) {
            let speech = speech.id.as_ref().map_or_else(String::new, ToString::to_string);
            let text = format!("is {id}, to which the speech {speech} belongs: change that first");
            return Err(Error::field("item_id", Reason::FieldContradiction, text));
        }
        self.agenda.remove(index);
        Ok(())
    }

    /// Records what became of an item of the meeting `name`.
    ///
    /// # Errors
    /// [`Error::Transition`] before it is held; [`Error::Fields`] for an item that
    /// isn't there; [`Error::Refused`] for one that a later meeting has.
    pub fn record_agenda_outcome(&mut self, name: &str, id: &Id, what: Outcome) -> Result<()> {
        if ![MeetingState::InProgress, MeetingState::Closed].contains(&self.state) {
            return Err(Error::Transition {
                name: name.to_owned(),
                state: self.state.as_str(),
                action: "have outcomes".to_owned(),
                needed: vec!["only what is or was held has".to_owned()],
            });
        }
        let (index, item) = self.agenda_item("item_id", id)?;
        if let Some(to) = item.carried_to.as_ref().filter(|_| !item.recurring) {
            let to = kind::name(Kind::Meeting, to);
            return Err(Error::Refused {
                name: name.to_owned(),
                reason: Reason::AgendaItemCarried,
                why: format!(
                    "the item {id} was carried over to {to}: record there what became of it"
                ),
            });
        }
        if let Some(item) = self.agenda.get_mut(index) {
            item.outcome = Some(what.outcome);
            item.outcome_note = what.note;
            item.actual_minutes = what.actual_minutes;
        }
        Ok(())
    }

    /// Takes over what an update doesn't write: from and to where the items of the
    /// meeting as it is were carried.
    pub fn keep_carried_of(&mut self, present: &Self) {
        self.occurrence_time = present.occurrence_time;
        for item in &mut self.agenda {
            let id = item.id.as_ref();
            let known = present.agenda.iter().find(|known| id.is_some() && known.id.as_ref() == id);
            if let Some(known) = known {
                item.carried_from.clone_from(&known.carried_from);
                item.carried_item.clone_from(&known.carried_item);
                item.carried_to.clone_from(&known.carried_to);
            }
        }
    }

    fn position(&self, id: &Id) -> Option<usize> {
        self.agenda.iter().position(|item| item.id.as_ref() == Some(id))
    }

    fn required(&self, field: &str, id: &Id) -> Result<usize> {
        let found = self.position(id);
        found.ok_or_else(|| Error::field(field, Reason::AgendaItemUnknown, unknown(id)))
    }

    fn place_before(&self, before: Option<&Id>) -> Result<usize> {
        before.map_or(Ok(self.agenda.len()), |id| self.required("before_item_id", id))
    }
}

fn unknown(id: &Id) -> String {
    format!("is {id}, an item that the agenda doesn't have: it may have been taken off meanwhile")
}
