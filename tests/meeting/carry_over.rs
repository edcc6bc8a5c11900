//! What a meeting of a series leaves to those after it.

use outlay_proto::v1;
use tonic::Code;

use super::{create, get};
use crate::action::action;
use crate::meeting_series::{self, MONDAY, NAME as SERIES, WEEK, weekly};
use crate::support::records::{instant, meeting, request_id};
use crate::support::{Meetings, Server, refused, told};

pub(crate) fn item(title: &str) -> v1::AgendaItem {
    v1::AgendaItem {
        kind: v1::AgendaItemKind::Report.into(),
        title: title.to_owned(),
        ..Default::default()
    }
}

fn done(title: &str, outcome: v1::AgendaOutcome) -> v1::AgendaItem {
    v1::AgendaItem { outcome: outcome.into(), ..item(title) }
}

fn recurring(title: &str) -> v1::AgendaItem {
    v1::AgendaItem { recurring: true, ..done(title, v1::AgendaOutcome::DealtWith) }
}

/// A meeting of the series in a week before or after the day of the tests.
pub(crate) fn of_week(week: i64, agenda: Vec<v1::AgendaItem>) -> v1::Meeting {
    v1::Meeting {
        series: SERIES.to_owned(),
        place: "三楼".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        start_time: instant(MONDAY + week * WEEK),
        end_time: instant(MONDAY + week * WEEK + 3_600),
        agenda,
        ..meeting("周调度会")
    }
}

pub(crate) async fn scheduled(
    meetings: &mut Meetings,
    id: &str,
    week: i64,
    agenda: Vec<v1::AgendaItem>,
) -> String {
    let created = create(meetings, id, of_week(week, agenda)).await;
    let name = created.name.clone();
    let schedule = v1::ScheduleMeetingRequest { name: name.clone(), ..Default::default() };
    told(meetings.schedule_meeting(schedule).await);
    name
}

pub(crate) fn start(name: &str) -> v1::StartMeetingRequest {
    v1::StartMeetingRequest { name: name.to_owned(), ..Default::default() }
}

pub(crate) async fn close(meetings: &mut Meetings, name: &str) {
    let close = v1::CloseMeetingRequest { name: name.to_owned(), ..Default::default() };
    told(meetings.close_meeting(close).await);
}

pub(crate) async fn cancel(meetings: &mut Meetings, name: &str) {
    let cancel = v1::CancelMeetingRequest {
        name: name.to_owned(),
        reason: "台风".to_owned(),
        ..Default::default()
    };
    told(meetings.cancel_meeting(cancel).await);
}

pub(crate) async fn held(
    meetings: &mut Meetings,
    id: &str,
    week: i64,
    agenda: Vec<v1::AgendaItem>,
) -> String {
    let name = scheduled(meetings, id, week, agenda).await;
    told(meetings.start_meeting(start(&name)).await);
    close(meetings, &name).await;
    name
}

pub(crate) fn titles(meeting: &v1::Meeting) -> String {
    meeting.agenda.iter().map(|item| item.title.as_str()).collect::<Vec<_>>().join(" ")
}

pub(crate) async fn scene() -> Server {
    let server = Server::seeded().await;
    meeting_series::create(&server, "weekly", weekly()).await;
    server
}

async fn backlog(server: &Server, title: &str) {
    let request = v1::AddBacklogItemRequest {
        name: SERIES.to_owned(),
        item: Some(item(title)),
        ..Default::default()
    };
    told(server.meeting_series().add_backlog_item(request).await);
}

