//! Time and ids as values: whoever needs them is given a [`Clock`].
//!
//! The only place that asks the system for the time. Today is a day in the
//! calendar's zone, which is a setting, never the zone of the machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use uuid::{NoContext, Uuid};

const MICROS_PER_SECOND: i64 = 1_000_000;
const NANOS_PER_MICRO: u32 = 1_000;

/// The time, the calendar and a source of ids. Clones share the time.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: TimeZone,
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Microseconds since 1970, moved by hand.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The system's time, with the days of `zone`.
    #[must_use]
    pub fn system(zone: TimeZone) -> Self {
        Self { zone, source: Source::System }
    }

    /// A clock that stands at `micros` since 1970-01-01T00:00:00Z until it is
    /// moved: for tests.
    #[must_use]
    pub fn manual(zone: TimeZone, micros: i64) -> Self {
        let source = Source::Manual(Arc::new(AtomicI64::new(micros)));
        Self { zone, source }
    }

    /// Moves a manual clock and all its clones; nothing happens to the
    /// system's.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(micros) = &self.source {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::Relaxed);
        }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn now_micros(&self) -> i64 {
        match &self.source {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks")]
            Source::System => Timestamp::now().as_microsecond(),
            Source::Manual(micros) => micros.load(Ordering::Relaxed),
        }
    }

    /// Today in the calendar's zone.
    #[must_use]
    pub fn today(&self) -> Date {
        self.day_of(self.now_micros())
    }

    /// The day on which an instant is in the calendar's zone.
    #[must_use]
    pub fn day_of(&self, micros: i64) -> Date {
        // Only a manual clock can stand outside jiff's years -9999 to 9999.
        let instant = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(instant).date()
    }

    /// The calendar's zone.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A new id that sorts by time (UUID version 7).
    #[must_use]
    pub fn new_uid(&self) -> Uuid {
        let now = self.now_micros();
        let seconds = u64::try_from(now.div_euclid(MICROS_PER_SECOND)).unwrap_or(0);
        let micros = u32::try_from(now.rem_euclid(MICROS_PER_SECOND)).unwrap_or(0);
        let nanos = micros * NANOS_PER_MICRO;
        Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
    }

    /// A new id that says nothing (UUID version 4).
    #[must_use]
    pub fn random_id(&self) -> Uuid {
        Uuid::new_v4()
    }
}
