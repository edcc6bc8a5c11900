//! Targets.

use outlay_proto::v1;

use super::plan;
use crate::domain::date::Date;
use crate::domain::kind::{self, Kind};
use crate::domain::target::Target;
use crate::error::Violations;
use crate::service::convert::{Convert, Head, name};
use crate::service::noun::{Noun, Query};
use crate::store::Known;
use crate::store::index::Index;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(in crate::service) struct Targets;

impl Noun for Targets {
    type Wire = v1::Target;
    type Record = Target;
    const MESSAGE: &'static str = "Target";
    const ORDERS: &'static [&'static str] = &["year", "create_time"];
    const NEWEST_FIRST: bool = true;
    const NATURAL_ID: bool = true;

    fn show(stored: &Stored<Target>, _day: Date) -> v1::Target {
        let head = Head::of(stored);
        let target = &stored.record;
        v1::Target {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            region: name(Kind::Region, &target.region),
            indicator: name(Kind::Indicator, &target.indicator),
            year: target.year,
            value: target.value.map(|value| value.to_string()).unwrap_or_default(),
            growth: target.growth.map(|growth| growth.to_string()).unwrap_or_default(),
            document_number: target.document_number.clone(),
            policy: name(Kind::Policy, &target.policy),
            note: target.note.clone(),
        }
    }

    fn read(wire: &v1::Target, _old: Option<&Target>, convert: &mut Convert<'_>) -> Target {
        Target {
            region: convert.id("region", Kind::Region, &wire.region),
            indicator: convert.id("indicator", Kind::Indicator, &wire.indicator),
            year: wire.year,
            value: convert.optional_decimal("value", &wire.value),
            growth: convert.optional_decimal("growth", &wire.growth),
            document_number: wire.document_number.clone(),
            policy: convert.optional_id("policy", Kind::Policy, &wire.policy),
            note: wire.note.clone(),
        }
    }

    fn check(record: &Target, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn natural_id(wire: &v1::Target) -> Option<String> {
        let region = kind::parse_as(Kind::Region, &wire.region).ok()?;
        let indicator = kind::parse_as(Kind::Indicator, &wire.indicator).ok()?;
        Target::id(&region, &indicator, wire.year).ok().map(|id| id.to_string())
    }

    fn plan(query: &Query<'_>) -> Plan {
        match query.order {
            "create_time" => plan(query, Index::TargetCreated, None),
            _ => plan(
                query,
                Index::TargetYear,
                Some((Index::TargetRegionYear, Index::TargetIndicatorYear)),
            ),
        }
    }
}
