//! `ReferenceService`: regions, industries, clusters, organisations, policies,
//! indicators.

pub(super) mod cluster;
mod import;
pub(super) mod indicator;
pub(super) mod industry;
pub(super) mod organisation;
pub(super) mod policy;
mod reform;
pub(super) mod region;

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record;
use outlay_proto::v1::reference_service_server::ReferenceService;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::admit;
use super::history::{self, Page};
use super::import::run;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, reply};
use super::status::status;
use crate::domain::kind::{self, Kind};
use crate::error::{Error, Result};
use crate::store::index::{self, Index};
use crate::store::key;
use crate::store::list::Plan;
use import::References;

/// All records of a kind, by id.
pub(super) fn by_id(kind: Kind, query: &Query<'_>) -> Plan {
    Plan { ranges: vec![key::records(kind)], order_len: 0, direction: query.direction }
}

/// All entries of an index of creations.
pub(super) fn by_creation(index: Index, query: &Query<'_>) -> Plan {
    let flags = query.deleted_flags().iter();
    let ranges = flags.map(|deleted| index::range(index, *deleted, &[])).collect();
    Plan { ranges, order_len: 8, direction: query.direction }
}

#[tonic::async_trait]
impl ReferenceService for Standard {
    async fn create_region(&self, request: Request<v1::CreateRegionRequest>) -> Reply<v1::Region> {
        self.create(request).await
    }

    async fn get_region(&self, request: Request<v1::GetRegionRequest>) -> Reply<v1::Region> {
        self.get(request).await
    }

    async fn list_regions(
        &self,
        request: Request<v1::ListRegionsRequest>,
    ) -> Reply<v1::ListRegionsResponse> {
        self.list(request).await
    }

    async fn update_region(&self, request: Request<v1::UpdateRegionRequest>) -> Reply<v1::Region> {
        self.update(request).await
    }

    async fn delete_region(&self, request: Request<v1::DeleteRegionRequest>) -> Reply<v1::Region> {
        self.delete(request).await
    }

    async fn undelete_region(
        &self,
        request: Request<v1::UndeleteRegionRequest>,
    ) -> Reply<v1::Region> {
        self.undelete(request).await
    }

    async fn move_region(&self, request: Request<v1::MoveRegionRequest>) -> Reply<v1::Region> {
        reply(reform::move_region(self, request).await)
    }

    async fn merge_regions(&self, request: Request<v1::MergeRegionsRequest>) -> Reply<v1::Region> {
        reply(reform::merge_regions(self, request).await)
    }

    async fn split_region(&self, request: Request<v1::SplitRegionRequest>) -> Reply<v1::Region> {
        reply(reform::split_region(self, request).await)
    }

    async fn create_industry(
        &self,
        request: Request<v1::CreateIndustryRequest>,
    ) -> Reply<v1::Industry> {
        self.create(request).await
    }

    async fn get_industry(&self, request: Request<v1::GetIndustryRequest>) -> Reply<v1::Industry> {
        self.get(request).await
    }

    async fn list_industries(
        &self,
        request: Request<v1::ListIndustriesRequest>,
    ) -> Reply<v1::ListIndustriesResponse> {
        self.list(request).await
    }

    async fn update_industry(
        &self,
        request: Request<v1::UpdateIndustryRequest>,
    ) -> Reply<v1::Industry> {
        self.update(request).await
    }

    async fn delete_industry(
        &self,
        request: Request<v1::DeleteIndustryRequest>,
    ) -> Reply<v1::Industry> {
        self.delete(request).await
    }

    async fn undelete_industry(
        &self,
        request: Request<v1::UndeleteIndustryRequest>,
    ) -> Reply<v1::Industry> {
        self.undelete(request).await
    }

    async fn create_cluster(
        &self,
        request: Request<v1::CreateClusterRequest>,
    ) -> Reply<v1::Cluster> {
        self.create(request).await
    }

    async fn get_cluster(&self, request: Request<v1::GetClusterRequest>) -> Reply<v1::Cluster> {
        self.get(request).await
    }

    async fn list_clusters(
        &self,
        request: Request<v1::ListClustersRequest>,
    ) -> Reply<v1::ListClustersResponse> {
        self.list(request).await
    }

    async fn update_cluster(
        &self,
        request: Request<v1::UpdateClusterRequest>,
    ) -> Reply<v1::Cluster> {
        self.update(request).await
    }

    async fn delete_cluster(
        &self,
        request: Request<v1::DeleteClusterRequest>,
    ) -> Reply<v1::Cluster> {
        self.delete(request).await
    }

    async fn undelete_cluster(
        &self,
        request: Request<v1::UndeleteClusterRequest>,
    ) -> Reply<v1::Cluster> {
        self.undelete(request).await
    }

    async fn create_organisation(
        &self,
        request: Request<v1::CreateOrganisationRequest>,
    ) -> Reply<v1::Organisation> {
        self.create(request).await
    }

    async fn get_organisation(
        &self,
        request: Request<v1::GetOrganisationRequest>,
    ) -> Reply<v1::Organisation> {
        self.get(request).await
    }

    async fn list_organisations(
        &self,
        request: Request<v1::ListOrganisationsRequest>,
    ) -> Reply<v1::ListOrganisationsResponse> {
        self.list(request).await
    }

    async fn update_organisation(
        &self,
        request: Request<v1::UpdateOrganisationRequest>,
    ) -> Reply<v1::Organisation> {
        self.update(request).await
    }

