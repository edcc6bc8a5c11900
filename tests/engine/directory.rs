//! The directory of an embedded engine: whose it is, who may read it, what it
//! says of itself; and how long its snapshots last.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use outlay_server::engine::embedded::{Disk, Embedded, Media, Settings};
use outlay_server::engine::{Direction, Engine, Error};

use super::support::{
    Machine, changes, commit, delete, done, everything, failure, must, must_io, open, put,
    settings, temporary, value,
};

#[tokio::test]
async fn a_second_engine_on_a_directory_names_the_holder() {
    let directory = temporary();
    let engine = open(directory.path());
    let error = failure(Embedded::open(directory.path(), &settings()));
    let holder = format!("process {}", std::process::id());
    assert!(matches!(&error, Error::Refused(text) if text.contains(&holder)), "{error}");
    done(&engine, [put("k", "v")]).await;
    let snapshot = must(engine.snapshot().await);
    drop(engine);
    // A snapshot that is still held keeps nobody out.
    let engine = open(directory.path());
    assert!(value(&engine, "k").await.is_some());
    let error = failure(snapshot.get(&[b"k".to_vec()]).await);
    assert!(matches!(error, Error::Fatal { .. }), "{error}");
}

#[tokio::test]
async fn only_the_owner_may_read_the_directory() {
    let directory = temporary();
    let inner = directory.path().join("a/b");
    let engine = open(&inner);
    done(&engine, [put("k", "v")]).await;
    must(engine.close().await);
    let mode = |path: &Path| must_io(std::fs::metadata(path)).permissions().mode() & 0o777;
    for path in ["", "journal", "tree"] {
        assert_eq!(mode(&inner.join(path)), 0o700, "{path}");
    }
    for path in [".", "journal"] {
        for entry in must_io(std::fs::read_dir(inner.join(path))) {
            let path = must_io(entry).path();
            assert!(path.is_dir() || mode(&path) == 0o600, "{}", path.display());
        }
    }
}

/// Everything below a directory, with modes and contents.
pub(crate) fn inventory(directory: &Path) -> Vec<(PathBuf, u32, Vec<u8>)> {
    let mut found = Vec::new();
    let mut todo = vec![directory.to_owned()];
    while let Some(path) = todo.pop() {
        let mode = must_io(std::fs::metadata(&path)).permissions().mode();
        let mut bytes = Vec::new();
        if path.is_dir() {
            todo.extend(must_io(std::fs::read_dir(&path)).map(|entry| must_io(entry).path()));
        } else {
            bytes = must_io(std::fs::read(&path));
        }
        found.push((path, mode, bytes));
    }
    found.sort();
    found
}

#[test]
fn what_is_not_ours_is_refused_and_stays_as_it_is() {
    let foreign = [
        "journal/0123456789/system.journal",
        "journal/00000000000000000001.journal.zst",
        "journal/1.journal",
        "notes.txt",
        "tree/db",
        "format",
    ];
    for name in foreign {
        let directory = temporary();
        let path = directory.path().join(name);
        must_io(std::fs::create_dir_all(path.parent().unwrap_or(&path)));
        must_io(std::fs::write(&path, "precious"));
        let everybody = std::fs::Permissions::from_mode(0o1777);
        must_io(std::fs::set_permissions(directory.path(), everybody));
        let before = inventory(directory.path());
        let error = failure(Embedded::open(directory.path(), &settings()));
        assert!(matches!(error, Error::Refused(_) | Error::Damaged { .. }), "{name}: {error}");
        assert_eq!(inventory(directory.path()), before, "{name}");
    }
}

#[test]
fn a_file_in_the_place_of_the_directory_is_named() {
    let parent = temporary();
    let file = parent.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    let refused = Embedded::open(&file, &Settings::default()).err().unwrap().to_string();
    assert!(refused.contains("file is no directory"), "{refused}");
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
}

#[tokio::test]
async fn an_empty_directory_is_taken_and_names_that_are_not_ours_are_left_alone() {
    let directory = temporary();
    must_io(std::fs::create_dir(directory.path().join("lost+found")));
    must_io(std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)));
    let engine = open(directory.path());
    done(&engine, [put("k", "v")]).await;
    must(engine.close().await);
    drop(engine);
    let journal = directory.path().join("journal");
    let segment = journal.join("00000000000000000001.journal");
    for name in ["1.journal", "99.journal", "+7.journal", "x.tmp", "1.tmp"] {
        must_io(std::fs::copy(&segment, journal.join(name)));
    }
    must_io(std::fs::create_dir(journal.join("y.tmp")));
    must_io(std::fs::create_dir(journal.join("00000000000000000003.tmp")));
    must_io(std::fs::copy(&segment, journal.join("00000000000000000002.tmp")));
    assert!(value(&open(directory.path()), "k").await.is_some());
    let count = must_io(std::fs::read_dir(&journal)).count();
    assert_eq!(count, 2 + 5 + 2, "only our own unfinished segment is removed");
}

