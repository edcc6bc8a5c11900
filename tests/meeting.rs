//! Meetings, over the wire.

#![cfg(test)]

mod agenda;
mod attendance;
mod calendar;
mod carry_over;
mod check_in;
mod figures;
mod model;
mod parts;
mod speeches;
mod states;
mod totals;

pub(crate) use carry_over::cancel;

use outlay_proto::v1;
use tonic::Code;

use crate::support::records::{instant, mask, meeting};
use crate::support::symposium::symposium;
use crate::support::{Meetings, Server, refused, told};

pub(crate) async fn create(meetings: &mut Meetings, id: &str, given: v1::Meeting) -> v1::Meeting {
    told(meetings.create_meeting(creation(id, given)).await)
}

fn creation(id: &str, given: v1::Meeting) -> v1::CreateMeetingRequest {
    v1::CreateMeetingRequest {
        meeting: Some(given),
        meeting_id: id.to_owned(),
        ..Default::default()
    }
}

pub(crate) async fn get(meetings: &mut Meetings, name: &str) -> v1::Meeting {
    let request = v1::GetMeetingRequest { name: name.to_owned(), ..Default::default() };
    told(meetings.get_meeting(request).await)
}

/// The symposium as `meetings/m`, in progress; without its speech.
pub(crate) async fn held(meetings: &mut Meetings) -> v1::Meeting {
    announced(meetings).await;
    let start = v1::StartMeetingRequest { name: "meetings/m".to_owned(), ..Default::default() };
    told(
        meetings
            .start_meeting(v1::StartMeetingRequest { open_time: instant(OPENED), ..start })
            .await,
    )
}

/// The same, announced.
pub(crate) async fn announced(meetings: &mut Meetings) -> v1::Meeting {
    let mut given = symposium();
    given.speeches.clear();
    for attendee in &mut given.attendees {
        attendee.attendance = 0;
        attendee.invitation_answer = 0;
        attendee.substitute.clear();
    }
    create(meetings, "m", given).await;
    let schedule =
        v1::ScheduleMeetingRequest { name: "meetings/m".to_owned(), ..Default::default() };
    told(meetings.schedule_meeting(schedule).await)
}

/// 2023-07-28T01:02:00Z: two minutes after the symposium was to begin.
pub(crate) const OPENED: i64 = 1_690_506_120;

fn update(given: v1::Meeting, paths: &[&str]) -> v1::UpdateMeetingRequest {
    v1::UpdateMeetingRequest {
        meeting: Some(given),
        update_mask: mask(paths).filter(|mask| !mask.paths.is_empty()),
        ..Default::default()
    }
}

#[tokio::test]
async fn the_symposium_is_recorded_whole() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let created = create(&mut meetings, "symposium", symposium()).await;
    assert_eq!(created.state(), v1::MeetingState::Draft);
    assert_eq!(created.allowed_actions, ["schedule", "cancel"]);
    assert_eq!(created.agenda_overrun_minutes, 20);

    let mut due = symposium();
    for (at, id) in [(1, "item-1"), (2, "item-2"), (3, "item-3")] {
        due.agenda[at].id = id.to_owned();
    }
    for (at, id) in [(2, "attendee-1"), (3, "attendee-2")] {
        due.attendees[at].id = id.to_owned();
    }
    due.speeches[0].id = "speech-1".to_owned();
    due.speeches[0].state = v1::SpeechState::Ended.into();
    due.speeches[0].spoken_seconds = 15 * 60;
    let due = v1::Meeting {
        name: "meetings/symposium".to_owned(),
        uid: created.uid.clone(),
        create_time: created.create_time,
        update_time: created.update_time,
        etag: created.etag.clone(),
        revision: created.revision,
        state: created.state,
        allowed_actions: created.allowed_actions.clone(),
        agenda_overrun_minutes: 20,
        present_count: 3,
        quorum_met: true,
        ..due
    };
    assert_eq!(created, due);
    let server = server.restart();
    assert_eq!(get(&mut server.meetings(), "meetings/symposium").await, due);
}

#[tokio::test]
async fn an_update_changes_its_paths_and_keeps_the_rest() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let first = create(&mut meetings, "m", symposium()).await;
    let given = v1::Meeting {
        name: first.name.clone(),
        title: "not in the mask".to_owned(),
        place: "二楼".to_owned(),
        speeches: Vec::new(),
        attendees: Vec::new(),
        ..Default::default()
    };
    // The attendee who speaks can't go alone.
    let answer =
        refused(meetings.update_meeting(update(given.clone(), &["place", "attendees"])).await);
    answer.names_fields(&[
        ("meeting.agenda[0].presenter", "REFERENCE_UNKNOWN"),
        ("meeting.speeches[0].speaker", "ATTENDEE_UNKNOWN"),
    ]);
    let given = v1::Meeting { agenda: Vec::new(), ..given };
    let paths = ["place", "agenda", "attendees", "speeches"];
    let second = told(meetings.update_meeting(update(given, &paths)).await);
    let due = v1::Meeting {
        place: "二楼".to_owned(),
        agenda: Vec::new(),
        attendees: Vec::new(),
        speeches: Vec::new(),
        agenda_overrun_minutes: 0,
        present_count: 0,
        etag: second.etag.clone(),
        revision: second.revision,
        update_time: second.update_time,
        ..first
    };
    assert_eq!(second, due);
}

