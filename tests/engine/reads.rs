//! What the embedded engine does for readers: nothing long on the runtime's
//! threads, and no more memory than it says.

use std::future::Future;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use outlay_server::engine::{Commit, Direction, Engine, Error, Precondition};

use super::support::{
    Machine, all, commit, cursor, delete, done, everything, failure, guarded, must, must_io, open,
    put, temporary,
};

/// Runs a test on a runtime with one thread for what blocks.
fn with_one_blocking_thread(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(1).build();
    must_io(runtime).block_on(test);
}

/// Occupies that thread until it is dropped: what needs it can't be ready.
fn busy() -> std::sync::mpsc::Sender<()> {
    let (begin, begun) = std::sync::mpsc::channel();
    let (hold, held) = std::sync::mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || {
        let _begun = begin.send(());
        let _ended = held.recv();
    });
    assert!(begun.recv().is_ok());
    hold
}

/// Whether a future is ready at the first look.
fn at_once<T>(future: &mut std::pin::Pin<Box<dyn Future<Output = T> + Send + '_>>) -> Option<T> {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

#[test]
fn only_short_reads_run_on_the_thread_that_asks() {
    with_one_blocking_thread(short_and_long_reads());
}

async fn short_and_long_reads() {
    let directory = temporary();
    let engine = open(directory.path());
    done(&engine, [put("a", "short"), put("b", vec![1; 5_000])]).await;
    // Recent values are in memory, however long they are.
    must(engine.close().await);
    let engine = open(directory.path());
    let snapshot = must(engine.snapshot().await);
    let (short, long) = ([b"a".to_vec()], [b"a".to_vec(), b"b".to_vec()]);
    let range = everything();
    let busy = busy();
    assert!(at_once(&mut snapshot.get(&short)).is_some());
    let mut get = snapshot.get(&long);
    assert!(at_once(&mut get).is_none());
    assert!(at_once(&mut snapshot.scan(&range, Direction::Forward, 8)).is_none());
    drop(busy);
    assert_eq!(must(get.await).iter().flatten().count(), 2);
    let page = must(snapshot.scan(&range, Direction::Reverse, 1).await);
    assert_eq!((page.entries.len(), page.more), (1, true));
    assert_eq!(page.entries[0].1.value.len(), 5_000);
}

#[test]
fn a_scan_that_finds_little_goes_on_elsewhere() {
    with_one_blocking_thread(scans_that_find_little());
}

async fn scans_that_find_little() {
    const KEYS: u32 = 5_000;
    let directory = temporary();
    let engine = open(directory.path());
    done(&engine, [put("z", "v")]).await;
    let before = must(engine.snapshot().await);
    let keys = || (0..KEYS).map(|number| format!("k{number:05}"));
    done(&engine, keys().map(|key| put(key, "v")).collect::<Vec<_>>()).await;
    let between = must(engine.snapshot().await);
    done(&engine, keys().map(delete).collect::<Vec<_>>()).await;
    let after = must(engine.snapshot().await);
    let range = everything();
    for direction in [Direction::Forward, Direction::Reverse] {
        for (snapshot, count) in [(&before, 1), (&between, KEYS as usize + 1), (&after, 1)] {
            assert_eq!(all(snapshot.as_ref(), direction, 1_000).await.len(), count);
        }
    }
    // Many keys are gone from the tree, and known only as having been there.
    let occupied = busy();
    let mut scan = after.scan(&range, Direction::Forward, 1);
    assert!(at_once(&mut scan).is_none());
    drop(occupied);
    let page = must(scan.await);
    assert_eq!((page.entries[0].0.as_slice(), page.more), (b"z".as_slice(), false));
    done(&engine, keys().map(|key| put(key, "v")).collect::<Vec<_>>()).await;
    // And here many are in the tree that were not yet there.
    let occupied = busy();
    let mut scan = after.scan(&range, Direction::Forward, 1);
    assert!(at_once(&mut scan).is_none());
    drop(occupied);
    assert_eq!(must(scan.await).entries[0].0, b"z");
    assert!(at_once(&mut between.scan(&range, Direction::Forward, 1)).is_some());
}

#[tokio::test]
async fn the_feed_counts_old_values_too() {
    let directory = temporary();
    let engine = open(directory.path());
    for number in 0..6_u8 {
        done(&engine, [put([number], vec![number; 5_000_000])]).await;
    }
    let mut last = 0;
    for number in 0..6_u8 {
        last = done(&engine, [put([number], "short")]).await;
    }
    let cursor = cursor(&engine, 6).await;
    let told = must(engine.changes(&cursor, 100, Duration::ZERO).await);
    assert_eq!(told.iter().map(|change| change.revision).collect::<Vec<_>>(), [7, 8, 9]);
    for (number, change) in (0_u8..).zip(&told) {
        let old = change.records[0].old.present();
        assert_eq!(old, Some(vec![number; 5_000_000].as_slice()));
    }
    assert_eq!(last, 12);
    // One commit is told whole, whatever it replaced.
    let again: Vec<_> = (0..6_u8).map(|number| put([number], vec![1; 1_000_000])).collect();
    let revision = done(&engine, again).await;
    done(&engine, (0..6_u8).map(|number| delete([number])).collect::<Vec<_>>()).await;
    let told = super::support::changes(&engine, revision, 1).await;
    assert_eq!(told[0].records.len(), 6);
}

/// A commit of few bytes that takes much memory while it waits.
fn wide(number: u32) -> Commit {
    let guards: Vec<_> = (0..10_000_u32)
        .map(|guard| Precondition::Absent([&guard.to_be_bytes(), [7; 900].as_slice()].concat()))
        .collect();
    guarded(guards, [put(number.to_be_bytes(), "v")])
}

#[tokio::test]
async fn the_queue_counts_all_that_it_holds() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = must(machine.open(directory.path()));
    Machine::set(&machine.held, true);
    let mut waiting: Vec<_> = (0..20).map(|number| engine.commit(wide(number))).collect();
    let refused: Vec<Error> =
        waiting.iter_mut().filter_map(|commit| at_once(commit).map(failure)).collect();
    assert!(refused.iter().all(|error| matches!(error, Error::Busy)));
    assert!((10..20).contains(&refused.len()), "{} of 20 were refused", refused.len());
    Machine::set(&machine.held, false);
    drop(waiting);
    must(engine.close().await);
    assert!(engine.commit(commit([])).await.is_err());
}
