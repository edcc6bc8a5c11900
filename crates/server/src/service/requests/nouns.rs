//! Which requests each noun has.

use outlay_proto::v1;
use prost_types::FieldMask;

use super::{Create, Fresh, Get, List, Mutation, Named, Paged, Tagged, Update};
use crate::service::noun::{Noun, Resource};
use crate::service::search::Search;
use crate::service::{meeting, meeting_series, meeting_template, minutes, project, report};

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
    meeting_series::SeriesOfMeetings,
    MeetingSeries,
    meeting_series,
    meeting_series_id,
    meeting_series,
    CreateMeetingSeriesRequest,
    GetMeetingSeriesRequest,
    ListMeetingSeriesRequest,
    ListMeetingSeriesResponse,
    UpdateMeetingSeriesRequest,
    DeleteMeetingSeriesRequest,
    UndeleteMeetingSeriesRequest,
    region,
    as_of
);
standard!(
    meeting_template::MeetingTemplates,
    MeetingTemplate,
    meeting_template,
    meeting_template_id,
    meeting_templates,
    CreateMeetingTemplateRequest,
    GetMeetingTemplateRequest,
    ListMeetingTemplatesRequest,
    ListMeetingTemplatesResponse,
    UpdateMeetingTemplateRequest,
    DeleteMeetingTemplateRequest,
    UndeleteMeetingTemplateRequest
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
    CancelMeetingRequest InviteAttendeesRequest AnswerInvitationRequest RecordAttendanceRequest OpenCheckInRequest
    CloseCheckInRequest CheckInRequest StartSpeechRequest PauseSpeechRequest ResumeSpeechRequest EndSpeechRequest
    RecordSpeechRequest UpdateSpeechRequest RefreshSpeechFiguresRequest
    ReorderAgendaRequest MoveAgendaItemRequest AddAgendaItemRequest
    UpdateAgendaItemRequest RemoveAgendaItemRequest RecordAgendaOutcomeRequest
    CreateSeriesMeetingsRequest AddBacklogItemRequest RemoveBacklogItemRequest
);
named!(
    report::Reports: SubmitReportRequest AcceptReportRequest ReturnReportRequest
        ReopenReportRequest CorrectReportRequest ListReportHistoryRequest;
    project::Projects: AdvanceProjectRequest RevertProjectRequest SuspendProjectRequest
        ResumeProjectRequest TerminateProjectRequest MergeProjectRequest
        ListProjectHistoryRequest;
    meeting::Meetings: ScheduleMeetingRequest StartMeetingRequest CloseMeetingRequest
        CancelMeetingRequest InviteAttendeesRequest AnswerInvitationRequest
        RecordAttendanceRequest OpenCheckInRequest CloseCheckInRequest CheckInRequest
        StartSpeechRequest PauseSpeechRequest ResumeSpeechRequest EndSpeechRequest
        RecordSpeechRequest UpdateSpeechRequest RefreshSpeechFiguresRequest
        ListMeetingHistoryRequest ReorderAgendaRequest
        MoveAgendaItemRequest AddAgendaItemRequest UpdateAgendaItemRequest
        RemoveAgendaItemRequest RecordAgendaOutcomeRequest;
    meeting_series::SeriesOfMeetings: CreateSeriesMeetingsRequest AddBacklogItemRequest
        RemoveBacklogItemRequest ListSeriesOccurrencesRequest ListMeetingSeriesHistoryRequest;
    meeting_template::MeetingTemplates: ListMeetingTemplateHistoryRequest;
);
mutations!(ReassignProjectsRequest BatchAcceptReportsRequest BatchReturnReportsRequest);
search!(project::Projects, project, SearchProjectsRequest, ProjectResult, SearchProjectsResponse);
search!(meeting::Meetings, meeting, SearchMeetingsRequest, MeetingResult, SearchMeetingsResponse);
fresh!(ExportCalendarRequest QuerySpeakingTotalsRequest QueryStatisticsRequest GetProjectLightRequest GetLightCountsRequest GetCompletenessRequest GetReviewBacklogRequest BatchGetProjectsRequest GetStoreInfoRequest);
paged!(ListReportHistoryRequest ListMissingReportsRequest SearchDuplicateProjectsRequest ListProjectHistoryRequest ListMeetingHistoryRequest
    ListMeetingSeriesHistoryRequest ListSeriesOccurrencesRequest ListMeetingTemplateHistoryRequest);
