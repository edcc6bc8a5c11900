//! The requests of reporting periods and review delegations.

use outlay_proto::v1;
use prost_types::FieldMask;

use super::{Create, Fresh, Get, List, Mutation, Named, Paged, Tagged, Update};
use crate::service::noun::Resource;
use crate::service::{reporting_period, review_delegation};

standard!(
    reporting_period::ReportingPeriods,
    ReportingPeriod,
    reporting_period,
    reporting_period_id,
    reporting_periods,
    CreateReportingPeriodRequest,
    GetReportingPeriodRequest,
    ListReportingPeriodsRequest,
    ListReportingPeriodsResponse,
    UpdateReportingPeriodRequest,
    DeleteReportingPeriodRequest,
    UndeleteReportingPeriodRequest
);
standard!(
    review_delegation::ReviewDelegations,
    ReviewDelegation,
    review_delegation,
    review_delegation_id,
    review_delegations,
    CreateReviewDelegationRequest,
    GetReviewDelegationRequest,
    ListReviewDelegationsRequest,
    ListReviewDelegationsResponse,
    UpdateReviewDelegationRequest,
    DeleteReviewDelegationRequest,
    UndeleteReviewDelegationRequest,
    region,
    as_of
);

tagged!(
    ExceptReportingPeriodRequest WithdrawReportingPeriodRequest CloseReportingPeriodRequest
    ReopenReportingPeriodRequest
);
named!(
    reporting_period::ReportingPeriods: ExceptReportingPeriodRequest
        WithdrawReportingPeriodRequest CloseReportingPeriodRequest ReopenReportingPeriodRequest
        ListReportingPeriodHistoryRequest;
    review_delegation::ReviewDelegations: ListReviewDelegationHistoryRequest;
);
paged!(ListReportingPeriodHistoryRequest ListReviewDelegationHistoryRequest);
