//! Values that are purged.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::super::compression::CompressDuty;
use super::super::housekeeping::{Duty, Step};
use super::super::{Embedded, Media, Purged, Settings, segment};
use super::{Failing, Scene, bases, delete, done, holds, put, told};
use crate::engine::{Change, Class, Error, Operation, Result, Value};

const SECRET: &[u8] = b"SECRET";

/// Commits of which some hold a secret, the last of them deleting it; and two
/// more. Some segments are compressed. Answers with the revision of the
/// deletion.
async fn secrets(scene: &Scene) -> u64 {
    let engine = scene.open();
    let secret = |round: u8| [SECRET, &[round], SECRET].concat();
    for round in 0..12_u8 {
        let mut operations = vec![
            put(Class::Record, format!("kept/{}", round % 5), [round; 150]),
            Operation::Add { key: b"cell".to_vec(), deltas: vec![1] },
        ];
        if round % 3 == 0 {
            operations.push(put(Class::Record, "gone", secret(round)));
            operations.push(put(Class::Index, secret(round), "gone"));
        }
        done(&engine, round.into(), operations).await;
        if round == 8 {
            let mut duty = CompressDuty::default();
            while duty.step(&engine.shared).unwrap() == Step::More {}
        }
    }
    let indexes = [0, 3, 6, 9].map(|round| delete(Class::Index, secret(round)));
    let operations = indexes.into_iter().chain([delete(Class::Record, "gone")]).collect();
    let deleted = done(&engine, 20, operations).await;
    done(&engine, 21, vec![put(Class::Record, "kept/0", "after")]).await;
    done(&engine, 22, vec![]).await;
    let listed = |list: fn(&Path) -> Result<Vec<u64>>| list(&scene.journals()).unwrap().len();
    assert!(listed(segment::list_raw) > 1 && listed(segment::list) > listed(segment::list_raw));
    deleted
}

fn gone() -> [Vec<u8>; 1] {
    [b"gone".to_vec()]
}

/// The feed before a purge, as it has to be after it.
fn without_secrets(mut told: Vec<Change>) -> Vec<Change> {
    let records = told.iter_mut().flat_map(|change| &mut change.records);
    for record in records.filter(|record| record.key == b"gone") {
        for value in [&mut record.old, &mut record.new] {
            if value.present().is_some() {
                *value = Value::Purged;
            }
        }
    }
    told
}

#[tokio::test]
async fn purged_values_leave_their_hashes_and_nothing_else() {
    let scene = Scene::new("purge");
    let deleted = secrets(&scene).await;
    let aside = scene.directory.join("tree.damaged-1");
    std::fs::create_dir(&aside).unwrap();
    let engine = scene.open();
    let before = told(&engine, 0).await.unwrap();
    assert!(holds(&scene.checked(&engine), SECRET));
    bases(&engine).await;
    let damaged = scene.directory.join("bases/00000000000000000001.base");
    std::fs::write(&damaged, SECRET).unwrap();
    let before = [before, told(&engine, deleted + 2).await.unwrap()].concat();
    let purged = engine.purge(&gone(), deleted).await.unwrap();
    assert_eq!((purged.values, purged.commits), (4, 5));
    assert!(purged.segments > 1 && purged.bytes > 4 * 13);
    assert!(!holds(&scene.checked(&engine), SECRET));
    assert!(!aside.exists() && !damaged.exists());
    let after = told(&engine, 0).await.unwrap();
    assert_eq!(after, without_secrets(before));
    assert_eq!(engine.purge(&gone(), deleted).await.unwrap(), Purged::default());
    // It goes on as before, also after a restart.
    assert_eq!(done(&engine, 23, vec![put(Class::Record, "gone", "again")]).await, deleted + 4);
    engine.close().await.unwrap();
    drop(engine);
    let engine = scene.open();
    assert_eq!(told(&engine, 0).await.unwrap()[..after.len()], after);
    assert!(!holds(&scene.checked(&engine), SECRET));
    engine.close().await.unwrap();
    drop(engine);
    // Without its tree, a base is needed.
    std::fs::remove_dir_all(scene.directory.join("tree")).unwrap();
    let engine = scene.open();
    assert!(engine.verify(|_| {}).await.unwrap().findings.is_empty());
    assert_eq!(told(&engine, 0).await.unwrap()[..after.len()], after);
    engine.close().await.unwrap();
    drop(engine);
    for lost in ["tree", "bases"] {
        std::fs::remove_dir_all(scene.directory.join(lost)).unwrap();
    }
    let error = Embedded::open(&scene.directory, &Scene::settings()).err().unwrap();
    assert!(error.to_string().contains("only a base"), "{error}");
    assert!(matches!(error, Error::Damaged { revision: 0, .. }));
}

