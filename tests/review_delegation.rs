//! Review delegations, over the wire.

#![cfg(test)]

use std::time::Duration;

use outlay_proto::v1;
use outlay_proto::v1::ReviewLevel::{City, County};
use tonic::Code;

use crate::support::records::{date, mask};
use crate::support::{ReviewDelegations, Server, refused, told};

fn county() -> v1::ReviewDelegation {
    v1::ReviewDelegation {
        region: "regions/330402".to_owned(),
        level: County.into(),
        delegate: "organisations/jx-eit".to_owned(),
        first_date: date(2023, 7, 1),
        last_date: date(2023, 9, 30),
        reason: "机构调整".to_owned(),
        ..Default::default()
    }
}

fn creation(id: &str, given: v1::ReviewDelegation) -> v1::CreateReviewDelegationRequest {
    v1::CreateReviewDelegationRequest {
        review_delegation: Some(given),
        review_delegation_id: id.to_owned(),
        ..Default::default()
    }
}

async fn create(
    delegations: &mut ReviewDelegations,
    id: &str,
    given: v1::ReviewDelegation,
) -> v1::ReviewDelegation {
    told(delegations.create_review_delegation(creation(id, given)).await)
}

async fn get(delegations: &mut ReviewDelegations, name: &str) -> v1::ReviewDelegation {
    let request = v1::GetReviewDelegationRequest { name: name.to_owned(), ..Default::default() };
    told(delegations.get_review_delegation(request).await)
}

/// An update of what is set.
fn update(name: &str, given: v1::ReviewDelegation) -> v1::UpdateReviewDelegationRequest {
    let given = v1::ReviewDelegation { name: name.to_owned(), ..given };
    v1::UpdateReviewDelegationRequest { review_delegation: Some(given), ..Default::default() }
}

fn until(month: i32, day: i32) -> v1::ReviewDelegation {
    v1::ReviewDelegation { last_date: date(2023, month, day), ..Default::default() }
}

#[tokio::test]
async fn a_delegation_is_created_kept_and_ended_early() {
    let server = Server::seeded().await;
    let mut delegations = server.review_delegations();
    let created = create(&mut delegations, "d-1", county()).await;
    let due = v1::ReviewDelegation {
        name: "reviewDelegations/d-1".to_owned(),
        uid: created.uid.clone(),
        create_time: created.create_time,
        update_time: created.update_time,
        etag: created.etag.clone(),
        revision: created.revision,
        ..county()
    };
    assert_eq!(created, due);
    let ended = update(&created.name, until(7, 28));
    let ended = told(delegations.update_review_delegation(ended).await);
    assert_eq!(ended.last_date, date(2023, 7, 28));
    let server = server.restart();
    let mut delegations = server.review_delegations();
    assert_eq!(get(&mut delegations, &created.name).await, ended);
    let history =
        v1::ListReviewDelegationHistoryRequest { name: created.name.clone(), ..Default::default() };
    let history = told(delegations.list_review_delegation_history(history).await).versions;
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].change.as_ref().unwrap().changed_fields, ["last_date"]);
}

