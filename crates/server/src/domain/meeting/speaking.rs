//! How speeches go: begun, interrupted, ended, or recorded afterwards.

use super::attendance::unknown;
use super::speech::{Speech, SpeechInterval, SpeechState};
use super::state::MeetingState;
use super::{Meeting, check};
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::machine::{self, Machine, Row};
use crate::error::{Error, Reason, Violations};

/// Most speeches of a meeting.
pub const MAX_SPEECHES: usize = 100;
/// Most intervals of a speech.
pub const MAX_INTERVALS: usize = 100;

impl machine::State for SpeechState {
    fn name(self) -> &'static str {
        self.as_str()
    }
}

/// What can be done with a speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeechAction {
    /// Interrupt it.
    Pause,
    /// Go on with it.
    Resume,
    /// End it.
    End,
}

impl machine::Action for SpeechAction {
    fn code(self) -> String {
        let code = match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::End => "end",
        };
        code.to_owned()
    }

    fn verb(self) -> String {
        let verb = match self {
            Self::Pause => "be paused",
            Self::Resume => "be resumed",
            Self::End => "be ended",
        };
        verb.to_owned()
    }
}

/// The machine of a speech's states.
pub const MACHINE: Machine<SpeechState, SpeechAction, ()> = Machine {
    rows: &[
        Row {
            action: SpeechAction::Pause,
            from: &[SpeechState::Running],
            to: Some(SpeechState::Paused),
            needs: &[],
        },
        Row {
            action: SpeechAction::Resume,
            from: &[SpeechState::Paused],
            to: Some(SpeechState::Running),
            needs: &[],
        },
        Row {
            action: SpeechAction::End,
            from: &[SpeechState::Running, SpeechState::Paused],
            to: Some(SpeechState::Ended),
            needs: &[],
        },
    ],
    advice: &[(SpeechState::Ended, "it is over: its times are mended with UpdateSpeech")],
};

impl Meeting {
    /// Starts `speech`, which has no times yet, in the meeting `name`; what is
    /// wrong with it goes to `v`.
    ///
    /// # Errors
    /// [`Error::Transition`] where the meeting isn't in progress;
    /// [`Error::Refused`] where another speech runs.
    pub fn start_speech(
        &mut self,
        name: &str,
        mut speech: Speech,
        time: Instant,
        now: Instant,
        v: &mut Violations,
    ) -> Result<(), Error> {
        self.require(name, &[MeetingState::InProgress], "hear a speech")?;
        if let Some(other) = self.running() {
            return Err(self.runs_already(name, other));
        }
        check::past("time", Some(time), now, v);
        if let Some(open_time) = self.open_time.filter(|open_time| time < *open_time) {
            let text = format!("is {time}, before the meeting was opened at {open_time}");
            v.add("time", Reason::DateOrder, text);
        }
        self.check_new_speech("speech_id", "", &speech, v);
        speech.set_intervals(vec![SpeechInterval { start_time: time, end_time: None }]);
        self.check_overlap(&speech, "time", v);
        self.speeches.push(speech);
        self.assign_ids();
        Ok(())
    }

