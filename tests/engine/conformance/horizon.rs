//! Histories that do not go back to the beginning, or have values taken out.

use std::sync::Arc;
use std::time::Duration;

use outlay_server::engine::{Change, Cursor, Engine, Error, Value};

use super::ends::Site;
use crate::engine::support::{changes, cursor, delete, done, entry, failure, must, put, value};

/// Records that change many times; answers with all that the feed tells.
async fn fill(engine: &dyn Engine) -> Vec<Change> {
    for round in 0..60_u32 {
        let (key, value) = (format!("k/{}", round % 7), vec![round as u8; 200]);
        done(engine, [put(key, value)]).await;
    }
    changes(engine, 0, 1_000).await
}

pub(super) async fn the_feed_answers_from_its_horizon_on(site: Arc<dyn Site>) {
    let engine = site.open().await;
    assert_eq!(must(engine.head().await).horizon, 0);
    let told = fill(engine.as_ref()).await;
    drop(engine);
    let horizon = site.forget().await;
    assert!((1..60).contains(&horizon), "{horizon}");
    let engine = site.open().await;
    assert_eq!(must(engine.head().await).horizon, horizon);
    for behind in 0..horizon {
        let here = cursor(engine.as_ref(), behind).await;
        let error = failure(engine.changes(&here, 1, Duration::from_secs(5)).await);
        assert!(matches!(error, Error::Compacted { oldest } if oldest == horizon), "{error}");
    }
    let mut expected = told;
    for record in expected.iter_mut().flat_map(|change| &mut change.records) {
        if (1..=horizon).contains(&record.old_revision) {
            record.old = Value::Compacted;
        }
    }
    for start in horizon..60 {
        let rest = changes(engine.as_ref(), start, (60 - start).min(3) as usize).await;
        let end = (start + 3).min(60);
        assert_eq!(rest, expected[start as usize..end as usize], "after {start}");
    }
    // The chain is known for ever, and so is the state.
    let chain = Some(expected[horizon as usize - 1].chain);
    let here = Cursor { chain, ..cursor(engine.as_ref(), horizon).await };
    assert_eq!(must(engine.changes(&here, 1, Duration::ZERO).await).len(), 1);
    for key in 0..7 {
        let found = entry(engine.as_ref(), format!("k/{key}")).await;
        assert!(found.is_some_and(|found| found.revision > 53), "k/{key}");
    }
    drop(engine);
    site.close().await;
}

pub(super) async fn what_is_purged_is_told_as_purged(site: Arc<dyn Site>) {
    let engine = site.open().await;
    let mut expected = fill(engine.as_ref()).await;
    done(engine.as_ref(), [delete("k/3"), put("k/4", "kept")]).await;
    expected.extend(changes(engine.as_ref(), 60, 1).await);
    drop(engine);
    site.purge(&[b"k/3".to_vec()], 61).await;
    let engine = site.open().await;
    let mut purged = 0;
    for record in expected.iter_mut().flat_map(|change| &mut change.records) {
        for side in [&mut record.old, &mut record.new] {
            if record.key == b"k/3" && side.present().is_some() {
                *side = Value::Purged;
                purged += 1;
            }
        }
    }
    assert!(purged > 10);
    assert_eq!(changes(engine.as_ref(), 0, 61).await, expected);
    for change in &expected {
        let alone = changes(engine.as_ref(), change.revision - 1, 1).await;
        assert_eq!(alone, std::slice::from_ref(change));
    }
    assert_eq!(value(engine.as_ref(), "k/3").await, None);
    assert_eq!(value(engine.as_ref(), "k/4").await.as_deref(), Some(b"kept".as_slice()));
    drop(engine);
    site.close().await;
}