    async fn delete_organisation(
        &self,
        request: Request<v1::DeleteOrganisationRequest>,
    ) -> Reply<v1::Organisation> {
        self.delete(request).await
    }

    async fn undelete_organisation(
        &self,
        request: Request<v1::UndeleteOrganisationRequest>,
    ) -> Reply<v1::Organisation> {
        self.undelete(request).await
    }

    async fn create_policy(&self, request: Request<v1::CreatePolicyRequest>) -> Reply<v1::Policy> {
        self.create(request).await
    }

    async fn get_policy(&self, request: Request<v1::GetPolicyRequest>) -> Reply<v1::Policy> {
        self.get(request).await
    }

    async fn list_policies(
        &self,
        request: Request<v1::ListPoliciesRequest>,
    ) -> Reply<v1::ListPoliciesResponse> {
        self.list(request).await
    }

    async fn update_policy(&self, request: Request<v1::UpdatePolicyRequest>) -> Reply<v1::Policy> {
        self.update(request).await
    }

    async fn delete_policy(&self, request: Request<v1::DeletePolicyRequest>) -> Reply<v1::Policy> {
        self.delete(request).await
    }

    async fn undelete_policy(
        &self,
        request: Request<v1::UndeletePolicyRequest>,
    ) -> Reply<v1::Policy> {
        self.undelete(request).await
    }

    async fn create_indicator(
        &self,
        request: Request<v1::CreateIndicatorRequest>,
    ) -> Reply<v1::Indicator> {
        self.create(request).await
    }

    async fn get_indicator(
        &self,
        request: Request<v1::GetIndicatorRequest>,
    ) -> Reply<v1::Indicator> {
        self.get(request).await
    }

    async fn list_indicators(
        &self,
        request: Request<v1::ListIndicatorsRequest>,
    ) -> Reply<v1::ListIndicatorsResponse> {
        self.list(request).await
    }

    async fn update_indicator(
        &self,
        request: Request<v1::UpdateIndicatorRequest>,
    ) -> Reply<v1::Indicator> {
        self.update(request).await
    }

    async fn delete_indicator(
        &self,
        request: Request<v1::DeleteIndicatorRequest>,
    ) -> Reply<v1::Indicator> {
        self.delete(request).await
    }

    async fn undelete_indicator(
        &self,
        request: Request<v1::UndeleteIndicatorRequest>,
    ) -> Reply<v1::Indicator> {
        self.undelete(request).await
    }

    async fn list_reference_history(
        &self,
        request: Request<v1::ListReferenceHistoryRequest>,
    ) -> Reply<v1::ListReferenceHistoryResponse> {
        reply(list_history(self, request).await)
    }

    type ImportReferencesStream =
        ReceiverStream<std::result::Result<v1::ImportReferencesResponse, Status>>;

    async fn import_references(
        &self,
        request: Request<Streaming<v1::ImportReferencesRequest>>,
    ) -> Reply<Self::ImportReferencesStream> {
        let caller = admit::caller(&request).map_err(status)?;
        let answers = run::<References>(self.clone(), caller, request.into_inner());
        Ok(Response::new(answers))
    }
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListReferenceHistoryRequest>,
) -> Result<v1::ListReferenceHistoryResponse> {
    let (caller, message) = admit::reading(request)?;
    let (kind, _) = kind::parse(&message.name)
        .map_err(|flaw| Error::field("name", flaw.reason, flaw.description))?;
    match kind {
        Kind::Region => {
            let page = history::of::<region::Regions>(standard, &caller, &message, &message.name);
            Ok(shown(page.await?, Record::Region))
        }
        Kind::Industry => {
            let page =
                history::of::<industry::Industries>(standard, &caller, &message, &message.name);
            Ok(shown(page.await?, Record::Industry))
        }
        Kind::Cluster => {
            let page = history::of::<cluster::Clusters>(standard, &caller, &message, &message.name);
            Ok(shown(page.await?, Record::Cluster))
        }
        Kind::Organisation => {
            let page = history::of::<organisation::Organisations>(
                standard,
                &caller,
                &message,
                &message.name,
            );
            Ok(shown(page.await?, Record::Organisation))
        }
        Kind::Policy => {
            let page = history::of::<policy::Policies>(standard, &caller, &message, &message.name);
            Ok(shown(page.await?, Record::Policy))
        }
        Kind::Indicator => {
            let page =
                history::of::<indicator::Indicators>(standard, &caller, &message, &message.name);
            Ok(shown(page.await?, Record::Indicator))
        }
        Kind::Project
        | Kind::Meeting
        | Kind::Report
        | Kind::Observation
        | Kind::Target
        | Kind::Edition
        | Kind::ReportingPeriod
        | Kind::ReviewDelegation
        | Kind::Decision
        | Kind::Action
        | Kind::Minutes
        | Kind::Course
        | Kind::TrainingSession
        | Kind::Enrolment
        | Kind::MeetingSeries
        | Kind::MeetingTemplate => {
            Err(Error::internal("the name was checked to be reference data"))
        }
    }
}

fn shown<N: Noun>(
    page: Page<N>,
    record: impl Fn(N::Wire) -> Record,
) -> v1::ListReferenceHistoryResponse {
    let wrap = |wire| v1::ReferenceRecord { record: Some(record(wire)) };
    let versions = page.versions.into_iter().map(|version| v1::ReferenceVersion {
        change: Some(version.change),
        before: version.before.map(wrap),
        after: Some(wrap(version.after)),
    });
    v1::ListReferenceHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    }
}
