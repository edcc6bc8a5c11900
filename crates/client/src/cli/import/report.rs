//! What came of an import: counts, and the rows that were refused.

use std::io::Write;

use outlay_proto::v1::{ImportOptions, ImportOutcome, ImportResult};

use super::rows::Flaw;
use crate::cli::Io;
use crate::cli::fault::Fault;
use crate::cli::output::{Fit, Format, Head, Table, csv_line, visible};

/// Most refused rows that are kept to be shown; the rest is counted.
const MAX_SHOWN: usize = 1_000;
const HEADS: [&str; 5] = ["line", "name", "field", "reason", "description"];

/// What came of it.
pub(super) struct Report {
    options: ImportOptions,
    created: u64,
    updated: u64,
    unchanged: u64,
    refused: u64,
    /// Line and cells of each.
    shown: Vec<(u64, [String; 5])>,
}

impl Report {
    /// Nothing yet.
    pub(super) fn new(options: ImportOptions) -> Self {
        Self { options, created: 0, updated: 0, unchanged: 0, refused: 0, shown: Vec::new() }
    }

    /// Rows that were refused.
    pub(super) fn refused(&self) -> u64 {
        self.refused
    }

    /// Rows that were answered or couldn't be read.
    pub(super) fn total(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.refused
    }

    /// A row that can't be read.
    pub(super) fn unreadable(&mut self, line: u64, flaw: &Flaw) {
        self.refused += 1;
        self.show(line, "", &flaw.field, flaw.reason, &flaw.why);
    }

    /// The server's answer about a row.
    pub(super) fn answered(&mut self, line: u64, result: &ImportResult) {
        match result.outcome() {
            ImportOutcome::Created => self.created += 1,
            ImportOutcome::Updated => self.updated += 1,
            ImportOutcome::Unchanged => self.unchanged += 1,
            ImportOutcome::Refused | ImportOutcome::Unspecified => {
                self.refused += 1;
                if result.violations.is_empty() {
                    self.show(line, &result.name, "", "", "");
                }
                for violation in &result.violations {
                    let (field, reason) = (&violation.field, &violation.reason);
                    self.show(line, &result.name, field, reason, &violation.description);
                }
            }
        }
    }

    /// Writes the refused rows as data, and a summary beside it.
    pub(super) fn write(&self, format: Format, io: &mut Io<'_>) -> Result<(), Fault> {
        match format {
            Format::Json => self.write_json(io.stdout)?,
            Format::Csv => {
                io.stdout.write_all(&csv_line(&HEADS))?;
                for row in self.sorted() {
                    io.stdout.write_all(&csv_line(row))?;
                }
            }
            Format::Table if self.shown.is_empty() => {}
            Format::Table => {
                // The reason last: it is the first to be left out.
                let heads = [
                    Head::new("LINE", Fit::Number),
                    Head::new("NAME", Fit::Text),
                    Head::new("FIELD", Fit::Text),
                    Head::new("DESCRIPTION", Fit::Prose),
                    Head::new("REASON", Fit::Whole),
                ];
                let mut table = Table::new(heads);
                for [line, name, field, reason, description] in self.sorted() {
                    let cells = [line, name, field, description, reason];
                    table.push(cells.map(|cell| visible(cell)).to_vec());
                }
                table.write(io.stdout, io.width, 0)?;
            }
        }
        io.stdout.flush()?;
        writeln!(io.stderr, "{}", self.summary())?;
        Ok(())
    }

    fn show(&mut self, line: u64, name: &str, field: &str, reason: &str, why: &str) {
        if self.shown.len() < MAX_SHOWN {
            let number = line.to_string();
            let cells = [&number, name, field, reason, why];
            self.shown.push((line, cells.map(str::to_owned)));
        }
    }

    /// The refused rows in the order of the file: what is found here is known
    /// before the server has answered the rows before it.
    fn sorted(&self) -> Vec<&[String; 5]> {
        let mut rows: Vec<_> = self.shown.iter().collect();
        rows.sort_by_key(|(line, _)| *line);
        rows.into_iter().map(|(_, cells)| cells).collect()
    }

    fn write_json(&self, out: &mut dyn Write) -> Result<(), Fault> {
        let rows: Vec<_> = self.sorted().into_iter().map(object).collect();
        let document = serde_json::json!({
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "validateOnly": self.options.validate_only,
            "violations": rows,
        });
        writeln!(out, "{document:#}")?;
        Ok(())
    }

    fn summary(&self) -> String {
        if self.options.all_or_nothing && self.refused > 0 {
            return format!(
                "{} rows were refused, so nothing was written: mend them and import all again.",
                self.refused
            );
        }
        let total = self.total();
        let check = match self.options.validate_only {
            true => " This was a check only: nothing has changed.",
            false => "",
        };
        format!(
            "{total} rows: {} created, {} updated, {} unchanged, {} refused.{check}",
            self.created, self.updated, self.unchanged, self.refused
        )
    }
}

fn object(cells: &[String; 5]) -> serde_json::Value {
    let pairs = HEADS.iter().zip(cells);
    let value = |(head, cell): (&&str, &String)| match *head {
        "line" => ("line".to_owned(), cell.parse::<u64>().unwrap_or_default().into()),
        head => (head.to_owned(), cell.clone().into()),
    };
    serde_json::Value::Object(pairs.map(value).collect())
}
