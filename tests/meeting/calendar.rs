//! Meetings as iCalendar: invitations and feeds.

use outlay_proto::v1;
use tonic::Code;

use super::{create, update};
use crate::support::records::{instant, meeting};
use crate::support::symposium::symposium;
use crate::support::{Meetings, Server, refused, told};

/// 2023-07-28T01:00:00Z.
const START: i64 = 1_690_506_000;
const DAY: i64 = 86_400;

fn asked(name: &str) -> v1::ExportCalendarRequest {
    v1::ExportCalendarRequest { name: name.to_owned(), ..Default::default() }
}

/// The calendar that is answered, with its lines as they were before they were
/// folded.
async fn export(meetings: &mut Meetings, request: v1::ExportCalendarRequest) -> Vec<String> {
    let answer = told(meetings.export_calendar(request).await);
    let text = String::from_utf8(answer.content).unwrap();
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
    for line in text.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
    }
    text.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

/// The values of a property, without its parameters.
fn values<'a>(lines: &'a [String], property: &str) -> Vec<&'a str> {
    let of = |line: &'a String| {
        let rest = line.strip_prefix(property)?;
        let value = match rest.chars().next()? {
            ':' => &rest[1..],
            // No parameter here holds a colon outside of quotation marks.
            ';' => rest.rsplit_once("\":").or_else(|| rest.split_once(':'))?.1,
            _ => return None,
        };
        Some(value)
    };
    lines.iter().filter_map(of).collect()
}

async fn scheduled(meetings: &mut Meetings, id: &str, given: v1::Meeting) -> v1::Meeting {
    let created = create(meetings, id, given).await;
    let request = v1::ScheduleMeetingRequest { name: created.name, ..Default::default() };
    told(meetings.schedule_meeting(request).await)
}

fn timed(title: &str, start: i64) -> v1::Meeting {
    v1::Meeting {
        place: "301".to_owned(),
        start_time: instant(start),
        end_time: instant(start + 3_600),
        time_zone: "Asia/Shanghai".to_owned(),
        ..meeting(title)
    }
}

#[tokio::test]
async fn an_announced_meeting_is_an_invitation() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let first = scheduled(&mut meetings, "s", symposium()).await;
    assert_eq!(first.calendar_sequence, 1);
    let request = asked("meetings/s");
    let answer = told(meetings.export_calendar(request.clone()).await);
    assert_eq!(answer.media_type, "text/calendar; charset=utf-8; method=REQUEST");
    assert_eq!((answer.event_count, answer.revision), (1, first.revision));
    let lines = export(&mut meetings, request).await;
    for (property, value) in [
        ("METHOD", "REQUEST"),
        ("UID", first.uid.as_str()),
        ("SEQUENCE", "1"),
        ("STATUS", "CONFIRMED"),
        ("SUMMARY", "全省制造业投资工作座谈会"),
        ("LOCATION", "杭州市西湖区 三楼会议室"),
        ("DTSTAMP", "20230728T080000Z"),
        ("DTEND", "20230728T120000"),
        ("TZID", "Asia/Shanghai"),
        ("ORGANIZER", "mailto:zj-eit@organisations.outlay.invalid"),
    ] {
        assert_eq!(values(&lines, property), [value], "{property}: {lines:#?}");
    }
    assert!(lines.contains(&"DTSTART;TZID=Asia/Shanghai:20230728T090000".to_owned()), "{lines:#?}");
    let attendees: Vec<&String> =
        lines.iter().filter(|line| line.starts_with("ATTENDEE")).collect();
    assert_eq!(attendees.len(), 4);
    assert!(attendees[0].contains("ROLE=CHAIR;PARTSTAT=ACCEPTED;RSVP=FALSE"), "{attendees:?}");
    assert!(attendees[3].contains("CUTYPE=GROUP;ROLE=OPT-PARTICIPANT"), "{attendees:?}");
    assert!(attendees[0].ends_with("mailto:chair@s.meetings.outlay.invalid"), "{attendees:?}");
    let english =
        v1::ExportCalendarRequest { language_code: "en".to_owned(), ..asked("meetings/s") };
    let lines = export(&mut meetings, english).await;
    assert_eq!(values(&lines, "SUMMARY"), ["Symposium on manufacturing investment"]);
}

