//! Lists of a region and all below it.

use outlay_proto::v1;

use super::{all, ids};
use crate::project::creation;
use crate::support::records::{county, meeting, project};
use crate::support::{Server, refused, told};

fn within(region: &str) -> v1::ListProjectsRequest {
    v1::ListProjectsRequest {
        region: format!("regions/{region}"),
        order_by: "create_time".to_owned(),
        page_size: 2,
        ..Default::default()
    }
}

/// A project in each of the seeded counties and one at the city itself.
async fn with_projects() -> Server {
    let server = Server::seeded().await;
    for region in ["330402", "330106", "330411", "330108", "330400"] {
        let given = v1::Project { region: format!("regions/{region}"), ..project(region) };
        told(server.projects().create_project(creation(&format!("in-{region}"), given)).await);
        server.advance(std::time::Duration::from_secs(1));
    }
    server
}

#[tokio::test]
async fn a_region_stands_for_all_below_it() {
    let server = with_projects().await;
    let mut projects = server.projects();
    for (region, due) in [
        ("330000", &["in-330402", "in-330106", "in-330411", "in-330108", "in-330400"][..]),
        ("330400", &["in-330402", "in-330411", "in-330400"]),
        ("330100", &["in-330106", "in-330108"]),
        ("330402", &["in-330402"]),
        ("100000", &["in-330402", "in-330106", "in-330411", "in-330108", "in-330400"]),
    ] {
        assert_eq!(ids(&all(&mut projects, within(region)).await), due, "{region}");
    }
}

#[tokio::test]
async fn a_region_that_moves_takes_its_projects_along() {
    let server = with_projects().await;
    let mut projects = server.projects();
    let first = told(projects.list_projects(within("330000")).await);
    let update = v1::UpdateRegionRequest {
        region: Some(v1::Region {
            name: "regions/330411".to_owned(),
            parent: "regions/330100".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(server.reference().update_region(update).await);
    let jiaxing = all(&mut projects, within("330400")).await;
    assert_eq!(ids(&jiaxing), ["in-330402", "in-330400"]);
    let hangzhou = all(&mut projects, within("330100")).await;
    assert_eq!(ids(&hangzhou), ["in-330106", "in-330411", "in-330108"]);

    // A list that was begun before the move goes on behind its place.
    let rest = v1::ListProjectsRequest { page_token: first.next_page_token, ..within("330000") };
    let second = told(projects.list_projects(rest).await);
    assert_eq!(ids(&second.projects), ["in-330411", "in-330108"]);
}

#[tokio::test]
async fn a_new_region_is_below_its_parent_at_once() {
    let server = with_projects().await;
    let mut projects = server.projects();
    let create =
        v1::CreateRegionRequest { region: Some(county("330421", "330400")), ..Default::default() };
    told(server.reference().create_region(create).await);
    let given = v1::Project { region: "regions/330421".to_owned(), ..project("嘉善") };
    told(projects.create_project(creation("in-330421", given)).await);
    let found = all(&mut projects, within("330400")).await;
    assert_eq!(ids(&found), ["in-330402", "in-330411", "in-330400", "in-330421"]);
}

#[tokio::test]
async fn a_region_that_is_not_there_has_no_list() {
    let server = with_projects().await;
    let mut projects = server.projects();
    refused(projects.list_projects(within("999999")).await)
        .has_fields(&[("region", "REFERENCE_UNKNOWN")]);
    let mut foreign = within("x");
    foreign.region = "organisations/jx-solar".to_owned();
    refused(projects.list_projects(foreign).await).has_fields(&[("region", "FIELD_FORMAT")]);
}

#[tokio::test]
async fn a_meeting_is_listed_once_for_all_its_regions() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    for number in 0..9 {
        let given = v1::Meeting {
            regions: ["330100", "330106", "330400", "330402"]
                .map(|region| format!("regions/{region}"))
                .to_vec(),
            start_time: crate::support::records::instant(number % 3),
            ..meeting(&number.to_string())
        };
        let request = v1::CreateMeetingRequest {
            meeting: Some(given),
            meeting_id: format!("m-{number}"),
            ..Default::default()
        };
        told(meetings.create_meeting(request).await);
    }
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let request = v1::ListMeetingsRequest {
            region: "regions/330000".to_owned(),
            page_size: 2,
            page_token: token,
            ..Default::default()
        };
        let page = told(meetings.list_meetings(request).await);
        found.extend(page.meetings.into_iter().map(|one| one.name));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let due: Vec<_> =
        [8, 5, 2, 7, 4, 1, 6, 3, 0].iter().map(|at| format!("meetings/m-{at}")).collect();
    assert_eq!(found, due, "latest first, and of one time by id");
}

#[tokio::test]
async fn a_region_with_many_below_it_is_listed_like_one_with_few() {
    let server = with_projects().await;
    let townships = (0..400).map(|number| {
        let township = county(&format!("3304{number:04}"), "330402");
        crate::support::records::row(v1::reference_record::Record::Region(township))
    });
    let rows = vec![crate::support::batch(1, townships.collect())];
    crate::support::import(&mut server.reference(), rows).await.unwrap();
    let mut projects = server.projects();
    let given = v1::Project { region: "regions/33040399".to_owned(), ..project("镇") };
    told(projects.create_project(creation("in-town", given)).await);
    let due = ["in-330402", "in-330411", "in-330400", "in-town"];
    assert_eq!(ids(&all(&mut projects, within("330400")).await), due);
    let newest = v1::ListProjectsRequest { order_by: String::new(), ..within("330400") };
    let mut due = due.to_vec();
    due.reverse();
    assert_eq!(ids(&all(&mut projects, newest).await), due);
    let richest =
        v1::ListProjectsRequest { order_by: "total_investment".to_owned(), ..within("330402") };
    assert_eq!(ids(&all(&mut projects, richest).await), ["in-330402", "in-town"]);
}
