//! Figures beside a full recomputation, while reports are edited, returned,
//! corrected, reopened and deleted, and projects move.

use std::collections::BTreeMap;

use outlay_proto::v1;
use outlay_proto::v1::{Dimension, Measure, ReviewLevel as Level};

use super::query::{answered, query, rows};
use crate::engine::support::Random;
use crate::report::{
    acceptance, content, correction, create_project, creation, name, rejection, reopening,
    submission,
};
use crate::support::records::date;
use crate::support::{Reports, Server, told};

const PROJECTS: [&str; 5] = ["a", "b", "c", "d", "e"];
const MONTHS: [&str; 5] = ["2022-05", "2022-06", "2023-02", "2023-05", "2023-06"];
const REGIONS: [&str; 5] = ["330402", "330411", "330106", "330108", "330400"];
const LEVELS: [Level; 3] = [Level::County, Level::City, Level::Province];

async fn scene() -> Server {
    let server = Server::seeded().await;
    for (at, id) in PROJECTS.into_iter().enumerate() {
        create_project(&server, id, |project| {
            project.region = format!("regions/{}", REGIONS[at]);
            project.clusters = vec!["clusters/c13".to_owned()];
            project.lists = vec!["major".to_owned()];
        })
        .await;
    }
    server
}

/// Does something with a report or a project; what isn't allowed changes nothing.
async fn act(server: &Server, reports: &mut Reports, random: &mut Random) {
    let mut pick = |count: usize| random.below(count as u64) as usize;
    let (project, month) = (PROJECTS[pick(5)], MONTHS[pick(5)]);
    let (report, level) = (name(project, month), LEVELS[pick(3)]);
    let amounts = [pick(1_000), pick(1_000), pick(1_000)].map(|amount| amount as i64);
    let says = v1::ReportContent {
        comment: "核实".to_owned(),
        ..content(amounts[0], amounts[1], amounts[2])
    };
    match pick(14) {
        0 | 1 => drop(reports.create_report(creation(project, month, says)).await),
        2 => {
            let report = v1::Report { name: report, content: Some(says), ..Default::default() };
            let request = v1::UpdateReportRequest { report: Some(report), ..Default::default() };
            drop(reports.update_report(request).await);
        }
        3 | 4 => drop(reports.submit_report(submission(&report)).await),
        5..=8 => drop(reports.accept_report(acceptance(&report, level)).await),
        9 => drop(reports.return_report(rejection(&report, level)).await),
        10 => drop(reports.reopen_report(reopening(&report, level)).await),
        11 => drop(reports.correct_report(correction(&report)).await),
        12 => {
            let request = v1::DeleteReportRequest { name: report.clone(), ..Default::default() };
            if reports.delete_report(request).await.is_err() {
                let request = v1::UndeleteReportRequest { name: report, ..Default::default() };
                drop(reports.undelete_report(request).await);
            }
        }
        _ => change_project(server, project, pick(5), pick(4)).await,
    }
}

async fn change_project(server: &Server, project: &str, region: usize, what: usize) {
    if what == 0 {
        let request = v1::ReassignProjectsRequest {
            names: vec![format!("projects/{project}")],
            region: format!("regions/{}", REGIONS[region]),
            effective_date: date(2023, 3, 1 + region as i32),
            reason: "迁建".to_owned(),
            ..Default::default()
        };
        drop(server.projects().reassign_projects(request).await);
        return;
    }
    let clusters = [vec!["clusters/c13".to_owned()], vec!["clusters/w4".to_owned()], vec![]];
    let changed = v1::Project {
        name: format!("projects/{project}"),
        industry: if region.is_multiple_of(2) { "industries/39" } else { "industries/3825" }
            .to_owned(),
        construction_kind: v1::ConstructionKind::Expansion.into(),
        technical_transformation: region > 2,
        clusters: clusters[region % 3].clone(),
        lists: if what == 2 { vec![] } else { vec!["major".to_owned(), "city".to_owned()] },
        ..Default::default()
    };
    let paths = ["industry", "construction_kind", "technical_transformation", "clusters", "lists"];
    let request = v1::UpdateProjectRequest {
        project: Some(changed),
        update_mask: crate::support::records::mask(&paths),
        ..Default::default()
    };
    drop(server.projects().update_project(request).await);
}

