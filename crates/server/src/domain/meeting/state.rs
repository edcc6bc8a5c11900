//! The states of a meeting, and what leads from one to another.

use super::Meeting;
use crate::domain::instant::Instant;
use crate::domain::machine::{self, Machine, Row};
use crate::domain::numbered::numbered;
use crate::error::{Error, Reason};

numbered! {
    /// State of a meeting.
    MeetingState {
        /// It is being prepared.
        Draft = 1 "DRAFT",
        /// It is announced.
        Scheduled = 2 "SCHEDULED",
        /// It is being held.
        InProgress = 3 "IN_PROGRESS",
        /// It was held.
        Closed = 4 "CLOSED",
        /// It was called off.
        Cancelled = 5 "CANCELLED",
    }
}

impl machine::State for MeetingState {
    fn name(self) -> &'static str {
        self.as_str()
    }
}

/// What can be done to a meeting's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeetingAction {
    /// Announce it.
    Schedule,
    /// Open it.
    Start,
    /// Close it.
    Close,
    /// Call it off.
    Cancel,
}

impl machine::Action for MeetingAction {
    fn code(self) -> String {
        let code = match self {
            Self::Schedule => "schedule",
            Self::Start => "start",
            Self::Close => "close",
            Self::Cancel => "cancel",
        };
        code.to_owned()
    }

    fn verb(self) -> String {
        let verb = match self {
            Self::Schedule => "be scheduled",
            Self::Start => "be started",
            Self::Close => "be closed",
            Self::Cancel => "be cancelled",
        };
        verb.to_owned()
    }
}

/// What a meeting must have to be scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeetingNeed {
    /// A place.
    Place,
    /// When it begins.
    StartTime,
    /// When it ends.
    EndTime,
    /// The time zone of the place.
    TimeZone,
}

impl MeetingNeed {
    /// Everything that may be needed.
    pub const ALL: &'static [Self] = &[Self::Place, Self::StartTime, Self::EndTime, Self::TimeZone];

    /// The field that must be given.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::StartTime => "start_time",
            Self::EndTime => "end_time",
            Self::TimeZone => "time_zone",
        }
    }
}

/// The machine of a meeting's states.
pub const MACHINE: Machine<MeetingState, MeetingAction, MeetingNeed> = Machine {
    rows: &[
        Row {
            action: MeetingAction::Schedule,
            from: &[MeetingState::Draft],
            to: Some(MeetingState::Scheduled),
            needs: MeetingNeed::ALL,
        },
        Row {
            action: MeetingAction::Start,
            from: &[MeetingState::Scheduled],
            to: Some(MeetingState::InProgress),
            needs: &[],
        },
        Row {
            action: MeetingAction::Close,
            from: &[MeetingState::InProgress],
            to: Some(MeetingState::Closed),
            needs: &[],
        },
        Row {
            action: MeetingAction::Cancel,
            from: &[MeetingState::Draft, MeetingState::Scheduled],
            to: Some(MeetingState::Cancelled),
            needs: &[],
        },
    ],
    advice: &[
        (MeetingState::Closed, "CLOSED is final"),
        (MeetingState::Cancelled, "CANCELLED is final"),
    ],
};

impl Meeting {
    /// Announces the meeting `name`.
    ///
    /// # Errors
    /// [`Error::Transition`] with what is needed.
    pub fn schedule(&mut self, name: &str) -> Result<(), Error> {
        self.state = self.permit(name, MeetingAction::Schedule)?;
        self.announce();
        Ok(())
    }

    /// Opens the meeting `name` at `open_time`.
    ///
    /// # Errors
    /// [`Error::Transition`]; [`Error::Fields`] for an `open_time` after `now`.
    pub fn start(&mut self, name: &str, open_time: Instant, now: Instant) -> Result<(), Error> {
        let state = self.permit(name, MeetingAction::Start)?;
        check_past("open_time", open_time, now)?;
        self.state = state;
        self.open_time = Some(open_time);
        self.tell_calendars();
        Ok(())
    }

