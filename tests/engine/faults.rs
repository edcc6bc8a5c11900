//! A disk that is full, fails to sync, or takes only part of a write.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use outlay_server::engine::embedded::{Disk, Embedded, Media, Settings};
use outlay_server::engine::{Cursor, Engine, Error};
use uuid::Uuid;

use super::support::{
    Machine, absent, changes, commit, cursor, done, failure, guarded, must, must_io, put, settings,
    temporary, value,
};

#[tokio::test]
async fn a_full_disk_refuses_commits_and_they_come_back_by_themselves() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = must(machine.open(directory.path()));
    done(&engine, [put("k", "1")]).await;
    for flag in [&machine.full, &machine.short] {
        let before = must(engine.head().await).revision;
        Machine::set(flag, true);
        for _ in 0..3 {
            let error = failure(engine.commit(guarded([absent("new")], [put("new", "1")])).await);
            assert!(matches!(error, Error::NotApplied), "{error}");
        }
        assert_eq!(value(&engine, "k").await.as_deref(), Some(b"1".as_slice()));
        assert_eq!(value(&engine, "new").await, None);
        assert_eq!(must(engine.head().await).revision, before);
        Machine::set(flag, false);
        // What was not applied is not in the way.
        must(engine.commit(guarded([absent("new")], [put("new", "1")])).await);
        done(&engine, [super::support::delete("new")]).await;
    }
    reopen(engine, &machine, directory.path(), 5).await;
}

async fn reopen(engine: Embedded, machine: &Arc<Machine>, directory: &Path, revision: u64) {
    must(engine.close().await);
    drop(engine);
    let engine = must(machine.open(directory));
    assert_eq!(must(engine.head().await).revision, revision);
    assert_eq!(changes(&engine, 0, 100).await.len() as u64, revision);
}

#[tokio::test]
async fn half_a_frame_that_cannot_be_taken_back_stops_no_later_commit() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = must(machine.open(directory.path()));
    done(&engine, [put("k", "1")]).await;
    Machine::set(&machine.short, true);
    Machine::set(&machine.cannot_truncate, true);
    failure(engine.commit(commit([put("long", vec![1; 2_000])])).await);
    Machine::set(&machine.short, false);
    let error = failure(engine.commit(commit([put("k", "2")])).await);
    assert!(matches!(error, Error::NotApplied), "{error}");
    Machine::set(&machine.cannot_truncate, false);
    done(&engine, [put("k", "3")]).await;
    reopen(engine, &machine, directory.path(), 2).await;
}

#[tokio::test]
async fn what_is_taken_back_is_taken_back_for_good() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = must(machine.open(directory.path()));
    done(&engine, [put("k", "1")]).await;
    Machine::set(&machine.short, true);
    let syncs = machine.syncs.load(Ordering::SeqCst);
    failure(engine.commit(commit([put("long", vec![1; 2_000])])).await);
    // The next frame may go into another file, and never into this one again.
    assert_eq!(machine.syncs.load(Ordering::SeqCst), syncs + 1);
    // Any other error than a full disk says that nothing is known any more.
    Machine::set(&machine.truncate_breaks, true);
    let error = failure(engine.commit(commit([put("long", vec![1; 2_000])])).await);
    assert!(matches!(error, Error::Unknown), "{error}");
    assert!(matches!(failure(engine.close().await), Error::Fatal { .. }));
}

/// A disk of which a sync that fails once marks the pages as written, though
/// they are not.
struct Forgetful {
    fails: AtomicBool,
    /// Places that were written and not synced.
    pending: Mutex<Vec<(u64, u64, usize)>>,
    /// Places that were never written to the disk.
    lost: Mutex<Vec<(u64, u64, usize)>>,
}

impl Media for Forgetful {
    fn append(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        locked(&self.pending).push((file.metadata()?.ino(), offset, bytes.len()));
        Disk.append(file, bytes, offset)
    }

    fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        Disk.truncate(file, length)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        let inode = file.metadata()?.ino();
        let (mine, others): (Vec<_>, Vec<_>) =
            locked(&self.pending).drain(..).partition(|(at, ..)| *at == inode);
        *locked(&self.pending) = others;
        if file.metadata()?.is_file() && self.fails.swap(false, Ordering::SeqCst) {
            locked(&self.lost).extend(mine);
            return Err(io::Error::other("the disk failed once"));
        }
        Ok(())
    }

    fn free_bytes(&self, _: &Path) -> io::Result<u64> {
        Ok(u64::MAX)
    }

    fn boot(&self) -> Option<Uuid> {
        Some(Uuid::from_u128(1))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tokio::test]
