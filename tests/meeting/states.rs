//! States of a meeting: announced, held, called off.

use outlay_proto::v1;
use outlay_proto::v1::MeetingState as State;
use tonic::Code;

use super::{OPENED, create, get, update};
use crate::support::records::{instant, meeting};
use crate::support::symposium::symposium;
use crate::support::{Meetings, Server, refused, told};

const NAME: &str = "meetings/m";
const FORBIDDEN: (Code, &str) = (Code::FailedPrecondition, "TRANSITION_FORBIDDEN");

fn schedule() -> v1::ScheduleMeetingRequest {
    v1::ScheduleMeetingRequest { name: NAME.to_owned(), ..Default::default() }
}

fn start(open_time: Option<prost_types::Timestamp>) -> v1::StartMeetingRequest {
    v1::StartMeetingRequest { name: NAME.to_owned(), open_time, ..Default::default() }
}

fn close(close_time: Option<prost_types::Timestamp>) -> v1::CloseMeetingRequest {
    v1::CloseMeetingRequest { name: NAME.to_owned(), close_time, ..Default::default() }
}

fn cancel(reason: &str) -> v1::CancelMeetingRequest {
    v1::CancelMeetingRequest {
        name: NAME.to_owned(),
        reason: reason.to_owned(),
        ..Default::default()
    }
}

async fn scheduled(meetings: &mut Meetings) -> v1::Meeting {
    create(meetings, "m", symposium()).await;
    told(meetings.schedule_meeting(schedule()).await)
}

#[tokio::test]
async fn a_meeting_is_announced_opened_and_closed() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let announced = scheduled(&mut meetings).await;
    assert_eq!(announced.state(), State::Scheduled);
    assert_eq!(announced.allowed_actions, ["start", "cancel"]);
    let open = told(meetings.start_meeting(start(instant(OPENED))).await);
    assert_eq!((open.state(), open.open_time), (State::InProgress, instant(OPENED)));
    assert_eq!(open.allowed_actions, ["close"]);
    let closed = told(meetings.close_meeting(close(None)).await);
    assert_eq!(closed.state(), State::Closed);
    assert_eq!(closed.close_time, closed.update_time, "it was closed now");
    assert_eq!(closed.allowed_actions, [""; 0]);
    assert_eq!(get(&mut meetings, NAME).await, closed);
}

#[tokio::test]
async fn what_a_meeting_lacks_to_be_announced_is_named() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let draft = create(&mut meetings, "m", meeting("例会")).await;
    assert_eq!(draft.allowed_actions, ["cancel"]);
    let answer = refused(meetings.schedule_meeting(schedule()).await);
    assert_eq!(answer, FORBIDDEN);
    let mut needed = answer.needed();
    needed.sort_unstable();
    let due = ["end_time", "place", "start_time", "time_zone"];
    assert_eq!(needed, due.map(|field| format!("{field} must be given")));
    assert_eq!(answer.whole.metadata["state"], "DRAFT");
}

#[tokio::test]
async fn what_was_announced_can_not_be_taken_away() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    scheduled(&mut meetings).await;
    let bare = v1::Meeting { name: NAME.to_owned(), ..Default::default() };
    let paths = ["place", "start_time", "end_time", "time_zone"];
    refused(meetings.update_meeting(update(bare, &paths)).await).has_fields(&[
        ("meeting.place", "FIELD_REQUIRED"),
        ("meeting.start_time", "FIELD_REQUIRED"),
        ("meeting.end_time", "FIELD_REQUIRED"),
        ("meeting.time_zone", "FIELD_REQUIRED"),
    ]);
}

#[tokio::test]
async fn nothing_is_done_out_of_turn() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    create(&mut meetings, "m", symposium()).await;
    assert_eq!(refused(meetings.start_meeting(start(None)).await), FORBIDDEN);
    assert_eq!(refused(meetings.close_meeting(close(None)).await), FORBIDDEN);
    told(meetings.schedule_meeting(schedule()).await);
    assert_eq!(refused(meetings.schedule_meeting(schedule()).await), FORBIDDEN);
    told(meetings.start_meeting(start(None)).await);
    assert_eq!(refused(meetings.cancel_meeting(cancel("太晚")).await), FORBIDDEN);
    told(meetings.close_meeting(close(None)).await);
    let last = refused(meetings.start_meeting(start(None)).await);
    assert_eq!(last.needed(), ["CLOSED is final"]);
}

#[tokio::test]
async fn a_meeting_is_not_opened_or_closed_in_the_future_or_in_the_wrong_order() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    scheduled(&mut meetings).await;
    let tomorrow = instant(OPENED + 24 * 60 * 60);
    refused(meetings.start_meeting(start(tomorrow)).await)
        .has_fields(&[("open_time", "FIELD_OUT_OF_RANGE")]);
    refused(meetings.start_meeting(start(instant(i64::MAX))).await)
        .has_fields(&[("open_time", "FIELD_OUT_OF_RANGE")]);
    told(meetings.start_meeting(start(instant(OPENED))).await);
    refused(meetings.close_meeting(close(tomorrow)).await)
        .has_fields(&[("close_time", "FIELD_OUT_OF_RANGE")]);
    refused(meetings.close_meeting(close(instant(OPENED - 1))).await)
        .has_fields(&[("close_time", "DATE_ORDER")]);
    told(meetings.close_meeting(close(instant(OPENED))).await);
}

#[tokio::test]
async fn a_meeting_is_called_off_with_a_reason_and_for_good() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    scheduled(&mut meetings).await;
    refused(meetings.cancel_meeting(cancel("")).await).has_fields(&[("reason", "FIELD_REQUIRED")]);
    let off = told(meetings.cancel_meeting(cancel("台风\n改期")).await);
    assert_eq!((off.state(), off.cancel_reason.as_str()), (State::Cancelled, "台风\n改期"));
    assert_eq!(off.allowed_actions, [""; 0]);
    assert_eq!(refused(meetings.schedule_meeting(schedule()).await), FORBIDDEN);
}

#[tokio::test]
async fn the_state_is_not_for_updates() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let first = scheduled(&mut meetings).await;
    let forged = v1::Meeting {
        state: State::Closed.into(),
        open_time: instant(1),
        close_time: instant(2),
        cancel_reason: "x".to_owned(),
        etag: String::new(),
        ..first.clone()
    };
    let same = told(meetings.update_meeting(update(forged, &["*"])).await);
    assert_eq!(same, first);
}
