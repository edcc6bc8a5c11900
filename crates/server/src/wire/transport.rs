//! HTTP/2 on the listener, with every limit set: tonic and hyper leave several
//! open, and `max_concurrent_streams` unset even removes hyper's.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use http::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_reflection::server::Builder;
use tower::Service;
use tower::layer::layer_fn;

use crate::clock::Clock;
use crate::config::Config;

use super::connections::accept;
use super::{Notice, Stage, WireLayer};

/// Streams that a peer may have reset before they were accepted; hyper's own
/// default, said aloud (CVE-2023-44487).
const MAX_PENDING_RESETS: usize = 20;
/// Streams reset for the peer's errors, after which its connection is closed;
/// hyper's own default, said aloud.
const MAX_ERROR_RESETS: usize = 1_024;

/// Adds gRPC reflection, v1 and v1alpha, of our protos, health's and the error
/// details'.
pub(crate) fn with_reflection(
    routes: Routes,
    wanted: bool,
) -> Result<Routes, tonic_reflection::server::Error> {
    if !wanted {
        return Ok(routes);
    }
    let builder = || {
        Builder::configure()
            .register_encoded_file_descriptor_set(outlay_proto::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
    };
    Ok(routes.add_service(builder().build_v1()?).add_service(builder().build_v1alpha()?))
}

/// Serves until the stage is [`Stage::Draining`], and then until the last
/// connection has closed.
///
/// # Errors
/// tonic's.
pub(crate) fn serve(
    config: &Config,
    clock: &Clock,
    listener: TcpListener,
    late: Late,
    stages: watch::Receiver<Stage>,
    notice: Notice,
) -> impl Future<Output = Result<(), tonic::transport::Error>> + Send + use<> {
    let wire = WireLayer::new(&config.limits, &config.deadlines, stages.clone(), clock.clone())
        .telling(notice);
    let connections = accept(listener, config.connections.max, stages.clone());
    let mut stages = stages;
    let stop = async move {
        // Also when the server is gone without a word.
        let _ = stages.wait_for(|now| *now >= Stage::Draining).await;
    };
    Server::builder()
        .max_concurrent_streams(config.connections.streams)
        .http2_keepalive_interval(Some(config.connections.keepalive))
        .http2_keepalive_timeout(Some(config.connections.keepalive_timeout))
        .http2_max_header_list_size(config.limits.header_bytes)
        .http2_max_pending_accept_reset_streams(Some(MAX_PENDING_RESETS))
        .http2_max_local_error_reset_streams(Some(MAX_ERROR_RESETS))
        .layer(wire)
        .layer(layer_fn(move |_: Routes| late.clone()))
        .add_routes(Routes::default())
        .serve_with_incoming_shutdown(connections, stop)
}

/// Services that come later than the transport: until then only the early ones
/// are there, and the wire refuses what goes to the others.
#[derive(Clone, Debug)]
pub(crate) struct Late {
    early: Routes,
    full: Arc<OnceLock<Routes>>,
}

impl Late {
    pub(crate) fn new(early: Routes) -> Self {
        Self { early, full: Arc::default() }
    }

    /// Adds the services; only the first call does.
    pub(crate) fn fill(&self, services: Routes) {
        self.full.get_or_init(|| services.prepare());
    }
}

impl Service<Request<Body>> for Late {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <Routes as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Routes are always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let ours = request.uri().path().starts_with("/outlay.");
        match self.full.get() {
            Some(full) if ours => full.clone().call(request),
            _ => self.early.call(request),
        }
    }
}
