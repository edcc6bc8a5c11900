//! Commits: all or nothing, in one order, each under its own conditions.

use std::sync::Arc;

use outlay_server::engine::{Class, Engine, Error, Operation};

use crate::engine::support::{
    absent, add, at, changes, commit, delete, done, entry, failure, guarded, must, put, value,
};

fn number(value: Option<bytes::Bytes>) -> Option<i64> {
    value.map(|bytes| i64::from_be_bytes(bytes.as_ref().try_into().unwrap_or_default()))
}

fn conflict_key(error: &Error) -> Option<&[u8]> {
    match error {
        Error::Conflict { key } => Some(key),
        _ => None,
    }
}

pub(super) async fn a_commit_is_visible_when_it_is_answered(engine: Arc<dyn Engine>) {
    for round in 1..=50_u64 {
        let revision = done(engine.as_ref(), [put("k", round.to_be_bytes())]).await;
        let found = entry(engine.as_ref(), "k").await;
        let found = found.map(|entry| (entry.revision, entry.value.to_vec()));
        assert_eq!(found, Some((revision, round.to_be_bytes().to_vec())));
        assert_eq!(must(engine.head().await).revision, revision);
    }
}

pub(super) async fn revisions_are_dense_also_without_operations(engine: Arc<dyn Engine>) {
    assert_eq!(must(engine.head().await).revision, 0);
    assert_eq!(done(engine.as_ref(), [put("a", "1")]).await, 1);
    assert_eq!(done(engine.as_ref(), []).await, 2);
    failure(engine.commit(guarded([absent("a")], [])).await);
    assert_eq!(done(engine.as_ref(), [put("b", "1")]).await, 3);
    assert_eq!(must(engine.head().await).revision, 3);
}

pub(super) async fn all_of_a_commit_is_seen_or_nothing(engine: Arc<dyn Engine>) {
    const KEYS: u32 = 30;
    let keys: Vec<_> = (0..KEYS).map(|key| format!("{key}").into_bytes()).collect();
    let writer = {
        let (engine, keys) = (Arc::clone(&engine), keys.clone());
        tokio::spawn(async move {
            for round in 1..=150_u32 {
                // Some long, so that they take several steps.
                let value = vec![round as u8; if round % 10 == 0 { 20_000 } else { 4 }];
                done(engine.as_ref(), keys.iter().map(|key| put(key, &value)).collect::<Vec<_>>())
                    .await;
            }
        })
    };
    let mut last = 0;
    while last < 150 {
        let snapshot = must(engine.snapshot().await);
        let found = must(snapshot.get(&keys).await);
        last = snapshot.revision();
        let expected = (last > 0).then_some(last);
        for entry in found {
            assert_eq!(entry.as_ref().map(|entry| entry.revision), expected);
            let first = entry.and_then(|entry| entry.value.first().copied());
            assert_eq!(first, expected.map(|revision| revision as u8));
        }
        tokio::task::yield_now().await;
    }
    assert!(writer.await.is_ok());
}

pub(super) async fn a_failing_precondition_names_its_key_and_changes_nothing(
    engine: Arc<dyn Engine>,
) {
    done(engine.as_ref(), [put("taken", "1"), put("other", "1")]).await;
    let refused = engine
        .commit(guarded(
            [absent("free"), absent("taken")],
            [put("free", "2"), put("other", "2"), delete("taken")],
        ))
        .await;
    assert_eq!(conflict_key(&failure(refused)), Some(b"taken".as_slice()));
    assert_eq!(value(engine.as_ref(), "free").await, None);
    assert_eq!(value(engine.as_ref(), "other").await.as_deref(), Some(b"1".as_slice()));
    assert_eq!(value(engine.as_ref(), "taken").await.as_deref(), Some(b"1".as_slice()));
}

pub(super) async fn absent_holds_for_a_removed_key(engine: Arc<dyn Engine>) {
    must(engine.commit(guarded([absent("k")], [put("k", "1")])).await);
    failure(engine.commit(guarded([absent("k")], [put("k", "2")])).await);
    done(engine.as_ref(), [delete("k")]).await;
    must(engine.commit(guarded([absent("k")], [put("k", "3")])).await);
}

pub(super) async fn at_holds_only_at_the_last_revision(engine: Arc<dyn Engine>) {
    let first = done(engine.as_ref(), [put("k", "1")]).await;
    let second = must(engine.commit(guarded([at("k", first)], [put("k", "2")])).await);
    for stale in [0, first, second + 1] {
        let refused = engine.commit(guarded([at("k", stale)], [put("k", "3")])).await;
        assert_eq!(conflict_key(&failure(refused)), Some(b"k".as_slice()));
    }
    let removed = must(engine.commit(guarded([at("k", second)], [delete("k")])).await);
    for gone in [0, second, removed] {
        failure(engine.commit(guarded([at("k", gone)], [])).await);
    }
}

