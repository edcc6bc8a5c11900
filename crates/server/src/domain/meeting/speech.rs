//! What is said in a meeting.

use minicbor::{Decode, Encode};

use crate::domain::id::Id;
use crate::domain::instant::Instant;

/// A speech.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Speech {
    /// Id within its meeting; none until `Meeting::assign_ids`.
    #[n(1)]
    pub id: Option<Id>,
    /// Attendee who spoke.
    #[n(2)]
    pub speaker: Id,
    /// Agenda item it belongs to.
    #[n(3)]
    pub agenda_item: Option<Id>,
    /// When it began.
    #[n(4)]
    pub start_time: Option<Instant>,
    /// When it ended; after its beginning.
    #[n(5)]
    pub end_time: Option<Instant>,
    /// What was achieved; may be empty.
    #[n(6)]
    #[cbor(skip_if = "String::is_empty")]
    pub achievements: String,
    /// What is difficult; may be empty.
    #[n(7)]
    #[cbor(skip_if = "String::is_empty")]
    pub challenges: String,
    /// What is planned; may be empty.
    #[n(8)]
    #[cbor(skip_if = "String::is_empty")]
    pub plans: String,
    /// Figures that the speaker gave, as they were given.
    #[n(9)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub figures: Vec<SpeechFigure>,
}

/// A figure that a speaker gave.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SpeechFigure {
    /// What it measures.
    #[n(1)]
    pub label: String,
    /// Its value: a decimal number, as it was given.
    #[n(2)]
    pub value: String,
    /// Its unit; may be empty.
    #[n(3)]
    #[cbor(skip_if = "String::is_empty")]
    pub unit: String,
    /// The period it is about; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub period: String,
}
