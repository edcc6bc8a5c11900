//! Enrolments: somebody's place in a training session, or the wish for one.

mod attendance;
mod state;

use minicbor::{Decode, Encode};

use super::training_session::MAX_CAPACITY;
use super::{Seats, TrainingScene, TrainingSession, TrainingSessionState};
use crate::domain::date::Date;
use crate::domain::decimal::Decimal;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind, Reference, References};
use crate::domain::stored::is_false;
use crate::domain::text::normal;
use crate::error::{Error, Reason};

pub use attendance::{Grade, MAX_SIGN_INS, certificate_number};
pub use state::{EnrolmentAction, EnrolmentState, MACHINE};

/// What somebody who attended thinks of a session.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TrainingFeedback {
    /// From 1 (bad) to 5 (very good).
    #[n(1)]
    pub rating: i32,
    /// In words; may be empty.
    #[n(2)]
    #[cbor(skip_if = "String::is_empty")]
    pub text: String,
    /// When it was given.
    #[n(3)]
    pub time: Instant,
}

/// An enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Enrolment {
    /// State.
    #[n(8)]
    pub state: EnrolmentState,
    /// The session.
    #[n(10)]
    pub session: Id,
    /// Name of the person.
    #[n(11)]
    pub display_name: String,
    /// Organisation that the person belongs to.
    #[n(12)]
    pub organisation: Id,
    /// Post; may be empty.
    #[n(13)]
    #[cbor(skip_if = "String::is_empty")]
    pub post: String,
    /// Remark; may be empty.
    #[n(14)]
    #[cbor(skip_if = "String::is_empty")]
    pub note: String,
    /// The session's course.
    #[n(15)]
    pub course: Id,
    /// The organisation's region, as it was at the enrolment or the first sign-in.
    #[n(16)]
    pub region: Option<Id>,
    /// Order of arrival in the session, from 1.
    #[n(17)]
    pub number: u32,
    /// Why it was cancelled; empty where it wasn't.
    #[n(19)]
    #[cbor(skip_if = "String::is_empty")]
    pub cancel_reason: String,
    /// When the person signed in, in the order of time.
    #[n(20)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub sign_in_times: Vec<Instant>,
    /// Hours that count.
    #[n(21)]
    pub hours: Option<Decimal>,
    /// The test's score.
    #[n(22)]
    pub score: Option<Decimal>,
    /// Whether it was enough.
    #[n(23)]
    #[cbor(skip_if = "is_false")]
    pub passed: bool,
    /// Number of the certificate; empty where there is none, and where one was just
    /// given, until the store numbers it.
    #[n(24)]
    #[cbor(skip_if = "String::is_empty")]
    pub certificate_number: String,
    /// When it was given.
    #[n(25)]
    pub certificate_time: Option<Instant>,
    /// What the person thinks of the session.
    #[n(26)]
    pub feedback: Option<TrainingFeedback>,
    /// Day on which the session began, of one who attended.
    #[n(27)]
    pub session_date: Option<Date>,
}

impl Enrolment {
    /// What tells the person apart from others of a session: how the name is spaced,
    /// and its case, don't matter.
    #[must_use]
    pub fn person(&self) -> String {
        let name = match normal(&self.display_name) {
            empty if empty.is_empty() => self.display_name.trim().to_owned(),
            latin if latin.is_ascii() => latin,
            // Names of two characters are often spaced to be as wide as others.
            name => name.replace(' ', ""),
        };
        format!("{}/{}/{name}", self.session, self.organisation)
    }

