//! A disk that is full, fails to sync, or takes only part of a write.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use outlay_server::engine::embedded::Embedded;
use outlay_server::engine::{Engine, Error};

use super::support::{
    Machine, absent, changes, commit, done, failure, guarded, must, put, temporary, value,
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
