//! What is recorded of those who come: sign-ins, hours, scores, certificates and
//! feedback.

use super::{Enrolment, EnrolmentAction, TrainingFeedback};
use crate::domain::decimal::Decimal;
use crate::domain::instant::Instant;
use crate::domain::training::{MAX_SCORE, TrainingScene, TrainingSessionState, check_score};
use crate::error::{Error, Reason, Violations, none_of};

/// Most sign-ins that are kept of an enrolment.
pub const MAX_SIGN_INS: usize = 50;

/// What is recorded of somebody who attended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Grade {
    /// Hours that count.
    pub hours: Option<Decimal>,
    /// The test's score.
    pub score: Option<Decimal>,
}

impl Enrolment {
    /// Records that the person of the enrolment `name` came at `time`.
    ///
    /// # Errors
    /// [`Error::Transition`]; [`Error::Refused`] where the session isn't open and
    /// wasn't held; [`Error::Fields`] for a time outside of it, or after `now`.
    pub fn sign_in(
        &mut self,
        name: &str,
        time: Instant,
        scene: &TrainingScene,
        now: Instant,
    ) -> Result<(), Error> {
        let state = self.permit(name, EnrolmentAction::SignIn)?;
        let session = &scene.session;
        if !matches!(session.state, TrainingSessionState::Open | TrainingSessionState::Held) {
            let why = format!("it is {}: nobody signs in", session.state);
            let (name, reason) = (scene.session_name.clone(), Reason::TrainingSessionNotOpen);
            return Err(Error::Refused { name, reason, why });
        }
        let field = "sign_in_time";
        if time > now {
            let text = format!("is {time}, in the future: it is {now}");
            return Err(Error::field(field, Reason::FieldOutOfRange, text));
        }
        let (start, end) = (session.start_time, session.end_time);
        if !(start..=end).contains(&time) {
            let text = format!("is {time}, and the session is from {start} to {end}");
            return Err(Error::field(field, Reason::SignInOutsideSession, text));
        }
        if let Err(at) = self.sign_in_times.binary_search(&time) {
            if self.sign_in_times.len() >= MAX_SIGN_INS {
                let text = format!("would be one more than {MAX_SIGN_INS} that are kept");
                return Err(Error::field(field, Reason::FieldTooLong, text));
            }
            self.sign_in_times.insert(at, time);
        }
        if self.state != state {
            self.state = state;
            self.region.clone_from(&scene.region);
            self.session_date = session.date();
        }
        if session.state == TrainingSessionState::Held {
            self.hours = self.hours.or(session.hours);
        }
        Ok(())
    }

    /// Records hours and score of the enrolment `name`; what isn't given stays.
    ///
    /// # Errors
    /// [`Error::Transition`], also where there is a certificate; [`Error::Fields`].
    pub fn grade(&mut self, name: &str, grade: Grade, scene: &TrainingScene) -> Result<(), Error> {
        self.permit(name, EnrolmentAction::Grade)?;
        self.check_uncertified(name, "be graded")?;
        let mut v = Violations::new();
        if grade.hours.is_none() && grade.score.is_none() {
            v.add("hours", Reason::FieldRequired, "is required where there is no score");
        }
        if let Some(hours) = grade.hours {
            check_grade_hours(hours, scene.session.hours, &mut v);
        }
        match (grade.score, scene.course.pass_mark) {
            (Some(_), None) => {
                let text = "must be empty: the course has no test (pass_mark)";
                v.add("score", Reason::FieldContradiction, text);
            }
            (Some(score), Some(mark)) => match check_score(score) {
                Ok(()) => self.passed = score >= mark,
                Err(flaw) => flaw.add_to("score", &mut v),
            },
            (None, _) => {}
        }
        none_of(v)?;
        self.hours = grade.hours.or(self.hours);
        self.score = grade.score.or(self.score);
        Ok(())
    }

    /// Gives the person of the enrolment `name` a certificate; the store numbers it.
    ///
    /// # Errors
    /// [`Error::Transition`], also where there is one; [`Error::Refused`] where the
    /// course has none, the test wasn't passed, or the session isn't over.
    pub fn certify(
        &mut self,
        name: &str,
        scene: &TrainingScene,
        now: Instant,
    ) -> Result<(), Error> {
        self.permit(name, EnrolmentAction::Certify)?;
        self.check_uncertified(name, "be certified")?;
        let (course, session) = (&scene.course, &scene.session);
        let why = if course.certificate_prefix.is_empty() {
            "the course gives no certificates: it has no certificate_prefix".to_owned()
        } else if session.state != TrainingSessionState::Held {
            format!("the session is {}: close it first", session.state)
        } else if let (Some(mark), false) = (course.pass_mark, self.passed) {
            match self.score {
                Some(score) => format!("the test wasn't passed: {score} of {MAX_SCORE}"),
                None => format!("there is no score, and {mark} is needed: grade it first"),
            }
        } else {
            self.certificate_time = Some(now);
            return Ok(());
        };
        Err(Error::Refused { name: name.to_owned(), reason: Reason::NotCertifiable, why })
    }

    /// Records what the person of the enrolment `name` thinks.
    ///
    /// # Errors
    /// [`Error::Transition`]; [`Error::Refused`] the second time.
    pub fn rate(&mut self, name: &str, feedback: TrainingFeedback) -> Result<(), Error> {
        self.permit(name, EnrolmentAction::Rate)?;
        if let Some(given) = &self.feedback {
            let why = format!("its feedback was given at {}, and is given once", given.time);
            let (name, reason) = (name.to_owned(), Reason::FeedbackGiven);
            return Err(Error::Refused { name, reason, why });
        }
        self.feedback = Some(feedback);
        Ok(())
    }

    fn check_uncertified(&self, name: &str, action: &str) -> Result<(), Error> {
        if self.certificate_time.is_none() {
            return Ok(());
        }
        let needed = format!("it has the certificate {}", self.certificate_number);
        Err(self.forbidden(name, action, needed))
    }
}

fn check_grade_hours(hours: Decimal, most: Option<Decimal>, v: &mut Violations) {
    if hours < Decimal::ZERO {
        v.add("hours", Reason::FieldOutOfRange, format!("is {hours}, less than nothing"));
    } else if let Some(most) = most.filter(|most| hours > *most) {
        let text = format!("is {hours}, and the session has {most}");
        v.add("hours", Reason::HoursBeyondSession, text);
    }
}

/// Number of a certificate: `TZ-2023-0001`.
#[must_use]
pub fn certificate_number(prefix: &str, year: i32, number: u64) -> String {
    format!("{prefix}-{year}-{number:04}")
}
