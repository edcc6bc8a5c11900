//! The program `outlay`: nouns and their verbs, over [`Client`].
//!
//! The nouns are data (see `noun`): their requests are built and their answers
//! are shown through the descriptors of the protos, so that there is one
//! `list` and one `update` for all of them. Data goes to stdout, everything
//! else to stderr.

mod args;

mod noun;

mod project;

mod action;
mod decision;
mod meeting;
mod meeting_series;
mod meeting_template;
mod minutes;

mod course;
mod enrolment;
mod training;
mod training_session;

mod reporting_period;
mod review_delegation;

mod cluster;
mod indicator;
mod industry;
mod organisation;
mod policy;
mod region;
mod report;

mod edition;
mod observation;
mod target;

mod verbs;

mod admin;
mod stats;

mod import;

mod amount;
mod fields;
mod given;
mod mask;
mod schema;

mod output;

mod describe;

mod fault;

use std::ffi::OsString;
use std::io::{Read, Write};
use std::time::Duration;

use clap::ArgMatches;
use clap::error::ErrorKind;
use prost_reflect::{DynamicMessage, MethodDescriptor};

use tonic::Status;

use crate::Client;
use crate::error::Error;
use fault::Fault;
use noun::Noun;
use output::Format;

/// Every noun, in the order of the help.
static NOUNS: [&Noun; 22] = [
    &project::NOUN,
    &report::NOUN,
    &meeting::NOUN,
    &meeting_series::NOUN,
    &meeting_template::NOUN,
    &minutes::NOUN,
    &decision::NOUN,
    &action::NOUN,
    &course::NOUN,
    &training_session::NOUN,
    &enrolment::NOUN,
    &reporting_period::NOUN,
    &review_delegation::NOUN,
    &region::NOUN,
    &industry::NOUN,
    &cluster::NOUN,
    &organisation::NOUN,
    &policy::NOUN,
    &indicator::NOUN,
    &edition::NOUN,
    &observation::NOUN,
    &target::NOUN,
];

/// Nouns that are also typed behind another one: `outlay meeting minutes export`.
static WITHIN: [(&Noun, &Noun); 1] = [(&meeting::NOUN, &minutes::NOUN)];

/// What the program reads from and writes to.
pub struct Io<'a> {
    /// Where `-` is read from.
    pub stdin: &'a mut (dyn Read + Send),
    /// Where data goes.
    pub stdout: &'a mut (dyn Write + Send),
    /// Where everything else goes.
    pub stderr: &'a mut (dyn Write + Send),
    /// Columns of the terminal that stdout is; none where it isn't one, and
    /// then nothing is cut.
    pub width: Option<usize>,
    /// Progress is shown on stderr, on one line that is written over.
    pub progress: bool,
}

/// Runs the program with its arguments, of which the first is its own name,
/// and gives its exit code.
///
/// 0: it worked; 1: it failed; 2: the command or a field is wrong; 3: there is
/// no such record; 4: the record is in another state; 5: the server isn't
/// there or is too slow.
pub async fn run<I>(args: I, mut io: Io<'_>) -> u8
where
    I: IntoIterator<Item = OsString>,
{
    let result = match args::command() {
        Ok(command) => match command.try_get_matches_from(args) {
            Ok(matches) => dispatch(&matches, &mut io).await,
            Err(error) => usage(&error, &mut io),
        },
        Err(fault) => Err(fault),
    };
    // What is on stdout stands before what is said about it.
    let flushed = io.stdout.flush().map_err(Fault::from);
    match result.and(flushed) {
        Ok(()) => 0,
        Err(fault) => {
            let code = fault.exit_code();
            // Where stderr is closed there is nobody left to tell.
            let _ = fault.write(io.stderr);
            code
        }
    }
}

/// Help and version are data; a wrong command isn't.
fn usage(error: &clap::Error, io: &mut Io<'_>) -> Result<(), Fault> {
    let text = error.render();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => write!(io.stdout, "{text}")?,
        _ => {
            write!(io.stderr, "{text}")?;
            return Err(Fault::Told(fault::USAGE));
        }
    }
    Ok(())
}

async fn dispatch(matches: &ArgMatches, io: &mut Io<'_>) -> Result<(), Fault> {
    let Some((name, inner)) = matches.subcommand() else {
        return Ok(());
    };
    if name == "completions" {
        return args::completions(inner, io.stdout);
    }
    if name == "describe" {
        return describe::run(args::text(inner, "name"), io.stdout);
    }
    let Some((verb, mut args)) = inner.subcommand() else {
        return Ok(());
    };
    let mut verb = verb.to_owned();
    let mut found = NOUNS.into_iter().find(|noun| noun.noun == name);
    if let Some((word, inner)) = args.subcommand() {
        match WITHIN.iter().find(|(noun, part)| noun.noun == name && part.noun == verb) {
            Some(&(_, part)) => (found, verb) = (Some(part), word.to_owned()),
            None => verb = format!("{verb} {word}"),
        }
        args = inner;
    }
    let verb = verb.as_str();
    let server = args::server(args);
    let mut session = Session {
        client: Client::new(server, args::timeout(args)?)
            .map_err(|error| Fault::call(error, server))?,
        server: server.to_owned(),
        format: Format::of(args::text(args, "output")),
        timeout: args::timeout(args)?,
        io,
    };
    if name == admin::NAME {
        return admin::run(&mut session, verb, args).await;
    }
    if name == stats::NAME {
        return stats::run(&mut session, verb, args).await;
    }
    if name == training::NAME {
        return training::run(&mut session, args).await;
    }
    if name == meeting::NOUN.noun && verb == meeting::show::VERB {
        return meeting::show::run(&mut session, args).await;
    }
    match found {
        Some(noun) => verbs::run(&mut session, noun, verb, args).await,
        None => Ok(()),
    }
}

/// What a verb works with.
struct Session<'a, 'io> {
    client: Client,
    server: String,
    format: Format,
    timeout: Duration,
    io: &'a mut Io<'io>,
}

impl Session<'_, '_> {
    /// Makes a call.
    async fn call(
        &self,
        method: &MethodDescriptor,
        request: DynamicMessage,
    ) -> Result<DynamicMessage, Fault> {
        let answer = self.client.call(method, request).await;
        answer.map_err(|error| Fault::call(error, &self.server))
    }

    /// Waits for a step of a stream, which has no deadline as a whole.
    async fn in_time<T>(&self, step: impl Future<Output = Result<T, Status>>) -> Result<T, Fault> {
        in_time(self.timeout, &self.server, step).await
    }

    /// Shows how far long work is, in the place of what was shown before;
    /// nothing takes it away.
    fn progress(&mut self, text: &str) -> Result<(), Fault> {
        if self.io.progress {
            write!(self.io.stderr, "\r\x1b[K{text}")?;
            self.io.stderr.flush()?;
        }
        Ok(())
    }

    /// Says something that isn't data.
    fn note(&mut self, text: &str) -> Result<(), Fault> {
        self.io.stdout.flush()?;
        writeln!(self.io.stderr, "{text}")?;
        Ok(())
    }
}

/// Waits for a step of a stream that `server` serves, at most `timeout`.
async fn in_time<T>(
    timeout: Duration,
    server: &str,
    step: impl Future<Output = Result<T, Status>>,
) -> Result<T, Fault> {
    let result = match tokio::time::timeout(timeout, step).await {
        Ok(result) => result.map_err(Error::from),
        Err(_) => Err(Error::late(timeout)),
    };
    result.map_err(|error| Fault::call(error, server))
}