#[tokio::test]
async fn what_may_not_be_purged_is_refused_and_nothing_is_changed() {
    let scene = Scene::new("refused");
    let deleted = secrets(&scene).await;
    let engine = scene.open();
    let before = scene.files();
    let keys = |key: &str| vec![key.as_bytes().to_vec()];
    let error = engine.purge(&gone(), deleted).await.unwrap_err();
    assert!(error.to_string().contains("make two"), "{error}");
    assert_eq!(scene.files(), before);
    bases(&engine).await;
    let (before, newest) = (scene.files(), engine.shared.revision());
    let cases = [
        (keys("gone"), newest + 1, "not there yet"),
        (keys("gone"), newest, "make two"),
        (keys("kept/0"), deleted, "still there"),
        (keys("gone"), deleted - 1, "after that revision"),
        (vec![vec![1]; 10_001], deleted, "limit"),
    ];
    for (keys, through, expected) in cases {
        let error = engine.purge(&keys, through).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        assert_eq!(scene.files(), before, "{expected}");
    }
    let purged = engine.purge(&keys("never there"), deleted).await.unwrap();
    assert_eq!(purged, Purged::default());
}

#[tokio::test]
async fn the_segment_that_is_being_written_is_sealed_first_and_writing_goes_on() {
    let scene = Scene::new("rotation");
    let engine = Arc::new(scene.open());
    done(&engine, 0, vec![put(Class::Record, "gone", SECRET)]).await;
    let deleted = done(&engine, 1, vec![delete(Class::Record, "gone")]).await;
    bases(&engine).await;
    assert_eq!(segment::list(&scene.journals()).unwrap(), [1]);
    let writers: Vec<_> = (0..4_u8)
        .map(|writer| {
            let engine = Arc::clone(&engine);
            tokio::spawn(async move {
                for round in 0..50_u8 {
                    done(&engine, 2, vec![put(Class::Record, [writer], [round; 30])]).await;
                }
            })
        })
        .collect();
    let purged = engine.purge(&gone(), deleted).await.unwrap();
    assert_eq!((purged.values, purged.segments), (1, 1));
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(told(&engine, 0).await.unwrap().len(), 203);
    assert!(!holds(&scene.checked(&engine), SECRET));
    // An empty segment is no reason for another.
    let count = segment::list(&scene.journals()).unwrap().len();
    let newest = engine.shared.revision();
    bases(&engine).await;
    for _ in 0..3 {
        engine.purge(&gone(), newest).await.unwrap();
    }
    assert_eq!(segment::list(&scene.journals()).unwrap().len(), count + 1);
    engine.close().await.unwrap();
    drop(engine);
    let engine = scene.open();
    assert_eq!(done(&engine, 3, vec![]).await, 205);
}

#[tokio::test]
async fn a_purge_that_ends_anywhere_is_finished_by_the_next() {
    let whole = Scene::new("anywhere");
    let deleted = secrets(&whole).await;
    let engine = whole.open();
    bases(&engine).await;
    let expected = without_secrets(told(&engine, 0).await.unwrap());
    drop(engine);
    let mut failures = 0;
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::Other] {
        for writes in 0.. {
            let scene = whole.copy();
            let media = Arc::new(Failing::new(kind));
            let settings =
                Settings { media: Arc::clone(&media) as Arc<dyn Media>, ..Scene::settings() };
            let engine = Embedded::open(&scene.directory, &settings).unwrap();
            media.after(writes);
            let outcome = engine.purge(&gone(), deleted).await;
            if let Err(error) = &outcome {
                // A sync of the journal's end that fails stops it for any reason.
                let passes = matches!(error, Error::NotApplied);
                assert!(passes || matches!(error, Error::Fatal { .. }), "{error}");
                assert!(!passes || kind == io::ErrorKind::StorageFull, "{error}");
                failures += 1;
            }
            // What can be read is right, whatever was done already.
            assert_eq!(without_secrets(told(&engine, 0).await.unwrap()), expected);
            drop(engine);
            let engine = scene.open();
            assert_eq!(without_secrets(told(&engine, 0).await.unwrap()), expected);
            engine.purge(&gone(), deleted).await.unwrap();
            assert!(!holds(&scene.checked(&engine), SECRET), "after {writes} writes");
            assert_eq!(told(&engine, 0).await.unwrap(), expected);
            if outcome.is_ok() {
                break;
            }
        }
    }
    assert!(failures > 10, "{failures}");
}
