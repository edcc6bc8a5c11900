//! The life of an observation: created, published again, rebased, deleted,
//! brought back, and remembered.

use outlay_proto::v1;
use tonic::Code;

use super::{create, creation, get, observation, publication, rebasing, value, with_one};
use crate::support::records::{date, request_id};
use crate::support::{NOW_MICROS, Server, refused, told};

#[tokio::test]
async fn its_id_follows_from_what_it_is_of_and_its_period_has_one_form() {
    let server = Server::seeded().await;
    let mut statistics = server.statistics();
    let cases = [
        ("2022-01/2022-06", "2022H1", "2022h1"),
        ("2022-02", "2022-02", "2022-02"),
        ("2022-01/2022-05", "2022-01/2022-05", "2022-01-2022-05"),
        ("2022", "2022", "2022"),
    ];
    for (period, shown, id) in cases {
        let made = create(&mut statistics, observation("330400", period, "1.50")).await;
        let due = format!("observations/330400-manufacturing-investment-{id}");
        assert_eq!((made.name.as_str(), made.period.as_str()), (due.as_str(), shown));
        assert_eq!(made.published_value.as_ref().unwrap().value, "1.5");
        assert_eq!(get(&mut statistics, &due).await, made);
    }
    let request = v1::CreateObservationRequest {
        observation_id: "another".to_owned(),
        ..creation(observation("330400", "2021", "1"))
    };
    refused(statistics.create_observation(request).await)
        .has_fields(&[("observation_id", "FIELD_CONTRADICTION")]);
}

