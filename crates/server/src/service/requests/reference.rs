//! The requests of reference data.

use outlay_proto::v1;
use prost_types::FieldMask;

use super::{Create, Fresh, Get, List, Mutation, Named, Paged, Tagged, Update};
use crate::service::noun::Resource;
use crate::service::reference::{cluster, indicator, industry, organisation, policy, region};

standard!(
    region::Regions,
    Region,
    region,
    region_id,
    regions,
    CreateRegionRequest,
    GetRegionRequest,
    ListRegionsRequest,
    ListRegionsResponse,
    UpdateRegionRequest,
    DeleteRegionRequest,
    UndeleteRegionRequest,
    region,
    as_of,
    show_invalid
);
standard!(
    industry::Industries,
    Industry,
    industry,
    industry_id,
    industries,
    CreateIndustryRequest,
    GetIndustryRequest,
    ListIndustriesRequest,
    ListIndustriesResponse,
    UpdateIndustryRequest,
    DeleteIndustryRequest,
    UndeleteIndustryRequest
);
standard!(
    cluster::Clusters,
    Cluster,
    cluster,
    cluster_id,
    clusters,
    CreateClusterRequest,
    GetClusterRequest,
    ListClustersRequest,
    ListClustersResponse,
    UpdateClusterRequest,
    DeleteClusterRequest,
    UndeleteClusterRequest
);
standard!(
    organisation::Organisations,
    Organisation,
    organisation,
    organisation_id,
    organisations,
    CreateOrganisationRequest,
    GetOrganisationRequest,
    ListOrganisationsRequest,
    ListOrganisationsResponse,
    UpdateOrganisationRequest,
    DeleteOrganisationRequest,
    UndeleteOrganisationRequest
);
standard!(
    policy::Policies,
    Policy,
    policy,
    policy_id,
    policies,
    CreatePolicyRequest,
    GetPolicyRequest,
    ListPoliciesRequest,
    ListPoliciesResponse,
    UpdatePolicyRequest,
    DeletePolicyRequest,
    UndeletePolicyRequest
);
standard!(
    indicator::Indicators,
    Indicator,
    indicator,
    indicator_id,
    indicators,
    CreateIndicatorRequest,
    GetIndicatorRequest,
    ListIndicatorsRequest,
    ListIndicatorsResponse,
    UpdateIndicatorRequest,
    DeleteIndicatorRequest,
    UndeleteIndicatorRequest
);
tagged!(MoveRegionRequest MergeRegionsRequest SplitRegionRequest);
named!(region::Regions: MoveRegionRequest MergeRegionsRequest SplitRegionRequest;);
paged!(ListReferenceHistoryRequest);
