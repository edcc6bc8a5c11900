//! Opening a directory to read it, as far as that goes, and changing nothing.

use std::path::Path;
use std::time::Duration;

use outlay_server::engine::embedded::{Embedded, Settings, State};
use outlay_server::engine::{Engine, Error};

use super::directory::inventory;
use super::support::{
    changes, commit, cursor, done, failure, must, must_io, open, put, settings, temporary, value,
};

const SEGMENT: &str = "journal/00000000000000000001.journal";

fn read_only() -> Settings {
    Settings { read_only: true, ..settings() }
}

/// A closed store of 30 commits, one key each.
async fn filled(segment_bytes: u64) -> tempfile::TempDir {
    let directory = temporary();
    let settings = Settings { segment_bytes, ..settings() };
    let engine = must(Embedded::open(directory.path(), &settings));
    for number in 1..=30_u8 {
        done(&engine, [put([number], vec![number; 5_000])]).await;
    }
    must(engine.close().await);
    directory
}

async fn keys(engine: &Embedded) -> usize {
    let mut count = 0;
    for number in 1..=30_u8 {
        count += usize::from(value(engine, [number]).await.is_some());
    }
    count
}

async fn reason(engine: &Embedded) -> String {
    match must(engine.info().await).state {
        State::ReadOnly(why) => why,
        state => panic!("it is {state:?}"),
    }
}

#[tokio::test]
async fn a_store_that_is_well_is_read_and_nothing_in_it_is_changed() {
    let directory = filled(u64::MAX).await;
    let before = inventory(directory.path());
    let engine = must(Embedded::open(directory.path(), &read_only()));
    assert_eq!(keys(&engine).await, 30);
    assert_eq!(must(engine.head().await).revision, 30);
    assert_eq!(changes(&engine, 0, 100).await.len(), 30);
    let refusals = [
        failure(engine.commit(commit([put("k", "v")])).await),
        failure(engine.make_base().await),
        failure(engine.scrub_now()),
    ];
    for refused in refusals {
        assert!(matches!(refused, Error::ReadOnly(_)), "{refused}");
    }
    // Who waits for changes hears that there are none.
    let cursor = cursor(&engine, 30).await;
    let told = must(engine.changes(&cursor, 10, Duration::from_millis(20)).await);
    assert!(told.is_empty());
    assert_eq!(reason(&engine).await, "it was started with --read-only");
    assert_eq!(must(engine.verify(|_| ()).await).findings, Vec::new());
    // One process at a time, also to read.
    let refused = failure(Embedded::open(directory.path(), &settings()));
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    must(engine.close().await);
    drop(engine);
    assert!(inventory(directory.path()) == before);
    assert_eq!(keys(&open(directory.path())).await, 30);
}

fn flip(path: &Path, offset: usize) {
    let mut bytes = must_io(std::fs::read(path));
    bytes[offset] ^= 1;
    must_io(std::fs::write(path, bytes));
}

#[tokio::test]
async fn a_damaged_journal_is_read_as_far_as_it_is_good() {
    for (with_tree, expected) in [(true, 30), (false, 10)] {
        let directory = filled(u64::MAX).await;
        let segment = directory.path().join(SEGMENT);
        // In the eleventh commit.
        let frame = (must_io(std::fs::metadata(&segment)).len() - 128) / 30;
        flip(&segment, 128 + 10 * frame as usize + 400);
        if !with_tree {
            must_io(std::fs::remove_dir_all(directory.path().join("tree")));
        }
        let refused = failure(Embedded::open(directory.path(), &settings()));
        assert!(matches!(refused, Error::Damaged { revision: 10, .. }), "{refused}");
        let before = inventory(directory.path());
        let engine = must(Embedded::open(directory.path(), &read_only()));
        assert_eq!(keys(&engine).await, expected);
        assert_eq!(must(engine.head().await).revision, expected as u64);
        let why = reason(&engine).await;
        assert!(why.contains("offset") && why.contains("(revision 10)"), "{why}");
        let told = engine.read_only().unwrap_or_default();
        assert!(told.contains("damaged") && !told.contains('/'), "{told}");
        assert_eq!(changes(&engine, 0, 10).await.len(), 10);
        let report = must(engine.verify(|_| ()).await);
        assert_eq!(report.findings.is_empty(), !with_tree, "{:?}", report.findings);
        must(engine.close().await);
        drop(engine);
        assert!(inventory(directory.path()) == before);
    }
}

#[tokio::test]
async fn a_tree_that_is_damaged_or_gone_is_made_elsewhere() {
    for damage in ["gone", "conf"] {
        let directory = filled(20_000).await;
        let tree = directory.path().join("tree");
        match damage {
            "gone" => must_io(std::fs::remove_dir_all(&tree)),
            _ => must_io(std::fs::write(tree.join("conf"), "neither this nor that")),
        }
        let before = inventory(directory.path());
        let engine = must(Embedded::open(directory.path(), &read_only()));
        assert_eq!(keys(&engine).await, 30, "{damage}");
        must(engine.close().await);
        drop(engine);
        assert!(inventory(directory.path()) == before, "{damage}");
    }
}

#[tokio::test]
async fn what_is_no_store_is_not_made_one() {
    let directory = temporary();
    let refused = failure(Embedded::open(directory.path(), &read_only()));
    assert!(matches!(&refused, Error::Refused(text) if text.contains("format")), "{refused}");
    assert_eq!(inventory(directory.path()).len(), 1);
    let absent = directory.path().join("absent");
    failure(Embedded::open(&absent, &read_only()));
    assert!(!absent.exists());
}
