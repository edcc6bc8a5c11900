//! Whether a call may come in: is it gRPC, is there such an RPC, may this
//! caller call it, does the server serve, is there room, and until when.

use std::sync::Arc;

use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use outlay_proto::validate::Reason;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use tonic::body::Body;
use tonic::{Code, Status};

use super::refusal::{RETRY_BUSY, RETRY_RESTART, refuse, refuse_for_now, unknown_method};
use super::trace::Call;
use super::{Notice, Stage, deadline};
use crate::access::policy::{self, Policy, Shape};
use crate::config::{Deadlines, Limits};

/// What decides, shared by all connections.
#[derive(Debug)]
pub(super) struct Admission {
    limits: Limits,
    deadlines: Deadlines,
    stage: watch::Receiver<Stage>,
    calls: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

/// Why a call may not come in.
#[derive(Debug)]
pub(super) enum Refusal {
    /// In gRPC's words.
    Grpc(Status),
    /// In HTTP's, to what isn't gRPC: tonic would try to serve it.
    Http(StatusCode, &'static str),
}

/// A call that may go on.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) policy: &'static Policy,
    /// None for a stream whose caller gave none.
    pub(super) deadline: Option<Instant>,
    /// Held until the reply is delivered.
    pub(super) permit: Option<OwnedSemaphorePermit>,
}

impl Admission {
    pub(super) fn new(limits: Limits, deadlines: Deadlines, stage: watch::Receiver<Stage>) -> Self {
        Self {
            limits,
            deadlines,
            stage,
            calls: Arc::new(Semaphore::new(limits.calls)),
            streams: Arc::new(Semaphore::new(limits.streams)),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn stage(&self) -> watch::Receiver<Stage> {
        self.stage.clone()
    }

    /// Lets a call in, or says why not. Nothing of its body has been read.
    pub(super) fn admit(
        &self,
        request: &Request<Body>,
        call: &Call,
        notice: &Notice,
    ) -> Result<Admitted, Refusal> {
        speaks_grpc(request)?;
        self.decide(request.headers(), call, notice).map_err(Refusal::Grpc)
    }

    fn decide(
        &self,
        headers: &HeaderMap,
        call: &Call,
        notice: &Notice,
    ) -> Result<Admitted, Status> {
        let policy = policy::find(call.method()).ok_or_else(unknown_method)?;
        if !policy.rule.allows(call.peer().map(|peer| peer.ip())) {
            return Err(refuse(
                Code::PermissionDenied,
                Reason::PermissionDenied,
                "calls are taken from this machine only: connect by 127.0.0.1 or [::1]",
            ));
        }
        self.serves(policy, notice)?;
        let deadline = self.deadline(headers, policy.shape, call.arrived())?;
        let permit = self.room(policy)?;
        Ok(Admitted { policy, deadline, permit })
    }

    fn serves(&self, policy: &Policy, notice: &Notice) -> Result<(), Status> {
        let message = match *self.stage.borrow() {
            Stage::Starting if policy.method.starts_with("outlay.") => match notice.starting() {
                Some(progress) => format!("the server is starting: {progress}: try again later"),
                None => "the server is starting: try again in a moment".to_owned(),
            },
            Stage::Cut | Stage::Closed => {
                "the server is stopping: try again in a moment".to_owned()
            }
            Stage::Starting | Stage::Serving | Stage::Draining => return Ok(()),
        };
        Err(refuse_for_now(Reason::NotServing, message, RETRY_RESTART))
    }

    fn deadline(
        &self,
        headers: &HeaderMap,
        shape: Shape,
        arrived: Instant,
    ) -> Result<Option<Instant>, Status> {
        let given = deadline::given(headers)?;
        let time = match shape {
            Shape::Unary => {
                Some(given.unwrap_or(self.deadlines.default).min(self.deadlines.longest))
            }
            _ => given,
        };
        if time.is_some_and(|time| time.is_zero()) {
            return Err(deadline::passed());
        }
        // A deadline beyond what the clock can hold is none.
        Ok(time.and_then(|time| arrived.checked_add(time)))
    }

    /// A place among the calls or the streams. A probe needs none: it must
    /// learn that the server lives, however busy it is.
    fn room(&self, policy: &Policy) -> Result<Option<OwnedSemaphorePermit>, Status> {
        let (places, what) = match policy.shape {
            Shape::Unary if policy.method.starts_with("grpc.health.") => return Ok(None),
            Shape::Unary => (&self.calls, "calls"),
            _ => (&self.streams, "streams"),
        };
        match Arc::clone(places).try_acquire_owned() {
            Ok(permit) => Ok(Some(permit)),
            Err(_) => Err(refuse_for_now(
                Reason::Overloaded,
                format!("the server has too many {what} to do: try again in a moment"),
                RETRY_BUSY,
            )),
        }
    }
}

impl Refusal {
    pub(super) fn into_response(self) -> Response<Body> {
        match self {
            Self::Grpc(status) => status.into_http(),
            Self::Http(status, text) => {
                let mut response = Response::new(Body::new(http_body_util::Full::from(text)));
                *response.status_mut() = status;
                let headers = response.headers_mut();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
                headers.insert(ALLOW, HeaderValue::from_static("POST"));
                response
            }
        }
    }
}

fn speaks_grpc(request: &Request<Body>) -> Result<(), Refusal> {
    if !is_grpc(request.headers()) {
        let text = "This is a gRPC server: use a gRPC client, such as outlay or grpcurl.\n";
        return Err(Refusal::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    if request.method() != Method::POST {
        return Err(Refusal::Http(StatusCode::METHOD_NOT_ALLOWED, "gRPC calls are POSTs.\n"));
    }
    Ok(())
}

/// `application/grpc`, with or without a suffix such as `+proto`; gRPC-Web is
/// another protocol.
fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type
        .and_then(|text| text.strip_prefix("application/grpc"))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', ';']))
}
