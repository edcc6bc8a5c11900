//! Bad input: each has its own reason, and nothing changes.

use outlay_proto::v1;
use tonic::Code;

use super::{create, creation, observation, publication, rebasing, target, value, with_one};
use crate::support::records::{date, indicator, mask, named};
use crate::support::{Server, refused, told};

#[tokio::test]
async fn a_period_that_is_none_is_refused() {
    let server = Server::seeded().await;
    let mut statistics = server.statistics();
    let revision = server.revision().await;
    for (period, reason) in [
        ("2022-13", "FIELD_OUT_OF_RANGE"),
        ("2022-01", "PERIOD_INVALID"),
        ("2022-02/2022-05", "PERIOD_INVALID"),
        ("2021-11/2022-03", "PERIOD_INVALID"),
        ("2022H3", "FIELD_FORMAT"),
        ("first half of 2022", "FIELD_TOO_LONG"),
        ("", "FIELD_REQUIRED"),
        ("2024", "PERIOD_NOT_OVER"),
        ("2023-08", "PERIOD_NOT_OVER"),
    ] {
        let answer = refused(
            statistics.create_observation(creation(observation("330400", period, "1"))).await,
        );
        assert_eq!(answer, (Code::InvalidArgument, "FIELDS_INVALID"));
        answer.names_fields(&[("observation.period", reason)]);
    }
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn a_value_that_is_no_number_or_too_large_is_refused() {
    let server = Server::seeded().await;
    let mut statistics = server.statistics();
    let revision = server.revision().await;
    for (text, reason) in [
        ("", "FIELD_REQUIRED"),
        ("290.3亿", "FIELD_FORMAT"),
        ("NaN", "FIELD_FORMAT"),
        ("1e9", "FIELD_FORMAT"),
        ("1.0000001", "FIELD_FORMAT"),
        ("100000000000000000.01", "FIELD_OUT_OF_RANGE"),
        ("-100000000000000001", "FIELD_OUT_OF_RANGE"),
    ] {
        let answer = refused(
            statistics.create_observation(creation(observation("330400", "2022", text))).await,
        );
        answer.has_fields(&[("observation.published_value.value", reason)]);
    }
    assert_eq!(server.revision().await, revision);
    let most = create(&mut statistics, observation("330400", "2022", "-100000000000000000")).await;
    assert_eq!(most.published_value.unwrap().value, "-100000000000000000");
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_observation_is_told_at_once() {
    let server = Server::seeded().await;
    let revision = server.revision().await;
    let given = v1::Observation {
        region: "regions/999999".to_owned(),
        indicator: "indicators/none".to_owned(),
        published_value: Some(v1::PublishedValue {
            growth: "24.1%".to_owned(),
            status: 9,
            publish_date: date(2023, 13, 1),
            source: Some(v1::ObservationSource {
                issuer: "organisations/nobody".to_owned(),
                uri: "ftp://example.org".to_owned(),
                ..Default::default()
            }),
            ..value("1")
        }),
        ..observation("", "2022", "")
    };
    let answer = refused(server.statistics().create_observation(creation(given)).await);
    answer.has_fields(&[
        ("observation.region", "REFERENCE_UNKNOWN"),
        ("observation.indicator", "REFERENCE_UNKNOWN"),
        ("observation.published_value.growth", "FIELD_FORMAT"),
        ("observation.published_value.status", "FIELD_ENUM_UNKNOWN"),
        ("observation.published_value.publish_date.month", "FIELD_OUT_OF_RANGE"),
        ("observation.published_value.source.issuer", "REFERENCE_UNKNOWN"),
        ("observation.published_value.source.uri", "FIELD_FORMAT"),
    ]);
    let nothing = v1::Observation::default();
    refused(server.statistics().create_observation(creation(nothing)).await).has_fields(&[
        ("observation.region", "FIELD_REQUIRED"),
        ("observation.indicator", "FIELD_REQUIRED"),
        ("observation.period", "FIELD_REQUIRED"),
        ("observation.published_value", "FIELD_REQUIRED"),
    ]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn a_publication_and_a_base_are_checked_whole() {
    let (server, name) = with_one().await;
    let mut statistics = server.statistics();
    let revision = server.revision().await;
    let nothing = v1::PublishObservationRequest { name: name.clone(), ..Default::default() };
    refused(statistics.publish_observation(nothing).await)
        .has_fields(&[("published_value", "FIELD_REQUIRED")]);
    let mut wrong = publication(&name, "x");
    wrong.published_value.as_mut().unwrap().publish_date = date(2022, 6, 1);
    refused(statistics.publish_observation(wrong).await)
        .has_fields(&[("published_value.value", "FIELD_FORMAT")]);
    for (publish_date, reason) in
        [(date(2022, 6, 30), "DATE_ORDER"), (date(2023, 7, 29), "FIELD_OUT_OF_RANGE")]
    {
        let mut wrong = publication(&name, "2");
        wrong.published_value.as_mut().unwrap().publish_date = publish_date;
        refused(statistics.publish_observation(wrong).await)
            .has_fields(&[("published_value.publish_date", reason)]);
    }
    let nothing = v1::RebaseObservationRequest { name: name.clone(), ..Default::default() };
    refused(statistics.rebase_observation(nothing).await).has_fields(&[
        ("value", "FIELD_REQUIRED"),
        ("applies_from", "FIELD_REQUIRED"),
        ("reason", "FIELD_REQUIRED"),
        ("author", "FIELD_REQUIRED"),
    ]);
    for (applies_from, reason) in
        [("2023-13", "FIELD_FORMAT"), ("2022-06", "DATE_ORDER"), ("1800-06", "FIELD_OUT_OF_RANGE")]
    {
        let applies_from = applies_from.to_owned();
        let wrong = v1::RebaseObservationRequest { applies_from, ..rebasing(&name, "1") };
        refused(statistics.rebase_observation(wrong).await).has_fields(&[("applies_from", reason)]);
    }
    let absent = publication("observations/none", "1");
    let answer = refused(statistics.publish_observation(absent).await);
    assert_eq!(answer, (Code::NotFound, "RECORD_NOT_FOUND"));
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn an_id_that_would_be_too_long_is_refused() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    let code = "a".repeat(36);
    let request = v1::CreateIndicatorRequest {
        indicator: Some(indicator(&code, "长", "")),
        ..Default::default()
    };
    told(reference.create_indicator(request).await);
    let region = "33040200100123456789";
    let request = v1::CreateRegionRequest {
        region: Some(crate::support::records::county(region, "330402")),
        ..Default::default()
    };
    told(reference.create_region(request).await);
    let given = v1::Observation {
        indicator: named("indicators", &code),
        ..observation(region, "2022-01/2022-05", "1")
    };
    let answer = refused(server.statistics().create_observation(creation(given)).await);
    answer.has_fields(&[("observation.indicator", "FIELD_TOO_LONG")]);
}

#[tokio::test]
async fn a_target_is_checked_whole() {
    let server = Server::seeded().await;
    let mut statistics = server.statistics();
    let revision = server.revision().await;
    let given = v1::Target {
        region: "regions/999999".to_owned(),
        year: 23,
        value: "many".to_owned(),
        growth: "15%".to_owned(),
        policy: "policies/none".to_owned(),
        ..target("", 0)
    };
    let request = v1::CreateTargetRequest { target: Some(given), ..Default::default() };
    refused(statistics.create_target(request).await).has_fields(&[
        ("target.region", "REFERENCE_UNKNOWN"),
        ("target.year", "FIELD_OUT_OF_RANGE"),
        ("target.value", "FIELD_FORMAT"),
        ("target.growth", "FIELD_FORMAT"),
        ("target.policy", "REFERENCE_UNKNOWN"),
    ]);
    let neither = v1::Target { growth: String::new(), ..target("330400", 2023) };
    let request = v1::CreateTargetRequest { target: Some(neither), ..Default::default() };
    refused(statistics.create_target(request).await)
        .has_fields(&[("target.value", "FIELD_REQUIRED")]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn a_share_is_never_of_itself_in_a_circle() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    let revision = server.revision().await;
    let own = v1::CreateIndicatorRequest {
        indicator: Some(indicator("own", "自己", "own")),
        ..Default::default()
    };
    let answer = refused(reference.create_indicator(own).await);
    assert_eq!(answer.fields[0].0, "indicator.share_of");
    let given = v1::Indicator {
        name: "indicators/fixed-asset-investment".to_owned(),
        share_of: "indicators/manufacturing-investment".to_owned(),
        ..Default::default()
    };
    let update = v1::UpdateIndicatorRequest {
        indicator: Some(given),
        update_mask: mask(&["share_of"]),
        ..Default::default()
    };
    refused(reference.update_indicator(update).await)
        .has_fields(&[("indicator.share_of", "TREE_CYCLE")]);
    let upper = v1::CreateIndicatorRequest {
        indicator: Some(indicator("Upper", "大写", "none")),
        ..Default::default()
    };
    refused(reference.create_indicator(upper).await).has_fields(&[
        ("indicator.code", "FIELD_FORMAT"),
        ("indicator.share_of", "REFERENCE_UNKNOWN"),
    ]);
    assert_eq!(server.revision().await, revision);
}

#[tokio::test]
async fn an_indicator_that_figures_name_is_not_deleted() {
    let (server, name) = with_one().await;
    let mut reference = server.reference();
    let delete = v1::DeleteIndicatorRequest {
        name: "indicators/manufacturing-investment".to_owned(),
        ..Default::default()
    };
    let used = refused(reference.delete_indicator(delete.clone()).await);
    assert_eq!(used, (Code::FailedPrecondition, "RECORD_IN_USE"));
    let mut statistics = server.statistics();
    let gone = v1::DeleteObservationRequest { name: name.clone(), ..Default::default() };
    told(statistics.delete_observation(gone).await);
    told(reference.delete_indicator(delete).await);
    refused(statistics.create_observation(creation(observation("330400", "2021", "1"))).await)
        .has_fields(&[("observation.indicator", "REFERENCE_UNKNOWN")]);
    let back = v1::UndeleteObservationRequest { name, ..Default::default() };
    let early = refused(statistics.undelete_observation(back).await);
    assert_eq!(early, (Code::FailedPrecondition, "RECORD_DELETED"));
}
