//! Minutes in the store: how they are found, and what they must know of their
//! meeting, and of its decisions and actions.

use std::collections::{BTreeMap, BTreeSet};

use super::Known;
use super::index::{Index, Indexes};
use super::key::Key;
use super::reader::Reader;
use super::record::{Meta, Record};
use super::transaction::Transaction;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::meeting::Meeting;
use crate::domain::minutes::{Minutes, Recorded};
use crate::error::{Result, Violations};

impl Record for Minutes {
    const KIND: Kind = Kind::Minutes;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = Key::part().number(meta.create_time.micros());
        indexes.add(Index::MinutesCreated, Key::part(), created);
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    /// The meeting, whose id the minutes have.
    async fn gather(transaction: &mut Transaction, ids: &[Id], known: &mut Known) -> Result<()> {
        for id in ids {
            if let Some(meeting) = transaction.depend_on::<Meeting>(id).await? {
                known.meetings.insert(id.clone(), meeting.record);
            }
        }
        Ok(())
    }

    /// Of what meeting a decision is never changes, and an action stays one of those
    /// that it was before.
    async fn relate(
        &mut self,
        _id: &Id,
        old: Option<&Self>,
        transaction: &mut Transaction,
        v: &mut Violations,
    ) -> Result<()> {
        if old.is_none_or(|old| old.entries != self.entries) {
            let decisions = records(&transaction.reader, self.decisions()).await?;
            let actions = records(&transaction.reader, self.actions()).await?;
            self.check_recorded(&Recorded { decisions, actions }, v);
        }
        Ok(())
    }
}

/// The records that have these ids, as far as there are any.
async fn records<'a, R: Record>(
    reader: &Reader,
    ids: impl Iterator<Item = &'a Id>,
) -> Result<BTreeMap<Id, R>> {
    let ids: BTreeSet<&Id> = ids.collect();
    let ids: Vec<Id> = ids.into_iter().cloned().collect();
    let found = reader.find_many::<R>(&ids).await?;
    Ok(found.into_iter().flatten().map(|stored| (stored.id, stored.record)).collect())
}
