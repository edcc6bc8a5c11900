//! What becomes of the tree when it cannot be trusted: it is checked, and made
//! anew from the journal.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use outlay_server::engine::embedded::Embedded;
use outlay_server::engine::{Direction, Engine, Error, Operation, Result};

use super::support::{
    Machine, Random, all, changes, commit, copy, delete, done, failure, must, must_io, open, put,
    settings, temporary, value,
};

/// A configuration that sled refuses to start with.
const NONSENSE: &str = "neither this nor that";

type State = BTreeMap<Vec<u8>, (u64, Bytes)>;

/// A directory with some history, closed cleanly, and what is in it.
async fn filled() -> (tempfile::TempDir, State) {
    let directory = temporary();
    let engine = open(directory.path());
    let mut random = Random::new(5);
    for _ in 0..60 {
        let mut operations: BTreeMap<_, Operation> = BTreeMap::new();
        for _ in 0..60 {
            let key = format!("record/{:04}", random.below(900));
            let operation = match random.below(4) {
                0 => delete(&key),
                1 => put(&key, vec![random.below(256) as u8; random.below(6_000) as usize]),
                _ => put(&key, vec![random.below(256) as u8; 60]),
            };
            operations.insert(key, operation);
        }
        done(&engine, operations.into_values().collect::<Vec<_>>()).await;
    }
    let state = state(&engine).await;
    must(engine.close().await);
    // As a kill leaves it: nothing says that the tree was synced.
    must_io(std::fs::remove_file(directory.path().join("tree.synced")));
    (directory, state)
}

async fn state(engine: &Embedded) -> State {
    let snapshot = must(engine.snapshot().await);
    let entries = all(snapshot.as_ref(), Direction::Forward, 500).await;
    entries.into_iter().map(|(key, entry)| (key, (entry.revision, entry.value))).collect()
}

/// Opens a copy after `damage` was done to its tree, in another start of the
/// machine: the state must be right.
async fn survives(
    whole: &Path,
    expected: &State,
    boot: u128,
    damage: impl FnOnce(&Path),
) -> tempfile::TempDir {
    let directory = temporary();
    copy(whole, directory.path());
    damage(&directory.path().join("tree"));
    let engine = must(Machine::new(boot).open(directory.path()));
    assert!(state(&engine).await == *expected, "the state is another one");
    assert_eq!(changes(&engine, 0, 1_000).await.len(), 60);
    done(&engine, [put("more", "v")]).await;
    assert!(!directory.path().join("suspect").exists());
    directory
}

#[tokio::test]
async fn a_tree_that_lost_pages_is_made_anew() {
    let (directory, expected) = filled().await;
    let mut random = Random::new(11);
    let mut aside = 0;
    for trial in 0..12 {
        let directory = survives(directory.path(), &expected, 7, |tree| {
            let db = tree.join("db");
            let mut bytes = must_io(std::fs::read(&db));
            let pages = bytes.len() as u64 / 4096;
            for _ in 0..=trial {
                let page = random.below(pages) as usize * 4096;
                bytes[page..page + 4096].fill(0);
            }
            must_io(std::fs::write(db, bytes));
        })
        .await;
        aside += usize::from(directory.path().join("tree.damaged-1").exists());
    }
    assert!(aside > 0, "no page mattered");
}

#[tokio::test]
async fn a_tree_that_sled_cannot_start_is_made_anew_in_the_same_boot_too() {
    let (directory, expected) = filled().await;
    for boot in [1, 2] {
        let directory = survives(directory.path(), &expected, boot, |tree| {
            must_io(std::fs::write(tree.join("conf"), NONSENSE));
        })
        .await;
        assert!(directory.path().join("tree.damaged-1").exists());
    }
}

#[tokio::test]
async fn what_a_first_start_left_of_the_tree_is_no_obstacle() {
    let (directory, expected) = filled().await;
    let conf = must_io(std::fs::read(directory.path().join("tree/conf")));
    for length in (0..conf.len()).step_by(3) {
        survives(directory.path(), &expected, 1, |tree| {
            must_io(std::fs::write(tree.join("conf"), &conf[..length]));
        })
        .await;
    }
    for emptied in [true, false] {
        survives(directory.path(), &expected, 1, |tree| {
            must_io(std::fs::write(tree.join("conf"), &conf[..9]));
            match emptied {
                true => must_io(std::fs::write(tree.join("db"), "")),
                false => must_io(std::fs::remove_file(tree.join("db"))),
            }
        })
        .await;
    }
}

#[tokio::test]
async fn only_the_newest_two_damaged_trees_are_kept() {
    let (directory, expected) = filled().await;
    let directory = directory.path();
    for mark in ["one", "two", "three"] {
        must_io(std::fs::write(directory.join("tree/conf"), NONSENSE));
        must_io(std::fs::write(directory.join("tree/mark"), mark));
        assert!(state(&open(directory)).await == expected);
    }
    for (number, mark) in [(1, "three"), (2, "two")] {
        let kept = directory.join(format!("tree.damaged-{number}/mark"));
        assert_eq!(must_io(std::fs::read_to_string(kept)), mark);
    }
    assert!(!directory.join("tree.damaged-3").exists());
}

fn error(directory: &Path) -> Error {
    failure(Embedded::open(directory, &settings()))
}

#[tokio::test]
async fn an_error_that_is_no_damage_changes_nothing() {
    let (directory, expected) = filled().await;
    let directory = directory.path();
    let db = directory.join("tree/db");
    must_io(std::fs::rename(&db, directory.join("db")));
    must_io(std::fs::create_dir(&db));
    let refused = error(directory);
    assert!(matches!(&refused, Error::Refused(text) if !text.contains("journal")), "{refused}");
    must_io(std::fs::remove_dir(&db));
    must_io(std::fs::rename(directory.join("db"), &db));
    let engine = open(directory);
    // Somebody else has it: a lock that was removed does not let a second in.
    must_io(std::fs::remove_file(directory.join("lock")));
    let refused = error(directory);
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    assert!(state(&engine).await == expected);
    drop(engine);
    assert!(state(&open(directory)).await == expected);
    assert!(!directory.join("tree.damaged-1").exists());
}

#[tokio::test]
async fn a_damaged_tree_is_no_reason_to_believe_a_damaged_journal() {
    let (directory, _) = filled().await;
    let directory = directory.path();
    let segment = directory.join("journal/00000000000000000001.journal");
    let mut bytes = must_io(std::fs::read(&segment));
    bytes[400] ^= 1;
    must_io(std::fs::write(&segment, &bytes));
    must_io(std::fs::write(directory.join("tree/conf"), NONSENSE));
    let damaged = error(directory);
    assert!(
        matches!(&damaged, Error::Damaged { file, .. } if file.ends_with(".journal")),
        "{damaged}"
    );
    assert!(directory.join("tree").exists() && !directory.join("tree.damaged-1").exists());
}

#[tokio::test]
async fn every_start_of_the_machine_checks_once() -> Result<()> {
    let (directory, expected) = filled().await;
    for boot in [3, 3, 4] {
        let machine = Machine::new(boot);
        let engine = must(machine.open(directory.path()));
        assert!(state(&engine).await == expected);
        assert!(engine.commit(commit([])).await.is_ok());
        assert!(value(&engine, "nothing").await.is_none());
        engine.close().await?;
    }
    Ok(())
}
