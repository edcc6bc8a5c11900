//! What is said in a meeting.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::numbered::numbered;

const MICROS_PER_SECOND: i64 = 1_000_000;

numbered! {
    /// Whether a speech goes on.
    SpeechState {
        /// It goes on.
        Running = 1 "RUNNING",
        /// It is interrupted.
        Paused = 2 "PAUSED",
        /// It is over, or was recorded afterwards.
        Ended = 3 "ENDED",
    }
}

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
    /// The times throughout which was spoken, in their order; none where only
    /// beginning and end are known, or nothing.
    #[n(10)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub intervals: Vec<SpeechInterval>,
    /// The figures of the speaker's region, frozen: a document, in the encoding of
    /// the protos, whose numbers are never used again. None where the speech was
    /// written together with its meeting.
    #[n(11)]
    pub statistics: Option<ByteVec>,
}

/// A time throughout which somebody spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SpeechInterval {
    /// When it began.
    #[n(1)]
    pub start_time: Instant,
    /// When it ended; none while it goes on.
    #[n(2)]
    pub end_time: Option<Instant>,
}

impl Speech {
    /// Whether it goes on.
    #[must_use]
    pub fn state(&self) -> SpeechState {
        match self.intervals.last() {
            Some(SpeechInterval { end_time: None, .. }) => SpeechState::Running,
            Some(_) if self.end_time.is_none() => SpeechState::Paused,
            _ => SpeechState::Ended,
        }
    }

    /// The times throughout which was spoken.
    pub fn spans(&self) -> impl Iterator<Item = SpeechInterval> {
        let alone =
            self.start_time.filter(|_| self.intervals.is_empty() && self.end_time.is_some());
        let alone = alone.map(|start_time| SpeechInterval { start_time, end_time: self.end_time });
        self.intervals.iter().copied().chain(alone)
    }

    /// Seconds throughout which was spoken, rounded down; of what goes on, up to
    /// the last pause.
    #[must_use]
    pub fn spoken_seconds(&self) -> i64 {
        let micros = self.spans().map(|span| {
            span.end_time.map_or(0, |end| end.micros().saturating_sub(span.start_time.micros()))
        });
        micros.sum::<i64>().max(0) / MICROS_PER_SECOND
    }

    /// Sets the times throughout which was spoken, and what follows from them.
    pub(super) fn set_intervals(&mut self, intervals: Vec<SpeechInterval>) {
        self.start_time = intervals.first().map(|interval| interval.start_time);
        self.end_time = intervals.last().and_then(|interval| interval.end_time);
        self.intervals = intervals;
    }
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
