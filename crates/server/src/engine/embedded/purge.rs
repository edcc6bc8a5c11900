//! Taking values out of history for good, where a law demands it.
//!
//! What is purged of a commit is the values that it gave to some records, and
//! all that it derived from records, for keys of indexes hold values, too. Each
//! leaves its hash and its length, and everything can be checked as before.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Embedded;
use super::body::{self, Body, Unread};
use super::files::sync_directory;
use super::frame::Kind;
use super::guard::lock;
use super::part::Part;
use super::rewrite::{Draft, failed};
use super::scan::{self, Scan, Scanned};
use super::segment;
use super::shared::{Shared, blocking};
use crate::engine::{Error, MAX_COMMIT_OPERATIONS, Result};

/// Most keys that one purge takes: as many as one commit can have removed.
const MAX_KEYS: usize = MAX_COMMIT_OPERATIONS;

/// What a purge has done. A second one with the same arguments finds nothing
/// left to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Values of records that are gone.
    pub values: u64,
    /// Commits that something was taken out of.
    pub commits: u64,
    /// Segments of the journal that were written anew.
    pub segments: u64,
    /// Bytes of values, and of what was derived, that are gone.
    pub bytes: u64,
}

impl Embedded {
    /// Takes the values that commits up to `through` wrote under the record
    /// keys `keys` out of the journal, and all that those commits derived from
    /// records. Their hashes and lengths stay, so that everything can be
    /// checked as before; the feed tells [`crate::engine::Value::Purged`] in their
    /// place. The keys themselves, and the contexts of the commits, stay.
    ///
    /// The caller's order is: an ordinary commit that deletes the keys, and
    /// says why; then [`Embedded::make_base`] twice, with some commit in between
    /// (a base is named after the revision that it starts at), which pushes out
    /// the older bases; then this, with the revision of that commit or a later
    /// one. It reads the whole journal up to there, and may take minutes. After an error or a crash it is
    /// simply called again: what was done is not done twice.
    ///
    /// What it cannot reach: snapshots that are still open (they end within
    /// `Settings::snapshot_age`), memory that was freed, blocks of the disk
    /// that the file system or the tree's own files have freed and not used
    /// again, and copies. Where the tree's freed pages matter, remove the
    /// directory `tree` while the engine is closed: it is made anew.
    ///
    /// # Errors
    /// [`Error::Unpurgeable`] where a key is still there or was written after
    /// `through`, or a base is too old; [`Error::TooLarge`] for more than
    /// 10,000 keys; [`Error::NotApplied`] and [`Error::Busy`] where there is no
    /// room or no handle just now; [`Error::Damaged`]; [`Error::ReadOnly`]; [`Error::Fatal`].
    pub async fn purge(&self, keys: &[Vec<u8>], through: u64) -> Result<Purged> {
        self.shared.open()?;
        self.shared.writable()?;
        let purge = Arc::new(Purge::new(&self.shared, keys, through)?);
        let (shared, checked) = (Arc::clone(&self.shared), Arc::clone(&purge));
        let rotate = blocking(move || {
            checked.check(&shared)?;
            checked.needs_rotation(&shared)
        });
        if rotate.await? {
            let rotated = self.shared.queue.ask_rotation();
            rotated.await.unwrap_or_else(|_| Err(self.shared.fatal()))?;
        }
        let shared = Arc::clone(&self.shared);
        blocking(move || purge.run(&shared)).await
    }
}

/// What is to be purged.
pub(super) struct Purge {
    keys: HashSet<Vec<u8>>,
    through: u64,
}

