//! The services: thin handlers over the store and the domain.
//!
//! What all nouns have in common is written once in `standard`; a noun says
//! what is its own through `noun::Noun`.

mod admin;
mod admit;
mod calendar;
mod convert;
pub mod filter;
mod history;
mod import;
pub mod mask;
mod meeting;
mod minutes;
mod noun;
mod paging;
mod project;
pub(crate) mod provision;
mod reference;
mod report;
mod reporting_period;
mod requests;
mod review_delegation;
mod search;
mod standard;
mod statistics;
mod status;
mod training;

use std::sync::Arc;

use outlay_proto::v1::admin_service_server::AdminServiceServer;
use outlay_proto::v1::meeting_service_server::MeetingServiceServer;
use outlay_proto::v1::minutes_service_server::MinutesServiceServer;
use outlay_proto::v1::project_service_server::ProjectServiceServer;
use outlay_proto::v1::reference_service_server::ReferenceServiceServer;
use outlay_proto::v1::report_service_server::ReportServiceServer;
use outlay_proto::v1::reporting_period_service_server::ReportingPeriodServiceServer;
use outlay_proto::v1::review_delegation_service_server::ReviewDelegationServiceServer;
use outlay_proto::v1::statistics_service_server::StatisticsServiceServer;
use outlay_proto::v1::training_service_server::TrainingServiceServer;
use tonic::service::Routes;

use crate::config::Config;
use crate::engine::embedded::Embedded;
use crate::store::Store;
use admin::Admin;
use standard::Standard;

/// All services: those of the store's records, and the one that looks after the
/// engine below it.
#[must_use]
pub fn routes(store: Store, engine: Arc<Embedded>, config: &Config) -> Routes {
    let (request, reply) = (config.limits.request_bytes, config.limits.reply_bytes);
    let standard = Standard { store, reply_bytes: reply, deadline_days: config.reporting };
    Routes::new(
        ProjectServiceServer::new(standard.clone())
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
    .add_service(
        MeetingServiceServer::new(standard.clone())
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
    .add_service(
        MinutesServiceServer::new(standard.clone())
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
    .add_service(
        ReportServiceServer::new(standard.clone())
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
    .add_service(
        ReferenceServiceServer::new(standard.clone())
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
    .add_service(
        StatisticsServiceServer::new(standard.clone())
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
    .add_service(
        ReportingPeriodServiceServer::new(standard.clone())
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
    .add_service(
        ReviewDelegationServiceServer::new(standard.clone())
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
    .add_service(
        TrainingServiceServer::new(standard.clone())
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
    .add_service(
        AdminServiceServer::new(Admin { standard, engine })
            .max_decoding_message_size(request)
            .max_encoding_message_size(reply),
    )
}
