//! Refusals taken apart, and held to what is true of every one of them.

use std::fmt::Debug;

use outlay_client::Refusal;
use outlay_proto::ERROR_DOMAIN;
use outlay_proto::v1::Reason;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

/// What a test asks about a refusal.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) code: Code,
    pub(crate) reason: String,
    pub(crate) message: String,
    /// Field and reason of every violation, in their order.
    pub(crate) fields: Vec<(String, String)>,
    /// All that is said, in one text.
    pub(crate) text: String,
    pub(crate) whole: Refusal,
}

impl PartialEq<(Code, &str)> for Refused {
    fn eq(&self, other: &(Code, &str)) -> bool {
        (self.code, self.reason.as_str()) == *other
    }
}

impl Refused {
    /// Whether exactly these fields are bad, for these reasons, in any order.
    #[track_caller]
    pub(crate) fn has_fields(&self, due: &[(&str, &str)]) {
        let mut came: Vec<(&str, &str)> =
            self.fields.iter().map(|(field, reason)| (field.as_str(), reason.as_str())).collect();
        let mut due = due.to_vec();
        came.sort_unstable();
        due.sort_unstable();
        assert_eq!(came, due, "{:#?}", self.whole);
    }

    /// Whether these fields are among the bad ones, for these reasons.
    #[track_caller]
    pub(crate) fn names_fields(&self, due: &[(&str, &str)]) {
        for (field, reason) in due {
            let named = |(f, r): &(String, String)| f == field && r == reason;
            assert!(self.fields.iter().any(named), "{field} {reason}: {:#?}", self.whole);
        }
    }

    /// What is needed, as the preconditions say it.
    pub(crate) fn needed(&self) -> Vec<&str> {
        self.whole.preconditions.iter().map(|failed| failed.description.as_str()).collect()
    }
}

/// The refusal that an answer must be.
#[track_caller]
pub(crate) fn refused<T: Debug>(answer: Result<Response<T>, Status>) -> Refused {
    match answer {
        Err(status) => taken_apart(&status),
        Ok(answer) => panic!("it was not refused: {:?}", answer.get_ref()),
    }
}

/// A status taken apart.
#[track_caller]
pub(crate) fn taken_apart(status: &Status) -> Refused {
    let info = status.get_details_error_info();
    let info = info.unwrap_or_else(|| panic!("there is no ErrorInfo: {status:?}"));
    assert_eq!(info.domain, ERROR_DOMAIN, "{status:?}");
    assert!(is_reason(&info.reason), "{} is no reason of the proto", info.reason);
    let size = status.message().len() + status.details().len();
    assert!(size < 4096, "message and details have {size} bytes: {status:?}");
    assert!(!status.message().is_empty(), "{status:?}");
    let whole = Refusal::from(status);
    for violation in &whole.violations {
        assert!(is_reason(&violation.reason), "{violation:?}");
        assert!(!violation.description.is_empty(), "{violation:?}");
    }
    if whole.code == Code::Unavailable {
        assert!(whole.retry_delay.is_some(), "UNAVAILABLE says when to come back: {whole:?}");
    }
    Refused {
        code: whole.code,
        reason: whole.reason.clone(),
        message: whole.message.clone(),
        fields: whole.violations.iter().map(|v| (v.field.clone(), v.reason.clone())).collect(),
        text: format!("{whole:?}"),
        whole,
    }
}

fn is_reason(name: &str) -> bool {
    !name.is_empty() && Reason::from_str_name(&format!("REASON_{name}")).is_some()
}
