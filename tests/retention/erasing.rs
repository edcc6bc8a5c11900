//! How a record goes: wholly, in bounded commits, whoever comes in between.

use std::path::PathBuf;
use std::sync::Arc;

use outlay_proto::v1;
use outlay_server::domain::kind::Kind;
use outlay_server::domain::project::Project;
use outlay_server::engine::{Engine, Value};
use outlay_server::error::Error;
use outlay_server::store::erase::MAX_ERASED;
use outlay_server::store::{Edit, Store, Target};
use tonic::Code;

use super::{
    CREDIT_CODE, KEPT, Mortal, OF_EACH, after, call, changes, delete, engine, holds, id, keys,
    keys_with, make_one_of_each, store, sweep,
};
use crate::project::{create, get};
use crate::support::records::{organisation, project};
use crate::support::{Server, refused, told};

/// A seeded server with `count` deleted projects, `many-0` and so on.
async fn with_deleted(count: usize) -> Server {
    let server = Server::seeded().await;
    for number in 0..count {
        create(&mut server.projects(), &format!("many-{number}"), project("一")).await;
        delete(&server, &format!("projects/many-{number}")).await;
    }
    server
}

#[tokio::test]
async fn a_record_of_each_kind_goes_with_all_that_leads_to_it() {
    let server = Server::seeded().await;
    make_one_of_each(&server).await;
    for name in OF_EACH {
        delete(&server, name).await;
    }
    let deletion = server.revision().await as u64;
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let before = keys(engine.as_ref()).await.len();
        for (text, least) in [("zq-", 12), ("330499", 3), ("391", 3), ("c14", 3)] {
            assert!(keys_with(engine.as_ref(), text).await.len() >= least, "{text}");
        }
        assert_eq!(sweep(&store(engine.clone(), KEPT).await).await, (7, Vec::new()));
        for text in ["zq-", "330499", "391", "c14"] {
            assert_eq!(keys_with(engine.as_ref(), text).await, Vec::<Vec<u8>>::new(), "{text}");
        }
        assert!(keys(engine.as_ref()).await.len() + 30 < before);
        // The feed tells that they are gone, and still knows what they were.
        let changes = changes(engine.as_ref(), deletion).await;
        let records: Vec<_> = changes.iter().flat_map(|change| &change.records).collect();
        assert_eq!(records.len(), OF_EACH.len());
        assert!(records.iter().all(|record| record.new == Value::Absent));
        assert!(records.iter().any(|record| holds(record.old.present().unwrap(), "蓝天项目")));
        engine.close().await.unwrap();
    };
    let server = server.restart_after(work).await;
    nothing_is_found(&server).await;
    // Ids and codes are free again, and what comes has no past.
    make_one_of_each(&server).await;
    let history = v1::ListProjectHistoryRequest {
        name: "projects/zq-project".to_owned(),
        ..Default::default()
    };
    let page = told(server.projects().list_project_history(history).await);
    assert_eq!(page.versions.len(), 1);
    assert_eq!(page.versions[0].before, None);
}

/// What a purged project and meeting no longer answer to.
async fn nothing_is_found(server: &Server) {
    let (mut projects, name) = (server.projects(), "projects/zq-project".to_owned());
    let none = (Code::NotFound, "RECORD_NOT_FOUND");
    for revision in [0, 3] {
        let get = v1::GetProjectRequest { name: name.clone(), revision, ..Default::default() };
        assert_eq!(refused(projects.get_project(get).await), none);
    }
    let history = v1::ListProjectHistoryRequest { name: name.clone(), ..Default::default() };
    assert_eq!(refused(projects.list_project_history(history).await), none);
    let undelete = v1::UndeleteProjectRequest { name, ..Default::default() };
    assert_eq!(refused(projects.undelete_project(undelete).await), none);
    for order_by in ["", "update_time", "total_investment"] {
        let list = v1::ListProjectsRequest {
            show_deleted: true,
            order_by: order_by.to_owned(),
            ..Default::default()
        };
        assert_eq!(told(projects.list_projects(list).await).projects, []);
    }
    let search = v1::SearchProjectsRequest { query: "蓝天".to_owned(), ..Default::default() };
    assert_eq!(told(projects.search_projects(search).await).results, []);
    let list = v1::ListRegionsRequest { show_deleted: true, ..Default::default() };
    let regions = told(server.reference().list_regions(list).await).regions;
    assert!(regions.iter().all(|region| region.name != "regions/330499"));
}

