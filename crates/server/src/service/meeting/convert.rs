//! Meetings between the wire and the domain.

use outlay_proto::v1;

use super::{attendance, parts, speech};
use crate::domain::kind::Kind;
use crate::domain::meeting::{Meeting, MeetingKind, MeetingState};
use crate::domain::period::Period;
use crate::service::convert::{
    Convert, Head, name, names, read_document, show_document, timestamp,
};
use crate::store::record::Stored;

pub(super) fn read(
    wire: &v1::Meeting,
    old: Option<&Meeting>,
    convert: &mut Convert<'_>,
) -> Meeting {
    let kind = MeetingKind::from_number(wire.kind);
    let mut meeting = Meeting {
        state: MeetingState::Draft,
        title: wire.title.clone(),
        localized_titles: wire.localized_titles.clone(),
        kind: convert.required("kind", kind, MeetingKind::Other),
        host: convert.id("host", Kind::Organisation, &wire.host),
        co_hosts: convert.ids("co_hosts", Kind::Organisation, &wire.co_hosts),
        region: convert.id("region", Kind::Region, &wire.region),
        regions: convert.ids("regions", Kind::Region, &wire.regions),
        projects: convert.ids("projects", Kind::Project, &wire.projects),
        policies: convert.ids("policies", Kind::Policy, &wire.policies),
        place: wire.place.clone(),
        start_time: convert.instant("start_time", wire.start_time.as_ref()),
        end_time: convert.instant("end_time", wire.end_time.as_ref()),
        time_zone: wire.time_zone.clone(),
        summary: wire.summary.clone(),
        agenda: convert.items("agenda", &wire.agenda, parts::read_item),
        attendees: convert.items("attendees", &wire.attendees, attendance::read),
        speeches: convert.items("speeches", &wire.speeches, speech::read),
        documents: wire.documents.iter().map(read_document).collect(),
        open_time: None,
        close_time: None,
        cancel_reason: String::new(),
        quorum: wire.quorum,
        figures_period: match wire.figures_period.as_str() {
            "" => None,
            text => convert.ok("figures_period", Period::parse(text)),
        },
        check_in: None,
        series: convert.optional_id("series", Kind::MeetingSeries, &wire.series),
        template: convert.optional_id("template", Kind::MeetingTemplate, &wire.template),
        occurrence_time: None,
        agenda_sections: convert.items(
            "agenda_sections",
            &wire.agenda_sections,
            parts::read_section,
        ),
        calendar_sequence: 0,
    };
    meeting.assign_ids();
    if let Some(old) = old {
        meeting.keep_state_of(old);
        speech::keep(&mut meeting, old, convert);
        meeting.keep_carried_of(old);
    }
    meeting
}

pub(super) fn show(stored: &Stored<Meeting>) -> v1::Meeting {
    let head = Head::of(stored);
    let meeting = &stored.record;
    v1::Meeting {
        name: head.name,
        uid: head.uid,
        create_time: head.create_time,
        update_time: head.update_time,
        delete_time: head.delete_time,
        purge_time: head.purge_time,
        etag: head.etag,
        revision: head.revision,
        state: meeting.state.number(),
        allowed_actions: if stored.is_deleted() { Vec::new() } else { meeting.allowed_actions() },
        title: meeting.title.clone(),
        localized_titles: meeting.localized_titles.clone(),
        kind: meeting.kind.number(),
        host: name(Kind::Organisation, &meeting.host),
        co_hosts: names(Kind::Organisation, &meeting.co_hosts),
        region: name(Kind::Region, &meeting.region),
        regions: names(Kind::Region, &meeting.regions),
        projects: names(Kind::Project, &meeting.projects),
        policies: names(Kind::Policy, &meeting.policies),
        place: meeting.place.clone(),
        start_time: meeting.start_time.map(timestamp),
        end_time: meeting.end_time.map(timestamp),
        time_zone: meeting.time_zone.clone(),
        summary: meeting.summary.clone(),
        agenda: meeting.agenda.iter().map(parts::show_item).collect(),
        attendees: meeting.attendees.iter().map(attendance::show).collect(),
        speeches: meeting.speeches.iter().map(speech::show).collect(),
        documents: meeting.documents.iter().map(show_document).collect(),
        open_time: meeting.open_time.map(timestamp),
        close_time: meeting.close_time.map(timestamp),
        cancel_reason: meeting.cancel_reason.clone(),
        agenda_overrun_minutes: meeting.agenda_overrun_minutes(),
        quorum: meeting.quorum,
        present_count: meeting.present_count(),
        quorum_met: meeting.is_quorum_met(),
        figures_period: meeting.figures_period.map_or_else(String::new, |it| it.to_string()),
        check_in: meeting.check_in.as_ref().map(attendance::show_check_in),
        series: name(Kind::MeetingSeries, &meeting.series),
        template: name(Kind::MeetingTemplate, &meeting.template),
        occurrence_time: meeting.occurrence_time.map(timestamp),
        agenda_sections: meeting.agenda_sections.iter().map(parts::show_section).collect(),
        calendar_sequence: i32::try_from(meeting.calendar_sequence).unwrap_or(i32::MAX),
    }
}
