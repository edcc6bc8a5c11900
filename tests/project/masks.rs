//! Update masks: what an update changes, and what it leaves.

use outlay_proto::v1;
use tonic::Code;

use super::{create, get, whole};
use crate::support::records::{date, english, mask, project, yuan};
use crate::support::{Server, check, refused, told};

fn update(project: v1::Project, paths: Option<&[&str]>) -> v1::UpdateProjectRequest {
    v1::UpdateProjectRequest {
        project: Some(project),
        update_mask: paths.and_then(mask),
        ..Default::default()
    }
}

/// `projects/first` with nothing else.
fn named() -> v1::Project {
    v1::Project { name: "projects/first".to_owned(), ..Default::default() }
}

#[tokio::test]
async fn without_a_mask_what_is_given_is_changed_and_the_rest_stays() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    let given = v1::Project { site: "新址".to_owned(), ..named() };
    let updated = told(projects.update_project(update(given, None)).await);
    let due = v1::Project {
        site: "新址".to_owned(),
        etag: updated.etag.clone(),
        revision: first.revision + 1,
        update_time: updated.update_time,
        ..first.clone()
    };
    assert_eq!(updated, due);
    assert_ne!(updated.etag, first.etag);
    assert_eq!(get(&mut projects, "projects/first").await, updated);
}

#[tokio::test]
async fn a_mask_sets_and_clears_exactly_its_paths() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    let mut given = v1::Project {
        title: "not in the mask".to_owned(),
        localized_titles: english("Other"),
        planned_completion_date: date(2026, 1, 1),
        ..named()
    };
    given.investment = Some(v1::InvestmentPlan {
        total: yuan(999),
        equipment: yuan(40),
        construction_and_installation: yuan(30),
        ..Default::default()
    });
    let paths = [
        "localized_titles",
        "planned_completion_date",
        "site",
        "contacts",
        "investment.equipment",
        "investment.construction_and_installation",
        "investment.land",
    ];
    let updated = told(projects.update_project(update(given, Some(&paths))).await);
    assert_eq!(updated.title, first.title);
    assert_eq!(updated.localized_titles, english("Other"));
    assert_eq!(updated.planned_completion_date, date(2026, 1, 1));
    assert_eq!((updated.site.as_str(), updated.contacts.len()), ("", 0));
    let due = v1::InvestmentPlan {
        equipment: yuan(40),
        construction_and_installation: yuan(30),
        land: None,
        ..first.investment.clone().unwrap()
    };
    assert_eq!(updated.investment, Some(due));
}

#[tokio::test]
async fn a_star_replaces_the_whole_but_what_the_server_writes() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    let given = v1::Project { name: first.name.clone(), ..project("换") };
    let updated = told(projects.update_project(update(given, Some(&["*"]))).await);
    let due = v1::Project {
        name: first.name.clone(),
        uid: first.uid.clone(),
        create_time: first.create_time,
        update_time: updated.update_time,
        etag: updated.etag.clone(),
        revision: updated.revision,
        stage: first.stage,
        allowed_actions: updated.allowed_actions.clone(),
        size_class: updated.size_class,
        ..project("换")
    };
    assert_eq!(updated, due);

    let given = v1::Project { title: "必填的都没有".to_owned(), ..named() };
    let bare = refused(projects.update_project(update(given, Some(&["*"]))).await);
    bare.names_fields(&[
        ("project.owner", "FIELD_REQUIRED"),
        ("project.region", "FIELD_REQUIRED"),
        ("project.industry", "FIELD_REQUIRED"),
        ("project.construction_kind", "FIELD_REQUIRED"),
        ("project.investment", "FIELD_REQUIRED"),
    ]);
}

#[tokio::test]
async fn paths_that_lead_nowhere_are_all_named() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    let revision = server.revision().await;
    let bad = [
        "nope",
        "investment.nope",
        "title.length",
        "contacts.display_name",
        "contacts[0]",
        "labels.colour",
        "",
        ".",
        "investment.",
        "Title",
        "site",
    ];
    let answer = refused(projects.update_project(update(named(), Some(&bad))).await);
    assert_eq!(answer, (Code::InvalidArgument, "FIELDS_INVALID"));
    let due: Vec<_> = (0..10).map(|at| format!("update_mask.paths[{at}]")).collect();
    let due: Vec<_> = due.iter().map(|field| (field.as_str(), "MASK_UNKNOWN")).collect();
    answer.has_fields(&due);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn a_star_stands_alone() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    let answer = refused(projects.update_project(update(named(), Some(&["*", "site"]))).await);
    answer.has_fields(&[("update_mask.paths[0]", "MASK_UNKNOWN")]);
}

