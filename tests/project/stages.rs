//! Stages: forward, sideways, back, and what stands in the way.

use outlay_proto::v1;
use outlay_proto::v1::ProjectStage as Stage;
use tonic::Code;

use super::{create, get, whole};
use crate::support::records::{date, mask, project};
use crate::support::{Projects, Server, refused, told};

const NAME: &str = "projects/first";

fn advance(stage: Stage, day: i32) -> v1::AdvanceProjectRequest {
    v1::AdvanceProjectRequest {
        name: NAME.to_owned(),
        stage: stage.into(),
        date: date(2023, 7, day),
        evidence: format!("No. {day}"),
        ..Default::default()
    }
}

fn suspend(day: i32) -> v1::SuspendProjectRequest {
    v1::SuspendProjectRequest {
        name: NAME.to_owned(),
        date: date(2023, 7, day),
        reason: "洪水".to_owned(),
        ..Default::default()
    }
}

fn resume(day: i32) -> v1::ResumeProjectRequest {
    v1::ResumeProjectRequest {
        name: NAME.to_owned(),
        date: date(2023, 7, day),
        ..Default::default()
    }
}

fn terminate(day: i32) -> v1::TerminateProjectRequest {
    v1::TerminateProjectRequest {
        name: NAME.to_owned(),
        date: date(2023, 7, day),
        reason: "撤资".to_owned(),
        ..Default::default()
    }
}

fn revert() -> v1::RevertProjectRequest {
    v1::RevertProjectRequest {
        name: NAME.to_owned(),
        reason: "记错了".to_owned(),
        ..Default::default()
    }
}

/// Takes a project through stages, a day for each.
async fn through(projects: &mut Projects, stages: &[Stage]) -> v1::Project {
    let mut project = None;
    for (day, stage) in (1..).zip(stages) {
        project = Some(told(projects.advance_project(advance(*stage, day)).await));
    }
    project.unwrap()
}

#[tokio::test]
async fn a_project_passes_every_stage_and_keeps_the_record() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let mut new = project("全程");
    new.project_code = "2306-330402-04-02-123456".to_owned();
    create(&mut projects, "first", new).await;
    let line = [
        Stage::Negotiating,
        Stage::Signed,
        Stage::Filed,
        Stage::LandSecured,
        Stage::Permitted,
        Stage::Started,
        Stage::UnderConstruction,
        Stage::Completed,
        Stage::InProduction,
        Stage::AtCapacity,
    ];
    let last = through(&mut projects, &line).await;
    assert_eq!(last.stage(), Stage::AtCapacity);
    assert_eq!(last.actual_start_date, date(2023, 7, 6));
    assert_eq!(last.actual_completion_date, date(2023, 7, 8));
    assert_eq!(last.allowed_actions, ["revert"]);
    let passed: Vec<_> = last.transitions.iter().map(v1::StageTransition::to).collect();
    assert_eq!(passed, line);
    let third = &last.transitions[2];
    assert_eq!((third.from(), third.to()), (Stage::Signed, Stage::Filed));
    assert_eq!((third.date, third.evidence.as_str()), (date(2023, 7, 3), "No. 3"));
    assert_eq!(third.principal, "loopback");
    assert!(third.record_time.is_some() && !third.reverted);
    assert_eq!(get(&mut projects, NAME).await, last);
}

#[tokio::test]
async fn what_can_be_done_next_is_said_and_is_true() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let new = create(&mut projects, "first", project("下一步")).await;
    let due = ["advance:NEGOTIATING", "advance:SIGNED", "suspend", "terminate"];
    assert_eq!(new.allowed_actions, due);

    let signed = through(&mut projects, &[Stage::Negotiating, Stage::Signed]).await;
    let due = ["suspend", "terminate", "revert"];
    assert_eq!(signed.allowed_actions, due, "FILED needs a project code");
    for stage in [Stage::Filed, Stage::LandSecured, Stage::Started, Stage::Negotiating] {
        let answer = refused(projects.advance_project(advance(stage, 28)).await);
        assert_eq!(answer, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"), "{stage:?}");
    }
}

