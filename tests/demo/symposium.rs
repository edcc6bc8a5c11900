//! What happened at the symposium of the demonstration, and after it.

use std::time::Duration;

use outlay_proto::v1;

use super::{ALL, SYMPOSIUM, demonstration};
use crate::support::{Server, told};

async fn symposium(server: &Server) -> v1::Meeting {
    let name = SYMPOSIUM.to_owned();
    told(server.meetings().get_meeting(v1::GetMeetingRequest { name, ..Default::default() }).await)
}

#[tokio::test]
async fn the_symposium_is_whole() {
    let server = demonstration();
    let meeting = symposium(&server).await;
    assert_eq!(meeting.kind(), v1::MeetingKind::Symposium);
    assert_eq!(meeting.state(), v1::MeetingState::Closed);
    assert_eq!(
        (meeting.host.as_str(), meeting.region.as_str()),
        ("organisations/zj-eit", "regions/330400")
    );
    assert_eq!(meeting.regions.len(), 12);
    assert_eq!(meeting.time_zone, "Asia/Shanghai");
    let (open, close) = (meeting.open_time.unwrap(), meeting.close_time.unwrap());
    assert!(open.seconds < close.seconds);
    assert_eq!(meeting.start_time.unwrap().to_string(), "2023-07-28T01:00:00Z");
    assert_eq!(meeting.agenda_overrun_minutes, 0);

    let request = v1::ListDecisionsRequest { page_size: ALL, ..Default::default() };
    let decisions = told(server.decisions().list_decisions(request).await).decisions;
    assert!(decisions.len() >= 3 && decisions.iter().all(|one| one.text.contains("示例")));
    let request = v1::ListActionsRequest { page_size: ALL, ..Default::default() };
    let actions = told(server.actions().list_actions(request).await).actions;
    assert!(actions.len() >= 5 && actions.iter().all(|one| one.title.contains("示例")));

    let trainings =
        meeting.agenda.iter().filter(|item| item.kind() == v1::AgendaItemKind::Training);
    assert_eq!(trainings.count(), 3);
    let chairs = meeting.attendees.iter().filter(|one| one.role() == v1::AttendeeRole::Chair);
    assert_eq!(chairs.count(), 1);
    assert!(meeting.speeches.len() >= 5);
    for speech in &meeting.speeches {
        let parts = [&speech.achievements, &speech.challenges, &speech.plans];
        assert!(parts.iter().all(|part| part.contains("示例")), "{}", speech.id);
    }
}

#[tokio::test]
async fn what_jiaxing_spoke_of_is_frozen_with_its_speech() {
    let server = demonstration();
    let meeting = symposium(&server).await;
    assert!(meeting.quorum_met && meeting.present_count >= meeting.quorum);
    let speech = meeting.speeches.iter().find(|speech| speech.speaker == "jiaxing").unwrap();
    let frozen = speech.statistics.as_ref().unwrap();
    assert_eq!((frozen.region.as_str(), frozen.period.as_str()), ("regions/330400", "2023H1"));
    let figure = |indicator: &str| {
        let indicator = format!("indicators/{indicator}");
        let official = v1::StatisticsSource::Official;
        let found = frozen.figures.iter();
        found.clone().find(|one| one.source() == official && one.indicator == indicator).unwrap()
    };
    let value = figure("manufacturing-investment").value.clone().unwrap();
    assert_eq!(value.value, "63890000000");
    let value = figure("fixed-asset-investment").value.clone().unwrap();
    assert_eq!(value.value, "178960000000");
    assert!(meeting.speeches.iter().all(|speech| speech.statistics.is_some()));
}

#[tokio::test]
async fn three_trainings_were_held_and_who_waited_moved_up() {
    let server = demonstration();
    let request = v1::ListTrainingSessionsRequest {
        filter: format!("meeting = \"{SYMPOSIUM}\" AND state = HELD"),
        ..Default::default()
    };
    let sessions = told(server.trainings().list_training_sessions(request).await).training_sessions;
    assert_eq!(sessions.len(), 3);
    let request = v1::ListEnrolmentsRequest { page_size: ALL, ..Default::default() };
    let enrolments = told(server.trainings().list_enrolments(request).await).enrolments;
    assert!(enrolments.iter().all(|one| one.display_name.contains("示例")), "{enrolments:?}");
    let state = |id: &str| {
        let name = format!("enrolments/{id}");
        enrolments.iter().find(|one| one.name == name).unwrap().state()
    };
    // Of five for four places one cancelled.
    assert_eq!(state("demo-project-platform-pinghu"), v1::EnrolmentState::Cancelled);
    assert_eq!(state("demo-project-platform-tongxiang"), v1::EnrolmentState::Attended);
    let certified = enrolments.iter().filter(|one| !one.certificate_number.is_empty());
    assert_eq!(certified.count(), 9);
}

#[tokio::test]
async fn what_the_symposium_left_open_is_carried_into_the_next_meeting() {
    let server = demonstration();
    let name = "meetings/zj-follow-up-2023-10-27";
    let follow_up = v1::GetMeetingRequest { name: name.to_owned(), ..Default::default() };
    // It is to come on the day of the symposium.
    let none = server.meetings().get_meeting(follow_up.clone()).await;
    assert_eq!(crate::support::refused(none).code, tonic::Code::NotFound);
    server.advance(Duration::from_secs(100 * 24 * 3_600));
    let server = server.restart_with(|config| config.demo = true);
    let meeting = told(server.meetings().get_meeting(follow_up.clone()).await);
    let carried: Vec<_> =
        meeting.agenda.iter().filter(|item| item.carried_from == SYMPOSIUM).collect();
    assert_eq!(carried.len(), 1, "{:?}", meeting.agenda);
    let request =
        v1::ListActionsRequest { meeting: name.to_owned(), open: true, ..Default::default() };
    let open = told(server.actions().list_actions(request).await).actions;
    assert_eq!(open.len(), 4, "{open:?}");
    let series = "meetingSeries/zj-industrial-investment";
    assert!(open.iter().all(|action| action.series == series), "{open:?}");
    let request = v1::ListActionsRequest { series: series.to_owned(), ..Default::default() };
    assert_eq!(told(server.actions().list_actions(request.clone()).await).actions.len(), 5);
    let request = v1::ListActionsRequest { open: true, ..request };
    assert_eq!(told(server.actions().list_actions(request).await).actions, open);
    let server = server.restart_with(|config| config.demo = true);
    let again = told(server.meetings().get_meeting(follow_up).await);
    assert_eq!(again, meeting, "it is told once");
}

#[tokio::test]
async fn jiaxing_speaks_of_its_official_figures() {
    let server = demonstration();
    let meeting = symposium(&server).await;
    let speech = meeting.speeches.iter().find(|speech| speech.speaker == "jiaxing").unwrap();
    let figures: Vec<_> =
        speech.figures.iter().map(|one| (one.value.as_str(), one.period.as_str())).collect();
    let due = [("290.3", "2023Q1"), ("24.1", "2023Q1"), ("638.9", "2023H1"), ("35.7", "2023H1")];
    assert_eq!(figures, due);
    let others = meeting.speeches.iter().filter(|speech| speech.agenda_item == "city-reports");
    let others = others.filter(|speech| speech.speaker != "jiaxing");
    assert!(others.map(|speech| speech.figures.len()).all(|count| count == 0));
}
