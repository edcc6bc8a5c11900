//! Histories: every version, who made it, and what it changed.

use outlay_proto::v1;
use tonic::Code;

use super::{create, whole};
use crate::support::records::{date, project, request_id};
use crate::support::{Server, refused, told};

fn history(name: &str, size: i32, token: &str) -> v1::ListProjectHistoryRequest {
    v1::ListProjectHistoryRequest {
        name: name.to_owned(),
        page_size: size,
        page_token: token.to_owned(),
        min_revision: 0,
    }
}

#[tokio::test]
async fn every_version_is_there_newest_first_with_before_and_after() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let created = create(&mut projects, "first", whole()).await;
    server.advance(std::time::Duration::from_secs(1));
    let id = request_id();
    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: created.name.clone(),
            site: "新址".to_owned(),
            lists: vec!["city-2023".to_owned()],
            ..Default::default()
        }),
        request_id: id.clone(),
        ..Default::default()
    };
    let updated = told(projects.update_project(update).await);
    let advance = v1::AdvanceProjectRequest {
        name: created.name.clone(),
        stage: v1::ProjectStage::Filed.into(),
        date: date(2023, 7, 1),
        ..Default::default()
    };
    let filed = told(projects.advance_project(advance).await);
    let delete = v1::DeleteProjectRequest { name: created.name.clone(), ..Default::default() };
    let deleted = told(projects.delete_project(delete).await);
    // Others change in between.
    create(&mut projects, "second", project("别的")).await;

    let page = told(projects.list_project_history(history(&created.name, 0, "")).await);
    assert_eq!(page.next_page_token, "");
    assert_eq!(page.revision, server.revision().await);
    let after: Vec<_> =
        page.versions.iter().map(|version| version.after.clone().unwrap()).collect();
    assert_eq!(after, [deleted.clone(), filed.clone(), updated.clone(), created.clone()]);

    let changes: Vec<_> =
        page.versions.iter().map(|version| version.change.clone().unwrap()).collect();
    let methods: Vec<_> = changes.iter().map(|change| change.method.as_str()).collect();
    let due = ["DeleteProject", "AdvanceProject", "UpdateProject", "CreateProject"]
        .map(|method| format!("outlay.v1.ProjectService/{method}"));
    assert_eq!(methods, due);
    assert_eq!(changes[0].changed_fields, ["delete_time", "allowed_actions"]);
    assert_eq!(changes[1].changed_fields, ["stage", "allowed_actions", "transitions"]);
    assert_eq!(changes[2].changed_fields, ["site", "lists"]);
    assert_eq!(changes[3].changed_fields, [""; 0]);
    assert_eq!(changes[2].request_id, id);
    assert_eq!(changes[2].revision, updated.revision);
    assert_eq!(changes[2].time, updated.update_time);
    for change in &changes {
        assert_eq!(change.principal, "loopback");
        assert!(change.peer.starts_with("127.0.0.1:"), "{change:?}");
        assert_eq!(change.trace_id.len(), 32, "{change:?}");
    }
    let before = page.versions[2].before.clone().unwrap();
    assert_eq!(before.site, created.site);
    assert_eq!(before.title, created.title);
    assert_eq!(page.versions[3].before, None);
}

#[tokio::test]
async fn a_long_history_is_read_page_by_page() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let created = create(&mut projects, "first", project("零")).await;
    for number in 1..=24 {
        let update = v1::UpdateProjectRequest {
            project: Some(v1::Project {
                name: created.name.clone(),
                title: number.to_string(),
                ..Default::default()
            }),
            ..Default::default()
        };
        told(projects.update_project(update).await);
    }
    let mut titles = Vec::new();
    let mut token = String::new();
    loop {
        let page = told(projects.list_project_history(history(&created.name, 7, &token)).await);
        assert!(page.versions.len() <= 7);
        titles.extend(page.versions.into_iter().map(|version| version.after.unwrap().title));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let due: Vec<_> = (1..=24).rev().map(|number| number.to_string()).collect();
    assert_eq!(titles[..24], due);
    assert_eq!((titles.len(), titles[24].as_str()), (25, "零"));
}

#[tokio::test]
async fn a_history_is_of_one_project_that_exists() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    for id in ["first", "second"] {
        let created = create(&mut projects, id, project("一")).await;
        let update = v1::UpdateProjectRequest {
            project: Some(v1::Project {
                name: created.name,
                site: "x".to_owned(),
                ..Default::default()
            }),
            ..Default::default()
        };
        told(projects.update_project(update).await);
    }
    let absent = refused(projects.list_project_history(history("projects/nope", 0, "")).await);
    assert_eq!(absent, (Code::NotFound, "RECORD_NOT_FOUND"));
    let page = told(projects.list_project_history(history("projects/first", 1, "")).await);
    let foreign = history("projects/second", 1, &page.next_page_token);
    let foreign = refused(projects.list_project_history(foreign).await);
    assert_eq!(foreign, (Code::InvalidArgument, "PAGE_TOKEN_INVALID"));
}

#[tokio::test]
async fn a_project_is_read_as_it_was_at_any_revision() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let created = create(&mut projects, "first", whole()).await;
    let mut versions = vec![created.clone()];
    for site in ["一", "二", "三", "四", "五"] {
        // Others change in between.
        create(&mut projects, &format!("other-{}", versions.len()), project("别的")).await;
        let update = v1::UpdateProjectRequest {
            project: Some(v1::Project {
                name: created.name.clone(),
                site: site.to_owned(),
                ..Default::default()
            }),
            ..Default::default()
        };
        versions.push(told(projects.update_project(update).await));
    }
    let newest = server.revision().await;
    let get = |revision: i64| v1::GetProjectRequest {
        name: created.name.clone(),
        revision,
        ..Default::default()
    };
    for revision in created.revision..=newest {
        let then = versions.iter().rfind(|version| version.revision <= revision).unwrap();
        assert_eq!(&told(projects.get_project(get(revision)).await), then, "{revision}");
    }
    let early = refused(projects.get_project(get(created.revision - 1)).await);
    assert_eq!((early.code, early.reason.as_str()), (Code::NotFound, "RECORD_NOT_FOUND"));
    assert!(early.text.contains("was created in revision"), "{early:?}");
    let late = refused(projects.get_project(get(newest + 1)).await);
    assert_eq!((late.code, late.reason.as_str()), (Code::Unavailable, "REVISION_NOT_REACHED"));
    refused(projects.get_project(get(-1)).await).has_fields(&[("revision", "FIELD_OUT_OF_RANGE")]);
}