impl Purge {
    /// # Errors
    /// [`Error::TooLarge`]; [`Error::Unpurgeable`] where a base may still hold
    /// the values.
    pub(super) fn new(shared: &Shared, keys: &[Vec<u8>], through: u64) -> Result<Self> {
        if keys.len() > MAX_KEYS {
            let (actual, limit) = (keys.len(), MAX_KEYS);
            return Err(Error::TooLarge { unit: "keys to purge", actual, limit });
        }
        if through > shared.revision() {
            return Err(refused(None, "the revision is not there yet: name one that is"));
        }
        if through > shared.needed_after() {
            let why = "the bases that are kept need the commits up to that revision: make two \
                       that start at it or after it, and try again";
            return Err(refused(None, why));
        }
        Ok(Self { keys: keys.iter().cloned().collect(), through })
    }

    /// Refuses keys that are there, or were after the revision.
    pub(super) fn check(&self, shared: &Shared) -> Result<()> {
        let newest = shared.revision();
        let tree = shared.tree.get()?;
        for key in &self.keys {
            if tree.look(key)?.is_some() {
                return Err(refused(Some(key), "a record is still there: delete it first"));
            }
        }
        drop(tree);
        let directory = shared.segments.directory();
        let segments = segment::list(directory)?;
        let start = segments.partition_point(|first| *first <= self.through + 1);
        for first in segments.get(start.saturating_sub(1)..).unwrap_or_default() {
            shared.open()?;
            let scan = scan::read(&segment::path(directory, *first), *first, shared.marker.epoch)?;
            // The end of the last one is just being written.
            for (frame, index, revision) in commits(&scan) {
                if revision > self.through && revision <= newest {
                    self.check_later(&scan, frame, index)?;
                }
            }
        }
        Ok(())
    }

    fn check_later(&self, scan: &Scan, frame: &Scanned, index: usize) -> Result<()> {
        let body = match body::read(scan.body(frame, index), &frame.header.rows[index]) {
            Err(Unread::Dropped) => return Ok(()),
            body => body.map_err(|unread| damaged(scan, frame, index, unread))?,
        };
        match body.records.iter().find(|write| self.keys.contains(write.key.as_ref())) {
            None => Ok(()),
            Some(write) => {
                let why = "a record was written or deleted after that revision: name a later one";
                Err(refused(Some(&write.key), why))
            }
        }
    }

    /// Whether the journal must go on in a new segment first: the one that is
    /// being written is never touched.
    pub(super) fn needs_rotation(&self, shared: &Shared) -> Result<bool> {
        let last = segment::list(shared.segments.directory())?.last().copied();
        Ok(last.is_some_and(|last| last <= self.through))
    }

    /// Purges, segment by segment.
    pub(super) fn run(&self, shared: &Shared) -> Result<Purged> {
        let mut purged = Purged::default();
        let directory = shared.segments.directory();
        let segments = segment::list(directory)?;
        let sealed = segments.split_last().map_or(&[][..], |(_, sealed)| sealed);
        for first in sealed.iter().take_while(|first| **first <= self.through) {
            // One at a time: whoever closes the engine waits for it.
            let _rewriting = lock(&shared.segments.rewriting);
            shared.open()?;
            let scan = scan::read(&segment::path(directory, *first), *first, shared.marker.epoch)?;
            scan.check()?;
            self.segment(shared, &scan, &mut purged)?;
        }
        self.remove_leftovers(shared)?;
        let Purged { values, commits, segments, bytes } = purged;
        tracing::info!(values, commits, segments, bytes, "purged values from the journal");
        Ok(purged)
    }

    /// Removes what else may hold the values: trees that were put aside, and
    /// bases that are damaged, or should be gone. (A base is named after the
    /// revision that it starts at; one that starts later holds none of them.)
    fn remove_leftovers(&self, shared: &Shared) -> Result<()> {
        let _rewriting = lock(&shared.segments.rewriting);
        shared.open()?;
        let Some(directory) = shared.segments.directory().parent() else { return Ok(()) };
        let name = |path: &Path| path.file_name()?.to_str().map(str::to_owned);
        for path in entries(directory)? {
            if name(&path).is_some_and(|name| name.starts_with("tree.damaged-")) {
                remove(&path, |path| std::fs::remove_dir_all(path))?;
            }
        }
        let bases = directory.join("bases");
        for path in entries(&bases)? {
            let start = name(&path).and_then(|name| name.strip_suffix(".base")?.parse().ok());
            if start.is_some_and(|start: u64| start < self.through) {
                remove(&path, |path| std::fs::remove_file(path))?;
            }
        }
        let synced = sync_directory(shared.media(), &bases)
            .and_then(|()| sync_directory(shared.media(), directory));
        synced.map_err(|error| failed(directory, error))
    }

