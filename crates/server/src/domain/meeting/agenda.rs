//! The agenda of a meeting: its sections and its items.

use minicbor::{Decode, Encode};

use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{Kind, References};
use crate::domain::numbered::numbered;
use crate::domain::stored::{is_false, is_zero};

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

numbered! {
    /// What became of an agenda item.
    AgendaOutcome {
        /// It was dealt with.
        DealtWith = 1 "DEALT_WITH",
        /// It was put off, and is carried over.
        Postponed = 2 "POSTPONED",
        /// It was struck off, and isn't carried over.
        Dropped = 3 "DROPPED",
    }
}

/// A section of the agenda.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AgendaSection {
    /// Id within its meeting; none until `Meeting::assign_ids`.
    #[n(1)]
    pub id: Option<Id>,
    /// Title.
    #[n(2)]
    pub title: String,
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
    /// Section that it stands in.
    #[n(8)]
    pub section: Option<Id>,
    /// When it is to begin.
    #[n(9)]
    pub start_time: Option<Instant>,
    /// Policies it is about.
    #[n(10)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub policies: Vec<Id>,
    /// Whether it is carried over whatever came of it.
    #[n(11)]
    #[cbor(skip_if = "is_false")]
    pub recurring: bool,
    /// What became of it; none where that isn't recorded.
    #[n(12)]
    pub outcome: Option<AgendaOutcome>,
    /// What there is to say of that; may be empty.
    #[n(13)]
    #[cbor(skip_if = "String::is_empty")]
    pub outcome_note: String,
    /// Minutes that it took; 0 where that isn't recorded.
    #[n(14)]
    #[cbor(skip_if = "is_zero")]
    pub actual_minutes: i32,
    /// Meeting from which it was carried over.
    #[n(15)]
    pub carried_from: Option<Id>,
    /// Id that it had there, or in the backlog of the series.
    #[n(16)]
    pub carried_item: Option<Id>,
    /// Meeting that took it over.
    #[n(17)]
    pub carried_to: Option<Id>,
}

impl AgendaItem {
    /// An item with nothing that isn't required.
    #[must_use]
    pub fn new(kind: AgendaItemKind, title: String) -> Self {
        Self {
            id: None,
            kind,
            title,
            planned_minutes: 0,
            presenter: None,
            notes: String::new(),
            projects: Vec::new(),
            section: None,
            start_time: None,
            policies: Vec::new(),
            recurring: false,
            outcome: None,
            outcome_note: String::new(),
            actual_minutes: 0,
            carried_from: None,
            carried_item: None,
            carried_to: None,
        }
    }

    /// Minutes by which it took longer than planned; 0 where nothing was planned
    /// or recorded.
    #[must_use]
    pub fn overrun_minutes(&self) -> i32 {
        let planned = self.planned_minutes > 0;
        if planned { (self.actual_minutes - self.planned_minutes).max(0) } else { 0 }
    }

    /// From when to when it is to be dealt with, in microseconds since 1970; none
    /// where it has no time.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        const MICROS_PER_MINUTE: i64 = 60_000_000;
        let start = self.start_time?.micros();
        Some((start, start + i64::from(self.planned_minutes) * MICROS_PER_MINUTE))
    }

    /// The records that it names.
    pub(in crate::domain) fn refer(found: &mut References, item: &Self) {
        found.many("projects", Kind::Project, &item.projects).many(
            "policies",
            Kind::Policy,
            &item.policies,
        );
    }
}
