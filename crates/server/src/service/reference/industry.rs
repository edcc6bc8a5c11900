//! Industries.

use outlay_proto::v1;

use super::by_id;
use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::domain::reference::industry::{Industry, IndustryLevel};
use crate::error::Violations;
use crate::service::convert::{Convert, Head, name};
use crate::service::noun::{Noun, Query};
use crate::store::Known;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(in crate::service) struct Industries;

impl Noun for Industries {
    type Wire = v1::Industry;
    type Record = Industry;
    const MESSAGE: &'static str = "Industry";
    const ORDERS: &'static [&'static str] = &["name"];

    fn show(stored: &Stored<Industry>, _day: Date) -> v1::Industry {
        let head = Head::of(stored);
        let industry = &stored.record;
        v1::Industry {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            code: industry.code.clone(),
            display_name: industry.display_name.clone(),
            localized_names: industry.localized_names.clone(),
            level: industry.level().map_or(0, IndustryLevel::number),
            parent: name(Kind::Industry, &industry.parent),
        }
    }

    fn read(wire: &v1::Industry, _old: Option<&Industry>, convert: &mut Convert<'_>) -> Industry {
        Industry {
            code: wire.code.clone(),
            display_name: wire.display_name.clone(),
            localized_names: wire.localized_names.clone(),
            parent: convert.optional_id("parent", Kind::Industry, &wire.parent),
        }
    }

    fn check(record: &Industry, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn natural_id(wire: &v1::Industry) -> Option<String> {
        Some(wire.code.to_ascii_lowercase())
    }

    fn plan(query: &Query<'_>) -> Plan {
        by_id(Kind::Industry, query)
    }
}
