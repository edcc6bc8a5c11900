//! Monthly reports, over the wire.

#![cfg(test)]

mod batch;
mod completeness;
mod corrections;
mod entry;
mod imports;
mod lists;
mod periods;
mod review;

use outlay_proto::v1;

use crate::support::records::{date, project, yuan};
use crate::support::{Reports, Server, told};

/// A server with the seeds and the project `projects/p`, of county 330402.
pub(crate) async fn server() -> Server {
    let server = Server::seeded().await;
    create_project(&server, "p", |_| {}).await;
    server
}

/// Lets a project begin on the fifth of January 2020.
async fn begin(server: &Server, id: &str) {
    let request = v1::AdvanceProjectRequest {
        name: format!("projects/{id}"),
        stage: v1::ProjectStage::Negotiating.into(),
        date: date(2020, 1, 5),
        ..Default::default()
    };
    told(server.projects().advance_project(request).await);
}

pub(crate) async fn create_project(
    server: &Server,
    id: &str,
    change: impl FnOnce(&mut v1::Project),
) -> v1::Project {
    let mut given = project(id);
    change(&mut given);
    let request = v1::CreateProjectRequest {
        project: Some(given),
        project_id: id.to_owned(),
        ..Default::default()
    };
    let created = told(server.projects().create_project(request).await);
    begin(server, id).await;
    created
}

/// What a report says of a month in which this was invested, in yuan.
pub(crate) fn content(construction: i64, equipment: i64, other: i64) -> v1::ReportContent {
    v1::ReportContent {
        investment: Some(v1::MonthlyInvestment {
            construction_and_installation: yuan(construction),
            equipment: yuan(equipment),
            other: yuan(other),
            total: None,
        }),
        ..Default::default()
    }
}

pub(crate) fn creation(
    project: &str,
    month: &str,
    says: v1::ReportContent,
) -> v1::CreateReportRequest {
    v1::CreateReportRequest {
        report: Some(v1::Report {
            project: format!("projects/{project}"),
            month: month.to_owned(),
            content: Some(says),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// Name of the report of a project and month.
pub(crate) fn name(project: &str, month: &str) -> String {
    format!("reports/{project}-{month}")
}

pub(crate) async fn get(reports: &mut Reports, name: &str) -> v1::Report {
    let request = v1::GetReportRequest { name: name.to_owned(), ..Default::default() };
    told(reports.get_report(request).await)
}

pub(crate) fn submission(name: &str) -> v1::SubmitReportRequest {
    v1::SubmitReportRequest { name: name.to_owned(), ..Default::default() }
}

pub(crate) fn acceptance(name: &str, level: v1::ReviewLevel) -> v1::AcceptReportRequest {
    v1::AcceptReportRequest { name: name.to_owned(), level: level.into(), ..Default::default() }
}

pub(crate) fn rejection(name: &str, level: v1::ReviewLevel) -> v1::ReturnReportRequest {
    v1::ReturnReportRequest {
        name: name.to_owned(),
        level: level.into(),
        code: v1::ReturnCode::Implausible.into(),
        text: "三倍于上月，请说明".to_owned(),
        ..Default::default()
    }
}

pub(crate) fn reopening(name: &str, level: v1::ReviewLevel) -> v1::ReopenReportRequest {
    v1::ReopenReportRequest {
        name: name.to_owned(),
        level: level.into(),
        reason: "发票重复计算".to_owned(),
        ..Default::default()
    }
}

pub(crate) fn correction(name: &str) -> v1::CorrectReportRequest {
    v1::CorrectReportRequest {
        name: name.to_owned(),
        reason: "发票重复计算".to_owned(),
        ..Default::default()
    }
}

/// A report of this, submitted.
pub(crate) async fn submitted(
    reports: &mut Reports,
    project: &str,
    month: &str,
    says: v1::ReportContent,
) -> v1::Report {
    told(reports.create_report(creation(project, month, says)).await);
    told(reports.submit_report(submission(&name(project, month))).await)
}

/// The same, accepted on these levels.
pub(crate) async fn accepted(
    reports: &mut Reports,
    project: &str,
    month: &str,
    says: v1::ReportContent,
    levels: &[v1::ReviewLevel],
) -> v1::Report {
    let mut report = submitted(reports, project, month, says).await;
    for level in levels {
        report = told(reports.accept_report(acceptance(&report.name, *level)).await);
    }
    report
}

/// Changes what a report says.
pub(crate) async fn change(
    reports: &mut Reports,
    name: &str,
    says: v1::ReportContent,
) -> v1::Report {
    let request = v1::UpdateReportRequest {
        report: Some(v1::Report {
            name: name.to_owned(),
            content: Some(says),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(reports.update_report(request).await)
}
