//! Reporting periods, over the wire.

#![cfg(test)]

mod closings;
mod exceptions;
mod races;

use outlay_proto::v1;
use tonic::Code;

use crate::support::records::{date, mask, request_id};
use crate::support::{ReportingPeriods, Server, refused, told};

const JUNE: &str = "reportingPeriods/2023-06";

pub(crate) fn june() -> v1::ReportingPeriod {
    v1::ReportingPeriod { month: "2023-06".to_owned(), ..Default::default() }
}

pub(crate) fn creation(given: v1::ReportingPeriod) -> v1::CreateReportingPeriodRequest {
    v1::CreateReportingPeriodRequest { reporting_period: Some(given), ..Default::default() }
}

pub(crate) async fn get(periods: &mut ReportingPeriods, name: &str) -> v1::ReportingPeriod {
    let request = v1::GetReportingPeriodRequest { name: name.to_owned(), ..Default::default() };
    told(periods.get_reporting_period(request).await)
}

fn update(given: v1::ReportingPeriod, paths: &[&str]) -> v1::UpdateReportingPeriodRequest {
    let name = JUNE.to_owned();
    v1::UpdateReportingPeriodRequest {
        reporting_period: Some(v1::ReportingPeriod { name, ..given }),
        update_mask: mask(paths).filter(|mask| !mask.paths.is_empty()),
        ..Default::default()
    }
}

/// The effective deadlines: month and day, from the submission on.
fn effective(period: &v1::ReportingPeriod) -> Vec<(i32, i32)> {
    let reviews = period.effective_review_deadlines.unwrap_or_default();
    let submission = period.effective_submission_deadline;
    let all = [submission, reviews.county, reviews.city, reviews.province, reviews.nation];
    all.into_iter().flatten().map(|day| (day.month, day.day)).collect()
}

#[tokio::test]
async fn a_month_without_a_record_shows_the_deadlines_of_the_settings() {
    let server = Server::with(|config| config.reporting.nation = 31);
    let mut periods = server.reporting_periods();
    let shown = get(&mut periods, "reportingPeriods/2023-08").await;
    assert_eq!(effective(&shown), [(9, 5), (9, 8), (9, 10), (9, 12), (9, 30)]);
    let effective_submission_deadline = shown.effective_submission_deadline;
    let effective_review_deadlines = shown.effective_review_deadlines;
    let due = v1::ReportingPeriod {
        name: "reportingPeriods/2023-08".to_owned(),
        month: "2023-08".to_owned(),
        effective_submission_deadline,
        effective_review_deadlines,
        ..Default::default()
    };
    assert_eq!(shown, due, "there is no uid and no etag");
    let list = v1::ListReportingPeriodsRequest::default();
    assert_eq!(told(periods.list_reporting_periods(list).await).reporting_periods, []);
    let at = v1::GetReportingPeriodRequest { name: due.name, revision: 1, ..Default::default() };
    let never = refused(periods.get_reporting_period(at).await);
    assert_eq!(never, (Code::NotFound, "RECORD_NOT_FOUND"));
}

#[tokio::test]
async fn what_is_no_month_of_reporting_is_refused() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    for (month, reason) in [
        ("2023-01", "MONTH_JANUARY"),
        ("2023-13", "FIELD_OUT_OF_RANGE"),
        ("2999-12", "FIELD_OUT_OF_RANGE"),
        ("june", "FIELD_FORMAT"),
    ] {
        let name = format!("reportingPeriods/{month}");
        let request = v1::GetReportingPeriodRequest { name: name.clone(), ..Default::default() };
        let answer = refused(periods.get_reporting_period(request).await);
        answer.has_fields(&[("name", reason)]);
        let close = v1::CloseReportingPeriodRequest {
            name,
            region: "regions/330400".to_owned(),
            level: v1::ReviewLevel::City.into(),
            ..Default::default()
        };
        let answer = refused(periods.close_reporting_period(close).await);
        answer.has_fields(&[("name", reason)]);
    }
    let given = |month: &str| v1::ReportingPeriod { month: month.to_owned(), ..june() };
    for (month, reason) in
        [("2023-01", "MONTH_JANUARY"), ("2023-13", "FIELD_FORMAT"), ("", "FIELD_REQUIRED")]
    {
        let answer = refused(periods.create_reporting_period(creation(given(month))).await);
        answer.has_fields(&[("reporting_period.month", reason)]);
    }
    let other = v1::CreateReportingPeriodRequest {
        reporting_period_id: "2023-07".to_owned(),
        ..creation(june())
    };
    refused(periods.create_reporting_period(other).await)
        .has_fields(&[("reporting_period_id", "FIELD_CONTRADICTION")]);
}

