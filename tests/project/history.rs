//! Histories: every version, who made it, and what it changed.

use std::path::PathBuf;
use std::time::Duration;

use outlay_proto::v1;
use outlay_server::engine::embedded::{Embedded, Settings};
use outlay_server::engine::{Commit, Context, Engine};
use tonic::Code;

use super::{create, get, unlit, whole};
use crate::support::records::{date, project, request_id};
use crate::support::{NOW_MICROS, Server, refused, told};

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
    let created = unlit(create(&mut projects, "first", whole()).await);
    server.advance(Duration::from_secs(1));
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
    let updated = unlit(told(projects.update_project(update).await));
    let advance = v1::AdvanceProjectRequest {
        name: created.name.clone(),
        stage: v1::ProjectStage::Filed.into(),
        date: date(2023, 7, 1),
        ..Default::default()
    };
    let filed = unlit(told(projects.advance_project(advance).await));
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
    let created = unlit(create(&mut projects, "first", whole()).await);
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
        versions.push(unlit(told(projects.update_project(update).await)));
    }
    let newest = server.revision().await;
    let get = |revision: i64| v1::GetProjectRequest {
        name: created.name.clone(),
        revision,
        ..Default::default()
    };
    for revision in created.revision..=newest {
        let then = versions.iter().rfind(|version| version.revision <= revision).unwrap();
        let came = unlit(told(projects.get_project(get(revision)).await));
        assert_eq!(&came, then, "{revision}");
    }
    let early = refused(projects.get_project(get(created.revision - 1)).await);
    assert_eq!((early.code, early.reason.as_str()), (Code::NotFound, "RECORD_NOT_FOUND"));
    assert!(early.text.contains("was created in revision"), "{early:?}");
    let late = refused(projects.get_project(get(newest + 1)).await);
    assert_eq!((late.code, late.reason.as_str()), (Code::Unavailable, "REVISION_NOT_REACHED"));
    refused(projects.get_project(get(-1)).await).has_fields(&[("revision", "FIELD_OUT_OF_RANGE")]);
}

/// Drops the bodies of all commits that there are, as if they were old.
async fn forget_all(directory: PathBuf) {
    let settings = Settings { cache_bytes: 16 * 1024 * 1024, ..Settings::default() };
    let day = Duration::from_secs(24 * 60 * 60);
    let engine = Embedded::open(&directory, &settings).unwrap();
    let newest = engine.head().await.unwrap().revision;
    for _ in 0..2 {
        engine.make_base().await.unwrap();
        engine.commit(Commit::default()).await.unwrap();
    }
    // It purges nothing, and begins a new segment for what comes.
    engine.purge(&[], newest).await.unwrap();
    let time_micros = NOW_MICROS + 2 * day.as_micros() as i64;
    let context = Context { time_micros, ..Context::default() };
    engine.commit(Commit { context, ..Commit::default() }).await.unwrap();
    for _ in 0..2 {
        engine.make_base().await.unwrap();
        engine.commit(Commit::default()).await.unwrap();
    }
    engine.close().await.unwrap();
    drop(engine);
    let settings = Settings { keep_bodies: Some(day), ..settings };
    let engine = Embedded::open(&directory, &settings).unwrap();
    let context = Context { time_micros, ..Context::default() };
    engine.commit(Commit { context, ..Commit::default() }).await.unwrap();
    while engine.head().await.unwrap().horizon < newest {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    engine.close().await.unwrap();
}

#[tokio::test]
async fn a_history_ends_where_the_journal_was_shortened_and_the_record_stays() {
    let server = Server::seeded().await;
    let created = create(&mut server.projects(), "first", whole()).await;
    let rename = |title: &str| v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: created.name.clone(),
            title: title.to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let updated = told(server.projects().update_project(rename("二")).await);
    let server = server.restart_after(forget_all).await;
    let mut projects = server.projects();
    assert_eq!(get(&mut projects, &created.name).await, updated);
    let page = told(projects.list_project_history(history(&created.name, 0, "")).await);
    assert_eq!((page.versions.len(), page.next_page_token.as_str()), (0, ""));

    let renamed = unlit(told(projects.update_project(rename("三")).await));
    let page = told(projects.list_project_history(history(&created.name, 0, "")).await);
    assert_eq!(page.versions.len(), 1);
    assert_eq!((&page.versions[0].after, &page.versions[0].before), (&Some(renamed), &None));
    // What is asked for by its revision is refused, and not taken for damage.
    for revision in [created.revision, updated.revision] {
        let request =
            v1::GetProjectRequest { name: created.name.clone(), revision, ..Default::default() };
        let gone = refused(projects.get_project(request).await);
        assert_eq!(gone, (Code::NotFound, "VERSION_GONE"));
        assert!(gone.message.contains(&format!("revision {revision}")), "{}", gone.message);
        assert!(gone.message.contains("older than what the journal keeps"), "{}", gone.message);
    }
}
