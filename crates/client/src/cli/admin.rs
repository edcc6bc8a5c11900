//! `outlay admin`: the store itself, for those who run it.

use clap::{Arg, ArgMatches, Command};
use outlay_proto::reflect;
use outlay_proto::v1::{
    CompactStoreRequest, CompactStoreResponse, MakeBaseRequest, MakeBaseResponse, Progress,
    PurgeRecordRequest, PurgeRecordResponse, VerifyReport, VerifyStoreRequest, VerifyStoreResponse,
    compact_store_response, make_base_response, purge_record_response, verify_store_response,
};
use prost_reflect::DynamicMessage;
use tonic::Streaming;

use super::fault::{FAILED, Fault, Repeat};
use super::noun::{Column, column};
use super::{Session, args, output, schema};
use crate::client::NoDeadline;
use crate::error::Error;

/// The word that it is called by.
pub(super) const NAME: &str = "admin";
const SERVICE: &str = "AdminService";

/// A verb that is one call.
struct Task {
    verb: &'static str,
    method: &'static str,
    about: &'static str,
}

static TASKS: [Task; 2] = [
    Task {
        verb: "info",
        method: "GetStoreInfo",
        about: "Shows how the store is: revision, sizes, bases, what is done in the background",
    },
    Task {
        verb: "scrub",
        method: "ScrubStore",
        about: "Begins to read everything again in the background; `info` shows how far it is",
    },
];

/// What a table has of an answer.
static COLUMNS: [Column; 3] = [
    column("REVISION", "revision"),
    column("ENTRIES", "entry_count"),
    column("ELAPSED", "elapsed"),
];

const EXAMPLE: &str = "\
Examples:
  outlay admin info
  outlay admin info -o json | jq -r .chain      # to be noted elsewhere
  outlay admin verify                           # exits with 1 where something is wrong
  outlay admin verify --statistics              # also compares all figures with the records
  outlay admin purge projects/p-1 --reason 'Order 12 of the court' --yes";

/// Its command line.
pub(super) fn command() -> Command {
    let verify = Command::new("verify")
        .about(
            "Reads everything on the disk again, and says what is wrong: chain, commits, bases, \
             entries",
        )
        .arg(args::toggle(
            "statistics",
            "Also compare all that records count for with the records",
        ));
    let base = Command::new("base").about("Makes a base, from which the index can be made anew");
    let purge = Command::new("purge")
        .about("Takes a deleted record out of the store and its journal for good")
        .arg(
            Arg::new("record")
                .required(true)
                .value_name("NAME")
                .help("Its whole name: projects/p-1"),
        )
        .arg(args::option("reason", "TEXT", "Why; it is kept for ever").required(true))
        .arg(args::toggle("allow-missing", "Also where it is gone from the store already"))
        .arg(args::toggle("validate-only", "Check everything, but change nothing"))
        .arg(args::toggle("yes", "Don't ask: nothing brings it back"));
    let compact = Command::new("compact")
        .about("Writes the index anew, without the space that it hasn't given back");
    let tasks = TASKS.iter().map(|task| Command::new(task.verb).about(task.about));
    Command::new(NAME)
        .about("Looks after the store: how it is, and whether everything in it is right")
        .after_help(EXAMPLE)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(tasks)
        .subcommand(base)
        .subcommand(verify)
        .subcommand(compact)
        .subcommand(purge)
}

/// Runs a verb.
pub(super) async fn run(
    session: &mut Session<'_, '_>,
    verb: &str,
    args: &ArgMatches,
) -> Result<(), Fault> {
    match TASKS.iter().find(|task| task.verb == verb) {
        Some(task) => {
            let method =
                schema::method(SERVICE, task.method).ok_or_else(|| schema::missing(task.method))?;
            let request = DynamicMessage::new(method.input());
            let answer = session.call(&method, request).await?;
            output::message(session, &COLUMNS, &answer)
        }
        None if verb == "purge" => purge(session, args).await,
        None if verb == "compact" => compact(session).await,
        None if verb == "base" => base(session).await,
        None => verify(session, args).await,
    }
}

/// A message of a stream that tells of long work.
enum News<R> {
    Progress(Progress),
    Report(R),
}

async fn verify(session: &mut Session<'_, '_>, args: &ArgMatches) -> Result<(), Fault> {
    use verify_store_response::Answer;
    let request = unlimited(VerifyStoreRequest { statistics: args::switch(args, "statistics") });
    let mut stub = session.client.admin();
    let answers = session.in_time(stub.verify_store(request)).await?.into_inner();
    let read = |message: VerifyStoreResponse| match message.answer? {
        Answer::Progress(now) => Some(News::Progress(now)),
        Answer::Report(report) => Some(News::Report(report)),
    };
    let report = follow(session, answers, read).await?;
    show(session, "VerifyReport", &report)?;
    match wrong_things(&report) {
        0 => session.note("Nothing is wrong."),
        1 => wrong(session, "One thing is wrong"),
        count => wrong(session, &format!("{count} things are wrong")),
    }
}

