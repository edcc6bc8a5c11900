//! What imports ask of a transaction, which takes many records.

use super::cells::Cells;
use super::key::Table;
use super::reader::Reader;
use super::transaction::Transaction;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::engine::{MAX_COMMIT_BYTES, MAX_COMMIT_OPERATIONS};

/// Operations from which on a commit is full. What is left has room for the
/// largest record: one with many words, or one that counts for many cells.
const FULL_OPERATIONS: usize = MAX_COMMIT_OPERATIONS / 4 * 3;
/// Bytes of records from which on a commit is full.
const FULL_BYTES: usize = MAX_COMMIT_BYTES / 2;

impl Transaction {
    /// Whether a record is staged already.
    #[must_use]
    pub fn has(&self, kind: Kind, id: &Id) -> bool {
        self.staged.contains_key(&(kind, id.clone()))
    }

    /// Goes on as if what is staged had been committed, without keeping it: only
    /// what later records can meet is remembered.
    pub fn pretend(&mut self, reader: Reader) {
        self.reader = reader;
        self.preconditions.clear();
        self.cells = Cells::default();
        self.operations.retain(|key, _| key.first() == Some(&(Table::Unique as u8)));
        (self.bytes, self.pretended) = (0, self.operations.len());
    }

    /// Whether enough is staged for a commit: one more record still fits.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let operations = self.operations.len() - self.pretended + self.cells.len();
        operations.max(self.preconditions.len()) > FULL_OPERATIONS || self.bytes > FULL_BYTES
    }
}
