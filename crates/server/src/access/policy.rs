//! The policy: one row per RPC. What has no row isn't there.
//!
//! `tests/shell/policy.rs` walks the protos and fails where an RPC lacks its
//! row, or where a row's shape isn't the proto's.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::LazyLock;

/// What is known of an RPC before its request is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Full name: `outlay.v1.ProjectService/CreateProject`.
    pub method: &'static str,
    /// How many messages go which way.
    pub shape: Shape,
    /// Who may call it.
    pub rule: Rule,
}

/// How many messages go which way, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One request, one reply.
    Unary,
    /// Many requests, one reply.
    ClientStream,
    /// One request, many replies, and an end.
    ServerStream,
    /// Many requests, many replies.
    Bidi,
    /// One request, and replies without an end: it is ended when the server
    /// stops.
    Feed,
}

impl Shape {
    /// Whether the caller sends exactly one message.
    #[must_use]
    pub fn one_request(self) -> bool {
        matches!(self, Self::Unary | Self::ServerStream | Self::Feed)
    }

    /// Whether the server sends exactly one message.
    #[must_use]
    pub fn one_reply(self) -> bool {
        matches!(self, Self::Unary | Self::ClientStream)
    }
}

/// Who may call an RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Everyone on this machine.
    OpenOnLoopback,
}

impl Rule {
    /// Whether a caller at `peer` may; an unknown address may not.
    #[must_use]
    pub fn allows(self, peer: Option<IpAddr>) -> bool {
        match self {
            // An IPv4 address may come in IPv6's clothes.
            Self::OpenOnLoopback => peer.is_some_and(|peer| peer.to_canonical().is_loopback()),
        }
    }
}

