//! Rows of a CSV file as records.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::marker::PhantomData;

use prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, MessageDescriptor, Value};

use super::carrier::Carrier;
use super::lines::{Lines, MAX_ROW_BYTES};
use super::report::Report;
use crate::cli::fault::Fault;
use crate::cli::fields;
use crate::cli::noun::Noun;
use crate::cli::schema;

/// Fields that say which record a row is about; the first that is given does.
const IDENTITIES: [&str; 4] = ["name", "code", "credit_code", "document_number"];

/// A row that is ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Row<R> {
    /// Line of the file on which it begins.
    pub(super) line: u64,
    /// The record.
    pub(super) record: R,
    /// Its size in a message.
    pub(super) bytes: usize,
}

/// Why a row isn't sent.
pub(super) struct Flaw {
    /// The field; empty where it is the row.
    pub(super) field: String,
    /// A name of Reason.
    pub(super) reason: &'static str,
    /// What is wrong, and what to do.
    pub(super) why: String,
}

/// The rows of a file.
pub(super) struct Rows<'a, C> {
    carrier: PhantomData<C>,
    noun: &'static Noun,
    descriptor: MessageDescriptor,
    lines: Lines<'a>,
    columns: Vec<Column>,
    /// The line on which each record stands: a second row for it would be
    /// written over the first, in every run again.
    seen: HashMap<String, u64>,
    /// Why nothing more can be read, until it has been told.
    failed: Option<Fault>,
}

/// What a column gives.
enum Column {
    /// The field that it is called like.
    Field(String),
    /// Fields that go by another name.
    Alias(Vec<&'static str>),
    /// Nothing: the server writes it itself.
    Ignored,
}

/// What the columns may be called, for the help.
pub(in crate::cli) fn columns_help(noun: &Noun) -> String {
    let mut names = Vec::new();
    for alias in noun.import.unwrap_or_default() {
        names.push(alias.header.to_owned());
    }
    if let Ok(descriptor) = noun.descriptor() {
        let fields = descriptor.fields();
        let is_given = |field: &FieldDescriptor| !is_ignored(field);
        let given = fields.filter(is_given);
        names.extend(given.map(|field| field.name().to_owned()));
    }
    let tree = match noun.descriptor().map(|message| message.get_field_by_name("parent")) {
        Ok(Some(_)) => " A parent must stand before its children, unless it is there already.",
        _ => "",
    };
    format!(
        "Creates and updates them from a CSV file in UTF-8; a second run changes nothing.\n\n\
         The heading names the columns, in any order: {}; or the path of a field such as \
         localized_names.en. Columns that the server writes itself are passed over, so that a \
         file from `list -o csv` can be read. Empty cells change nothing. Where there is \
         neither name nor id, the code, or what the record is of, gives the id.{tree}\n\n\
         A row that can't be read or is refused is reported with its line, and the others are \
         written. An import that was cut off can be run again: that is safe, and changes only \
         what is missing.",
        names.join(", ")
    )
}

impl<'a, C: Carrier> Rows<'a, C> {
    /// Reads the heading.
    pub(super) fn new(
        noun: &'static Noun,
        source: Box<dyn Read + Send + 'a>,
    ) -> Result<Self, Fault> {
        let mut lines = Lines::new(source);
        let Some((line, heading)) = lines.next().map_err(|error| unreadable(&error))? else {
            return Err(Fault::Usage(format!(
                "the file is empty: it needs a heading, see `outlay {} import --help`",
                noun.noun
            )));
        };
        let heading = heading
            .map_err(|why| Fault::Usage(format!("line {line} of the file, its heading: {why}")))?;
        let mut rows = Self {
            carrier: PhantomData,
            noun,
            descriptor: noun.descriptor()?,
            lines,
            columns: Vec::new(),
            seen: HashMap::new(),
            failed: None,
        };
        let mut headers = HashSet::new();
        for header in heading.iter().map(|header| header.trim()) {
            // `display_name` and `displayName` are the same field.
            if !headers.insert(header.replace('_', "").to_lowercase()) {
                return Err(Fault::Usage(format!(
                    "the column {header:?} stands twice in the heading: keep one of the two"
                )));
            }
            rows.columns.push(rows.column(header)?);
        }
        rows.prefer_fields();
        Ok(rows)
    }

    /// The next rows, at most `count` and few enough for `bytes` and one row
    /// more; empty at the end.
    pub(super) fn next(
        &mut self,
        count: usize,
        bytes: usize,
        report: &mut Report,
    ) -> Result<Vec<Row<C::Row>>, Fault> {
        if let Some(fault) = self.failed.take() {
            return Err(fault);
        }
        let mut rows: Vec<Row<C::Row>> = Vec::new();
        let mut size = 0;
        while rows.len() < count && size < bytes {
            let (line, cells) = match self.lines.next() {
                Ok(Some(row)) => row,
                Ok(None) => break,
                Err(error) if rows.is_empty() => return Err(unreadable(&error)),
                Err(error) => {
                    // The rows before it are good.
                    self.failed = Some(unreadable(&error));
                    break;
                }
            };
            match cells.map_err(format_flaw).and_then(|cells| self.row(line, &cells)) {
                Ok(row) => {
                    size += row.bytes;
                    rows.push(row);
                }
                Err(flaw) => report.unreadable(line, &flaw),
            }
        }
        Ok(rows)
    }

