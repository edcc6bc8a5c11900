//! `ImportReferences`: rows come in batches; each batch is one commit, and is
//! acknowledged by its number. A row is found by its name or its code, so a
//! second run finds everything as it should be and writes nothing.

mod row;

use std::time::Duration;

use outlay_proto::v1;
use outlay_proto::v1::ImportOutcome;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use crate::access::Caller;
use crate::error::{Error, Reason, Result, Violations, none_of};
use crate::service::admit;
use crate::service::status::status;
use crate::store::change::MAX_ATTEMPTS;
use crate::store::transaction::Transaction;
use crate::store::{Known, Store};
use row::Rows;

/// Most rows of an import that is all or nothing: they are one commit.
const MAX_ATOMIC_ROWS: usize = 1_000;
/// Longest time that an import may send nothing: its place is wanted by others.
const IDLE: Duration = Duration::from_secs(60);
/// Answers that wait for a slow client before the import waits too.
const ANSWERS_AHEAD: usize = 4;

type Answer = std::result::Result<v1::ImportReferencesResponse, Status>;

/// Starts an import; its answers come as its batches are done.
pub(super) fn run(
    store: Store,
    caller: Caller,
    batches: Streaming<v1::ImportReferencesRequest>,
) -> ReceiverStream<Answer> {
    let (answers, stream) = mpsc::channel(ANSWERS_AHEAD);
    tokio::spawn(async move {
        let mut import =
            Import { store, caller, options: None, sequence: 0, held: Vec::new(), pretended: None };
        if let Err(error) = import.serve(batches, &answers).await {
            // Where the client is gone there is nobody to tell.
            let _gone = answers.send(Err(error)).await;
        }
    });
    ReceiverStream::new(stream)
}

struct Import {
    store: Store,
    caller: Caller,
    options: Option<v1::ImportOptions>,
    sequence: i64,
    /// Batches of an import that is all or nothing, until its end.
    held: Vec<v1::ImportReferencesRequest>,
    /// What the batches of a dry run would have written so far.
    pretended: Option<Transaction>,
}

impl Import {
    async fn serve(
        &mut self,
        mut batches: Streaming<v1::ImportReferencesRequest>,
        answers: &mpsc::Sender<Answer>,
    ) -> std::result::Result<(), Status> {
        loop {
            let next = timeout(IDLE, batches.message()).await;
            let next = next.map_err(|_| status(Error::Idle { seconds: IDLE.as_secs() }))?;
            let Some(batch) = next? else { break };
            self.accept(&batch).map_err(status)?;
            if self.options().all_or_nothing {
                self.hold(batch).map_err(status)?;
                continue;
            }
            let (mut results, revision) = self.write(&[&batch]).await.map_err(status)?;
            let results = results.pop().unwrap_or_default();
            let answer =
                v1::ImportReferencesResponse { sequence: batch.sequence, results, revision };
            if answers.send(Ok(answer)).await.is_err() {
                return Ok(());
            }
        }
        self.finish(answers).await
    }

    /// Writes what was held, where there is any.
    async fn finish(&mut self, answers: &mpsc::Sender<Answer>) -> std::result::Result<(), Status> {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return Ok(());
        }
        let batches: Vec<_> = held.iter().collect();
        let (results, revision) = self.write(&batches).await.map_err(status)?;
        let mut refused = 0;
        for (batch, results) in held.iter().zip(results) {
            refused += results.iter().filter(|result| is_refused(result)).count();
            let answer =
                v1::ImportReferencesResponse { sequence: batch.sequence, results, revision };
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

    fn options(&self) -> v1::ImportOptions {
        self.options.unwrap_or_default()
    }

    /// Checks a batch but not its rows.
    fn accept(&mut self, batch: &v1::ImportReferencesRequest) -> Result<()> {
        let mut v = Violations::new();
        if self.sequence > 0 && batch.options.is_some() {
            v.add("options", Reason::FieldContradiction, "may stand only in the first message");
        }
        if batch.sequence != self.sequence + 1 {
            let text =
                format!("is {}: the next batch is number {}", batch.sequence, self.sequence + 1);
            v.add("sequence", Reason::FieldOutOfRange, text);
        }
        if batch.rows.len() > MAX_ATOMIC_ROWS {
            let text =
                format!("has {} items: at most {MAX_ATOMIC_ROWS} are allowed", batch.rows.len());
            v.add("rows", Reason::FieldTooLong, text);
        }
        none_of(v)?;
        self.sequence = batch.sequence;
        self.options = self.options.or(batch.options);
        Ok(())
    }

    fn hold(&mut self, batch: v1::ImportReferencesRequest) -> Result<()> {
        let rows: usize = self.held.iter().map(|batch| batch.rows.len()).sum();
        if rows + batch.rows.len() > MAX_ATOMIC_ROWS {
            return Err(Error::TooLarge(format!(
                "an import that is all or nothing has at most {MAX_ATOMIC_ROWS} rows: \
                 split the file, or let good rows be kept"
            )));
        }
        self.held.push(batch);
        Ok(())
    }

    /// Writes batches in one commit; the results of each, and the revision.
    async fn write(
        &mut self,
        batches: &[&v1::ImportReferencesRequest],
    ) -> Result<(Vec<Vec<v1::ImportResult>>, i64)> {
        let store = self.store.clone();
        let _turn = store.turn().await;
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.try_write(batches).await {
                Err(Error::Conflict) if attempt < MAX_ATTEMPTS => store.pause(attempt).await,
                result => return result,
            }
        }
    }

    async fn try_write(
        &mut self,
        batches: &[&v1::ImportReferencesRequest],
    ) -> Result<(Vec<Vec<v1::ImportResult>>, i64)> {
        let call = admit::call(&self.store, self.caller.clone())?;
        let reader = self.store.reader().await?;
        let known = Known::of(&reader).await?;
        let revision = reader.revision();
        let mut transaction = match self.pretended.take() {
            Some(mut pretended) => {
                pretended.pretend(reader);
                pretended
            }
            None => Transaction::new(reader, &call),
        };
        let mut rows = Rows::new(&mut transaction, &known, &call);
        let mut all = Vec::with_capacity(batches.len());
        for batch in batches {
            let mut results = Vec::with_capacity(batch.rows.len());
            for row in &batch.rows {
                results.push(rows.import(row).await?);
            }
            all.push(results);
        }
        let options = self.options();
        let spoilt = options.all_or_nothing && all.iter().flatten().any(is_refused);
        if options.validate_only {
            self.pretended = Some(transaction);
        } else if !transaction.is_empty() && !spoilt {
            let revision = self.store.commit(transaction).await?;
            return Ok((all, i64::try_from(revision).unwrap_or(i64::MAX)));
        }
        Ok((all, i64::try_from(revision).unwrap_or(i64::MAX)))
    }
}

fn is_refused(result: &v1::ImportResult) -> bool {
    result.outcome == ImportOutcome::Refused as i32
}
