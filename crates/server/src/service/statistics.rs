//! `StatisticsService`: official figures and targets.

pub(super) mod edition;
pub(super) mod observation;
pub(super) mod query;
pub(super) mod target;

use outlay_proto::v1;
use outlay_proto::v1::statistics_service_server::StatisticsService;
use tonic::Request;

use super::history;
use super::noun::Query;
use super::standard::{Reply, Standard, reply};
use crate::domain::kind::{self, Kind};
use crate::error::Result;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use edition::Editions;
use observation::{Observations, edit, publish, rebase};
use target::Targets;

/// The ranges of a list: over all records, or in the same order over those of
/// the regions, or of the indicators, that are asked for.
fn plan(query: &Query<'_>, all: Index, narrow: Option<(Index, Index)>) -> Plan {
    let indicators = || {
        let names = query.filter.one_of("indicator")?;
        let ids = names.iter().filter_map(|name| kind::parse_as(Kind::Indicator, name).ok());
        Some(ids.map(|id| Key::part().text(id.as_str())).collect::<Vec<_>>())
    };
    let (index, by) = match (narrow, &query.regions) {
        (Some((of_region, _)), Some(regions)) => {
            let by = regions.iter().map(|region| Key::part().text(region.as_str()));
            (of_region, by.collect())
        }
        (Some((_, of_indicator)), None) => match indicators() {
            Some(by) => (of_indicator, by),
            None => (all, vec![Key::part()]),
        },
        (None, _) => (all, vec![Key::part()]),
    };
    let mut ranges = Vec::with_capacity(by.len());
    for by in by.into_iter().map(Key::done) {
        let flags = query.deleted_flags().iter();
        ranges.extend(flags.map(|deleted| index::range(index, *deleted, &by)));
    }
    Plan { ranges, order_len: 8, direction: query.direction }
}

#[tonic::async_trait]
impl StatisticsService for Standard {
    async fn query_statistics(
        &self,
        request: Request<v1::QueryStatisticsRequest>,
    ) -> Reply<v1::QueryStatisticsResponse> {
        reply(query::run(self, request).await)
    }

    async fn create_edition(
        &self,
        request: Request<v1::CreateEditionRequest>,
    ) -> Reply<v1::Edition> {
        reply(edition::publish(self, request).await)
    }

    async fn get_edition(&self, request: Request<v1::GetEditionRequest>) -> Reply<v1::Edition> {
        self.get(request).await
    }

    async fn list_editions(
        &self,
        request: Request<v1::ListEditionsRequest>,
    ) -> Reply<v1::ListEditionsResponse> {
        self.list(request).await
    }

    async fn delete_edition(
        &self,
        request: Request<v1::DeleteEditionRequest>,
    ) -> Reply<v1::Edition> {
        self.delete(request).await
    }

    async fn undelete_edition(
        &self,
        request: Request<v1::UndeleteEditionRequest>,
    ) -> Reply<v1::Edition> {
        self.undelete(request).await
    }

    async fn compare_editions(
        &self,
        request: Request<v1::CompareEditionsRequest>,
    ) -> Reply<v1::CompareEditionsResponse> {
        reply(edition::compare(self, request).await)
    }

    async fn list_edition_history(
        &self,
        request: Request<v1::ListEditionHistoryRequest>,
    ) -> Reply<v1::ListEditionHistoryResponse> {
        reply(list_edition_history(self, request).await)
    }

    async fn create_observation(
        &self,
        request: Request<v1::CreateObservationRequest>,
    ) -> Reply<v1::Observation> {
        self.create(request).await
    }

    async fn get_observation(
        &self,
        request: Request<v1::GetObservationRequest>,
    ) -> Reply<v1::Observation> {
        self.get(request).await
    }

    async fn list_observations(
        &self,
        request: Request<v1::ListObservationsRequest>,
    ) -> Reply<v1::ListObservationsResponse> {
        self.list(request).await
    }

    async fn publish_observation(
        &self,
        request: Request<v1::PublishObservationRequest>,
    ) -> Reply<v1::Observation> {
        self.act(request, |message, old, call, v| {
            edit(old, call, v, |observation, (_, today), v| publish(message, observation, today, v))
        })
        .await
    }

    async fn rebase_observation(
        &self,
        request: Request<v1::RebaseObservationRequest>,
    ) -> Reply<v1::Observation> {
        self.act(request, |message, old, call, v| {
            edit(old, call, v, |observation, time, v| rebase(message, observation, time, v))
        })
        .await
    }

    async fn delete_observation(
        &self,
        request: Request<v1::DeleteObservationRequest>,
    ) -> Reply<v1::Observation> {
        self.delete(request).await
    }

    async fn undelete_observation(
        &self,
        request: Request<v1::UndeleteObservationRequest>,
    ) -> Reply<v1::Observation> {
        self.undelete(request).await
    }

    async fn list_observation_history(
        &self,
        request: Request<v1::ListObservationHistoryRequest>,
    ) -> Reply<v1::ListObservationHistoryResponse> {
        reply(observation_history(self, request).await)
    }

    async fn create_target(&self, request: Request<v1::CreateTargetRequest>) -> Reply<v1::Target> {
        self.create(request).await
    }

    async fn get_target(&self, request: Request<v1::GetTargetRequest>) -> Reply<v1::Target> {
        self.get(request).await
    }

    async fn list_targets(
        &self,
        request: Request<v1::ListTargetsRequest>,
    ) -> Reply<v1::ListTargetsResponse> {
        self.list(request).await
    }

    async fn update_target(&self, request: Request<v1::UpdateTargetRequest>) -> Reply<v1::Target> {
        self.update(request).await
    }

    async fn delete_target(&self, request: Request<v1::DeleteTargetRequest>) -> Reply<v1::Target> {
        self.delete(request).await
    }

    async fn undelete_target(
        &self,
        request: Request<v1::UndeleteTargetRequest>,
    ) -> Reply<v1::Target> {
        self.undelete(request).await
    }

    async fn list_target_history(
        &self,
        request: Request<v1::ListTargetHistoryRequest>,
    ) -> Reply<v1::ListTargetHistoryResponse> {
        reply(target_history(self, request).await)
    }
}

async fn observation_history(
    standard: &Standard,
    request: Request<v1::ListObservationHistoryRequest>,
) -> Result<v1::ListObservationHistoryResponse> {
    let page = history::page::<Observations, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::ObservationVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListObservationHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}

async fn target_history(
    standard: &Standard,
    request: Request<v1::ListTargetHistoryRequest>,
) -> Result<v1::ListTargetHistoryResponse> {
    let page = history::page::<Targets, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::TargetVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListTargetHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}

async fn list_edition_history(
    standard: &Standard,
    request: Request<v1::ListEditionHistoryRequest>,
) -> Result<v1::ListEditionHistoryResponse> {
    let page = history::page::<Editions, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::EditionVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListEditionHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
