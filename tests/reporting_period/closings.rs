//! Months that are closed and reopened.

use std::time::Duration;

use outlay_proto::v1;
use outlay_proto::v1::ReviewLevel::{self, City, County, Province};
use tonic::Code;

use super::{JUNE, creation, get, june};
use crate::support::{Server, refused, told};

const CLOSED: (Code, &str) = (Code::FailedPrecondition, "REPORTING_PERIOD_CLOSED");
const NOT_CLOSED: (Code, &str) = (Code::FailedPrecondition, "REPORTING_PERIOD_NOT_CLOSED");
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn closing(region: &str, level: ReviewLevel) -> v1::CloseReportingPeriodRequest {
    v1::CloseReportingPeriodRequest {
        name: JUNE.to_owned(),
        region: format!("regions/{region}"),
        level: level.into(),
        ..Default::default()
    }
}

fn reopening(region: &str, level: ReviewLevel) -> v1::ReopenReportingPeriodRequest {
    v1::ReopenReportingPeriodRequest {
        name: JUNE.to_owned(),
        region: format!("regions/{region}"),
        level: level.into(),
        reason: "更正".to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_month_without_a_record_is_closed_and_reopened_with_a_reason() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    let close = v1::CloseReportingPeriodRequest {
        reason: "上报截止".to_owned(),
        ..closing("330400", City)
    };
    let closed = told(periods.close_reporting_period(close).await);
    let made = closed.update_time;
    let due = v1::PeriodClosing {
        region: "regions/330400".to_owned(),
        level: City.into(),
        close_time: made,
        reason: "上报截止".to_owned(),
        reopen_time: None,
        reopen_reason: String::new(),
    };
    assert_eq!(closed.closings, std::slice::from_ref(&due));
    server.advance(DAY);
    let mut reopen = reopening("330400", City);
    reopen.etag = closed.etag.clone();
    let reopened = told(periods.reopen_reporting_period(reopen).await);
    let due = v1::PeriodClosing {
        reopen_time: reopened.update_time,
        reopen_reason: "更正".to_owned(),
        ..due
    };
    assert_eq!(reopened.closings, [due]);
    assert_ne!(reopened.update_time, made);

    let history =
        v1::ListReportingPeriodHistoryRequest { name: JUNE.to_owned(), ..Default::default() };
    let history = told(periods.list_reporting_period_history(history).await).versions;
    let notes: Vec<_> = history.iter().map(|one| &*one.change.as_ref().unwrap().note).collect();
    assert_eq!(notes, ["regions/330400 on CITY: 更正", "regions/330400 on CITY: 上报截止"]);
}

#[tokio::test]
async fn what_is_closed_above_is_not_closed_again_and_reopened_from_above() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    told(periods.close_reporting_period(closing("330402", County)).await);
    told(periods.close_reporting_period(closing("330400", City)).await);
    for (region, level) in [("330402", County), ("330411", County), ("330400", City)] {
        let answer = refused(periods.close_reporting_period(closing(region, level)).await);
        assert_eq!(answer, CLOSED, "{region} {level:?}");
    }
    let held = refused(periods.reopen_reporting_period(reopening("330402", County)).await);
    assert_eq!(held, CLOSED);
    assert!(held.message.contains("regions/330400 on CITY"), "{}", held.message);
    assert_eq!(held.needed(), [held.message.as_str()]);
    for (region, level) in [("330411", County), ("330400", Province), ("330100", City)] {
        let answer = refused(periods.reopen_reporting_period(reopening(region, level)).await);
        assert_eq!(answer, NOT_CLOSED, "{region} {level:?}");
    }
    told(periods.reopen_reporting_period(reopening("330400", City)).await);
    let last = told(periods.reopen_reporting_period(reopening("330402", County)).await);
    assert!(last.closings.iter().all(|one| one.reopen_time.is_some()));
    assert_eq!(
        refused(periods.reopen_reporting_period(reopening("330402", County)).await),
        NOT_CLOSED
    );
}

