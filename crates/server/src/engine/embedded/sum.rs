//! A sum over all entries, kept with every change, that a scrub can compare
//! with the entries themselves: order does not matter, and adding and removing
//! cost one hash each.

use uuid::Uuid;

use super::tree::Stored;
use super::writes::class_code;

/// Wrapping 256-bit sum of the keyed hashes of entries, least limb first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum([u64; 4]);

impl Sum {
    pub(super) fn add(&mut self, hash: [u64; 4]) {
        let mut carry = false;
        for (limb, term) in self.0.iter_mut().zip(hash) {
            let (sum, first) = limb.overflowing_add(term);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *limb = sum;
            carry = first || second;
        }
    }

    pub(super) fn subtract(&mut self, hash: [u64; 4]) {
        let mut borrow = false;
        for (limb, term) in self.0.iter_mut().zip(hash) {
            let (rest, first) = limb.overflowing_sub(term);
            let (rest, second) = rest.overflowing_sub(u64::from(borrow));
            *limb = rest;
            borrow = first || second;
        }
    }

    pub(super) fn plus(&mut self, other: Self) {
        self.add(other.0);
    }

    pub(super) fn to_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        for (chunk, limb) in out.chunks_exact_mut(8).zip(self.0) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        out
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(limbs(bytes))
    }
}

/// Hashes entries under a key that differs per epoch.
#[derive(Clone, Debug)]
pub(super) struct Summer {
    key: [u8; 32],
}

impl Summer {
    pub(super) fn new(epoch: Uuid) -> Self {
        Self { key: blake3::derive_key("outlay state sum", epoch.as_bytes()) }
    }

    /// What an entry adds to the sum.
    pub(super) fn hash(&self, key: &[u8], entry: &Stored) -> [u64; 4] {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&(key.len() as u64).to_be_bytes());
        hasher.update(key);
        hasher.update(&entry.revision.to_be_bytes());
        hasher.update(&[class_code(entry.class)]);
        hasher.update(&entry.value);
        limbs(*hasher.finalize().as_bytes())
    }
}