#[test]
fn every_directory_that_is_made_is_durable_in_the_one_above() {
    let directory = temporary();
    let synced = Arc::new(Synced::default());
    let settings = Settings { media: Arc::clone(&synced) as Arc<dyn Media>, ..settings() };
    drop(must(Embedded::open(&directory.path().join("a/b/c"), &settings)));
    let synced = synced.0.lock().unwrap_or_else(PoisonError::into_inner);
    for parent in ["", "a", "a/b", "a/b/c", "a/b/c/journal"] {
        let inode = must_io(std::fs::metadata(directory.path().join(parent))).ino();
        assert!(synced.contains(&inode), "{parent:?} was not synced");
    }
}

/// Remembers what was synced.
#[derive(Default)]
struct Synced(Mutex<HashSet<u64>>);

impl Media for Synced {
    fn append(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        Disk.append(file, bytes, offset)
    }

    fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        Disk.truncate(file, length)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        let inode = file.metadata()?.ino();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(inode);
        Ok(())
    }

    fn free_bytes(&self, _: &Path) -> io::Result<u64> {
        Ok(u64::MAX)
    }

    fn boot(&self) -> Option<uuid::Uuid> {
        None
    }
}

#[tokio::test]
async fn a_newer_format_or_a_missing_marker_is_refused() {
    let directory = temporary();
    let engine = open(directory.path());
    done(&engine, [put("k", "v")]).await;
    must(engine.close().await);
    drop(engine);
    let path = directory.path().join("format");
    let marker = must_io(std::fs::read_to_string(&path));
    assert!(marker.contains("\nformat 1\nmin_reader 1\nmin_writer 1\n"), "{marker}");
    must_io(std::fs::write(&path, marker.replace("min_reader 1", "min_reader 2")));
    assert!(matches!(
        failure(Embedded::open(directory.path(), &settings())),
        Error::Damaged { .. }
    ));
    must_io(std::fs::remove_file(&path));
    assert!(matches!(failure(Embedded::open(directory.path(), &settings())), Error::Refused(_)));
    assert!(!path.exists());
    must_io(std::fs::write(&path, marker));
    assert!(value(&open(directory.path()), "k").await.is_some());
}

#[tokio::test]
async fn an_interrupted_creation_is_made_again() {
    let directory = temporary();
    drop(open(directory.path()));
    must_io(std::fs::remove_file(directory.path().join("format")));
    must_io(std::fs::remove_dir_all(directory.path().join("tree")));
    let engine = open(directory.path());
    assert_eq!(done(&engine, [put("k", "v")]).await, 1);
}

#[tokio::test]
async fn the_epoch_and_the_chain_outlast_a_restart() {
    let directory = temporary();
    let engine = open(directory.path());
    done(&engine, [put("k", "1")]).await;
    must(engine.close().await);
    drop(engine);
    let engine = open(directory.path());
    done(&engine, [put("k", "2")]).await;
    let head = must(engine.head().await);
    assert_eq!(head.revision, 2);
    let told = changes(&engine, 0, 10).await;
    drop(engine);
    let engine = open(directory.path());
    assert_eq!(must(engine.head().await), head);
    assert_eq!(changes(&engine, 0, 10).await, told);
}

