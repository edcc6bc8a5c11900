//! Who calls, when, and for what: what a change is recorded under.

use uuid::Uuid;

use crate::clock::Clock;
use crate::domain::date::Date;
use crate::domain::flaw::Flaw;
use crate::domain::instant::Instant;
use crate::engine::Context;
use crate::error::{Error, Result};

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
    /// A call of `principal` for `method`, now.
    ///
    /// # Errors
    /// A fault of the server where its clock is out of range.
    pub fn now(clock: &Clock, principal: &str, method: &str) -> Result<Self> {
        let fault = |flaw: Flaw| Error::internal(format!("the clock {}", flaw.description));
        Ok(Self {
            principal: principal.to_owned(),
            method: method.to_owned(),
            peer: String::new(),
            trace_id: String::new(),
            request_id: None,
            payload: [0; 32],
            validate_only: false,
            now: Instant::from_micros(clock.now_micros()).map_err(fault)?,
            today: Date::from_civil(clock.today()).map_err(fault)?,
            note: String::new(),
        })
    }

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
