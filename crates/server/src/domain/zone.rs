//! Time zones of the IANA database, as it was when the server was built.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::date::Date;
use super::flaw::Flaw;
use super::instant::Instant;
use crate::error::Reason;

/// The database in the binary: what the machine has installed doesn't matter,
/// so every replica answers alike.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone with this name: `Asia/Shanghai`.
    ///
    /// # Errors
    /// `FieldFormat` where there is none, or where it is written otherwise.
    pub fn find(name: &str) -> Result<Self, Flaw> {
        let known = DATABASE.get(name).ok().filter(|zone| !zone.is_unknown());
        let Some(zone) = known else {
            let text = "isn't a time zone of the IANA database, such as Asia/Shanghai";
            return Err(Flaw::new(Reason::FieldFormat, text));
        };
        match zone.iana_name() {
            Some(written) if written != name => {
                let text = format!("must be written as {written}");
                Err(Flaw::new(Reason::FieldFormat, text))
            }
            _ => Ok(Self(zone)),
        }
    }

    /// The day that it is in this zone.
    ///
    /// # Errors
    /// `FieldOutOfRange` where no [`Date`] has that year.
    pub fn date(&self, instant: Instant) -> Result<Date, Flaw> {
        match Timestamp::from_microsecond(instant.micros()) {
            Ok(timestamp) => Date::from_civil(self.0.to_datetime(timestamp).date()),
            Err(_) => Err(Flaw::new(Reason::FieldOutOfRange, "is no instant of the calendar")),
        }
    }

    /// What the clocks show in this zone at an instant.
    ///
    /// # Errors
    /// `FieldOutOfRange` where no calendar has it.
    pub fn local(&self, instant: Instant) -> Result<DateTime, Flaw> {
        match Timestamp::from_microsecond(instant.micros()) {
            Ok(timestamp) => Ok(self.0.to_datetime(timestamp)),
            Err(_) => Err(Flaw::new(Reason::FieldOutOfRange, "is no instant of the calendar")),
        }
    }

    /// The instant at which the clocks show this: the first one where they show it
    /// twice, and as many hours after the change as it says where they leave it out.
    ///
    /// # Errors
    /// `FieldOutOfRange` where no [`Instant`] is that.
    pub fn instant(&self, local: DateTime) -> Result<Instant, Flaw> {
        match self.0.to_timestamp(local) {
            Ok(timestamp) => Instant::from_micros(timestamp.as_microsecond()),
            Err(_) => Err(Flaw::new(Reason::FieldOutOfRange, "is no instant of the calendar")),
        }
    }

    /// Seconds since 1970 as this zone's clocks count them; none where they show
    /// the same time for the second time, since they were put back.
    #[must_use]
    pub fn clock_seconds(&self, instant: Instant) -> Option<i64> {
        let timestamp = Timestamp::from_microsecond(instant.micros()).ok()?;
        let first = self.0.to_timestamp(self.0.to_datetime(timestamp)).ok()?;
        let seconds = instant.seconds() + i64::from(self.offset_seconds(instant));
        (first == timestamp).then_some(seconds)
    }

    /// How many seconds this zone's clocks are ahead of UTC at an instant.
    #[must_use]
    pub fn offset_seconds(&self, instant: Instant) -> i32 {
        // An instant of ours is one of the calendar's.
        Timestamp::from_microsecond(instant.micros())
            .map_or(0, |timestamp| self.0.to_offset(timestamp).seconds())
    }
}
