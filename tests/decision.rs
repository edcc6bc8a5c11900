//! Decisions, over the wire.

#![cfg(test)]

mod superseding;

use outlay_proto::v1;
use tonic::Code;

use crate::support::records::{self, date, mask, project};
use crate::support::symposium::symposium;
use crate::support::{Server, refused, told};
use crate::{action, meeting};

/// A server with the symposium and a meeting of another host.
pub(crate) async fn decided() -> Server {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    meeting::create(&mut meetings, "symposium", symposium()).await;
    meeting::create(&mut meetings, "working", records::meeting("工作会")).await;
    crate::project::create(&mut server.projects(), "p-1", project("一")).await;
    server
}

pub(crate) fn decision(meeting: &str, text: &str) -> v1::Decision {
    v1::Decision {
        meeting: format!("meetings/{meeting}"),
        text: text.to_owned(),
        decided_date: date(2023, 7, 28),
        ..Default::default()
    }
}

pub(crate) fn creation(id: &str, given: v1::Decision) -> v1::CreateDecisionRequest {
    v1::CreateDecisionRequest {
        decision: Some(given),
        decision_id: id.to_owned(),
        ..Default::default()
    }
}

pub(crate) async fn create(server: &Server, id: &str, given: v1::Decision) -> v1::Decision {
    told(server.decisions().create_decision(creation(id, given)).await)
}

pub(crate) async fn get(server: &Server, id: &str) -> v1::Decision {
    let name = format!("decisions/{id}");
    let request = v1::GetDecisionRequest { name, ..Default::default() };
    told(server.decisions().get_decision(request).await)
}

