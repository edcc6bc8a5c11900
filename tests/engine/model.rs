//! Random commits against the simplest thing that could be right.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use outlay_server::engine::embedded::{Embedded, Settings};
use outlay_server::engine::{
    Class, Commit, Direction, Engine, Operation, Precondition, Range, Value,
};

use super::support::{
    Random, add, all, changes, delete, guarded, must, put, settings, temporary, text,
};

type Model = BTreeMap<Vec<u8>, (u64, Vec<u8>)>;

/// What the model says of a commit: the next state, or that it is refused.
fn judge(model: &Model, commit: &Commit, revision: u64) -> Option<Model> {
    for precondition in &commit.preconditions {
        let holds = match precondition {
            Precondition::Absent(key) => !model.contains_key(key),
            Precondition::At(key, at) => model.get(key).is_some_and(|(found, _)| found == at),
        };
        if !holds {
            return None;
        }
    }
    let mut next = model.clone();
    for operation in &commit.operations {
        match operation {
            Operation::Put { key, value, .. } | Operation::Insert { key, value } => {
                next.insert(key.clone(), (revision, value.to_vec()));
            }
            Operation::Delete { key, .. } => {
                next.remove(key);
            }
            Operation::Add { key, deltas } => {
                let mut sums = Vec::new();
                for (at, delta) in deltas.iter().enumerate() {
                    let before = next.get(key).map_or(0, |(_, value)| {
                        let number = value.get(at * 8..at * 8 + 8).unwrap_or_default();
                        i64::from_be_bytes(number.try_into().unwrap_or_default())
                    });
                    sums.extend(before.checked_add(*delta)?.to_be_bytes());
                }
                next.insert(key.clone(), (revision, sums));
            }
        }
    }
    Some(next)
}

/// Few keys, some of them prefixes of others; cells have keys of their own.
fn key(random: &mut Random) -> Vec<u8> {
    let alphabet = [0, 1, b'a', 0xFF];
    (0..=random.below(3)).map(|_| alphabet[random.below(4) as usize]).collect()
}

/// An index entry that is inserted where it is absent, and taken away where it is
/// there.
fn index(model: &Model, key: &[u8]) -> Operation {
    let key = [b"i", key].concat();
    if model.contains_key(&key) {
        return Operation::Delete { class: Class::Index, key };
    }
    Operation::Insert { value: Bytes::from(key.clone()), key }
}

fn random_commit(random: &mut Random, model: &Model) -> Commit {
    let mut operations = BTreeMap::new();
    for _ in 0..random.below(6) {
        let key = key(random);
        let operation = match random.below(5) {
            0 => delete(&key),
            1 => put(&key, vec![b'l'; random.below(10_000) as usize]),
            2 => index(model, &key),
            _ => put(&key, random.below(1 << 40).to_be_bytes()),
        };
        operations.insert(operation.key().to_vec(), operation);
    }
    if random.below(3) == 0 {
        let cell = vec![b'c', random.below(3) as u8, 9];
        let delta = [1, -7, i64::MAX / 2, i64::MIN / 2][random.below(4) as usize];
        operations.insert(cell.clone(), add(cell, delta));
    }
    let mut preconditions = Vec::new();
    if random.below(2) == 0 {
        let key = key(random);
        preconditions.push(match model.get(&key) {
            Some((revision, _)) => Precondition::At(key, revision - random.below(8) / 7),
            None => Precondition::Absent(key),
        });
    }
    guarded(preconditions, operations.into_values().collect::<Vec<_>>())
}

async fn check(engine: &dyn Engine, model: &Model, random: &mut Random, seed: u64) {
    let snapshot = must(engine.snapshot().await);
    for direction in [Direction::Forward, Direction::Reverse] {
        let page = 1 + random.below(40) as usize;
        let found = all(snapshot.as_ref(), direction, page).await;
        let found: Vec<_> = found
            .into_iter()
            .map(|(key, entry)| (key, (entry.revision, entry.value.to_vec())))
            .collect();
        let mut expected: Vec<_> = model.clone().into_iter().collect();
        if direction == Direction::Reverse {
            expected.reverse();
        }
        assert_eq!(found, expected, "seed {seed}, {direction:?}, pages of {page}");
    }
    let (start, end) = (key(random), key(random));
    let range = Range { start, end: Some(end) };
    let found = must(snapshot.scan(&range, Direction::Forward, 1_000).await).entries;
    let expected = model.keys().filter(|key| range.contains(key));
    assert!(found.iter().map(|(key, _)| key).eq(expected), "seed {seed}, {range:?}");
}

fn open(directory: &Path) -> Embedded {
    let settings = Settings { segment_bytes: 30_000, ..settings() };
    must(Embedded::open(directory, &settings))
}

async fn run(seed: u64) {
    let mut random = Random::new(seed);
    let directory = temporary();
    let mut engine = open(directory.path());
    let mut model = Model::new();
    let mut revision = 0;
    for _ in 0..150 {
        match random.below(30) {
            0 => {
                must(engine.close().await);
                drop(engine);
                engine = open(directory.path());
            }
            1 => {
                drop(engine);
                engine = open(directory.path());
            }
            2..=5 => check(&engine, &model, &mut random, seed).await,
            _ => {
                let commit = random_commit(&mut random, &model);
                let expected = judge(&model, &commit, revision + 1);
                match (engine.commit(commit).await, expected) {
                    (Ok(done), Some(next)) => {
                        revision += 1;
                        assert_eq!(done, revision, "seed {seed}");
                        model = next;
                    }
                    (Err(_), None) => {}
                    (outcome, expected) => {
                        let expected = expected.is_some();
                        panic!("seed {seed}, revision {revision}: {outcome:?}, not {expected}")
                    }
                }
            }
        }
    }
    check(&engine, &model, &mut random, seed).await;
    replayed(&engine, directory.path(), &model, &mut random, seed).await;
}

/// The feed alone gives the same records, and the journal alone the same tree.
async fn replayed(
    engine: &Embedded,
    directory: &Path,
    model: &Model,
    random: &mut Random,
    seed: u64,
) {
    let mut records: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for change in changes(engine, 0, 1_000).await {
        for record in change.records {
            let old = match record.new {
                Value::Present(new) => records.insert(record.key.clone(), new.to_vec()),
                _ => records.remove(&record.key),
            };
            assert_eq!(old.as_deref(), record.old.present(), "seed {seed}");
        }
    }
    let expected = model.iter().filter(|(key, _)| key[0] != b'i' && (key.len() < 3 || key[2] != 9));
    for (key, (_, value)) in expected {
        assert_eq!(records.get(key), Some(value), "seed {seed}, key {}", text(key));
    }
    must(engine.close().await);
    // Anew, under another roof: the first one is still held.
    let second = temporary();
    super::support::copy(directory, second.path());
    assert!(std::fs::remove_dir_all(second.path().join("tree")).is_ok());
    check(&open(second.path()), model, random, seed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_commits_agree_with_a_model_through_restarts() {
    for seed in 1..=12 {
        run(seed).await;
    }
}
