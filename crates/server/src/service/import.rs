//! Imports: rows come in batches, and each batch is acknowledged by its number.
//! A row is found by what it is of, so a second run finds everything as it
//! should be and writes nothing.
//!
//! A batch is one commit, or as few as hold it; an import that is all or nothing
//! is one commit as a whole.

pub(super) mod row;

use std::collections::HashSet;
use std::time::Duration;

use outlay_proto::v1;
use outlay_proto::v1::ImportOutcome;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use crate::access::Caller;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::error::{Error, Reason, Result, Violations, none_of};
use crate::service::admit;
use crate::service::standard::Standard;
use crate::service::status::status;
use crate::store::Known;
use crate::store::change::MAX_ATTEMPTS;
use crate::store::transaction::Transaction;
use row::Rows;

/// Most rows of a batch, and of an import that is all or nothing.
const MAX_ROWS: usize = 1_000;
/// Longest time that an import may send nothing: its place is wanted by others.
const IDLE: Duration = Duration::from_secs(60);
/// Answers that wait for a slow client before the import waits too.
const ANSWERS_AHEAD: usize = 4;

type Answer<I> = std::result::Result<<I as Import>::Response, Status>;

/// What is imported: its messages, and what becomes of its rows.
pub(super) trait Import: Send + Sync + Sized + 'static {
    /// What is sent.
    type Request: Send + 'static;
    /// What is answered.
    type Response: Send + 'static;
    /// A row.
    type Row: Send + Sync;
    /// Whether its records form trees. Two changes of one tree always conflict,
    /// so such imports stand in line.
    const IS_TREE: bool;

    /// Reads what the first message says besides its batch.
    fn begin(first: &Self::Request, v: &mut Violations) -> Self;

    /// Whether a message says what only the first one may, by field.
    fn strays(later: &Self::Request) -> Vec<(&'static str, bool)>;

    /// The batch of a message.
    fn batch(request: Self::Request) -> Batch<Self::Row>;

    /// The answer to a batch.
    fn response(sequence: i64, results: Vec<v1::ImportResult>, revision: i64) -> Self::Response;

    /// Stages rows, from the first on: all of them, or as many as fill a commit.
    fn stage(
        &self,
        rows: &mut Rows<'_>,
        batch: &[Self::Row],
    ) -> impl Future<Output = Result<Vec<v1::ImportResult>>> + Send;
}

/// What every message of an import has.
pub(super) struct Batch<R> {
    /// How to import.
    pub(super) options: Option<v1::ImportOptions>,
    /// Its number.
    pub(super) sequence: i64,
    /// The rows.
    pub(super) rows: Vec<R>,
}

/// Starts an import; its answers come as its batches are done.
pub(super) fn run<I: Import>(
    standard: Standard,
    caller: Caller,
    requests: Streaming<I::Request>,
) -> ReceiverStream<Answer<I>> {
    let (answers, stream) = mpsc::channel(ANSWERS_AHEAD);
    tokio::spawn(async move {
        if let Err(error) = serve::<I>(standard, caller, requests, &answers).await {
            // Where the client is gone there is nobody to tell.
            let _gone = answers.send(Err(error)).await;
        }
    });
    ReceiverStream::new(stream)
}

async fn serve<I: Import>(
    standard: Standard,
    caller: Caller,
    mut requests: Streaming<I::Request>,
    answers: &mpsc::Sender<Answer<I>>,
) -> std::result::Result<(), Status> {
    let mut running: Option<Running<I>> = None;
    loop {
        let next = timeout(IDLE, requests.message()).await;
        let next = next.map_err(|_| status(Error::Idle { seconds: IDLE.as_secs() }))?;
        let Some(request) = next? else { break };
        let (import, batch) = match running.take() {
            Some(import) => {
                let batch = import.further(request).map_err(status)?;
                (running.insert(import), batch)
            }
            None => {
                let (import, batch) =
                    Running::begin(standard.clone(), caller.clone(), request).map_err(status)?;
                (running.insert(import), batch)
            }
        };
        if !import.take(batch, answers).await? {
            return Ok(());
        }
    }
    match running {
        Some(mut import) => import.finish(answers).await,
        None => Ok(()),
    }
}

/// An import whose first message has come.
struct Running<I: Import> {
    import: I,
    standard: Standard,
    caller: Caller,
    options: v1::ImportOptions,
    /// Number of the last batch.
    sequence: i64,
    /// Batches of an import that is all or nothing, until its end: number and
    /// count of rows of each, and the rows of all.
    held: (Vec<(i64, usize)>, Vec<I::Row>),
    /// What the batches of a dry run would have written so far.
    pretended: Option<Transaction>,
}

/// What became of rows: a result of each, and the revision after them.
type Written = (Vec<v1::ImportResult>, i64);

impl<I: Import> Running<I> {
    fn begin(
        standard: Standard,
        caller: Caller,
        first: I::Request,
    ) -> Result<(Self, Batch<I::Row>)> {
        let mut v = Violations::new();
        let import = I::begin(&first, &mut v);
        let batch = I::batch(first);
        check(&batch, 1, v)?;
        let options = batch.options.unwrap_or_default();
        let held = (Vec::new(), Vec::new());
        let running =
            Self { import, standard, caller, options, sequence: 0, held, pretended: None };
        Ok((running, batch))
    }

