//! Regions: a tree of any depth.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference, References};
use crate::domain::numbered::numbered;

numbered! {
    /// Type of region.
    RegionType {
        /// A country.
        Country = 1 "COUNTRY",
        /// A province, an autonomous region or a municipality of the state.
        Province = 2 "PROVINCE",
        /// A city with districts, or a prefecture.
        Prefecture = 3 "PREFECTURE",
        /// A county, a district or a city at county level.
        County = 4 "COUNTY",
        /// A development zone.
        DevelopmentZone = 5 "DEVELOPMENT_ZONE",
        /// A town, a township or a sub-district.
        Township = 6 "TOWNSHIP",
    }
}

/// A region.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Region {
    /// Code (GB/T 2260 where it has one).
    #[n(8)]
    pub code: String,
    /// Name, as it is printed.
    #[n(9)]
    pub display_name: String,
    /// Names in other languages, by language tag.
    #[n(10)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_names: BTreeMap<String, String>,
    /// Type of region.
    #[n(11)]
    pub region_type: RegionType,
    /// Region above it; none at the root.
    #[n(12)]
    pub parent: Option<Id>,
}

impl Region {
    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default().one("parent", Kind::Region, &self.parent).take()
    }
}
