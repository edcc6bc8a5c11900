//! People check themselves in, with a code that doesn't last.

use std::time::Duration;

use outlay_proto::v1;
use outlay_proto::v1::{Attendance, AttendeeRole};
use tonic::Code;

use super::attendance::{invitation, one, person};
use super::{announced, get, held};
use crate::support::records::{instant, request_id};
use crate::support::{Meetings, NOW_MICROS, Server, refused, told};

const NAME: &str = "meetings/m";
const NOW: i64 = NOW_MICROS / 1_000_000;
const WRONG: (Code, &str) = (Code::FailedPrecondition, "CHECK_IN_CODE_WRONG");
const NOT_OPEN: (Code, &str) = (Code::FailedPrecondition, "CHECK_IN_NOT_OPEN");

fn opening(minutes: i32) -> v1::OpenCheckInRequest {
    v1::OpenCheckInRequest { name: NAME.to_owned(), valid_minutes: minutes, ..Default::default() }
}

fn closing() -> v1::CloseCheckInRequest {
    v1::CloseCheckInRequest { name: NAME.to_owned(), ..Default::default() }
}

async fn opened(meetings: &mut Meetings, minutes: i32) -> String {
    told(meetings.open_check_in(opening(minutes)).await).check_in.unwrap_or_default().code
}

fn arrival(code: &str, attendee: &str) -> v1::CheckInRequest {
    v1::CheckInRequest {
        name: NAME.to_owned(),
        code: code.to_owned(),
        attendee: attendee.to_owned(),
        ..Default::default()
    }
}

/// A code that isn't this one.
fn other(code: &str) -> String {
    let first = if code.starts_with('A') { "C" } else { "A" };
    format!("{first}{}", &code[1..])
}

#[tokio::test]
async fn a_code_is_shown_once_and_lets_an_attendee_in() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    announced(&mut meetings).await;
    let open = told(meetings.open_check_in(opening(30)).await).check_in.unwrap();
    assert!(open.open);
    assert_eq!((open.open_time, open.expire_time), (instant(NOW), instant(NOW + 1_800)));
    let code = open.code;
    assert_eq!(code.len(), 8);
    assert!(code.chars().all(|letter| "34679ACDEFGHJKLMNPQRTUVWXY".contains(letter)), "{code}");
    let shown = get(&mut meetings, NAME).await;
    assert_eq!(shown.check_in.unwrap().code, "");
    let history = v1::ListMeetingHistoryRequest { name: NAME.to_owned(), ..Default::default() };
    let history = told(meetings.list_meeting_history(history).await);
    assert!(!format!("{history:?}").contains(&code));

    // As it is typed from a screen.
    let typed = format!("{}-{} ", code[..4].to_lowercase(), &code[4..]);
    let in_ = told(meetings.check_in(arrival(&typed, "jiaxing")).await);
    let li = one(&in_, "jiaxing");
    assert_eq!(li.attendance(), Attendance::Present);
    assert_eq!((li.arrive_time, li.check_in_time), (instant(NOW), instant(NOW)));
    // Again, nothing changes.
    server.advance(Duration::from_secs(60));
    assert_eq!(told(meetings.check_in(arrival(&code, "jiaxing")).await), in_);
}

#[tokio::test]
async fn who_is_known_by_organisation_and_name_needs_no_id() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    announced(&mut meetings).await;
    let code = opened(&mut meetings, 30).await;
    let by_name = |organisation: &str, name: &str| v1::CheckInRequest {
        organisation: format!("organisations/{organisation}"),
        display_name: name.to_owned(),
        ..arrival(&code, "")
    };
    told(meetings.check_in(by_name("jx-eit", "李处长")).await);
    // Of this one only the organisation was invited.
    let in_ = told(meetings.check_in(by_name("jx-solar", "吴经理")).await);
    assert_eq!(one(&in_, "jiaxing").attendance(), Attendance::Present);
    assert_eq!(one(&in_, "attendee-2").display_name, "吴经理");
    let unknown = refused(meetings.check_in(by_name("jx-eit", "冯")).await);
    unknown.has_fields(&[("display_name", "ATTENDEE_UNKNOWN")]);
    let unknown = refused(meetings.check_in(arrival(&code, "nobody")).await);
    unknown.has_fields(&[("attendee", "ATTENDEE_UNKNOWN")]);
    let neither = refused(meetings.check_in(arrival(&code, "")).await);
    neither.has_fields(&[("attendee", "FIELD_REQUIRED")]);
    let both =
        v1::CheckInRequest { attendee: "chair".to_owned(), ..by_name("jx-eit", "李处长") };
    refused(meetings.check_in(both).await).has_fields(&[("attendee", "FIELD_CONTRADICTION")]);
    let check = v1::CheckInRequest { validate_only: true, ..arrival(&code, "chair") };
    refused(meetings.check_in(check).await).has_fields(&[("validate_only", "FIELD_CONTRADICTION")]);
    assert_eq!(get(&mut meetings, NAME).await, in_);
}

