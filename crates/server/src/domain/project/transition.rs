//! Changes of a project's stage, and the record that is kept of them.
//!
//! The record only grows. A change that is taken back stays, marked `reverted`,
//! and is followed by an entry that leads back, with who did it and why; that
//! entry is marked too. So those that aren't marked, the ones that count, lead
//! without a gap from PLANNED to the present stage.

use minicbor::{Decode, Encode};

use super::Project;
use super::stage::Stage;
use super::stage_machine::{MACHINE, StageAction, StageNeed};
use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::domain::stored::is_false;
use crate::error::{Error, Reason};

/// Most changes of stage that are recorded of one project; its termination can
/// be one more.
pub const MAX_TRANSITIONS: usize = 200;

/// A change of stage.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StageTransition {
    /// Stage before.
    #[n(1)]
    pub from: Stage,
    /// Stage after.
    #[n(2)]
    pub to: Stage,
    /// Date on which it took place; of a taking back, the day of that.
    #[n(3)]
    pub date: Date,
    /// What proves it; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub evidence: String,
    /// Reason; may be empty where none was asked for.
    #[n(5)]
    #[cbor(skip_if = "String::is_empty")]
    pub reason: String,
    /// Who recorded it.
    #[n(6)]
    pub principal: String,
    /// When it was recorded.
    #[n(7)]
    pub record_time: Instant,
    /// It doesn't count: it was taken back, or takes another one back.
    #[n(8)]
    #[cbor(skip_if = "is_false")]
    pub reverted: bool,
}

/// Who records a change, of what and when.
#[derive(Clone, Copy, Debug)]
pub struct Recorder<'a> {
    /// Resource name of the project, for messages.
    pub name: &'a str,
    /// Who records it.
    pub principal: &'a str,
    /// The time it is.
    pub now: Instant,
    /// The day it is.
    pub today: Date,
}

/// What is told of a change.
#[derive(Clone, Debug)]
pub struct StageChange {
    /// Day on which it took place.
    pub date: Date,
    /// What proves it; may be empty.
    pub evidence: String,
    /// Why; may be empty where it needs no reason.
    pub reason: String,
}

impl Project {
    /// Takes the project to a later stage.
    ///
    /// # Errors
    /// [`Error::Transition`] with what is needed; [`Error::Fields`] for `date`:
    /// `DateOrder` before the last change that counts, `FieldOutOfRange` in the
    /// future; for `stage` where none can be advanced to it.
    pub fn advance(
        &mut self,
        by: &Recorder<'_>,
        to: Stage,
        change: StageChange,
    ) -> Result<(), Error> {
        if to == Stage::Planned || !to.is_on_line() {
            let text = format!("is {to}: it must be a stage from NEGOTIATING to AT_CAPACITY");
            return Err(Error::field("stage", Reason::FieldOutOfRange, text));
        }
        self.change(by, StageAction::Advance(to), change)
    }

    /// Suspends the project.
    ///
    /// # Errors
    /// As [`Self::advance`] for state and date.
    pub fn suspend(&mut self, by: &Recorder<'_>, change: StageChange) -> Result<(), Error> {
        self.change(by, StageAction::Suspend, change)
    }

    /// Lets the project go on in the stage in which it was suspended.
    ///
    /// # Errors
    /// As [`Self::advance`] for state and date.
    pub fn resume(&mut self, by: &Recorder<'_>, change: StageChange) -> Result<(), Error> {
        self.change(by, StageAction::Resume, change)
    }

    /// Ends the project for good.
    ///
    /// # Errors
    /// As [`Self::advance`] for state and date.
    pub fn terminate(&mut self, by: &Recorder<'_>, change: StageChange) -> Result<(), Error> {
        self.change(by, StageAction::Terminate, change)
    }

    /// Takes the last change that counts back, whatever it was; only a
    /// termination is final. One more call takes the one before back.
    ///
    /// # Errors
    /// [`Error::Transition`] where there is none or the project is terminated.
    pub fn revert(&mut self, by: &Recorder<'_>, reason: String) -> Result<(), Error> {
        MACHINE.permit(by.name, self.stage, StageAction::Revert, |need| self.unmet(need))?;
        let Some(last) = self.transitions.iter_mut().rfind(|transition| !transition.reverted)
        else {
            return Err(Error::internal("a change was there, and then wasn't"));
        };
        last.reverted = true;
        let to = last.from;
        // What is undone by going back to SUSPENDED is a resumption.
        let change = StageChange { date: by.today, evidence: String::new(), reason };
        self.record(by, to, change, true);
        Ok(())
    }

