//! What happened with the demonstration's records: calls of the services, one
//! after the other.
//!
//! Each has a request id that follows from its place, so that a server which was
//! stopped in the middle goes on where it was.

use outlay_proto::reflect;
use prost_reflect::{DynamicMessage, MethodDescriptor};
use serde::Deserialize;
use serde_json::Value;
use uuid::Builder;

use super::Problem;
use super::file::File;
use crate::access::Caller;
use crate::service::in_process::InProcess;

/// A call as a file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Service and method: `MeetingService/StartMeeting`.
    call: String,
    /// The request in canonical protobuf JSON.
    request: Value,
}

/// Makes the calls of a file. One whose record is there already was made before.
///
/// # Errors
/// What the file or a service has against a call.
pub(super) async fn play(
    services: &InProcess,
    caller: &Caller,
    file: &File,
) -> Result<(), Problem> {
    let steps: Vec<Step> = serde_json::from_str(file.text)
        .map_err(|error| Problem { what: file.name.to_owned(), why: error.to_string() })?;
    for (index, step) in steps.into_iter().enumerate() {
        let what = format!("{}, call {} ({})", file.name, index + 1, step.call);
        let failed = |why: String| Problem { what: what.clone(), why };
        let method = method(&step.call).ok_or_else(|| failed("there is no such RPC".to_owned()))?;
        let message = request(&method, step.request, &format!("{} {index}", file.name));
        let message = message.map_err(failed)?;
        services.call(caller, &method, message).await.map_err(failed)?;
    }
    Ok(())
}

fn method(call: &str) -> Option<MethodDescriptor> {
    let (service, method) = call.split_once('/')?;
    let service = reflect::pool().get_service_by_name(&format!("outlay.v1.{service}"))?;
    service.methods().find(|one| one.name() == method)
}

fn request(
    method: &MethodDescriptor,
    request: Value,
    place: &str,
) -> Result<DynamicMessage, String> {
    let mut message =
        DynamicMessage::deserialize(method.input(), request).map_err(|error| error.to_string())?;
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(place.as_bytes()).as_bytes()[..16]);
    let id = Builder::from_custom_bytes(bytes).into_uuid().to_string();
    message
        .try_set_field_by_name("request_id", prost_reflect::Value::String(id))
        .map_err(|error| error.to_string())?;
    Ok(message)
}
