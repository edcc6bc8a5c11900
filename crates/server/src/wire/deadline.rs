//! Until when a call may run.

use std::time::Duration;

use futures_util::future::BoxFuture;
use http::HeaderMap;
use outlay_proto::validate::Reason;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tonic::{Code, Status};

use super::Stage;
use super::refusal::{RETRY_RESTART, malformed, refuse, refuse_for_now};
use crate::access::policy::Shape;

const HEADER: &str = "grpc-timeout";
/// Most digits of a timeout, as gRPC has it.
const MAX_DIGITS: usize = 8;

/// What ends a call from outside, with the status that it then gets.
pub(super) type Ending = BoxFuture<'static, Status>;

/// The time that the caller gives.
///
/// # Errors
/// For anything but one value of gRPC's form.
pub(super) fn given(headers: &HeaderMap) -> Result<Option<Duration>, Status> {
    let mut values = headers.get_all(HEADER).iter();
    let (first, second) = (values.next(), values.next());
    match (first, second) {
        (None, _) => Ok(None),
        (Some(value), None) => parse(value.as_bytes()).map(Some).ok_or_else(bad),
        (Some(_), Some(_)) => Err(bad()),
    }
}

/// One to eight digits and a unit.
fn parse(text: &[u8]) -> Option<Duration> {
    let (unit, digits) = text.split_last()?;
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    match unit {
        b'H' => Some(Duration::from_secs(number * 60 * 60)),
        b'M' => Some(Duration::from_secs(number * 60)),
        b'S' => Some(Duration::from_secs(number)),
        b'm' => Some(Duration::from_millis(number)),
        b'u' => Some(Duration::from_micros(number)),
        b'n' => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

/// Waits for the deadline, or for the stage of the server in which calls of
/// this shape end.
pub(super) fn ending(
    shape: Shape,
    deadline: Option<Instant>,
    mut stage: watch::Receiver<Stage>,
) -> Ending {
    let last = if shape == Shape::Feed { Stage::Draining } else { Stage::Cut };
    Box::pin(async move {
        let stopped = stage.wait_for(|now| *now >= last);
        match deadline {
            Some(deadline) => tokio::select! {
                biased;
                () = sleep_until(deadline) => passed(),
                _ = stopped => stopping(),
            },
            None => {
                // Also when the server is gone without a word.
                let _ = stopped.await;
                stopping()
            }
        }
    })
}

/// The answer to a call whose deadline has passed.
pub(super) fn passed() -> Status {
    refuse(
        Code::DeadlineExceeded,
        Reason::DeadlineExceeded,
        "the deadline passed: a change may have happened, so repeat the request with the same \
         request id to learn",
    )
}

fn stopping() -> Status {
    let message = "the server is stopping: try again in a moment, with the same request id";
    refuse_for_now(Reason::NotServing, message, RETRY_RESTART)
}

fn bad() -> Status {
    malformed(
        "the header grpc-timeout must be given once, as one to eight digits and a unit of H, M, S, \
         m, u or n: 500m is half a second",
    )
}
