//! Bad input: every refusal says what to do, and nothing is changed by it.
//!
//! That each carries an `ErrorInfo` of our domain with a reason of the proto,
//! and stays under 4 KiB, is checked by `support::refused` wherever a test is
//! refused something.

#![cfg(test)]

mod bytes;
mod fields;
mod fuzz;
mod sizes;

use tonic::Code;

/// What a client may be answered, whatever it sends. That the server fails is
/// never the client's fault.
pub(crate) fn is_the_callers_fault(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::OutOfRange
            | Code::ResourceExhausted
            | Code::Unimplemented
            | Code::Unavailable
    )
}
