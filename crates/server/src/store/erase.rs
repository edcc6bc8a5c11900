//! Erasing: a deleted record goes out of the store with all that leads to it:
//! its index entries, codes, versions and counts.
//!
//! What it was stays in the journal, until that is purged. The record itself
//! goes in the first commit, so nobody ever reads a part of it. Where a commit
//! can't hold all its versions, or the journal is to be purged, that commit also
//! says what is left to do; whoever comes next goes on, and meanwhile no record
//! with the same id is created.

use bytes::Bytes;
use minicbor::{Decode, Encode};

use super::Store;
use super::call::Call;
use super::change::MAX_ATTEMPTS;
use super::key::{self, Key, Table};
use super::record::{Record, Stored};
use super::transaction::{Transaction, index_keys};
use super::{unique, uses};
use crate::domain::action::Action;
use crate::domain::decision::Decision;
use crate::domain::edition::Edition;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::meeting::Meeting;
use crate::domain::meeting_series::MeetingSeries;
use crate::domain::meeting_template::MeetingTemplate;
use crate::domain::minutes::Minutes;
use crate::domain::observation::Observation;
use crate::domain::project::Project;
use crate::domain::reference::{Cluster, Indicator, Industry, Organisation, Policy, Region};
use crate::domain::report::Report;
use crate::domain::reporting_period::ReportingPeriod;
use crate::domain::review_delegation::ReviewDelegation;
use crate::domain::target::Target;
use crate::domain::training::{Course, Enrolment, TrainingSession};
use crate::engine::{Class, Direction, Entry, Operation, Precondition, Range};
use crate::error::{Error, Result};

/// Operations from which on a commit takes no more records.
pub const MAX_ERASED: usize = 1_000;
/// Operations from which on it takes no more versions of them.
const MAX_OPERATIONS: usize = 2 * MAX_ERASED;
/// Bytes of records from which on a commit takes no more of them (16 MiB).
const MAX_ERASED_BYTES: usize = 16 * 1024 * 1024;
/// Deleted records that are read at once.
const PAGE: usize = 256;

/// What is left to do of a record that is being erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Left {
    /// Versions that are still indexed: 1 to this.
    #[n(0)]
    versions: u64,
    /// Whether the journal is to be purged, too.
    #[n(1)]
    purge: bool,
}

/// A record that is gone from the store, and that the journal is to be purged
/// of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Keys of records whose values are to be purged.
    pub keys: Vec<Vec<u8>>,
    /// Revision through which the values were written.
    pub revision: u64,
}

/// What the erasure of old records came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many records were erased.
    pub erased: usize,
    /// Names of those that live records name: they stay for now.
    pub kept: Vec<String>,
}

impl Left {
    fn read(entry: &Entry) -> Result<Self> {
        minicbor::decode(&entry.value).map_err(|error| Error::Damaged(error.to_string().into()))
    }
}

impl Transaction {
    /// Stages the erasure of a record of any kind; `purge` says whether the
    /// journal will be purged, too. Answers how many bytes the record has.
    async fn erase(&mut self, kind: Kind, id: &Id, purge: bool) -> Result<usize> {
        match kind {
            Kind::Region => self.erase_one::<Region>(id, purge).await,
            Kind::Industry => self.erase_one::<Industry>(id, purge).await,
            Kind::Cluster => self.erase_one::<Cluster>(id, purge).await,
            Kind::Organisation => self.erase_one::<Organisation>(id, purge).await,
            Kind::Policy => self.erase_one::<Policy>(id, purge).await,
            Kind::Project => self.erase_one::<Project>(id, purge).await,
            Kind::Meeting => self.erase_one::<Meeting>(id, purge).await,
            Kind::Report => self.erase_one::<Report>(id, purge).await,
            Kind::Indicator => self.erase_one::<Indicator>(id, purge).await,
            Kind::Observation => self.erase_one::<Observation>(id, purge).await,
            Kind::Target => self.erase_one::<Target>(id, purge).await,
            Kind::Edition => self.erase_one::<Edition>(id, purge).await,
            Kind::ReportingPeriod => self.erase_one::<ReportingPeriod>(id, purge).await,
            Kind::ReviewDelegation => self.erase_one::<ReviewDelegation>(id, purge).await,
            Kind::Course => self.erase_one::<Course>(id, purge).await,
            Kind::TrainingSession => self.erase_one::<TrainingSession>(id, purge).await,
            Kind::Enrolment => self.erase_one::<Enrolment>(id, purge).await,
            Kind::Decision => self.erase_one::<Decision>(id, purge).await,
            Kind::Action => self.erase_one::<Action>(id, purge).await,
            Kind::MeetingSeries => self.erase_one::<MeetingSeries>(id, purge).await,
            Kind::MeetingTemplate => self.erase_one::<MeetingTemplate>(id, purge).await,
            Kind::Minutes => self.erase_one::<Minutes>(id, purge).await,
        }
    }

