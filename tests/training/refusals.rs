//! What is wrong with courses, sessions and enrolments is told at once, and changes
//! nothing.

use outlay_proto::v1;
use tonic::Code;

use super::{
    NOW, SESSION, close, course, create_course, creation, enrol, enrolling, opened, person, session,
};
use crate::support::records::{instant, mask};
use crate::support::{Server, refused, told};

#[tokio::test]
async fn a_course_has_hours_and_a_prefix_of_its_own() {
    let server = Server::seeded().await;
    let mut trainings = server.trainings();
    let create = |given: v1::Course| {
        let mut trainings = trainings.clone();
        let request = v1::CreateCourseRequest { course: Some(given), ..Default::default() };
        async move { trainings.create_course(request).await }
    };
    refused(create(v1::Course::default()).await)
        .has_fields(&[("course.title", "FIELD_REQUIRED"), ("course.hours", "FIELD_REQUIRED")]);
    let wrong = v1::Course {
        hours: "0".to_owned(),
        pass_mark: "100.5".to_owned(),
        certificate_prefix: "TZ-1".to_owned(),
        ..course()
    };
    refused(create(wrong).await).has_fields(&[
        ("course.hours", "FIELD_OUT_OF_RANGE"),
        ("course.pass_mark", "FIELD_OUT_OF_RANGE"),
        ("course.certificate_prefix", "FIELD_FORMAT"),
    ]);
    let wrong = v1::Course { hours: "1000.5".to_owned(), pass_mark: "-1".to_owned(), ..course() };
    refused(create(wrong).await).has_fields(&[
        ("course.hours", "FIELD_OUT_OF_RANGE"),
        ("course.pass_mark", "FIELD_OUT_OF_RANGE"),
    ]);
    create_course(&mut trainings.clone(), "a", course()).await;
    let taken = refused(create(course()).await);
    assert_eq!(taken, (Code::AlreadyExists, "CODE_TAKEN"));
    let list = v1::ListCoursesRequest::default();
    assert_eq!(told(trainings.list_courses(list).await).courses.len(), 1);
}

#[tokio::test]
async fn a_session_has_times_places_and_records_that_there_are() {
    let server = Server::seeded().await;
    let mut trainings = server.trainings();
    create_course(&mut trainings, "statistics", course()).await;
    let refusal = async |given: v1::TrainingSession| {
        let mut trainings = server.trainings();
        refused(trainings.create_training_session(creation("s", given)).await)
    };
    let required = ["course", "host", "region", "place", "start_time", "end_time", "time_zone"];
    let due: Vec<_> = required.iter().map(|field| format!("training_session.{field}")).collect();
    let due: Vec<_> = due.iter().map(|field| (field.as_str(), "FIELD_REQUIRED")).collect();
    refusal(v1::TrainingSession::default()).await.names_fields(&due);
    let wrong = v1::TrainingSession {
        end_time: instant(NOW + 3_600),
        enrolment_deadline: instant(NOW + 3_601),
        hours: "1001".to_owned(),
        ..session()
    };
    refusal(wrong).await.has_fields(&[
        ("training_session.end_time", "DATE_ORDER"),
        ("training_session.enrolment_deadline", "DATE_ORDER"),
        ("training_session.hours", "FIELD_OUT_OF_RANGE"),
    ]);
    let long = v1::TrainingSession { end_time: instant(NOW + 40 * 86_400), ..session() };
    refusal(long).await.has_fields(&[("training_session.end_time", "FIELD_OUT_OF_RANGE")]);
    let wrong =
        v1::TrainingSession { capacity: 2_001, time_zone: "Asia/Nowhere".to_owned(), ..session() };
    refusal(wrong).await.has_fields(&[
        ("training_session.capacity", "FIELD_OUT_OF_RANGE"),
        ("training_session.time_zone", "FIELD_FORMAT"),
    ]);
    let unknown = v1::TrainingSession {
        course: "courses/nothing".to_owned(),
        meeting: "meetings/nothing".to_owned(),
        host: "organisations/nobody".to_owned(),
        region: "regions/999999".to_owned(),
        trainers: vec![v1::Trainer {
            display_name: "陈老师".to_owned(),
            organisation: "organisations/nobody".to_owned(),
            ..Default::default()
        }],
        ..session()
    };
    refusal(unknown).await.has_fields(&[
        ("training_session.course", "REFERENCE_UNKNOWN"),
        ("training_session.meeting", "REFERENCE_UNKNOWN"),
        ("training_session.host", "REFERENCE_UNKNOWN"),
        ("training_session.region", "REFERENCE_UNKNOWN"),
        ("training_session.trainers[0].organisation", "REFERENCE_UNKNOWN"),
    ]);
    let list = v1::ListTrainingSessionsRequest::default();
    assert_eq!(told(trainings.list_training_sessions(list).await).training_sessions, []);
}

#[tokio::test]
async fn an_enrolment_is_of_a_session_and_an_organisation_that_there_are_and_stays_theirs() {
    let (_server, mut trainings) = opened(session()).await;
    refused(trainings.create_enrolment(enrolling("a", v1::Enrolment::default())).await).has_fields(
        &[
            ("enrolment.session", "FIELD_REQUIRED"),
            ("enrolment.display_name", "FIELD_REQUIRED"),
            ("enrolment.organisation", "FIELD_REQUIRED"),
        ],
    );
    let unknown = v1::Enrolment {
        session: "trainingSessions/nothing".to_owned(),
        organisation: "organisations/nobody".to_owned(),
        ..person("a")
    };
    refused(trainings.create_enrolment(enrolling("a", unknown)).await).has_fields(&[
        ("enrolment.session", "REFERENCE_UNKNOWN"),
        ("enrolment.organisation", "REFERENCE_UNKNOWN"),
    ]);
    told(enrol(&mut trainings, "a").await);
    let other = v1::Enrolment {
        name: "enrolments/a".to_owned(),
        session: "trainingSessions/s-2".to_owned(),
        organisation: "organisations/jx-wind".to_owned(),
        ..Default::default()
    };
    let request = v1::UpdateEnrolmentRequest {
        enrolment: Some(other),
        update_mask: mask(&["session", "organisation"]),
        ..Default::default()
    };
    refused(trainings.update_enrolment(request).await).has_fields(&[
        ("enrolment.session", "FIELD_IMMUTABLE"),
        ("enrolment.organisation", "FIELD_IMMUTABLE"),
    ]);
}

#[tokio::test]
async fn a_session_is_closed_after_it_has_begun_and_opened_once() {
    let (server, mut trainings) = opened(session()).await;
    let early = refused(close(&mut trainings).await);
    assert_eq!(early, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    let name = SESSION.to_owned();
    let open = v1::OpenTrainingSessionRequest { name: name.clone(), ..Default::default() };
    let again = refused(trainings.open_training_session(open.clone()).await);
    assert_eq!(again.needed(), ["it must be PLANNED"]);
    server.advance(super::HOUR);
    told(close(&mut trainings).await);
    assert_eq!(refused(trainings.open_training_session(open).await).needed(), ["HELD is final"]);
    let reason = "台风".to_owned();
    let cancel = v1::CancelTrainingSessionRequest { name, reason, ..Default::default() };
    assert_eq!(
        refused(trainings.cancel_training_session(cancel).await).needed(),
        ["HELD is final"]
    );
}
