//! The agenda: its order, its times, and what becomes of its items.

use outlay_proto::v1;
use tonic::Code;

use super::{create, get};
use crate::support::records::{instant, mask, meeting};
use crate::support::symposium::symposium;
use crate::support::{Meetings, Server, refused, told};

const NAME: &str = "meetings/m";
/// 2023-07-28T01:00:00Z, when the symposium begins.
const NINE: i64 = 1_690_506_000;

fn item(id: &str, title: &str) -> v1::AgendaItem {
    v1::AgendaItem {
        id: id.to_owned(),
        kind: v1::AgendaItemKind::Report.into(),
        title: title.to_owned(),
        ..Default::default()
    }
}

/// A meeting with the items a, b, c and d.
async fn scene() -> Server {
    let server = Server::seeded().await;
    let agenda = ["a", "b", "c", "d"].map(|id| item(id, id)).to_vec();
    let given = v1::Meeting {
        agenda,
        start_time: instant(NINE),
        end_time: instant(NINE + 3_600),
        ..meeting("例会")
    };
    create(&mut server.meetings(), "m", given).await;
    server
}

fn ids(meeting: &v1::Meeting) -> String {
    meeting.agenda.iter().map(|item| item.id.as_str()).collect::<Vec<_>>().join(" ")
}

fn addition(item: v1::AgendaItem, before: &str) -> v1::AddAgendaItemRequest {
    v1::AddAgendaItemRequest {
        name: NAME.to_owned(),
        item: Some(item),
        before_item_id: before.to_owned(),
        ..Default::default()
    }
}

fn removal(id: &str) -> v1::RemoveAgendaItemRequest {
    v1::RemoveAgendaItemRequest {
        name: NAME.to_owned(),
        item_id: id.to_owned(),
        ..Default::default()
    }
}

fn shift(id: &str, before: &str) -> v1::MoveAgendaItemRequest {
    v1::MoveAgendaItemRequest {
        name: NAME.to_owned(),
        item_id: id.to_owned(),
        before_item_id: before.to_owned(),
        ..Default::default()
    }
}

fn order(ids: &str) -> v1::ReorderAgendaRequest {
    v1::ReorderAgendaRequest {
        name: NAME.to_owned(),
        item_ids: ids.split(' ').map(str::to_owned).collect(),
        ..Default::default()
    }
}

fn change(item: v1::AgendaItem, paths: &[&str]) -> v1::UpdateAgendaItemRequest {
    v1::UpdateAgendaItemRequest {
        name: NAME.to_owned(),
        item: Some(item),
        update_mask: mask(paths),
        ..Default::default()
    }
}

fn outcome(id: &str, outcome: v1::AgendaOutcome) -> v1::RecordAgendaOutcomeRequest {
    v1::RecordAgendaOutcomeRequest {
        name: NAME.to_owned(),
        item_id: id.to_owned(),
        outcome: outcome.into(),
        outcome_note: "同意".to_owned(),
        actual_minutes: 25,
        ..Default::default()
    }
}

async fn hold(meetings: &mut Meetings) {
    let schedule = v1::ScheduleMeetingRequest { name: NAME.to_owned(), ..Default::default() };
    told(meetings.schedule_meeting(schedule).await);
    let start = v1::StartMeetingRequest { name: NAME.to_owned(), ..Default::default() };
    told(meetings.start_meeting(start).await);
}

#[tokio::test]
async fn items_are_moved_one_by_one_or_all_at_once() {
    let server = scene().await;
    let mut meetings = server.meetings();
    assert_eq!(ids(&told(meetings.move_agenda_item(shift("a", "c")).await)), "b a c d");
    assert_eq!(ids(&told(meetings.move_agenda_item(shift("b", "")).await)), "a c d b");
    assert_eq!(ids(&told(meetings.move_agenda_item(shift("d", "d")).await)), "a c d b");
    assert_eq!(ids(&told(meetings.reorder_agenda(order("d c b a")).await)), "d c b a");
    assert_eq!(ids(&get(&mut meetings, NAME).await), "d c b a");
}

#[tokio::test]
async fn an_item_that_the_order_does_not_name_stays_behind_its_neighbour() {
    let server = scene().await;
    let mut meetings = server.meetings();
    // Somebody has added one behind b and one in front since the order was thought of.
    told(meetings.add_agenda_item(addition(item("new", "新增"), "c")).await);
    told(meetings.add_agenda_item(addition(item("first", "开场"), "a")).await);
    let ordered = told(meetings.reorder_agenda(order("d b a c")).await);
    assert_eq!(ids(&ordered), "first d b new a c");
}

