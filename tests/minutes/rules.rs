//! What minutes can't be, and what can't be done to them.

use outlay_proto::v1;
use outlay_proto::v1::MinutesEntryKind as Kind;
use outlay_proto::v1::MinutesState as State;
use tonic::Code;

use super::{
    NAME, add, approve, creation, delete, draft, entry, get, held, issue, issued, revise,
    send_back, submit, undelete, update,
};
use crate::support::records::{self, mask};
use crate::support::{Server, refused, told};
use crate::{action, decision, meeting};

const FORBIDDEN: (Code, &str) = (Code::FailedPrecondition, "TRANSITION_FORBIDDEN");
const ISSUED: (Code, &str) = (Code::FailedPrecondition, "MINUTES_ISSUED");

#[tokio::test]
async fn what_is_issued_is_never_edited() {
    let server = held().await;
    let mut minutes = server.minutes();
    told(minutes.create_minutes(creation(draft())).await);
    let due = issued(&mut minutes).await;
    let answer = refused(minutes.update_minutes(update(draft(), &["entries"])).await);
    assert_eq!(answer, ISSUED);
    assert!(answer.message.contains("ReviseMinutes"), "{answer:?}");
    assert_eq!(refused(minutes.update_minutes(update(draft(), &["recorder"])).await), ISSUED);
    assert_eq!(refused(minutes.delete_minutes(delete()).await), ISSUED);
    assert_eq!(refused(minutes.submit_minutes(submit("一")).await), ISSUED);
    assert_eq!(refused(minutes.approve_minutes(approve("一", "")).await), ISSUED);
    assert_eq!(refused(minutes.return_minutes(send_back("一", "二")).await), ISSUED);
    assert_eq!(refused(minutes.issue_minutes(issue("一")).await), ISSUED);
    assert_eq!(get(&mut minutes, 0).await, due);
    // Neither is a version that was, when the next one is a draft.
    told(minutes.revise_minutes(revise("一", "二")).await);
    assert_eq!(refused(minutes.delete_minutes(delete()).await), ISSUED);
}

#[tokio::test]
async fn each_step_has_its_turn() {
    let server = held().await;
    let mut minutes = server.minutes();
    told(minutes.create_minutes(creation(draft())).await);
    assert_eq!(refused(minutes.approve_minutes(approve("一", "")).await), FORBIDDEN);
    assert_eq!(refused(minutes.return_minutes(send_back("一", "二")).await), FORBIDDEN);
    assert_eq!(refused(minutes.issue_minutes(issue("一")).await), FORBIDDEN);
    assert_eq!(refused(minutes.add_minutes_addendum(add("一", "二")).await), FORBIDDEN);
    assert_eq!(refused(minutes.revise_minutes(revise("一", "二")).await), FORBIDDEN);
    told(minutes.submit_minutes(submit("一")).await);
    assert_eq!(refused(minutes.submit_minutes(submit("一")).await), FORBIDDEN);
    let answer = refused(minutes.update_minutes(update(draft(), &["recorder"])).await);
    assert_eq!(answer, FORBIDDEN);
    assert_eq!(refused(minutes.issue_minutes(issue("一")).await), FORBIDDEN);
    told(minutes.approve_minutes(approve("一", "")).await);
    assert_eq!(refused(minutes.update_minutes(update(draft(), &["recorder"])).await), FORBIDDEN);
    let returned = told(minutes.return_minutes(send_back("一", "二")).await);
    assert_eq!((returned.state(), returned.approval), (State::Draft, None));
}

#[tokio::test]
async fn minutes_without_an_entry_are_not_reviewed() {
    let server = held().await;
    let mut minutes = server.minutes();
    let empty = v1::Minutes { entries: Vec::new(), ..draft() };
    let created = told(minutes.create_minutes(creation(empty)).await);
    assert_eq!(created.allowed_actions, [""; 0]);
    let answer = refused(minutes.submit_minutes(submit("一")).await);
    assert_eq!(answer, (Code::FailedPrecondition, "MINUTES_EMPTY"));
}

