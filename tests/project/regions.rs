//! To which region a project belongs, and from which day on.

use outlay_proto::v1;
use tonic::Code;

use super::{creation, get};
use crate::reference::reforms::{DAY, EVE, listed, on, projects_in};
use crate::support::hangzhou::{self, day, name};
use crate::support::records::{date, project, request_id};
use crate::support::{Server, refused, told};

#[tokio::test]
async fn projects_are_reassigned_from_a_day_on() {
    let server = hangzhou::before().await;
    projects_in(&server, &["330104", "330110"]).await;
    hangzhou::reform(&mut server.reference()).await;
    let mut projects = server.projects();
    let reassign = |name_of: &str, region: &str| v1::ReassignProjectsRequest {
        names: vec![format!("projects/{name_of}")],
        region: name(region),
        effective_date: day(),
        reason: "划转".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let request = reassign("330104", "330114");
    let first = told(projects.reassign_projects(request.clone()).await);
    assert_eq!(first.changed_count, 1);
    assert_eq!(told(projects.reassign_projects(request).await), first, "it is done once");
    told(projects.reassign_projects(reassign("330110", "330113")).await);
    for (region, as_of, due) in [
        ("330114", None, "330104"),
        ("330104", on(EVE), "330104"),
        ("330113", on(DAY), "330110"),
        ("330110", on(DAY), ""),
        ("330110", on(EVE), "330110"),
        ("330100", on(EVE), "330104 330110"),
        ("330100", on(DAY), "330104 330110"),
    ] {
        assert_eq!(listed(&server, region, as_of).await.join(" "), due, "{region} {as_of:?}");
    }
    let found = get(&mut projects, "projects/330110").await;
    assert_eq!(found.region, name("330113"));
    let links: Vec<_> = found
        .region_links
        .iter()
        .map(|link| (link.region.as_str(), link.valid_from, link.valid_to, link.reason.as_str()))
        .collect();
    let due = [("regions/330110", None, day(), ""), ("regions/330113", day(), None, "划转")];
    assert_eq!(links, due);
    let again = told(projects.reassign_projects(reassign("330110", "330113")).await);
    assert_eq!(again.changed_count, 0);
}

#[tokio::test]
async fn a_reassignment_is_of_all_or_of_none() {
    let server = hangzhou::before().await;
    projects_in(&server, &["330104", "330110"]).await;
    hangzhou::reform(&mut server.reference()).await;
    let mut projects = server.projects();
    let revision = server.revision().await;
    let request = |names: &[&str], region: &str, day| v1::ReassignProjectsRequest {
        names: names.iter().map(|id| format!("projects/{id}")).collect(),
        region: name(region),
        effective_date: day,
        ..Default::default()
    };
    let missing = request(&["330104", "nobody"], "330114", day());
    assert_eq!(refused(projects.reassign_projects(missing).await).code, Code::NotFound);
    for (region, day, reason) in [
        ("330103", day(), "REGION_NOT_VALID"),
        ("330114", on(EVE), "REGION_NOT_VALID"),
        ("999999", day(), "REFERENCE_UNKNOWN"),
    ] {
        refused(projects.reassign_projects(request(&["330104"], region, day)).await)
            .has_fields(&[("region", reason)]);
    }
    refused(projects.reassign_projects(request(&["330104"], "330114", date(2021, 2, 30))).await)
        .has_fields(&[("effective_date", "FIELD_OUT_OF_RANGE")]);
    let twice = request(&["330104", "330104"], "330114", day());
    assert_eq!(refused(projects.reassign_projects(twice).await).fields[0].1, "FIELD_DUPLICATE");
    let trial = v1::ReassignProjectsRequest {
        validate_only: true,
        ..request(&["330104"], "330114", day())
    };
    assert_eq!(told(projects.reassign_projects(trial).await).changed_count, 1);
    assert_eq!(server.revision().await, revision, "nothing was changed");
}

#[tokio::test]
async fn a_new_region_of_a_project_is_so_from_today_on() {
    let server = hangzhou::before().await;
    projects_in(&server, &["330104"]).await;
    hangzhou::reform(&mut server.reference()).await;
    let mut projects = server.projects();
    let update = |region: &str| v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: "projects/330104".to_owned(),
            region: name(region),
            ..Default::default()
        }),
        ..Default::default()
    };
    let ended = refused(projects.update_project(update("330103")).await);
    ended.has_fields(&[("project.region", "REGION_NOT_VALID")]);
    assert!(ended.message.contains("regions/330105"), "{}", ended.message);
    let given = v1::Project { region: name("330104"), ..project("新") };
    refused(projects.create_project(creation("new", given)).await)
        .has_fields(&[("project.region", "REGION_NOT_VALID")]);

    let moved = told(projects.update_project(update("330114")).await);
    assert_eq!(moved.region, name("330114"));
    let today = date(2023, 7, 28);
    assert_eq!(moved.region_links[1].valid_from, today);
    assert_eq!(listed(&server, "330100", date(2023, 7, 27)).await, ["330104"]);
    assert!(listed(&server, "330114", date(2023, 7, 27)).await.is_empty());
    assert_eq!(listed(&server, "330114", today).await, ["330104"]);
    server.advance(std::time::Duration::from_secs(86_400));
    refused(projects.update_project(update("330104")).await)
        .has_fields(&[("project.region", "REGION_NOT_VALID")]);
    // What else is changed leaves the region alone, ended or not.
    let title = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: moved.name,
            title: "别名".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(told(projects.update_project(title).await).region_links, moved.region_links);
}

#[tokio::test]
async fn a_thousand_projects_are_reassigned_in_one_commit() {
    let server = Server::seeded().await;
    crate::list::many(&server, 1_000).await;
    let revision = server.revision().await;
    let request = v1::ReassignProjectsRequest {
        names: (0..1_000).map(|number| format!("projects/p{number:04}")).collect(),
        region: name("330411"),
        effective_date: date(2024, 1, 1),
        reason: "划转".repeat(500),
        ..Default::default()
    };
    let done = told(server.projects().reassign_projects(request.clone()).await);
    assert_eq!((done.changed_count, done.revision), (1_000, revision + 1));
    assert_eq!(listed(&server, "330411", date(2024, 1, 1)).await.len(), 1_000);
    assert_eq!(listed(&server, "330402", None).await.len(), 1_000);
    let more = v1::ReassignProjectsRequest {
        names: (0..1_001).map(|number| format!("projects/p{number:04}")).collect(),
        ..request
    };
    refused(server.projects().reassign_projects(more).await)
        .has_fields(&[("names", "FIELD_TOO_LONG")]);
}
