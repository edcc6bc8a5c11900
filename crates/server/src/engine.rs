//! What the store may rely on: an ordered key-value engine with one dense
//! revision per commit.
//!
//! Six operations, no optional capability: [`Engine::head`],
//! [`Engine::snapshot`] (with [`Snapshot::get`] and [`Snapshot::scan`]),
//! [`Engine::commit`] and [`Engine::changes`]. Every engine passes the same
//! conformance suite (`tests/engine/conformance.rs`); a difference between two
//! engines is a bug.
//!
//! Deliberately absent: reading what is not yet durable, reading outside a
//! snapshot, writing outside a commit, and deleting history.

mod check;
pub mod embedded;
mod error;

use async_trait::async_trait;
use bytes::Bytes;
use uuid::Uuid;

pub use error::Error;

/// Most operations one commit may carry.
pub const MAX_COMMIT_OPERATIONS: usize = 10_000;
/// Most numbers of a cell.
pub const MAX_CELL_NUMBERS: usize = 12;
/// Most bytes of keys and values one commit may carry (8 MiB).
pub const MAX_COMMIT_BYTES: usize = 8 * 1024 * 1024;
/// Most bytes of text in a commit's context (64 KiB).
pub const MAX_CONTEXT_BYTES: usize = 64 * 1024;
/// Longest key, in bytes.
pub const MAX_KEY_BYTES: usize = 1024;
/// Most entries one scan returns, whatever limit it was given.
pub const MAX_SCAN_ENTRIES: usize = 1_000;
/// Bytes of keys and values with which a scan stops, however many entries it
/// still may return (16 MiB).
pub const MAX_SCAN_BYTES: usize = 16 * 1024 * 1024;
/// Most bytes of values one commit may replace or remove (64 MiB): snapshots
/// and the feed need them whole.
pub const MAX_REPLACED_BYTES: usize = 64 * 1024 * 1024;
/// Most commits one call of [`Engine::changes`] returns.
pub const MAX_CHANGES: usize = 1_000;

/// What every call of an engine answers with.
pub type Result<T> = std::result::Result<T, Error>;

/// An ordered key-value store with snapshots, atomic commits and a feed.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// Where the engine stands: only what is durable counts.
    ///
    /// # Errors
    /// [`Error::Fatal`] once the engine has stopped writing, or is closed.
    async fn head(&self) -> Result<Head>;

    /// A handle on exactly the newest durable revision. It costs nothing to
    /// take; it fails with [`Error::SnapshotExpired`] when it is kept for
    /// longer than the engine keeps the older values it needs.
    ///
    /// # Errors
    /// [`Error::Fatal`] once the engine is closed. An engine that has only
    /// stopped writing still shows what is durable.
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>>;

    /// Applies all operations if all preconditions hold, or nothing. Commits
    /// are strictly serialisable in the order of their revisions. The
    /// revision is returned once the commit is durable and visible to new
    /// snapshots. Dropping the future does not undo a commit.
    ///
    /// # Errors
    /// [`Error::Conflict`] when a precondition does not hold,
    /// [`Error::TooLarge`], [`Error::Malformed`] and [`Error::Overflow`] for
    /// the commit itself, [`Error::Busy`] when the queue is full or a file
    /// cannot be opened just now, [`Error::NotApplied`] when the disk is full, [`Error::Unknown`] when
    /// it cannot be told whether the commit happened, [`Error::Fatal`].
    async fn commit(&self, commit: Commit) -> Result<u64>;

    /// Up to `limit` commits after `after`, each once, whole, in order and
    /// without gaps. Waits up to `wait` for the first one when there is none
    /// yet, and then answers with an empty list.
    ///
    /// # Errors
    /// [`Error::CursorUnknown`] for a cursor of another epoch or another
    /// history, [`Error::Compacted`] for one before the feed's horizon;
    /// [`Error::Busy`] when a file cannot be opened just now; [`Error::Fatal`]
    /// at once where it would wait and the engine stops or has stopped.
    async fn changes(
        &self,
        after: &Cursor,
        limit: usize,
        wait: std::time::Duration,
    ) -> Result<Vec<Change>>;
}

