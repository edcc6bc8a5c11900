//! A series as iCalendar: one event that recurs, and what became of each meeting.

use outlay_proto::v1;
use tonic::Code;

use super::{MONDAY, NAME, WEEK, create, weekly};
use crate::support::records::{english, instant, mask};
use crate::support::{Server, refused, told};

fn asked() -> v1::ExportCalendarRequest {
    v1::ExportCalendarRequest { name: NAME.to_owned(), ..Default::default() }
}

/// The events of the series, each with its lines.
async fn events(server: &Server, request: v1::ExportCalendarRequest) -> Vec<Vec<String>> {
    let answer = told(server.meetings().export_calendar(request).await);
    assert_eq!(answer.media_type, "text/calendar; charset=utf-8; method=PUBLISH");
    let text = String::from_utf8(answer.content).unwrap().replace("\r\n ", "");
    let events = text.split("BEGIN:VEVENT\r\n").skip(1);
    let events: Vec<Vec<String>> =
        events.map(|event| event.lines().map(str::to_owned).collect()).collect();
    assert_eq!(answer.event_count, i32::try_from(events.len()).unwrap());
    events
}

/// The lines of a property.
fn lines<'a>(event: &'a [String], property: &str) -> Vec<&'a str> {
    event.iter().filter(|line| line.starts_with(property)).map(String::as_str).collect()
}

/// Meetings of the first occurrences, by their beginning.
async fn made(server: &Server, count: i32) -> Vec<v1::Meeting> {
    let name = NAME.to_owned();
    let request = v1::CreateSeriesMeetingsRequest { name, count, ..Default::default() };
    told(server.meeting_series().create_series_meetings(request).await);
    let request = v1::ListMeetingsRequest {
        filter: format!("series = \"{NAME}\""),
        order_by: "start_time".to_owned(),
        ..Default::default()
    };
    told(server.meetings().list_meetings(request).await).meetings
}

async fn schedule(server: &Server, meeting: &v1::Meeting) {
    let request = v1::ScheduleMeetingRequest { name: meeting.name.clone(), ..Default::default() };
    told(server.meetings().schedule_meeting(request).await);
}

#[tokio::test]
async fn a_series_recurs_and_each_announced_meeting_stands_in_its_place() {
    let server = Server::seeded().await;
    let given = v1::MeetingSeries {
        localized_titles: english("Weekly dispatch"),
        recurrence: "FREQ=WEEKLY;BYDAY=MO;COUNT=6".to_owned(),
        excluded_times: vec![instant(MONDAY + 5 * WEEK).unwrap()],
        extra_times: vec![instant(MONDAY + 86_400).unwrap()],
        ..weekly()
    };
    let series = create(&server, "weekly", given).await;
    // Of the first five: moved, cancelled, a draft, deleted, and as it was meant to be.
    let meetings = made(&server, 5).await;
    for at in [0, 1, 4] {
        schedule(&server, &meetings[at]).await;
    }
    let moved = v1::Meeting {
        name: meetings[0].name.clone(),
        start_time: instant(MONDAY + 3_600),
        end_time: instant(MONDAY + 7_200),
        ..Default::default()
    };
    let request = v1::UpdateMeetingRequest {
        meeting: Some(moved),
        update_mask: mask(&["start_time", "end_time"]),
        ..Default::default()
    };
    told(server.meetings().update_meeting(request).await);
    let (name, reason) = (meetings[1].name.clone(), "台风".to_owned());
    let request = v1::CancelMeetingRequest { name, reason, ..Default::default() };
    told(server.meetings().cancel_meeting(request).await);
    let request = v1::DeleteMeetingRequest { name: meetings[3].name.clone(), ..Default::default() };
    told(server.meetings().delete_meeting(request).await);

    let events = events(&server, asked()).await;
    assert_eq!(events.len(), 4, "{events:#?}");
    let uid = format!("UID:{}", series.uid);
    for event in &events {
        assert_eq!(lines(event, "UID"), [uid.as_str()]);
        assert_eq!(lines(event, "ATTENDEE"), [""; 0]);
    }
    let whole = &events[0];
    assert_eq!(lines(whole, "RRULE"), ["RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=MO"]);
    assert_eq!(lines(whole, "DTSTART"), ["DTSTART;TZID=Asia/Shanghai:20230731T090000"]);
    assert_eq!(lines(whole, "DTEND"), ["DTEND;TZID=Asia/Shanghai:20230731T103000"]);
    assert_eq!(
        lines(whole, "EXDATE"),
        [
            // The extra one comes third, so the fourth that was made is of the third week.
            "EXDATE;TZID=Asia/Shanghai:20230814T090000",
            "EXDATE;TZID=Asia/Shanghai:20230904T090000",
        ]
    );
    assert_eq!(lines(whole, "RDATE"), ["RDATE;TZID=Asia/Shanghai:20230801T090000"]);
    assert_eq!(lines(whole, "RECURRENCE-ID"), [""; 0]);
    let of = |event: &[String]| {
        ["RECURRENCE-ID", "DTSTART", "SEQUENCE", "STATUS"]
            .map(|property| lines(event, property)[0].rsplit(':').next().unwrap().to_owned())
            .join(" ")
    };
    let overrides: Vec<String> = events[1..].iter().map(|event| of(event)).collect();
    assert_eq!(
        overrides,
        [
            "20230731T090000 20230731T100000 2 CONFIRMED",
            "20230801T090000 20230801T090000 2 CANCELLED",
            "20230821T090000 20230821T090000 1 CONFIRMED",
        ]
    );
    let english = v1::ExportCalendarRequest { language_code: "en".to_owned(), ..asked() };
    let told_in = self::events(&server, english).await;
    assert_eq!(lines(&told_in[0], "SUMMARY"), ["SUMMARY:Weekly dispatch"]);
}

