//! Minutes in the store: how they are found, and what they must know of their
//! meeting.

use super::Known;
use super::index::{Index, Indexes};
use super::key::Key;
use super::record::{Meta, Record};
use super::transaction::Transaction;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::meeting::Meeting;
use crate::domain::minutes::Minutes;
use crate::error::Result;

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
}
