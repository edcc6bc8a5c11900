//! Changes of the tree that are made together.

use super::body::class_code;
use super::layout::{
    APPLIED, LONG, PART, applied_value, crc, entry, frame_key, located_value, part_key, parts,
    user_key,
};
use super::tree::{Applied, Located, Stored};

/// All of it is applied or nothing.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) batch: sled::Batch,
}

impl Batch {
    /// Replaces `old` by `new` under a user's key.
    pub(super) fn replace(&mut self, key: &[u8], old: Option<&Stored>, new: Option<&Stored>) {
        if let Some(old) = old.filter(|old| old.value.len() > PART) {
            for number in 0..parts(old.value.len()) {
                self.batch.remove(part_key(key, old.revision, number));
            }
        }
        match new {
            Some(new) => self.insert(key, new),
            None => self.batch.remove(user_key(key)),
        }
    }

    fn insert(&mut self, key: &[u8], new: &Stored) {
        let mut flags = class_code(new.class);
        if new.value.len() <= PART {
            self.batch.insert(user_key(key), entry(key, new.revision, flags, &new.value));
            return;
        }
        flags |= LONG;
        let length = u32::try_from(new.value.len()).unwrap_or(u32::MAX).to_be_bytes();
        self.batch.insert(user_key(key), entry(key, new.revision, flags, &length));
        for (number, part) in (0..).zip(new.value.chunks(PART)) {
            let part_key = part_key(key, new.revision, number);
            let mut value = crc(&part_key, part).to_be_bytes().to_vec();
            value.extend_from_slice(part);
            self.batch.insert(part_key, value);
        }
    }

    /// Says where the tree stands after this batch.
    pub(super) fn applied(&mut self, applied: &Applied) {
        self.batch.insert(&APPLIED, applied_value(applied));
    }

    /// Says where a frame is.
    pub(super) fn located(&mut self, located: &Located) {
        self.batch.insert(&frame_key(located.last), located_value(located));
    }
}
