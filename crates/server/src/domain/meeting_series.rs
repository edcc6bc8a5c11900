//! Meeting series: meetings that are held again and again.

pub mod making;
pub mod recurrence;

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use super::flaw::Flaw;
use super::id::Id;
use super::instant::Instant;
use super::kind::{Kind, Reference, References};
use super::meeting::{AgendaItem, MAX_AGENDA, MeetingKind};
use super::zone::Zone;
use crate::error::{Error, Reason, Result, Violations};

use recurrence::Recurrence;

/// A series of meetings.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MeetingSeries {
    /// Title.
    #[n(10)]
    pub title: String,
    /// Titles in other languages, by language tag.
    #[n(11)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_titles: BTreeMap<String, String>,
    /// Kind of its meetings.
    #[n(12)]
    pub kind: MeetingKind,
    /// Organisation that holds them.
    #[n(13)]
    pub host: Id,
    /// Region in which they are held.
    #[n(14)]
    pub region: Id,
    /// Room and address; may be empty.
    #[n(15)]
    #[cbor(skip_if = "String::is_empty")]
    pub place: String,
    /// Time zone of the place (IANA).
    #[n(16)]
    pub time_zone: String,
    /// Template of its meetings.
    #[n(17)]
    pub template: Option<Id>,
    /// When the first meeting begins.
    #[n(18)]
    pub first_time: Instant,
    /// Minutes that a meeting takes.
    #[n(19)]
    pub length_minutes: i32,
    /// How it recurs (RRULE); empty where it doesn't.
    #[n(20)]
    #[cbor(skip_if = "String::is_empty")]
    pub recurrence: String,
    /// Occurrences that don't take place, by when they would begin.
    #[n(21)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub excluded_times: Vec<Instant>,
    /// Meetings besides the recurrence, by when they begin.
    #[n(22)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub extra_times: Vec<Instant>,
    /// What the next meeting that is opened takes over.
    #[n(23)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub backlog: Vec<AgendaItem>,
    /// What it is about; may be empty.
    #[n(24)]
    #[cbor(skip_if = "String::is_empty")]
    pub summary: String,
}

/// When a meeting of a series takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Number among the occurrences, from 1 on.
    pub number: u32,
    /// When it begins.
    pub time: Instant,
}

impl MeetingSeries {
    /// Checks the series: its zone, that its occurrences have an end, and that what is
    /// excluded is one of them.
    pub fn check(&self, v: &mut Violations) {
        let zone = match Zone::find(&self.time_zone) {
            Ok(zone) => zone,
            Err(flaw) => return flaw.add_to("time_zone", v),
        };
        for (index, time) in self.extra_times.iter().enumerate() {
            if !is_whole_second(*time) {
                v.add(&format!("extra_times[{index}]"), Reason::FieldOutOfRange, WHOLE_SECOND);
            }
        }
        if !is_whole_second(self.first_time) {
            return v.add("first_time", Reason::FieldOutOfRange, WHOLE_SECOND);
        }
        let ruled = self.ruled(&zone);
        match ruled.and_then(|ruled| Ok((self.held(ruled.clone(), &zone)?, ruled))) {
            Ok((held, ruled)) => self.check_excluded(&ruled, &held, v),
            Err((field, flaw)) => flaw.add_to(field, v),
        }
    }

    /// Checks that what is excluded is there to be excluded, and that it leaves
    /// something.
    fn check_excluded(&self, ruled: &[Instant], held: &[Instant], v: &mut Violations) {
        for (index, time) in self.excluded_times.iter().enumerate() {
            if ruled.binary_search(time).is_err() {
                let text = "is no time at which the recurrence has a meeting: remove it, or say \
                            when one would begin";
                v.add(&format!("excluded_times[{index}]"), Reason::ExclusionUnknown, text);
            }
        }
        if held.is_empty() {
            let text = "leaves no meeting: keep an occurrence, or add an extra time";
            v.add("excluded_times", Reason::SeriesWithoutMeeting, text);
        }
    }

    /// When its meetings take place, in the order of time.
    ///
    /// # Errors
    /// [`Error::Fields`] where it was never checked.
    pub fn occurrences(&self) -> Result<Vec<Occurrence>> {
        let times = self.times().map_err(|(field, flaw)| flaw.into_error(field))?;
        let number = |time, number| Occurrence { number, time };
        Ok(times.into_iter().zip(1..).map(|(time, nth)| number(time, nth)).collect())
    }

    /// When its first meeting ends.
    #[must_use]
    pub fn first_end(&self) -> Option<Instant> {
        const MICROS_PER_MINUTE: i64 = 60_000_000;
        let length = i64::from(self.length_minutes) * MICROS_PER_MINUTE;
        Instant::from_micros(self.first_time.micros().saturating_add(length)).ok()
    }

