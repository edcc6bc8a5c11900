//! What a write must not do: take another's id or code, go over a change, or
//! happen where only a check was asked for.

use outlay_proto::v1;
use tonic::Code;

use super::{create, creation, deletion, get, reading, return_of, whole};
use crate::support::records::project;
use crate::support::{Reference, Refused, Server, refused, told};

#[tokio::test]
async fn a_taken_id_and_a_taken_code_are_refused_by_name() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    let revision = server.revision().await;

    let again = refused(projects.create_project(creation("first", project("二"))).await);
    assert_eq!(again, (Code::AlreadyExists, "RECORD_EXISTS"));
    assert_eq!(again.whole.metadata["name"], "projects/first");

    let taken = refused(projects.create_project(creation("second", whole())).await);
    assert_eq!(taken, (Code::AlreadyExists, "CODE_TAKEN"));
    assert_eq!(taken.whole.metadata["holder"], "projects/first");
    assert_eq!(server.revision().await, revision, "nothing was changed");
}

#[tokio::test]
async fn a_code_is_kept_for_a_deleted_project_and_freed_by_a_change() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    told(projects.delete_project(deletion(&first.name, "")).await);
    let taken = refused(projects.create_project(creation("second", whole())).await);
    assert_eq!(taken.reason, "CODE_TAKEN");

    told(projects.undelete_project(return_of(&first.name, "")).await);
    let without = v1::UpdateProjectRequest {
        project: Some(v1::Project { name: first.name, ..Default::default() }),
        update_mask: crate::support::records::mask(&["project_code"]),
        ..Default::default()
    };
    told(projects.update_project(without).await);
    create(&mut projects, "second", whole()).await;
}

#[tokio::test]
async fn of_two_projects_at_once_one_gets_the_code() {
    let server = Server::seeded().await;
    let tries = (0..8).map(|number| {
        let mut projects = server.projects();
        let request = creation(&format!("rival-{number}"), whole());
        tokio::spawn(async move { projects.create_project(request).await })
    });
    let mut winners = 0;
    for attempt in tries.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(_) => winners += 1,
            Err(status) => {
                assert_eq!(crate::support::refusal::taken_apart(&status).reason, "CODE_TAKEN");
            }
        }
    }
    assert_eq!(winners, 1);
}

#[tokio::test]
async fn checking_only_changes_nothing() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    let revision = server.revision().await;

    let mut dry = creation("dry", project("试"));
    dry.validate_only = true;
    let answer = told(projects.create_project(dry.clone()).await);
    assert_eq!((answer.name.as_str(), answer.title.as_str()), ("projects/dry", "试"));
    dry.project = Some(whole());
    assert_eq!(refused(projects.create_project(dry).await).reason, "CODE_TAKEN");

    let mut delete = deletion(&first.name, "");
    delete.validate_only = true;
    assert!(told(projects.delete_project(delete).await).delete_time.is_some());
    assert_eq!(get(&mut projects, &first.name).await, first);
    assert_eq!(refused(projects.get_project(reading("projects/dry")).await).code, Code::NotFound);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn a_stale_etag_changes_nothing() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    let mut update = v1::UpdateProjectRequest {
        project: Some(v1::Project { site: "新址".to_owned(), ..first.clone() }),
        ..Default::default()
    };
    let second = told(projects.update_project(update.clone()).await);
    let revision = server.revision().await;

    update.project.as_mut().unwrap().site = "旧址".to_owned();
    let stale = (Code::Aborted, "ETAG_MISMATCH");
    assert_eq!(refused(projects.update_project(update).await), stale);
    assert_eq!(refused(projects.delete_project(deletion(&first.name, &first.etag)).await), stale);
    let suspend = v1::SuspendProjectRequest {
        name: first.name.clone(),
        date: crate::support::records::date(2023, 7, 1),
        reason: "洪水".to_owned(),
        etag: "0000000000000000".to_owned(),
        ..Default::default()
    };
    assert_eq!(refused(projects.suspend_project(suspend).await), stale);
    assert_eq!(get(&mut projects, &first.name).await, second);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn what_live_records_name_is_not_deleted() {
    let server = Server::seeded().await;
    let (mut projects, mut reference) = (server.projects(), server.reference());
    let owner = organisation(&mut reference, "owner").await;
    let other = organisation(&mut reference, "other").await;
    let given = v1::Project { owner: owner.clone(), ..whole() };
    let first = create(&mut projects, "first", given).await;
    let named = |status: &Refused| status.text.contains("is named by 1 other records");
    let used = refused(reference.delete_organisation(delete_organisation(&owner)).await);
    assert_eq!((used.code, used.reason.as_str()), (Code::FailedPrecondition, "RECORD_IN_USE"));
    assert!(named(&used), "{used:?}");

    // The count follows the project: to another owner, away, and back.
    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: first.name.clone(),
            owner: other.clone(),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(projects.update_project(update).await);
    told(reference.delete_organisation(delete_organisation(&owner)).await);
    refused(reference.delete_organisation(delete_organisation(&other)).await);
    let delete = v1::DeleteProjectRequest { name: first.name.clone(), ..Default::default() };
    told(projects.delete_project(delete).await);
    told(reference.delete_organisation(delete_organisation(&other)).await);

    let back = v1::UndeleteProjectRequest { name: first.name.clone(), ..Default::default() };
    let early = refused(projects.undelete_project(back.clone()).await);
    assert_eq!((early.code, early.reason.as_str()), (Code::FailedPrecondition, "RECORD_DELETED"));
    assert!(early.text.contains(&other), "{early:?}");
    let undelete = v1::UndeleteOrganisationRequest { name: other.clone(), ..Default::default() };
    told(reference.undelete_organisation(undelete).await);
    told(projects.undelete_project(back).await);
    refused(reference.delete_organisation(delete_organisation(&other)).await);
}

