//! Sealed segments, compressed: they read as before, and damage in them is told.

use std::path::{Path, PathBuf};
use std::time::Duration;

use outlay_server::engine::embedded::{Embedded, Settings};
use outlay_server::engine::{Change, Engine, Error};

use super::support::{
    changes, copy, cursor, done, failure, must, must_io, put, settings, temporary, value,
};

/// Segments of few commits.
fn small() -> Settings {
    Settings { segment_bytes: 20_000, ..settings() }
}

/// The same, compressed as soon as they are sealed.
fn compressing() -> Settings {
    Settings { compress: true, ..small() }
}

/// Files of the journal with an ending, by name.
pub(super) fn files(directory: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<_> = must_io(std::fs::read_dir(directory.join("journal")))
        .map(|entry| must_io(entry).path())
        .filter(|path| path.extension().is_some_and(|extension| extension == ending))
        .collect();
    found.sort();
    found
}

/// Waits until only the last segment isn't compressed.
pub(super) async fn compressed(directory: &Path) {
    while files(directory, "journal").len() > 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Some history in many segments, closed cleanly; what the feed says of it.
async fn filled(directory: &Path) -> Vec<Change> {
    let engine = must(Embedded::open(directory, &small()));
    for number in 0..60_u32 {
        let value = vec![number as u8; 100 * (number % 30) as usize];
        done(&engine, [put(format!("k{}", number % 7), value)]).await;
    }
    let told = changes(&engine, 0, 100).await;
    must(engine.close().await);
    assert!(files(directory, "journal").len() > 3);
    told
}

#[tokio::test]
async fn sealed_segments_are_compressed_and_read_as_before() {
    let directory = temporary();
    let told = filled(directory.path()).await;
    let length = |ending: &str| -> u64 {
        let files = files(directory.path(), ending);
        files.iter().map(|path| must_io(path.metadata()).len()).sum()
    };
    let before = length("journal");
    let engine = must(Embedded::open(directory.path(), &compressing()));
    compressed(directory.path()).await;
    assert!(length("journal") + length("compressed") < before / 2);
    assert_eq!(changes(&engine, 0, 100).await, told);
    for change in told.iter().rev() {
        let alone = changes(&engine, change.revision - 1, 1).await;
        assert_eq!(alone, std::slice::from_ref(change));
    }
    done(&engine, [put("more", vec![1; 30_000]), put("k1", "last")]).await;
    must(engine.close().await);
    drop(engine);
    // The tree is made of them, too.
    must_io(std::fs::remove_dir_all(directory.path().join("tree")));
    let engine = must(Embedded::open(directory.path(), &compressing()));
    assert_eq!(changes(&engine, 0, 60).await, told);
    assert_eq!(value(&engine, "k1").await.as_deref(), Some(b"last".as_slice()));
}

#[tokio::test]
async fn a_commit_that_lies_in_several_blocks_is_read_whole() {
    let directory = temporary();
    let engine = must(Embedded::open(directory.path(), &compressing()));
    let long = |round: u32| -> Vec<u8> {
        (0..900_000_u32).map(|n| (n.wrapping_mul(2_654_435_761 + round) >> 13) as u8).collect()
    };
    for round in 0..4 {
        done(&engine, [put("long", long(round)), put("short", "v")]).await;
    }
    compressed(directory.path()).await;
    for (round, change) in (0..).zip(changes(&engine, 0, 10).await) {
        assert!(change.records[0].new.present() == Some(long(round).as_slice()));
    }
}

#[tokio::test]
async fn a_start_that_finds_both_forms_keeps_one_that_is_whole() {
    let plain = temporary();
    let told = filled(plain.path()).await;
    let both = temporary();
    copy(plain.path(), both.path());
    let engine = must(Embedded::open(both.path(), &compressing()));
    compressed(both.path()).await;
    must(engine.close().await);
    drop(engine);
    let name = files(plain.path(), "journal")[1].clone();
    let name = name.file_name().unwrap_or_default();
    let raw = both.path().join("journal").join(name);
    let compressed = raw.with_extension("compressed");
    let (whole, packed) = (
        must_io(std::fs::read(plain.path().join("journal").join(name))),
        must_io(std::fs::read(&compressed)),
    );
    let mut flipped = whole.clone();
    flipped[300] ^= 1;
    let mut unpackable = packed.clone();
    unpackable[200] ^= 1;
    let cut = &packed[..packed.len() - 1];
    for (old, new, kept) in [
        (&whole, packed.as_slice(), &raw),
        (&whole, &unpackable, &raw),
        (&whole, cut, &raw),
        (&flipped, &packed, &compressed),
    ] {
        must_io(std::fs::write(&raw, old));
        must_io(std::fs::write(&compressed, new));
        must_io(std::fs::write(raw.with_extension("tmp"), "half of it"));
        let engine = must(Embedded::open(both.path(), &small()));
        assert!(kept.exists() && raw.exists() != compressed.exists());
        assert!(!raw.with_extension("tmp").exists());
        assert_eq!(changes(&engine, 0, 100).await, told);
        must(engine.close().await);
    }
    // Where neither is whole, both stay, for whoever can tell more.
    must_io(std::fs::write(&raw, &flipped));
    must_io(std::fs::write(&compressed, &unpackable));
    drop(must(Embedded::open(both.path(), &small())));
    assert!(raw.exists() && compressed.exists());
}

#[tokio::test]
async fn damage_in_a_compressed_segment_is_told_with_its_place_before_compression() {
    let directory = temporary();
    filled(directory.path()).await;
    let engine = must(Embedded::open(directory.path(), &compressing()));
    compressed(directory.path()).await;
    must(engine.close().await);
    drop(engine);
    let victim = files(directory.path(), "compressed")[1].clone();
    let bytes = must_io(std::fs::read(&victim));
    let first: u64 =
        victim.file_stem().unwrap_or_default().to_string_lossy().parse().unwrap_or_default();
    for (offset, what) in [(30, "header"), (200, "block"), (bytes.len() - 2, "index")] {
        let mut damaged = bytes.clone();
        damaged[offset] ^= 1;
        must_io(std::fs::write(&victim, damaged));
        let engine = must(Embedded::open(directory.path(), &small()));
        let here = cursor(&engine, first - 1).await;
        let error = failure(engine.changes(&here, 1, Duration::ZERO).await);
        told(&error, &victim, first, what);
        must(engine.close().await);
        drop(engine);
        // The tree cannot be made of it.
        let without = temporary();
        copy(directory.path(), without.path());
        must_io(std::fs::remove_dir_all(without.path().join("tree")));
        let error = failure(Embedded::open(without.path(), &small()));
        let victim = without.path().join("journal").join(victim.file_name().unwrap_or_default());
        told(&error, &victim, first, "");
    }
}

#[track_caller]
fn told(error: &Error, file: &Path, first: u64, what: &str) {
    let text = error.to_string();
    assert!(text.contains("before compression") && text.contains(what), "{text}");
    match error {
        Error::Damaged { file: named, offset, revision, .. } => {
            assert_eq!(Path::new(named), file);
            assert!(*offset <= 128 && *revision == first - 1, "{text}");
        }
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_last_segment_may_not_be_a_compressed_one() {
    let directory = temporary();
    filled(directory.path()).await;
    let engine = must(Embedded::open(directory.path(), &compressing()));
    compressed(directory.path()).await;
    must(engine.close().await);
    drop(engine);
    must_io(std::fs::remove_file(&files(directory.path(), "journal")[0]));
    must_io(std::fs::remove_file(directory.path().join("journal/durable")));
    must_io(std::fs::remove_dir_all(directory.path().join("tree")));
    let error = failure(Embedded::open(directory.path(), &small()));
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert!(files(directory.path(), "journal").is_empty(), "none is made in its place");
}
