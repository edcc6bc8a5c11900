//! What cells should hold, by hashes of their keys: in bounded memory.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::error::{Error, Result};
use crate::store::cells::Cells;

/// Parts that all hashes are divided into.
const PARTS: usize = 64;
/// Numbers that most cells have at the most.
const FEW: usize = 4;

/// What a cell should hold. Of cells with few numbers there may be ten million,
/// of those with more only some thousands.
#[derive(Clone, Debug)]
enum Sum {
    Few { count: u8, numbers: [i64; FEW] },
    Many(Box<[i64]>),
}

/// What is due in the cells of some parts of all hashes.
pub(super) struct Sums {
    /// Its key is made by chance, so nobody makes keys of one hash on purpose;
    /// that two of ten million have the same is as likely as one in 370,000.
    hasher: RandomState,
    /// The first of the parts.
    first: usize,
    parts: Vec<HashMap<u64, Sum>>,
    /// Most cells that there may be room for.
    most: usize,
    /// Cells that there is room for: it is this that takes memory.
    room: usize,
}

impl Sums {
    /// Nothing, in all parts from `first` on. Where there would have to be room for
    /// more than `most` cells the last parts are given up, all but one;
    /// [`Sums::next`] tells.
    pub(super) fn new(hasher: RandomState, first: usize, most: usize) -> Self {
        let parts = (first..PARTS).map(|_| HashMap::new()).collect();
        Self { hasher, first, parts, most, room: 0 }
    }

    /// The first part that isn't among these, if any comes after them.
    pub(super) fn next(&self) -> Option<usize> {
        let next = self.first + self.parts.len();
        (next < PARTS).then_some(next)
    }

    /// Gives up no more parts: what was taken out of one must not be taken out of
    /// it again in the next pass. What grows from now on is what others change
    /// meanwhile.
    pub(super) fn keep_all(&mut self) {
        self.most = usize::MAX;
    }

    /// Adds what is due in all cells from a key on.
    ///
    /// # Errors
    /// Where the sum goes beyond 64 bits, or a cell has now more numbers and now
    /// fewer.
    pub(super) fn join(&mut self, cells: Cells, from: &[u8]) -> Result<()> {
        for (key, numbers) in cells.into_numbers().filter(|(key, _)| key.as_slice() >= from) {
            self.add(&key, &numbers)?;
        }
        Ok(())
    }

    fn add(&mut self, key: &[u8], numbers: &[i128]) -> Result<()> {
        let hash = self.hash(key);
        let Some(part) = self.part(hash) else { return Ok(()) };
        let part = &mut self.parts[part];
        let before = part.capacity();
        let sums = part.entry(hash).or_insert_with(|| Sum::of(numbers.len())).numbers_mut();
        let wrong = || Error::internal("a record adds to a cell what can't be verified");
        if sums.len() != numbers.len() {
            return Err(wrong());
        }
        for (sum, number) in sums.iter_mut().zip(numbers) {
            // What comes and goes may be more on the way than at the end.
            *sum = sum.wrapping_add(i64::try_from(*number).map_err(|_| wrong())?);
        }
        self.room += part.capacity() - before;
        while self.room > self.most && self.parts.len() > 1 {
            self.room -= self.parts.pop().map_or(0, |part| part.capacity());
        }
        Ok(())
    }

    /// Takes out what is due in a cell; nothing where nothing is. None for a
    /// cell that isn't in these parts.
    pub(super) fn take(&mut self, key: &[u8]) -> Option<Vec<i64>> {
        let hash = self.hash(key);
        let part = self.part(hash)?;
        let sum = self.parts[part].remove(&hash);
        Some(sum.map(|sum| sum.numbers().to_vec()).unwrap_or_default())
    }

    /// What is due in cells that weren't taken out, by hash, without those of
    /// zeros; and how many they are: those beyond `most` are only counted.
    pub(super) fn left(&self, most: usize) -> (HashMap<u64, Vec<i64>>, usize) {
        let all = || {
            let sums = self.parts.iter().flatten();
            sums.filter(|(_, sum)| sum.numbers().iter().any(|number| *number != 0))
        };
        let told = all().take(most).map(|(hash, sum)| (*hash, sum.numbers().to_vec())).collect();
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
    /// So many zeros.
    fn of(count: usize) -> Self {
        match u8::try_from(count) {
            Ok(count) if usize::from(count) <= FEW => Self::Few { count, numbers: [0; FEW] },
            _ => Self::Many(vec![0; count].into()),
        }
    }

    fn numbers(&self) -> &[i64] {
        match self {
            Self::Few { count, numbers } => numbers.get(..usize::from(*count)).unwrap_or(numbers),
            Self::Many(numbers) => numbers,
        }
    }

    fn numbers_mut(&mut self) -> &mut [i64] {
        match self {
            Self::Few { count, numbers } => {
                let count = usize::from(*count).min(FEW);
                &mut numbers[..count]
            }
            Self::Many(numbers) => numbers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_no_more_than_allowed_and_every_cell_has_its_turn() {
        let hasher = RandomState::new();
        let keys: Vec<_> = (0..5_000_i64).map(i64::to_be_bytes).collect();
        let (mut next, mut passes, mut seen) = (Some(0), 0, 0);
        while let Some(first) = next {
            let mut sums = Sums::new(hasher.clone(), first, 1_000);
            for _ in 0..2 {
                for (number, key) in keys.iter().enumerate() {
                    sums.add(key, &[number as i128, -1]).unwrap();
                    assert!(sums.room <= 1_000, "{}", sums.room);
                }
            }
            for (number, key) in keys.iter().enumerate() {
                if let Some(due) = sums.take(key) {
                    assert_eq!(due, [2 * number as i64, -2]);
                    seen += 1;
                }
            }
            assert_eq!(sums.left(10), (HashMap::new(), 0));
            (next, passes) = (sums.next(), passes + 1);
        }
        assert_eq!(seen, keys.len());
        assert!((5..=PARTS).contains(&passes), "{passes}");
    }

    #[test]
    fn what_was_not_taken_is_left_but_for_zeros() {
        let mut sums = Sums::new(RandomState::new(), 0, 1_000);
        for (key, number) in [(b"a", 1), (b"b", 2), (b"c", 3), (b"b", -2)] {
            sums.add(key, &[0, number]).unwrap();
        }
        assert_eq!(sums.take(b"a"), Some(vec![0, 1]));
        assert_eq!(sums.take(b"nothing"), Some(Vec::new()));
        assert_eq!(sums.left(10), (HashMap::from([(sums.hash(b"c"), vec![0, 3])]), 1));
        assert_eq!(sums.left(0), (HashMap::new(), 1));
        assert!(sums.add(b"c", &[1; FEW]).is_err(), "it had two numbers before");
        for _ in 0..2 {
            sums.add(b"many", &[1; 3 * FEW]).unwrap();
        }
        assert_eq!(sums.take(b"many"), Some(vec![2; 3 * FEW]));
    }
}
