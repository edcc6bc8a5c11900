//! What every request goes through before its handler: its fields are checked
//! and its caller is known.

use outlay_proto::validate::Validate;

use tonic::Request;
use uuid::Uuid;

use super::requests::Mutation;
use crate::access::Caller;
use crate::error::{Error, Result, Violations};
use crate::store::Store;
use crate::store::call::Call;

/// The caller that the wire's layers have put into a request.
///
/// # Errors
/// A fault of the server where they haven't.
pub(super) fn caller<T>(request: &Request<T>) -> Result<Caller> {
    let caller = request.extensions().get::<Caller>().cloned();
    caller.ok_or_else(|| Error::internal("a request came in without its caller"))
}

/// A reading request: checked whole.
///
/// # Errors
/// [`Error::Fields`].
pub(super) fn reading<Q: Validate>(request: Request<Q>) -> Result<(Caller, Q)> {
    let caller = caller(&request)?;
    let message = request.into_inner();
    let mut violations = Violations::new();
    message.validate(&mut violations);
    crate::error::none_of(violations)?;
    Ok((caller, message))
}

/// A changing request: what is wrong with its fields is told together with
/// what the change finds wrong.
///
/// # Errors
/// A fault of the server where its clock is out of range.
pub(super) fn changing<Q: Mutation>(
    store: &Store,
    request: Request<Q>,
) -> Result<(Call, Violations, Q)> {
    let caller = caller(&request)?;
    let message = request.into_inner();
    let mut violations = Violations::new();
    message.validate(&mut violations);
    let mut call = call(store, caller)?;
    // An id of a wrong form is a violation already.
    call.request_id = Uuid::parse_str(message.request_id()).ok();
    call.payload = blake3::hash(&message.encode_to_vec()).into();
    call.validate_only = message.validate_only();
    Ok((call, violations, message))
}

/// A call of a caller, now.
///
/// # Errors
/// A fault of the server where its clock is out of range.
pub(super) fn call(store: &Store, caller: Caller) -> Result<Call> {
    let Caller { principal, peer, trace_id, method } = caller;
    let call = Call::now(store.clock(), &principal, &method)?;
    Ok(Call { peer, trace_id, ..call })
}
