//! Statuses that the server's outer parts answer with, always with their
//! `ErrorInfo`.

use std::time::Duration;

use outlay_proto::ERROR_DOMAIN;
use outlay_proto::validate::Reason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// When a caller may try again where the server is busy.
pub const RETRY_BUSY: Duration = Duration::from_millis(200);
/// When a caller may try again where the server starts or stops.
pub const RETRY_RESTART: Duration = Duration::from_secs(1);

/// A status with its reason. `message` says what to do.
#[must_use]
pub fn refuse(code: Code, reason: Reason, message: impl Into<String>) -> Status {
    Status::with_error_details(code, message, details(reason, []))
}

/// As [`refuse`], with one more fact for programs.
#[must_use]
pub fn refuse_with(
    code: Code,
    reason: Reason,
    message: impl Into<String>,
    fact: (&str, String),
) -> Status {
    Status::with_error_details(code, message, details(reason, [fact]))
}

/// UNAVAILABLE, with when to try again.
#[must_use]
pub fn refuse_for_now(reason: Reason, message: impl Into<String>, after: Duration) -> Status {
    let mut details = details(reason, []);
    details.set_retry_info(Some(after));
    Status::with_error_details(Code::Unavailable, message, details)
}

/// A message that is too large, with the limit in bytes.
#[must_use]
pub fn too_large(limit: usize, message: impl Into<String>) -> Status {
    let fact = ("limit_bytes", limit.to_string());
    refuse_with(Code::ResourceExhausted, Reason::TooLarge, message, fact)
}

/// Bytes that aren't a message.
#[must_use]
pub fn malformed(message: impl Into<String>) -> Status {
    refuse(Code::InvalidArgument, Reason::MessageMalformed, message)
}

/// What has no row in the policy.
#[must_use]
pub fn unknown_method() -> Status {
    let message = "there is no such RPC: the server may be older than the client";
    refuse(Code::Unimplemented, Reason::MethodUnknown, message)
}

/// A fault of the server; the log has said what it was.
#[must_use]
pub fn internal() -> Status {
    let message = "the server failed: its log says more under this call's trace id";
    refuse(Code::Internal, Reason::Internal, message)
}

/// A caught panic; the panic hook has logged it.
pub(super) fn panicked() -> Status {
    tracing::error!("a panic ended the call");
    internal()
}

fn details<const N: usize>(reason: Reason, facts: [(&str, String); N]) -> ErrorDetails {
    let name = reason.as_str_name().trim_start_matches("REASON_");
    let facts = facts.map(|(key, value)| (key.to_owned(), value));
    ErrorDetails::with_error_info(name, ERROR_DOMAIN, facts)
}