    fn segment(&self, shared: &Shared, scan: &Scan, purged: &mut Purged) -> Result<()> {
        let mut draft = None;
        let mut total = *purged;
        for frame in scan.frames.iter().filter(|frame| frame.header.prelude.kind == Kind::Commits) {
            let mut bodies = Vec::new();
            for (index, row) in frame.header.rows.iter().enumerate() {
                let revision = frame.header.prelude.first + index as u64;
                match body::read(scan.body(frame, index), row) {
                    Ok(body) if revision <= self.through => {
                        let less = self.less(body, &mut total);
                        bodies.extend(less.map(|body| (index, body::encode(&body).0)));
                    }
                    // What is dropped holds nothing any more.
                    Ok(_) | Err(Unread::Dropped) => {}
                    Err(unread) => return Err(damaged(scan, frame, index, unread)),
                }
            }
            if !bodies.is_empty() {
                draft.get_or_insert_with(|| Draft::of(scan)).replace(frame, &bodies)?;
            }
        }
        if let Some(draft) = draft {
            // What was dropped stays dropped: such a segment has no body left
            // to purge anything from.
            draft.install(shared, false)?;
            *purged = Purged { segments: total.segments + 1, ..total };
        }
        Ok(())
    }

    /// A commit without what is to be purged; none where there is nothing of
    /// it in it.
    fn less(&self, mut body: Body, total: &mut Purged) -> Option<Body> {
        let mut is_meant = false;
        let (mut values, mut bytes) = (0, 0);
        for write in &mut body.records {
            if self.keys.contains(write.key.as_ref()) {
                is_meant = true;
                values += take(&mut write.value, &mut bytes);
            }
        }
        let derived = if is_meant { take(&mut body.derived, &mut bytes) } else { 0 };
        if values + derived == 0 {
            return None;
        }
        total.values += values;
        total.commits += 1;
        total.bytes += bytes;
        Some(body)
    }
}

/// Takes a part out, if it is there; answers how many that are.
fn take(part: &mut Option<Part>, bytes: &mut u64) -> u64 {
    match part {
        Some(kept @ Part::Kept { .. }) => {
            *bytes += kept.length() as u64;
            *kept = kept.purged();
            1
        }
        _ => 0,
    }
}

/// The commits of a segment: frame, place in it, revision.
fn commits(scan: &Scan) -> impl Iterator<Item = (&Scanned, usize, u64)> {
    let frames = scan.frames.iter().filter(|frame| frame.header.prelude.kind == Kind::Commits);
    frames.flat_map(|frame| {
        let revisions = frame.header.prelude.first..=frame.header.prelude.last;
        revisions.enumerate().map(move |(index, revision)| (frame, index, revision))
    })
}

fn damaged(scan: &Scan, frame: &Scanned, index: usize, unread: Unread) -> Error {
    let offset = frame.offset + frame.header.body_offset(index);
    let good = frame.header.prelude.first + index as u64 - 1;
    scan::damaged(&scan.path, offset, good, unread.what())
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    entries.map_err(|error| failed(directory, error))
}

fn remove(path: &Path, with: impl FnOnce(&Path) -> io::Result<()>) -> Result<()> {
    tracing::info!(path = %path.display(), "removing what may hold purged values");
    match with(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path, error)),
        _ => Ok(()),
    }
}

fn refused(key: Option<&[u8]>, why: &'static str) -> Error {
    Error::Unpurgeable { key: key.map(<[u8]>::to_vec), why }
}
