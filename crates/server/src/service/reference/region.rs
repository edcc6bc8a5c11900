//! Regions.

use outlay_proto::v1;

use super::by_id;
use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::domain::reference::region::{Region, RegionType};
use crate::error::Violations;
use crate::service::convert::{Convert, Head, name};
use crate::service::noun::{Noun, Query};
use crate::store::Known;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(in crate::service) struct Regions;

impl Noun for Regions {
    type Wire = v1::Region;
    type Record = Region;
    const MESSAGE: &'static str = "Region";
    const ORDERS: &'static [&'static str] = &["name"];

    fn show(stored: &Stored<Region>) -> v1::Region {
        let head = Head::of(stored);
        let region = &stored.record;
        v1::Region {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            etag: head.etag,
            revision: head.revision,
            code: region.code.clone(),
            display_name: region.display_name.clone(),
            localized_names: region.localized_names.clone(),
            r#type: region.region_type.number(),
            parent: name(Kind::Region, &region.parent),
        }
    }

    fn read(wire: &v1::Region, _old: Option<&Region>, convert: &mut Convert<'_>) -> Region {
        let region_type = RegionType::from_number(wire.r#type);
        Region {
            code: wire.code.clone(),
            display_name: wire.display_name.clone(),
            localized_names: wire.localized_names.clone(),
            region_type: convert.required("type", region_type, RegionType::County),
            parent: convert.optional_id("parent", Kind::Region, &wire.parent),
        }
    }

    fn check(_record: &Region, _known: &Known, _today: Date, _v: &mut Violations) {}

    fn natural_id(wire: &v1::Region) -> Option<String> {
        Some(wire.code.to_ascii_lowercase())
    }

    fn plan(query: &Query<'_>) -> Plan {
        by_id(Kind::Region, query)
    }
}
