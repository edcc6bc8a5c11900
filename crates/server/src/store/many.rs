//! The change of several records of one kind, in one commit.

use std::collections::{BTreeMap, BTreeSet};

use super::call::Call;
use super::change::MAX_ATTEMPTS;
use super::record::{Record, Stored};
use super::request;
use super::transaction::Transaction;
use super::{Known, Store};
use crate::domain::id::Id;
use crate::error::{Error, Result, Violations, none_of};

/// What several records become.
pub struct Batch<R> {
    /// The record that the change is answered with.
    pub answer: Id,
    /// The records: new ones, and ones that are there.
    pub puts: Vec<(Id, R)>,
    /// The list of the request in which they stand, by which what is wrong with
    /// them is told; none where they stand in none.
    pub list: Option<&'static str>,
}

/// What came of a change of several records.
#[derive(Debug)]
pub struct Done<R> {
    /// The record that it is answered with.
    pub answer: Stored<R>,
    /// How many records it changed.
    pub changed: usize,
    /// Revision of the store after it.
    pub revision: u64,
}

impl Store {
    /// Changes several records, or none. `wanted` says which ones `edit` must
    /// see, deleted ones too; what isn't there is left out. `edit` says what
    /// becomes of them, and adds what it finds wrong to the violations. Both
    /// are called again when others come in between.
    ///
    /// # Errors
    /// Those of [`Store::change`], and [`Error::TooLarge`] for more than one
    /// commit holds.
    pub async fn change_many<R: Record>(
        &self,
        call: &Call,
        wanted: impl Fn(&Known) -> BTreeSet<Id>,
        edit: impl Fn(&BTreeMap<Id, Stored<R>>, &Known, &mut Violations) -> Result<Batch<R>>,
    ) -> Result<Done<R>> {
        let _turn = if R::IS_TREE { Some(self.turn().await) } else { None };
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.try_many(call, &wanted, &edit).await {
                Err(Error::Conflict) if attempt < MAX_ATTEMPTS => self.pause(attempt).await,
                result => return result,
            }
        }
    }

    async fn try_many<R: Record>(
        &self,
        call: &Call,
        wanted: impl Fn(&Known) -> BTreeSet<Id>,
        edit: impl Fn(&BTreeMap<Id, Stored<R>>, &Known, &mut Violations) -> Result<Batch<R>>,
    ) -> Result<Done<R>> {
        let reader = self.reader().await?;
        if let Some(seen) = request::seen(&reader, call).await? {
            let answer = request::first_answer(&reader, &seen).await?;
            let changed = match seen.changed {
                true => reader.count_changed(R::KIND, seen.revision).await?,
                false => 0,
            };
            return Ok(Done { answer, changed, revision: seen.revision });
        }
        let mut known = Known::of(&reader).await?;
        let ids: Vec<Id> = wanted(&known).into_iter().collect();
        let found = reader.find_many::<R>(&ids).await?;
        let mut records: BTreeMap<Id, Stored<R>> =
            found.into_iter().flatten().map(|stored| (stored.id.clone(), stored)).collect();
        let mut violations = Violations::new();
        let revision = reader.revision();
        let mut transaction = Transaction::new(reader, call);
        R::gather(&mut transaction, &ids, &mut known).await?;
        let edited = edit(&records, &known, &mut violations);
        none_of(violations)?;
        let Batch { answer, puts, list } = edited?;
        let changed = stage(&mut transaction, (puts, list), &mut records).await?;
        let missing = || Error::internal("a change is answered with a record that takes part");
        let answer = records.remove(&answer).ok_or_else(missing)?;
        self.finish_many(call, transaction, Done { answer, changed, revision }).await
    }

    async fn finish_many<R: Record>(
        &self,
        call: &Call,
        mut transaction: Transaction,
        mut done: Done<R>,
    ) -> Result<Done<R>> {
        if call.validate_only {
            return Ok(done);
        }
        request::remember(&mut transaction, call, &done.answer.id, done.revision).await?;
        if transaction.is_empty() {
            return Ok(done);
        }
        let epoch = transaction.reader.epoch;
        let revision = self.commit(transaction).await?;
        if done.changed > 0 {
            done.revision = revision;
        }
        // Revision 0 is that of a record which isn't written yet.
        if done.answer.revision == 0 {
            done.answer = done.answer.written(epoch, revision);
        }
        Ok(done)
    }
}

/// Stages what becomes of records; answers how many change.
async fn stage<R: Record>(
    transaction: &mut Transaction,
    (puts, list): (Vec<(Id, R)>, Option<&str>),
    records: &mut BTreeMap<Id, Stored<R>>,
) -> Result<usize> {
    if R::IS_TREE {
        // Each is checked among the others as they will be.
        for (id, record) in &puts {
            transaction.set_place(R::KIND, id, Some(record.place())).await?;
        }
    }
    let mut changed = 0;
    let mut wrong = Violations::new();
    for (at, (id, record)) in puts.into_iter().enumerate() {
        let old = records.get(&id);
        if old.is_some_and(|old| old.record == record) {
            continue;
        }
        let stored = match (transaction.put(&id, old, record, Violations::new()).await, list) {
            (Err(Error::Fields(found)), Some(list)) => {
                wrong.within_item(list, at, |v| v.join_within(&found, R::KIND.field()));
                continue;
            }
            (stored, _) => stored?,
        };
        records.insert(id, stored);
        changed += 1;
    }
    none_of(wrong)?;
    Ok(changed)
}