#[tokio::test]
async fn a_code_is_free_again() {
    let server = Server::seeded().await;
    let create = |id: &str| {
        let mut company = organisation("公司");
        company.credit_code = CREDIT_CODE.to_owned();
        v1::CreateOrganisationRequest {
            organisation: Some(company),
            organisation_id: id.to_owned(),
            ..Default::default()
        }
    };
    told(server.reference().create_organisation(create("first")).await);
    delete(&server, "organisations/first").await;
    let taken = refused(server.reference().create_organisation(create("second")).await);
    assert_eq!(taken, (Code::AlreadyExists, "CODE_TAKEN"));
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        assert_eq!(sweep(&store(engine.clone(), KEPT).await).await, (1, Vec::new()));
        engine.close().await.unwrap();
    };
    let server = server.restart_after(work).await;
    told(server.reference().create_organisation(create("second")).await);
}

#[tokio::test]
async fn many_go_in_commits_that_are_bounded() {
    const COUNT: usize = 300;
    let server = with_deleted(COUNT).await;
    let deletion = server.revision().await as u64;
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        assert_eq!(sweep(&store(engine.clone(), KEPT).await).await, (COUNT, Vec::new()));
        let changes = changes(engine.as_ref(), deletion).await;
        let sizes: Vec<usize> = changes.iter().map(|change| change.records.len()).collect();
        assert_eq!(sizes.iter().sum::<usize>(), COUNT);
        assert!(sizes.len() > 3 && sizes.iter().all(|size| *size <= MAX_ERASED / 8), "{sizes:?}");
        assert_eq!(keys_with(engine.as_ref(), "many-").await, Vec::<Vec<u8>>::new());
        engine.close().await.unwrap();
    };
    server.restart_after(work).await;
}

#[tokio::test]
async fn what_is_ended_in_the_middle_is_finished_by_the_next_one() {
    let server = with_deleted(300).await;
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let mut left = keys_with(engine.as_ref(), "many-").await.len();
        for commits in [0, 1, 2] {
            let mortal = store(Mortal::over(&engine, commits), KEPT).await;
            let until = after(std::time::Duration::ZERO);
            let ended = mortal.erase_deleted(&call(&mortal, ""), until).await;
            assert!(matches!(ended, Err(Error::OutcomeUnknown)), "{ended:?}");
            let now = keys_with(engine.as_ref(), "many-").await.len();
            assert!(if commits == 0 { now == left } else { now < left }, "{now} of {left}");
            left = now;
        }
        assert!(sweep(&store(engine.clone(), KEPT).await).await.0 > 0);
        assert_eq!(keys_with(engine.as_ref(), "many-").await, Vec::<Vec<u8>>::new());
        engine.close().await.unwrap();
    };
    server.restart_after(work).await;
}

#[tokio::test]
async fn of_two_at_once_each_record_is_erased_by_one() {
    const COUNT: usize = 300;
    let server = with_deleted(COUNT).await;
    let deletion = server.revision().await as u64;
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let (one, other) = (store(engine.clone(), KEPT).await, store(engine.clone(), KEPT).await);
        let ((one, _), (other, _)) = tokio::join!(sweep(&one), sweep(&other));
        assert_eq!(one + other, COUNT);
        let changes = changes(engine.as_ref(), deletion).await;
        assert_eq!(changes.iter().map(|change| change.records.len()).sum::<usize>(), COUNT);
        assert_eq!(keys_with(engine.as_ref(), "many-").await, Vec::<Vec<u8>>::new());
        engine.close().await.unwrap();
    };
    server.restart_after(work).await;
}

