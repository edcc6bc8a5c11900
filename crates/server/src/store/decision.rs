//! Decisions in the store: how they are found and numbered, and what one makes
//! of those in whose place it stands.

use super::index::{self, Index, Indexes};
use super::key::{self, Key};
use super::record::{Line, Meta, Record, Stored, Unique};
use super::transaction::Transaction;
use crate::domain::date::Date;
use crate::domain::decision::{Decision, DecisionState};
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind, Reference};
use crate::domain::meeting::Meeting;
use crate::engine::{Direction, Range};
use crate::error::{Error, Reason, Result, Violations};

/// Number of the field of a decision's number.
const NUMBER: u8 = 12;
/// Most decisions that stand one above another.
const MAX_CHAIN: usize = 1_000;

impl Record for Decision {
    const KIND: Kind = Kind::Decision;
    // Those of one office would all take the same number.
    const LINE: Line = Line::OfKind;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = || Key::part().number(meta.create_time.micros());
        let by = |id: &Id| Key::part().text(id.as_str());
        indexes.add(Index::DecisionCreated, Key::part(), created());
        indexes.add(Index::DecisionMeetingCreated, by(&self.meeting), created());
        indexes.add(Index::DecisionHostCreated, by(&self.host), created());
        for project in &self.projects {
            indexes.add(Index::DecisionProjectCreated, by(project), created());
        }
        for region in &self.regions {
            indexes.add(Index::DecisionRegionCreated, by(region), created());
        }
        let of = of_year(&self.host, self.decided_date.year());
        indexes.add(Index::DecisionNumber, of, Key::part().number(self.number.into()));
    }

    /// Of one host and year no two have the same number, deleted ones too.
    fn unique(&self) -> Vec<Unique> {
        let code = format!("{}/{}", self.host, self.shown_number());
        vec![Unique { field: NUMBER, what: "number of the decision", code }]
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        self.regions.iter().any(|region| regions.binary_search(region).is_ok())
    }

    async fn relate(
        &mut self,
        id: &Id,
        old: Option<&Self>,
        transaction: &mut Transaction,
        v: &mut Violations,
    ) -> Result<()> {
        if old.is_none_or(|old| old.agenda_item != self.agenda_item) {
            // Where the meeting isn't there that is told anyhow.
            let Some(meeting) = transaction.depend_on::<Meeting>(&self.meeting).await? else {
                return Ok(());
            };
            self.check_agenda_item(&meeting.record, v);
            if old.is_none() {
                meeting.record.check_not_cancelled("meeting", v);
                self.host = meeting.record.host;
                if self.regions.is_empty() {
                    self.regions.push(meeting.record.region);
                }
                self.number =
                    transaction.next_decision(&self.host, self.decided_date.year()).await?;
            }
        }
        let kept = old.map(|old| old.supersedes.as_slice()).unwrap_or_default();
        for (at, other) in self.supersedes.iter().enumerate() {
            if !kept.contains(other)
                && let Some((reason, text)) = self.bars(id, other, transaction).await?
            {
                v.add(&format!("supersedes[{at}]"), reason, text);
            }
        }
        Ok(())
    }

    async fn follow(
        transaction: &mut Transaction,
        old: Option<&Stored<Self>>,
        new: &Stored<Self>,
    ) -> Result<()> {
        let (before, after) = (old.map(replaced).unwrap_or_default(), replaced(new));
        for other in before.iter().filter(|other| !after.contains(other)) {
            if let Some(other) = transaction.depend_on::<Self>(other).await?
                && other.record.superseded_by.as_ref() == Some(&new.id)
            {
                let mut restored = other.record.clone();
                restored.restore();
                transaction.update(&other, restored).await?;
            }
        }
        for other in after.iter().filter(|other| !before.contains(other)) {
            let Some(other) = transaction.depend_on::<Self>(other).await? else { continue };
            // It may come back after something else took its place.
            if let Some((reason, why)) = other.record.taken(&other.name()) {
                return Err(Error::Refused { name: new.name(), reason, why });
            }
            let mut superseded = other.record.clone();
            superseded.supersede(&new.id);
            transaction.update(&other, superseded).await?;
        }
        Ok(())
    }
}

