//! What stands within a meeting, between the wire and the domain.

use outlay_proto::v1;

use crate::domain::kind::Kind;
use crate::domain::meeting::{Action, AgendaItem, AgendaItemKind, Decision};
use crate::service::convert::{Convert, date, name, names, plain};

pub(super) fn read_item(convert: &mut Convert<'_>, item: &v1::AgendaItem) -> AgendaItem {
    let kind = AgendaItemKind::from_number(item.kind);
    AgendaItem {
        id: convert.plain_id("id", &item.id),
        kind: convert.required("kind", kind, AgendaItemKind::Other),
        title: item.title.clone(),
        planned_minutes: item.planned_minutes,
        presenter: convert.plain_id("presenter", &item.presenter),
        notes: item.notes.clone(),
        projects: convert.ids("projects", Kind::Project, &item.projects),
    }
}

pub(super) fn show_item(item: &AgendaItem) -> v1::AgendaItem {
    v1::AgendaItem {
        id: plain(item.id.as_ref()),
        kind: item.kind.number(),
        title: item.title.clone(),
        planned_minutes: item.planned_minutes,
        presenter: plain(item.presenter.as_ref()),
        notes: item.notes.clone(),
        projects: names(Kind::Project, &item.projects),
    }
}

pub(super) fn read_decision(convert: &mut Convert<'_>, decision: &v1::Decision) -> Decision {
    Decision {
        id: convert.plain_id("id", &decision.id),
        number: decision.number.clone(),
        text: decision.text.clone(),
        agenda_item: convert.plain_id("agenda_item", &decision.agenda_item),
        projects: convert.ids("projects", Kind::Project, &decision.projects),
    }
}

pub(super) fn show_decision(decision: &Decision) -> v1::Decision {
    v1::Decision {
        id: plain(decision.id.as_ref()),
        number: decision.number.clone(),
        text: decision.text.clone(),
        agenda_item: plain(decision.agenda_item.as_ref()),
        projects: names(Kind::Project, &decision.projects),
    }
}

pub(super) fn read_action(convert: &mut Convert<'_>, action: &v1::Action) -> Action {
    Action {
        id: convert.plain_id("id", &action.id),
        title: action.title.clone(),
        description: action.description.clone(),
        lead: convert.id("lead", Kind::Organisation, &action.lead),
        co_responsible: convert.ids("co_responsible", Kind::Organisation, &action.co_responsible),
        due_date: convert.date("due_date", action.due_date.as_ref()),
        decision: convert.plain_id("decision", &action.decision),
        projects: convert.ids("projects", Kind::Project, &action.projects),
    }
}

pub(super) fn show_action(action: &Action) -> v1::Action {
    v1::Action {
        id: plain(action.id.as_ref()),
        title: action.title.clone(),
        description: action.description.clone(),
        lead: name(Kind::Organisation, &action.lead),
        co_responsible: names(Kind::Organisation, &action.co_responsible),
        due_date: action.due_date.map(date),
        decision: plain(action.decision.as_ref()),
        projects: names(Kind::Project, &action.projects),
    }
}
