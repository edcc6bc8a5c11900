//! How the four sources become one configuration.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::error::ErrorKind;

use super::command::{CONFIG_FILE, command};
use super::effective::{Origin, render};
use super::setting::Setting;
use super::settings;
use super::{Config, file};
use crate::domain::reporting_period::ReportingStage;

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// Serve.
    Serve(Box<Config>),
    /// Print this to stdout, and end well: help, version, `config check`.
    Print(String),
}

/// Why there is no configuration; its text says what to do.
#[derive(Debug)]
pub struct Problem(String);

impl Problem {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

/// Looks a variable of the environment up.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The environment of this process.
#[must_use]
pub fn process_environment(name: &str) -> Option<OsString> {
    #[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
    std::env::var_os(name)
}

/// Reads the command line `arguments` (the program's name first), the
/// environment and the file. An empty variable counts as none.
///
/// # Errors
/// For an unknown flag or key and for a bad value, wherever it stands; also for
/// one that another source overrides.
pub fn load(
    arguments: impl IntoIterator<Item = OsString>,
    environment: Environment<'_>,
) -> Result<Invocation, Problem> {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) if is_wish(error.kind()) => {
            return Ok(Invocation::Print(error.render().to_string()));
        }
        Err(error) => return Err(Problem::new(complaint(&error))),
    };
    let (checks, matches) = innermost(&matches);
    let (config, origins) = merge(matches, environment)?;
    if checks {
        return Ok(Invocation::Print(render(&config, &origins)));
    }
    Ok(Invocation::Serve(Box::new(config)))
}

fn is_wish(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// clap's text, without the prefix that the caller writes itself.
fn complaint(error: &clap::Error) -> String {
    let text = error.render().to_string();
    text.trim().trim_start_matches("error: ").to_owned()
}

/// Whether it is `config check`, and the matches that have all flags.
fn innermost(matches: &ArgMatches) -> (bool, &ArgMatches) {
    match matches.subcommand().and_then(|(_, config)| config.subcommand()) {
        Some((_, check)) => (true, check),
        None => (false, matches),
    }
}

type Origins = BTreeMap<&'static str, Origin>;

fn merge(matches: &ArgMatches, environment: Environment<'_>) -> Result<(Config, Origins), Problem> {
    let path = config_file(matches, environment)?;
    let found = path.as_deref().map_or_else(|| Ok(BTreeMap::new()), file::read)?;
    let mut config = Config::default();
    let mut origins = Origins::new();
    for setting in settings::all() {
        // From the weakest source to the strongest.
        let candidates = [
            found.get(setting.key).map(|found| {
                let path = path.clone().unwrap_or_default();
                (found.text.clone(), Origin::File(path, found.line))
            }),
            variable(environment, &setting.variable())?
                .map(|text| (text, Origin::Environment(setting.variable()))),
            matches
                .get_one::<String>(setting.key)
                .map(|text| (text.clone(), Origin::Flag(setting.flag()))),
        ];
        for (text, origin) in candidates.into_iter().flatten() {
            setting.set(&mut config, &text).map_err(|what| wrong(setting, &origin, &what))?;
            origins.insert(setting.key, origin);
        }
    }
    agree(&config)?;
    Ok((config, origins))
}

fn config_file(
    matches: &ArgMatches,
    environment: Environment<'_>,
) -> Result<Option<PathBuf>, Problem> {
    match matches.get_one::<String>(CONFIG_FILE) {
        Some(path) => Ok(Some(Path::new(path).to_owned())),
        None => Ok(variable(environment, "OUTLAY_CONFIG")?.map(PathBuf::from)),
    }
}

fn variable(environment: Environment<'_>, name: &str) -> Result<Option<String>, Problem> {
    match environment(name).map(OsString::into_string) {
        Some(Ok(text)) if text.is_empty() => Ok(None),
        Some(Ok(text)) => Ok(Some(text)),
        Some(Err(_)) => Err(Problem::new(format!("{name} isn't valid UTF-8: set it anew"))),
        None => Ok(None),
    }
}

fn wrong(setting: &Setting, origin: &Origin, what: &str) -> Problem {
    Problem::new(format!("{} is wrong ({origin}): {what}", setting.key))
}

/// What no single setting can check.
fn agree(config: &Config) -> Result<(), Problem> {
    if config.deadlines.default > config.deadlines.longest {
        return Err(Problem::new(format!(
            "deadlines.default_seconds ({}) is more than deadlines.longest_seconds ({}): lower the \
             first or raise the second",
            config.deadlines.default.as_secs(),
            config.deadlines.longest.as_secs()
        )));
    }
    if config.demo && config.read_only {
        return Err(Problem::new(
            "demo and read_only are both set, and nothing can be loaded where nothing may be \
             changed: leave one out"
                .to_owned(),
        ));
    }
    let days = ReportingStage::ALL.map(|stage| config.reporting.day(stage));
    if !days.is_sorted() {
        return Err(Problem::new(format!(
            "the days of reporting.submission_day, county_day, city_day, province_day and \
             nation_day ({}) must not decrease: a level reviews what the one below it has reviewed",
            days.map(|day| day.to_string()).join(", ")
        )));
    }
    let lights = &config.lights;
    if lights.yellow_points > lights.red_points {
        return Err(Problem::new(format!(
            "lights.yellow_points ({}) is more than lights.red_points ({}): a light turns yellow \
             before it turns red",
            lights.yellow_points, lights.red_points
        )));
    }
    if config.retention.journal.is_some_and(|age| age < config.retention.request_ids) {
        return Err(Problem::new(
            "retention.journal_days is less than retention.request_ids_days: the reply to a \
             request that is repeated comes from the journal, so raise the first or lower the \
             second"
                .to_owned(),
        ));
    }
    Ok(())
}
