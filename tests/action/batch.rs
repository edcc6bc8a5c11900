//! Many actions in one commit: all of them or none.

use outlay_proto::v1;
use tonic::Code;

use super::{action, assigned};
use crate::support::records::request_id;
use crate::support::{refused, told};

fn many(count: usize) -> v1::BatchCreateActionsRequest {
    let actions = (0..count).map(|number| v1::Action {
        name: format!("actions/b-{number}"),
        ..action("批量", (2023, 8, 1))
    });
    v1::BatchCreateActionsRequest { actions: actions.collect(), ..Default::default() }
}

#[tokio::test]
async fn a_thousand_actions_are_one_commit_and_a_repetition_makes_no_more() {
    let server = assigned().await;
    let before = server.revision().await;
    let request = v1::BatchCreateActionsRequest { request_id: request_id(), ..many(1_000) };
    let done = told(server.actions().batch_create_actions(request.clone()).await);
    assert_eq!((done.created_count, done.revision), (1_000, before + 1));
    assert_eq!(told(server.actions().batch_create_actions(request).await), done);
    assert_eq!(server.revision().await, before + 1);
    assert_eq!(super::get(&server, "b-999").await.revision, done.revision);
}

#[tokio::test]
async fn ids_are_made_where_there_are_none() {
    let server = assigned().await;
    let mut request = many(3);
    request.actions[1].name.clear();
    let tried = v1::BatchCreateActionsRequest { validate_only: true, ..request.clone() };
    assert_eq!(told(server.actions().batch_create_actions(tried).await).created_count, 3);
    told(server.actions().batch_create_actions(request).await);
    let list = v1::ListActionsRequest::default();
    assert_eq!(told(server.actions().list_actions(list).await).actions.len(), 3);
}

#[tokio::test]
async fn what_is_wrong_is_told_by_its_place_and_nothing_is_created() {
    let server = assigned().await;
    let before = server.revision().await;
    let mut request = many(6);
    request.actions[1].title.clear();
    request.actions[2].name = "actions/b-0".to_owned();
    request.actions[3].name = "meetings/m".to_owned();
    request.actions[5].due_date = None;
    refused(server.actions().batch_create_actions(request).await).has_fields(&[
        ("actions[1].title", "FIELD_REQUIRED"),
        ("actions[2].name", "FIELD_DUPLICATE"),
        ("actions[3].name", "FIELD_FORMAT"),
        ("actions[5].due_date", "FIELD_REQUIRED"),
    ]);
    let mut request = many(4);
    request.actions[0].lead = "organisations/nope".to_owned();
    request.actions[3].decision = "decisions/nope".to_owned();
    refused(server.actions().batch_create_actions(request).await).has_fields(&[
        ("actions[0].lead", "REFERENCE_UNKNOWN"),
        ("actions[3].decision", "REFERENCE_UNKNOWN"),
    ]);
    refused(server.actions().batch_create_actions(many(0)).await)
        .has_fields(&[("actions", "FIELD_REQUIRED")]);
    refused(server.actions().batch_create_actions(many(1_001)).await)
        .has_fields(&[("actions", "FIELD_TOO_LONG")]);
    assert_eq!(server.revision().await, before);
    told(server.actions().batch_create_actions(many(1)).await);
    let exists = refused(server.actions().batch_create_actions(many(2)).await);
    assert_eq!(exists, (Code::AlreadyExists, "RECORD_EXISTS"));
    assert_eq!(server.revision().await, before + 1);
}
