//! Training: courses, the sessions in which they are held, and who takes part.
//!
//! A session has places, and who holds one, or waits for one, is an enrolment of
//! its own. How many there are of each is counted in the commits that change
//! enrolments ([`Seats`]), so no session is written anew when somebody enrols.

pub mod course;
pub mod enrolment;
mod seats;
pub mod training_session;

pub use course::Course;
pub use enrolment::{Enrolment, EnrolmentState, TrainingFeedback};
pub use seats::{Seats, TrainingScene};
pub use training_session::{Trainer, TrainingSession, TrainingSessionState};

use super::decimal::Decimal;
use super::flaw::Flaw;
use crate::error::Reason;

/// Most teaching hours of a course or a session.
pub const MAX_HOURS: i128 = 1_000;
/// Highest score of a test.
pub const MAX_SCORE: i128 = 100;

const MILLIONTHS: i128 = 1_000_000;

/// What is wrong with teaching hours.
fn check_hours(hours: Decimal) -> Result<(), Flaw> {
    if (1..=MAX_HOURS * MILLIONTHS).contains(&hours.millionths()) {
        return Ok(());
    }
    let text = format!("is {hours}: it must be more than 0, and at most {MAX_HOURS}");
    Err(Flaw::new(Reason::FieldOutOfRange, text))
}

/// What is wrong with a score, or the mark that it is compared with.
fn check_score(score: Decimal) -> Result<(), Flaw> {
    if (0..=MAX_SCORE * MILLIONTHS).contains(&score.millionths()) {
        return Ok(());
    }
    let text = format!("is {score}: it must be from 0 to {MAX_SCORE}");
    Err(Flaw::new(Reason::FieldOutOfRange, text))
}