#[tokio::test]
async fn a_forbidden_advance_names_the_state_the_action_and_all_that_is_missing() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", project("缺什么")).await;
    let revision = server.revision().await;

    let early = refused(projects.advance_project(advance(Stage::Started, 1)).await);
    assert_eq!(early, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    assert_eq!(early.whole.metadata["state"], "PLANNED");
    assert!(early.whole.metadata["action"].contains("STARTED"), "{early:?}");
    assert_eq!(early.whole.preconditions[0].subject, NAME);
    for missing in ["SIGNED", "FILED", "LAND_SECURED", "PERMITTED"] {
        assert!(
            early.needed().iter().any(|need| need.starts_with(missing)),
            "{missing}: {early:?}"
        );
    }

    told(projects.advance_project(advance(Stage::Signed, 1)).await);
    let codeless = refused(projects.advance_project(advance(Stage::Filed, 2)).await);
    assert_eq!(codeless.needed().len(), 1, "{codeless:?}");
    assert!(codeless.needed()[0].contains("project_code"), "{codeless:?}");
    assert_eq!(server.revision().await, revision + 1);
}

#[tokio::test]
async fn a_technical_transformation_may_skip_contract_land_and_permits() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    let filed = through(&mut projects, &[Stage::Filed]).await;
    assert!(filed.allowed_actions.contains(&"advance:STARTED".to_owned()), "{filed:?}");
    let started = told(projects.advance_project(advance(Stage::Started, 2)).await);
    assert_eq!(started.stage(), Stage::Started);
}

#[tokio::test]
async fn started_never_comes_before_filed() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    let early = refused(projects.advance_project(advance(Stage::Started, 1)).await);
    assert_eq!(early.needed(), ["FILED must be reached first"]);
}

#[tokio::test]
async fn dates_of_stages_are_in_order_and_not_in_the_future() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    told(projects.advance_project(advance(Stage::Filed, 10)).await);
    let before = refused(projects.advance_project(advance(Stage::Started, 9)).await);
    before.has_fields(&[("date", "DATE_ORDER")]);
    let tomorrow = refused(projects.advance_project(advance(Stage::Started, 29)).await);
    tomorrow.has_fields(&[("date", "FIELD_OUT_OF_RANGE")]);
    server.advance(std::time::Duration::from_secs(24 * 60 * 60));
    told(projects.advance_project(advance(Stage::Started, 29)).await);

    let nonsense = refused(projects.advance_project(advance(Stage::Completed, 32)).await);
    nonsense.names_fields(&[("date.day", "FIELD_OUT_OF_RANGE")]);
    let mut leap = advance(Stage::Completed, 1);
    leap.date = date(2023, 2, 29);
    assert_eq!(refused(projects.advance_project(leap).await).code, Code::InvalidArgument);
}

#[tokio::test]
async fn bad_fields_of_an_advance_come_back_together() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    let mut bad = advance(Stage::Filed, 1);
    bad.date = None;
    bad.stage = 99;
    bad.evidence = "x".repeat(501);
    bad.request_id = "not a uuid".to_owned();
    refused(projects.advance_project(bad).await).has_fields(&[
        ("date", "FIELD_REQUIRED"),
        ("stage", "FIELD_ENUM_UNKNOWN"),
        ("evidence", "FIELD_TOO_LONG"),
        ("request_id", "FIELD_FORMAT"),
    ]);
    for stage in [Stage::Planned, Stage::Suspended, Stage::Terminated] {
        refused(projects.advance_project(advance(stage, 1)).await)
            .has_fields(&[("stage", "FIELD_OUT_OF_RANGE")]);
    }
}

