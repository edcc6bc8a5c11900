//! Which requests each noun has.

use outlay_proto::v1;
use prost_types::FieldMask;

use super::{Create, Fresh, Get, List, Mutation, Named, Paged, Tagged, Update};
use crate::service::noun::{Noun, Resource};
use crate::service::search::Search;
use crate::service::{meeting, minutes, project, report};

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
standard!(
    minutes::MinutesNoun,
    Minutes,
    minutes,
    minutes_id,
    minutes,
    CreateMinutesRequest,
    GetMinutesRequest,
    ListMinutesRequest,
    ListMinutesResponse,
    UpdateMinutesRequest,
    DeleteMinutesRequest,
    UndeleteMinutesRequest
);
tagged!(
    SubmitMinutesRequest ApproveMinutesRequest ReturnMinutesRequest IssueMinutesRequest
    AddMinutesAddendumRequest ReviseMinutesRequest
);
named!(
    minutes::MinutesNoun: SubmitMinutesRequest ApproveMinutesRequest ReturnMinutesRequest
        IssueMinutesRequest AddMinutesAddendumRequest ReviseMinutesRequest
        ListMinutesHistoryRequest;
);
fresh!(ExportMinutesRequest);
paged!(ListMinutesHistoryRequest);
tagged!(
    SubmitReportRequest AcceptReportRequest ReturnReportRequest ReopenReportRequest
    CorrectReportRequest AdvanceProjectRequest RevertProjectRequest SuspendProjectRequest ResumeProjectRequest
    TerminateProjectRequest MergeProjectRequest ScheduleMeetingRequest StartMeetingRequest CloseMeetingRequest
    CancelMeetingRequest
);
named!(
    report::Reports: SubmitReportRequest AcceptReportRequest ReturnReportRequest
        ReopenReportRequest CorrectReportRequest ListReportHistoryRequest;
    project::Projects: AdvanceProjectRequest RevertProjectRequest SuspendProjectRequest
        ResumeProjectRequest TerminateProjectRequest MergeProjectRequest
        ListProjectHistoryRequest;
    meeting::Meetings: ScheduleMeetingRequest StartMeetingRequest CloseMeetingRequest
        CancelMeetingRequest ListMeetingHistoryRequest;
);
mutations!(ReassignProjectsRequest BatchAcceptReportsRequest BatchReturnReportsRequest);
search!(project::Projects, project, SearchProjectsRequest, ProjectResult, SearchProjectsResponse);
search!(meeting::Meetings, meeting, SearchMeetingsRequest, MeetingResult, SearchMeetingsResponse);
fresh!(QueryStatisticsRequest GetProjectLightRequest GetLightCountsRequest GetCompletenessRequest GetReviewBacklogRequest ExportCalendarRequest BatchGetProjectsRequest GetStoreInfoRequest);
paged!(ListReportHistoryRequest ListMissingReportsRequest SearchDuplicateProjectsRequest ListProjectHistoryRequest ListMeetingHistoryRequest);
