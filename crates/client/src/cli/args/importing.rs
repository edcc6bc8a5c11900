//! The command that imports.

use clap::{Arg, Command, ValueHint};

use super::{field_arg, toggle};
use crate::cli::fault::Fault;
use crate::cli::noun::Noun;
use crate::cli::{import, report, schema};

pub(super) fn import(noun: &Noun) -> Result<Command, Fault> {
    let file = Arg::new("file")
        .required(true)
        .value_name("FILE.csv")
        .value_hint(ValueHint::FilePath)
        .help("CSV file in UTF-8 with a heading; - is stdin");
    let dry = toggle("dry-run", "Check and report, but change nothing");
    let whole = toggle(
        "all-or-nothing",
        "Write all rows, up to 1,000, or none; otherwise good rows are kept",
    );
    let command = Command::new("import")
        .about("Creates and updates them from a CSV file; a second run changes nothing")
        .long_about(import::columns_help(noun))
        .args([file, dry, whole]);
    if noun.noun != "report" {
        return Ok(command);
    }
    let request = schema::message("ImportReportsRequest")?;
    let history = report::HISTORY.iter().map(|flag| field_arg(&request, flag));
    Ok(command.args(history.collect::<Result<Vec<_>, _>>()?))
}
