//! Periods of statistics: spans of months within a year.

use std::fmt;

use minicbor::decode::{self, Decode, Decoder};
use minicbor::encode::{self, Encode, Encoder, Write};

use super::date::Date;
use super::flaw::Flaw;
use super::month::Month;
use crate::error::Reason;

/// What a period is written like, for those who wrote it otherwise.
const FORMS: &str = "write 2023, 2023H1, 2023Q1, 2023-06 or 2023-01/2023-05";

/// A span of whole months of one year: `2023`, `2023H1`, `2023Q1`, `2023-06`,
/// or `2023-01/2023-05` where it has no shorter name.
///
/// January has no figure of its own: the first of a year is that of January and
/// February together, which is written `2023-02`. So no period ends in January
/// or begins in February. Periods are ordered by their ends.
///
/// It is stored as the text that [`fmt::Display`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    last: Month,
    first: Month,
}

impl Period {
    /// The months from `first` through `last`.
    ///
    /// # Errors
    /// `PeriodInvalid` where they are of two years or in the wrong order, where
    /// the last is January, or the first February.
    pub fn new(first: Month, last: Month) -> Result<Self, Flaw> {
        let refused = |text: String| Err(Flaw::new(Reason::PeriodInvalid, text));
        if first.year() != last.year() {
            return refused(format!("goes from {first} to {last}: a period lies within one year"));
        }
        if first > last {
            return refused(format!("ends in {last}, before it begins in {first}"));
        }
        let year = last.year();
        if last.month() == 1 {
            return refused(format!(
                "ends in January, which has no figure of its own: write {year}-02, which means \
                 January and February"
            ));
        }
        if first.month() == 2 {
            return refused(format!(
                "begins in February, which has no figure of its own: begin with {year}-01"
            ));
        }
        Ok(Self { last, first })
    }

    /// The period that ends with a month and began with the year.
    ///
    /// # Errors
    /// `PeriodInvalid` for January.
    pub fn year_to(month: Month) -> Result<Self, Flaw> {
        Self::new(Month::new(month.year(), 1)?, month)
    }

    /// The period in which the figure of a month stands: the month itself, and
    /// January with February.
    ///
    /// # Errors
    /// `PeriodInvalid` for January.
    pub fn of_month(month: Month) -> Result<Self, Flaw> {
        match month.month() {
            1 | 2 => Self::year_to(month),
            _ => Self::new(month, month),
        }
    }

    /// What stands in the place of a period that couldn't be read; it is never
    /// stored.
    #[must_use]
    pub fn unread() -> Self {
        let month = Month::of(Date::MIN);
        Self { last: month, first: month }
    }

    /// Reads a period in any of its forms, also `2023-01/2023-06` for `2023H1`.
    ///
    /// # Errors
    /// `FieldFormat`; `FieldOutOfRange` for a month or year that there isn't;
    /// and those of [`Self::new`].
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        if let Some((first, last)) = text.split_once('/') {
            let month = |text| Month::parse(text).map_err(in_period);
            return Self::new(month(first)?, month(last)?);
        }
        let (year, part) = match text.split_at_checked(4) {
            Some((year, part)) if year.bytes().all(|byte| byte.is_ascii_digit()) => (year, part),
            _ => return Err(malformed()),
        };
        let year: i32 = year.parse().map_err(|_| malformed())?;
        let (first, last) = match part {
            "" => (1, 12),
            "H1" => (1, 6),
            "H2" => (7, 12),
            "Q1" => (1, 3),
            "Q2" => (4, 6),
            "Q3" => (7, 9),
            "Q4" => (10, 12),
            _ => return Self::of_month(Month::parse(text).map_err(in_period)?),
        };
        Self::new(Month::new(year, first)?, Month::new(year, last)?)
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.last.year()
    }

    /// Its first month.
    #[must_use]
    pub const fn first(self) -> Month {
        self.first
    }

    /// Its last month.
    #[must_use]
    pub const fn last(self) -> Month {
        self.last
    }

    /// Its months in their order, January too.
    pub fn months(self) -> impl Iterator<Item = Month> {
        let after = move |month: &Month| month.next().filter(|next| *next <= self.last);
        std::iter::successors(Some(self.first), after)
    }

    /// Its months that have figures of their own: all but January, which is in
    /// that of February.
    pub fn figure_months(self) -> impl Iterator<Item = Month> {
        self.months().filter(|month| month.month() > 1)
    }

    /// Whether a month is in it.
    #[must_use]
    pub fn contains(self, month: Month) -> bool {
        (self.first..=self.last).contains(&month)
    }

    /// The same months a year before; none before 1900.
    #[must_use]
    pub fn year_before(self) -> Option<Self> {
        let before = |month: Month| Month::new(month.year() - 1, month.month()).ok();
        Some(Self { last: before(self.last)?, first: before(self.first)? })
    }

    /// From the beginning of the year to the end of this period.
    #[must_use]
    pub fn to_date(self) -> Self {
        Self::year_to(self.last).unwrap_or(self)
    }

    /// Whether it is over on a day.
    #[must_use]
    pub fn is_over(self, today: Date) -> bool {
        self.last < Month::of(today)
    }

    /// Its place in the order of periods, for keys.
    #[must_use]
    pub fn order(self) -> i64 {
        let last = self.last.year() * 100 + self.last.month();
        i64::from(last * 100 + self.first.month())
    }

    /// As the last part of an id: `2023h1`, `2023-01-2023-05`.
    #[must_use]
    pub fn id_part(self) -> String {
        self.to_string().to_ascii_lowercase().replace('/', "-")
    }
}

fn malformed() -> Flaw {
    Flaw::new(Reason::FieldFormat, format!("isn't a period: {FORMS}"))
}

/// What is wrong with a month, where a period was to be read.
fn in_period(flaw: Flaw) -> Flaw {
    if flaw.reason == Reason::FieldFormat { malformed() } else { flaw }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year();
        match (self.first.month(), self.last.month()) {
            (1, 12) => write!(f, "{year:04}"),
            (1, 6) => write!(f, "{year:04}H1"),
            (7, 12) => write!(f, "{year:04}H2"),
            (1, 3) => write!(f, "{year:04}Q1"),
            (4, 6) => write!(f, "{year:04}Q2"),
            (7, 9) => write!(f, "{year:04}Q3"),
            (10, 12) => write!(f, "{year:04}Q4"),
            (1, 2) => write!(f, "{}", self.last),
            (first, last) if first == last => write!(f, "{}", self.last),
            _ => write!(f, "{}/{}", self.first, self.last),
        }
    }
}

impl<C> Encode<C> for Period {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.str(&self.to_string())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Period {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::parse(d.str()?).map_err(|flaw| decode::Error::message(flaw.description))
    }
}
