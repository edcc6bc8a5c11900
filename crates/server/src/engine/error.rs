//! What can go wrong in an engine, in words that name the next step.

use std::error::Error as StdError;

/// Why an engine did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A precondition did not hold; nothing was changed. Read again and decide
    /// anew.
    #[error("a precondition of the commit does not hold any more")]
    Conflict {
        /// The key whose precondition failed.
        key: Vec<u8>,
    },
    /// The commit is over a limit; nothing was changed.
    #[error("the commit has {actual} {unit}, and the limit is {limit}")]
    TooLarge {
        /// What is counted: operations, preconditions, bytes (of keys and
        /// values), bytes of context or bytes of replaced values.
        unit: &'static str,
        /// How many there are.
        actual: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The commit contradicts itself or what is there: a key twice, an empty or
    /// over-long key, a key of another class, an `Add` on a value that is no
    /// cell. Nothing was changed.
    #[error("the commit is malformed: {0}")]
    Malformed(&'static str),
    /// An `Add` would leave the range of 64-bit integers; nothing was changed.
    #[error("adding to the cell would overflow 64 bits")]
    Overflow {
        /// The cell.
        key: Vec<u8>,
    },
    /// Too much is going on: the queue of commits is full, no file can be
    /// opened, or the engine makes room after a full disk. Nothing was changed.
    /// Try again soon.
    #[error("the store is busy: try again soon")]
    Busy,
    /// The disk is full; nothing was changed. Writes come back by themselves
    /// once there is space.
    #[error("the disk is full: nothing was written")]
    NotApplied,
    /// It cannot be told whether the commit happened: read the request id.
    #[error("it is not known whether the commit happened")]
    Unknown,
    /// The snapshot was kept too long. Take a new one.
    #[error("the snapshot has expired")]
    SnapshotExpired,
    /// The cursor belongs to another epoch or another history.
    #[error("the cursor does not belong to this history")]
    CursorUnknown,
    /// The feed no longer goes back that far.
    #[error("changes before revision {oldest} are no longer in the feed")]
    Compacted {
        /// The oldest revision after which the feed answers.
        oldest: u64,
    },
    /// The engine was opened to be read only; nothing was changed.
    #[error("the store was opened to be read only: {0}")]
    ReadOnly(String),
    /// Values cannot be purged; nothing was changed.
    #[error("nothing was purged: {why}")]
    Unpurgeable {
        /// The key that stands against it, if one does.
        key: Option<Vec<u8>>,
        /// Why not, and what to do.
        why: &'static str,
    },
    /// What was read is damaged.
    #[error("{file} is damaged at offset {offset} (revision {revision}): {what}")]
    Damaged {
        /// The file, or the tree, that is damaged.
        file: String,
        /// Where in it, in bytes.
        offset: u64,
        /// Newest revision that is known to be good.
        revision: u64,
        /// What was found, and what to do.
        what: String,
    },
    /// The directory cannot be opened; nothing in it was changed.
    #[error("{0}")]
    Refused(String),
    /// The engine has stopped for good; the process must be started again.
    #[error("the store has stopped: {what}")]
    Fatal {
        /// What happened.
        what: String,
        /// The error beneath.
        #[source]
        cause: Option<Box<dyn StdError + Send + Sync>>,
    },
}

impl Error {
    /// The same error for one more who waits for the same thing.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Busy => Self::Busy,
            Self::NotApplied => Self::NotApplied,
            Self::Damaged { file, offset, revision, what } => Self::Damaged {
                file: file.clone(),
                offset: *offset,
                revision: *revision,
                what: what.clone(),
            },
            Self::Refused(what) => Self::Refused(what.clone()),
            Self::ReadOnly(why) => Self::ReadOnly(why.clone()),
            Self::Fatal { what, .. } => Self::Fatal { what: what.clone(), cause: None },
            error => Self::Fatal { what: error.to_string(), cause: None },
        }
    }
}
