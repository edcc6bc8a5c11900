//! One decision in the place of others.

use outlay_proto::v1;
use outlay_proto::v1::DecisionState::{InForce, Superseded};
use tonic::Code;

use super::{create, creation, decided, decision, get, update};
use crate::support::{Refused, Server, refused, told};

/// A decision in the place of others.
fn over(others: &[&str]) -> v1::Decision {
    let supersedes = others.iter().map(|id| format!("decisions/{id}")).collect();
    v1::Decision { supersedes, ..decision("symposium", "取代") }
}

async fn refusal(server: &Server, id: &str, given: v1::Decision) -> Refused {
    refused(server.decisions().create_decision(creation(id, given)).await)
}

/// What the decision `id` would refuse to supersede.
async fn widened(server: &Server, id: &str, others: &[&str]) -> Refused {
    let request = update(id, over(others), &["supersedes"]);
    refused(server.decisions().update_decision(request).await)
}

#[tokio::test]
async fn what_is_superseded_says_by_what_in_the_same_commit() {
    let server = decided().await;
    for id in ["a", "b"] {
        create(&server, id, decision("symposium", id)).await;
    }
    let created = create(&server, "c", over(&["a", "b"])).await;
    for id in ["a", "b"] {
        let other = get(&server, id).await;
        assert_eq!((other.state(), other.superseded_by.as_str()), (Superseded, "decisions/c"));
        assert_eq!((other.revision, other.allowed_actions.len()), (created.revision, 0));
    }
    // Taken out again, the other one holds again.
    let request = update("c", over(&["b"]), &["supersedes"]);
    let changed = told(server.decisions().update_decision(request).await);
    let back = get(&server, "a").await;
    assert_eq!((back.state(), back.superseded_by.as_str()), (InForce, ""));
    assert_eq!(back.revision, changed.revision);
}

#[tokio::test]
async fn neither_itself_nor_a_circle_nor_what_is_superseded_is_superseded() {
    let server = decided().await;
    refusal(&server, "own", over(&["own"]))
        .await
        .has_fields(&[("decision.supersedes[0]", "DECISION_SUPERSEDES_ITSELF")]);
    create(&server, "a", decision("symposium", "一")).await;
    create(&server, "b", over(&["a"])).await;
    create(&server, "c", over(&["b"])).await;
    let revision = server.revision().await;
    refusal(&server, "d", over(&["a", "c"]))
        .await
        .has_fields(&[("decision.supersedes[0]", "DECISION_SUPERSEDED_ALREADY")]);
    for other in ["b", "c"] {
        widened(&server, "a", &[other])
            .await
            .has_fields(&[("decision.supersedes[0]", "DECISION_CYCLE")]);
    }
    widened(&server, "a", &["a"])
        .await
        .has_fields(&[("decision.supersedes[0]", "DECISION_SUPERSEDES_ITSELF")]);
    let withdraw = v1::WithdrawDecisionRequest {
        name: "decisions/c".to_owned(),
        reason: "不再需要".to_owned(),
        ..Default::default()
    };
    assert_eq!(server.revision().await, revision);
    told(server.decisions().withdraw_decision(withdraw).await);
    refusal(&server, "d", over(&["c"]))
        .await
        .has_fields(&[("decision.supersedes[0]", "DECISION_WITHDRAWN")]);
}

#[tokio::test]
async fn a_deleted_decision_lets_go_and_comes_back_only_where_it_can() {
    let server = decided().await;
    create(&server, "a", decision("symposium", "一")).await;
    create(&server, "b", over(&["a"])).await;
    let delete = |id: &str| v1::DeleteDecisionRequest {
        name: format!("decisions/{id}"),
        ..Default::default()
    };
    let in_use = refused(server.decisions().delete_decision(delete("a")).await);
    assert_eq!(in_use, (Code::FailedPrecondition, "RECORD_IN_USE"));
    told(server.decisions().delete_decision(delete("b")).await);
    assert_eq!(get(&server, "a").await.state(), InForce);
    let undelete =
        v1::UndeleteDecisionRequest { name: "decisions/b".to_owned(), ..Default::default() };
    told(server.decisions().undelete_decision(undelete.clone()).await);
    assert_eq!(get(&server, "a").await.superseded_by, "decisions/b");
    told(server.decisions().delete_decision(delete("b")).await);
    create(&server, "c", over(&["a"])).await;
    let taken = refused(server.decisions().undelete_decision(undelete).await);
    assert_eq!(taken, (Code::FailedPrecondition, "DECISION_SUPERSEDED_ALREADY"));
    assert_eq!(get(&server, "a").await.superseded_by, "decisions/c");
}

#[tokio::test]
async fn a_withdrawn_decision_lets_go_in_the_same_commit_and_never_takes_back() {
    let server = decided().await;
    for id in ["a", "b"] {
        create(&server, id, decision("symposium", id)).await;
    }
    create(&server, "c", over(&["a", "b"])).await;
    let withdraw = v1::WithdrawDecisionRequest {
        name: "decisions/c".to_owned(),
        reason: "有误".to_owned(),
        ..Default::default()
    };
    let tried = v1::WithdrawDecisionRequest { validate_only: true, ..withdraw.clone() };
    told(server.decisions().withdraw_decision(tried).await);
    assert_eq!(get(&server, "a").await.state(), Superseded);
    let withdrawn = told(server.decisions().withdraw_decision(withdraw).await);
    assert_eq!(withdrawn.supersedes, ["decisions/a", "decisions/b"]);
    for id in ["a", "b"] {
        let other = get(&server, id).await;
        assert_eq!((other.state(), other.superseded_by.as_str()), (InForce, ""));
        assert_eq!((other.revision, other.allowed_actions.len()), (withdrawn.revision, 1));
    }
    // Another one takes the place, and keeps it whatever becomes of the withdrawn one.
    create(&server, "d", over(&["a"])).await;
    let name = "decisions/c".to_owned();
    let delete = v1::DeleteDecisionRequest { name: name.clone(), ..Default::default() };
    told(server.decisions().delete_decision(delete).await);
    assert_eq!(get(&server, "a").await.superseded_by, "decisions/d");
    let undelete = v1::UndeleteDecisionRequest { name, ..Default::default() };
    told(server.decisions().undelete_decision(undelete).await);
    assert_eq!(get(&server, "a").await.superseded_by, "decisions/d");
    assert_eq!(get(&server, "b").await.state(), InForce);
}

#[tokio::test]
async fn of_two_that_supersede_each_other_at_once_one_does() {
    let server = decided().await;
    for id in ["a", "b"] {
        create(&server, id, decision("symposium", id)).await;
    }
    let (mut one, mut other) = (server.decisions(), server.decisions());
    let (one, other) = tokio::join!(
        one.update_decision(update("a", over(&["b"]), &["supersedes"])),
        other.update_decision(update("b", over(&["a"]), &["supersedes"])),
    );
    let (lost, done) = if one.is_ok() { (other, one) } else { (one, other) };
    told(done);
    refused(lost).has_fields(&[("decision.supersedes[0]", "DECISION_CYCLE")]);
}
