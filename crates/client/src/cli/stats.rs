//! `outlay stats`: figures as an office prints them.

mod asking;
pub(super) mod shown;

use clap::{ArgMatches, Command};
use outlay_proto::reflect;
use outlay_proto::v1::{
    self, Dimension, Measure, QueryStatisticsRequest, QueryStatisticsResponse, StatisticsRow,
};
use prost_reflect::DynamicMessage;
use unicode_width::UnicodeWidthStr;

use super::Session;
use super::fault::Fault;
use super::output::{self, Fit, Format, Head, Table};
use shown::{Unit, points, rate, sparkline};

/// The word that it is called by.
pub(super) const NAME: &str = "stats";

const EXAMPLE: &str = "\
Examples:
  outlay stats show --region 330400 --period 2023H1
  outlay stats show --region 330400 --period 2023H1 --indicator manufacturing-investment
  outlay stats ranking --region 330000 --period 2023H1 --unit 万元
  outlay stats query --region 330000 --period 2023 --by industry --by quarter \\
      --measure value --measure growth -o csv > industries.csv";

/// Its command line.
pub(super) fn command() -> Command {
    let show = Command::new("show")
        .about("Shows the figures of a region: value, growth, share, plan, and its months")
        .args(asking::common(true));
    let ranking = Command::new("ranking")
        .about("Ranks the regions below one: value, growth, share and plan of each")
        .args(asking::common(true))
        .arg(asking::depth());
    let query = Command::new("query")
        .about("Asks for any measures, told apart by any dimensions")
        .args(asking::common(false))
        .arg(asking::depth())
        .args(asking::free());
    Command::new(NAME)
        .about("Figures with their evidence: of reports, and official ones")
        .after_help(EXAMPLE)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([show, ranking, query])
}

/// Runs one of its verbs.
pub(super) async fn run(
    session: &mut Session<'_, '_>,
    verb: &str,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let request = asking::request(args)?;
    match verb {
        "show" => show(session, request, args).await,
        "ranking" => ranking(session, request, args).await,
        _ => query(session, request, args).await,
    }
}

async fn ask(
    session: &Session<'_, '_>,
    request: QueryStatisticsRequest,
) -> Result<QueryStatisticsResponse, Fault> {
    let mut stub = session.client.statistics();
    let call = stub.query_statistics(request);
    Ok(session.in_time(call).await?.into_inner())
}

/// The figures of one region, and those of its months.
async fn show(
    session: &mut Session<'_, '_>,
    mut request: QueryStatisticsRequest,
    args: &ArgMatches,
) -> Result<(), Fault> {
    request.measures = numbers(&[
        Measure::Value,
        Measure::Growth,
        Measure::YearToDate,
        Measure::YearToDateGrowth,
        Measure::Share,
        Measure::PlanCompletion,
        Measure::ReportCount,
    ]);
    let answer = ask(session, request.clone()).await?;
    if session.format != Format::Table {
        return write_plain(session, &answer);
    }
    request.measures = numbers(&[Measure::Value]);
    request.dimensions = vec![Dimension::Month.into()];
    let months = ask(session, request.clone()).await?;
    let unit = Unit::of(args);
    let total = answer.total.clone().unwrap_or_default();
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut row = |title: &str, text: String| lines.push((title.to_owned(), text));
    row("Region", request.region.trim_start_matches("regions/").to_owned());
    row("Period", answer.period.clone());
    row("Source", source(&answer));
    row(&format!("Value ({})", unit.name()), unit.shown(&figure(&total, Measure::Value)));
    row("Growth", compared(&figure(&total, Measure::Growth), unit));
    row(
        &format!("Year to date ({})", unit.name()),
        unit.shown(&figure(&total, Measure::YearToDate)),
    );
    row("Growth of the year", compared(&figure(&total, Measure::YearToDateGrowth), unit));
    if answer.source() == v1::StatisticsSource::Official {
        row("Share", rate(&figure(&total, Measure::Share)));
    }
    row("Plan completion", rate(&figure(&total, Measure::PlanCompletion)));
    let months: Vec<v1::Figure> =
        months.rows.iter().map(|row| figure(row, Measure::Value)).collect();
    row("Months", sparkline(&months));
    let width = lines.iter().map(|(title, _)| title.width()).max().unwrap_or_default();
    for (title, text) in lines.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let space = " ".repeat(width - title.width());
        writeln!(session.io.stdout, "{title}{space}  {text}")?;
    }
    notes(session, &answer)
}

