//! The change of one record, from what the caller sent to the commit.

use std::time::Duration;

use tokio::sync::MutexGuard;

use super::call::Call;
use super::reader::Reader;
use super::record::{Line, Record, Stored};
use super::request;
use super::transaction::Transaction;
use super::{Edit, Known, Store, Target};
use crate::domain::id::Id;
use crate::domain::kind;
use crate::error::{Error, Result, Violations, none_of};

/// How often a change is tried when others change the same records.
pub const MAX_ATTEMPTS: u32 = 8;

/// What a change must read of other records before it says what becomes of its
/// own.
pub trait Prepare<R: Record>: Sync {
    /// What was read.
    type Read: Send;

    /// Reads it, from the same revision as the record.
    ///
    /// # Errors
    /// Those that refuse the change.
    fn read(
        &self,
        reader: &Reader,
        old: Option<&Stored<R>>,
    ) -> impl Future<Output = Result<Self::Read>> + Send;
}

/// Most changes read nothing.
impl<R: Record> Prepare<R> for () {
    type Read = ();

    async fn read(&self, _: &Reader, _: Option<&Stored<R>>) -> Result<()> {
        Ok(())
    }
}

impl Store {
    /// Changes one record. `edit` is given the record as it is (none for a new
    /// one) and says what becomes of it; it adds what it finds wrong to the
    /// violations, which are answered together with references that lead
    /// nowhere. It is called again when others come in between.
    ///
    /// Deleted records can only be brought back. An edit that changes nothing
    /// writes nothing but the request id.
    ///
    /// # Errors
    /// [`Error::Fields`], [`Error::NotFound`], [`Error::Deleted`],
    /// [`Error::EtagMismatch`], [`Error::RequestIdReused`], those of `edit`
    /// and of [`Transaction`], and [`Error::Conflict`].
    pub async fn change<R: Record>(
        &self,
        call: &Call,
        target: &Target,
        edit: impl Fn(Option<&Stored<R>>, &Known, &mut Violations) -> Result<Edit<R>>,
    ) -> Result<Stored<R>> {
        self.change_prepared(call, target, &(), |old, known, (), v| edit(old, known, v)).await
    }

