//! Ends of every kind, and a full disk: what was answered is there, what was
//! refused is not, and what is unknown can be found out.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use outlay_server::engine::{Commit, Direction, Engine, Error, Head, Value};

use crate::engine::support::{
    absent, add, all, at, changes, commit, delete, done, entry, failure, guarded, must, put, value,
};

/// Where an engine lives, and what can happen to it there.
#[async_trait]
pub(super) trait Site: Send + Sync {
    /// Opens the engine on what is there.
    async fn open(&self) -> Arc<dyn Engine>;

    /// Ends the engine cleanly.
    async fn close(&self);

    /// Ends it as a crash does. Nobody else may hold it any more.
    async fn kill(&self);

    /// Takes all space away, or gives it back.
    fn full(&self, on: bool);

    /// Drops some of the oldest history, and not all of it, and ends the
    /// engine; answers with the horizon. Nobody else may hold it any more.
    async fn forget(&self) -> u64;

    /// Purges values, and ends the engine. Nobody else may hold it any more.
    async fn purge(&self, keys: &[Vec<u8>], through: u64);

    /// From now on nobody can tell whether a commit happened, or again.
    fn lose(&self, on: bool);
}

/// All that an engine shows of itself.
type State = (Head, Vec<(Vec<u8>, outlay_server::engine::Entry)>);

async fn state(engine: &dyn Engine) -> State {
    let snapshot = must(engine.snapshot().await);
    (must(engine.head().await), all(snapshot.as_ref(), Direction::Forward, 100).await)
}

/// Some history: records that come, change and go, and cells.
async fn fill(engine: &dyn Engine, rounds: u32) {
    for round in 0..rounds {
        let mut operations = vec![
            put(format!("k/{}", round % 7), vec![round as u8; 40 * round as usize]),
            add("count", 1),
        ];
        if round % 5 == 4 {
            operations.push(delete(format!("k/{}", (round + 3) % 7)));
        }
        done(engine, operations).await;
    }
}

pub(super) async fn everything_is_there_after_every_end(site: Arc<dyn Site>) {
    let mut before: Option<State> = None;
    for round in 0..6 {
        let engine = site.open().await;
        let found = state(engine.as_ref()).await;
        if let Some(before) = before {
            assert!(found == before, "round {round}: the state is another one");
        }
        fill(engine.as_ref(), 12).await;
        // Conditions hold across the end as within one life.
        let newest = must(engine.head().await).revision;
        failure(engine.commit(guarded([at("count", newest - 1)], [])).await);
        must(engine.commit(guarded([at("count", newest)], [])).await);
        let told = changes(engine.as_ref(), 0, 1_000).await;
        assert_eq!(told.len() as u64, newest + 1);
        replayed(engine.as_ref(), told).await;
        before = Some(state(engine.as_ref()).await);
        drop(engine);
        if round % 2 == 0 { site.close().await } else { site.kill().await }
    }
}

/// The feed alone gives the records that are there.
async fn replayed(engine: &dyn Engine, told: Vec<outlay_server::engine::Change>) {
    let mut records = BTreeMap::new();
    for change in told {
        for record in change.records {
            let old = records.get(&record.key).map(|(revision, _)| *revision);
            assert_eq!(old.unwrap_or(0), record.old_revision);
            match record.new {
                Value::Present(new) => records.insert(record.key, (change.revision, new)),
                _ => records.remove(&record.key),
            };
        }
    }
    let found = state(engine).await.1.into_iter().filter(|(key, _)| key != b"count");
    let found = found.map(|(key, entry)| (key, (entry.revision, entry.value)));
    assert!(found.eq(records), "the feed and the state differ");
}

pub(super) async fn what_is_unknown_can_be_found_out_and_repeated(site: Arc<dyn Site>) {
    for round in 0..5_i64 {
        let engine = site.open().await;
        // As the store does: the request's own key, in the same commit.
        let request = format!("request/{round}");
        let attempt = || -> Commit {
            guarded([absent(&request)], [put(&request, "answer"), add("count", 1)])
        };
        site.lose(true);
        let lost = failure(engine.commit(attempt()).await);
        assert!(matches!(lost, Error::Unknown), "{lost}");
        site.lose(false);
        drop(engine);
        site.kill().await;
        let engine = site.open().await;
        let happened = value(engine.as_ref(), &request).await.is_some();
        match engine.commit(attempt()).await {
            Ok(_) => assert!(!happened),
            Err(Error::Conflict { key }) => assert!(happened && key == request.as_bytes()),
            Err(error) => panic!("{error}"),
        }
        let count = value(engine.as_ref(), "count").await.unwrap_or_default();
        assert_eq!(count.as_ref(), (round + 1).to_be_bytes(), "it happened once");
        drop(engine);
        site.close().await;
    }
}

pub(super) async fn a_full_disk_refuses_commits_and_changes_nothing(site: Arc<dyn Site>) {
    let engine = site.open().await;
    fill(engine.as_ref(), 10).await;
    for round in 0..3_u8 {
        let before = state(engine.as_ref()).await;
        let told = changes(engine.as_ref(), 0, 1_000).await;
        site.full(true);
        for _ in 0..5 {
            let refused =
                failure(engine.commit(commit([put([round], "v"), add("count", 1)])).await);
            assert!(matches!(refused, Error::NotApplied), "{refused}");
        }
        assert!(state(engine.as_ref()).await == before, "reading goes on");
        assert_eq!(changes(engine.as_ref(), 0, 1_000).await, told);
        site.full(false);
        // It comes back by itself.
        let revision = done(engine.as_ref(), [put([round], "v")]).await;
        assert_eq!(revision, before.0.revision + 1);
        assert_eq!(
            entry(engine.as_ref(), [round]).await.map(|entry| entry.revision),
            Some(revision)
        );
    }
    drop(engine);
    site.kill().await;
    let engine = site.open().await;
    assert_eq!(must(engine.head().await).revision, 13);
    drop(engine);
    site.close().await;
}