#[tokio::test]
async fn an_owner_is_not_deleted_while_a_project_comes_to_name_it() {
    let server = Server::seeded().await;
    for number in 0..8 {
        let mut reference = server.reference();
        let owner = organisation(&mut reference, &format!("owner-{number}")).await;
        let given = v1::Project { owner: owner.clone(), ..project("一") };
        let request = creation(&format!("p-{number}"), given);
        let mut projects = server.projects();
        let (deleted, created) = tokio::join!(
            reference.delete_organisation(delete_organisation(&owner)),
            projects.create_project(request),
        );
        assert!(deleted.is_ok() != created.is_ok(), "{deleted:?} {created:?}");
    }
}

async fn organisation(reference: &mut Reference, id: &str) -> String {
    let request = v1::CreateOrganisationRequest {
        organisation: Some(v1::Organisation {
            display_name: id.to_owned(),
            kind: v1::OrganisationKind::Company.into(),
            ..Default::default()
        }),
        organisation_id: id.to_owned(),
        ..Default::default()
    };
    told(reference.create_organisation(request).await).name
}

fn delete_organisation(name: &str) -> v1::DeleteOrganisationRequest {
    v1::DeleteOrganisationRequest { name: name.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn many_changes_of_one_project_at_once_are_all_made_or_said_to_conflict() {
    let server = Server::seeded().await;
    create(&mut server.projects(), "first", project("零")).await;
    let tries = (0..24).map(|number| {
        let mut projects = server.projects();
        let request = v1::UpdateProjectRequest {
            project: Some(v1::Project {
                name: "projects/first".to_owned(),
                title: number.to_string(),
                ..Default::default()
            }),
            ..Default::default()
        };
        tokio::spawn(async move { projects.update_project(request).await })
    });
    let mut made = 0;
    for attempt in tries.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(_) => made += 1,
            Err(status) => {
                let refusal = crate::support::refusal::taken_apart(&status);
                assert_eq!(refusal, (Code::Aborted, "CONFLICT"));
            }
        }
    }
    assert!(made > 0);
    let history = v1::ListProjectHistoryRequest {
        name: "projects/first".to_owned(),
        page_size: 100,
        ..Default::default()
    };
    let versions = told(server.projects().list_project_history(history).await).versions;
    assert_eq!(versions.len(), made + 1);
}
