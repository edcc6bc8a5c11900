//! What `outlayd config check` prints: the effective configuration as a file
//! that could be given back with `--config`, with where each value came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::Config;
use super::setting::{Kind, Setting};
use super::settings;

/// Where a value came from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// A line of the file.
    File(PathBuf, usize),
    /// A variable.
    Environment(String),
    /// A flag, without its dashes.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, line) => write!(formatter, "{}:{line}", path.display()),
            Self::Environment(variable) => write!(formatter, "environment {variable}"),
            Self::Flag(flag) => write!(formatter, "flag --{flag}"),
        }
    }
}

/// The configuration as TOML; a value without an origin is the default.
pub(super) fn render(config: &Config, origins: &BTreeMap<&'static str, Origin>) -> String {
    let mut text = String::new();
    let mut section = "";
    for setting in settings::all() {
        if setting.section() != section {
            section = setting.section();
            text.push_str(&format!("\n[{section}]\n"));
        }
        let name = setting.key.rsplit('.').next().unwrap_or(setting.key);
        let assignment = format!("{name} = {}", value(setting, config));
        let origin = origins.get(setting.key).map_or("default".to_owned(), Origin::to_string);
        text.push_str(&format!("{assignment:<34} # {origin}\n"));
    }
    text
}

fn value(setting: &Setting, config: &Config) -> String {
    let text = setting.get(config);
    match setting.kind {
        Kind::Text { .. } => toml::Value::String(text).to_string(),
        Kind::Number { .. } | Kind::Switch { .. } => text,
    }
}
