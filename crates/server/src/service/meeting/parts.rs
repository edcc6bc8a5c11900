//! Items of agendas, between the wire and the domain.

use outlay_proto::v1;

use crate::domain::kind::Kind;
use crate::domain::meeting::{AgendaItem, AgendaItemKind, AgendaOutcome, AgendaSection};
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
