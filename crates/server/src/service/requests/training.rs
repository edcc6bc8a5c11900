//! The requests of training.

use outlay_proto::v1;
use prost_types::FieldMask;

use super::{Create, Fresh, Get, List, Mutation, Named, Paged, Tagged, Update};
use crate::service::noun::Resource;
use crate::service::training::{Courses, Enrolments, TrainingSessions};

standard!(
    Courses,
    Course,
    course,
    course_id,
    courses,
    CreateCourseRequest,
    GetCourseRequest,
    ListCoursesRequest,
    ListCoursesResponse,
    UpdateCourseRequest,
    DeleteCourseRequest,
    UndeleteCourseRequest
);
standard!(
    TrainingSessions,
    TrainingSession,
    training_session,
    training_session_id,
    training_sessions,
    CreateTrainingSessionRequest,
    GetTrainingSessionRequest,
    ListTrainingSessionsRequest,
    ListTrainingSessionsResponse,
    UpdateTrainingSessionRequest,
    DeleteTrainingSessionRequest,
    UndeleteTrainingSessionRequest,
    region,
    as_of
);
standard!(
    Enrolments,
    Enrolment,
    enrolment,
    enrolment_id,
    enrolments,
    CreateEnrolmentRequest,
    GetEnrolmentRequest,
    ListEnrolmentsRequest,
    ListEnrolmentsResponse,
    UpdateEnrolmentRequest,
    DeleteEnrolmentRequest,
    UndeleteEnrolmentRequest
);
tagged!(
    OpenTrainingSessionRequest CloseTrainingSessionRequest CancelTrainingSessionRequest
    CancelEnrolmentRequest SignInEnrolmentRequest GradeEnrolmentRequest CertifyEnrolmentRequest
    RateEnrolmentRequest
);
named!(
    Courses: ListCourseHistoryRequest;
    TrainingSessions: OpenTrainingSessionRequest CloseTrainingSessionRequest
        CancelTrainingSessionRequest ListTrainingSessionHistoryRequest;
    Enrolments: CancelEnrolmentRequest SignInEnrolmentRequest GradeEnrolmentRequest
        CertifyEnrolmentRequest RateEnrolmentRequest ListEnrolmentHistoryRequest;
);
fresh!(GetTrainingCoverageRequest);
paged!(
    ListCourseHistoryRequest ListTrainingSessionHistoryRequest ListEnrolmentHistoryRequest
);
