//! Bases: made while commits go on, used to make the tree anew, and whatever
//! can be wrong with them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use outlay_server::engine::embedded::{BaseInfo, Embedded, Info, Settings};
use outlay_server::engine::{Direction, Engine, Error};

use super::directory::inventory;
use super::support::{
    Machine, Random, all, changes, copy, delete, done, failure, must, must_io, open, put, settings,
    temporary,
};

type State = BTreeMap<Vec<u8>, (u64, Bytes)>;

async fn state(engine: &Embedded) -> State {
    let snapshot = must(engine.snapshot().await);
    let entries = all(snapshot.as_ref(), Direction::Forward, 500).await;
    entries.into_iter().map(|(key, entry)| (key, (entry.revision, entry.value))).collect()
}

/// Small segments, so that there are many.
fn small() -> Settings {
    Settings { segment_bytes: 60_000, ..settings() }
}

fn open_small(directory: &Path) -> Embedded {
    must(Embedded::open(directory, &small()))
}

/// Commits that put, change and delete keys all over the tree.
async fn write(engine: &Embedded, random: &mut Random, commits: usize) {
    for _ in 0..commits {
        let mut operations = BTreeMap::new();
        for _ in 0..20 {
            let key = format!("record/{:04}", random.below(2_000));
            let operation = match random.below(5) {
                0 => delete(&key),
                1 => put(&key, vec![random.below(256) as u8; random.below(9_000) as usize]),
                _ => put(&key, vec![random.below(256) as u8; 40]),
            };
            operations.insert(key, operation);
        }
        done(engine, operations.into_values().collect::<Vec<_>>()).await;
    }
}

/// A directory with two bases and commits after each, closed cleanly.
async fn filled() -> (tempfile::TempDir, State, [BaseInfo; 2]) {
    let directory = temporary();
    let engine = open_small(directory.path());
    let mut random = Random::new(3);
    write(&engine, &mut random, 30).await;
    let first = must(engine.make_base().await);
    write(&engine, &mut random, 30).await;
    let second = must(engine.make_base().await);
    write(&engine, &mut random, 30).await;
    let state = state(&engine).await;
    must(engine.close().await);
    (directory, state, [first, second])
}

fn path(directory: &Path, base: &BaseInfo) -> PathBuf {
    directory.join(format!("bases/{:020}.base", base.start))
}

fn flip(path: &Path, offset: u64) {
    let mut bytes = must_io(std::fs::read(path));
    bytes[offset as usize] ^= 1;
    must_io(std::fs::write(path, bytes));
}

fn without_tree(whole: &Path) -> tempfile::TempDir {
    let directory = temporary();
    copy(whole, directory.path());
    must_io(std::fs::remove_dir_all(directory.path().join("tree")));
    directory
}

