//! The meetings of a series: each occurrence has one.

use std::collections::BTreeSet;

use outlay_proto::v1;
use tonic::Code;

use super::{MONDAY, NAME, WEEK, create, weekly};
use crate::support::records::{instant, request_id};
use crate::support::{Server, refused, told};

fn making(count: i32, until: Option<i64>) -> v1::CreateSeriesMeetingsRequest {
    v1::CreateSeriesMeetingsRequest {
        name: NAME.to_owned(),
        count,
        until_time: until.and_then(instant),
        ..Default::default()
    }
}

async fn make(server: &Server, request: v1::CreateSeriesMeetingsRequest) -> i32 {
    told(server.meeting_series().create_series_meetings(request).await).created_count
}

/// The meetings of the series, the earliest first.
async fn made(server: &Server) -> Vec<v1::Meeting> {
    let request = v1::ListMeetingsRequest {
        filter: format!("series = \"{NAME}\""),
        order_by: "start_time".to_owned(),
        show_deleted: true,
        ..Default::default()
    };
    told(server.meetings().list_meetings(request).await).meetings
}

fn starts(meetings: &[v1::Meeting]) -> Vec<i64> {
    meetings.iter().map(|one| one.start_time.unwrap().seconds).collect()
}

#[tokio::test]
async fn the_next_meetings_are_made_as_drafts_and_each_once() {
    let server = Server::seeded().await;
    create(&server, "weekly", weekly()).await;
    assert_eq!(make(&server, making(0, None)).await, 1);
    let first = made(&server).await.remove(0);
    assert_eq!(first.state(), v1::MeetingState::Draft);
    assert_eq!(first.title, "重大项目周调度会");
    assert_eq!((first.series.as_str(), first.occurrence_time), (NAME, instant(MONDAY)));
    assert_eq!(first.start_time, instant(MONDAY));
    assert_eq!(first.end_time, instant(MONDAY + 90 * 60));
    assert_eq!((first.place.as_str(), first.time_zone.as_str()), ("三楼会议室", "Asia/Shanghai"));
    assert_eq!(make(&server, making(0, Some(MONDAY + 2 * WEEK))).await, 2);
    assert_eq!(make(&server, making(0, Some(MONDAY + 2 * WEEK))).await, 0);
    assert_eq!(make(&server, making(100, None)).await, 2);
    assert_eq!(make(&server, making(100, None)).await, 0);
    let due: Vec<i64> = (0..5).map(|week| MONDAY + week * WEEK).collect();
    assert_eq!(starts(&made(&server).await), due);
    let request = v1::ListSeriesOccurrencesRequest { name: NAME.to_owned(), ..Default::default() };
    let listed = told(server.meeting_series().list_series_occurrences(request).await).occurrences;
    let names: Vec<_> = listed.into_iter().map(|one| one.meeting).collect();
    let due: Vec<_> = made(&server).await.into_iter().map(|one| one.name).collect();
    assert_eq!(names, due);
}

#[tokio::test]
async fn a_meeting_that_was_put_off_or_deleted_is_not_made_again() {
    let server = Server::seeded().await;
    create(&server, "weekly", weekly()).await;
    assert_eq!(make(&server, making(2, None)).await, 2);
    let [first, second]: [v1::Meeting; 2] = made(&server).await.try_into().unwrap();
    let later = v1::Meeting {
        name: first.name.clone(),
        start_time: instant(MONDAY + 3_600),
        end_time: instant(MONDAY + 7_200),
        ..Default::default()
    };
    let later = v1::UpdateMeetingRequest { meeting: Some(later), ..Default::default() };
    let later = told(server.meetings().update_meeting(later).await);
    assert_eq!(later.occurrence_time, instant(MONDAY));
    let delete = v1::DeleteMeetingRequest { name: second.name, ..Default::default() };
    told(server.meetings().delete_meeting(delete).await);
    assert_eq!(make(&server, making(100, None)).await, 3);
    assert_eq!(made(&server).await.len(), 5);
}

#[tokio::test]
async fn a_request_that_is_sent_again_makes_nothing_more() {
    let server = Server::seeded().await;
    create(&server, "weekly", weekly()).await;
    let request = v1::CreateSeriesMeetingsRequest { request_id: request_id(), ..making(2, None) };
    let tried = v1::CreateSeriesMeetingsRequest {
        validate_only: true,
        request_id: String::new(),
        ..request.clone()
    };
    assert_eq!(make(&server, tried).await, 2);
    assert_eq!(made(&server).await, []);
    let mut series = server.meeting_series();
    let first = told(series.create_series_meetings(request.clone()).await);
    assert_eq!(first.created_count, 2);
    assert_eq!(told(series.create_series_meetings(request).await), first);
    assert_eq!(made(&server).await.len(), 2);
}