#[tokio::test]
async fn dates_are_set_changed_and_taken_back_and_the_history_tells() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    let given = v1::ReportingPeriod { submission_deadline: date(2023, 7, 6), ..june() };
    let created = told(periods.create_reporting_period(creation(given.clone())).await);
    assert_eq!(created.name, JUNE);
    assert_eq!(effective(&created), [(7, 6), (7, 8), (7, 10), (7, 12), (7, 15)]);
    let exists = refused(periods.create_reporting_period(creation(given)).await);
    assert_eq!(exists, (Code::AlreadyExists, "RECORD_EXISTS"));

    let city = v1::ReviewDeadlines { city: date(2023, 7, 20), ..Default::default() };
    let given = v1::ReportingPeriod { review_deadlines: Some(city), ..Default::default() };
    let changed = update(given, &["review_deadlines.city"]);
    let changed = told(periods.update_reporting_period(changed).await);
    assert_eq!(effective(&changed), [(7, 6), (7, 8), (7, 20), (7, 20), (7, 20)]);
    let taken = update(v1::ReportingPeriod::default(), &["submission_deadline"]);
    let taken = told(periods.update_reporting_period(taken).await);
    assert_eq!(taken.submission_deadline, None);
    assert_eq!(effective(&taken)[0], (7, 5));
    assert_eq!(get(&mut periods, JUNE).await, taken);

    let history =
        v1::ListReportingPeriodHistoryRequest { name: JUNE.to_owned(), ..Default::default() };
    let history = told(periods.list_reporting_period_history(history).await).versions;
    let fields: Vec<_> =
        history.iter().map(|one| one.change.as_ref().unwrap().changed_fields.join(" ")).collect();
    assert_eq!(fields, ["submission_deadline", "review_deadlines", ""]);
    let at = v1::GetReportingPeriodRequest {
        name: JUNE.to_owned(),
        revision: created.revision,
        ..Default::default()
    };
    let before = told(periods.get_reporting_period(at).await);
    assert_eq!(before.submission_deadline, date(2023, 7, 6));
}

#[tokio::test]
async fn bad_dates_are_told_and_change_nothing() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    let bad = v1::ReportingPeriod {
        submission_deadline: date(2023, 7, 9),
        review_deadlines: Some(v1::ReviewDeadlines {
            county: date(2023, 7, 8),
            city: date(2023, 2, 30),
            nation: date(2099, 1, 1),
            ..Default::default()
        }),
        ..june()
    };
    let answer = refused(periods.create_reporting_period(creation(bad.clone())).await);
    answer.has_fields(&[("reporting_period.review_deadlines.city", "FIELD_OUT_OF_RANGE")]);
    let mut bad = bad;
    bad.review_deadlines.as_mut().unwrap().city = None;
    let answer = refused(periods.create_reporting_period(creation(bad)).await);
    answer.has_fields(&[
        ("reporting_period.review_deadlines.county", "DATE_ORDER"),
        ("reporting_period.review_deadlines.nation", "FIELD_OUT_OF_RANGE"),
    ]);
    let none = refused(periods.update_reporting_period(update(june(), &["*"])).await);
    assert_eq!(none, (Code::NotFound, "RECORD_NOT_FOUND"));
    assert_eq!(get(&mut periods, JUNE).await.uid, "");

    let created = told(periods.create_reporting_period(creation(june())).await);
    let other = v1::ReportingPeriod { month: "2023-07".to_owned(), ..Default::default() };
    refused(periods.update_reporting_period(update(other, &[])).await)
        .has_fields(&[("reporting_period.month", "FIELD_IMMUTABLE")]);
    assert_eq!(get(&mut periods, JUNE).await, created);
}

