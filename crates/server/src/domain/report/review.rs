//! The way of a report through its review.
//!
//! What levels have accepted is never taken back by what happens to later
//! submissions: it goes on counting until the level accepts another one, or
//! takes its acceptance back itself.

use super::check::{Others, Scene};
use super::submission::{Acceptance, Attributes, FieldRemark, Return, ReturnCode, Submission};
use super::{Report, ReportState};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::reporting_period::ReportingStage;
use crate::domain::review_level::{ReviewLevel, Reviewer};
use crate::error::{Error, Reason};

/// Who acts, on which report, and when.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// Resource name of the report, for messages.
    pub name: &'a str,
    /// Who acts.
    pub principal: &'a str,
    /// The time it is.
    pub now: Instant,
    /// The day it is.
    pub today: Date,
}

/// What is said with an acceptance.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    /// Remark; may be empty.
    pub comment: String,
    /// By which somebody accepts in the level's place.
    pub delegation: Option<Id>,
}

/// Why a report is returned, and what to do.
#[derive(Clone, Debug)]
pub struct ReturnReason {
    /// In a word.
    pub code: ReturnCode,
    /// In a sentence.
    pub text: String,
    /// Of single fields.
    pub fields: Vec<FieldRemark>,
}

impl Report {
    /// What can be done next.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<String> {
        let mut actions = Vec::new();
        match self.state {
            ReportState::Draft | ReportState::Returned => actions.push("submit".to_owned()),
            ReportState::Submitted | ReportState::Accepted => {
                actions.push("correct".to_owned());
                if let Some(awaited) = self.awaiting() {
                    actions.push(format!("accept:{}", awaited.level));
                    actions.push(format!("return:{}", awaited.level));
                }
                if let Some(level) = self.accepted_level() {
                    actions.push(format!("reopen:{level}"));
                }
            }
        }
        actions
    }

    /// Says whether what it says may be changed.
    ///
    /// # Errors
    /// [`Error::Transition`] while it is submitted or accepted.
    pub fn permit_update(&self, name: &str) -> Result<(), Error> {
        match self.state {
            ReportState::Draft | ReportState::Returned => Ok(()),
            _ => {
                let needed = "begin a correction first: it is under review, or accepted";
                Err(self.forbidden(name, "be changed", needed))
            }
        }
    }

    /// Submits what it says.
    ///
    /// # Errors
    /// [`Error::Transition`] where it is submitted already; [`Error::Fields`] for
    /// `content.comment` where what is unusual isn't explained.
    pub fn submit(&mut self, by: &Actor<'_>, scene: &Scene, others: &Others) -> Result<(), Error> {
        if !matches!(self.state, ReportState::Draft | ReportState::Returned) {
            let needed = "it must be DRAFT or RETURNED: begin a correction first";
            return Err(self.forbidden(by.name, "be submitted", needed));
        }
        scene.check_explained(&self.content, others)?;
        self.send(by, scene);
        Ok(())
    }

    /// Makes a submission of what it says.
    pub(super) fn send(&mut self, by: &Actor<'_>, scene: &Scene) {
        let due = scene.due(&self.project, ReportingStage::Submission);
        let number = self.latest().map_or(1, |latest| latest.number + 1);
        let reviewers = scene.reviewers.clone();
        let (region, section) = (scene.region.clone(), scene.section.clone());
        self.submissions.push(Submission {
            number,
            content: self.content.clone(),
            submit_time: by.now,
            principal: by.principal.to_owned(),
            due_date: due,
            late: by.today > due,
            correction_reason: std::mem::take(&mut self.correction_reason),
            attributes: Attributes::of(&scene.project, region, section, reviewers),
        });
        self.region = scene.region.clone();
        self.state = ReportState::Submitted;
        self.last_return = None;
        self.forget_unneeded();
    }

    /// Lets a level accept the latest submission.
    ///
    /// # Errors
    /// [`Error::Transition`] where nothing is under review; otherwise a refusal
    /// that says why it isn't this level's turn.
    pub fn accept(
        &mut self,
        by: &Actor<'_>,
        level: ReviewLevel,
        acceptance: Accepted,
        scene: &Scene,
    ) -> Result<(), Error> {
        let due = scene.due(&self.project, ReportingStage::Review(level));
        let number = self.turn_of(by.name, "be accepted", level)?;
        let before = self.acceptance(level).map(|acceptance| acceptance.submission);
        self.acceptances.retain(|acceptance| acceptance.level != level);
        self.acceptances.push(Acceptance {
            level,
            submission: number,
            accept_time: by.now,
            principal: by.principal.to_owned(),
            comment: acceptance.comment,
            delegation: acceptance.delegation,
            due_date: due,
            late: by.today > due,
            replaced_submission: before,
        });
        self.acceptances.sort_by_key(|acceptance| acceptance.level);
        self.state = ReportState::Accepted;
        self.forget_unneeded();
        Ok(())
    }

    /// Lets a level return the latest submission.
    ///
    /// # Errors
    /// As [`Self::accept`].
    pub fn send_back(
        &mut self,
        by: &Actor<'_>,
        level: ReviewLevel,
        reason: ReturnReason,
    ) -> Result<(), Error> {
        let submission = self.turn_of(by.name, "be returned", level)?;
        self.last_return = Some(Return {
            level,
            submission,
            code: reason.code,
            text: reason.text,
            fields: reason.fields,
            return_time: by.now,
            principal: by.principal.to_owned(),
        });
        self.state = ReportState::Returned;
        Ok(())
    }

    /// Takes a level's acceptance of the latest submission back: what it had
    /// accepted before counts again.
    ///
    /// # Errors
    /// [`Error::Transition`] where nothing is under review; a refusal where the
    /// level hasn't accepted it, or a higher one has.
    pub fn reopen(&mut self, by: &Actor<'_>, level: ReviewLevel) -> Result<(), Error> {
        self.require_review(by.name, "be reopened")?;
        match self.accepted_level() {
            Some(highest) if highest > level && self.has_accepted_latest(level) => {
                let text = format!(
                    "{} has accepted it: that must be taken back before {level}'s",
                    highest
                );
                return Err(self.refused(by.name, Reason::HigherLevelAccepted, text));
            }
            Some(highest) if highest == level => {}
            _ => {
                let text = format!("{level} hasn't accepted the latest submission");
                return Err(self.refused(by.name, Reason::NotAccepted, text));
            }
        }
        self.put_back(level);
        self.state = match self.accepted_level() {
            Some(_) => ReportState::Accepted,
            None => ReportState::Submitted,
        };
        self.forget_unneeded();
        Ok(())
    }

    /// Begins a correction.
    ///
    /// # Errors
    /// [`Error::Transition`] while it is being written anyhow.
    pub fn correct(&mut self, by: &Actor<'_>, reason: String) -> Result<(), Error> {
        self.require_review(by.name, "be corrected")?;
        self.state = ReportState::Draft;
        self.correction_reason = reason;
        Ok(())
    }

    /// Says whether it may be deleted.
    ///
    /// # Errors
    /// A refusal where a level has accepted it.
    pub fn permit_delete(&self, name: &str) -> Result<(), Error> {
        match self.acceptances.last() {
            None => Ok(()),
            Some(acceptance) => {
                let text = format!(
                    "{} has accepted it, and its figures count: take the acceptances back first",
                    acceptance.level
                );
                Err(self.refused(name, Reason::HigherLevelAccepted, text))
            }
        }
    }

    fn has_accepted_latest(&self, level: ReviewLevel) -> bool {
        let latest = self.latest().map(|latest| latest.number);
        self.acceptance(level).map(|acceptance| acceptance.submission) == latest
    }

    fn put_back(&mut self, level: ReviewLevel) {
        let Some(at) = self.acceptances.iter().position(|one| one.level == level) else {
            return;
        };
        match self.acceptances[at].replaced_submission.take() {
            Some(before) if self.submission(before).is_some() => {
                self.acceptances[at].submission = before;
            }
            _ => {
                self.acceptances.remove(at);
            }
        }
    }

    /// The number of the latest submission, where it is a level's turn.
    fn turn_of(&self, name: &str, action: &str, level: ReviewLevel) -> Result<u32, Error> {
        self.require_review(name, action)?;
        let latest = self.latest().ok_or_else(|| Error::internal("what is submitted is there"))?;
        let reviewers = &latest.attributes.reviewers;
        if !reviewers.iter().any(|reviewer| reviewer.level == level) {
            let text = format!("no region on {level} reviews it: {}", list(reviewers));
            return Err(self.refused(name, Reason::NotAReviewer, text));
        }
        match self.awaiting() {
            Some(awaited) if awaited.level == level => Ok(latest.number),
            Some(awaited) if awaited.level < level => {
                let text = format!("it waits for {} ({}) first", awaited.level, awaited.region);
                Err(self.refused(name, Reason::ReviewOutOfOrder, text))
            }
            _ => {
                let text = format!("{level} has accepted it already: reopen it to take that back");
                Err(self.refused(name, Reason::AlreadyAccepted, text))
            }
        }
    }

    fn require_review(&self, name: &str, action: &str) -> Result<(), Error> {
        match self.state {
            ReportState::Submitted | ReportState::Accepted => Ok(()),
            _ => Err(self.forbidden(name, action, "it must be submitted first")),
        }
    }

    pub(super) fn forbidden(&self, name: &str, action: &str, needed: &str) -> Error {
        Error::Transition {
            name: name.to_owned(),
            state: self.state.as_str(),
            action: action.to_owned(),
            needed: vec![needed.to_owned()],
        }
    }

    fn refused(&self, name: &str, reason: Reason, why: String) -> Error {
        Error::Refused { name: name.to_owned(), reason, why }
    }

    /// Keeps the latest submission, and those that are accepted or would be again.
    fn forget_unneeded(&mut self) {
        let latest = self.latest().map(|latest| latest.number);
        let acceptances = &self.acceptances;
        self.submissions.retain(|submission| {
            let number = submission.number;
            Some(number) == latest
                || acceptances.iter().any(|acceptance| {
                    acceptance.submission == number
                        || acceptance.replaced_submission == Some(number)
                })
        });
    }
}

fn list(reviewers: &[Reviewer]) -> String {
    let named = reviewers.iter().map(|one| format!("{} is {}", one.level, one.region));
    match named.collect::<Vec<_>>().join(", ") {
        names if names.is_empty() => "nobody does".to_owned(),
        names => names,
    }
}