#[tokio::test]
async fn an_item_that_vanished_is_named() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let left = told(meetings.remove_agenda_item(removal("c")).await);
    assert_eq!(ids(&left), "a b d");
    let unknown = "AGENDA_ITEM_UNKNOWN";
    let answer = refused(meetings.reorder_agenda(order("d c b a")).await);
    answer.has_fields(&[("item_ids[1]", unknown)]);
    assert!(answer.text.contains("is c, an item"), "{}", answer.text);
    refused(meetings.move_agenda_item(shift("c", "")).await).has_fields(&[("item_id", unknown)]);
    refused(meetings.move_agenda_item(shift("a", "c")).await)
        .has_fields(&[("before_item_id", unknown)]);
    refused(meetings.add_agenda_item(addition(item("x", "x"), "c")).await)
        .has_fields(&[("before_item_id", unknown)]);
    refused(meetings.remove_agenda_item(removal("c")).await).has_fields(&[("item_id", unknown)]);
    refused(meetings.update_agenda_item(change(item("c", "c"), &["title"])).await)
        .has_fields(&[("item.id", unknown)]);
    refused(meetings.reorder_agenda(order("a a")).await)
        .names_fields(&[("item_ids[1]", "FIELD_DUPLICATE")]);
    assert_eq!(get(&mut meetings, NAME).await, left);
}

#[tokio::test]
async fn many_change_the_agenda_at_once_and_nothing_is_lost() {
    let server = scene().await;
    let calls: Vec<_> = (0..12)
        .map(|number| {
            let mut meetings = server.meetings();
            tokio::spawn(async move {
                // Who meets others too often is told to try again.
                loop {
                    let given = addition(item(&format!("new-{number}"), "新增"), "c");
                    match meetings.add_agenda_item(given).await {
                        Ok(_) => break,
                        Err(status) => assert_eq!(status.code(), Code::Aborted, "{status:?}"),
                    }
                    if let Err(status) = meetings.reorder_agenda(order("d c b a")).await {
                        assert_eq!(status.code(), Code::Aborted, "{status:?}");
                    }
                }
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    let mut meetings = server.meetings();
    let ordered = told(meetings.reorder_agenda(order("d c b a")).await);
    assert_eq!(ordered.agenda.len(), 16);
    let old: Vec<_> = ordered.agenda.iter().filter(|item| item.id.len() == 1).collect();
    assert_eq!(old.iter().map(|item| item.id.as_str()).collect::<String>(), "dcba");
}

#[tokio::test]
async fn an_item_is_added_with_an_id_of_its_own() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let added = told(meetings.add_agenda_item(addition(item("", "其他"), "b")).await);
    assert_eq!(ids(&added), "a item-1 b c d");
    refused(meetings.add_agenda_item(addition(item("a", "其他"), "")).await)
        .has_fields(&[("item.id", "FIELD_DUPLICATE")]);
    let lost = v1::AgendaItem {
        presenter: "nobody".to_owned(),
        section: "none".to_owned(),
        ..item("", "其他")
    };
    refused(meetings.add_agenda_item(addition(lost, "")).await).has_fields(&[
        ("item.presenter", "REFERENCE_UNKNOWN"),
        ("item.section", "REFERENCE_UNKNOWN"),
    ]);
    let lost = v1::AgendaItem { projects: vec!["projects/none".to_owned()], ..item("", "其他") };
    refused(meetings.add_agenda_item(addition(lost, "")).await)
        .has_fields(&[("meeting.agenda[5].projects[0]", "REFERENCE_UNKNOWN")]);
    assert_eq!(get(&mut meetings, NAME).await, added);
}

#[tokio::test]
async fn an_agenda_has_room_for_two_hundred_items() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let full = v1::Meeting { agenda: vec![item("", "议题"); 200], ..meeting("例会") };
    create(&mut meetings, "m", full).await;
    refused(meetings.add_agenda_item(addition(item("", "议题"), "")).await)
        .has_fields(&[("item", "FIELD_TOO_LONG")]);
}

#[tokio::test]
async fn one_item_is_changed_and_the_others_are_left() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let before = get(&mut meetings, NAME).await;
    let given =
        v1::AgendaItem { planned_minutes: 20, notes: "材料".to_owned(), ..item("b", "用地") };
    let after =
        told(meetings.update_agenda_item(change(given, &["planned_minutes", "title"])).await);
    let mut due = before.agenda.clone();
    due[1].planned_minutes = 20;
    due[1].title = "用地".to_owned();
    assert_eq!(after.agenda, due);
    let given = v1::AgendaItem { title: String::new(), ..item("b", "") };
    refused(meetings.update_agenda_item(change(given, &["title"])).await)
        .has_fields(&[("item.title", "FIELD_REQUIRED")]);
    refused(meetings.update_agenda_item(change(item("b", "b"), &["colour"])).await)
        .names_fields(&[("update_mask.paths[0]", "MASK_UNKNOWN")]);
}

#[tokio::test]
async fn timed_items_do_not_overlap_and_lie_within_the_meeting() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let timed = |id: &str, minute: i64, minutes: i32| v1::AgendaItem {
        start_time: instant(NINE + 60 * minute),
        planned_minutes: minutes,
        ..item(id, id)
    };
    let paths = ["start_time", "planned_minutes"];
    let mut set = async |id: &str, minute, minutes| {
        meetings.update_agenda_item(change(timed(id, minute, minutes), &paths)).await
    };
    told(set("a", 0, 20).await);
    told(set("b", 20, 40).await);
    let overlap = [("item.start_time", "AGENDA_OVERLAP")];
    refused(set("c", 10, 5).await).has_fields(&overlap);
    refused(set("c", 19, 2).await).has_fields(&overlap);
    // One without minutes is a point in time.
    refused(set("c", 30, 0).await).has_fields(&overlap);
    told(set("c", 20, 0).await);
    let outside = [("item.start_time", "AGENDA_OUTSIDE_MEETING")];
    refused(set("d", -1, 1).await).has_fields(&outside);
    refused(set("d", 60, 1).await).has_fields(&outside);
    let given = v1::Meeting {
        agenda: vec![timed("x", 0, 30), timed("y", 15, 30), timed("z", 50, 30)],
        start_time: instant(NINE),
        end_time: instant(NINE + 3_600),
        ..meeting("例会")
    };
    let creation = v1::CreateMeetingRequest { meeting: Some(given), ..Default::default() };
    refused(server.meetings().create_meeting(creation).await).has_fields(&[
        ("meeting.agenda[1].start_time", "AGENDA_OVERLAP"),
        ("meeting.agenda[2].start_time", "AGENDA_OUTSIDE_MEETING"),
    ]);
}

