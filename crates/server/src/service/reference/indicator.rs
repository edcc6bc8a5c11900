//! Indicators.

use outlay_proto::v1;

use super::by_id;
use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::domain::reference::indicator::{Indicator, IndicatorUnit, ReportScope};
use crate::error::Violations;
use crate::service::convert::{Convert, Head, name, names};
use crate::service::noun::{Noun, Query};
use crate::store::Known;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(in crate::service) struct Indicators;

impl Noun for Indicators {
    type Wire = v1::Indicator;
    type Record = Indicator;
    const MESSAGE: &'static str = "Indicator";
    const ORDERS: &'static [&'static str] = &["name"];

    fn show(stored: &Stored<Indicator>, _day: Date) -> v1::Indicator {
        let head = Head::of(stored);
        let indicator = &stored.record;
        v1::Indicator {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            code: indicator.code.clone(),
            display_name: indicator.display_name.clone(),
            localized_names: indicator.localized_names.clone(),
            unit: indicator.unit.number(),
            share_of: name(Kind::Indicator, &indicator.share_of),
            report_scope: indicator.report_scope.as_ref().map(|scope| v1::ReportScope {
                industries: names(Kind::Industry, &scope.industries),
                technical_transformation: scope.technical_transformation,
            }),
        }
    }

    fn read(
        wire: &v1::Indicator,
        _old: Option<&Indicator>,
        convert: &mut Convert<'_>,
    ) -> Indicator {
        let unit = IndicatorUnit::from_number(wire.unit);
        let scope = wire.report_scope.as_ref();
        Indicator {
            code: wire.code.clone(),
            display_name: wire.display_name.clone(),
            localized_names: wire.localized_names.clone(),
            unit: convert.required("unit", unit, IndicatorUnit::Yuan),
            share_of: convert.optional_id("share_of", Kind::Indicator, &wire.share_of),
            report_scope: convert.message("report_scope", scope, |convert, scope| ReportScope {
                industries: convert.ids("industries", Kind::Industry, &scope.industries),
                technical_transformation: scope.technical_transformation,
            }),
        }
    }

    fn check(_record: &Indicator, _known: &Known, _today: Date, _v: &mut Violations) {}

    fn natural_id(wire: &v1::Indicator) -> Option<String> {
        Some(wire.code.clone())
    }

    fn plan(query: &Query<'_>) -> Plan {
        by_id(Kind::Indicator, query)
    }
}
