//! What the embedded engine makes of a journal after every kind of end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use outlay_server::engine::embedded::{Embedded, Settings};
use outlay_server::engine::{Engine, Error};
use tempfile::TempDir;

use super::support::{
    Machine, changes, copy, done, failure, must, must_io, open, put, settings, temporary, value,
};

/// Length of a segment's header: the first frame starts here.
const FIRST_FRAME: u64 = 128;

/// Two states of one directory: after a clean stop at revision 3, and after
/// one more commit and no clean stop.
struct Scene {
    clean: TempDir,
    killed: TempDir,
}

impl Scene {
    async fn new() -> Self {
        Self::on(&Machine::new(1)).await
    }

    async fn on(machine: &Arc<Machine>) -> Self {
        let (clean, killed) = (temporary(), temporary());
        let engine = must(machine.open(killed.path()));
        for number in 1..=3_u32 {
            done(&engine, [put(format!("k{number}"), "v")]).await;
        }
        must(engine.close().await);
        drop(engine);
        copy(killed.path(), clean.path());
        let engine = must(machine.open(killed.path()));
        done(&engine, [put("k4", "v"), put("k1", "w")]).await;
        drop(engine);
        Self { clean, killed }
    }

    /// The clean state with another journal: a crash after the journal was
    /// written and before anything else was.
    fn with_journal(&self, bytes: &[u8]) -> TempDir {
        let directory = temporary();
        copy(self.clean.path(), directory.path());
        must_io(std::fs::write(segment(directory.path()), bytes));
        directory
    }
}

fn segment(directory: &Path) -> PathBuf {
    directory.join("journal").join("00000000000000000001.journal")
}

fn journal(directory: &Path) -> Vec<u8> {
    must_io(std::fs::read(segment(directory)))
}