    /// What can be done next: `advance:STARTED`, `suspend` and so on.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<String> {
        MACHINE.allowed(self.stage, |need| self.unmet(need))
    }

    /// How far along the line it came: its stage, or the one in which it was
    /// suspended or terminated.
    #[must_use]
    pub fn reached(&self) -> Stage {
        if self.stage.is_on_line() {
            return self.stage;
        }
        let mut before = self.counting().rev().map(|transition| transition.from);
        before.find(|stage| stage.is_on_line()).unwrap_or(Stage::Planned)
    }

    /// The changes that count, oldest first.
    pub fn counting(&self) -> impl DoubleEndedIterator<Item = &StageTransition> {
        self.transitions.iter().filter(|transition| !transition.reverted)
    }

    /// When construction began: the date of STARTED.
    #[must_use]
    pub fn actual_start_date(&self) -> Option<Date> {
        self.date_of(Stage::Started)
    }

    /// When construction was finished: the date of COMPLETED.
    #[must_use]
    pub fn actual_completion_date(&self) -> Option<Date> {
        self.date_of(Stage::Completed)
    }

    /// Takes over what an update doesn't write: stage, transitions and
    /// `suspended_from` of the project as it is.
    pub fn keep_stage_of(&mut self, present: &Self) {
        self.stage = present.stage;
        self.transitions.clone_from(&present.transitions);
        self.suspended_from = present.suspended_from;
    }

    fn change(
        &mut self,
        by: &Recorder<'_>,
        action: StageAction,
        change: StageChange,
    ) -> Result<(), Error> {
        let to = MACHINE.permit(by.name, self.stage, action, |need| self.unmet(need))?;
        let Some(to) = to.or(self.suspended_from) else {
            return Err(Error::internal("the stage it was suspended in isn't known"));
        };
        self.check_date(change.date, by.today)?;
        self.record(by, to, change, false);
        Ok(())
    }

    fn record(&mut self, by: &Recorder<'_>, to: Stage, change: StageChange, reverted: bool) {
        let from = self.stage;
        self.suspended_from = (to == Stage::Suspended).then_some(from);
        self.stage = to;
        self.transitions.push(StageTransition {
            from,
            to,
            date: change.date,
            evidence: change.evidence,
            reason: change.reason,
            principal: by.principal.to_owned(),
            record_time: by.now,
            reverted,
        });
    }

    fn check_date(&self, date: Date, today: Date) -> Result<(), Error> {
        if date > today {
            let text = format!("is {date}, in the future: it is {today}");
            return Err(Error::field("date", Reason::FieldOutOfRange, text));
        }
        match self.counting().next_back() {
            Some(last) if date < last.date => {
                let text = format!("is {date}, before {}, when it became {}", last.date, last.to);
                Err(Error::field("date", Reason::DateOrder, text))
            }
            _ => Ok(()),
        }
    }

    /// The date of the advance to `stage`: nothing leads there before it, and
    /// what leads there after it is a resumption.
    fn date_of(&self, stage: Stage) -> Option<Date> {
        self.counting().find(|change| change.to == stage).map(|change| change.date)
    }

    fn unmet(&self, need: &StageNeed) -> Option<String> {
        match *need {
            StageNeed::Reached(stage) => {
                (self.reached() < stage).then(|| format!("{stage} must be reached first"))
            }
            StageNeed::ReachedOrTransformation(stage) => {
                let met = self.technical_transformation || self.reached() >= stage;
                let text = "must be reached first, as only a technical transformation may skip it";
                (!met).then(|| format!("{stage} {text}"))
            }
            StageNeed::ProjectCode => self
                .project_code
                .is_empty()
                .then(|| "a project code must be given (project_code)".to_owned()),
            StageNeed::Change => self
                .counting()
                .next()
                .is_none()
                .then(|| "there must be a change that can be taken back".to_owned()),
            StageNeed::Room => (self.transitions.len() >= MAX_TRANSITIONS).then(|| {
                format!("it must have fewer than {MAX_TRANSITIONS} recorded changes of stage")
            }),
        }
    }
}
