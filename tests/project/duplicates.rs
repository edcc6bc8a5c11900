//! Likely duplicates, told where one project is answered with.

use outlay_proto::v1;

use super::{create, creation, deletion, get, reading};
use crate::support::records::{mask, project, yuan};
use crate::support::{Server, told};

const TITLE: &str = "年产72万片功率半导体晶圆项目";

#[tokio::test]
async fn a_duplicate_is_told_at_its_creation_and_at_a_trial_of_it() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let first = create(&mut projects, "first", project(TITLE)).await;
    assert_eq!(first.likely_duplicates, Vec::<String>::new());
    let again = || project("年产72万片功率半导体晶圆生产项目");
    let trial = v1::CreateProjectRequest { validate_only: true, ..creation("second", again()) };
    let tried = told(projects.create_project(trial).await);
    assert_eq!(tried.likely_duplicates, ["projects/first"]);
    let second = create(&mut projects, "second", again()).await;
    assert_eq!(second.likely_duplicates, ["projects/first"]);
    assert_eq!(get(&mut projects, "projects/first").await.likely_duplicates, ["projects/second"]);
    // Lists, and what once was, don't look at others.
    let page = told(projects.list_projects(v1::ListProjectsRequest::default()).await);
    assert!(page.projects.iter().all(|project| project.likely_duplicates.is_empty()));
    let old = v1::GetProjectRequest { revision: second.revision, ..reading("projects/second") };
    assert!(told(projects.get_project(old).await).likely_duplicates.is_empty());
}

#[tokio::test]
async fn other_phases_owners_and_amounts_are_other_projects() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    create(&mut projects, "first", project("功率半导体晶圆一期")).await;
    let total = |units| Some(v1::InvestmentPlan { total: yuan(units), ..Default::default() });
    let others = [
        project("功率半导体晶圆二期"),
        v1::Project {
            owner: "organisations/jx-wind".to_owned(), ..project("功率半导体晶圆一期")
        },
        v1::Project { investment: total(89_000_000), ..project("功率半导体晶圆一期") },
        v1::Project { investment: total(112_000_000), ..project("功率半导体晶圆一期") },
    ];
    for (number, other) in others.into_iter().enumerate() {
        let other = create(&mut projects, &format!("other-{number}"), other).await;
        assert!(other.likely_duplicates.iter().all(|name| name != "projects/first"), "{other:?}");
    }
}

#[tokio::test]
async fn one_that_was_looked_at_or_deleted_is_told_of_no_more() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    for id in ["a", "b", "c"] {
        create(&mut projects, id, project(TITLE)).await;
    }
    let a = get(&mut projects, "projects/a").await;
    assert_eq!(a.likely_duplicates, ["projects/b", "projects/c"]);
    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: a.name.clone(),
            distinct_from: vec!["projects/b".to_owned()],
            ..Default::default()
        }),
        update_mask: mask(&["distinct_from"]),
        ..Default::default()
    };
    let updated = told(projects.update_project(update).await);
    assert_eq!(updated.likely_duplicates, ["projects/c"]);
    assert_eq!(get(&mut projects, "projects/b").await.likely_duplicates, ["projects/c"]);
    told(projects.delete_project(deletion("projects/c", "")).await);
    assert!(get(&mut projects, "projects/a").await.likely_duplicates.is_empty());
    assert!(get(&mut projects, "projects/c").await.likely_duplicates.is_empty());
}

#[tokio::test]
async fn of_two_that_are_created_at_once_each_is_told_to_whoever_looks() {
    let server = Server::seeded().await;
    let mut creations = tokio::task::JoinSet::new();
    for number in 0..8 {
        let mut projects = server.projects();
        let id = format!("p{number}");
        creations.spawn(async move { create(&mut projects, &id, project(TITLE)).await });
    }
    let created = creations.join_all().await;
    // Whichever came last has seen the others.
    assert!(created.iter().any(|project| project.likely_duplicates.len() == 7), "{created:?}");
    for number in 0..8 {
        let one = get(&mut server.projects(), &format!("projects/p{number}")).await;
        assert_eq!(one.likely_duplicates.len(), 7);
    }
}

#[tokio::test]
async fn at_most_twenty_are_told() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    for number in 0..24 {
        create(&mut projects, &format!("p{number}"), project(TITLE)).await;
    }
    assert_eq!(get(&mut projects, "projects/p0").await.likely_duplicates.len(), 20);
}
