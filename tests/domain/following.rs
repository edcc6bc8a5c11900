//! Rules of decisions and actions.

use outlay_server::domain::action::age::ActionCounts;
use outlay_server::domain::action::reminder::{self, MAX_OVERDUE_DAYS, ReminderDays};
use outlay_server::domain::action::state::MAX_EXTENSIONS;
use outlay_server::domain::action::{Action, ActionExtension, ActionState, MAX_MEETINGS};
use outlay_server::domain::decision::{Decision, DecisionState};
use outlay_server::error::{Error, Reason};

use super::sample::{TODAY, date, expected, found, id, instant};
use super::stored::check;

pub(super) fn decision() -> Decision {
    Decision {
        state: DecisionState::InForce,
        meeting: id("m"),
        host: id("zj"),
        number: 17,
        text: "Go".to_owned(),
        agenda_item: None,
        projects: Vec::new(),
        regions: Vec::new(),
        decided_date: date("2023-07-28"),
        supersedes: Vec::new(),
        superseded_by: None,
        withdraw_reason: String::new(),
    }
}

pub(super) fn action() -> Action {
    Action { title: "Go".to_owned(), ..Action::new(id("m"), id("jx"), date("2023-09-30")) }
}

fn whole_decision() -> Decision {
    Decision {
        state: DecisionState::Superseded,
        agenda_item: Some(id("i")),
        projects: vec![id("p")],
        regions: vec![id("33")],
        supersedes: vec![id("d")],
        superseded_by: Some(id("e")),
        withdraw_reason: "r".to_owned(),
        ..decision()
    }
}

fn whole_action() -> Action {
    Action {
        state: ActionState::Closed,
        meeting: id("n"),
        meetings: vec![id("m"), id("n")],
        series: Some(id("s")),
        decision: Some(id("d")),
        description: "x".to_owned(),
        co_responsible: vec![id("zj")],
        projects: vec![id("p")],
        regions: vec![id("33")],
        extensions: vec![ActionExtension {
            previous_due_date: date("2023-07-28"),
            due_date: date("2023-09-30"),
            reason: "r".to_owned(),
            extend_time: instant("1970-01-01T00:00:01Z"),
            principal: "o".to_owned(),
        }],
        result: "y".to_owned(),
        submit_time: Some(instant("1970-01-01T00:00:01Z")),
        return_reason: "b".to_owned(),
        close_comment: "c".to_owned(),
        close_time: Some(instant("1970-01-01T00:00:01Z")),
        cancel_reason: "k".to_owned(),
        ..action()
    }
}

#[test]
fn decisions_and_actions_are_stored_as_ever() {
    check(&decision(), "a6 0801 0a616d 0b627a6a 0c11 0d62476f 111a0134b248");
    check(
        &whole_decision(),
        "ac 0802 0a616d 0b627a6a 0c11 0d62476f 0e6169 0f816170 10816233 33 111a0134b248 \
         12816164 136165 146172",
    );
    check(&action(), "a7 0801 0a616d 0b616d 0c81616d 0f62476f 11626a78 161a0134b312");
    check(
        &whole_action(),
        "b4 0805 0a616d 0b616e 0c82616d616e 0d6173 0e6164 0f62476f 106178 11626a78 1281627a6a \
         14816170 1581623333 161a0134b312 181981a5011a0134b248021a0134b312036172041a000f424005616f \
         181a6179 181b1a000f4240 181c6162 181d6163 181e1a000f4240 181f616b",
    );
}

#[test]
fn a_decision_is_not_made_in_the_future() {
    let tried = Decision { decided_date: date("2023-07-29"), ..decision() };
    let wrong = [("decided_date", Reason::FieldOutOfRange)];
    assert_eq!(found(|v| tried.check(date(TODAY), v)), expected(&wrong));
    assert_eq!(found(|v| decision().check(date(TODAY), v)), []);
    assert_eq!(decision().shown_number(), "2023-17");
}

#[test]
fn an_action_is_overdue_from_the_day_after_while_it_is_open() {
    let due = Action { due_date: date("2023-07-27"), ..action() };
    for (state, day, days) in [
        (ActionState::Assigned, "2023-07-27", 0),
        (ActionState::Returned, "2023-07-28", 1),
        (ActionState::ResultSubmitted, "2024-07-27", 366),
        (ActionState::Closed, "2024-07-27", 0),
        (ActionState::Cancelled, "2024-07-27", 0),
    ] {
        let tried = Action { state, ..due.clone() };
        assert_eq!(tried.overdue_days(date(day)), days, "{state} {day}");
    }
}

#[test]
fn of_many_meetings_the_first_and_the_latest_are_kept() {
    let mut carried = action();
    for number in 0..MAX_MEETINGS + 5 {
        carried.carry_to(&id(&format!("m-{number}")));
    }
    assert_eq!(carried.meetings.len(), MAX_MEETINGS);
    assert_eq!((&carried.meetings[0], &carried.meetings[1]), (&id("m"), &id("m-6")));
    assert_eq!(carried.meetings.last(), Some(&carried.meeting));
}

#[test]
fn extensions_come_to_an_end() {
    let (mut tried, mut due) = (action(), date("2023-09-30"));
    let by = ("o", instant("2023-07-28T01:00:00Z"));
    for _ in 0..MAX_EXTENSIONS {
        due = due.plus_days(1).unwrap();
        tried.extend("actions/a", due, "r".to_owned(), by).unwrap();
    }
    let before = tried.clone();
    let due = due.plus_days(1).unwrap();
    let refused = tried.extend("actions/a", due, "r".to_owned(), by);
    assert!(matches!(refused, Err(Error::TooLarge(_))), "{refused:?}");
    assert_eq!(tried, before);
}

#[test]
fn every_age_is_counted_once() {
    let today = date(TODAY);
    let mut counts = ActionCounts::default();
    for days in -400..=400 {
        counts.add_open(today.plus_days(days).unwrap(), 1, today, 7);
    }
    assert_eq!((counts.open, counts.due_soon), (801, 8));
    assert_eq!(counts.overdue, [7, 23, 60, 310]);
}

#[test]
fn reminders_follow_from_the_day_alone() {
    let today = date(TODAY);
    let due = |days: &ReminderDays, oldest| {
        let due = days.due_dates(today, date(oldest)).into_iter();
        due.map(|due| due.days_since(today)).collect::<Vec<_>>()
    };
    assert_eq!(due(&ReminderDays::new(&[], 0), "2023-07-10"), [7, 1, 0, -7, -14]);
    assert_eq!(due(&ReminderDays::new(&[30], 9), "2023-07-19"), [30, -9]);
    assert_eq!(due(&ReminderDays::new(&[0], 1), "1900-01-01").len(), 1 + MAX_OVERDUE_DAYS as usize);
    assert_eq!(due(&ReminderDays::new(&[3], 7), "2030-01-01"), [3]);
    assert_eq!(reminder::id(&id("a"), &action(), today), "a@2023-09-30@2023-07-28");
}

#[test]
fn days_are_counted_on_within_the_calendar() {
    assert_eq!(date("2024-02-28").plus_days(2), Some(date("2024-03-01")));
    assert_eq!(date("1900-01-01").plus_days(-1), None);
    assert_eq!(date("2999-12-31").plus_days(1), None);
    assert_eq!(date(TODAY).plus_days(i32::MAX), None);
}
