//! Golden files: what this format writes, kept for ever. See
//! `tests/engine/golden/README.md`.

use std::path::PathBuf;

use bytes::Bytes;
use uuid::Uuid;

use super::body::{self, Body, DROPPED, Salts, Unread};
use super::compress::{BLOCK, Compressed, Packer};
use super::durable::{self, Durable};
use super::frame::{self, Frame, Header, PRELUDE, Prelude};
use super::marker::{self, Marker};
use super::part::Part;
use super::scan::{self, Scan};
use super::segment::SegmentHeader;
use super::writes::Write;
use crate::engine::{Class, Context};

const EPOCH: Uuid = Uuid::from_u128(0x0123_4567_89ab_4cde_8f01_2345_6789_abcd);
const BOOT: Uuid = Uuid::from_u128(0xfedc_ba98_7654_4321_8fed_cba9_8765_4321);
const FIRST: u64 = 41;

/// What the golden frame holds: every kind of write, and a commit of nothing.
fn bodies() -> [Body; 2] {
    let write = |class, key: &'static str, old_revision, value: Option<&'static [u8]>| Write {
        class,
        key: Bytes::from_static(key.as_bytes()),
        old_revision,
        value: value.map(Bytes::from_static),
    };
    let writes = vec![
        write(Class::Record, "record/created", 0, Some(b"short")),
        write(Class::Index, "index/created", 0, Some(b"")),
        write(Class::Record, "record/changed", 7, Some(&[0xA5; 40])),
        write(Class::Cell, "cell", 0, Some(b"\0\0\0\0\0\0\0\x05")),
        write(Class::Record, "record/emptied", 9, Some(b"")),
        write(Class::Index, "index/deleted", 0, None),
        write(Class::Record, "record/deleted", 12, None),
        write(Class::Internal, "internal", 0, Some(b"kept")),
    ];
    let context = Context {
        principal: "users/test".to_owned(),
        method: "outlay.v1.ProjectService/CreateProject".to_owned(),
        request_id: Some(Uuid::from_u128(0x77)),
        time_micros: 1_690_502_400_000_000,
        peer: "192.0.2.1:5000".to_owned(),
        trace_id: "0af7651916cd43dd8448eb211c80319c".to_owned(),
        note: "说明".to_owned(),
    };
    let nothing = Context { time_micros: 1_690_502_400_000_001, ..Context::default() };
    let mut salts = Salts::seeded(Uuid::from_u128(1));
    [Body::new(context, writes, &mut salts), Body::new(nothing, Vec::new(), &mut salts)]
}

fn previous() -> [u8; 32] {
    frame::genesis(EPOCH)
}

fn frame() -> Frame {
    frame::commits(FIRST, previous(), &bodies())
}

fn seal() -> Frame {
    let frame = frame();
    frame::seal(frame.last, frame.chain)
}

/// The golden frame with other bodies, as purging or dropping leaves it.
fn rewritten(bodies: [Vec<u8>; 2]) -> Vec<u8> {
    let (mut header, _) = parse(&frame().bytes);
    for (row, body) in header.rows.iter_mut().zip(&bodies) {
        row.crc = crc32c::crc32c(body);
    }
    [header.write(), bodies.concat()].concat()
}

fn purged() -> Vec<u8> {
    let mut bodies = bodies();
    let [first, _] = &mut bodies;
    for write in &mut first.records {
        write.value = write.value.as_ref().map(Part::purged);
    }
    first.derived = first.derived.as_ref().map(Part::purged);
    rewritten(bodies.map(|body| body::encode(&body).0))
}

fn dropped() -> Vec<u8> {
    rewritten(bodies().map(|body| vec![DROPPED; body::encode(&body).0.len()]))
}

fn segment() -> Vec<u8> {
    let header = SegmentHeader { epoch: EPOCH, boot: BOOT, first: FIRST, previous: previous() };
    [header.write(), frame().bytes, seal().bytes].concat()
}

