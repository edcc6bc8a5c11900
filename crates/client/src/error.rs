//! Why a call failed: a gRPC status with its google.rpc details taken apart.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::time::Duration;

use tonic::{Code, ConnectError, Status, TimeoutExpired};
use tonic_types::StatusExt;

type Cause = dyn StdError + 'static;

/// What a call can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address isn't one that this client can speak to.
    #[error("{url} isn't an address this client can use: {why}")]
    Address {
        /// The address as it was given.
        url: String,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// There was no connection to the server, or it was lost under the call.
    #[error("{}: {}", broken(source), root(source))]
    Unreachable {
        /// What the transport says.
        source: Box<Status>,
    },
    /// The server refused, or failed.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The server answered something that its protos don't allow.
    #[error("the server's answer can't be understood: {0}")]
    Answer(String),
}

/// A status, with its details.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Code of the status.
    pub code: Code,
    /// What happened and what to do, for people.
    pub message: String,
    /// Reason: the name of a value of `Reason`, without `REASON_`. Empty where
    /// the status didn't come from Outlay.
    pub reason: String,
    /// More about the reason, by key.
    pub metadata: BTreeMap<String, String>,
    /// Fields that are bad, all of them.
    pub violations: Vec<FieldViolation>,
    /// What must be true first.
    pub preconditions: Vec<Precondition>,
    /// The record that is meant.
    pub resource: Option<Resource>,
    /// How long to wait before the call is made again.
    pub retry_delay: Option<Duration>,
}

/// A field that is bad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// Path from the request: `project.title`.
    pub field: String,
    /// Reason, like that of the whole.
    pub reason: String,
    /// What is wrong, and what to do.
    pub description: String,
}

/// A condition that isn't met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precondition {
    /// Kind of condition.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// What is needed.
    pub description: String,
}

/// A record that an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Type: `outlay.v1/Project`.
    pub kind: String,
    /// Resource name.
    pub name: String,
    /// More about it.
    pub description: String,
}

impl Error {
    /// Code of the status; none where it never came to a call.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Address { .. } => None,
            Self::Unreachable { .. } => Some(Code::Unavailable),
            Self::Refused(refusal) => Some(refusal.code),
            Self::Answer(_) => Some(Code::Internal),
        }
    }

    /// Reason, where the server gave one.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) if !refusal.reason.is_empty() => Some(&refusal.reason),
            _ => None,
        }
    }

    /// Whether the call may have been carried out all the same: the server
    /// may have got it, and its answer isn't known.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Address { .. } => false,
            Self::Unreachable { source } => !caused_by::<ConnectError>(source),
            Self::Refused(refusal) => {
                matches!(refusal.code, Code::DeadlineExceeded | Code::Unknown | Code::Cancelled)
                    || refusal.reason == "OUTCOME_UNKNOWN"
            }
            Self::Answer(_) => true,
        }
    }

    /// The error of a request that can't be sent.
    pub(crate) fn too_large(bytes: usize, limit: usize) -> Self {
        Self::Refused(Box::new(Refusal::plain(
            Code::ResourceExhausted,
            format!("the request has {bytes} bytes, more than the {limit} that can be sent"),
        )))
    }

    /// The error of a call that wasn't answered in time.
    pub(crate) fn late(timeout: Duration) -> Self {
        Self::Refused(Box::new(Refusal::plain(
            Code::DeadlineExceeded,
            format!("there was no answer within {timeout:?}"),
        )))
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        if is_of_transport(&status) {
            return Self::Unreachable { source: Box::new(status) };
        }
        // tonic answers a passed deadline with CANCELLED on the client's side.
        if caused_by::<TimeoutExpired>(&status) {
            let message = "there was no answer before the deadline".to_owned();
            return Self::Refused(Box::new(Refusal::plain(Code::DeadlineExceeded, message)));
        }
        Self::Refused(Box::new(Refusal::from(&status)))
    }
}

impl Refusal {
    fn plain(code: Code, message: String) -> Self {
        Self {
            code,
            message,
            reason: String::new(),
            metadata: BTreeMap::new(),
            violations: Vec::new(),
            preconditions: Vec::new(),
            resource: None,
            retry_delay: None,
        }
    }
}

impl From<&Status> for Refusal {
    fn from(status: &Status) -> Self {
        let details = status.get_error_details();
        let mut refusal = Self::plain(status.code(), status.message().to_owned());
        if let Some(info) = details.error_info() {
            refusal.reason.clone_from(&info.reason);
            refusal.metadata = info.metadata.clone().into_iter().collect();
        }
        if let Some(bad) = details.bad_request() {
            refusal.violations = bad.field_violations.iter().map(Into::into).collect();
        }
        if let Some(failure) = details.precondition_failure() {
            refusal.preconditions = failure.violations.iter().map(Into::into).collect();
        }
        refusal.resource = details.resource_info().map(|info| Resource {
            kind: info.resource_type.clone(),
            name: info.resource_name.clone(),
            description: info.description.clone(),
        });
        refusal.retry_delay = details.retry_info().and_then(|info| info.retry_delay);
        refusal
    }
}

impl From<&tonic_types::FieldViolation> for FieldViolation {
    fn from(violation: &tonic_types::FieldViolation) -> Self {
        Self {
            field: violation.field.clone(),
            reason: violation.reason.clone(),
            description: violation.description.clone(),
        }
    }
}

impl From<&tonic_types::PreconditionViolation> for Precondition {
    fn from(violation: &tonic_types::PreconditionViolation) -> Self {
        Self {
            kind: violation.r#type.clone(),
            subject: violation.subject.clone(),
            description: violation.description.clone(),
        }
    }
}

/// Whether the transport made the status on this side: what a server sends has
/// no cause here, and neither has what the stubs say of a message.
fn is_of_transport(status: &Status) -> bool {
    StdError::source(status).is_some()
        && status.details().is_empty()
        && !caused_by::<TimeoutExpired>(status)
}

/// What happened to the connection.
fn broken(status: &Status) -> &'static str {
    if caused_by::<ConnectError>(status) {
        "the server can't be reached"
    } else {
        "the connection to the server was lost"
    }
}

fn caused_by<E: StdError + 'static>(status: &Status) -> bool {
    causes(status).any(|cause| cause.is::<E>())
}

/// The last cause: `Connection refused (os error 111)`.
fn root(status: &Status) -> String {
    causes(status).last().map_or_else(|| status.message().to_owned(), |cause| cause.to_string())
}

fn causes(status: &Status) -> impl Iterator<Item = &Cause> {
    std::iter::successors(StdError::source(status), |cause: &&Cause| (*cause).source())
}
