//! Snapshots: one revision, whatever happens meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use outlay_server::engine::{Direction, Engine, Entry, Operation, Value};

use crate::engine::support::{
    Random, all, changes, commit, delete, done, entry, everything, must, put, value,
};

pub(super) async fn a_snapshot_stays_as_it_was(engine: Arc<dyn Engine>) {
    let mut snapshots = Vec::new();
    for round in 0..50_u64 {
        done(engine.as_ref(), [put("k", round.to_be_bytes()), put([round as u8], "new")]).await;
        snapshots.push(must(engine.snapshot().await));
    }
    for (round, snapshot) in (0_u64..).zip(&snapshots) {
        assert_eq!(snapshot.revision(), round + 1);
        let keys = [b"k".to_vec(), vec![round as u8], vec![round as u8 + 1]];
        let found = must(snapshot.get(&keys).await);
        let value = found[0].as_ref().map(|entry| entry.value.to_vec());
        assert_eq!(value, Some(round.to_be_bytes().to_vec()));
        assert_eq!(found[1].as_ref().map(|entry| entry.revision), Some(round + 1));
        assert_eq!(found[2], None);
        let count = must(snapshot.scan(&everything(), Direction::Forward, 1_000).await);
        let count = count.entries.len();
        assert_eq!(count as u64, round + 2);
    }
}

pub(super) async fn removed_keys_stay_in_older_snapshots(engine: Arc<dyn Engine>) {
    let keys: Vec<_> = (0..200_u32).map(|number| format!("{number:04}")).collect();
    let fill: Vec<_> = keys.iter().map(|key| put(key, key)).collect();
    done(engine.as_ref(), fill).await;
    let before = must(engine.snapshot().await);
    let remove: Vec<_> = keys.iter().map(delete).collect();
    done(engine.as_ref(), remove).await;
    let between = must(engine.snapshot().await);
    done(engine.as_ref(), [put("0100", "again"), put("0100x", "new")]).await;
    for direction in [Direction::Forward, Direction::Reverse] {
        for page in [1, 7, 199, 200, 500] {
            let mut found: Vec<_> = all(before.as_ref(), direction, page)
                .await
                .into_iter()
                .map(|(key, entry)| {
                    assert_eq!(key, entry.value);
                    key
                })
                .collect();
            if direction == Direction::Reverse {
                found.reverse();
            }
            assert!(found.iter().eq(keys.iter().map(String::as_bytes)), "pages of {page}");
        }
        assert!(all(between.as_ref(), direction, 10).await.is_empty());
    }
}

pub(super) async fn long_values_stay_in_older_snapshots(engine: Arc<dyn Engine>) {
    let long = |round: u8| vec![round; 20_000 + usize::from(round)];
    done(engine.as_ref(), [put("long", long(0))]).await;
    let mut snapshots = vec![must(engine.snapshot().await)];
    for round in 1..10_u8 {
        let operation = if round % 4 == 3 { delete("long") } else { put("long", long(round)) };
        done(engine.as_ref(), [operation]).await;
        snapshots.push(must(engine.snapshot().await));
    }
    for (round, snapshot) in (0_u8..).zip(&snapshots) {
        let found = must(snapshot.get(&[b"long".to_vec()]).await).remove(0);
        let scanned = must(snapshot.scan(&everything(), Direction::Forward, 5).await).entries;
        let expected = (round % 4 != 3).then(|| long(round));
        assert_eq!(found.map(|entry| entry.value.to_vec()), expected, "round {round}");
        assert_eq!(scanned.first().map(|(_, entry)| entry.value.to_vec()), expected);
    }
}

