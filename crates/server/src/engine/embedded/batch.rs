//! Changes of the tree that are made together.

use std::collections::BTreeMap;

use super::layout::{
    APPLIED, LONG, PART, applied_value, crc, frame_key, located_tail, part_key, parts, tail,
    user_key,
};
use super::tree::{Applied, Located, Stored};
use super::writes::class_code;

/// All of it is applied or nothing.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Entries that stand in blocks, by their keys: the new tail, or none for
    /// those that are removed.
    pub(super) entries: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// What stands in entries of sled's own.
    pub(super) rest: sled::Batch,
}

impl Batch {
    /// Replaces `old` by `new` under a user's key.
    pub(super) fn replace(&mut self, key: &[u8], old: Option<&Stored>, new: Option<&Stored>) {
        if let Some(old) = old.filter(|old| old.value.len() > PART) {
            for number in 0..parts(old.value.len()) {
                self.rest.remove(part_key(key, old.revision, number));
            }
        }
        let new = new.map(|new| self.written(key, new));
        self.entries.insert(user_key(key), new);
    }

    /// The tail of an entry; the parts of a long value are put beside it.
    fn written(&mut self, key: &[u8], new: &Stored) -> Vec<u8> {
        let flags = class_code(new.class);
        if new.value.len() <= PART {
            return tail(new.revision, flags, &new.value);
        }
        for (number, part) in (0..).zip(new.value.chunks(PART)) {
            let part_key = part_key(key, new.revision, number);
            let mut value = crc(&part_key, part).to_be_bytes().to_vec();
            value.extend_from_slice(part);
            self.rest.insert(part_key, value);
        }
        let length = u32::try_from(new.value.len()).unwrap_or(u32::MAX).to_be_bytes();
        tail(new.revision, flags | LONG, &length)
    }

    /// Says where the tree stands after this batch.
    pub(super) fn applied(&mut self, applied: &Applied) {
        self.rest.insert(&APPLIED, applied_value(applied));
    }

    /// Says where a frame is.
    pub(super) fn located(&mut self, located: &Located) {
        self.entries.insert(frame_key(located.last), Some(located_tail(located)));
    }
}
