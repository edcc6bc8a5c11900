//! One call: its names, its span, and its line in the log.
//!
//! The line is written when the call is over, however it ends; payloads never
//! are.

use http::{HeaderMap, HeaderValue, Request};
use tokio::time::Instant;
use tonic::Code;
use tonic::transport::server::TcpConnectInfo;
use tracing::Span;

use crate::access::{Caller, LOOPBACK};
use crate::clock::Clock;

/// Header of every reply: the call's W3C trace id, 32 hexadecimal digits.
pub const TRACE_ID_HEADER: &str = "trace-id";

const TRACEPARENT: &str = "traceparent";
/// `00-` trace id `-` parent id `-` flags; later versions may add to it.
const TRACEPARENT_LENGTH: usize = 55;
/// Most characters of a path that are logged.
const MAX_LOGGED_PATH: usize = 200;

/// A call that is under way. Dropping it writes its line.
#[derive(Debug)]
pub(super) struct Call {
    method: String,
    peer: Option<std::net::SocketAddr>,
    trace_id: String,
    arrived: Instant,
    span: Span,
    end: End,
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The caller went away.
    Abandoned,
    /// With a status.
    Status(Code),
    /// It was no gRPC; with an HTTP status.
    Http(u16),
}

impl Call {
    pub(super) fn new(
        request: &Request<tonic::body::Body>,
        clock: &Clock,
        arrived: Instant,
    ) -> Self {
        let path = request.uri().path();
        let method = path.strip_prefix('/').unwrap_or(path);
        let method: String = method.chars().take(MAX_LOGGED_PATH).collect();
        let peer = request.extensions().get().and_then(TcpConnectInfo::remote_addr);
        let trace_id = given_trace_id(request.headers())
            .unwrap_or_else(|| clock.random_id().simple().to_string());
        let span = tracing::info_span!(
            "call",
            method,
            peer = peer.map(tracing::field::display),
            trace_id,
        );
        Self { method, peer, trace_id, arrived, span, end: End::Abandoned }
    }

    /// Full name of what is called, as far as it is logged: of an RPC that
    /// exists, all of it.
    pub(super) fn method(&self) -> &str {
        &self.method
    }

    pub(super) fn peer(&self) -> Option<std::net::SocketAddr> {
        self.peer
    }

    pub(super) fn arrived(&self) -> Instant {
        self.arrived
    }

    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// What the service is told of the caller.
    pub(super) fn caller(&self) -> Caller {
        Caller {
            principal: LOOPBACK.to_owned(),
            peer: self.peer.map(|peer| peer.to_string()).unwrap_or_default(),
            trace_id: self.trace_id.clone(),
            method: self.method.clone(),
        }
    }

    /// Puts the trace id into a reply's headers.
    pub(super) fn mark(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.trace_id) {
            headers.insert(TRACE_ID_HEADER, value);
        }
    }

    pub(super) fn ended(&mut self, code: Code) {
        self.end = End::Status(code);
    }

    pub(super) fn ended_as_http(&mut self, status: http::StatusCode) {
        self.end = End::Http(status.as_u16());
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let _guard = self.span.enter();
        let microseconds = self.arrived.elapsed().as_micros() as u64;
        match self.end {
            // Probes come every few seconds.
            End::Status(Code::Ok) if self.method.starts_with("grpc.health.") => {
                tracing::debug!(microseconds, status = "Ok", "answered");
            }
            End::Status(code) => tracing::info!(microseconds, status = ?code, "answered"),
            End::Http(status) => tracing::info!(microseconds, http_status = status, "answered"),
            End::Abandoned => tracing::info!(microseconds, "given up by the caller"),
        }
    }
}

/// The caller's trace id, where there is a valid one (W3C Trace Context).
fn given_trace_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(TRACEPARENT)?.to_str().ok()?;
    let (known, rest) = text.split_at_checked(TRACEPARENT_LENGTH)?;
    let mut parts = known.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let lengths = [version.len(), trace.len(), parent.len(), flags.len()];
    let zeros = |text: &str| text.bytes().all(|byte| byte == b'0');
    let hexadecimal = |text: &&str| {
        text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let well_formed = lengths == [2, 32, 16, 2]
        && [version, trace, parent, flags].iter().all(hexadecimal)
        && version != "ff"
        && !zeros(trace)
        && !zeros(parent)
        && (rest.is_empty() || (version != "00" && rest.starts_with('-')));
    well_formed.then(|| trace.to_owned())
}
