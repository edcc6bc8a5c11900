//! The command line: made from the nouns, and read.

mod common;
mod importing;
mod searching;

use std::io::Write;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use clap_complete::Shell;
use prost_reflect::{EnumDescriptor, MessageDescriptor, MethodDescriptor};

use self::common::{as_of, change, etag, paging, revision};
pub(super) use self::common::{min_revision, name, option, toggle};
use super::fault::{EXIT_CODES, Fault};
use super::noun::{Action, Flag, Noun, last_word};
use super::output;
use super::schema::{self, Shape};
use super::{NOUNS, WITHIN, admin, describe, meeting, stats, training};
use crate::json;

const NAME: &str = "outlay";
/// Where outlayd listens unless it is told otherwise.
const DEFAULT_SERVER: &str = "http://127.0.0.1:7443";
const GLOBAL: &str = "Options of every command";

/// The whole command line.
pub(super) fn command() -> Result<Command, Fault> {
    let mut command = Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Manages investment projects, their meetings and reference data")
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(global());
    for noun in NOUNS {
        let mut with_parts = noun_command(noun)?;
        for (_, part) in WITHIN.iter().filter(|(outer, _)| outer.noun == noun.noun) {
            with_parts = with_parts.subcommand(noun_command(part)?);
        }
        if noun.noun == meeting::NOUN.noun {
            with_parts = with_parts.subcommand(meeting::show::command());
        }
        command = command.subcommand(with_parts);
    }
    Ok(command
        .subcommand(stats::command())
        .subcommand(training::command())
        .subcommand(admin::command())
        .subcommand(describe::command())
        .subcommand(completions_command()))
}

fn completions_command() -> Command {
    let shell = Arg::new("shell")
        .required(true)
        .value_name("SHELL")
        .value_parser(value_parser!(Shell))
        .help("The shell");
    Command::new("completions")
        .about("Writes a script that completes commands, for a shell")
        .after_help("Example:\n  outlay completions zsh > ~/.zfunc/_outlay")
        .arg(shell)
}

/// Writes the script that completes commands.
pub(super) fn completions(args: &ArgMatches, out: &mut dyn Write) -> Result<(), Fault> {
    let mut script = Vec::new();
    if let Some(shell) = args.get_one::<Shell>("shell") {
        clap_complete::generate(*shell, &mut command()?, NAME, &mut script);
    }
    out.write_all(&script)?;
    Ok(())
}

/// The text of an argument.
pub(super) fn text<'a>(args: &'a ArgMatches, id: &str) -> Option<&'a str> {
    args.try_get_one::<String>(id).ok().flatten().map(String::as_str)
}

/// All texts of an argument.
pub(super) fn texts(args: &ArgMatches, id: &str) -> Option<Vec<String>> {
    let values = args.try_get_many::<String>(id).ok().flatten()?;
    Some(values.cloned().collect())
}

/// Whether a switch is on.
pub(super) fn switch(args: &ArgMatches, id: &str) -> bool {
    args.try_get_one::<bool>(id).ok().flatten() == Some(&true)
}

/// A number.
pub(super) fn number(args: &ArgMatches, id: &str) -> Option<i64> {
    args.try_get_one::<i64>(id).ok().flatten().copied()
}

/// `--server`. An environment variable that is empty is one that isn't set.
pub(super) fn server(args: &ArgMatches) -> &str {
    match text(args, "server").unwrap_or_default() {
        "" if args.value_source("server") != Some(ValueSource::CommandLine) => DEFAULT_SERVER,
        given => given,
    }
}

/// `--timeout`.
pub(super) fn timeout(args: &ArgMatches) -> Result<Duration, Fault> {
    args.try_get_one::<Duration>("timeout")
        .ok()
        .flatten()
        .copied()
        .ok_or_else(|| schema::missing("--timeout"))
}

fn global() -> [Arg; 3] {
    [
        option("server", "URL", "Server to speak to")
            .env("OUTLAY_SERVER")
            .hide_env_values(true)
            .default_value(DEFAULT_SERVER)
            .value_hint(ValueHint::Url),
        option("output", "FORMAT", "How data is written")
            .short('o')
            .value_parser(["table", "json", "csv"])
            .default_value("table"),
        option("timeout", "TIME", "Longest time a call may take: 30s, 500ms, 2m")
            .value_parser(duration)
            .default_value("30s"),
    ]
    .map(|arg| arg.global(true).help_heading(GLOBAL))
}

fn duration(text: &str) -> Result<Duration, String> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let number: u32 = digits.parse().map_err(|_| "write 30s, 500ms or 2m")?;
    let time = match unit {
        "ms" => Duration::from_millis(number.into()),
        "" | "s" => Duration::from_secs(number.into()),
        "m" => Duration::from_secs(u64::from(number) * 60),
        _ => return Err("the units are ms, s and m".to_owned()),
    };
    // gRPC writes a timeout in at most eight digits; a day is in reach of none.
    if time.is_zero() || time > Duration::from_secs(86_400) {
        return Err("it must be more than nothing and at most a day".to_owned());
    }
    Ok(time)
}

