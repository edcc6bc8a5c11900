//! Who is invited, what is answered, and who came.

use std::collections::BTreeSet;

use super::attendee::{Attendance, Attendee, InvitationAnswer};
use super::state::MeetingState;
use super::{Meeting, check};
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::error::{Error, Reason, Violations};

/// Most attendees of a meeting.
pub const MAX_ATTENDEES: usize = 1000;

/// Whether one attendee came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceRecord {
    /// The attendee.
    pub attendee: Id,
    /// Whether the person came.
    pub attendance: Attendance,
    /// Who came instead; empty but for a substitute.
    pub substitute: String,
    /// Post of who came instead; may be empty.
    pub substitute_post: String,
    /// When somebody came; none leaves what is recorded.
    pub arrive_time: Option<Instant>,
    /// When somebody left.
    pub leave_time: Option<Instant>,
}

impl Meeting {
    /// Adds attendees to the meeting `name`, all or nobody; what is wrong with
    /// them goes to `v`.
    ///
    /// # Errors
    /// [`Error::Refused`] for a meeting that is over.
    pub fn invite(
        &mut self,
        name: &str,
        invited: Vec<Attendee>,
        v: &mut Violations,
    ) -> Result<(), Error> {
        self.require_open_invitation(name)?;
        if self.attendees.len() + invited.len() > MAX_ATTENDEES {
            let text = format!(
                "would make {} attendees: a meeting has at most {MAX_ATTENDEES}",
                self.attendees.len() + invited.len()
            );
            v.add("attendees", Reason::FieldTooLong, text);
        }
        for (index, one) in invited.into_iter().enumerate() {
            v.within_item("attendees", index, |v| {
                check::attendee(&one, v);
                self.check_new(&one, v);
            });
            self.attendees.push(one);
        }
        self.assign_ids();
        Ok(())
    }

    fn check_new(&self, one: &Attendee, v: &mut Violations) {
        if let Some(id) = &one.id
            && self.attendees.iter().any(|other| other.id.as_ref() == Some(id))
        {
            v.add(
                "id",
                Reason::FieldDuplicate,
                format!("is {id}, as another's is: choose another"),
            );
        }
        if let Some(other) = self.attendees.iter().find(|other| one.is(other)) {
            let known = other.id.as_ref().map_or("in this request", Id::as_str);
            let text = format!("is the same person as the attendee {known}: change that one");
            v.add("display_name", Reason::AttendeeDuplicate, text);
        }
    }

    /// Records what an attendee of the meeting `name` answers.
    ///
    /// # Errors
    /// [`Error::Refused`] for a meeting that is over; [`Error::Fields`] for an
    /// attendee that there isn't.
    pub fn answer_invitation(
        &mut self,
        name: &str,
        attendee: &Id,
        answer: InvitationAnswer,
        note: &str,
        now: Instant,
    ) -> Result<(), Error> {
        self.require_open_invitation(name)?;
        let Some(found) = self.attendee_mut(attendee) else {
            return Err(Error::field("attendee", Reason::AttendeeUnknown, unknown(attendee)));
        };
        found.invitation_answer = Some(answer);
        note.clone_into(&mut found.answer_note);
        found.answer_time = Some(now);
        Ok(())
    }

    fn require_open_invitation(&self, name: &str) -> Result<(), Error> {
        if !matches!(self.state, MeetingState::Closed | MeetingState::Cancelled) {
            return Ok(());
        }
        let why = format!("it is {}: nobody is invited or answers any more", self.state);
        Err(Error::Refused { name: name.to_owned(), reason: Reason::InvitationOver, why })
    }

    /// Records who came to the meeting `name`, all or nothing; what is wrong goes
    /// to `v`.
    ///
    /// # Errors
    /// [`Error::Transition`] for a meeting that wasn't announced.
    pub fn record_attendance(
        &mut self,
        name: &str,
        records: Vec<AttendanceRecord>,
        now: Instant,
        v: &mut Violations,
    ) -> Result<(), Error> {
        let held = [MeetingState::Scheduled, MeetingState::InProgress, MeetingState::Closed];
        self.require(name, &held, "have its attendance recorded")?;
        let mut met = BTreeSet::new();
        for (index, record) in records.into_iter().enumerate() {
            v.within_item("records", index, |v| {
                check_times(&record, now, v);
                if !met.insert(record.attendee.clone()) {
                    let text = format!("is {}, who stands here twice", record.attendee);
                    v.add("attendee", Reason::FieldDuplicate, text);
                }
                match self.attendee_mut(&record.attendee) {
                    Some(attendee) => attendee.record(record, v),
                    None => {
                        v.add("attendee", Reason::AttendeeUnknown, unknown(&record.attendee));
                    }
                }
            });
        }
        Ok(())
    }

    /// The attendee with this id.
    #[must_use]
    pub fn attendee(&self, id: &Id) -> Option<&Attendee> {
        self.attendees.iter().find(|attendee| attendee.id.as_ref() == Some(id))
    }

    pub(super) fn attendee_mut(&mut self, id: &Id) -> Option<&mut Attendee> {
        self.attendees.iter_mut().find(|attendee| attendee.id.as_ref() == Some(id))
    }

    /// How many who have a vote are there. Who left before the meeting was closed
    /// isn't.
    #[must_use]
    pub fn present_count(&self) -> i32 {
        let stayed = |leave: Instant| self.close_time.is_some_and(|close| leave >= close);
        let is_there = |attendee: &&Attendee| {
            attendee.role.votes() && attendee.came() && attendee.leave_time.is_none_or(stayed)
        };
        i32::try_from(self.attendees.iter().filter(is_there).count()).unwrap_or(i32::MAX)
    }

    /// Whether as many are there as must be.
    #[must_use]
    pub fn is_quorum_met(&self) -> bool {
        self.quorum == 0 || self.present_count() >= self.quorum
    }
}

impl Attendee {
    fn record(&mut self, record: AttendanceRecord, v: &mut Violations) {
        let came = record.attendance.is_there();
        if record.attendance == Attendance::Substitute && record.substitute.is_empty() {
            let text = "is required where attendance is SUBSTITUTE: who came instead?";
            v.add("substitute", Reason::FieldRequired, text);
        }
        self.attendance = Some(record.attendance);
        self.substitute = record.substitute;
        self.substitute_post = record.substitute_post;
        self.arrive_time = record.arrive_time.or(self.arrive_time.filter(|_| came));
        self.leave_time = record.leave_time;
        self.check_in_time = self.check_in_time.filter(|_| came);
        check::presence(self, v);
    }
}

fn check_times(record: &AttendanceRecord, now: Instant, v: &mut Violations) {
    let times = [("arrive_time", record.arrive_time), ("leave_time", record.leave_time)];
    for (field, time) in times {
        check::past(field, time, now, v);
    }
}

/// What is said of an attendee that there isn't.
pub(super) fn unknown(id: &Id) -> String {
    format!("is {id}, an id that none of the meeting's attendees has: invite the person first")
}
