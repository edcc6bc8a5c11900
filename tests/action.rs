//! Actions, over the wire.

#![cfg(test)]

mod batch;
mod carrying;
mod lists;
mod reminders;
mod states;
mod summary;

use outlay_proto::v1;

use crate::decision::{decided, decision};
use crate::support::records::{date, mask};
use crate::support::{Server, refused, told};

/// The rules of `decided`, with a decision `d-1`.
pub(crate) async fn assigned() -> Server {
    let server = decided().await;
    crate::decision::create(&server, "d-1", decision("symposium", "每月调度")).await;
    server
}

pub(crate) fn action(title: &str, due: (i32, i32, i32)) -> v1::Action {
    v1::Action {
        assigned_meeting: "meetings/symposium".to_owned(),
        title: title.to_owned(),
        lead: "organisations/jx-eit".to_owned(),
        due_date: date(due.0, due.1, due.2),
        ..Default::default()
    }
}

pub(crate) fn creation(id: &str, given: v1::Action) -> v1::CreateActionRequest {
    v1::CreateActionRequest { action: Some(given), action_id: id.to_owned(), ..Default::default() }
}

pub(crate) async fn create(server: &Server, id: &str, given: v1::Action) -> v1::Action {
    told(server.actions().create_action(creation(id, given)).await)
}

pub(crate) async fn get(server: &Server, id: &str) -> v1::Action {
    let request = v1::GetActionRequest { name: format!("actions/{id}"), ..Default::default() };
    told(server.actions().get_action(request).await)
}

pub(crate) async fn submit(server: &Server, id: &str) -> v1::Action {
    let (name, result) = (format!("actions/{id}"), "完成".to_owned());
    let request = v1::SubmitActionRequest { name, result, ..Default::default() };
    told(server.actions().submit_action(request).await)
}

pub(crate) async fn close(server: &Server, id: &str) -> v1::Action {
    submit(server, id).await;
    let request = v1::CloseActionRequest { name: format!("actions/{id}"), ..Default::default() };
    told(server.actions().close_action(request).await)
}

fn update(id: &str, given: v1::Action, paths: &[&str]) -> v1::UpdateActionRequest {
    let given = v1::Action { name: format!("actions/{id}"), ..given };
    v1::UpdateActionRequest { action: Some(given), update_mask: mask(paths), ..Default::default() }
}

#[tokio::test]
async fn an_action_is_recorded_whole_and_stays_over_a_restart() {
    let server = assigned().await;
    let given = v1::Action {
        decision: "decisions/d-1".to_owned(),
        description: "按月上报\n逐项核对".to_owned(),
        co_responsible: vec!["organisations/zj-eit".to_owned()],
        projects: vec!["projects/p-1".to_owned()],
        regions: vec!["regions/330402".to_owned(), "regions/330411".to_owned()],
        ..action("上报重大项目清单", (2023, 7, 20))
    };
    let created = create(&server, "a-1", given.clone()).await;
    let due = v1::Action {
        name: "actions/a-1".to_owned(),
        uid: created.uid.clone(),
        create_time: created.create_time,
        update_time: created.update_time,
        etag: created.etag.clone(),
        revision: created.revision,
        state: v1::ActionState::Assigned.into(),
        allowed_actions: ["start", "submit", "cancel", "extend"].map(str::to_owned).to_vec(),
        meeting: "meetings/symposium".to_owned(),
        meetings: vec!["meetings/symposium".to_owned()],
        responsible: vec!["organisations/jx-eit".to_owned(), "organisations/zj-eit".to_owned()],
        open: true,
        overdue_days: 8,
        ..given
    };
    assert_eq!(created, due);
    let server = server.restart();
    assert_eq!(get(&server, "a-1").await, due);
}

