//! Months of the calendar: the periods of reports and figures.

use std::fmt;

use minicbor::decode::{self, Decode, Decoder};
use minicbor::encode::{self, Encode, Encoder, Write};

use super::date::{Date, MAX_YEAR, MIN_YEAR};
use super::flaw::Flaw;
use crate::error::Reason;

/// A month, from 1900-01 to 2999-12.
///
/// It is stored as one number: 202,306 for 2023-06.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: i32,
}

impl Month {
    /// The month of these numbers.
    ///
    /// # Errors
    /// `FieldOutOfRange` where there is no such month.
    pub fn new(year: i32, month: i32) -> Result<Self, Flaw> {
        if (MIN_YEAR..=MAX_YEAR).contains(&year) && (1..=12).contains(&month) {
            return Ok(Self { year, month });
        }
        let text = format!(
            "is year {year}, month {month}: there is no such month from {MIN_YEAR} to {MAX_YEAR}"
        );
        Err(Flaw::new(Reason::FieldOutOfRange, text))
    }

    /// Reads `2023-06`.
    ///
    /// # Errors
    /// `FieldFormat`, or `FieldOutOfRange` where there is no such month.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let number = |part: &str, length| {
            let digits = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        };
        let parts = text.split_once('-');
        let numbers = parts.and_then(|(year, month)| Some((number(year, 4)?, number(month, 2)?)));
        match numbers {
            Some((year, month)) => Self::new(year, month),
            None => Err(Flaw::new(Reason::FieldFormat, "isn't a month like 2023-06")),
        }
    }

    /// The month in which `date` lies.
    #[must_use]
    pub fn of(date: Date) -> Self {
        let (year, month) = (date.year(), date.month());
        Self { year, month }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month of the year, 1 to 12.
    #[must_use]
    pub const fn month(self) -> i32 {
        self.month
    }

    /// The month after; none after 2999-12.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let months = self.year * 12 + self.month;
        Self::new(months / 12, months % 12 + 1).ok()
    }

    /// The month before; none before 1900-01.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let months = self.year * 12 + self.month - 2;
        Self::new(months / 12, months % 12 + 1).ok()
    }

    /// The month in whose report a day is told of: January stands in that of
    /// February.
    #[must_use]
    pub fn reporting(date: Date) -> Self {
        let (year, month) = (date.year(), date.month().max(2));
        Self { year, month }
    }

    /// The next month that has a report of its own; none after 2999-12.
    #[must_use]
    pub fn next_reporting(self) -> Option<Self> {
        let next = self.next()?;
        Some(Self { month: next.month.max(2), ..next })
    }

    /// The first day that its report tells of: for February that of January.
    #[must_use]
    pub fn first_reported_day(self) -> Date {
        if self.month == 2 { Self { month: 1, ..self }.first_day() } else { self.first_day() }
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        self.day(1)
    }

    /// The month's day of this number, or its last one where it has fewer.
    #[must_use]
    pub fn day(self, number: i32) -> Date {
        let days = (1..=number.clamp(1, 31)).rev();
        let mut dates = days.filter_map(|day| Date::new(self.year, self.month, day).ok());
        // Every month has a first day.
        dates.next().unwrap_or(Date::MIN)
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.day(31)
    }

    fn stored(self) -> i32 {
        self.year * 100 + self.month
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl<C> Encode<C> for Month {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.i32(self.stored())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Month {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let number = d.i32()?;
        let month = Self::new(number / 100, number % 100);
        month.map_err(|flaw| decode::Error::message(flaw.description))
    }
}
