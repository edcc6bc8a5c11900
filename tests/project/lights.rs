//! Warning lights, and counts of them.

use outlay_proto::v1;
use outlay_proto::v1::{Light, LightAbsence, LightRule, ReviewLevel as Level};
use tonic::Code;

use super::{get, reading};
use crate::report::{accepted, content, create_project, submitted};
use crate::support::records::{date, yuan};
use crate::support::{Server, refused, told};

fn asked(id: &str, as_of: Option<v1::Date>) -> v1::GetProjectLightRequest {
    v1::GetProjectLightRequest { name: format!("projects/{id}"), as_of, ..Default::default() }
}

fn counted(region: &str) -> v1::GetLightCountsRequest {
    v1::GetLightCountsRequest { region: region.to_owned(), ..Default::default() }
}

/// Planned to invest 1,200 yuan in 2023: `behind` has done 300 by June, `ahead`
/// 700; `late` was to be started in May; of `free` nothing is planned.
async fn fixture(server: &Server) {
    let planned = |project: &mut v1::Project| {
        project.annual_plans = vec![v1::AnnualPlan { year: 2023, investment: yuan(1_200) }];
    };
    create_project(server, "behind", planned).await;
    create_project(server, "ahead", |project| {
        planned(project);
        project.region = "regions/330411".to_owned();
    })
    .await;
    create_project(server, "late", |project| {
        project.region = "regions/330411".to_owned();
        project.planned_start_date = date(2023, 5, 1);
    })
    .await;
    create_project(server, "free", |_| {}).await;
    let mut reports = server.reports();
    let all = [Level::County, Level::City, Level::Province];
    accepted(&mut reports, "behind", "2023-02", content(100, 0, 0), &all).await;
    accepted(&mut reports, "behind", "2023-06", content(200, 0, 0), &all).await;
    accepted(&mut reports, "ahead", "2023-06", content(0, 700, 0), &all).await;
    // What isn't accepted doesn't count.
    submitted(&mut reports, "behind", "2023-05", content(200, 0, 0)).await;
}

#[tokio::test]
async fn a_light_is_told_with_what_each_rule_reads() {
    let server = Server::seeded().await;
    fixture(&server).await;
    let mut projects = server.projects();
    let answer = told(projects.get_project_light(asked("behind", None)).await);
    assert_eq!((answer.light(), answer.as_of), (Light::Yellow, date(2023, 7, 28)));
    let [pace, start] = answer.readings.as_slice() else { panic!("{answer:?}") };
    assert_eq!(
        (pace.rule(), pace.light(), pace.month.as_str()),
        (LightRule::Pace, Light::Yellow, "2023-06")
    );
    assert_eq!((pace.level(), pace.year_to_date.as_str()), (Level::Province, "300"));
    assert_eq!((pace.annual_plan.clone(), pace.behind_points.as_str()), (yuan(1_200), "25.000000"));
    assert_eq!((start.rule(), start.absence()), (LightRule::Start, LightAbsence::NotPlanned));
    let ahead = told(projects.get_project_light(asked("ahead", None)).await);
    assert_eq!(
        (ahead.light(), ahead.readings[0].behind_points.as_str()),
        (Light::Green, "-8.333333")
    );
    // On 12 July the province still had that day for June: May counts.
    let before = told(projects.get_project_light(asked("behind", date(2023, 7, 12))).await);
    assert_eq!((before.light(), before.readings[0].month.as_str()), (Light::Red, "2023-05"));
    // In February the year before counts, of which nothing was planned.
    let february = told(projects.get_project_light(asked("behind", date(2023, 2, 20))).await);
    assert_eq!(february.light(), Light::Unspecified);
    assert_eq!(february.readings[0].month, "2022-12");
    let late = told(projects.get_project_light(asked("late", None)).await);
    assert_eq!(
        (late.light(), late.readings[1].planned_start_date),
        (Light::Yellow, date(2023, 5, 1))
    );
}

#[tokio::test]
async fn a_project_shows_its_light_where_it_is_answered_with_alone() {
    let server = Server::seeded().await;
    fixture(&server).await;
    let mut projects = server.projects();
    for (id, due) in [
        ("behind", Light::Yellow),
        ("ahead", Light::Green),
        ("late", Light::Yellow),
        ("free", Light::Unspecified),
    ] {
        assert_eq!(get(&mut projects, &format!("projects/{id}")).await.light(), due, "{id}");
    }
    let page = told(projects.list_projects(v1::ListProjectsRequest::default()).await);
    assert!(page.projects.iter().all(|project| project.light() == Light::Unspecified));
    let old =
        v1::GetProjectRequest { revision: server.revision().await, ..reading("projects/late") };
    assert_eq!(told(projects.get_project(old).await).light(), Light::Unspecified);
}

#[tokio::test]
async fn lights_are_counted_by_region() {
    let server = Server::seeded().await;
    fixture(&server).await;
    let rows = async |request: v1::GetLightCountsRequest| -> Vec<String> {
        let answer = told(server.projects().get_light_counts(request).await);
        let row = |row: &v1::RegionLights| {
            let counts = [row.green_count, row.yellow_count, row.red_count, row.none_count];
            format!("{} {counts:?}", row.region)
        };
        answer.rows.iter().map(row).collect()
    };
    assert_eq!(
        rows(counted("regions/330400")).await,
        [
            "regions/330400 [1, 2, 0, 1]",
            "regions/330402 [0, 1, 0, 1]",
            "regions/330411 [1, 1, 0, 0]"
        ]
    );
    let early = v1::GetLightCountsRequest { as_of: date(2023, 2, 1), ..counted("regions/330411") };
    assert_eq!(rows(early).await[0], "regions/330411 [1, 0, 0, 1]");
    assert_eq!(rows(counted("")).await, ["regions/330000 [1, 2, 0, 1]"]);
}

#[tokio::test]
async fn the_rules_are_settings() {
    let server = Server::with(|config| {
        config.lights.yellow_points = 26;
        config.lights.red_months = 2;
    });
    server.seed().await;
    fixture(&server).await;
    let mut projects = server.projects();
    assert_eq!(get(&mut projects, "projects/behind").await.light(), Light::Green);
    assert_eq!(get(&mut projects, "projects/late").await.light(), Light::Red);
}

#[tokio::test]
async fn lights_of_what_is_not_there_are_refused() {
    let server = Server::seeded().await;
    create_project(&server, "gone", |_| {}).await;
    let mut projects = server.projects();
    let request =
        v1::DeleteProjectRequest { name: "projects/gone".to_owned(), ..Default::default() };
    told(projects.delete_project(request).await);
    let refusal = refused(projects.get_project_light(asked("gone", None)).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "RECORD_DELETED"));
    let refusal = refused(projects.get_project_light(asked("none", None)).await);
    assert_eq!(refusal.code, Code::NotFound);
    refused(projects.get_project_light(asked("gone", date(2023, 7, 29))).await)
        .has_fields(&[("as_of", "FIELD_OUT_OF_RANGE")]);
    refused(projects.get_light_counts(counted("regions/999999")).await)
        .has_fields(&[("region", "REFERENCE_UNKNOWN")]);
    let future = v1::GetLightCountsRequest { as_of: date(2024, 1, 1), ..counted("") };
    refused(projects.get_light_counts(future).await).has_fields(&[("as_of", "FIELD_OUT_OF_RANGE")]);
}
