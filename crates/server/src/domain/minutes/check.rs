//! Rules of minutes.

use super::Minutes;
use crate::domain::id::Id;
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
