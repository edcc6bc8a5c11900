//! The states of an enrolment, and what leads from one to another.

use crate::domain::machine::{self, Machine, Row};
use crate::domain::numbered::numbered;

numbered! {
    /// State of an enrolment.
    EnrolmentState {
        /// It holds a place.
        Enrolled = 1 "ENROLLED",
        /// It waits for a place.
        Waiting = 2 "WAITING",
        /// It was cancelled.
        Cancelled = 3 "CANCELLED",
        /// The person came.
        Attended = 4 "ATTENDED",
        /// The person held a place and didn't come.
        Absent = 5 "ABSENT",
    }
}

impl EnrolmentState {
    /// Whether a place is taken by it.
    #[must_use]
    pub const fn holds_seat(self) -> bool {
        matches!(self, Self::Enrolled | Self::Attended | Self::Absent)
    }
}

impl machine::State for EnrolmentState {
    fn name(self) -> &'static str {
        self.as_str()
    }
}

/// What can be done to an enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolmentAction {
    /// Cancel it.
    Cancel,
    /// Record that the person came.
    SignIn,
    /// Record hours and score.
    Grade,
    /// Give a certificate.
    Certify,
    /// Record what the person thinks of the session.
    Rate,
}

impl machine::Action for EnrolmentAction {
    fn code(self) -> String {
        let code = match self {
            Self::Cancel => "cancel",
            Self::SignIn => "sign-in",
            Self::Grade => "grade",
            Self::Certify => "certify",
            Self::Rate => "rate",
        };
        code.to_owned()
    }

    fn verb(self) -> String {
        let verb = match self {
            Self::Cancel => "be cancelled",
            Self::SignIn => "be signed in",
            Self::Grade => "be graded",
            Self::Certify => "be certified",
            Self::Rate => "be rated",
        };
        verb.to_owned()
    }
}

const ATTENDED: &[EnrolmentState] = &[EnrolmentState::Attended];

const fn of_attended(action: EnrolmentAction) -> Row<EnrolmentState, EnrolmentAction, ()> {
    Row { action, from: ATTENDED, to: Some(EnrolmentState::Attended), needs: &[] }
}

/// The machine of an enrolment's states.
pub const MACHINE: Machine<EnrolmentState, EnrolmentAction, ()> = Machine {
    rows: &[
        Row {
            action: EnrolmentAction::Cancel,
            from: &[EnrolmentState::Enrolled, EnrolmentState::Waiting],
            to: Some(EnrolmentState::Cancelled),
            needs: &[],
        },
        Row {
            action: EnrolmentAction::SignIn,
            from: &[EnrolmentState::Enrolled, EnrolmentState::Attended, EnrolmentState::Absent],
            to: Some(EnrolmentState::Attended),
            needs: &[],
        },
        of_attended(EnrolmentAction::Grade),
        of_attended(EnrolmentAction::Certify),
        of_attended(EnrolmentAction::Rate),
    ],
    advice: &[(EnrolmentState::Cancelled, "CANCELLED is final: enrol again")],
};
