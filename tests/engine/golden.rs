//! A data directory of each format, kept for ever (see `golden/README.md`): it
//! is opened, everything in it is found, and it goes on.

use std::path::{Path, PathBuf};
use std::time::Duration;

use outlay_server::engine::embedded::{Embedded, Settings};
use outlay_server::engine::{
    Change, Class, Commit, Context, Cursor, Direction, Engine, Error, Operation, Value,
};
use uuid::Uuid;

use super::compression::{compressed, files};
use super::support::{
    add, all, copy, cursor, delete, done, failure, must, must_io, put, settings, temporary, text,
};

/// Commits that were written before the bodies of the first ones were dropped.
const COMMITS: u64 = 24;
/// The record that was purged, in the commits of these revisions.
const PURGED: &str = "purged";
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

fn directory(format: u32) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join(format!("tests/engine/golden/format-{format}/directory"))
}

fn small() -> Settings {
    Settings { segment_bytes: 1_500, ..settings() }
}

/// What the commit of a revision does, in the directory of format 1.
fn operations(revision: u64) -> Vec<Operation> {
    let number = revision % 5;
    let index = |key: String| Operation::Put {
        class: Class::Index,
        key: format!("index/{key}").into_bytes(),
        value: bytes::Bytes::new(),
    };
    let mut operations = vec![
        put(format!("record/{number}"), long(revision)),
        index(format!("{revision:03}")),
        add("cell", revision as i64),
    ];
    match revision {
        10 | 14 => operations.push(put(PURGED, format!("a secret of {revision}"))),
        16 => operations.push(delete(PURGED)),
        22 => operations.push(delete("record/1")),
        _ => {}
    }
    operations
}

/// Short, long and empty values; one is longer than a page of the tree.
fn long(revision: u64) -> Vec<u8> {
    let length = [0, 12, 300, 40, 160][revision as usize % 5];
    let length = if revision == 23 { 5_000 } else { length };
    (0..length).map(|n| (n as u64 * revision) as u8).collect()
}

fn context(revision: u64) -> Context {
    Context {
        principal: "users/golden".to_owned(),
        method: "golden".to_owned(),
        request_id: revision.is_multiple_of(2).then(|| Uuid::from_u128(revision.into())),
        time_micros: revision as i64 * DAY,
        peer: "192.0.2.1:5000".to_owned(),
        note: format!("第{revision}天"),
        ..Context::default()
    }
}

#[tokio::test]
#[ignore = "it writes the golden directory anew: only for a format that was never released"]
async fn write_the_golden_directory() {
    let scratch = temporary();
    let engine = must(Embedded::open(scratch.path(), &small()));
    for revision in 1..=COMMITS {
        let (context, operations) = (context(revision), operations(revision));
        let commit = Commit { context, operations, ..Commit::default() };
        assert_eq!(must(engine.commit(commit).await), revision);
    }
    for _ in 0..2 {
        must(engine.make_base().await);
        done(&engine, []).await;
    }
    must(engine.purge(&[PURGED.as_bytes().to_vec()], COMMITS).await);
    must(engine.close().await);
    drop(engine);
    // The newest commits are dated long after the others.
    let keep_bodies = Some(Duration::from_secs(18 * 24 * 60 * 60));
    let engine = must(Embedded::open(scratch.path(), &Settings { keep_bodies, ..small() }));
    let newest = Commit { context: context(COMMITS), ..Commit::default() };
    must(engine.commit(newest).await);
    while must(engine.head().await).horizon == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    must(engine.close().await);
    drop(engine);
    let target = directory(1);
    if target.exists() {
        must_io(std::fs::remove_dir_all(&target));
    }
    copy(scratch.path(), &target);
    must_io(std::fs::remove_dir_all(target.join("tree")));
    for name in ["lock", "tree.synced"] {
        let _ = std::fs::remove_file(target.join(name));
    }
}

/// A copy of the directory of a format.
fn taken(format: u32) -> tempfile::TempDir {
    let scratch = temporary();
    copy(&directory(format), scratch.path());
    scratch
}

/// Everything that the feed still tells, one commit after the other.
async fn history(engine: &Embedded) -> (u64, Vec<Change>) {
    let head = must(engine.head().await);
    let here = Cursor { revision: head.horizon, ..cursor(engine, 0).await };
    let told = must(engine.changes(&here, 1_000, Duration::ZERO).await);
    assert_eq!(head.horizon + told.len() as u64, head.revision);
    (head.horizon, told)
}

