//! What is wrong with one value.

use std::fmt;

use crate::error::{Error, Reason, Violations};

/// Why a value was refused. It doesn't know in which field the value stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Why.
    pub reason: Reason,
    /// What is wrong and what to do: the rest of a sentence that begins with
    /// the field, without a full stop.
    pub description: String,
}

impl Flaw {
    /// A flaw.
    #[must_use]
    pub fn new(reason: Reason, description: impl Into<String>) -> Self {
        let description = description.into();
        Self { reason, description }
    }

    /// Adds the flaw as a violation of `field`.
    pub fn add_to(self, field: &str, v: &mut Violations) {
        v.add(field, self.reason, self.description);
    }

    /// The flaw as the only violation of a request.
    #[must_use]
    pub fn into_error(self, field: &str) -> Error {
        Error::field(field, self.reason, self.description)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}

impl std::error::Error for Flaw {}
