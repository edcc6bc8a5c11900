//! Projects, over the wire.

#![cfg(test)]

mod decided;
mod duplicates;
mod history;
mod lights;
mod masks;
mod merges;
mod pairs;
mod regions;
mod stages;
mod writes;

use outlay_proto::v1;
use tonic::Code;

use crate::support::records::{english, money, project, yuan};
use crate::support::{Projects, Server, check, refused, told};

/// Creates a project with an id.
pub(crate) async fn create(projects: &mut Projects, id: &str, project: v1::Project) -> v1::Project {
    told(projects.create_project(creation(id, project)).await)
}

pub(crate) fn creation(id: &str, project: v1::Project) -> v1::CreateProjectRequest {
    v1::CreateProjectRequest {
        project: Some(project),
        project_id: id.to_owned(),
        ..Default::default()
    }
}

pub(crate) async fn get(projects: &mut Projects, name: &str) -> v1::Project {
    told(projects.get_project(reading(name)).await)
}

fn reading(name: &str) -> v1::GetProjectRequest {
    v1::GetProjectRequest { name: name.to_owned(), ..Default::default() }
}

fn deletion(name: &str, etag: &str) -> v1::DeleteProjectRequest {
    v1::DeleteProjectRequest { name: name.to_owned(), etag: etag.to_owned(), ..Default::default() }
}

fn return_of(name: &str, etag: &str) -> v1::UndeleteProjectRequest {
    v1::UndeleteProjectRequest {
        name: name.to_owned(),
        etag: etag.to_owned(),
        ..Default::default()
    }
}

/// A project without its light, which is that of today and stands in no version.
fn unlit(project: v1::Project) -> v1::Project {
    v1::Project { light: v1::Light::Unspecified.into(), ..project }
}

/// A project with a value in every field that a caller may write.
fn whole() -> v1::Project {
    let contact = v1::Contact {
        display_name: "李娜".to_owned(),
        post: "副局长".to_owned(),
        organisation: "南湖区发改局".to_owned(),
        phone: "+86 573 8200-0000".to_owned(),
        email: String::new(),
    };
    v1::Project {
        localized_titles: english("Solar modules"),
        project_code: "2306-330402-04-02-123456".to_owned(),
        site: "科技城".to_owned(),
        clusters: vec!["clusters/c13".to_owned(), "clusters/w4".to_owned()],
        construction_kind: v1::ConstructionKind::Expansion.into(),
        technical_transformation: true,
        investment: Some(v1::InvestmentPlan {
            total: yuan(100),
            fixed_assets: yuan(90),
            construction_and_installation: yuan(20),
            equipment: yuan(50),
            other: yuan(20),
            land: yuan(10),
            working_capital: yuan(10),
        }),
        imported_equipment: money("USD", 3),
        funding_sources: vec![v1::FundingSource {
            kind: v1::FundingKind::BankLoan.into(),
            amount: yuan(60),
        }],
        land_area_square_metres: 20_000,
        floor_area_square_metres: 30_000,
        planned_start_date: crate::support::records::date(2023, 9, 1),
        planned_completion_date: crate::support::records::date(2025, 3, 31),
        expected_annual_output: yuan(200),
        expected_annual_tax: yuan(8),
        responsible_leader: Some(contact.clone()),
        contacts: vec![contact],
        lists: vec!["provincial-major-2023".to_owned()],
        labels: [("colour".to_owned(), "绿".to_owned())].into(),
        documents: vec![v1::Document {
            title: "Permit".to_owned(),
            uri: "https://example.org/permit.pdf".to_owned(),
            sha256: "ab".repeat(32),
            size_bytes: 1,
            media_type: "application/pdf".to_owned(),
        }],
        milestones: vec![v1::Milestone {
            title: "Foundations".to_owned(),
            baseline_date: crate::support::records::date(2023, 10, 1),
            current_date: crate::support::records::date(2023, 10, 15),
            met_date: None,
            slippage_days: 0,
        }],
        policies: vec!["policies/415x".to_owned()],
        ..project("年产10GW光伏组件项目")
    }
}

#[tokio::test]
async fn a_project_is_read_as_it_was_written() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let created = create(&mut projects, "solar", whole()).await;
    assert_eq!(created.name, "projects/solar");
    assert_eq!(created.stage(), v1::ProjectStage::Planned);
    assert_eq!(created.size_class(), v1::SizeClass::BelowThreshold);
    assert_eq!(created.milestones[0].slippage_days, 14);
    assert_eq!(uuid::Uuid::parse_str(&created.uid).unwrap().get_version_num(), 7);
    assert_eq!(created.create_time, created.update_time);
    assert_eq!(created.delete_time, None);
    assert!(!created.etag.is_empty());
    assert_eq!(created.revision, server.revision().await);

    let mut due = v1::Project {
        name: created.name.clone(),
        uid: created.uid.clone(),
        create_time: created.create_time,
        update_time: created.update_time,
        etag: created.etag.clone(),
        revision: created.revision,
        stage: created.stage,
        allowed_actions: created.allowed_actions.clone(),
        size_class: created.size_class,
        // It is to be started in September.
        light: v1::Light::Green.into(),
        ..whole()
    };
    due.milestones[0].slippage_days = 14;
    assert_eq!(created, due);
    assert_eq!(get(&mut projects, "projects/solar").await, created);
}

#[tokio::test]
async fn a_project_outlives_the_server() {
    let server = Server::seeded().await;
    let created = create(&mut server.projects(), "solar", whole()).await;
    let server = server.restart();
    assert_eq!(get(&mut server.projects(), "projects/solar").await, created);
}

