//! The requests of official statistics.

use outlay_proto::v1;
use prost_types::FieldMask;

use super::{Create, Fresh, Get, List, Mutation, Named, Paged, Tagged, Update};
use crate::service::noun::Resource;
use crate::service::statistics::edition::Editions;
use crate::service::statistics::observation::Observations;
use crate::service::statistics::target::Targets;

without_update!(
    Observations,
    Observation,
    observation,
    observation_id,
    observations,
    CreateObservationRequest,
    GetObservationRequest,
    ListObservationsRequest,
    ListObservationsResponse,
    DeleteObservationRequest,
    UndeleteObservationRequest,
    region,
    as_of
);
without_update!(
    Editions,
    Edition,
    edition,
    edition_id,
    editions,
    CreateEditionRequest,
    GetEditionRequest,
    ListEditionsRequest,
    ListEditionsResponse,
    DeleteEditionRequest,
    UndeleteEditionRequest
);
standard!(
    Targets,
    Target,
    target,
    target_id,
    targets,
    CreateTargetRequest,
    GetTargetRequest,
    ListTargetsRequest,
    ListTargetsResponse,
    UpdateTargetRequest,
    DeleteTargetRequest,
    UndeleteTargetRequest,
    region,
    as_of
);
tagged!(PublishObservationRequest RebaseObservationRequest);
named!(
    Observations: PublishObservationRequest RebaseObservationRequest
        ListObservationHistoryRequest;
    Targets: ListTargetHistoryRequest;
    Editions: ListEditionHistoryRequest;
);
fresh!(CompareEditionsRequest);
paged!(ListEditionHistoryRequest ListObservationHistoryRequest ListTargetHistoryRequest);
