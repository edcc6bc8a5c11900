//! Calls whose messages are bytes: what no generated code would send.

use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;
use tonic::{Request, Status};

/// Messages as they are on the wire.
#[derive(Clone, Copy, Debug, Default)]
struct AsBytes;

impl Codec for AsBytes {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for AsBytes {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for AsBytes {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

/// Calls `method`, such as `outlay.v1.ProjectService/GetProject`, with one
/// message, and gives the last message of the answer.
pub(crate) async fn call(channel: &Channel, method: &str, message: Bytes) -> Result<Bytes, Status> {
    let mut stub = tonic::client::Grpc::new(channel.clone());
    let ready = stub.ready().await;
    ready.map_err(|error| Status::unknown(error.to_string()))?;
    let path = PathAndQuery::try_from(format!("/{method}")).unwrap();
    // As a stream, so that the same serves unary calls and streams.
    let sent = Request::new(tokio_stream::once(message));
    let mut answer = stub.streaming(sent, path, AsBytes).await?.into_inner();
    let mut last = Bytes::new();
    while let Some(message) = answer.message().await? {
        last = message;
    }
    Ok(last)
}

/// A field of wire type 2: its number and its bytes.
pub(crate) fn field(number: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    varint(u64::from(number) << 3 | 2, &mut bytes);
    varint(content.len() as u64, &mut bytes);
    bytes.extend_from_slice(content);
    bytes
}

fn varint(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
