//! Organisations: offices and companies.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::domain::common::Contact;
use crate::domain::credit_code;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference, References};
use crate::domain::numbered::numbered;
use crate::error::Violations;

numbered! {
    /// Kind of organisation.
    OrganisationKind {
        /// An office of the administration.
        Bureau = 1 "BUREAU",
        /// A company.
        Company = 2 "COMPANY",
        /// A research institute.
        Institute = 3 "INSTITUTE",
        /// A university or college.
        University = 4 "UNIVERSITY",
        /// An association.
        Association = 5 "ASSOCIATION",
        /// Something else.
        Other = 6 "OTHER",
    }
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Organisation {
    /// Name, as it is printed.
    #[n(8)]
    pub display_name: String,
    /// Names in other languages, by language tag.
    #[n(9)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_names: BTreeMap<String, String>,
    /// Kind of organisation.
    #[n(10)]
    pub kind: OrganisationKind,
    /// Unified social credit code; may be empty. Unique.
    #[n(11)]
    #[cbor(skip_if = "String::is_empty")]
    pub credit_code: String,
    /// Region it belongs to.
    #[n(12)]
    pub region: Option<Id>,
    /// Address; may be empty.
    #[n(13)]
    #[cbor(skip_if = "String::is_empty")]
    pub address: String,
    /// Whom to call.
    #[n(14)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}

impl Organisation {
    /// Checks the organisation.
    pub fn check(&self, v: &mut Violations) {
        if !self.credit_code.is_empty()
            && let Err(flaw) = credit_code::check(&self.credit_code)
        {
            flaw.add_to("credit_code", v);
        }
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default().one("region", Kind::Region, &self.region).take()
    }
}