/// Checks that the error names the damaged place.
#[track_caller]
fn check_damage(error: &Error, expected_offset: u64, expected_revision: u64) {
    match error {
        Error::Damaged { file, offset, revision, what } => {
            assert!(file.ends_with(".journal"), "{file}");
            assert_eq!((*offset, *revision), (expected_offset, expected_revision), "{what}");
        }
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_last_frame_torn_anywhere_is_cut_and_nothing_else() {
    let machine = Machine::new(1);
    let scene = Scene::on(&machine).await;
    let (before, whole) = (journal(scene.clean.path()), journal(scene.killed.path()));
    assert!(whole.starts_with(&before), "the seal stays");
    for length in before.len()..=whole.len() {
        let directory = scene.with_journal(&whole[..length]);
        let engine = must(machine.open(directory.path()));
        let revision = must(engine.head().await).revision;
        assert_eq!(revision, if length == whole.len() { 4 } else { 3 }, "cut at {length}");
        if length % 16 == 0 || length == whole.len() {
            assert_eq!(value(&engine, "k4").await.is_some(), revision == 4);
            assert_eq!(done(&engine, [put("k5", "v")]).await, revision + 1);
            drop(engine);
            let engine = must(machine.open(directory.path()));
            let told = changes(&engine, 0, 10).await;
            assert_eq!(told.len() as u64, revision + 1, "cut at {length}");
        }
    }
}

#[tokio::test]
async fn a_flipped_bit_in_an_early_frame_is_named_and_nothing_is_changed() {
    let machine = Machine::new(1);
    let scene = Scene::on(&machine).await;
    let whole = journal(scene.killed.path());
    for boot in [1, 2] {
        let machine = Machine::new(boot);
        for offset in (128..400).step_by(9) {
            let mut bytes = whole.clone();
            bytes[offset] ^= 1 << (offset % 8);
            let directory = scene.with_journal(&bytes);
            let error = failure(machine.open(directory.path()));
            if offset < 300 {
                check_damage(&error, FIRST_FRAME, 0);
            } else {
                assert!(matches!(error, Error::Damaged { .. }), "{error}");
            }
            assert_eq!(journal(directory.path()), bytes, "nothing is changed");
        }
    }
    let mut bytes = whole;
    bytes[20] ^= 1;
    check_damage(&failure(machine.open(scene.with_journal(&bytes).path())), 0, 0);
}

#[tokio::test]
async fn a_flipped_bit_in_the_last_frame_is_damage_in_the_same_boot() {
    let machine = Machine::new(1);
    let scene = Scene::on(&machine).await;
    let before = journal(scene.clean.path()).len();
    let mut bytes = journal(scene.killed.path());
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let error = failure(machine.open(scene.with_journal(&bytes).path()));
    check_damage(&error, before as u64, 3);
    // A power cut may have left any part of it: it was never acknowledged,
    // for neither the tree nor the watermark know it.
    let engine = must(Machine::new(2).open(scene.with_journal(&bytes).path()));
    assert_eq!(must(engine.head().await).revision, 3);
}

#[tokio::test]
async fn a_tree_ahead_of_its_journal_is_refused_and_kept() {
    let machine = Machine::new(1);
    let scene = Scene::on(&machine).await;
    let before = journal(scene.clean.path());
    must_io(std::fs::write(segment(scene.killed.path()), &before));
    must_io(std::fs::remove_file(scene.killed.path().join("journal/durable")));
    for boot in [1, 2] {
        let error = failure(Machine::new(boot).open(scene.killed.path()));
        check_damage(&error, before.len() as u64, 3);
        assert_eq!(journal(scene.killed.path()), before);
    }
    let whole = scene.killed.path().join("tree");
    assert!(whole.exists());
}

#[tokio::test]
async fn a_sealed_tail_that_lost_a_commit_is_refused_also_without_its_tree() {
    let scene = Scene::new().await;
    let sealed = journal(scene.clean.path());
    // Of the 88 bytes of the seal nothing may be missing, though that loses no
    // commit: it was durable.
    let machine = Machine::new(1);
    let directory = scene.with_journal(&sealed[..sealed.len() - 40]);
    check_damage(&failure(machine.open(directory.path())), sealed.len() as u64 - 88, 3);
    must_io(std::fs::remove_file(directory.path().join("journal/durable")));
    assert_eq!(must(must(machine.open(directory.path())).head().await).revision, 3);
    for without_tree in [false, true] {
        let directory = scene.with_journal(&sealed[..sealed.len() - 90]);
        if without_tree {
            must_io(std::fs::remove_dir_all(directory.path().join("tree")));
        }
        let error = failure(machine.open(directory.path()));
        assert!(error.to_string().contains("revision 3"), "{error}");
    }
}

#[tokio::test]
async fn after_a_power_cut_the_last_segment_is_written_anew() {
    use std::os::unix::fs::MetadataExt;
    let scene = Scene::new().await;
    let inode = |directory: &Path| must_io(std::fs::metadata(segment(directory))).ino();
    // After a clean stop there is no need to.
    let sealed = inode(scene.clean.path());
    drop(must(Machine::new(2).open(scene.clean.path())));
    assert_eq!(inode(scene.clean.path()), sealed);

    let (before, bytes) = (inode(scene.killed.path()), journal(scene.killed.path()));
    let mut longer = bytes.clone();
    longer.extend_from_slice(&[0; 5_000]);
    must_io(std::fs::write(segment(scene.killed.path()), &longer));
    // In the same boot nothing writes zeros there.
    check_damage(&failure(Machine::new(1).open(scene.killed.path())), bytes.len() as u64, 4);
    let machine = Machine::new(3);
    let engine = must(machine.open(scene.killed.path()));
    assert_ne!(inode(scene.killed.path()), before);
    assert_eq!(journal(scene.killed.path())[128..], bytes[128..], "frames stay where they were");
    assert_eq!(changes(&engine, 0, 10).await.len(), 4);
    done(&engine, [put("k5", "v")]).await;
    drop(engine);
    let again = inode(scene.killed.path());
    let engine = must(machine.open(scene.killed.path()));
    assert_eq!(inode(scene.killed.path()), again, "once is enough");
    assert_eq!(changes(&engine, 0, 10).await.len(), 5);
}

#[tokio::test]
async fn a_value_that_looks_like_a_frame_proves_nothing() {
    let machine = Machine::new(1);
    let scene = Scene::on(&machine).await;
    let clean = journal(scene.clean.path());
    // Whole frames of another store, one of them of a far revision.
    let forged = &journal(scene.killed.path())[FIRST_FRAME as usize..];
    let directory = temporary();
    copy(scene.clean.path(), directory.path());
    let engine = must(machine.open(directory.path()));
    done(&engine, [put("k4", [vec![5; 9_000].as_slice(), forged].concat())]).await;
    drop(engine);
    let whole = journal(directory.path());
    // The power cut took a page out of the middle of the last frame: it was
    // never acknowledged.
    let mut torn = whole.clone();
    torn[4096..8192].fill(0);
    let directory = scene.with_journal(&torn);
    let engine = must(Machine::new(2).open(directory.path()));
    assert_eq!(must(engine.head().await).revision, 3);
    // A frame behind it, though, was written after it was durable.
    let more = temporary();
    copy(scene.clean.path(), more.path());
    must_io(std::fs::write(segment(more.path()), &whole));
    let engine = must(machine.open(more.path()));
    done(&engine, [put("k5", "v")]).await;
    drop(engine);
    let mut damaged = journal(more.path());
    damaged[4096..8192].fill(0);
    let directory = scene.with_journal(&damaged);
    check_damage(&failure(Machine::new(2).open(directory.path())), clean.len() as u64, 3);
}

#[tokio::test]
async fn a_watermark_from_before_a_seal_is_right_also_in_the_next_segment() {
    let directory = temporary();
    let machine = Machine::new(1);
    let open = |machine: &Arc<Machine>| {
        let media = Arc::clone(machine) as Arc<dyn outlay_server::engine::embedded::Media>;
        Embedded::open(directory.path(), &Settings { segment_bytes: 500, media, ..settings() })
    };
    let watermark = directory.path().join("journal/durable");
    let engine = must(open(&machine));
    done(&engine, [put("k1", "v")]).await;
    let lagging = must_io(std::fs::read(&watermark));
    must(engine.close().await);
    drop(engine);
    let tree = temporary();
    copy(&directory.path().join("tree"), tree.path());
    let engine = must(open(&machine));
    done(&engine, [put("k2", vec![1; 600])]).await;
    drop(engine);
    // The power goes when the new segment is there and nothing is in it.
    let second = directory.path().join("journal/00000000000000000002.journal");
    let bytes = must_io(std::fs::read(&second));
    must_io(std::fs::write(&second, &bytes[..FIRST_FRAME as usize]));
    must_io(std::fs::write(&watermark, lagging));
    must_io(std::fs::remove_dir_all(directory.path().join("tree")));
    copy(tree.path(), &directory.path().join("tree"));
    let engine = must(open(&Machine::new(2)));
    assert_eq!(must(engine.head().await).revision, 1);
    assert_eq!(done(&engine, [put("k2", "v")]).await, 2);
}

#[tokio::test]
async fn another_history_of_the_same_length_is_refused() {
    let (one, two) = (temporary(), temporary());
    drop(open(one.path()));
    copy(one.path(), two.path());
    for (directory, text) in [(&one, "one"), (&two, "two")] {
        let folded = Settings { recent_bytes: 0, ..settings() };
        let engine = must(Embedded::open(directory.path(), &folded));
        done(&engine, [put("k", text)]).await;
    }
    must_io(std::fs::copy(segment(two.path()), segment(one.path())));
    for evidence in ["durable", "nothing"] {
        let error = failure(Embedded::open(one.path(), &settings()));
        assert!(matches!(error, Error::Damaged { .. }), "{error}");
        let _ = std::fs::remove_file(one.path().join("journal").join(evidence));
    }
    // Without its tree and its watermark it is simply the other history.
    must_io(std::fs::remove_dir_all(one.path().join("tree")));
    assert_eq!(value(&open(one.path()), "k").await.as_deref(), Some(b"two".as_slice()));
}

fn small_segments() -> Settings {
    Settings { segment_bytes: 2_000, ..settings() }
}

async fn many_segments(directory: &Path) -> Vec<PathBuf> {
    for round in 0..3_u32 {
        let engine = must(Embedded::open(directory, &small_segments()));
        for number in 0..20_u32 {
            let value = vec![b'v'; 10 * number as usize];
            done(&engine, [put(format!("k{}", number % 5), value), put("round", [round as u8])])
                .await;
        }
        must(engine.close().await);
    }
    let mut segments: Vec<_> = must_io(std::fs::read_dir(directory.join("journal")))
        .map(|entry| must_io(entry).path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "journal"))
        .collect();
    segments.sort();
    assert!(segments.len() > 5, "{segments:?}");
    segments
}

#[tokio::test]
async fn many_segments_are_one_history_and_make_the_tree_anew() {
    let directory = temporary();
    many_segments(directory.path()).await;
    let engine = must(Embedded::open(directory.path(), &small_segments()));
    let told = changes(&engine, 0, 100).await;
    assert_eq!(told.len(), 60);
    let state = value(&engine, "k4").await;
    must(engine.close().await);
    drop(engine);
    must_io(std::fs::remove_dir_all(directory.path().join("tree")));
    let engine = must(Embedded::open(directory.path(), &small_segments()));
    assert_eq!(changes(&engine, 0, 100).await, told);
    assert_eq!(value(&engine, "k4").await, state);
}

#[tokio::test]
async fn a_segment_that_is_damaged_or_gone_is_found_when_it_is_needed() {
    let directory = temporary();
    let segments = many_segments(directory.path()).await;
    let middle = &segments[2];
    let bytes = must_io(std::fs::read(middle));
    let mut flipped = bytes.clone();
    flipped[300] ^= 4;
    must_io(std::fs::write(middle, flipped));
    // Nothing of it is needed to open; the feed comes upon it.
    let engine = must(Embedded::open(directory.path(), &small_segments()));
    let cursor = super::support::cursor(&engine, 0).await;
    let error = failure(engine.changes(&cursor, 100, std::time::Duration::ZERO).await);
    let name = middle.file_name().unwrap_or_default().to_string_lossy().into_owned();
    assert!(matches!(&error, Error::Damaged { file, .. } if file.ends_with(&name)), "{error}");
    must(engine.close().await);
    drop(engine);
    must_io(std::fs::remove_dir_all(directory.path().join("tree")));
    for _ in 0..2 {
        let error = failure(Embedded::open(directory.path(), &small_segments()));
        assert!(matches!(&error, Error::Damaged { .. }), "{error}");
        let _ = std::fs::remove_file(middle);
        let _ = std::fs::remove_dir_all(directory.path().join("tree"));
    }
    must_io(std::fs::write(middle, bytes));
    let engine = must(Embedded::open(directory.path(), &small_segments()));
    assert_eq!(changes(&engine, 0, 100).await.len(), 60);
}
