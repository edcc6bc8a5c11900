//! Who calls, and what they may do.
//!
//! Until there are tokens and certificates the server listens on loopback
//! only, and whoever reaches it is the principal [`LOOPBACK`].

pub mod policy;

/// The principal of every caller on this machine.
pub const LOOPBACK: &str = "loopback";

/// Who makes a call: an extension of every request that reaches a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who: [`LOOPBACK`] for now.
    pub principal: String,
    /// Address and port of the other end: `127.0.0.1:53211`.
    pub peer: String,
    /// W3C trace id, 32 hexadecimal digits: the caller's, or a new one.
    pub trace_id: String,
    /// Full name of the RPC: `outlay.v1.ProjectService/CreateProject`.
    pub method: String,
}
