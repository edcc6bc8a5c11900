//! Rows of a CSV file as records.

use std::io::Read;

use csv::StringRecord;
use outlay_proto::reflect;
use outlay_proto::v1::ReferenceRecord;
use prost_reflect::{DynamicMessage, FieldDescriptor, MessageDescriptor, Value};

use super::report::Report;
use crate::cli::fault::Fault;
use crate::cli::fields;
use crate::cli::noun::Noun;
use crate::cli::schema;

/// A row that is ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Line of the file on which it begins.
    pub(super) line: u64,
    /// The record.
    pub(super) record: ReferenceRecord,
}

/// The rows of a file.
pub(super) struct Rows<'a> {
    noun: &'static Noun,
    descriptor: MessageDescriptor,
    reader: csv::Reader<Box<dyn Read + Send + 'a>>,
    columns: Vec<Column>,
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
    format!(
        "Creates and updates them from a CSV file in UTF-8; a second run changes nothing.\n\n\
         The heading names the columns, in any order: {}; or the path of a field such as \
         localized_names.en. Columns that the server writes itself are passed over, so that a \
         file from `list -o csv` can be read. Empty cells change nothing. Where there is \
         neither name nor id, the code gives the id.",
        names.join(", ")
    )
}

impl<'a> Rows<'a> {
    /// Reads the heading.
    pub(super) fn new(
        noun: &'static Noun,
        source: Box<dyn Read + Send + 'a>,
    ) -> Result<Self, Fault> {
        let mut reader = csv::Reader::from_reader(source);
        let heading = reader.headers().map_err(|error| broken(&error))?.clone();
        if heading.is_empty() {
            return Err(Fault::Usage(format!(
                "the file is empty: it needs a heading, see `outlay {} import --help`",
                noun.noun
            )));
        }
        let mut rows = Self { noun, descriptor: noun.descriptor()?, reader, columns: Vec::new() };
        for header in &heading {
            rows.columns.push(rows.column(header.trim())?);
        }
        rows.prefer_fields();
        Ok(rows)
    }

    /// The next rows, at most `count`; empty at the end.
    pub(super) fn next(&mut self, count: usize, report: &mut Report) -> Result<Vec<Row>, Fault> {
        let mut rows = Vec::new();
        let mut cells = StringRecord::new();
        while rows.len() < count {
            let more = self.reader.read_record(&mut cells);
            if !more.map_err(|error| broken(&error))? {
                break;
            }
            let line = cells.position().map_or(0, csv::Position::line);
            match self.record(&cells) {
                Ok(record) => rows.push(Row { line, record }),
                Err((field, why)) => report.unreadable(line, &field, &why),
            }
        }
        Ok(rows)
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

    fn record(&self, cells: &StringRecord) -> Result<ReferenceRecord, (String, String)> {
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
        self.wrap(record).map_err(|why| (self.noun.noun.to_owned(), why))
    }

    /// The record's own name may be a bare id too.
    fn cell_text(&self, path: &str, cell: &str) -> String {
        match path {
            "name" => self.noun.name(cell),
            _ => cell.to_owned(),
        }
    }

    /// The record as one of reference data.
    fn wrap(&self, record: DynamicMessage) -> Result<ReferenceRecord, String> {
        let descriptor = reflect::message("ReferenceRecord").ok_or("there are no imports")?;
        let mut wrapped = DynamicMessage::new(descriptor);
        wrapped
            .try_set_field_by_name(self.noun.noun, Value::Message(record))
            .map_err(|error| error.to_string())?;
        reflect::from_dynamic(&wrapped).map_err(|error| error.to_string())
    }
}

/// Whether a column is passed over.
fn is_ignored(field: &FieldDescriptor) -> bool {
    schema::rules(field).output_only || field.name() == "etag"
}

/// What is wrong with the file itself: from there on nothing can be read.
fn broken(error: &csv::Error) -> Fault {
    use csv::ErrorKind;
    let line = error.position().map_or(1, csv::Position::line);
    Fault::Usage(match error.kind() {
        ErrorKind::Utf8 { .. } => {
            format!("line {line} of the file isn't UTF-8: save it as UTF-8 (not as GBK)")
        }
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("line {line} of the file has {len} cells, the heading has {expected_len}")
        }
        _ => format!("the file can't be read: {error}"),
    })
}
