//! Instants: points in time.

use std::fmt;

use jiff::Timestamp;
use minicbor::{Decode, Encode};

use super::flaw::Flaw;
use crate::error::Reason;

const MICROS_PER_SECOND: i64 = 1_000_000;
/// 0001-01-01T00:00:00Z.
const MIN_MICROS: i64 = -62_135_596_800 * MICROS_PER_SECOND;
/// 9999-12-30T22:00:00Z, the end of what the calendar's library can show in
/// every time zone.
const MAX_MICROS: i64 = 253_402_207_200 * MICROS_PER_SECOND;

/// A point in time, in microseconds since 1970-01-01T00:00:00Z. Finer parts are
/// cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Instant(#[n(0)] i64);

impl Instant {
    /// 0001-01-01T00:00:00Z.
    pub const FIRST: Self = Self(MIN_MICROS);
    /// 9999-12-30T22:00:00Z.
    pub const LAST: Self = Self(MAX_MICROS);

    /// The instant of this many microseconds since 1970.
    ///
    /// # Errors
    /// `FieldOutOfRange` outside the years 1 to 9999 (to its 30 December).
    pub fn from_micros(micros: i64) -> Result<Self, Flaw> {
        if (MIN_MICROS..=MAX_MICROS).contains(&micros) {
            return Ok(Self(micros));
        }
        let text = "isn't an instant from 0001-01-01T00:00:00Z to 9999-12-30T22:00:00Z";
        Err(Flaw::new(Reason::FieldOutOfRange, text))
    }

    /// The instant of whole seconds since 1970 and the billionths after them,
    /// as a `google.protobuf.Timestamp` has them.
    ///
    /// # Errors
    /// `FieldOutOfRange` as above, or where `nanos` isn't 0 to 999,999,999.
    pub fn from_parts(seconds: i64, nanos: i32) -> Result<Self, Flaw> {
        if !(0..1_000_000_000).contains(&nanos) {
            let text = format!("has nanos {nanos}: they must be from 0 to 999,999,999");
            return Err(Flaw::new(Reason::FieldOutOfRange, text));
        }
        let micros = seconds.saturating_mul(MICROS_PER_SECOND);
        Self::from_micros(micros.saturating_add(i64::from(nanos / 1000)))
    }

    /// Reads RFC 3339: `2023-07-28T09:00:00+08:00`.
    ///
    /// # Errors
    /// `FieldFormat`, or `FieldOutOfRange` as above.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        match text.parse::<Timestamp>() {
            Ok(timestamp) => Self::from_micros(timestamp.as_microsecond()),
            Err(_) => {
                let text = "isn't an instant like 2023-07-28T09:00:00+08:00";
                Err(Flaw::new(Reason::FieldFormat, text))
            }
        }
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// Billionths of a second after [`Self::seconds`], 0 to 999,999,000.
    #[must_use]
    pub fn nanos(self) -> i32 {
        let micros = self.0.rem_euclid(MICROS_PER_SECOND);
        i32::try_from(micros * 1000).unwrap_or_default()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp}"),
            // Only a damaged record has one like this.
            Err(_) => write!(f, "{} microseconds after 1970", self.0),
        }
    }
}
