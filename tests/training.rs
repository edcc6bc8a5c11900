//! Courses, training sessions and enrolments, over the wire.

#![cfg(test)]

mod attendance;
mod coverage;
mod model;
mod races;
mod refusals;
mod seats;

use std::time::Duration;

use outlay_proto::v1;
use tonic::{Code, Response, Status};

use crate::support::records::{english, instant, mask};
use crate::support::{NOW_MICROS, Server, Trainings, refused, told};

pub(crate) const SESSION: &str = "trainingSessions/s-1";
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);
/// When the tests begin, in seconds since 1970.
const NOW: i64 = NOW_MICROS / 1_000_000;

pub(crate) fn course() -> v1::Course {
    v1::Course {
        title: "投资统计培训".to_owned(),
        localized_titles: english("Statistics of investment"),
        description: "统计口径\n报表填写".to_owned(),
        hours: "2".to_owned(),
        pass_mark: "60".to_owned(),
        certificate_prefix: "TZ".to_owned(),
        ..Default::default()
    }
}

/// One that begins in an hour and ends in three, with a place for two.
pub(crate) fn session() -> v1::TrainingSession {
    v1::TrainingSession {
        course: "courses/statistics".to_owned(),
        host: "organisations/zj-eit".to_owned(),
        trainers: vec![v1::Trainer {
            display_name: "陈老师".to_owned(),
            organisation: "organisations/zj-eit".to_owned(),
            post: "处长".to_owned(),
        }],
        region: "regions/330100".to_owned(),
        place: "三楼会议室".to_owned(),
        start_time: instant(NOW + 3_600),
        end_time: instant(NOW + 3 * 3_600),
        time_zone: "Asia/Shanghai".to_owned(),
        capacity: 2,
        ..Default::default()
    }
}

pub(crate) fn person(name: &str) -> v1::Enrolment {
    v1::Enrolment {
        session: SESSION.to_owned(),
        display_name: name.to_owned(),
        organisation: "organisations/jx-solar".to_owned(),
        ..Default::default()
    }
}

pub(crate) async fn create_course(
    trainings: &mut Trainings,
    id: &str,
    course: v1::Course,
) -> v1::Course {
    let course_id = id.to_owned();
    let request = v1::CreateCourseRequest { course: Some(course), course_id, ..Default::default() };
    told(trainings.create_course(request).await)
}

pub(crate) fn creation(id: &str, given: v1::TrainingSession) -> v1::CreateTrainingSessionRequest {
    v1::CreateTrainingSessionRequest {
        training_session: Some(given),
        training_session_id: id.to_owned(),
        ..Default::default()
    }
}

pub(crate) fn enrolling(id: &str, given: v1::Enrolment) -> v1::CreateEnrolmentRequest {
    v1::CreateEnrolmentRequest {
        enrolment: Some(given),
        enrolment_id: id.to_owned(),
        ..Default::default()
    }
}

/// Creates the session `s-1` and opens it.
pub(crate) async fn open(trainings: &mut Trainings, given: v1::TrainingSession) {
    told(trainings.create_training_session(creation("s-1", given)).await);
    let name = SESSION.to_owned();
    let request = v1::OpenTrainingSessionRequest { name, ..Default::default() };
    told(trainings.open_training_session(request).await);
}

/// A seeded server with a course and the open session `s-1`.
pub(crate) async fn opened(given: v1::TrainingSession) -> (Server, Trainings) {
    let server = Server::seeded().await;
    let mut trainings = server.trainings();
    create_course(&mut trainings, "statistics", course()).await;
    open(&mut trainings, given).await;
    (server, trainings)
}

/// Enrols a person whose id is the name.
pub(crate) async fn enrol(
    trainings: &mut Trainings,
    name: &str,
) -> Result<Response<v1::Enrolment>, Status> {
    trainings.create_enrolment(enrolling(name, person(name))).await
}

pub(crate) async fn cancel(
    trainings: &mut Trainings,
    id: &str,
) -> Result<Response<v1::Enrolment>, Status> {
    let name = format!("enrolments/{id}");
    let reason = "出差".to_owned();
    let request = v1::CancelEnrolmentRequest { name, reason, ..Default::default() };
    trainings.cancel_enrolment(request).await
}

