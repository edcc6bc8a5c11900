//! Invitations, answers, and who came.

use outlay_proto::v1;
use outlay_proto::v1::{Attendance, AttendeeRole, InvitationAnswer};
use tonic::Code;

use super::{OPENED, announced, get, held};
use crate::support::records::{instant, request_id};
use crate::support::{NOW_MICROS, Server, refused, told};

const NAME: &str = "meetings/m";
const NOW: i64 = NOW_MICROS / 1_000_000;

pub(super) fn person(organisation: &str, name: &str, role: AttendeeRole) -> v1::Attendee {
    v1::Attendee {
        organisation: format!("organisations/{organisation}"),
        display_name: name.to_owned(),
        role: role.into(),
        ..Default::default()
    }
}

pub(super) fn invitation(attendees: Vec<v1::Attendee>) -> v1::InviteAttendeesRequest {
    v1::InviteAttendeesRequest { name: NAME.to_owned(), attendees, ..Default::default() }
}

fn answer(attendee: &str, answer: InvitationAnswer) -> v1::AnswerInvitationRequest {
    v1::AnswerInvitationRequest {
        name: NAME.to_owned(),
        attendee: attendee.to_owned(),
        answer: answer.into(),
        ..Default::default()
    }
}

pub(super) fn came(attendee: &str, attendance: Attendance) -> v1::AttendanceRecord {
    v1::AttendanceRecord {
        attendee: attendee.to_owned(),
        attendance: attendance.into(),
        ..Default::default()
    }
}

pub(super) fn recording(records: Vec<v1::AttendanceRecord>) -> v1::RecordAttendanceRequest {
    v1::RecordAttendanceRequest { name: NAME.to_owned(), records, ..Default::default() }
}

pub(super) fn one<'a>(meeting: &'a v1::Meeting, id: &str) -> &'a v1::Attendee {
    meeting.attendees.iter().find(|attendee| attendee.id == id).expect("the attendee is there")
}

#[tokio::test]
async fn several_persons_of_an_organisation_are_invited_and_each_once() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let before = announced(&mut meetings).await;
    let li = person("jx-eit", "李处长", AttendeeRole::Attendee);
    let zhao = person("jx-eit", "赵科长", AttendeeRole::Guest);
    let again = v1::Attendee { post: "处长".to_owned(), ..li.clone() };
    let office =
        v1::Attendee { post: "记录".to_owned(), ..person("jx-solar", "", AttendeeRole::Guest) };
    let twice = vec![again, zhao.clone(), zhao.clone(), office.clone()];
    let answer = refused(meetings.invite_attendees(invitation(twice)).await);
    answer.has_fields(&[
        ("attendees[0].display_name", "ATTENDEE_DUPLICATE"),
        ("attendees[2].display_name", "ATTENDEE_DUPLICATE"),
    ]);
    assert_eq!(get(&mut meetings, NAME).await, before);
    let invited = told(meetings.invite_attendees(invitation(vec![zhao, office])).await);
    let ids: Vec<_> = invited.attendees.iter().map(|one| one.id.as_str()).collect();
    let due = ["chair", "jiaxing", "attendee-1", "attendee-2", "attendee-3", "attendee-4"];
    assert_eq!(ids, due);
    assert_eq!(invited.attendees[..4], before.attendees[..]);
}

#[tokio::test]
async fn what_is_wrong_with_an_invitation_is_told_attendee_by_attendee() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let before = announced(&mut meetings).await;
    let mut taken = person("jx-eit", "钱", AttendeeRole::Guest);
    taken.id = "chair".to_owned();
    let nobody = v1::Attendee { role: AttendeeRole::Guest.into(), ..Default::default() };
    let stranger = person("nobody", "孙", AttendeeRole::Guest);
    let mut early = person("jx-eit", "周", AttendeeRole::Guest);
    early.leave_time = instant(NOW);
    let answer =
        refused(meetings.invite_attendees(invitation(vec![taken, nobody, stranger, early])).await);
    answer.has_fields(&[
        ("attendees[0].id", "FIELD_DUPLICATE"),
        ("attendees[1].display_name", "FIELD_REQUIRED"),
        ("attendees[3].leave_time", "FIELD_CONTRADICTION"),
        ("meeting.attendees[6].organisation", "REFERENCE_UNKNOWN"),
    ]);
    let many = (0..997).map(|at| person("jx-eit", &format!("{at}"), AttendeeRole::Guest));
    let answer = refused(meetings.invite_attendees(invitation(many.collect())).await);
    answer.has_fields(&[("attendees", "FIELD_TOO_LONG")]);
    let none = refused(meetings.invite_attendees(invitation(Vec::new())).await);
    none.has_fields(&[("attendees", "FIELD_REQUIRED")]);
    assert_eq!(get(&mut meetings, NAME).await, before);
}

