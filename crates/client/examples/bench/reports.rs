//! Millions of accepted reports, imported as history.
//!
//! They come ordered by region and month, as counties hand them in: reports that
//! count for the same cells then share commits. One that was stopped can be
//! started again: what is there is left unchanged, which costs little.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use outlay_client::Client;
use outlay_client::client::NoDeadline;
use outlay_proto::v1;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};

use super::{Begin, Outcome, create_all, invented, material};

/// Day on which all projects enter their first stage.
pub(crate) const BEGIN: v1::Date = v1::Date { year: 2021, month: 12, day: 15 };
/// Year of the first report, which is of its January and February.
const FIRST_YEAR: u64 = 2022;
/// Reports of a year: January has none of its own.
const MONTHS_OF_YEAR: u64 = 11;
/// Rows of a batch.
const BATCH: usize = 1_000;
/// How often an import that the server couldn't go on with is begun again
/// without getting any further.
const ATTEMPTS: u32 = 20;

/// All that is to be imported.
struct Plan {
    /// Number of project and of month, ordered by region and month.
    rows: Vec<(u64, u64)>,
    /// The next batch that nobody has taken.
    next: AtomicUsize,
    written: AtomicU64,
    unchanged: AtomicU64,
    begin: Instant,
}

/// Creates projects and their reports.
pub(crate) async fn fill(
    client: &Client,
    (projects, reports): (u64, u64),
    clients: u64,
    imports: usize,
) -> Outcome<()> {
    let material = Arc::new(material(client).await?);
    create_all(client, &material, projects, clients, Begin::All).await?;
    let months = reports.div_ceil(projects.max(1));
    let mut numbers: Vec<u64> = (0..projects).collect();
    numbers.sort_by_key(|number| (invented::region(&material, *number), *number));
    let mut rows = Vec::new();
    for same in numbers.chunk_by(|one, other| {
        invented::region(&material, *one) == invented::region(&material, *other)
    }) {
        for month in 0..months {
            // Of the last month only as many report as are left.
            let reporting = same.iter().filter(|number| month * projects + **number < reports);
            rows.extend(reporting.map(|number| (*number, month)));
        }
    }
    let (next, begin) = (AtomicUsize::new(0), Instant::now());
    let (written, unchanged) = Default::default();
    let plan = Arc::new(Plan { rows, next, written, unchanged, begin });
    let mut tasks = JoinSet::new();
    for _ in 0..imports {
        tasks.spawn(import(client.clone(), Arc::clone(&plan)));
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    plan.tell("reports in all");
    Ok(())
}

impl Plan {
    fn batches(&self) -> usize {
        self.rows.len().div_ceil(BATCH)
    }

    fn batch(&self, at: usize) -> &[(u64, u64)] {
        let rest = self.rows.get(at * BATCH..).unwrap_or_default();
        rest.get(..BATCH).unwrap_or(rest)
    }

    /// Counts what became of a batch's rows, none of which should be refused.
    fn take(&self, answer: &v1::ImportReportsResponse) -> Result<(), Status> {
        for result in &answer.results {
            let count = match result.outcome() {
                v1::ImportOutcome::Created | v1::ImportOutcome::Updated => &self.written,
                v1::ImportOutcome::Unchanged => &self.unchanged,
                _ => {
                    let text = format!("a row was refused: {result:?}");
                    return Err(Status::invalid_argument(text));
                }
            };
            count.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn tell(&self, what: &str) {
        let written = self.written.load(Ordering::Relaxed);
        let done = written + self.unchanged.load(Ordering::Relaxed);
        let seconds = self.begin.elapsed().as_secs_f64();
        println!(
            "{done} of {} {what}, {written} of them written now, in {seconds:.1} s: {:.0} a second",
            self.rows.len(),
            done as f64 / seconds
        );
    }
}

/// Imports batches until none is left.
async fn import(client: Client, plan: Arc<Plan>) -> Outcome<()> {
    let mut at = plan.next.fetch_add(1, Ordering::Relaxed);
    let mut attempts = 0;
    while at < plan.batches() {
        let before = at;
        match stream(&client, &plan, &mut at).await {
            Ok(()) => return Ok(()),
            Err(status) if matches!(status.code(), Code::Unavailable | Code::Aborted) => {
                attempts = if at == before { attempts + 1 } else { 1 };
                if attempts > ATTEMPTS {
                    return Err(status.into());
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Err(status) => return Err(status.into()),
        }
    }
    Ok(())
}

/// Imports batches in one stream; `at` is the one that isn't done yet.
async fn stream(client: &Client, plan: &Plan, at: &mut usize) -> Result<(), Status> {
    let (sender, receiver) = mpsc::channel(1);
    let mut sequence = 0;
    let mut answers = None;
    let mut receiver = Some(receiver);
    while *at < plan.batches() {
        let batch = plan.batch(*at);
        sequence += 1;
        let gone = |_| Status::unavailable("the server has ended the import");
        sender.send(request(sequence, batch)).await.map_err(gone)?;
        if let Some(receiver) = receiver.take() {
            let mut call = tonic::Request::new(ReceiverStream::new(receiver));
            call.extensions_mut().insert(NoDeadline);
            answers = Some(client.reports().import_reports(call).await?.into_inner());
        }
        let answer = match &mut answers {
            Some(answers) => answers.message().await?,
            None => None,
        };
        plan.take(&answer.ok_or_else(|| Status::unavailable("the import ended early"))?)?;
        if *at % 100 == 99 {
            plan.tell("reports");
        }
        *at = plan.next.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn request(sequence: i64, batch: &[(u64, u64)]) -> v1::ImportReportsRequest {
    let row = |(number, month): &(u64, u64)| v1::Report {
        project: format!("projects/bench-{number}"),
        month: shown(*month),
        content: Some(invented::report(*number, *month)),
        ..Default::default()
    };
    let (accepted_level, reason) = match sequence {
        1 => (v1::ReviewLevel::Province.into(), "invented".to_owned()),
        _ => Default::default(),
    };
    let rows = batch.iter().map(row).collect();
    v1::ImportReportsRequest { options: None, sequence, rows, accepted_level, reason }
}

/// A month by its number: `2022-02` is the first.
fn shown(month: u64) -> String {
    let (year, month) = (FIRST_YEAR + month / MONTHS_OF_YEAR, 2 + month % MONTHS_OF_YEAR);
    format!("{year}-{month:02}")
}
