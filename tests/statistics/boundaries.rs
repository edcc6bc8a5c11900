//! Regions that split, merge and move: figures as reported, and in the boundaries
//! of a day.

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure, ReviewLevel as Level};

use super::query::{answered, query, rows};
use crate::report::{accepted, content, create_project};
use crate::support::hangzhou;
use crate::support::records::date;
use crate::support::{Server, told};

const ALL: [Level; 3] = [Level::County, Level::City, Level::Province];

async fn report(server: &Server, project: &str, month: &str, value: i64, levels: &[Level]) {
    let says = v1::ReportContent { comment: "核实".to_owned(), ..content(value, 0, 0) };
    accepted(&mut server.reports(), project, month, says, levels).await;
}

async fn reassign(server: &Server, project: &str, region: &str) {
    let request = v1::ReassignProjectsRequest {
        names: vec![format!("projects/{project}")],
        region: format!("regions/{region}"),
        effective_date: hangzhou::day(),
        reason: "行政区划调整".to_owned(),
        ..Default::default()
    };
    told(server.projects().reassign_projects(request).await);
}

/// Projects in four districts, with reports before and after the reform of
/// 9 April 2021, some entered before it and some afterwards.
async fn hangzhou_reformed() -> Server {
    let server = hangzhou::before().await;
    let districts =
        [("stays", "330102"), ("merged", "330103"), ("parted", "330104"), ("new", "330110")];
    for (id, region) in districts {
        create_project(&server, id, |project| project.region = format!("regions/{region}")).await;
        report(&server, id, "2020-05", 8, &ALL).await;
        report(&server, id, "2021-03", 10, &ALL).await;
    }
    hangzhou::reform(&mut server.reference()).await;
    reassign(&server, "parted", "330114").await;
    reassign(&server, "new", "330113").await;
    for (id, _) in districts {
        report(&server, id, "2021-05", 5, &ALL).await;
    }
    server
}

fn of_hangzhou(boundaries: v1::Boundaries, as_of: Option<v1::Date>) -> v1::QueryStatisticsRequest {
    v1::QueryStatisticsRequest {
        region: "regions/330100".to_owned(),
        boundaries: boundaries.into(),
        as_of,
        ..query("2021H1", &[Measure::Value, Measure::Growth], &[Dimension::Region])
    }
}

/// Rows that aren't zero.
async fn told_rows(server: &Server, request: v1::QueryStatisticsRequest) -> Vec<String> {
    let all = rows(&answered(server, request).await);
    all.into_iter().filter(|row| !row.contains(" 0 ")).collect()
}

#[tokio::test]
async fn what_was_reported_stays_where_it_was_reported() {
    let server = hangzhou_reformed().await;
    let request = of_hangzhou(v1::Boundaries::AsReported, None);
    assert_eq!(
        told_rows(&server, request).await,
        [
            "regions/330102 15 0.875000",
            "regions/330103 10 0.250000",
            "regions/330104 10 0.250000",
            // 下城 had gone into 拱墅 by May.
            "regions/330105 5 BASE_MISSING",
            "regions/330110 10 0.250000",
            "regions/330113 5 BASE_MISSING",
            "regions/330114 5 BASE_MISSING",
            "60 0.875000",
        ]
    );
}

#[tokio::test]
async fn figures_are_told_in_the_boundaries_of_a_day() {
    let server = hangzhou_reformed().await;
    let due = [
        "regions/330102 15 0.875000",
        "regions/330105 15 0.875000",
        "regions/330113 15 0.875000",
        "regions/330114 15 0.875000",
        "60 0.875000",
    ];
    for as_of in [None, hangzhou::day(), date(2021, 6, 30)] {
        let request = of_hangzhou(v1::Boundaries::AsOf, as_of);
        assert_eq!(told_rows(&server, request).await, due, "{as_of:?}");
    }
    let eve = of_hangzhou(v1::Boundaries::AsOf, date(2021, 4, 8));
    assert_eq!(
        told_rows(&server, eve).await,
        [
            // Of 钱塘, which wasn't there yet, no more is known than that it came from
            // districts of the city.
            "regions/330100 5 BASE_MISSING",
            "regions/330102 15 0.875000",
            "regions/330103 15 0.875000",
            "regions/330104 10 0.250000",
            "regions/330110 15 0.875000",
            "60 0.875000",
        ]
    );
}

#[tokio::test]
async fn a_region_that_has_ended_is_reviewed_by_what_follows_it() {
    let server = hangzhou_reformed().await;
    let mut reports = server.reports();
    let report = crate::report::get(&mut reports, "reports/merged-2021-05").await;
    let reviewers = report.submissions[0].reviewers.iter().map(|one| one.region.as_str());
    assert_eq!(
        reviewers.collect::<Vec<_>>(),
        ["regions/330105", "regions/330100", "regions/330000"]
    );
}

#[tokio::test]
async fn a_county_that_moves_takes_its_figures_along_only_in_new_boundaries() {
    let server = Server::seeded().await;
    create_project(&server, "q", |project| project.region = "regions/330411".to_owned()).await;
    let request = v1::MoveRegionRequest {
        name: "regions/330411".to_owned(),
        parent: "regions/330100".to_owned(),
        effective_date: date(2023, 4, 1),
        ..Default::default()
    };
    told(server.reference().move_region(request).await);
    report(&server, "q", "2023-03", 10, &ALL).await;
    report(&server, "q", "2023-05", 5, &ALL).await;
    let asked = |boundaries: v1::Boundaries| v1::QueryStatisticsRequest {
        boundaries: boundaries.into(),
        ..query("2023H1", &[Measure::Value], &[Dimension::Region])
    };
    let reported = answered(&server, asked(v1::Boundaries::AsReported)).await;
    assert_eq!(rows(&reported), ["regions/330100 5", "regions/330400 10", "15"]);
    let today = answered(&server, asked(v1::Boundaries::AsOf)).await;
    assert_eq!(rows(&today), ["regions/330100 15", "regions/330400 0", "15"]);
}
