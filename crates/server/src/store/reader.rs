//! Reading: everything an RPC reads, it reads through one [`Reader`], and so
//! from one revision.

use std::sync::Arc;

use uuid::Uuid;

use super::StoreInner;
use super::key::{self, Key, Table};
use super::record::{Meta, Record, Stored};
use super::statistics::QueryLimits;
use super::tree::Trees;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::project::light::LightRules;
use crate::domain::review_level::ReviewLevel;
use crate::domain::tree::{Boundaries, DatedTree};
use crate::engine::{self, Direction, Entry, Range, Scan, Snapshot};
use crate::error::{Error, Result};

/// A view of the store at one revision.
pub struct Reader {
    pub(super) inner: Arc<StoreInner>,
    pub(super) snapshot: Box<dyn Snapshot>,
    pub(super) epoch: Uuid,
}

impl Reader {
    /// The revision that is seen.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.snapshot.revision()
    }

    /// A record, also a deleted one.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get<R: Record>(&self, id: &Id) -> Result<Stored<R>> {
        self.find(id).await?.ok_or_else(|| Error::NotFound { name: kind::name(R::KIND, id) })
    }

    /// A record, also a deleted one, where there is one.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn find<R: Record>(&self, id: &Id) -> Result<Option<Stored<R>>> {
        let entry = self.entry(key::record(R::KIND, id)).await?;
        entry.map(|entry| Stored::read(id.clone(), self, &entry)).transpose()
    }

    /// Records in the order of their ids; what is missing is none.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn find_many<R: Record>(&self, ids: &[Id]) -> Result<Vec<Option<Stored<R>>>> {
        let keys: Vec<_> = ids.iter().map(|id| key::record(R::KIND, id)).collect();
        let entries = self.snapshot.get(&keys).await?;
        let read = |(id, entry): (&Id, Option<Entry>)| {
            entry.map(|entry| Stored::read(id.clone(), self, &entry)).transpose()
        };
        ids.iter().zip(entries).map(read).collect()
    }

    /// The record of a kind that has a unique code, deleted or not.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn holder(&self, kind: Kind, field: u8, code: &str) -> Result<Option<Id>> {
        let entry = self.entry(super::unique::key(kind, field, code)).await?;
        entry.map(|entry| super::id_of(&entry.value)).transpose()
    }

    /// Whether a transaction has marked the store so.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn is_marked(&self, name: &str) -> Result<bool> {
        Ok(self.entry(key::mark(name)).await?.is_some())
    }

    /// Whether there is no record of any kind.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn is_empty(&self) -> Result<bool> {
        let records = Range::prefix(&Key::new(Table::Record).done());
        let found = self.snapshot.scan(&records, Direction::Forward, 1).await?;
        Ok(found.entries.is_empty())
    }

    /// The tree of a kind's records at all times, without the deleted ones.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn tree(&self, kind: Kind) -> Result<Arc<DatedTree>> {
        Trees::get(self, kind).await.map(|(_, tree)| tree)
    }

    /// The regions in the boundaries of a day.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn boundaries(&self, day: Date) -> Result<Arc<Boundaries>> {
        Trees::boundaries(self, day).await
    }

    /// How much one query of statistics may read.
    #[must_use]
    pub fn query_limits(&self) -> QueryLimits {
        self.inner.options.query
    }

    /// From where on lights change.
    #[must_use]
    pub fn light_rules(&self) -> LightRules {
        self.inner.options.lights
    }

    /// The highest level that reviews reports.
    #[must_use]
    pub fn highest_level(&self) -> ReviewLevel {
        self.inner.options.highest_level
    }

    /// When a record that is kept like this will be erased. What would be after
    /// the last instant there is never will.
    pub(super) fn purge_time(&self, meta: &Meta) -> Option<Instant> {
        let kept = i64::try_from(self.inner.options.deleted_retention?.as_micros()).ok()?;
        Instant::from_micros(meta.delete_time?.micros().checked_add(kept)?).ok()
    }

    pub(super) async fn entry(&self, key: Vec<u8>) -> Result<Option<Entry>> {
        Ok(self.snapshot.get(&[key]).await?.pop().flatten())
    }

    pub(super) async fn scan(
        &self,
        range: &Range,
        direction: Direction,
        limit: usize,
    ) -> Result<Scan> {
        Ok(self.snapshot.scan(range, direction, limit).await?)
    }
}

impl From<engine::Error> for Error {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::Conflict { .. } => Self::Conflict,
            engine::Error::TooLarge { unit, actual, limit } => {
                Self::TooLarge(format!("it needs {actual} {unit}, and one commit holds {limit}"))
            }
            engine::Error::Overflow { .. } => Self::TooLarge(
                "a sum would go beyond 64 bits, 92 million billion yuan: look for amounts that \
                 can't be right"
                    .to_owned(),
            ),
            engine::Error::Busy | engine::Error::SnapshotExpired => Self::Overloaded,
            engine::Error::NotApplied => Self::DiskFull,
            engine::Error::ReadOnly(why) => Self::ReadOnly(why),
            engine::Error::Unknown => Self::OutcomeUnknown,
            engine::Error::Damaged { .. } => Self::Damaged(error.into()),
            engine::Error::Malformed(_)
            | engine::Error::CursorUnknown
            | engine::Error::Compacted { .. }
            | engine::Error::Unpurgeable { .. }
            | engine::Error::Refused(_)
            | engine::Error::Fatal { .. } => Self::Internal(error.into()),
        }
    }
}