#[tokio::test]
async fn what_only_the_server_writes_is_ignored_in_a_mask() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    let given = v1::Project {
        uid: "x".to_owned(),
        stage: v1::ProjectStage::Completed.into(),
        revision: 1,
        transitions: vec![v1::StageTransition::default()],
        ..named()
    };
    let paths = ["uid", "stage", "revision", "transitions", "create_time.seconds", "name", "etag"];
    let updated = told(projects.update_project(update(given, Some(&paths))).await);
    assert_eq!(updated, first, "and where nothing changes, nothing is written");
}

#[tokio::test]
async fn an_update_that_changes_nothing_writes_nothing() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", whole()).await;
    let same = told(projects.update_project(update(first.clone(), Some(&["*"]))).await);
    assert_eq!(same, first);
    assert_eq!(server.revision().await, first.revision);
}

#[tokio::test]
async fn an_update_is_held_to_the_rules_of_the_whole() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", whole()).await;
    let revision = server.revision().await;
    let mut total = named();
    total.investment = Some(v1::InvestmentPlan { total: yuan(99), ..Default::default() });
    type Case<'a> = (&'a [&'a str], v1::Project, &'a [(&'a str, &'a str)]);
    let cases: [Case<'_>; 6] = [
        (&["title"], named(), &[("project.title", "FIELD_REQUIRED")]),
        (&["investment.total"], total, &[("project.investment.total", "SUM_MISMATCH")]),
        (
            &["planned_completion_date"],
            v1::Project { planned_completion_date: date(2023, 8, 31), ..named() },
            &[("project.planned_completion_date", "DATE_ORDER")],
        ),
        (
            &["construction_kind"],
            v1::Project { construction_kind: v1::ConstructionKind::NewBuild.into(), ..named() },
            &[("project.technical_transformation", "FIELD_CONTRADICTION")],
        ),
        (
            &["owner", "clusters"],
            v1::Project {
                owner: "organisations/nobody".to_owned(),
                clusters: vec!["clusters/w4".to_owned(), "clusters/nope".to_owned()],
                ..named()
            },
            &[("project.owner", "REFERENCE_UNKNOWN"), ("project.clusters[1]", "REFERENCE_UNKNOWN")],
        ),
        (
            &["land_area_square_metres"],
            v1::Project { land_area_square_metres: -1, ..named() },
            &[("project.land_area_square_metres", "FIELD_OUT_OF_RANGE")],
        ),
    ];
    let mut compared = Vec::new();
    for (paths, given, due) in cases {
        let mut answer = refused(projects.update_project(update(given, Some(paths))).await).fields;
        let mut due: Vec<_> =
            due.iter().map(|(field, reason)| ((*field).to_owned(), (*reason).to_owned())).collect();
        answer.sort();
        due.sort();
        compared.push((paths.join(","), answer, due));
    }
    check(compared);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn an_update_says_which_project_it_means() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let none = v1::UpdateProjectRequest::default();
    refused(projects.update_project(none).await).has_fields(&[("project", "FIELD_REQUIRED")]);
    let unnamed = update(v1::Project { site: "x".to_owned(), ..Default::default() }, None);
    refused(projects.update_project(unnamed).await)
        .has_fields(&[("project.name", "FIELD_REQUIRED")]);
    let foreign =
        update(v1::Project { name: "regions/330402".to_owned(), ..Default::default() }, None);
    refused(projects.update_project(foreign).await).has_fields(&[("project.name", "FIELD_FORMAT")]);
    let absent =
        update(v1::Project { name: "projects/nope".to_owned(), ..Default::default() }, None);
    assert_eq!(
        refused(projects.update_project(absent).await),
        (Code::NotFound, "RECORD_NOT_FOUND")
    );
}
