//! Request ids: the same request again gets the first answer.

#![cfg(test)]

use std::time::Duration;

use outlay_proto::v1;
use tonic::Code;

use crate::project::{create, creation, get};
use crate::support::records::{date, meeting, organisation, project, request_id};
use crate::support::refusal::taken_apart;
use crate::support::{Server, refused, told};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const REUSED: (Code, &str) = (Code::InvalidArgument, "REQUEST_ID_REUSED");

fn identified(id: &str, name: &str) -> v1::CreateProjectRequest {
    v1::CreateProjectRequest { request_id: id.to_owned(), ..creation(name, project("一")) }
}

fn renaming(id: &str, title: &str) -> v1::UpdateProjectRequest {
    v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: "projects/first".to_owned(),
            title: title.to_owned(),
            ..Default::default()
        }),
        request_id: id.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_creation_sent_again_gets_the_first_answer_and_creates_nothing() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let id = request_id();
    let first = told(projects.create_project(identified(&id, "")).await);
    let revision = server.revision().await;
    let again = told(projects.create_project(identified(&id, "")).await);
    assert_eq!(again, first);
    assert_eq!(server.revision().await, revision);
    let list = v1::ListProjectsRequest::default();
    assert_eq!(told(projects.list_projects(list).await).projects.len(), 1);
}

#[tokio::test]
async fn the_first_answer_comes_also_after_later_changes() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let (creation, update) = (request_id(), request_id());
    let first = told(projects.create_project(identified(&creation, "first")).await);
    server.advance(Duration::from_secs(1));
    let second = told(projects.update_project(renaming(&update, "二")).await);
    told(projects.update_project(renaming("", "三")).await);
    let delete = v1::DeleteProjectRequest { name: first.name.clone(), ..Default::default() };
    told(projects.delete_project(delete).await);

    assert_eq!(told(projects.create_project(identified(&creation, "first")).await), first);
    assert_eq!(told(projects.update_project(renaming(&update, "二")).await), second);
    assert_eq!(get(&mut projects, &first.name).await.title, "三");
}

#[tokio::test]
async fn the_first_answer_outlives_the_server() {
    let server = Server::seeded().await;
    let id = request_id();
    let first = told(server.projects().create_project(identified(&id, "first")).await);
    let server = server.restart();
    let again = told(server.projects().create_project(identified(&id, "first")).await);
    assert_eq!(again, first);
}

#[tokio::test]
async fn an_id_is_not_for_another_request() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let id = request_id();
    told(projects.create_project(identified(&id, "first")).await);
    let revision = server.revision().await;
    assert_eq!(refused(projects.create_project(identified(&id, "second")).await), REUSED);
    let mut other = identified(&id, "first");
    other.project.as_mut().unwrap().title = "别的".to_owned();
    assert_eq!(refused(projects.create_project(other).await), REUSED);
    let mut dry = identified(&id, "first");
    dry.validate_only = true;
    assert_eq!(refused(projects.create_project(dry).await), REUSED);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn an_id_is_of_one_rpc() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let id = request_id();
    told(projects.create_project(identified(&id, "first")).await);
    // Another RPC may happen to have the same id.
    assert_eq!(told(projects.update_project(renaming(&id, "二")).await).title, "二");
    let meeting = v1::CreateMeetingRequest {
        meeting: Some(meeting("例会")),
        request_id: id,
        ..Default::default()
    };
    told(server.meetings().create_meeting(meeting).await);
}

#[tokio::test]
async fn an_id_that_was_refused_can_be_used_again() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let id = request_id();
    let mut bad = identified(&id, "first");
    bad.project.as_mut().unwrap().title.clear();
    assert_eq!(refused(projects.create_project(bad).await).reason, "FIELDS_INVALID");
    let mut dry = identified(&id, "first");
    dry.validate_only = true;
    told(projects.create_project(dry).await);
    told(projects.create_project(identified(&id, "first")).await);
}

