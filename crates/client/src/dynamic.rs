//! Unary calls with dynamic messages, for callers that work on fields by their
//! names and need no stub.

use http::uri::PathAndQuery;
use outlay_proto::dynamic::{DynamicCodec, path};
use prost_reflect::{DynamicMessage, MethodDescriptor};
use tonic::client::Grpc;
use tonic::{Request, Response, Status};

use crate::client::Transport;

/// Whether a call may be made again: it reads, or the server remembers it by
/// its request id.
pub(crate) fn repeatable(method: &MethodDescriptor, request: &DynamicMessage) -> bool {
    let verbs = ["Get", "List", "Search", "BatchGet", "Export"];
    let reads = verbs.iter().any(|verb| method.name().starts_with(verb));
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
    let path = PathAndQuery::from_maybe_shared(path(method))
        .map_err(|error| Status::internal(error.to_string()))?;
    stub.ready().await.map_err(|error| Status::from_error(Box::new(error)))?;
    let codec = DynamicCodec::new(method.output());
    stub.unary(Request::new(request), path, codec).await
}
