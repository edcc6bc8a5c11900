//! Sign-ins, hours, scores, certificates and feedback.

use outlay_proto::v1;
use outlay_proto::v1::EnrolmentState as State;
use tonic::{Code, Response, Status};

use super::{
    HOUR, NOW, SESSION, change, close, course, create_course, creation, enrol, enrolling, get,
    get_session, opened, person, session, sign_in, states,
};
use crate::support::records::{date, instant};
use crate::support::{Server, Trainings, refused, told};

fn named(id: &str) -> String {
    format!("enrolments/{id}")
}

async fn grade(
    trainings: &mut Trainings,
    id: &str,
    hours: &str,
    score: &str,
) -> Result<Response<v1::Enrolment>, Status> {
    let (name, hours, score) = (named(id), hours.to_owned(), score.to_owned());
    let request = v1::GradeEnrolmentRequest { name, hours, score, ..Default::default() };
    trainings.grade_enrolment(request).await
}

async fn certify(trainings: &mut Trainings, id: &str) -> Result<Response<v1::Enrolment>, Status> {
    let request = v1::CertifyEnrolmentRequest { name: named(id), ..Default::default() };
    trainings.certify_enrolment(request).await
}

async fn rate(
    trainings: &mut Trainings,
    id: &str,
    rating: i32,
) -> Result<Response<v1::Enrolment>, Status> {
    let (name, text) = (named(id), "讲得清楚".to_owned());
    let request = v1::RateEnrolmentRequest { name, rating, text, ..Default::default() };
    trainings.rate_enrolment(request).await
}

/// An open session with four places, an hour after its beginning, and a, b, c.
async fn begun() -> (Server, Trainings) {
    let (server, mut trainings) = opened(v1::TrainingSession { capacity: 4, ..session() }).await;
    for id in ["a", "b", "c"] {
        told(enrol(&mut trainings, id).await);
    }
    server.advance(2 * HOUR);
    (server, trainings)
}

#[tokio::test]
async fn whoever_signs_in_has_attended_and_the_others_are_absent_when_it_is_closed() {
    let (server, mut trainings) = begun().await;
    let signed = told(sign_in(&mut trainings, "a", None).await);
    assert_eq!(signed.sign_in_times, [instant(NOW + 2 * 3_600).unwrap()]);
    assert_eq!((signed.state(), signed.hours.as_str()), (State::Attended, ""));
    assert_eq!(
        (signed.region.as_str(), signed.session_date),
        ("regions/330402", date(2023, 7, 28))
    );
    told(grade(&mut trainings, "a", "1.5", "").await);
    told(sign_in(&mut trainings, "b", Some(3_600)).await);
    let again = told(sign_in(&mut trainings, "b", Some(3_700)).await);
    assert_eq!(again.sign_in_times.len(), 2);
    server.advance(HOUR);
    let closed = told(close(&mut trainings).await);
    assert_eq!(closed.state(), v1::TrainingSessionState::Held);
    assert_eq!((closed.taken_count, closed.attended_count), (3, 2));
    assert_eq!(states(&mut trainings).await, ["a ATTENDED", "b ATTENDED", "c ABSENT"]);
    let c = get(&mut trainings, "c").await;
    assert_eq!(c.revision, closed.revision, "it is one commit");
    let hours = |one: v1::Enrolment| one.hours;
    assert_eq!(hours(get(&mut trainings, "a").await), "1.5");
    assert_eq!(hours(get(&mut trainings, "b").await), "2");
    // From the list on paper, which came later.
    let late = told(sign_in(&mut trainings, "c", Some(3_600)).await);
    assert_eq!((late.state(), late.hours.as_str()), (State::Attended, "2"));
}

