//! Places: who gets one, who waits, and who moves up.

use outlay_proto::v1;
use outlay_proto::v1::EnrolmentState as State;
use tonic::Code;

use super::{
    SESSION, cancel, change, creation, enrol, enrolling, get, get_session, opened, person, session,
    states,
};
use crate::support::records::{instant, request_id};
use crate::support::{Refused, refused, told};

fn waiting(capacity: i32) -> v1::TrainingSession {
    v1::TrainingSession { capacity, waiting_list: true, ..session() }
}

fn is(refused: &Refused, reason: &str) {
    assert_eq!(*refused, (Code::FailedPrecondition, reason));
}

#[tokio::test]
async fn whoever_comes_too_late_waits_and_moves_up_in_the_commit_that_frees_a_place() {
    let (server, mut trainings) = opened(waiting(2)).await;
    for id in ["a", "b", "c", "d", "e"] {
        told(enrol(&mut trainings, id).await);
    }
    let d = get(&mut trainings, "d").await;
    assert_eq!((d.state(), d.number, d.waiting_position), (State::Waiting, 4, 2));
    told(cancel(&mut trainings, "c").await);
    assert_eq!(get(&mut trainings, "d").await.waiting_position, 1);
    let cancelled = told(cancel(&mut trainings, "a").await);
    let d = get(&mut trainings, "d").await;
    assert_eq!((d.state(), d.waiting_position), (State::Enrolled, 0));
    assert_eq!(d.revision, cancelled.revision, "it is one commit");
    assert_eq!((cancelled.state(), cancelled.cancel_reason.as_str()), (State::Cancelled, "出差"));
    let due = ["a CANCELLED", "b ENROLLED", "c CANCELLED", "d ENROLLED", "e WAITING"];
    assert_eq!(states(&mut trainings).await, due);
    let shown = get_session(&mut trainings).await;
    assert_eq!((shown.taken_count, shown.waiting_count, shown.attended_count), (2, 1, 0));
    let server = server.restart();
    assert_eq!(states(&mut server.trainings()).await, due);
}

#[tokio::test]
async fn more_places_move_several_up_in_the_order_of_arrival_and_in_one_commit() {
    let (_server, mut trainings) = opened(waiting(1)).await;
    for id in ["z", "y", "x", "w"] {
        told(enrol(&mut trainings, id).await);
    }
    let tried = v1::UpdateTrainingSessionRequest {
        validate_only: true,
        ..change(&["capacity"], waiting(3))
    };
    told(trainings.update_training_session(tried).await);
    assert_eq!(get_session(&mut trainings).await.waiting_count, 3, "it was only tried");
    let raised = change(&["capacity"], waiting(3));
    let raised = told(trainings.update_training_session(raised).await);
    assert_eq!((raised.capacity, raised.taken_count, raised.waiting_count), (3, 3, 1));
    let due = ["z ENROLLED", "y ENROLLED", "x ENROLLED", "w WAITING"];
    assert_eq!(states(&mut trainings).await, due);
    assert_eq!(get(&mut trainings, "x").await.revision, raised.revision);
    let lowered = change(&["capacity"], waiting(2));
    let lowered = refused(trainings.update_training_session(lowered).await);
    lowered.has_fields(&[("training_session.capacity", "CAPACITY_BELOW_ENROLLED")]);
    told(cancel(&mut trainings, "z").await);
    let due = ["z CANCELLED", "y ENROLLED", "x ENROLLED", "w ENROLLED"];
    assert_eq!(states(&mut trainings).await, due);
}

