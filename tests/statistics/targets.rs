//! Targets, over the wire.

use outlay_proto::v1;
use tonic::Code;

use super::{create_target, target};
use crate::support::records::{mask, request_id};
use crate::support::{Server, refused, told};

#[tokio::test]
async fn a_target_lives() {
    let server = Server::seeded().await;
    let mut statistics = server.statistics();
    let request = v1::CreateTargetRequest {
        target: Some(target("330400", 2023)),
        request_id: request_id(),
        ..Default::default()
    };
    let created = told(statistics.create_target(request.clone()).await);
    assert_eq!(created.name, "targets/330400-manufacturing-investment-2023");
    assert_eq!(told(statistics.create_target(request.clone()).await), created);
    let again = v1::CreateTargetRequest { request_id: String::new(), ..request };
    let taken = refused(statistics.create_target(again).await);
    assert_eq!(taken, (Code::AlreadyExists, "RECORD_EXISTS"));
    let name = created.name.clone();

    let given = v1::Target {
        name: name.clone(),
        etag: created.etag.clone(),
        value: "120000000000.00".to_owned(),
        policy: "policies/415x".to_owned(),
        ..Default::default()
    };
    let update = v1::UpdateTargetRequest { target: Some(given), ..Default::default() };
    let updated = told(statistics.update_target(update.clone()).await);
    assert_eq!((updated.value.as_str(), updated.growth.as_str()), ("120000000000", "0.15"));
    let stale = refused(statistics.update_target(update).await);
    assert_eq!(stale, (Code::Aborted, "ETAG_MISMATCH"));

    let delete = v1::DeleteTargetRequest { name: name.clone(), ..Default::default() };
    let deleted = told(statistics.delete_target(delete).await);
    let undelete = v1::UndeleteTargetRequest { name: name.clone(), ..Default::default() };
    let back = told(statistics.undelete_target(undelete).await);
    let request = v1::ListTargetHistoryRequest { name: name.clone(), ..Default::default() };
    let versions = told(statistics.list_target_history(request).await).versions;
    let after: Vec<_> = versions.into_iter().map(|version| version.after.unwrap()).collect();
    assert_eq!(after, [back.clone(), deleted, updated, created]);
    let get = v1::GetTargetRequest { name, ..Default::default() };
    assert_eq!(told(statistics.get_target(get).await), back);
}

#[tokio::test]
async fn what_a_target_is_of_never_changes_and_something_must_be_left_of_it() {
    let server = Server::seeded().await;
    let mut statistics = server.statistics();
    let created = create_target(&mut statistics, target("330400", 2023)).await;
    let revision = server.revision().await;
    let mut update = async |given: v1::Target, paths: &[&str]| {
        let given = v1::Target { name: created.name.clone(), ..given };
        let request = v1::UpdateTargetRequest {
            target: Some(given),
            update_mask: mask(paths),
            ..Default::default()
        };
        refused(statistics.update_target(request).await)
    };
    let other = v1::Target {
        region: "regions/330100".to_owned(),
        indicator: "indicators/fixed-asset-investment".to_owned(),
        year: 2024,
        ..Default::default()
    };
    update(other, &["region", "indicator", "year"]).await.has_fields(&[
        ("target.region", "FIELD_IMMUTABLE"),
        ("target.indicator", "FIELD_IMMUTABLE"),
        ("target.year", "FIELD_IMMUTABLE"),
    ]);
    update(v1::Target::default(), &["growth"])
        .await
        .has_fields(&[("target.value", "FIELD_REQUIRED")]);
    assert_eq!(server.revision().await, revision);
}
