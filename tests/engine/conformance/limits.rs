//! How much, how long, how many: at the limit it works, past it it does not.

use std::sync::Arc;

use outlay_server::engine::{
    Context, Direction, Engine, Error, MAX_COMMIT_BYTES, MAX_COMMIT_OPERATIONS, MAX_CONTEXT_BYTES,
    MAX_KEY_BYTES, MAX_REPLACED_BYTES, MAX_SCAN_BYTES, MAX_SCAN_ENTRIES, Range,
};

use crate::engine::support::{
    absent, all, changes, commit, delete, done, everything, failure, guarded, must, put, value,
};

pub(super) async fn limits_are_exact(engine: Arc<dyn Engine>) {
    let many = |count: usize| -> Vec<_> {
        (0..count).map(|number| put(format!("many/{number:06}"), "v")).collect()
    };
    done(engine.as_ref(), many(MAX_COMMIT_OPERATIONS)).await;
    too_large(engine.as_ref(), commit(many(MAX_COMMIT_OPERATIONS + 1)), "operations").await;

    let large = |size: usize| commit([put("large", vec![7; size - "large".len()])]);
    must(engine.commit(large(MAX_COMMIT_BYTES)).await);
    too_large(engine.as_ref(), large(MAX_COMMIT_BYTES + 1), "bytes").await;
    let length = value(engine.as_ref(), "large").await.map(|value| value.len());
    assert_eq!(length, Some(MAX_COMMIT_BYTES - "large".len()));

    let guards: Vec<_> = (0..=MAX_COMMIT_OPERATIONS).map(|n| absent(format!("g/{n}"))).collect();
    too_large(engine.as_ref(), guarded(guards, []), "preconditions").await;

    let noted = |size: usize| {
        let mut commit = commit([]);
        commit.context = Context { note: "n".repeat(size), ..Context::default() };
        commit
    };
    must(engine.commit(noted(MAX_CONTEXT_BYTES)).await);
    too_large(engine.as_ref(), noted(MAX_CONTEXT_BYTES + 1), "bytes of context").await;
}

async fn too_large(engine: &dyn Engine, commit: outlay_server::engine::Commit, what: &str) {
    let head = must(engine.head().await).revision;
    match failure(engine.commit(commit).await) {
        Error::TooLarge { unit, actual, limit } => assert!(unit == what && actual == limit + 1),
        error => panic!("{what}: {error}"),
    }
    assert_eq!(must(engine.head().await).revision, head);
}

pub(super) async fn keys_have_a_length(engine: Arc<dyn Engine>) {
    done(engine.as_ref(), [put(vec![0xFF; MAX_KEY_BYTES], "v"), put("k", "")]).await;
    assert!(value(engine.as_ref(), vec![0xFF; MAX_KEY_BYTES]).await.is_some());
    assert_eq!(value(engine.as_ref(), "k").await.as_deref(), Some(b"".as_slice()));
    for key in [vec![], vec![0xFF; MAX_KEY_BYTES + 1]] {
        for commit in
            [commit([put(&key, "v")]), commit([delete(&key)]), guarded([absent(&key)], [])]
        {
            let refused = failure(engine.commit(commit).await);
            assert!(matches!(refused, Error::Malformed(_)), "{refused}");
        }
    }
}

pub(super) async fn a_key_is_named_once(engine: Arc<dyn Engine>) {
    let refused = failure(engine.commit(commit([put("k", "1"), delete("k")])).await);
    assert!(matches!(refused, Error::Malformed(_)), "{refused}");
    assert_eq!(value(engine.as_ref(), "k").await, None);
}

pub(super) async fn long_values_come_back_whole(engine: Arc<dyn Engine>) {
    let sizes = [0, 1, 4095, 4096, 4097, 8192, 8193, 100_000, 1_000_000];
    let long = |size: usize| -> Vec<u8> { (0..size).map(|n| (n * 31 % 251) as u8).collect() };
    for (before, after) in sizes.iter().zip(sizes.iter().rev()) {
        for size in [*before, *after] {
            done(engine.as_ref(), [put("long", long(size)), put("long\0", "next")]).await;
            assert!(value(engine.as_ref(), "long").await.is_some_and(|found| found == long(size)));
        }
    }
    let snapshot = must(engine.snapshot().await);
    let found = must(snapshot.scan(&Range::prefix(b"long"), Direction::Forward, 10).await);
    assert_eq!(found.entries.len(), 2, "parts of a value are no entries");
    done(engine.as_ref(), [delete("long"), delete("long\0")]).await;
    let snapshot = must(engine.snapshot().await);
    let found = must(snapshot.scan(&Range::prefix(b""), Direction::Forward, 10).await);
    assert!(found.entries.is_empty());
}

pub(super) async fn a_scan_has_a_ceiling(engine: Arc<dyn Engine>) {
    let operations: Vec<_> =
        (0..MAX_SCAN_ENTRIES + 10).map(|number| put(format!("s/{number:06}"), "v")).collect();
    done(engine.as_ref(), operations).await;
    let snapshot = must(engine.snapshot().await);
    for direction in [Direction::Forward, Direction::Reverse] {
        let found = must(snapshot.scan(&Range::prefix(b"s/"), direction, usize::MAX).await);
        assert_eq!((found.entries.len(), found.more), (MAX_SCAN_ENTRIES, true));
    }
}

pub(super) async fn a_scan_of_long_values_comes_in_short_pages(engine: Arc<dyn Engine>) {
    const LENGTH: usize = MAX_SCAN_BYTES / 5;
    for number in 0..11_u8 {
        done(engine.as_ref(), [put([number], vec![number; LENGTH])]).await;
    }
    let old = must(engine.snapshot().await);
    for number in 0..11_u8 {
        done(engine.as_ref(), [put([number], "short")]).await;
    }
    let new = must(engine.snapshot().await);
    for direction in [Direction::Forward, Direction::Reverse] {
        let page = must(old.scan(&everything(), direction, 100).await);
        assert_eq!((page.entries.len(), page.more), (5, true));
        let found = all(old.as_ref(), direction, 100).await;
        assert_eq!(found.len(), 11);
        assert!(found.iter().all(|(key, entry)| entry.value == vec![key[0]; LENGTH]));
        let page = must(new.scan(&everything(), direction, 100).await);
        assert_eq!((page.entries.len(), page.more), (11, false));
        let page = must(new.scan(&everything(), direction, 11).await);
        assert_eq!(page.entries.len(), 11);
    }
}

pub(super) async fn a_commit_replaces_no_more_than_a_reader_can_hold(engine: Arc<dyn Engine>) {
    const LENGTH: usize = MAX_COMMIT_BYTES - 1;
    const FIT: u8 = (MAX_REPLACED_BYTES / LENGTH) as u8;
    for number in 0..=FIT {
        done(engine.as_ref(), [put([number], vec![number; LENGTH])]).await;
    }
    let deletes = |count: u8| -> Vec<_> { (0..count).map(|number| delete([number])).collect() };
    match failure(engine.commit(commit(deletes(FIT + 1))).await) {
        Error::TooLarge { unit, limit, .. } => {
            assert_eq!((unit, limit), ("bytes of replaced values", MAX_REPLACED_BYTES));
        }
        error => panic!("{error}"),
    }
    let revision = done(engine.as_ref(), deletes(FIT)).await;
    let told = changes(engine.as_ref(), revision - 1, 1).await.remove(0);
    assert_eq!(told.records.len(), usize::from(FIT));
    assert_eq!(value(engine.as_ref(), [0]).await, None);
}
