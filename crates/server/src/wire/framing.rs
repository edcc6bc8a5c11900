//! Checks that a request's body is made of whole gRPC messages, as many as the
//! RPC takes and none over the limit.
//!
//! tonic checks too, but answers INTERNAL or OUT_OF_RANGE where the caller is
//! at fault, and passes over a second message where there must be one.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Request;
use http_body::{Body as HttpBody, Frame};
use tonic::Status;
use tonic::body::Body;

use super::refusal::{malformed, too_large};
use crate::access::policy::Shape;

/// A flag and a length of 32 bits stand before each message.
const PREFIX_BYTES: usize = 5;

/// The same request with a body that is checked as it is read.
pub(super) fn checked(request: Request<Body>, shape: Shape, limit: usize) -> Request<Body> {
    let single = shape.one_request();
    request.map(|inner| {
        let meter = Meter { single, limit, messages: 0, prefix: Vec::new(), missing: 0 };
        Body::new(Checked { inner, meter })
    })
}

struct Checked {
    inner: Body,
    meter: Meter,
}

impl HttpBody for Checked {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let checked = match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
            Some(Ok(frame)) => {
                let check = match frame.data_ref() {
                    Some(data) => self.meter.take(data),
                    // Trailers: tonic reads no further.
                    None => self.meter.end(),
                };
                Some(check.map(|()| frame))
            }
            Some(Err(error)) => Some(Err(error)),
            None => self.meter.end().err().map(Err),
        };
        Poll::Ready(checked)
    }
}

/// Follows the frames through a stream of bytes.
struct Meter {
    /// Exactly one message is due.
    single: bool,
    /// Longest message, in bytes.
    limit: usize,
    /// How many have begun.
    messages: u64,
    /// What is known of the next message's prefix.
    prefix: Vec<u8>,
    /// How many bytes of the present message are still to come.
    missing: usize,
}

impl Meter {
    fn take(&mut self, mut data: &[u8]) -> Result<(), Status> {
        while !data.is_empty() {
            let skipped = self.missing.min(data.len());
            self.missing -= skipped;
            data = &data[skipped..];

            let wanted = if self.missing > 0 { 0 } else { PREFIX_BYTES - self.prefix.len() };
            let (prefix, rest) = data.split_at(wanted.min(data.len()));
            self.prefix.extend_from_slice(prefix);
            data = rest;
            self.begin()?;
        }
        Ok(())
    }

    /// Begins a message once its prefix is complete.
    fn begin(&mut self) -> Result<(), Status> {
        if self.single && self.messages > 0 && !self.prefix.is_empty() {
            return Err(malformed("this RPC takes one request message: send no second one"));
        }
        let &[flag, a, b, c, d] = self.prefix.as_slice() else {
            return Ok(());
        };
        match flag {
            0 => {}
            1 => {
                return Err(malformed("the message says that it is compressed: send it plain"));
            }
            _ => {
                return Err(malformed("a message must begin with the flag 0, as gRPC has it"));
            }
        }
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > self.limit {
            let limit = self.limit;
            return Err(too_large(
                limit,
                format!("the message has {length} bytes and the limit is {limit}: send less"),
            ));
        }
        self.messages += 1;
        self.missing = length;
        self.prefix.clear();
        Ok(())
    }

    fn end(&self) -> Result<(), Status> {
        if self.missing > 0 || !self.prefix.is_empty() {
            return Err(malformed("the request ends within a message: send it whole"));
        }
        if self.single && self.messages == 0 {
            return Err(malformed("the request has no message: send one, if an empty one"));
        }
        Ok(())
    }
}
