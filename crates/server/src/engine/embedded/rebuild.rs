//! Making the tree anew: from the newest base that reads well and the journal
//! after it, beside the old one, and in its place only when it is complete.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::base::{Base, BaseReader};
use super::batch::Batch;
use super::files::{refused, sync_directory};
use super::marker::Marker;
use super::media::Media;
use super::progress::Opening;
use super::recent::Standing;
use super::recovery::{not_opened, nothing_applied};
use super::replay::{Source, replay_all};
use super::settings::Settings;
use super::sled_files::{guarded, set_aside, sync, wait_until_closed};
use super::sum::{Sum, Summer};
use super::tree::{Applied, Tree};
use crate::engine::Result;

/// What a tree is made of.
pub(super) struct Making<'a> {
    pub(super) directory: &'a Path,
    pub(super) source: Source<'a>,
    /// Oldest first.
    pub(super) bases: &'a [Base],
    pub(super) marker: &'a Marker,
    pub(super) settings: &'a Settings,
}

impl Making<'_> {
    /// Makes the tree and puts it in place; the old one is put aside, if that
    /// is wanted.
    ///
    /// # Errors
    /// Those of the journal, where nothing was changed; [`Error::Refused`]
    /// where the new tree cannot be written.
    pub(super) fn rebuild(&self, keep_old: bool) -> Result<(Tree, Applied, Standing)> {
        let (fresh, trees) = (unfinished(self.directory), self.directory.join("tree"));
        let media = self.settings.media.as_ref();
        let made = self.any(&fresh).and_then(|(tree, applied)| {
            tree.close()?;
            sync(&fresh, media)?;
            Ok(applied)
        });
        let applied = match made {
            Ok(applied) => applied,
            Err(error) => {
                // What failed says why; that it stays would not matter.
                let _ = remove(&fresh);
                return Err(not_opened(&fresh, error));
            }
        };
        if keep_old {
            set_aside(&trees)?;
        } else {
            remove(&trees)?;
        }
        let placed =
            std::fs::rename(&fresh, &trees).and_then(|()| sync_directory(media, self.directory));
        placed.map_err(|error| refused(&trees, &error))?;
        let tree = guarded(&trees, || Tree::open(&trees, self.settings))?;
        let standing = Standing { revision: applied.revision, chain: applied.chain };
        Ok((tree, applied, standing))
    }

    /// From the newest base, else from an older one, else from the first
    /// revision.
    fn any(&self, fresh: &Path) -> Result<(Tree, Applied)> {
        for base in self.bases.iter().rev() {
            match self.make(fresh, Some(base)) {
                Err(error) if base.is_at_fault(&error) => {
                    tracing::warn!(%error, "a base is of no use: going on without it");
                }
                made => return made,
            }
        }
        self.make(fresh, None)
    }

    /// Makes a tree in `fresh` from a base, or from the first revision.
    ///
    /// # Errors
    /// As [`Making::rebuild`]; [`crate::engine::Error::Busy`] where it was given up.
    pub(super) fn make(&self, fresh: &Path, base: Option<&Base>) -> Result<(Tree, Applied)> {
        remove(fresh)?;
        let base_revision = base.map(|base| base.header.start);
        tracing::info!(base = base_revision, until = self.source.until, "making the tree anew");
        guarded(fresh, || {
            let tree = Tree::open(fresh, self.settings)?;
            let boot = self.settings.media.boot().unwrap_or(Uuid::nil());
            let start = match base {
                Some(base) => load(&tree, base, boot, self.source.opening)?,
                None => Applied { boot, ..nothing_applied(self.marker) },
            };
            let applied = replay_all(&self.source, &tree, start, base)?;
            Ok((tree, applied))
        })
    }
}

/// Where a tree lies until it is complete.
pub(super) fn unfinished(directory: &Path) -> PathBuf {
    directory.join("tree.new")
}

/// Where the tree lies that another one takes the place of.
fn replaced(directory: &Path) -> PathBuf {
    directory.join("tree.old")
}

/// Removes what an earlier attempt has left. A tree that was put away, without
/// another one being in its place, comes back.
pub(super) fn remove_unfinished(directory: &Path) -> Result<()> {
    let (trees, old) = (directory.join("tree"), replaced(directory));
    if !trees.exists() && old.exists() {
        std::fs::rename(&old, &trees).map_err(|error| refused(&trees, &error))?;
    }
    remove(&old)?;
    remove(&unfinished(directory))
}

/// Removes a new tree that isn't going to be used.
pub(super) fn remove_new(directory: &Path) -> Result<()> {
    remove(&unfinished(directory))
}

/// Puts the complete new tree in the place of the one in `trees`, which nobody
/// uses just now.
pub(super) fn place(trees: &Path, media: &dyn Media) -> Result<()> {
    let directory = trees.parent().unwrap_or(trees);
    let (fresh, old) = (unfinished(directory), replaced(directory));
    wait_until_closed(trees)?;
    remove(&old)?;
    std::fs::rename(trees, &old).map_err(|error| refused(trees, &error))?;
    if let Err(error) = std::fs::rename(&fresh, trees) {
        // The old one serves on.
        std::fs::rename(&old, trees).map_err(|error| refused(trees, &error))?;
        return Err(refused(&fresh, &error));
    }
    sync_directory(media, directory).map_err(|error| refused(directory, &error))
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(refused(path, &error)),
        _ => Ok(()),
    }
}

