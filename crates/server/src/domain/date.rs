//! Days of the calendar.

use std::fmt;

use jiff::civil;
use minicbor::decode::{self, Decode, Decoder};
use minicbor::encode::{self, Encode, Encoder, Write};

use super::flaw::Flaw;
use crate::error::Reason;

/// First year of a [`Date`] or a [`super::month::Month`].
pub const MIN_YEAR: i32 = 1900;
/// Last year of a [`Date`] or a [`super::month::Month`].
pub const MAX_YEAR: i32 = 2999;

/// A day of the Gregorian calendar, from 1900-01-01 to 2999-12-31.
///
/// It is stored as one number: 20,230,728 for 2023-07-28.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// The first day there is: 1900-01-01.
    pub const MIN: Self = Self(civil::date(1900, 1, 1));

    /// The day of these numbers.
    ///
    /// # Errors
    /// `FieldOutOfRange` where there is no such day.
    pub fn new(year: i32, month: i32, day: i32) -> Result<Self, Flaw> {
        let found = (MIN_YEAR..=MAX_YEAR).contains(&year).then(|| {
            let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?);
            civil::Date::new(year, month, i8::try_from(day).ok()?).ok()
        });
        match found.flatten() {
            Some(date) => Ok(Self(date)),
            None => {
                let text = format!(
                    "is year {year}, month {month}, day {day}: \
                     there is no such day from {MIN_YEAR} to {MAX_YEAR}"
                );
                Err(Flaw::new(Reason::FieldOutOfRange, text))
            }
        }
    }

    /// The day of a civil date.
    ///
    /// # Errors
    /// `FieldOutOfRange` where its year is out of range.
    pub fn from_civil(date: civil::Date) -> Result<Self, Flaw> {
        Self::new(date.year().into(), date.month().into(), date.day().into())
    }

    /// Reads `2023-07-28`.
    ///
    /// # Errors
    /// `FieldFormat`, or `FieldOutOfRange` where there is no such day.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let number = |range| {
            let digits: Option<&str> = text.get(range);
            let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
            digits.and_then(|digits| digits.parse().ok())
        };
        let hyphens =
            text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        match (number(0..4), number(5..7), number(8..10)) {
            (Some(year), Some(month), Some(day)) if hyphens => Self::new(year, month, day),
            _ => Err(Flaw::new(Reason::FieldFormat, "isn't a date like 2023-07-28")),
        }
    }

    /// The day that has a number.
    ///
    /// # Errors
    /// `FieldOutOfRange` where there is no such day.
    pub fn from_number(number: i32) -> Result<Self, Flaw> {
        Self::new(number / 10_000, number / 100 % 100, number % 100)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year().into()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i32 {
        self.0.month().into()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> i32 {
        self.0.day().into()
    }

    /// Days from `earlier` to this day; less than zero where it is the later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        let days = self.0.duration_since(earlier.0).as_hours() / 24;
        // 1,100 years are about 400,000 days.
        i32::try_from(days).unwrap_or_default()
    }

    /// The day some days later, or earlier where they are less than zero; none
    /// where it would be out of range.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        Self::from_civil(self.0.checked_add(span).ok()?).ok()
    }

    /// Its number, in the order of days: 20,230,728 for 2023-07-28.
    #[must_use]
    pub fn number(self) -> i32 {
        self.year() * 10_000 + self.month() * 100 + self.day()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl<C> Encode<C> for Date {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.i32(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Date {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::from_number(d.i32()?).map_err(|flaw| decode::Error::message(flaw.description))
    }
}