fn noun_command(noun: &Noun) -> Result<Command, Fault> {
    let message = noun.descriptor()?;
    let mut command = Command::new(noun.noun)
        .about(noun.about)
        .after_help(noun.example)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(create(noun, &message)?)
        .subcommand(get(noun))
        .subcommand(list(noun)?)
        .subcommand(on_one("delete", "Deletes one: it stays readable, and is no longer listed"))
        .subcommand(on_one("undelete", "Brings a deleted one back"));
    if noun.method("Update").is_some() {
        command = command.subcommand(update(noun, &message)?);
    }
    if let Some(method) = noun.method("Search") {
        command = command.subcommand(searching::words(&method));
    }
    if let Some(method) = noun.method("SearchDuplicate") {
        command = command.subcommand(searching::duplicates(&method));
    }
    for action in noun.actions {
        command = with_verb(command, action.verb, action_command(noun, action)?);
    }
    for question in noun.questions {
        command = with_verb(command, question.verb, searching::question(noun, question)?);
    }
    command = command.subcommand(history()).subcommand(diff());
    if noun.import.is_some() {
        command = command.subcommand(importing::import(noun)?);
    }
    Ok(command)
}

/// Adds a verb of the noun's own: to its group, where it has one.
fn with_verb(command: Command, verb: &'static str, added: Command) -> Command {
    let Some((group, _)) = verb.split_once(' ') else { return command.subcommand(added) };
    if command.find_subcommand(group).is_some() {
        return command.mut_subcommand(group, |command| command.subcommand(added));
    }
    let about = format!("What is done with its {}", group.replace('-', " "));
    let group = Command::new(group).about(about).subcommand_required(true);
    command.subcommand(group.arg_required_else_help(true).subcommand(added))
}

fn create(noun: &Noun, message: &MessageDescriptor) -> Result<Command, Fault> {
    Ok(Command::new("create")
        .about("Creates one, from flags, from a JSON file, or from both")
        .arg(option("id", "ID", "Id to give it; the server makes one where it is left out"))
        .args(content(noun, message)?)
        .args(change()))
}

fn update(noun: &Noun, message: &MessageDescriptor) -> Result<Command, Fault> {
    let mask = option(
        "mask",
        "PATHS",
        "Fields to change, parted by commas, instead of those that are given; * replaces all",
    );
    Ok(Command::new("update")
        .about("Changes the fields that flags or a JSON file give, and no others")
        .arg(name("Its name or id; may stand in the file instead").required(false))
        .args(content(noun, message)?)
        .arg(mask)
        .arg(etag())
        .args(change()))
}

fn content(noun: &Noun, message: &MessageDescriptor) -> Result<Vec<Arg>, Fault> {
    let mut args = vec![
        option(
            "file",
            "FILE",
            "JSON of it, as `get -o json` writes it; - is stdin. Flags come first",
        )
        .short('f')
        .value_hint(ValueHint::FilePath),
        option(
            "set",
            "FIELD=VALUE",
            "Any field, by its path: --set investment.land=2亿; no VALUE clears it",
        )
        .action(ArgAction::Append),
    ];
    for flag in noun.flags {
        args.push(field_arg(message, flag)?);
    }
    Ok(args)
}

/// The argument that sets a field: how it is given follows from the field.
fn field_arg(message: &MessageDescriptor, flag: &Flag) -> Result<Arg, Fault> {
    let field = schema::at(message, flag.path)
        .ok_or_else(|| schema::missing(&format!("{}.{}", message.name(), flag.path)))?;
    let arg = option(flag.long, "TEXT", flag.help).help_heading("Fields");
    if field.is_map() {
        return Ok(match flag.path.contains('.') {
            true => arg,
            false => arg.value_name("KEY=VALUE").action(ArgAction::Append),
        });
    }
    let arg = match schema::shape(&field) {
        Shape::Enum(kind) => arg.value_name("VALUE").value_parser(names(&kind)).ignore_case(true),
        Shape::Bool => arg.value_name("true|false").num_args(0..=1).default_missing_value("true"),
        Shape::Money | Shape::Decimal => arg.value_name("AMOUNT").allow_hyphen_values(true),
        Shape::Date => arg.value_name("DATE"),
        Shape::Time | Shape::Duration => arg.value_name("TIME"),
        Shape::Other(_) => arg.value_name("NUMBER").allow_hyphen_values(true),
        Shape::Message(_) => arg.value_name("JSON"),
        Shape::Text if !schema::rules(&field).resource.is_empty() => arg.value_name("NAME"),
        Shape::Text => arg,
    };
    Ok(if field.is_list() { arg.action(ArgAction::Append) } else { arg })
}

