//! `outlay training`: what trainings have reached.

use clap::{ArgMatches, Command};
use prost_reflect::{DynamicMessage, Value};

use super::args::{self, option};
use super::fault::Fault;
use super::noun::{Column, column};
use super::output::{self, Format, Listing};
use super::{Session, fields, schema};

/// The word that it is called by.
pub(super) const NAME: &str = "training";

const EXAMPLE: &str = "\
Examples:
  outlay training coverage --region 330000 --first 2023-01-01 --last 2023-12-31
  outlay training coverage --region 330400 --first 2023-07-01 --last 2023-07-31 \\
      --course statistics -o csv > coverage.csv

Courses, sessions and who takes part have commands of their own: outlay course,
outlay training-session, outlay enrolment.";

static COLUMNS: [Column; 6] = [
    column("REGION", "region"),
    column("NAME", "display_name"),
    column("COVERED", "covered"),
    column("PARTICIPANTS", "participant_count"),
    column("PERCENT", "participant_percent"),
    column("HOURS", "hours"),
];

/// Its command line.
pub(super) fn command() -> Command {
    let coverage = Command::new("coverage")
        .about("Says which counties had somebody attending, and which nobody")
        .arg(option("region", "NAME", "The whole, with all below it").required(true))
        .arg(option("first", "DATE", "First day of the sessions that count").required(true))
        .arg(option("last", "DATE", "Last day").required(true))
        .arg(option("course", "NAME", "Only sessions of this course"));
    Command::new(NAME)
        .about("What trainings have reached")
        .after_help(EXAMPLE)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(coverage)
}

/// Runs its verb.
pub(super) async fn run(session: &mut Session<'_, '_>, args: &ArgMatches) -> Result<(), Fault> {
    let method = "GetTrainingCoverage";
    let method =
        schema::method("TrainingService", method).ok_or_else(|| schema::missing(method))?;
    let mut request = DynamicMessage::new(method.input());
    let given = [
        ("region", "region"),
        ("first", "first_date"),
        ("last", "last_date"),
        ("course", "course"),
    ];
    for (long, path) in given {
        if let Some(text) = args::text(args, long) {
            fields::set_one(&mut request, path, text)?;
        }
    }
    let answer = session.call(&method, request).await?;
    if session.format == Format::Json {
        return output::message(session, &[], &answer);
    }
    let mut listing = Listing::new(session, &COLUMNS, schema::message("CountyCoverage")?);
    let counties = answer.get_field_by_name("counties");
    for county in counties.as_deref().and_then(Value::as_list).unwrap_or_default() {
        if let Some(county) = county.as_message() {
            listing.push(session.io.stdout, county)?;
        }
    }
    listing.finish(session.io.stdout)?;
    let text = |field: &str| match answer.get_field_by_name(field).as_deref() {
        Some(Value::String(text)) => text.clone(),
        Some(Value::I32(number)) => number.to_string(),
        Some(Value::I64(number)) => number.to_string(),
        _ => String::new(),
    };
    let percent = match text("covered_percent") {
        none if none.is_empty() => none,
        percent => format!(" ({percent}%)"),
    };
    session.note(&format!(
        "{} of {} counties are covered{percent}; {} participants, {} of them of no county; {} hours",
        text("covered_count"),
        text("county_count"),
        text("participant_count"),
        text("other_participant_count"),
        text("hours"),
    ))
}
