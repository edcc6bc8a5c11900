//! Who calls, when, and for what: what a change is recorded under.

use uuid::Uuid;

use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::engine::Context;

/// A call that may change something.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who.
    pub principal: String,
    /// Full name of the RPC, or of the job.
    pub method: String,
    /// Address of the caller.
    pub peer: String,
    /// W3C trace id.
    pub trace_id: String,
    /// The caller's request id.
    pub request_id: Option<Uuid>,
    /// BLAKE3 of the request.
    pub payload: [u8; 32],
    /// Check everything, change nothing.
    pub validate_only: bool,
    /// When.
    pub now: Instant,
    /// The day it is in the server's time zone.
    pub today: Date,
    /// A remark that is kept with the change.
    pub note: String,
}

impl Call {
    /// What the engine keeps of it with a commit.
    #[must_use]
    pub fn context(&self) -> Context {
        Context {
            principal: self.principal.clone(),
            method: self.method.clone(),
            request_id: self.request_id,
            time_micros: self.now.micros(),
            peer: self.peer.clone(),
            trace_id: self.trace_id.clone(),
            note: self.note.clone(),
        }
    }
}