#[tokio::test]
async fn a_second_one_is_refused_with_the_advice_to_publish() {
    let (server, name) = with_one().await;
    let revision = server.revision().await;
    // The same half-year, written otherwise.
    let again = creation(observation("330400", "2022-01/2022-06", "7"));
    let answer = refused(server.statistics().create_observation(again).await);
    assert_eq!(answer, (Code::AlreadyExists, "RECORD_EXISTS"));
    assert!(answer.message.contains(&name) && answer.message.contains("PublishObservation"));
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn every_value_that_was_published_stays_and_the_newest_counts() {
    let (server, name) = with_one().await;
    let mut statistics = server.statistics();
    let first = get(&mut statistics, &name).await;
    let last = v1::PublishedValue {
        growth: "0.205".to_owned(),
        status: v1::ObservationStatus::Final.into(),
        publish_date: date(2023, 7, 28),
        source: Some(v1::ObservationSource {
            issuer: "organisations/jx-eit".to_owned(),
            title: "统计年鉴".to_owned(),
            uri: "https://example.org/yearbook".to_owned(),
        }),
        note: "年鉴\n第3页".to_owned(),
        ..value("51520000000")
    };
    let request = v1::PublishObservationRequest {
        published_value: Some(last.clone()),
        etag: first.etag.clone(),
        request_id: request_id(),
        ..publication(&name, "")
    };
    let published = told(statistics.publish_observation(request.clone()).await);
    assert_eq!(published.published_value.as_ref(), Some(&last));
    let due = [first.published_values[0].clone(), last.clone()];
    assert_eq!(published.published_values, due);
    assert_eq!(told(statistics.publish_observation(request.clone()).await), published);
    let stale = v1::PublishObservationRequest { request_id: String::new(), ..request };
    let answer = refused(statistics.publish_observation(stale.clone()).await);
    assert_eq!(answer, (Code::Aborted, "ETAG_MISMATCH"));

    // Said once more it is no other value, and nothing is written.
    let revision = server.revision().await;
    let again = v1::PublishObservationRequest { etag: String::new(), ..stale };
    assert_eq!(told(statistics.publish_observation(again).await), published);
    assert_eq!(server.revision().await, revision);
    let tried = v1::PublishObservationRequest { validate_only: true, ..publication(&name, "5") };
    let early = refused(statistics.publish_observation(tried).await);
    early.has_fields(&[("published_value.publish_date", "DATE_ORDER")]);
}

#[tokio::test]
async fn a_comparable_base_stands_beside_the_value() {
    let (server, name) = with_one().await;
    let mut statistics = server.statistics();
    let first = get(&mut statistics, &name).await;
    let rebased = told(statistics.rebase_observation(rebasing(&name, "50990000000")).await);
    let base = &rebased.comparable_bases[0];
    assert_eq!(base.value, "50990000000");
    assert_eq!((base.applies_from.as_str(), base.author.as_str()), ("2023-06", "嘉兴市统计局"));
    assert_eq!(base.record_time.unwrap().seconds, NOW_MICROS / 1_000_000);
    assert_eq!(rebased.published_values, first.published_values);
    let again = told(statistics.rebase_observation(rebasing(&name, "50980000000")).await);
    assert_eq!(again.comparable_bases[..1], rebased.comparable_bases);
    assert_eq!(again.comparable_bases.len(), 2);
}

#[tokio::test]
async fn its_history_tells_who_published_what() {
    let (server, name) = with_one().await;
    let mut statistics = server.statistics();
    let created = get(&mut statistics, &name).await;
    let published = told(statistics.publish_observation(publication(&name, "2")).await);
    let rebased = told(statistics.rebase_observation(rebasing(&name, "3")).await);
    let delete = v1::DeleteObservationRequest { name: name.clone(), ..Default::default() };
    let deleted = told(statistics.delete_observation(delete.clone()).await);
    let again = refused(statistics.delete_observation(delete).await);
    assert_eq!(again, (Code::FailedPrecondition, "RECORD_DELETED"));
    let undelete = v1::UndeleteObservationRequest { name: name.clone(), ..Default::default() };
    let back = told(statistics.undelete_observation(undelete).await);
    assert_eq!(back.delete_time, None);

    let request = v1::ListObservationHistoryRequest { name: name.clone(), ..Default::default() };
    let versions = told(statistics.list_observation_history(request).await).versions;
    let changed = versions[3].change.as_ref().unwrap();
    assert_eq!(changed.changed_fields, ["published_value", "published_values"]);
    assert!(changed.method.ends_with("PublishObservation"), "{changed:?}");
    let after: Vec<_> = versions.into_iter().map(|version| version.after.unwrap()).collect();
    assert_eq!(after, [back, deleted, rebased, published, created.clone()]);
    let then = v1::GetObservationRequest { name, revision: created.revision, ..Default::default() };
    assert_eq!(told(statistics.get_observation(then).await), created);
}

#[tokio::test]
async fn what_is_deleted_takes_no_value_and_no_base() {
    let (server, name) = with_one().await;
    let mut statistics = server.statistics();
    let delete = v1::DeleteObservationRequest { name: name.clone(), ..Default::default() };
    told(statistics.delete_observation(delete).await);
    let revision = server.revision().await;
    let due = (Code::FailedPrecondition, "RECORD_DELETED");
    assert_eq!(refused(statistics.publish_observation(publication(&name, "2")).await), due);
    assert_eq!(refused(statistics.rebase_observation(rebasing(&name, "2")).await), due);
    let taken = refused(
        statistics.create_observation(creation(observation("330400", "2022H1", "1"))).await,
    );
    assert_eq!(taken, (Code::AlreadyExists, "RECORD_EXISTS"));
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn of_values_published_at_once_all_are_kept() {
    let (server, name) = with_one().await;
    let tries = (0..8).map(|number| {
        let mut statistics = server.statistics();
        let request = publication(&name, &number.to_string());
        tokio::spawn(async move { statistics.publish_observation(request).await })
    });
    for attempt in tries.collect::<Vec<_>>() {
        told(attempt.await.unwrap());
    }
    let kept = get(&mut server.statistics(), &name).await;
    assert_eq!(kept.published_values.len(), 9);
}
