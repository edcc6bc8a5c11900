//! What can go wrong, in the domain's words.
//!
//! An error is made where it happens, with a message for the caller that says
//! what to do, and with its cause kept for the log. It knows nothing of gRPC:
//! `service/status.rs` makes the status, once, by an exhaustive match.

use std::error::Error as StdError;

pub use outlay_proto::validate::{Reason, Violation, Violations};

/// What calls of the server's own layers answer with.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields are bad; all that were found.
    #[error("the request has bad fields")]
    Fields(Violations),
    /// The request id was used with another request.
    #[error("the request id was used with another request: use a new one")]
    RequestIdReused,
    /// The page token isn't one of ours for these arguments.
    #[error("the page token {0}: start again without a token")]
    PageToken(&'static str),
    /// There is no such record.
    #[error("there is no {name}")]
    NotFound {
        /// Its resource name.
        name: String,
    },
    /// The record was created later.
    #[error("there was no {name} at revision {asked}: it was created in revision {created}")]
    NotYet {
        /// Its resource name.
        name: String,
        /// The revision that was asked for.
        asked: u64,
        /// The revision in which it was created.
        created: u64,
    },
    /// A record that was there was erased.
    #[error("{name} was purged meanwhile: what this request made of it isn't there any more")]
    Purged {
        /// Its resource name.
        name: String,
    },
    /// A version of a record was there and is kept no longer.
    #[error("what {name} was at revision {revision} {why}")]
    VersionGone {
        /// Its resource name.
        name: String,
        /// The revision of the version.
        revision: u64,
        /// What became of it: `was purged`.
        why: &'static str,
    },
    /// A record with this name exists.
    #[error("{name} exists already: {}", instead(name))]
    Exists {
        /// Its resource name.
        name: String,
    },
    /// A record with this name was erased, but not wholly.
    #[error("{name} is just being purged: try again when that has ended, or choose another id")]
    BeingPurged {
        /// Its resource name.
        name: String,
    },
    /// Another record has this unique code.
    #[error("the {what} {code} belongs to {holder} already")]
    CodeTaken {
        /// What kind of code: `project code`.
        what: &'static str,
        /// The code.
        code: String,
        /// Resource name of the record that has it.
        holder: String,
    },
    /// The record's state doesn't allow the action.
    #[error("{name} is {state}: it can't {action}; {}", needed.join("; "))]
    Transition {
        /// Resource name.
        name: String,
        /// Present state.
        state: &'static str,
        /// What was asked for, as a verb: `advance to STARTED`.
        action: String,
        /// What would be needed, each a clause.
        needed: Vec<String>,
    },
    /// The record, or what it belongs to, doesn't allow it, for a reason of its
    /// own.
    #[error("{name}: {why}")]
    Refused {
        /// Resource name.
        name: String,
        /// The reason on the wire.
        reason: Reason,
        /// Why, and what to do.
        why: String,
    },
    /// The record is deleted.
    #[error("{name} is deleted: undelete it first")]
    Deleted {
        /// Resource name.
        name: String,
    },
    /// The record isn't deleted.
    #[error("{name} isn't deleted")]
    NotDeleted {
        /// Resource name.
        name: String,
    },
    /// Only what is deleted can be erased.
    #[error("{name} isn't deleted: delete it first, and then purge it")]
    NotDeletedYet {
        /// Resource name.
        name: String,
    },
    /// What the record names was erased.
    #[error("{name} names {reference}, which was purged: create that anew first")]
    ReferencePurged {
        /// Resource name.
        name: String,
        /// Resource name of what is gone.
        reference: String,
    },
    /// The record was merged into another one.
    #[error("{name} was merged into {into}: go on with that one")]
    Merged {
        /// Resource name.
        name: String,
        /// The other one's.
        into: String,
    },
    /// Other records name the record.
    #[error("{name} is named by {count} other records: change or delete them first")]
    InUse {
        /// Resource name.
        name: String,
        /// How often it is named.
        count: i64,
    },
    /// The month is closed for a region.
    #[error("{name} is closed for {region} on {level}: reopen it there first")]
    PeriodClosed {
        /// Resource name of the reporting period.
        name: String,
        /// Resource name of the region of the closing.
        region: String,
        /// The level of the closing.
        level: &'static str,
    },
    /// The month isn't closed for a region.
    #[error("{name} isn't closed for {region} on {level}, so it can't be reopened there")]
    PeriodNotClosed {
        /// Resource name of the reporting period.
        name: String,
        /// Resource name of the region.
        region: String,
        /// The level.
        level: &'static str,
    },
    /// The month isn't over.
    #[error("the month of {name} ends on {last_day}: it can be closed after that day")]
    PeriodNotEnded {
        /// Resource name of the reporting period.
        name: String,
        /// Its last day.
        last_day: String,
    },
    /// The record was changed since it was read.
    #[error("{name} was changed since it was read: read it again and decide anew")]
    EtagMismatch {
        /// Resource name.
        name: String,
    },
    /// Others changed the same records at the same time, several times.
    #[error("others are changing the same records: try again")]
    Conflict,
    /// The demonstration was to be loaded among somebody's own records.
    #[error(
        "the directory holds records of its own, and the demonstration's can't be taken out \
         again: leave --demo out, or choose an empty directory with --data"
    )]
    NotEmpty,
    /// Too much is going on.
    #[error("the server has too much to do: try again later")]
    Overloaded,
    /// A stream sent nothing for too long.
    #[error("the stream sent nothing for {seconds} seconds and was ended: begin it again")]
    Idle {
        /// The longest that it may send nothing.
        seconds: u64,
    },
    /// The revision that was asked for isn't there yet.
    #[error("revision {asked} isn't reached yet: the newest is {newest}")]
    RevisionNotReached {
        /// What the caller wants at least.
        asked: u64,
        /// The newest there is.
        newest: u64,
    },
    /// The change is larger than one commit may be.
    #[error("the change is too large: {0}")]
    TooLarge(String),
    /// A query would read too much.
    #[error("the query is too wide: {0}")]
    TooWide(String),
    /// The disk is full.
    #[error("the disk is full: nothing was changed")]
    DiskFull,
    /// The server was started to be read only, and why.
    #[error("the server takes no changes: {0}")]
    ReadOnly(String),
    /// It isn't known whether the change happened.
    #[error("it isn't known whether the change happened: repeat it with the same request id")]
    OutcomeUnknown,
    /// What is stored is damaged.
    #[error("what is stored is damaged: an administrator must look")]
    Damaged(#[source] Box<dyn StdError + Send + Sync>),
    /// A fault of the server.
    #[error("the server failed")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// One bad field.
    #[must_use]
    pub fn field(field: &str, reason: Reason, description: impl Into<String>) -> Self {
        let mut violations = Violations::new();
        violations.add(field, reason, description);
        Self::Fields(violations)
    }

    /// A fault of the server that is no error of another library.
    #[must_use]
    pub fn internal(what: impl Into<String>) -> Self {
        Self::Internal(what.into().into())
    }
}

/// What to do in place of a creation.
fn instead(name: &str) -> &'static str {
    if name.starts_with("observations/") {
        return "give it its next value with PublishObservation";
    }
    "choose another id, or update it"
}

/// `Ok` where nothing was found.
///
/// # Errors
/// [`Error::Fields`] where something was.
pub fn none_of(violations: Violations) -> Result<()> {
    if violations.is_empty() { Ok(()) } else { Err(Error::Fields(violations)) }
}