#[tokio::test]
async fn nobody_enrols_where_it_is_full_closed_or_too_late() {
    let (server, mut trainings) = opened(session()).await;
    told(enrol(&mut trainings, "a").await);
    told(enrol(&mut trainings, "b").await);
    is(&refused(enrol(&mut trainings, "c").await), "TRAINING_SESSION_FULL");
    told(trainings.create_training_session(creation("s-2", session())).await);
    let planned = v1::Enrolment { session: "trainingSessions/s-2".to_owned(), ..person("c") };
    let planned = trainings.create_enrolment(enrolling("c", planned)).await;
    is(&refused(planned), "TRAINING_SESSION_NOT_OPEN");
    let deadline = v1::TrainingSession {
        enrolment_deadline: instant(super::NOW + 60),
        capacity: 3,
        ..session()
    };
    let deadline = change(&["enrolment_deadline", "capacity"], deadline);
    told(trainings.update_training_session(deadline).await);
    server.advance(std::time::Duration::from_secs(61));
    is(&refused(enrol(&mut trainings, "c").await), "ENROLMENT_DEADLINE_PASSED");
    assert_eq!(states(&mut trainings).await, ["a ENROLLED", "b ENROLLED"]);
}

#[tokio::test]
async fn a_person_enrols_once_however_the_name_is_spaced_and_again_after_cancelling() {
    let (_server, trainings) = opened(v1::TrainingSession { capacity: 9, ..session() }).await;
    let create = async |id: &str, name: &str, organisation: &str| {
        let mut trainings = trainings.clone();
        let organisation = organisation.to_owned();
        let given = v1::Enrolment { organisation, ..person(name) };
        trainings.create_enrolment(enrolling(id, given)).await
    };
    let solar = "organisations/jx-solar";
    told(create("a", "张 伟", solar).await);
    let twice = refused(create("b", "张伟", solar).await);
    is(&twice, "ENROLLED_TWICE");
    assert!(twice.message.contains("enrolments/a"), "{twice:?}");
    told(create("b", "张伟", "organisations/jx-wind").await);
    told(create("c", "张伟（二科）", solar).await);
    let name = "enrolments/c".to_owned();
    let renamed = v1::Enrolment { name, display_name: "张伟".to_owned(), ..Default::default() };
    let request = v1::UpdateEnrolmentRequest { enrolment: Some(renamed), ..Default::default() };
    is(&refused(trainings.clone().update_enrolment(request).await), "ENROLLED_TWICE");
    told(cancel(&mut trainings.clone(), "a").await);
    let again = told(create("d", "张伟", solar).await);
    assert_eq!((again.state(), again.number), (State::Enrolled, 4));
    let post = "科长".to_owned();
    let name = "enrolments/d".to_owned();
    let given = v1::Enrolment { name, post, ..Default::default() };
    let request = v1::UpdateEnrolmentRequest { enrolment: Some(given), ..Default::default() };
    let changed = told(trainings.clone().update_enrolment(request).await);
    assert_eq!(
        (changed.post.as_str(), changed.number, changed.state()),
        ("科长", 4, State::Enrolled)
    );
    let filter = "organisation = \"organisations/jx-wind\"".to_owned();
    let request = v1::ListEnrolmentsRequest { filter, ..Default::default() };
    assert_eq!(told(trainings.clone().list_enrolments(request).await).enrolments.len(), 1);
}

