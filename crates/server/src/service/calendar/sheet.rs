//! A calendar as a whole: what it is sent for, its time zones and its events.

use std::collections::BTreeMap;

use calcard::common::CalendarScale;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarDuration, ICalendarParameter,
    ICalendarProperty, ICalendarValueType,
};

use super::{Contents, event, series};
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::zone::Zone;
use crate::error::{Error, Result};

/// Who wrote the calendar (RFC 5545, 3.7.3).
const PRODUCT: &str = "-//Outlay//outlayd//EN";
const SECONDS_PER_DAY: i64 = 86_400;
/// Days around the events in which a calendar describes a time zone.
const ZONE_DAYS: i64 = 400;

/// What events are written with.
pub(super) struct Sheet<'a> {
    /// When the calendar is made.
    pub(super) now: Instant,
    /// Language of titles; empty for none.
    pub(super) language: &'a str,
    /// Names of organisations.
    pub(super) names: &'a BTreeMap<Id, String>,
}

impl Sheet<'_> {
    /// The calendar as text.
    pub(super) fn write(&self, contents: &Contents) -> Result<String> {
        let mut calendar = ICalendar { components: vec![head(contents)] };
        let zones = add_zones(&mut calendar, contents);
        let told = contents.series.as_ref().map(|series| series.told(&zones));
        if let Some(told) = &told {
            push(&mut calendar, told.event(self));
        }
        for meeting in &contents.meetings {
            let uid = told.as_ref().map_or(meeting.meta.uid, series::Told::uid).to_string();
            let mut event = event::of(self, meeting, &uid, &contents.method, &zones);
            if let Some(told) = &told {
                told.add_recurrence(&mut event, &meeting.record);
            }
            push(&mut calendar, event);
        }
        let mut text = String::new();
        calendar.write_to(&mut text).map_err(|error| Error::Internal(error.into()))?;
        Ok(text)
    }
}

fn head(contents: &Contents) -> ICalendarComponent {
    let mut head = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    head.add_property(ICalendarProperty::Version, "2.0");
    head.add_property(ICalendarProperty::Prodid, PRODUCT);
    head.add_property(ICalendarProperty::Calscale, CalendarScale::Gregorian);
    head.add_property(ICalendarProperty::Method, contents.method.clone());
    if let Some(title) = &contents.title {
        let hour = ICalendarDuration { hours: 1, ..Default::default() };
        let value = [ICalendarParameter::value(ICalendarValueType::Duration)];
        head.add_property(ICalendarProperty::Name, title.clone());
        // What programs read that don't know NAME of RFC 7986.
        let older = ICalendarProperty::Other("X-WR-CALNAME".to_owned());
        head.add_property(older, title.clone());
        head.add_property_with_params(ICalendarProperty::RefreshInterval, value, hour);
    }
    head
}

/// The zones that the calendar describes; a time in another one is told in UTC.
pub(super) type Zones = BTreeMap<String, Zone>;

fn add_zones(calendar: &mut ICalendar, contents: &Contents) -> Zones {
    let mut spans: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for meeting in contents.meetings.iter().map(|meeting| &meeting.record) {
        let times = [meeting.start_time, meeting.end_time];
        for seconds in times.into_iter().flatten().map(Instant::seconds) {
            let span = spans.entry(&meeting.time_zone).or_insert((seconds, seconds));
            *span = (span.0.min(seconds), span.1.max(seconds));
        }
    }
    if let Some(series) = &contents.series {
        for seconds in series.times().map(Instant::seconds) {
            let span = spans.entry(series.zone()).or_insert((seconds, seconds));
            *span = (span.0.min(seconds), span.1.max(seconds));
        }
    }
    let mut zones = Zones::new();
    for (name, (first, last)) in spans {
        let around = ZONE_DAYS * SECONDS_PER_DAY;
        if let Ok(zone) = Zone::find(name)
            && calendar.add_timezone(name, first - around, last + around).is_some()
        {
            zones.insert(name.to_owned(), zone);
        }
    }
    zones
}

fn push(calendar: &mut ICalendar, component: ICalendarComponent) {
    let index = u32::try_from(calendar.components.len()).unwrap_or(u32::MAX);
    calendar.components.push(component);
    if let Some(head) = calendar.components.first_mut() {
        head.component_ids.push(index);
    }
}
