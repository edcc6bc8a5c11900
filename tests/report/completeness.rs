//! How many reports are expected, were submitted and are missing, and which.

use std::collections::BTreeMap;

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure, ProjectStage as Stage, ReviewLevel as Level};
use tonic::Code;

use super::{accepted, content, create_project, creation, submitted};
use crate::support::records::date;
use crate::support::{Server, refused, told};

/// A project that was started, of a county.
async fn started(server: &Server, id: &str, region: &str, day: Option<v1::Date>) {
    create_project(server, id, |project| {
        project.region = format!("regions/{region}");
        project.construction_kind = v1::ConstructionKind::Reconstruction.into();
        project.technical_transformation = true;
        // Ids are of different letters or lengths.
        let number: u64 = id.bytes().map(u64::from).sum();
        project.project_code = format!("2201-330402-04-02-{number:06}");
    })
    .await;
    for stage in [Stage::Filed, Stage::Started] {
        advance(server, id, stage, day).await;
    }
}

async fn advance(server: &Server, id: &str, stage: Stage, day: Option<v1::Date>) {
    let request = v1::AdvanceProjectRequest {
        name: format!("projects/{id}"),
        stage: stage.into(),
        date: day,
        ..Default::default()
    };
    told(server.projects().advance_project(request).await);
}

fn asked(region: &str, period: &str) -> v1::GetCompletenessRequest {
    v1::GetCompletenessRequest {
        region: region.to_owned(),
        period: period.to_owned(),
        ..Default::default()
    }
}

/// Rows as text: region, expected, submitted, accepted, on time, missing.
async fn rows(server: &Server, request: v1::GetCompletenessRequest) -> Vec<String> {
    let answer = told(server.reports().get_completeness(request).await);
    answer.rows.iter().map(|row| format!("{} {}", row.region, text(&row.completeness))).collect()
}

fn text(of: &Option<v1::Completeness>) -> String {
    of.as_ref().map_or_else(String::new, |of| {
        format!(
            "{} {} {} {} {}",
            of.expected_count,
            of.submitted_count,
            of.accepted_count,
            of.on_time_count,
            of.missing_count
        )
    })
}

fn missing(region: &str, month: &str) -> v1::ListMissingReportsRequest {
    v1::ListMissingReportsRequest {
        region: region.to_owned(),
        month: month.to_owned(),
        ..Default::default()
    }
}

/// Two projects of one county and one of another; the third of another city.
async fn fixture() -> Server {
    let server = Server::seeded().await;
    started(&server, "a", "330402", date(2023, 1, 10)).await;
    started(&server, "b", "330402", date(2023, 4, 1)).await;
    started(&server, "c", "330411", date(2023, 6, 30)).await;
    started(&server, "d", "330106", date(2022, 6, 30)).await;
    let mut reports = server.reports();
    accepted(&mut reports, "a", "2023-02", content(1, 0, 0), &[Level::County]).await;
    submitted(&mut reports, "a", "2023-06", content(1, 0, 0)).await;
    let all = [Level::County, Level::City, Level::Province];
    accepted(&mut reports, "b", "2023-07", content(1, 0, 0), &all).await;
    told(reports.create_report(creation("c", "2023-06", content(1, 0, 0))).await);
    server
}