#[tokio::test]
async fn who_takes_a_step_is_named_and_a_return_has_its_reason() {
    let server = held().await;
    let mut minutes = server.minutes();
    told(minutes.create_minutes(creation(draft())).await);
    let required = |field: &str| vec![(field.to_owned(), "FIELD_REQUIRED".to_owned())];
    assert_eq!(refused(minutes.submit_minutes(submit("")).await).fields, required("person"));
    told(minutes.submit_minutes(submit("一")).await);
    let answer = refused(minutes.return_minutes(send_back("一", "")).await);
    assert_eq!(answer.fields, required("reason"));
    assert_eq!(get(&mut minutes, 0).await.state(), State::InReview);
}

#[tokio::test]
async fn there_are_minutes_only_of_a_meeting_that_was_held() {
    let server = Server::seeded().await;
    meeting::create(&mut server.meetings(), "s", records::meeting("一")).await;
    let mut minutes = server.minutes();
    let given = v1::Minutes { entries: Vec::new(), ..draft() };
    refused(minutes.create_minutes(creation(given.clone())).await)
        .has_fields(&[("minutes.meeting", "MEETING_NOT_HELD")]);
    let request = v1::CancelMeetingRequest {
        name: "meetings/s".to_owned(),
        reason: "一".to_owned(),
        ..Default::default()
    };
    told(server.meetings().cancel_meeting(request).await);
    refused(minutes.create_minutes(creation(given.clone())).await)
        .has_fields(&[("minutes.meeting", "MEETING_NOT_HELD")]);
    let unknown = v1::Minutes { meeting: "meetings/none".to_owned(), ..given.clone() };
    refused(minutes.create_minutes(creation(unknown)).await)
        .has_fields(&[("minutes.meeting", "REFERENCE_UNKNOWN")]);
    let other = v1::CreateMinutesRequest { minutes_id: "other".to_owned(), ..creation(given) };
    refused(minutes.create_minutes(other).await)
        .names_fields(&[("minutes_id", "FIELD_CONTRADICTION")]);
}

#[tokio::test]
async fn a_meeting_has_its_minutes_once() {
    let server = held().await;
    let mut minutes = server.minutes();
    told(minutes.create_minutes(creation(draft())).await);
    let again = refused(minutes.create_minutes(creation(draft())).await);
    assert_eq!(again, (Code::AlreadyExists, "RECORD_EXISTS"));
    told(minutes.delete_minutes(delete()).await);
    let deleted = (Code::FailedPrecondition, "RECORD_DELETED");
    assert_eq!(refused(minutes.submit_minutes(submit("一")).await), deleted);
    told(minutes.undelete_minutes(undelete()).await);
    told(minutes.submit_minutes(submit("一")).await);
}

#[tokio::test]
async fn entries_belong_to_what_the_meeting_has() {
    let server = held().await;
    let mut minutes = server.minutes();
    let mut wrong = draft();
    wrong.entries[0].agenda_item = "none".to_owned();
    wrong.entries[1].speech = "none".to_owned();
    wrong
        .entries
        .push(v1::MinutesEntry { id: "same".to_owned(), ..entry(Kind::Action, "一", "") });
    wrong
        .entries
        .push(v1::MinutesEntry { id: "same".to_owned(), ..entry(Kind::Action, "二", "") });
    refused(minutes.create_minutes(creation(wrong)).await).has_fields(&[
        ("minutes.entries[0].agenda_item", "REFERENCE_UNKNOWN"),
        ("minutes.entries[1].speech", "REFERENCE_UNKNOWN"),
        ("minutes.entries[3].id", "FIELD_DUPLICATE"),
    ]);
    let mut unread = draft();
    unread.entries[0].kind = 0;
    unread.entries[1].text = String::new();
    refused(minutes.create_minutes(creation(unread)).await).has_fields(&[
        ("minutes.entries[0].kind", "FIELD_REQUIRED"),
        ("minutes.entries[1].text", "FIELD_REQUIRED"),
    ]);
    let mut right = draft();
    right.entries[0].speech = "speech-1".to_owned();
    told(minutes.create_minutes(creation(right)).await);
    let moved = v1::UpdateMinutesRequest {
        minutes: Some(v1::Minutes {
            name: NAME.to_owned(),
            meeting: "meetings/other".to_owned(),
            ..Default::default()
        }),
        update_mask: mask(&["meeting"]),
        ..Default::default()
    };
    refused(minutes.update_minutes(moved).await)
        .has_fields(&[("minutes.meeting", "FIELD_IMMUTABLE")]);
}

