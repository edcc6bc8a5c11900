//! Request ids: a request that is sent again gets the first answer.
//!
//! What is kept is the request's hash and which record it changed; the answer
//! is rebuilt from that record's history. It is written in the same commit as
//! the change, so there is no change without it.

use std::time::Duration;

use bytes::Bytes;
use minicbor::{Decode, Encode};

use super::Store;
use super::call::Call;
use super::key::{Key, Table};
use super::reader::Reader;
use super::record::{Record, Stored};
use super::transaction::Transaction;
use crate::domain::id::Id;
use crate::domain::kind;
use crate::engine::{Class, Direction, Entry, MAX_SCAN_ENTRIES, Operation, Precondition, Range};
use crate::error::{Error, Result};

/// What is remembered of a request.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Remembered {
    /// BLAKE3 of the request.
    #[cbor(n(0), with = "minicbor::bytes")]
    payload: [u8; 32],
    /// Id of the record it changed.
    #[n(1)]
    id: Id,
    /// When, in microseconds since 1970.
    #[n(2)]
    time_micros: i64,
    /// Revision of the answer, where the request changed nothing.
    #[n(3)]
    unchanged: Option<u64>,
}

impl Remembered {
    fn read(entry: &Entry) -> Result<Self> {
        minicbor::decode(&entry.value).map_err(|error| Error::Damaged(error.to_string().into()))
    }

    fn expired(&self, call: &Call, retention: Duration) -> bool {
        let age = call.now.micros().saturating_sub(self.time_micros);
        u128::try_from(age).is_ok_and(|age| age > retention.as_micros())
    }
}

fn key(call: &Call) -> Option<Vec<u8>> {
    let id = call.request_id?;
    let key = Key::new(Table::Request).text(&call.principal).text(&call.method);
    Some(key.last(id.as_bytes()))
}

/// A request that was seen before.
pub(super) struct Seen {
    /// Id of the record that it was answered with.
    pub(super) id: Id,
    /// Revision of the answer.
    pub(super) revision: u64,
    /// Whether it wrote anything.
    pub(super) changed: bool,
}

/// The first answer, where the request was seen before.
///
/// # Errors
/// [`Error::RequestIdReused`] for another request with the same id.
pub(super) async fn replay<R: Record>(reader: &Reader, call: &Call) -> Result<Option<Stored<R>>> {
    match seen(reader, call).await? {
        Some(seen) => first_answer(reader, &seen).await.map(Some),
        None => Ok(None),
    }
}

/// The record that a request was answered with, as it was then. What was erased
/// since isn't shown again, also where another now has its id.
///
/// # Errors
/// [`Error::Purged`]; [`Error::VersionGone`].
pub(super) async fn first_answer<R: Record>(reader: &Reader, seen: &Seen) -> Result<Stored<R>> {
    let purged = || Error::Purged { name: kind::name(R::KIND, &seen.id) };
    match reader.get_at::<R>(&seen.id, seen.revision).await {
        Err(Error::NotFound { .. } | Error::NotYet { .. }) => Err(purged()),
        answer => answer,
    }
}

/// Whether the request was seen before.
///
/// # Errors
/// [`Error::RequestIdReused`] for another request with the same id.
pub(super) async fn seen(reader: &Reader, call: &Call) -> Result<Option<Seen>> {
    let Some(key) = key(call) else {
        return Ok(None);
    };
    let Some(entry) = reader.entry(key).await? else {
        return Ok(None);
    };
    let remembered = Remembered::read(&entry)?;
    if remembered.expired(call, reader.inner.options.request_id_retention) {
        return Ok(None);
    }
    if remembered.payload != call.payload {
        return Err(Error::RequestIdReused);
    }
    let (changed, revision) = match remembered.unchanged {
        Some(revision) => (false, revision),
        None => (true, entry.revision),
    };
    Ok(Some(Seen { id: remembered.id, revision, changed }))
}

/// Adds to a transaction that its request was answered with the record `id`; as
/// it is at the revision `now` where the transaction changes nothing.
pub(super) async fn remember(
    transaction: &mut Transaction,
    call: &Call,
    id: &Id,
    now: u64,
) -> Result<()> {
    let Some(key) = key(call) else { return Ok(()) };
    // A request id that has expired is still there until the job has come by.
    let before = transaction.reader.entry(key.clone()).await?;
    transaction.require(match before {
        Some(entry) => Precondition::At(key.clone(), entry.revision),
        None => Precondition::Absent(key.clone()),
    });
    let remembered = Remembered {
        payload: call.payload,
        id: id.clone(),
        time_micros: call.now.micros(),
        unchanged: transaction.is_empty().then_some(now),
    };
    let value =
        minicbor::to_vec(&remembered).map_err(|error| Error::internal(error.to_string()))?;
    transaction.put_internal(key, Bytes::from(value));
    Ok(())
}

impl Store {
    /// Forgets the request ids that have expired, as an ordinary commit of the
    /// principal in `call`; answers how many they were.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn forget_requests(&self, call: &Call) -> Result<usize> {
        let mut range = Range::prefix(&Key::new(Table::Request).done());
        let retention = self.inner.options.request_id_retention;
        let mut forgotten = 0;
        loop {
            let reader = self.reader().await?;
            let page = reader.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
            let rest = page.rest(&range, Direction::Forward);
            let mut commit = Transaction::new(reader, call).into_commit()?;
            for (key, entry) in page.entries {
                if Remembered::read(&entry)?.expired(call, retention) {
                    commit.preconditions.push(Precondition::At(key.clone(), entry.revision));
                    commit.operations.push(Operation::Delete { class: Class::Internal, key });
                }
            }
            forgotten += commit.operations.len();
            if !commit.operations.is_empty() {
                self.inner.engine.commit(commit).await?;
            }
            match rest {
                Some(rest) => range = rest,
                None => return Ok(forgotten),
            }
        }
    }
}
