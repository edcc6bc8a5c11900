//! Making meetings of series and templates: what they take over.

use super::{MeetingSeries, Occurrence};
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::meeting::{Attendee, Meeting, MeetingKind};
use crate::domain::meeting_template::MeetingTemplate;
use crate::domain::zone::Zone;

/// What a meeting is made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Making<'a> {
    /// The series that it is one of.
    pub series: Option<(&'a Id, &'a MeetingSeries)>,
    /// The template that it is made with.
    pub template: Option<(&'a Id, &'a MeetingTemplate)>,
    /// Which occurrence of the series it is.
    pub occurrence: Option<Occurrence>,
    /// When it begins, where that isn't the occurrence.
    pub start_time: Option<Instant>,
    /// Its time zone, where that isn't the series'; may be empty.
    pub time_zone: &'a str,
}

impl Making<'_> {
    /// The meeting, as far as series and template say what it is. What neither says
    /// is empty; host and region stand for nothing without a series, and the kind
    /// for nothing without either.
    #[must_use]
    pub fn meeting(&self) -> Meeting {
        let series = self.series.map(|(_, series)| series);
        let template = self.template.map(|(_, template)| template);
        let start_time = self.start_time.or(self.occurrence.map(|occurrence| occurrence.time));
        let kind = series.map(|series| series.kind).or(template.map(|template| template.kind));
        let mut meeting = Meeting::new(
            self.title(),
            kind.unwrap_or(MeetingKind::Other),
            series.map_or_else(Id::unread, |series| series.host.clone()),
            series.map_or_else(Id::unread, |series| series.region.clone()),
        );
        if let Some((id, series)) = self.series {
            meeting.series = Some(id.clone());
            meeting.localized_titles.clone_from(&series.localized_titles);
            meeting.place.clone_from(&series.place);
            meeting.summary.clone_from(&series.summary);
        }
        if let Some((id, template)) = self.template {
            meeting.template = Some(id.clone());
            meeting.agenda_sections.clone_from(&template.agenda_sections);
            meeting.agenda.clone_from(&template.agenda);
            meeting.attendees = template.attendees();
            meeting.quorum = template.quorum;
            if !template.summary.is_empty() {
                meeting.summary.clone_from(&template.summary);
            }
            if !template.title_pattern.is_empty() {
                // They are the series', which the title isn't.
                meeting.localized_titles.clear();
            }
        }
        self.time_zone().clone_into(&mut meeting.time_zone);
        meeting.start_time = start_time;
        meeting.end_time = start_time.and_then(|start| self.end(start));
        meeting.occurrence_time = self.occurrence.map(|occurrence| occurrence.time);
        meeting
    }

    fn time_zone(&self) -> &str {
        let of_series = self.series.map_or("", |(_, series)| series.time_zone.as_str());
        if self.time_zone.is_empty() { of_series } else { self.time_zone }
    }

    fn end(&self, start: Instant) -> Option<Instant> {
        const MICROS_PER_MINUTE: i64 = 60_000_000;
        let of_series = self.series.map(|(_, series)| series.length_minutes);
        let of_template = self.template.map(|(_, template)| template.length_minutes);
        let minutes = of_series.or(of_template).filter(|minutes| *minutes > 0)?;
        Instant::from_micros(start.micros() + i64::from(minutes) * MICROS_PER_MINUTE).ok()
    }

    /// The title: that of the template, filled in, or that of the series; empty where
    /// the template's can't be filled in.
    fn title(&self) -> String {
        let pattern = self.template.map_or("", |(_, template)| template.title_pattern.as_str());
        if pattern.is_empty() {
            return self.series.map(|(_, series)| series.title.clone()).unwrap_or_default();
        }
        let start = self.start_time.or(self.occurrence.map(|occurrence| occurrence.time));
        let zone = Zone::find(self.time_zone()).ok();
        let date = zone.zip(start).and_then(|(zone, start)| zone.date(start).ok());
        let fill = |name: &str| match name {
            "series" => self.series.map(|(_, series)| series.title.clone()),
            "number" => self.occurrence.map(|occurrence| occurrence.number.to_string()),
            "date" => date.map(|date| date.to_string()),
            "year" => date.map(|date| date.year().to_string()),
            "month" => date.map(|date| date.month().to_string()),
            "day" => date.map(|date| date.day().to_string()),
            _ => None,
        };
        MeetingTemplate::filled(pattern, fill).unwrap_or_default()
    }
}

impl MeetingTemplate {
    /// The attendees of a meeting, as they are expected.
    fn attendees(&self) -> Vec<Attendee> {
        let expected = self.expected_attendees.iter();
        let attendee = expected.map(|expected| Attendee {
            id: expected.id.clone(),
            organisation: Some(expected.organisation.clone()),
            post: expected.post.clone(),
            ..Attendee::new(expected.role)
        });
        attendee.collect()
    }
}