/// All RPCs, by service.
pub const POLICIES: &[Policy] = &[
    unary("outlay.v1.ProjectService/CreateProject"),
    unary("outlay.v1.ProjectService/GetProject"),
    unary("outlay.v1.ProjectService/BatchGetProjects"),
    unary("outlay.v1.ProjectService/ListProjects"),
    unary("outlay.v1.ProjectService/SearchProjects"),
    unary("outlay.v1.ProjectService/UpdateProject"),
    unary("outlay.v1.ProjectService/DeleteProject"),
    unary("outlay.v1.ProjectService/UndeleteProject"),
    unary("outlay.v1.ProjectService/AdvanceProject"),
    unary("outlay.v1.ProjectService/RevertProject"),
    unary("outlay.v1.ProjectService/SuspendProject"),
    unary("outlay.v1.ProjectService/ResumeProject"),
    unary("outlay.v1.ProjectService/TerminateProject"),
    unary("outlay.v1.ProjectService/ReassignProjects"),
    unary("outlay.v1.ProjectService/MergeProject"),
    unary("outlay.v1.ProjectService/SearchDuplicateProjects"),
    unary("outlay.v1.ProjectService/GetProjectLight"),
    unary("outlay.v1.ProjectService/GetLightCounts"),
    unary("outlay.v1.ProjectService/ListProjectDecisions"),
    unary("outlay.v1.ProjectService/ListProjectHistory"),
    unary("outlay.v1.ReportService/CreateReport"),
    unary("outlay.v1.ReportService/GetReport"),
    unary("outlay.v1.ReportService/ListReports"),
    unary("outlay.v1.ReportService/UpdateReport"),
    unary("outlay.v1.ReportService/DeleteReport"),
    unary("outlay.v1.ReportService/UndeleteReport"),
    unary("outlay.v1.ReportService/SubmitReport"),
    unary("outlay.v1.ReportService/AcceptReport"),
    unary("outlay.v1.ReportService/ReturnReport"),
    unary("outlay.v1.ReportService/ReopenReport"),
    unary("outlay.v1.ReportService/CorrectReport"),
    unary("outlay.v1.ReportService/BatchAcceptReports"),
    unary("outlay.v1.ReportService/BatchReturnReports"),
    unary("outlay.v1.ReportService/GetReviewBacklog"),
    bidi("outlay.v1.ReportService/ImportReports"),
    unary("outlay.v1.ReportService/GetCompleteness"),
    unary("outlay.v1.ReportService/ListMissingReports"),
    unary("outlay.v1.ReportService/ListReportHistory"),
    unary("outlay.v1.MeetingService/CreateMeeting"),
    unary("outlay.v1.MeetingService/GetMeeting"),
    unary("outlay.v1.MeetingService/ListMeetings"),
    unary("outlay.v1.MeetingService/SearchMeetings"),
    unary("outlay.v1.MeetingService/UpdateMeeting"),
    unary("outlay.v1.MeetingService/DeleteMeeting"),
    unary("outlay.v1.MeetingService/UndeleteMeeting"),
    unary("outlay.v1.MeetingService/ScheduleMeeting"),
    unary("outlay.v1.MeetingService/StartMeeting"),
    unary("outlay.v1.MeetingService/CloseMeeting"),
    unary("outlay.v1.MeetingService/CancelMeeting"),
    unary("outlay.v1.MeetingService/InviteAttendees"),
    unary("outlay.v1.MeetingService/AnswerInvitation"),
    unary("outlay.v1.MeetingService/RecordAttendance"),
    unary("outlay.v1.MeetingService/OpenCheckIn"),
    unary("outlay.v1.MeetingService/CloseCheckIn"),
    unary("outlay.v1.MeetingService/CheckIn"),
    unary("outlay.v1.MeetingService/StartSpeech"),
    unary("outlay.v1.MeetingService/PauseSpeech"),
    unary("outlay.v1.MeetingService/ResumeSpeech"),
    unary("outlay.v1.MeetingService/EndSpeech"),
    unary("outlay.v1.MeetingService/RecordSpeech"),
    unary("outlay.v1.MeetingService/UpdateSpeech"),
    unary("outlay.v1.MeetingService/RefreshSpeechFigures"),
    unary("outlay.v1.MeetingService/QuerySpeakingTotals"),
    unary("outlay.v1.MeetingService/ReorderAgenda"),
    unary("outlay.v1.MeetingService/MoveAgendaItem"),
    unary("outlay.v1.MeetingService/AddAgendaItem"),
    unary("outlay.v1.MeetingService/UpdateAgendaItem"),
    unary("outlay.v1.MeetingService/RemoveAgendaItem"),
    unary("outlay.v1.MeetingService/RecordAgendaOutcome"),
    unary("outlay.v1.MeetingService/ExportCalendar"),
    unary("outlay.v1.MeetingService/ListMeetingHistory"),
    unary("outlay.v1.DecisionService/CreateDecision"),
    unary("outlay.v1.DecisionService/GetDecision"),
    unary("outlay.v1.DecisionService/ListDecisions"),
    unary("outlay.v1.DecisionService/UpdateDecision"),
    unary("outlay.v1.DecisionService/DeleteDecision"),
    unary("outlay.v1.DecisionService/UndeleteDecision"),
    unary("outlay.v1.DecisionService/WithdrawDecision"),
    unary("outlay.v1.DecisionService/ListDecisionHistory"),
    unary("outlay.v1.ActionService/CreateAction"),
    unary("outlay.v1.ActionService/BatchCreateActions"),
    unary("outlay.v1.ActionService/GetAction"),
    unary("outlay.v1.ActionService/ListActions"),
    unary("outlay.v1.ActionService/UpdateAction"),
    unary("outlay.v1.ActionService/DeleteAction"),
    unary("outlay.v1.ActionService/UndeleteAction"),
    unary("outlay.v1.ActionService/StartAction"),
    unary("outlay.v1.ActionService/SubmitAction"),
    unary("outlay.v1.ActionService/ReturnAction"),
    unary("outlay.v1.ActionService/CloseAction"),
    unary("outlay.v1.ActionService/CancelAction"),
    unary("outlay.v1.ActionService/ExtendAction"),
    unary("outlay.v1.ActionService/GetActionSummary"),
    unary("outlay.v1.ActionService/ListDueReminders"),
    unary("outlay.v1.ActionService/ListActionHistory"),
    unary("outlay.v1.MeetingSeriesService/CreateMeetingSeries"),
    unary("outlay.v1.MeetingSeriesService/GetMeetingSeries"),
    unary("outlay.v1.MeetingSeriesService/ListMeetingSeries"),
    unary("outlay.v1.MeetingSeriesService/UpdateMeetingSeries"),
    unary("outlay.v1.MeetingSeriesService/DeleteMeetingSeries"),
    unary("outlay.v1.MeetingSeriesService/UndeleteMeetingSeries"),
    unary("outlay.v1.MeetingSeriesService/ListMeetingSeriesHistory"),
    unary("outlay.v1.MeetingSeriesService/ListSeriesOccurrences"),
    unary("outlay.v1.MeetingSeriesService/CreateSeriesMeetings"),
    unary("outlay.v1.MeetingSeriesService/AddBacklogItem"),
    unary("outlay.v1.MeetingSeriesService/RemoveBacklogItem"),
    unary("outlay.v1.MeetingTemplateService/CreateMeetingTemplate"),
    unary("outlay.v1.MeetingTemplateService/GetMeetingTemplate"),
    unary("outlay.v1.MeetingTemplateService/ListMeetingTemplates"),
    unary("outlay.v1.MeetingTemplateService/UpdateMeetingTemplate"),
    unary("outlay.v1.MeetingTemplateService/DeleteMeetingTemplate"),
    unary("outlay.v1.MeetingTemplateService/UndeleteMeetingTemplate"),
    unary("outlay.v1.MeetingTemplateService/ListMeetingTemplateHistory"),
    unary("outlay.v1.MinutesService/CreateMinutes"),
    unary("outlay.v1.MinutesService/GetMinutes"),
    unary("outlay.v1.MinutesService/ListMinutes"),
    unary("outlay.v1.MinutesService/UpdateMinutes"),
    unary("outlay.v1.MinutesService/DeleteMinutes"),
    unary("outlay.v1.MinutesService/UndeleteMinutes"),
    unary("outlay.v1.MinutesService/SubmitMinutes"),
    unary("outlay.v1.MinutesService/ApproveMinutes"),
    unary("outlay.v1.MinutesService/ReturnMinutes"),
    unary("outlay.v1.MinutesService/IssueMinutes"),
    unary("outlay.v1.MinutesService/AddMinutesAddendum"),
    unary("outlay.v1.MinutesService/ReviseMinutes"),
    unary("outlay.v1.MinutesService/ExportMinutes"),
    unary("outlay.v1.MinutesService/ListMinutesHistory"),
    unary("outlay.v1.ReferenceService/CreateRegion"),
    unary("outlay.v1.ReferenceService/GetRegion"),
    unary("outlay.v1.ReferenceService/ListRegions"),
    unary("outlay.v1.ReferenceService/UpdateRegion"),
    unary("outlay.v1.ReferenceService/DeleteRegion"),
    unary("outlay.v1.ReferenceService/UndeleteRegion"),
    unary("outlay.v1.ReferenceService/MoveRegion"),
    unary("outlay.v1.ReferenceService/MergeRegions"),
    unary("outlay.v1.ReferenceService/SplitRegion"),
    unary("outlay.v1.ReferenceService/CreateIndustry"),
    unary("outlay.v1.ReferenceService/GetIndustry"),
    unary("outlay.v1.ReferenceService/ListIndustries"),
    unary("outlay.v1.ReferenceService/UpdateIndustry"),
    unary("outlay.v1.ReferenceService/DeleteIndustry"),
    unary("outlay.v1.ReferenceService/UndeleteIndustry"),
    unary("outlay.v1.ReferenceService/CreateCluster"),
    unary("outlay.v1.ReferenceService/GetCluster"),
    unary("outlay.v1.ReferenceService/ListClusters"),
    unary("outlay.v1.ReferenceService/UpdateCluster"),
    unary("outlay.v1.ReferenceService/DeleteCluster"),
    unary("outlay.v1.ReferenceService/UndeleteCluster"),
    unary("outlay.v1.ReferenceService/CreateOrganisation"),
    unary("outlay.v1.ReferenceService/GetOrganisation"),
    unary("outlay.v1.ReferenceService/ListOrganisations"),
    unary("outlay.v1.ReferenceService/UpdateOrganisation"),
    unary("outlay.v1.ReferenceService/DeleteOrganisation"),
    unary("outlay.v1.ReferenceService/UndeleteOrganisation"),
    unary("outlay.v1.ReferenceService/CreatePolicy"),
    unary("outlay.v1.ReferenceService/GetPolicy"),
    unary("outlay.v1.ReferenceService/ListPolicies"),
    unary("outlay.v1.ReferenceService/UpdatePolicy"),
    unary("outlay.v1.ReferenceService/DeletePolicy"),
    unary("outlay.v1.ReferenceService/UndeletePolicy"),
    unary("outlay.v1.ReferenceService/CreateIndicator"),
    unary("outlay.v1.ReferenceService/GetIndicator"),
    unary("outlay.v1.ReferenceService/ListIndicators"),
    unary("outlay.v1.ReferenceService/UpdateIndicator"),
    unary("outlay.v1.ReferenceService/DeleteIndicator"),
    unary("outlay.v1.ReferenceService/UndeleteIndicator"),
    unary("outlay.v1.ReferenceService/ListReferenceHistory"),
    bidi("outlay.v1.ReferenceService/ImportReferences"),
    unary("outlay.v1.StatisticsService/QueryStatistics"),
    unary("outlay.v1.StatisticsService/CreateEdition"),
    unary("outlay.v1.StatisticsService/GetEdition"),
    unary("outlay.v1.StatisticsService/ListEditions"),
    unary("outlay.v1.StatisticsService/DeleteEdition"),
    unary("outlay.v1.StatisticsService/UndeleteEdition"),
    unary("outlay.v1.StatisticsService/CompareEditions"),
    unary("outlay.v1.StatisticsService/ListEditionHistory"),
    unary("outlay.v1.StatisticsService/CreateObservation"),
    unary("outlay.v1.StatisticsService/GetObservation"),
    unary("outlay.v1.StatisticsService/ListObservations"),
    unary("outlay.v1.StatisticsService/PublishObservation"),
    unary("outlay.v1.StatisticsService/RebaseObservation"),
    unary("outlay.v1.StatisticsService/DeleteObservation"),
    unary("outlay.v1.StatisticsService/UndeleteObservation"),
    unary("outlay.v1.StatisticsService/ListObservationHistory"),
    unary("outlay.v1.StatisticsService/CreateTarget"),
    unary("outlay.v1.StatisticsService/GetTarget"),
    unary("outlay.v1.StatisticsService/ListTargets"),
    unary("outlay.v1.StatisticsService/UpdateTarget"),
    unary("outlay.v1.StatisticsService/DeleteTarget"),
    unary("outlay.v1.StatisticsService/UndeleteTarget"),
    unary("outlay.v1.StatisticsService/ListTargetHistory"),
    unary("outlay.v1.ReportingPeriodService/CreateReportingPeriod"),
    unary("outlay.v1.ReportingPeriodService/GetReportingPeriod"),
    unary("outlay.v1.ReportingPeriodService/ListReportingPeriods"),
    unary("outlay.v1.ReportingPeriodService/UpdateReportingPeriod"),
    unary("outlay.v1.ReportingPeriodService/DeleteReportingPeriod"),
    unary("outlay.v1.ReportingPeriodService/UndeleteReportingPeriod"),
    unary("outlay.v1.ReportingPeriodService/ExceptReportingPeriod"),
    unary("outlay.v1.ReportingPeriodService/WithdrawReportingPeriod"),
    unary("outlay.v1.ReportingPeriodService/CloseReportingPeriod"),
    unary("outlay.v1.ReportingPeriodService/ReopenReportingPeriod"),
    unary("outlay.v1.ReportingPeriodService/ListReportingPeriodHistory"),
    unary("outlay.v1.ReviewDelegationService/CreateReviewDelegation"),
    unary("outlay.v1.ReviewDelegationService/GetReviewDelegation"),
    unary("outlay.v1.ReviewDelegationService/ListReviewDelegations"),
    unary("outlay.v1.ReviewDelegationService/UpdateReviewDelegation"),
    unary("outlay.v1.ReviewDelegationService/DeleteReviewDelegation"),
    unary("outlay.v1.ReviewDelegationService/UndeleteReviewDelegation"),
    unary("outlay.v1.ReviewDelegationService/ListReviewDelegationHistory"),
    unary("outlay.v1.TrainingService/CreateCourse"),
    unary("outlay.v1.TrainingService/GetCourse"),
    unary("outlay.v1.TrainingService/ListCourses"),
    unary("outlay.v1.TrainingService/UpdateCourse"),
    unary("outlay.v1.TrainingService/DeleteCourse"),
    unary("outlay.v1.TrainingService/UndeleteCourse"),
    unary("outlay.v1.TrainingService/ListCourseHistory"),
    unary("outlay.v1.TrainingService/CreateTrainingSession"),
    unary("outlay.v1.TrainingService/GetTrainingSession"),
    unary("outlay.v1.TrainingService/ListTrainingSessions"),
    unary("outlay.v1.TrainingService/UpdateTrainingSession"),
    unary("outlay.v1.TrainingService/DeleteTrainingSession"),
    unary("outlay.v1.TrainingService/UndeleteTrainingSession"),
    unary("outlay.v1.TrainingService/OpenTrainingSession"),
    unary("outlay.v1.TrainingService/CloseTrainingSession"),
    unary("outlay.v1.TrainingService/CancelTrainingSession"),
    unary("outlay.v1.TrainingService/ListTrainingSessionHistory"),
    unary("outlay.v1.TrainingService/CreateEnrolment"),
    unary("outlay.v1.TrainingService/GetEnrolment"),
    unary("outlay.v1.TrainingService/ListEnrolments"),
    unary("outlay.v1.TrainingService/UpdateEnrolment"),
    unary("outlay.v1.TrainingService/DeleteEnrolment"),
    unary("outlay.v1.TrainingService/UndeleteEnrolment"),
    unary("outlay.v1.TrainingService/CancelEnrolment"),
    unary("outlay.v1.TrainingService/SignInEnrolment"),
    unary("outlay.v1.TrainingService/GradeEnrolment"),
    unary("outlay.v1.TrainingService/CertifyEnrolment"),
    unary("outlay.v1.TrainingService/RateEnrolment"),
    unary("outlay.v1.TrainingService/ListEnrolmentHistory"),
    unary("outlay.v1.TrainingService/GetTrainingCoverage"),
    unary("outlay.v1.AdminService/GetStoreInfo"),
    server_stream("outlay.v1.AdminService/VerifyStore"),
    unary("outlay.v1.AdminService/ScrubStore"),
    server_stream("outlay.v1.AdminService/MakeBase"),
    server_stream("outlay.v1.AdminService/CompactStore"),
    server_stream("outlay.v1.AdminService/PurgeRecord"),
    unary("grpc.health.v1.Health/Check"),
    feed("grpc.health.v1.Health/Watch"),
    bidi("grpc.reflection.v1.ServerReflection/ServerReflectionInfo"),
    bidi("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"),
];

/// The row of an RPC, by its full name.
#[must_use]
pub fn find(method: &str) -> Option<&'static Policy> {
    static INDEX: LazyLock<HashMap<&'static str, &'static Policy>> =
        LazyLock::new(|| POLICIES.iter().map(|row| (row.method, row)).collect());
    INDEX.get(method).copied()
}

const fn unary(method: &'static str) -> Policy {
    open(method, Shape::Unary)
}

const fn server_stream(method: &'static str) -> Policy {
    open(method, Shape::ServerStream)
}

const fn bidi(method: &'static str) -> Policy {
    open(method, Shape::Bidi)
}

const fn feed(method: &'static str) -> Policy {
    open(method, Shape::Feed)
}

const fn open(method: &'static str, shape: Shape) -> Policy {
    Policy { method, shape, rule: Rule::OpenOnLoopback }
}
