//! Lists of observations and targets: by region and those below it, by filter,
//! and in their orders.

use outlay_proto::v1;

use super::{create, create_target, observation, target, with_one};
use crate::support::records::{date, named};
use crate::support::{Server, Statistics, told};

async fn listed(statistics: &mut Statistics, request: v1::ListObservationsRequest) -> Vec<String> {
    let mut found = Vec::new();
    let mut request = v1::ListObservationsRequest { page_size: 2, ..request };
    loop {
        let page = told(statistics.list_observations(request.clone()).await);
        assert!(page.observations.len() <= 2);
        found.extend(page.observations.into_iter().map(|one| {
            let region = one.region.strip_prefix("regions/").unwrap().to_owned();
            format!("{region} {}", one.period)
        }));
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page_token = page.next_page_token;
    }
}

async fn several() -> Server {
    let server = Server::seeded().await;
    let mut statistics = server.statistics();
    for (region, period) in [
        ("330400", "2022Q1"),
        ("330400", "2022H1"),
        ("330402", "2022-02"),
        ("330411", "2022Q1"),
        ("330100", "2022"),
        ("330106", "2021"),
    ] {
        create(&mut statistics, observation(region, period, "1")).await;
    }
    let other = v1::Observation {
        indicator: "indicators/fixed-asset-investment".to_owned(),
        ..observation("330400", "2022H1", "2")
    };
    create(&mut statistics, other).await;
    server
}

#[tokio::test]
async fn observations_are_listed_by_their_periods_the_latest_first() {
    let server = several().await;
    let mut statistics = server.statistics();
    let all = listed(&mut statistics, v1::ListObservationsRequest::default()).await;
    let due = [
        "330100 2022",
        "330400 2022H1",
        "330400 2022H1",
        "330411 2022Q1",
        "330400 2022Q1",
        "330402 2022-02",
        "330106 2021",
    ];
    assert_eq!(all, due);
    let by_creation =
        v1::ListObservationsRequest { order_by: "create_time".to_owned(), ..Default::default() };
    assert_eq!(listed(&mut statistics, by_creation).await.len(), 7);
    let upwards = v1::ListObservationsRequest {
        order_by: "period".to_owned(),
        filter: "indicator = \"indicators/fixed-asset-investment\"".to_owned(),
        ..Default::default()
    };
    assert_eq!(listed(&mut statistics, upwards).await, ["330400 2022H1"]);
}

#[tokio::test]
async fn a_region_means_itself_and_all_below_it() {
    let server = several().await;
    let mut statistics = server.statistics();
    for (region, filter, due) in [
        (
            "330400",
            "indicator = \"indicators/manufacturing-investment\"",
            &["330400 2022H1", "330411 2022Q1", "330400 2022Q1", "330402 2022-02"][..],
        ),
        ("330402", "", &["330402 2022-02"]),
        ("330400", "period = \"2022Q1\"", &["330411 2022Q1", "330400 2022Q1"]),
        ("330400", "published_value.status = FINAL", &[]),
    ] {
        let request = v1::ListObservationsRequest {
            region: named("regions", region),
            filter: filter.to_owned(),
            ..Default::default()
        };
        assert_eq!(listed(&mut statistics, request).await, due, "{region} {filter}");
    }
}

#[tokio::test]
async fn figures_of_a_region_that_has_ended_are_found_below_the_one_that_follows() {
    let server = several().await;
    let merge = v1::MergeRegionsRequest {
        name: named("regions", "330411"),
        sources: vec![named("regions", "330402")],
        effective_date: date(2023, 1, 1),
        ..Default::default()
    };
    told(server.reference().merge_regions(merge).await);
    let mut statistics = server.statistics();
    let on = |year| v1::ListObservationsRequest {
        region: named("regions", "330411"),
        as_of: date(year, 6, 30),
        ..Default::default()
    };
    assert_eq!(listed(&mut statistics, on(2022)).await, ["330411 2022Q1"]);
    assert_eq!(listed(&mut statistics, on(2023)).await, ["330411 2022Q1", "330402 2022-02"]);
}

#[tokio::test]
async fn deleted_ones_are_listed_where_that_is_asked_for() {
    let (server, name) = with_one().await;
    let mut statistics = server.statistics();
    let delete = v1::DeleteObservationRequest { name, ..Default::default() };
    told(statistics.delete_observation(delete).await);
    for (show_deleted, due) in [(false, 0), (true, 1)] {
        let request = v1::ListObservationsRequest {
            show_deleted,
            region: named("regions", "330000"),
            ..Default::default()
        };
        assert_eq!(listed(&mut statistics, request).await.len(), due);
    }
}

#[tokio::test]
async fn targets_are_listed_by_region_and_year() {
    let server = Server::seeded().await;
    let mut statistics = server.statistics();
    for (region, year) in [("330400", 2022), ("330400", 2023), ("330402", 2023), ("330100", 2024)] {
        create_target(&mut statistics, target(region, year)).await;
    }
    for (region, filter, order_by, due) in [
        ("", "", "", &[("330100", 2024), ("330402", 2023), ("330400", 2023), ("330400", 2022)][..]),
        ("330400", "year = 2023", "", &[("330402", 2023), ("330400", 2023)]),
        ("", "year < 2023", "create_time desc", &[("330400", 2022)]),
        ("", "indicator = \"indicators/fixed-asset-investment\"", "year", &[]),
    ] {
        let request = v1::ListTargetsRequest {
            region: named("regions", region),
            filter: filter.to_owned(),
            order_by: order_by.to_owned(),
            ..Default::default()
        };
        let found = told(statistics.list_targets(request).await).targets;
        let due: Vec<_> =
            due.iter().map(|(region, year)| (named("regions", region), *year)).collect();
        let found: Vec<_> = found.into_iter().map(|one| (one.region, one.year)).collect();
        assert_eq!(found, due, "{region} {filter} {order_by}");
    }
}
