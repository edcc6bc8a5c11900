//! Rules of a meeting.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Meeting;
use super::agenda::{AgendaItem, AgendaSection};
use super::attendance::unknown;
use super::attendee::{Attendance, Attendee};
use super::state::{MeetingNeed, MeetingState};
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::zone::Zone;
use crate::error::{Reason, Violations};

impl Meeting {
    /// Checks that the meeting may decide or assign something: one that was
    /// cancelled is never held. `field` names it.
    pub fn check_not_cancelled(&self, field: &str, v: &mut Violations) {
        if self.state == MeetingState::Cancelled {
            let text = "is CANCELLED: name a meeting that was held, or will be";
            v.add(field, Reason::MeetingNotHeld, text);
        }
    }

    /// Checks the meeting, except for what one field alone must be like. Ids
    /// within it are assigned before.
    pub fn check(&self, v: &mut Violations) {
        self.check_announcement(v);
        check_times(self.start_time, self.end_time, v);
        if !self.time_zone.is_empty()
            && let Err(flaw) = Zone::find(&self.time_zone)
        {
            flaw.add_to("time_zone", v);
        }
        check_apart("co_hosts", &self.co_hosts, "host", &self.host, v);

        let attendees = check_ids("attendees", self.attendees.iter().map(|one| &one.id), v);
        let agenda = check_agenda(&self.agenda_sections, &self.agenda, &attendees, v);
        for index in 0..self.agenda.len() {
            v.within_item("agenda", index, |v| self.check_span(index, 0..index, v));
        }
        check_ids("speeches", self.speeches.iter().map(|speech| &speech.id), v);

        for (index, attendee) in self.attendees.iter().enumerate() {
            v.within_item("attendees", index, |v| self::attendee(attendee, v));
        }
        for (index, speech) in self.speeches.iter().enumerate() {
            v.within_item("speeches", index, |v| {
                if !attendees.contains_key(&speech.speaker) {
                    v.add("speaker", Reason::AttendeeUnknown, unknown(&speech.speaker));
                }
                check_known("agenda_item", speech.agenda_item.as_ref(), &agenda, "agenda", v);
                check_times(speech.start_time, speech.end_time, v);
            });
        }
        self.check_speaking_times(v);
    }

    /// Checks one item of the agenda, which was just added or changed.
    pub fn check_item(&self, index: usize, v: &mut Violations) {
        // What is wrong with others isn't this one's fault.
        let mut others = Violations::new();
        let sections = self.agenda_sections.iter().map(|section| &section.id);
        let sections = check_ids("agenda_sections", sections, &mut others);
        let attendees = self.attendees.iter().map(|one| &one.id);
        let attendees = check_ids("attendees", attendees, &mut others);
        if let Some(item) = self.agenda.get(index) {
            check_places(item, &sections, &attendees, v);
        }
        self.check_span(index, 0..self.agenda.len(), v);
    }

    /// Checks when an item is to be dealt with, against the meeting and against
    /// others of the agenda.
    fn check_span(&self, index: usize, others: Range<usize>, v: &mut Violations) {
        let span = |index| self.agenda.get(index).and_then(AgendaItem::span);
        let Some((start, end)) = span(index) else { return };
        let is_early = self.start_time.is_some_and(|first| start < first.micros());
        let is_late = self.end_time.is_some_and(|last| end > last.micros());
        if is_early || is_late {
            let text = "with planned_minutes isn't within the meeting, from start_time to end_time";
            v.add("start_time", Reason::AgendaOutsideMeeting, text);
        }
        let overlaps = |other: &usize| {
            *other != index && span(*other).is_some_and(|(from, to)| start < to && from < end)
        };
        if let Some(other) = others.into_iter().find(overlaps) {
            let text = format!("overlaps agenda[{other}], as long as both are planned to take");
            v.add("start_time", Reason::AgendaOverlap, text);
        }
    }

    /// What was needed to announce it can't be taken away while it stands.
    fn check_announcement(&self, v: &mut Violations) {
        let announced = [MeetingState::Scheduled, MeetingState::InProgress, MeetingState::Closed];
        if announced.contains(&self.state) {
            for need in MeetingNeed::ALL.iter().filter(|need| !self.has(**need)) {
                let text = format!("is required: the meeting is {}", self.state);
                v.add(need.field(), Reason::FieldRequired, text);
            }
        }
    }
}

/// The ids of a list, with where each stands first; adds a violation for each
/// that is there twice.
pub(in crate::domain) type Ids<'a> = BTreeMap<&'a Id, usize>;

