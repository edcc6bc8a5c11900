//! Times as the clocks at the place of a meeting show them.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The database in the binary, like the server's.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The clocks of a place.
pub(super) struct Clock {
    zone: TimeZone,
    /// Name of the zone; `UTC` where none is known.
    name: String,
}

impl Clock {
    /// Those of a time zone (IANA), or of UTC where it is empty or unknown.
    pub(super) fn new(zone: &str) -> Self {
        match DATABASE.get(zone) {
            Ok(found) => Self { zone: found, name: zone.to_owned() },
            Err(_) => Self { zone: TimeZone::UTC, name: "UTC".to_owned() },
        }
    }

    /// `2023-07-28 周五 Fri 09:00–16:00 (Asia/Shanghai)`; of one time alone where
    /// the other isn't set, and empty where neither is.
    pub(super) fn span(
        &self,
        start: Option<prost_types::Timestamp>,
        end: Option<prost_types::Timestamp>,
    ) -> String {
        let (start, end) = (self.read(start), self.read(end));
        let text = match (start, end) {
            (Some(start), Some(end)) if start.date() == end.date() => {
                format!("{} {}–{}", day(&start), hour(&start), hour(&end))
            }
            (Some(start), Some(end)) => format!("{}–{}", moment(&start), moment(&end)),
            (Some(start), None) => moment(&start),
            (None, Some(end)) => format!("–{}", moment(&end)),
            (None, None) => return String::new(),
        };
        format!("{text} ({})", self.name)
    }

    /// `2023-07-28 09:00`.
    pub(super) fn short(&self, time: Option<prost_types::Timestamp>) -> String {
        let shown = |time: DateTime| format!("{} {}", time.date(), hour(&time));
        self.read(time).map(shown).unwrap_or_default()
    }

    /// `09:00`, of seconds since 1970.
    pub(super) fn hour(&self, seconds: i64) -> String {
        let time = prost_types::Timestamp { seconds, nanos: 0 };
        self.read(Some(time)).map(|time| hour(&time)).unwrap_or_default()
    }

    fn read(&self, time: Option<prost_types::Timestamp>) -> Option<DateTime> {
        let time = time?;
        let time = Timestamp::new(time.seconds, time.nanos).ok()?;
        Some(self.zone.to_datetime(time))
    }
}

fn moment(time: &DateTime) -> String {
    format!("{} {}", day(time), hour(time))
}

fn day(time: &DateTime) -> String {
    format!("{} {}", time.date(), weekday(time.weekday()))
}

fn hour(time: &DateTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "周一 Mon",
        Weekday::Tuesday => "周二 Tue",
        Weekday::Wednesday => "周三 Wed",
        Weekday::Thursday => "周四 Thu",
        Weekday::Friday => "周五 Fri",
        Weekday::Saturday => "周六 Sat",
        Weekday::Sunday => "周日 Sun",
    }
}