#[tokio::test]
async fn what_calendars_show_raises_the_sequence_and_nothing_else_does() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let draft = create(&mut meetings, "m", timed("一", START)).await;
    let other = v1::Meeting { name: draft.name.clone(), place: "302".to_owned(), ..draft };
    let draft = told(meetings.update_meeting(update(other, &["place"])).await);
    assert_eq!(draft.calendar_sequence, 0, "a draft is in no calendar");
    let request = v1::ScheduleMeetingRequest { name: draft.name.clone(), ..Default::default() };
    let mut last = told(meetings.schedule_meeting(request).await);
    for (path, due) in [
        ("place", 2),
        ("title", 3),
        ("localized_titles", 4),
        ("start_time", 5),
        ("end_time", 6),
        ("time_zone", 7),
        ("summary", 7),
        ("agenda", 7),
    ] {
        let changed = v1::Meeting {
            place: "303".to_owned(),
            title: "二".to_owned(),
            localized_titles: crate::support::records::english("Two"),
            start_time: instant(START + 60),
            end_time: instant(START + 7_200),
            time_zone: "Asia/Urumqi".to_owned(),
            summary: "三".to_owned(),
            agenda: symposium().agenda.into_iter().skip(1).collect(),
            ..last.clone()
        };
        let next = told(meetings.update_meeting(update(changed, &[path])).await);
        assert_eq!(next.calendar_sequence, due, "{path}");
        last = next;
    }
    let request = v1::CancelMeetingRequest {
        name: last.name.clone(),
        reason: "台风，改期".to_owned(),
        ..Default::default()
    };
    last = told(meetings.cancel_meeting(request).await);
    assert_eq!(last.calendar_sequence, 8);
    let lines = export(&mut meetings, asked("meetings/m")).await;
    assert_eq!(values(&lines, "STATUS"), ["CANCELLED"]);
    assert_eq!(values(&lines, "COMMENT"), ["台风，改期"]);
    assert_eq!(values(&lines, "METHOD"), ["PUBLISH"], "nobody was invited");
    assert_eq!(values(&lines, "UID"), [last.uid.as_str()]);
    assert_eq!(values(&lines, "SEQUENCE"), ["8"]);
}

#[tokio::test]
async fn a_cancelled_meeting_is_taken_back_from_those_who_were_invited() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let first = scheduled(&mut meetings, "s", symposium()).await;
    let request = v1::CancelMeetingRequest {
        name: first.name,
        reason: "No".to_owned(),
        ..Default::default()
    };
    told(meetings.cancel_meeting(request).await);
    let lines = export(&mut meetings, asked("meetings/s")).await;
    assert_eq!(values(&lines, "METHOD"), ["CANCEL"]);
    assert_eq!(values(&lines, "SEQUENCE"), ["2"]);
    assert_eq!(values(&lines, "ATTENDEE").len(), 4);
}

#[tokio::test]
async fn texts_are_escaped_and_times_are_those_of_the_zone() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let long = "很长的标题，".repeat(30);
    let given = v1::Meeting {
        title: format!("a,b;c\\d {long}"),
        summary: "one\r\ntwo\nBEGIN:VALARM".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        attendees: vec![v1::Attendee {
            display_name: "O\"Hara; \\x, y:z".to_owned(),
            role: v1::AttendeeRole::Observer.into(),
            ..Default::default()
        }],
        // Two o'clock for the first time, before clocks go back, to three o'clock.
        start_time: instant(1_698_537_600),
        end_time: instant(1_698_544_800),
        ..timed("", 0)
    };
    scheduled(&mut meetings, "m", given).await;
    let lines = export(&mut meetings, asked("meetings/m")).await;
    assert_eq!(values(&lines, "SUMMARY"), [format!("a\\,b\\;c\\\\d {long}").trim_end()]);
    assert_eq!(values(&lines, "DESCRIPTION"), ["one\\ntwo\\nBEGIN:VALARM"]);
    assert!(!lines.iter().any(|line| line == "BEGIN:VALARM"), "{lines:#?}");
    assert!(lines.contains(&"DTSTART;TZID=Europe/Berlin:20231029T020000".to_owned()), "{lines:#?}");
    assert!(lines.contains(&"DTEND;TZID=Europe/Berlin:20231029T030000".to_owned()), "{lines:#?}");
    // Half past two for the second time can only be told in UTC.
    let given = v1::Meeting {
        time_zone: "Europe/Berlin".to_owned(),
        start_time: instant(1_698_543_000),
        ..timed("二", 1_698_543_000)
    };
    scheduled(&mut meetings, "second", given).await;
    let second = export(&mut meetings, asked("meetings/second")).await;
    assert!(second.contains(&"DTSTART:20231029T013000Z".to_owned()), "{second:#?}");
    for part in ["BEGIN:VTIMEZONE", "BEGIN:STANDARD", "BEGIN:DAYLIGHT"] {
        assert!(lines.iter().any(|line| line == part), "{part}: {lines:#?}");
    }
    assert!(lines.iter().any(|line| line.contains("CN=\"O'Hara; /x, y:z\"")), "{lines:#?}");
}

