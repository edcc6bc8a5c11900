//! What cells should hold, by hashes of their keys: in bounded memory.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::BuildHasher;

use crate::error::{Error, Result};
use crate::store::cells::Cells;

/// Parts that all hashes are divided into.
const PARTS: usize = 64;
/// Most numbers of a cell that records add to.
const NUMBERS: usize = 4;

/// What a cell should hold.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    numbers: [i64; NUMBERS],
    count: u8,
}

/// What is due in the cells of some parts of all hashes.
pub(super) struct Sums {
    /// Its key is made by chance, so nobody makes keys of one hash on purpose;
    /// that two of ten million have the same is as likely as one in 370,000.
    hasher: RandomState,
    /// The first of the parts.
    first: usize,
    parts: Vec<HashMap<u64, Sum>>,
    /// Most cells that are kept.
    most: usize,
    count: usize,
}

impl Sums {
    /// Nothing, in all parts from `first` on. Where there are more than `most`
    /// cells the last parts are given up; [`Sums::next`] tells.
    pub(super) fn new(hasher: RandomState, first: usize, most: usize) -> Self {
        let parts = (first..PARTS).map(|_| HashMap::new()).collect();
        Self { hasher, first, parts, most, count: 0 }
    }

    /// The first part that isn't among these, if any comes after them.
    pub(super) fn next(&self) -> Option<usize> {
        let next = self.first + self.parts.len();
        (next < PARTS).then_some(next)
    }

    /// Adds what is due in all cells from a key on.
    ///
    /// # Errors
    /// Where a cell has more numbers than there is room for.
    pub(super) fn join(&mut self, cells: Cells, from: &[u8]) -> Result<()> {
        for (key, numbers) in cells.into_numbers().filter(|(key, _)| key.as_slice() >= from) {
            self.add(&key, &numbers)?;
        }
        Ok(())
    }

    fn add(&mut self, key: &[u8], numbers: &[i128]) -> Result<()> {
        let hash = self.hash(key);
        let Some(part) = self.part(hash) else { return Ok(()) };
        let sum = match self.parts[part].entry(hash) {
            Entry::Occupied(sum) => sum.into_mut(),
            Entry::Vacant(place) => {
                self.count += 1;
                place.insert(Sum::default())
            }
        };
        let too_many = || Error::internal("a record adds too much to a cell to be verified");
        let count = u8::try_from(numbers.len()).ok().filter(|_| numbers.len() <= NUMBERS);
        sum.count = sum.count.max(count.ok_or_else(too_many)?);
        for (sum, number) in sum.numbers.iter_mut().zip(numbers) {
            // What comes and goes may be more on the way than at the end.
            *sum = sum.wrapping_add(i64::try_from(*number).map_err(|_| too_many())?);
        }
        while self.count > self.most && self.parts.len() > 1 {
            self.count -= self.parts.pop().map_or(0, |part| part.len());
        }
        Ok(())
    }

    /// Takes out what is due in a cell; nothing where nothing is. None for a
    /// cell that isn't in these parts.
    pub(super) fn take(&mut self, key: &[u8]) -> Option<Vec<i64>> {
        let hash = self.hash(key);
        let part = self.part(hash)?;
        let sum = self.parts[part].remove(&hash);
        self.count -= usize::from(sum.is_some());
        Some(sum.map(Sum::into_numbers).unwrap_or_default())
    }

    /// What is due in cells that weren't taken out, by hash, without those of
    /// zeros; and how many they are: those beyond `most` are only counted.
    pub(super) fn left(&self, most: usize) -> (HashMap<u64, Vec<i64>>, usize) {
        let all = || {
            let sums = self.parts.iter().flatten();
            sums.filter(|(_, sum)| sum.numbers.iter().any(|number| *number != 0))
        };
        let told = all().take(most).map(|(hash, sum)| (*hash, sum.into_numbers())).collect();
        (told, all().count())
    }

    /// The hash of a key.
    pub(super) fn hash(&self, key: &[u8]) -> u64 {
        self.hasher.hash_one(key)
    }

    /// Which of these parts a hash is in, by its first bits.
    fn part(&self, hash: u64) -> Option<usize> {
        let part = (hash >> (u64::BITS - PARTS.ilog2())) as usize;
        part.checked_sub(self.first).filter(|part| *part < self.parts.len())
    }
}

impl Sum {
    fn into_numbers(self) -> Vec<i64> {
        self.numbers.into_iter().take(usize::from(self.count)).collect()
    }
}
