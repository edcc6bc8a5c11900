//! Counts of projects, beside what their records say.

use std::collections::BTreeMap;

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure, ProjectStage as Stage};

use super::query::{answered, query, rows};
use crate::engine::support::Random;
use crate::report::create_project;
use crate::support::records::{date, yuan};
use crate::support::{Server, refused, told};

const MEASURES: [Measure; 3] = [Measure::NewStarts, Measure::StartRate, Measure::ProductionRate];

async fn advance(server: &Server, id: &str, stage: Stage, day: Option<v1::Date>) {
    let request = v1::AdvanceProjectRequest {
        name: format!("projects/{id}"),
        stage: stage.into(),
        date: day,
        ..Default::default()
    };
    told(server.projects().advance_project(request).await);
}

/// A technical transformation that is planned from one day to another.
async fn planned(server: &Server, id: &str, region: &str, number: usize, days: [v1::Date; 2]) {
    create_project(server, id, |project| {
        project.region = format!("regions/{region}");
        project.construction_kind = v1::ConstructionKind::Reconstruction.into();
        project.technical_transformation = true;
        project.project_code = format!("2201-330402-04-02-{number:06}");
        [project.planned_start_date, project.planned_completion_date] = days.map(Some);
    })
    .await;
}

fn day(year: i32, month: i32, day: i32) -> v1::Date {
    v1::Date { year, month, day }
}

/// Three in one city, of which two were started and one produces; one elsewhere.
async fn fixture() -> Server {
    let server = Server::seeded().await;
    planned(&server, "a", "330402", 1, [day(2023, 1, 20), day(2023, 6, 1)]).await;
    planned(&server, "b", "330411", 2, [day(2023, 3, 1), day(2023, 6, 30)]).await;
    planned(&server, "c", "330411", 3, [day(2023, 4, 1), day(2024, 6, 30)]).await;
    planned(&server, "d", "330106", 4, [day(2022, 4, 1), day(2023, 2, 1)]).await;
    for (id, start) in [("a", day(2023, 1, 25)), ("b", day(2022, 12, 5))] {
        advance(&server, id, Stage::Filed, Some(start)).await;
        advance(&server, id, Stage::Started, Some(start)).await;
    }
    advance(&server, "a", Stage::Completed, date(2023, 7, 1)).await;
    advance(&server, "a", Stage::InProduction, date(2023, 7, 2)).await;
    server
}

#[tokio::test]
async fn starts_and_production_are_compared_with_what_was_planned() {
    let server = fixture().await;
    let answer = answered(&server, query("2023H1", &MEASURES, &[Dimension::Region])).await;
    assert_eq!(
        rows(&answer),
        [
            "regions/330100 0 WHOLE_MISSING 0.000000",
            "regions/330400 1 0.666667 0.500000",
            "1 0.666667 0.333333",
        ]
    );
    let rate = &answer.rows[1].figures[1];
    assert_eq!((rate.numerator.as_str(), rate.denominator.as_str()), ("2", "3"));
    assert_eq!(rate.unit(), v1::FigureUnit::Ratio);
    // January is within the first figure of the year.
    let mut first = query("2023-02", &MEASURES[..2], &[]);
    first.region = "regions/330402".to_owned();
    assert_eq!(rows(&answered(&server, first).await), ["1 1.000000"]);
    let quarters = query("2023H1", &MEASURES[..2], &[Dimension::Quarter]);
    assert_eq!(
        rows(&answered(&server, quarters).await),
        ["2023Q1 1 1.000000", "2023Q2 0 0.000000", "1 0.666667"]
    );
}

#[tokio::test]
async fn projects_are_counted_as_they_are_now_by_all_that_they_are() {
    use Dimension as D;

    let server = fixture().await;
    let cases: [(&[D], &[&str]); 6] = [
        (&[D::Region], &["regions/330100 1", "regions/330400 3", "4"]),
        (&[D::Stage], &["NEGOTIATING 2", "STARTED 1", "IN_PRODUCTION 1", "4"]),
        (&[D::ConstructionKind], &["RECONSTRUCTION 4", "4"]),
        (
            &[D::Industry, D::Stage],
            &[
                "industries/38 NEGOTIATING 2",
                "industries/38 STARTED 1",
                "industries/38 IN_PRODUCTION 1",
                "4",
            ],
        ),
        (&[D::SizeClass], &["FROM_100_MILLION 4", "4"]),
        (&[D::Cluster], &["4"]),
    ];
    for (dimensions, due) in cases {
        let answer = answered(&server, query("2023", &[Measure::ProjectCount], dimensions)).await;
        assert_eq!(rows(&answer), due, "{dimensions:?}");
    }
    let mut finer = query("2023", &[Measure::ProjectCount, Measure::NewStarts], &[D::Industry]);
    finer.industry_level = v1::IndustryLevel::Class.into();
    assert_eq!(rows(&answered(&server, finer).await), ["industries/3825 4 1", "4 1"]);
    let mixed = query("2023", &[Measure::Value, Measure::ProjectCount], &[D::Region]);
    assert_eq!(
        rows(&answered(&server, mixed).await),
        ["regions/330100 0 1", "regions/330400 0 3", "0 4"]
    );
}

