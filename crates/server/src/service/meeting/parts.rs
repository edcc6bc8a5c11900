//! What stands within a meeting, between the wire and the domain.

use outlay_proto::v1;

use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::meeting::{
    AgendaItem, AgendaItemKind, AgendaOutcome, AgendaSection, Attendance, Attendee, AttendeeRole,
    InvitationAnswer, Speech, SpeechFigure,
};
use crate::service::convert::{Convert, name, names, plain, timestamp};

pub(in crate::service) fn read_section(
    convert: &mut Convert<'_>,
    section: &v1::AgendaSection,
) -> AgendaSection {
    AgendaSection { id: convert.plain_id("id", &section.id), title: section.title.clone() }
}

pub(in crate::service) fn show_section(section: &AgendaSection) -> v1::AgendaSection {
    v1::AgendaSection { id: plain(section.id.as_ref()), title: section.title.clone() }
}

pub(in crate::service) fn read_item(
    convert: &mut Convert<'_>,
    item: &v1::AgendaItem,
) -> AgendaItem {
    let kind = AgendaItemKind::from_number(item.kind);
    AgendaItem {
        id: convert.plain_id("id", &item.id),
        kind: convert.required("kind", kind, AgendaItemKind::Other),
        title: item.title.clone(),
        planned_minutes: item.planned_minutes,
        presenter: convert.plain_id("presenter", &item.presenter),
        notes: item.notes.clone(),
        projects: convert.ids("projects", Kind::Project, &item.projects),
        section: convert.plain_id("section", &item.section),
        start_time: convert.instant("start_time", item.start_time.as_ref()),
        policies: convert.ids("policies", Kind::Policy, &item.policies),
        recurring: item.recurring,
        outcome: AgendaOutcome::from_number(item.outcome),
        outcome_note: item.outcome_note.clone(),
        actual_minutes: item.actual_minutes,
        carried_from: None,
        carried_item: None,
        carried_to: None,
    }
}

pub(in crate::service) fn show_item(item: &AgendaItem) -> v1::AgendaItem {
    v1::AgendaItem {
        id: plain(item.id.as_ref()),
        kind: item.kind.number(),
        title: item.title.clone(),
        planned_minutes: item.planned_minutes,
        presenter: plain(item.presenter.as_ref()),
        notes: item.notes.clone(),
        projects: names(Kind::Project, &item.projects),
        section: plain(item.section.as_ref()),
        start_time: item.start_time.map(timestamp),
        policies: names(Kind::Policy, &item.policies),
        recurring: item.recurring,
        outcome: item.outcome.map_or(0, AgendaOutcome::number),
        outcome_note: item.outcome_note.clone(),
        actual_minutes: item.actual_minutes,
        carried_from: name(Kind::Meeting, &item.carried_from),
        carried_item: plain(item.carried_item.as_ref()),
        carried_to: name(Kind::Meeting, &item.carried_to),
        overrun_minutes: item.overrun_minutes(),
    }
}

pub(super) fn read_attendee(convert: &mut Convert<'_>, attendee: &v1::Attendee) -> Attendee {
    let role = AttendeeRole::from_number(attendee.role);
    Attendee {
        id: convert.plain_id("id", &attendee.id),
        display_name: attendee.display_name.clone(),
        organisation: convert.optional_id(
            "organisation",
            Kind::Organisation,
            &attendee.organisation,
        ),
        post: attendee.post.clone(),
        role: convert.required("role", role, AttendeeRole::Attendee),
        invitation_answer: InvitationAnswer::from_number(attendee.invitation_answer),
        attendance: Attendance::from_number(attendee.attendance),
        substitute: attendee.substitute.clone(),
    }
}

pub(super) fn show_attendee(attendee: &Attendee) -> v1::Attendee {
    v1::Attendee {
        id: plain(attendee.id.as_ref()),
        display_name: attendee.display_name.clone(),
        organisation: name(Kind::Organisation, &attendee.organisation),
        post: attendee.post.clone(),
        role: attendee.role.number(),
        invitation_answer: attendee.invitation_answer.map_or(0, InvitationAnswer::number),
        attendance: attendee.attendance.map_or(0, Attendance::number),
        substitute: attendee.substitute.clone(),
    }
}

pub(super) fn read_speech(convert: &mut Convert<'_>, speech: &v1::Speech) -> Speech {
    let speaker = convert.plain_id("speaker", &speech.speaker);
    Speech {
        id: convert.plain_id("id", &speech.id),
        speaker: convert.required("speaker", speaker, Id::unread()),
        agenda_item: convert.plain_id("agenda_item", &speech.agenda_item),
        start_time: convert.instant("start_time", speech.start_time.as_ref()),
        end_time: convert.instant("end_time", speech.end_time.as_ref()),
        achievements: speech.achievements.clone(),
        challenges: speech.challenges.clone(),
        plans: speech.plans.clone(),
        figures: speech.figures.iter().map(read_figure).collect(),
    }
}

pub(super) fn show_speech(speech: &Speech) -> v1::Speech {
    v1::Speech {
        id: plain(speech.id.as_ref()),
        speaker: plain(Some(&speech.speaker)),
        agenda_item: plain(speech.agenda_item.as_ref()),
        start_time: speech.start_time.map(timestamp),
        end_time: speech.end_time.map(timestamp),
        achievements: speech.achievements.clone(),
        challenges: speech.challenges.clone(),
        plans: speech.plans.clone(),
        figures: speech.figures.iter().map(show_figure).collect(),
    }
}

fn read_figure(figure: &v1::SpeechFigure) -> SpeechFigure {
    SpeechFigure {
        label: figure.label.clone(),
        value: figure.value.clone(),
        unit: figure.unit.clone(),
        period: figure.period.clone(),
    }
}

fn show_figure(figure: &SpeechFigure) -> v1::SpeechFigure {
    v1::SpeechFigure {
        label: figure.label.clone(),
        value: figure.value.clone(),
        unit: figure.unit.clone(),
        period: figure.period.clone(),
    }
}