#[tokio::test]
async fn a_meeting_stays_in_the_calendar_when_the_series_is_moved_away_from_it() {
    let server = Server::seeded().await;
    create(&server, "weekly", weekly()).await;
    let meetings = made(&server, 1).await;
    schedule(&server, &meetings[0]).await;
    let before = events(&server, asked()).await;
    let given = v1::MeetingSeries { first_time: instant(MONDAY + WEEK), ..weekly() };
    let request = super::update(given, &["first_time"]);
    told(server.meeting_series().update_meeting_series(request).await);
    let after = events(&server, asked()).await;
    assert_eq!(after.len(), 2);
    assert_eq!(lines(&after[0], "RDATE"), ["RDATE;TZID=Asia/Shanghai:20230731T090000"]);
    let sequence = |event: &[String]| {
        lines(event, "SEQUENCE")[0].replace("SEQUENCE:", "").parse::<i64>().unwrap()
    };
    assert!(sequence(&after[0]) > sequence(&before[0]), "{after:#?}");
    assert_eq!(sequence(&after[1]), sequence(&before[1]));
}

#[tokio::test]
async fn until_is_told_in_utc_and_what_no_rule_tells_one_by_one() {
    let server = Server::seeded().await;
    let given =
        v1::MeetingSeries { recurrence: "FREQ=WEEKLY;UNTIL=20230815".to_owned(), ..weekly() };
    create(&server, "weekly", given).await;
    let shown = events(&server, asked()).await;
    assert_eq!(lines(&shown[0], "RRULE"), ["RRULE:FREQ=WEEKLY;UNTIL=20230815T155959Z"]);
    // Half past two for the second time, which a local time can't say.
    let second = v1::MeetingSeries {
        time_zone: "Europe/Berlin".to_owned(),
        first_time: instant(1_698_543_000),
        recurrence: "FREQ=WEEKLY;COUNT=2".to_owned(),
        ..weekly()
    };
    create(&server, "second", second).await;
    let request = v1::ExportCalendarRequest { name: "meetingSeries/second".to_owned(), ..asked() };
    let shown = events(&server, request).await;
    assert_eq!(lines(&shown[0], "RRULE"), [""; 0]);
    assert_eq!(lines(&shown[0], "DTSTART"), ["DTSTART:20231029T013000Z"]);
    assert_eq!(lines(&shown[0], "RDATE"), ["RDATE:20231105T013000Z"]);
}

#[tokio::test]
async fn only_a_series_that_is_there_is_exported_and_as_a_whole() {
    let server = Server::seeded().await;
    let missing = (Code::NotFound, "RECORD_NOT_FOUND");
    assert_eq!(refused(server.meetings().export_calendar(asked()).await), missing);
    create(&server, "weekly", weekly()).await;
    let span = v1::ExportCalendarRequest { start_time: instant(MONDAY), ..asked() };
    refused(server.meetings().export_calendar(span).await)
        .has_fields(&[("start_time", "FIELD_CONTRADICTION")]);
    let name = NAME.to_owned();
    let request = v1::DeleteMeetingSeriesRequest { name, ..Default::default() };
    told(server.meeting_series().delete_meeting_series(request).await);
    let deleted = (Code::FailedPrecondition, "RECORD_DELETED");
    assert_eq!(refused(server.meetings().export_calendar(asked()).await), deleted);
}
