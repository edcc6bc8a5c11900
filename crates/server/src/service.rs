//! The services: thin handlers over the store and the domain.
//!
//! What all nouns have in common is written once in `standard`; a noun says
//! what is its own through `noun::Noun`.

mod action;
mod admin;
mod admit;
mod calendar;
mod convert;
mod decision;
pub mod filter;
mod history;
mod import;
pub mod in_process;
pub mod mask;
mod meeting;
mod meeting_series;
mod meeting_template;
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

use outlay_proto::v1::action_service_server::ActionServiceServer;
use outlay_proto::v1::admin_service_server::AdminServiceServer;
use outlay_proto::v1::decision_service_server::DecisionServiceServer;
use outlay_proto::v1::meeting_series_service_server::MeetingSeriesServiceServer;
use outlay_proto::v1::meeting_service_server::MeetingServiceServer;
use outlay_proto::v1::meeting_template_service_server::MeetingTemplateServiceServer;
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
    /// A service within the limits.
    macro_rules! within_limits {
        ($service:ident, $handlers:expr) => {
            $service::new($handlers)
                .max_decoding_message_size(request)
                .max_encoding_message_size(reply)
        };
    }
    Routes::new(within_limits!(ProjectServiceServer, standard.clone()))
        .add_service(within_limits!(MeetingServiceServer, standard.clone()))
        .add_service(within_limits!(DecisionServiceServer, standard.clone()))
        .add_service(within_limits!(MeetingSeriesServiceServer, standard.clone()))
        .add_service(within_limits!(ActionServiceServer, standard.clone()))
        .add_service(within_limits!(MeetingTemplateServiceServer, standard.clone()))
        .add_service(within_limits!(MinutesServiceServer, standard.clone()))
        .add_service(within_limits!(ReportServiceServer, standard.clone()))
        .add_service(within_limits!(ReferenceServiceServer, standard.clone()))
        .add_service(within_limits!(StatisticsServiceServer, standard.clone()))
        .add_service(within_limits!(ReportingPeriodServiceServer, standard.clone()))
        .add_service(within_limits!(ReviewDelegationServiceServer, standard.clone()))
        .add_service(within_limits!(TrainingServiceServer, standard.clone()))
        .add_service(within_limits!(AdminServiceServer, Admin { standard, engine }))
}
