//! How long was spoken.

use outlay_proto::v1;
use outlay_proto::v1::SpeakingTotalBy;
use tonic::Code;

use super::speeches::spoken;
use super::{OPENED, create};
use crate::meeting_series;
use crate::support::records::{date, instant};
use crate::support::symposium::symposium;
use crate::support::{Server, refused, told};

fn totals(answer: &v1::QuerySpeakingTotalsResponse) -> Vec<String> {
    let row = |total: &v1::SpeakingTotal| {
        let organisation = total.organisation.replace("organisations/", "");
        format!(
            "{organisation} {} {} {} {}",
            total.display_name, total.spoken_seconds, total.speech_count, total.meeting_count
        )
    };
    answer.totals.iter().map(row).collect()
}

/// Two meetings a day apart: in the second a substitute speaks.
async fn two() -> Server {
    let server = Server::seeded().await;
    hold(&server, ["", ""]).await;
    server
}

/// The same of these series.
async fn hold(server: &Server, series: [&str; 2]) {
    let mut meetings = server.meetings();
    let mut first = v1::Meeting { series: series[0].to_owned(), ..symposium() };
    first.speeches =
        vec![spoken("jiaxing", OPENED, OPENED + 600), spoken("chair", OPENED + 600, OPENED + 660)];
    create(&mut meetings, "first", first.clone()).await;
    let mut second = v1::Meeting { series: series[1].to_owned(), ..first };
    second.start_time = instant(OPENED + 86_400);
    second.end_time = instant(OPENED + 90_000);
    second.host = "organisations/jx-eit".to_owned();
    second.co_hosts.clear();
    second.attendees[1].attendance = v1::Attendance::Substitute.into();
    second.attendees[1].substitute = "赵科长".to_owned();
    create(&mut meetings, "second", second).await;
}

#[tokio::test]
async fn it_is_told_by_person_and_by_organisation() {
    let server = two().await;
    let mut meetings = server.meetings();
    let one = v1::QuerySpeakingTotalsRequest {
        meeting: "meetings/first".to_owned(),
        ..Default::default()
    };
    let answer = told(meetings.query_speaking_totals(one).await);
    assert_eq!(totals(&answer), ["jx-eit 李处长 600 1 1", "zj-eit 王主任 60 1 1"]);
    assert_eq!((answer.spoken_seconds, answer.meeting_count), (660, 1));
    let span = v1::QuerySpeakingTotalsRequest {
        from_date: date(2023, 7, 28),
        to_date: date(2023, 7, 29),
        ..Default::default()
    };
    let answer = told(meetings.query_speaking_totals(span.clone()).await);
    assert_eq!(
        totals(&answer),
        ["jx-eit 李处长 600 1 1", "jx-eit 赵科长 600 1 1", "zj-eit 王主任 120 2 2"]
    );
    let by = SpeakingTotalBy::Organisation.into();
    let by_organisation = v1::QuerySpeakingTotalsRequest { by, ..span.clone() };
    let answer = told(meetings.query_speaking_totals(by_organisation.clone()).await);
    assert_eq!(totals(&answer), ["jx-eit  1200 2 2", "zj-eit  120 2 2"]);
    for (change, due) in [
        (v1::QuerySpeakingTotalsRequest { to_date: None, ..by_organisation.clone() }, 1),
        (
            v1::QuerySpeakingTotalsRequest {
                host: "organisations/jx-eit".to_owned(),
                ..by_organisation.clone()
            },
            1,
        ),
        (v1::QuerySpeakingTotalsRequest { from_date: date(2023, 7, 29), ..by_organisation }, 1),
    ] {
        let answer = told(meetings.query_speaking_totals(change.clone()).await);
        assert_eq!(answer.meeting_count, due, "{change:?}");
    }
}

#[tokio::test]
async fn it_is_told_of_a_series_over_all_its_meetings() {
    let series = meeting_series::NAME;
    for (of, due, due_to_host) in [([series, ""], (660, 1), 0), ([series, series], (1_320, 2), 1)] {
        let server = Server::seeded().await;
        meeting_series::create(&server, "weekly", meeting_series::weekly()).await;
        hold(&server, of).await;
        let mut meetings = server.meetings();
        let asked = v1::QuerySpeakingTotalsRequest {
            series: series.to_owned(),
            to_date: date(2023, 7, 29),
            ..Default::default()
        };
        let answer = told(meetings.query_speaking_totals(asked.clone()).await);
        assert_eq!((answer.spoken_seconds, answer.meeting_count), due);
        let host = "organisations/jx-eit".to_owned();
        let hosted = v1::QuerySpeakingTotalsRequest { host, ..asked.clone() };
        let hosted = told(meetings.query_speaking_totals(hosted).await);
        assert_eq!(hosted.meeting_count, due_to_host);
        let later = v1::QuerySpeakingTotalsRequest { from_date: date(2023, 7, 29), ..asked };
        let later = told(meetings.query_speaking_totals(later).await);
        assert_eq!(later.meeting_count, due_to_host);
    }
    let server = two().await;
    let mut meetings = server.meetings();
    let both = v1::QuerySpeakingTotalsRequest {
        meeting: "meetings/first".to_owned(),
        series: meeting_series::NAME.to_owned(),
        ..Default::default()
    };
    refused(meetings.query_speaking_totals(both).await)
        .has_fields(&[("series", "FIELD_CONTRADICTION")]);
}

#[tokio::test]
async fn what_is_not_asked_clearly_is_refused() {
    let server = two().await;
    let mut meetings = server.meetings();
    let nothing = v1::QuerySpeakingTotalsRequest::default();
    refused(meetings.query_speaking_totals(nothing.clone()).await)
        .has_fields(&[("from_date", "FIELD_REQUIRED")]);
    let both = v1::QuerySpeakingTotalsRequest {
        meeting: "meetings/first".to_owned(),
        from_date: date(2023, 7, 1),
        ..nothing.clone()
    };
    refused(meetings.query_speaking_totals(both).await)
        .has_fields(&[("from_date", "FIELD_CONTRADICTION")]);
    let backwards = v1::QuerySpeakingTotalsRequest {
        from_date: date(2023, 7, 2),
        to_date: date(2023, 7, 1),
        ..nothing.clone()
    };
    refused(meetings.query_speaking_totals(backwards).await)
        .has_fields(&[("to_date", "DATE_ORDER")]);
    let unknown = v1::QuerySpeakingTotalsRequest { meeting: "meetings/none".to_owned(), ..nothing };
    let answer = refused(meetings.query_speaking_totals(unknown).await);
    assert_eq!(answer, (Code::NotFound, "RECORD_NOT_FOUND"));
}
