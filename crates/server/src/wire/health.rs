//! `grpc.health.v1`: of the whole (the empty name) and of each service.

use std::collections::BTreeSet;

use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::{HealthReporter, health_reporter};

use crate::access::policy::POLICIES;

/// Tells health to whoever asks or watches.
pub(crate) struct Health {
    reporter: HealthReporter,
}

impl Health {
    /// The service, NOT_SERVING throughout.
    pub(crate) async fn start() -> (Self, Routes) {
        let (reporter, service) = health_reporter();
        let health = Self { reporter };
        health.serving(false).await;
        (health, Routes::new(service))
    }

    /// Whether everything is served, or nothing.
    pub(crate) async fn serving(&self, serves: bool) {
        let status = if serves { ServingStatus::Serving } else { ServingStatus::NotServing };
        for service in services() {
            self.reporter.set_service_status(service, status).await;
        }
    }
}

/// Outlay's services, and the empty name for the whole.
fn services() -> BTreeSet<&'static str> {
    let ours = POLICIES.iter().filter(|policy| policy.method.starts_with("outlay."));
    let names = ours.filter_map(|policy| policy.method.split_once('/'));
    names.map(|(service, _)| service).chain([""]).collect()
}
