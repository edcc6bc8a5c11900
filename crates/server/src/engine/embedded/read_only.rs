//! Opening a directory without changing anything in it, however damaged it is:
//! the tree is copied, or made, in a directory for temporary files, and the
//! journal is read as far as it is good.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::base::Base;
use super::bases;
use super::durable;
use super::files::refused;
use super::lock::DirectoryLock;
use super::marker::Marker;
use super::rebuild::load;
use super::recovery::{judge, not_opened, nothing_applied, read_last, standing};
use super::replay::{Source, is_of_journal, replay_good};
use super::scan;
use super::segment;
use super::settings::Settings;
use super::sled_files::{guarded, wait_until_closed};
use super::tree::Tree;
use super::verify::verify;
use crate::engine::{Error, Result};

/// Why an engine is to be read only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReadOnly {
    /// In few words, without names of files, for whoever calls.
    pub(super) told: String,
    /// All of it, for the log and for administrators.
    pub(super) why: String,
}

/// What is open to be read.
pub(super) struct Reading {
    pub(super) marker: Marker,
    pub(super) tree: Tree,
    /// What is shown.
    pub(super) revision: u64,
    pub(super) bases: Vec<Base>,
    pub(super) read_only: ReadOnly,
    pub(super) lock: Option<DirectoryLock>,
    pub(super) temporary: Temporary,
}

/// A directory of mode 0700 that goes away again.
#[derive(Debug)]
pub(super) struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn create() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("outlay-read-only-{}", Uuid::new_v4()));
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|error| refused(&path, &error))?;
        Ok(Self { path })
    }

    fn tree(&self) -> PathBuf {
        self.path.join("tree")
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // sled's last thread would make its files again.
        let _ = wait_until_closed(&self.tree());
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "a temporary directory stays");
        }
    }
}

/// What can be read of a directory.
struct Site<'a> {
    directory: &'a Path,
    source: Source<'a>,
    marker: &'a Marker,
    settings: &'a Settings,
}

/// Opens what is in `directory` to be read.
///
/// # Errors
/// [`Error::Refused`] where it is no store, or is another process's, or there
/// is no room for the copy; [`Error::Damaged`] where nothing of it can be read.
pub(super) fn open(directory: &Path, settings: &Settings) -> Result<Reading> {
    let Some(marker) = Marker::read(directory)? else {
        let shown = directory.display();
        return Err(Error::Refused(format!(
            "{shown} holds no store: its file `format` is missing"
        )));
    };
    let lock = DirectoryLock::look(directory)?;
    let journals = directory.join("journal");
    let segments = segment::list(&journals)?;
    let (bases, damaged) = bases::list(&directory.join("bases"))?;
    let bases: Vec<_> =
        bases.into_iter().filter(|base| base.header.epoch == marker.epoch).collect();
    for error in damaged {
        tracing::error!(%error, "a base is damaged");
    }
    let (until, damage) = end(&journals, &segments, &marker, settings)?;
    let source = Source {
        journals: &journals,
        segments: &segments,
        last: None,
        until,
        recent_bytes: settings.recent_bytes,
        opening: &settings.opening,
    };
    let site = Site { directory, source, marker: &marker, settings };
    let temporary = Temporary::create()?;
    tracing::warn!(
        path = %temporary.path.display(),
        "opening the store to be read only: nothing in it is changed, and its index is copied here"
    );
    let (tree, revision, found) = site.tree(&temporary.tree(), &bases)?;
    let read_only = reason(revision, damage.or(found));
    Ok(Reading { marker, tree, revision, bases, read_only, lock, temporary })
}

/// The newest revision that the journal may have, and what is wrong with its
/// end.
fn end(
    journals: &Path,
    segments: &[u64],
    marker: &Marker,
    settings: &Settings,
) -> Result<(u64, Option<Error>)> {
    if segments.is_empty() {
        return Ok((0, Some(scan::damaged(journals, 0, 0, "the journal has no segment"))));
    }
    let durable = durable::look(journals);
    let last = match read_last(journals, segments, marker) {
        Ok(last) => last,
        Err(error) => return Ok((durable.map_or(u64::MAX, |known| known.revision), Some(error))),
    };
    let path = segment::path(journals, last.header.first);
    let damage = judge(&path, &last, durable, settings.media.as_ref()).err();
    Ok((last.last, damage))
}