#[tokio::test]
async fn what_is_deleted_counts_no_more_and_comes_back() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    let given = v1::ReportingPeriod { submission_deadline: date(2023, 7, 6), ..june() };
    let created = told(periods.create_reporting_period(creation(given)).await);
    let delete = v1::DeleteReportingPeriodRequest { name: JUNE.to_owned(), ..Default::default() };
    let deleted = told(periods.delete_reporting_period(delete).await);
    assert!(deleted.delete_time.is_some());
    assert_eq!(deleted.submission_deadline, date(2023, 7, 6));
    assert_eq!(effective(&deleted)[0], (7, 5));
    let gone = (Code::FailedPrecondition, "RECORD_DELETED");
    let close = closings::closing("330400", v1::ReviewLevel::City);
    assert_eq!(refused(periods.close_reporting_period(close).await), gone);
    let undelete =
        v1::UndeleteReportingPeriodRequest { name: JUNE.to_owned(), ..Default::default() };
    let back = told(periods.undelete_reporting_period(undelete).await);
    assert_eq!((effective(&back), back.uid), (effective(&created), created.uid));
}

#[tokio::test]
async fn what_was_purged_is_a_month_without_a_record_again() {
    let server = Server::seeded().await;
    let say = async |command: &str| crate::cli::outlay(&server).run(command).await;
    say("reporting-period create --month 2023-06 --nation-deadline 2023-07-30").await.worked();
    say("reporting-period delete 2023-06").await.worked();
    say("admin purge reportingPeriods/2023-06 --reason test --yes").await.worked();
    let mut periods = server.reporting_periods();
    let shown = get(&mut periods, JUNE).await;
    assert_eq!((shown.uid.as_str(), effective(&shown)[4]), ("", (7, 15)));
    let close = closings::closing("330400", v1::ReviewLevel::City);
    let closed = told(periods.close_reporting_period(close).await);
    assert_eq!(closed.review_deadlines, None, "it has no past");
}

#[tokio::test]
async fn months_are_listed_newest_first_and_filtered() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    for month in ["2023-02", "2022-12", "2023-10"] {
        let given = v1::ReportingPeriod { month: month.to_owned(), ..Default::default() };
        told(periods.create_reporting_period(creation(given)).await);
    }
    told(periods.close_reporting_period(closings::closing("330400", v1::ReviewLevel::City)).await);
    for (filter, order_by, due) in [
        ("", "", "2023-10 2023-06 2023-02 2022-12"),
        ("", "name", "2022-12 2023-02 2023-06 2023-10"),
        ("month >= \"2023-01\" AND month <= \"2023-06\"", "", "2023-06 2023-02"),
        ("closings.region:\"regions/330400\"", "", "2023-06"),
        ("closings:*", "", "2023-06"),
    ] {
        let (filter, order_by) = (filter.to_owned(), order_by.to_owned());
        let request = v1::ListReportingPeriodsRequest { filter, order_by, ..Default::default() };
        let listed = told(periods.list_reporting_periods(request.clone()).await);
        let months: Vec<_> = listed.reporting_periods.iter().map(|one| &*one.month).collect();
        assert_eq!(months.join(" "), due, "{request:?}");
        assert!(listed.reporting_periods.iter().all(|one| effective(one).len() == 5));
    }
}

#[tokio::test]
async fn a_request_that_is_repeated_closes_once() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    let close = v1::CloseReportingPeriodRequest {
        request_id: request_id(),
        ..closings::closing("330400", v1::ReviewLevel::City)
    };
    let tried = v1::CloseReportingPeriodRequest { validate_only: true, ..close.clone() };
    let shown = told(periods.close_reporting_period(tried).await);
    assert_eq!((shown.closings.len(), shown.revision), (1, 0));
    assert_eq!(get(&mut periods, JUNE).await.uid, "", "nothing was changed");
    let first = told(periods.close_reporting_period(close.clone()).await);
    assert_eq!(told(periods.close_reporting_period(close).await), first);
    let server = server.restart();
    assert_eq!(get(&mut server.reporting_periods(), JUNE).await, first);
}