#[tokio::test]
async fn a_project_without_an_id_gets_one() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "", project("一")).await;
    server.advance(std::time::Duration::from_millis(1));
    let second = create(&mut projects, "", project("二")).await;
    assert!(first.name.starts_with("projects/p-"), "{}", first.name);
    assert!(first.name < second.name, "ids are in the order of creation");
}

#[tokio::test]
async fn what_only_the_server_writes_is_ignored_in_a_new_project() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let forged = v1::Project {
        name: "projects/other".to_owned(),
        uid: "x".to_owned(),
        revision: 99,
        etag: "stale".to_owned(),
        stage: v1::ProjectStage::Completed.into(),
        allowed_actions: vec!["all".to_owned()],
        size_class: v1::SizeClass::From10Billion.into(),
        transitions: vec![v1::StageTransition::default()],
        delete_time: crate::support::records::instant(1),
        ..project("伪造")
    };
    let created = create(&mut projects, "forged", forged).await;
    assert_eq!(created.name, "projects/forged");
    assert_eq!(created.stage(), v1::ProjectStage::Planned);
    assert_eq!(created.delete_time, None);
    assert_eq!(created.transitions, []);
    assert_ne!(created.uid, "x");
}

#[tokio::test]
async fn a_deleted_project_can_be_read_and_brought_back_but_not_changed() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    let deleted = told(projects.delete_project(deletion(&first.name, &first.etag)).await);
    assert!(deleted.delete_time.is_some());
    assert_eq!(deleted.allowed_actions, [""; 0]);
    assert_ne!(deleted.etag, first.etag);
    assert_eq!(get(&mut projects, &first.name).await, deleted);

    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: first.name.clone(),
            site: "x".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let advance = v1::AdvanceProjectRequest {
        name: first.name.clone(),
        stage: v1::ProjectStage::Negotiating.into(),
        date: crate::support::records::date(2023, 7, 1),
        ..Default::default()
    };
    let gone = (Code::FailedPrecondition, "RECORD_DELETED");
    assert_eq!(refused(projects.update_project(update).await), gone);
    assert_eq!(refused(projects.advance_project(advance).await), gone);
    assert_eq!(refused(projects.delete_project(deletion(&first.name, "")).await), gone);

    let back = told(projects.undelete_project(return_of(&first.name, &deleted.etag)).await);
    assert_eq!(back.delete_time, None);
    assert_eq!(back.allowed_actions, first.allowed_actions);
    let again = refused(projects.undelete_project(return_of(&first.name, "")).await);
    assert_eq!(again, (Code::FailedPrecondition, "RECORD_NOT_DELETED"));
}

#[tokio::test]
async fn several_projects_are_read_in_the_order_asked_for_or_none() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    for id in ["a", "b", "c"] {
        create(&mut projects, id, project(id)).await;
    }
    let asking = |names: &[&str]| v1::BatchGetProjectsRequest {
        names: names.iter().map(|id| format!("projects/{id}")).collect(),
        min_revision: 0,
    };
    let answer = told(projects.batch_get_projects(asking(&["c", "a", "c"])).await);
    let titles: Vec<_> = answer.projects.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["c", "a", "c"]);
    assert_eq!(answer.revision, server.revision().await);

    let missing = refused(projects.batch_get_projects(asking(&["a", "nope", "neither"])).await);
    assert_eq!(missing, (Code::NotFound, "RECORD_NOT_FOUND"));
    assert_eq!(missing.whole.resource.unwrap().name, "projects/nope");

    let none = refused(projects.batch_get_projects(asking(&[])).await);
    none.has_fields(&[("names", "FIELD_REQUIRED")]);
    let many = refused(projects.batch_get_projects(asking(&["a"; 1001])).await);
    many.has_fields(&[("names", "FIELD_TOO_LONG")]);
    let strange = v1::BatchGetProjectsRequest {
        names: vec!["projects/a".to_owned(), "regions/330402".to_owned(), String::new()],
        min_revision: 0,
    };
    refused(projects.batch_get_projects(strange).await)
        .has_fields(&[("names[1]", "FIELD_FORMAT"), ("names[2]", "FIELD_REQUIRED")]);
}

#[tokio::test]
async fn a_revision_that_is_not_reached_is_worth_coming_back_for() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", project("一")).await;
    let mut asking = reading(&first.name);
    asking.min_revision = first.revision;
    told(projects.get_project(asking.clone()).await);
    asking.min_revision = first.revision + 1;
    let early = refused(projects.get_project(asking).await);
    assert_eq!(early, (Code::Unavailable, "REVISION_NOT_REACHED"));
    assert_eq!(early.whole.metadata["newest_revision"], first.revision.to_string());
}

#[tokio::test]
async fn the_size_class_follows_from_the_total() {
    use v1::SizeClass::{
        BelowThreshold, From1Billion, From5Billion, From5Million, From10Billion, From100Million,
    };
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let mut cases = Vec::new();
    for (total, due) in [
        (4_999_999, BelowThreshold),
        (5_000_000, From5Million),
        (99_999_999, From5Million),
        (100_000_000, From100Million),
        (1_000_000_000, From1Billion),
        (4_999_999_999, From1Billion),
        (5_000_000_000, From5Billion),
        (10_000_000_000, From10Billion),
        (10_000_000_000_000, From10Billion),
    ] {
        let mut project = project("规模");
        project.investment = Some(v1::InvestmentPlan { total: yuan(total), ..Default::default() });
        let created = create(&mut projects, "", project).await;
        cases.push((total.to_string(), created.size_class(), due));
    }
    check(cases);
}