#[tokio::test]
async fn a_section_that_items_stand_in_can_not_go() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let section = v1::AgendaSection { id: String::new(), title: "汇报".to_owned() };
    let placed = v1::AgendaItem { section: "section-1".to_owned(), ..item("a", "a") };
    let given =
        v1::Meeting { agenda_sections: vec![section], agenda: vec![placed], ..meeting("例会") };
    let created = create(&mut meetings, "m", given).await;
    assert_eq!(created.agenda_sections[0].id, "section-1");
    let bare = v1::Meeting { name: created.name, ..Default::default() };
    let request = v1::UpdateMeetingRequest {
        meeting: Some(bare),
        update_mask: mask(&["agenda_sections"]),
        ..Default::default()
    };
    refused(meetings.update_meeting(request).await)
        .has_fields(&[("meeting.agenda[0].section", "REFERENCE_UNKNOWN")]);
}

#[tokio::test]
async fn what_became_of_an_item_is_recorded_once_it_is_held() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    let first = v1::AgendaItem { planned_minutes: 20, ..item("a", "用地") };
    let given =
        v1::Meeting {
            agenda: vec![first, item("b", "用能")], speeches: Vec::new(), ..symposium()
        };
    create(&mut meetings, "m", given).await;
    let dealt_with = outcome("a", v1::AgendaOutcome::DealtWith);
    let early = refused(meetings.record_agenda_outcome(dealt_with.clone()).await);
    assert_eq!(early, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    hold(&mut meetings).await;
    let after = told(meetings.record_agenda_outcome(dealt_with).await);
    let item = &after.agenda[0];
    assert_eq!(
        (item.outcome(), item.outcome_note.as_str()),
        (v1::AgendaOutcome::DealtWith, "同意")
    );
    assert_eq!((item.actual_minutes, item.overrun_minutes), (25, 5));
    assert_eq!(after.agenda[1].outcome(), v1::AgendaOutcome::Unspecified);
    refused(meetings.record_agenda_outcome(outcome("a", v1::AgendaOutcome::Unspecified)).await)
        .has_fields(&[("outcome", "FIELD_REQUIRED")]);
}

#[tokio::test]
async fn an_item_to_which_a_speech_belongs_stays() {
    let server = Server::seeded().await;
    let mut meetings = server.meetings();
    create(&mut meetings, "m", symposium()).await;
    let answer = refused(meetings.remove_agenda_item(removal("reports")).await);
    answer.has_fields(&[("item_id", "FIELD_CONTRADICTION")]);
    assert!(answer.text.contains("speech-1"), "{}", answer.text);
}
