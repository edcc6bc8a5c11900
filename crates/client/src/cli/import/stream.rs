//! The stream that carries batches of rows there and outcomes back.

use std::collections::VecDeque;
use std::io::Write;
use std::time::Duration;

use outlay_proto::v1::{ImportOptions, ImportResult};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status, Streaming};

use super::carrier::Carrier;
use super::report::Report;
use super::{Row, Source};
use crate::Client;
use crate::cli::fault::{Fault, Repeat};
use crate::cli::in_time;
use crate::client::NoDeadline;
use crate::error::Error;

/// Batches that are sent and not yet answered.
const WINDOW: usize = 4;

/// A stream to be.
pub(super) struct Stream<'a, C> {
    /// The RPC.
    pub(super) carrier: C,
    /// The client.
    pub(super) client: Client,
    /// Its server.
    pub(super) server: &'a str,
    /// Longest time to wait for an answer.
    pub(super) timeout: Duration,
}

/// A batch that isn't answered yet.
struct Pending {
    sequence: i64,
    /// Lines of its rows.
    lines: Vec<u64>,
}

impl<C: Carrier> Stream<'_, C> {
    /// Sends every batch and takes in what becomes of its rows.
    pub(super) async fn run(
        &self,
        mut source: Source<'_, C>,
        options: ImportOptions,
        report: &mut Report,
        progress: &mut (dyn Write + Send),
    ) -> Result<(), Fault> {
        // An import that is written as a whole is answered at its end only, so
        // all of its batches must fit; none has less than a row.
        let window = if options.all_or_nothing { super::MAX_ALL_OR_NOTHING } else { WINDOW };
        let (sender, receiver) = mpsc::channel(window);
        let mut sender = Some(sender);
        let mut unopened = Some(receiver);
        let mut answers = None;
        let mut pending = VecDeque::new();
        let mut sequence = 0;
        let mut failed = Ok(());
        loop {
            while pending.len() < window
                && let Some(open) = &sender
            {
                let rows = source.next(report).unwrap_or_else(|fault| {
                    // What was sent before is answered all the same.
                    failed = Err(fault);
                    Vec::new()
                });
                if rows.is_empty() {
                    sender = None;
                    break;
                }
                sequence += 1;
                let options = (sequence == 1).then_some(options);
                let (batch, request) = self.batch(sequence, rows, options);
                pending.push_back(batch);
                if open.send(request).await.is_err() {
                    // The server has ended the stream; its answer says why.
                    sender = None;
                }
            }
            if sequence == 0 {
                return failed;
            }
            if let Some(receiver) = unopened.take() {
                answers = Some(self.open(receiver).await?);
            }
            let Some(answer) = self.next(answers.as_mut()).await? else {
                break;
            };
            self.take(&mut pending, C::answer(answer), report)?;
            write!(progress, "\r{} rows", report.total())?;
            progress.flush()?;
        }
        writeln!(progress)?;
        match pending.len() {
            0 => failed,
            left => Err(self.strange(format!("the import ended with {left} batches unanswered"))),
        }
    }

    async fn open(
        &self,
        receiver: mpsc::Receiver<C::Request>,
    ) -> Result<Streaming<C::Answer>, Fault> {
        let mut request = Request::new(ReceiverStream::new(receiver));
        // It takes as long as the file is long.
        request.extensions_mut().insert(NoDeadline);
        let answers = self.in_time(C::open(&self.client, request)).await?;
        Ok(answers.into_inner())
    }

    async fn next(
        &self,
        answers: Option<&mut Streaming<C::Answer>>,
    ) -> Result<Option<C::Answer>, Fault> {
        match answers {
            Some(answers) => self.in_time(answers.message()).await,
            None => Ok(None),
        }
    }

    async fn in_time<T>(&self, step: impl Future<Output = Result<T, Status>>) -> Result<T, Fault> {
        let result = in_time(self.timeout, self.server, step).await;
        result.map_err(|fault| fault.repeatable(Repeat::AsItIs))
    }

    fn take(
        &self,
        pending: &mut VecDeque<Pending>,
        (sequence, results): (i64, Vec<ImportResult>),
        report: &mut Report,
    ) -> Result<(), Fault> {
        let batch = pending
            .pop_front()
            .filter(|batch| batch.sequence == sequence)
            .filter(|batch| batch.lines.len() == results.len());
        let Some(batch) = batch else {
            return Err(self.strange(format!("batch {sequence} isn't answered row by row")));
        };
        for (line, result) in batch.lines.iter().zip(&results) {
            report.answered(*line, result);
        }
        Ok(())
    }

    fn strange(&self, what: String) -> Fault {
        self.fault(Error::Answer(what))
    }

    fn fault(&self, error: Error) -> Fault {
        Fault::call(error, self.server).repeatable(Repeat::AsItIs)
    }

    fn batch(
        &self,
        sequence: i64,
        rows: Vec<Row<C::Row>>,
        options: Option<ImportOptions>,
    ) -> (Pending, C::Request) {
        let (lines, rows) = rows.into_iter().map(|row| (row.line, row.record)).unzip();
        (Pending { sequence, lines }, self.carrier.request(sequence, rows, options))
    }
}