fn names(directory: &Path) -> Vec<String> {
    let entries = must_io(std::fs::read_dir(directory));
    let mut names: Vec<_> =
        entries.map(|entry| must_io(entry).file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_base_that_is_made_while_commits_go_on_gives_the_same_tree() {
    let directory = temporary();
    let engine = Arc::new(open_small(directory.path()));
    write(&engine, &mut Random::new(1), 50).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (engine, stop) = (Arc::clone(&engine), Arc::clone(&stop));
        tokio::spawn(async move {
            let mut random = Random::new(2);
            while !stop.load(Ordering::SeqCst) {
                write(&engine, &mut random, 1).await;
            }
        })
    };
    let mut moved = 0;
    for _ in 0..6 {
        let base = must(engine.make_base().await);
        moved += base.end - base.start;
        assert!(base.entries > 0 && base.bytes > 0);
    }
    stop.store(true, Ordering::SeqCst);
    assert!(writer.await.is_ok());
    assert!(moved > 0, "nothing was committed while the bases were made");
    let expected = state(&engine).await;
    let report = must(engine.verify(|_| ()).await);
    assert_eq!((report.findings, report.bases), (Vec::new(), 2));
    must(engine.close().await);
    drop(engine);
    let anew = without_tree(directory.path());
    let engine = open_small(anew.path());
    assert!(state(&engine).await == expected);
    let head = must(engine.head().await).revision;
    assert_eq!(changes(&engine, 0, 10_000).await.len() as u64, head, "all history is found");
    assert_eq!(must(engine.verify(|_| ()).await).findings, Vec::new());
}

#[tokio::test]
async fn the_newest_two_bases_are_kept_and_told() {
    let (directory, _, [first, second]) = filled().await;
    let engine = open_small(directory.path());
    assert_eq!(must(engine.info().await).bases, [first, second.clone()]);
    done(&engine, [put("more", "v")]).await;
    let third = must(engine.make_base().await);
    let info = must(engine.info().await);
    assert_eq!(info.bases, [second.clone(), third.clone()]);
    assert_eq!(info.bases_bytes, second.bytes + third.bytes);
    assert_eq!(names(&directory.path().join("bases")).len(), 2);
}

#[tokio::test]
async fn a_base_is_made_by_itself_once_the_journal_has_grown() {
    let directory = temporary();
    let settings = Settings { base_bytes: 200_000, ..small() };
    let engine = must(Embedded::open(directory.path(), &settings));
    let mut random = Random::new(9);
    let mut bases = Vec::new();
    while bases.len() < 2 {
        write(&engine, &mut random, 1).await;
        bases = must(engine.info().await).bases;
    }
    assert!(bases[0].start > 0 && bases[0].start < bases[1].start);
}

#[tokio::test]
async fn a_damaged_base_is_told_with_its_place_and_another_way_is_taken() {
    let (directory, expected, bases) = filled().await;
    let [first, second] = &bases;
    let places = [(40, 0), (200, 128), (second.bytes - 30, second.bytes - 164)];
    for (flipped, told) in places {
        for both in [false, true] {
            let directory = without_tree(directory.path());
            flip(&path(directory.path(), second), flipped);
            if both {
                must_io(std::fs::remove_file(path(directory.path(), first)));
            }
            let engine = open_small(directory.path());
            assert!(state(&engine).await == expected, "byte {flipped}");
            let findings = must(engine.verify(|_| ()).await).findings;
            assert_eq!(findings.len(), 1, "{findings:?}");
            assert!(findings[0].file.ends_with(&format!("{:020}.base", second.start)));
            assert_eq!(findings[0].offset, told, "{findings:?}");
            assert!(findings[0].what.contains("remove this file"), "{findings:?}");
            must(engine.close().await);
        }
    }
}

#[tokio::test]
async fn a_base_that_proves_a_lost_commit_is_believed() {
    let (directory, _, [_, second]) = filled().await;
    let shorter = temporary();
    let engine = open_small(shorter.path());
    must(engine.close().await);
    drop(engine);
    // The journal of an earlier copy, with the bases of a later one.
    for part in ["journal", "tree"] {
        must_io(std::fs::remove_dir_all(directory.path().join(part)));
    }
    let earlier = directory.path().join("journal");
    copy(&shorter.path().join("journal"), &earlier);
    must_io(std::fs::copy(shorter.path().join("format"), directory.path().join("format")));
    let before = inventory(directory.path());
    let refused = failure(Embedded::open(directory.path(), &small()));
    assert!(matches!(&refused, Error::Refused(text) if text.contains("epoch")), "{refused}");
    assert!(untouched(inventory(directory.path())) == untouched(before));

    let (directory, ..) = filled().await;
    let segments: Vec<_> = names(&directory.path().join("journal"));
    let segments: Vec<_> =
        segments.iter().filter(|name| name.ends_with(".journal")).cloned().collect();
    for name in &segments[segments.len() / 3..] {
        must_io(std::fs::remove_file(directory.path().join("journal").join(name)));
    }
    for witness in ["journal/durable", "tree.synced"] {
        must_io(std::fs::remove_file(directory.path().join(witness)));
    }
    must_io(std::fs::remove_dir_all(directory.path().join("tree")));
    let damaged = failure(Embedded::open(directory.path(), &small()));
    let told = damaged.to_string();
    assert!(told.contains(".base") && told.contains("commits are missing"), "{told}");
    assert!(!directory.path().join("tree").exists() && second.end > 0);
}

/// An inventory without what says who looked.
fn untouched(inventory: Vec<(PathBuf, u32, Vec<u8>)>) -> Vec<(PathBuf, u32, Vec<u8>)> {
    inventory.into_iter().filter(|(path, ..)| !path.ends_with("lock")).collect()
}

#[tokio::test]
async fn what_was_left_of_a_rebuild_or_a_base_is_begun_anew() {
    let (directory, expected, bases) = filled().await;
    let killed = without_tree(directory.path());
    // Killed in the middle: the old tree is gone or not, the new one is half.
    let half = killed.path().join("tree.new");
    copy(&directory.path().join("tree"), &half);
    must_io(std::fs::write(half.join("db"), vec![7; 9_000]));
    must_io(std::fs::write(path(killed.path(), &bases[0]).with_extension("tmp"), "half"));
    let engine = open_small(killed.path());
    assert!(state(&engine).await == expected);
    assert!(!half.exists());
    assert_eq!(names(&killed.path().join("bases")).len(), 2);
    must(engine.close().await);
}

/// Waits until the engine is as it should be.
async fn until(engine: &Embedded, is: impl Fn(&Info) -> bool) {
    while !is(&must(engine.info().await)) {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn a_full_disk_or_a_failed_write_leaves_nothing_of_a_base() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = must(machine.open(directory.path()));
    let mut random = Random::new(5);
    write(&engine, &mut random, 10).await;
    for flag in [&machine.full, &machine.short] {
        Machine::set(flag, true);
        let refused = failure(engine.make_base().await);
        assert!(matches!(refused, Error::NotApplied), "{refused}");
        Machine::set(flag, false);
        let bases = directory.path().join("bases");
        assert!(names(&bases).is_empty(), "{:?}", names(&bases));
        until(&engine, |info| info.faults.iter().any(|fault| fault.duty == "base")).await;
        write(&engine, &mut random, 1).await;
    }
    must(engine.make_base().await);
    until(&engine, |info| info.bases.len() == 1 && info.faults.is_empty()).await;
    must(engine.close().await);
}

#[tokio::test]
async fn a_segment_that_is_missing_is_named_whether_before_a_base_or_behind_it() {
    let (directory, expected, [first, second]) = filled().await;
    let journal = directory.path().join("journal");
    let segments: Vec<u64> = names(&journal)
        .iter()
        .filter_map(|name| name.strip_suffix(".journal")?.parse().ok())
        .collect();
    let behind = segments.iter().position(|first| *first > second.end).unwrap_or(0);
    let before = segments.iter().position(|segment| *segment > first.start / 2).unwrap_or(0);
    assert!(behind > 0 && behind + 1 < segments.len() && before > 0 && before < behind);
    for missing in [before, behind] {
        let directory = without_tree(directory.path());
        let name = format!("{:020}.journal", segments[missing]);
        must_io(std::fs::remove_file(directory.path().join("journal").join(name)));
        let damaged = failure(Embedded::open(directory.path(), &small()));
        let next = format!("{:020}.journal", segments[missing + 1]);
        assert!(
            matches!(&damaged, Error::Damaged { file, what, .. }
                if file.ends_with(&next) && what.contains("commits are missing")),
            "{damaged}"
        );
        assert!(!directory.path().join("tree.new").exists());
        // What is there can still be read, and nothing is changed by it.
        let seen = inventory(directory.path());
        let read_only = Settings { read_only: true, ..small() };
        let engine = must(Embedded::open(directory.path(), &read_only));
        let found = state(&engine).await;
        assert_eq!(found == expected, missing == before, "without segment {missing}");
        assert!(!found.is_empty());
        must(engine.close().await);
        assert!(inventory(directory.path()) == seen);
    }
}

#[tokio::test]
async fn a_base_of_another_history_is_of_no_use() {
    let (one, two) = (temporary(), temporary());
    drop(open(one.path()));
    copy(one.path(), two.path());
    for (directory, text) in [(&one, "one"), (&two, "two")] {
        let engine = open(directory.path());
        done(&engine, [put("k", text)]).await;
        must(engine.make_base().await);
        must(engine.close().await);
    }
    let name = "bases/00000000000000000001.base";
    must_io(std::fs::copy(two.path().join(name), one.path().join(name)));
    must_io(std::fs::remove_dir_all(one.path().join("tree")));
    let engine = open(one.path());
    let value = super::support::value(&engine, "k").await;
    assert_eq!(value.as_deref(), Some(b"one".as_slice()));
    let findings = must(engine.verify(|_| ()).await).findings;
    assert!(findings.len() == 1 && findings[0].what.contains("another history"), "{findings:?}");
}
