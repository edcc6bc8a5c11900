//! What a meeting of a series leaves to those after it.
//!
//! Each item says which meeting took it over, and is then left no more; so it is
//! carried once, whoever comes later.

use super::agenda::{AgendaItem, AgendaItemKind, AgendaOutcome};
use super::state::MeetingState;
use super::{Attendee, Meeting};
use crate::domain::id::Id;

/// Most items of an agenda.
pub const MAX_AGENDA: usize = 200;

/// Title of the item under which open actions are followed up.
const OPEN_ACTIONS: &str = "未办结事项 · Open actions";

/// A meeting with what it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its id.
    pub id: Id,
    /// The meeting.
    pub meeting: Meeting,
}

impl AgendaItem {
    /// Whether it is to be carried over from a meeting that is over.
    fn is_left(&self) -> bool {
        let done = [AgendaOutcome::DealtWith, AgendaOutcome::Dropped];
        let is_done = self.outcome.is_some_and(|outcome| done.contains(&outcome));
        self.carried_to.is_none() && (self.recurring || !is_done)
    }

    /// Whether it is about the same as another one.
    fn is_same_matter(&self, other: &Self) -> bool {
        let matter = |item: &Self| {
            let (projects, policies) = (item.projects.clone(), item.policies.clone());
            (item.kind, item.title.clone(), item.notes.clone(), projects, policies)
        };
        self.title == other.title && matter(self) == matter(other)
    }
}

impl Meeting {
    /// Whether it is over and leaves items to later meetings of its series.
    #[must_use]
    pub fn leaves_items(&self) -> bool {
        let over = [MeetingState::Closed, MeetingState::Cancelled];
        self.series.is_some()
            && over.contains(&self.state)
            && self.agenda.iter().any(AgendaItem::is_left)
    }

    /// Takes over what earlier meetings leave, the first ones first, and then the
    /// backlog of the series, as far as the agenda has room; this meeting has the
    /// id `own`. What is taken says so in `left`, and goes out of `backlog`.
    ///
    /// It stands first on the agenda. An item that the agenda has already, as both
    /// come from one template, isn't doubled.
    pub fn take_over(&mut self, own: &Id, left: &mut [Left], backlog: &mut Vec<AgendaItem>) {
        let mut taken: Vec<AgendaItem> = Vec::new();
        for Left { id, meeting } in left {
            let Self { agenda, attendees, .. } = meeting;
            for item in agenda.iter_mut().filter(|item| item.is_left()) {
                let presenter = item.presenter.clone().filter(|presenter| {
                    let before = person(attendees, presenter);
                    before.is_some() && before == person(&self.attendees, presenter)
                });
                if self.take(item, Some(id), presenter, &mut taken) {
                    item.carried_to = Some(own.clone());
                }
            }
        }
        backlog.retain(|item| !self.take(item, None, None, &mut taken));
        self.agenda.splice(0..0, taken);
        self.assign_ids();
    }

    /// Puts the open actions of the series first on the agenda, as one item, where it
    /// doesn't have that item already and has room.
    pub fn follow_actions_up(&mut self) {
        let item = AgendaItem::new(AgendaItemKind::Discussion, OPEN_ACTIONS.to_owned());
        let is_there = self.agenda.iter().any(|known| known.title == item.title);
        if !is_there && self.agenda.len() < MAX_AGENDA {
            self.agenda.insert(0, item);
            self.assign_ids();
        }
    }

    /// Takes one item over; whether there was room.
    fn take(
        &mut self,
        item: &AgendaItem,
        from: Option<&Id>,
        presenter: Option<Id>,
        taken: &mut Vec<AgendaItem>,
    ) -> bool {
        let mut known = taken.iter_mut().chain(&mut self.agenda);
        if let Some(same) = known.find(|known| known.is_same_matter(item)) {
            // It goes on recurring, also where it was written anew.
            same.recurring |= item.recurring;
            if same.carried_item.is_none() {
                same.carried_from = from.cloned();
                same.carried_item.clone_from(&item.id);
            }
            return true;
        }
        if taken.len() + self.agenda.len() >= MAX_AGENDA {
            return false;
        }
        let is_known = |section: &&Id| {
            self.agenda_sections.iter().any(|known| known.id.as_ref() == Some(*section))
        };
        taken.push(AgendaItem {
            id: None,
            presenter,
            section: item.section.as_ref().filter(is_known).cloned(),
            start_time: None,
            outcome: None,
            outcome_note: String::new(),
            actual_minutes: 0,
            carried_from: from.cloned(),
            carried_item: item.id.clone(),
            carried_to: None,
            ..item.clone()
        });
        true
    }
}

/// Who the attendee with an id is: the organisation, and the name.
fn person<'a>(attendees: &'a [Attendee], id: &Id) -> Option<(Option<&'a Id>, &'a str)> {
    let attendee = attendees.iter().find(|attendee| attendee.id.as_ref() == Some(id))?;
    Some((attendee.organisation.as_ref(), &attendee.display_name))
}
