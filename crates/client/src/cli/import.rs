//! `outlay region import` and the like: a CSV file, sent in batches.
//!
//! A few batches are under way at any time. Rows that can't be read aren't
//! sent; they are reported with those that the server refuses, and cost no
//! other row.

mod carrier;
mod lines;
mod report;
mod rows;
mod stream;

use std::fs::File;
use std::io::{Read, Write};

use clap::ArgMatches;
use outlay_proto::reflect;
use outlay_proto::v1::{self, ImportOptions};
use prost_reflect::DynamicMessage;

use super::fault::{FAILED, Fault};
use super::noun::Noun;
use super::{Session, args, fields, schema};
use carrier::{Carrier, References, Reports};
use report::Report;
pub(super) use rows::columns_help;
use rows::{Row, Rows};

/// Rows of a batch.
const BATCH: usize = 500;
/// Bytes after which no row is added to a batch: with the largest row it still
/// fits in a message.
const BATCH_BYTES: usize = 1 << 20;
/// Most rows of an import that is written as a whole.
const MAX_ALL_OR_NOTHING: usize = 1_000;
/// Most bytes of it.
const MAX_ALL_OR_NOTHING_BYTES: usize = 16 << 20;

/// Imports a file.
pub(super) async fn run(
    session: &mut Session<'_, '_>,
    noun: &'static Noun,
    args: &ArgMatches,
) -> Result<(), Fault> {
    let options = ImportOptions {
        validate_only: args::switch(args, "dry-run"),
        all_or_nothing: args::switch(args, "all-or-nothing"),
    };
    let mut report = Report::new(options);
    let file = args::text(args, "file").unwrap_or_default();
    let result = match noun.noun {
        "report" => {
            let carrier = history(args)?;
            transfer(session, noun, carrier, file, options, &mut report).await
        }
        _ => transfer(session, noun, References, file, options, &mut report).await,
    };
    if result.is_ok() || report.total() > 0 {
        // What was answered before it broke has happened.
        report.write(session.format, session.io)?;
    }
    if options.all_or_nothing && report.refused() > 0 {
        // The report says more than the error with which the server ends.
        return Err(Fault::Told(FAILED));
    }
    result?;
    if report.refused() > 0 {
        return Err(Fault::Told(FAILED));
    }
    Ok(())
}

/// Where reports are history: which level had accepted them, and where they come
/// from.
fn history(args: &ArgMatches) -> Result<Reports, Fault> {
    let descriptor = schema::message("ImportReportsRequest")?;
    let mut request = DynamicMessage::new(descriptor);
    for flag in &super::report::HISTORY {
        if let Some(texts) = args::texts(args, flag.long) {
            fields::set(&mut request, flag.path, &texts)
                .map_err(|why| Fault::Usage(format!("--{}: {why}", flag.long)))?;
        }
    }
    let strange = |_| schema::missing("import of reports");
    let v1::ImportReportsRequest { accepted_level, reason, .. } =
        reflect::from_dynamic(&request).map_err(strange)?;
    Ok(Reports { accepted_level, reason })
}

async fn transfer<C: Carrier>(
    session: &mut Session<'_, '_>,
    noun: &'static Noun,
    carrier: C,
    file: &str,
    options: ImportOptions,
    report: &mut Report,
) -> Result<(), Fault> {
    let input: Box<dyn Read + Send + '_> = if file == "-" {
        Box::new(&mut *session.io.stdin)
    } else {
        let wrong = |why| Fault::Usage(format!("{file} can't be read: {why}"));
        Box::new(File::open(file).map_err(wrong)?)
    };
    let mut source = Source::<C>::File(Box::new(Rows::new(noun, input)?));
    if options.all_or_nothing {
        source = source.read_whole(report)?;
        if report.refused() > 0 {
            // With a row that can't be read, none of them is to be written.
            return Ok(());
        }
    }
    let stream = stream::Stream {
        carrier,
        client: session.client.clone(),
        server: &session.server,
        timeout: session.timeout,
    };
    let mut nowhere = std::io::sink();
    let progress: &mut (dyn Write + Send) =
        if session.io.progress { &mut *session.io.stderr } else { &mut nowhere };
    stream.run(source, options, report, progress).await
}

/// Where batches come from.
enum Source<'a, C: Carrier> {
    /// Rows as they are read.
    File(Box<Rows<'a, C>>),
    /// Rows that were all read before the first is sent.
    Whole(Vec<Row<C::Row>>),
}

impl<C: Carrier> Source<'_, C> {
    /// The next batch; empty at the end.
    fn next(&mut self, report: &mut Report) -> Result<Vec<Row<C::Row>>, Fault> {
        match self {
            Self::File(rows) => rows.next(BATCH, BATCH_BYTES, report),
            Self::Whole(rows) => {
                let (mut count, mut bytes) = (0, 0);
                for row in rows.iter().take(BATCH) {
                    if bytes >= BATCH_BYTES {
                        break;
                    }
                    count += 1;
                    bytes += row.bytes;
                }
                let rest = rows.split_off(count);
                Ok(std::mem::replace(rows, rest))
            }
        }
    }

    /// Reads all rows.
    fn read_whole(mut self, report: &mut Report) -> Result<Self, Fault> {
        let mut all = Vec::new();
        loop {
            let batch = self.next(report)?;
            if batch.is_empty() {
                return Ok(Self::Whole(all));
            }
            all.extend(batch);
            if all.len() > MAX_ALL_OR_NOTHING {
                return Err(Fault::Usage(format!(
                    "the file has more than {MAX_ALL_OR_NOTHING} rows, too many for \
                     --all-or-nothing: split it, or leave the flag out to keep the good rows"
                )));
            }
            if all.iter().map(|row| row.bytes).sum::<usize>() > MAX_ALL_OR_NOTHING_BYTES {
                return Err(Fault::Usage(
                    "the rows are larger than 16 MiB, too large for --all-or-nothing: split the \
                     file, or leave the flag out to keep the good rows"
                        .to_owned(),
                ));
            }
        }
    }
}