pub(crate) async fn sign_in(
    trainings: &mut Trainings,
    id: &str,
    seconds: Option<i64>,
) -> Result<Response<v1::Enrolment>, Status> {
    let name = format!("enrolments/{id}");
    let sign_in_time = seconds.and_then(|seconds| instant(NOW + seconds));
    let request = v1::SignInEnrolmentRequest { name, sign_in_time, ..Default::default() };
    trainings.sign_in_enrolment(request).await
}

pub(crate) async fn close(
    trainings: &mut Trainings,
) -> Result<Response<v1::TrainingSession>, Status> {
    let name = SESSION.to_owned();
    let request = v1::CloseTrainingSessionRequest { name, ..Default::default() };
    trainings.close_training_session(request).await
}

pub(crate) async fn get_session(trainings: &mut Trainings) -> v1::TrainingSession {
    let name = SESSION.to_owned();
    let request = v1::GetTrainingSessionRequest { name, ..Default::default() };
    told(trainings.get_training_session(request).await)
}

pub(crate) async fn get(trainings: &mut Trainings, id: &str) -> v1::Enrolment {
    let name = format!("enrolments/{id}");
    told(trainings.get_enrolment(v1::GetEnrolmentRequest { name, ..Default::default() }).await)
}

/// All enrolments of the session in the order of arrival: `a ENROLLED`.
pub(crate) async fn states(trainings: &mut Trainings) -> Vec<String> {
    let request = v1::ListEnrolmentsRequest {
        filter: format!("session = \"{SESSION}\""),
        page_size: 1_000,
        ..Default::default()
    };
    let listed = told(trainings.list_enrolments(request).await).enrolments;
    let shown = |one: &v1::Enrolment| {
        let state = one.state().as_str_name().trim_start_matches("ENROLMENT_STATE_");
        format!("{} {state}", one.name.trim_start_matches("enrolments/"))
    };
    listed.iter().map(shown).collect()
}

