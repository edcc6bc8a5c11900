//! Who is invited to a meeting, and who comes.

use minicbor::{Decode, Encode};

use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::numbered::numbered;

numbered! {
    /// Part that somebody takes in a meeting.
    AttendeeRole {
        /// Chairs it.
        Chair = 1 "CHAIR",
        /// Speaks.
        Speaker = 2 "SPEAKER",
        /// Attends.
        Attendee = 3 "ATTENDEE",
        /// Observes, without a voice.
        Observer = 4 "OBSERVER",
        /// Is a guest.
        Guest = 5 "GUEST",
    }
}

numbered! {
    /// Answer to an invitation.
    InvitationAnswer {
        /// Will come.
        Accepted = 1 "ACCEPTED",
        /// Won't come.
        Declined = 2 "DECLINED",
        /// May come.
        Tentative = 3 "TENTATIVE",
    }
}

numbered! {
    /// Whether somebody came.
    Attendance {
        /// Came.
        Present = 1 "PRESENT",
        /// Didn't come, and wasn't excused.
        Absent = 2 "ABSENT",
        /// Didn't come, and was excused.
        Excused = 3 "EXCUSED",
        /// Somebody else came instead.
        Substitute = 4 "SUBSTITUTE",
    }
}

/// Somebody who was invited or came.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Attendee {
    /// Id within its meeting; none until `Meeting::assign_ids`.
    #[n(1)]
    pub id: Option<Id>,
    /// Name of the person; empty where only the organisation was invited.
    #[n(2)]
    #[cbor(skip_if = "String::is_empty")]
    pub display_name: String,
    /// Organisation that the person speaks for.
    #[n(3)]
    pub organisation: Option<Id>,
    /// Post; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub post: String,
    /// Part in the meeting.
    #[n(5)]
    pub role: AttendeeRole,
    /// Answer to the invitation; none where there was none.
    #[n(6)]
    pub invitation_answer: Option<InvitationAnswer>,
    /// Whether the person came; none where it isn't recorded.
    #[n(7)]
    pub attendance: Option<Attendance>,
    /// Name of the person who came instead, where attendance is SUBSTITUTE.
    #[n(8)]
    #[cbor(skip_if = "String::is_empty")]
    pub substitute: String,
    /// What was remarked with the answer; may be empty.
    #[n(9)]
    #[cbor(skip_if = "String::is_empty")]
    pub answer_note: String,
    /// When the answer came; none where it was written with the meeting.
    #[n(10)]
    pub answer_time: Option<Instant>,
    /// Post of the person who came instead; may be empty.
    #[n(11)]
    #[cbor(skip_if = "String::is_empty")]
    pub substitute_post: String,
    /// When the person, or the substitute, came.
    #[n(12)]
    pub arrive_time: Option<Instant>,
    /// When the person, or the substitute, left.
    #[n(13)]
    pub leave_time: Option<Instant>,
    /// When the person checked in by code; none where others recorded it.
    #[n(14)]
    pub check_in_time: Option<Instant>,
}

impl Attendance {
    /// Whether somebody came.
    #[must_use]
    pub const fn is_there(self) -> bool {
        matches!(self, Self::Present | Self::Substitute)
    }
}

impl AttendeeRole {
    /// Whether who takes this part has a vote, and so counts for the quorum.
    #[must_use]
    pub const fn votes(self) -> bool {
        matches!(self, Self::Chair | Self::Speaker | Self::Attendee)
    }
}

impl Attendee {
    /// Nothing but the part that somebody takes.
    #[must_use]
    pub const fn new(role: AttendeeRole) -> Self {
        Self {
            id: None,
            display_name: String::new(),
            organisation: None,
            post: String::new(),
            role,
            invitation_answer: None,
            attendance: None,
            substitute: String::new(),
            answer_note: String::new(),
            answer_time: None,
            substitute_post: String::new(),
            arrive_time: None,
            leave_time: None,
            check_in_time: None,
        }
    }

    /// Whether somebody came, the person or the substitute.
    #[must_use]
    pub fn came(&self) -> bool {
        self.attendance.is_some_and(Attendance::is_there)
    }

    /// Whether the person is recorded as one who didn't come.
    #[must_use]
    pub fn stayed_away(&self) -> bool {
        self.attendance.is_some_and(|attendance| !attendance.is_there())
    }

    /// Who is there in the person's place, or the person.
    #[must_use]
    pub fn speaking(&self) -> &str {
        let substituted = self.attendance == Some(Attendance::Substitute);
        if substituted && !self.substitute.is_empty() {
            &self.substitute
        } else {
            &self.display_name
        }
    }

    /// Whether two are the same person: of one organisation by name, and
    /// otherwise by name and post.
    pub(super) fn is(&self, other: &Self) -> bool {
        let named = self.organisation.is_some() && !self.display_name.is_empty();
        self.organisation == other.organisation
            && self.display_name == other.display_name
            && (named || self.post == other.post)
    }

    /// Takes over what an update doesn't write, as far as it still belongs to
    /// what is written.
    pub(super) fn keep_of(&mut self, present: &Self) {
        let answered = self.invitation_answer == present.invitation_answer
            && self.answer_note == present.answer_note;
        self.answer_time = present.answer_time.filter(|_| answered);
        self.check_in_time = present.check_in_time.filter(|_| self.came());
    }
}