/// The directory of format 1 holds what was put into it.
async fn check_format_1(engine: &Embedded) {
    let snapshot = must(engine.snapshot().await);
    let found = all(snapshot.as_ref(), Direction::Forward, 100).await;
    let found: Vec<_> = found
        .into_iter()
        .map(|(key, entry)| (text(&key), entry.revision, entry.value.to_vec()))
        .collect();
    let sum = (1..=COMMITS as i64).sum::<i64>();
    let cell = ("cell".to_owned(), COMMITS, sum.to_be_bytes().to_vec());
    let indexes = (1..=COMMITS).map(|revision| (format!("index/{revision:03}"), revision, vec![]));
    // Record 1 was deleted in revision 22, of which its put named record 2.
    let records = [(0, 20), (2, 22), (3, 23), (4, 24)]
        .map(|(number, revision)| (format!("record/{number}"), revision, long(revision)));
    let expected: Vec<_> = [cell].into_iter().chain(indexes).chain(records).collect();
    assert_eq!(found, expected);

    let (horizon, told) = history(engine).await;
    assert!((1..10).contains(&horizon), "some bodies were dropped: {horizon}");
    let behind = cursor(engine, horizon - 1).await;
    let error = failure(engine.changes(&behind, 1, Duration::ZERO).await);
    assert!(matches!(error, Error::Compacted { oldest } if oldest == horizon), "{error}");
    for change in told.iter().filter(|change| change.revision <= COMMITS) {
        assert_eq!(change.context, context(change.revision));
        for record in &change.records {
            let expected = match &record.key {
                key if key == PURGED.as_bytes() && change.revision < 16 => Value::Purged,
                key if key == PURGED.as_bytes() || key == b"record/1" && change.revision == 22 => {
                    Value::Absent
                }
                _ => Value::Present(long(change.revision).into()),
            };
            assert_eq!(record.new, expected, "revision {}", change.revision);
        }
    }
    assert!(told.iter().flat_map(|change| &change.records).any(|r| r.old == Value::Compacted));
}

#[tokio::test]
async fn a_directory_of_format_1_is_read_and_goes_on() {
    let scratch = taken(1);
    assert!(files(scratch.path(), "compressed").len() > 2);
    assert!(files(scratch.path(), "journal").len() > 1);
    let engine = must(Embedded::open(scratch.path(), &small()));
    check_format_1(&engine).await;
    assert!(must(engine.verify(|_| {}).await).findings.is_empty());
    let head = must(engine.head().await);
    for round in 1..=10 {
        let revision = done(&engine, [put("record/new", long(round)), add("cell", 1)]).await;
        assert_eq!(revision, head.revision + round);
    }
    must(engine.close().await);
    drop(engine);
    let engine = must(Embedded::open(scratch.path(), &Settings { compress: true, ..small() }));
    let (_, told) = history(&engine).await;
    assert_eq!(must(engine.head().await).revision, head.revision + 10);
    compressed(scratch.path()).await;
    assert_eq!(history(&engine).await.1, told);
    assert!(must(engine.verify(|_| {}).await).findings.is_empty());
}

#[tokio::test]
async fn a_directory_of_format_1_is_read_without_changing_it() {
    let scratch = taken(1);
    let settings = Settings { read_only: true, ..small() };
    let engine = must(Embedded::open(scratch.path(), &settings));
    check_format_1(&engine).await;
    let refused = failure(engine.purge(&[b"record/1".to_vec()], 1).await);
    assert!(matches!(refused, Error::ReadOnly(_)), "{refused}");
}

#[test]
fn the_golden_files_stay_small() {
    let mut todo = vec![directory(1).join("..")];
    let mut bytes = 0;
    while let Some(path) = todo.pop() {
        for entry in must_io(std::fs::read_dir(path)) {
            let entry = must_io(entry);
            match must_io(entry.file_type()).is_dir() {
                true => todo.push(entry.path()),
                false => bytes += must_io(entry.metadata()).len(),
            }
        }
    }
    assert!((10_000..64 * 1024).contains(&bytes), "{bytes} bytes");
}