    async fn erase_one<R: Record>(&mut self, id: &Id, purge: bool) -> Result<usize> {
        let old = self.reader.get::<R>(id).await?;
        if !old.is_deleted() {
            return Err(Error::NotDeletedYet { name: old.name() });
        }
        self.require_unused(&old).await?;
        let record = key::record(R::KIND, id);
        self.require(Precondition::At(record.clone(), old.revision));
        self.delete(Class::Record, record);
        for key in entries(&old) {
            self.delete(Class::Index, key);
        }
        self.delete(Class::Cell, uses::key(R::KIND, id));
        // No tree changes: a deleted record is in none.
        self.staged.insert((R::KIND, id.clone()), false);
        let mark = key::erasing(R::KIND, id);
        self.require(Precondition::Absent(mark.clone()));
        self.erase_versions(R::KIND, id, mark, Left { versions: old.meta.version, purge })?;
        Ok(old.write()?.len())
    }

    /// Goes on with a record of which something is left.
    fn erase_rest(&mut self, kind: Kind, id: &Id, entry: &Entry, purge: bool) -> Result<()> {
        let mark = key::erasing(kind, id);
        let left = Left::read(entry)?;
        self.require(Precondition::At(mark.clone(), entry.revision));
        self.erase_versions(kind, id, mark, Left { purge: left.purge || purge, ..left })
    }

    /// Takes versions out of their index, the newest first, as many as there is
    /// room for. They are numbered without gaps.
    fn erase_versions(&mut self, kind: Kind, id: &Id, mark: Vec<u8>, left: Left) -> Result<()> {
        let room = MAX_OPERATIONS.saturating_sub(self.operations.len()) as u64;
        let rest = Left { versions: left.versions.saturating_sub(room), ..left };
        for version in rest.versions + 1..=left.versions {
            self.delete(Class::Index, key::version(kind, id, version));
        }
        if rest == Left::default() {
            self.delete(Class::Internal, mark);
        } else {
            let value = minicbor::to_vec(rest);
            let value = value.map_err(|error| Error::internal(error.to_string()))?;
            self.put_internal(mark, Bytes::from(value));
        }
        Ok(())
    }

    fn delete(&mut self, class: Class, key: Vec<u8>) {
        self.operations.insert(key.clone(), Operation::Delete { class, key });
    }
}

/// The keys that lead to a record, besides those of its versions.
fn entries<R: Record>(stored: &Stored<R>) -> Vec<Vec<u8>> {
    let mut keys = index_keys(stored, true);
    let codes = stored.record.unique();
    keys.extend(codes.iter().map(|code| unique::key(R::KIND, code.field, &code.code)));
    keys
}

impl Store {
    /// Up to when records must have been deleted to be erased now; none where
    /// they are kept for ever.
    #[must_use]
    pub fn deleted_until(&self, now: Instant) -> Option<Instant> {
        let kept = i64::try_from(self.inner.options.deleted_retention?.as_micros()).ok()?;
        Instant::from_micros(now.micros().checked_sub(kept)?).ok()
    }

