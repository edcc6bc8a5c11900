//! Unary calls with dynamic messages, for callers that work on fields by their
//! names and need no stub.

use http::uri::PathAndQuery;
use prost::Message as _;
use prost::bytes::{Buf, BufMut};
use prost_reflect::{DynamicMessage, MessageDescriptor, MethodDescriptor};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Response, Status};

use crate::client::Transport;

/// Whether a call may be made again: it reads, or the server remembers it by
/// its request id.
pub(crate) fn repeatable(method: &MethodDescriptor, request: &DynamicMessage) -> bool {
    let reads =
        ["Get", "List", "Search", "BatchGet"].iter().any(|verb| method.name().starts_with(verb));
    reads
        || request
            .get_field_by_name("request_id")
            .is_some_and(|id| id.as_str().is_some_and(|id| !id.is_empty()))
}

/// Makes one attempt.
pub(crate) async fn unary(
    stub: &mut Grpc<Transport>,
    method: &MethodDescriptor,
    request: DynamicMessage,
) -> Result<Response<DynamicMessage>, Status> {
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    let path = PathAndQuery::from_maybe_shared(path)
        .map_err(|error| Status::internal(error.to_string()))?;
    stub.ready().await.map_err(|error| Status::from_error(Box::new(error)))?;
    let codec = DynamicCodec(method.output());
    stub.unary(Request::new(request), path, codec).await
}

/// Encodes any message, decodes those of one type.
struct DynamicCodec(MessageDescriptor);

impl Codec for DynamicCodec {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = DynamicEncoder;
    type Decoder = DynamicDecoder;

    fn encoder(&mut self) -> DynamicEncoder {
        DynamicEncoder
    }

    fn decoder(&mut self) -> DynamicDecoder {
        DynamicDecoder(self.0.clone())
    }
}

struct DynamicEncoder;

impl Encoder for DynamicEncoder {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, item: DynamicMessage, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.reserve(item.encoded_len());
        item.encode(&mut buffer.limit(usize::MAX))
            .map_err(|error| Status::internal(error.to_string()))
    }
}

struct DynamicDecoder(MessageDescriptor);

impl Decoder for DynamicDecoder {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let length = buffer.remaining();
        DynamicMessage::decode(self.0.clone(), buffer.take(length)).map(Some).map_err(|error| {
            Status::internal(format!("the server's answer can't be read ({error})"))
        })
    }
}
