//! Blocks: entries that lie together, sorted, in one value of sled.
//!
//! sled keeps at most 16 entries in a page, and each costs it some 190 bytes
//! of disk and memory of its own, whatever its size; a list's entry has 40. So
//! entries stand in blocks of up to [`BLOCK_BYTES`], as in the leaves of a
//! B-tree, and sled's keys are the blocks' lower bounds:
//!
//! ```text
//! CRC32C of the block's key and all that follows
//! entries: bytes shared with the key before, length of the rest of the key,
//!          length of the tail (varints), the rest of the key, the tail
//! tail:    flags u8, revision (varint), body
//! ```
//!
//! What keeps readers right who look at block after block while a writer
//! changes them: a block never changes its key, and entries only ever move to
//! blocks behind. A reader that goes forward may meet an entry again, and skips
//! it; none is missed.

use super::codec::{put_varint, take_varint};
use super::layout::crc;

/// Size up to which a block takes further entries. Larger ones cost less space
/// and more writing: each change of an entry writes its block anew.
pub(super) const BLOCK_BYTES: usize = 2_048;

/// The bytes are no block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

/// A block: its key, and its bytes.
pub(super) type Block = (Vec<u8>, Vec<u8>);

/// What becomes of an entry: its new tail, or none where it is removed.
pub(super) type Change = (Vec<u8>, Option<Vec<u8>>);

/// Entries of a block, one after the other.
pub(super) struct Entries<'a> {
    rest: &'a [u8],
    key: Vec<u8>,
}

impl<'a> Entries<'a> {
    /// The entries of the block `bytes` under `key`.
    pub(super) fn of(key: &[u8], bytes: &'a [u8]) -> Result<Self, Damaged> {
        let (stored, rest) = bytes.split_first_chunk::<4>().ok_or(Damaged)?;
        if crc(key, rest) != u32::from_be_bytes(*stored) {
            return Err(Damaged);
        }
        Ok(Self { rest, key: Vec::with_capacity(64) })
    }

    /// The tail of the next entry, whose key is [`Entries::key`] then.
    pub(super) fn advance(&mut self) -> Result<Option<&'a [u8]>, Damaged> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut length = || take_varint(&mut self.rest).and_then(|n| usize::try_from(n).ok());
        let (Some(shared), Some(own), Some(tail)) = (length(), length(), length()) else {
            return Err(Damaged);
        };
        let whole = shared <= self.key.len();
        let (own, rest) = self.rest.split_at_checked(own).filter(|_| whole).ok_or(Damaged)?;
        let (tail, rest) = rest.split_at_checked(tail).ok_or(Damaged)?;
        self.rest = rest;
        self.key.truncate(shared);
        self.key.extend_from_slice(own);
        Ok(Some(tail))
    }

    /// Key of the entry whose tail was given last.
    pub(super) fn key(&self) -> &[u8] {
        &self.key
    }

    /// The tail of the entry `wanted`, if the block has it.
    pub(super) fn find(mut self, wanted: &[u8]) -> Result<Option<&'a [u8]>, Damaged> {
        while let Some(tail) = self.advance()? {
            match self.key.as_slice().cmp(wanted) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Ok(Some(tail)),
                std::cmp::Ordering::Greater => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// The blocks that stand in the place of the block `key` with `bytes` (none:
/// there is no such block yet) once `changes`, which are sorted, are made. The
/// first one has its key; there is none where nothing is left.
pub(super) fn changed(
    key: &[u8],
    bytes: Option<&[u8]>,
    changes: &[Change],
) -> Result<Vec<Block>, Damaged> {
    let mut pack = Pack::default();
    let mut changes = changes.iter().peekable();
    let mut after_all = true;
    if let Some(bytes) = bytes {
        let mut entries = Entries::of(key, bytes)?;
        while let Some(tail) = entries.advance()? {
            while let Some((key, new)) = changes.next_if(|(key, _)| key.as_slice() < entries.key())
            {
                after_all = false;
                pack.push(key, new.as_deref());
            }
            match changes.next_if(|(key, _)| key == entries.key()) {
                Some((key, new)) => {
                    after_all = false;
                    pack.push(key, new.as_deref());
                }
                None => pack.push(entries.key(), Some(tail)),
            }
        }
    }
    for (key, new) in changes {
        pack.push(key, new.as_deref());
    }
    Ok(pack.into_blocks(key, after_all))
}

/// Entries on their way into blocks.
#[derive(Default)]
struct Pack {
    bytes: Vec<u8>,
    /// Where the key and the tail of each end in `bytes`.
    ends: Vec<(usize, usize)>,
}

impl Pack {
    fn push(&mut self, key: &[u8], tail: Option<&[u8]>) {
        if let Some(tail) = tail {
            self.bytes.extend_from_slice(key);
            let key_end = self.bytes.len();
            self.bytes.extend_from_slice(tail);
            self.ends.push((key_end, self.bytes.len()));
        }
    }

    /// In equal parts where entries came in between others: each part has room
    /// for more. In full ones where all came `after_all` others, as in a load
    /// or at the end of a list by time: what lies before will hardly change.
    fn into_blocks(self, key: &[u8], after_all: bool) -> Vec<Block> {
        let size: usize = self.entries().map(|entry| entry.size()).sum();
        let parts = size.div_ceil(BLOCK_BYTES).max(1);
        let enough = if after_all { BLOCK_BYTES } else { size / parts };
        let mut blocks: Vec<Block> = Vec::with_capacity(parts + 1);
        for entry in self.entries() {
            let room = |(_, block): &Block| {
                block.len() < enough && block.len() + entry.size() <= BLOCK_BYTES
            };
            match blocks.last_mut().filter(|block| room(block)) {
                Some((_, block)) => entry.put(block, entry.shared),
                None => {
                    let key = if blocks.is_empty() { key } else { entry.key };
                    let mut block = Vec::with_capacity(BLOCK_BYTES);
                    // Room for the checksum.
                    block.extend_from_slice(&[0; 4]);
                    entry.put(&mut block, 0);
                    blocks.push((key.to_vec(), block));
                }
            }
        }
        for (key, block) in &mut blocks {
            let sum = crc(key, &block[4..]).to_be_bytes();
            block[..4].copy_from_slice(&sum);
        }
        blocks
    }

    fn entries(&self) -> impl Iterator<Item = Packed<'_>> {
        let mut before: &[u8] = &[];
        let mut start = 0;
        self.ends.iter().map(move |(key_end, end)| {
            let key = &self.bytes[start..*key_end];
            let tail = &self.bytes[*key_end..*end];
            start = *end;
            let shared = key.iter().zip(before).take_while(|(one, two)| one == two).count();
            before = key;
            Packed { key, tail, shared }
        })
    }
}

