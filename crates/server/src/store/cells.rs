//! What records count for: cells of sums, kept in the commits that change them.
//!
//! A live record says to which cells it adds which numbers; a deleted one adds
//! nothing. A change of a record adds the difference, so a cell is the sum over
//! all live records at every revision, and can be made again from them. Commits
//! that add to one cell don't hinder each other.

use std::collections::BTreeMap;

use super::record::{Record, Stored};
use super::uses;
use crate::engine::{Entry, Operation};
use crate::error::{Error, Result};

/// Numbers by the keys of their cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(BTreeMap<Vec<u8>, Vec<i128>>);

impl Cells {
    /// What a record counts for; none and deleted ones for nothing.
    pub(super) fn of<R: Record>(stored: Option<&Stored<R>>) -> Self {
        let live = stored.filter(|stored| !stored.is_deleted());
        live.map(|stored| Self::of_live(&stored.record)).unwrap_or_default()
    }

    /// What a record counts for while it isn't deleted.
    pub(super) fn of_live<R: Record>(record: &R) -> Self {
        let mut cells = Self::default();
        for reference in record.references() {
            cells.add(uses::key(reference.kind, &reference.id), &[1]);
        }
        record.count(&mut cells);
        cells
    }

    /// Adds to a cell; all additions to one have as many numbers.
    pub fn add(&mut self, key: Vec<u8>, numbers: &[i64]) {
        self.add_wide(key, numbers.iter().map(|number| i128::from(*number)));
    }

    /// What must be added to come from `before` to this; nothing for a cell that
    /// stays as it is.
    pub(super) fn since(mut self, before: Self) -> Self {
        for (key, numbers) in before.0 {
            self.add_wide(key, numbers.into_iter().map(|number| -number));
        }
        self.0.retain(|_, numbers| numbers.iter().any(|number| *number != 0));
        self
    }

    /// Adds all of another one.
    pub(super) fn join(&mut self, other: Self) {
        for (key, numbers) in other.0 {
            self.add_wide(key, numbers.into_iter());
        }
    }

    /// How many cells.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The cells with their numbers, in the order of their keys.
    pub(super) fn into_numbers(self) -> impl Iterator<Item = (Vec<u8>, Vec<i128>)> {
        self.0.into_iter()
    }

    /// The additions of a commit.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where one goes beyond 64 bits.
    pub(super) fn operations(self) -> Result<Vec<Operation>> {
        let operation = |(key, numbers): (Vec<u8>, Vec<i128>)| {
            let deltas =
                numbers.into_iter().map(i64::try_from).collect::<std::result::Result<_, _>>();
            let text = "the sum of what one commit changes would go beyond 64 bits";
            let deltas = deltas.map_err(|_| Error::TooLarge(text.to_owned()))?;
            Ok(Operation::Add { key, deltas })
        };
        self.0.into_iter().map(operation).collect()
    }

    fn add_wide(&mut self, key: Vec<u8>, numbers: impl ExactSizeIterator<Item = i128>) {
        let cell = self.0.entry(key).or_insert_with(|| vec![0; numbers.len()]);
        for (sum, number) in cell.iter_mut().zip(numbers) {
            // A commit has far too few numbers of 64 bits to go beyond 128.
            *sum = sum.wrapping_add(number);
        }
    }
}

/// The numbers of a cell.
pub(super) fn numbers<const N: usize>(entry: &Entry) -> Result<[i64; N]> {
    let (numbers, rest) = entry.value.as_chunks::<8>();
    match <&[[u8; 8]; N]>::try_from(numbers) {
        Ok(numbers) if rest.is_empty() => Ok(numbers.map(i64::from_be_bytes)),
        _ => Err(Error::Damaged(format!("a cell hasn't {N} numbers").into())),
    }
}

/// The numbers of a cell, however many it has; none where it isn't one.
pub(super) fn all_numbers(entry: &Entry) -> Option<Vec<i64>> {
    let (numbers, rest) = entry.value.as_chunks::<8>();
    let is_cell = rest.is_empty() && !numbers.is_empty();
    is_cell.then(|| numbers.iter().copied().map(i64::from_be_bytes).collect())
}