async fn all_reports(reports: &mut Reports) -> Vec<v1::Report> {
    let request = v1::ListReportsRequest { page_size: 1_000, ..Default::default() };
    told(reports.list_reports(request).await).reports
}

/// The submission of a report that counts on a basis.
fn counting(report: &v1::Report, basis: v1::StatisticsBasis) -> Option<&v1::ReportSubmission> {
    let level = match basis {
        v1::StatisticsBasis::Submitted => return report.submissions.last(),
        v1::StatisticsBasis::County => Level::County,
        v1::StatisticsBasis::City => Level::City,
        _ => Level::Province,
    };
    report.acceptances.iter().find_map(|accepted| {
        let mut submissions = report.submissions.iter();
        let submission = submissions.find(|one| one.number == accepted.submission)?;
        let mut between = submission.reviewers.iter().map(v1::Reviewer::level);
        let is_next =
            accepted.level() >= level && !between.any(|one| one >= level && one < accepted.level());
        is_next.then_some(submission)
    })
}

/// Rows of values by one key, worked out from the reports.
fn recomputed(
    reports: &[v1::Report],
    basis: v1::StatisticsBasis,
    keys: impl Fn(&v1::Report, &v1::ReportSubmission) -> Vec<String>,
) -> Vec<String> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    let mut total = 0;
    for report in reports.iter().filter(|report| report.month.starts_with("2023")) {
        let Some(submission) = counting(report, basis) else { continue };
        let content = submission.content.clone().unwrap_or_default();
        let value = content.investment.and_then(|one| one.total).map_or(0, |money| money.units);
        total += value;
        for key in keys(report, submission) {
            *sums.entry(key).or_default() += value;
        }
    }
    let rows = sums.into_iter().map(|(key, sum)| format!("{key} {sum}"));
    rows.chain([total.to_string()]).collect()
}

async fn compare(server: &Server, reports: &[v1::Report]) {
    type Keys = fn(&v1::Report, &v1::ReportSubmission) -> Vec<String>;
    let dimensions: [(Dimension, Keys); 8] = [
        (Dimension::Region, |_, one| vec![one.region.clone()]),
        (Dimension::Industry, |_, one| vec![one.division.clone()]),
        (Dimension::ConstructionKind, |_, one| {
            vec![one.construction_kind().as_str_name().replace("CONSTRUCTION_KIND_", "")]
        }),
        (Dimension::TechnicalTransformation, |_, one| {
            vec![one.technical_transformation.to_string()]
        }),
        (Dimension::SizeClass, |_, one| {
            vec![one.size_class().as_str_name().replace("SIZE_CLASS_", "")]
        }),
        (Dimension::Cluster, |_, one| one.clusters.clone()),
        (Dimension::List, |_, one| one.lists.clone()),
        (Dimension::Month, |report, _| vec![report.month.clone()]),
    ];
    let bases = [
        v1::StatisticsBasis::Submitted,
        v1::StatisticsBasis::County,
        v1::StatisticsBasis::City,
        v1::StatisticsBasis::Province,
    ];
    for basis in bases {
        for (dimension, keys) in dimensions {
            let mut request = query("2023", &[Measure::Value], &[dimension]);
            request.basis = basis.into();
            request.region_depth = 2;
            let answer = answered(server, request).await;
            // Rows that nothing was reported for tell no more than the recomputation.
            let came = rows(&answer).into_iter().filter(|row| !row.ends_with(" 0"));
            let due = recomputed(reports, basis, keys);
            let due = due.into_iter().filter(|row| !row.ends_with(" 0"));
            let (mut came, mut due): (Vec<_>, Vec<_>) = (came.collect(), due.collect());
            came.sort();
            due.sort();
            assert_eq!(came, due, "{basis:?} {dimension:?}");
        }
    }
}

#[tokio::test]
async fn every_figure_is_that_of_a_full_recomputation() {
    for seed in [7, 11] {
        let server = scene().await;
        let mut reports = server.reports();
        let mut random = Random::new(seed);
        for round in 1..=1_500 {
            act(&server, &mut reports, &mut random).await;
            if round % 150 == 0 {
                let all = all_reports(&mut reports).await;
                compare(&server, &all).await;
            }
        }
        let all = all_reports(&mut reports).await;
        assert!(all.iter().any(|report| report.acceptances.len() > 1), "some were accepted");
        assert!(all.iter().any(|report| report.submissions.len() > 1), "some were corrected");
    }
}
