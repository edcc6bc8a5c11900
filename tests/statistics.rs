//! Official statistics, over the wire.

#![cfg(test)]

mod bad;
mod boundaries;
mod editions;
mod example;
mod limits;
mod lists;
mod observations;
mod official;
mod projects;
pub(crate) mod query;
mod random;
mod refusals;
mod targets;

use outlay_proto::v1;

use crate::support::records::{date, named};
use crate::support::{Server, Statistics, told};

/// The indicator of most tests.
pub(crate) const MANUFACTURING: &str = "manufacturing-investment";

/// A value that is right for a period of 2022 or before.
pub(crate) fn value(text: &str) -> v1::PublishedValue {
    v1::PublishedValue {
        value: text.to_owned(),
        publish_date: date(2023, 1, 18),
        status: v1::ObservationStatus::Preliminary.into(),
        ..Default::default()
    }
}

/// An observation of the seeded server.
pub(crate) fn observation(region: &str, period: &str, text: &str) -> v1::Observation {
    v1::Observation {
        region: named("regions", region),
        indicator: named("indicators", MANUFACTURING),
        period: period.to_owned(),
        published_value: Some(value(text)),
        ..Default::default()
    }
}

pub(crate) fn creation(given: v1::Observation) -> v1::CreateObservationRequest {
    v1::CreateObservationRequest { observation: Some(given), ..Default::default() }
}

pub(crate) async fn create(statistics: &mut Statistics, given: v1::Observation) -> v1::Observation {
    told(statistics.create_observation(creation(given)).await)
}

pub(crate) async fn get(statistics: &mut Statistics, name: &str) -> v1::Observation {
    let request = v1::GetObservationRequest { name: name.to_owned(), ..Default::default() };
    told(statistics.get_observation(request).await)
}

/// A value to be published for an observation.
pub(crate) fn publication(name: &str, text: &str) -> v1::PublishObservationRequest {
    v1::PublishObservationRequest {
        name: name.to_owned(),
        published_value: Some(value(text)),
        ..Default::default()
    }
}

/// A comparable base for an observation of 2022.
pub(crate) fn rebasing(name: &str, text: &str) -> v1::RebaseObservationRequest {
    v1::RebaseObservationRequest {
        name: name.to_owned(),
        value: text.to_owned(),
        applies_from: "2023-06".to_owned(),
        reason: "口径调整".to_owned(),
        author: "嘉兴市统计局".to_owned(),
        ..Default::default()
    }
}

/// A target of the seeded server.
pub(crate) fn target(region: &str, year: i32) -> v1::Target {
    v1::Target {
        region: named("regions", region),
        indicator: named("indicators", MANUFACTURING),
        year,
        growth: "0.15".to_owned(),
        ..Default::default()
    }
}

pub(crate) async fn create_target(statistics: &mut Statistics, given: v1::Target) -> v1::Target {
    let request = v1::CreateTargetRequest { target: Some(given), ..Default::default() };
    told(statistics.create_target(request).await)
}

/// A server with one observation, and its name.
pub(crate) async fn with_one() -> (Server, String) {
    let server = Server::seeded().await;
    let given = observation("330400", "2022H1", "51480000000");
    let made = create(&mut server.statistics(), given).await;
    (server, made.name)
}
