//! Organisations.

use outlay_proto::v1;

use super::{by_creation, by_id};
use crate::domain::date::Date;
use crate::domain::kind::{self, Kind};
use crate::domain::reference::organisation::{Organisation, OrganisationKind};
use crate::error::Violations;
use crate::service::convert::{Convert, Head, name, read_contact, show_contact};
use crate::service::noun::{Noun, Query};
use crate::store::Known;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(in crate::service) struct Organisations;

impl Noun for Organisations {
    type Wire = v1::Organisation;
    type Record = Organisation;
    const MESSAGE: &'static str = "Organisation";
    const ORDERS: &'static [&'static str] = &["name", "create_time"];

    fn show(stored: &Stored<Organisation>, _day: Date) -> v1::Organisation {
        let head = Head::of(stored);
        let organisation = &stored.record;
        v1::Organisation {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            display_name: organisation.display_name.clone(),
            localized_names: organisation.localized_names.clone(),
            kind: organisation.kind.number(),
            credit_code: organisation.credit_code.clone(),
            region: name(Kind::Region, &organisation.region),
            address: organisation.address.clone(),
            contacts: organisation.contacts.iter().map(show_contact).collect(),
        }
    }

    fn read(
        wire: &v1::Organisation,
        _old: Option<&Organisation>,
        convert: &mut Convert<'_>,
    ) -> Organisation {
        let kind = OrganisationKind::from_number(wire.kind);
        Organisation {
            display_name: wire.display_name.clone(),
            localized_names: wire.localized_names.clone(),
            kind: convert.required("kind", kind, OrganisationKind::Other),
            credit_code: wire.credit_code.clone(),
            region: convert.optional_id("region", Kind::Region, &wire.region),
            address: wire.address.clone(),
            contacts: wire.contacts.iter().map(read_contact).collect(),
        }
    }

    fn check(record: &Organisation, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn unique_code(wire: &v1::Organisation) -> Option<(u8, String)> {
        (!wire.credit_code.is_empty()).then(|| (11, wire.credit_code.clone()))
    }

    fn plan(query: &Query<'_>) -> Plan {
        if query.order == "create_time" {
            return by_creation(Index::OrganisationCreated, query);
        }
        let Some(regions) = query.filter.one_of("region") else {
            return by_id(Kind::Organisation, query);
        };
        let mut ranges = Vec::new();
        for id in regions.iter().filter_map(|name| kind::parse_as(Kind::Region, name).ok()) {
            let by = Key::part().text(id.as_str()).done();
            let flags = query.deleted_flags().iter();
            ranges.extend(flags.map(|flag| index::range(Index::OrganisationRegion, *flag, &by)));
        }
        Plan { ranges, order_len: 0, direction: query.direction }
    }
}
