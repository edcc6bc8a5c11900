//! The order of keys, and what a scan of them takes in.

use std::sync::Arc;

use outlay_server::engine::{Direction, Engine, Range, Scan, Value};

use crate::engine::support::{
    all, at, changes, delete, done, entry, everything, failure, guarded, must, put, text,
};

const KEYS: &[&[u8]] = &[
    b"\x00",
    b"\x00\x00",
    b"\x00\xff",
    b"\x01",
    b"a",
    b"a\x00",
    b"a\x00\x00",
    b"a\x00b",
    b"a\x01",
    b"aa",
    b"ab",
    b"a\xff",
    b"a\xff\x00",
    b"a\xff\xff",
    b"b",
    b"\xfe\xff",
    b"\xff",
    b"\xff\x00",
    b"\xff\xff",
    b"\xff\xff\xff",
];

/// Writes the keys in an order that is not theirs.
async fn fill(engine: &dyn Engine) {
    for index in 0..KEYS.len() {
        let key = KEYS[index * 7 % KEYS.len()];
        done(engine, [put(key, key)]).await;
    }
}

async fn found(engine: &dyn Engine, range: &Range, direction: Direction) -> Vec<Vec<u8>> {
    let snapshot = must(engine.snapshot().await);
    let entries = must(snapshot.scan(range, direction, 100).await).entries;
    entries
        .into_iter()
        .map(|(key, entry)| {
            assert_eq!(key, entry.value, "a key has the value of another");
            key
        })
        .collect()
}

fn sorted(range: &Range, direction: Direction) -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> =
        KEYS.iter().filter(|key| range.contains(key)).map(|key| key.to_vec()).collect();
    keys.sort();
    if direction == Direction::Reverse {
        keys.reverse();
    }
    keys
}

pub(super) async fn keys_are_ordered_by_their_bytes(engine: Arc<dyn Engine>) {
    fill(engine.as_ref()).await;
    for direction in [Direction::Forward, Direction::Reverse] {
        let keys = found(engine.as_ref(), &everything(), direction).await;
        assert_eq!(keys, sorted(&everything(), direction));
    }
}

pub(super) async fn a_range_has_its_start_and_not_its_end(engine: Arc<dyn Engine>) {
    fill(engine.as_ref()).await;
    for start in KEYS {
        for end in KEYS.iter().map(Some).chain([None]) {
            let range = Range { start: start.to_vec(), end: end.map(|end| end.to_vec()) };
            for direction in [Direction::Forward, Direction::Reverse] {
                let keys = found(engine.as_ref(), &range, direction).await;
                assert_eq!(keys, sorted(&range, direction), "{range:?} {direction:?}");
            }
        }
    }
}

pub(super) async fn a_prefix_takes_in_what_begins_with_it_and_nothing_else(
    engine: Arc<dyn Engine>,
) {
    fill(engine.as_ref()).await;
    for prefix in KEYS.iter().copied().chain([b"".as_slice(), b"zz"]) {
        let keys = found(engine.as_ref(), &Range::prefix(prefix), Direction::Forward).await;
        let mut expected: Vec<_> = KEYS.iter().filter(|key| key.starts_with(prefix)).collect();
        expected.sort();
        assert!(keys.iter().eq(expected), "prefix {}", text(prefix));
    }
}

pub(super) async fn a_scan_ends_at_its_limit_and_goes_on_behind_it(engine: Arc<dyn Engine>) {
    fill(engine.as_ref()).await;
    let snapshot = must(engine.snapshot().await);
    for direction in [Direction::Forward, Direction::Reverse] {
        for page in 1..=KEYS.len() + 1 {
            let keys: Vec<_> = all(snapshot.as_ref(), direction, page)
                .await
                .into_iter()
                .map(|(key, _)| key)
                .collect();
            assert_eq!(keys, sorted(&everything(), direction), "pages of {page}");
        }
        let none = must(snapshot.scan(&everything(), direction, 0).await);
        assert_eq!(none, Scan::default());
    }
}

pub(super) async fn an_empty_or_inverted_range_has_nothing(engine: Arc<dyn Engine>) {
    let snapshot = must(engine.snapshot().await);
    fill(engine.as_ref()).await;
    for snapshot in [snapshot, must(engine.snapshot().await)] {
        for (start, end) in [("a", "a"), ("b", "a"), ("", "")] {
            let range = Range { start: start.into(), end: Some(end.into()) };
            for direction in [Direction::Forward, Direction::Reverse] {
                let found = must(snapshot.scan(&range, direction, 10).await);
                assert_eq!(found, Scan::default(), "{range:?}");
            }
        }
    }
}

pub(super) async fn an_empty_value_is_a_value(engine: Arc<dyn Engine>) {
    let revision = done(engine.as_ref(), [put("empty", ""), put("full", "v")]).await;
    let found = entry(engine.as_ref(), "empty").await;
    let found = found.map(|entry| (entry.revision, entry.value.len()));
    assert_eq!(found, Some((revision, 0)));
    let snapshot = must(engine.snapshot().await);
    let page = must(snapshot.scan(&everything(), Direction::Reverse, 10).await);
    assert_eq!(
        page.entries.iter().map(|(key, _)| text(key)).collect::<Vec<_>>(),
        ["full", "empty"]
    );
    must(engine.commit(guarded([at("empty", revision)], [delete("empty")])).await);
    failure(engine.commit(guarded([at("empty", revision)], [])).await);
    let told = changes(engine.as_ref(), 0, 10).await;
    let nothing = Value::Present(bytes::Bytes::new());
    assert_eq!((&told[0].records[0].old, &told[0].records[0].new), (&Value::Absent, &nothing));
    assert_eq!((&told[1].records[0].old, &told[1].records[0].new), (&nothing, &Value::Absent));
}