#[tokio::test]
async fn what_was_never_announced_or_is_deleted_is_not_exported() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let draft = create(&mut meetings, "m", timed("一", START)).await;
    let hidden = (Code::FailedPrecondition, "MEETING_NOT_ANNOUNCED");
    assert_eq!(refused(meetings.export_calendar(asked("meetings/m")).await), hidden);
    let request = v1::CancelMeetingRequest {
        name: draft.name.clone(),
        reason: "No".to_owned(),
        ..Default::default()
    };
    told(meetings.cancel_meeting(request).await);
    assert_eq!(refused(meetings.export_calendar(asked("meetings/m")).await), hidden);
    let request = v1::DeleteMeetingRequest { name: draft.name, ..Default::default() };
    told(meetings.delete_meeting(request).await);
    let deleted = (Code::FailedPrecondition, "RECORD_DELETED");
    assert_eq!(refused(meetings.export_calendar(asked("meetings/m")).await), deleted);
    let missing = (Code::NotFound, "RECORD_NOT_FOUND");
    assert_eq!(refused(meetings.export_calendar(asked("meetings/no")).await), missing);
    assert_eq!(refused(meetings.export_calendar(asked("organisations/no")).await), missing);
    refused(meetings.export_calendar(asked("projects/no")).await)
        .has_fields(&[("name", "FIELD_FORMAT")]);
}

#[tokio::test]
async fn a_feed_has_what_an_organisation_hosts_or_is_invited_to() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    // jx-eit hosts the first two and is a guest of the last one.
    scheduled(&mut meetings, "late", timed("二", START + 2 * DAY)).await;
    scheduled(&mut meetings, "early", timed("一", START + DAY)).await;
    create(&mut meetings, "draft", timed("三", START + DAY)).await;
    let guest = v1::Attendee {
        organisation: "organisations/jx-eit".to_owned(),
        role: v1::AttendeeRole::Guest.into(),
        ..Default::default()
    };
    let given = v1::Meeting {
        host: "organisations/zj-eit".to_owned(),
        attendees: vec![guest],
        ..timed("四", START + 3 * DAY)
    };
    scheduled(&mut meetings, "guest", given).await;
    let lines = export(&mut meetings, asked("organisations/jx-eit")).await;
    assert_eq!(values(&lines, "SUMMARY"), ["一", "二", "四"]);
    assert_eq!(values(&lines, "METHOD"), ["PUBLISH"]);
    assert_eq!(values(&lines, "TZID"), ["Asia/Shanghai"], "a zone is described once");
    assert_eq!(values(&lines, "ATTENDEE"), Vec::<&str>::new(), "a feed names nobody");
    assert_eq!(values(&lines, "NAME").len(), 1);
    let lines = export(&mut meetings, asked("organisations/zj-eit")).await;
    assert_eq!(values(&lines, "SUMMARY"), ["四"]);

    let within = |start: i64, end: i64| v1::ExportCalendarRequest {
        start_time: instant(start),
        end_time: instant(end),
        ..asked("organisations/jx-eit")
    };
    // The first instant belongs to it, the last one doesn't.
    let lines = export(&mut meetings, within(START + DAY, START + 3 * DAY)).await;
    assert_eq!(values(&lines, "SUMMARY"), ["一", "二"]);
    let lines = export(&mut meetings, within(START + DAY + 1, START + 2 * DAY)).await;
    assert_eq!(values(&lines, "SUMMARY"), Vec::<&str>::new());
    refused(meetings.export_calendar(within(START, START)).await)
        .has_fields(&[("end_time", "DATE_ORDER")]);
    refused(meetings.export_calendar(within(START, START + 367 * DAY)).await)
        .has_fields(&[("end_time", "FIELD_OUT_OF_RANGE")]);
    let contradicted =
        v1::ExportCalendarRequest { name: "meetings/late".to_owned(), ..within(START, START + 1) };
    refused(meetings.export_calendar(contradicted).await)
        .has_fields(&[("start_time", "FIELD_CONTRADICTION"), ("end_time", "FIELD_CONTRADICTION")]);
}

#[tokio::test]
async fn a_feed_of_too_many_meetings_is_refused() {
    let server = Server::seeded().await;
    // Many at once, so that they are written in groups.
    let mut makers = tokio::task::JoinSet::new();
    for part in 0..23 {
        let mut meetings = server.meetings();
        makers.spawn(async move {
            for number in part * 87..part * 87 + 87 {
                let id = format!("m-{number}");
                scheduled(&mut meetings, &id, timed("一", START + number)).await;
            }
        });
    }
    while let Some(made) = makers.join_next().await {
        made.unwrap();
    }
    let mut meetings = server.meetings();
    let wide = (Code::ResourceExhausted, "QUERY_TOO_WIDE");
    assert_eq!(refused(meetings.export_calendar(asked("organisations/jx-eit")).await), wide);
    let narrower = v1::ExportCalendarRequest {
        end_time: instant(START + 2_000),
        ..asked("organisations/jx-eit")
    };
    assert_eq!(told(meetings.export_calendar(narrower).await).event_count, 2_000);
}