fn reason(revision: u64, damage: Option<Error>) -> ReadOnly {
    let Some(damage) = damage else {
        let told = "it was started with --read-only".to_owned();
        return ReadOnly { why: told.clone(), told };
    };
    tracing::error!(%damage, revision, "the journal is damaged: showing what is good");
    ReadOnly {
        told: format!("its journal is damaged, and this is the state of revision {revision}"),
        why: format!("{damage}; this is the state of revision {revision}"),
    }
}

impl Site<'_> {
    /// The best tree that there is, and what is wrong with the journal: a copy
    /// of the directory's own, else from a base, else from the journal alone.
    fn tree(&self, path: &Path, bases: &[Base]) -> Result<(Tree, u64, Option<Error>)> {
        let mut last = match self.copied(path) {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        tracing::warn!(error = %last, "the index cannot be read: making another");
        let mut damage = None;
        // Where the journal before a base is damaged, the commits after it may
        // be good: the history before is not found then.
        let with_bases =
            bases.iter().rev().flat_map(|base| [true, false].map(|all| (all, Some(base))));
        for (all, base) in with_bases.chain([(true, None)]) {
            clear(path)?;
            match guarded(path, || self.made(path, all, base)) {
                Ok((tree, revision, found)) => return Ok((tree, revision, found.or(damage))),
                Err(error) => {
                    tracing::warn!(%error, "that cannot be used, either");
                    if is_of_journal(&error, &self.source) {
                        damage.get_or_insert(error.again());
                    }
                    last = error;
                }
            }
        }
        Err(not_opened(path, last))
    }

    fn copied(&self, path: &Path) -> Result<(Tree, u64, Option<Error>)> {
        let own = self.directory.join("tree");
        copy(&own, path).map_err(|error| refused(&own, &error))?;
        guarded(path, || {
            let tree = Tree::open(path, self.settings)?;
            let applied = standing(&tree.get()?, self.marker)?;
            if applied.reached == 0 && self.source.until > 0 {
                return Err(tree.get()?.damaged(0, "it is empty"));
            }
            verify(&tree.get()?, &applied, self.source.opening)?;
            let (applied, standing, damage) =
                replay_good(&self.source, &tree, applied, false, None)?;
            if applied.reached > standing.revision {
                // The journal cannot make it whole.
                return Err(tree.get()?.damaged(applied.revision, "it has half of a commit"));
            }
            Ok((tree, standing.revision, damage))
        })
    }

    fn made(
        &self,
        path: &Path,
        all: bool,
        base: Option<&Base>,
    ) -> Result<(Tree, u64, Option<Error>)> {
        let tree = Tree::open(path, self.settings)?;
        let start = match base {
            Some(base) => load(&tree, base, Uuid::nil(), self.source.opening)?,
            None => nothing_applied(self.marker),
        };
        let (_, standing, damage) = replay_good(&self.source, &tree, start, all, base)?;
        match (base, damage) {
            (Some(base), Some(damage))
                if standing.revision < base.trailer.end || is_before(&damage, base) =>
            {
                Err(damage)
            }
            (None, Some(damage)) if standing.revision == 0 => Err(damage),
            (_, damage) => Ok((tree, standing.revision, damage)),
        }
    }
}

/// Whether what is damaged lies before a base.
fn is_before(damage: &Error, base: &Base) -> bool {
    matches!(damage, Error::Damaged { revision, .. } if *revision < base.header.start)
}

fn clear(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(refused(path, &error)),
        _ => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    DirBuilder::new().mode(0o700).create(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            // Not `fs::copy`: the copy must be ours to write.
            let mut source = std::fs::File::open(entry.path())?;
            std::io::copy(&mut source, &mut super::files::private_file(&target)?)?;
        }
    }
    Ok(())
}
