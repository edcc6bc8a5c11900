//! Policies.

use outlay_proto::v1;

use super::{by_creation, by_id};
use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::domain::reference::policy::Policy;
use crate::error::Violations;
use crate::service::convert::{Convert, Head, date, name};
use crate::service::noun::{Noun, Query};
use crate::store::Known;
use crate::store::index::Index;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(in crate::service) struct Policies;

impl Noun for Policies {
    type Wire = v1::Policy;
    type Record = Policy;
    const MESSAGE: &'static str = "Policy";
    const ORDERS: &'static [&'static str] = &["name", "create_time"];

    fn show(stored: &Stored<Policy>, _day: Date) -> v1::Policy {
        let head = Head::of(stored);
        let policy = &stored.record;
        v1::Policy {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            title: policy.title.clone(),
            localized_titles: policy.localized_titles.clone(),
            issuer: name(Kind::Organisation, &policy.issuer),
            document_number: policy.document_number.clone(),
            issue_date: policy.issue_date.map(date),
            valid_from_date: policy.valid_from_date.map(date),
            valid_to_date: policy.valid_to_date.map(date),
            uri: policy.uri.clone(),
        }
    }

    fn read(wire: &v1::Policy, _old: Option<&Policy>, convert: &mut Convert<'_>) -> Policy {
        Policy {
            title: wire.title.clone(),
            localized_titles: wire.localized_titles.clone(),
            issuer: convert.optional_id("issuer", Kind::Organisation, &wire.issuer),
            document_number: wire.document_number.clone(),
            issue_date: convert.date("issue_date", wire.issue_date.as_ref()),
            valid_from_date: convert.date("valid_from_date", wire.valid_from_date.as_ref()),
            valid_to_date: convert.date("valid_to_date", wire.valid_to_date.as_ref()),
            uri: wire.uri.clone(),
        }
    }

    fn check(record: &Policy, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn unique_code(wire: &v1::Policy) -> Option<(u8, String)> {
        (!wire.document_number.is_empty()).then(|| (11, wire.document_number.clone()))
    }

    fn plan(query: &Query<'_>) -> Plan {
        match query.order {
            "create_time" => by_creation(Index::PolicyCreated, query),
            _ => by_id(Kind::Policy, query),
        }
    }
}
