//! Corrections: nothing that counts is dropped while they are reviewed.

use outlay_proto::v1;
use outlay_proto::v1::{ReportState as State, ReviewLevel as Level};
use tonic::Code;

use super::{
    acceptance, accepted, change, content, correction, get, rejection, reopening, server,
    submission,
};
use crate::support::{refused, told};

const ALL: [Level; 3] = [Level::County, Level::City, Level::Province];

fn accepted_numbers(report: &v1::Report) -> Vec<(Level, i32)> {
    report.acceptances.iter().map(|one| (one.level(), one.submission)).collect()
}

#[tokio::test]
async fn a_correction_replaces_what_counts_level_by_level() {
    let server = server().await;
    let mut reports = server.reports();
    let report = accepted(&mut reports, "p", "2023-06", content(100, 0, 0), &ALL).await.name;

    let busy = v1::UpdateReportRequest {
        report: Some(v1::Report {
            name: report.clone(),
            content: Some(content(90, 0, 0)),
            ..Default::default()
        }),
        ..Default::default()
    };
    let refusal = refused(reports.update_report(busy).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));

    let draft = told(reports.correct_report(correction(&report)).await);
    assert_eq!((draft.state(), draft.correction_reason.as_str()), (State::Draft, "发票重复计算"));
    assert_eq!(accepted_numbers(&draft), [(ALL[0], 1), (ALL[1], 1), (ALL[2], 1)]);
    change(&mut reports, &report, content(90, 0, 0)).await;
    let second = told(reports.submit_report(submission(&report)).await);
    assert_eq!(second.submissions[1].correction_reason, "发票重复计算");
    assert_eq!(second.correction_reason, "");
    assert_eq!(accepted_numbers(&second), [(ALL[0], 1), (ALL[1], 1), (ALL[2], 1)]);

    let county = told(reports.accept_report(acceptance(&report, Level::County)).await);
    assert_eq!(accepted_numbers(&county), [(ALL[0], 2), (ALL[1], 1), (ALL[2], 1)]);
    assert_eq!(county.accepted_level(), Level::County);
    let returned = told(reports.return_report(rejection(&report, Level::City)).await);
    assert_eq!(accepted_numbers(&returned), [(ALL[0], 2), (ALL[1], 1), (ALL[2], 1)]);

    change(&mut reports, &report, content(95, 0, 0)).await;
    told(reports.submit_report(submission(&report)).await);
    for level in ALL {
        told(reports.accept_report(acceptance(&report, level)).await);
    }
    let done = get(&mut reports, &report).await;
    assert_eq!(accepted_numbers(&done), [(ALL[0], 3), (ALL[1], 3), (ALL[2], 3)]);
}

#[tokio::test]
async fn what_was_accepted_before_counts_again_when_an_acceptance_is_taken_back() {
    let server = server().await;
    let mut reports = server.reports();
    let report = accepted(&mut reports, "p", "2023-06", content(100, 0, 0), &ALL[..1]).await.name;
    told(reports.correct_report(correction(&report)).await);
    change(&mut reports, &report, content(90, 0, 0)).await;
    told(reports.submit_report(submission(&report)).await);
    let second = told(reports.accept_report(acceptance(&report, Level::County)).await);
    assert_eq!(second.acceptances[0].replaced_submission, 1);
    let back = told(reports.reopen_report(reopening(&report, Level::County)).await);
    assert_eq!((back.state(), accepted_numbers(&back)), (State::Submitted, vec![(ALL[0], 1)]));
    assert_eq!(back.submissions.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn a_report_that_counts_is_not_deleted() {
    let server = server().await;
    let mut reports = server.reports();
    let report = accepted(&mut reports, "p", "2023-06", content(100, 0, 0), &ALL[..1]).await.name;
    let deletion = v1::DeleteReportRequest { name: report.clone(), ..Default::default() };
    let refusal = refused(reports.delete_report(deletion.clone()).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "HIGHER_LEVEL_ACCEPTED"));
    told(reports.reopen_report(reopening(&report, Level::County)).await);
    let deleted = told(reports.delete_report(deletion).await);
    assert!(deleted.delete_time.is_some());
    let back = v1::UndeleteReportRequest { name: report, ..Default::default() };
    assert_eq!(told(reports.undelete_report(back).await).state(), State::Submitted);
}

#[tokio::test]
async fn a_project_with_reports_is_not_deleted() {
    let server = server().await;
    let mut reports = server.reports();
    told(reports.create_report(super::creation("p", "2023-06", content(1, 0, 0))).await);
    let deletion = v1::DeleteProjectRequest { name: "projects/p".to_owned(), ..Default::default() };
    let refusal = refused(server.projects().delete_project(deletion.clone()).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "RECORD_IN_USE"));
    let name = super::name("p", "2023-06");
    told(
        reports
            .delete_report(v1::DeleteReportRequest { name: name.clone(), ..Default::default() })
            .await,
    );
    told(server.projects().delete_project(deletion).await);
    let back = v1::UndeleteReportRequest { name, ..Default::default() };
    let refusal = refused(reports.undelete_report(back).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "RECORD_DELETED"));
}

#[tokio::test]
async fn every_version_of_a_report_stays() {
    let server = server().await;
    let mut reports = server.reports();
    let report = accepted(&mut reports, "p", "2023-06", content(100, 0, 0), &ALL).await;
    let request = v1::ListReportHistoryRequest { name: report.name.clone(), ..Default::default() };
    let history = told(reports.list_report_history(request).await);
    let states: Vec<_> =
        history.versions.iter().filter_map(|one| one.after.as_ref()).map(|r| r.state()).collect();
    assert_eq!(
        states,
        [State::Accepted, State::Accepted, State::Accepted, State::Submitted, State::Draft]
    );
    let first = history.versions.last().and_then(|one| one.change.as_ref()).map(|c| c.revision);
    let at = v1::GetReportRequest {
        name: report.name,
        revision: first.unwrap_or_default(),
        ..Default::default()
    };
    assert_eq!(told(reports.get_report(at).await).state(), State::Draft);
}