#[tokio::test]
async fn it_is_told_how_many_reports_are_expected_and_how_many_are_there() {
    let server = fixture().await;
    assert_eq!(
        rows(&server, asked("regions/330400", "2023-06")).await,
        ["regions/330400 3 1 0 0 2", "regions/330402 2 1 0 0 1", "regions/330411 1 0 0 0 1"]
    );
    // February to July: a 6, b 4, c 2. Of July b's was in time.
    let mut request = asked("regions/330400", "2023");
    request.basis = v1::StatisticsBasis::County.into();
    assert_eq!(
        rows(&server, request).await,
        ["regions/330400 12 3 2 1 9", "regions/330402 10 3 2 1 7", "regions/330411 2 0 0 0 2"]
    );
    assert_eq!(rows(&server, asked("", "2022")).await, [" 7 0 0 0 7", "regions/330000 7 0 0 0 7"]);
    assert_eq!(
        rows(&server, asked("regions/330402", "2023Q1")).await,
        ["regions/330402 2 1 0 0 1", "regions/330402 2 1 0 0 1"]
    );
    let answer = told(server.reports().get_completeness(asked("regions/330400", "2023")).await);
    assert_eq!((answer.basis(), answer.period.as_str()), (v1::StatisticsBasis::Province, "2023"));
    assert_eq!(answer.rows[0].display_name, "嘉兴市");
    assert_eq!(answer.revision, server.revision().await);
}

#[tokio::test]
async fn figures_say_how_complete_they_are() {
    let server = fixture().await;
    let query = |dimensions: &[Dimension]| {
        let mut query = crate::statistics::query::query("2023H1", &[Measure::Value], dimensions);
        query.region = "regions/330400".to_owned();
        query.basis = v1::StatisticsBasis::County.into();
        query
    };
    let told_of = async |query: v1::QueryStatisticsRequest| {
        let answer = told(server.statistics().query_statistics(query).await);
        let all = answer.rows.iter().chain(answer.total.as_ref());
        all.map(|row| text(&row.completeness)).collect::<Vec<_>>()
    };
    assert_eq!(told_of(query(&[Dimension::Region])).await, ["8 2 1 0 6", "1 0 0 0 1", "9 2 1 0 7"]);
    assert_eq!(
        told_of(query(&[Dimension::Quarter])).await,
        ["2 1 1 0 1", "7 1 0 0 6", "9 2 1 0 7"]
    );
    // Of industries it isn't known what is missing.
    assert_eq!(told_of(query(&[Dimension::Industry])).await, ["", "9 2 1 0 7"]);
    let mut filtered = query(&[Dimension::Region]);
    filtered.technical_transformation = Some(true);
    assert_eq!(told_of(filtered).await, ["", "", ""]);
}