    /// Closes the meeting `name` at `close_time`, and with it the check-in and a
    /// speech that goes on.
    ///
    /// # Errors
    /// [`Error::Transition`]; [`Error::Fields`] for a `close_time` after `now`,
    /// before the meeting was opened, or before a speech that goes on was begun.
    pub fn close(&mut self, name: &str, close_time: Instant, now: Instant) -> Result<(), Error> {
        let state = self.permit(name, MeetingAction::Close)?;
        check_past("close_time", close_time, now)?;
        if let Some(open_time) = self.open_time
            && close_time < open_time
        {
            let text = format!("is {close_time}, before it was opened at {open_time}");
            return Err(Error::field("close_time", Reason::DateOrder, text));
        }
        self.end_speeches(close_time)?;
        self.end_check_in();
        self.state = state;
        self.close_time = Some(close_time);
        self.tell_calendars();
        Ok(())
    }

    /// Calls the meeting `name` off.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub fn cancel(&mut self, name: &str, reason: String) -> Result<(), Error> {
        self.state = self.permit(name, MeetingAction::Cancel)?;
        self.cancel_reason = reason;
        self.end_check_in();
        self.tell_calendars();
        Ok(())
    }

    /// What can be done next: `schedule`, `start`, `close`, `cancel`.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<String> {
        MACHINE.allowed(self.state, |need| self.unmet(*need))
    }

    /// Takes over what an update doesn't write: state, times of opening and
    /// closing, reason of cancelling, and check-in, of the meeting as it is. What
    /// calendars show and is another one counts as a change for them.
    pub fn keep_state_of(&mut self, present: &Self) {
        self.state = present.state;
        self.open_time = present.open_time;
        self.close_time = present.close_time;
        self.cancel_reason.clone_from(&present.cancel_reason);
        self.check_in.clone_from(&present.check_in);
        for attendee in &mut self.attendees {
            if let Some(present) = attendee.id.as_ref().and_then(|id| present.attendee(id)) {
                attendee.keep_of(present);
            }
        }
        self.calendar_sequence = present.calendar_sequence;
        if self.differs_in_calendars(present) {
            self.tell_calendars();
        }
    }

    /// Whether the meeting `name` is in one of some states, so that it can
    /// `action`.
    ///
    /// # Errors
    /// [`Error::Transition`].
    pub(super) fn require(
        &self,
        name: &str,
        states: &[MeetingState],
        action: &str,
    ) -> Result<(), Error> {
        if states.contains(&self.state) {
            return Ok(());
        }
        let names: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let (name, state, action) = (name.to_owned(), self.state.as_str(), action.to_owned());
        let needed = vec![format!("it must be {}", names.join(" or "))];
        Err(Error::Transition { name, state, action, needed })
    }

    /// Whether it has what `need` names.
    pub(super) fn has(&self, need: MeetingNeed) -> bool {
        match need {
            MeetingNeed::Place => !self.place.is_empty(),
            MeetingNeed::StartTime => self.start_time.is_some(),
            MeetingNeed::EndTime => self.end_time.is_some(),
            MeetingNeed::TimeZone => !self.time_zone.is_empty(),
        }
    }

    fn unmet(&self, need: MeetingNeed) -> Option<String> {
        (!self.has(need)).then(|| format!("{} must be given", need.field()))
    }

    fn permit(&self, name: &str, action: MeetingAction) -> Result<MeetingState, Error> {
        let to = MACHINE.permit(name, self.state, action, |need| self.unmet(*need))?;
        to.ok_or_else(|| Error::internal("a meeting's state leads nowhere"))
    }
}

fn check_past(field: &str, time: Instant, now: Instant) -> Result<(), Error> {
    if time > now {
        let text = format!("is {time}, in the future: it is {now}");
        return Err(Error::field(field, Reason::FieldOutOfRange, text));
    }
    Ok(())
}
