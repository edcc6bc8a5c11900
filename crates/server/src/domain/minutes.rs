//! Minutes: what is on record of a meeting, approved and issued.

mod check;
pub mod state;

use minicbor::{Decode, Encode};

use super::id::Id;
use super::instant::Instant;
use super::kind::{Kind, Reference, References};
use super::meeting::assign_ids;
use super::numbered::numbered;
use super::stored::is_zero;

pub use check::Recorded;
pub use state::MinutesState;

numbered! {
    /// Kind of an entry.
    MinutesEntryKind {
        /// Something was told or discussed.
        Information = 1 "INFORMATION",
        /// Something was decided.
        Decision = 2 "DECISION",
        /// Something is to be done.
        Action = 3 "ACTION",
    }
}

/// The minutes of a meeting; their id is the meeting's.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Minutes {
    /// State.
    #[n(8)]
    pub state: MinutesState,
    /// The meeting.
    #[n(10)]
    pub meeting: Id,
    /// Who takes them; may be empty.
    #[n(11)]
    #[cbor(skip_if = "String::is_empty")]
    pub recorder: String,
    /// Entries, in order.
    #[n(12)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub entries: Vec<MinutesEntry>,
    /// Who gave them into review; none while they are a draft.
    #[n(14)]
    pub submission: Option<MinutesStep>,
    /// Who approved them; none while they aren't.
    #[n(15)]
    pub approval: Option<MinutesStep>,
    /// Who returned them last; none once they are in review again.
    #[n(16)]
    pub returned: Option<MinutesStep>,
    /// Addenda to the version that is issued.
    #[n(17)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub addenda: Vec<MinutesAddendum>,
    /// The versions that were issued, the first one first.
    #[n(18)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub versions: Vec<IssuedVersion>,
    /// Who opened the version that is written, and why; none for the first one.
    #[n(19)]
    pub opening: Option<MinutesStep>,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MinutesEntry {
    /// Id within its minutes; none until [`Minutes::assign_ids`].
    #[n(1)]
    pub id: Option<Id>,
    /// Kind of entry.
    #[n(2)]
    pub kind: MinutesEntryKind,
    /// What is on record.
    #[n(3)]
    pub text: String,
    /// Item of the meeting's agenda it belongs to.
    #[n(4)]
    pub agenda_item: Option<Id>,
    /// Speech it belongs to.
    #[n(5)]
    pub speech: Option<Id>,
    /// Decision that it puts on record.
    #[n(6)]
    pub decision: Option<Id>,
    /// Action that it puts on record.
    #[n(7)]
    pub action: Option<Id>,
}

/// A step on the way of minutes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MinutesStep {
    /// The person, as the caller named it.
    #[n(1)]
    pub person: String,
    /// Who called.
    #[n(2)]
    pub principal: String,
    /// When.
    #[n(3)]
    pub time: Instant,
    /// Why, or a remark; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub reason: String,
}

/// An addendum to issued minutes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MinutesAddendum {
    /// Its number among those of its version, from 1.
    #[n(1)]
    pub number: u32,
    /// What it says.
    #[n(2)]
    pub text: String,
    /// Who added it.
    #[n(3)]
    pub step: MinutesStep,
}

/// A version that was issued. A commit doesn't know its own revision, so the
/// next change of the minutes writes it down.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IssuedVersion {
    /// Its number, from 1.
    #[n(1)]
    pub number: u32,
    /// Who issued it.
    #[n(2)]
    pub issue: MinutesStep,
    /// Revision in which it was issued; none for the revision of this very
    /// version of the record.
    #[n(3)]
    pub issue_revision: Option<u64>,
    /// Revision in which it is readable with all its addenda; none while it is
    /// the one in force.
    #[n(4)]
    pub revision: Option<u64>,
    /// How many addenda it has.
    #[n(5)]
    #[cbor(skip_if = "is_zero")]
    pub addendum_count: u32,
}

impl Minutes {
    /// Number of the version that was issued last; 0 for none.
    #[must_use]
    pub fn issued_version(&self) -> u32 {
        self.versions.last().map_or(0, |version| version.number)
    }

    /// Gives an id to every entry that has none: `entry-1`, `entry-2` …
    pub fn assign_ids(&mut self) {
        assign_ids("entry", self.entries.iter_mut().map(|entry| &mut entry.id).collect());
    }

    /// The records they name.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default()
            .one("meeting", Kind::Meeting, &self.meeting)
            .items("entries", &self.entries, MinutesEntry::refer)
            .take()
    }

    /// The decisions that its entries name.
    pub fn decisions(&self) -> impl Iterator<Item = &Id> {
        self.entries.iter().filter_map(|entry| entry.decision.as_ref())
    }

    /// The actions that its entries name.
    pub fn actions(&self) -> impl Iterator<Item = &Id> {
        self.entries.iter().filter_map(|entry| entry.action.as_ref())
    }
}

impl MinutesEntry {
    fn refer(found: &mut References, entry: &Self) {
        found.one("decision", Kind::Decision, &entry.decision).one(
            "action",
            Kind::Action,
            &entry.action,
        );
    }
}
