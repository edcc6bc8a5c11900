//! Industrial clusters: a tree.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference, References};
use crate::domain::numbered::numbered;

numbered! {
    /// Tier of a cluster.
    ClusterTier {
        /// To become a cluster of world rank.
        WorldClass = 1 "WORLD_CLASS",
        /// A characteristic cluster of the province.
        Characteristic = 2 "CHARACTERISTIC",
        /// A field of the future.
        NewStarField = 3 "NEW_STAR_FIELD",
    }
}

/// An industrial cluster.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Cluster {
    /// Code.
    #[n(8)]
    pub code: String,
    /// Name, as it is printed.
    #[n(9)]
    pub display_name: String,
    /// Names in other languages, by language tag.
    #[n(10)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_names: BTreeMap<String, String>,
    /// Tier.
    #[n(11)]
    pub tier: ClusterTier,
    /// Cluster above it; none at the top.
    #[n(12)]
    pub parent: Option<Id>,
}

impl Cluster {
    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default().one("parent", Kind::Cluster, &self.parent).take()
    }
}