/// Changes a project so often that one commit can't hold all its versions.
async fn change_often(store: &Store, times: usize) {
    let target = Target::Existing { id: id("many-0"), etag: String::new() };
    let call = call(store, "");
    for number in 0..times {
        let edit = |old: Option<&outlay_server::store::record::Stored<Project>>| {
            let mut record = old.unwrap().record.clone();
            record.title = format!("第{number}次");
            Ok(Edit::Put(record))
        };
        store.change::<Project>(&call, &target, |old, _, _| edit(old)).await.unwrap();
    }
}

#[tokio::test]
async fn a_record_of_many_versions_goes_at_once_and_its_versions_after_it() {
    let server = Server::seeded().await;
    create(&mut server.projects(), "many-0", project("一")).await;
    let grow = |data: PathBuf| async move {
        let engine = engine(&data);
        change_often(&store(engine.clone(), KEPT).await, 3 * MAX_ERASED + 10).await;
        engine.close().await.unwrap();
    };
    let server = server.restart_after(grow).await;
    delete(&server, "projects/many-0").await;
    let stop_early = |data: PathBuf| async move {
        let engine = engine(&data);
        let mortal = store(Mortal::over(&engine, 1), 2 * KEPT).await;
        let until = after(KEPT);
        let ended = mortal.erase_deleted(&call(&mortal, ""), until).await;
        assert!(matches!(ended, Err(Error::OutcomeUnknown)), "{ended:?}");
        // All but the newest versions are still there.
        let left = keys_with(engine.as_ref(), "many-0").await.len();
        assert!((MAX_ERASED..2 * MAX_ERASED).contains(&left), "{left}");
        engine.close().await.unwrap();
    };
    let server = server.restart_after(stop_early).await;
    let get_it = v1::GetProjectRequest { name: "projects/many-0".to_owned(), ..Default::default() };
    let gone = refused(server.projects().get_project(get_it).await);
    assert_eq!(gone, (Code::NotFound, "RECORD_NOT_FOUND"));
    finish(server).await;
}

/// What was begun is finished by the next one.
async fn finish(server: Server) {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        assert_eq!(sweep(&store(engine.clone(), KEPT).await).await, (0, Vec::new()));
        assert_eq!(keys_with(engine.as_ref(), "many-0").await, Vec::<Vec<u8>>::new());
        engine.close().await.unwrap();
    };
    let server = server.restart_after(work).await;
    create(&mut server.projects(), "many-0", project("二")).await;
    assert_eq!(get(&mut server.projects(), "projects/many-0").await.title, "二");
}

#[tokio::test]
async fn nothing_takes_the_place_of_what_is_not_gone_wholly() {
    let server = Server::seeded().await;
    create(&mut server.projects(), "many-0", project("一")).await;
    delete(&server, "projects/many-0").await;
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store = store(engine.clone(), KEPT).await;
        store.erase(&call(&store, "ordered"), Kind::Project, &id("many-0"), false).await.unwrap();
        engine.close().await.unwrap();
    };
    let server = server.restart_after(work).await;
    let again = crate::project::creation("many-0", project("二"));
    let refusal = refused(server.projects().create_project(again).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "RECORD_BEING_PURGED"));
    let work = |data: PathBuf| async move {
        let engine: Arc<outlay_server::engine::embedded::Embedded> = engine(&data);
        let store = store(engine.clone(), KEPT).await;
        // The job leaves alone what isn't its own.
        assert_eq!(sweep(&store).await, (0, Vec::new()));
        assert_eq!(keys_with(engine.as_ref(), "many-0").await.len(), 1);
        store.purge_ended(&call(&store, ""), Kind::Project, &id("many-0")).await.unwrap();
        assert!(engine.head().await.unwrap().revision > 0);
        engine.close().await.unwrap();
    };
    let server = server.restart_after(work).await;
    create(&mut server.projects(), "many-0", project("二")).await;
}