fn compressed() -> Vec<u8> {
    let raw = segment();
    let header = SegmentHeader::read(&raw).unwrap();
    let mut packer = Packer::new().unwrap();
    raw.chunks(BLOCK).for_each(|block| packer.add(block).unwrap());
    packer.finish(&header, false)
}

fn watermark() -> Durable {
    Durable { revision: frame().last, chain: frame().chain }
}

/// All that are the same each time they are made.
fn files() -> [(&'static str, Vec<u8>); 7] {
    [
        ("marker", Marker::of(EPOCH).text().into_bytes()),
        ("watermark", watermark().write()),
        ("frame", frame().bytes),
        ("frame-purged", purged()),
        ("frame-dropped", dropped()),
        ("seal", seal().bytes),
        ("segment.journal", segment()),
    ]
}

fn path(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("../../tests/engine/golden/format-1").join(name)
}

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap()
}

fn parse(bytes: &[u8]) -> (Header, Bytes) {
    let prelude = Prelude::read(bytes).unwrap();
    let (table, bodies) = bytes[PRELUDE..].split_at(prelude.table());
    (Header::read(prelude, table).unwrap(), Bytes::copy_from_slice(bodies))
}

#[test]
#[ignore = "it writes the golden files anew: only for a format that was never released"]
fn write_the_golden_files() {
    std::fs::create_dir_all(path("")).unwrap();
    for (name, bytes) in files() {
        std::fs::write(path(name), bytes).unwrap();
    }
    std::fs::write(path("segment.compressed"), compressed()).unwrap();
}

#[test]
fn what_is_written_today_is_what_this_format_writes() {
    for (name, bytes) in files() {
        assert!(golden(name) == bytes, "{name}: format 1 must not change");
    }
    // zstd may pack another way; all else of the file is ours.
    let (then, now) = (golden("segment.compressed"), compressed());
    assert_eq!(then[..88], now[..88]);
}

#[test]
fn frames_of_this_format_are_understood() {
    let bodies = bodies();
    let chain = frame().chain;
    for (name, unread) in
        [("frame", None), ("frame-purged", Some(Unread::Purged)), ("frame-dropped", None)]
    {
        let (header, bytes) = parse(&golden(name));
        assert_eq!(header.chain(), chain, "{name}");
        let mut rest = bytes;
        for (row, expected) in header.rows.iter().zip(&bodies) {
            let found = body::read(rest.split_to(row.length as usize), row);
            match (name, unread) {
                ("frame-dropped", _) => assert_eq!(found, Err(Unread::Dropped)),
                (_, Some(unread)) if !expected.records.is_empty() => {
                    let found = found.unwrap();
                    assert_eq!(found.writes(), Err(unread));
                    assert_eq!(found.context, expected.context);
                }
                _ => assert_eq!(found.as_ref(), Ok(expected), "{name}"),
            }
        }
        assert!(rest.is_empty());
    }
}

#[test]
fn segments_of_this_format_are_understood() {
    let check = |scan: &Scan| {
        scan.check().unwrap();
        assert_eq!((scan.header.epoch, scan.header.boot), (EPOCH, BOOT));
        assert_eq!((scan.header.previous, scan.last), (previous(), FIRST + 1));
        assert!(scan.sealed && scan.chain == seal().chain);
    };
    check(&scan::read(&path("segment.journal"), FIRST, EPOCH).unwrap());
    check(&scan::read_compressed(&path("segment.compressed"), FIRST, EPOCH).unwrap());
    let file = std::fs::File::open(path("segment.compressed")).unwrap();
    assert!(Compressed::open(file).unwrap().is_of(&golden("segment.journal")).unwrap());
}

#[test]
fn markers_of_this_format_are_understood() {
    let text = String::from_utf8(golden("marker")).unwrap();
    assert_eq!(marker::parse(&text), Some(Marker::of(EPOCH)));
    assert_eq!(durable::parse(&golden("watermark")), Some(watermark()));
}
