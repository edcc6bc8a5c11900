//! The way of an action from assignment to its end.

use outlay_proto::v1;
use outlay_proto::v1::ActionState::{
    Assigned, Cancelled, Closed, InProgress, ResultSubmitted, Returned,
};
use tonic::Code;

use super::{action, assigned, close, create, get, submit};
use crate::support::records::date;
use crate::support::{Refused, Server, refused, told};

const FORBIDDEN: (Code, &str) = (Code::FailedPrecondition, "TRANSITION_FORBIDDEN");
const WITHOUT_RESULT: (Code, &str) = (Code::FailedPrecondition, "ACTION_WITHOUT_RESULT");

fn name(id: &str) -> String {
    format!("actions/{id}")
}

async fn start(server: &Server, id: &str) -> v1::Action {
    let request = v1::StartActionRequest { name: name(id), ..Default::default() };
    told(server.actions().start_action(request).await)
}

fn back(id: &str) -> v1::ReturnActionRequest {
    let reason = "材料不全".to_owned();
    v1::ReturnActionRequest { name: name(id), reason, ..Default::default() }
}

fn cancel(id: &str) -> v1::CancelActionRequest {
    let reason = "项目终止".to_owned();
    v1::CancelActionRequest { name: name(id), reason, ..Default::default() }
}

fn extend(id: &str, day: i32) -> v1::ExtendActionRequest {
    v1::ExtendActionRequest {
        name: name(id),
        due_date: date(2023, 8, day),
        reason: "材料待补".to_owned(),
        ..Default::default()
    }
}

async fn not_closed(server: &Server, id: &str) -> Refused {
    let request = v1::CloseActionRequest { name: name(id), ..Default::default() };
    refused(server.actions().close_action(request).await)
}

#[tokio::test]
async fn an_action_goes_from_assignment_to_its_accepted_result() {
    let server = assigned().await;
    assert_eq!(create(&server, "a", action("一", (2023, 8, 1))).await.state(), Assigned);
    assert_eq!(start(&server, "a").await.state(), InProgress);
    let submitted = submit(&server, "a").await;
    assert_eq!(submitted.state(), ResultSubmitted);
    assert!(submitted.submit_time.is_some());
    assert_eq!(submitted.allowed_actions, ["return", "close", "cancel", "extend"]);
    let returned = told(server.actions().return_action(back("a")).await);
    assert_eq!((returned.state(), returned.return_reason.as_str()), (Returned, "材料不全"));
    assert_eq!(submit(&server, "a").await.return_reason, "");
    let request = v1::CloseActionRequest {
        name: name("a"),
        comment: "已核实".to_owned(),
        ..Default::default()
    };
    let closed = told(server.actions().close_action(request).await);
    assert_eq!((closed.state(), closed.open, closed.overdue_days), (Closed, false, 0));
    assert_eq!((closed.close_comment.as_str(), closed.result.as_str()), ("已核实", "完成"));
    assert_eq!((closed.allowed_actions.len(), closed.close_time.is_some()), (0, true));
}

#[tokio::test]
async fn no_action_is_closed_without_a_result() {
    let server = assigned().await;
    create(&server, "a", action("一", (2023, 8, 1))).await;
    assert_eq!(not_closed(&server, "a").await, WITHOUT_RESULT);
    start(&server, "a").await;
    assert_eq!(not_closed(&server, "a").await, WITHOUT_RESULT);
    let request = v1::SubmitActionRequest { name: name("a"), ..Default::default() };
    refused(server.actions().submit_action(request).await)
        .has_fields(&[("result", "FIELD_REQUIRED")]);
    submit(&server, "a").await;
    told(server.actions().return_action(back("a")).await);
    let before = get(&server, "a").await;
    assert_eq!(not_closed(&server, "a").await, WITHOUT_RESULT);
    assert_eq!(get(&server, "a").await, before);
}

#[tokio::test]
async fn what_is_over_stays_so() {
    let server = assigned().await;
    for id in ["closed", "cancelled"] {
        create(&server, id, action(id, (2023, 8, 1))).await;
    }
    close(&server, "closed").await;
    let cancelled = told(server.actions().cancel_action(cancel("cancelled")).await);
    assert_eq!((cancelled.state(), cancelled.cancel_reason.as_str()), (Cancelled, "项目终止"));
    for id in ["closed", "cancelled"] {
        let before = get(&server, id).await;
        assert_eq!(not_closed(&server, id).await, FORBIDDEN);
        assert_eq!(refused(server.actions().cancel_action(cancel(id)).await), FORBIDDEN);
        assert_eq!(refused(server.actions().return_action(back(id)).await), FORBIDDEN);
        assert_eq!(refused(server.actions().extend_action(extend(id, 31)).await), FORBIDDEN);
        let given = v1::Action { title: "改".to_owned(), ..Default::default() };
        let request = super::update(id, given, &["title"]);
        assert_eq!(refused(server.actions().update_action(request).await), FORBIDDEN);
        assert_eq!(get(&server, id).await, before);
    }
}

#[tokio::test]
async fn an_extension_is_later_and_keeps_the_dates_before() {
    let server = assigned().await;
    create(&server, "a", action("一", (2023, 8, 10))).await;
    for day in [9, 10] {
        refused(server.actions().extend_action(extend("a", day)).await)
            .has_fields(&[("due_date", "DUE_DATE_NOT_LATER")]);
    }
    let bare = v1::ExtendActionRequest { name: name("a"), ..Default::default() };
    refused(server.actions().extend_action(bare).await)
        .has_fields(&[("due_date", "FIELD_REQUIRED"), ("reason", "FIELD_REQUIRED")]);
    told(server.actions().extend_action(extend("a", 11)).await);
    let twice = told(server.actions().extend_action(extend("a", 20)).await);
    assert_eq!(twice.due_date, date(2023, 8, 20));
    let dates: Vec<_> =
        twice.extensions.iter().map(|one| (one.previous_due_date, one.due_date)).collect();
    assert_eq!(
        dates,
        [(date(2023, 8, 10), date(2023, 8, 11)), (date(2023, 8, 11), date(2023, 8, 20))]
    );
    assert_eq!(twice.extensions[0].reason, "材料待补");
    assert_eq!(twice.extensions[0].principal, "loopback");
}
