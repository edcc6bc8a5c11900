//! Later dates for some.

use minicbor::{Decode, Encode};

use super::{DeadlineDays, ReportingPeriod, ReportingStage, deadline};
use crate::domain::date::Date;
use crate::domain::flaw::Flaw;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::review_level::ReviewLevel;
use crate::error::Reason;

/// Whom an exception is for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Excepted {
    /// One project.
    #[n(2)]
    Project(#[n(0)] Id),
    /// A region and all below it.
    #[n(3)]
    Region(#[n(0)] Id),
}

/// A later date for one project, or for one region and all below it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DeadlineException {
    /// Its id within its period.
    #[n(1)]
    pub id: Id,
    /// Whom it is for.
    #[n(2)]
    pub excepted: Excepted,
    /// The level whose review may be later; none for the submission.
    #[n(4)]
    pub level: Option<ReviewLevel>,
    /// Last day in time.
    #[n(5)]
    pub date: Date,
    /// Why.
    #[n(6)]
    pub reason: String,
    /// When it was granted.
    #[n(7)]
    pub grant_time: Instant,
    /// When it was withdrawn; none while it counts.
    #[n(8)]
    pub withdraw_time: Option<Instant>,
    /// Why it was withdrawn; may be empty.
    #[n(9)]
    #[cbor(skip_if = "String::is_empty")]
    pub withdraw_reason: String,
}

/// A later date that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// For whom.
    pub excepted: Excepted,
    /// The level whose review may be later; none for the submission.
    pub level: Option<ReviewLevel>,
    /// Last day in time.
    pub date: Date,
    /// Why.
    pub reason: String,
    /// When it is granted.
    pub time: Instant,
}

impl DeadlineException {
    /// Whether it wasn't withdrawn.
    #[must_use]
    pub const fn is_in_force(&self) -> bool {
        self.withdraw_time.is_none()
    }

    /// Whether it counts for something of a project in a line of regions; for
    /// none it counts only by its region.
    pub(super) fn counts_for(
        &self,
        stage: ReportingStage,
        line: &[Id],
        project: Option<&Id>,
    ) -> bool {
        let is_meant = match &self.excepted {
            Excepted::Project(id) => project == Some(id),
            Excepted::Region(id) => line.contains(id),
        };
        is_meant && self.is_in_force() && ReportingStage::of(self.level) == stage
    }
}

impl ReportingPeriod {
    /// Grants an exception; `line` is the region that is excepted and all above
    /// it, and empty for a project.
    ///
    /// # Errors
    /// A flaw of the date: `DateOrder` where it isn't later than what counts
    /// already, `FieldOutOfRange` as [`Self::in_reach`] says.
    pub fn except(&mut self, grant: Grant, usual: &DeadlineDays, line: &[Id]) -> Result<(), Flaw> {
        let Grant { excepted, level, date, reason, time } = grant;
        self.in_reach(date)?;
        let stage = ReportingStage::of(level);
        let project = match &excepted {
            Excepted::Project(id) => Some(id),
            Excepted::Region(_) => None,
        };
        let granted = self.exceptions.iter().filter(|one| one.counts_for(stage, line, project));
        let usual = deadline(Some(self), usual, self.month, stage);
        let present = granted.map(|one| one.date).fold(usual, Date::max);
        if date <= present {
            let text = format!("is {date}, and {present} counts already: give a later day");
            return Err(Flaw::new(Reason::DateOrder, text));
        }
        // None is ever removed, so their number tells the next one.
        let id = Id::parse(&format!("exception-{}", self.exceptions.len() + 1))?;
        self.exceptions.push(DeadlineException {
            id,
            excepted,
            level,
            date,
            reason,
            grant_time: time,
            withdraw_time: None,
            withdraw_reason: String::new(),
        });
        Ok(())
    }

    /// Withdraws an exception.
    ///
    /// # Errors
    /// A flaw of the id: `ReferenceUnknown` where there is none,
    /// `ExceptionWithdrawn` where it was withdrawn before.
    pub fn withdraw(&mut self, id: &Id, time: Instant, reason: String) -> Result<(), Flaw> {
        let month = self.month;
        let Some(found) = self.exceptions.iter_mut().find(|one| one.id == *id) else {
            let text = format!("is {id}, and {month} has no such exception");
            return Err(Flaw::new(Reason::ReferenceUnknown, text));
        };
        if let Some(before) = found.withdraw_time {
            let text = format!("is {id}, which was withdrawn on {before} already");
            return Err(Flaw::new(Reason::ExceptionWithdrawn, text));
        }
        found.withdraw_time = Some(time);
        found.withdraw_reason = reason;
        Ok(())
    }
}
