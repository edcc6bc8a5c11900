//! For how long something is so: whole days, with an open end on either side.

use std::fmt;

use super::date::Date;

/// Days from the first to the one before the last; none is an open end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// First day; none means since ever.
    pub from: Option<Date>,
    /// Day from which on it is no longer so; none means for ever.
    pub to: Option<Date>,
}

impl Validity {
    /// From a day to before another one.
    #[must_use]
    pub fn new(from: Option<Date>, to: Option<Date>) -> Self {
        Self { from, to }
    }

    /// Whether there is no day in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if to <= from)
    }

    /// Whether the day is in it.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && !self.is_over(day)
    }

    /// Whether it has ended by the day.
    #[must_use]
    pub fn is_over(&self, day: Date) -> bool {
        self.to.is_some_and(|to| to <= day)
    }

    /// The days that are in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let to = match (self.to, other.to) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        // A day sorts after none.
        Self { from: self.from.max(other.from), to }
    }

    /// Whether all days of the other one are in it.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.is_empty() || self.and(other) == *other
    }
}

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (None, None) => f.write_str("at any time"),
            (Some(from), None) => write!(f, "from {from} on"),
            (None, Some(to)) => write!(f, "until {to}"),
            (Some(from), Some(to)) => write!(f, "from {from} until {to}"),
        }
    }
}
