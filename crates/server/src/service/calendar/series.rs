//! A series as an event that recurs, and its meetings as what became of its
//! occurrences.

use std::collections::BTreeSet;

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarMethod, ICalendarProperty,
    ICalendarRecurrenceRule, ICalendarStatus, ICalendarValue,
};
use uuid::Uuid;

use super::event::{add_organizer, add_text, add_time, utc};
use super::sheet::{Sheet, Zones};
use super::{Contents, MAX_EVENTS, without_parts};
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::meeting::{Meeting, MeetingState};
use crate::domain::meeting_series::MeetingSeries;
use crate::engine::Direction;
use crate::error::{Error, Result};
use crate::service::standard::live;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::{MAX_EXAMINED, Plan, Verdict};
use crate::store::reader::Reader;
use crate::store::record::Stored;

/// A series, with what is known of its occurrences.
pub(super) struct Series {
    stored: Stored<MeetingSeries>,
    /// When its meetings take place by the series.
    occurrences: BTreeSet<Instant>,
    /// Occurrences whose meetings calendars show, also where the series doesn't
    /// have them any more.
    held: BTreeSet<Instant>,
    /// Occurrences whose meetings were deleted, or cancelled before anybody knew.
    dropped: BTreeSet<Instant>,
}

/// A series and the announced meetings that were made for occurrences.
pub(super) async fn contents(reader: &Reader, id: &Id, language: &str) -> Result<Contents> {
    let stored = reader.get::<MeetingSeries>(id).await?;
    live(Some(&stored))?;
    let occurrences = stored.record.occurrences()?.into_iter().map(|one| one.time).collect();
    let by = Key::part().text(id.as_str()).done();
    let ranges = [false, true].map(|deleted| index::range(Index::MeetingSeriesStart, deleted, &by));
    let plan = Plan { ranges: ranges.to_vec(), order_len: 8, direction: Direction::Forward };
    let (mut held, mut dropped) = (BTreeSet::new(), BTreeSet::new());
    let mut meetings = Vec::new();
    let (mut after, mut examined) = (None, 0);
    loop {
        let judge = |meeting: &Stored<Meeting>| {
            examined += 1;
            if examined > MAX_EXAMINED {
                return Ok(Verdict::Full);
            }
            let Some(time) = meeting.record.occurrence_time else { return Ok(Verdict::Skip) };
            let is_announced = meeting.record.is_announced();
            let is_off = meeting.record.state == MeetingState::Cancelled && !is_announced;
            if meeting.is_deleted() || is_off {
                dropped.insert(time);
            } else if is_announced {
                held.insert(time);
                return Ok(Verdict::Show(without_parts(meeting)));
            }
            Ok(Verdict::Skip)
        };
        let page = reader.list(&plan, after.as_deref(), MAX_EVENTS, judge).await?;
        meetings.extend(page.items);
        if meetings.len() >= MAX_EVENTS || examined > MAX_EXAMINED {
            let text = format!("{} has more than {MAX_EVENTS} meetings", stored.name());
            return Err(Error::TooWide(format!("{text}: ask for the feed of its host")));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let title = Some(title(&stored.record, language).to_owned());
    let series = Some(Series { stored, occurrences, held, dropped });
    Ok(Contents { method: ICalendarMethod::Publish, title, meetings, series })
}

fn title<'a>(series: &'a MeetingSeries, language: &str) -> &'a str {
    series.localized_titles.get(language).unwrap_or(&series.title)
}

impl Series {
    /// Organisation that holds its meetings.
    pub(super) const fn host(&self) -> &Id {
        &self.stored.record.host
    }

    /// Its time zone.
    pub(super) fn zone(&self) -> &str {
        &self.stored.record.time_zone
    }

    /// The times that it is told with.
    pub(super) fn times(&self) -> impl Iterator<Item = Instant> {
        let last = self.occurrences.iter().chain(&self.held).copied().max();
        std::iter::once(self.stored.record.first_time).chain(last)
    }

