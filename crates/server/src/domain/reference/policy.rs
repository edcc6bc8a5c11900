//! Policies: documents that other records refer to.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference, References};
use crate::error::{Reason, Violations};

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Policy {
    /// Title.
    #[n(8)]
    pub title: String,
    /// Titles in other languages, by language tag.
    #[n(9)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_titles: BTreeMap<String, String>,
    /// Organisation that issued it.
    #[n(10)]
    pub issuer: Option<Id>,
    /// Document number; may be empty. Unique.
    #[n(11)]
    #[cbor(skip_if = "String::is_empty")]
    pub document_number: String,
    /// Day on which it was issued.
    #[n(12)]
    pub issue_date: Option<Date>,
    /// First day on which it is valid.
    #[n(13)]
    pub valid_from_date: Option<Date>,
    /// Last day on which it is valid; not before the first.
    #[n(14)]
    pub valid_to_date: Option<Date>,
    /// Where its text is; may be empty.
    #[n(15)]
    #[cbor(skip_if = "String::is_empty")]
    pub uri: String,
}

impl Policy {
    /// Checks the policy. It may be valid from before its issue.
    pub fn check(&self, v: &mut Violations) {
        if let (Some(from), Some(to)) = (self.valid_from_date, self.valid_to_date)
            && to < from
        {
            let text = format!("is {to}, before valid_from_date {from}");
            v.add("valid_to_date", Reason::DateOrder, text);
        }
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default().one("issuer", Kind::Organisation, &self.issuer).take()
    }
}
