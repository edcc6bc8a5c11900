//! Meeting templates: what meetings of a kind have in common.

use minicbor::{Decode, Encode};

use super::id::Id;
use super::kind::{Kind, Reference, References};
use super::meeting::check::{check_agenda, check_ids};
use super::meeting::ids::assign;
use super::meeting::{AgendaItem, AgendaSection, AttendeeRole, MeetingKind};
use super::meeting_series::check_unplaced;
use super::stored::is_zero;
use crate::error::{Reason, Violations};

/// What a title can have filled in.
const PLACEHOLDERS: [&str; 6] = ["series", "number", "date", "year", "month", "day"];

/// A template of meetings.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MeetingTemplate {
    /// What the template is called.
    #[n(10)]
    pub display_name: String,
    /// Title of the meetings, with placeholders; may be empty.
    #[n(11)]
    #[cbor(skip_if = "String::is_empty")]
    pub title_pattern: String,
    /// Kind of the meetings.
    #[n(12)]
    pub kind: MeetingKind,
    /// Minutes that a meeting takes; 0 where that isn't said.
    #[n(13)]
    #[cbor(skip_if = "is_zero")]
    pub length_minutes: i32,
    /// Sections of the agenda, in order.
    #[n(14)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub agenda_sections: Vec<AgendaSection>,
    /// Items of the agenda, in order.
    #[n(15)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub agenda: Vec<AgendaItem>,
    /// Who is expected.
    #[n(16)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub expected_attendees: Vec<ExpectedAttendee>,
    /// Attendees with a vote who must be there; 0 for none.
    #[n(17)]
    #[cbor(skip_if = "is_zero")]
    pub quorum: i32,
    /// What the meetings are about; may be empty.
    #[n(18)]
    #[cbor(skip_if = "String::is_empty")]
    pub summary: String,
}

/// Somebody who is expected in a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ExpectedAttendee {
    /// Id that the attendee has within the meeting; none until
    /// `MeetingTemplate::assign_ids`.
    #[n(1)]
    pub id: Option<Id>,
    /// Organisation that is to send somebody.
    #[n(2)]
    pub organisation: Id,
    /// Part in the meeting.
    #[n(3)]
    pub role: AttendeeRole,
    /// Post; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub post: String,
}

impl MeetingTemplate {
    /// Gives an id to whatever within the template has none, as
    /// `Meeting::assign_ids` does.
    pub fn assign_ids(&mut self) {
        assign("section", self.agenda_sections.iter_mut().map(|one| &mut one.id).collect());
        assign("item", self.agenda.iter_mut().map(|item| &mut item.id).collect());
        assign("attendee", self.expected_attendees.iter_mut().map(|one| &mut one.id).collect());
    }

    /// Checks the template. Ids within it are assigned before.
    pub fn check(&self, v: &mut Violations) {
        let known = |name: &str| PLACEHOLDERS.contains(&name).then(String::new);
        if Self::filled(&self.title_pattern, known).is_none() {
            let text = "has braces that aren't one of {series}, {number}, {date}, {year}, {month}, \
                        {day}";
            v.add("title_pattern", Reason::FieldFormat, text);
        }
        let expected = self.expected_attendees.iter().map(|one| &one.id);
        let expected = check_ids("expected_attendees", expected, v);
        check_agenda(&self.agenda_sections, &self.agenda, &expected, v);
        for (index, item) in self.agenda.iter().enumerate() {
            v.within_item("agenda", index, |v| check_unplaced(item, v));
        }
    }

    /// A pattern with what `fill` gives in the place of `{name}`; none where it gives
    /// nothing, or a brace stands alone.
    pub(super) fn filled(pattern: &str, fill: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut pieces = pattern.split('{');
        let mut filled = without_brace(pieces.next()?)?.to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('}')?;
            filled += &fill(name)?;
            filled += without_brace(rest)?;
        }
        Some(filled)
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default()
            .items("agenda", &self.agenda, AgendaItem::refer)
            .items("expected_attendees", &self.expected_attendees, |found, one| {
                found.one("organisation", Kind::Organisation, &one.organisation);
            })
            .take()
    }
}

fn without_brace(text: &str) -> Option<&str> {
    (!text.contains('}')).then_some(text)
}
