//! When the meetings of a series take place.

use outlay_proto::v1;

use super::{MONDAY, NAME, WEEK, create, creation, update, weekly};
use crate::support::records::instant;
use crate::support::{Refused, Server, refused, told};

fn recurring(recurrence: &str) -> v1::MeetingSeries {
    v1::MeetingSeries { recurrence: recurrence.to_owned(), ..weekly() }
}

async fn refusal(server: &Server, given: v1::MeetingSeries) -> Refused {
    refused(server.meeting_series().create_meeting_series(creation("weekly", given)).await)
}

/// The seconds since 1970 at which a series' meetings begin.
async fn times(server: &Server, request: v1::ListSeriesOccurrencesRequest) -> Vec<i64> {
    let request = v1::ListSeriesOccurrencesRequest { name: NAME.to_owned(), ..request };
    let listed = told(server.meeting_series().list_series_occurrences(request).await).occurrences;
    listed.iter().map(|one| one.occurrence_time.unwrap().seconds).collect()
}

#[tokio::test]
async fn a_recurrence_has_an_end_that_isn_t_far() {
    let server = Server::seeded().await;
    for (recurrence, reason) in [
        ("FREQ=DAILY", "RECURRENCE_WITHOUT_END"),
        ("FREQ=WEEKLY;BYDAY=MO,TU", "RECURRENCE_WITHOUT_END"),
        ("FREQ=DAILY;COUNT=1000000", "RECURRENCE_TOO_LONG"),
        ("FREQ=DAILY;COUNT=1001", "RECURRENCE_TOO_LONG"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "RECURRENCE_TOO_LONG"),
        ("FREQ=DAILY;UNTIL=20991231", "RECURRENCE_TOO_LONG"),
        ("FREQ=DAILY;UNTIL=20281231T000000Z", "RECURRENCE_TOO_LONG"),
        ("FREQ=YEARLY;COUNT=52", "RECURRENCE_TOO_LONG"),
    ] {
        refusal(&server, recurring(recurrence))
            .await
            .has_fields(&[("meeting_series.recurrence", reason)]);
    }
    create(&server, "most", recurring("FREQ=DAILY;COUNT=1000")).await;
    create(&server, "longest", recurring("FREQ=YEARLY;COUNT=51")).await;
}

#[tokio::test]
async fn a_recurrence_is_a_rule_of_rfc_5545_for_whole_days() {
    let server = Server::seeded().await;
    for recurrence in [
        "FREQ=SECONDLY;COUNT=1000",
        "FREQ=MINUTELY;INTERVAL=30;COUNT=5",
        "FREQ=HOURLY;UNTIL=20230801",
        "FREQ=FORTNIGHTLY;COUNT=5",
        "COUNT=5",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=+5",
        "FREQ=DAILY;COUNT=5;UNTIL=20230901",
        "FREQ=DAILY;UNTIL=20230901;UNTIL=20230902",
        "FREQ=DAILY;UNTIL=20230230",
        "FREQ=DAILY;UNTIL=20230701",
        "FREQ=DAILY;UNTIL=2023-09-01",
        "FREQ=DAILY;INTERVAL=0;COUNT=5",
        "FREQ=DAILY;INTERVAL=99999999;COUNT=5",
        "FREQ=DAILY;BYHOUR=9,10,11;COUNT=5",
        "FREQ=DAILY;BYSECOND=0,1,2;COUNT=5",
        "FREQ=WEEKLY;BYMONTHDAY=1;COUNT=5",
        "FREQ=MONTHLY;BYMONTH=13;COUNT=5",
        "FREQ=MONTHLY;BYDAY=XX;COUNT=5",
        "FREQ=DAILY;FREQ=DAILY;COUNT=5",
        "FREQ;COUNT=5",
        ";;;",
        "X",
    ] {
        let answer = refusal(&server, recurring(recurrence)).await;
        let due = [("meeting_series.recurrence".to_owned(), "RECURRENCE_INVALID".to_owned())];
        assert_eq!(answer.fields, due, "{recurrence}: {}", answer.text);
    }
    let letters = refusal(&server, recurring("FREQ=DAILY;COUNT=5\nDTSTART:19970902T090000Z")).await;
    letters.names_fields(&[("meeting_series.recurrence", "FIELD_CHARACTERS")]);
}

#[tokio::test]
async fn a_rule_that_never_fits_or_fits_another_day_is_refused() {
    let server = Server::seeded().await;
    for recurrence in [
        // There is no such day.
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=10",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=10",
        // The first one is a Monday, the 31st.
        "FREQ=WEEKLY;BYDAY=TU;COUNT=10",
        "FREQ=MONTHLY;BYDAY=1MO;COUNT=10",
    ] {
        refusal(&server, recurring(recurrence))
            .await
            .has_fields(&[("meeting_series.recurrence", "RECURRENCE_OUT_OF_STEP")]);
    }
}

