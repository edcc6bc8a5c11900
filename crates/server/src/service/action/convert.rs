//! Actions between the wire and the domain.

use outlay_proto::v1;

use crate::domain::action::{Action, ActionExtension};
use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::service::convert::{Convert, Head, date, name, names, timestamp};
use crate::store::record::Stored;

pub(super) fn read(wire: &v1::Action, old: Option<&Action>, convert: &mut Convert<'_>) -> Action {
    let assigned = convert.id("assigned_meeting", Kind::Meeting, &wire.assigned_meeting);
    let lead = convert.id("lead", Kind::Organisation, &wire.lead);
    let due_date = convert.required_date("due_date", wire.due_date.as_ref());
    let present = match old {
        Some(old) => Action { assigned_meeting: assigned, lead, due_date, ..old.clone() },
        None => Action::new(assigned, lead, due_date),
    };
    Action {
        decision: convert.optional_id("decision", Kind::Decision, &wire.decision),
        title: wire.title.clone(),
        description: wire.description.clone(),
        co_responsible: convert.ids("co_responsible", Kind::Organisation, &wire.co_responsible),
        projects: convert.ids("projects", Kind::Project, &wire.projects),
        regions: convert.ids("regions", Kind::Region, &wire.regions),
        ..present
    }
}

pub(super) fn show(stored: &Stored<Action>, day: Date) -> v1::Action {
    let head = Head::of(stored);
    let action = &stored.record;
    v1::Action {
        name: head.name,
        uid: head.uid,
        create_time: head.create_time,
        update_time: head.update_time,
        delete_time: head.delete_time,
        purge_time: head.purge_time,
        etag: head.etag,
        revision: head.revision,
        state: action.state.number(),
        allowed_actions: if stored.is_deleted() { Vec::new() } else { action.allowed_actions() },
        assigned_meeting: name(Kind::Meeting, &action.assigned_meeting),
        meeting: name(Kind::Meeting, &action.meeting),
        meetings: names(Kind::Meeting, &action.meetings),
        series: name(Kind::MeetingSeries, &action.series),
        decision: name(Kind::Decision, &action.decision),
        title: action.title.clone(),
        description: action.description.clone(),
        lead: name(Kind::Organisation, &action.lead),
        co_responsible: names(Kind::Organisation, &action.co_responsible),
        responsible: action.responsible().map(|id| name(Kind::Organisation, id)).collect(),
        projects: names(Kind::Project, &action.projects),
        regions: names(Kind::Region, &action.regions),
        due_date: Some(date(action.due_date)),
        open: action.is_open(),
        overdue_days: action.overdue_days(day),
        extensions: action.extensions.iter().map(show_extension).collect(),
        result: action.result.clone(),
        submit_time: action.submit_time.map(timestamp),
        return_reason: action.return_reason.clone(),
        close_comment: action.close_comment.clone(),
        close_time: action.close_time.map(timestamp),
        cancel_reason: action.cancel_reason.clone(),
    }
}

fn show_extension(extension: &ActionExtension) -> v1::ActionExtension {
    v1::ActionExtension {
        previous_due_date: Some(date(extension.previous_due_date)),
        due_date: Some(date(extension.due_date)),
        reason: extension.reason.clone(),
        extend_time: Some(timestamp(extension.extend_time)),
        principal: extension.principal.clone(),
    }
}
