//! Times as they are read on the clocks of a place.

use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::domain::zone::Zone;

const SECONDS_PER_DAY: i64 = 86_400;

/// The clocks of a place.
pub(super) struct Local {
    zone: Option<Zone>,
    /// Name of the zone; `UTC` where none is known.
    pub(super) name: String,
    chinese: bool,
}

impl Local {
    /// Those of a time zone, in a language.
    pub(super) fn new(zone: &str, chinese: bool) -> Self {
        let found = Zone::find(zone).ok();
        let name = if found.is_some() { zone } else { "UTC" };
        Self { zone: found, name: name.to_owned(), chinese }
    }

    /// `2023-07-28`, or `2023年7月28日`.
    pub(super) fn day(&self, date: Date) -> String {
        if self.chinese {
            format!("{}年{}月{}日", date.year(), date.month(), date.day())
        } else {
            date.to_string()
        }
    }

    /// `2023-07-28 09:00`.
    pub(super) fn time(&self, instant: Instant) -> String {
        match self.date(instant) {
            Some(date) => format!("{} {}", self.day(date), self.hour(instant)),
            None => instant.to_string(),
        }
    }

    /// `2023-07-28 09:00–12:00 (Asia/Shanghai)`.
    pub(super) fn span(&self, start: Option<Instant>, end: Option<Instant>) -> String {
        let (Some(start), Some(end)) = (start, end) else {
            let one = start.or(end).map(|time| format!("{} ({})", self.time(time), self.name));
            return one.unwrap_or_default();
        };
        let end = match self.date(start) == self.date(end) {
            true => self.hour(end),
            false => self.time(end),
        };
        format!("{}–{end} ({})", self.time(start), self.name)
    }

    /// `09:00`.
    pub(super) fn hour(&self, instant: Instant) -> String {
        let offset = self.zone.as_ref().map_or(0, |zone| zone.offset_seconds(instant));
        let seconds = (instant.seconds() + i64::from(offset)).rem_euclid(SECONDS_PER_DAY);
        format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60)
    }

    fn date(&self, instant: Instant) -> Option<Date> {
        let utc = || Zone::find("UTC").ok()?.date(instant).ok();
        self.zone.as_ref().map_or_else(utc, |zone| zone.date(instant).ok())
    }
}
