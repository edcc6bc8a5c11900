//! A record that must go for good: out of the store, and out of the journal.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use outlay_server::domain::kind::Kind;
use outlay_server::engine::embedded::{Embedded, Purged};
use outlay_server::engine::{Engine, RecordChange, Value};
use outlay_server::error::Error;
use outlay_server::store::Store;
use outlay_server::store::call::Call;
use outlay_server::store::erase::Erased;

use super::{KEPT, call, changes, delete, engine, holds, id, keys_with, store, sweep};
use crate::project::create;
use crate::support::Server;
use crate::support::records::project;

const TITLE: &str = "绝密矿山";

/// A server that had a project, which is deleted now.
async fn with_a_secret() -> Server {
    let server = Server::seeded().await;
    create(&mut server.projects(), "secret", project(TITLE)).await;
    delete(&server, "projects/secret").await;
    server
}

/// Purges the journal of what was erased.
async fn purge(engine: &Embedded, store: &Store, call: &Call, erased: &Erased) -> Purged {
    let secret = id("secret");
    engine.make_base().await.unwrap();
    store.purge_goes_on(call, Kind::Project, &secret).await.unwrap();
    engine.make_base().await.unwrap();
    let purged = engine.purge(&erased.keys, erased.revision).await.unwrap();
    store.purge_ended(call, Kind::Project, &secret).await.unwrap();
    purged
}

/// What the feed tells of the project.
async fn told_of_it(engine: &Embedded, erased: &Erased) -> Vec<RecordChange> {
    let all = changes(engine, 0).await.into_iter().flat_map(|change| change.records);
    all.filter(|record| erased.keys.contains(&record.key)).collect()
}

/// Whether a text stands in a file of the journal, which isn't compressed.
fn stands_in_journal(data: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(data.join("journal")).unwrap();
    let mut files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.any(|bytes| holds(&bytes, text))
}

#[tokio::test]
async fn nothing_of_a_purged_record_is_left_and_everything_can_be_checked() {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        assert!(stands_in_journal(&data, TITLE));
        let store = store(engine.clone(), KEPT).await;
        let call = call(&store, "court order 12");
        let erased = store.erase(&call, Kind::Project, &id("secret"), false).await.unwrap();
        let made: Vec<_> = told_of_it(&engine, &erased).await;
        assert!(made.iter().any(|one| one.new.present().is_some()), "the journal has it still");
        let purged = purge(&engine, &store, &call, &erased).await;
        // It was created, and deleted.
        assert_eq!(purged.values, 2);
        for record in told_of_it(&engine, &erased).await {
            assert!(record.old.present().is_none() && record.new.present().is_none(), "{record:?}");
        }
        assert!(!stands_in_journal(&data, TITLE));
        assert_eq!(keys_with(engine.as_ref(), "secret").await, Vec::<Vec<u8>>::new());
        let report = engine.verify(|_| {}).await.unwrap();
        assert!(report.findings.is_empty(), "{report:?}");
        let notes = changes(engine.as_ref(), erased.revision - 1).await;
        assert_eq!(notes[0].context.note, "court order 12");
        again(&store, &call).await;
        engine.close().await.unwrap();
    };
    let server = with_a_secret().await.restart_after(work).await;
    create(&mut server.projects(), "secret", project("二")).await;
}

/// A second purge says that there is no such record.
async fn again(store: &Store, call: &Call) {
    let second = store.erase(call, Kind::Project, &id("secret"), false).await;
    assert!(matches!(second, Err(Error::NotFound { .. })), "{second:?}");
}

#[tokio::test]
async fn a_purge_that_was_broken_off_goes_on_where_it_was() {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store = store(engine.clone(), KEPT).await;
        let (call, secret) = (call(&store, "court order 12"), id("secret"));
        let first = store.erase(&call, Kind::Project, &secret, false).await.unwrap();
        // Erased, and no more; or with a base made, and a commit after it.
        for _ in 0..2 {
            let again = store.erase(&call, Kind::Project, &secret, false).await.unwrap();
            assert_eq!(again.keys, first.keys);
            assert!(again.revision >= first.revision);
            engine.make_base().await.unwrap();
            store.purge_goes_on(&call, Kind::Project, &secret).await.unwrap();
        }
        let last = store.erase(&call, Kind::Project, &secret, false).await.unwrap();
        assert_eq!(purge(&engine, &store, &call, &last).await.values, 2);
        again(&store, &call).await;
        engine.close().await.unwrap();
    };
    with_a_secret().await.restart_after(work).await;
}

#[tokio::test]
async fn what_retention_has_erased_can_still_be_purged_from_the_journal() {
    let work = |data: PathBuf| async move {
        let engine: Arc<Embedded> = engine(&data);
        let store = store(engine.clone(), KEPT).await;
        assert_eq!(sweep(&store).await, (1, Vec::new()));
        let call = call(&store, "court order 12");
        again(&store, &call).await;
        let erased = store.erase(&call, Kind::Project, &id("secret"), true).await.unwrap();
        assert_eq!(purge(&engine, &store, &call, &erased).await.values, 2);
        let values = told_of_it(&engine, &erased).await.into_iter().map(|record| record.new);
        assert_eq!(values.collect::<Vec<_>>(), [Value::Purged, Value::Purged, Value::Absent]);
        engine.close().await.unwrap();
    };
    with_a_secret().await.restart_after(work).await;
}

#[tokio::test]
async fn a_purge_can_be_tried() {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store = store(engine.clone(), KEPT).await;
        let call = Call { validate_only: true, ..call(&store, "court order 12") };
        let before = engine.head().await.unwrap();
        let erased = store.erase(&call, Kind::Project, &id("secret"), false).await.unwrap();
        assert_eq!(erased.keys.len(), 1);
        let unknown = store.erase(&call, Kind::Project, &id("nobody"), false).await;
        assert!(matches!(unknown, Err(Error::NotFound { .. })), "{unknown:?}");
        let live = store.erase(&call, Kind::Organisation, &id("jx-wind"), false).await;
        assert!(matches!(live, Err(Error::NotDeletedYet { .. })), "{live:?}");
        assert_eq!(engine.head().await.unwrap(), before);
        engine.close().await.unwrap();
    };
    with_a_secret().await.restart_after(work).await;
}
