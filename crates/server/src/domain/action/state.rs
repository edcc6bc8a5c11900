//! The states of an action, and what leads from one to another.

use super::{Action, ActionExtension};
use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::domain::machine::{self, Machine, Row};
use crate::domain::numbered::numbered;
use crate::error::{Error, Reason};

/// Most later due dates of one action.
pub const MAX_EXTENSIONS: usize = 100;

numbered! {
    /// How far an action has come.
    ActionState {
        /// It was assigned.
        Assigned = 1 "ASSIGNED",
        /// It is being worked on.
        InProgress = 2 "IN_PROGRESS",
        /// Its result waits for review.
        ResultSubmitted = 3 "RESULT_SUBMITTED",
        /// Its result wasn't enough.
        Returned = 4 "RETURNED",
        /// Its result was accepted.
        Closed = 5 "CLOSED",
        /// It was called off.
        Cancelled = 6 "CANCELLED",
    }
}

impl machine::State for ActionState {
    fn name(self) -> &'static str {
        self.as_str()
    }
}

/// What can be done to an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionStep {
    /// Begin to work on it.
    Start,
    /// Submit its result.
    Submit,
    /// Return it.
    Return,
    /// Accept its result.
    Close,
    /// Call it off.
    Cancel,
    /// Give it a later due date.
    Extend,
}

impl machine::Action for ActionStep {
    fn code(self) -> String {
        let code = match self {
            Self::Start => "start",
            Self::Submit => "submit",
            Self::Return => "return",
            Self::Close => "close",
            Self::Cancel => "cancel",
            Self::Extend => "extend",
        };
        code.to_owned()
    }

    fn verb(self) -> String {
        let verb = match self {
            Self::Start => "be started",
            Self::Submit => "be submitted",
            Self::Return => "be returned",
            Self::Close => "be closed",
            Self::Cancel => "be cancelled",
            Self::Extend => "be extended",
        };
        verb.to_owned()
    }
}

/// The states of an open action.
const OPEN: [ActionState; 4] = [
    ActionState::Assigned,
    ActionState::InProgress,
    ActionState::ResultSubmitted,
    ActionState::Returned,
];

/// The machine of an action's states.
pub const MACHINE: Machine<ActionState, ActionStep, ()> = Machine {
    rows: &[
        row(ActionStep::Start, &[ActionState::Assigned], Some(ActionState::InProgress)),
        row(
            ActionStep::Submit,
            &[ActionState::Assigned, ActionState::InProgress, ActionState::Returned],
            Some(ActionState::ResultSubmitted),
        ),
        row(ActionStep::Return, &[ActionState::ResultSubmitted], Some(ActionState::Returned)),
        row(ActionStep::Close, &[ActionState::ResultSubmitted], Some(ActionState::Closed)),
        row(ActionStep::Cancel, &OPEN, Some(ActionState::Cancelled)),
        row(ActionStep::Extend, &OPEN, None),
    ],
    advice: &[
        (ActionState::Closed, "CLOSED is final"),
        (ActionState::Cancelled, "CANCELLED is final"),
    ],
};

const fn row(
    action: ActionStep,
    from: &'static [ActionState],
    to: Option<ActionState>,
) -> Row<ActionState, ActionStep, ()> {
    Row { action, from, to, needs: &[] }
}

impl Action {
    /// Says that work on the action `name` has begun.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn start(&mut self, name: &str) -> Result<(), Error> {
        self.step(name, ActionStep::Start)
    }

    /// Submits the result of the action `name`.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn submit(&mut self, name: &str, result: String, now: Instant) -> Result<(), Error> {
        self.step(name, ActionStep::Submit)?;
        self.result = result;
        self.submit_time = Some(now);
        self.return_reason.clear();
        Ok(())
    }

    /// Returns the action `name`.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn send_back(&mut self, name: &str, reason: String) -> Result<(), Error> {
        self.step(name, ActionStep::Return)?;
        self.return_reason = reason;
        Ok(())
    }

    /// Accepts the result of the action `name`.
    ///
    /// # Errors
    /// A refusal where no result was submitted, or it was returned;
    /// [`Error::Transition`].
    pub fn close(&mut self, name: &str, comment: String, now: Instant) -> Result<(), Error> {
        let why = match self.state {
            ActionState::Assigned | ActionState::InProgress => {
                "no result was submitted: submit one first, or cancel it"
            }
            ActionState::Returned => "its result was returned: submit another one first",
            ActionState::ResultSubmitted | ActionState::Closed | ActionState::Cancelled => {
                self.step(name, ActionStep::Close)?;
                self.close_comment = comment;
                self.close_time = Some(now);
                return Ok(());
            }
        };
        let (name, why) = (name.to_owned(), why.to_owned());
        Err(Error::Refused { name, reason: Reason::ActionWithoutResult, why })
    }

    /// Calls the action `name` off.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn cancel(&mut self, name: &str, reason: String) -> Result<(), Error> {
        self.step(name, ActionStep::Cancel)?;
        self.cancel_reason = reason;
        Ok(())
    }

    /// Gives the action `name` a later due date; `by` says who, and when.
    ///
    /// # Errors
    /// [`Error::Transition`]; [`Error::Fields`] where it isn't later;
    /// [`Error::TooLarge`] beyond [`MAX_EXTENSIONS`].
    pub fn extend(
        &mut self,
        name: &str,
        due_date: Date,
        reason: String,
        by: (&str, Instant),
    ) -> Result<(), Error> {
        self.step(name, ActionStep::Extend)?;
        let previous_due_date = self.due_date;
        if due_date <= previous_due_date {
            let text =
                format!("is {due_date}: it must be after {previous_due_date}, when it is due");
            return Err(Error::field("due_date", Reason::DueDateNotLater, text));
        }
        if self.extensions.len() >= MAX_EXTENSIONS {
            let text = format!(
                "{name} was extended {MAX_EXTENSIONS} times, and no more are kept: cancel it and \
                 assign another"
            );
            return Err(Error::TooLarge(text));
        }
        let (principal, extend_time) = (by.0.to_owned(), by.1);
        let extension =
            ActionExtension { previous_due_date, due_date, reason, extend_time, principal };
        self.extensions.push(extension);
        self.due_date = due_date;
        Ok(())
    }

    /// Says whether the action `name` may be changed.
    ///
    /// # Errors
    /// [`Error::Transition`] where it is closed or cancelled.
    pub fn permit_update(&self, name: &str) -> Result<(), Error> {
        if self.is_open() {
            return Ok(());
        }
        Err(Error::Transition {
            name: name.to_owned(),
            state: self.state.as_str(),
            action: "be changed".to_owned(),
            needed: vec![format!("{} is final", self.state)],
        })
    }

    /// What can be done next.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<String> {
        MACHINE.allowed(self.state, |()| None)
    }

    fn step(&mut self, name: &str, step: ActionStep) -> Result<(), Error> {
        if let Some(to) = MACHINE.permit(name, self.state, step, |()| None)? {
            self.state = to;
        }
        Ok(())
    }
}