/// A growth with what it is over, and why: `3.8%, over 234,213.00 (COMPARABLE: …)`.
fn compared(growth: &v1::Figure, unit: Unit) -> String {
    if growth.value.is_empty() {
        let why = growth.absence().as_str_name().trim_start_matches("ABSENCE_");
        return format!("{} ({why})", rate(growth));
    }
    let base = v1::Figure {
        value: growth.denominator.clone(),
        unit: v1::FigureUnit::Amount.into(),
        ..Default::default()
    };
    let kind = growth.base_kind().as_str_name().trim_start_matches("BASE_KIND_");
    let why = match growth.base_reason.as_str() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    format!("{}, over {} ({kind}{why})", rate(growth), unit.shown(&base))
}

/// The table of the regions below one, the greatest first.
async fn ranking(
    session: &mut Session<'_, '_>,
    mut request: QueryStatisticsRequest,
    args: &ArgMatches,
) -> Result<(), Fault> {
    request.dimensions = vec![Dimension::Region.into()];
    request.measures = numbers(&[
        Measure::Rank,
        Measure::Value,
        Measure::Growth,
        Measure::GrowthDifference,
        Measure::Share,
        Measure::PlanCompletion,
        Measure::Light,
    ]);
    let mut answer = ask(session, request).await?;
    let place = |row: &StatisticsRow| figure(row, Measure::Rank).value.parse().unwrap_or(u64::MAX);
    answer.rows.sort_by_key(place);
    if session.format != Format::Table {
        return write_plain(session, &answer);
    }
    let unit = Unit::of(args);
    let mut table = Table::new([
        Head::new("RANK", Fit::Number),
        Head::new("REGION", Fit::Whole).staying(),
        Head::new(format!("VALUE ({})", unit.name()), Fit::Number).staying(),
        Head::new("GROWTH", Fit::Number),
        Head::new("DIFFERENCE", Fit::Number),
        Head::new("SHARE", Fit::Number),
        Head::new("PLAN", Fit::Number),
        Head::new("LIGHT", Fit::Whole),
    ]);
    let of = |row: &StatisticsRow, name: String| {
        vec![
            figure(row, Measure::Rank).value,
            name,
            unit.shown(&figure(row, Measure::Value)),
            rate(&figure(row, Measure::Growth)),
            points(&figure(row, Measure::GrowthDifference)),
            rate(&figure(row, Measure::Share)),
            rate(&figure(row, Measure::PlanCompletion)),
            figure(row, Measure::Light).value,
        ]
    };
    for row in &answer.rows {
        let key = row.keys.first().cloned().unwrap_or_default();
        let code = key.value.trim_start_matches("regions/").to_owned();
        let name = if key.display_name.is_empty() { code } else { key.display_name };
        table.push(of(row, name));
    }
    let total = answer.total.clone().unwrap_or_default();
    table.push(of(&total, "Total".to_owned()));
    table.write(session.io.stdout, session.io.width, 0)?;
    notes(session, &answer)
}

/// Any figures.
async fn query(
    session: &mut Session<'_, '_>,
    request: QueryStatisticsRequest,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let answer = ask(session, request.clone()).await?;
    if session.format != Format::Table {
        return write_plain(session, &answer);
    }
    let unit = Unit::of(args);
    let mut heads: Vec<Head> = request
        .dimensions()
        .map(|dimension| {
            let name = dimension.as_str_name().trim_start_matches("DIMENSION_");
            Head::new(name.replace('_', " "), Fit::Whole).staying()
        })
        .collect();
    heads.extend(request.measures().map(|measure| Head::new(title(measure), Fit::Number)));
    let mut table = Table::new(heads);
    for row in answer.rows.iter().chain(&answer.total) {
        let mut cells: Vec<String> = row.keys.iter().map(named).collect();
        if row.keys.is_empty() {
            cells = request.dimensions().map(|_| String::new()).collect();
            if let Some(first) = cells.first_mut() {
                "Total".clone_into(first);
            }
        }
        cells.extend(row.figures.iter().map(|figure| unit.figure(figure)));
        table.push(cells);
    }
    table.write(session.io.stdout, session.io.width, 0)?;
    notes(session, &answer)
}