    /// How it is told in a calendar that describes these zones.
    pub(super) fn told(&self, zones: &Zones) -> Told<'_> {
        let series = &self.stored.record;
        let found = zones.get(&series.time_zone);
        // A first time that clocks show twice would mean the first one.
        let is_local = found.is_some_and(|zone| zone.clock_seconds(series.first_time).is_some());
        let rule = series.rule().filter(|_| is_local).and_then(|rule| parsed(&rule));
        let recurs = !series.recurrence.is_empty();
        let mut zones = zones.clone();
        let (mut added, mut excluded): (BTreeSet<Instant>, BTreeSet<Instant>) =
            if recurs && rule.is_none() {
                // What no rule tells is told one by one, and in UTC.
                zones.clear();
                (self.occurrences.clone(), BTreeSet::from([series.first_time]))
            } else {
                let excluded = series.excluded_times.iter().copied().collect();
                (series.extra_times.iter().copied().collect(), excluded)
            };
        // In calendars what is excluded wins, and in a series what is added.
        excluded.retain(|time| !self.occurrences.contains(time));
        added.extend(self.held.difference(&self.occurrences));
        excluded.retain(|time| !added.contains(time));
        excluded.extend(&self.dropped);
        added.remove(&series.first_time);
        Told { series: self, rule, added, excluded, zones }
    }
}

/// How a series is told.
pub(super) struct Told<'a> {
    series: &'a Series,
    rule: Option<ICalendarRecurrenceRule>,
    added: BTreeSet<Instant>,
    excluded: BTreeSet<Instant>,
    zones: Zones,
}

impl Told<'_> {
    /// What all events of the series have.
    pub(super) const fn uid(&self) -> Uuid {
        self.series.stored.meta.uid
    }

    /// The event that recurs.
    pub(super) fn event(&self, sheet: &Sheet<'_>) -> ICalendarComponent {
        let stored = &self.series.stored;
        let series = &stored.record;
        let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
        event.add_uid(&self.uid().to_string());
        event.add_dtstamp(utc(sheet.now));
        // It is only ever greater: a series keeps no number of its own for it.
        event.add_sequence(i64::try_from(stored.revision).unwrap_or(i64::MAX));
        self.add_time(&mut event, ICalendarProperty::Dtstart, series.first_time);
        if let Some(end) = series.first_end() {
            self.add_time(&mut event, ICalendarProperty::Dtend, end);
        }
        if let Some(rule) = &self.rule {
            event.add_property(ICalendarProperty::Rrule, rule.clone());
        }
        for (property, times) in
            [(ICalendarProperty::Exdate, &self.excluded), (ICalendarProperty::Rdate, &self.added)]
        {
            for time in times {
                self.add_time(&mut event, property.clone(), *time);
            }
        }
        event.add_property(ICalendarProperty::Status, ICalendarStatus::Confirmed);
        add_text(&mut event, ICalendarProperty::Summary, title(series, sheet.language));
        add_text(&mut event, ICalendarProperty::Location, &series.place);
        add_text(&mut event, ICalendarProperty::Description, &series.summary);
        event.add_property(ICalendarProperty::Categories, series.kind.as_str());
        event.add_property(ICalendarProperty::Created, utc(stored.meta.create_time));
        event.add_property(ICalendarProperty::LastModified, utc(stored.meta.update_time));
        add_organizer(&mut event, sheet, &series.host);
        event
    }

    /// Says which occurrence the event of a meeting stands in the place of.
    pub(super) fn add_recurrence(&self, event: &mut ICalendarComponent, meeting: &Meeting) {
        if let Some(time) = meeting.occurrence_time {
            self.add_time(event, ICalendarProperty::RecurrenceId, time);
        }
    }

    fn add_time(&self, event: &mut ICalendarComponent, property: ICalendarProperty, time: Instant) {
        add_time(event, property, time, self.series.zone(), &self.zones);
    }
}

/// A rule as the library writes it; none where it doesn't know it.
fn parsed(rule: &str) -> Option<ICalendarRecurrenceRule> {
    let text = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nRRULE:{rule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let read = ICalendar::parse(text).ok()?;
    let mut entries = read.components.into_iter().flat_map(|component| component.entries);
    let entry = entries.find(|entry| entry.name == ICalendarProperty::Rrule)?;
    entry.values.into_iter().find_map(|value| match value {
        ICalendarValue::RecurrenceRule(rule) => Some(*rule),
        _ => None,
    })
}
