//! Items of agendas, between the wire and the domain.

use outlay_proto::v1;

use crate::domain::kind::Kind;
use crate::domain::meeting::{AgendaItem, AgendaItemKind};
use crate::service::convert::{Convert, names, plain};

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