/// A consistent view: all gets and scans see exactly one revision.
#[async_trait]
pub trait Snapshot: Send + Sync {
    /// The revision that this snapshot shows.
    fn revision(&self) -> u64;

    /// The entries of `keys`, in their order.
    ///
    /// # Errors
    /// [`Error::SnapshotExpired`], [`Error::Damaged`], [`Error::Busy`] while
    /// the engine makes room after a full disk, [`Error::Fatal`].
    async fn get(&self, keys: &[Vec<u8>]) -> Result<Vec<Option<Entry>>>;

    /// Up to `limit` entries of `range` (and never more than
    /// [`MAX_SCAN_ENTRIES`]) in byte order of their keys, or in reverse. There
    /// may be fewer although the range goes on, once they amount to
    /// [`MAX_SCAN_BYTES`]: only [`Scan::more`] tells where it ends.
    ///
    /// # Errors
    /// As [`Snapshot::get`].
    async fn scan(&self, range: &Range, direction: Direction, limit: usize) -> Result<Scan>;
}

/// A page of a range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The entries, in the order of the scan.
    pub entries: Vec<(Vec<u8>, Entry)>,
    /// Whether entries may be left behind the last one of these; never after
    /// an empty page.
    pub more: bool,
}

impl Scan {
    /// What of `range` comes after this page; none at its end.
    #[must_use]
    pub fn rest(&self, range: &Range, direction: Direction) -> Option<Range> {
        let (last, _) = self.entries.last().filter(|_| self.more)?;
        Some(range.after(last, direction))
    }
}

/// Where an engine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// New at creation and after every restore: revisions of two epochs are
    /// not comparable.
    pub epoch: Uuid,
    /// Revision of the newest durable commit; 0 before the first.
    pub revision: u64,
    /// Oldest revision after which [`Engine::changes`] still answers.
    pub horizon: u64,
    /// The format of what is on disk.
    pub format: Format,
}

/// The marker that a directory or database carries, checked at open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Format that the newest commit was written in.
    pub format: u32,
    /// Oldest reader that understands it.
    pub min_reader: u32,
    /// Oldest writer that may change it.
    pub min_writer: u32,
}

/// A value and the revision of the commit that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Revision of the commit that wrote this value.
    pub revision: u64,
    /// The value as it was put; of a cell, its numbers as 8 bytes each,
    /// big-endian.
    pub value: Bytes,
}

/// Keys from `start` (inclusive) to `end` (exclusive; none: to the last key).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// First key.
    pub start: Vec<u8>,
    /// The key after the last one.
    pub end: Option<Vec<u8>>,
}

impl Range {
    /// All keys that begin with `prefix`.
    #[must_use]
    pub fn prefix(prefix: &[u8]) -> Self {
        Self { start: prefix.to_vec(), end: after_prefix(prefix) }
    }

    /// Whether `key` lies in the range.
    #[must_use]
    pub fn contains(&self, key: &[u8]) -> bool {
        key >= self.start.as_slice() && self.end.as_deref().is_none_or(|end| key < end)
    }

    /// The part that a scan has seen when it comes to `key`.
    #[must_use]
    pub fn upto(&self, key: &[u8], direction: Direction) -> Self {
        match direction {
            Direction::Forward => {
                Self { start: self.start.clone(), end: Some([key, &[0]].concat()) }
            }
            Direction::Reverse => Self { start: key.to_vec(), end: self.end.clone() },
        }
    }

    /// The part that a scan comes to after `key`.
    #[must_use]
    pub fn after(&self, key: &[u8], direction: Direction) -> Self {
        match direction {
            Direction::Forward => Self { start: [key, &[0]].concat(), end: self.end.clone() },
            Direction::Reverse => Self { start: self.start.clone(), end: Some(key.to_vec()) },
        }
    }
}

/// The first key that no longer begins with `prefix`: none after 0xFF….
#[must_use]
pub fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != 0xFF)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

/// Which way a scan goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Ascending byte order.
    Forward,
    /// Descending byte order, from the end of the range.
    Reverse,
}