    /// The same of a change that reads other records before. They are read anew
    /// when others come in between, and may change afterwards.
    ///
    /// # Errors
    /// Those of [`Self::change`] and of `prepare`.
    pub async fn change_prepared<R: Record, P: Prepare<R>>(
        &self,
        call: &Call,
        target: &Target,
        prepare: &P,
        edit: impl Fn(Option<&Stored<R>>, &Known, P::Read, &mut Violations) -> Result<Edit<R>>,
    ) -> Result<Stored<R>> {
        let _turn = if R::IS_TREE { Some(self.turn().await) } else { None };
        let _line = self.line::<R>(target).await;
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.try_change(call, target, prepare, &edit).await {
                Err(Error::Conflict) if attempt < MAX_ATTEMPTS => self.pause(attempt).await,
                result => return result,
            }
        }
    }

    /// Waits for the turn to change a tree. Two changes of one tree always
    /// conflict, so within a process they stand in line; replicas still meet.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.inner.turn.lock().await
    }

    /// Waits in line where changes of the kind do: within a process each then
    /// succeeds at its first attempt.
    pub(super) async fn line<R: Record>(&self, target: &Target) -> Option<MutexGuard<'_, ()>> {
        let name = match (R::LINE, target) {
            (Line::OfKind, _) => R::KIND.collection(),
            (Line::OfRecord, Target::Existing { id, .. } | Target::Either { id, .. }) => {
                id.as_str()
            }
            (Line::None | Line::OfRecord, _) => return None,
        };
        let sum = |sum: usize, byte: u8| sum.wrapping_mul(31).wrapping_add(byte.into());
        let lines = &self.inner.lines;
        // Two that share one only wait longer: nobody waits in two.
        let line = lines.get(name.bytes().fold(0, sum) % lines.len())?;
        Some(line.lock().await)
    }

    /// Waits a little before the next attempt, longer from one to the next, and
    /// by chance, so that two don't meet again.
    pub async fn pause(&self, attempt: u32) {
        let most = 1_u64 << attempt.min(MAX_ATTEMPTS);
        let chance = self.inner.clock.random_id().as_u64_pair().1 % most;
        tokio::time::sleep(Duration::from_millis(chance)).await;
    }

    async fn try_change<R: Record, P: Prepare<R>>(
        &self,
        call: &Call,
        target: &Target,
        prepare: &P,
        edit: impl Fn(Option<&Stored<R>>, &Known, P::Read, &mut Violations) -> Result<Edit<R>>,
    ) -> Result<Stored<R>> {
        let reader = self.reader().await?;
        if let Some(first) = request::replay(&reader, call).await? {
            return Ok(first);
        }
        let old = current(&reader, target).await?;
        let read = prepare.read(&reader, old.as_ref()).await?;
        let mut known = Known::of(&reader).await?;
        let mut transaction = Transaction::new(reader, call);
        if let Target::New(Some(id)) | Target::Existing { id, .. } = target {
            R::gather(&mut transaction, std::slice::from_ref(id), &mut known).await?;
        }
        let mut violations = Violations::new();
        let edited = match edit(old.as_ref(), &known, read, &mut violations) {
            Err(_) if !violations.is_empty() => return Err(Error::Fields(violations)),
            edited => edited?,
        };
        let stored = match edited {
            Edit::Put(record) => {
                let id = self.id_for::<R>(target);
                transaction.put(&id, old.as_ref(), record, violations).await?
            }
            Edit::SetDeleted(deleted) => {
                none_of(violations)?;
                let old =
                    old.as_ref().ok_or_else(|| Error::internal("only what is can be deleted"))?;
                let new = transaction.set_deleted(old, deleted).await?;
                R::follow(&mut transaction, Some(old), &new).await?;
                new
            }
        };
        self.finish(call, transaction, stored).await
    }

    /// Makes a commit of a transaction; answers its revision.
    ///
    /// # Errors
    /// [`Error::Conflict`] where others changed what it read, and those of the
    /// engine.
    pub async fn commit(&self, transaction: Transaction) -> Result<u64> {
        Ok(self.inner.engine.commit(transaction.into_commit()?).await?)
    }

    pub(super) async fn finish<R: Record>(
        &self,
        call: &Call,
        mut transaction: Transaction,
        stored: Stored<R>,
    ) -> Result<Stored<R>> {
        if call.validate_only {
            return Ok(stored);
        }
        let unchanged = transaction.is_empty();
        request::remember(&mut transaction, call, &stored.id, stored.revision).await?;
        if transaction.is_empty() {
            return Ok(stored);
        }
        let epoch = transaction.reader.epoch;
        let revision = self.commit(transaction).await?;
        Ok(if unchanged { stored } else { stored.written(epoch, revision) })
    }

    /// The id that a change is of: a new record without one gets one, in the
    /// order of creation.
    fn id_for<R: Record>(&self, target: &Target) -> Id {
        match target {
            Target::New(Some(id)) | Target::Existing { id, .. } | Target::Either { id, .. } => {
                id.clone()
            }
            Target::New(None) => Id::made(R::KIND.noun(), self.inner.clock.new_uid()),
        }
    }
}

/// The record that a change is of, checked against what the caller saw.
pub(super) async fn current<R: Record>(
    reader: &Reader,
    target: &Target,
) -> Result<Option<Stored<R>>> {
    let (id, etag, old) = match target {
        Target::New(_) => return Ok(None),
        Target::Existing { id, etag } => (id, etag, Some(reader.get::<R>(id).await?)),
        Target::Either { id, etag } => (id, etag, reader.find::<R>(id).await?),
    };
    let Some(old) = old else {
        let name = kind::name(R::KIND, id);
        return if etag.is_empty() { Ok(None) } else { Err(Error::EtagMismatch { name }) };
    };
    if !etag.is_empty() && *etag != old.etag {
        return Err(Error::EtagMismatch { name: old.name() });
    }
    Ok(Some(old))
}