    /// Interrupts a speech of the meeting `name`, or goes on with it, or ends it.
    ///
    /// # Errors
    /// [`Error::Transition`] where its state, or the meeting's, doesn't allow it;
    /// [`Error::Refused`] where it would go on while another one runs;
    /// [`Error::Fields`] for a speech that there isn't, or a wrong time.
    pub fn move_speech(
        &mut self,
        name: &str,
        action: SpeechAction,
        id: Option<&Id>,
        time: Instant,
        now: Instant,
    ) -> Result<(), Error> {
        self.require(name, &[MeetingState::InProgress], "hear a speech")?;
        let at = self.speech_at(action, id)?;
        let Some(speech) = self.speeches.get(at) else {
            return Err(Error::internal("a speech that was found is there"));
        };
        let called = format!("{name}, the speech {}", speech.id.as_ref().map_or("", Id::as_str));
        MACHINE.permit(&called, speech.state(), action, |()| None)?;
        if let (SpeechAction::Resume, Some(other)) = (action, self.running()) {
            return Err(self.runs_already(name, other));
        }
        let mut moved = speech.clone();
        let mut v = Violations::new();
        check::past("time", Some(time), now, &mut v);
        match action {
            SpeechAction::Resume if moved.intervals.len() >= MAX_INTERVALS => {
                let text = format!("was interrupted {MAX_INTERVALS} times: start another one");
                v.add("speech", Reason::FieldTooLong, text);
            }
            SpeechAction::Resume => moved.go_on(time, &mut v),
            SpeechAction::Pause | SpeechAction::End => moved.stop(time, &mut v),
        }
        if action == SpeechAction::End {
            moved.end_time = moved.intervals.last().and_then(|interval| interval.end_time);
        }
        self.check_overlap(&moved, "time", &mut v);
        crate::error::none_of(v)?;
        self.speeches[at] = moved;
        Ok(())
    }

    /// Ends what is being said, with the meeting.
    ///
    /// # Errors
    /// [`Error::Fields`] where it began later.
    pub(super) fn end_speeches(&mut self, close_time: Instant) -> Result<(), Error> {
        for speech in &mut self.speeches {
            if speech.state() == SpeechState::Ended {
                continue;
            }
            let mut v = Violations::new();
            speech.stop(close_time, &mut v);
            if !v.is_empty() {
                let text = format!("is {close_time}, before a speech that runs was begun");
                return Err(Error::field("close_time", Reason::DateOrder, text));
            }
            speech.end_time = speech.intervals.last().and_then(|interval| interval.end_time);
        }
        Ok(())
    }

    /// Checks that no two of its speeches were given at once.
    pub(super) fn check_speaking_times(&self, v: &mut Violations) {
        let mut spans: Vec<(SpeechInterval, usize)> = Vec::new();
        for (index, speech) in self.speeches.iter().enumerate() {
            spans.extend(speech.spans().map(|span| (span, index)));
        }
        spans.sort_by_key(|(span, _)| span.start_time);
        // The one of those before that goes on for longest.
        let mut longest: Option<(SpeechInterval, usize)> = None;
        for (span, index) in spans {
            if let Some((_, one)) = longest.filter(|(before, _)| overlap(before, &span))
                && one != index
            {
                let text = format!(
                    "is {}, while the speech {} goes on: mend the times of one",
                    span.start_time,
                    text_of(&self.speeches[one])
                );
                v.add(&format!("speeches[{index}].start_time"), Reason::SpeechTimesOverlap, text);
            }
            let later = longest.is_none_or(|(before, _)| {
                before.end_time.is_some_and(|end| span.end_time.is_none_or(|other| other > end))
            });
            if later {
                longest = Some((span, index));
            }
        }
    }

    pub(super) fn check_overlap(&self, speech: &Speech, field: &str, v: &mut Violations) {
        let others =
            self.speeches.iter().filter(|other| other.id != speech.id || other.id.is_none());
        for other in others {
            let meets = |span: &SpeechInterval| other.spans().any(|theirs| overlap(span, &theirs));
            if let Some(span) = speech.spans().find(meets) {
                let text = format!(
                    "is wrong: at {} the speech {} was given",
                    span.start_time,
                    text_of(other)
                );
                v.add(field, Reason::SpeechTimesOverlap, text);
            }
        }
    }