#[tokio::test]
async fn reopening_what_was_never_recorded_records_nothing() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    let answer = refused(periods.reopen_reporting_period(reopening("330400", City)).await);
    assert_eq!(answer, NOT_CLOSED);
    assert_eq!(get(&mut periods, JUNE).await.uid, "");
}

#[tokio::test]
async fn a_month_that_is_not_over_is_not_closed() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    let not_ended = (Code::FailedPrecondition, "REPORTING_PERIOD_NOT_ENDED");
    for month in ["2023-07", "2023-08", "2030-02"] {
        let name = format!("reportingPeriods/{month}");
        let close = v1::CloseReportingPeriodRequest { name, ..closing("330400", City) };
        assert_eq!(refused(periods.close_reporting_period(close).await), not_ended, "{month}");
    }
    server.advance(4 * DAY);
    let name = "reportingPeriods/2023-07".to_owned();
    let close = v1::CloseReportingPeriodRequest { name, ..closing("330400", City) };
    told(periods.close_reporting_period(close).await);
}

#[tokio::test]
async fn a_closed_month_is_not_deleted_and_holds_its_region() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    told(periods.create_reporting_period(creation(june())).await);
    told(periods.close_reporting_period(closing("330411", County)).await);
    let delete = v1::DeleteReportingPeriodRequest { name: JUNE.to_owned(), ..Default::default() };
    assert_eq!(refused(periods.delete_reporting_period(delete.clone()).await), CLOSED);
    let region =
        v1::DeleteRegionRequest { name: "regions/330411".to_owned(), ..Default::default() };
    let in_use = refused(server.reference().delete_region(region.clone()).await);
    assert_eq!(in_use, (Code::FailedPrecondition, "RECORD_IN_USE"));
    told(periods.reopen_reporting_period(reopening("330411", County)).await);
    told(server.reference().delete_region(region).await);
    told(periods.delete_reporting_period(delete).await);
}

#[tokio::test]
async fn bad_closings_are_told_and_change_nothing() {
    let server = Server::seeded().await;
    let mut periods = server.reporting_periods();
    let bare = v1::CloseReportingPeriodRequest { name: JUNE.to_owned(), ..Default::default() };
    refused(periods.close_reporting_period(bare).await)
        .has_fields(&[("region", "FIELD_REQUIRED"), ("level", "FIELD_REQUIRED")]);
    let unknown = closing("999999", City);
    refused(periods.close_reporting_period(unknown).await)
        .has_fields(&[("region", "REFERENCE_UNKNOWN")]);
    let strange = v1::CloseReportingPeriodRequest { level: 9, ..closing("330400", City) };
    refused(periods.close_reporting_period(strange).await)
        .has_fields(&[("level", "FIELD_ENUM_UNKNOWN")]);
    let bare =
        v1::ReopenReportingPeriodRequest { reason: String::new(), ..reopening("330400", City) };
    refused(periods.reopen_reporting_period(bare).await)
        .has_fields(&[("reason", "FIELD_REQUIRED")]);
    let stale = v1::CloseReportingPeriodRequest {
        etag: "0123456789abcdef".to_owned(),
        ..closing("330400", City)
    };
    let stale = refused(periods.close_reporting_period(stale).await);
    assert_eq!(stale, (Code::Aborted, "ETAG_MISMATCH"), "there is no record to have a tag");
    assert_eq!(get(&mut periods, JUNE).await.uid, "");
}

#[tokio::test]
async fn two_that_close_at_the_same_time_are_both_recorded() {
    let server = Server::seeded().await;
    let periods = server.reporting_periods();
    let close = |region: &'static str| {
        let mut periods = periods.clone();
        async move { told(periods.close_reporting_period(closing(region, City)).await) }
    };
    tokio::join!(close("330400"), close("330100"));
    let closings = get(&mut server.reporting_periods(), JUNE).await.closings;
    let mut regions: Vec<_> = closings.into_iter().map(|one| one.region).collect();
    regions.sort();
    assert_eq!(regions, ["regions/330100", "regions/330400"]);
}