    /// What can be done next, as far as it knows.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<String> {
        let mut actions = MACHINE.allowed(self.state, |()| None);
        if self.certificate_time.is_some() {
            actions.retain(|action| action != "grade" && action != "certify");
        }
        if self.feedback.is_some() {
            actions.retain(|action| action != "rate");
        }
        actions
    }

    /// Takes a place in a session of which so much is taken, or waits for one.
    ///
    /// # Errors
    /// [`Error::Refused`] where the session isn't open, its deadline has passed, or it
    /// is full.
    pub fn take_seat(
        &mut self,
        scene: &TrainingScene,
        seats: Seats,
        now: Instant,
    ) -> Result<(), Error> {
        let TrainingScene { session, session_name, .. } = scene;
        let refuse = |reason, why| Error::Refused { name: session_name.clone(), reason, why };
        if session.state != TrainingSessionState::Open {
            let why = format!("it is {}: only while it is OPEN one can enrol", session.state);
            return Err(refuse(Reason::TrainingSessionNotOpen, why));
        }
        if let Some(deadline) = session.enrolment_deadline.filter(|deadline| *deadline < now) {
            let why = format!("one could enrol until {deadline}");
            return Err(refuse(Reason::EnrolmentDeadlinePassed, why));
        }
        let full = |what: &str| refuse(Reason::TrainingSessionFull, what.to_owned());
        self.state = if seats.taken < i64::from(session.capacity) {
            EnrolmentState::Enrolled
        } else if !session.waiting_list {
            let text = format!("all {} places are taken, and there is no list", session.capacity);
            return Err(full(&format!("{text} to wait on")));
        } else if seats.waiting < i64::from(MAX_CAPACITY) {
            EnrolmentState::Waiting
        } else {
            return Err(full(&format!("{MAX_CAPACITY} wait already: hold another session")));
        };
        self.course = session.course.clone();
        self.region.clone_from(&scene.region);
        Ok(())
    }

    /// Gives one who waits a place.
    pub fn move_up(&mut self) {
        self.state = EnrolmentState::Enrolled;
    }

    /// What becomes of it when the session has been held.
    pub fn conclude(&mut self, session: &TrainingSession) {
        match self.state {
            EnrolmentState::Enrolled => self.state = EnrolmentState::Absent,
            EnrolmentState::Attended => self.hours = self.hours.or(session.hours),
            _ => {}
        }
    }

    /// Cancels the enrolment `name`.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn cancel(&mut self, name: &str, reason: String) -> Result<(), Error> {
        self.state = self.permit(name, EnrolmentAction::Cancel)?;
        self.cancel_reason = reason;
        Ok(())
    }

    /// Whether the enrolment `name` may be deleted: no place is freed silently.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn permit_delete(&self, name: &str, scene: Option<&TrainingScene>) -> Result<(), Error> {
        let open = |scene: &TrainingScene| scene.session.state == TrainingSessionState::Open;
        let needed = match self.state {
            EnrolmentState::Enrolled | EnrolmentState::Waiting => "cancel it first",
            EnrolmentState::Attended if scene.is_some_and(open) => "close the session first",
            _ => return Ok(()),
        };
        Err(self.forbidden(name, "be deleted", needed.to_owned()))
    }

    /// Takes over what an update doesn't write.
    pub fn keep_state_of(&mut self, present: &Self) {
        *self = Self {
            display_name: std::mem::take(&mut self.display_name),
            post: std::mem::take(&mut self.post),
            note: std::mem::take(&mut self.note),
            session: self.session.clone(),
            organisation: self.organisation.clone(),
            ..present.clone()
        };
    }

    fn permit(&self, name: &str, action: EnrolmentAction) -> Result<EnrolmentState, Error> {
        let to = MACHINE.permit(name, self.state, action, |()| None)?;
        to.ok_or_else(|| Error::internal("an enrolment's state leads nowhere"))
    }

    fn forbidden(&self, name: &str, action: &str, needed: String) -> Error {
        let (name, action, needed) = (name.to_owned(), action.to_owned(), vec![needed]);
        Error::Transition { name, state: self.state.as_str(), action, needed }
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default()
            .one("session", Kind::TrainingSession, &self.session)
            .one("organisation", Kind::Organisation, &self.organisation)
            .one("region", Kind::Region, &self.region)
            .take()
    }
}

/// What to tell of somebody who is enrolled in the session `name` already, as the
/// enrolment `holder` says.
#[must_use]
pub fn enrolled_twice(name: String, holder: &Id) -> Error {
    let holder = kind::name(Kind::Enrolment, holder);
    let why = format!("the person is enrolled already, as {holder} says");
    Error::Refused { name, reason: Reason::EnrolledTwice, why }
}