#[tokio::test]
async fn figures_of_speeches_are_not_read_anew_once_minutes_are_issued() {
    let server = held().await;
    let mut minutes = server.minutes();
    let refresh =
        || v1::RefreshSpeechFiguresRequest { name: "meetings/s".to_owned(), ..Default::default() };
    told(minutes.create_minutes(creation(draft())).await);
    let before = told(server.meetings().refresh_speech_figures(refresh()).await);
    issued(&mut minutes).await;
    let answer = refused(server.meetings().refresh_speech_figures(refresh()).await);
    assert_eq!(answer, ISSUED);
    let request = v1::GetMeetingRequest { name: before.name.clone(), ..Default::default() };
    assert_eq!(told(server.meetings().get_meeting(request).await), before);
    // The next version may show others.
    told(minutes.revise_minutes(revise("一", "二")).await);
    told(server.meetings().refresh_speech_figures(refresh()).await);
}

#[tokio::test]
async fn entries_name_only_decisions_and_actions_of_their_meeting() {
    let server = held().await;
    meeting::create(&mut server.meetings(), "other", records::meeting("二")).await;
    decision::create(&server, "d-1", decision::decision("s", "一")).await;
    decision::create(&server, "d-2", decision::decision("other", "二")).await;
    let assigned = |meeting: &str| v1::Action {
        assigned_meeting: format!("meetings/{meeting}"),
        ..action::action("一", (2023, 8, 31))
    };
    action::create(&server, "a-1", assigned("s")).await;
    action::create(&server, "a-2", assigned("other")).await;
    let decided = |kind, decision: &str| v1::MinutesEntry {
        decision: decision.to_owned(),
        ..entry(kind, "一", "")
    };
    let assigned = |kind, action: &str| v1::MinutesEntry {
        action: action.to_owned(),
        ..entry(kind, "一", "")
    };
    let mut minutes = server.minutes();
    let given = |entries: Vec<v1::MinutesEntry>| v1::Minutes { entries, ..draft() };
    let wrong = vec![
        decided(Kind::Decision, "decisions/d-2"),
        assigned(Kind::Action, "actions/a-2"),
        decided(Kind::Action, "decisions/d-1"),
        assigned(Kind::Information, "actions/a-1"),
        decided(Kind::Decision, "decisions/none"),
    ];
    refused(minutes.create_minutes(creation(given(wrong.clone()))).await).has_fields(&[
        ("minutes.entries[2].decision", "FIELD_CONTRADICTION"),
        ("minutes.entries[3].action", "FIELD_CONTRADICTION"),
        ("minutes.entries[4].decision", "REFERENCE_UNKNOWN"),
    ]);
    let right =
        vec![decided(Kind::Decision, "decisions/d-1"), assigned(Kind::Action, "actions/a-1")];
    told(minutes.create_minutes(creation(given(right))).await);
    let others = vec![wrong[0].clone(), wrong[1].clone(), wrong[4].clone()];
    refused(minutes.update_minutes(update(given(others), &["entries"])).await).has_fields(&[
        ("minutes.entries[0].decision", "NOT_OF_THIS_MEETING"),
        ("minutes.entries[1].action", "NOT_OF_THIS_MEETING"),
        ("minutes.entries[2].decision", "REFERENCE_UNKNOWN"),
    ]);
    let kept = get(&mut minutes, 0).await;
    assert_eq!(kept.entries[0].decision, "decisions/d-1");
}
