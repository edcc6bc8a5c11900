//! Calls with dynamic messages, for those who work on fields by their names and
//! need no stub.

use prost::Message as _;
use prost::bytes::{Buf, BufMut};
use prost_reflect::{DynamicMessage, MessageDescriptor, MethodDescriptor};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

/// The path of a method's calls: `/outlay.v1.ProjectService/GetProject`.
#[must_use]
pub fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Encodes any message, decodes those of one type.
#[derive(Clone, Debug)]
pub struct DynamicCodec(MessageDescriptor);

impl DynamicCodec {
    /// A codec that decodes messages of this type.
    #[must_use]
    pub fn new(output: MessageDescriptor) -> Self {
        Self(output)
    }
}

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

/// Encodes any message.
#[derive(Clone, Copy, Debug)]
pub struct DynamicEncoder;

impl Encoder for DynamicEncoder {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, item: DynamicMessage, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.reserve(item.encoded_len());
        item.encode(&mut buffer.limit(usize::MAX))
            .map_err(|error| Status::internal(error.to_string()))
    }
}

/// Decodes messages of one type.
#[derive(Clone, Debug)]
pub struct DynamicDecoder(MessageDescriptor);

impl Decoder for DynamicDecoder {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let length = buffer.remaining();
        DynamicMessage::decode(self.0.clone(), buffer.take(length))
            .map(Some)
            .map_err(|error| Status::internal(format!("the answer can't be read ({error})")))
    }
}
