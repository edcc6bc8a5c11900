//! The file that `--config` names: TOML, in which every key is known.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::load::Problem;
use super::setting::{Kind, Setting};
use super::settings;

/// Longest file, in bytes: a hundred times what all settings need.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// A value of the file.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) line: usize,
}

/// What the file at `path` sets, by the settings' keys.
pub(super) fn read(path: &Path) -> Result<BTreeMap<&'static str, Found>, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(format!("the configuration {} can't be read: {error}", path.display()))
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE_BYTES {
        return Err(Problem::new(format!(
            "the configuration {} has {size} bytes, and the limit is {MAX_FILE_BYTES}: is it the \
             right file?",
            path.display()
        )));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    parse(&text).map_err(|(line, what)| Problem::new(format!("{}:{line}: {what}", path.display())))
}

type Complaint = (usize, String);

fn parse(text: &str) -> Result<BTreeMap<&'static str, Found>, Complaint> {
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, &span));
        (line, error.message().to_owned())
    })?;
    let mut found = BTreeMap::new();
    for (key, value) in document.get_ref() {
        let name: &str = key.get_ref();
        if settings::all().any(|setting| setting.section() == name) {
            let section = value.get_ref().as_table().ok_or_else(|| {
                (line_of(text, &value.span()), format!("write [{name}] and its keys below"))
            })?;
            for (inner, value) in section {
                let name = format!("{name}.{}", inner.get_ref());
                take(text, &name, &inner.span(), value, &mut found)?;
            }
        } else {
            take(text, name, &key.span(), value, &mut found)?;
        }
    }
    Ok(found)
}

fn take(
    text: &str,
    name: &str,
    place: &Range<usize>,
    value: &Spanned<DeValue<'_>>,
    found: &mut BTreeMap<&'static str, Found>,
) -> Result<(), Complaint> {
    let line = line_of(text, place);
    let setting = settings::all()
        .find(|setting| setting.key == name)
        .ok_or_else(|| (line, format!("there is no setting {name}: see outlayd --help")))?;
    let text = plain(setting, value.get_ref()).map_err(|what| (line, format!("{name}: {what}")))?;
    found.insert(setting.key, Found { text, line });
    Ok(())
}

/// The value as the text that a flag would have.
fn plain(setting: &Setting, value: &DeValue<'_>) -> Result<String, &'static str> {
    match (&setting.kind, value) {
        (Kind::Text { .. }, DeValue::String(text)) => Ok(text.to_string()),
        (Kind::Text { .. }, _) => Err("give text in quotes"),
        (Kind::Number { .. }, DeValue::Integer(number)) => {
            i64::from_str_radix(number.as_str(), number.radix())
                .map(|number| number.to_string())
                .map_err(|_| "the number is too large")
        }
        (Kind::Number { .. }, _) => Err("give a whole number without quotes"),
        (Kind::Switch { .. }, DeValue::Boolean(on)) => Ok(on.to_string()),
        (Kind::Switch { .. }, _) => Err("give true or false without quotes"),
    }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    let before = text.as_bytes().get(..span.start).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}