#[tokio::test]
async fn times_are_whole_seconds_of_a_zone_that_exists() {
    let server = Server::seeded().await;
    let broken = prost_types::Timestamp { seconds: MONDAY, nanos: 1_000 };
    let given =
        v1::MeetingSeries { first_time: Some(broken), extra_times: vec![broken], ..weekly() };
    refusal(&server, given).await.has_fields(&[
        ("meeting_series.first_time", "FIELD_OUT_OF_RANGE"),
        ("meeting_series.extra_times[0]", "FIELD_OUT_OF_RANGE"),
    ]);
    let given = v1::MeetingSeries { time_zone: "Asia/Jiaxing".to_owned(), ..weekly() };
    refusal(&server, given).await.has_fields(&[("meeting_series.time_zone", "FIELD_FORMAT")]);
    let given = v1::MeetingSeries { first_time: instant(-3_000_000_000), ..weekly() };
    refusal(&server, given)
        .await
        .has_fields(&[("meeting_series.first_time", "FIELD_OUT_OF_RANGE")]);
    let given = v1::MeetingSeries { first_time: None, length_minutes: 0, ..weekly() };
    refusal(&server, given).await.has_fields(&[
        ("meeting_series.first_time", "FIELD_REQUIRED"),
        ("meeting_series.length_minutes", "FIELD_OUT_OF_RANGE"),
    ]);
}

#[tokio::test]
async fn a_meeting_begins_at_the_same_time_of_the_day_in_summer_and_winter() {
    let server = Server::seeded().await;
    // 2023-10-23T07:00:00Z: nine in Berlin, and the clocks go back on the 29th.
    const OCTOBER: i64 = 1_698_044_400;
    let given = v1::MeetingSeries {
        time_zone: "Europe/Berlin".to_owned(),
        first_time: instant(OCTOBER),
        // At the end of 6 November in Berlin.
        recurrence: "FREQ=WEEKLY;UNTIL=20231106".to_owned(),
        ..weekly()
    };
    create(&server, "weekly", given).await;
    let due = [OCTOBER, OCTOBER + WEEK + 3_600, OCTOBER + 2 * WEEK + 3_600];
    assert_eq!(times(&server, Default::default()).await, due);
}

#[tokio::test]
async fn occurrences_are_left_out_and_added() {
    let server = Server::seeded().await;
    let extra = MONDAY + WEEK + 24 * 60 * 60;
    let given = v1::MeetingSeries {
        excluded_times: vec![instant(MONDAY + WEEK).unwrap()],
        // One is an occurrence anyhow.
        extra_times: vec![instant(extra).unwrap(), instant(MONDAY).unwrap()],
        ..weekly()
    };
    create(&server, "weekly", given).await;
    let due = [MONDAY, extra, MONDAY + 2 * WEEK, MONDAY + 3 * WEEK, MONDAY + 4 * WEEK];
    assert_eq!(times(&server, Default::default()).await, due);
    let window = v1::ListSeriesOccurrencesRequest {
        from_time: instant(extra),
        to_time: instant(MONDAY + 3 * WEEK),
        ..Default::default()
    };
    assert_eq!(times(&server, window).await, due[1..3]);
}

#[tokio::test]
async fn only_occurrences_are_left_out_and_never_all() {
    let server = Server::seeded().await;
    let excluding = |times: &[i64]| v1::MeetingSeries {
        excluded_times: times.iter().map(|time| instant(*time).unwrap()).collect(),
        ..weekly()
    };
    let no_occurrences = [MONDAY + WEEK, MONDAY + 1, MONDAY - WEEK, MONDAY + 5 * WEEK];
    refusal(&server, excluding(&no_occurrences)).await.has_fields(&[
        ("meeting_series.excluded_times[1]", "EXCLUSION_UNKNOWN"),
        ("meeting_series.excluded_times[2]", "EXCLUSION_UNKNOWN"),
        ("meeting_series.excluded_times[3]", "EXCLUSION_UNKNOWN"),
    ]);
    let all: Vec<i64> = (0..5).map(|week| MONDAY + week * WEEK).collect();
    let due = [("meeting_series.excluded_times", "SERIES_WITHOUT_MEETING")];
    refusal(&server, excluding(&all)).await.has_fields(&due);
    let once = v1::MeetingSeries { recurrence: String::new(), ..excluding(&[MONDAY]) };
    refusal(&server, once).await.has_fields(&due);
    // An extra time is a meeting, too.
    let extra =
        v1::MeetingSeries { extra_times: vec![instant(MONDAY + 60).unwrap()], ..excluding(&all) };
    create(&server, "weekly", extra).await;
    assert_eq!(times(&server, Default::default()).await, [MONDAY + 60]);
    // A shorter recurrence leaves nothing to be excluded behind its end.
    let shorter =
        v1::MeetingSeries { recurrence: "FREQ=WEEKLY;COUNT=4".to_owned(), ..Default::default() };
    refused(server.meeting_series().update_meeting_series(update(shorter, &["recurrence"])).await)
        .has_fields(&[("meeting_series.excluded_times[4]", "EXCLUSION_UNKNOWN")]);
}

#[tokio::test]
async fn occurrences_come_page_by_page() {
    let server = Server::seeded().await;
    create(&server, "weekly", recurring("FREQ=DAILY;COUNT=7")).await;
    let mut series = server.meeting_series();
    let (mut token, mut numbers, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let request = v1::ListSeriesOccurrencesRequest {
            name: NAME.to_owned(),
            page_size: 3,
            page_token: token,
            ..Default::default()
        };
        let page = told(series.list_series_occurrences(request).await);
        numbers.extend(page.occurrences.iter().map(|one| one.number));
        pages += 1;
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!((numbers, pages), ((1..=7).collect(), 3));
}