    /// How it recurs, as calendars have it; none where it doesn't, or that can't be
    /// told so.
    #[must_use]
    pub fn rule(&self) -> Option<String> {
        let zone = Zone::find(&self.time_zone).ok()?;
        Recurrence::parse(&self.recurrence).ok()?.in_calendars(&zone).ok()
    }

    fn times(&self) -> Times {
        let zone = Zone::find(&self.time_zone).map_err(|flaw| ("time_zone", flaw))?;
        self.held(self.ruled(&zone)?, &zone)
    }

    /// When they take place by the recurrence alone, in the order of time.
    fn ruled(&self, zone: &Zone) -> Times {
        zone.date(self.first_time).map_err(|flaw| ("first_time", flaw))?;
        if self.recurrence.is_empty() {
            return Ok(vec![self.first_time]);
        }
        let at = |flaw| ("recurrence", flaw);
        let recurrence = Recurrence::parse(&self.recurrence).map_err(at)?;
        recurrence.times(self.first_time, zone).map_err(at)
    }

    /// What is left of those, with the extra ones.
    fn held(&self, mut times: Vec<Instant>, zone: &Zone) -> Times {
        times.retain(|time| !self.excluded_times.contains(time));
        times.extend(&self.extra_times);
        times.sort_unstable();
        times.dedup();
        // A meeting is named after its day.
        if times.last().is_some_and(|last| zone.date(*last).is_err()) {
            let text = "goes on after the year 2999";
            return Err(("recurrence", Flaw::new(Reason::RecurrenceTooLong, text)));
        }
        Ok(times)
    }

    /// Puts an item into the backlog.
    ///
    /// # Errors
    /// [`Error::Fields`] where it has what only an item of a meeting can have, its id
    /// is taken, or the backlog is full.
    pub fn add_backlog_item(&mut self, item: AgendaItem) -> Result<()> {
        let mut v = Violations::new();
        v.within("item", |v| check_unplaced(&item, v));
        if item.presenter.is_some() {
            v.add("item.presenter", Reason::FieldContradiction, ONLY_IN_A_MEETING);
        }
        if item.section.is_some() {
            v.add("item.section", Reason::FieldContradiction, ONLY_IN_A_MEETING);
        }
        let same = |known: &AgendaItem| item.id.is_some() && known.id == item.id;
        if self.backlog.iter().any(same) {
            let text = "is that of another item: choose another";
            v.add("item.id", Reason::FieldDuplicate, text);
        }
        if self.backlog.len() >= MAX_AGENDA {
            let text = format!("can't be added: the backlog has {MAX_AGENDA} items already");
            v.add("item", Reason::FieldTooLong, text);
        }
        crate::error::none_of(v)?;
        self.backlog.push(item);
        let ids = self.backlog.iter_mut().map(|item| &mut item.id).collect();
        super::meeting::ids::assign("item", ids);
        Ok(())
    }

    /// Takes an item out of the backlog.
    ///
    /// # Errors
    /// [`Error::Fields`] where it isn't there.
    pub fn remove_backlog_item(&mut self, id: &Id) -> Result<()> {
        let index = self.backlog.iter().position(|item| item.id.as_ref() == Some(id));
        let Some(index) = index else {
            let text = format!(
                "is {id}, an item that the backlog doesn't have: a meeting may have taken it over"
            );
            return Err(Error::field("item_id", Reason::AgendaItemUnknown, text));
        };
        self.backlog.remove(index);
        Ok(())
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default()
            .one("host", Kind::Organisation, &self.host)
            .one("region", Kind::Region, &self.region)
            .one("template", Kind::MeetingTemplate, &self.template)
            .items("backlog", &self.backlog, AgendaItem::refer)
            .take()
    }
}

/// Times, or what is wrong, with the field that it is in.
type Times = std::result::Result<Vec<Instant>, (&'static str, Flaw)>;

const WHOLE_SECOND: &str = "must be a whole second";
const ONLY_IN_A_MEETING: &str = "must be empty: only an item of a meeting has one";

/// Checks that an item which is in no meeting yet has no time and no outcome.
pub(super) fn check_unplaced(item: &AgendaItem, v: &mut Violations) {
    for (field, is_empty) in [
        ("start_time", item.start_time.is_none()),
        ("outcome", item.outcome.is_none()),
        ("outcome_note", item.outcome_note.is_empty()),
        ("actual_minutes", item.actual_minutes == 0),
    ] {
        if !is_empty {
            v.add(field, Reason::FieldContradiction, ONLY_IN_A_MEETING);
        }
    }
}

const fn is_whole_second(time: Instant) -> bool {
    time.micros() % 1_000_000 == 0
}
