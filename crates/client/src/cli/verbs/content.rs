//! A record as a command gives it: from a JSON file, and from flags.

use std::fs::File;
use std::io::Read;

use clap::ArgMatches;
use prost_reflect::{DynamicMessage, MessageDescriptor, ReflectMessage};

use crate::cli::fault::Fault;
use crate::cli::noun::{Flag, Noun};
use crate::cli::{Session, args, fields, given, mask, schema};
use crate::json;

/// Largest JSON file that is read.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// A record, and the fields that the command gives of it.
pub(super) struct Content {
    /// The record.
    pub(super) record: DynamicMessage,
    /// Paths of the fields.
    pub(super) paths: Vec<String>,
}

/// A flag that sets a field.
pub(super) struct Edit {
    flag: String,
    path: String,
    texts: Vec<String>,
}

impl Edit {
    /// What a flag says.
    pub(super) fn of(flag: &Flag, texts: Vec<String>) -> Self {
        Self { flag: flag.long.to_owned(), path: flag.path.to_owned(), texts }
    }

    /// What all flags say that set fields of a noun's records; `--set` has the
    /// last word.
    pub(super) fn all(noun: &Noun, args: &ArgMatches) -> Result<Vec<Self>, Fault> {
        let given = |flag: &Flag| Some(Self::of(flag, args::texts(args, flag.long)?));
        let mut edits: Vec<_> = noun.flags.iter().filter_map(given).collect();
        for pair in args::texts(args, "set").unwrap_or_default() {
            let (path, text) = pair
                .split_once('=')
                .ok_or_else(|| Fault::Usage(format!("--set {pair}: write --set FIELD=VALUE")))?;
            given::check(noun, path, &format!("--set {path}"))?;
            edits.push(Self {
                flag: format!("set {path}"),
                path: path.to_owned(),
                texts: vec![text.to_owned()],
            });
        }
        Ok(edits)
    }

    /// Sets the field.
    pub(super) fn apply(&self, message: &mut DynamicMessage) -> Result<(), Fault> {
        fields::set(message, &self.path, &self.texts)
            .map_err(|why| Fault::Usage(format!("--{}: {why}", self.flag)))
    }

    /// The map of which it changes some entries only; none where it replaces
    /// whole fields.
    fn map<'e>(&'e self, descriptor: &MessageDescriptor) -> Option<&'e str> {
        let field = schema::at(descriptor, &self.path)?;
        let partial = || self.path.contains('.') || self.texts.iter().all(|t| t.contains('='));
        (field.is_map() && partial()).then(|| schema::split(&self.path).0)
    }
}

impl Content {
    /// What `--file` gives; an empty record where there is none.
    pub(super) fn from_file(
        session: &mut Session<'_, '_>,
        noun: &Noun,
        args: &ArgMatches,
    ) -> Result<Self, Fault> {
        let descriptor = noun.descriptor()?;
        let Some(file) = args::text(args, "file") else {
            return Ok(Self { record: DynamicMessage::new(descriptor), paths: Vec::new() });
        };
        let text = read(session, file)?;
        let file = if file == "-" { "stdin" } else { file };
        let wrong = |error| Fault::Usage(format!("{file} is no {}: {error}", noun.noun));
        let value: serde_json::Value = serde_json::from_str(&text).map_err(wrong)?;
        Ok(Self {
            paths: mask::of_json(&descriptor, &value),
            record: json::from_value(descriptor, value).map_err(wrong)?,
        })
    }

    /// Sets what flags give.
    pub(super) fn edit(&mut self, edits: &[Edit]) -> Result<(), Fault> {
        let descriptor = self.record.descriptor();
        for edit in edits {
            edit.apply(&mut self.record)?;
            let path = edit.map(&descriptor).unwrap_or(&edit.path);
            mask::add(&mut self.paths, path);
        }
        Ok(())
    }

    /// Whether entries of a map are changed that the file doesn't give: an
    /// update replaces maps as a whole, so the other entries must be known.
    pub(super) fn needs_current(&self, edits: &[Edit]) -> bool {
        self.lacking(edits).next().is_some()
    }

    /// Takes those maps over from the record as it is, and its etag, so that
    /// no change in between is lost.
    pub(super) fn complete(&mut self, edits: &[Edit], current: &DynamicMessage) {
        let lacking: Vec<_> = self.lacking(edits).map(str::to_owned).collect();
        let etag = self.text("etag").is_empty().then(|| "etag".to_owned());
        for name in lacking.iter().chain(&etag) {
            if let Some(value) = current.get_field_by_name(name) {
                self.record.set_field_by_name(name, value.into_owned());
            }
        }
    }

    /// The text of a field.
    pub(super) fn text(&self, name: &str) -> String {
        let value = self.record.get_field_by_name(name);
        let text = value.as_ref().and_then(|value| value.as_str());
        text.unwrap_or_default().to_owned()
    }

    fn lacking<'e>(&self, edits: &'e [Edit]) -> impl Iterator<Item = &'e str> {
        let descriptor = self.record.descriptor();
        let given = self.paths.clone();
        edits
            .iter()
            .filter_map(move |edit| edit.map(&descriptor))
            .filter(move |map| !given.iter().any(|path| path == map))
    }
}

fn read(session: &mut Session<'_, '_>, file: &str) -> Result<String, Fault> {
    let mut text = String::new();
    let result = if file == "-" {
        let stdin = &mut *session.io.stdin;
        stdin.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text))
    };
    match result {
        Ok(bytes) if bytes as u64 > MAX_FILE_BYTES => {
            Err(Fault::Usage(format!("{file} is larger than 16 MiB")))
        }
        Ok(_) => Ok(text.trim_start_matches('\u{feff}').to_owned()),
        Err(error) => Err(Fault::Usage(format!("{file} can't be read: {error}"))),
    }
}