#[tokio::test]
async fn callers_who_make_them_at_the_same_time_make_each_once() {
    let server = Server::seeded().await;
    create(&server, "weekly", weekly()).await;
    let calls = (0..8).map(|_| {
        let mut series = server.meeting_series();
        tokio::spawn(async move { series.create_series_meetings(making(0, None)).await })
    });
    let mut count = 0;
    for call in calls.collect::<Vec<_>>() {
        match call.await.unwrap() {
            Ok(answer) => count += answer.into_inner().created_count,
            Err(status) => assert_eq!(status.code(), Code::Aborted, "{status:?}"),
        }
    }
    let starts = starts(&made(&server).await);
    assert_eq!(starts.len(), usize::try_from(count).unwrap());
    assert_eq!(starts.iter().collect::<BTreeSet<_>>().len(), starts.len());
}

#[tokio::test]
async fn a_meeting_takes_over_what_its_template_says() {
    let server = Server::seeded().await;
    crate::meeting_template::create(&server, "dispatch", crate::meeting_template::dispatch()).await;
    let given = v1::MeetingSeries { template: "meetingTemplates/dispatch".to_owned(), ..weekly() };
    create(&server, "weekly", given).await;
    assert_eq!(make(&server, making(2, None)).await, 2);
    let second = made(&server).await.remove(1);
    assert_eq!(second.title, "重大项目周调度会第2次（2023-08-07）");
    assert_eq!(second.template, "meetingTemplates/dispatch");
    assert_eq!(second.quorum, 2);
    let items: Vec<_> = second.agenda.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(items, ["上次会议纪要", "各县汇报"]);
    assert_eq!(second.agenda[1].presenter, "reporter");
    assert_eq!(second.agenda_sections[0].title, "汇报");
    assert_eq!(second.attendees[0].organisation, "organisations/jx-eit");
    assert_eq!(second.attendees[0].role(), v1::AttendeeRole::Chair);
}

#[tokio::test]
async fn a_meeting_that_is_created_in_a_series_says_what_is_different() {
    let server = Server::seeded().await;
    crate::meeting_template::create(&server, "dispatch", crate::meeting_template::dispatch()).await;
    create(&server, "weekly", weekly()).await;
    let given = v1::Meeting {
        series: NAME.to_owned(),
        template: "meetingTemplates/dispatch".to_owned(),
        title: "专题调度".to_owned(),
        place: "二楼".to_owned(),
        start_time: instant(MONDAY + 60),
        ..Default::default()
    };
    let creation = |given| v1::CreateMeetingRequest { meeting: Some(given), ..Default::default() };
    let mut meetings = server.meetings();
    let created = told(meetings.create_meeting(creation(given.clone())).await);
    assert_eq!((created.title.as_str(), created.place.as_str()), ("专题调度", "二楼"));
    assert_eq!(created.host, "organisations/jx-eit");
    assert_eq!(created.kind(), v1::MeetingKind::Dispatch);
    assert_eq!(created.end_time, instant(MONDAY + 60 + 90 * 60));
    assert_eq!(created.agenda.len(), 2);
    assert_eq!(created.occurrence_time, None);
    // The template's title needs a number, which only an occurrence has.
    let nameless = v1::Meeting { title: String::new(), ..given.clone() };
    refused(meetings.create_meeting(creation(nameless)).await)
        .has_fields(&[("meeting.title", "FIELD_REQUIRED")]);
    // Without a series nobody says who holds it.
    let alone = v1::Meeting { series: String::new(), ..given.clone() };
    refused(meetings.create_meeting(creation(alone)).await)
        .has_fields(&[("meeting.host", "FIELD_REQUIRED"), ("meeting.region", "FIELD_REQUIRED")]);
    let lost = v1::Meeting {
        series: "meetingSeries/none".to_owned(),
        template: "meetingTemplates/none".to_owned(),
        ..crate::support::records::meeting("会议")
    };
    refused(meetings.create_meeting(creation(lost)).await).has_fields(&[
        ("meeting.series", "REFERENCE_UNKNOWN"),
        ("meeting.template", "REFERENCE_UNKNOWN"),
    ]);
    let other = v1::Meeting {
        name: created.name,
        series: "meetingSeries/other".to_owned(),
        ..Default::default()
    };
    let other = v1::UpdateMeetingRequest { meeting: Some(other), ..Default::default() };
    refused(meetings.update_meeting(other).await)
        .has_fields(&[("meeting.series", "FIELD_IMMUTABLE")]);
}