#[tokio::test]
async fn those_that_are_missing_are_listed_page_by_page() {
    let server = fixture().await;
    let mut reports = server.reports();
    let request = missing("regions/330400", "2023-06");
    let answer = told(reports.list_missing_reports(request.clone()).await);
    let shown = |answer: &v1::ListMissingReportsResponse| -> Vec<String> {
        answer.missing_reports.iter().map(|one| format!("{} {}", one.project, one.draft)).collect()
    };
    assert_eq!(shown(&answer), ["projects/b ", "projects/c reports/c-2023-06"]);
    let one = &answer.missing_reports[0];
    assert_eq!((one.title.as_str(), one.region.as_str()), ("b", "regions/330402"));
    assert_eq!((one.due_date, one.owner.as_str()), (date(2023, 7, 5), "organisations/jx-solar"));
    assert_eq!(answer.next_page_token, "");
    let mut all = Vec::new();
    let mut next = v1::ListMissingReportsRequest { page_size: 1, ..missing("", "2023-06") };
    loop {
        let answer = told(reports.list_missing_reports(next.clone()).await);
        all.extend(shown(&answer));
        next.page_token = answer.next_page_token;
        if next.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(all, ["projects/b ", "projects/c reports/c-2023-06", "projects/d "]);
    let bad =
        [("2023-01", "MONTH_JANUARY"), ("2023-08", "MONTH_IN_FUTURE"), ("", "FIELD_REQUIRED")];
    for (month, reason) in bad {
        refused(reports.list_missing_reports(missing("", month)).await)
            .has_fields(&[("month", reason)]);
    }
    for (region, period, field, reason) in [
        ("", "2023-01", "period", "PERIOD_INVALID"),
        ("", "", "period", "FIELD_REQUIRED"),
        ("regions/999999", "2023", "region", "REFERENCE_UNKNOWN"),
    ] {
        let refusal = refused(reports.get_completeness(asked(region, period)).await);
        assert_eq!(refusal.code, Code::InvalidArgument);
        refusal.has_fields(&[(field, reason)]);
    }
}

#[tokio::test]
async fn a_project_that_was_terminated_in_january_still_reports_of_it() {
    let server = Server::seeded().await;
    started(&server, "a", "330402", date(2022, 6, 1)).await;
    let request = v1::TerminateProjectRequest {
        name: "projects/a".to_owned(),
        date: date(2023, 1, 15),
        reason: "撤资".to_owned(),
        ..Default::default()
    };
    told(server.projects().terminate_project(request).await);
    submitted(&mut server.reports(), "a", "2023-02", content(1, 0, 0)).await;
    refused(server.reports().create_report(creation("a", "2023-03", content(1, 0, 0))).await)
        .has_fields(&[("report.month", "PROJECT_ENDED")]);
    assert_eq!(
        rows(&server, asked("regions/330402", "2023H1")).await[0],
        "regions/330402 1 1 0 0 0"
    );
}

/// Random numbers, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Days since 2022-01-01 as a date, of months of 28 days.
fn day(at: i32) -> v1::Date {
    v1::Date { year: 2022 + at / 336, month: at / 28 % 12 + 1, day: at % 28 + 1 }
}

/// Whether a project is expected to report of a month, looked at day by day.
fn is_expected(project: &v1::Project, year: i32, month: i32) -> bool {
    let order = |day: v1::Date| (day.year, day.month, day.day);
    let counting = || project.transitions.iter().filter(|change| !change.reverted);
    let reporting = |day: v1::Date| (day.year, day.month.max(2));
    let of = |change: &v1::StageTransition| reporting(change.date.unwrap());
    let line = |stage: i32| stage < i32::from(Stage::Suspended);
    let reached = |stage: Stage| counting().find(|one| line(one.to) && one.to >= i32::from(stage));
    let Some(start) = reached(Stage::Started) else { return false };
    let ended = counting().find(|one| one.to() == Stage::Terminated);
    let over =
        [reached(Stage::Completed), ended].into_iter().flatten().any(|one| of(one) < (year, month));
    if over || of(start) > (year, month) {
        return false;
    }
    let first = if month == 2 { 1 } else { month };
    (first..=month).flat_map(|month| (1..=31).map(move |day| v1::Date { year, month, day })).any(
        |day| {
            let before = counting().rfind(|one| order(one.date.unwrap()) <= order(day));
            before.is_none_or(|one| match one.to() {
                Stage::Suspended => false,
                Stage::Terminated => one.from() != Stage::Suspended,
                _ => true,
            })
        },
    )
}

#[tokio::test]
async fn what_is_expected_is_what_the_projects_say_whatever_happens_to_them() {
    let server = Server::seeded().await;
    let regions = ["330402", "330411", "330106", "330108"];
    let ids: Vec<String> = (0..8).map(|at| format!("p{}", "x".repeat(at))).collect();
    let mut chance = Chance(7);
    for id in &ids {
        let region = regions[chance.below(4) as usize];
        started(&server, id, region, Some(day(chance.below(100) as i32 + 40))).await;
    }
    for round in 0..160 {
        let id = &ids[chance.below(8) as usize];
        act(&server, id, &mut chance, &regions).await;
        if round % 20 == 19 {
            compare(&server).await;
        }
    }
}

/// Does something to a project; what its stage doesn't allow is refused.
async fn act(server: &Server, id: &str, chance: &mut Chance, regions: &[&str]) {
    let mut projects = server.projects();
    let name = format!("projects/{id}");
    let last = crate::project::get(&mut projects, &name).await;
    let last = last.transitions.iter().filter_map(|one| one.date).next_back().unwrap();
    let at = (last.year - 2022) * 336 + (last.month - 1) * 28 + (last.day - 1).min(27);
    let date = Some(day((at + chance.below(45) as i32).min(336 + 6 * 28)));
    let stages = [Stage::UnderConstruction, Stage::Completed, Stage::InProduction];
    let (reason, etag) = ("试".to_owned(), String::new());
    let done = match chance.below(12) {
        0..3 => {
            let request = v1::SuspendProjectRequest { name, date, reason, ..Default::default() };
            projects.suspend_project(request).await.map(|_| ())
        }
        3..6 => {
            let request = v1::ResumeProjectRequest { name, date, reason, ..Default::default() };
            projects.resume_project(request).await.map(|_| ())
        }
        6 => {
            let stage = stages[chance.below(3) as usize].into();
            let request = v1::AdvanceProjectRequest { name, stage, date, ..Default::default() };
            projects.advance_project(request).await.map(|_| ())
        }
        7..9 => {
            let request = v1::RevertProjectRequest { name, reason, ..Default::default() };
            projects.revert_project(request).await.map(|_| ())
        }
        9 if chance.below(3) == 0 => {
            let request = v1::TerminateProjectRequest { name, date, reason, ..Default::default() };
            projects.terminate_project(request).await.map(|_| ())
        }
        9 => {
            let request = v1::DeleteProjectRequest { name, etag, ..Default::default() };
            projects.delete_project(request).await.map(|_| ())
        }
        10 => {
            let request = v1::UndeleteProjectRequest { name, etag, ..Default::default() };
            projects.undelete_project(request).await.map(|_| ())
        }
        _ => {
            let request = v1::ReassignProjectsRequest {
                names: vec![name],
                region: format!("regions/{}", regions[chance.below(4) as usize]),
                effective_date: Some(day(chance.below(500) as i32)),
                reason,
                ..Default::default()
            };
            projects.reassign_projects(request).await.map(|_| ())
        }
    };
    if let Err(refusal) = done {
        assert!(matches!(refusal.code(), Code::FailedPrecondition | Code::InvalidArgument));
    }
}

/// Compares what is told with what the projects say.
async fn compare(server: &Server) {
    let all = v1::ListProjectsRequest { page_size: 100, ..Default::default() };
    let all = told(server.projects().list_projects(all).await).projects;
    for (year, month) in (2022..=2023).flat_map(|year| (2..=12).map(move |month| (year, month))) {
        let mut due: BTreeMap<String, i64> = BTreeMap::new();
        if (year, month) <= (2023, 7) {
            for project in all.iter().filter(|one| is_expected(one, year, month)) {
                *due.entry(region_of(project, year, month)).or_default() += 1;
            }
        }
        let mut came = BTreeMap::new();
        for city in ["regions/330400", "regions/330100"] {
            let request = asked(city, &format!("{year}-{month:02}"));
            let answer = told(server.reports().get_completeness(request).await);
            for row in &answer.rows[1..] {
                let count = row.completeness.unwrap().expected_count;
                if count != 0 {
                    came.insert(row.region.clone(), count);
                }
            }
        }
        assert_eq!(came, due, "{year}-{month}");
        if (year, month) <= (2023, 7) {
            let request = missing("", &format!("{year}-{month:02}"));
            let listed = told(server.reports().list_missing_reports(request).await);
            let sum: i64 = due.values().sum();
            assert_eq!(listed.missing_reports.len() as i64, sum, "{year}-{month}");
        }
    }
}

/// The region of a project on the last day of a month.
fn region_of(project: &v1::Project, year: i32, month: i32) -> String {
    let order = |day: v1::Date| (day.year, day.month, day.day);
    let days = match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let last = (year, month, days);
    let mut links = project.region_links.iter();
    let link = links.find(|link| link.valid_to.is_none_or(|to| last < order(to)));
    link.map_or_else(|| project.region.clone(), |link| link.region.clone())
}
