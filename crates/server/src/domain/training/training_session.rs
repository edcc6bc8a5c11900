//! Training sessions: a course as it is held once.

use minicbor::{Decode, Encode};

use super::{Seats, check_hours};
use crate::domain::date::Date;
use crate::domain::decimal::Decimal;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{Kind, Reference, References};
use crate::domain::machine::{self, Machine, Row};
use crate::domain::numbered::numbered;
use crate::domain::stored::is_false;
use crate::domain::zone::Zone;
use crate::error::{Error, Reason, Violations};

/// Most places of a session, and most who wait for one: when it is closed, or
/// gets more places, all may change in one commit.
pub const MAX_CAPACITY: u32 = 2_000;
/// Most days from the beginning of a session to its end.
pub const MAX_DAYS: i64 = 31;

const MICROS_PER_DAY: i64 = 86_400_000_000;

numbered! {
    /// State of a training session.
    TrainingSessionState {
        /// It is being prepared.
        Planned = 1 "PLANNED",
        /// Its enrolment is open.
        Open = 2 "OPEN",
        /// It was held.
        Held = 3 "HELD",
        /// It was called off.
        Cancelled = 4 "CANCELLED",
    }
}

impl machine::State for TrainingSessionState {
    fn name(self) -> &'static str {
        self.as_str()
    }
}

/// What can be done to a session's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingSessionAction {
    /// Open its enrolment.
    Open,
    /// Record that it was held.
    Close,
    /// Call it off.
    Cancel,
}

impl machine::Action for TrainingSessionAction {
    fn code(self) -> String {
        let code = match self {
            Self::Open => "open",
            Self::Close => "close",
            Self::Cancel => "cancel",
        };
        code.to_owned()
    }

    fn verb(self) -> String {
        let verb = match self {
            Self::Open => "be opened",
            Self::Close => "be closed",
            Self::Cancel => "be cancelled",
        };
        verb.to_owned()
    }
}

/// The machine of a session's states.
pub const MACHINE: Machine<TrainingSessionState, TrainingSessionAction, ()> = Machine {
    rows: &[
        Row {
            action: TrainingSessionAction::Open,
            from: &[TrainingSessionState::Planned],
            to: Some(TrainingSessionState::Open),
            needs: &[],
        },
        Row {
            action: TrainingSessionAction::Close,
            from: &[TrainingSessionState::Open],
            to: Some(TrainingSessionState::Held),
            needs: &[],
        },
        Row {
            action: TrainingSessionAction::Cancel,
            from: &[TrainingSessionState::Planned, TrainingSessionState::Open],
            to: Some(TrainingSessionState::Cancelled),
            needs: &[],
        },
    ],
    advice: &[
        (TrainingSessionState::Held, "HELD is final"),
        (TrainingSessionState::Cancelled, "CANCELLED is final: create another one"),
    ],
};

/// Somebody who teaches.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Trainer {
    /// Name as the person writes it.
    #[n(1)]
    pub display_name: String,
    /// Organisation that the person belongs to.
    #[n(2)]
    pub organisation: Option<Id>,
    /// Post; may be empty.
    #[n(3)]
    #[cbor(skip_if = "String::is_empty")]
    pub post: String,
}

/// A training session.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TrainingSession {
    /// State.
    #[n(8)]
    pub state: TrainingSessionState,
    /// The course.
    #[n(10)]
    pub course: Id,
    /// Title, where it isn't just the course's; may be empty.
    #[n(11)]
    #[cbor(skip_if = "String::is_empty")]
    pub title: String,
    /// The meeting that it is a part of.
    #[n(12)]
    pub meeting: Option<Id>,
    /// Organisation that holds it.
    #[n(13)]
    pub host: Id,
    /// Who teaches.
    #[n(14)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub trainers: Vec<Trainer>,
    /// Region in which it is held.
    #[n(15)]
    pub region: Id,
    /// Room and address.
    #[n(16)]
    pub place: String,
    /// When it begins.
    #[n(17)]
    pub start_time: Instant,
    /// When it ends; after its beginning, and at most [`MAX_DAYS`] later.
    #[n(18)]
    pub end_time: Instant,
    /// Time zone of the place (IANA).
    #[n(19)]
    pub time_zone: String,
    /// Teaching hours; none until they are taken from the course.
    #[n(20)]
    pub hours: Option<Decimal>,
    /// Places, 1 to [`MAX_CAPACITY`].
    #[n(21)]
    pub capacity: u32,
    /// Whether one can wait for a place.
    #[n(22)]
    #[cbor(skip_if = "is_false")]
    pub waiting_list: bool,
    /// Until when one can enrol; none for as long as it is open.
    #[n(23)]
    pub enrolment_deadline: Option<Instant>,
    /// Remark; may be empty.
    #[n(24)]
    #[cbor(skip_if = "String::is_empty")]
    pub note: String,
    /// Why it was cancelled; empty where it wasn't.
    #[n(25)]
    #[cbor(skip_if = "String::is_empty")]
    pub cancel_reason: String,
}

