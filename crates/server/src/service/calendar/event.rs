//! A meeting as an event.

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendarComponent, ICalendarComponentType, ICalendarMethod, ICalendarParameter,
    ICalendarParticipationRole, ICalendarParticipationStatus, ICalendarProperty, ICalendarStatus,
    ICalendarUserTypes, ICalendarValue, Uri,
};

use super::sheet::{Sheet, Zones};
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::meeting::{Attendee, AttendeeRole, InvitationAnswer, Meeting, MeetingState};
use crate::store::record::Stored;

/// The end of every address: nothing is sent to it, as RFC 2606 promises.
const NOWHERE: &str = "outlay.invalid";

/// The event of a meeting, or of what became of an occurrence of the series whose
/// UID it has.
pub(super) fn of(
    sheet: &Sheet<'_>,
    stored: &Stored<Meeting>,
    uid: &str,
    method: &ICalendarMethod,
    zones: &Zones,
) -> ICalendarComponent {
    let meeting = &stored.record;
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.add_uid(uid);
    event.add_dtstamp(utc(sheet.now));
    event.add_sequence(meeting.calendar_sequence.into());
    for (property, time) in [
        (ICalendarProperty::Dtstart, meeting.start_time),
        (ICalendarProperty::Dtend, meeting.end_time),
    ] {
        if let Some(time) = time {
            add_time(&mut event, property, time, &meeting.time_zone, zones);
        }
    }
    let cancelled = meeting.state == MeetingState::Cancelled;
    let status = if cancelled { ICalendarStatus::Cancelled } else { ICalendarStatus::Confirmed };
    event.add_property(ICalendarProperty::Status, status);
    let title = meeting.localized_titles.get(sheet.language).unwrap_or(&meeting.title);
    add_text(&mut event, ICalendarProperty::Summary, title);
    add_text(&mut event, ICalendarProperty::Location, &meeting.place);
    add_text(&mut event, ICalendarProperty::Description, &description(meeting));
    add_text(&mut event, ICalendarProperty::Comment, &meeting.cancel_reason);
    event.add_property(ICalendarProperty::Categories, meeting.kind.as_str());
    event.add_property(ICalendarProperty::Created, utc(stored.meta.create_time));
    event.add_property(ICalendarProperty::LastModified, utc(stored.meta.update_time));
    add_organizer(&mut event, sheet, &meeting.host);
    // What is published for everybody names nobody (RFC 5546, 3.2.1).
    if !matches!(method, ICalendarMethod::Publish) {
        for attendee in &meeting.attendees {
            add_attendee(&mut event, sheet, &stored.id, attendee, meeting.state);
        }
    }
    event
}

pub(super) fn add_time(
    event: &mut ICalendarComponent,
    property: ICalendarProperty,
    time: Instant,
    zone: &str,
    zones: &Zones,
) {
    // A time that clocks show twice would mean the first one.
    match zones.get(zone).and_then(|found| found.clock_seconds(time)) {
        Some(local) => {
            let value = PartialDateTime::from_naive_timestamp(local);
            let zone = [ICalendarParameter::tzid(zone.to_owned())];
            event.add_property_with_params(property, zone, value);
        }
        None => event.add_property(property, utc(time)),
    }
}

pub(super) fn utc(time: Instant) -> PartialDateTime {
    PartialDateTime::from_utc_timestamp(time.seconds())
}

pub(super) fn add_text(event: &mut ICalendarComponent, property: ICalendarProperty, text: &str) {
    if !text.is_empty() {
        // The only line break that there is in a value.
        event.add_property(property, text.replace("\r\n", "\n").replace('\r', "\n"));
    }
}

/// The summary, and what is on the agenda.
fn description(meeting: &Meeting) -> String {
    let items = meeting.agenda.iter().zip(1..);
    let lines = items.map(|(item, number)| format!("{number}. {}", item.title));
    let agenda = lines.collect::<Vec<_>>().join("\n");
    let parts = [meeting.summary.as_str(), &agenda];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

pub(super) fn add_organizer(event: &mut ICalendarComponent, sheet: &Sheet<'_>, host: &Id) {
    let name = sheet.names.get(host).map_or(host.as_str(), String::as_str);
    let address = address(format!("mailto:{host}@organisations.{NOWHERE}"));
    let parameters = [ICalendarParameter::cn(parameter(name))];
    event.add_property_with_params(ICalendarProperty::Organizer, parameters, address);
}

fn add_attendee(
    event: &mut ICalendarComponent,
    sheet: &Sheet<'_>,
    meeting: &Id,
    attendee: &Attendee,
    state: MeetingState,
) {
    let Some(id) = &attendee.id else { return };
    let office = attendee.organisation.as_ref().and_then(|id| sheet.names.get(id));
    let name = match (attendee.display_name.as_str(), office) {
        ("", Some(office)) => office.clone(),
        ("", None) => id.to_string(),
        (person, Some(office)) => format!("{person} ({office})"),
        (person, None) => person.to_owned(),
    };
    let user = match attendee.display_name.as_str() {
        "" => ICalendarUserTypes::Group,
        _ => ICalendarUserTypes::Individual,
    };
    let status = match attendee.invitation_answer {
        Some(InvitationAnswer::Accepted) => ICalendarParticipationStatus::Accepted,
        Some(InvitationAnswer::Declined) => ICalendarParticipationStatus::Declined,
        Some(InvitationAnswer::Tentative) => ICalendarParticipationStatus::Tentative,
        None => ICalendarParticipationStatus::NeedsAction,
    };
    let asked = attendee.invitation_answer.is_none() && state == MeetingState::Scheduled;
    let parameters = [
        ICalendarParameter::cn(parameter(&name)),
        ICalendarParameter::cutype(user),
        ICalendarParameter::role(role(attendee.role)),
        ICalendarParameter::partstat(status),
        ICalendarParameter::rsvp(asked),
    ];
    let address = address(format!("mailto:{id}@{meeting}.meetings.{NOWHERE}"));
    event.add_property_with_params(ICalendarProperty::Attendee, parameters, address);
}

fn role(role: AttendeeRole) -> ICalendarParticipationRole {
    match role {
        AttendeeRole::Chair => ICalendarParticipationRole::Chair,
        AttendeeRole::Speaker | AttendeeRole::Attendee => {
            ICalendarParticipationRole::ReqParticipant
        }
        AttendeeRole::Observer => ICalendarParticipationRole::NonParticipant,
        AttendeeRole::Guest => ICalendarParticipationRole::OptParticipant,
    }
}

fn address(address: String) -> ICalendarValue {
    ICalendarValue::Uri(Uri::Location(address))
}

/// The value of a parameter, which knows no escapes: it can't hold a quotation
/// mark, and programs differ about a backslash.
fn parameter(text: &str) -> String {
    text.replace('"', "'").replace('\\', "/")
}