/// An entry on its way into a block.
struct Packed<'a> {
    key: &'a [u8],
    tail: &'a [u8],
    /// Bytes that its key shares with the one before.
    shared: usize,
}

impl Packed<'_> {
    /// What it takes behind the one before, roughly.
    fn size(&self) -> usize {
        self.key.len() - self.shared + self.tail.len() + 3
    }

    fn put(&self, block: &mut Vec<u8>, shared: usize) {
        for length in [shared, self.key.len() - shared, self.tail.len()] {
            put_varint(block, length as u64);
        }
        block.extend_from_slice(&self.key[shared..]);
        block.extend_from_slice(self.tail);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    type Blocks = BTreeMap<Vec<u8>, Vec<u8>>;

    fn entries(blocks: &Blocks) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut found = Vec::new();
        for (key, bytes) in blocks {
            let mut entries = Entries::of(key, bytes).unwrap();
            while let Some(tail) = entries.advance().unwrap() {
                assert!(entries.key() >= key.as_slice());
                found.push((entries.key().to_vec(), tail.to_vec()));
            }
        }
        found
    }

    /// A number whose bits depend on all bits of `value`.
    fn mixed(value: u64) -> u64 {
        let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 11
    }

    #[test]
    fn blocks_hold_what_a_map_holds_whatever_is_changed() {
        let mut model = BTreeMap::new();
        let mut blocks = Blocks::new();
        for round in 0..400_u64 {
            let count = mixed(round) % 40;
            let mut changes = BTreeMap::new();
            for number in 0..count {
                let chance = mixed(round * 1_000 + number);
                let key = format!("k{}", chance % 700).repeat(1 + (chance % 3) as usize);
                let tail = vec![round as u8; (chance % 97) as usize * (chance % 31) as usize];
                changes.insert(key.into_bytes(), (!chance.is_multiple_of(4)).then_some(tail));
            }
            let mut left: Vec<_> = changes.clone().into_iter().collect();
            while let Some((first, _)) = left.first() {
                let home = blocks.range(..=first.clone()).next_back();
                let home = home.map_or(Vec::new(), |(key, _)| key.clone());
                let next = blocks.range(home.clone()..).map(|(key, _)| key).find(|k| **k > home);
                let upto = match next {
                    Some(next) => left.partition_point(|(key, _)| key < next),
                    None => left.len(),
                };
                let own: Vec<_> = left.drain(..upto).collect();
                let old = blocks.remove(&home);
                let new = changed(&home, old.as_deref(), &own).unwrap();
                assert!(new.first().is_none_or(|(key, _)| *key == home));
                blocks.extend(new);
            }
            for (key, tail) in changes {
                match tail {
                    Some(tail) => model.insert(key, tail),
                    None => model.remove(&key),
                };
            }
            let expected: Vec<_> = model.clone().into_iter().collect();
            assert_eq!(entries(&blocks), expected, "round {round}");
        }
        let full = blocks.values().map(Vec::len).sum::<usize>() / blocks.len();
        assert!(full > BLOCK_BYTES / 3, "blocks are half full on the average: {full}");
        for key in model.keys() {
            let (home, bytes) = blocks.range(..=key.clone()).next_back().unwrap();
            assert!(Entries::of(home, bytes).unwrap().find(key).unwrap().is_some());
            let other = [key.as_slice(), b"\0"].concat();
            assert!(Entries::of(home, bytes).unwrap().find(&other).unwrap().is_none());
        }
    }

    #[test]
    fn a_load_in_order_fills_blocks() {
        let changes: Vec<_> =
            (0..10_000_u32).map(|n| (n.to_be_bytes().to_vec(), Some(vec![7; 20]))).collect();
        let blocks = changed(&[], None, &changes).unwrap();
        let (_, rest) = blocks.split_last().unwrap();
        assert!(rest.iter().all(|(_, block)| block.len() > BLOCK_BYTES - 64));
    }

    #[test]
    fn a_flipped_bit_is_damage() {
        let changes = [(b"key".to_vec(), Some(vec![1, 2, 3]))];
        let blocks = changed(b"k", None, &changes).unwrap();
        let (key, block) = blocks.first().unwrap();
        for bit in 0..block.len() * 8 {
            let mut flipped = block.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Entries::of(key, &flipped).err(), Some(Damaged));
        }
        assert_eq!(Entries::of(b"j", block).err(), Some(Damaged), "of another block");
    }
}