pub(super) async fn of_many_who_create_one_key_one_succeeds(engine: Arc<dyn Engine>) {
    for round in 0..20_u32 {
        let key = format!("unique/{round}");
        let tasks: Vec<_> = (0..16_u8)
            .map(|who| {
                let (engine, key) = (Arc::clone(&engine), key.clone());
                tokio::spawn(async move {
                    let commit = guarded([absent(&key)], [put(&key, [who])]);
                    (who, engine.commit(commit).await)
                })
            })
            .collect();
        let mut winners = Vec::new();
        for task in tasks {
            match task.await.map_err(|error| error.to_string()) {
                Ok((who, Ok(_))) => winners.push(who),
                Ok((_, Err(error))) => assert!(conflict_key(&error).is_some(), "{error}"),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(winners.len(), 1, "{key}");
        assert_eq!(value(engine.as_ref(), &key).await.as_deref(), Some(winners.as_slice()));
    }
}

pub(super) async fn adding_is_exact_under_contention(engine: Arc<dyn Engine>) {
    let tasks: Vec<_> = (1..=16_i64)
        .map(|delta| {
            let engine = Arc::clone(&engine);
            tokio::spawn(async move {
                for round in 0..25_i64 {
                    let sign = if round % 5 == 0 { -1 } else { 1 };
                    done(engine.as_ref(), [add("sum", sign * delta), add("count", 1)]).await;
                }
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.is_ok());
    }
    let expected: i64 = (1..=16).map(|delta| delta * (20 - 5)).sum();
    assert_eq!(number(value(engine.as_ref(), "sum").await), Some(expected));
    assert_eq!(number(value(engine.as_ref(), "count").await), Some(16 * 25));
}

pub(super) async fn adding_never_overflows(engine: Arc<dyn Engine>) {
    for (key, limit, step) in [("top", i64::MAX, 1), ("bottom", i64::MIN, -1)] {
        done(engine.as_ref(), [add(key, limit)]).await;
        let refused = failure(engine.commit(commit([put("x", "1"), add(key, step)])).await);
        assert!(matches!(&refused, Error::Overflow { key: cell } if cell == key.as_bytes()));
        assert_eq!(number(value(engine.as_ref(), key).await), Some(limit));
        assert_eq!(value(engine.as_ref(), "x").await, None);
        done(engine.as_ref(), [add(key, -step)]).await;
        assert_eq!(number(value(engine.as_ref(), key).await), Some(limit - step));
    }
}

pub(super) async fn adding_needs_a_cell(engine: Arc<dyn Engine>) {
    let cell = |value: &'static [u8]| Operation::Put {
        class: Class::Cell,
        key: b"cell".to_vec(),
        value: bytes::Bytes::from_static(value),
    };
    done(engine.as_ref(), [put("record", 5_i64.to_be_bytes()), cell(b"short")]).await;
    for key in ["record", "cell"] {
        let refused = failure(engine.commit(commit([add(key, 1)])).await);
        assert!(matches!(refused, Error::Malformed(_)), "{key}: {refused}");
    }
    done(engine.as_ref(), [cell(&[0, 0, 0, 0, 0, 0, 0, 7])]).await;
    done(engine.as_ref(), [add("cell", 1)]).await;
    assert_eq!(number(value(engine.as_ref(), "cell").await), Some(8));
    let remove = Operation::Delete { class: Class::Cell, key: b"cell".to_vec() };
    done(engine.as_ref(), [remove]).await;
    done(engine.as_ref(), [add("cell", 1)]).await;
    assert_eq!(number(value(engine.as_ref(), "cell").await), Some(1));
}

pub(super) async fn a_cell_has_as_many_numbers_as_were_first_added(engine: Arc<dyn Engine>) {
    let several = |deltas: &[i64]| Operation::Add { key: b"c".to_vec(), deltas: deltas.to_vec() };
    done(engine.as_ref(), [several(&[1, -2, i64::MAX])]).await;
    done(engine.as_ref(), [several(&[10, -20, 0])]).await;
    let wanted: bytes::Bytes = [11, -22, i64::MAX].into_iter().flat_map(i64::to_be_bytes).collect();
    assert_eq!(value(engine.as_ref(), "c").await, Some(wanted.clone()));
    let overflow = failure(engine.commit(commit([several(&[1, 1, 1])])).await);
    assert!(matches!(overflow, Error::Overflow { .. }), "{overflow}");
    let nine = [1; 9];
    for wrong in [&[][..], &[1], &[1, 2], &[1, 2, 3, 4], &nine] {
        let refused = failure(engine.commit(commit([several(wrong)])).await);
        assert!(matches!(refused, Error::Malformed(_)), "{wrong:?}: {refused}");
    }
    assert_eq!(value(engine.as_ref(), "c").await, Some(wanted));
}

pub(super) async fn a_key_keeps_its_class_while_it_is_there(engine: Arc<dyn Engine>) {
    let revision = done(engine.as_ref(), [put("k", "1")]).await;
    let index = |value: Option<&'static [u8]>| match value {
        None => Operation::Delete { class: Class::Index, key: b"k".to_vec() },
        Some(value) => Operation::Put {
            class: Class::Index,
            key: b"k".to_vec(),
            value: bytes::Bytes::from_static(value),
        },
    };
    let insert = || Operation::Insert { key: b"k".to_vec(), value: bytes::Bytes::new() };
    // That nothing is inserted over what is there only these builds look at.
    for operation in [index(None), index(Some(b"2")), insert()] {
        let refused = failure(engine.commit(commit([operation])).await);
        assert!(matches!(refused, Error::Malformed(_)), "{refused}");
    }
    assert_eq!(entry(engine.as_ref(), "k").await.map(|entry| entry.revision), Some(revision));
    done(engine.as_ref(), [delete("k")]).await;
    done(engine.as_ref(), [index(Some(b"2"))]).await;
    assert_eq!(value(engine.as_ref(), "k").await.as_deref(), Some(b"2".as_slice()));
    done(engine.as_ref(), [index(None)]).await;
    done(engine.as_ref(), [insert()]).await;
    assert_eq!(value(engine.as_ref(), "k").await.as_deref(), Some(b"".as_slice()));
}

pub(super) async fn deleting_nothing_changes_nothing(engine: Arc<dyn Engine>) {
    let revision = done(engine.as_ref(), [delete("nothing"), put("k", "1")]).await;
    let told = changes(engine.as_ref(), revision - 1, 1).await.remove(0);
    let keys: Vec<_> = told.records.iter().map(|record| record.key.as_slice()).collect();
    assert_eq!(keys, [b"k"]);
}

pub(super) async fn a_commit_fails_alone_among_many(engine: Arc<dyn Engine>) {
    done(engine.as_ref(), [put("taken", "1")]).await;
    let tasks: Vec<_> = (0..60_u32)
        .map(|number| {
            let engine = Arc::clone(&engine);
            tokio::spawn(async move {
                let guards = if number % 3 == 0 { vec![absent("taken")] } else { vec![] };
                let operations = [put(format!("k/{number}"), "1"), add("cell", 1)];
                (number, engine.commit(guarded(guards, operations)).await)
            })
        })
        .collect();
    for task in tasks {
        let Ok((number, outcome)) = task.await else { panic!("a commit panicked") };
        let written = entry(engine.as_ref(), format!("k/{number}")).await;
        match outcome {
            Ok(revision) => assert_eq!(written.map(|entry| entry.revision), Some(revision)),
            Err(error) => {
                assert!(number % 3 == 0 && conflict_key(&error).is_some(), "{error}");
                assert_eq!(written, None);
            }
        }
    }
    assert_eq!(number(value(engine.as_ref(), "cell").await), Some(40));
}

pub(super) async fn commits_at_once_see_each_other_in_order(engine: Arc<dyn Engine>) {
    // Nobody waits for an answer: what is queued together is grouped together.
    let mut revision = done(engine.as_ref(), [put("chain", "0")]).await;
    let commits: Vec<_> = (0..100_u32)
        .map(|step| {
            let engine = Arc::clone(&engine);
            revision += 1;
            let commit = guarded([at("chain", revision - 1)], [put("chain", step.to_string())]);
            (revision, Box::pin(async move { engine.commit(commit).await }))
        })
        .collect();
    let mut expected = Vec::new();
    let mut waiting = Vec::new();
    for (revision, mut commit) in commits {
        // The first poll puts it into the queue, in this order.
        let ready = std::future::poll_fn(|context| {
            std::task::Poll::Ready(commit.as_mut().poll(context).is_ready())
        });
        assert!(!ready.await || revision > 0);
        expected.push(revision);
        waiting.push(commit);
    }
    for (commit, revision) in waiting.into_iter().zip(expected) {
        assert_eq!(must(commit.await), revision);
    }
}

pub(super) async fn a_dropped_commit_still_happens(engine: Arc<dyn Engine>) {
    for round in 0..20_u32 {
        let key = format!("dropped/{round}");
        let waker = std::task::Waker::noop();
        let mut future = engine.commit(commit([put(&key, "1")]));
        let _ = future.as_mut().poll(&mut std::task::Context::from_waker(waker));
        drop(future);
        // A later commit comes after it in the one order that there is.
        done(engine.as_ref(), [put("later", "1")]).await;
        assert!(value(engine.as_ref(), &key).await.is_some(), "{key}");
    }
}