/// Checks that no id stands twice in a list.
pub(in crate::domain) fn check_ids<'a>(
    list: &str,
    ids: impl Iterator<Item = &'a Option<Id>>,
    v: &mut Violations,
) -> Ids<'a> {
    let mut found = Ids::new();
    for (index, id) in ids.enumerate() {
        let Some(id) = id else { continue };
        if let Some(first) = found.get(id) {
            let text = format!("is {id}, as that of {list}[{first}] is: choose another");
            v.add(&format!("{list}[{index}].id"), Reason::FieldDuplicate, text);
        } else {
            found.insert(id, index);
        }
    }
    found
}

/// Checks sections and items of an agenda, but for their times; answers the ids of
/// the items.
pub(in crate::domain) fn check_agenda<'a>(
    sections: &'a [AgendaSection],
    agenda: &'a [AgendaItem],
    attendees: &Ids<'_>,
    v: &mut Violations,
) -> Ids<'a> {
    let sections = check_ids("agenda_sections", sections.iter().map(|section| &section.id), v);
    let items = check_ids("agenda", agenda.iter().map(|item| &item.id), v);
    for (index, item) in agenda.iter().enumerate() {
        v.within_item("agenda", index, |v| {
            check_places(item, &sections, attendees, v);
        });
    }
    items
}

fn check_places(item: &AgendaItem, sections: &Ids<'_>, attendees: &Ids<'_>, v: &mut Violations) {
    check_known("section", item.section.as_ref(), sections, "agenda_sections", v);
    check_known("presenter", item.presenter.as_ref(), attendees, "attendees", v);
}

fn check_known(field: &str, id: Option<&Id>, ids: &Ids<'_>, list: &str, v: &mut Violations) {
    if let Some(id) = id
        && !ids.contains_key(id)
    {
        v.add(field, Reason::ReferenceUnknown, not_of(id, list));
    }
}

fn not_of(id: &Id, list: &str) -> String {
    format!("is {id}, an id that none of the meeting's {list} has")
}

/// Checks that what has both ends after it begins.
pub(super) fn check_times(start: Option<Instant>, end: Option<Instant>, v: &mut Violations) {
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        let text = format!("is {end}: it must be after start_time {start}");
        v.add("end_time", Reason::DateOrder, text);
    }
}

/// Checks what is written of an attendee.
pub(super) fn attendee(attendee: &Attendee, v: &mut Violations) {
    if attendee.display_name.is_empty() && attendee.organisation.is_none() {
        let text = "is required where no organisation is given";
        v.add("display_name", Reason::FieldRequired, text);
    }
    presence(attendee, v);
}

/// Checks that what is written of a presence goes with whether somebody came.
pub(super) fn presence(attendee: &Attendee, v: &mut Violations) {
    let substituted = attendee.attendance == Some(Attendance::Substitute);
    let posts =
        [("substitute", &attendee.substitute), ("substitute_post", &attendee.substitute_post)];
    for (field, _) in posts.into_iter().filter(|(_, text)| !text.is_empty() && !substituted) {
        v.add(field, Reason::FieldContradiction, "must be empty unless attendance is SUBSTITUTE");
    }
    let times = [("arrive_time", attendee.arrive_time), ("leave_time", attendee.leave_time)];
    for (field, _) in times.into_iter().filter(|(_, time)| time.is_some() && !attendee.came()) {
        let text = "must be absent unless attendance is PRESENT or SUBSTITUTE";
        v.add(field, Reason::FieldContradiction, text);
    }
    if let (Some(arrive), Some(leave)) = (attendee.arrive_time, attendee.leave_time)
        && leave < arrive
    {
        let text = format!("is {leave}, before arrive_time {arrive}");
        v.add("leave_time", Reason::DateOrder, text);
    }
}

/// Checks that a time that is given isn't in the future.
pub(super) fn past(field: &str, time: Option<Instant>, now: Instant, v: &mut Violations) {
    if let Some(time) = time.filter(|time| *time > now) {
        let text = format!("is {time}, in the future: it is {now}");
        v.add(field, Reason::FieldOutOfRange, text);
    }
}

/// Checks that the one who leads isn't among those who help.
pub(in crate::domain) fn check_apart(
    field: &str,
    helpers: &[Id],
    leading: &str,
    leader: &Id,
    v: &mut Violations,
) {
    if let Some(index) = helpers.iter().position(|helper| helper == leader) {
        let text = format!("names the organisation that {leading} names: remove it here");
        v.add(&format!("{field}[{index}]"), Reason::FieldContradiction, text);
    }
}
