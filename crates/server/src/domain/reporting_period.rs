//! Reporting periods: until when the reports of a month are due, for whom later,
//! and for whom the month is closed.
//!
//! A month needs no record: without one the days of the settings count and
//! nothing is closed. So what is asked here takes the record where there is one.

mod closing;
mod deadline;
mod exception;

use minicbor::{Decode, Encode};

pub use closing::PeriodClosing;
pub use deadline::{DeadlineDays, ReportingStage, ReviewDeadlines, deadline, due};
pub use exception::{DeadlineException, Excepted, Grant};

use super::date::Date;
use super::flaw::Flaw;
use super::id::Id;
use super::kind::{Kind, Reference, References};
use super::month::Month;
use crate::error::{Reason, Violations};

/// Days after a month's last one in which a deadline may lie.
const MAX_DAYS_AFTER: i32 = 366;

/// What is recorded of one month of reporting.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReportingPeriod {
    /// The month; February is that of January and February.
    #[n(8)]
    pub month: Month,
    /// Last day on which a report is submitted in time, where it is given.
    #[n(9)]
    pub submission_deadline: Option<Date>,
    /// Last days of the levels that are given.
    #[n(10)]
    #[cbor(skip_if = "ReviewDeadlines::is_empty")]
    pub review_deadlines: ReviewDeadlines,
    /// Later dates, in the order in which they were granted.
    #[n(11)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub exceptions: Vec<DeadlineException>,
    /// Closings, in the order in which they were made.
    #[n(12)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub closings: Vec<PeriodClosing>,
}

impl ReportingPeriod {
    /// A month of which nothing is recorded.
    #[must_use]
    pub fn new(month: Month) -> Self {
        Self {
            month,
            submission_deadline: None,
            review_deadlines: ReviewDeadlines::default(),
            exceptions: Vec::new(),
            closings: Vec::new(),
        }
    }

    /// Checks the deadlines that are given: each within the month or the year
    /// after it, none before that of a lower level.
    pub fn check(&self, v: &mut Violations) {
        if let Err(flaw) = reported(self.month) {
            flaw.add_to("month", v);
        }
        let mut latest: Option<(ReportingStage, Date)> = None;
        for stage in ReportingStage::ALL {
            let Some(date) = self.given(stage) else { continue };
            let field = stage.field();
            if let Err(flaw) = self.in_reach(date) {
                flaw.add_to(field, v);
            }
            match latest {
                Some((lower, other)) if date < other => {
                    let text = format!("is {date}, before that of {lower}, which is {other}");
                    v.add(field, Reason::DateOrder, text);
                }
                _ => latest = Some((stage, date)),
            }
        }
    }

    /// Whether a deadline may be on a day.
    ///
    /// # Errors
    /// `FieldOutOfRange` before the month, and more than a year after it.
    pub fn in_reach(&self, date: Date) -> Result<(), Flaw> {
        let (first, last) = (self.month.day(1), self.month.last_day());
        if date >= first && date.days_since(last) <= MAX_DAYS_AFTER {
            return Ok(());
        }
        let text = format!(
            "is {date}: it must be from {first} on, and at most {MAX_DAYS_AFTER} days after {last}"
        );
        Err(Flaw::new(Reason::FieldOutOfRange, text))
    }

    /// The regions of closings and exceptions that count.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut found = References::default();
        found.items("exceptions", &self.exceptions, |found, one| {
            if let (Excepted::Region(region), true) = (&one.excepted, one.is_in_force()) {
                found.one("region", Kind::Region, region);
            }
        });
        found.items("closings", &self.closings, |found, one| {
            if one.is_in_force() {
                found.one("region", Kind::Region, &one.region);
            }
        });
        found.take()
    }

    /// The projects of exceptions that count: they may go afterwards.
    #[must_use]
    pub fn mentions(&self) -> Vec<Reference> {
        let mut found = References::default();
        found.items("exceptions", &self.exceptions, |found, one| {
            if let (Excepted::Project(project), true) = (&one.excepted, one.is_in_force()) {
                found.one("project", Kind::Project, project);
            }
        });
        found.take()
    }
}

/// Whether a month is one of reporting.
///
/// # Errors
/// `MonthJanuary` for a January, whose figures come with those of February;
/// `FieldOutOfRange` for the last month of the calendar, after which nothing can
/// be due.
pub fn reported(month: Month) -> Result<(), Flaw> {
    if month.month() == 1 {
        let text = format!(
            "is a January, which isn't reported by itself: the first figure of a year is that of \
             January and February, month {:04}-02",
            month.year()
        );
        return Err(Flaw::new(Reason::MonthJanuary, text));
    }
    match month.next() {
        Some(_) => Ok(()),
        None => {
            let text = "is the last month of the calendar: nothing can be due after it";
            Err(Flaw::new(Reason::FieldOutOfRange, text))
        }
    }
}

/// The id of a month's record.
#[must_use]
pub fn id_of(month: Month) -> Id {
    // A month's text is an id.
    Id::parse(&month.to_string()).unwrap_or_else(|_| Id::unread())
}

/// The month that an id is of.
///
/// # Errors
/// `FieldFormat` where it is none, and those of [`reported`].
pub fn month_of(id: &Id) -> Result<Month, Flaw> {
    let month = Month::parse(id.as_str())?;
    reported(month).map(|()| month)
}
