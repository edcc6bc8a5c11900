//! Reference data: what other records are described with.

pub mod cluster;
pub mod indicator;
pub mod industry;
pub mod organisation;
pub mod policy;
pub mod region;

pub use cluster::{Cluster, ClusterTier};
pub use indicator::{Indicator, IndicatorUnit, ReportScope};
pub use industry::{Industry, IndustryLevel};
pub use organisation::{Organisation, OrganisationKind};
pub use policy::Policy;
pub use region::{Region, RegionType};
