//! The log: to stderr, as text on a terminal and as JSON elsewhere.
//!
//! Panics go through it too, so that they carry the trace id of their call and
//! a log of JSON stays one.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::TryInitError;

use crate::config::{Log, LogFormat};

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The filter can't be parsed; the configuration has checked it.
    #[error("the log's filter is wrong")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The process has a log already.
    #[error("the log was started twice")]
    Twice(#[from] TryInitError),
}

/// Starts the log of this process.
///
/// # Errors
/// When the filter is bad, and when there is a log already.
pub fn start(settings: &Log) -> Result<(), Error> {
    use tracing_subscriber::util::SubscriberInitExt;

    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&settings.filter)?)
        .with_span_events(FmtSpan::NONE)
        .with_writer(std::io::stderr);
    if is_json(settings.format) {
        lines.json().flatten_event(true).with_span_list(false).finish().try_init()?;
    } else {
        let colours = std::io::stderr().is_terminal();
        lines.with_ansi(colours).finish().try_init()?;
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

fn is_json(format: LogFormat) -> bool {
    match format {
        LogFormat::Auto => !std::io::stderr().is_terminal(),
        LogFormat::Text => false,
        LogFormat::Json => true,
    }
}

fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("no message");
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = std::backtrace::Backtrace::capture();
    tracing::error!(panic = message, location, %backtrace, "a panic: please report it");
}
