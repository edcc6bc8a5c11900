//! Indicators: what the statistics count, and what targets are set for.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference, References};
use crate::domain::numbered::numbered;
use crate::domain::stored::is_false;

numbered! {
    /// Unit of an indicator's values.
    IndicatorUnit {
        /// Yuan; ten thousand and a hundred million are ways of showing it.
        Yuan = 1 "YUAN",
    }
}

/// Which of the projects' reports an indicator is the sum of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReportScope {
    /// Industries, each with all below it; empty for all there are.
    #[n(1)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub industries: Vec<Id>,
    /// Only technical transformations.
    #[n(2)]
    #[cbor(skip_if = "is_false")]
    pub technical_transformation: bool,
}

/// An indicator.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Indicator {
    /// Code, which is the id.
    #[n(8)]
    pub code: String,
    /// Name, as it is printed.
    #[n(9)]
    pub display_name: String,
    /// Names in other languages, by language tag.
    #[n(10)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_names: BTreeMap<String, String>,
    /// Unit of its values.
    #[n(11)]
    pub unit: IndicatorUnit,
    /// Indicator that it is a part of: the denominator of its share.
    #[n(12)]
    pub share_of: Option<Id>,
    /// Which of the projects' reports it is the sum of; none where it isn't of
    /// these at all.
    #[n(13)]
    pub report_scope: Option<ReportScope>,
}

impl Indicator {
    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let industries = self.report_scope.as_ref().map_or(&[][..], |scope| &scope.industries);
        References::default()
            .one("share_of", Kind::Indicator, &self.share_of)
            .many("report_scope.industries", Kind::Industry, industries)
            .take()
    }
}
