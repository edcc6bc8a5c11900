//! Calls that are made again.
//!
//! Only UNAVAILABLE with a RetryInfo is tried again: with it the server says
//! that it didn't do the work and when it hopes to. A server that can't be
//! reached is reported at once, since waiting seldom helps.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use tonic::{Code, Response, Status};

use crate::error::Error;

/// Most attempts at one call.
const MAX_ATTEMPTS: u32 = 4;
/// Shortest wait after the first attempt; it doubles with each.
const BASE_DELAY: Duration = Duration::from_millis(100);
/// Longest wait between attempts.
const MAX_DELAY: Duration = Duration::from_secs(5);
/// The server's own answer to a passed deadline may take this much longer.
const GRACE: Duration = Duration::from_millis(500);

/// How long to go on.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    timeout: Duration,
}

impl Policy {
    /// Each attempt may take `timeout`, and none begins after it.
    #[must_use]
    pub fn within(timeout: Duration) -> Self {
        Self { timeout }
    }
}

/// Makes a call again while the server asks for it.
///
/// # Errors
/// What the last attempt met with.
pub async fn retry<T, F, A>(policy: &Policy, mut attempt: F) -> Result<T, Error>
where
    F: FnMut() -> A,
    A: Future<Output = Result<Response<T>, Status>>,
{
    let begin = Instant::now();
    let mut attempts = 1;
    loop {
        let error = match once(policy, attempt()).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let Some(delay) = delay(&error, attempts) else {
            return Err(error);
        };
        if attempts == MAX_ATTEMPTS || begin.elapsed() + delay >= policy.timeout {
            return Err(error);
        }
        sleep(delay).await;
        attempts += 1;
    }
}

/// Makes a call once.
///
/// # Errors
/// What it met with.
pub async fn once<T>(
    policy: &Policy,
    attempt: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, Error> {
    match timeout(policy.timeout + GRACE, attempt).await {
        Ok(result) => Ok(result?.into_inner()),
        Err(_) => Err(Error::late(policy.timeout)),
    }
}

/// How long to wait before the next attempt; none where there is to be none.
fn delay(error: &Error, attempts: u32) -> Option<Duration> {
    let Error::Refused(refusal) = error else {
        return None;
    };
    let asked = refusal.retry_delay?;
    (refusal.code == Code::Unavailable).then(|| {
        let backoff = BASE_DELAY * 2_u32.pow(attempts - 1);
        (asked + jitter(backoff)).min(MAX_DELAY)
    })
}

/// Between none and all of `span`, so that clients don't come back together.
fn jitter(span: Duration) -> Duration {
    let [random, ..] = uuid::Uuid::new_v4().into_bytes();
    span * u32::from(random) / 255
}