/// What a table doesn't say.
fn notes(session: &mut Session<'_, '_>, answer: &QueryStatisticsResponse) -> Result<(), Fault> {
    session.note(&format!("{}, revision {}", source(answer), answer.revision))?;
    for note in &answer.notes {
        session.note(note)?;
    }
    Ok(())
}

fn source(answer: &QueryStatisticsResponse) -> String {
    match answer.source() {
        v1::StatisticsSource::Official => "Official figures".to_owned(),
        _ => {
            let basis = answer.basis().as_str_name().trim_start_matches("STATISTICS_BASIS_");
            format!("Reports, {basis}")
        }
    }
}

/// JSON of the whole answer, or a line of CSV for each row.
fn write_plain(
    session: &mut Session<'_, '_>,
    answer: &QueryStatisticsResponse,
) -> Result<(), Fault> {
    if session.format == Format::Json {
        let message = dynamic(answer)?;
        return output::message(session, &[], &message);
    }
    let rows: Vec<&StatisticsRow> = answer.rows.iter().chain(&answer.total).collect();
    let dimensions = answer.rows.first().map(|row| row.keys.as_slice()).unwrap_or_default();
    let lower = |name: &str, prefix: &str| name.trim_start_matches(prefix).to_ascii_lowercase();
    let mut heading = Vec::new();
    for key in dimensions {
        let name = lower(key.dimension().as_str_name(), "DIMENSION_");
        heading.extend([name.clone(), format!("{name}.display_name")]);
    }
    for figure in rows.first().map(|row| row.figures.as_slice()).unwrap_or_default() {
        let name = lower(figure.measure().as_str_name(), "MEASURE_");
        heading
            .extend(["", ".absence", ".numerator", ".denominator"].map(|of| format!("{name}{of}")));
    }
    session.io.stdout.write_all(&output::csv_line(&heading))?;
    for row in rows {
        let mut cells = Vec::new();
        for at in 0..dimensions.len() {
            let key = row.keys.get(at).cloned().unwrap_or_default();
            cells.extend([key.value, key.display_name]);
        }
        for figure in &row.figures {
            let absence = match figure.absence() {
                v1::Absence::Unspecified => String::new(),
                absence => absence.as_str_name().trim_start_matches("ABSENCE_").to_owned(),
            };
            let (numerator, denominator) = (figure.numerator.clone(), figure.denominator.clone());
            cells.extend([figure.value.clone(), absence, numerator, denominator]);
        }
        session.io.stdout.write_all(&output::csv_line(&cells))?;
    }
    Ok(())
}

fn dynamic(answer: &QueryStatisticsResponse) -> Result<DynamicMessage, Fault> {
    let descriptor = super::schema::message("QueryStatisticsResponse")?;
    reflect::to_dynamic(descriptor, answer)
        .map_err(|error| super::schema::missing(&error.to_string()))
}

/// A row's figure of a measure.
fn figure(row: &StatisticsRow, measure: Measure) -> v1::Figure {
    let found = row.figures.iter().find(|figure| figure.measure() == measure);
    found.cloned().unwrap_or_default()
}

fn named(key: &v1::StatisticsKey) -> String {
    let bare = key.value.split_once('/').map_or(key.value.as_str(), |(_, id)| id);
    match key.display_name.as_str() {
        "" => key.value.clone(),
        name => format!("{name} ({bare})"),
    }
}

fn title(measure: Measure) -> String {
    measure.as_str_name().trim_start_matches("MEASURE_").replace('_', " ")
}

fn numbers(measures: &[Measure]) -> Vec<i32> {
    measures.iter().map(|measure| i32::from(*measure)).collect()
}