/// The names of an enum's values, however they are written.
fn names(kind: &EnumDescriptor) -> PossibleValuesParser {
    let prefix = json::enum_prefix(kind);
    PossibleValuesParser::new(schema::enum_names(kind).into_iter().map(|name| {
        let full = format!("{prefix}{name}");
        let hyphens = name.replace('_', "-");
        PossibleValue::new(name).aliases([full, hyphens])
    }))
}

fn get(noun: &Noun) -> Command {
    let command = Command::new("get")
        .about("Shows one, or several as a table; deleted ones too")
        .arg(name("Names or ids").action(ArgAction::Append).num_args(1..))
        .arg(revision("revision", "As it was at this revision; `history` lists them"))
        .arg(min_revision());
    let request = noun.method("Get").map(|method| method.input());
    let dated = request.is_some_and(|request| request.get_field_by_name("as_of").is_some());
    let command = if dated { command.arg(as_of("With its place on this day")) } else { command };
    if noun.method("BatchGet").is_some() { command.visible_alias("batch-get") } else { command }
}

fn diff() -> Command {
    Command::new("diff")
        .about("Shows in which fields one differs between two revisions")
        .arg(name("Its name or id"))
        .arg(revision("from", "The earlier revision; `history` lists them").required(true))
        .arg(revision("to", "The later one; the newest where it is left out"))
}

fn list(noun: &Noun) -> Result<Command, Fault> {
    let mut command = Command::new("list")
        .about("Lists them, page by page or all")
        .args(narrowing(&noun.standard("List")?))
        .arg(option("order-by", "FIELD", "Order: 'create_time desc'"));
    let left_out = output::left_out(&noun.descriptor()?).join(", ");
    if !left_out.is_empty() {
        command = command.after_help(format!(
            "-o csv has a column for every field that holds one value, and leaves out lists of \
             messages ({left_out}): take -o json for them."
        ));
    }
    Ok(command.args(paging()).arg(toggle("show-deleted", "Deleted ones too")).arg(min_revision()))
}

/// Fields of a list's request that name what it is cut to.
pub(super) const NARROWED: [(&str, &str); 4] = [
    ("organisation", "Only those that this organisation is responsible for"),
    ("project", "Only those about this project"),
    ("meeting", "Only those of this meeting"),
    ("series", "Only those of this series of meetings"),
];
/// Fields of a list's request that are switches.
pub(super) const SWITCHED: [(&str, &str); 2] =
    [("open", "Only open ones"), ("overdue", "Only open ones whose due date is over")];

/// What a list or a search can be cut to.
fn narrowing(method: &MethodDescriptor) -> Vec<Arg> {
    let help = "Only those that match (AIP-160): 'stage = STARTED AND NOT labels:x'";
    let mut args = vec![option("filter", "FILTER", help)];
    if method.input().get_field_by_name("region").is_some() {
        args.push(option("region", "NAME", "Only those of this region and all below it"));
        args.push(as_of("In the boundaries of this day, past or planned: 2021-04-08"));
    }
    let has = |name: &str| method.input().get_field_by_name(name).is_some();
    let named = NARROWED.iter().filter(|(name, _)| has(name));
    args.extend(named.map(|(name, help)| option(name, "NAME", help)));
    let switched = SWITCHED.iter().filter(|(name, _)| has(name));
    args.extend(switched.map(|(name, help)| toggle(name, help)));
    if has("show_invalid") {
        let help = "Also those that aren't there on the day: not yet, or no more";
        args.push(toggle("show-invalid", help));
    }
    args
}

fn history() -> Command {
    Command::new("history")
        .about("Lists every version of one, newest first, with who made it")
        .arg(name("Its name or id"))
        .args(paging())
        .arg(min_revision())
}

fn on_one(verb: &'static str, about: &'static str) -> Command {
    Command::new(verb).about(about).arg(name("Its name or id")).arg(etag()).args(change())
}

fn action_command(noun: &Noun, action: &Action) -> Result<Command, Fault> {
    let request = schema::method(noun.service, action.method)
        .ok_or_else(|| schema::missing(action.method))?
        .input();
    let verb = last_word(action.verb);
    let mut command = match request.get_field_by_name("names") {
        None => on_one(verb, action.about),
        Some(_) => Command::new(verb)
            .about(action.about)
            .arg(name("Names or ids").action(ArgAction::Append).num_args(1..))
            .args(change()),
    };
    for flag in action.flags {
        let arg = field_arg(&request, flag)?;
        // Of a list its whole may be given in place of one item.
        let only = format!("{}{}", flag.path, schema::ONLY);
        let is_one_way = flag.path.contains(schema::ONLY)
            || action.flags.iter().any(|other| other.path.starts_with(&only));
        let required = !is_one_way
            && schema::at(&request, flag.path).is_some_and(|field| schema::rules(&field).required);
        command = command.arg(arg.required(required));
    }
    Ok(command)
}
