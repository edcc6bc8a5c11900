//! The command line, for clap. Variables are only named here: `load.rs` reads
//! them, so that a test can give its own.

use std::sync::LazyLock;

use clap::builder::ValueParser;
use clap::{Arg, Command};

use super::Config;
use super::setting::{Kind, Setting};
use super::settings;

/// The id of `--config`.
pub(super) const CONFIG_FILE: &str = "config-file";

/// All of it, made from the table of settings.
pub(super) fn command() -> Command {
    Command::new("outlayd")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Outlay's server: project records over gRPC")
        .after_help(
            "A value comes from the flag, else from the variable, else from the file, else it is \
             the default.\nExit codes: 0 ended well, 1 failed, 2 wrong command line or \
             configuration.",
        )
        .arg(Arg::new(CONFIG_FILE).long("config").value_name("FILE").global(true).help(
            "TOML file with the settings below; unknown keys are refused [env: \
                 OUTLAY_CONFIG]",
        ))
        .args(settings::all().zip(NAMES.iter()).map(|(setting, names)| argument(setting, names)))
        .subcommand(
            Command::new("config")
                .about("Look at the configuration")
                .subcommand_required(true)
                .subcommand(Command::new("check").about(
                    "Print the effective configuration as TOML, with where each value came from",
                )),
        )
}

/// clap wants names that live as long as the program.
static NAMES: LazyLock<Vec<Names>> = LazyLock::new(|| settings::all().map(Names::of).collect());

struct Names {
    flag: String,
    value: String,
    /// None: with the flags that clap adds.
    heading: Option<String>,
}

impl Names {
    fn of(setting: &Setting) -> Self {
        let value = match setting.kind {
            Kind::Text { name, .. } => name.to_owned(),
            Kind::Number { unit, .. } => unit.to_ascii_uppercase(),
            Kind::Switch { .. } => "true|false".to_owned(),
        };
        let heading = match setting.section() {
            "" => None,
            section => Some(format!("In [{section}] of the file")),
        };
        Self { flag: setting.flag(), value, heading }
    }
}

fn argument(setting: &'static Setting, names: &'static Names) -> Arg {
    let bounds = match setting.kind {
        Kind::Number { unit, min, max, .. } => format!(" [{unit}, {min} to {max}]"),
        Kind::Text { .. } | Kind::Switch { .. } => String::new(),
    };
    let default = setting.get(&Config::default());
    let variable = setting.variable();
    let argument = Arg::new(setting.key)
        .long(names.flag.as_str())
        .value_name(names.value.as_str())
        .value_parser(ValueParser::string())
        .help_heading(names.heading.as_deref())
        .global(true)
        .help(format!("{}{bounds} [default: {default}] [env: {variable}]", setting.help));
    match setting.kind {
        Kind::Switch { .. } => {
            argument.num_args(0..=1).require_equals(true).default_missing_value("true")
        }
        Kind::Text { .. } | Kind::Number { .. } => argument,
    }
}
