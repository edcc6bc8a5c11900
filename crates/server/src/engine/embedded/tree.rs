//! The state, in sled: one tree with the users' keys, the parts of long
//! values, and what the engine itself keeps. Nothing else names sled.

use std::path::{Path, PathBuf};
use std::sync::{RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sled::Db;

use super::body::class_code;
use super::codec::Reader;
use super::guard;
use super::layout::{
    APPLIED, LONG, PART, applied_value, crc, entry, frame_key, located_value, parse, parse_applied,
    parse_located, parse_part, part_key, parts, user_key,
};
use super::settings::Settings;
use super::sum::Sum;
use crate::engine::{Class, Error, Range, Result};

/// How long to wait for a tree of this process that is just being closed.
const REOPEN_WAIT: Duration = Duration::from_secs(5);

/// A value with all that the tree knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) revision: u64,
    pub(super) class: Class,
    pub(super) value: Bytes,
}

/// Up to where the tree holds the journal; written with every slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Applied {
    /// The newest revision that it holds whole.
    pub(super) revision: u64,
    /// The newest revision that it holds anything of.
    pub(super) reached: u64,
    pub(super) epoch: uuid::Uuid,
    /// Chain hash of the frame that holds the revision.
    pub(super) chain: [u8; 32],
    pub(super) sum: Sum,
}

/// Where the frame of some revision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) segment: u64,
    pub(super) offset: u64,
    pub(super) first: u64,
    pub(super) last: u64,
}

/// What one look at a user's key found.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// The value, whole.
    Whole(Stored),
    /// Parts are missing: the value was replaced between two looks, or the
    /// tree is damaged.
    Torn {
        /// Revision of the value.
        revision: u64,
    },
}

/// The tree, until it is closed.
#[derive(Debug)]
pub(super) struct Tree {
    db: RwLock<Option<Db>>,
    path: PathBuf,
}

/// The open tree; closing waits for all of these.
pub(super) struct OpenTree<'a> {
    db: RwLockReadGuard<'a, Option<Db>>,
    path: &'a Path,
}

impl Tree {
    /// Opens the tree in `path`, which may be new.
    pub(super) fn open(path: &Path, settings: &Settings) -> Result<Self> {
        super::files::private_directory(path)?;
        remove_unfinished_snapshots(path);
        let config = sled::Config::new()
            .path(path)
            .cache_capacity(settings.cache_bytes)
            .flush_every_ms(Some(settings.flush_every_ms.max(1)))
            .use_compression(false);
        let started = Instant::now();
        loop {
            let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| config.open()));
            match opened {
                Ok(Ok(db)) => {
                    return Ok(Self { db: RwLock::new(Some(db)), path: path.to_owned() });
                }
                Ok(Err(error)) if busy(&error) => {
                    if started.elapsed() > REOPEN_WAIT {
                        return Err(Error::Refused(format!("{}: {error}", path.display())));
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
                Ok(Err(error)) => return Err(damaged(path, 0, &error.to_string())),
                Err(_) => return Err(damaged(path, 0, "sled panicked while opening it")),
            }
        }
    }

    /// The tree, or [`Error::Fatal`] once it is closed.
    pub(super) fn get(&self) -> Result<OpenTree<'_>> {
        let db = guard::read(&self.db);
        if db.is_none() {
            return Err(closed());
        }
        Ok(OpenTree { db, path: &self.path })
    }

    /// Flushes and closes the tree, after all who use it are done.
    pub(super) fn close(&self) -> Result<()> {
        match guard::write(&self.db).take() {
            Some(db) => db.flush().map(|_| ()).map_err(|error| failed(&self.path, error)),
            None => Ok(()),
        }
    }
}

