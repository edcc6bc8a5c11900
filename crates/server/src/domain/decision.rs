//! Decisions of meetings: numbered, and one in the place of another.

use minicbor::{Decode, Encode};

use super::date::Date;
use super::id::{Id, rename};
use super::kind::{Kind, Reference, References};
use super::machine::{self, Machine, Row};
use super::numbered::numbered;
use crate::error::{Error, Reason, Violations};

numbered! {
    /// Whether a decision holds.
    DecisionState {
        /// It holds.
        InForce = 1 "IN_FORCE",
        /// Another decision stands in its place.
        Superseded = 2 "SUPERSEDED",
        /// It was withdrawn.
        Withdrawn = 3 "WITHDRAWN",
    }
}

impl machine::State for DecisionState {
    fn name(self) -> &'static str {
        self.as_str()
    }
}

/// What can be done to a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionStep {
    /// Withdraw it.
    Withdraw,
}

impl machine::Action for DecisionStep {
    fn code(self) -> String {
        "withdraw".to_owned()
    }

    fn verb(self) -> String {
        "be withdrawn".to_owned()
    }
}

/// The machine of a decision's states; that it is superseded follows from
/// another one.
pub const MACHINE: Machine<DecisionState, DecisionStep, ()> = Machine {
    rows: &[Row {
        action: DecisionStep::Withdraw,
        from: &[DecisionState::InForce],
        to: Some(DecisionState::Withdrawn),
        needs: &[],
    }],
    advice: &[(DecisionState::Withdrawn, "WITHDRAWN is final")],
};

/// What a meeting decided.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Decision {
    /// Whether it holds.
    #[n(8)]
    pub state: DecisionState,
    /// Meeting that decided it.
    #[n(10)]
    pub meeting: Id,
    /// Organisation that held the meeting then.
    #[n(11)]
    pub host: Id,
    /// Its number among those of the host and year, from 1.
    #[n(12)]
    pub number: u32,
    /// What was decided.
    #[n(13)]
    pub text: String,
    /// Agenda item of the meeting that it belongs to.
    #[n(14)]
    pub agenda_item: Option<Id>,
    /// Projects that it is about.
    #[n(15)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub projects: Vec<Id>,
    /// Regions that it is about.
    #[n(16)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub regions: Vec<Id>,
    /// Day on which it was decided; its year is that of the number.
    #[n(17)]
    pub decided_date: Date,
    /// Decisions in whose place it stands, or stood until it was withdrawn.
    #[n(18)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub supersedes: Vec<Id>,
    /// Decision that stands in its place.
    #[n(19)]
    pub superseded_by: Option<Id>,
    /// Why it was withdrawn; empty where it wasn't.
    #[n(20)]
    #[cbor(skip_if = "String::is_empty")]
    pub withdraw_reason: String,
}

impl Decision {
    /// Checks the decision by itself.
    pub fn check(&self, today: Date, v: &mut Violations) {
        if self.decided_date > today {
            let text = format!("is {}, in the future: it is {today}", self.decided_date);
            v.add("decided_date", Reason::FieldOutOfRange, text);
        }
    }

    /// As people write its number: `2023-17`.
    #[must_use]
    pub fn shown_number(&self) -> String {
        format!("{}-{}", self.decided_date.year(), self.number)
    }

    /// Withdraws the decision `name`. It keeps the names of what it superseded, which the
    /// store lets hold again.
    ///
    /// # Errors
    /// [`Error::Transition`] where it isn't in force.
    pub fn withdraw(&mut self, name: &str, reason: String) -> Result<(), Error> {
        let to = MACHINE.permit(name, self.state, DecisionStep::Withdraw, |()| None)?;
        self.state = to.ok_or_else(|| Error::internal("a decision's state leads nowhere"))?;
        self.withdraw_reason = reason;
        Ok(())
    }

    /// Says whether the decision `name` may be changed.
    ///
    /// # Errors
    /// [`Error::Transition`] where it was withdrawn.
    pub fn permit_update(&self, name: &str) -> Result<(), Error> {
        if self.state != DecisionState::Withdrawn {
            return Ok(());
        }
        Err(Error::Transition {
            name: name.to_owned(),
            state: self.state.as_str(),
            action: "be changed".to_owned(),
            needed: vec!["WITHDRAWN is final".to_owned()],
        })
    }

    /// What can be done next.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<String> {
        MACHINE.allowed(self.state, |()| None)
    }

    /// Puts another decision in its place.
    pub fn supersede(&mut self, by: &Id) {
        self.state = DecisionState::Superseded;
        self.superseded_by = Some(by.clone());
    }

    /// Lets it hold again.
    pub fn restore(&mut self) {
        self.state = DecisionState::InForce;
        self.superseded_by = None;
    }

    /// Names a project in the place of another one.
    pub fn rename_project(&mut self, from: &Id, to: &Id) {
        rename(&mut self.projects, from, to);
    }

    /// The records it names. What stands in its place isn't one of them: it is the
    /// other one that names this.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        // Where the meeting isn't known, its host isn't either.
        let host = Some(&self.host).filter(|host| **host != Id::unread());
        References::default()
            .one("meeting", Kind::Meeting, &self.meeting)
            .one("host", Kind::Organisation, host)
            .many("projects", Kind::Project, &self.projects)
            .many("regions", Kind::Region, &self.regions)
            .many("supersedes", Kind::Decision, &self.supersedes)
            .take()
    }
}
