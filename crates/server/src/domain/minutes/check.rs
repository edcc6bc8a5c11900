//! Rules of minutes.

use std::collections::BTreeMap;

use super::{Minutes, MinutesEntry, MinutesEntryKind};
use crate::domain::action::Action;
use crate::domain::decision::Decision;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::meeting::{Meeting, MeetingState};
use crate::error::{Reason, Violations};

impl Minutes {
    /// Checks the minutes against their meeting, except for what one field alone
    /// must be like. Where the meeting isn't there that is told anyhow. Ids of
    /// entries are assigned before.
    pub fn check(&self, meeting: Option<&Meeting>, v: &mut Violations) {
        for (index, entry) in self.entries.iter().enumerate() {
            let first = self.entries.iter().position(|other| other.id == entry.id);
            if let (Some(id), Some(first)) = (&entry.id, first.filter(|first| *first < index)) {
                let text = format!("is {id}, as that of entries[{first}] is: choose another");
                v.add(&format!("entries[{index}].id"), Reason::FieldDuplicate, text);
            }
        }
        for (index, entry) in self.entries.iter().enumerate() {
            v.within_item("entries", index, |v| entry.check(v));
        }
        let Some(meeting) = meeting else { return };
        if !matches!(meeting.state, MeetingState::InProgress | MeetingState::Closed) {
            let text = format!(
                "is {}: minutes are kept of a meeting that is in progress or was held",
                meeting.state
            );
            v.add("meeting", Reason::MeetingNotHeld, text);
        }
        for (index, entry) in self.entries.iter().enumerate() {
            v.within_item("entries", index, |v| {
                let agenda = meeting.agenda.iter().map(|item| &item.id);
                check_known("agenda_item", entry.agenda_item.as_ref(), agenda, "agenda", v);
                let speeches = meeting.speeches.iter().map(|speech| &speech.id);
                check_known("speech", entry.speech.as_ref(), speeches, "speeches", v);
            });
        }
    }

    /// Checks that the decisions and actions that entries name are of the meeting.
    /// Of the records those that were found are given; of the others that is told
    /// anyhow.
    pub fn check_recorded(&self, recorded: &Recorded, v: &mut Violations) {
        for (index, entry) in self.entries.iter().enumerate() {
            let decision = entry.decision.as_ref().and_then(|id| recorded.decisions.get(id));
            let action = entry.action.as_ref().and_then(|id| recorded.actions.get(id));
            if let Some(decision) = decision.filter(|one| one.meeting != self.meeting) {
                let of = kind::name(Kind::Meeting, &decision.meeting);
                let text = format!("is a decision of {of}: name one of this meeting");
                v.add(&format!("entries[{index}].decision"), Reason::NotOfThisMeeting, text);
            }
            if let Some(action) = action.filter(|one| !one.meetings.contains(&self.meeting)) {
                let of = kind::name(Kind::Meeting, &action.meeting);
                let text = format!(
                    "is an action that {of} follows up, and that was never before this meeting: \
                     name one of this meeting"
                );
                v.add(&format!("entries[{index}].action"), Reason::NotOfThisMeeting, text);
            }
        }
    }
}

/// The decisions and actions that entries name.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The decisions by id.
    pub decisions: BTreeMap<Id, Decision>,
    /// The actions by id.
    pub actions: BTreeMap<Id, Action>,
}

impl MinutesEntry {
    /// Checks that only an entry of the kind names a decision or an action.
    fn check(&self, v: &mut Violations) {
        for (field, id, kind) in [
            ("decision", &self.decision, MinutesEntryKind::Decision),
            ("action", &self.action, MinutesEntryKind::Action),
        ] {
            if id.is_some() && self.kind != kind {
                let text = format!("is only for an entry whose kind is {kind}: leave it out");
                v.add(field, Reason::FieldContradiction, text);
            }
        }
    }
}

fn check_known<'a>(
    field: &str,
    id: Option<&Id>,
    mut ids: impl Iterator<Item = &'a Option<Id>>,
    list: &str,
    v: &mut Violations,
) {
    if let Some(id) = id
        && !ids.any(|other| other.as_ref() == Some(id))
    {
        let text = format!("is {id}, an id that none of the meeting's {list} has");
        v.add(field, Reason::ReferenceUnknown, text);
    }
}