fn limbs(bytes: [u8; 32]) -> [u64; 4] {
    let mut out = [0; 4];
    for (limb, chunk) in out.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = chunk.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::super::fold::Fold;
    use super::super::marker::Marker;
    use super::super::tree::Tree;
    use super::super::writes::Write;
    use super::super::{Embedded, Settings, body, scan, segment};
    use super::*;
    use crate::engine::{Class, Commit, Engine, Error, Operation, Range};

    #[test]
    fn adding_and_subtracting_carry_across_limbs() {
        let one = [1, 0, 0, 0];
        let mut sum = Sum([u64::MAX, u64::MAX, u64::MAX, 5]);
        sum.add(one);
        assert_eq!(sum, Sum([0, 0, 0, 6]));
        sum.subtract(one);
        assert_eq!(sum, Sum([u64::MAX, u64::MAX, u64::MAX, 5]));
        let mut sum = Sum::default();
        sum.subtract(one);
        assert_eq!(sum, Sum([u64::MAX; 4]));
        assert_eq!(Sum::from_bytes(sum.to_bytes()), sum);
    }

    /// The sum that is kept, and the one that the entries give, once all is in
    /// sled.
    async fn sums(engine: Embedded, directory: &Path, settings: &Settings) -> (Sum, Sum) {
        engine.close().await.unwrap();
        let engine = Embedded::open(directory, settings).unwrap();
        let tree = engine.shared.tree.get().unwrap();
        let kept = tree.applied().unwrap().unwrap().sum;
        let summer = Summer::new(engine.shared.marker.epoch);
        let range = Range { start: Vec::new(), end: None };
        let mut sum = Sum::default();
        for (key, _) in tree.walk(&range, false, usize::MAX, true).unwrap().unwrap().found {
            sum.add(summer.hash(&key, &tree.settled(&key).unwrap().unwrap()));
        }
        (kept, sum)
    }

    fn commit(round: u64) -> Commit {
        let operations = (0..40).map(|number| {
            let key = (number * 7 + round * 13) % 97;
            let class = [Class::Record, Class::Index][usize::from(key % 5 == 1)];
            let key = format!("{key}").into_bytes();
            match (number + round) % 5 {
                0 => Operation::Delete { class, key },
                _ => Operation::Put {
                    class,
                    key,
                    value: vec![7; (number * round * 31 % 9_000) as usize].into(),
                },
            }
        });
        let cell = Operation::Add { key: b"cell".to_vec(), deltas: vec![3] };
        Commit { operations: operations.chain([cell]).collect(), ..Commit::default() }
    }

    #[tokio::test]
    async fn the_sum_that_is_kept_is_that_of_the_entries_also_after_replay() {
        let name = format!("outlay-sum-{}", std::process::id());
        let directory: PathBuf = std::env::temp_dir().join(name);
        let settings = Settings { reserve_bytes: 0, ..Settings::default() };
        let engine = Embedded::open(&directory, &settings).unwrap();
        for round in 0..60 {
            engine.commit(commit(round)).await.unwrap();
        }
        let before = sums(engine, &directory, &settings).await;
        assert_eq!(before.0, before.1);
        assert_ne!(before.0, Sum::default());
        std::fs::remove_dir_all(directory.join("tree")).unwrap();
        let engine = Embedded::open(&directory, &settings).unwrap();
        assert_eq!(sums(engine, &directory, &settings).await, before);
        std::fs::remove_dir_all(&directory).unwrap();
    }

    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let target = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                copy(&entry.path(), &target);
            } else {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
    }

    /// Applies the first half of the newest commit to a tree that lacks it.
    fn apply_half(directory: &Path, settings: &Settings) {
        let marker = Marker::read(directory).unwrap().unwrap();
        let segment = segment::path(&directory.join("journal"), 1);
        let scan = scan::read(&segment, 1, marker.epoch).unwrap();
        let newest = scan.frames.iter().rfind(|frame| !frame.header.rows.is_empty());
        let newest = newest.unwrap();
        let body = body::read(scan.body(newest, 0), &newest.header.rows[0]).unwrap();
        let writes = body.writes().unwrap();
        let holder = Tree::open(&directory.join("tree"), settings).unwrap();
        let tree = holder.get().unwrap();
        let mut applied = tree.applied().unwrap().unwrap();
        assert_eq!(applied.revision + 1, scan.last);
        let (revision, stored) = (scan.last, |write: &Write| {
            let (class, value) = (write.class, write.value.clone()?);
            Some(Stored { revision: scan.last, class, value })
        });
        let half = writes[..writes.len() / 2].iter();
        let half: Vec<_> = half.map(|write| (&write.key, stored(write))).collect();
        let half: Vec<_> = half.iter().map(|(key, new)| (*key, new.as_ref())).collect();
        applied.reached = revision;
        Fold::new(applied, None).step(&tree, &half).unwrap();
        drop(tree);
        holder.close().unwrap();
    }

    #[tokio::test]
    async fn half_a_commit_in_the_tree_is_made_whole_and_needs_its_journal() {
        let name = format!("outlay-half-{}", std::process::id());
        let directory: PathBuf = std::env::temp_dir().join(name);
        let (tree, before) = (directory.join("tree"), directory.join("before"));
        let settings = Settings { reserve_bytes: 0, ..Settings::default() };
        let engine = Embedded::open(&directory, &settings).unwrap();
        for round in 0..20 {
            engine.commit(commit(round)).await.unwrap();
        }
        engine.close().await.unwrap();
        copy(&tree, &before);
        let segment = segment::path(&directory.join("journal"), 1);
        let shorter = std::fs::read(&segment).unwrap();
        let engine = Embedded::open(&directory, &settings).unwrap();
        engine.commit(commit(20)).await.unwrap();
        let whole = sums(engine, &directory, &settings).await;

        std::fs::remove_dir_all(&tree).unwrap();
        copy(&before, &tree);
        apply_half(&directory, &settings);
        copy(&tree, &directory.join("half"));
        let engine = Embedded::open(&directory, &settings).unwrap();
        assert_eq!(sums(engine, &directory, &settings).await, whole);

        std::fs::remove_dir_all(&tree).unwrap();
        copy(&directory.join("half"), &tree);
        std::fs::write(&segment, shorter).unwrap();
        std::fs::remove_file(directory.join("journal/durable")).unwrap();
        let refused = Embedded::open(&directory, &settings).err().unwrap();
        assert!(matches!(refused, Error::Damaged { revision: 20, .. }), "{refused}");
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