    /// The batch of a message that isn't the first.
    fn further(&self, request: I::Request) -> Result<Batch<I::Row>> {
        let mut v = Violations::new();
        for (field, _) in I::strays(&request).into_iter().filter(|(_, stands)| *stands) {
            v.add(field, Reason::FieldContradiction, "may stand only in the first message");
        }
        let batch = I::batch(request);
        check(&batch, self.sequence + 1, v)?;
        Ok(batch)
    }

    /// Writes a batch, or keeps it for the end; whether there is anybody left to
    /// be answered.
    async fn take(
        &mut self,
        batch: Batch<I::Row>,
        answers: &mpsc::Sender<Answer<I>>,
    ) -> std::result::Result<bool, Status> {
        self.sequence = batch.sequence;
        if self.options.all_or_nothing {
            self.hold(batch).map_err(status)?;
            return Ok(true);
        }
        let (results, revision) = self.write(&batch.rows).await.map_err(status)?;
        let answer = I::response(batch.sequence, results, revision);
        Ok(answers.send(Ok(answer)).await.is_ok())
    }

    fn hold(&mut self, batch: Batch<I::Row>) -> Result<()> {
        let (batches, rows) = &mut self.held;
        if rows.len() + batch.rows.len() > MAX_ROWS {
            return Err(Error::TooLarge(format!(
                "an import that is all or nothing has at most {MAX_ROWS} rows: \
                 split the file, or let good rows be kept"
            )));
        }
        batches.push((batch.sequence, batch.rows.len()));
        rows.extend(batch.rows);
        Ok(())
    }

    /// Writes what was held, where there is any.
    async fn finish(
        &mut self,
        answers: &mpsc::Sender<Answer<I>>,
    ) -> std::result::Result<(), Status> {
        let (batches, rows) = std::mem::take(&mut self.held);
        if batches.is_empty() {
            return Ok(());
        }
        let (mut results, revision) = self.write(&rows).await.map_err(status)?;
        let refused = results.iter().filter(|result| is_refused(result)).count();
        for (sequence, count) in batches {
            let rest = results.split_off(count.min(results.len()));
            let answer = I::response(sequence, std::mem::replace(&mut results, rest), revision);
            if answers.send(Ok(answer)).await.is_err() {
                return Ok(());
            }
        }
        if refused > 0 {
            let text = format!(
                "{refused} rows were refused, and so none was written: mend them and send all again"
            );
            return Err(status(Error::field("rows", Reason::FieldsInvalid, text)));
        }
        Ok(())
    }

    /// Writes rows in as few commits as hold them.
    async fn write(&mut self, rows: &[I::Row]) -> Result<Written> {
        let store = self.standard.store.clone();
        let _turn = if I::IS_TREE { Some(store.turn().await) } else { None };
        let mut results = Vec::with_capacity(rows.len());
        let mut seen = HashSet::new();
        loop {
            let revision;
            let before = results.len();
            (results, revision) = self.write_some(rows, results, &mut seen).await?;
            if results.len() == rows.len() {
                return Ok((results, revision));
            }
            if results.len() == before {
                return Err(Error::internal("of rows that are left, one at least is staged"));
            }
        }
    }

    /// Writes the rows that have no result yet in one commit, or the first of
    /// them that fill it.
    async fn write_some(
        &mut self,
        rows: &[I::Row],
        mut results: Vec<v1::ImportResult>,
        seen: &mut HashSet<(Kind, Id)>,
    ) -> Result<Written> {
        let rest = rows.get(results.len()..).unwrap_or_default();
        let mut attempt = 0;
        let (more, revision) = loop {
            attempt += 1;
            let mut trial = seen.clone();
            match self.try_write(rest, &mut trial).await {
                Err(Error::Conflict) if attempt < MAX_ATTEMPTS => {
                    self.standard.store.pause(attempt).await;
                }
                result => {
                    *seen = trial;
                    break result?;
                }
            }
        };
        results.extend(more);
        Ok((results, revision))
    }

    async fn try_write(
        &mut self,
        batch: &[I::Row],
        seen: &mut HashSet<(Kind, Id)>,
    ) -> Result<Written> {
        let store = &self.standard.store;
        let call = admit::call(store, self.caller.clone())?;
        let reader = store.reader().await?;
        let mut known = Known::of(&reader).await?;
        let revision = reader.revision();
        let mut transaction = match self.pretended.take() {
            Some(mut pretended) => {
                pretended.pretend(reader);
                pretended
            }
            None => Transaction::new(reader, &call),
        };
        let whole = self.options.all_or_nothing;
        let mut rows = Rows::new(&self.standard, &mut transaction, &mut known, &call, seen, whole);
        let results = self.import.stage(&mut rows, batch).await?;
        let spoilt = whole && results.iter().any(is_refused);
        let written = if self.options.validate_only {
            self.pretended = Some(transaction);
            revision
        } else if !transaction.is_empty() && !spoilt {
            store.commit(transaction).await?
        } else {
            revision
        };
        Ok((results, i64::try_from(written).unwrap_or(i64::MAX)))
    }
}

/// Checks a batch but not its rows.
fn check<R>(batch: &Batch<R>, due: i64, mut v: Violations) -> Result<()> {
    if batch.sequence != due {
        let text = format!("is {}: the next batch is number {due}", batch.sequence);
        v.add("sequence", Reason::FieldOutOfRange, text);
    }
    if batch.rows.len() > MAX_ROWS {
        let text = format!("has {} items: at most {MAX_ROWS} are allowed", batch.rows.len());
        v.add("rows", Reason::FieldTooLong, text);
    }
    none_of(v)
}

fn is_refused(result: &v1::ImportResult) -> bool {
    result.outcome == ImportOutcome::Refused as i32
}
