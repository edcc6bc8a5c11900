//! The requests of decisions and actions.

use outlay_proto::v1;
use prost_types::FieldMask;

use super::{Create, Fresh, Get, List, Mutation, Named, Paged, Tagged, Update};
use crate::service::noun::Resource;
use crate::service::{action, decision};

standard!(
    decision::Decisions,
    Decision,
    decision,
    decision_id,
    decisions,
    CreateDecisionRequest,
    GetDecisionRequest,
    ListDecisionsRequest,
    ListDecisionsResponse,
    UpdateDecisionRequest,
    DeleteDecisionRequest,
    UndeleteDecisionRequest,
    region,
    as_of
);
standard!(
    action::Actions,
    Action,
    action,
    action_id,
    actions,
    CreateActionRequest,
    GetActionRequest,
    ListActionsRequest,
    ListActionsResponse,
    UpdateActionRequest,
    DeleteActionRequest,
    UndeleteActionRequest,
    region,
    as_of;
    action::narrowing
);
tagged!(
    WithdrawDecisionRequest StartActionRequest SubmitActionRequest ReturnActionRequest
    CloseActionRequest CancelActionRequest ExtendActionRequest
);
named!(
    decision::Decisions: WithdrawDecisionRequest ListDecisionHistoryRequest;
    action::Actions: StartActionRequest SubmitActionRequest ReturnActionRequest
        CloseActionRequest CancelActionRequest ExtendActionRequest ListActionHistoryRequest;
);
mutations!(BatchCreateActionsRequest);
fresh!(GetActionSummaryRequest);
paged!(
    ListDecisionHistoryRequest ListActionHistoryRequest ListDueRemindersRequest
    ListProjectDecisionsRequest
);