/// Keys that nobody changes are met by every scan, whatever others do to the
/// keys between them; backwards, too, where a page of an ordered map is often
/// behind the reader when something moves into it.
pub(super) async fn scans_meet_every_key_that_stays(engine: Arc<dyn Engine>) {
    const STILL: u64 = 200;
    let fill = |round: u64| (0..STILL).map(move |n| format!("churn/{n:03}/{round}"));
    let still: Vec<_> = fill(0).map(|key| put(key, "still")).collect();
    done(engine.as_ref(), still).await;
    let stop = Arc::new(AtomicBool::new(false));
    let (writing, ended) = (Arc::clone(&engine), Arc::clone(&stop));
    let writer = tokio::spawn(async move {
        // Some come and others go, so that what holds them is parted and emptied
        // again and again.
        for round in 1.. {
            let come: Vec<_> = fill(round).map(|key| put(key, vec![7; 300])).collect();
            done(writing.as_ref(), come).await;
            if round > 3 {
                let gone: Vec<_> = fill(round - 3).map(delete).collect();
                done(writing.as_ref(), gone).await;
            }
            if ended.load(Ordering::Relaxed) {
                return;
            }
        }
    });
    let started = Instant::now();
    let mut scans = 0;
    while started.elapsed() < Duration::from_millis(1_000) {
        let direction = [Direction::Reverse, Direction::Forward][usize::from(scans % 4 == 3)];
        let snapshot = must(engine.snapshot().await);
        let found = all(snapshot.as_ref(), direction, 1_000).await;
        let still = found.iter().filter(|(_, entry)| entry.value == "still").count();
        assert_eq!(still as u64, STILL, "a {direction:?} scan missed some");
        scans += 1;
    }
    stop.store(true, Ordering::Relaxed);
    assert!(writer.await.is_ok() && scans > 0);
}

/// The state after each revision, made again from the feed, against what
/// snapshots showed while it all happened.
pub(super) async fn snapshots_agree_with_a_model_under_heavy_change(engine: Arc<dyn Engine>) {
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|seed| tokio::spawn(churn(Arc::clone(&engine), seed, Arc::clone(&stop))))
        .collect();
    let mut seen = Vec::new();
    let started = Instant::now();
    let mut random = Random::new(99);
    while started.elapsed() < Duration::from_millis(1500) {
        let snapshot = must(engine.snapshot().await);
        let direction = [Direction::Forward, Direction::Reverse][seen.len() % 2];
        let page = 1 + random.below(60) as usize;
        let mut found = all(snapshot.as_ref(), direction, page).await;
        if direction == Direction::Reverse {
            found.reverse();
        }
        let keys: Vec<_> = (0..KEYS).map(key).collect();
        let got = must(snapshot.get(&keys).await);
        let got = keys.into_iter().zip(got).filter_map(|(key, entry)| Some((key, entry?)));
        assert!(got.eq(found.iter().cloned()), "get and scan differ");
        seen.push((snapshot.revision(), found));
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        assert!(writer.await.is_ok());
    }
    compare(engine.as_ref(), seen).await;
}

/// A revision and all that its snapshot showed.
type Seen = (u64, Vec<(Vec<u8>, Entry)>);

const KEYS: u64 = 120;

fn key(number: u64) -> Vec<u8> {
    format!("churn/{number:03}").into_bytes()
}

async fn churn(engine: Arc<dyn Engine>, seed: u64, stop: Arc<AtomicBool>) {
    let mut random = Random::new(seed + 1);
    while !stop.load(Ordering::Relaxed) {
        let mut operations = BTreeMap::new();
        for _ in 0..=random.below(20) {
            let key = key(random.below(KEYS));
            let operation: Operation = match random.below(3) {
                0 => delete(&key),
                1 => put(&key, vec![seed as u8; random.below(9_000) as usize]),
                _ => put(&key, random.below(1_000).to_be_bytes()),
            };
            operations.insert(key, operation);
        }
        let operations: Vec<_> = operations.into_values().collect();
        must(engine.commit(commit(operations)).await);
    }
}

async fn compare(engine: &dyn Engine, mut seen: Vec<Seen>) {
    seen.sort_by_key(|(revision, _)| *revision);
    assert!(seen.last().is_some_and(|(revision, _)| *revision > 0));
    let mut model = BTreeMap::new();
    let mut at = 0;
    for (revision, found) in seen {
        while at < revision {
            for change in changes(engine, at, (revision - at).min(500) as usize).await {
                at = change.revision;
                for record in change.records {
                    match record.new {
                        Value::Present(value) => model.insert(record.key, (at, value)),
                        _ => model.remove(&record.key),
                    };
                }
            }
        }
        let found = found.into_iter().map(|(key, entry)| (key, (entry.revision, entry.value)));
        let expected = model.iter().map(|(key, value)| (key.clone(), value.clone()));
        assert!(found.eq(expected), "a snapshot of revision {revision} showed another state");
    }
    assert!(entry(engine, "nothing").await.is_none() && value(engine, "nothing").await.is_none());
}