fn update(id: &str, given: v1::Decision, paths: &[&str]) -> v1::UpdateDecisionRequest {
    let given = v1::Decision { name: format!("decisions/{id}"), ..given };
    v1::UpdateDecisionRequest {
        decision: Some(given),
        update_mask: mask(paths),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_decision_is_recorded_whole_and_stays_over_a_restart() {
    let server = decided().await;
    let given = v1::Decision {
        agenda_item: "reports".to_owned(),
        projects: vec!["projects/p-1".to_owned()],
        ..decision("symposium", "每月调度重大项目\n并通报")
    };
    let created = create(&server, "d-1", given.clone()).await;
    let due = v1::Decision {
        name: "decisions/d-1".to_owned(),
        uid: created.uid.clone(),
        create_time: created.create_time,
        update_time: created.update_time,
        etag: created.etag.clone(),
        revision: created.revision,
        state: v1::DecisionState::InForce.into(),
        allowed_actions: vec!["withdraw".to_owned()],
        host: "organisations/zj-eit".to_owned(),
        number: "2023-1".to_owned(),
        regions: vec!["regions/330100".to_owned()],
        ..given
    };
    assert_eq!(created, due);
    let server = server.restart();
    assert_eq!(get(&server, "d-1").await, due);
}

#[tokio::test]
async fn numbers_go_on_by_host_and_year_without_a_gap() {
    let server = decided().await;
    let last_year =
        v1::Decision { decided_date: date(2022, 12, 31), ..decision("symposium", "去年") };
    let mut numbers = Vec::new();
    for (id, given) in [
        ("a", decision("symposium", "一")),
        ("b", decision("symposium", "二")),
        ("c", decision("working", "另一家")),
        ("d", last_year),
    ] {
        numbers.push(create(&server, id, given).await.number);
    }
    assert_eq!(numbers, ["2023-1", "2023-2", "2023-1", "2022-1"]);
    // What is refused or only tried takes no number.
    let tried = v1::CreateDecisionRequest {
        validate_only: true,
        ..creation("", decision("symposium", "试"))
    };
    assert_eq!(told(server.decisions().create_decision(tried).await).number, "2023-3");
    refused(server.decisions().create_decision(creation("", decision("symposium", ""))).await);
    // A deleted one keeps its number.
    let delete = v1::DeleteDecisionRequest { name: "decisions/b".to_owned(), ..Default::default() };
    told(server.decisions().delete_decision(delete).await);
    assert_eq!(create(&server, "e", decision("symposium", "三")).await.number, "2023-3");
}

#[tokio::test]
async fn decisions_that_are_made_at_once_get_different_numbers() {
    let server = decided().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let mut decisions = server.decisions();
        tasks.spawn(async move {
            decisions.create_decision(creation("", decision("symposium", "同时"))).await
        });
    }
    let mut numbers = Vec::new();
    while let Some(answer) = tasks.join_next().await {
        // One that met others too often is told to come again.
        match answer.unwrap() {
            Ok(created) => numbers.push(created.into_inner().number),
            Err(status) => assert_eq!(status.code(), Code::Aborted, "{status:?}"),
        }
    }
    numbers.sort();
    let due: Vec<_> = (1..=numbers.len()).map(|number| format!("2023-{number}")).collect();
    assert!(numbers.len() >= 2 && numbers == due, "{numbers:?}");
}

#[tokio::test]
async fn what_is_wrong_is_told_and_changes_nothing() {
    let server = decided().await;
    let refusal = async |given: v1::Decision| {
        refused(server.decisions().create_decision(creation("", given)).await)
    };
    let revision = server.revision().await;
    refusal(v1::Decision::default()).await.has_fields(&[
        ("decision.meeting", "FIELD_REQUIRED"),
        ("decision.text", "FIELD_REQUIRED"),
        ("decision.decided_date", "FIELD_REQUIRED"),
    ]);
    let future =
        v1::Decision { decided_date: date(2023, 7, 29), ..decision("symposium", "明天") };
    refusal(future).await.has_fields(&[("decision.decided_date", "FIELD_OUT_OF_RANGE")]);
    refusal(decision("nowhere", "无会"))
        .await
        .has_fields(&[("decision.meeting", "REFERENCE_UNKNOWN")]);
    let nowhere = v1::Decision {
        agenda_item: "nothing".to_owned(),
        projects: vec!["projects/nope".to_owned()],
        regions: vec!["regions/999999".to_owned()],
        supersedes: vec!["decisions/nope".to_owned()],
        ..decision("symposium", "无此议题")
    };
    refusal(nowhere).await.has_fields(&[
        ("decision.agenda_item", "REFERENCE_UNKNOWN"),
        ("decision.projects[0]", "REFERENCE_UNKNOWN"),
        ("decision.regions[0]", "REFERENCE_UNKNOWN"),
        ("decision.supersedes[0]", "REFERENCE_UNKNOWN"),
    ]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn a_cancelled_meeting_decides_and_assigns_nothing() {
    let server = decided().await;
    meeting::cancel(&mut server.meetings(), "meetings/working").await;
    let revision = server.revision().await;
    let request = creation("", decision("working", "一"));
    refused(server.decisions().create_decision(request).await)
        .has_fields(&[("decision.meeting", "MEETING_NOT_HELD")]);
    let given = v1::Action {
        assigned_meeting: "meetings/working".to_owned(),
        ..action::action("一", (2023, 8, 31))
    };
    refused(server.actions().create_action(action::creation("", given)).await)
        .has_fields(&[("action.assigned_meeting", "MEETING_NOT_HELD")]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn an_update_keeps_meeting_day_and_number() {
    let server = decided().await;
    let first = create(&server, "d", decision("symposium", "一")).await;
    let given = v1::Decision {
        meeting: "meetings/working".to_owned(),
        decided_date: date(2023, 7, 1),
        ..Default::default()
    };
    let request = update("d", given, &["meeting", "decided_date"]);
    refused(server.decisions().update_decision(request).await).has_fields(&[
        ("decision.meeting", "FIELD_IMMUTABLE"),
        ("decision.decided_date", "FIELD_IMMUTABLE"),
    ]);
    let given =
        v1::Decision { text: "改".to_owned(), number: "9".to_owned(), ..Default::default() };
    let second = told(server.decisions().update_decision(update("d", given, &["text"])).await);
    assert_eq!((second.text.as_str(), &second.number), ("改", &first.number));
    let item = v1::Decision { agenda_item: "nothing".to_owned(), ..Default::default() };
    let request = update("d", item, &["agenda_item"]);
    refused(server.decisions().update_decision(request).await)
        .has_fields(&[("decision.agenda_item", "REFERENCE_UNKNOWN")]);
    let request = v1::ListDecisionHistoryRequest { name: first.name.clone(), ..Default::default() };
    let history = told(server.decisions().list_decision_history(request).await).versions;
    assert_eq!(history[0].change.as_ref().unwrap().changed_fields, ["text"]);
    assert_eq!(history[1].after, Some(first));
}

#[tokio::test]
async fn decisions_are_found_by_meeting_host_project_region_and_state() {
    let server = decided().await;
    let about = v1::Decision {
        projects: vec!["projects/p-1".to_owned()],
        regions: vec!["regions/330402".to_owned()],
        ..decision("symposium", "项目")
    };
    create(&server, "a", about).await;
    server.advance(std::time::Duration::from_secs(1));
    create(&server, "b", decision("working", "另一家")).await;
    let withdraw = v1::WithdrawDecisionRequest {
        name: "decisions/b".to_owned(),
        reason: "不再需要".to_owned(),
        ..Default::default()
    };
    told(server.decisions().withdraw_decision(withdraw.clone()).await);
    for (region, filter, due) in [
        ("", "", "b a"),
        ("330400", "", "b a"),
        ("330402", "", "a"),
        ("330100", "", ""),
        ("", "meeting = \"meetings/symposium\"", "a"),
        ("", "host = \"organisations/jx-eit\"", "b"),
        ("", "projects:\"projects/p-1\"", "a"),
        ("330000", "state = WITHDRAWN", "b"),
        ("", "number = \"2023-1\"", "b a"),
    ] {
        let request = v1::ListDecisionsRequest {
            region: records::named("regions", region),
            filter: filter.to_owned(),
            ..Default::default()
        };
        let listed = told(server.decisions().list_decisions(request).await).decisions;
        let ids: Vec<_> = listed.iter().map(|one| one.name.rsplit('/').next().unwrap()).collect();
        assert_eq!(ids.join(" "), due, "{region} {filter}");
    }
    let again = refused(server.decisions().withdraw_decision(withdraw).await);
    assert_eq!(again, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    let given = v1::Decision { text: "改".to_owned(), ..Default::default() };
    let changed = refused(server.decisions().update_decision(update("b", given, &["text"])).await);
    assert_eq!(changed, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
}