#[tokio::test]
async fn a_suspended_project_resumes_where_it_was() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    through(&mut projects, &[Stage::Filed, Stage::Started]).await;
    let suspended = told(projects.suspend_project(suspend(10)).await);
    assert_eq!(suspended.stage(), Stage::Suspended);
    assert_eq!(suspended.suspended_from(), Stage::Started);
    assert_eq!(suspended.allowed_actions, ["resume", "terminate", "revert"]);
    let again = refused(projects.suspend_project(suspend(11)).await);
    assert_eq!(again.reason, "TRANSITION_FORBIDDEN");
    let advanced = refused(projects.advance_project(advance(Stage::Completed, 11)).await);
    assert_eq!(advanced.needed(), ["it must be resumed first"]);

    let resumed = told(projects.resume_project(resume(12)).await);
    assert_eq!(resumed.stage(), Stage::Started);
    assert_eq!(resumed.suspended_from(), Stage::Unspecified);
    assert_eq!(resumed.actual_start_date, date(2023, 7, 2));
    let again = refused(projects.resume_project(resume(13)).await);
    assert_eq!(again, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
}

#[tokio::test]
async fn a_terminated_project_stays_so() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    let ended = told(projects.terminate_project(terminate(1)).await);
    assert_eq!(ended.stage(), Stage::Terminated);
    assert_eq!(ended.allowed_actions, [""; 0]);
    let forbidden = (Code::FailedPrecondition, "TRANSITION_FORBIDDEN");
    assert_eq!(refused(projects.advance_project(advance(Stage::Filed, 2)).await), forbidden);
    assert_eq!(refused(projects.suspend_project(suspend(2)).await), forbidden);
    assert_eq!(refused(projects.resume_project(resume(2)).await), forbidden);
    assert_eq!(refused(projects.terminate_project(terminate(2)).await), forbidden);
    assert_eq!(refused(projects.revert_project(revert()).await), forbidden);
    let reasonless = v1::TerminateProjectRequest { reason: String::new(), ..terminate(2) };
    refused(projects.terminate_project(reasonless).await)
        .has_fields(&[("reason", "FIELD_REQUIRED")]);
}

#[tokio::test]
async fn a_change_of_stage_is_taken_back_but_stays_on_record() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    let none = refused(projects.revert_project(revert()).await);
    assert_eq!(none, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));

    through(&mut projects, &[Stage::Filed, Stage::Started]).await;
    let back = told(projects.revert_project(revert()).await);
    assert_eq!(back.stage(), Stage::Filed);
    assert_eq!(back.actual_start_date, None);
    let marks: Vec<_> = back.transitions.iter().map(|one| one.reverted).collect();
    assert_eq!(marks, [false, true, true]);
    assert_eq!(back.transitions[2].reason, "记错了");
    let planned = told(projects.revert_project(revert()).await);
    assert_eq!(planned.stage(), Stage::Planned);
    assert!(!planned.allowed_actions.contains(&"revert".to_owned()));
}

#[tokio::test]
async fn a_filed_project_keeps_its_code() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    through(&mut projects, &[Stage::Filed]).await;
    let without = v1::UpdateProjectRequest {
        project: Some(v1::Project { name: NAME.to_owned(), ..Default::default() }),
        update_mask: mask(&["project_code"]),
        ..Default::default()
    };
    refused(projects.update_project(without).await)
        .has_fields(&[("project.project_code", "FIELD_REQUIRED")]);
}

#[tokio::test]
async fn checking_a_stage_change_only_changes_nothing() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    let mut dry = advance(Stage::Filed, 1);
    dry.validate_only = true;
    assert_eq!(told(projects.advance_project(dry).await).stage(), Stage::Filed);
    assert_eq!(get(&mut projects, NAME).await, first);
}

#[tokio::test]
async fn what_only_a_transformation_may_skip_keeps_it_one() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    through(&mut projects, &[Stage::Filed, Stage::Started]).await;
    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: NAME.to_owned(),
            construction_kind: v1::ConstructionKind::NewBuild.into(),
            ..Default::default()
        }),
        update_mask: mask(&["construction_kind", "technical_transformation"]),
        ..Default::default()
    };
    let answer = refused(projects.update_project(update).await);
    answer.has_fields(&[("project.technical_transformation", "FIELD_CONTRADICTION")]);
    assert!(answer.whole.to_string().contains("skipped SIGNED"), "{answer:?}");
}
