//! What is taken of a session, and what an enrolment's rules must know of others.

use super::{Course, EnrolmentState, TrainingSession};
use crate::domain::id::Id;

/// What is taken of a session's places. The sum over its enrolments that aren't
/// deleted; each of these changes it when its state does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// Places that are taken, also by who came or didn't.
    pub taken: i64,
    /// How many wait.
    pub waiting: i64,
    /// How many have cancelled.
    pub cancelled: i64,
    /// How many came: they are among the taken.
    pub attended: i64,
}

impl Seats {
    /// The numbers, in the order of the fields.
    #[must_use]
    pub const fn numbers(self) -> [i64; 4] {
        [self.taken, self.waiting, self.cancelled, self.attended]
    }

    /// What [`Self::numbers`] gave.
    #[must_use]
    pub const fn of([taken, waiting, cancelled, attended]: [i64; 4]) -> Self {
        Self { taken, waiting, cancelled, attended }
    }

    /// What one enrolment in a state adds.
    #[must_use]
    pub fn of_state(state: EnrolmentState) -> Self {
        Self {
            taken: i64::from(state.holds_seat()),
            waiting: i64::from(state == EnrolmentState::Waiting),
            cancelled: i64::from(state == EnrolmentState::Cancelled),
            attended: i64::from(state == EnrolmentState::Attended),
        }
    }

    /// How many who wait can be given a place where there are so many.
    #[must_use]
    pub fn to_move_up(self, capacity: u32) -> usize {
        let free = i64::from(capacity).saturating_sub(self.taken);
        usize::try_from(free.min(self.waiting)).unwrap_or_default()
    }
}

/// What the rules of an enrolment must know of other records.
#[derive(Clone, Debug)]
pub struct TrainingScene {
    /// The session.
    pub session: TrainingSession,
    /// Its resource name.
    pub session_name: String,
    /// The session's course.
    pub course: Course,
    /// The region of the person's organisation.
    pub region: Option<Id>,
}