#[tokio::test]
async fn an_answer_is_kept_with_its_time_until_the_meeting_is_over() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    held(&mut meetings).await;
    let declined = v1::AnswerInvitationRequest {
        note: "在外出差，由赵科长参加".to_owned(),
        ..answer("jiaxing", InvitationAnswer::Declined)
    };
    let answered = told(meetings.answer_invitation(declined).await);
    let li = one(&answered, "jiaxing");
    assert_eq!(li.invitation_answer(), InvitationAnswer::Declined);
    assert_eq!(li.answer_note, "在外出差，由赵科长参加");
    assert_eq!(li.answer_time, instant(NOW));
    assert_eq!(li.attendance(), Attendance::Unspecified, "what was answered is no attendance");
    // An update of the meeting writes the attendees, and not the time.
    let update = v1::UpdateMeetingRequest { meeting: Some(answered.clone()), ..Default::default() };
    assert_eq!(told(meetings.update_meeting(update).await).attendees, answered.attendees);
    let unknown =
        refused(meetings.answer_invitation(answer("no", InvitationAnswer::Accepted)).await);
    unknown.has_fields(&[("attendee", "ATTENDEE_UNKNOWN")]);
    let nothing =
        refused(meetings.answer_invitation(answer("chair", InvitationAnswer::Unspecified)).await);
    nothing.has_fields(&[("answer", "FIELD_REQUIRED")]);
    let close = v1::CloseMeetingRequest { name: NAME.to_owned(), ..Default::default() };
    let closed = told(meetings.close_meeting(close).await);
    let over = (Code::FailedPrecondition, "INVITATION_OVER");
    let late = answer("jiaxing", InvitationAnswer::Accepted);
    assert_eq!(refused(meetings.answer_invitation(late).await), over);
    let invite = invitation(vec![person("jx-eit", "新", AttendeeRole::Guest)]);
    assert_eq!(refused(meetings.invite_attendees(invite).await), over);
    assert_eq!(get(&mut meetings, NAME).await, closed);
}

#[tokio::test]
async fn who_came_is_recorded_for_many_at_once_and_makes_the_quorum() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let held = held(&mut meetings).await;
    let quorum = v1::Meeting { name: NAME.to_owned(), quorum: 2, ..Default::default() };
    let update = v1::UpdateMeetingRequest { meeting: Some(quorum), ..Default::default() };
    let before = told(meetings.update_meeting(update).await);
    assert_eq!((held.quorum_met, before.quorum_met, before.present_count), (true, false, 0));
    let substitute = v1::AttendanceRecord {
        substitute: "赵科长".to_owned(),
        substitute_post: "科长".to_owned(),
        arrive_time: instant(OPENED + 60),
        ..came("jiaxing", Attendance::Substitute)
    };
    let records = vec![
        came("chair", Attendance::Present),
        substitute,
        came("attendee-1", Attendance::Excused),
        // A guest has no vote.
        came("attendee-2", Attendance::Present),
    ];
    let request = v1::RecordAttendanceRequest { request_id: request_id(), ..recording(records) };
    let recorded = told(meetings.record_attendance(request.clone()).await);
    assert_eq!((recorded.present_count, recorded.quorum_met), (2, true));
    assert_eq!(told(meetings.record_attendance(request).await), recorded);
    let zhao = one(&recorded, "jiaxing");
    assert_eq!((zhao.substitute.as_str(), zhao.substitute_post.as_str()), ("赵科长", "科长"));
    // Who leaves isn't there any more, and what was recorded before stays.
    let leaves = v1::AttendanceRecord {
        leave_time: instant(OPENED + 600),
        substitute: "赵科长".to_owned(),
        ..came("jiaxing", Attendance::Substitute)
    };
    let left = told(meetings.record_attendance(recording(vec![leaves])).await);
    assert_eq!((left.present_count, left.quorum_met), (1, false));
    assert_eq!(one(&left, "jiaxing").arrive_time, instant(OPENED + 60));
}

#[tokio::test]
async fn a_bad_record_of_attendance_changes_nothing_of_the_others() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let before = held(&mut meetings).await;
    let with = |attendance, change: fn(&mut v1::AttendanceRecord)| {
        let mut record = came("chair", attendance);
        change(&mut record);
        record
    };
    let cases: [(Vec<v1::AttendanceRecord>, &str, &str); 8] = [
        (vec![came("no", Attendance::Present)], "records[0].attendee", "ATTENDEE_UNKNOWN"),
        (
            vec![came("chair", Attendance::Present), came("chair", Attendance::Absent)],
            "records[1].attendee",
            "FIELD_DUPLICATE",
        ),
        (vec![came("chair", Attendance::Substitute)], "records[0].substitute", "FIELD_REQUIRED"),
        (
            vec![with(Attendance::Present, |record| record.substitute = "赵".to_owned())],
            "records[0].substitute",
            "FIELD_CONTRADICTION",
        ),
        (
            vec![with(Attendance::Absent, |record| record.arrive_time = instant(OPENED))],
            "records[0].arrive_time",
            "FIELD_CONTRADICTION",
        ),
        (
            vec![with(Attendance::Present, |record| record.arrive_time = instant(NOW + 1))],
            "records[0].arrive_time",
            "FIELD_OUT_OF_RANGE",
        ),
        (
            vec![with(Attendance::Present, |record| {
                record.arrive_time = instant(OPENED + 2);
                record.leave_time = instant(OPENED + 1);
            })],
            "records[0].leave_time",
            "DATE_ORDER",
        ),
        (vec![came("chair", Attendance::Unspecified)], "records[0].attendance", "FIELD_REQUIRED"),
    ];
    for (mut records, field, reason) in cases {
        let answer = refused(meetings.record_attendance(recording(records.clone())).await);
        answer.has_fields(&[(field, reason)]);
        records.insert(0, came("jiaxing", Attendance::Present));
        refused(meetings.record_attendance(recording(records)).await);
    }
    assert_eq!(get(&mut meetings, NAME).await, before);
}

#[tokio::test]
async fn nobody_has_come_to_what_was_not_announced() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    super::create(&mut meetings, "m", crate::support::symposium::symposium()).await;
    let answer = refused(
        meetings.record_attendance(recording(vec![came("chair", Attendance::Absent)])).await,
    );
    assert_eq!(answer, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    assert_eq!(answer.needed(), ["it must be SCHEDULED or IN_PROGRESS or CLOSED"]);
}