#[tokio::test]
async fn the_next_meeting_takes_over_what_is_left_and_the_backlog() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let agenda = vec![
        item("没说到"),
        done("说完", v1::AgendaOutcome::DealtWith),
        done("推迟", v1::AgendaOutcome::Postponed),
        done("撤销", v1::AgendaOutcome::Dropped),
        recurring("纪要"),
    ];
    let first = held(&mut meetings, "first", -2, agenda).await;
    backlog(&server, "储备").await;
    let next = scheduled(&mut meetings, "next", -1, vec![item("新")]).await;
    let before = server.revision().await;
    let opened = told(meetings.start_meeting(start(&next)).await);
    assert_eq!(opened.revision, before + 1, "it is one commit");
    assert_eq!(titles(&opened), "没说到 推迟 纪要 储备 新");
    let from: Vec<_> = opened.agenda.iter().map(|item| item.carried_from.as_str()).collect();
    assert_eq!(from, [first.as_str(), &first, &first, "", ""]);
    let items: Vec<_> = opened.agenda.iter().map(|item| item.carried_item.as_str()).collect();
    assert_eq!(items, ["item-1", "item-3", "item-5", "item-1", ""]);
    let outcomes = opened.agenda.iter().filter(|item| item.outcome != 0).count();
    assert_eq!(outcomes, 0, "nothing came of them here yet");
    let left = get(&mut meetings, &first).await;
    assert_eq!(left.revision, opened.revision);
    let to: Vec<_> = left.agenda.iter().map(|item| item.carried_to.as_str()).collect();
    assert_eq!(to, [next.as_str(), "", &next, "", &next]);
    assert_eq!(meeting_series::get(&server, SERIES).await.backlog, []);
    // It goes on from there: the first one leaves nothing any more.
    close(&mut meetings, &next).await;
    let last = scheduled(&mut meetings, "last", 0, Vec::new()).await;
    let last = told(meetings.start_meeting(start(&last)).await);
    assert_eq!(titles(&last), "没说到 推迟 纪要 储备 新");
    assert!(last.agenda.iter().all(|item| item.carried_from == next));
}

#[tokio::test]
async fn what_recurs_goes_on_recurring_in_an_item_that_was_there_already() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let first = held(&mut meetings, "first", -2, vec![recurring("纪要")]).await;
    let again = vec![done("纪要", v1::AgendaOutcome::DealtWith)];
    let next = held(&mut meetings, "next", -1, again).await;
    let next = get(&mut meetings, &next).await;
    assert_eq!(titles(&next), "纪要");
    assert_eq!((next.agenda[0].carried_from.as_str(), next.agenda[0].recurring), (&*first, true));
    let last = scheduled(&mut meetings, "last", 0, Vec::new()).await;
    assert_eq!(titles(&told(meetings.start_meeting(start(&last)).await)), "纪要");
}

#[tokio::test]
async fn a_second_start_changes_nothing() {
    let server = scene().await;
    let mut meetings = server.meetings();
    held(&mut meetings, "first", -2, vec![item("用地")]).await;
    let next = scheduled(&mut meetings, "next", -1, Vec::new()).await;
    let request = v1::StartMeetingRequest { request_id: request_id(), ..start(&next) };
    let tried = v1::StartMeetingRequest { validate_only: true, ..start(&next) };
    assert_eq!(titles(&told(meetings.start_meeting(tried).await)), "用地");
    let opened = told(meetings.start_meeting(request.clone()).await);
    let revision = server.revision().await;
    assert_eq!(told(meetings.start_meeting(request).await), opened);
    let again = refused(meetings.start_meeting(start(&next)).await);
    assert_eq!(again, (Code::FailedPrecondition, "TRANSITION_FORBIDDEN"));
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn of_two_that_open_at_once_one_takes_each_item() {
    let server = scene().await;
    let mut meetings = server.meetings();
    for week in 0..4 {
        let agenda = vec![item(&format!("用地-{week}")), item(&format!("用能-{week}"))];
        held(&mut meetings, &format!("held-{week}"), week - 10, agenda).await;
    }
    // What was left went from one to the next; only the last one leaves anything.
    let mut names = Vec::new();
    for number in 0..4 {
        names.push(scheduled(&mut meetings, &format!("next-{number}"), 0, Vec::new()).await);
    }
    let calls = names.iter().cloned().map(|name| {
        let mut meetings = server.meetings();
        tokio::spawn(async move { meetings.start_meeting(start(&name)).await })
    });
    let mut taken = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        let opened = told(call.await.unwrap());
        taken.extend(opened.agenda.into_iter().map(|item| item.title));
    }
    taken.sort();
    let mut due: Vec<_> =
        (0..4).flat_map(|week| [format!("用地-{week}"), format!("用能-{week}")]).collect();
    due.sort();
    assert_eq!(taken, due);
}

#[tokio::test]
async fn a_cancelled_meeting_leaves_all_and_a_later_one_leaves_nothing_yet() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let cancelled =
        scheduled(&mut meetings, "cancelled", 1, vec![item("台风前"), item("常规")]).await;
    let later = scheduled(&mut meetings, "later", 3, vec![item("以后")]).await;
    cancel(&mut meetings, &cancelled).await;
    cancel(&mut meetings, &later).await;
    // What both have from one template isn't doubled.
    let next = scheduled(&mut meetings, "next", 2, vec![item("常规"), item("新")]).await;
    let opened = told(meetings.start_meeting(start(&next)).await);
    assert_eq!(titles(&opened), "台风前 常规 新");
    assert_eq!(opened.agenda[1].carried_from, cancelled);
    let left = get(&mut meetings, &cancelled).await;
    assert!(left.agenda.iter().all(|item| item.carried_to == next));
    assert_eq!(get(&mut meetings, &later).await.agenda[0].carried_to, "");
}

