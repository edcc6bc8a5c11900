//! What cells should hold, by hashes of their keys: in bounded memory.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::error::{Error, Result};
use crate::store::cells::Cells;

/// Parts that all hashes are divided into.
const PARTS: usize = 64;
/// Numbers of a cell that there is room for beside its hash.
const FEW: usize = 4;
/// Most numbers of a cell that records add to: the months of a year.
const NUMBERS: usize = 12;

/// What a cell should hold.
#[derive(Debug)]
enum Sum {
    /// Numbers, and how many they are: most cells have few.
    Few([i64; FEW], u8),
    /// Numbers, and how many they are.
    Many(Box<[i64; NUMBERS]>, u8),
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
        let part = &mut self.parts[part];
        let before = part.capacity();
        let sum = part.entry(hash).or_default();
        let too_many = || Error::internal("a record adds too much to a cell to be verified");
        let sums = sum.widened(numbers.len()).ok_or_else(too_many)?;
        for (sum, number) in sums.iter_mut().zip(numbers) {
            // What comes and goes may be more on the way than at the end.
            *sum = sum.wrapping_add(i64::try_from(*number).map_err(|_| too_many())?);
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

impl Default for Sum {
    fn default() -> Self {
        Self::Few([0; FEW], 0)
    }
}

impl Sum {
    /// Its numbers, of which there are at least `count` from now on; none for more
    /// than there is room for.
    fn widened(&mut self, count: usize) -> Option<&mut [i64]> {
        let least = u8::try_from(count).ok().filter(|_| count <= NUMBERS)?;
        if let Self::Few(few, had) = self
            && count > FEW
        {
            let mut many = Box::new([0; NUMBERS]);
            many.iter_mut().zip(*few).for_each(|(number, few)| *number = few);
            *self = Self::Many(many, *had);
        }
        match self {
            Self::Few(numbers, count) => {
                *count = least.max(*count);
                Some(numbers)
            }
            Self::Many(numbers, count) => {
                *count = least.max(*count);
                Some(numbers.as_mut_slice())
            }
        }
    }

    fn numbers(&self) -> &[i64] {
        let (numbers, count) = match self {
            Self::Few(numbers, count) => (numbers.as_slice(), *count),
            Self::Many(numbers, count) => (numbers.as_slice(), *count),
        };
        numbers.get(..usize::from(count)).unwrap_or(numbers)
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
        let year: Vec<i64> = (1..=12).collect();
        sums.add(b"e", &[1]).unwrap();
        sums.add(b"e", &year.iter().map(|number| i128::from(*number)).collect::<Vec<_>>()).unwrap();
        assert_eq!(sums.take(b"e").map(|numbers| (numbers[0], numbers.len())), Some((2, 12)));
        assert!(sums.add(b"d", &[1; NUMBERS + 1]).is_err(), "there is no room for it");
    }
}