impl OpenTree<'_> {
    fn db(&self) -> Result<&Db> {
        self.db.as_ref().ok_or_else(closed)
    }

    fn raw(&self, key: &[u8]) -> Result<Option<sled::IVec>> {
        self.db()?.get(key).map_err(|error| failed(self.path, error))
    }

    /// The value of a user's key.
    pub(super) fn find(&self, key: &[u8]) -> Result<Option<Found>> {
        match self.raw(&user_key(key))? {
            Some(bytes) => self.assemble(key, &bytes).map(Some),
            None => Ok(None),
        }
    }

    /// As [`OpenTree::find`], for those threads that nothing can be replaced
    /// under.
    pub(super) fn stored(&self, key: &[u8]) -> Result<Option<Stored>> {
        match self.find(key)? {
            None => Ok(None),
            Some(Found::Whole(stored)) => Ok(Some(stored)),
            Some(Found::Torn { revision }) => Err(self.damaged(revision, "a value misses parts")),
        }
    }

    /// Up to `limit` keys of `range` with what was found under them. This is
    /// no snapshot: entries may change while it runs.
    pub(super) fn walk(
        &self,
        range: &Range,
        reverse: bool,
        limit: usize,
    ) -> Result<Vec<(Bytes, Found)>> {
        let start = user_key(&range.start);
        let end = range.end.as_deref().map_or_else(|| vec![2], user_key);
        if start >= end {
            return Ok(Vec::new());
        }
        let mut entries = self.db()?.range(start..end);
        let mut found = Vec::with_capacity(limit.min(64));
        while found.len() < limit {
            let next = if reverse { entries.next_back() } else { entries.next() };
            let Some(next) = next else { break };
            let (key, bytes) = next.map_err(|error| failed(self.path, error))?;
            let key = Bytes::copy_from_slice(&key[1..]);
            let value = self.assemble(&key, &bytes)?;
            found.push((key, value));
        }
        Ok(found)
    }

    fn assemble(&self, key: &[u8], bytes: &[u8]) -> Result<Found> {
        let entry = parse(key, bytes).ok_or_else(|| self.damaged(0, "a value is damaged"))?;
        if !entry.long {
            return Ok(Found::Whole(Stored {
                revision: entry.revision,
                class: entry.class,
                value: entry.body,
            }));
        }
        let torn = Found::Torn { revision: entry.revision };
        let Some(length) = Reader::new(entry.body).u32() else {
            return Err(self.damaged(entry.revision, "a value is damaged"));
        };
        let mut value = Vec::with_capacity(length as usize);
        for number in 0..parts(length as usize) {
            let part_key = part_key(key, entry.revision, number);
            let Some(part) = self.raw(&part_key)? else {
                return Ok(torn);
            };
            let body = parse_part(&part_key, &part)
                .ok_or_else(|| self.damaged(entry.revision, "part of a value is damaged"))?;
            value.extend_from_slice(body);
        }
        if value.len() != length as usize {
            return Err(self.damaged(entry.revision, "a value has the wrong length"));
        }
        Ok(Found::Whole(Stored {
            revision: entry.revision,
            class: entry.class,
            value: Bytes::from(value),
        }))
    }

    /// Where the tree stands; none if nothing was ever applied.
    pub(super) fn applied(&self) -> Result<Option<Applied>> {
        let Some(bytes) = self.raw(&APPLIED)? else {
            return match self.db()?.first() {
                Ok(None) => Ok(None),
                Ok(Some(_)) => Err(self.damaged(0, "it does not say where it stands")),
                Err(error) => Err(failed(self.path, error)),
            };
        };
        parse_applied(&bytes)
            .map(Some)
            .ok_or_else(|| self.damaged(0, "it does not say where it stands"))
    }

    /// Where the frame with `revision` is; none if it is not in the tree.
    pub(super) fn locate(&self, revision: u64) -> Result<Option<Located>> {
        let from = frame_key(revision);
        let to = frame_key(u64::MAX);
        let Some(next) = self.db()?.range(from..=to).next() else {
            return Ok(None);
        };
        let (key, bytes) = next.map_err(|error| failed(self.path, error))?;
        let located = parse_located(&key, &bytes)
            .ok_or_else(|| self.damaged(revision, "the place of a frame is damaged"))?;
        Ok((located.first <= revision).then_some(located))
    }

    /// Applies a batch, all of it or nothing.
    pub(super) fn apply(&self, batch: Batch) -> Result<()> {
        self.db()?.apply_batch(batch.batch).map_err(|error| failed(self.path, error))
    }

    /// The error for damage in the tree.
    pub(super) fn damaged(&self, revision: u64, what: &str) -> Error {
        damaged(self.path, revision, what)
    }
}

/// Changes that are made together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    batch: sled::Batch,
}

impl Batch {
    /// Replaces `old` by `new` under a user's key.
    pub(super) fn replace(&mut self, key: &[u8], old: Option<&Stored>, new: Option<&Stored>) {
        if let Some(old) = old.filter(|old| old.value.len() > PART) {
            for number in 0..parts(old.value.len()) {
                self.batch.remove(part_key(key, old.revision, number));
            }
        }
        match new {
            Some(new) => self.insert(key, new),
            None => self.batch.remove(user_key(key)),
        }
    }

    fn insert(&mut self, key: &[u8], new: &Stored) {
        let mut flags = class_code(new.class);
        if new.value.len() <= PART {
            self.batch.insert(user_key(key), entry(key, new.revision, flags, &new.value));
            return;
        }
        flags |= LONG;
        let length = u32::try_from(new.value.len()).unwrap_or(u32::MAX).to_be_bytes();
        self.batch.insert(user_key(key), entry(key, new.revision, flags, &length));
        for (number, part) in (0..).zip(new.value.chunks(PART)) {
            let part_key = part_key(key, new.revision, number);
            let mut value = crc(&part_key, part).to_be_bytes().to_vec();
            value.extend_from_slice(part);
            self.batch.insert(part_key, value);
        }
    }

    /// Says where the tree stands after this batch.
    pub(super) fn applied(&mut self, applied: &Applied) {
        self.batch.insert(&APPLIED, applied_value(applied));
    }

    /// Says where a frame is.
    pub(super) fn located(&mut self, located: &Located) {
        self.batch.insert(&frame_key(located.last), located_value(located));
    }
}

/// A half-written snapshot of sled's own stops it from opening, and is never
/// needed.
fn remove_unfinished_snapshots(path: &Path) {
    let Ok(entries) = std::fs::read_dir(path) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().ends_with(".generating") {
            let removed = std::fs::remove_file(entry.path());
            tracing::warn!(path = %entry.path().display(), ?removed, "removed an unfinished snapshot");
        }
    }
}

fn busy(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(error) if error.kind() == std::io::ErrorKind::WouldBlock
        || error.to_string().contains("lock"))
}

fn damaged(path: &Path, revision: u64, what: &str) -> Error {
    Error::Damaged {
        file: path.display().to_string(),
        offset: 0,
        revision,
        what: format!(
            "{what}; if the journal is whole, move this directory away and start again: \
             it is made anew from the journal"
        ),
    }
}

fn failed(path: &Path, error: sled::Error) -> Error {
    match error {
        sled::Error::Corruption { .. } => damaged(path, 0, &error.to_string()),
        error => Error::Fatal {
            what: format!("{}: {error}", path.display()),
            cause: Some(Box::new(error)),
        },
    }
}

fn closed() -> Error {
    Error::Fatal { what: "it has been closed".to_owned(), cause: None }
}