    pub(super) fn check_new_speech(
        &self,
        id_field: &str,
        prefix: &str,
        speech: &Speech,
        v: &mut Violations,
    ) {
        if self.speeches.len() >= MAX_SPEECHES {
            let text = format!("would be one too many: a meeting has at most {MAX_SPEECHES}");
            v.add(id_field, Reason::FieldTooLong, text);
        }
        let taken = |id: &Id| self.speeches.iter().any(|other| other.id.as_ref() == Some(id));
        if let Some(id) = speech.id.as_ref().filter(|id| taken(id)) {
            let text = format!("is {id}, as another speech's is: choose another");
            v.add(id_field, Reason::FieldDuplicate, text);
        }
        let field = format!("{prefix}speaker");
        match self.attendee(&speech.speaker) {
            None => v.add(&field, Reason::AttendeeUnknown, unknown(&speech.speaker)),
            Some(attendee) if attendee.stayed_away() => {
                let text = format!(
                    "is {}, who is recorded as {}: record that the person came, or who came instead",
                    speech.speaker,
                    attendee.attendance.map_or("", super::Attendance::as_str)
                );
                v.add(&field, Reason::SpeakerAbsent, text);
            }
            Some(_) => {}
        }
        let is_item = |id: &Id| self.agenda.iter().any(|item| item.id.as_ref() == Some(id));
        if let Some(id) = speech.agenda_item.as_ref().filter(|id| !is_item(id)) {
            v.add(&format!("{prefix}agenda_item"), Reason::ReferenceUnknown, no_item(id));
        }
    }

    fn running(&self) -> Option<&Speech> {
        self.speeches.iter().find(|speech| speech.state() == SpeechState::Running)
    }

    fn runs_already(&self, name: &str, speech: &Speech) -> Error {
        let speaker = self.attendee(&speech.speaker);
        let who = speaker.map_or("", |attendee| attendee.speaking());
        let why = format!(
            "the speech {} of {} ({who}) runs: pause it or end it first",
            text_of(speech),
            speech.speaker
        );
        Error::Refused { name: name.to_owned(), reason: Reason::SpeechRunning, why }
    }

    /// Which speech is meant: the one that is named, or the only one that it can be.
    fn speech_at(&self, action: SpeechAction, id: Option<&Id>) -> Result<usize, Error> {
        let all = || self.speeches.iter().enumerate();
        if let Some(id) = id {
            let found = all().find(|(_, speech)| speech.id.as_ref() == Some(id));
            let text = format!("is {id}, which is no speech of the meeting");
            let missing = || Error::field("speech", Reason::ReferenceUnknown, text);
            return found.map(|(at, _)| at).ok_or_else(missing);
        }
        let of = |state| all().filter(move |(_, speech)| speech.state() == state);
        let running = of(SpeechState::Running).next().filter(|_| action != SpeechAction::Resume);
        let mut paused = of(SpeechState::Paused).filter(|_| action != SpeechAction::Pause);
        match (running, paused.next(), paused.next()) {
            (Some((at, _)), ..) | (None, Some((at, _)), None) => Ok(at),
            _ => {
                let text = "is required: there isn't exactly one that could be meant";
                Err(Error::field("speech", Reason::FieldRequired, text))
            }
        }
    }
}

impl Speech {
    /// Begins another interval, after those before.
    fn go_on(&mut self, time: Instant, v: &mut Violations) {
        let paused = self.intervals.last().and_then(|interval| interval.end_time);
        if let Some(paused) = paused.filter(|paused| time < *paused) {
            let text = format!("is {time}, before it was paused at {paused}");
            v.add("time", Reason::DateOrder, text);
        }
        self.intervals.push(SpeechInterval { start_time: time, end_time: None });
    }

    /// Ends the interval that goes on, if one does.
    fn stop(&mut self, time: Instant, v: &mut Violations) {
        let Some(running) = self.intervals.last_mut().filter(|one| one.end_time.is_none()) else {
            return;
        };
        if time <= running.start_time {
            let text = format!("is {time}: it must be after its beginning {}", running.start_time);
            v.add("time", Reason::DateOrder, text);
        }
        running.end_time = Some(time);
    }
}

/// Whether two times have an instant in common.
fn overlap(one: &SpeechInterval, other: &SpeechInterval) -> bool {
    let before = |end: Option<Instant>, start| end.is_none_or(|end| start < end);
    before(one.end_time, other.start_time) && before(other.end_time, one.start_time)
}

pub(super) fn text_of(speech: &Speech) -> &str {
    speech.id.as_ref().map_or("", Id::as_str)
}

pub(super) fn no_item(id: &Id) -> String {
    format!("is {id}, an id that none of the meeting's agenda has")
}
