//! One setting: how it is read and shown.

use super::{Config, value};

/// One setting.
pub(super) struct Setting {
    /// Key in the file: `limits.calls`. The flag is `--limits-calls`, the
    /// variable `OUTLAY_LIMITS_CALLS`.
    pub(super) key: &'static str,
    /// What it does; a sentence.
    pub(super) help: &'static str,
    /// How it is read and shown.
    pub(super) kind: Kind,
}

/// How a setting is read and shown.
pub(super) enum Kind {
    /// Text of some form.
    Text {
        /// What stands for the value in the help.
        name: &'static str,
        /// Takes the value in, or says what is wrong with it.
        set: fn(&mut Config, &str) -> Result<(), String>,
        /// The value as text.
        get: fn(&Config) -> String,
    },
    /// A whole number.
    Number {
        /// What it counts.
        unit: &'static str,
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
        /// Takes a value within the bounds in.
        set: fn(&mut Config, u64),
        /// The value.
        get: fn(&Config) -> u64,
    },
    /// True or false.
    Switch {
        /// Takes the value in.
        set: fn(&mut Config, bool),
        /// The value.
        get: fn(&Config) -> bool,
    },
}

impl Setting {
    /// The flag, without its dashes: `limits-calls`.
    pub(super) fn flag(&self) -> String {
        self.key.replace(['.', '_'], "-")
    }

    /// The environment variable: `OUTLAY_LIMITS_CALLS`.
    pub(super) fn variable(&self) -> String {
        format!("OUTLAY_{}", self.key.replace('.', "_").to_ascii_uppercase())
    }

    /// The part of the file that the setting stands in; empty for the first.
    pub(super) fn section(&self) -> &'static str {
        self.key.split_once('.').map_or("", |(section, _)| section)
    }

    /// Takes `text` in, or says what is wrong with it.
    pub(super) fn set(&self, config: &mut Config, text: &str) -> Result<(), String> {
        match &self.kind {
            Kind::Text { set, .. } => set(config, text),
            Kind::Number { unit, min, max, set, .. } => {
                value::number(text, unit, *min, *max).map(|number| set(config, number))
            }
            Kind::Switch { set, .. } => value::switch(text).map(|on| set(config, on)),
        }
    }

    /// The value as text.
    pub(super) fn get(&self, config: &Config) -> String {
        match &self.kind {
            Kind::Text { get, .. } => get(config),
            Kind::Number { get, .. } => get(config).to_string(),
            Kind::Switch { get, .. } => get(config).to_string(),
        }
    }
}
