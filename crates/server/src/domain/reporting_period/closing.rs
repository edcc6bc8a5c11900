//! Closed months.

use minicbor::{Decode, Encode};

use super::ReportingPeriod;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::review_level::ReviewLevel;
use crate::error::{Error, Result};

/// A closing of a month for a region and all below it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PeriodClosing {
    /// The region.
    #[n(1)]
    pub region: Id,
    /// The level: nothing can be done on it or below it.
    #[n(2)]
    pub level: ReviewLevel,
    /// When it was closed.
    #[n(3)]
    pub close_time: Instant,
    /// Why; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub reason: String,
    /// When it was reopened; none while it is closed.
    #[n(5)]
    pub reopen_time: Option<Instant>,
    /// Why it was reopened; may be empty.
    #[n(6)]
    #[cbor(skip_if = "String::is_empty")]
    pub reopen_reason: String,
}

impl PeriodClosing {
    /// A closing that is made now.
    #[must_use]
    pub const fn new(region: Id, level: ReviewLevel, time: Instant, reason: String) -> Self {
        Self {
            region,
            level,
            close_time: time,
            reason,
            reopen_time: None,
            reopen_reason: String::new(),
        }
    }

    /// Whether it wasn't reopened.
    #[must_use]
    pub const fn is_in_force(&self) -> bool {
        self.reopen_time.is_none()
    }

    /// What says that it holds, of the period `name`.
    #[must_use]
    pub fn refusal(&self, name: &str) -> Error {
        Error::PeriodClosed {
            name: name.to_owned(),
            region: kind::name(Kind::Region, &self.region),
            level: self.level.as_str(),
        }
    }
}

impl ReportingPeriod {
    /// The closing by which nothing can be done on a level (none: by those who
    /// report) for a region whose line, itself and all above it, is `line`. Of
    /// several it is the highest, which is to be reopened first.
    #[must_use]
    pub fn lock(&self, level: Option<ReviewLevel>, line: &[Id]) -> Option<&PeriodClosing> {
        self.locks(level, line).max_by_key(|(height, one)| (one.level, *height)).map(|(_, one)| one)
    }

    fn locks(
        &self,
        level: Option<ReviewLevel>,
        line: &[Id],
    ) -> impl Iterator<Item = (usize, &PeriodClosing)> {
        let in_force = self.closings.iter().filter(|one| one.is_in_force());
        let high = in_force.filter(move |one| level.is_none_or(|level| one.level >= level));
        high.filter_map(|one| Some((line.iter().position(|region| *region == one.region)?, one)))
    }

    /// A closing that is in force; none where the month is closed for nobody.
    #[must_use]
    pub fn closed(&self) -> Option<&PeriodClosing> {
        self.closings.iter().find(|one| one.is_in_force())
    }

    /// Closes the month for the first region of `line`; `name` is that of the
    /// period.
    ///
    /// # Errors
    /// [`Error::PeriodNotEnded`]; [`Error::PeriodClosed`] where it is closed
    /// already by itself or by a region above, on the level or a higher one.
    pub fn close(
        &mut self,
        name: &str,
        closing: PeriodClosing,
        line: &[Id],
        today: Date,
    ) -> Result<()> {
        let last_day = self.month.last_day();
        if today <= last_day {
            let last_day = last_day.to_string();
            return Err(Error::PeriodNotEnded { name: name.to_owned(), last_day });
        }
        if let Some(held) = self.lock(Some(closing.level), line) {
            return Err(held.refusal(name));
        }
        self.closings.push(closing);
        Ok(())
    }

    /// Takes back the closing of the first region of `line` on a level.
    ///
    /// # Errors
    /// [`Error::PeriodNotClosed`] where there is none; [`Error::PeriodClosed`]
    /// where another one on the level or a higher one holds.
    pub fn reopen(
        &mut self,
        name: &str,
        level: ReviewLevel,
        line: &[Id],
        time: Instant,
        reason: String,
    ) -> Result<()> {
        let is_meant = |one: &PeriodClosing| {
            one.is_in_force() && one.level == level && line.first() == Some(&one.region)
        };
        let not_closed = || Error::PeriodNotClosed {
            name: name.to_owned(),
            region: line.first().map_or_else(String::new, |id| kind::name(Kind::Region, id)),
            level: level.as_str(),
        };
        if !self.closings.iter().any(is_meant) {
            return Err(not_closed());
        }
        if let Some(held) = self.lock(Some(level), line).filter(|held| !is_meant(held)) {
            return Err(held.refusal(name));
        }
        let found = self.closings.iter_mut().find(|one| is_meant(one)).ok_or_else(not_closed)?;
        found.reopen_time = Some(time);
        found.reopen_reason = reason;
        Ok(())
    }
}
