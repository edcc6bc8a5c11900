//! What stands between the transport and the services: one layer, through
//! which every call goes.
//!
//! In this order: the call is named, traced and logged; what isn't gRPC, isn't
//! an RPC, or isn't the caller's to call is refused; so is what would be too
//! much; the request's frames are checked; panics are caught; deadlines and the
//! server's own end cut the call off; and every error that leaves has an
//! `ErrorInfo` and blames whom it should.
//!
//! The layer never fails: tonic makes INTERNAL of a layer's error, so each
//! refusal is a reply.

mod admission;
mod connections;
mod deadline;
mod framing;
pub(crate) mod health;
mod normalise;
mod notice;
pub mod refusal;
mod reply;
mod stage;
mod trace;
pub(crate) mod transport;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tokio::sync::watch;
use tokio::time::Instant;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::Instrument;

use crate::clock::Clock;
use crate::config::{Deadlines, Limits};

use admission::{Admission, Admitted};
pub use notice::{Notice, READ_ONLY_HEADER};
use reply::Reply;
pub use stage::Stage;
use trace::Call;
pub use trace::TRACE_ID_HEADER;

/// Puts a [`Wire`] around a service. Clones share limits and stage.
#[derive(Clone, Debug)]
pub struct WireLayer {
    admission: Arc<Admission>,
    notice: Notice,
    clock: Clock,
}

impl WireLayer {
    /// A layer with its own limits. `stage` tells it where the server stands;
    /// when its sender is gone, calls end as if it said [`Stage::Cut`].
    #[must_use]
    pub fn new(
        limits: &Limits,
        deadlines: &Deadlines,
        stage: watch::Receiver<Stage>,
        clock: Clock,
    ) -> Self {
        let admission = Arc::new(Admission::new(*limits, *deadlines, stage));
        Self { admission, notice: Notice::default(), clock }
    }

    /// As it is, with something to tell callers.
    #[must_use]
    pub fn telling(self, notice: Notice) -> Self {
        Self { notice, ..self }
    }
}

impl<S> Layer<S> for WireLayer {
    type Service = Wire<S>;

    fn layer(&self, inner: S) -> Wire<S> {
        Wire { inner, layer: self.clone() }
    }
}

/// A service behind the layer.
#[derive(Clone, Debug)]
pub struct Wire<S> {
    inner: S,
    layer: WireLayer,
}

impl<S> Service<Request<Body>> for Wire<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // Taken here, not at the first poll: tonic has a timeout of its own
        // around this layer, which answers CANCELLED and must come second.
        let arrived = Instant::now();
        let clone = self.inner.clone();
        // The clone may not be ready; the service that was polled is.
        let inner = std::mem::replace(&mut self.inner, clone);
        let WireLayer { admission, notice, .. } = self.layer.clone();
        let call = Call::new(&request, &self.layer.clock, arrived);
        let span = call.span();
        let answered = async move {
            let mut response = answer(&admission, &notice, inner, request, call).await;
            notice.mark(response.headers_mut());
            Ok(response)
        };
        Box::pin(answered.instrument(span))
    }
}

async fn answer<S>(
    admission: &Admission,
    notice: &Notice,
    mut inner: S,
    mut request: Request<Body>,
    call: Call,
) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let Admitted { policy, deadline, permit } = match admission.admit(&request, &call, notice) {
        Ok(admitted) => admitted,
        Err(refusal) => return Reply::refused(refusal.into_response(), call),
    };
    let mut ending = deadline::ending(policy.shape, deadline, admission.stage());
    request.extensions_mut().insert(call.caller());
    let request = framing::checked(request, policy.shape, admission.limits().request_bytes);

    let served = AssertUnwindSafe(async move { inner.call(request).await }).catch_unwind();
    let response = tokio::select! {
        // What is finished is delivered, even at the last moment.
        biased;
        served = served => match served {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_) => refusal::panicked().into_http(),
        },
        status = &mut ending => status.into_http(),
    };
    Reply::wrap(response, call, ending, permit, admission.limits().reply_bytes)
}