/// What a key is for. Only records appear in the feed and in history. It stays
/// what it is for as long as the key is there: an operation of another class
/// is [`Error::Malformed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A record: the truth, with its history.
    Record,
    /// An index entry, which can be made again from records.
    Index,
    /// An aggregate cell, which can be made again from records.
    Cell,
    /// Bookkeeping: request ids, markers, keys.
    Internal,
}

/// One change of one key. A commit names a key at most once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Sets the key to the value.
    Put {
        /// What the key is for.
        class: Class,
        /// The key.
        key: Vec<u8>,
        /// The new value.
        value: Bytes,
    },
    /// Sets a key of [`Class::Index`] that is absent, as follows from the
    /// preconditions. Nobody looks, which spares a read of the disk: where it is there
    /// all the same, older snapshots may miss it. Debug builds look ([`Error::Malformed`]).
    Insert {
        /// The key.
        key: Vec<u8>,
        /// The value.
        value: Bytes,
    },
    /// Removes the key; nothing happens when it is absent.
    Delete {
        /// What the key is for.
        class: Class,
        /// The key.
        key: Vec<u8>,
    },
    /// Adds to the numbers of a cell (absent counts as zeros), exactly, also
    /// when many commits add at once.
    Add {
        /// The key of a [`Class::Cell`].
        key: Vec<u8>,
        /// What is added to each of its numbers; 1 to [`MAX_CELL_NUMBERS`], as
        /// many as the cell has.
        deltas: Vec<i64>,
    },
}

impl Operation {
    /// The key that is changed.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        match self {
            Self::Put { key, .. } | Self::Insert { key, .. } => key,
            Self::Delete { key, .. } | Self::Add { key, .. } => key,
        }
    }
}

/// What must be true for a commit to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// The key is absent.
    Absent(Vec<u8>),
    /// The key was last written at this revision, and is still there.
    At(Vec<u8>, u64),
}

/// Who did it, when, and how: it is kept with the commit for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Who: `system` for what Outlay does by itself.
    pub principal: String,
    /// Full name of the RPC (`outlay.v1.ProjectService/CreateProject`), or of
    /// the job.
    pub method: String,
    /// The caller's request id.
    pub request_id: Option<Uuid>,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub time_micros: i64,
    /// Address of the caller.
    pub peer: String,
    /// W3C trace id, 32 hexadecimal digits.
    pub trace_id: String,
    /// A remark: why a job did what it did.
    pub note: String,
}

/// All or nothing.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// Who, when and how.
    pub context: Context,
    /// What must hold.
    pub preconditions: Vec<Precondition>,
    /// What is done.
    pub operations: Vec<Operation>,
}

/// A place in the feed, told apart also after a restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Epoch in which the revision was read.
    pub epoch: Uuid,
    /// The last revision seen; 0 for the beginning.
    pub revision: u64,
    /// Chain hash of the frame that holds that revision, as [`Change`] told
    /// it; compared when given.
    pub chain: Option<[u8; 32]>,
}

/// One commit, as the feed tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its revision.
    pub revision: u64,
    /// Hash of the journal's chain up to and including the frame that holds
    /// this commit.
    pub chain: [u8; 32],
    /// Who, when and how.
    pub context: Context,
    /// The records it changed, in the order of the commit's operations.
    pub records: Vec<RecordChange>,
}

/// One record before and after a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordChange {
    /// Its key.
    pub key: Vec<u8>,
    /// Revision of the commit that wrote the value before; 0 where there was
    /// none. From one to the next, it leads back through a record's history.
    pub old_revision: u64,
    /// The value before.
    pub old: Value,
    /// The value after; never [`Value::Compacted`].
    pub new: Value,
}

/// A value in the feed and in history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// There is none: the record was created or deleted.
    Absent,
    /// It is here.
    Present(Bytes),
    /// It was taken out of history for good; only its hash is left.
    Purged,
    /// It was written before the feed's horizon, and went with that commit.
    Compacted,
}

impl Value {
    /// The value, if it is here.
    #[must_use]
    pub fn present(&self) -> Option<&[u8]> {
        match self {
            Self::Present(bytes) => Some(bytes),
            Self::Absent | Self::Purged | Self::Compacted => None,
        }
    }
}
