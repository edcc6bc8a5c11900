//! Mends the statuses that aren't ours: tonic's, and those of health and
//! reflection.
//!
//! All of ours carry details. One without is looked up here, so that what the
//! caller did is never INTERNAL or UNKNOWN and every error has its reason.

use http::HeaderMap;
use outlay_proto::validate::Reason;
use tonic::{Code, Status};

use super::refusal::{internal, malformed, refuse, too_large, unknown_method};

/// Most bytes of a foreign message that are passed on: reflection repeats what
/// it was asked, whatever its size.
const MAX_MESSAGE_BYTES: usize = 512;

/// Mends the status in headers or trailers and tells its code; none where
/// there is no status.
pub(super) fn normalise(headers: &mut HeaderMap, reply_limit: usize) -> Option<Code> {
    let code = Code::from_bytes(headers.get(Status::GRPC_STATUS)?.as_bytes());
    if code == Code::Ok || headers.contains_key(Status::GRPC_STATUS_DETAILS) {
        return Some(code);
    }
    let foreign = Status::from_header_map(headers)?;
    let status = mended(&foreign, reply_limit);
    headers.remove(Status::GRPC_MESSAGE);
    if status.add_header(headers).is_err() {
        tracing::error!("a status could not be written");
    }
    Some(status.code())
}

/// The status that should have been.
pub(super) fn mended(foreign: &Status, reply_limit: usize) -> Status {
    let message = shortened(foreign.message());
    let text = |start: &str| message.starts_with(start);
    match foreign.code() {
        // The codec of health and reflection; ours says it better.
        Code::Internal if text("failed to decode Protobuf message") => malformed(message),
        Code::OutOfRange if text("Error, encoded message length too large") => too_large(
            reply_limit,
            format!(
                "the reply is larger than the limit of {reply_limit} bytes: ask for less, for \
                 example with a smaller page_size"
            ),
        ),
        Code::OutOfRange if text("Error, decoded message length too large") => {
            refuse(Code::ResourceExhausted, Reason::TooLarge, message)
        }
        Code::Unimplemented if text("Content is compressed with") => refuse(
            Code::Unimplemented,
            Reason::EncodingUnknown,
            format!("{message}: send it uncompressed"),
        ),
        Code::Unimplemented if message.is_empty() => unknown_method(),
        Code::Unimplemented => refuse(Code::Unimplemented, Reason::MethodUnknown, message),
        Code::NotFound => refuse(Code::NotFound, Reason::RecordNotFound, message),
        Code::InvalidArgument => malformed(message),
        Code::Cancelled => foreign.clone(),
        code => {
            tracing::error!(?code, message, "a status without details: it is a fault");
            internal()
        }
    }
}

fn shortened(message: &str) -> String {
    if message.len() <= MAX_MESSAGE_BYTES {
        return message.to_owned();
    }
    format!("{}…", &message[..message.floor_char_boundary(MAX_MESSAGE_BYTES)])
}