    /// Erases the records that were deleted at `until` or before, in bounded
    /// commits of the principal in `call`, and what is left of others. What live
    /// records name is kept. It may run at several places at once, and be ended
    /// at any time: the next one finds what is left.
    ///
    /// # Errors
    /// Those of the engine, and [`Error::Conflict`] where others keep changing
    /// the same records.
    pub async fn erase_deleted(&self, call: &Call, until: Instant) -> Result<Swept> {
        let swept = self.erase_records(call, until).await;
        self.erase_leftovers(call).await?;
        swept
    }

    async fn erase_records(&self, call: &Call, until: Instant) -> Result<Swept> {
        let mut swept = Swept::default();
        let start = Key::new(Table::Deleted).done();
        let end = Key::new(Table::Deleted).number(until.micros().saturating_add(1)).done();
        let mut range = Some(Range { start, end: Some(end) });
        let mut attempt = 1;
        while let Some(now) = range.take() {
            match self.sweep(call, &now, &mut swept).await {
                Ok(rest) => (range, attempt) = (rest, 1),
                Err(Error::Conflict) if attempt < MAX_ATTEMPTS => {
                    self.pause(attempt).await;
                    (range, attempt) = (Some(now), attempt + 1);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(swept)
    }

    /// Erases the first of a range of deleted records; answers what comes after
    /// them.
    async fn sweep(&self, call: &Call, range: &Range, swept: &mut Swept) -> Result<Option<Range>> {
        let reader = self.reader().await?;
        let page = reader.scan(range, Direction::Forward, PAGE).await?;
        let mut rest = page.rest(range, Direction::Forward);
        let mut transaction = Transaction::new(reader, call);
        let (mut erased, mut bytes, mut kept) = (0, 0, Vec::new());
        for (key, _) in &page.entries {
            if transaction.operations.len() >= MAX_ERASED || bytes >= MAX_ERASED_BYTES {
                rest = Some(Range { start: key.clone(), end: range.end.clone() });
                break;
            }
            let (kind, id) = named(key, 1 + size_of::<i64>())?;
            match transaction.erase(kind, &id, false).await {
                Ok(size) => (erased, bytes) = (erased + 1, bytes + size),
                Err(Error::InUse { name, .. }) => kept.push(name),
                Err(error) => return Err(error),
            }
        }
        if erased > 0 {
            self.commit(transaction).await?;
        }
        swept.erased += erased;
        swept.kept.extend(kept);
        Ok(rest)
    }

    /// Takes out versions of records that are gone.
    async fn erase_leftovers(&self, call: &Call) -> Result<()> {
        let mut range = Some(Range::prefix(&Key::new(Table::Erasing).done()));
        while let Some(now) = range.take() {
            let page = self.reader().await?.scan(&now, Direction::Forward, PAGE).await?;
            for (key, _) in &page.entries {
                let (kind, id) = named(key, 1)?;
                self.erase_versions_of(call, kind, &id).await?;
            }
            range = page.rest(&now, Direction::Forward);
        }
        Ok(())
    }

    /// Takes out all versions of a record that is gone; answers the revision of
    /// the commit that said last what is left, where the journal is to be
    /// purged.
    async fn erase_versions_of(&self, call: &Call, kind: Kind, id: &Id) -> Result<Option<u64>> {
        loop {
            let reader = self.reader().await?;
            let Some(entry) = reader.entry(key::erasing(kind, id)).await? else {
                return Ok(None);
            };
            let left = Left::read(&entry)?;
            if left.versions == 0 && left.purge {
                return Ok(Some(entry.revision));
            }
            let mut transaction = Transaction::new(reader, call);
            transaction.erase_rest(kind, id, &entry, false)?;
            self.commit_or_not(transaction).await?;
        }
    }

    /// Erases a deleted record of any kind at once, for the journal to be purged
    /// of it: [`Store::purge_goes_on`] and [`Store::purge_ended`] follow. No
    /// record with its id is created until then. Called again, it goes on where
    /// it was left, and answers the same keys. The reason is the note of `call`.
    ///
    /// With `allow_missing` a record that isn't there is none that is unknown:
    /// the journal may hold what was erased long ago. With `validate_only` in
    /// `call` it says only whether it would.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NotDeletedYet`]; [`Error::InUse`] for what
    /// live records name; [`Error::Conflict`]; those of the engine.
    pub async fn erase(
        &self,
        call: &Call,
        kind: Kind,
        id: &Id,
        allow_missing: bool,
    ) -> Result<Erased> {
        let keys = vec![key::record(kind, id)];
        let mut attempt = 1;
        loop {
            match self.try_erase(call, kind, id, allow_missing).await {
                Err(Error::Conflict) if attempt < MAX_ATTEMPTS => {
                    self.pause(attempt).await;
                    attempt += 1;
                }
                Err(error) => return Err(error),
                Ok(revision) if call.validate_only => return Ok(Erased { keys, revision }),
                Ok(_) => match self.erase_versions_of(call, kind, id).await? {
                    Some(revision) => return Ok(Erased { keys, revision }),
                    // Another purge of it has ended meanwhile.
                    None => return Err(Error::NotFound { name: kind::name(kind, id) }),
                },
            }
        }
    }

    async fn try_erase(
        &self,
        call: &Call,
        kind: Kind,
        id: &Id,
        allow_missing: bool,
    ) -> Result<u64> {
        let reader = self.reader().await?;
        let revision = reader.revision();
        let record = key::record(kind, id);
        let mark = key::erasing(kind, id);
        let found = reader.snapshot.get(&[record.clone(), mark.clone()]).await?;
        let mut transaction = Transaction::new(reader, call);
        match found.as_slice() {
            [None, Some(entry)] => transaction.erase_rest(kind, id, entry, true)?,
            [None, None] if allow_missing => {
                transaction.require(Precondition::Absent(record));
                transaction.require(Precondition::Absent(mark.clone()));
                let left = Left { versions: 0, purge: true };
                transaction.erase_versions(kind, id, mark, left)?;
            }
            // That it isn't there is told as ever.
            _ => {
                transaction.erase(kind, id, true).await?;
            }
        }
        if call.validate_only { Ok(revision) } else { self.commit(transaction).await }
    }

    /// An ordinary commit which says that the purge of a record goes on: it lies
    /// between the bases that are made for it.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn purge_goes_on(&self, call: &Call, kind: Kind, id: &Id) -> Result<()> {
        let reader = self.reader().await?;
        if let Some(entry) = reader.entry(key::erasing(kind, id)).await? {
            let mut transaction = Transaction::new(reader, call);
            transaction.erase_rest(kind, id, &entry, true)?;
            return self.commit_or_not(transaction).await;
        }
        Ok(())
    }

    /// Where another was faster with the same, that is as good.
    async fn commit_or_not(&self, transaction: Transaction) -> Result<()> {
        match self.commit(transaction).await {
            Ok(_) | Err(Error::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Says that the journal was purged of a record: one with its id may be
    /// created again.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn purge_ended(&self, call: &Call, kind: Kind, id: &Id) -> Result<()> {
        let mark = key::erasing(kind, id);
        let reader = self.reader().await?;
        if let Some(entry) = reader.entry(mark.clone()).await? {
            let mut transaction = Transaction::new(reader, call);
            transaction.require(Precondition::At(mark.clone(), entry.revision));
            transaction.delete(Class::Internal, mark);
            return self.commit_or_not(transaction).await;
        }
        Ok(())
    }
}

/// The record that a key names after its first bytes.
pub(super) fn named(key: &[u8], at: usize) -> Result<(Kind, Id)> {
    let damaged = || Error::Damaged("a key names no record where it should".into());
    let (number, id) = key.get(at..).and_then(<[u8]>::split_first).ok_or_else(damaged)?;
    let kind = Kind::from_number(i32::from(*number)).ok_or_else(damaged)?;
    Ok((kind, super::id_of(id)?))
}
