//! What calendars know of a meeting.

use super::{Meeting, MeetingState};
use crate::domain::id::Id;

impl Meeting {
    /// Whether calendars may show it: it was announced once, and has its times.
    #[must_use]
    pub fn is_announced(&self) -> bool {
        self.calendar_sequence > 0 && self.state != MeetingState::Draft
    }

    /// The organisations that host it or are invited; one may come several
    /// times.
    pub fn organisations(&self) -> impl Iterator<Item = &Id> {
        std::iter::once(&self.host)
            .chain(&self.co_hosts)
            .chain(self.attendees.iter().filter_map(|attendee| attendee.organisation.as_ref()))
    }

    /// Calendars learn of it from now on.
    pub(super) fn announce(&mut self) {
        self.calendar_sequence = 1;
    }

    /// Calendars that show it must learn of a change.
    pub(super) fn tell_calendars(&mut self) {
        if self.calendar_sequence > 0 {
            self.calendar_sequence = self.calendar_sequence.saturating_add(1);
        }
    }

    /// Whether a calendar would show it otherwise than `other`, apart from who is
    /// invited and what it is about.
    pub(super) fn differs_in_calendars(&self, other: &Self) -> bool {
        (&self.title, &self.localized_titles, &self.place, &self.time_zone)
            != (&other.title, &other.localized_titles, &other.place, &other.time_zone)
            || (self.start_time, self.end_time) != (other.start_time, other.end_time)
    }
}
