//! Targets: what an indicator is to reach in a year.

use minicbor::{Decode, Encode};

use super::decimal::Decimal;
use super::flaw::Flaw;
use super::id::{Id, MAX_ID};
use super::kind::{Kind, Reference, References};
use crate::error::{Reason, Violations};

/// The target of an indicator for a region and a year.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Target {
    /// Region.
    #[n(8)]
    pub region: Id,
    /// Indicator.
    #[n(9)]
    pub indicator: Id,
    /// Year, 1900 to 2999.
    #[n(10)]
    pub year: i32,
    /// Value to be reached, in the indicator's unit.
    #[n(11)]
    pub value: Option<Decimal>,
    /// Growth to be reached over the year before: 0.1 for 10 percent.
    #[n(12)]
    pub growth: Option<Decimal>,
    /// Number of the document that sets it; may be empty.
    #[n(13)]
    #[cbor(skip_if = "String::is_empty")]
    pub document_number: String,
    /// Policy that sets it.
    #[n(14)]
    pub policy: Option<Id>,
    /// What else is to be known of it; may be empty.
    #[n(15)]
    #[cbor(skip_if = "String::is_empty")]
    pub note: String,
}

impl Target {
    /// The id of the target of an indicator for a region and a year.
    ///
    /// # Errors
    /// That of [`Id::parse`], where it would be longer than an id may be.
    pub fn id(region: &Id, indicator: &Id, year: i32) -> Result<Id, Flaw> {
        Id::parse(&format!("{region}-{indicator}-{year}"))
    }

    /// Checks the target.
    pub fn check(&self, v: &mut Violations) {
        if self.value.is_none() && self.growth.is_none() {
            v.add("value", Reason::FieldRequired, "is required where there is no growth either");
        }
        if Self::id(&self.region, &self.indicator, self.year).is_err() {
            let text = format!(
                "makes an id of more than {MAX_ID} characters with region and year: give the \
                 indicator or the region a shorter code"
            );
            v.add("indicator", Reason::FieldTooLong, text);
        }
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default()
            .one("region", Kind::Region, &self.region)
            .one("indicator", Kind::Indicator, &self.indicator)
            .one("policy", Kind::Policy, &self.policy)
            .take()
    }
}
