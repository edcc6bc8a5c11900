//! The states of minutes, and what leads from one to another.

use super::{IssuedVersion, Minutes, MinutesAddendum, MinutesStep};
use crate::domain::machine::{self, Machine, Row};
use crate::domain::numbered::numbered;
use crate::error::{Error, Reason};

/// Most addenda to one version, and most versions.
const MAX_ADDED: usize = 200;

numbered! {
    /// State of minutes.
    MinutesState {
        /// They are being written.
        Draft = 1 "DRAFT",
        /// They are being reviewed.
        InReview = 2 "IN_REVIEW",
        /// They are approved, and not issued yet.
        Approved = 3 "APPROVED",
        /// They are issued.
        Issued = 4 "ISSUED",
    }
}

impl machine::State for MinutesState {
    fn name(self) -> &'static str {
        self.as_str()
    }
}

/// What can be done to minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MinutesAction {
    /// Change their content.
    Update,
    /// Give them into review.
    Submit,
    /// Approve them.
    Approve,
    /// Return them to draft.
    Return,
    /// Issue them.
    Issue,
    /// Add an addendum.
    AddAddendum,
    /// Open the next version.
    Revise,
}

impl machine::Action for MinutesAction {
    fn code(self) -> String {
        let code = match self {
            Self::Update => "update",
            Self::Submit => "submit",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Issue => "issue",
            Self::AddAddendum => "add-addendum",
            Self::Revise => "revise",
        };
        code.to_owned()
    }

    fn verb(self) -> String {
        let verb = match self {
            Self::Update => "be updated",
            Self::Submit => "be submitted",
            Self::Approve => "be approved",
            Self::Return => "be returned",
            Self::Issue => "be issued",
            Self::AddAddendum => "get an addendum",
            Self::Revise => "be revised",
        };
        verb.to_owned()
    }
}

/// What minutes must have besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MinutesNeed {
    /// An entry.
    Entry,
}

type Line = Row<MinutesState, MinutesAction, MinutesNeed>;

const fn row(
    action: MinutesAction,
    from: &'static [MinutesState],
    to: MinutesState,
    needs: &'static [MinutesNeed],
) -> Line {
    Row { action, from, to: Some(to), needs }
}

/// The machine of the states of minutes.
pub const MACHINE: Machine<MinutesState, MinutesAction, MinutesNeed> = Machine {
    rows: &[
        row(MinutesAction::Update, &[MinutesState::Draft], MinutesState::Draft, &[]),
        row(
            MinutesAction::Submit,
            &[MinutesState::Draft],
            MinutesState::InReview,
            &[MinutesNeed::Entry],
        ),
        row(MinutesAction::Approve, &[MinutesState::InReview], MinutesState::Approved, &[]),
        row(
            MinutesAction::Return,
            &[MinutesState::InReview, MinutesState::Approved],
            MinutesState::Draft,
            &[],
        ),
        row(MinutesAction::Issue, &[MinutesState::Approved], MinutesState::Issued, &[]),
        row(MinutesAction::AddAddendum, &[MinutesState::Issued], MinutesState::Issued, &[]),
        row(MinutesAction::Revise, &[MinutesState::Issued], MinutesState::Draft, &[]),
    ],
    advice: &[],
};

