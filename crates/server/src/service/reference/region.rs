//! Regions.

use outlay_proto::v1;

use super::by_id;
use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::domain::reference::region::{self, Region, RegionLink, RegionSuccessor, RegionType};
use crate::error::Violations;
use crate::service::convert::{Convert, Head, date, name};
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

    fn show(stored: &Stored<Region>, day: Date) -> v1::Region {
        let head = Head::of(stored);
        let region = &stored.record;
        v1::Region {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            code: region.code.clone(),
            display_name: region.display_name.clone(),
            localized_names: region.localized_names.clone(),
            r#type: region.region_type.number(),
            parent: name(Kind::Region, region.parent_at(day)),
            links: region.dated_links().iter().map(show_link).collect(),
            valid_from: region.valid_from.map(date),
            valid_to: region.valid_to.map(date),
            successors: region.successors.iter().map(show_successor).collect(),
        }
    }

    fn read(wire: &v1::Region, old: Option<&Region>, convert: &mut Convert<'_>) -> Region {
        let region_type = RegionType::from_number(wire.r#type);
        let parent = convert.optional_id("parent", Kind::Region, &wire.parent);
        let links = convert.items("links", &wire.links, read_link);
        let links = region::links(old, parent, links, convert.today());
        let mut successors = convert.items("successors", &wire.successors, read_successor);
        successors.sort_by_key(|next| next.date);
        Region {
            code: wire.code.clone(),
            display_name: wire.display_name.clone(),
            localized_names: wire.localized_names.clone(),
            region_type: convert.required("type", region_type, RegionType::County),
            links: convert.ok("parent", links).unwrap_or_default(),
            valid_from: convert.date("valid_from", wire.valid_from.as_ref()),
            valid_to: convert.date("valid_to", wire.valid_to.as_ref()),
            successors,
        }
    }

    fn check(record: &Region, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn natural_id(wire: &v1::Region) -> Option<String> {
        Some(wire.code.to_ascii_lowercase())
    }

    fn plan(query: &Query<'_>) -> Plan {
        by_id(Kind::Region, query)
    }
}

fn read_link(convert: &mut Convert<'_>, link: &v1::RegionLink) -> RegionLink {
    RegionLink {
        parent: convert.id("parent", Kind::Region, &link.parent),
        valid_from: convert.date("valid_from", link.valid_from.as_ref()),
        valid_to: convert.date("valid_to", link.valid_to.as_ref()),
        reason: link.reason.clone(),
        document_number: link.document_number.clone(),
    }
}

fn show_link(link: &RegionLink) -> v1::RegionLink {
    v1::RegionLink {
        parent: name(Kind::Region, &link.parent),
        valid_from: link.valid_from.map(date),
        valid_to: link.valid_to.map(date),
        reason: link.reason.clone(),
        document_number: link.document_number.clone(),
    }
}

fn read_successor(convert: &mut Convert<'_>, next: &v1::RegionSuccessor) -> RegionSuccessor {
    RegionSuccessor {
        region: convert.id("region", Kind::Region, &next.region),
        date: convert.required_date("date", next.date.as_ref()),
        reason: next.reason.clone(),
        document_number: next.document_number.clone(),
    }
}

fn show_successor(next: &RegionSuccessor) -> v1::RegionSuccessor {
    v1::RegionSuccessor {
        region: name(Kind::Region, &next.region),
        date: Some(date(next.date)),
        reason: next.reason.clone(),
        document_number: next.document_number.clone(),
    }
}