#[tokio::test]
async fn what_has_no_room_is_left_for_the_meeting_after() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let many = (0..150).map(|number| item(&format!("议题-{number}"))).collect();
    held(&mut meetings, "first", -3, many).await;
    let own = (0..100).map(|number| item(&format!("本次-{number}"))).collect();
    let next = scheduled(&mut meetings, "next", -2, own).await;
    let opened = told(meetings.start_meeting(start(&next)).await);
    assert_eq!(opened.agenda.len(), 200);
    assert_eq!(opened.agenda[99].title, "议题-99");
    // The next one is still being held, so it leaves nothing.
    let last = scheduled(&mut meetings, "last", -1, Vec::new()).await;
    let opened = told(meetings.start_meeting(start(&last)).await);
    assert_eq!(opened.agenda.len(), 50);
    assert_eq!(opened.agenda[0].title, "议题-100");
}

#[tokio::test]
async fn an_item_that_was_carried_over_is_dealt_with_where_it_is() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let first = held(&mut meetings, "first", -2, vec![item("用地"), recurring("纪要")]).await;
    let next = scheduled(&mut meetings, "next", -1, Vec::new()).await;
    told(meetings.start_meeting(start(&next)).await);
    let outcome = |id: &str| v1::RecordAgendaOutcomeRequest {
        name: first.clone(),
        item_id: id.to_owned(),
        outcome: v1::AgendaOutcome::DealtWith.into(),
        ..Default::default()
    };
    let answer = refused(meetings.record_agenda_outcome(outcome("item-1")).await);
    assert_eq!(answer, (Code::FailedPrecondition, "AGENDA_ITEM_CARRIED"));
    assert!(answer.message.contains(&next), "{}", answer.message);
    // What recurs is a matter of each meeting.
    told(meetings.record_agenda_outcome(outcome("item-2")).await);
    // An update doesn't make it be carried once more.
    let given = get(&mut meetings, &first).await;
    let agenda = given
        .agenda
        .iter()
        .map(|item| v1::AgendaItem { carried_to: String::new(), ..item.clone() });
    let given = v1::Meeting { agenda: agenda.collect(), ..given };
    let update = v1::UpdateMeetingRequest { meeting: Some(given), ..Default::default() };
    let updated = told(meetings.update_meeting(update).await);
    assert!(updated.agenda.iter().all(|item| item.carried_to == next));
}

#[tokio::test]
async fn a_presenter_comes_along_who_attends_the_next_meeting_too() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let attendee = |id: &str, name: &str| v1::Attendee {
        id: id.to_owned(),
        display_name: name.to_owned(),
        role: v1::AttendeeRole::Speaker.into(),
        ..Default::default()
    };
    let presented = |title: &str, presenter: &str| v1::AgendaItem {
        presenter: presenter.to_owned(),
        start_time: instant(MONDAY - WEEK),
        ..item(title)
    };
    let first = v1::Meeting {
        attendees: vec![attendee("x", "王"), attendee("y", "李"), attendee("z", "赵")],
        ..of_week(-1, vec![presented("一", "x"), presented("二", "y"), presented("三", "z")])
    };
    let first = create(&mut meetings, "first", first).await.name;
    cancel(&mut meetings, &first).await;
    let next = v1::Meeting {
        attendees: vec![attendee("x", "王"), attendee("y", "孙")],
        ..of_week(0, Vec::new())
    };
    let next = create(&mut meetings, "next", next).await.name;
    let schedule = v1::ScheduleMeetingRequest { name: next.clone(), ..Default::default() };
    told(meetings.schedule_meeting(schedule).await);
    let opened = told(meetings.start_meeting(start(&next)).await);
    let presenters: Vec<_> = opened.agenda.iter().map(|item| item.presenter.as_str()).collect();
    assert_eq!(presenters, ["x", "", ""], "y is somebody else there, and z isn't there");
    assert!(opened.agenda.iter().all(|item| item.start_time.is_none()));
}

