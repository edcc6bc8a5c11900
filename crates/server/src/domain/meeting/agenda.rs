//! Items of a meeting's agenda.

use minicbor::{Decode, Encode};

use crate::domain::id::Id;
use crate::domain::numbered::numbered;
use crate::domain::stored::is_zero;

numbered! {
    /// Kind of an agenda item.
    AgendaItemKind {
        /// Somebody reports.
        Report = 1 "REPORT",
        /// Something is discussed.
        Discussion = 2 "DISCUSSION",
        /// Something is decided.
        Decision = 3 "DECISION",
        /// Training is given on a topic.
        Training = 4 "TRAINING",
        /// Something is visited.
        Visit = 5 "VISIT",
        /// Something else.
        Other = 6 "OTHER",
    }
}

/// An item of the agenda.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AgendaItem {
    /// Id within its meeting; none until `Meeting::assign_ids`.
    #[n(1)]
    pub id: Option<Id>,
    /// Kind of item.
    #[n(2)]
    pub kind: AgendaItemKind,
    /// Title.
    #[n(3)]
    pub title: String,
    /// Minutes planned for it; 0 where nothing is planned.
    #[n(4)]
    #[cbor(skip_if = "is_zero")]
    pub planned_minutes: i32,
    /// Attendee who presents it.
    #[n(5)]
    pub presenter: Option<Id>,
    /// Notes; may be empty.
    #[n(6)]
    #[cbor(skip_if = "String::is_empty")]
    pub notes: String,
    /// Projects it is about.
    #[n(7)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub projects: Vec<Id>,
}
