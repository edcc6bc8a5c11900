//! Page tokens: where a list goes on, sealed so that nobody can change it or
//! use it for another list.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;

use super::key::{Key, Table};
use crate::clock::Clock;
use crate::domain::instant::Instant;
use crate::engine::{Class, Commit, Context, Engine, Operation, Precondition};
use crate::error::{Error, Result};

const VERSION: u8 = 1;
const SUM_LEN: usize = 16;
/// Version, time, hash of the arguments.
const HEAD_LEN: usize = 1 + 8 + 16;

/// The key that tokens are sealed with. It lies in the store, so that every
/// replica opens every token.
pub struct PageKey {
    key: [u8; 32],
    lifetime: Duration,
}

impl PageKey {
    /// Reads the key; makes it the first time.
    ///
    /// # Errors
    /// Those of the engine.
    pub(super) async fn load(
        engine: &dyn Engine,
        clock: &Clock,
        lifetime: Duration,
    ) -> Result<Self> {
        let key = Key::new(Table::Secret).last(b"page-token");
        loop {
            let entry = engine.snapshot().await?.get(std::slice::from_ref(&key)).await?.pop();
            if let Some(entry) = entry.flatten() {
                let bytes: [u8; 32] =
                    entry.value.as_ref().try_into().map_err(|_| {
                        Error::Damaged("the key of page tokens hasn't 32 bytes".into())
                    })?;
                return Ok(Self { key: bytes, lifetime });
            }
            let random =
                [clock.random_id(), clock.random_id(), clock.random_id()].map(|id| *id.as_bytes());
            let secret = blake3::derive_key("outlay 2026 page token", &random.concat());
            let commit = Commit {
                context: Context {
                    principal: "system".to_owned(),
                    method: "open".to_owned(),
                    time_micros: clock.now_micros(),
                    note: "the key of page tokens".to_owned(),
                    ..Context::default()
                },
                preconditions: vec![Precondition::Absent(key.clone())],
                operations: vec![Operation::Put {
                    class: Class::Internal,
                    key: key.clone(),
                    value: Bytes::copy_from_slice(&secret),
                }],
            };
            match engine.commit(commit).await.map_err(Error::from) {
                // Another replica was first: its key is read.
                Ok(_) | Err(Error::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// A token for the place `place` of the list that `arguments` ask for.
    #[must_use]
    pub fn seal(&self, place: &[u8], arguments: &[u8; 16], now: Instant) -> String {
        let mut token = vec![VERSION];
        token.extend(now.seconds().to_be_bytes());
        token.extend(arguments);
        token.extend(place);
        token.extend(self.sum(&token));
        BASE64_URL_SAFE_NO_PAD.encode(token)
    }

    /// The place in a token.
    ///
    /// # Errors
    /// [`Error::PageToken`].
    pub fn open(&self, token: &str, arguments: &[u8; 16], now: Instant) -> Result<Vec<u8>> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| Error::PageToken("isn't one of this server's"))?;
        let body_len = bytes.len().checked_sub(SUM_LEN).filter(|len| *len >= HEAD_LEN);
        let (body, sum) = bytes.split_at(body_len.ok_or(Error::PageToken("is too short"))?);
        let given: [u8; SUM_LEN] = sum.try_into().map_err(|_| Error::PageToken("is too short"))?;
        if !equal(&self.sum(body), &given) || body[0] != VERSION {
            return Err(Error::PageToken("isn't one of this server's"));
        }
        let seconds: [u8; 8] =
            body[1..9].try_into().map_err(|_| Error::PageToken("is too short"))?;
        let age = now.seconds().saturating_sub(i64::from_be_bytes(seconds));
        if u64::try_from(age).is_ok_and(|age| age > self.lifetime.as_secs()) {
            return Err(Error::PageToken("is too old"));
        }
        if body[9..HEAD_LEN] != arguments[..] {
            return Err(Error::PageToken("belongs to a call with other arguments"));
        }
        Ok(body[HEAD_LEN..].to_vec())
    }

    fn sum(&self, body: &[u8]) -> [u8; SUM_LEN] {
        let mut sum = [0; SUM_LEN];
        sum.copy_from_slice(&blake3::keyed_hash(&self.key, body).as_bytes()[..SUM_LEN]);
        sum
    }
}

/// Compares sums without telling by its time where they differ, as
/// `blake3::Hash` does.
fn equal(left: &[u8; SUM_LEN], right: &[u8; SUM_LEN]) -> bool {
    let wide = |sum: &[u8; SUM_LEN]| {
        let mut wide = [0; 32];
        wide[..SUM_LEN].copy_from_slice(sum);
        blake3::Hash::from_bytes(wide)
    };
    wide(left) == wide(right)
}
