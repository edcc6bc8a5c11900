//! Recurrence: when the meetings of a series take place (RRULE of RFC 5545).
//!
//! It is counted in what the clocks show at the place, so that a meeting begins at
//! the same time of the day in summer and winter. Only what certainly ends soon is
//! handed to the library: a day at least from one to the next, and no more than
//! [`MAX_YEARS`].

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use rrule::RRuleSet;

use crate::domain::flaw::Flaw;
use crate::domain::instant::Instant;
use crate::domain::zone::Zone;
use crate::error::Reason;

/// Most occurrences of a recurrence.
pub const MAX_OCCURRENCES: u16 = 1_000;
/// Most years from its first occurrence to its last.
pub const MAX_YEARS: i32 = 50;

/// When it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// After so many occurrences.
    Count(u16),
    /// Then, by UTC.
    Instant(Instant),
    /// Then, by the clocks at the place.
    Local(DateTime),
}

/// A recurrence that has an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// The rule without UNTIL.
    rule: String,
    end: End,
}

impl Recurrence {
    /// Reads a rule: `FREQ=MONTHLY;BYDAY=1MO;COUNT=12`.
    ///
    /// # Errors
    /// `RecurrenceInvalid`, `RecurrenceWithoutEnd`, `RecurrenceTooLong`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let mut kept = Vec::new();
        let mut end = None;
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                return Err(invalid(format!("has the part `{part}` without a value")));
            };
            let found = match name {
                "COUNT" => Some(count(value)?),
                "UNTIL" => Some(until(value)?),
                "FREQ" => frequency(value).map(|()| None)?,
                "INTERVAL" if value.bytes().all(|digit| digit == b'0') => {
                    return Err(invalid("has an INTERVAL of 0".to_owned()));
                }
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => {
                    let text = format!("has {name}: the time of day is that of first_time");
                    return Err(invalid(text));
                }
                _ => None,
            };
            if found.is_some() && end.is_some() {
                return Err(invalid("has more than one of COUNT and UNTIL".to_owned()));
            }
            end = end.or(found);
            if name != "UNTIL" {
                kept.push(part);
            }
        }
        let Some(end) = end else {
            let text = "has no end: give COUNT or UNTIL";
            return Err(Flaw::new(Reason::RecurrenceWithoutEnd, text));
        };
        Ok(Self { rule: kept.join(";"), end })
    }

    /// The rule as calendars have it, counted in what the clocks of a zone show: its
    /// UNTIL is in UTC (RFC 5545, 3.3.10).
    ///
    /// # Errors
    /// `FieldOutOfRange` where it ends at no time that there is.
    pub fn in_calendars(&self, zone: &Zone) -> Result<String, Flaw> {
        let end = match self.end {
            End::Count(_) => return Ok(self.rule.clone()),
            End::Instant(instant) => instant,
            End::Local(local) => zone.instant(local)?,
        };
        let until = local(end.seconds())?;
        Ok(format!("{};UNTIL={}", self.rule, utc(until)))
    }

    /// When it takes place, if its first occurrence is `first`, a whole second.
    ///
    /// # Errors
    /// `RecurrenceInvalid`; `RecurrenceTooLong`; `RecurrenceOutOfStep` where `first`
    /// isn't one of its occurrences.
    pub fn times(&self, first: Instant, zone: &Zone) -> Result<Vec<Instant>, Flaw> {
        let start = zone.local(first)?;
        let latest = start.checked_add(MAX_YEARS.years()).map_err(|_| too_long())?;
        let until = match self.end {
            End::Count(_) => latest,
            End::Local(local) => local,
            End::Instant(instant) => zone.local(instant)?,
        };
        if until > latest {
            return Err(too_long());
        }
        if until < start {
            return Err(invalid("has an UNTIL that is before first_time".to_owned()));
        }
        let text = format!("DTSTART:{}\nRRULE:{};UNTIL={}", utc(start), self.rule, utc(until));
        let set: RRuleSet = text.parse().map_err(|error: rrule::RRuleError| {
            let told: String = error.to_string().chars().take(200).collect();
            invalid(format!("isn't a rule of RFC 5545: {told}"))
        })?;
        let found = set.all(MAX_OCCURRENCES + 1).dates;
        let wanted = match self.end {
            End::Count(count) => count.into(),
            End::Local(_) | End::Instant(_) => 0,
        };
        let mut times = Vec::with_capacity(found.len());
        for date in found {
            times.push(local(date.timestamp())?);
        }
        if times.first() != Some(&start) {
            let text = "doesn't have first_time as an occurrence, counted in time_zone: \
                        move first_time to the first one";
            return Err(Flaw::new(Reason::RecurrenceOutOfStep, text));
        }
        if times.len() < wanted || times.len() > usize::from(MAX_OCCURRENCES) {
            return Err(too_long());
        }
        // The first one is as it was given, also where the clocks show it twice.
        let others = times.into_iter().skip(1).map(|local| zone.instant(local));
        std::iter::once(Ok(first)).chain(others).collect()
    }
}

fn count(value: &str) -> Result<End, Flaw> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid(format!("has COUNT={value}, which is no number")));
    }
    match value.parse::<u16>() {
        Ok(0) => Err(invalid("has a COUNT of 0".to_owned())),
        Ok(count) if count <= MAX_OCCURRENCES => Ok(End::Count(count)),
        // A number of which there are more than u16 holds is too large as well.
        _ => Err(too_long()),
    }
}

fn until(value: &str) -> Result<End, Flaw> {
    let bad = |_| invalid(format!("has UNTIL={value}, which isn't like 20301231T235959Z"));
    if let Some(utc) = value.strip_suffix('Z') {
        let local = DateTime::strptime("%Y%m%dT%H%M%S", utc).map_err(bad)?;
        let zoned = jiff::tz::TimeZone::UTC.to_timestamp(local).map_err(bad)?;
        return Instant::from_micros(zoned.as_microsecond()).map(End::Instant);
    }
    if value.contains('T') {
        return DateTime::strptime("%Y%m%dT%H%M%S", value).map(End::Local).map_err(bad);
    }
    let day = Date::strptime("%Y%m%d", value).map_err(bad)?;
    Ok(End::Local(day.at(23, 59, 59, 0)))
}

fn frequency(value: &str) -> Result<(), Flaw> {
    if ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].contains(&value) {
        return Ok(());
    }
    Err(invalid(format!("has FREQ={value}: it must be DAILY, WEEKLY, MONTHLY or YEARLY")))
}

/// What the clocks show, as if they showed UTC: the library needs no zones then.
fn utc(local: DateTime) -> String {
    local.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn local(seconds: i64) -> Result<DateTime, Flaw> {
    let timestamp = jiff::Timestamp::from_second(seconds).map_err(|_| too_long())?;
    Ok(jiff::tz::TimeZone::UTC.to_datetime(timestamp))
}

fn invalid(text: String) -> Flaw {
    Flaw::new(Reason::RecurrenceInvalid, text)
}

fn too_long() -> Flaw {
    let text = format!(
        "goes on too long: at most {MAX_OCCURRENCES} occurrences in {MAX_YEARS} years are allowed"
    );
    Flaw::new(Reason::RecurrenceTooLong, text)
}