#[tokio::test]
async fn a_hundred_at_once_never_get_more_places_than_there_are() {
    let (_server, mut trainings) = opened(waiting(30)).await;
    let mut running = tokio::task::JoinSet::new();
    for at in 0..100 {
        let mut trainings = trainings.clone();
        running.spawn(async move { enrol(&mut trainings, &format!("p{at}")).await });
    }
    let answers: Vec<_> = running.join_all().await.into_iter().map(told).collect();
    let mut numbers: Vec<_> = answers.iter().map(|one| one.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
    for answer in &answers {
        let due = if answer.number <= 30 { State::Enrolled } else { State::Waiting };
        assert_eq!((answer.state(), answer.waiting_position), (due, position(answer.number)));
    }
    // Half of those with a place give it back, all at once.
    let mut running = tokio::task::JoinSet::new();
    for one in answers.iter().filter(|one| one.number <= 15) {
        let id = one.name.trim_start_matches("enrolments/").to_owned();
        let mut trainings = trainings.clone();
        running.spawn(async move { cancel(&mut trainings, &id).await });
    }
    running.join_all().await.into_iter().for_each(|answer| drop(told(answer)));
    let listed = states(&mut trainings).await;
    let is_right = |(at, one): (usize, &String)| {
        let due = match at {
            0..15 => "CANCELLED",
            15..45 => "ENROLLED",
            _ => "WAITING",
        };
        one.ends_with(due)
    };
    assert!(listed.iter().enumerate().all(is_right), "{listed:?}");
    let shown = get_session(&mut trainings).await;
    assert_eq!((shown.taken_count, shown.waiting_count), (30, 55));
}

fn position(number: i64) -> i32 {
    i32::try_from((number - 30).max(0)).unwrap()
}

#[tokio::test]
async fn a_cancelled_session_moves_nobody_and_its_enrolments_stay_to_be_told() {
    let (_server, mut trainings) = opened(waiting(1)).await;
    for id in ["a", "b"] {
        told(enrol(&mut trainings, id).await);
    }
    let (name, reason) = (SESSION.to_owned(), "台风".to_owned());
    let request = v1::CancelTrainingSessionRequest { name, reason, ..Default::default() };
    let cancelled = told(trainings.cancel_training_session(request).await);
    assert_eq!((cancelled.cancel_reason.as_str(), cancelled.allowed_actions.len()), ("台风", 0));
    assert_eq!(states(&mut trainings).await, ["a ENROLLED", "b WAITING"]);
    is(&refused(enrol(&mut trainings, "c").await), "TRAINING_SESSION_NOT_OPEN");
    told(cancel(&mut trainings, "a").await);
    assert_eq!(states(&mut trainings).await, ["a CANCELLED", "b WAITING"]);
    let update = change(&["capacity"], waiting(5));
    is(&refused(trainings.update_training_session(update).await), "TRANSITION_FORBIDDEN");
}

#[tokio::test]
async fn an_enrolment_that_is_sent_again_takes_no_second_place() {
    let (_server, mut trainings) = opened(session()).await;
    let request =
        v1::CreateEnrolmentRequest { request_id: request_id(), ..enrolling("", person("a")) };
    let first = told(trainings.create_enrolment(request.clone()).await);
    assert_eq!(told(trainings.create_enrolment(request).await), first);
    assert_eq!(get_session(&mut trainings).await.taken_count, 1);
    let name = first.name.clone();
    let request = v1::ListEnrolmentHistoryRequest { name, ..Default::default() };
    assert_eq!(told(trainings.list_enrolment_history(request).await).versions.len(), 1);
}

#[tokio::test]
async fn the_largest_session_and_waiting_list_change_as_a_whole_in_one_commit() {
    let (server, mut trainings) = opened(waiting(1)).await;
    for start in (0..2_001).step_by(69) {
        let mut running = tokio::task::JoinSet::new();
        for at in start..start + 69 {
            let mut trainings = trainings.clone();
            running.spawn(async move { enrol(&mut trainings, &format!("p{at}")).await });
        }
        running.join_all().await.into_iter().for_each(|answer| drop(told(answer)));
    }
    let full = refused(enrol(&mut trainings, "late").await);
    is(&full, "TRAINING_SESSION_FULL");
    let before = server.revision().await;
    let raised = change(&["capacity"], waiting(2_000));
    let raised = told(trainings.update_training_session(raised).await);
    assert_eq!((raised.taken_count, raised.waiting_count), (2_000, 1));
    server.advance(super::HOUR);
    told(super::close(&mut trainings).await);
    assert_eq!(server.revision().await, before + 2);
    let filter = "state = ABSENT".to_owned();
    let request = v1::ListEnrolmentsRequest { filter, page_size: 1_000, ..Default::default() };
    assert_eq!(told(trainings.list_enrolments(request).await).enrolments.len(), 1_000);
}
