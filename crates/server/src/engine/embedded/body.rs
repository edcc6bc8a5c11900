//! One commit as the journal keeps it: its context and its absolute results.
//!
//! A record's operation names the revision that wrote the value before it, so
//! that history can be followed backwards without storing a value twice. The
//! digest covers each value through its own hash: a body stays verifiable
//! when one value is taken out of it and its hash is left (tag
//! [`TAG_PURGED`] is reserved for that). A record's value is hashed with a
//! salt that stands beside it and goes with it: the hash that is left of a
//! short value does not let it be guessed.

use bytes::Bytes;
use uuid::Uuid;

use super::codec::{Reader, put_bytes, put_length};
use crate::engine::{Class, Context};

const VERSION: u8 = 1;
const TAG_PUT: u8 = 0x10;
const TAG_DELETE: u8 = 0x20;
/// Reserved: a put whose value was removed and whose hash was kept.
#[expect(dead_code, reason = "reserved on disk, so that no other tag takes it")]
const TAG_PURGED: u8 = 0x30;
const TAG_MASK: u8 = 0xF0;

/// What a record's value is hashed with.
pub(super) type Salt = [u8; 16];

/// Salts for the values of one commit.
pub(super) struct Salts {
    /// Random, and forgotten: one salt says nothing of another.
    seed: Uuid,
    given: u64,
}

impl Salts {
    pub(super) fn new() -> Self {
        Self { seed: Uuid::new_v4(), given: 0 }
    }

    pub(super) fn next(&mut self) -> Salt {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.seed.as_bytes());
        hasher.update(&self.given.to_be_bytes());
        self.given += 1;
        let mut salt = Salt::default();
        hasher.finalize_xof().fill(&mut salt);
        salt
    }
}

/// A commit with everything resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) context: Context,
    pub(super) writes: Vec<Write>,
}

/// What one operation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Write {
    pub(super) class: Class,
    pub(super) key: Bytes,
    /// Revision of the value before; 0 if there was none. Kept for records
    /// only, 0 for the other classes.
    pub(super) old_revision: u64,
    /// Of a record's value; nothing else has one.
    pub(super) salt: Salt,
    /// The value after; none where the key was removed.
    pub(super) value: Option<Bytes>,
}

/// The bytes of a body and their digest.
pub(super) fn encode(body: &Body) -> (Vec<u8>, [u8; 32]) {
    let mut out = Vec::with_capacity(256);
    serialize(body, &mut out, |out, write, value| {
        if write.class == Class::Record {
            out.extend_from_slice(&write.salt);
        }
        put_bytes(out, value);
    });
    (out, digest(body))
}

/// What the frame header says of a body.
pub(super) fn digest(body: &Body) -> [u8; 32] {
    let mut out = Vec::with_capacity(256);
    serialize(body, &mut out, |out, write, value| {
        let mut hasher = blake3::Hasher::new();
        if write.class == Class::Record {
            hasher.update(&write.salt);
        }
        put_length(out, value.len());
        out.extend_from_slice(hasher.update(value).finalize().as_bytes());
    });
    *blake3::hash(&out).as_bytes()
}

fn serialize(body: &Body, out: &mut Vec<u8>, put_value: fn(&mut Vec<u8>, &Write, &Bytes)) {
    out.push(VERSION);
    put_context(out, &body.context);
    put_length(out, body.writes.len());
    for write in &body.writes {
        let tag = match write.value {
            Some(_) => TAG_PUT,
            None => TAG_DELETE,
        };
        out.push(tag | class_code(write.class));
        put_length(out, write.key.len());
        out.extend_from_slice(&write.key);
        if write.class == Class::Record {
            out.extend_from_slice(&write.old_revision.to_be_bytes());
        }
        if let Some(value) = &write.value {
            put_value(out, write, value);
        }
    }
}

fn put_context(out: &mut Vec<u8>, context: &Context) {
    out.extend_from_slice(&context.time_micros.to_be_bytes());
    match context.request_id {
        Some(id) => {
            out.push(1);
            out.extend_from_slice(id.as_bytes());
        }
        None => out.push(0),
    }
    for text in
        [&context.principal, &context.method, &context.peer, &context.trace_id, &context.note]
    {
        put_bytes(out, text.as_bytes());
    }
}

/// The body in `bytes`; none if they are no body.
pub(super) fn decode(bytes: Bytes) -> Option<Body> {
    let mut reader = Reader::new(bytes);
    if reader.u8()? != VERSION {
        return None;
    }
    let context = read_context(&mut reader)?;
    let count = usize::try_from(reader.u32()?).ok()?;
    let mut writes = Vec::with_capacity(count.min(crate::engine::MAX_COMMIT_OPERATIONS));
    for _ in 0..count {
        writes.push(read_write(&mut reader)?);
    }
    reader.is_empty().then_some(Body { context, writes })
}

fn read_context(reader: &mut Reader) -> Option<Context> {
    let time_micros = reader.i64()?;
    let request_id = match reader.u8()? {
        0 => None,
        1 => Some(Uuid::from_bytes(reader.array()?)),
        _ => return None,
    };
    Some(Context {
        time_micros,
        request_id,
        principal: reader.text()?,
        method: reader.text()?,
        peer: reader.text()?,
        trace_id: reader.text()?,
        note: reader.text()?,
    })
}

fn read_write(reader: &mut Reader) -> Option<Write> {
    let tag = reader.u8()?;
    let class = class_of(tag & !TAG_MASK)?;
    let key = reader.bytes()?;
    let old_revision = match class {
        Class::Record => reader.u64()?,
        _ => 0,
    };
    let mut salt = Salt::default();
    let value = match tag & TAG_MASK {
        TAG_PUT => {
            if class == Class::Record {
                salt = reader.array()?;
            }
            Some(reader.bytes()?)
        }
        TAG_DELETE => None,
        _ => return None,
    };
    Some(Write { class, key, old_revision, salt, value })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn body(salts: &mut Salts) -> Body {
        let write = |class, salt| Write {
            class,
            key: Bytes::from_static(b"key"),
            old_revision: 0,
            salt,
            value: Some(Bytes::from_static(b"yes")),
        };
        let writes = vec![
            write(Class::Record, salts.next()),
            write(Class::Record, salts.next()),
            write(Class::Index, Salt::default()),
        ];
        Body { context: Context::default(), writes }
    }

    #[test]
    fn a_body_is_read_back_and_each_of_its_records_has_a_salt_of_its_own() {
        let body = body(&mut Salts::new());
        assert_ne!(body.writes[0].salt, body.writes[1].salt);
        let (bytes, digest) = encode(&body);
        let read = decode(Bytes::from(bytes)).unwrap();
        assert_eq!(read, body);
        assert_eq!(super::digest(&read), digest);
    }

    #[test]
    fn the_same_values_have_other_digests_in_another_commit() {
        let [one, two] = [(); 2].map(|()| encode(&body(&mut Salts::new())).1);
        assert_ne!(one, two);
    }
}
