//! The only place where an error becomes a gRPC status.

use std::collections::HashMap;
use std::time::Duration;

use outlay_proto::ERROR_DOMAIN;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, StatusExt};

use crate::error::{Error, Reason, Violations};

/// Most bytes of violations that a status tells of, so that message and
/// details stay under 4 KiB: they travel in headers.
const MAX_VIOLATION_BYTES: usize = 2_400;
/// Most bytes of a status message.
const MAX_MESSAGE_BYTES: usize = 600;
/// When to come back after UNAVAILABLE.
const RETRY_DELAY: Duration = Duration::from_millis(500);

/// The status of an error. The cause of a fault is logged, not told.
#[must_use]
pub(super) fn status(error: Error) -> Status {
    let (code, reason) = classified(&error);
    if matches!(error, Error::Internal(_) | Error::Damaged(_) | Error::DiskFull) {
        tracing::error!(error = &error as &dyn std::error::Error, "a request failed");
    }
    let mut message = error.to_string();
    let mut metadata = HashMap::new();
    let mut details = ErrorDetails::new();
    match &error {
        Error::Fields(violations) => {
            let told = bad_request(violations, &mut details);
            message = summary(violations);
            if told < violations.len() {
                metadata.insert("omitted".to_owned(), (violations.len() - told).to_string());
            }
        }
        Error::NotFound { name } | Error::NotYet { name, .. } | Error::Purged { name } => {
            let kind = name.split('/').next().unwrap_or_default();
            details.set_resource_info(
                kind,
                name,
                "",
                "there is no such record, or it isn't yours to see",
            );
        }
        Error::Transition { name, state, action, needed } => {
            metadata.insert("state".to_owned(), (*state).to_owned());
            metadata.insert("action".to_owned(), action.clone());
            let of = |needed: &String| PreconditionViolation::new("STATE", name, needed);
            details.set_precondition_failure(needed.iter().map(of).collect::<Vec<_>>());
        }
        Error::Refused { name, .. }
        | Error::Deleted { name }
        | Error::NotDeleted { name }
        | Error::Merged { name, .. }
        | Error::NotDeletedYet { name }
        | Error::ReferencePurged { name, .. }
        | Error::BeingPurged { name }
        | Error::PeriodClosed { name, .. }
        | Error::PeriodNotClosed { name, .. }
        | Error::PeriodNotEnded { name, .. }
        | Error::InUse { name, .. } => {
            details.set_precondition_failure(vec![PreconditionViolation::new(
                "STATE", name, &message,
            )]);
        }
        Error::Exists { name } | Error::EtagMismatch { name } => {
            metadata.insert("name".to_owned(), name.clone());
        }
        Error::CodeTaken { code, holder, .. } => {
            metadata.insert("code".to_owned(), code.clone());
            metadata.insert("holder".to_owned(), holder.clone());
        }
        Error::RevisionNotReached { newest, .. } => {
            metadata.insert("newest_revision".to_owned(), newest.to_string());
        }
        _ => {}
    }
    if code == Code::Unavailable || matches!(error, Error::Conflict) {
        details.set_retry_info(Some(RETRY_DELAY));
    }
    details.set_error_info(reason_name(reason), ERROR_DOMAIN, metadata);
    Status::with_error_details(code, cut(message, MAX_MESSAGE_BYTES), details)
}

/// The reason as the wire has it: the enum value without its prefix.
#[must_use]
pub(super) fn reason_name(reason: Reason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix("REASON_").unwrap_or(name)
}

/// The reason of an error that one record alone is the cause of: the row of an
/// import that asked for it is refused, and the others go on.
#[must_use]
pub(super) fn refusal(error: &Error) -> Option<Reason> {
    match error {
        Error::Exists { .. }
        | Error::CodeTaken { .. }
        | Error::Transition { .. }
        | Error::Refused { .. }
        | Error::Deleted { .. }
        | Error::Merged { .. }
        | Error::BeingPurged { .. }
        | Error::PeriodClosed { .. } => Some(classified(error).1),
        _ => None,
    }
}