#[tokio::test]
async fn its_region_is_that_of_the_office_unless_it_is_given() {
    let server = assigned().await;
    let own = create(&server, "own", action("一", (2023, 8, 1))).await;
    let lead = v1::GetOrganisationRequest {
        name: "organisations/jx-eit".to_owned(),
        ..Default::default()
    };
    let lead = told(server.reference().get_organisation(lead).await);
    assert_eq!(own.regions.join(" "), lead.region);
    let nowhere =
        v1::Organisation { name: lead.name.clone(), region: String::new(), ..Default::default() };
    let request = v1::UpdateOrganisationRequest {
        organisation: Some(nowhere),
        update_mask: mask(&["region"]),
        ..Default::default()
    };
    told(server.reference().update_organisation(request).await);
    let met = create(&server, "met", action("二", (2023, 8, 1))).await;
    assert_eq!(met.regions, ["regions/330100"]);
    // An update may leave it without any.
    let request = update("met", v1::Action::default(), &["regions"]);
    assert_eq!(told(server.actions().update_action(request).await).regions, [""; 0]);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once_and_changes_nothing() {
    let server = assigned().await;
    let refusal = async |given: v1::Action| {
        refused(server.actions().create_action(creation("", given)).await)
    };
    let revision = server.revision().await;
    refusal(v1::Action::default()).await.has_fields(&[
        ("action.assigned_meeting", "FIELD_REQUIRED"),
        ("action.title", "FIELD_REQUIRED"),
        ("action.lead", "FIELD_REQUIRED"),
        ("action.due_date", "FIELD_REQUIRED"),
    ]);
    let helps = v1::Action {
        co_responsible: vec!["organisations/jx-eit".to_owned()],
        ..action("一", (2023, 8, 1))
    };
    refusal(helps).await.has_fields(&[("action.co_responsible[0]", "FIELD_CONTRADICTION")]);
    let nowhere = v1::Action {
        assigned_meeting: "meetings/nope".to_owned(),
        decision: "decisions/nope".to_owned(),
        lead: "organisations/nope".to_owned(),
        co_responsible: vec!["organisations/no".to_owned()],
        projects: vec!["projects/nope".to_owned()],
        regions: vec!["regions/999999".to_owned()],
        ..action("一", (2023, 8, 1))
    };
    refusal(nowhere).await.has_fields(&[
        ("action.assigned_meeting", "REFERENCE_UNKNOWN"),
        ("action.decision", "REFERENCE_UNKNOWN"),
        ("action.lead", "REFERENCE_UNKNOWN"),
        ("action.co_responsible[0]", "REFERENCE_UNKNOWN"),
        ("action.projects[0]", "REFERENCE_UNKNOWN"),
        ("action.regions[0]", "REFERENCE_UNKNOWN"),
    ]);
    refusal(action("一", (2023, 2, 29)))
        .await
        .has_fields(&[("action.due_date", "FIELD_OUT_OF_RANGE")]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn an_update_leaves_meeting_due_date_and_state() {
    let server = assigned().await;
    create(&server, "a", action("一", (2023, 8, 1))).await;
    let given = v1::Action {
        assigned_meeting: "meetings/working".to_owned(),
        ..action("二", (2023, 9, 1))
    };
    let request = update("a", given, &["assigned_meeting", "due_date"]);
    refused(server.actions().update_action(request).await).has_fields(&[
        ("action.assigned_meeting", "FIELD_IMMUTABLE"),
        ("action.due_date", "FIELD_IMMUTABLE"),
    ]);
    submit(&server, "a").await;
    let given = v1::Action { lead: "organisations/zj-eit".to_owned(), ..Default::default() };
    let second = told(server.actions().update_action(update("a", given, &["lead"])).await);
    assert_eq!(
        (second.state(), second.result.as_str()),
        (v1::ActionState::ResultSubmitted, "完成")
    );
    assert_eq!(second.responsible, ["organisations/zj-eit"]);
    let request = v1::ListActionHistoryRequest { name: second.name, ..Default::default() };
    let history = told(server.actions().list_action_history(request).await).versions;
    assert_eq!(history[0].change.as_ref().unwrap().changed_fields, ["lead", "responsible"]);
    assert_eq!(history.len(), 3);
}

#[tokio::test]
async fn a_deleted_action_comes_back_and_frees_what_it_names_meanwhile() {
    let server = assigned().await;
    let given = v1::Action { decision: "decisions/d-1".to_owned(), ..action("一", (2023, 8, 1)) };
    create(&server, "a", given).await;
    let decision =
        v1::DeleteDecisionRequest { name: "decisions/d-1".to_owned(), ..Default::default() };
    let in_use = refused(server.decisions().delete_decision(decision.clone()).await);
    assert_eq!(in_use, (tonic::Code::FailedPrecondition, "RECORD_IN_USE"));
    let delete = v1::DeleteActionRequest { name: "actions/a".to_owned(), ..Default::default() };
    let deleted = told(server.actions().delete_action(delete).await);
    assert_eq!(deleted.allowed_actions, [""; 0]);
    told(server.decisions().delete_decision(decision).await);
    let undelete = v1::UndeleteActionRequest { name: "actions/a".to_owned(), ..Default::default() };
    let dead = refused(server.actions().undelete_action(undelete.clone()).await);
    assert_eq!(dead, (tonic::Code::FailedPrecondition, "RECORD_DELETED"));
    let decision =
        v1::UndeleteDecisionRequest { name: "decisions/d-1".to_owned(), ..Default::default() };
    told(server.decisions().undelete_decision(decision).await);
    assert!(told(server.actions().undelete_action(undelete).await).delete_time.is_none());
}
