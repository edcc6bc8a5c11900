//! Unique codes: each is a key of its own, so that two commits that take the
//! same one conflict. Numbers that are given in their order are the same.

use bytes::Bytes;

use super::key::{self, Key, Table};
use super::record::{Record, Stored};
use super::transaction::Transaction;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::engine::{Class, Operation};
use crate::error::{Error, Result};

/// Key of a code; `field` is the number of its field.
pub(super) fn key(kind: Kind, field: u8, code: &str) -> Vec<u8> {
    Key::new(Table::Unique).kind(kind).byte(field).last(code.as_bytes())
}

impl Transaction {
    /// What a change does to unique codes. A code belongs to the first record
    /// that took it, also while that is deleted, so that it can come back.
    /// Nothing is staged yet: a change that is refused leaves no trace.
    pub(super) async fn codes<R: Record>(
        &self,
        id: &Id,
        old: Option<&Stored<R>>,
        new: &R,
    ) -> Result<Vec<Operation>> {
        let before = old.map(|old| old.record.unique()).unwrap_or_default();
        let after = new.unique();
        let mut operations = Vec::new();
        for unique in before.iter().filter(|unique| !after.contains(unique)) {
            let key = key(R::KIND, unique.field, &unique.code);
            operations.push(Operation::Delete { class: Class::Index, key });
        }
        for unique in after.into_iter().filter(|unique| !before.contains(unique)) {
            let key = key(R::KIND, unique.field, &unique.code);
            let holder = match self.operations.get(&key) {
                Some(Operation::Put { value, .. }) => Some(value.clone()),
                Some(_) => None,
                None => self.reader.entry(key.clone()).await?.map(|entry| entry.value),
            };
            if let Some(holder) = holder {
                let holder = kind::name(R::KIND, &super::id_of(&holder)?);
                return Err(Error::CodeTaken { what: unique.what, code: unique.code, holder });
            }
            let value = Bytes::copy_from_slice(id.as_str().as_bytes());
            operations.push(Operation::Put { class: Class::Index, key, value });
        }
        Ok(operations)
    }

    /// Takes the next of some numbers, from 1: what has been given is never given
    /// again, whatever becomes of the record that it was given to.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn next_number(&mut self, name: &str) -> Result<u64> {
        let key = key::mark(name);
        let last = self.reader.entry(key.clone()).await?;
        let last = last.and_then(|entry| entry.value.first_chunk().copied());
        let next = last.map_or(0, u64::from_be_bytes).saturating_add(1);
        self.require_as_read(key.clone()).await?;
        self.put_internal(key, Bytes::copy_from_slice(&next.to_be_bytes()));
        Ok(next)
    }
}