#[tokio::test]
async fn a_code_that_is_not_good_any_more_says_why_and_no_more() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    announced(&mut meetings).await;
    assert_eq!(refused(meetings.check_in(arrival("AAAAAAAA", "chair")).await), NOT_OPEN);
    assert_eq!(refused(meetings.close_check_in(closing()).await), NOT_OPEN);
    let first = opened(&mut meetings, 30).await;
    let second = opened(&mut meetings, 30).await;
    let replaced = refused(meetings.check_in(arrival(&first, "chair")).await);
    assert_eq!(replaced, (Code::FailedPrecondition, "CHECK_IN_CODE_REPLACED"));
    // To who has no code it isn't told who is invited.
    assert_eq!(refused(meetings.check_in(arrival(&other(&second), "nobody")).await), WRONG);
    server.advance(Duration::from_secs(1_800));
    let expired = (Code::FailedPrecondition, "CHECK_IN_EXPIRED");
    for code in [&second, &first, &other(&second)] {
        assert_eq!(refused(meetings.check_in(arrival(code, "chair")).await), expired);
    }
    let third = opened(&mut meetings, 30).await;
    told(meetings.close_check_in(closing()).await);
    assert_eq!(refused(meetings.check_in(arrival(&third, "chair")).await), NOT_OPEN);
    let meeting = get(&mut meetings, NAME).await;
    assert_eq!(one(&meeting, "chair").attendance(), Attendance::Unspecified);
}

#[tokio::test]
async fn wrong_codes_are_counted_though_they_are_refused_and_a_hundred_close_it() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    announced(&mut meetings).await;
    let code = opened(&mut meetings, 30).await;
    // The same request again is another try.
    let request =
        v1::CheckInRequest { request_id: request_id(), ..arrival(&other(&code), "chair") };
    for _ in 0..2 {
        assert_eq!(refused(meetings.check_in(request.clone()).await), WRONG);
    }
    let server = server.restart();
    let mut meetings = server.meetings();
    for _ in 0..98 {
        assert_eq!(refused(meetings.check_in(arrival(&other(&code), "chair")).await), WRONG);
    }
    let check_in = get(&mut meetings, NAME).await.check_in.unwrap();
    assert_eq!((check_in.open, check_in.wrong_try_count), (false, 100));
    assert_eq!(refused(meetings.check_in(arrival(&code, "chair")).await), NOT_OPEN);
    let code = opened(&mut meetings, 30).await;
    told(meetings.check_in(arrival(&code, "chair")).await);
}

#[tokio::test]
async fn it_is_opened_of_a_meeting_that_is_on_and_closes_with_it() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    for minutes in [0, -1, 1_441] {
        let answer = refused(meetings.open_check_in(opening(minutes)).await);
        assert_eq!(answer.fields[0].0, "valid_minutes", "{minutes}");
    }
    let check = v1::OpenCheckInRequest { validate_only: true, ..opening(5) };
    assert_eq!(told(meetings.open_check_in(check).await).check_in.unwrap().code, "");
    let identified = v1::OpenCheckInRequest { request_id: request_id(), ..opening(5) };
    let first = told(meetings.open_check_in(identified.clone()).await).check_in.unwrap();
    let again = told(meetings.open_check_in(identified).await).check_in.unwrap();
    assert_eq!(again, v1::MeetingCheckIn { code: String::new(), ..first.clone() });
    let close = v1::CloseMeetingRequest { name: NAME.to_owned(), ..Default::default() };
    assert!(!told(meetings.close_meeting(close).await).check_in.unwrap().open);
    assert_eq!(refused(meetings.check_in(arrival(&first.code, "chair")).await), NOT_OPEN);
    let forbidden = (Code::FailedPrecondition, "TRANSITION_FORBIDDEN");
    assert_eq!(refused(meetings.open_check_in(opening(5)).await), forbidden);
}

#[tokio::test]
async fn fifty_check_in_at_once_and_none_is_sent_away() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    announced(&mut meetings).await;
    let many = (0..50).map(|at| v1::Attendee {
        id: format!("p-{at}"),
        ..person("jx-eit", &format!("第{at}位"), AttendeeRole::Attendee)
    });
    told(meetings.invite_attendees(invitation(many.collect())).await);
    let code = opened(&mut meetings, 30).await;
    let mut coming = tokio::task::JoinSet::new();
    for at in 0..50 {
        let mut meetings = server.meetings();
        let request = arrival(&code, &format!("p-{at}"));
        coming.spawn(async move { meetings.check_in(request).await });
    }
    for answer in coming.join_all().await {
        told(answer);
    }
    let meeting = get(&mut meetings, NAME).await;
    assert_eq!(meeting.present_count, 50);
}