impl Minutes {
    /// What can be done next, besides updates.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<String> {
        let mut allowed = MACHINE.allowed(self.state, |need| self.unmet(*need));
        allowed.retain(|action| action != "update");
        allowed
    }

    /// That the minutes `name` can be changed.
    ///
    /// # Errors
    /// [`Error::Refused`] for issued ones, [`Error::Transition`] for those in
    /// review or approved.
    pub fn permit_update(&self, name: &str) -> Result<(), Error> {
        self.refuse_issued(name)?;
        self.permit(name, MinutesAction::Update).map(|_| ())
    }

    /// That the minutes `name` can be deleted: no version was ever issued.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn permit_delete(&self, name: &str) -> Result<(), Error> {
        match self.issued_version() {
            0 => Ok(()),
            number => {
                let why = format!("version {number} was issued, so they can't be deleted any more");
                Err(refused(name, Reason::MinutesIssued, why))
            }
        }
    }

    /// Gives the minutes `name` into review.
    ///
    /// # Errors
    /// [`Error::Refused`] where they have no entry; [`Error::Transition`].
    pub fn submit(&mut self, name: &str, step: MinutesStep) -> Result<(), Error> {
        if self.state == MinutesState::Draft && self.entries.is_empty() {
            let why = "they have no entry: add one before they are reviewed".to_owned();
            return Err(refused(name, Reason::MinutesEmpty, why));
        }
        self.refuse_issued(name)?;
        self.state = self.permit(name, MinutesAction::Submit)?;
        self.submission = Some(step);
        self.returned = None;
        Ok(())
    }

    /// Approves the minutes `name`.
    ///
    /// # Errors
    /// [`Error::Transition`]; [`Error::Refused`] for issued ones.
    pub fn approve(&mut self, name: &str, step: MinutesStep) -> Result<(), Error> {
        self.refuse_issued(name)?;
        self.state = self.permit(name, MinutesAction::Approve)?;
        self.approval = Some(step);
        Ok(())
    }

    /// Returns the minutes `name` to draft.
    ///
    /// # Errors
    /// [`Error::Transition`]; [`Error::Refused`] for issued ones.
    pub fn send_back(&mut self, name: &str, step: MinutesStep) -> Result<(), Error> {
        self.refuse_issued(name)?;
        self.state = self.permit(name, MinutesAction::Return)?;
        (self.submission, self.approval) = (None, None);
        self.returned = Some(step);
        Ok(())
    }

    /// Issues the minutes `name` as their next version.
    ///
    /// # Errors
    /// [`Error::Transition`]; [`Error::Refused`] for issued ones;
    /// [`Error::TooLarge`] where there are too many versions.
    pub fn issue(&mut self, name: &str, step: MinutesStep) -> Result<(), Error> {
        self.refuse_issued(name)?;
        let state = self.permit(name, MinutesAction::Issue)?;
        room(self.versions.len(), "versions")?;
        self.state = state;
        let number = self.issued_version().saturating_add(1);
        let (issue_revision, revision) = (None, None);
        let version =
            IssuedVersion { number, issue: step, issue_revision, revision, addendum_count: 0 };
        self.versions.push(version);
        Ok(())
    }

    /// Adds an addendum to the minutes `name`, which were last written in
    /// `revision`.
    ///
    /// # Errors
    /// [`Error::Transition`]; [`Error::TooLarge`] where there are too many.
    pub fn add_addendum(
        &mut self,
        name: &str,
        text: String,
        step: MinutesStep,
        revision: u64,
    ) -> Result<(), Error> {
        self.permit(name, MinutesAction::AddAddendum)?;
        room(self.addenda.len(), "addenda")?;
        let number = self.addenda.last().map_or(1, |last| last.number.saturating_add(1));
        self.addenda.push(MinutesAddendum { number, text, step });
        if let Some(version) = self.versions.last_mut() {
            version.issue_revision.get_or_insert(revision);
            version.addendum_count = number;
        }
        Ok(())
    }

    /// Opens the next version of the minutes `name`, which were last written in
    /// `revision`, with the same entries.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn revise(&mut self, name: &str, step: MinutesStep, revision: u64) -> Result<(), Error> {
        self.state = self.permit(name, MinutesAction::Revise)?;
        (self.submission, self.approval) = (None, None);
        self.addenda.clear();
        self.opening = Some(step);
        if let Some(version) = self.versions.last_mut() {
            version.issue_revision.get_or_insert(revision);
            version.revision = Some(revision);
        }
        Ok(())
    }

    /// Takes over what an update doesn't write, of the minutes as they are.
    pub fn keep_state_of(&mut self, present: &Self) {
        let (recorder, entries) =
            (std::mem::take(&mut self.recorder), std::mem::take(&mut self.entries));
        *self = Self { meeting: self.meeting.clone(), recorder, entries, ..present.clone() };
    }

    /// What is issued is told so, whatever was asked for.
    fn refuse_issued(&self, name: &str) -> Result<(), Error> {
        if self.state != MinutesState::Issued {
            return Ok(());
        }
        let why = format!(
            "they are issued as version {}, which never changes: add an addendum, or open the \
             next version with ReviseMinutes",
            self.issued_version()
        );
        Err(refused(name, Reason::MinutesIssued, why))
    }

    fn unmet(&self, need: MinutesNeed) -> Option<String> {
        match need {
            MinutesNeed::Entry => {
                self.entries.is_empty().then(|| "they must have an entry".to_owned())
            }
        }
    }

    fn permit(&self, name: &str, action: MinutesAction) -> Result<MinutesState, Error> {
        let to = MACHINE.permit(name, self.state, action, |need| self.unmet(*need))?;
        to.ok_or_else(|| Error::internal("a state of minutes leads nowhere"))
    }
}

fn refused(name: &str, reason: Reason, why: String) -> Error {
    Error::Refused { name: name.to_owned(), reason, why }
}

fn room(count: usize, what: &str) -> Result<(), Error> {
    if count < MAX_ADDED {
        return Ok(());
    }
    Err(Error::TooLarge(format!("minutes have at most {MAX_ADDED} {what}")))
}
