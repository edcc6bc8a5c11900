//! Which requests each noun has.

use outlay_proto::v1;
use prost_types::FieldMask;

use super::{Create, Fresh, Get, List, Mutation, Named, Paged, Tagged, Update};
use crate::service::noun::{Noun, Resource};
use crate::service::search::Search;
use crate::service::{meeting, project, reference, report};

standard!(
    project::Projects,
    Project,
    project,
    project_id,
    projects,
    CreateProjectRequest,
    GetProjectRequest,
    ListProjectsRequest,
    ListProjectsResponse,
    UpdateProjectRequest,
    DeleteProjectRequest,
    UndeleteProjectRequest,
    region,
    as_of
);
standard!(
    meeting::Meetings,
    Meeting,
    meeting,
    meeting_id,
    meetings,
    CreateMeetingRequest,
    GetMeetingRequest,
    ListMeetingsRequest,
    ListMeetingsResponse,
    UpdateMeetingRequest,
    DeleteMeetingRequest,
    UndeleteMeetingRequest,
    region,
    as_of
);
standard!(
    reference::region::Regions,
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
    reference::industry::Industries,
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
    reference::cluster::Clusters,
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
    reference::organisation::Organisations,
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
    reference::policy::Policies,
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
    report::Reports,
    Report,
    report,
    report_id,
    reports,
    CreateReportRequest,
    GetReportRequest,
    ListReportsRequest,
    ListReportsResponse,
    UpdateReportRequest,
    DeleteReportRequest,
    UndeleteReportRequest,
    region,
    as_of
);

tagged!(
    SubmitReportRequest AcceptReportRequest ReturnReportRequest ReopenReportRequest
    CorrectReportRequest MoveRegionRequest MergeRegionsRequest SplitRegionRequest
    AdvanceProjectRequest RevertProjectRequest SuspendProjectRequest ResumeProjectRequest
    TerminateProjectRequest MergeProjectRequest ScheduleMeetingRequest StartMeetingRequest CloseMeetingRequest
    CancelMeetingRequest
);
named!(
    report::Reports: SubmitReportRequest AcceptReportRequest ReturnReportRequest
        ReopenReportRequest CorrectReportRequest ListReportHistoryRequest;
    reference::region::Regions: MoveRegionRequest MergeRegionsRequest SplitRegionRequest;
    project::Projects: AdvanceProjectRequest RevertProjectRequest SuspendProjectRequest
        ResumeProjectRequest TerminateProjectRequest MergeProjectRequest
        ListProjectHistoryRequest;
    meeting::Meetings: ScheduleMeetingRequest StartMeetingRequest CloseMeetingRequest
        CancelMeetingRequest ListMeetingHistoryRequest;
);
mutations!(ReassignProjectsRequest BatchAcceptReportsRequest BatchReturnReportsRequest);
search!(project::Projects, project, SearchProjectsRequest, ProjectResult, SearchProjectsResponse);
search!(meeting::Meetings, meeting, SearchMeetingsRequest, MeetingResult, SearchMeetingsResponse);
fresh!(GetReviewBacklogRequest BatchGetProjectsRequest GetStoreInfoRequest);
paged!(ListReportHistoryRequest SearchDuplicateProjectsRequest ListProjectHistoryRequest ListMeetingHistoryRequest ListReferenceHistoryRequest);