#[tokio::test]
async fn a_delegation_that_is_over_stays_as_it_was() {
    let server = Server::seeded().await;
    let mut delegations = server.review_delegations();
    let created = create(&mut delegations, "d-1", county()).await;
    let past = update(&created.name, until(7, 27));
    refused(delegations.update_review_delegation(past).await)
        .has_fields(&[("review_delegation.last_date", "DELEGATION_OVER")]);
    server.advance(Duration::from_secs(100 * 24 * 60 * 60));
    let longer = update(&created.name, until(12, 31));
    refused(delegations.update_review_delegation(longer).await)
        .has_fields(&[("review_delegation.last_date", "DELEGATION_OVER")]);
    let given = v1::ReviewDelegation { reason: "更正".to_owned(), ..Default::default() };
    let mended = told(delegations.update_review_delegation(update(&created.name, given)).await);
    assert_eq!((mended.reason.as_str(), mended.last_date), ("更正", date(2023, 9, 30)));
    refused(delegations.create_review_delegation(creation("d-2", county())).await)
        .has_fields(&[("review_delegation.last_date", "DELEGATION_OVER")]);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once_and_changes_nothing() {
    let server = Server::seeded().await;
    let mut delegations = server.review_delegations();
    let refusal = async |given: v1::ReviewDelegation| {
        let mut delegations = server.review_delegations();
        refused(delegations.create_review_delegation(creation("d", given)).await)
    };
    refusal(v1::ReviewDelegation::default()).await.has_fields(&[
        ("review_delegation.region", "FIELD_REQUIRED"),
        ("review_delegation.level", "FIELD_REQUIRED"),
        ("review_delegation.delegate", "FIELD_REQUIRED"),
        ("review_delegation.first_date", "FIELD_REQUIRED"),
        ("review_delegation.last_date", "FIELD_REQUIRED"),
        ("review_delegation.reason", "FIELD_REQUIRED"),
    ]);
    let wrong = v1::ReviewDelegation {
        level: City.into(),
        delegate: "regions/330106".to_owned(),
        last_date: date(2024, 7, 1),
        ..county()
    };
    refusal(wrong).await.has_fields(&[
        ("review_delegation.level", "REVIEW_LEVEL_MISMATCH"),
        ("review_delegation.delegate", "DELEGATE_UNSUITABLE"),
        ("review_delegation.last_date", "FIELD_OUT_OF_RANGE"),
    ]);
    let late = v1::ReviewDelegation { level: City.into(), last_date: date(2023, 7, 2), ..county() };
    refusal(late).await.has_fields(&[
        ("review_delegation.level", "REVIEW_LEVEL_MISMATCH"),
        ("review_delegation.last_date", "DELEGATION_OVER"),
    ]);
    let nobody = v1::ReviewDelegation {
        region: "regions/999999".to_owned(),
        delegate: "organisations/nobody".to_owned(),
        ..county()
    };
    refusal(nobody).await.has_fields(&[
        ("review_delegation.region", "REFERENCE_UNKNOWN"),
        ("review_delegation.delegate", "REFERENCE_UNKNOWN"),
    ]);
    let strange = v1::ReviewDelegation { delegate: "projects/p-1".to_owned(), ..county() };
    refusal(strange).await.has_fields(&[("review_delegation.delegate", "FIELD_FORMAT")]);
    let list = v1::ListReviewDelegationsRequest::default();
    assert_eq!(told(delegations.list_review_delegations(list).await).review_delegations, []);
}

#[tokio::test]
async fn who_delegates_what_to_whom_from_when_is_never_changed() {
    let server = Server::seeded().await;
    let mut delegations = server.review_delegations();
    let created = create(&mut delegations, "d-1", county()).await;
    let other = v1::ReviewDelegation {
        region: "regions/330411".to_owned(),
        level: City.into(),
        delegate: "organisations/zj-eit".to_owned(),
        first_date: date(2023, 7, 2),
        ..Default::default()
    };
    let request = v1::UpdateReviewDelegationRequest {
        update_mask: mask(&["region", "level", "delegate", "first_date"]),
        ..update(&created.name, other)
    };
    let immutable = "FIELD_IMMUTABLE";
    refused(delegations.update_review_delegation(request).await).has_fields(&[
        ("review_delegation.region", immutable),
        ("review_delegation.level", immutable),
        ("review_delegation.delegate", immutable),
        ("review_delegation.first_date", immutable),
    ]);
    let stale = v1::ReviewDelegation { etag: "0123456789abcdef".to_owned(), ..until(8, 31) };
    let stale = refused(delegations.update_review_delegation(update(&created.name, stale)).await);
    assert_eq!(stale, (Code::Aborted, "ETAG_MISMATCH"));
    assert_eq!(get(&mut delegations, &created.name).await, created);
}

#[tokio::test]
async fn delegations_are_found_by_region_day_and_delegate() {
    let server = Server::seeded().await;
    let mut delegations = server.review_delegations();
    let up = v1::ReviewDelegation {
        region: "regions/330411".to_owned(),
        delegate: "regions/330400".to_owned(),
        last_date: date(2023, 8, 31),
        ..county()
    };
    let city = v1::ReviewDelegation {
        region: "regions/330100".to_owned(),
        level: City.into(),
        delegate: "regions/330400".to_owned(),
        first_date: date(2023, 9, 1),
        ..county()
    };
    for (id, given) in [("a", county()), ("b", up), ("c", city)] {
        create(&mut delegations, id, given).await;
        server.advance(Duration::from_secs(1));
    }
    let on = "first_date <= \"2023-09-01\" AND last_date >= \"2023-09-01\"";
    for (region, filter, due) in [
        ("", "", "c b a"),
        ("330400", "", "b a"),
        ("330402", "", "a"),
        ("330000", on, "c a"),
        ("", "delegate = \"regions/330400\"", "c b"),
        ("", "region = \"regions/330402\"", "a"),
        ("", "level = CITY", "c"),
    ] {
        let request = v1::ListReviewDelegationsRequest {
            region: crate::support::records::named("regions", region),
            filter: filter.to_owned(),
            ..Default::default()
        };
        let listed = told(delegations.list_review_delegations(request).await).review_delegations;
        let ids: Vec<_> = listed.iter().map(|one| one.name.rsplit('/').next().unwrap()).collect();
        assert_eq!(ids.join(" "), due, "{region} {filter}");
    }
}

#[tokio::test]
async fn a_deleted_delegation_comes_back_and_holds_what_it_names_while_it_lives() {
    let server = Server::seeded().await;
    let mut delegations = server.review_delegations();
    let created = create(&mut delegations, "d-1", county()).await;
    let name = "organisations/jx-eit".to_owned();
    let office = v1::DeleteOrganisationRequest { name, ..Default::default() };
    let in_use = refused(server.reference().delete_organisation(office.clone()).await);
    assert_eq!(in_use, (Code::FailedPrecondition, "RECORD_IN_USE"));
    let name = created.name.clone();
    let delete = v1::DeleteReviewDelegationRequest { name, ..Default::default() };
    told(delegations.delete_review_delegation(delete).await);
    let gone = update(&created.name, until(8, 31));
    let gone = refused(delegations.update_review_delegation(gone).await);
    assert_eq!(gone, (Code::FailedPrecondition, "RECORD_DELETED"));
    told(server.reference().delete_organisation(office).await);
    let name = created.name.clone();
    let undelete = v1::UndeleteReviewDelegationRequest { name, ..Default::default() };
    let dead = refused(delegations.undelete_review_delegation(undelete.clone()).await);
    assert_eq!(dead, (Code::FailedPrecondition, "RECORD_DELETED"));
    let name = "organisations/jx-eit".to_owned();
    let office = v1::UndeleteOrganisationRequest { name, ..Default::default() };
    told(server.reference().undelete_organisation(office).await);
    let back = told(delegations.undelete_review_delegation(undelete).await);
    assert_eq!(back.delete_time, None);
}