#[tokio::test]
async fn a_stale_etag_changes_nothing() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let first = create(&mut meetings, "m", symposium()).await;
    let given = v1::Meeting { place: "二楼".to_owned(), ..first.clone() };
    let second = told(meetings.update_meeting(update(given.clone(), &[])).await);
    let stale = (Code::Aborted, "ETAG_MISMATCH");
    let given = v1::Meeting { place: "一楼".to_owned(), ..given };
    assert_eq!(refused(meetings.update_meeting(update(given, &["*"])).await), stale);
    let schedule = v1::ScheduleMeetingRequest {
        name: first.name.clone(),
        etag: first.etag,
        ..Default::default()
    };
    assert_eq!(refused(meetings.schedule_meeting(schedule).await), stale);
    assert_eq!(get(&mut meetings, &first.name).await, second);
}

#[tokio::test]
async fn a_deleted_meeting_comes_back() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let first = create(&mut meetings, "m", symposium()).await;
    let delete = v1::DeleteMeetingRequest { name: first.name.clone(), ..Default::default() };
    let deleted = told(meetings.delete_meeting(delete.clone()).await);
    assert!(deleted.delete_time.is_some());
    assert_eq!(deleted.allowed_actions, [""; 0]);
    let gone = (Code::FailedPrecondition, "RECORD_DELETED");
    assert_eq!(refused(meetings.delete_meeting(delete).await), gone);
    let list = v1::ListMeetingsRequest::default();
    assert_eq!(told(meetings.list_meetings(list.clone()).await).meetings, []);
    let undelete = v1::UndeleteMeetingRequest { name: first.name.clone(), ..Default::default() };
    let back = told(meetings.undelete_meeting(undelete.clone()).await);
    assert_eq!(back.delete_time, None);
    assert_eq!(told(meetings.list_meetings(list).await).meetings, [back]);
    let again = refused(meetings.undelete_meeting(undelete).await);
    assert_eq!(again, (Code::FailedPrecondition, "RECORD_NOT_DELETED"));
}

#[tokio::test]
async fn meetings_are_listed_latest_first_and_drafts_without_a_time_last() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    for (id, start) in [("a", Some(300)), ("b", None), ("c", Some(100)), ("d", Some(-5))] {
        let given = v1::Meeting { start_time: start.and_then(instant), ..meeting(id) };
        create(&mut meetings, id, given).await;
    }
    for (order_by, due) in
        [("", "a c d b"), ("start_time", "b d c a"), ("start_time desc", "a c d b")]
    {
        let request =
            v1::ListMeetingsRequest { order_by: order_by.to_owned(), ..Default::default() };
        let listed = told(meetings.list_meetings(request).await).meetings;
        let titles: Vec<_> = listed.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles.join(" "), due, "{order_by}");
    }
}

#[tokio::test]
async fn meetings_are_found_by_host_project_and_state() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let project = crate::project::creation("p-1", crate::support::records::project("一"));
    told(server.projects().create_project(project).await);
    let about = v1::Meeting { projects: vec!["projects/p-1".to_owned()], ..meeting("about") };
    create(&mut meetings, "about", about).await;
    create(&mut meetings, "symposium", symposium()).await;
    for (filter, due) in [
        ("projects:\"projects/p-1\"", "about"),
        ("projects = \"projects/p-1\"", "about"),
        ("projects:\"projects/p-2\"", ""),
        ("host = \"organisations/zj-eit\"", "symposium"),
        ("kind = SYMPOSIUM AND state = DRAFT", "symposium"),
        ("attendees.role = CHAIR", "symposium"),
        ("speeches.figures.value = \"12.5\"", "symposium"),
        ("state = CLOSED", ""),
        ("start_time:*", "symposium"),
    ] {
        let request = v1::ListMeetingsRequest { filter: filter.to_owned(), ..Default::default() };
        let listed = told(meetings.list_meetings(request).await).meetings;
        let names: Vec<_> = listed.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names.join(" ").replace("meetings/", ""), due, "{filter}");
    }
}

#[tokio::test]
async fn the_history_of_a_meeting_tells_what_changed() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let first = create(&mut meetings, "m", symposium()).await;
    let given =
        v1::Meeting { name: first.name.clone(), place: "二楼".to_owned(), ..Default::default() };
    told(meetings.update_meeting(update(given, &[])).await);
    let schedule = v1::ScheduleMeetingRequest { name: first.name.clone(), ..Default::default() };
    let scheduled = told(meetings.schedule_meeting(schedule).await);
    let request = v1::ListMeetingHistoryRequest { name: first.name.clone(), ..Default::default() };
    let versions = told(meetings.list_meeting_history(request).await).versions;
    let fields: Vec<_> =
        versions.iter().map(|version| version.change.clone().unwrap().changed_fields).collect();
    assert_eq!(fields[0], ["state", "allowed_actions", "calendar_sequence"]);
    assert_eq!(fields[1], ["place"]);
    assert_eq!(versions[0].after, Some(scheduled));
    assert_eq!(versions[2].after, Some(first));
    assert_eq!(versions[2].before, None);
}

#[tokio::test]
async fn an_instant_is_kept_to_the_microsecond() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let cases = [(0, 0), (1_000, 1_000), (123_456_789, 123_456_000), (999_999_999, 999_999_000)];
    for (given, kept) in cases {
        let at = |nanos| Some(prost_types::Timestamp { seconds: 1_690_506_000, nanos });
        let meeting = v1::Meeting { start_time: at(given), ..meeting("精确") };
        let created = told(meetings.create_meeting(creation("", meeting)).await);
        assert_eq!(created.start_time, at(kept));
    }
}
