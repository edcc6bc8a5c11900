//! The feed: every commit once, whole, in order, from any point.

use std::sync::Arc;
use std::time::{Duration, Instant};

use outlay_server::engine::{Change, Class, Cursor, Engine, Error, Operation, Value};
use uuid::Uuid;

use crate::engine::support::{
    add, changes, commit, cursor, delete, done, failure, must, put, text,
};

/// Twenty commits from several tasks at once, so that some share a frame.
async fn fill(engine: &Arc<dyn Engine>) -> Vec<Change> {
    let tasks: Vec<_> = (0..20_u32)
        .map(|number| {
            let engine = Arc::clone(engine);
            tokio::spawn(async move {
                let key = format!("k/{}", number % 4);
                done(engine.as_ref(), [put(key, number.to_string()), add("cell", 1)]).await
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.is_ok());
    }
    changes(engine.as_ref(), 0, 1_000).await
}

pub(super) async fn the_feed_is_dense_and_whole(engine: Arc<dyn Engine>) {
    let mut context = commit([]).context;
    context.request_id = Some(Uuid::from_u128(7));
    context.peer = "192.0.2.1".to_owned();
    context.trace_id = "0af7651916cd43dd8448eb211c80319c".to_owned();
    context.note = "ä note".to_owned();
    let index =
        Operation::Put { class: Class::Index, key: b"index".to_vec(), value: bytes::Bytes::new() };
    let mut first = commit([put("b", "1"), index, put("a", "1"), add("cell", 1)]);
    first.context = context.clone();
    must(engine.commit(first).await);
    let all = fill(&engine).await;
    let revisions: Vec<_> = all.iter().map(|change| change.revision).collect();
    assert_eq!(revisions, (1..=21).collect::<Vec<_>>());
    assert_eq!(all[0].context, context);
    let keys: Vec<_> = all[0].records.iter().map(|record| text(&record.key)).collect();
    assert_eq!(keys, ["b", "a"], "records only, in the order of the commit");
}

pub(super) async fn the_feed_goes_on_from_every_point(engine: Arc<dyn Engine>) {
    let all = fill(&engine).await;
    for start in 0..=all.len() {
        for limit in [1, 3, 100] {
            let rest = changes(engine.as_ref(), start as u64, limit).await;
            let end = all.len().min(start + limit);
            assert_eq!(rest, all[start..end], "after {start}, {limit} at most");
        }
    }
    for change in &all {
        let cursor =
            Cursor { chain: Some(change.chain), ..cursor(engine.as_ref(), change.revision).await };
        must(engine.changes(&cursor, 1, Duration::ZERO).await);
    }
    assert!(changes(engine.as_ref(), 0, 0).await.is_empty());
}

pub(super) async fn the_feed_tells_old_and_new_values(engine: Arc<dyn Engine>) {
    let long = "x".repeat(10_000);
    let steps = [Some("1"), Some(long.as_str()), None, Some("3"), Some("3"), None];
    for step in steps {
        let operation = match step {
            Some(value) => put("k", value),
            None => delete("k"),
        };
        done(engine.as_ref(), [put("other", "o"), operation]).await;
    }
    let (mut before, mut written) = (None, 0);
    for (change, after) in changes(engine.as_ref(), 0, 100).await.iter().zip(steps) {
        let record = &change.records[1];
        assert_eq!(record.key, b"k");
        assert_eq!(record.old.present(), before.map(str::as_bytes));
        assert_eq!(record.new.present(), after.map(str::as_bytes));
        assert_eq!(record.old_revision, written);
        assert_eq!(record.old == Value::Absent, before.is_none());
        before = after;
        written = if after.is_some() { change.revision } else { 0 };
    }
}

pub(super) async fn one_commit_of_history_can_be_read_alone(engine: Arc<dyn Engine>) {
    let all = fill(&engine).await;
    for change in &all {
        let alone = changes(engine.as_ref(), change.revision - 1, 1).await;
        assert_eq!(alone, std::slice::from_ref(change));
    }
}

pub(super) async fn the_feed_waits_for_the_next_commit(engine: Arc<dyn Engine>) {
    let here = cursor(engine.as_ref(), 0).await;
    let waiting = {
        let engine = Arc::clone(&engine);
        tokio::spawn(async move { must(engine.changes(&here, 10, Duration::from_secs(20)).await) })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    let started = Instant::now();
    done(engine.as_ref(), [put("k", "1")]).await;
    assert_eq!(waiting.await.map(|changes| changes.len()).ok(), Some(1));
    assert!(started.elapsed() < Duration::from_secs(10));
}

pub(super) async fn the_feed_gives_up_waiting(engine: Arc<dyn Engine>) {
    let here = cursor(engine.as_ref(), 0).await;
    let started = Instant::now();
    let wait = Duration::from_millis(60);
    assert!(must(engine.changes(&here, 10, wait).await).is_empty());
    assert!(started.elapsed() >= wait);
}

pub(super) async fn a_slow_consumer_misses_nothing(engine: Arc<dyn Engine>) {
    let writer = {
        let engine = Arc::clone(&engine);
        tokio::spawn(async move {
            for number in 0..300_u32 {
                done(engine.as_ref(), [put(format!("k/{}", number % 7), number.to_string())]).await;
            }
        })
    };
    let mut here = cursor(engine.as_ref(), 0).await;
    let mut seen = 0;
    while seen < 300 {
        let part = must(engine.changes(&here, 7, Duration::from_secs(20)).await);
        for change in part {
            assert_eq!(change.revision, here.revision + 1);
            let new = change.records[0].new.present().map(text);
            assert_eq!(new, Some(seen.to_string()));
            here.revision = change.revision;
            here.chain = Some(change.chain);
            seen += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(writer.await.is_ok());
}

pub(super) async fn a_cursor_of_another_history_is_unknown(engine: Arc<dyn Engine>) {
    let all = fill(&engine).await;
    let here = cursor(engine.as_ref(), 5).await;
    let other_epoch = Cursor { epoch: Uuid::from_u128(1), ..here.clone() };
    let other_chain = Cursor { chain: Some([1; 32]), ..here.clone() };
    let future = Cursor { revision: all.len() as u64 + 1, ..here };
    for cursor in [other_epoch, other_chain, future] {
        let refused = failure(engine.changes(&cursor, 1, Duration::from_secs(5)).await);
        assert!(matches!(refused, Error::CursorUnknown), "{refused}");
    }
}
