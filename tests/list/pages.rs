//! Page after page to the end.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record;

use super::{all, ids, many};
use crate::project::creation;
use crate::support::records::{county, date, project, row};
use crate::support::{Projects, Server, batch, check, import, refused, told};

/// More than the largest page.
const MANY: usize = 1_030;

fn list(order_by: &str, page_size: i32) -> v1::ListProjectsRequest {
    v1::ListProjectsRequest { order_by: order_by.to_owned(), page_size, ..Default::default() }
}

/// Creates, changes, advances, deletes and brings back until it is told to
/// stop.
async fn write(mut projects: Projects, stop: Arc<AtomicBool>) {
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let name = format!("projects/p{:04}", (number * 37) % MANY);
        let update = v1::UpdateProjectRequest {
            project: Some(v1::Project {
                name: name.clone(),
                site: format!("{number}"),
                ..Default::default()
            }),
            ..Default::default()
        };
        told(projects.update_project(update).await);
        let advance = v1::AdvanceProjectRequest {
            name,
            stage: v1::ProjectStage::Negotiating.into(),
            date: date(2023, 7, 1),
            ..Default::default()
        };
        // It may have been advanced before.
        let _answer = projects.advance_project(advance).await;
        told(projects.create_project(creation(&format!("new-{number}"), project("新"))).await);
    }
}

#[tokio::test]
async fn every_project_is_met_once_in_both_directions_while_others_write() {
    let server = Server::seeded().await;
    many(&server, MANY).await;
    // What is written from now on is newer.
    server.advance(Duration::from_secs(1));
    let stop = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn(write(server.projects(), Arc::clone(&stop)));

    let due: BTreeSet<String> = (0..MANY).map(|number| format!("p{number:04}")).collect();
    let mut projects = server.projects();
    for (order_by, region) in [
        ("", ""),
        ("create_time", ""),
        ("create_time desc", "regions/330000"),
        ("create_time asc", "regions/330400"),
    ] {
        let request = v1::ListProjectsRequest { region: region.to_owned(), ..list(order_by, 97) };
        let found = all(&mut projects, request).await;
        let met: Vec<_> = ids(&found).into_iter().map(ToOwned::to_owned).collect();
        let once: BTreeSet<String> = met.iter().cloned().collect();
        assert_eq!(met.len(), once.len(), "{order_by:?} meets some twice");
        let missed: Vec<_> = due.difference(&once).collect();
        assert_eq!(missed, [""; 0], "{order_by:?} in {region:?} misses some");
        let times: Vec<_> =
            found.iter().map(|one| one.create_time.map(|t| (t.seconds, t.nanos))).collect();
        let rising = order_by == "create_time" || order_by == "create_time asc";
        let sorted = match rising {
            true => times.is_sorted(),
            false => times.iter().rev().is_sorted(),
        };
        assert!(sorted, "{order_by:?} is in order");
    }
    stop.store(true, Ordering::Relaxed);
    writer.await.unwrap();
}

