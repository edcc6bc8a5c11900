//! Who is invited to a meeting, and who comes.

use minicbor::{Decode, Encode};

use crate::domain::id::Id;
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
}