#[tokio::test]
async fn what_is_not_known_of_projects_is_refused() {
    let server = fixture().await;
    type Change = fn(&mut v1::QueryStatisticsRequest);
    let cases: [Change; 3] = [
        |query| query.dimensions = vec![Dimension::Month.into()],
        |query| {
            query.dimensions = vec![Dimension::Stage.into()];
            query.measures = vec![Measure::NewStarts.into()];
        },
        |query| {
            query.source = v1::StatisticsSource::Official.into();
            query.indicator = "indicators/manufacturing-investment".to_owned();
        },
    ];
    for change in cases {
        let mut request = query("2023", &[Measure::ProjectCount], &[]);
        change(&mut request);
        refused(server.statistics().query_statistics(request).await)
            .has_fields(&[("measures[0]", "FIELD_CONTRADICTION")]);
    }
}

#[tokio::test]
async fn counts_are_what_the_projects_say_whatever_happens_to_them() {
    let server = Server::seeded().await;
    let mut random = Random::new(11);
    for number in 0..6 {
        let days = [day(2023, 1 + number as i32, 1), day(2023, 6 + number as i32, 1)];
        planned(&server, &format!("p{number}"), "330402", number, days).await;
    }
    for round in 0..120 {
        act(&server, &mut random).await;
        if round % 15 == 14 {
            compare(&server).await;
        }
    }
}

/// Does something to a project; what its stage doesn't allow changes nothing.
async fn act(server: &Server, random: &mut Random) {
    let mut pick = |count: u64| random.below(count);
    let name = format!("projects/p{}", pick(6));
    let stages = [Stage::Filed, Stage::Started, Stage::Completed, Stage::InProduction];
    let regions = ["330402", "330411", "330106"];
    let mut projects = server.projects();
    match pick(9) {
        0..4 => {
            let stage = stages[pick(4) as usize].into();
            let request = v1::AdvanceProjectRequest {
                name,
                stage,
                date: date(2023, 7, 1),
                ..Default::default()
            };
            drop(projects.advance_project(request).await);
        }
        4 => {
            let reason = "试".to_owned();
            let request = v1::RevertProjectRequest { name, reason, ..Default::default() };
            drop(projects.revert_project(request).await);
        }
        5 => {
            let request = v1::DeleteProjectRequest { name, ..Default::default() };
            drop(projects.delete_project(request).await);
        }
        6 => {
            let request = v1::UndeleteProjectRequest { name, ..Default::default() };
            drop(projects.undelete_project(request).await);
        }
        7 => {
            let request = v1::ReassignProjectsRequest {
                names: vec![name],
                region: format!("regions/{}", regions[pick(3) as usize]),
                effective_date: date(2023, 1 + pick(7) as i32, 1),
                reason: "迁建".to_owned(),
                ..Default::default()
            };
            drop(projects.reassign_projects(request).await);
        }
        _ => {
            let total = [4_000_000, 100_000_000, 6_000_000_000][pick(3) as usize];
            let project = v1::Project {
                name,
                planned_start_date: date(2023, 1 + pick(5) as i32, 9),
                investment: Some(v1::InvestmentPlan { total: yuan(total), ..Default::default() }),
                ..Default::default()
            };
            let request = v1::UpdateProjectRequest { project: Some(project), ..Default::default() };
            drop(projects.update_project(request).await);
        }
    }
}

/// Compares the counts with those of the listed projects.
async fn compare(server: &Server) {
    let all = v1::ListProjectsRequest {
        // By then all changes that are recorded have taken place.
        as_of: date(2024, 1, 1),
        ..Default::default()
    };
    let all = told(server.projects().list_projects(all).await).projects;
    let count = |key: &dyn Fn(&v1::Project) -> String| -> Vec<String> {
        let mut counts: BTreeMap<String, i64> = BTreeMap::new();
        for project in &all {
            *counts.entry(key(project)).or_default() += 1;
        }
        let mut rows: Vec<String> =
            counts.into_iter().map(|(key, count)| format!("{key} {count}")).collect();
        rows.push(all.len().to_string());
        rows.sort();
        rows
    };
    let stage = |project: &v1::Project| project.stage().as_str_name().replace("PROJECT_STAGE_", "");
    let size =
        |project: &v1::Project| project.size_class().as_str_name().replace("SIZE_CLASS_", "");
    let asked = async |dimensions: &[Dimension]| {
        let answer = answered(server, query("2023", &[Measure::ProjectCount], dimensions)).await;
        let mut rows = rows(&answer);
        rows.sort();
        rows
    };
    assert_eq!(asked(&[Dimension::Stage]).await, count(&|one| stage(one)));
    let both = |one: &v1::Project| format!("{} {}", size(one), stage(one));
    assert_eq!(asked(&[Dimension::SizeClass, Dimension::Stage]).await, count(&both));
    let reached = |one: &&v1::Project, stage: Stage| one.stage >= i32::from(stage);
    for month in 2..=12 {
        let within = |date: Option<v1::Date>| {
            date.is_some_and(|date| date.year == 2023 && date.month.max(2) == month)
        };
        let starts = all.iter().filter(|one| within(one.actual_start_date)).count();
        let planned = || all.iter().filter(|one| within(one.planned_start_date));
        let completions = || all.iter().filter(|one| within(one.planned_completion_date));
        let rate = |some: usize, of: usize| (some.to_string(), of.to_string());
        let answer = answered(server, query(&format!("2023-{month:02}"), &MEASURES, &[])).await;
        let figures = answer.total.unwrap().figures;
        let told = |at: usize| (figures[at].numerator.clone(), figures[at].denominator.clone());
        assert_eq!(figures[0].value, starts.to_string(), "{month}");
        let some = planned().filter(|one| reached(one, Stage::Started)).count();
        assert_eq!(told(1), rate(some, planned().count()), "{month}");
        let some = completions().filter(|one| reached(one, Stage::InProduction)).count();
        assert_eq!(told(2), rate(some, completions().count()), "{month}");
    }
}
