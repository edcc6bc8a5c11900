//! What a commit did to single keys, and how those writes are kept that can be
//! made again from records.

use bytes::Bytes;

use super::codec::{Reader, put_bytes, put_length};
use crate::engine::{Class, MAX_COMMIT_OPERATIONS};

pub(super) const TAG_PUT: u8 = 0x10;
pub(super) const TAG_DELETE: u8 = 0x20;
const TAG_MASK: u8 = 0xF0;

/// What one operation did to a key of any class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Write {
    pub(super) class: Class,
    pub(super) key: Bytes,
    /// Revision of the value before; 0 if there was none. Only records keep
    /// it.
    pub(super) old_revision: u64,
    /// The value after; none where the key was removed.
    pub(super) value: Option<Bytes>,
}

/// The derived part of a body.
pub(super) fn encode_derived(writes: &[Write]) -> Bytes {
    let mut out = Vec::with_capacity(256);
    put_length(&mut out, writes.len());
    for write in writes {
        let tag = if write.value.is_some() { TAG_PUT } else { TAG_DELETE };
        out.push(tag | class_code(write.class));
        put_bytes(&mut out, &write.key);
        if let Some(value) = &write.value {
            put_bytes(&mut out, value);
        }
    }
    Bytes::from(out)
}

/// The writes of the derived part of a body; none if it has none.
pub(super) fn decode_derived(bytes: Bytes) -> Option<Vec<Write>> {
    let mut reader = Reader::new(bytes);
    let count = usize::try_from(reader.u32()?).ok()?;
    let mut writes = Vec::with_capacity(count.min(MAX_COMMIT_OPERATIONS));
    for _ in 0..count {
        let tag = reader.u8()?;
        let class = class_of(tag & !TAG_MASK)?;
        let key = reader.bytes()?;
        let value = match tag & TAG_MASK {
            TAG_PUT => Some(reader.bytes()?),
            TAG_DELETE => None,
            _ => return None,
        };
        writes.push(Write { class, key, old_revision: 0, value });
    }
    reader.is_empty().then_some(writes)
}

/// How a class is written on disk, in the low bits of a byte.
pub(super) fn class_code(class: Class) -> u8 {
    match class {
        Class::Record => 0,
        Class::Index => 1,
        Class::Cell => 2,
        Class::Internal => 3,
    }
}

/// The class that `code` stands for.
pub(super) fn class_of(code: u8) -> Option<Class> {
    match code {
        0 => Some(Class::Record),
        1 => Some(Class::Index),
        2 => Some(Class::Cell),
        3 => Some(Class::Internal),
        _ => None,
    }
}