    fn row(&mut self, line: u64, cells: &[String]) -> Result<Row<C::Row>, Flaw> {
        if cells.len() != self.columns.len() {
            let (here, due) = (cells.len(), self.columns.len());
            return Err(format_flaw(&format!("it has {here} cells, and the heading {due}")));
        }
        let flaw = |(field, why)| Flaw { field, reason: "FIELD_FORMAT", why };
        let record = self.record(cells).map_err(flaw)?;
        let identity = self.identity(&record);
        let whole = |why| flaw((self.noun.noun.to_owned(), why));
        let record = C::row(self.noun, record).map_err(whole)?;
        let bytes = record.encoded_len();
        if bytes > MAX_ROW_BYTES {
            return Err(Flaw {
                field: String::new(),
                reason: "FIELD_TOO_LONG",
                why: "the row is larger than 1 MiB, too large to be sent".to_owned(),
            });
        }
        if let Some((field, identity)) = identity {
            if let Some(first) = self.seen.get(&identity) {
                return Err(Flaw {
                    field: field.to_owned(),
                    reason: "FIELD_DUPLICATE",
                    why: format!("lines {first} and {line} both give {identity}: keep one of them"),
                });
            }
            self.seen.insert(identity, line);
        }
        Ok(Row { line, record, bytes })
    }

    /// Which record a row is about, and the field that says so.
    fn identity(&self, record: &DynamicMessage) -> Option<(&'static str, String)> {
        IDENTITIES
            .into_iter()
            .find_map(|field| {
                let value = record.get_field_by_name(field)?;
                let text = value.as_str().filter(|text| !text.is_empty())?;
                Some(match field {
                    // The code gives the id, in lower case.
                    "name" | "code" => (field, self.noun.name(text).to_lowercase()),
                    _ => (field, format!("{field} {text}")),
                })
            })
            .or_else(|| identity_of_figure(record))
    }

    fn column(&self, header: &str) -> Result<Column, Fault> {
        let aliases = self.noun.import.unwrap_or_default();
        if let Some(alias) = aliases.iter().find(|alias| alias.header == header) {
            return Ok(Column::Alias(alias.paths.to_vec()));
        }
        let field = schema::at(&self.descriptor, header).ok_or_else(|| {
            let noun = self.noun.noun;
            Fault::Usage(format!(
                "the column {header:?} isn't known: see `outlay {noun} import --help`"
            ))
        })?;
        if is_ignored(&field) { Ok(Column::Ignored) } else { Ok(Column::Field(header.to_owned())) }
    }

    /// A column that is called like a field wins over one that gives the field
    /// besides.
    fn prefer_fields(&mut self) {
        let is_field =
            |column: &Column, path: &str| matches!(column, Column::Field(f) if f == path);
        let named: Vec<_> = ["display_name", "title", "name"]
            .into_iter()
            .filter(|path| self.columns.iter().any(|column| is_field(column, path)))
            .collect();
        for column in &mut self.columns {
            if let Column::Alias(paths) = column {
                paths.retain(|path| !named.contains(path));
            }
        }
    }

    fn record(&self, cells: &[String]) -> Result<DynamicMessage, (String, String)> {
        let mut record = DynamicMessage::new(self.descriptor.clone());
        for (cell, column) in cells.iter().zip(&self.columns) {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            let paths: &[&str] = match column {
                Column::Field(path) => &[path],
                Column::Alias(paths) => paths,
                Column::Ignored => &[],
            };
            for path in paths {
                let text = self.cell_text(path, cell);
                fields::set(&mut record, path, &[text]).map_err(|why| ((*path).to_owned(), why))?;
            }
        }
        // Empty entries change nothing either, like empty cells.
        for field in self.descriptor.fields().filter(FieldDescriptor::is_map) {
            if let Value::Map(entries) = record.get_field_mut(&field) {
                entries.retain(|_, value| value.as_str() != Some(""));
            }
        }
        Ok(record)
    }

    /// The record's own name may be a bare id too.
    fn cell_text(&self, path: &str, cell: &str) -> String {
        match path {
            "name" => self.noun.name(cell),
            _ => cell.to_owned(),
        }
    }
}

/// What a report, an observation or a target is of.
fn identity_of_figure(record: &DynamicMessage) -> Option<(&'static str, String)> {
    let text = |field| record.get_field_by_name(field).map(|value| value.to_string());
    if let (Some(project), Some(month)) = (text("project"), text("month")) {
        return Some(("month", format!("{month} of {project}")));
    }
    let (region, indicator) = (text("region")?, text("indicator")?);
    let when = text("period").or_else(|| text("year"))?;
    Some(("indicator", format!("{indicator} of {region} for {when}")))
}

/// Whether a column is passed over.
fn is_ignored(field: &FieldDescriptor) -> bool {
    schema::rules(field).output_only || field.name() == "etag"
}

fn format_flaw(why: &str) -> Flaw {
    Flaw { field: String::new(), reason: "FIELD_FORMAT", why: why.to_owned() }
}

/// From here on nothing can be read.
fn unreadable(error: &io::Error) -> Fault {
    Fault::Usage(format!("the file can't be read to its end: {error}"))
}
