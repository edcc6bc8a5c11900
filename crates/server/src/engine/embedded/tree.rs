//! The state: what sled has, one tree with the users' keys, the parts of long
//! values, and what the engine itself keeps; and the recent changes before it,
//! which count where both know a key. Which entry of sled's holds what is
//! `layout.rs`'s and `block.rs`'s.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock, RwLockReadGuard};

use bytes::Bytes;
use sled::Db;

use super::block::{Damaged, Entries};
use super::codec::Reader;
use super::guard;
use super::layout::{
    APPLIED, EntryFields, parse, parse_applied, parse_part, part_key, parts, user_key,
};
use super::recent::{Part, Recent, Recents, Standing};
use super::resolve::{Changed, Planned};
use super::settings::Settings;
use super::sled_files::{self, damaged, doubt, failed};
use super::sum::Sum;
use crate::engine::{Class, Direction, Error, Range, Result};

/// Longest value that is kept in memory from when a commit is checked until it
/// is applied; longer ones are read again then.
const KEPT: usize = 256;

/// A value with all that the tree knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) revision: u64,
    pub(super) class: Class,
    pub(super) value: Bytes,
}

/// A value that is going to be replaced.
#[derive(Clone, Debug)]
pub(super) struct Old {
    pub(super) revision: u64,
    pub(super) class: Class,
    pub(super) length: usize,
    /// None where only the tree has it: it stays there until it is replaced.
    pub(super) value: Option<Bytes>,
}

impl From<Stored> for Old {
    fn from(stored: Stored) -> Self {
        let Stored { revision, class, value } = stored;
        Self { revision, class, length: value.len(), value: Some(value) }
    }
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
    /// The start of the machine in which this was written; nil if unknown.
    /// sled doesn't sync: in another one, the tree may be anything.
    pub(super) boot: uuid::Uuid,
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

/// What a walk found.
pub(super) struct Walked {
    pub(super) found: Vec<(Bytes, Found)>,
    /// Whether that is all of the range.
    pub(super) ended: bool,
}

/// The tree, until it is closed.
pub(super) struct Tree {
    state: RwLock<State>,
    recents: Recents,
    /// Sled had no space, and fails until it is opened anew.
    failing: AtomicBool,
    path: PathBuf,
    settings: Settings,
}

enum State {
    Open(Db),
    /// It is being opened anew, and what it lacks is put back.
    Renewing,
    Closed,
}

/// The open tree; closing waits for all of these.
pub(super) struct OpenTree<'a> {
    state: RwLockReadGuard<'a, State>,
    pub(super) recents: &'a Recents,
    failing: &'a AtomicBool,
    path: &'a Path,
}

impl Tree {
    /// Opens the tree in `path`, which may be new.
    pub(super) fn open(path: &Path, settings: &Settings) -> Result<Self> {
        let db = sled_files::open(path, settings)?;
        let state = RwLock::new(State::Open(db));
        Ok(Self {
            state,
            recents: Recents::default(),
            failing: AtomicBool::new(false),
            path: path.to_owned(),
            settings: settings.clone(),
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The tree.
    ///
    /// # Errors
    /// [`Error::Fatal`] once it is closed, [`Error::Busy`] while it is renewed.
    pub(super) fn get(&self) -> Result<OpenTree<'_>> {
        let state = guard::read(&self.state);
        match *state {
            State::Open(_) => Ok(OpenTree {
                state,
                recents: &self.recents,
                failing: &self.failing,
                path: &self.path,
            }),
            State::Renewing => Err(Error::Busy),
            State::Closed => Err(closed()),
        }
    }

    /// Adds changes that are durable, the older ones first, and where frames
    /// are.
    pub(super) fn remember(
        &self,
        changes: impl IntoIterator<Item = (Bytes, Option<Stored>)>,
        frames: &[Located],
    ) {
        self.recents.add(changes, frames);
    }

    /// Memory that recent changes take, besides those that are being folded.
    pub(super) fn recent_bytes(&self) -> usize {
        self.recents.bytes()
    }

    /// The recent changes up to `standing`, to be folded; none where there are
    /// none, or where others are still being folded.
    pub(super) fn fill_recent(&self, standing: Standing) -> Option<Arc<Recent>> {
        self.recents.fill(standing)
    }

    /// Forgets those: they are in sled.
    pub(super) fn forget_recent(&self) {
        self.recents.forget();
    }

    /// Whether sled had no space: it fails until it is opened anew.
    pub(super) fn is_failing(&self) -> bool {
        self.failing.load(Ordering::SeqCst)
    }

    /// Opens sled anew, which alone makes it forget an error: `between` while
    /// it is closed, whose failure doesn't keep it from being opened, and `look`
    /// before anybody else sees it.
    pub(super) fn renew<T>(
        &self,
        between: impl FnOnce() -> Result<()>,
        look: impl FnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        let mut state = guard::write(&self.state);
        drop(std::mem::replace(&mut *state, State::Renewing));
        let between = between();
        let fresh = Self::open(&self.path, &self.settings)?;
        let value = look(&fresh)?;
        *state = fresh.state.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.failing.store(false, Ordering::SeqCst);
        between.map(|()| value)
    }

    /// Flushes and closes the tree, after all who use it are done.
    pub(super) fn close(&self) -> Result<()> {
        // Nobody waits for the flush who only wants to hear that it is closed.
        let state = std::mem::replace(&mut *guard::write(&self.state), State::Closed);
        match state {
            State::Open(db) => db.flush().map(|_| ()).map_err(|error| failed(&self.path, error)),
            State::Renewing | State::Closed => Ok(()),
        }
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tree").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Drop for OpenTree<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            doubt(self.path, "there was a panic while it was used");
        }
    }
}

impl OpenTree<'_> {
    pub(super) fn db(&self) -> Result<&Db> {
        match &*self.state {
            State::Open(db) => Ok(db),
            State::Renewing | State::Closed => Err(closed()),
        }
    }

