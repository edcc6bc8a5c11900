//! Clusters.

use outlay_proto::v1;

use super::by_id;
use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::domain::reference::cluster::{Cluster, ClusterTier};
use crate::error::Violations;
use crate::service::convert::{Convert, Head, name};
use crate::service::noun::{Noun, Query};
use crate::store::Known;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(in crate::service) struct Clusters;

impl Noun for Clusters {
    type Wire = v1::Cluster;
    type Record = Cluster;
    const MESSAGE: &'static str = "Cluster";
    const ORDERS: &'static [&'static str] = &["name"];

    fn show(stored: &Stored<Cluster>, _day: Date) -> v1::Cluster {
        let head = Head::of(stored);
        let cluster = &stored.record;
        v1::Cluster {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            code: cluster.code.clone(),
            display_name: cluster.display_name.clone(),
            localized_names: cluster.localized_names.clone(),
            tier: cluster.tier.number(),
            parent: name(Kind::Cluster, &cluster.parent),
        }
    }

    fn read(wire: &v1::Cluster, _old: Option<&Cluster>, convert: &mut Convert<'_>) -> Cluster {
        let tier = ClusterTier::from_number(wire.tier);
        Cluster {
            code: wire.code.clone(),
            display_name: wire.display_name.clone(),
            localized_names: wire.localized_names.clone(),
            tier: convert.required("tier", tier, ClusterTier::Characteristic),
            parent: convert.optional_id("parent", Kind::Cluster, &wire.parent),
        }
    }

    fn check(_record: &Cluster, _known: &Known, _today: Date, _v: &mut Violations) {}

    fn natural_id(wire: &v1::Cluster) -> Option<String> {
        Some(wire.code.to_ascii_lowercase())
    }

    fn plan(query: &Query<'_>) -> Plan {
        by_id(Kind::Cluster, query)
    }
}
