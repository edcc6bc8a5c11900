//! Bodies that are dropped because they are old.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::super::housekeeping::{Duty, Step};
use super::super::retention::RetainDuty;
use super::super::{Embedded, Media, Settings, segment};
use super::{Failing, Scene, bases, delete, done, holds, put, told};
use crate::engine::{Change, Class, Cursor, Engine, Error, Value};

/// One commit a day.
async fn pass(engine: &Embedded, days: std::ops::Range<i64>) {
    for day in days {
        let key = format!("k/{}", day % 6);
        let value = [day as u8; 200];
        done(engine, day, vec![put(Class::Record, key, value)]).await;
    }
}

fn retain(engine: &Embedded, days: u64) {
    let mut duty = RetainDuty::new(Duration::from_secs(days * 24 * 60 * 60));
    while duty.step(&engine.shared).unwrap() == Step::More {}
}

#[tokio::test]
async fn old_bodies_go_and_the_chain_stays() {
    let scene = Scene::new("retention");
    let engine = scene.open();
    pass(&engine, 0..20).await;
    // Nothing goes that a base may need, however old it is.
    retain(&engine, 0);
    assert_eq!(engine.head().await.unwrap().horizon, 0);
    bases(&engine).await;
    pass(&engine, 21..41).await;
    let before = told(&engine, 0).await.unwrap();
    retain(&engine, 10);
    let horizon = engine.head().await.unwrap().horizon;
    assert!((10..=20).contains(&horizon), "{horizon}");
    bases(&engine).await;
    done(&engine, 41, vec![]).await;
    let before = [before, told(&engine, 41).await.unwrap()].concat();
    retain(&engine, 10);
    let horizon = engine.head().await.unwrap().horizon;
    assert!((20..31).contains(&horizon), "{horizon}");
    check_horizon(&engine, horizon, &before).await;
    assert!(!holds(&scene.checked(&engine), &[horizon as u8 - 1; 200]), "its value is gone");
    assert!(holds(&scene.checked(&engine), &[horizon as u8; 200]));
    engine.close().await.unwrap();
    drop(engine);
    let engine = scene.open();
    assert_eq!(engine.head().await.unwrap().horizon, horizon);
    check_horizon(&engine, horizon, &before).await;
    // What was dropped can't be purged, and doesn't stand in the way of it.
    let key = [b"k/1".to_vec()];
    let deleted = done(&engine, 42, vec![delete(Class::Record, "k/1")]).await;
    bases(&engine).await;
    assert!(engine.purge(&key, deleted).await.unwrap().values > 0);
    // Even with nothing to keep, the last segment stays as it is.
    retain(&engine, 0);
    let last = *segment::list(&scene.journals()).unwrap().last().unwrap();
    assert!(engine.head().await.unwrap().horizon < last);
    scene.checked(&engine);
}

async fn check_horizon(engine: &Embedded, horizon: u64, before: &[Change]) {
    for behind in [0, horizon - 1] {
        let error = told(engine, behind).await.unwrap_err();
        assert!(matches!(error, Error::Compacted { oldest } if oldest == horizon), "{error}");
    }
    let after = told(engine, horizon).await.unwrap();
    let mut expected = before[horizon as usize..].to_vec();
    for record in expected.iter_mut().flat_map(|change| &mut change.records) {
        if (1..=horizon).contains(&record.old_revision) {
            record.old = Value::Compacted;
        }
    }
    assert!(expected.iter().any(|change| change.records[0].old == Value::Compacted));
    assert_eq!(after, expected);
    // The chain is still known where its commits are not.
    let chain = Some(before[horizon as usize - 1].chain);
    let epoch = engine.head().await.unwrap().epoch;
    let cursor = Cursor { epoch, revision: horizon, chain };
    assert_eq!(engine.changes(&cursor, 1, Duration::ZERO).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_drop_that_fails_is_made_up_for() {
    let scene = Scene::new("failing");
    let media = Arc::new(Failing::new(io::ErrorKind::StorageFull));
    let settings = Settings { media: Arc::clone(&media) as Arc<dyn Media>, ..Scene::settings() };
    let engine = Embedded::open(&scene.directory, &settings).unwrap();
    pass(&engine, 0..30).await;
    bases(&engine).await;
    done(&engine, 60, vec![]).await;
    let mut duty = RetainDuty::new(Duration::from_secs(24 * 60 * 60));
    media.after(0);
    let error = duty.step(&engine.shared).unwrap_err();
    assert!(matches!(error, Error::NotApplied), "{error}");
    assert!(holds(&scene.checked(&engine), &[1; 200]));
    media.after(usize::MAX);
    duty.give_up(&engine.shared);
    while duty.step(&engine.shared).unwrap() == Step::More {}
    assert!(!holds(&scene.checked(&engine), &[1; 200]));
    let horizon = engine.head().await.unwrap().horizon;
    drop(engine);
    assert_eq!(scene.open().head().await.unwrap().horizon, horizon);
}