#[tokio::test]
async fn one_signs_in_only_within_the_session_and_while_one_holds_a_place() {
    let (server, mut trainings) =
        opened(v1::TrainingSession { capacity: 1, waiting_list: true, ..session() }).await;
    for id in ["a", "b"] {
        told(enrol(&mut trainings, id).await);
    }
    let outside = [("sign_in_time", "SIGN_IN_OUTSIDE_SESSION")];
    refused(sign_in(&mut trainings, "a", None).await).has_fields(&outside);
    server.advance(HOUR);
    refused(sign_in(&mut trainings, "a", Some(3_599)).await).has_fields(&outside);
    refused(sign_in(&mut trainings, "a", Some(3_601)).await)
        .has_fields(&[("sign_in_time", "FIELD_OUT_OF_RANGE")]);
    let waits = refused(sign_in(&mut trainings, "b", None).await);
    assert_eq!(waits, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    assert_eq!(waits.needed(), ["it must be ENROLLED, ATTENDED or ABSENT"]);
    server.advance(3 * HOUR);
    refused(sign_in(&mut trainings, "a", None).await).has_fields(&outside);
    assert_eq!(get(&mut trainings, "a").await.state(), State::Enrolled);
    told(sign_in(&mut trainings, "a", Some(3_600)).await);
}

#[tokio::test]
async fn nothing_is_changed_that_hours_were_counted_by() {
    let (_server, mut trainings) = begun().await;
    told(sign_in(&mut trainings, "a", None).await);
    let begun = "TRAINING_SESSION_BEGUN";
    let other = v1::TrainingSession {
        start_time: instant(NOW + 60),
        end_time: instant(NOW + 120),
        time_zone: "UTC".to_owned(),
        hours: "9".to_owned(),
        capacity: 50,
        ..session()
    };
    let paths = ["start_time", "end_time", "time_zone", "hours", "capacity"];
    let due: Vec<_> =
        paths.iter().map(|field| (format!("training_session.{field}"), begun)).collect();
    let due: Vec<_> = due.iter().map(|(field, reason)| (field.as_str(), *reason)).collect();
    let refusal = trainings.update_training_session(change(&paths, other.clone())).await;
    refused(refusal).has_fields(&due[..4]);
    told(trainings.update_training_session(change(&["capacity"], other.clone())).await);
    let name = SESSION.to_owned();
    let reason = "台风".to_owned();
    let cancel = v1::CancelTrainingSessionRequest { name, reason, ..Default::default() };
    let refusal = refused(trainings.cancel_training_session(cancel).await);
    assert_eq!(refusal, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    told(close(&mut trainings).await);
    let more = v1::TrainingSession { capacity: 60, ..other };
    refused(trainings.update_training_session(change(&paths, more)).await).has_fields(&due);
    let note = v1::TrainingSession { note: "顺利".to_owned(), ..Default::default() };
    told(trainings.update_training_session(change(&["note"], note)).await);
    let attended = v1::DeleteEnrolmentRequest { name: named("a"), ..Default::default() };
    told(trainings.delete_enrolment(attended).await);
    assert_eq!(get_session(&mut trainings).await.attended_count, 0);
}

#[tokio::test]
async fn hours_are_at_most_those_of_the_session_and_scores_need_a_test() {
    let (_server, mut trainings) = begun().await;
    let absent = refused(grade(&mut trainings, "a", "1", "").await);
    assert_eq!(absent, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    told(sign_in(&mut trainings, "a", None).await);
    let other = trainings.clone();
    let refusal = async |hours: &str, score: &str| {
        refused(grade(&mut other.clone(), "a", hours, score).await)
    };
    refusal("2.1", "101")
        .await
        .has_fields(&[("hours", "HOURS_BEYOND_SESSION"), ("score", "FIELD_OUT_OF_RANGE")]);
    refusal("-1", "").await.has_fields(&[("hours", "FIELD_OUT_OF_RANGE")]);
    refusal("", "").await.has_fields(&[("hours", "FIELD_REQUIRED")]);
    refusal("two", "x").await.has_fields(&[("hours", "FIELD_FORMAT"), ("score", "FIELD_FORMAT")]);
    let graded = told(grade(&mut trainings, "a", "", "59.5").await);
    assert_eq!((graded.score.as_str(), graded.passed, graded.hours.as_str()), ("59.5", false, ""));
    let graded = told(grade(&mut trainings, "a", "2", "60").await);
    assert_eq!((graded.score.as_str(), graded.passed, graded.hours.as_str()), ("60", true, "2"));
    let without = v1::Course { name: "courses/statistics".to_owned(), ..Default::default() };
    let request = v1::UpdateCourseRequest {
        course: Some(without),
        update_mask: crate::support::records::mask(&["pass_mark"]),
        ..Default::default()
    };
    told(trainings.update_course(request).await);
    refusal("", "70").await.has_fields(&[("score", "FIELD_CONTRADICTION")]);
    assert!(get(&mut trainings, "a").await.passed, "what was passed stays so");
}

#[tokio::test]
async fn certificates_are_for_those_who_passed_and_no_number_is_given_twice() {
    let (server, mut trainings) = begun().await;
    for id in ["a", "b"] {
        told(sign_in(&mut trainings, id, None).await);
        told(grade(&mut trainings, id, "", "80").await);
    }
    told(sign_in(&mut trainings, "c", None).await);
    told(grade(&mut trainings, "c", "", "30").await);
    let not = (Code::FailedPrecondition, "NOT_CERTIFIABLE");
    assert_eq!(refused(certify(&mut trainings, "a").await), not, "it isn't closed");
    told(close(&mut trainings).await);
    assert_eq!(refused(certify(&mut trainings, "c").await), not, "the test wasn't passed");
    let first = told(certify(&mut trainings, "b").await);
    assert_eq!(first.certificate_number, "TZ-2023-0001");
    assert_eq!(first.allowed_actions, ["sign-in", "rate"]);
    let again = refused(certify(&mut trainings, "b").await);
    assert_eq!(again, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    assert_eq!(again.needed(), ["it has the certificate TZ-2023-0001"]);
    let late = refused(grade(&mut trainings, "b", "", "90").await);
    assert_eq!(late, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    // Deleted and purged, and its number is gone for good.
    let delete = v1::DeleteEnrolmentRequest { name: named("b"), ..Default::default() };
    told(trainings.delete_enrolment(delete).await);
    let purge = "admin purge enrolments/b --reason 误录 --yes";
    crate::cli::outlay(&server).run(purge).await.worked();
    assert_eq!(told(certify(&mut trainings, "a").await).certificate_number, "TZ-2023-0002");
    let none =
        v1::Course { certificate_prefix: String::new(), pass_mark: String::new(), ..course() };
    create_course(&mut trainings, "none", none).await;
    let other = v1::TrainingSession { course: "courses/none".to_owned(), ..session() };
    told(trainings.create_training_session(creation("s-2", other)).await);
    let name = "trainingSessions/s-2".to_owned();
    let request = v1::OpenTrainingSessionRequest { name: name.clone(), ..Default::default() };
    told(trainings.open_training_session(request).await);
    let given = v1::Enrolment { session: name.clone(), ..person("d") };
    told(trainings.create_enrolment(enrolling("d", given)).await);
    told(sign_in(&mut trainings, "d", None).await);
    let request = v1::CloseTrainingSessionRequest { name, ..Default::default() };
    told(trainings.close_training_session(request).await);
    assert_eq!(refused(certify(&mut trainings, "d").await), not, "the course gives none");
}

#[tokio::test]
async fn certificates_that_are_given_at_once_have_numbers_of_their_own() {
    let (server, mut trainings) = opened(v1::TrainingSession { capacity: 40, ..session() }).await;
    server.advance(HOUR);
    for at in 0..40 {
        let id = format!("p{at}");
        told(enrol(&mut trainings, &id).await);
        told(sign_in(&mut trainings, &id, None).await);
        told(grade(&mut trainings, &id, "", "60").await);
    }
    told(close(&mut trainings).await);
    let mut running = tokio::task::JoinSet::new();
    for at in 0..40 {
        let mut trainings = trainings.clone();
        running.spawn(async move { certify(&mut trainings, &format!("p{at}")).await });
    }
    let answers = running.join_all().await;
    let mut numbers: Vec<_> =
        answers.into_iter().map(|answer| told(answer).certificate_number).collect();
    numbers.sort();
    let due: Vec<_> = (1..=40).map(|number| format!("TZ-2023-{number:04}")).collect();
    assert_eq!(numbers, due);
}

#[tokio::test]
async fn feedback_is_given_once_and_by_those_who_came() {
    let (_server, mut trainings) = begun().await;
    let early = refused(rate(&mut trainings, "a", 5).await);
    assert_eq!(early, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    told(sign_in(&mut trainings, "a", None).await);
    for rating in [0, 6] {
        let reason = if rating == 0 { "FIELD_REQUIRED" } else { "FIELD_OUT_OF_RANGE" };
        let refusal = refused(rate(&mut trainings, "a", rating).await);
        assert_eq!(refusal.fields.len(), 1, "{refusal:?}");
        assert_eq!(refusal.fields[0].0, "rating", "{reason}");
    }
    let rated = told(rate(&mut trainings, "a", 4).await);
    let feedback = rated.feedback.unwrap();
    assert_eq!((feedback.rating, feedback.text.as_str()), (4, "讲得清楚"));
    let again = refused(rate(&mut trainings, "a", 1).await);
    assert_eq!(again, (Code::FailedPrecondition, "FEEDBACK_GIVEN"));
    assert_eq!(get(&mut trainings, "a").await.feedback.unwrap().rating, 4);
}