/// How many findings and wrong cells there are, told or not.
fn wrong_things(report: &VerifyReport) -> u64 {
    let findings = report.findings.len() as u64 + report.omitted_finding_count.unsigned_abs();
    let cells = report.statistics.map_or(0, |compared| compared.wrong_cell_count.unsigned_abs());
    findings + cells
}

fn wrong(session: &mut Session<'_, '_>, what: &str) -> Result<(), Fault> {
    session.note(&format!("{what}: what stands above says where."))?;
    Err(Fault::Told(FAILED))
}

async fn base(session: &mut Session<'_, '_>) -> Result<(), Fault> {
    use make_base_response::Answer;
    let mut stub = session.client.admin();
    let request = unlimited(MakeBaseRequest {});
    let answers = session.in_time(stub.make_base(request)).await?.into_inner();
    let read = |message: MakeBaseResponse| match message.answer? {
        Answer::Progress(now) => Some(News::Progress(now)),
        Answer::Base(base) => Some(News::Report(base)),
    };
    let base = follow(session, answers, read).await?;
    show(session, "Base", &base)
}

async fn compact(session: &mut Session<'_, '_>) -> Result<(), Fault> {
    use compact_store_response::Answer;
    let mut stub = session.client.admin();
    let request = unlimited(CompactStoreRequest {});
    let answers = session.in_time(stub.compact_store(request)).await?.into_inner();
    let read = |message: CompactStoreResponse| match message.answer? {
        Answer::Progress(now) => Some(News::Progress(now)),
        Answer::Report(report) => Some(News::Report(report)),
    };
    let report = follow(session, answers, read).await?;
    show(session, "CompactReport", &report)
}

async fn purge(session: &mut Session<'_, '_>, args: &ArgMatches) -> Result<(), Fault> {
    use purge_record_response::Answer;
    let validate_only = args::switch(args, "validate-only");
    if !validate_only && !args::switch(args, "yes") {
        return Err(Fault::Usage(
            "a purge can't be undone: try it with --validate-only, then give --yes".to_owned(),
        ));
    }
    let text = |id| args::text(args, id).unwrap_or_default().to_owned();
    let request = unlimited(PurgeRecordRequest {
        name: text("record"),
        reason: text("reason"),
        allow_missing: args::switch(args, "allow-missing"),
        validate_only,
    });
    let again = |fault: Fault| fault.repeatable(Repeat::AsItIs);
    let mut stub = session.client.admin();
    let answers = session.in_time(stub.purge_record(request)).await.map_err(again)?;
    let read = |message: PurgeRecordResponse| match message.answer? {
        Answer::Progress(now) => Some(News::Progress(now)),
        Answer::Report(report) => Some(News::Report(report)),
    };
    let report = follow(session, answers.into_inner(), read).await.map_err(again)?;
    show(session, "PurgeReport", &report)?;
    if validate_only {
        session.note("This was a check only: nothing has changed.")?;
    }
    Ok(())
}

/// A request that takes as long as the store is large.
fn unlimited<Q>(message: Q) -> tonic::Request<Q> {
    let mut request = tonic::Request::new(message);
    request.extensions_mut().insert(NoDeadline);
    request
}

/// Shows progress until the report comes. Some steps say nothing for minutes; a
/// server that is gone is noticed by the connection.
async fn follow<M, R>(
    session: &mut Session<'_, '_>,
    mut answers: Streaming<M>,
    read: impl Fn(M) -> Option<News<R>>,
) -> Result<R, Fault> {
    let mut report = None;
    loop {
        let next = answers.message().await;
        let next = next.map_err(|status| Fault::call(Error::from(status), &session.server))?;
        let Some(message) = next else { break };
        match read(message) {
            Some(News::Progress(now)) => session.progress(&told(&now))?,
            Some(News::Report(last)) => report = Some(last),
            None => {}
        }
    }
    session.progress("")?;
    report.ok_or_else(|| {
        let error = Error::Answer("it ended without a report".to_owned());
        Fault::call(error, &session.server)
    })
}

fn show(
    session: &mut Session<'_, '_>,
    name: &str,
    report: &impl prost::Message,
) -> Result<(), Fault> {
    let message = reflect::to_dynamic(schema::message(name)?, report)
        .map_err(|error| schema::missing(&error.to_string()))?;
    output::message(session, &COLUMNS, &message)
}

/// Progress on one line: `reading the journal, 43 % (430 of 1000 revisions)`.
fn told(progress: &Progress) -> String {
    let Progress { activity, unit, done, total, per_second } = progress;
    match total {
        0 => format!("{activity} ({unit} {done}, {per_second}/s)"),
        _ => {
            let percent = done.saturating_mul(100) / total;
            format!("{activity}, {percent} % ({unit} {done} of {total}, {per_second}/s)")
        }
    }
}
