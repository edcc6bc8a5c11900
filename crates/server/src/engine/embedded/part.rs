//! A part of a commit's body that can be taken out and leaves its hash: the
//! value of a record, or all that was derived from records.
//!
//! ```text
//! 0 length u32    of the bytes that are, or were, there
//! 4 salt [16], the bytes, zeros to make 32        where they are there
//!   hash [32], zeros in place of the rest         where they were purged
//! ```
//!
//! Both forms are equally long, so that nothing else in the journal moves when
//! a part is purged; its length stays visible. The hash covers salt and bytes,
//! and the salt goes with them: what is left of a short value does not let it
//! be guessed.

use bytes::Bytes;

use super::codec::{Reader, put_length};

/// What a part is hashed with.
pub(super) type Salt = [u8; 16];

const SALT: usize = size_of::<Salt>();
const HASH: usize = 32;

/// The part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It is there.
    Kept { salt: Salt, bytes: Bytes },
    /// Only its hash is.
    Purged {
        hash: [u8; HASH],
        /// Bytes that there were.
        length: usize,
    },
}

impl Part {
    /// The bytes, where they were not purged.
    pub(super) fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Kept { bytes, .. } => Some(bytes),
            Self::Purged { .. } => None,
        }
    }

    /// Bytes that there are or were.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Kept { bytes, .. } => bytes.len(),
            Self::Purged { length, .. } => *length,
        }
    }

    /// What the digest of the body covers of it: the same before and after it
    /// is purged.
    pub(super) fn hash(&self) -> [u8; HASH] {
        match self {
            Self::Kept { salt, bytes } => {
                *blake3::Hasher::new().update(salt).update(bytes).finalize().as_bytes()
            }
            Self::Purged { hash, .. } => *hash,
        }
    }

    /// Without its bytes.
    pub(super) fn purged(&self) -> Self {
        Self::Purged { hash: self.hash(), length: self.length() }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        put_length(out, self.length());
        let end = out.len() + room(self.length());
        match self {
            Self::Kept { salt, bytes } => {
                out.extend_from_slice(salt);
                out.extend_from_slice(bytes);
            }
            Self::Purged { hash, .. } => out.extend_from_slice(hash),
        }
        out.resize(end, 0);
    }

    /// Reads a part; none where there are too few bytes, or others than zeros
    /// where nothing else may be.
    pub(super) fn read(reader: &mut Reader, purged: bool) -> Option<Self> {
        let length = usize::try_from(reader.u32()?).ok()?;
        let mut room = Reader::new(reader.take(room(length))?);
        let part = if purged {
            Self::Purged { hash: room.array()?, length }
        } else {
            Self::Kept { salt: room.array()?, bytes: room.take(length)? }
        };
        room.rest().iter().all(|byte| *byte == 0).then_some(part)
    }
}

/// Bytes that a part of `length` takes behind its length.
fn room(length: usize) -> usize {
    length.saturating_add(SALT).max(HASH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(part: &Part) -> Bytes {
        let mut out = Vec::new();
        part.write(&mut out);
        Bytes::from(out)
    }

    #[test]
    fn a_part_is_as_long_and_has_the_same_hash_when_it_is_purged() {
        for length in [0, 1, 15, 16, 17, 31, 32, 33, 1_000] {
            let bytes = Bytes::from(vec![0xA5; length]);
            let kept = Part::Kept { salt: [7; SALT], bytes: bytes.clone() };
            let purged = kept.purged();
            assert_eq!((purged.hash(), purged.length()), (kept.hash(), length));
            assert_eq!(purged.purged(), purged);
            let (before, after) = (written(&kept), written(&purged));
            assert_eq!(before.len(), after.len(), "{length} bytes");
            assert!(!after[4 + HASH..].iter().any(|byte| *byte != 0));
            for (part, bytes) in [(kept, before), (purged, after)] {
                let is_purged = part.bytes().is_none();
                let mut reader = Reader::new(bytes);
                assert_eq!(Part::read(&mut reader, is_purged), Some(part));
                assert!(reader.is_empty());
            }
        }
    }

    #[test]
    fn nothing_hides_behind_a_part() {
        let kept = Part::Kept { salt: [7; SALT], bytes: Bytes::from_static(b"short") };
        for (part, purged) in [(kept.clone(), false), (kept.purged(), true)] {
            let mut bytes = written(&part).to_vec();
            if purged {
                // A long one, so that there are zeros.
                bytes = written(
                    &Part::Kept { salt: [7; SALT], bytes: Bytes::from(vec![1; 90]) }.purged(),
                )
                .to_vec();
            }
            *bytes.last_mut().unwrap() = 1;
            assert_eq!(Part::read(&mut Reader::new(Bytes::from(bytes)), purged), None);
        }
    }
}