/// Puts the entries of a base into an empty tree. Answers with where it stands:
/// at the base's beginning, with entries that may be newer.
pub(super) fn load(tree: &Tree, base: &Base, boot: Uuid, opening: &Opening) -> Result<Applied> {
    let mut reader = BaseReader::open(&base.path)?;
    let summer = Summer::new(base.header.epoch);
    let mut work = opening.begin("loading its index from a base", "entry", base.trailer.count);
    let mut applied = Applied {
        revision: base.header.start,
        reached: base.header.start,
        epoch: base.header.epoch,
        chain: base.header.chain,
        sum: Sum::default(),
        boot,
    };
    let mut count = 0;
    while let Some(entries) = reader.next()? {
        opening.goes_on()?;
        let mut batch = Batch::default();
        for (key, stored) in &entries {
            applied.sum.add(summer.hash(key, stored));
            batch.replace(key, None, Some(stored));
        }
        batch.applied(&applied);
        tree.get()?.apply(batch)?;
        count += entries.len() as u64;
        work.at(count);
    }
    let sum_at_end = (base.trailer.end == base.header.start).then_some(base.trailer.sum);
    if applied.sum != base.trailer.exported
        || sum_at_end.is_some_and(|expected| applied.sum != expected)
    {
        return Err(base.damaged(0, "the entries of the base do not give its sum"));
    }
    // An empty base has no block.
    let mut batch = Batch::default();
    batch.applied(&applied);
    tree.get()?.apply(batch)?;
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::base::{self, Header, Trailer, pack, put_entry};
    use super::super::tree::Stored;
    use super::super::{Embedded, Settings};
    use super::*;
    use crate::engine::{Class, Commit, Engine, Operation};

    fn settings() -> Settings {
        Settings { reserve_bytes: 0, ..Settings::default() }
    }

    async fn get(engine: &Embedded, key: &[u8]) -> Option<Bytes> {
        let snapshot = engine.snapshot().await.unwrap();
        snapshot.get(&[key.to_vec()]).await.unwrap().remove(0).map(|entry| entry.value)
    }

    /// A closed store of 5 commits, and where its tree stands.
    async fn filled(directory: &Path) -> Applied {
        let engine = Embedded::open(directory, &settings()).unwrap();
        for number in 0..5_u8 {
            let value = Bytes::from(vec![number]);
            let put = Operation::Put { class: Class::Record, key: vec![number], value };
            engine.commit(Commit { operations: vec![put], ..Commit::default() }).await.unwrap();
        }
        engine.close().await.unwrap();
        let engine = Embedded::open(directory, &settings()).unwrap();
        let applied = engine.shared.applied().unwrap();
        assert_eq!(applied.revision, 5);
        engine.close().await.unwrap();
        applied
    }

    /// Writes a base of one entry that is in no commit: who sees it has used
    /// the base. `change` makes something in it wrong.
    fn forge(directory: &Path, applied: &Applied, change: impl Fn(&mut Header, &mut Trailer)) {
        let stored =
            Stored { revision: 3, class: Class::Index, value: Bytes::from_static(b"forged") };
        let mut sum = Sum::default();
        sum.add(Summer::new(applied.epoch).hash(b"key", &stored));
        let mut header =
            Header { epoch: applied.epoch, start: applied.revision, chain: applied.chain };
        let mut trailer = Trailer {
            end: applied.revision,
            chain: applied.chain,
            exported: sum,
            sum,
            count: 1,
            took_millis: 0,
        };
        change(&mut header, &mut trailer);
        let mut block = Vec::new();
        put_entry(&mut block, b"key", &stored);
        let mut bytes = header.write();
        bytes.extend_from_slice(&pack(&block).unwrap());
        let mut hasher = blake3::Hasher::new();
        hasher.update(&bytes);
        hasher.update(&trailer.hashed());
        bytes.extend_from_slice(&trailer.write(*hasher.finalize().as_bytes()));
        let bases = directory.join("bases");
        std::fs::create_dir_all(&bases).unwrap();
        std::fs::write(base::path(&bases, header.start), bytes).unwrap();
    }

    #[tokio::test]
    async fn the_tree_is_made_of_a_base_and_only_of_one_that_is_right() {
        type Change = fn(&mut Header, &mut Trailer);
        let cases: [(&str, Change, bool); 6] = [
            ("right", |_, _| {}, true),
            ("chain", |header, _| header.chain[0] ^= 1, false),
            ("sum", |_, trailer| trailer.sum.add([1, 0, 0, 0]), false),
            ("exported", |_, trailer| trailer.exported.add([1, 0, 0, 0]), false),
            ("count", |_, trailer| trailer.count += 1, false),
            // With the last commit it would have to be what it says at its end.
            ("earlier", |header, _| header.start -= 1, false),
        ];
        for (name, change, used) in cases {
            let directory =
                std::env::temp_dir().join(format!("outlay-rebuild-{name}-{}", std::process::id()));
            let applied = filled(&directory).await;
            forge(&directory, &applied, change);
            std::fs::remove_dir_all(directory.join("tree")).unwrap();
            let engine = Embedded::open(&directory, &settings()).unwrap();
            assert_eq!(get(&engine, b"key").await.is_some(), used, "{name}");
            assert_eq!(get(&engine, &[0]).await.is_some(), !used, "{name}");
            assert!(!directory.join("tree.new").exists());
            engine.close().await.unwrap();
            std::fs::remove_dir_all(&directory).unwrap();
        }
    }
}
