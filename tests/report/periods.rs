//! Months that are closed, dates by which reports are due, and who reviews in
//! whose place.

use outlay_proto::v1;
use outlay_proto::v1::ReviewLevel as Level;
use tonic::Code;

use super::{
    acceptance, accepted, content, correction, create_project, rejection, reopening, server,
    submission, submitted,
};
use crate::support::records::date;
use crate::support::{Server, refused, told};

const CLOSED: (Code, &str) = (Code::FailedPrecondition, "REPORTING_PERIOD_CLOSED");

async fn close(server: &Server, region: &str, level: Level) {
    let request = v1::CloseReportingPeriodRequest {
        name: "reportingPeriods/2023-06".to_owned(),
        region: region.to_owned(),
        level: level.into(),
        ..Default::default()
    };
    told(server.client().reporting_periods().close_reporting_period(request).await);
}

#[tokio::test]
async fn nothing_is_done_in_a_month_that_is_closed() {
    let server = server().await;
    create_project(&server, "q", |project| project.region = "regions/330106".to_owned()).await;
    let mut reports = server.reports();
    let report = submitted(&mut reports, "p", "2023-06", content(1, 0, 0)).await.name;
    create_project(&server, "drafted", |_| {}).await;
    told(reports.create_report(super::creation("drafted", "2023-06", content(1, 0, 0))).await);
    close(&server, "regions/330400", Level::City).await;

    let refusals = [
        refused(reports.submit_report(submission("reports/drafted-2023-06")).await),
        refused(reports.correct_report(correction(&report)).await),
        refused(reports.accept_report(acceptance(&report, Level::County)).await),
        refused(reports.return_report(rejection(&report, Level::County)).await),
        refused(reports.reopen_report(reopening(&report, Level::County)).await),
        refused(
            reports
                .delete_report(v1::DeleteReportRequest {
                    name: report.clone(),
                    ..Default::default()
                })
                .await,
        ),
        refused(
            reports
                .batch_accept_reports(v1::BatchAcceptReportsRequest {
                    names: vec![report.clone()],
                    level: Level::County.into(),
                    ..Default::default()
                })
                .await,
        ),
    ];
    for refusal in refusals {
        assert_eq!(refusal, CLOSED);
        assert!(refusal.message.contains("regions/330400"), "{}", refusal.message);
    }
    // Neither another city nor another month is closed, nor the level above.
    submitted(&mut reports, "q", "2023-06", content(1, 0, 0)).await;
    submitted(&mut reports, "p", "2023-05", content(1, 0, 0)).await;
    let request = v1::ReopenReportingPeriodRequest {
        name: "reportingPeriods/2023-06".to_owned(),
        region: "regions/330400".to_owned(),
        level: Level::City.into(),
        reason: "更正".to_owned(),
        ..Default::default()
    };
    told(server.client().reporting_periods().reopen_reporting_period(request).await);
    told(reports.accept_report(acceptance(&report, Level::County)).await);
    told(reports.accept_report(acceptance(&report, Level::City)).await);
    close(&server, "regions/330400", Level::City).await;
    told(reports.accept_report(acceptance(&report, Level::Province)).await);
}

#[tokio::test]
async fn an_exception_moves_the_day_by_which_a_report_is_due() {
    let server = server().await;
    let request = v1::ExceptReportingPeriodRequest {
        name: "reportingPeriods/2023-06".to_owned(),
        project: "projects/p".to_owned(),
        date: date(2023, 8, 1),
        reason: "系统故障".to_owned(),
        ..Default::default()
    };
    told(server.client().reporting_periods().except_reporting_period(request).await);
    let mut reports = server.reports();
    let report = submitted(&mut reports, "p", "2023-06", content(1, 0, 0)).await;
    let one = &report.submissions[0];
    assert_eq!((one.due_date, one.late), (date(2023, 8, 1), false));
    let late = told(reports.accept_report(acceptance(&report.name, Level::County)).await);
    let one = &late.acceptances[0];
    assert_eq!((one.due_date, one.late), (date(2023, 7, 8), true));
}

#[tokio::test]
async fn a_level_lets_others_accept_in_its_place_for_a_time() {
    let server = server().await;
    let delegation = v1::ReviewDelegation {
        region: "regions/330402".to_owned(),
        level: Level::County.into(),
        delegate: "organisations/jx-eit".to_owned(),
        first_date: date(2023, 7, 28),
        last_date: date(2023, 7, 30),
        reason: "休假".to_owned(),
        ..Default::default()
    };
    let request = v1::CreateReviewDelegationRequest {
        review_delegation: Some(delegation),
        review_delegation_id: "leave".to_owned(),
        ..Default::default()
    };
    told(server.client().review_delegations().create_review_delegation(request).await);
    let mut reports = server.reports();
    let by = |report: &str, level, name: &str| v1::AcceptReportRequest {
        delegation: format!("reviewDelegations/{name}"),
        ..acceptance(report, level)
    };
    let may = submitted(&mut reports, "p", "2023-05", content(1, 0, 0)).await.name;
    refused(reports.accept_report(by(&may, Level::County, "none")).await)
        .has_fields(&[("delegation", "REFERENCE_UNKNOWN")]);
    let done = told(reports.accept_report(by(&may, Level::County, "leave")).await);
    assert_eq!(done.acceptances[0].delegation, "reviewDelegations/leave");
    refused(reports.accept_report(by(&may, Level::City, "leave")).await)
        .has_fields(&[("delegation", "FIELD_CONTRADICTION")]);
    server.advance(std::time::Duration::from_secs(3 * 86_400));
    let june = submitted(&mut reports, "p", "2023-06", content(1, 0, 0)).await.name;
    refused(reports.accept_report(by(&june, Level::County, "leave")).await)
        .has_fields(&[("delegation", "DELEGATION_NOT_IN_FORCE")]);
    accepted(&mut reports, "p", "2023-07", content(1, 0, 0), &[Level::County]).await;
}