    fn raw(&self, key: &[u8]) -> Result<Option<sled::IVec>> {
        self.db()?.get(key).map_err(|error| self.failed(error))
    }

    /// What an error of sled's means.
    pub(super) fn failed(&self, error: sled::Error) -> Error {
        let error = failed(self.path, error);
        if matches!(error, Error::NotApplied) {
            self.failing.store(true, Ordering::SeqCst);
        }
        error
    }

    /// The entry of a user's key, without the parts of a long value.
    pub(super) fn look(&self, key: &[u8]) -> Result<Option<EntryFields>> {
        match self.recents.get(key) {
            Some(recent) => Ok(recent.map(EntryFields::from)),
            None => self.look_settled(key),
        }
    }

    /// As [`OpenTree::look`], of sled alone.
    fn look_settled(&self, key: &[u8]) -> Result<Option<EntryFields>> {
        let key = user_key(key);
        let (home, Some(bytes)) = self.block(&key)? else {
            return Ok(None);
        };
        let found = Entries::of(&home, &bytes).and_then(|entries| entries.find(&key));
        found.map_err(|Damaged| self.torn())?.map(|tail| self.parse(tail)).transpose()
    }

    /// The value that sled has under a user's key, whatever has happened since.
    /// Only for the thread that folds.
    pub(super) fn settled(&self, key: &[u8]) -> Result<Option<Stored>> {
        let found = self.look_settled(key)?.map(|entry| self.assemble(key, entry)).transpose()?;
        self.whole_value(found)
    }

    pub(super) fn parse(&self, tail: &[u8]) -> Result<EntryFields> {
        parse(tail).ok_or_else(|| self.torn())
    }

    pub(super) fn torn(&self) -> Error {
        self.damaged(0, "a value is damaged")
    }

    /// The value of a user's key.
    pub(super) fn find(&self, key: &[u8]) -> Result<Option<Found>> {
        self.look(key)?.map(|entry| self.assemble(key, entry)).transpose()
    }

    /// As [`OpenTree::find`], for those threads that nothing can be replaced
    /// under.
    pub(super) fn stored(&self, key: &[u8]) -> Result<Option<Stored>> {
        let found = self.find(key)?;
        self.whole_value(found)
    }

    fn whole_value(&self, found: Option<Found>) -> Result<Option<Stored>> {
        match found {
            None => Ok(None),
            Some(Found::Whole(stored)) => Ok(Some(stored)),
            Some(Found::Torn { revision }) => Err(self.damaged(revision, "a value misses parts")),
        }
    }

    /// What a commit would replace under `key`.
    pub(super) fn old(&self, key: &[u8]) -> Result<Option<Old>> {
        let Some(entry) = self.look(key)? else {
            return Ok(None);
        };
        let length = self.length(&entry)?;
        let EntryFields { revision, class, body, .. } = entry;
        let value = (length <= KEPT).then_some(body);
        Ok(Some(Old { revision, class, length, value }))
    }

    /// A change with the value that it replaces, just before it is applied.
    pub(super) fn whole(&self, planned: &Planned) -> Result<Changed> {
        let Planned { key, old, new } = planned.clone();
        let old = match old {
            None => None,
            Some(Old { revision, class, value: Some(value), .. }) => {
                Some(Stored { revision, class, value })
            }
            Some(old) => match self.stored(&key)? {
                Some(stored) if stored.revision == old.revision => Some(stored),
                _ => return Err(self.damaged(old.revision, "a value has changed by itself")),
            },
        };
        Ok(Changed { key, old, new })
    }

    /// The newest changes of `range`.
    pub(super) fn recent_part(&self, range: &Range, direction: Direction, limit: usize) -> Part {
        self.recents.part(range, direction, limit)
    }

    /// Length of the value of an entry.
    pub(super) fn length(&self, entry: &EntryFields) -> Result<usize> {
        if !entry.long {
            return Ok(entry.body.len());
        }
        Reader::new(entry.body.clone())
            .u32()
            .map(|length| length as usize)
            .ok_or_else(|| self.damaged(entry.revision, "a value is damaged"))
    }

    pub(super) fn assemble(&self, key: &[u8], entry: EntryFields) -> Result<Found> {
        let length = self.length(&entry)?;
        let EntryFields { revision, class, long, body } = entry;
        if !long {
            return Ok(Found::Whole(Stored { revision, class, value: body }));
        }
        let mut value = Vec::with_capacity(length);
        for number in 0..parts(length) {
            let part_key = part_key(key, revision, number);
            let Some(part) = self.raw(&part_key)? else {
                return Ok(Found::Torn { revision });
            };
            let body = parse_part(&part_key, &part)
                .ok_or_else(|| self.damaged(revision, "part of a value is damaged"))?;
            value.extend_from_slice(body);
        }
        if value.len() != length {
            return Err(self.damaged(revision, "a value has the wrong length"));
        }
        Ok(Found::Whole(Stored { revision, class, value: Bytes::from(value) }))
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

    /// The error for damage in the tree.
    pub(super) fn damaged(&self, revision: u64, what: &str) -> Error {
        damaged(self.path, revision, what)
    }
}

fn closed() -> Error {
    Error::Fatal { what: "it has been closed".to_owned(), cause: None }
}
