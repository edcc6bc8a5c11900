//! How a meeting's state changes.

use outlay_server::domain::meeting::{Meeting, MeetingState};
use outlay_server::error::{Error, Reason};

use super::meeting::{check, nine, ready, ten};
use super::sample::{instant, meeting, whole_meeting};

const NAME: &str = "meetings/m-1";

/// The clauses of a refused action.
fn needed(done: Result<(), Error>) -> Vec<String> {
    match done {
        Err(Error::Transition { name, needed, .. }) if name == NAME => needed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_meeting_is_scheduled_with_place_and_times() {
    let all = ["place", "start_time", "end_time", "time_zone"];
    let clauses: Vec<String> = all.iter().map(|field| format!("{field} must be given")).collect();
    assert_eq!(needed(meeting().schedule(NAME)), clauses);
    assert_eq!(meeting().allowed_actions(), ["cancel"]);
    assert_eq!(ready().allowed_actions(), ["schedule", "cancel"]);
    let mut scheduled = ready();
    scheduled.schedule(NAME).unwrap();
    assert_eq!(scheduled.state, MeetingState::Scheduled);
    // And keeps them.
    let wrong = all.map(|field| (field, Reason::FieldRequired));
    check(Meeting { state: MeetingState::Scheduled, ..meeting() }, &wrong);
    check(Meeting { state: MeetingState::Cancelled, ..meeting() }, &[]);
}

#[test]
fn a_meeting_is_opened_and_closed_once() {
    let mut tried = ready();
    assert_eq!(needed(tried.start(NAME, nine(), ten())), ["it must be SCHEDULED"]);
    tried.schedule(NAME).unwrap();
    assert_eq!(tried.allowed_actions(), ["start", "cancel"]);
    assert_eq!(needed(tried.close(NAME, ten(), ten())), ["it must be IN_PROGRESS"]);
    assert!(matches!(tried.start(NAME, ten(), nine()), Err(Error::Fields(_))));
    tried.start(NAME, nine(), nine()).unwrap();
    assert_eq!(tried.allowed_actions(), ["close"]);
    assert_eq!(needed(tried.cancel(NAME, String::new())), ["it must be DRAFT or SCHEDULED"]);
    let early = instant("2023-07-28T00:59:59Z");
    assert!(matches!(tried.close(NAME, early, ten()), Err(Error::Fields(_))));
    assert!(matches!(tried.close(NAME, ten(), nine()), Err(Error::Fields(_))));
    tried.close(NAME, ten(), ten()).unwrap();
    assert_eq!((tried.open_time, tried.close_time), (Some(nine()), Some(ten())));
    assert!(tried.allowed_actions().is_empty());
    assert_eq!(needed(tried.schedule(NAME)), ["CLOSED is final"]);
}

#[test]
fn a_meeting_that_has_not_begun_can_be_cancelled() {
    let mut tried = ready();
    tried.schedule(NAME).unwrap();
    tried.cancel(NAME, "typhoon".to_owned()).unwrap();
    assert_eq!((tried.state, tried.cancel_reason.as_str()), (MeetingState::Cancelled, "typhoon"));
    assert_eq!(needed(tried.start(NAME, nine(), ten())), ["CANCELLED is final"]);
}

#[test]
fn an_update_keeps_the_state() {
    let present = whole_meeting();
    let mut update = Meeting { title: "New".to_owned(), ..ready() };
    update.keep_state_of(&present);
    let expected = Meeting {
        title: "New".to_owned(),
        state: present.state,
        open_time: present.open_time,
        close_time: present.close_time,
        cancel_reason: present.cancel_reason,
        check_in: present.check_in,
        // Calendars show another title and place.
        calendar_sequence: present.calendar_sequence + 1,
        ..ready()
    };
    assert_eq!(update, expected);
}
