//! What is recorded of speeches: those given before, changes, and frozen figures.

use minicbor::bytes::ByteVec;

use super::speaking::{no_item, text_of};
use super::speech::{Speech, SpeechInterval, SpeechState};
use super::state::MeetingState;
use super::{Meeting, check};
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::error::{Error, Reason, Violations};

impl Meeting {
    /// Records a speech that was given in the meeting `name`; what is wrong with
    /// it goes to `v`. No intervals mean from its beginning to its end.
    ///
    /// # Errors
    /// [`Error::Transition`] for a meeting that hasn't begun.
    pub fn record_speech(
        &mut self,
        name: &str,
        mut speech: Speech,
        intervals: Vec<SpeechInterval>,
        now: Instant,
        v: &mut Violations,
    ) -> Result<(), Error> {
        let held = [MeetingState::InProgress, MeetingState::Closed];
        self.require(name, &held, "have a speech recorded")?;
        self.check_new_speech("speech.id", "speech.", &speech, v);
        v.within("speech", |v| check::check_times(speech.start_time, speech.end_time, v));
        let times =
            [("speech.start_time", speech.start_time), ("speech.end_time", speech.end_time)];
        for (field, time) in times {
            check::past(field, time, now, v);
        }
        if !intervals.is_empty() {
            speech.mend(intervals, now, v);
        }
        self.check_overlap(&speech, "speech.start_time", v);
        self.speeches.push(speech);
        self.assign_ids();
        Ok(())
    }

    /// Changes a speech of the meeting `name` to `speech`, whose id it has; what
    /// is wrong goes to `v`. No intervals mean those that are recorded.
    ///
    /// # Errors
    /// [`Error::Transition`] where the times of a speech that isn't over would be
    /// mended.
    pub fn update_speech(
        &mut self,
        name: &str,
        mut speech: Speech,
        intervals: Vec<SpeechInterval>,
        now: Instant,
        v: &mut Violations,
    ) -> Result<(), Error> {
        let Some(at) = self.speeches.iter().position(|one| one.id == speech.id) else {
            v.add("speech.id", Reason::ReferenceUnknown, "is of no speech of the meeting");
            return Ok(());
        };
        let present = &self.speeches[at];
        if present.speaker != speech.speaker {
            let text = "can't be changed: record another speech";
            v.add("speech.speaker", Reason::FieldImmutable, text);
        }
        for (field, text) in speech.keep_of(present) {
            v.add(&format!("speech.{field}"), Reason::FieldContradiction, text);
        }
        let is_item = |id: &Id| self.agenda.iter().any(|item| item.id.as_ref() == Some(id));
        if let Some(id) = speech.agenda_item.as_ref().filter(|id| !is_item(id)) {
            v.add("speech.agenda_item", Reason::ReferenceUnknown, no_item(id));
        }
        if !intervals.is_empty() {
            if present.state() != SpeechState::Ended {
                return Err(Error::Transition {
                    name: format!("{name}, the speech {}", text_of(&speech)),
                    state: present.state().as_str(),
                    action: "have its times mended".to_owned(),
                    needed: vec!["it must be ENDED".to_owned()],
                });
            }
            (speech.start_time, speech.end_time) = (None, None);
            speech.mend(intervals, now, v);
        }
        v.within("speech", |v| check::check_times(speech.start_time, speech.end_time, v));
        self.check_overlap(&speech, "speech.start_time", v);
        self.speeches[at] = speech;
        Ok(())
    }

    /// Freezes the figures of some speeches, or of all.
    ///
    /// # Errors
    /// [`Error::Fields`] for a speech that there isn't.
    pub fn freeze_figures(
        &mut self,
        ids: &[Id],
        figures: impl Fn(&Speech) -> Option<ByteVec>,
    ) -> Result<(), Error> {
        let mut v = Violations::new();
        for (index, id) in ids.iter().enumerate() {
            if !self.speeches.iter().any(|speech| speech.id.as_ref() == Some(id)) {
                let text = format!("is {id}, which is no speech of the meeting");
                v.add(&format!("speeches[{index}]"), Reason::ReferenceUnknown, text);
            }
        }
        crate::error::none_of(v)?;
        for speech in &mut self.speeches {
            if ids.is_empty() || speech.id.as_ref().is_some_and(|id| ids.contains(id)) {
                speech.statistics = figures(speech);
            }
        }
        Ok(())
    }
}

impl Speech {
    /// Sets intervals that are given, which must be in order and over.
    fn mend(&mut self, intervals: Vec<SpeechInterval>, now: Instant, v: &mut Violations) {
        let mut before: Option<Instant> = None;
        for (index, interval) in intervals.iter().enumerate() {
            v.within_item("intervals", index, |v| {
                check::past("start_time", Some(interval.start_time), now, v);
                check::past("end_time", interval.end_time, now, v);
                if let Some(before) = before.filter(|before| interval.start_time < *before) {
                    let text = format!(
                        "is {}, before the interval before it ended at {before}",
                        interval.start_time
                    );
                    v.add("start_time", Reason::SpeechTimesOverlap, text);
                }
                match interval.end_time {
                    None => v.add("end_time", Reason::FieldRequired, "is required"),
                    Some(end) if end <= interval.start_time => {
                        let text = format!(
                            "is {end}: it must be after start_time {}",
                            interval.start_time
                        );
                        v.add("end_time", Reason::DateOrder, text);
                    }
                    Some(_) => {}
                }
            });
            before = interval.end_time;
        }
        let (start, end) = (self.start_time, self.end_time);
        self.set_intervals(intervals);
        let given = [("start_time", start, self.start_time), ("end_time", end, self.end_time)];
        for (field, given, due) in given {
            if given.is_some() && given != due {
                let text = "isn't that of the intervals: leave it out";
                v.add(&format!("speech.{field}"), Reason::FieldContradiction, text);
            }
        }
    }

    /// Takes over what an update doesn't write; answers which of its times
    /// contradict the intervals that are recorded.
    pub fn keep_of(&mut self, present: &Self) -> Vec<(&'static str, &'static str)> {
        self.statistics.clone_from(&present.statistics);
        self.intervals.clone_from(&present.intervals);
        if self.intervals.is_empty() {
            return Vec::new();
        }
        let text = "follows from the intervals: mend these with UpdateSpeech";
        let times = [
            ("start_time", self.start_time, present.start_time),
            ("end_time", self.end_time, present.end_time),
        ];
        (self.start_time, self.end_time) = (present.start_time, present.end_time);
        let other = times.into_iter().filter(|(_, given, due)| given.is_some() && given != due);
        other.map(|(field, ..)| (field, text)).collect()
    }
}
