//! A wire layer on the bench: stub services behind it, requests made by hand,
//! and replies taken apart.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body as HttpBody, Frame};
use jiff::tz::TimeZone;
use outlay_server::clock::Clock;
use outlay_server::config::Config;
use outlay_server::wire::{Stage, WireLayer};
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt};
use tonic::body::Body;
use tonic::transport::server::TcpConnectInfo;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use tower::{Layer, Service, ServiceExt};

/// A unary RPC.
pub(super) const UNARY: &str = "/outlay.v1.ProjectService/GetProject";
/// A bidirectional one.
pub(super) const BIDI: &str = "/outlay.v1.ReferenceService/ImportReferences";
/// A server stream without end.
pub(super) const FEED: &str = "/grpc.health.v1.Health/Watch";
/// A unary RPC that probes use.
pub(super) const CHECK: &str = "/grpc.health.v1.Health/Check";
/// One whole message without content.
pub(super) const EMPTY: &[u8] = &[0, 0, 0, 0, 0];

/// A layer and where its server stands.
pub(super) struct Bench {
    pub(super) layer: WireLayer,
    pub(super) stage: watch::Sender<Stage>,
}

impl Bench {
    pub(super) fn new(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::default();
        change(&mut config);
        let (stage, stages) = watch::channel(Stage::Serving);
        let clock = Clock::system(TimeZone::UTC);
        let layer = WireLayer::new(&config.limits, &config.deadlines, stages, clock);
        Self { layer, stage }
    }

    /// Sends one request through the layer to `service`.
    pub(super) async fn call<S>(&self, service: S, request: Request<Body>) -> Answer
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
        S: Clone + Send + 'static,
        S::Future: Send,
    {
        let response = self.open(service, request).await;
        Answer::read(response).await
    }

    /// As [`Bench::call`], without reading the reply's body.
    pub(super) async fn open<S>(&self, service: S, request: Request<Body>) -> Response<Body>
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
        S: Clone + Send + 'static,
        S::Future: Send,
    {
        self.layer.layer(service).oneshot(request).await.unwrap()
    }
}

/// A gRPC request from loopback, with the chunks of its body.
pub(super) fn request(path: &str, chunks: &[&[u8]]) -> Request<Body> {
    let chunks: Vec<_> = chunks.iter().map(|chunk| Bytes::copy_from_slice(chunk)).collect();
    let frames = tokio_stream::iter(chunks).map(|chunk| Ok(Frame::data(chunk)));
    let mut request =
        Request::post(path).header("content-type", "application/grpc").body(body(frames)).unwrap();
    come_from(&mut request, "127.0.0.1:50000");
    request
}

/// Changes where a request comes from.
pub(super) fn come_from(request: &mut Request<Body>, peer: &str) {
    let peer: SocketAddr = peer.parse().unwrap();
    let info = TcpConnectInfo { local_addr: None, remote_addr: Some(peer) };
    request.extensions_mut().insert(info);
}

/// A body of frames.
pub(super) fn body<S>(frames: S) -> Body
where
    S: Stream<Item = Result<Frame<Bytes>, Status>> + Send + 'static,
{
    struct Frames<S>(Pin<Box<S>>);
    impl<S: Stream<Item = Result<Frame<Bytes>, Status>>> HttpBody for Frames<S> {
        type Data = Bytes;
        type Error = Status;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<Frame<Bytes>, Status>>> {
            self.0.as_mut().poll_next(context)
        }
    }
    Body::new(Frames(Box::pin(frames)))
}

/// A reply with a status of its own and nothing else.
pub(super) fn ended(status: Status) -> Response<Body> {
    status.into_http()
}

/// Begins its reply and never goes on.
pub(super) async fn hang(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    let first = tokio_stream::once(Ok(Frame::data(Bytes::from_static(EMPTY))));
    Ok(Response::new(body(first.chain(tokio_stream::pending()))))
}

/// A whole reply.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) http: u16,
    pub(super) headers: HeaderMap,
    pub(super) data: Vec<u8>,
    /// From headers or trailers.
    pub(super) status: Option<Status>,
}

impl Answer {
    pub(super) async fn read(response: Response<Body>) -> Self {
        let (parts, mut body) = response.into_parts();
        let mut status = Status::from_header_map(&parts.headers);
        let mut data = Vec::new();
        loop {
            match std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => data.extend_from_slice(&bytes),
                    Err(frame) => {
                        status = status.or(Status::from_header_map(frame.trailers_ref().unwrap()));
                    }
                },
                Some(Err(error)) => panic!("the body failed: {error}"),
                None => break,
            }
        }
        Self { http: parts.status.as_u16(), headers: parts.headers, data, status }
    }

    pub(super) fn status(&self) -> &Status {
        self.status.as_ref().expect("there is a status")
    }

    /// The code and the reason; every error must have its `ErrorInfo`.
    pub(super) fn told(&self) -> (Code, String) {
        told(self.status())
    }

    pub(super) fn facts(&self) -> HashMap<String, String> {
        self.status().get_details_error_info().expect("there is an ErrorInfo").metadata
    }

    pub(super) fn retry(&self) -> Option<Duration> {
        self.status().get_details_retry_info().and_then(|info| info.retry_delay)
    }
}

/// The code and the reason of a status.
pub(super) fn told(status: &Status) -> (Code, String) {
    let info = status.get_details_error_info();
    let info = info.unwrap_or_else(|| panic!("no ErrorInfo: {status:?}"));
    assert_eq!(info.domain, outlay_proto::ERROR_DOMAIN);
    assert!(status.message().len() + status.details().len() < 4096, "{status:?}");
    (status.code(), info.reason)
}