#[tokio::test]
async fn lists_are_in_the_order_that_is_asked_for() {
    let server = Server::seeded().await;
    many(&server, 60).await;
    let mut projects = server.projects();
    let total = |one: &v1::Project| {
        let total = one.investment.as_ref().unwrap().total.as_ref().unwrap();
        total.units
    };
    for region in ["", "regions/330000"] {
        for (order_by, rising) in [("total_investment", true), ("total_investment desc", false)] {
            let request =
                v1::ListProjectsRequest { region: region.to_owned(), ..list(order_by, 7) };
            let totals: Vec<_> = all(&mut projects, request).await.iter().map(total).collect();
            assert_eq!(totals.len(), 60);
            let sorted = if rising { totals.is_sorted() } else { totals.iter().rev().is_sorted() };
            assert!(sorted, "{order_by} {region}: {totals:?}");
        }
    }
    server.advance(Duration::from_secs(1));
    let update = v1::UpdateProjectRequest {
        project: Some(v1::Project {
            name: "projects/p0042".to_owned(),
            site: "x".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(projects.update_project(update).await);
    let newest = told(projects.list_projects(list("update_time desc", 1)).await);
    assert_eq!(ids(&newest.projects), ["p0042"]);
    let last = all(&mut projects, list("update_time", 9)).await;
    assert_eq!(ids(&last)[59], "p0042");
}

#[tokio::test]
async fn page_sizes_are_held_to_their_bounds() {
    let server = Server::start();
    let rows = |from: usize| {
        let counties = (from..from + 515).map(|code| county(&format!("{code}"), ""));
        counties.map(|one| row(Record::Region(one))).collect()
    };
    let batches = vec![batch(1, rows(100_000)), batch(2, rows(200_000))];
    import(&mut server.reference(), batches).await.unwrap();
    let mut reference = server.reference();
    let mut compared = Vec::new();
    for (asked, due) in
        [(0, 50), (1, 1), (999, 999), (1_000, 1_000), (1_001, 1_000), (i32::MAX, 1_000)]
    {
        let request = v1::ListRegionsRequest { page_size: asked, ..Default::default() };
        let page = told(reference.list_regions(request).await);
        assert!(!page.next_page_token.is_empty());
        compared.push((asked.to_string(), page.regions.len(), due));
    }
    check(compared);
    for asked in [-1, i32::MIN] {
        let request = v1::ListRegionsRequest { page_size: asked, ..Default::default() };
        refused(reference.list_regions(request).await)
            .has_fields(&[("page_size", "FIELD_OUT_OF_RANGE")]);
    }
}

#[tokio::test]
async fn the_last_page_has_no_token_and_an_empty_list_is_one_page() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    let none = told(projects.list_projects(list("", 0)).await);
    assert_eq!((none.projects.len(), none.next_page_token.as_str()), (0, ""));
    assert_eq!(none.revision, server.revision().await);
    many(&server, 10).await;
    let exactly = told(projects.list_projects(list("", 10)).await);
    assert_eq!((exactly.projects.len(), exactly.next_page_token.as_str()), (10, ""));
    let first = told(projects.list_projects(list("", 9)).await);
    assert!(!first.next_page_token.is_empty());
    let rest = v1::ListProjectsRequest { page_token: first.next_page_token, ..list("", 9) };
    let rest = told(projects.list_projects(rest).await);
    assert_eq!((rest.projects.len(), rest.next_page_token.as_str()), (1, ""));
}

#[tokio::test]
async fn a_page_looks_at_so_many_records_and_may_then_be_short() {
    let server = Server::start();
    let mut reference = server.reference();
    let rows = |from: usize| {
        let counties = (from..from + 1_000).map(|code| county(&format!("{code}"), ""));
        counties.map(|one| row(Record::Region(one))).collect()
    };
    let batches = (1..=11).map(|at| batch(at, rows(100_000 + at as usize * 1_000)));
    import(&mut reference, batches.collect()).await.unwrap();
    let mut found = Vec::new();
    let mut pages = 0;
    let mut token = String::new();
    loop {
        let request = v1::ListRegionsRequest {
            filter: "display_name = \"111999\"".to_owned(),
            page_token: token.clone(),
            ..Default::default()
        };
        let page = told(reference.list_regions(request).await);
        pages += 1;
        found.extend(page.regions.into_iter().map(|one| one.name));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(found, ["regions/111999"]);
    assert_eq!(pages, 2, "11,000 records are more than a page looks at");
}

#[tokio::test]
async fn an_unknown_order_is_answered_with_those_that_there_are() {
    let server = Server::start();
    for order_by in [
        "title",
        "name",
        "create_time down",
        "create_time,update_time",
        "desc",
        "create_time desc desc",
    ] {
        let answer = refused(server.projects().list_projects(list(order_by, 0)).await);
        answer.has_fields(&[("order_by", "ORDER_UNKNOWN")]);
        for known in ["create_time", "update_time", "total_investment"] {
            assert!(answer.text.contains(known), "{order_by}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn deleted_projects_are_listed_where_they_are_asked_for() {
    let server = Server::seeded().await;
    let mut projects = server.projects();
    many(&server, 6).await;
    for id in ["p0001", "p0004"] {
        let delete =
            v1::DeleteProjectRequest { name: format!("projects/{id}"), ..Default::default() };
        told(projects.delete_project(delete).await);
    }
    for (order_by, region) in [("", ""), ("total_investment", ""), ("", "regions/330400")] {
        for (show_deleted, due) in [(false, 4), (true, 6)] {
            let request = v1::ListProjectsRequest {
                show_deleted,
                region: region.to_owned(),
                ..list(order_by, 2)
            };
            let found = all(&mut projects, request).await;
            let case = format!("{order_by} {region} {show_deleted}");
            assert_eq!(found.len(), due, "{case}");
            assert!(found.iter().all(|one| show_deleted || one.delete_time.is_none()), "{case}");
        }
    }
}
