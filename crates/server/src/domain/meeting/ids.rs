//! Ids of what stands within a meeting.

use std::collections::BTreeSet;

use super::Meeting;
use crate::domain::id::Id;

impl Meeting {
    /// Gives an id to whatever within the meeting has none: `section-2`,
    /// `item-3`, `attendee-12`, `speech-1`. The number is one more than the greatest so
    /// far, so the same meeting always gets the same ids, and what is there keeps
    /// its own.
    pub fn assign_ids(&mut self) {
        assign("section", self.agenda_sections.iter_mut().map(|section| &mut section.id).collect());
        assign("item", self.agenda.iter_mut().map(|item| &mut item.id).collect());
        assign("attendee", self.attendees.iter_mut().map(|attendee| &mut attendee.id).collect());
        assign("speech", self.speeches.iter_mut().map(|speech| &mut speech.id).collect());
    }
}

/// Gives an id to each that has none: the prefix, and a number that is one more
/// than the greatest so far.
pub(in crate::domain) fn assign(prefix: &str, ids: Vec<&mut Option<Id>>) {
    let taken: BTreeSet<Id> = ids.iter().filter_map(|id| id.as_ref()).cloned().collect();
    let number = |id: &Id| -> Option<u32> {
        id.as_str().strip_prefix(prefix)?.strip_prefix('-')?.parse().ok()
    };
    // Numbers beyond u32 don't count: somebody chose them, and none reaches them.
    let mut next = u64::from(taken.iter().filter_map(number).max().unwrap_or_default());
    for id in ids.into_iter().filter(|id| id.is_none()) {
        next += 1;
        // A prefix, a hyphen and a number are an id.
        *id = Id::parse(&format!("{prefix}-{next}")).ok();
    }
}
