//! Versions of records. The index of versions names the revisions; what a
//! record was then, and who changed it, comes from the engine's feed.

use std::time::Duration;

use super::key;
use super::list::{Page, Verdict};
use super::reader::Reader;
use super::record::{Record, Stored};
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::engine::{self, Change, Context, Cursor, Direction, Entry, Range, Scan, Value};
use crate::error::{Error, Result};

/// A version of a record.
#[derive(Clone, Debug)]
pub struct Version<R> {
    /// Revision of the commit that made it.
    pub revision: u64,
    /// Who made it, when and how.
    pub context: Context,
    /// The record before; none at its creation, and where that version is
    /// kept no longer.
    pub before: Option<Stored<R>>,
    /// The record after.
    pub after: Stored<R>,
}

impl Reader {
    /// What `judge` shows of a record's versions before the place `after`,
    /// newest first, up to `size` of them. It ends where a version is kept no
    /// longer.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn history<R: Record, T>(
        &self,
        id: &Id,
        after: Option<&[u8]>,
        size: usize,
        mut judge: impl FnMut(Version<R>) -> Result<Verdict<T>>,
    ) -> Result<Page<T>> {
        let newest = self.get::<R>(id).await?;
        let prefix = key::versions(R::KIND, id);
        let mut range = Range::prefix(&prefix);
        if let Some(place) = after {
            range.end = Some([prefix.as_slice(), place].concat());
        }
        let Scan { entries, more } = self.scan(&range, Direction::Reverse, size + 1).await?;
        let mut items = Vec::with_capacity(entries.len());
        let mut last = None;
        for (key, entry) in entries.iter().take(size) {
            let version = match self.version(&newest.id, entry.revision).await {
                Err(Error::VersionGone { .. }) => return Ok(Page { items, next: None }),
                version => version?,
            };
            match judge(version)? {
                Verdict::Show(item) => items.push(item),
                Verdict::Skip => {}
                Verdict::Full => return Ok(Page { items, next: last }),
            }
            last = Some(key[prefix.len()..].to_vec());
        }
        Ok(Page { items, next: last.filter(|_| more || entries.len() > size) })
    }

    /// A record as it was at a revision.
    ///
    /// # Errors
    /// [`Error::RevisionNotReached`]; [`Error::NotFound`], and
    /// [`Error::NotYet`] where it was created later; [`Error::VersionGone`].
    pub async fn get_at<R: Record>(&self, id: &Id, revision: u64) -> Result<Stored<R>> {
        if revision > self.revision() {
            let newest = self.revision();
            return Err(Error::RevisionNotReached { asked: revision, newest });
        }
        let newest = self.get::<R>(id).await?;
        if newest.revision <= revision {
            return Ok(newest);
        }
        // Versions are numbered without gaps, and their revisions rise.
        let (mut known, mut after) = (0, newest.meta.version);
        let mut found = None;
        while after - known > 1 {
            let middle = known + (after - known) / 2;
            let written = self.revision_of::<R>(id, middle).await?;
            if written <= revision {
                (known, found) = (middle, Some(written));
            } else {
                after = middle;
            }
        }
        match found {
            Some(written) => self.at_revision(id, written).await,
            None => {
                let created = self.revision_of::<R>(id, 1).await?;
                Err(Error::NotYet { name: newest.name(), asked: revision, created })
            }
        }
    }

    /// The revision in which a version of a record was written.
    async fn revision_of<R: Record>(&self, id: &Id, version: u64) -> Result<u64> {
        let entry = self.entry(key::version(R::KIND, id, version)).await?;
        let missing = || Error::Damaged(format!("version {version} of {id} isn't indexed").into());
        entry.map(|entry| entry.revision).ok_or_else(missing)
    }

    /// A record as a commit left it.
    pub(super) async fn at_revision<R: Record>(&self, id: &Id, revision: u64) -> Result<Stored<R>> {
        self.version(id, revision).await.map(|version| version.after)
    }

    /// How many records of a kind a commit changed.
    pub(super) async fn count_changed(&self, kind: Kind, revision: u64) -> Result<usize> {
        let change = self.change(revision).await?;
        let change = change.ok_or_else(|| {
            Error::Damaged(format!("revision {revision} isn't in the journal").into())
        })?;
        let records = key::records(kind);
        Ok(change.records.iter().filter(|record| record.key.starts_with(&records)).count())
    }

    async fn change(&self, revision: u64) -> engine::Result<Option<Change>> {
        let cursor =
            Cursor { epoch: self.epoch, revision: revision.saturating_sub(1), chain: None };
        let mut changes = self.inner.engine.changes(&cursor, 1, Duration::ZERO).await?;
        Ok(changes.pop().filter(|change| change.revision == revision))
    }

    async fn version<R: Record>(&self, id: &Id, revision: u64) -> Result<Version<R>> {
        let change = match self.change(revision).await {
            Err(engine::Error::Compacted { .. }) => {
                return Err(gone::<R>(id, revision, "is older than what the journal keeps"));
            }
            change => change?.ok_or_else(|| missing(id, revision))?,
        };
        self.read_version(id, change)
    }

    fn read_version<R: Record>(&self, id: &Id, change: Change) -> Result<Version<R>> {
        let key = key::record(R::KIND, id);
        let revision = change.revision;
        let record = change.records.into_iter().find(|record| record.key == key);
        let record = record.ok_or_else(|| missing(id, revision))?;
        let read =
            |value, revision| Stored::<R>::read(id.clone(), self, &Entry { revision, value });
        let after = match record.new {
            Value::Present(value) => value,
            Value::Purged => return Err(gone::<R>(id, revision, "was purged")),
            Value::Absent | Value::Compacted => return Err(missing(id, revision)),
        };
        let before = match record.old {
            Value::Present(value) => Some(read(value, record.old_revision)?),
            Value::Absent | Value::Purged | Value::Compacted => None,
        };
        Ok(Version { revision, context: change.context, before, after: read(after, revision)? })
    }
}

fn gone<R: Record>(id: &Id, revision: u64, why: &'static str) -> Error {
    Error::VersionGone { name: kind::name(R::KIND, id), revision, why }
}

fn missing(id: &Id, revision: u64) -> Error {
    Error::Damaged(format!("revision {revision} doesn't hold the record {id}").into())
}