/// An update of the session that sets some fields.
pub(crate) fn change(
    paths: &[&str],
    given: v1::TrainingSession,
) -> v1::UpdateTrainingSessionRequest {
    let given = v1::TrainingSession { name: SESSION.to_owned(), ..given };
    v1::UpdateTrainingSessionRequest {
        training_session: Some(given),
        update_mask: mask(paths),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_course_is_created_changed_deleted_and_brought_back() {
    let server = Server::seeded().await;
    let mut trainings = server.trainings();
    let created = create_course(&mut trainings, "statistics", course()).await;
    let due = v1::Course {
        name: "courses/statistics".to_owned(),
        uid: created.uid.clone(),
        create_time: created.create_time,
        update_time: created.update_time,
        etag: created.etag.clone(),
        revision: created.revision,
        ..course()
    };
    assert_eq!(created, due);
    let name = created.name.clone();
    let given = v1::Course { name: name.clone(), hours: "2.50".to_owned(), ..Default::default() };
    let request = v1::UpdateCourseRequest { course: Some(given), ..Default::default() };
    assert_eq!(told(trainings.update_course(request).await).hours, "2.5");
    let request = v1::DeleteCourseRequest { name: name.clone(), ..Default::default() };
    told(trainings.delete_course(request).await);
    let list = v1::ListCoursesRequest::default();
    assert_eq!(told(trainings.list_courses(list.clone()).await).courses, []);
    let request = v1::UndeleteCourseRequest { name: name.clone(), ..Default::default() };
    let back = told(trainings.undelete_course(request).await);
    let server = server.restart();
    let mut trainings = server.trainings();
    assert_eq!(told(trainings.list_courses(list).await).courses, std::slice::from_ref(&back));
    let request = v1::GetCourseRequest { name: name.clone(), ..Default::default() };
    assert_eq!(told(trainings.get_course(request).await), back);
    let request = v1::ListCourseHistoryRequest { name, ..Default::default() };
    let versions = told(trainings.list_course_history(request).await).versions;
    let changed = |at: usize| versions[at].change.as_ref().unwrap().changed_fields.join(" ");
    assert_eq!((versions.len(), changed(2)), (4, "hours".to_owned()));
}

#[tokio::test]
async fn a_session_takes_its_hours_from_the_course_and_is_found_by_what_it_names() {
    let server = Server::seeded().await;
    let mut trainings = server.trainings();
    create_course(&mut trainings, "statistics", course()).await;
    let other = v1::Course { certificate_prefix: String::new(), ..course() };
    create_course(&mut trainings, "policies", other).await;
    crate::meeting::create(&mut server.meetings(), "m-1", crate::support::symposium::symposium())
        .await;
    let created = told(trainings.create_training_session(creation("s-1", session())).await);
    assert_eq!(
        (created.hours.as_str(), created.allowed_actions.join(" ")),
        ("2", "open cancel".to_owned())
    );
    let second = v1::TrainingSession {
        course: "courses/policies".to_owned(),
        meeting: "meetings/m-1".to_owned(),
        region: "regions/330402".to_owned(),
        hours: "1.5".to_owned(),
        start_time: instant(NOW + 3_700),
        ..session()
    };
    told(trainings.create_training_session(creation("s-2", second)).await);
    for (region, filter, due) in [
        ("", "", "s-2 s-1"),
        ("330400", "", "s-2"),
        ("330000", "", "s-2 s-1"),
        ("", "meeting = \"meetings/m-1\"", "s-2"),
        ("", "course = \"courses/statistics\"", "s-1"),
        ("", "state = OPEN", ""),
        ("", "hours = \"2\"", "s-1"),
    ] {
        let request = v1::ListTrainingSessionsRequest {
            region: crate::support::records::named("regions", region),
            filter: filter.to_owned(),
            ..Default::default()
        };
        let listed = told(trainings.list_training_sessions(request).await).training_sessions;
        let ids: Vec<_> = listed.iter().map(|one| one.name.rsplit('/').next().unwrap()).collect();
        assert_eq!(ids.join(" "), due, "{region} {filter}");
    }
    let order_by = "create_time".to_owned();
    let request = v1::ListTrainingSessionsRequest { order_by, ..Default::default() };
    assert_eq!(told(trainings.list_training_sessions(request).await).training_sessions.len(), 2);
    let name = SESSION.to_owned();
    let request = v1::ListTrainingSessionHistoryRequest { name, ..Default::default() };
    let history = told(trainings.list_training_session_history(request).await);
    assert_eq!(history.versions.len(), 1);
}

#[tokio::test]
async fn what_has_sessions_or_enrolments_is_not_deleted_and_nothing_comes_back_without_them() {
    let (_server, mut trainings) = opened(session()).await;
    told(enrol(&mut trainings, "a").await);
    let in_use = (Code::FailedPrecondition, "RECORD_IN_USE");
    let name = "courses/statistics".to_owned();
    let course = v1::DeleteCourseRequest { name, ..Default::default() };
    assert_eq!(refused(trainings.delete_course(course.clone()).await), in_use);
    let name = SESSION.to_owned();
    let session = v1::DeleteTrainingSessionRequest { name, ..Default::default() };
    assert_eq!(refused(trainings.delete_training_session(session.clone()).await), in_use);
    let name = "enrolments/a".to_owned();
    let enrolment = v1::DeleteEnrolmentRequest { name: name.clone(), ..Default::default() };
    let held = refused(trainings.delete_enrolment(enrolment.clone()).await);
    assert_eq!(held, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    assert_eq!(held.needed(), ["cancel it first"]);
    told(cancel(&mut trainings, "a").await);
    told(trainings.delete_enrolment(enrolment).await);
    told(trainings.delete_training_session(session).await);
    told(trainings.delete_course(course).await);
    let enrolment = v1::UndeleteEnrolmentRequest { name, ..Default::default() };
    let dead = (Code::FailedPrecondition, "RECORD_DELETED");
    assert_eq!(refused(trainings.undelete_enrolment(enrolment.clone()).await), dead);
    let name = SESSION.to_owned();
    let session = v1::UndeleteTrainingSessionRequest { name, ..Default::default() };
    assert_eq!(refused(trainings.undelete_training_session(session.clone()).await), dead);
    let name = "courses/statistics".to_owned();
    let course = v1::UndeleteCourseRequest { name, ..Default::default() };
    told(trainings.undelete_course(course).await);
    told(trainings.undelete_training_session(session).await);
    told(trainings.undelete_enrolment(enrolment).await);
    assert_eq!(states(&mut trainings).await, ["a CANCELLED"]);
}