impl TrainingSession {
    /// Checks the session, except for what one field alone must be like.
    pub fn check(&self, v: &mut Violations) {
        let (start, end) = (self.start_time, self.end_time);
        if end <= start {
            let text = format!("is {end}: it must be after start_time {start}");
            v.add("end_time", Reason::DateOrder, text);
        } else if end.micros().saturating_sub(start.micros()) > MAX_DAYS * MICROS_PER_DAY {
            let text = format!("is {end}: it must be within {MAX_DAYS} days of {start}");
            v.add("end_time", Reason::FieldOutOfRange, text);
        }
        if let Some(deadline) = self.enrolment_deadline.filter(|deadline| *deadline > end) {
            let text = format!("is {deadline}: it must not be after end_time {end}");
            v.add("enrolment_deadline", Reason::DateOrder, text);
        }
        if let Some(Err(flaw)) = self.hours.map(check_hours) {
            flaw.add_to("hours", v);
        }
        match Zone::find(&self.time_zone) {
            Ok(zone) => {
                if let Err(flaw) = zone.date(start) {
                    flaw.add_to("start_time", v);
                }
            }
            Err(flaw) => flaw.add_to("time_zone", v),
        }
    }

    /// The day on which it begins, at its place; none for a damaged one.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        Zone::find(&self.time_zone).ok()?.date(self.start_time).ok()
    }

    /// What can be done next: `open`, `close`, `cancel`.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<String> {
        MACHINE.allowed(self.state, |()| None)
    }

    /// Whether it may be changed by an update.
    ///
    /// # Errors
    /// [`Error::Transition`] where it was cancelled.
    pub fn permit_update(&self, name: &str) -> Result<(), Error> {
        if self.state != TrainingSessionState::Cancelled {
            return Ok(());
        }
        let needed = vec!["CANCELLED is final: create another one".to_owned()];
        let (name, action) = (name.to_owned(), "be changed".to_owned());
        Err(Error::Transition { name, state: self.state.as_str(), action, needed })
    }

    /// Opens the enrolment of the session `name`.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn open(&mut self, name: &str) -> Result<(), Error> {
        self.state = self.permit(name, TrainingSessionAction::Open)?;
        Ok(())
    }

    /// Records that the session `name` was held.
    ///
    /// # Errors
    /// [`Error::Transition`], also where it hasn't begun `now`.
    pub fn close(&mut self, name: &str, now: Instant) -> Result<(), Error> {
        let state = self.permit(name, TrainingSessionAction::Close)?;
        if now < self.start_time {
            let needed = vec![format!("it begins at {}", self.start_time)];
            let (name, action) = (name.to_owned(), "be closed".to_owned());
            return Err(Error::Transition { name, state: self.state.as_str(), action, needed });
        }
        self.state = state;
        Ok(())
    }

    /// Calls the session `name` off.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn cancel(&mut self, name: &str, reason: String) -> Result<(), Error> {
        self.state = self.permit(name, TrainingSessionAction::Cancel)?;
        self.cancel_reason = reason;
        Ok(())
    }

    /// Checks what this makes of `old`, the session `name`, of which so much is
    /// taken.
    ///
    /// # Errors
    /// [`Error::Fields`] for less places than are taken, and for what can't be
    /// changed after it has begun; [`Error::Transition`] where it would be cancelled
    /// after somebody came.
    pub fn check_change(&self, name: &str, old: &Self, seats: Seats) -> Result<(), Error> {
        let was_cancelled = old.state == TrainingSessionState::Cancelled;
        if self.state == TrainingSessionState::Cancelled && !was_cancelled && seats.attended > 0 {
            let needed = vec![format!("{} have signed in: close it", seats.attended)];
            let (name, action) = (name.to_owned(), "be cancelled".to_owned());
            return Err(Error::Transition { name, state: old.state.as_str(), action, needed });
        }
        let mut v = Violations::new();
        v.within("training_session", |v| {
            self.check_begun(old, seats, v);
            if self.capacity != old.capacity && i64::from(self.capacity) < seats.taken {
                let text = format!(
                    "is {}, and {} places are taken: cancel enrolments first",
                    self.capacity, seats.taken
                );
                v.add("capacity", Reason::CapacityBelowEnrolled, text);
            }
        });
        crate::error::none_of(v)
    }

    /// From the first sign-in on hours are counted by what it says.
    fn check_begun(&self, old: &Self, seats: Seats, v: &mut Violations) {
        let held = old.state == TrainingSessionState::Held;
        if !held && seats.attended == 0 {
            return;
        }
        let why = if held { "the session was held" } else { "somebody has signed in" };
        let changed = [
            ("start_time", self.start_time != old.start_time),
            ("end_time", self.end_time != old.end_time),
            ("time_zone", self.time_zone != old.time_zone),
            ("hours", self.hours != old.hours),
            ("capacity", held && self.capacity != old.capacity),
        ];
        for (field, _) in changed.into_iter().filter(|(_, changed)| *changed) {
            let text = format!("can't be changed any more: {why}");
            v.add(field, Reason::TrainingSessionBegun, text);
        }
    }

    /// Takes over what an update doesn't write.
    pub fn keep_state_of(&mut self, present: &Self) {
        self.state = present.state;
        self.cancel_reason.clone_from(&present.cancel_reason);
    }

    fn permit(
        &self,
        name: &str,
        action: TrainingSessionAction,
    ) -> Result<TrainingSessionState, Error> {
        let to = MACHINE.permit(name, self.state, action, |()| None)?;
        to.ok_or_else(|| Error::internal("a training session's state leads nowhere"))
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default()
            .one("course", Kind::Course, &self.course)
            .one("meeting", Kind::Meeting, &self.meeting)
            .one("host", Kind::Organisation, &self.host)
            .one("region", Kind::Region, &self.region)
            .items("trainers", &self.trainers, |found, trainer| {
                found.one("organisation", Kind::Organisation, &trainer.organisation);
            })
            .take()
    }
}