impl Decision {
    fn check_agenda_item(&self, meeting: &Meeting, v: &mut Violations) {
        if let Some(item) = &self.agenda_item
            && !meeting.agenda.iter().any(|one| one.id.as_ref() == Some(item))
        {
            let text = format!("is {item}, an id that no item of the meeting's agenda has");
            v.add("agenda_item", Reason::ReferenceUnknown, text);
        }
    }

    /// Why another decision can't be superseded by this one, which has the id.
    async fn bars(
        &self,
        id: &Id,
        other: &Id,
        transaction: &mut Transaction,
    ) -> Result<Option<(Reason, String)>> {
        if other == id {
            let text = "names the decision itself: remove it here".to_owned();
            return Ok(Some((Reason::DecisionSupersedesItself, text)));
        }
        let name = kind::name(Kind::Decision, other);
        let mut above = self.superseded_by.clone();
        for _ in 0..MAX_CHAIN {
            let Some(next) = above else {
                let found = transaction.depend_on::<Self>(other).await?;
                return Ok(found.and_then(|found| found.record.taken(&name)));
            };
            if next == *other {
                let text = format!("names {name}, which stands in the place of this one");
                return Ok(Some((Reason::DecisionCycle, text)));
            }
            let found = transaction.depend_on::<Self>(&next).await?;
            above = found.and_then(|found| found.record.superseded_by);
        }
        Err(Error::TooLarge(format!("more than {MAX_CHAIN} decisions stand one above another")))
    }

    /// Why the decision `name` isn't there to be superseded.
    fn taken(&self, name: &str) -> Option<(Reason, String)> {
        match (self.state, &self.superseded_by) {
            (DecisionState::InForce, _) => None,
            (DecisionState::Withdrawn, _) => {
                let text = format!("{name} was withdrawn, so nothing can stand in its place");
                Some((Reason::DecisionWithdrawn, text))
            }
            (DecisionState::Superseded, by) => {
                let by = by.as_ref().map(|by| kind::name(Kind::Decision, by)).unwrap_or_default();
                let text = format!("{name} is superseded by {by} already: supersede that one");
                Some((Reason::DecisionSupersededAlready, text))
            }
        }
    }
}

/// The decisions in whose place one stands: none, where it is deleted or was withdrawn.
fn replaced(stored: &Stored<Decision>) -> Vec<Id> {
    let is_withdrawn = stored.record.state == DecisionState::Withdrawn;
    if stored.is_deleted() || is_withdrawn { Vec::new() } else { stored.record.supersedes.clone() }
}

/// Component by which the decisions of a host and year are found.
fn of_year(host: &Id, year: i32) -> Key {
    Key::part().text(host.as_str()).number(year.into())
}

impl Transaction {
    /// The number that the next decision of a host and year has, after those that
    /// are staged: deleted ones keep theirs.
    async fn next_decision(&self, host: &Id, year: i32) -> Result<u32> {
        let mut greatest = 0;
        for deleted in [false, true] {
            let by = of_year(host, year).done();
            let prefix = index::range(Index::DecisionNumber, deleted, &by);
            let range = Range::prefix(&prefix);
            let last = self.reader.scan(&range, Direction::Reverse, 1).await?;
            let last = last.entries.into_iter().next().map(|(key, _)| key);
            let staged = self.operations.range(prefix.clone()..).map(|(key, _)| key);
            let staged = staged.take_while(|key| key.starts_with(&prefix)).last().cloned();
            for key in last.into_iter().chain(staged) {
                let number = key.get(prefix.len()..prefix.len() + 8).unwrap_or_default();
                let number = <[u8; 8]>::try_from(number).map(key::read_number);
                let damaged = |_| Error::Damaged("an index entry of a decision isn't one".into());
                greatest = greatest.max(number.map_err(damaged)?);
            }
        }
        Ok(u32::try_from(greatest).unwrap_or(u32::MAX).saturating_add(1))
    }
}