#[tokio::test]
async fn open_actions_of_the_series_are_followed_up_in_the_next_meeting() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let first = held(&mut meetings, "first", -3, Vec::new()).await;
    for id in ["open", "closed"] {
        let given = v1::Action { assigned_meeting: first.clone(), ..action(id, (2023, 9, 30)) };
        crate::action::create(&server, id, given).await;
    }
    crate::action::close(&server, "closed").await;
    let next = scheduled(&mut meetings, "next", -2, vec![item("新")]).await;
    let opened = told(meetings.start_meeting(start(&next)).await);
    assert_eq!(opened.agenda.len(), 2);
    assert!(opened.agenda[0].title.contains("Open actions"), "{:?}", opened.agenda[0]);
    let open = crate::action::get(&server, "open").await;
    assert_eq!((open.meeting.as_str(), open.revision), (next.as_str(), opened.revision));
    assert_eq!(open.assigned_meeting, first);
    assert_eq!(crate::action::get(&server, "closed").await.meeting, first);
    // The item comes over to the one after, and isn't doubled there.
    close(&mut meetings, &next).await;
    let last = scheduled(&mut meetings, "last", -1, Vec::new()).await;
    let opened = told(meetings.start_meeting(start(&last)).await);
    assert_eq!(opened.agenda.len(), 2);
    assert_eq!(crate::action::get(&server, "open").await.meeting, last);
}

#[tokio::test]
async fn of_more_open_actions_than_one_meeting_takes_those_come_that_are_due_first() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let first = held(&mut meetings, "first", -3, Vec::new()).await;
    let given = |id: &str, day| v1::Action {
        name: format!("actions/{id}"),
        assigned_meeting: first.clone(),
        ..action(id, (2023, 9, day))
    };
    for half in 0..2 {
        let actions = (0..500).map(|nth| given(&format!("a-{half}-{nth}"), 2));
        let request =
            v1::BatchCreateActionsRequest { actions: actions.collect(), ..Default::default() };
        told(server.actions().batch_create_actions(request).await);
    }
    for (id, day) in [("later", 3), ("sooner", 1)] {
        crate::action::create(&server, id, given(id, day)).await;
    }
    let where_they_are = async |to: &str| {
        let count = v1::ListActionsRequest {
            filter: format!("open = true AND meeting = \"{to}\""),
            page_size: 1_000,
            ..Default::default()
        };
        told(server.actions().list_actions(count).await).actions.len()
    };
    let next = scheduled(&mut meetings, "next", -2, Vec::new()).await;
    let opened = told(meetings.start_meeting(start(&next)).await);
    assert_eq!(opened.agenda.len(), 1);
    assert_eq!((where_they_are(&first).await, where_they_are(&next).await), (2, 1_000));
    assert_eq!(crate::action::get(&server, "sooner").await.meeting, next);
    assert_eq!(crate::action::get(&server, "later").await.meeting, first);
    // What was closed makes room for the rest.
    for id in ["sooner", "a-0-0"] {
        crate::action::close(&server, id).await;
    }
    close(&mut meetings, &next).await;
    let last = scheduled(&mut meetings, "last", -1, Vec::new()).await;
    told(meetings.start_meeting(start(&last)).await);
    assert_eq!((where_they_are(&first).await, where_they_are(&last).await), (0, 1_000));
    assert_eq!(crate::action::get(&server, "later").await.meeting, last);
}

#[tokio::test]
async fn open_actions_with_much_text_don_t_keep_a_meeting_from_being_opened() {
    let server = scene().await;
    let mut meetings = server.meetings();
    let first = held(&mut meetings, "first", -2, Vec::new()).await;
    // Together they are more than a commit holds.
    for third in 0..3 {
        let actions = (0..250).map(|nth| v1::Action {
            name: format!("actions/a-{third}-{nth}"),
            assigned_meeting: first.clone(),
            description: "长".repeat(4_000),
            ..action("长", (2023, 9, 1))
        });
        let request =
            v1::BatchCreateActionsRequest { actions: actions.collect(), ..Default::default() };
        told(server.actions().batch_create_actions(request).await);
    }
    let next = scheduled(&mut meetings, "next", -1, Vec::new()).await;
    let opened = told(meetings.start_meeting(start(&next)).await);
    assert_eq!(opened.agenda.len(), 1);
    for place in [&first, &next] {
        let there = v1::ListActionsRequest {
            filter: format!("meeting = \"{place}\""),
            page_size: 1,
            ..Default::default()
        };
        assert_eq!(told(server.actions().list_actions(there).await).actions.len(), 1, "{place}");
    }
}
