//! Why a command didn't work, how that is said, and with which exit code.

use std::fmt::Write as _;
use std::io;

use tonic::Code;

use crate::error::{Error, Refusal};

/// Exit code: it failed in some other way.
pub(super) const FAILED: u8 = 1;
/// Exit code: the command, or a field of the request, is wrong.
pub(super) const USAGE: u8 = 2;
/// Exit code: there is no such record.
pub(super) const NOT_FOUND: u8 = 3;
/// Exit code: the record is in another state than the command expects.
pub(super) const CONFLICT: u8 = 4;
/// Exit code: the server isn't there, or is too slow.
pub(super) const UNAVAILABLE: u8 = 5;

/// Where the server says how many violations it had no room for.
const OMITTED: &str = "omitted";

/// The exit codes, for the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  it worked
  1  it failed: not permitted, too large, a row of an import was refused, …
  2  the command is wrong, or a field of the request (INVALID_ARGUMENT)
  3  there is no such record (NOT_FOUND)
  4  the record is in another state: it exists already, was changed in between,
     or doesn't allow the action (ALREADY_EXISTS, ABORTED, FAILED_PRECONDITION)
  5  the server can't be reached or is too slow (UNAVAILABLE, DEADLINE_EXCEEDED)";

/// Why a command didn't work.
#[derive(Debug)]
pub(super) enum Fault {
    /// The command is wrong: what, and what to do.
    Usage(String),
    /// A call failed.
    Call {
        /// How.
        error: Error,
        /// The server that was called.
        server: String,
        /// How the command may be repeated, where it changes something.
        repeat: Option<Repeat>,
    },
    /// Something besides the server failed: what.
    Local(String),
    /// Output was no longer wanted.
    Closed,
    /// It has been said already; the exit code remains.
    Told(u8),
}

/// How a command that changes something may be repeated without harm.
#[derive(Debug)]
pub(super) enum Repeat {
    /// Under the id of its request.
    Under(String),
    /// As it is.
    AsItIs,
}

impl Fault {
    /// A call that failed.
    pub(super) fn call(error: Error, server: &str) -> Self {
        Self::Call { error, server: server.to_owned(), repeat: None }
    }

    /// Says how the command may be repeated.
    #[must_use]
    pub(super) fn repeatable(mut self, how: Repeat) -> Self {
        if let Self::Call { repeat, .. } = &mut self {
            *repeat = Some(how);
        }
        self
    }

    /// The exit code.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::Call { error, .. } => code_of(error),
            Self::Local(_) => FAILED,
            // Whoever closed the pipe has read enough.
            Self::Closed => 0,
            Self::Told(code) => *code,
        }
    }

    /// Says it.
    pub(super) fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Self::Usage(text) | Self::Local(text) => writeln!(out, "error: {text}"),
            Self::Call { error, server, repeat } => {
                write!(out, "{}", told(error, server, repeat.as_ref()))
            }
            Self::Closed | Self::Told(_) => Ok(()),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Local(format!("the output can't be written: {error}"))
        }
    }
}

fn code_of(error: &Error) -> u8 {
    let Some(code) = error.code() else {
        return USAGE;
    };
    match code {
        Code::InvalidArgument | Code::OutOfRange => USAGE,
        Code::NotFound => NOT_FOUND,
        Code::Aborted | Code::AlreadyExists | Code::FailedPrecondition => CONFLICT,
        Code::Unavailable | Code::DeadlineExceeded => UNAVAILABLE,
        _ => FAILED,
    }
}

/// A sentence, and then what is known in detail, line by line.
fn told(error: &Error, server: &str, repeat: Option<&Repeat>) -> String {
    let mut text = match error {
        Error::Refused(refusal) => refused(refusal),
        Error::Unreachable { .. } => format!("error: {error}: is outlayd running at {server}?\n"),
        other => format!("error: {other}\n"),
    };
    match repeat {
        Some(Repeat::Under(id)) if error.may_have_happened() => {
            let advice = "It may have happened. Repeat the command with --request-id";
            text.push_str(&format!("{advice} {id} to learn; nothing happens twice.\n"));
        }
        Some(Repeat::AsItIs) if error.may_have_happened() || code_of(error) == UNAVAILABLE => {
            text.push_str(
                "Run it again when the server is back: that is safe, and changes only what is \
                 missing.\n",
            );
        }
        _ => {}
    }
    text
}

fn refused(refusal: &Refusal) -> String {
    let mut text = format!("error: {}", visible(&refusal.message));
    let code = upper_snake(refusal.code);
    // One violation is as a rule the whole message.
    let whole = match refusal.violations.as_slice() {
        [one] => Some(one).filter(|one| refusal.message.contains(&one.description)),
        _ => None,
    };
    let reason = whole.map_or(&refusal.reason, |violation| &violation.reason);
    // Writing to a string can't fail.
    let _ = match reason.as_str() {
        "" => writeln!(text, " ({code})"),
        reason => writeln!(text, " ({code}, {})", visible(reason)),
    };
    for violation in refusal.violations.iter().filter(|_| whole.is_none()) {
        let (field, what) = (&violation.field, &violation.description);
        let _ = write!(text, "  {}: {}", visible(field), visible(what));
        let _ = match violation.reason.as_str() {
            "" => writeln!(text),
            reason => writeln!(text, " ({})", visible(reason)),
        };
    }
    if let Some(more) = refusal.metadata.get(OMITTED) {
        let _ = writeln!(text, "  … and {} more", visible(more));
    }
    for condition in &refusal.preconditions {
        if refusal.message.contains(&condition.description) {
            continue;
        }
        let (subject, what) = (&condition.subject, &condition.description);
        let _ = writeln!(text, "  {}: {}", visible(subject), visible(what));
    }
    if let Some(resource) = &refusal.resource {
        // The message names it as a rule.
        if !resource.name.is_empty() && !refusal.message.contains(&resource.name) {
            let _ = writeln!(text, "  it is about {}", visible(&resource.name));
        }
    }
    if let Some(delay) = refusal.retry_delay {
        let _ = writeln!(text, "  try again in {delay:?}");
    }
    text
}

/// Keeps what a server sends from steering the terminal.
fn visible(text: &str) -> String {
    super::output::visible(text)
}

/// The name of a code as the protos write it.
fn upper_snake(code: Code) -> String {
    let mut name = String::new();
    for letter in format!("{code:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}
