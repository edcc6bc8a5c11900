//! `outlay admin`: the store itself, for those who run it.

use clap::{ArgMatches, Command};
use outlay_proto::reflect;
use outlay_proto::v1::verify_store_response::Answer;
use outlay_proto::v1::{Progress, VerifyReport, VerifyStoreRequest};
use prost_reflect::DynamicMessage;

use super::fault::{FAILED, Fault};
use super::noun::{Column, column};
use super::{Session, output, schema};
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

static TASKS: [Task; 3] = [
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
    Task {
        verb: "base",
        method: "MakeBase",
        about: "Makes a base, from which the index can be made anew",
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
  outlay admin verify                           # exits with 1 where something is wrong";

/// Its command line.
pub(super) fn command() -> Command {
    let verify = Command::new("verify").about(
        "Reads everything on the disk again, and says what is wrong: chain, commits, bases, \
         entries",
    );
    let tasks = TASKS.iter().map(|task| Command::new(task.verb).about(task.about));
    Command::new(NAME)
        .about("Looks after the store: how it is, and whether everything in it is right")
        .after_help(EXAMPLE)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(tasks)
        .subcommand(verify)
}

/// Runs a verb.
pub(super) async fn run(
    session: &mut Session<'_, '_>,
    verb: &str,
    _args: &ArgMatches,
) -> Result<(), Fault> {
    match TASKS.iter().find(|task| task.verb == verb) {
        Some(task) => {
            let method =
                schema::method(SERVICE, task.method).ok_or_else(|| schema::missing(task.method))?;
            let request = DynamicMessage::new(method.input());
            let answer = session.call(&method, request).await?;
            output::message(session, &COLUMNS, &answer)
        }
        None => verify(session).await,
    }
}

async fn verify(session: &mut Session<'_, '_>) -> Result<(), Fault> {
    let mut request = tonic::Request::new(VerifyStoreRequest {});
    // It takes as long as the store is large.
    request.extensions_mut().insert(NoDeadline);
    let mut stub = session.client.admin();
    let mut answers = session.in_time(stub.verify_store(request)).await?.into_inner();
    let mut report = None;
    while let Some(message) = session.in_time(answers.message()).await? {
        match message.answer {
            Some(Answer::Progress(progress)) => session.progress(&told(&progress))?,
            Some(Answer::Report(last)) => report = Some(last),
            None => {}
        }
    }
    session.progress("")?;
    let report = report.ok_or_else(|| {
        let error = Error::Answer("it ended without a report".to_owned());
        Fault::call(error, &session.server)
    })?;
    show(session, &report)
}

fn show(session: &mut Session<'_, '_>, report: &VerifyReport) -> Result<(), Fault> {
    let message = reflect::to_dynamic(schema::message("VerifyReport")?, report)
        .map_err(|error| schema::missing(&error.to_string()))?;
    output::message(session, &COLUMNS, &message)?;
    let count = report.findings.len() as u64 + report.omitted_finding_count.unsigned_abs();
    match count {
        0 => session.note("Nothing is wrong."),
        1 => wrong(session, "One thing is wrong"),
        count => wrong(session, &format!("{count} things are wrong")),
    }
}

fn wrong(session: &mut Session<'_, '_>, what: &str) -> Result<(), Fault> {
    session.note(&format!("{what}: the findings say where, and what to do."))?;
    Err(Fault::Told(FAILED))
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