async fn a_restart_does_not_make_a_failed_sync_good() {
    let directory = temporary();
    let media = Arc::new(Forgetful {
        fails: AtomicBool::new(false),
        pending: Mutex::default(),
        lost: Mutex::default(),
    });
    let settings = Settings { media: Arc::clone(&media) as Arc<dyn Media>, ..settings() };
    let engine = must(Embedded::open(directory.path(), &settings));
    done(&engine, [put("k1", "v")]).await;
    media.fails.store(true, Ordering::SeqCst);
    failure(engine.commit(commit([put("k2", "v")])).await);
    drop(engine);
    let engine = must(Embedded::open(directory.path(), &settings));
    assert_eq!(done(&engine, [put("k3", "v")]).await, 3);
    drop(engine);
    // The power goes: what was acknowledged must not lie on lost pages.
    let segment = directory.path().join("journal/00000000000000000001.journal");
    let inode = must_io(std::fs::metadata(&segment)).ino();
    let mut bytes = must_io(std::fs::read(&segment));
    for (_, offset, length) in locked(&media.lost).iter().filter(|(at, ..)| *at == inode) {
        bytes[*offset as usize..*offset as usize + length].fill(0);
    }
    must_io(std::fs::write(&segment, bytes));
    let engine = must(Machine::new(2).open(directory.path()));
    assert_eq!(must(engine.head().await).revision, 3);
    assert_eq!(changes(&engine, 0, 10).await.len(), 3);
    assert!(!locked(&media.lost).is_empty());
}

#[tokio::test]
async fn a_conflict_with_a_commit_that_the_disk_refused_is_no_conflict() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = Arc::new(must(machine.open(directory.path())));
    Machine::set(&machine.full, true);
    let tasks: Vec<_> = (0..50_u32)
        .map(|_| {
            let engine = Arc::clone(&engine);
            tokio::spawn(async move {
                failure(engine.commit(guarded([absent("k")], [put("k", "1")])).await)
            })
        })
        .collect();
    for task in tasks {
        let error = task.await.unwrap_or(Error::Busy);
        assert!(matches!(error, Error::NotApplied), "{error}");
    }
}

#[tokio::test]
async fn a_sync_that_fails_stops_all_writing_and_no_reading() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = must(machine.open(directory.path()));
    done(&engine, [put("k", "1")]).await;
    Machine::set(&machine.syncs_fail, true);
    let error = failure(engine.commit(commit([put("k", "2")])).await);
    assert!(matches!(error, Error::Unknown), "{error}");
    // It is not tried again, though it would succeed.
    Machine::set(&machine.syncs_fail, false);
    for _ in 0..100 {
        match engine.commit(commit([put("k", "3")])).await {
            Err(Error::Fatal { .. }) => break,
            Err(Error::Unknown) => {}
            outcome => panic!("{outcome:?}"),
        }
    }
    assert!(matches!(failure(engine.head().await), Error::Fatal { .. }));
    assert_eq!(value(&engine, "k").await.as_deref(), Some(b"1".as_slice()));
    assert!(engine.close().await.is_err());
    drop(engine);
    // The frame may or may not be there; here it is, and it is whole.
    let engine = must(machine.open(directory.path()));
    assert_eq!(value(&engine, "k").await.as_deref(), Some(b"2".as_slice()));
}

#[tokio::test]
async fn who_waits_for_the_feed_hears_that_the_engine_has_stopped() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = Arc::new(must(machine.open(directory.path())));
    done(engine.as_ref(), [put("k", "1")]).await;
    let cursor = cursor(engine.as_ref(), 1).await;
    let history = Cursor { revision: 0, ..cursor.clone() };
    let watcher = {
        let engine = Arc::clone(&engine);
        tokio::spawn(async move { engine.changes(&cursor, 10, Duration::from_secs(600)).await })
    };
    tokio::time::sleep(Duration::from_millis(10)).await;
    Machine::set(&machine.syncs_fail, true);
    failure(engine.commit(commit([put("k", "2")])).await);
    let told = tokio::time::timeout(Duration::from_secs(10), watcher).await;
    assert!(matches!(told, Ok(Ok(Err(Error::Fatal { .. })))), "{told:?}");
    // What is there can still be read.
    assert_eq!(must(engine.changes(&history, 10, Duration::ZERO).await).len(), 1);
}

#[tokio::test]
async fn nothing_is_visible_or_refused_before_what_it_rests_on_is_durable() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = must(machine.open(directory.path()));
    Machine::set(&machine.held, true);
    let syncs = machine.syncs.load(Ordering::SeqCst);
    let wait_for = async |more: usize| {
        while machine.syncs.load(Ordering::SeqCst) < syncs + more {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let mut first = engine.commit(commit([put("first", "1")]));
    assert!(!poll(&mut first).await);
    wait_for(1).await;
    // These two wait together, so they come into one group: the second fails
    // because of the first, which is not durable yet.
    let mut creates = engine.commit(guarded([absent("k")], [put("k", "1")]));
    let mut refused = engine.commit(guarded([absent("k")], [put("k", "2")]));
    assert!(!poll(&mut creates).await && !poll(&mut refused).await);
    machine.permits.store(1, Ordering::SeqCst);
    wait_for(2).await;
    assert_eq!(must(first.await), 1);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!poll(&mut creates).await && !poll(&mut refused).await);
    assert_eq!(value(&engine, "k").await, None);
    assert_eq!(must(engine.head().await).revision, 1);
    Machine::set(&machine.held, false);
    assert_eq!(must(creates.await), 2);
    assert!(matches!(failure(refused.await), Error::Conflict { .. }));
}

/// Whether a future is ready after one more look.
async fn poll(future: &mut (impl Future + Unpin)) -> bool {
    std::future::poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context).is_ready()))
        .await
}
