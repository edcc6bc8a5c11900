//! Records that name each other, and requests that were answered with what is
//! gone.

use std::path::PathBuf;

use outlay_proto::v1;
use outlay_server::domain::kind::Kind;
use outlay_server::error::Error;
use tonic::Code;

use super::{KEPT, call, delete, engine, id, store, sweep};
use crate::project::{create, get};
use crate::support::records::{mask, meeting, organisation, project, request_id};
use crate::support::{Server, refused, told};

const PURGED: (Code, &str) = (Code::NotFound, "RECORD_PURGED");

/// A server whose project `p` is deleted, and named by the meeting `m`.
async fn with_a_meeting() -> Server {
    let server = Server::seeded().await;
    create(&mut server.projects(), "p", project("一")).await;
    let mut about = meeting("例会");
    about.projects = vec!["projects/p".to_owned()];
    crate::meeting::create(&mut server.meetings(), "m", about).await;
    delete(&server, "projects/p").await;
    server
}

async fn sweeping(server: Server, expected: (usize, Vec<String>)) -> Server {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        assert_eq!(sweep(&store(engine.clone(), KEPT).await).await, expected);
        engine.close().await.unwrap();
    };
    server.restart_after(work).await
}

fn undeletion(name: &str) -> v1::UndeleteMeetingRequest {
    v1::UndeleteMeetingRequest { name: name.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn what_a_live_record_names_is_kept_until_it_no_longer_does() {
    let server = with_a_meeting().await;
    let server = sweeping(server, (0, vec!["projects/p".to_owned()])).await;
    get(&mut server.projects(), "projects/p").await;
    let update = v1::UpdateMeetingRequest {
        meeting: Some(v1::Meeting { name: "meetings/m".to_owned(), ..Default::default() }),
        update_mask: mask(&["projects"]),
        ..Default::default()
    };
    told(server.meetings().update_meeting(update).await);
    let server = sweeping(server, (1, Vec::new())).await;
    assert_eq!(crate::meeting::get(&mut server.meetings(), "meetings/m").await.title, "例会");
}

#[tokio::test]
async fn at_once_it_is_refused_and_says_how_many_name_it() {
    let server = with_a_meeting().await;
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store = store(engine.clone(), KEPT).await;
        let before = store.head().await.unwrap();
        let refusal = store.erase(&call(&store, ""), Kind::Project, &id("p"), false).await;
        assert!(matches!(refusal, Err(Error::InUse { count: 1, .. })), "{refusal:?}");
        let refusal = store.erase(&call(&store, ""), Kind::Meeting, &id("m"), false).await;
        assert!(matches!(refusal, Err(Error::NotDeletedYet { .. })), "{refusal:?}");
        assert_eq!(store.head().await.unwrap(), before);
        engine.close().await.unwrap();
    };
    server.restart_after(work).await;
}

#[tokio::test]
async fn what_only_deleted_records_name_goes_and_they_do_not_come_back_without_it() {
    let server = with_a_meeting().await;
    server.advance(super::DAY);
    delete(&server, "meetings/m").await;
    // The meeting was deleted later, and still is there.
    let server = sweeping(server, (1, Vec::new())).await;
    let mut meetings = server.meetings();
    let refusal = refused(meetings.undelete_meeting(undeletion("meetings/m")).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "REFERENCE_PURGED"));
    assert!(refusal.message.contains("projects/p"), "{}", refusal.message);
    create(&mut server.projects(), "p", project("二")).await;
    told(meetings.undelete_meeting(undeletion("meetings/m")).await);
}

#[tokio::test]
async fn a_project_does_not_come_back_to_an_owner_that_was_purged() {
    let server = Server::seeded().await;
    let owner = |id: &str| v1::CreateOrganisationRequest {
        organisation: Some(organisation("业主")),
        organisation_id: id.to_owned(),
        ..Default::default()
    };
    told(server.reference().create_organisation(owner("owner")).await);
    let mut owned = project("一");
    owned.owner = "organisations/owner".to_owned();
    create(&mut server.projects(), "p", owned).await;
    delete(&server, "projects/p").await;
    delete(&server, "organisations/owner").await;
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store = store(engine.clone(), KEPT).await;
        let (call, owner) = (call(&store, "ordered"), id("owner"));
        store.erase(&call, Kind::Organisation, &owner, false).await.unwrap();
        store.purge_ended(&call, Kind::Organisation, &owner).await.unwrap();
        engine.close().await.unwrap();
    };
    let server = server.restart_after(work).await;
    let undelete =
        v1::UndeleteProjectRequest { name: "projects/p".to_owned(), ..Default::default() };
    let refusal = refused(server.projects().undelete_project(undelete.clone()).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "REFERENCE_PURGED"));
    assert!(refusal.message.contains("organisations/owner"), "{}", refusal.message);
    told(server.reference().create_organisation(owner("owner")).await);
    told(server.projects().undelete_project(undelete).await);
    // The count begins anew, too.
    let delete = v1::DeleteOrganisationRequest {
        name: "organisations/owner".to_owned(),
        ..Default::default()
    };
    let held = refused(server.reference().delete_organisation(delete).await);
    assert_eq!(held, (Code::FailedPrecondition, "RECORD_IN_USE"));
}

#[tokio::test]
async fn a_deleted_region_goes_and_its_tree_stays_right() {
    let server = Server::seeded().await;
    delete(&server, "regions/330411").await;
    let server = sweeping(server, (1, Vec::new())).await;
    let list =
        v1::ListProjectsRequest { region: "regions/330411".to_owned(), ..Default::default() };
    refused(server.projects().list_projects(list).await)
        .has_fields(&[("region", "REFERENCE_UNKNOWN")]);
    let again = v1::CreateRegionRequest {
        region: Some(crate::support::records::county("330411", "330400")),
        ..Default::default()
    };
    told(server.reference().create_region(again).await);
    let mut given = project("一");
    given.region = "regions/330411".to_owned();
    create(&mut server.projects(), "p", given).await;
    let list =
        v1::ListProjectsRequest { region: "regions/330400".to_owned(), ..Default::default() };
    assert_eq!(told(server.projects().list_projects(list).await).projects.len(), 1);
}

#[tokio::test]
async fn a_request_that_was_answered_with_what_is_gone_is_told_so() {
    let server = Server::seeded().await;
    let mut creation = crate::project::creation("p", project("一"));
    creation.request_id = request_id();
    told(server.projects().create_project(creation.clone()).await);
    delete(&server, "projects/p").await;
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store = store(engine.clone(), KEPT).await;
        store.erase(&call(&store, ""), Kind::Project, &id("p"), false).await.unwrap();
        store.purge_ended(&call(&store, ""), Kind::Project, &id("p")).await.unwrap();
        engine.close().await.unwrap();
    };
    let server = server.restart_after(work).await;
    let mut projects = server.projects();
    let refusal = refused(projects.create_project(creation.clone()).await);
    assert_eq!(refusal, PURGED);
    // Also where another has its id now, which it isn't shown as.
    create(&mut projects, "p", project("二")).await;
    assert_eq!(refused(projects.create_project(creation).await), PURGED);
    assert_eq!(get(&mut projects, "projects/p").await.title, "二");
}