#[tokio::test]
async fn a_request_that_changed_nothing_is_remembered_too() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", project("一")).await;
    let id = request_id();
    assert_eq!(told(projects.update_project(renaming(&id, "一")).await), first);
    told(projects.update_project(renaming("", "二")).await);
    assert_eq!(told(projects.update_project(renaming(&id, "一")).await), first);
    assert_eq!(get(&mut projects, "projects/first").await.title, "二");
}

#[tokio::test]
async fn a_stale_etag_does_not_matter_to_a_request_that_was_answered() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", project("一")).await;
    let mut update = renaming(&request_id(), "二");
    update.project.as_mut().unwrap().etag = first.etag;
    let second = told(projects.update_project(update.clone()).await);
    assert_eq!(told(projects.update_project(update).await), second);
}

#[tokio::test]
async fn the_same_request_many_times_at_once_is_done_once() {
    let server = Server::seeded().await;
    let id = request_id();
    let tries = (0..16).map(|_| {
        let mut projects = server.projects();
        let request = identified(&id, "");
        tokio::spawn(async move { projects.create_project(request).await })
    });
    let mut answers = Vec::new();
    for attempt in tries.collect::<Vec<_>>() {
        answers.push(told(attempt.await.unwrap()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let list = v1::ListProjectsRequest::default();
    assert_eq!(told(server.projects().list_projects(list).await).projects.len(), 1);
}

#[tokio::test]
async fn of_two_requests_with_one_id_at_once_one_is_done() {
    let server = Server::seeded().await;
    let id = request_id();
    let tries = (0..8).map(|number| {
        let mut projects = server.projects();
        let request = identified(&id, &format!("rival-{number}"));
        tokio::spawn(async move { projects.create_project(request).await })
    });
    let mut done = 0;
    for attempt in tries.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(_) => done += 1,
            Err(status) => assert_eq!(taken_apart(&status), REUSED),
        }
    }
    assert_eq!(done, 1);
}

#[tokio::test]
async fn an_id_is_remembered_for_seven_days() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let id = request_id();
    let first = told(projects.create_project(identified(&id, "")).await);
    server.advance(7 * DAY);
    assert_eq!(told(projects.create_project(identified(&id, "")).await), first);
    server.advance(Duration::from_millis(1));
    let second = told(projects.create_project(identified(&id, "")).await);
    assert_ne!(second.name, first.name, "it is a new request then");
    // And remembered anew.
    assert_eq!(told(projects.create_project(identified(&id, "")).await), second);
}

#[tokio::test]
async fn an_expired_id_may_be_of_another_request() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let id = request_id();
    told(projects.create_project(identified(&id, "first")).await);
    server.advance(8 * DAY);
    told(projects.create_project(identified(&id, "second")).await);
}

#[tokio::test]
async fn every_kind_of_change_takes_a_request_id() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", project("一")).await;
    let advance = v1::AdvanceProjectRequest {
        name: "projects/first".to_owned(),
        stage: v1::ProjectStage::Negotiating.into(),
        date: date(2023, 7, 1),
        request_id: request_id(),
        ..Default::default()
    };
    let advanced = told(projects.advance_project(advance.clone()).await);
    assert_eq!(told(projects.advance_project(advance).await), advanced);
    let delete = v1::DeleteProjectRequest {
        name: "projects/first".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let deleted = told(projects.delete_project(delete.clone()).await);
    assert_eq!(told(projects.delete_project(delete).await), deleted);
    let create = v1::CreateOrganisationRequest {
        organisation: Some(organisation("新公司")),
        request_id: request_id(),
        ..Default::default()
    };
    let mut reference = server.reference();
    let created = told(reference.create_organisation(create.clone()).await);
    assert_eq!(told(reference.create_organisation(create).await), created);
}

#[tokio::test]
async fn an_id_is_a_uuid() {
    let server = Server::seeded().await;
    for id in ["x", "0190163d8694739baea5966c26f8ad91", "0190163D-8694-739B-AEA5-966C26F8AD91"] {
        refused(server.projects().create_project(identified(id, "first")).await)
            .has_fields(&[("request_id", "FIELD_FORMAT")]);
    }
}