fn classified(error: &Error) -> (Code, Reason) {
    match error {
        Error::Fields(_) => (Code::InvalidArgument, Reason::FieldsInvalid),
        Error::RequestIdReused => (Code::InvalidArgument, Reason::RequestIdReused),
        Error::PageToken(_) => (Code::InvalidArgument, Reason::PageTokenInvalid),
        Error::NotFound { .. } | Error::NotYet { .. } => (Code::NotFound, Reason::RecordNotFound),
        Error::Purged { .. } => (Code::NotFound, Reason::RecordPurged),
        Error::VersionGone { .. } => (Code::NotFound, Reason::VersionGone),
        Error::Exists { .. } => (Code::AlreadyExists, Reason::RecordExists),
        Error::CodeTaken { .. } => (Code::AlreadyExists, Reason::CodeTaken),
        Error::Transition { .. } => (Code::FailedPrecondition, Reason::TransitionForbidden),
        Error::Refused { reason, .. } => (Code::FailedPrecondition, *reason),
        Error::Deleted { .. } => (Code::FailedPrecondition, Reason::RecordDeleted),
        Error::NotDeleted { .. } | Error::NotDeletedYet { .. } => {
            (Code::FailedPrecondition, Reason::RecordNotDeleted)
        }
        Error::Merged { .. } => (Code::FailedPrecondition, Reason::RecordMerged),
        Error::ReferencePurged { .. } => (Code::FailedPrecondition, Reason::ReferencePurged),
        Error::BeingPurged { .. } => (Code::FailedPrecondition, Reason::RecordBeingPurged),
        Error::InUse { .. } => (Code::FailedPrecondition, Reason::RecordInUse),
        Error::PeriodClosed { .. } => (Code::FailedPrecondition, Reason::ReportingPeriodClosed),
        Error::PeriodNotClosed { .. } => {
            (Code::FailedPrecondition, Reason::ReportingPeriodNotClosed)
        }
        Error::PeriodNotEnded { .. } => (Code::FailedPrecondition, Reason::ReportingPeriodNotEnded),
        Error::EtagMismatch { .. } => (Code::Aborted, Reason::EtagMismatch),
        Error::Conflict => (Code::Aborted, Reason::Conflict),
        // Only the start of the server meets it.
        Error::NotEmpty => (Code::FailedPrecondition, Reason::RecordInUse),
        Error::Idle { .. } => (Code::DeadlineExceeded, Reason::DeadlineExceeded),
        Error::Overloaded => (Code::Unavailable, Reason::Overloaded),
        Error::RevisionNotReached { .. } => (Code::Unavailable, Reason::RevisionNotReached),
        Error::TooLarge(_) => (Code::ResourceExhausted, Reason::TooLarge),
        Error::TooWide(_) => (Code::ResourceExhausted, Reason::QueryTooWide),
        Error::DiskFull => (Code::ResourceExhausted, Reason::DiskFull),
        Error::ReadOnly(_) => (Code::FailedPrecondition, Reason::ReadOnly),
        Error::OutcomeUnknown => (Code::Aborted, Reason::OutcomeUnknown),
        Error::Damaged(_) => (Code::DataLoss, Reason::DataDamaged),
        Error::Internal(_) => (Code::Internal, Reason::Internal),
    }
}

/// Tells of as many violations as there is room for; answers how many.
fn bad_request(violations: &Violations, details: &mut ErrorDetails) -> usize {
    let mut room = MAX_VIOLATION_BYTES;
    let mut told = Vec::new();
    for violation in violations.as_slice() {
        let reason = reason_name(violation.reason);
        let description = cut(violation.description.clone(), 400);
        let field = cut(violation.field.clone(), 200);
        let size = field.len() + description.len() + reason.len() + 16;
        if size > room {
            break;
        }
        room -= size;
        told.push(FieldViolation {
            field,
            description,
            reason: reason.to_owned(),
            localized_message: None,
        });
    }
    let count = told.len();
    details.set_bad_request(told);
    count
}

/// One violation is told in the message itself, several are counted.
fn summary(violations: &Violations) -> String {
    match violations.as_slice() {
        [only] => format!("{}: {}", only.field, only.description),
        several => {
            let fields: Vec<&str> = several.iter().map(|v| v.field.as_str()).take(8).collect();
            format!("{} fields are bad: {}", violations.len(), fields.join(", "))
        }
    }
}

/// Cuts a text at a character's edge.
fn cut(mut text: String, max: usize) -> String {
    if text.len() > max {
        let mut end = max - '…'.len_utf8();
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}
