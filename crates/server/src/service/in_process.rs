//! Calls of the services from within the process: as a caller would make them, but
//! for the transport.

use http::uri::PathAndQuery;
use outlay_proto::dynamic::{DynamicCodec, path};
use prost_reflect::{DynamicMessage, MethodDescriptor};
use tonic::client::Grpc;
use tonic::service::Routes;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::access::Caller;

/// The services of this process.
#[derive(Clone, Debug)]
pub struct InProcess(Routes);

impl InProcess {
    /// Calls of these services.
    #[must_use]
    pub fn new(services: Routes) -> Self {
        Self(services)
    }

    /// Makes a call; one that creates what is there already has nothing to do.
    ///
    /// # Errors
    /// What the service says, with the fields that it names.
    pub(crate) async fn call(
        &self,
        caller: &Caller,
        method: &MethodDescriptor,
        message: DynamicMessage,
    ) -> Result<(), String> {
        let path = path(method);
        let mut request = Request::new(message);
        let name = path.trim_start_matches('/').to_owned();
        request.extensions_mut().insert(Caller { method: name, ..caller.clone() });
        let path = PathAndQuery::from_maybe_shared(path).map_err(|error| error.to_string())?;
        let mut stub = Grpc::new(self.0.clone());
        stub.ready().await.map_err(|error| error.to_string())?;
        match stub.unary(request, path, DynamicCodec::new(method.output())).await {
            Err(status) if status.code() == Code::AlreadyExists => Ok(()),
            Err(status) => Err(told(&status)),
            Ok(_) => Ok(()),
        }
    }
}

fn told(status: &Status) -> String {
    let bad = status.get_details_bad_request().into_iter().flat_map(|bad| bad.field_violations);
    let fields = bad.map(|one| format!("; {} {}", one.field, one.description));
    std::iter::once(status.message().to_owned()).chain(fields).collect()
}
