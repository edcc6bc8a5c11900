//! Checking the tree against the sum that it keeps of itself.

use std::time::Instant;

use super::export::Walker;
use super::progress::Opening;
use super::tree::{Applied, OpenTree};
use crate::engine::{MAX_SCAN_ENTRIES, Result};

/// Reads the whole tree: its entries must be those that its sum was made of,
/// and it must know where every commit is.
///
/// # Errors
/// [`crate::engine::Error::Damaged`] where it is not so.
pub(super) fn verify(tree: &OpenTree<'_>, applied: &Applied, opening: &Opening) -> Result<()> {
    let started = Instant::now();
    let mut work = opening.begin("checking its index", "entry", 0);
    let mut walker = Walker::new(applied.epoch);
    while let Some(entries) = walker.read(tree, MAX_SCAN_ENTRIES)? {
        walker.count(&entries);
        work.at(walker.count);
    }
    if walker.sum != applied.sum {
        return Err(tree.damaged(applied.revision, "its entries are not those of its commits"));
    }
    frames_are_dense(tree, applied.revision)?;
    let (revision, took) = (applied.revision, started.elapsed());
    tracing::info!(entries = walker.count, revision, ?took, "the tree was checked");
    Ok(())
}

fn frames_are_dense(tree: &OpenTree<'_>, revision: u64) -> Result<()> {
    let mut next = 1;
    while next <= revision {
        match tree.locate(next)? {
            Some(located) if located.first == next => next = located.last.saturating_add(1),
            _ => return Err(tree.damaged(next, "it does not know where a commit is")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use super::super::batch::Batch;
    use super::super::layout::frame_key;
    use super::super::media::{Disk, Media};
    use super::super::tree::Tree;
    use super::super::{Embedded, Settings};
    use crate::engine::{Class, Commit, Engine, Error, Operation};

    /// The same disk after the machine was started anew.
    struct Restarted;

    impl Media for Restarted {
        fn append(&self, file: &std::fs::File, bytes: &[u8], offset: u64) -> std::io::Result<()> {
            Disk.append(file, bytes, offset)
        }

        fn truncate(&self, file: &std::fs::File, length: u64) -> std::io::Result<()> {
            Disk.truncate(file, length)
        }

        fn sync(&self, file: &std::fs::File) -> std::io::Result<()> {
            Disk.sync(file)
        }

        fn free_bytes(&self, directory: &Path) -> std::io::Result<u64> {
            Disk.free_bytes(directory)
        }

        fn boot(&self) -> Option<uuid::Uuid> {
            Some(uuid::Uuid::from_u128(1))
        }
    }

    fn settings() -> Settings {
        Settings { reserve_bytes: 0, ..Settings::default() }
    }

    /// A closed store of 20 commits, one key each.
    async fn filled(name: &str) -> PathBuf {
        let directory =
            std::env::temp_dir().join(format!("outlay-verify-{name}-{}", std::process::id()));
        let engine = Embedded::open(&directory, &settings()).unwrap();
        for number in 0..20_u8 {
            let value = vec![number; 3_000 * usize::from(number % 3)].into();
            let put = Operation::Put { class: Class::Record, key: vec![number], value };
            engine.commit(Commit { operations: vec![put], ..Commit::default() }).await.unwrap();
        }
        engine.close().await.unwrap();
        // As a kill leaves it: nothing says that the tree was synced.
        std::fs::remove_file(directory.join("tree.synced")).unwrap();
        directory
    }

    fn change(directory: &Path, change: impl FnOnce(&mut Batch)) {
        let tree = Tree::open(&directory.join("tree"), &settings()).unwrap();
        let mut batch = Batch::default();
        change(&mut batch);
        tree.get().unwrap().apply(batch).unwrap();
        tree.close().unwrap();
    }

    /// Keys that an engine on the directory has.
    async fn keys(directory: &Path, settings: &Settings) -> usize {
        let engine = Embedded::open(directory, settings).unwrap();
        let snapshot = engine.snapshot().await.unwrap();
        let keys: Vec<_> = (0..20_u8).map(|number| vec![number]).collect();
        let count = snapshot.get(&keys).await.unwrap().iter().flatten().count();
        engine.close().await.unwrap();
        count
    }

    #[tokio::test]
    async fn a_value_that_went_missing_is_found_where_there_is_doubt() {
        for (name, media, suspect) in [
            ("boot", Arc::new(Restarted) as Arc<dyn Media>, false),
            ("suspect", Arc::new(Disk) as Arc<dyn Media>, true),
        ] {
            let directory = filled(name).await;
            change(&directory, |batch| batch.replace(&[7], None, None));
            assert_eq!(keys(&directory, &settings()).await, 19, "nobody looks");
            std::fs::remove_file(directory.join("tree.synced")).unwrap();
            if suspect {
                std::fs::write(directory.join("suspect"), "why").unwrap();
            }
            let settings = Settings { media, ..settings() };
            assert_eq!(keys(&directory, &settings).await, 20);
            assert!(!directory.join("suspect").exists());
            assert!(directory.join("tree.damaged-1").exists());
            std::fs::remove_dir_all(&directory).unwrap();
        }
    }

    #[tokio::test]
    async fn a_tree_that_was_synced_at_a_clean_stop_is_believed_after_a_restart() {
        type Change = fn(&Path);
        let cases: [(&str, Change, usize); 4] = [
            ("kept", |_| {}, 19),
            ("missing", |path| std::fs::remove_file(path).unwrap(), 20),
            (
                "flipped",
                |path| {
                    let mut bytes = std::fs::read(path).unwrap();
                    bytes[30] ^= 1;
                    std::fs::write(path, bytes).unwrap();
                },
                20,
            ),
            (
                "old",
                |path| {
                    std::fs::copy(path.with_file_name("old"), path).unwrap();
                },
                20,
            ),
        ];
        for (name, forge, found) in cases {
            let directory = filled(&format!("synced-{name}")).await;
            let synced = directory.join("tree.synced");
            for _ in 0..2 {
                let engine = Embedded::open(&directory, &settings()).unwrap();
                assert!(!synced.exists(), "it is gone before sled touches the tree");
                let put = Operation::Put {
                    class: Class::Record,
                    key: b"more".to_vec(),
                    value: Vec::new().into(),
                };
                engine.commit(Commit { operations: vec![put], ..Commit::default() }).await.unwrap();
                engine.close().await.unwrap();
                if !directory.join("old").exists() {
                    std::fs::copy(&synced, directory.join("old")).unwrap();
                }
            }
            // Damage that nobody sees who doesn't look for it.
            change(&directory, |batch| batch.replace(&[7], None, None));
            forge(&synced);
            let settings = Settings { media: Arc::new(Restarted), ..settings() };
            assert_eq!(keys(&directory, &settings).await, found, "{name}");
            std::fs::remove_dir_all(&directory).unwrap();
        }
    }

    #[tokio::test]
    async fn damage_of_a_tree_in_use_is_found_and_told_and_mended_at_the_next_start() {
        for damage in ["entry", "place"] {
            let directory = filled(&format!("in-use-{damage}")).await;
            let engine = Embedded::open(&directory, &settings()).unwrap();
            assert_eq!(engine.verify(|_| ()).await.unwrap().findings, Vec::new());
            let mut batch = Batch::default();
            match damage {
                "entry" => batch.replace(&[7], None, None),
                _ => {
                    batch.entries.insert(frame_key(7), None);
                }
            }
            engine.shared.tree.get().unwrap().apply(batch).unwrap();
            let findings = engine.verify(|_| ()).await.unwrap().findings;
            assert_eq!(findings.len(), 1, "{findings:?}");
            assert!(findings[0].what.contains("start again"), "{findings:?}");
            assert!(engine.info().await.unwrap().suspect.is_some());
            if damage == "entry" {
                let refused = engine.make_base().await.err().unwrap();
                assert!(matches!(refused, Error::Damaged { .. }), "{refused}");
                let bases = std::fs::read_dir(directory.join("bases")).unwrap();
                assert_eq!(bases.count(), 0);
            }
            engine.close().await.unwrap();
            drop(engine);
            assert_eq!(keys(&directory, &settings()).await, 20);
            assert!(directory.join("tree.damaged-1").exists());
            std::fs::remove_dir_all(&directory).unwrap();
        }
    }

    #[tokio::test]
    async fn a_frame_whose_place_went_missing_is_found() {
        let directory = filled("frame").await;
        change(&directory, |batch| {
            batch.entries.insert(frame_key(7), None);
        });
        let settings = Settings { media: Arc::new(Restarted), ..settings() };
        assert_eq!(keys(&directory, &settings).await, 20);
        assert!(directory.join("tree.damaged-1").exists());
        std::fs::remove_dir_all(&directory).unwrap();
    }

    #[tokio::test]
    async fn a_tree_that_is_right_is_kept_and_checked_once_in_a_boot() {
        let directory = filled("right").await;
        let settings = Settings { media: Arc::new(Restarted), ..settings() };
        assert_eq!(keys(&directory, &settings).await, 20);
        // It was found right in this boot, so nobody looks again.
        change(&directory, |batch| batch.replace(&[7], None, None));
        assert_eq!(keys(&directory, &settings).await, 19);
        assert!(!directory.join("tree.damaged-1").exists());
        std::fs::remove_dir_all(&directory).unwrap();
    }

    #[tokio::test]
    async fn a_panic_while_the_tree_is_used_leaves_doubt() {
        let directory = filled("panic").await;
        let tree = Tree::open(&directory.join("tree"), &settings()).unwrap();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _open = tree.get().unwrap();
            panic!("as sled does");
        }));
        assert!(panicked.is_err());
        tree.close().unwrap();
        assert!(directory.join("suspect").exists());
        assert_eq!(keys(&directory, &settings()).await, 20);
        assert!(!directory.join("suspect").exists());
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
