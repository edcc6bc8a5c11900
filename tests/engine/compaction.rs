//! The tree written anew while the engine serves.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use outlay_server::engine::embedded::{Embedded, Settings};
use outlay_server::engine::{Direction, Engine, Error};

use super::support::{
    Machine, add, all, done, failure, must, must_io, open, put, settings, temporary, value,
};

const KEYS: u64 = 300;

/// Writes `commits` commits after `from`: each changes two of the keys.
async fn write(engine: &Embedded, from: u64, commits: u64) {
    for number in from..from + commits {
        let key = |number: u64| format!("key-{:03}", number % KEYS);
        let text = format!("{number}").repeat(20);
        done(engine, [put(key(number), &text), put(key(number * 7 + 1), text), add("sum", 1)])
            .await;
    }
}

async fn everything(engine: &Embedded) -> Vec<(Vec<u8>, outlay_server::engine::Entry)> {
    let snapshot = must(engine.snapshot().await);
    all(snapshot.as_ref(), Direction::Forward, 100).await
}

async fn is_well(engine: &Embedded) {
    let report = must(engine.verify(|_| {}).await);
    assert_eq!((report.findings, report.omitted), (Vec::new(), 0));
}

/// Names in a directory that a compaction could have left.
fn left(directory: &Path) -> Vec<String> {
    let names = must_io(std::fs::read_dir(directory)).map(|entry| must_io(entry).file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("tree.") && name != "tree.synced").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_and_commits_go_on_and_nothing_is_another() {
    let directory = temporary();
    let engine = Arc::new(open(directory.path()));
    write(&engine, 0, 600).await;
    let old = must(engine.snapshot().await);
    let seen = all(old.as_ref(), Direction::Forward, 100).await;
    let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(600)));
    let writer = {
        let (engine, stop, written) =
            (Arc::clone(&engine), Arc::clone(&stop), Arc::clone(&written));
        tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                write(&engine, written.load(Ordering::SeqCst), 1).await;
                written.fetch_add(1, Ordering::SeqCst);
            }
        })
    };
    let reader = {
        let (engine, stop) = (Arc::clone(&engine), Arc::clone(&stop));
        tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                // Two keys of one commit never come apart.
                let found = everything(&engine).await;
                assert_eq!(found.len() as u64, KEYS + 1);
                tokio::task::yield_now().await;
            }
        })
    };
    for _ in 0..3 {
        let compacted = must(engine.compact(|_| {}).await);
        assert!(compacted.before > 0 && compacted.after > 0 && compacted.entries > KEYS);
        // What was seen before is seen still.
        assert_eq!(all(old.as_ref(), Direction::Forward, 100).await, seen);
    }
    stop.store(true, Ordering::SeqCst);
    assert!(writer.await.is_ok() && reader.await.is_ok());
    assert_eq!(left(directory.path()), Vec::<String>::new());
    is_well(&engine).await;
    let (now, sum) = (everything(&engine).await, value(engine.as_ref(), "sum").await);
    let total = sum.as_ref().map(|sum| i64::from_be_bytes(sum.as_ref().try_into().unwrap()));
    assert_eq!(total, Some(i64::try_from(written.load(Ordering::SeqCst)).unwrap()));
    drop(old);
    let engine = Arc::into_inner(engine).expect("nobody else has it");
    must(engine.close().await);
    let engine = open(directory.path());
    assert_eq!(everything(&engine).await, now);
    assert_eq!(value(&engine, "sum").await, sum);
    is_well(&engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tree_that_has_grown_is_smaller_then() {
    let directory = temporary();
    let engine = open(directory.path());
    for round in 0..60_u64 {
        for part in 0..10 {
            let puts: Vec<_> = (0..60)
                .map(|key| put(format!("{:04}", key * 10 + part), round.to_string().repeat(100)))
                .collect();
            done(&engine, puts).await;
        }
    }
    let compacted = must(engine.compact(|_| {}).await);
    assert!(compacted.after < compacted.before, "{compacted:?}");
    assert_eq!(must(engine.info().await).compaction, None);
    is_well(&engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_it_is_killed_the_next_start_has_everything() {
    let directory = temporary();
    let mut written = 0;
    for round in 0..12_u64 {
        let engine = open(directory.path());
        assert_eq!(left(directory.path()), Vec::<String>::new());
        write(&engine, written, 150).await;
        written += 150;
        let before = everything(&engine).await;
        // It is broken off somewhere, or has just ended.
        let patience = Duration::from_millis(round * 17);
        let _ = tokio::time::timeout(patience, engine.compact(|_| {})).await;
        drop(engine);
        let engine = open(directory.path());
        assert_eq!(everything(&engine).await, before, "round {round}");
        is_well(&engine).await;
    }
}

#[tokio::test]
async fn a_start_finds_its_way_from_every_state_between_the_renames() {
    let directory = temporary();
    let engine = open(directory.path());
    write(&engine, 0, 300).await;
    let before = everything(&engine).await;
    must(engine.close().await);
    let path = |name: &str| directory.path().join(name);
    let rename = |from: &str, to: &str| must_io(std::fs::rename(path(from), path(to)));
    let reopened = async || {
        let engine = open(directory.path());
        assert_eq!(everything(&engine).await, before);
        is_well(&engine).await;
        must(engine.close().await);
        assert_eq!(left(directory.path()), Vec::<String>::new());
    };
    // A half of a new one lies there.
    must_io(std::fs::create_dir(path("tree.new")));
    must_io(std::fs::write(path("tree.new").join("db"), b"half"));
    reopened().await;
    // The old one was put away, and the new one isn't in its place yet.
    rename("tree", "tree.old");
    must_io(std::fs::create_dir(path("tree.new")));
    reopened().await;
    // It is, and the old one wasn't removed yet.
    must_io(std::fs::create_dir(path("tree.old")));
    must_io(std::fs::write(path("tree.old").join("db"), b"old"));
    reopened().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_at_a_time_with_room_and_where_writing_is_allowed() {
    let directory = temporary();
    let machine = Machine::new(1);
    let with = Settings { media: machine.clone(), ..settings() };
    let engine = must(Embedded::open(directory.path(), &with));
    write(&engine, 0, 300).await;
    let (one, two) = tokio::join!(engine.compact(|_| {}), engine.compact(|_| {}));
    must(one);
    assert!(matches!(failure(two), Error::Busy));
    must(engine.make_base().await);
    write(&engine, 300, 1).await;
    must(engine.make_base().await);
    machine.full.store(true, Ordering::SeqCst);
    assert!(matches!(failure(engine.compact(|_| {}).await), Error::NotApplied));
    machine.full.store(false, Ordering::SeqCst);
    assert_eq!(left(directory.path()), Vec::<String>::new());
    must(engine.compact(|_| {}).await);
    must(engine.close().await);
    assert!(matches!(failure(engine.compact(|_| {}).await), Error::Fatal { .. }));
    drop(engine);
    let engine =
        must(Embedded::open(directory.path(), &Settings { read_only: true, ..settings() }));
    assert!(matches!(failure(engine.compact(|_| {}).await), Error::ReadOnly(_)));
}
