//! Later dates for some.

use outlay_proto::v1;
use tonic::Code;

use super::{JUNE, creation, get, june};
use crate::support::records::{date, project};
use crate::support::{Server, refused, told};

fn exception(day: i32) -> v1::ExceptReportingPeriodRequest {
    v1::ExceptReportingPeriodRequest {
        name: JUNE.to_owned(),
        region: "regions/330400".to_owned(),
        date: date(2023, 7, day),
        reason: "台风".to_owned(),
        ..Default::default()
    }
}

fn withdrawal(id: &str) -> v1::WithdrawReportingPeriodRequest {
    v1::WithdrawReportingPeriodRequest {
        name: JUNE.to_owned(),
        exception_id: id.to_owned(),
        reason: "有误".to_owned(),
        ..Default::default()
    }
}

/// The server, with a project.
async fn server() -> Server {
    let server = Server::seeded().await;
    crate::project::create(&mut server.projects(), "p-1", project("一")).await;
    server
}

#[tokio::test]
async fn a_region_and_a_project_are_excepted_and_one_of_it_withdrawn() {
    let server = server().await;
    let mut periods = server.reporting_periods();
    let first = told(periods.except_reporting_period(exception(10)).await);
    let granted = first.update_time;
    let of_project = v1::ExceptReportingPeriodRequest {
        region: String::new(),
        project: "projects/p-1".to_owned(),
        level: v1::ReviewLevel::City.into(),
        ..exception(20)
    };
    told(periods.except_reporting_period(of_project).await);
    let last = told(periods.withdraw_reporting_period(withdrawal("exception-1")).await);
    let due = v1::DeadlineException {
        id: "exception-1".to_owned(),
        region: "regions/330400".to_owned(),
        date: date(2023, 7, 10),
        reason: "台风".to_owned(),
        grant_time: granted,
        withdraw_time: last.update_time,
        withdraw_reason: "有误".to_owned(),
        ..Default::default()
    };
    let second = v1::DeadlineException {
        id: "exception-2".to_owned(),
        region: String::new(),
        project: "projects/p-1".to_owned(),
        level: v1::ReviewLevel::City.into(),
        date: date(2023, 7, 20),
        withdraw_time: None,
        withdraw_reason: String::new(),
        ..due.clone()
    };
    assert_eq!(last.exceptions, [due, second]);
    assert_eq!(get(&mut periods, JUNE).await, last);
    refused(periods.withdraw_reporting_period(withdrawal("exception-1")).await)
        .has_fields(&[("exception_id", "EXCEPTION_WITHDRAWN")]);
}

#[tokio::test]
async fn bad_exceptions_are_told_and_record_nothing() {
    let server = server().await;
    let mut periods = server.reporting_periods();
    let cases = [
        (
            v1::ExceptReportingPeriodRequest { region: String::new(), ..exception(10) },
            ("region", "FIELD_REQUIRED"),
        ),
        (
            v1::ExceptReportingPeriodRequest {
                project: "projects/p-1".to_owned(),
                ..exception(10)
            },
            ("region", "FIELD_CONTRADICTION"),
        ),
        (
            v1::ExceptReportingPeriodRequest {
                project: "projects/nobody".to_owned(),
                region: String::new(),
                ..exception(10)
            },
            ("project", "REFERENCE_UNKNOWN"),
        ),
        (
            v1::ExceptReportingPeriodRequest {
                region: "regions/999999".to_owned(),
                ..exception(10)
            },
            ("region", "REFERENCE_UNKNOWN"),
        ),
        (exception(5), ("date", "DATE_ORDER")),
        (
            v1::ExceptReportingPeriodRequest { date: date(2024, 7, 10), ..exception(10) },
            ("date", "FIELD_OUT_OF_RANGE"),
        ),
        (
            v1::ExceptReportingPeriodRequest { date: date(2023, 2, 30), ..exception(10) },
            ("date", "FIELD_OUT_OF_RANGE"),
        ),
        (
            v1::ExceptReportingPeriodRequest { date: None, ..exception(10) },
            ("date", "FIELD_REQUIRED"),
        ),
        (
            v1::ExceptReportingPeriodRequest { reason: String::new(), ..exception(10) },
            ("reason", "FIELD_REQUIRED"),
        ),
    ];
    for (request, due) in cases {
        refused(periods.except_reporting_period(request).await).has_fields(&[due]);
    }
    refused(periods.withdraw_reporting_period(withdrawal("exception-1")).await)
        .has_fields(&[("exception_id", "REFERENCE_UNKNOWN")]);
    assert_eq!(get(&mut periods, JUNE).await.uid, "");
}

#[tokio::test]
async fn updates_keep_exceptions_and_closings() {
    let server = server().await;
    let mut periods = server.reporting_periods();
    told(periods.create_reporting_period(creation(june())).await);
    let before = told(periods.except_reporting_period(exception(10)).await);
    let update = v1::UpdateReportingPeriodRequest {
        reporting_period: Some(v1::ReportingPeriod {
            name: JUNE.to_owned(),
            submission_deadline: date(2023, 7, 6),
            ..june()
        }),
        update_mask: crate::support::records::mask(&["*"]),
        ..Default::default()
    };
    let after = told(periods.update_reporting_period(update).await);
    assert_eq!(after.submission_deadline, date(2023, 7, 6));
    assert_eq!(after.exceptions, before.exceptions);
}

#[tokio::test]
async fn an_excepted_project_may_go_afterwards() {
    let server = server().await;
    let mut periods = server.reporting_periods();
    let request = v1::ExceptReportingPeriodRequest {
        region: String::new(),
        project: "projects/p-1".to_owned(),
        ..exception(10)
    };
    told(periods.except_reporting_period(request.clone()).await);
    let name = "projects/p-1".to_owned();
    let delete = v1::DeleteProjectRequest { name, ..Default::default() };
    told(server.projects().delete_project(delete).await);
    let later = v1::ExceptReportingPeriodRequest { date: date(2023, 7, 12), ..request };
    refused(periods.except_reporting_period(later).await)
        .has_fields(&[("project", "REFERENCE_UNKNOWN")]);
    let withdrawn = told(periods.withdraw_reporting_period(withdrawal("exception-1")).await);
    assert!(withdrawn.exceptions[0].withdraw_time.is_some());
    let stale = v1::WithdrawReportingPeriodRequest {
        etag: "0123456789abcdef".to_owned(),
        ..withdrawal("exception-1")
    };
    let stale = refused(periods.withdraw_reporting_period(stale).await);
    assert_eq!(stale, (Code::Aborted, "ETAG_MISMATCH"));
}
