//! The reply on its way out: it ends at the deadline, survives a panic, has
//! its status mended, holds the call's place until it is delivered, and tells
//! the log how it ended.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tonic::body::Body;
use tonic::{Code, Status};

use super::deadline::Ending;
use super::normalise::{mended, normalise};
use super::refusal::panicked;
use super::trace::Call;

/// A reply's body.
pub(super) struct Reply {
    /// None once the status has been sent.
    inner: Option<Body>,
    ending: Ending,
    call: Call,
    limit: usize,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Reply {
    /// The reply to a call that wasn't let in: as it is.
    pub(super) fn refused(mut response: Response<Body>, mut call: Call) -> Response<Body> {
        match response.headers().get(Status::GRPC_STATUS) {
            Some(code) => call.ended(Code::from_bytes(code.as_bytes())),
            None => call.ended_as_http(response.status()),
        }
        call.mark(response.headers_mut());
        response
    }

    /// The reply of a service. `limit` is that of a reply message, in bytes.
    pub(super) fn wrap(
        response: Response<Body>,
        mut call: Call,
        ending: Ending,
        permit: Option<OwnedSemaphorePermit>,
        limit: usize,
    ) -> Response<Body> {
        let (mut parts, inner) = response.into_parts();
        if let Some(code) = normalise(&mut parts.headers, limit) {
            call.ended(code);
        }
        call.mark(&mut parts.headers);
        let reply = Self { inner: Some(inner), ending, call, limit, _permit: permit };
        Response::from_parts(parts, Body::new(reply))
    }

    /// Ends the reply with trailers.
    fn end(&mut self, trailers: HeaderMap) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.inner = None;
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn fail(&mut self, status: &Status) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.call.ended(status.code());
        let mut trailers = HeaderMap::new();
        if status.add_header(&mut trailers).is_err() {
            tracing::error!("a status could not be written");
        }
        self.end(trailers)
    }

    fn fail_foreign(&mut self, status: Status) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let status = if status.details().is_empty() { mended(&status, self.limit) } else { status };
        self.fail(&status)
    }

    fn advance(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(inner) = &mut self.inner else {
            return Poll::Ready(None);
        };
        // What panicked is dropped, not used again.
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(inner).poll_frame(context)));
        match polled {
            Ok(Poll::Ready(Some(Ok(frame)))) => match frame.into_trailers() {
                Ok(mut trailers) => {
                    if let Some(code) = normalise(&mut trailers, self.limit) {
                        self.call.ended(code);
                    }
                    self.end(trailers)
                }
                Err(data) => Poll::Ready(Some(Ok(data))),
            },
            Ok(Poll::Ready(Some(Err(status)))) => self.fail_foreign(status),
            Ok(Poll::Ready(None)) => {
                self.inner = None;
                Poll::Ready(None)
            }
            Ok(Poll::Pending) => match self.ending.as_mut().poll(context) {
                Poll::Ready(status) => self.fail(&status),
                Poll::Pending => Poll::Pending,
            },
            Err(_) => self.fail(&panicked()),
        }
    }
}

impl HttpBody for Reply {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let span = self.call.span();
        let _guard = span.enter();
        self.advance(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or(SizeHint::with_exact(0), HttpBody::size_hint)
    }
}
