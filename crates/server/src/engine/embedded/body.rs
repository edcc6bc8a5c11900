//! One commit as the journal keeps it: its context and its absolute results.
//!
//! A record's operation names the revision that wrote the value before it, so
//! that history can be followed backwards without storing a value twice. The
//! digest covers each value through its own hash: a body stays verifiable
//! when one value is taken out of it and its hash is left (tag
//! [`TAG_PURGED`] is reserved for that).

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
    /// The value after; none where the key was removed.
    pub(super) value: Option<Bytes>,
}

/// The bytes of a body and their digest.
pub(super) fn encode(body: &Body) -> (Vec<u8>, [u8; 32]) {
    let mut out = Vec::with_capacity(256);
    serialize(body, &mut out, |out, value| put_bytes(out, value));
    (out, digest(body))
}

/// What the frame header says of a body.
pub(super) fn digest(body: &Body) -> [u8; 32] {
    let mut out = Vec::with_capacity(256);
    serialize(body, &mut out, |out, value| {
        put_length(out, value.len());
        out.extend_from_slice(blake3::hash(value).as_bytes());
    });
    *blake3::hash(&out).as_bytes()
}

fn serialize(body: &Body, out: &mut Vec<u8>, put_value: fn(&mut Vec<u8>, &Bytes)) {
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
            put_value(out, value);
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
    let value = match tag & TAG_MASK {
        TAG_PUT => Some(reader.bytes()?),
        TAG_DELETE => None,
        _ => return None,
    };
    Some(Write { class, key, old_revision, value })
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