#[tokio::test]
async fn a_closed_engine_says_so_and_closes_twice() {
    let directory = temporary();
    let engine = open(directory.path());
    must(engine.close().await);
    must(engine.close().await);
    for error in [
        failure(engine.head().await),
        failure(engine.commit(commit([])).await),
        failure(engine.snapshot().await),
    ] {
        assert!(matches!(error, Error::Fatal { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_snapshot_expires_by_age() {
    let directory = temporary();
    let settings = Settings { snapshot_age: Duration::from_millis(80), ..settings() };
    let engine = must(Embedded::open(directory.path(), &settings));
    done(&engine, [put("k", "1")]).await;
    let snapshot = must(engine.snapshot().await);
    must(snapshot.get(&[b"k".to_vec()]).await);
    tokio::time::sleep(Duration::from_millis(100)).await;
    for error in [
        failure(snapshot.get(&[b"k".to_vec()]).await),
        failure(snapshot.scan(&everything(), Direction::Forward, 10).await),
    ] {
        assert!(matches!(error, Error::SnapshotExpired), "{error}");
    }
    assert!(value(&engine, "k").await.is_some());
}

#[tokio::test]
async fn the_oldest_snapshots_expire_when_the_undo_is_full() {
    let directory = temporary();
    let settings = Settings { undo_bytes: 100_000, ..settings() };
    let engine = must(Embedded::open(directory.path(), &settings));
    let mut snapshots = Vec::new();
    for round in 0..20_u8 {
        done(&engine, [put("k", vec![round; 20_000])]).await;
        snapshots.push(must(engine.snapshot().await));
    }
    let mut expired = 0;
    for (round, snapshot) in (0_u8..).zip(&snapshots) {
        match snapshot.get(&[b"k".to_vec()]).await {
            Err(Error::SnapshotExpired) => {
                assert_eq!(expired, round, "the oldest expire first");
                expired += 1;
            }
            found => {
                let value = must(found).remove(0).map(|entry| entry.value.to_vec());
                assert_eq!(value, Some(vec![round; 20_000]));
            }
        }
    }
    assert!((12..20).contains(&expired), "{expired} expired");
}

#[tokio::test]
async fn one_group_is_one_frame_and_one_sync() {
    let directory = temporary();
    let engine = open(directory.path());
    let commits = (0..200_u32).map(|number| engine.commit(commit([put(format!("{number}"), "v")])));
    let mut waiting: Vec<_> = commits.collect();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|commit| commit.as_mut().poll(context).is_pending());
        match waiting.is_empty() {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    let stats = engine.stats();
    assert_eq!(stats.commits, 200);
    assert!(stats.groups == stats.syncs && stats.groups < 100, "{stats:?}");
}

#[tokio::test]
async fn a_full_queue_is_busy_and_loses_nothing() {
    let directory = temporary();
    let settings = Settings { queue_commits: 4, ..settings() };
    let engine = must(Embedded::open(directory.path(), &settings));
    let large = |number: u32| commit([put(format!("{number}"), vec![1; 500_000])]);
    let mut waiting: Vec<_> = (0..100).map(|number| engine.commit(large(number))).collect();
    let (mut ok, mut busy) = (0, 0);
    std::future::poll_fn(|context| {
        waiting.retain_mut(|commit| match commit.as_mut().poll(context) {
            std::task::Poll::Pending => true,
            std::task::Poll::Ready(Ok(_)) => {
                ok += 1;
                false
            }
            std::task::Poll::Ready(Err(error)) => {
                assert!(matches!(error, Error::Busy), "{error}");
                busy += 1;
                false
            }
        });
        match waiting.is_empty() {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    assert!(busy > 0 && ok >= 4, "{ok} done, {busy} refused");
    assert_eq!(must(engine.head().await).revision, ok);
}

#[test]
fn everything_works_without_a_runtime() {
    let directory = temporary();
    let engine = must(Machine::new(1).open(directory.path()));
    let waker = std::task::Waker::noop();
    let mut context = std::task::Context::from_waker(waker);
    let mut run = std::pin::pin!(async {
        let epoch = must(engine.head().await).epoch;
        let operations: Vec<_> = (0..100_u32).map(|n| put(format!("{n:03}"), "v")).collect();
        done(&engine, operations).await;
        done(&engine, [delete("000")]).await;
        let snapshot = must(engine.snapshot().await);
        let found = must(snapshot.scan(&everything(), Direction::Forward, 1_000).await).entries;
        assert_eq!(found.len(), 99);
        let cursor = outlay_server::engine::Cursor { epoch, revision: 2, chain: None };
        let wait = Duration::from_millis(30);
        assert!(must(engine.changes(&cursor, 10, wait).await).is_empty());
        must(engine.close().await);
    });
    while run.as_mut().poll(&mut context).is_pending() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[tokio::test]
async fn long_values_stay_out_of_files_of_their_own() {
    let directory = temporary();
    let engine = open(directory.path());
    for round in 0..5_u8 {
        let operations: Vec<_> = (0..50_u8)
            .map(|number| put([vec![number; 900], vec![b'k']].concat(), vec![round; 30_000]))
            .collect();
        done(&engine, operations).await;
    }
    must(engine.close().await);
    let blobs = directory.path().join("tree/blobs");
    let count = std::fs::read_dir(blobs).map_or(0, Iterator::count);
    assert_eq!(count, 0, "values lie in files that are never synced");
}
