//! `ReviewDelegationService`.

use outlay_proto::v1;
use outlay_proto::v1::review_delegation_service_server::ReviewDelegationService;
use tonic::Request;

use super::convert::{Convert, Head, date, name};
use super::history;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, reply};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::review_delegation::{Delegate, ReviewDelegation};
use crate::domain::review_level::ReviewLevel;
use crate::error::{Result, Violations};
use crate::store::Known;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::record::Stored;

/// The noun.
pub(super) struct ReviewDelegations;

impl Noun for ReviewDelegations {
    type Wire = v1::ReviewDelegation;
    type Record = ReviewDelegation;
    const MESSAGE: &'static str = "ReviewDelegation";
    const ORDERS: &'static [&'static str] = &["create_time"];
    const NEWEST_FIRST: bool = true;

    fn show(stored: &Stored<ReviewDelegation>, _day: Date) -> v1::ReviewDelegation {
        let head = Head::of(stored);
        let delegation = &stored.record;
        v1::ReviewDelegation {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            region: name(Kind::Region, &delegation.region),
            level: delegation.level.number(),
            delegate: delegation.delegate.name(),
            first_date: Some(date(delegation.first_date)),
            last_date: Some(date(delegation.last_date)),
            reason: delegation.reason.clone(),
        }
    }

    fn read(
        wire: &v1::ReviewDelegation,
        old: Option<&ReviewDelegation>,
        convert: &mut Convert<'_>,
    ) -> ReviewDelegation {
        let level = ReviewLevel::from_number(wire.level);
        let delegation = ReviewDelegation {
            region: convert.id("region", Kind::Region, &wire.region),
            level: convert.required("level", level, ReviewLevel::County),
            delegate: read_delegate(&wire.delegate, convert),
            first_date: convert.required_date("first_date", wire.first_date.as_ref()),
            last_date: convert.required_date("last_date", wire.last_date.as_ref()),
            reason: wire.reason.clone(),
        };
        if convert.is_whole() {
            convert.rule("last_date", delegation.check_end(old, convert.today()));
        }
        delegation
    }

    fn check(record: &ReviewDelegation, known: &Known, _today: Date, v: &mut Violations) {
        record.check(&known.regions, v);
    }

    fn plan(query: &Query<'_>) -> Plan {
        let regions = || {
            let names = query.filter.one_of("region")?;
            let ids = names.iter().filter_map(|name| kind::parse_as(Kind::Region, name).ok());
            Some(ids.collect::<Vec<Id>>())
        };
        let (index, by) = match query.regions.clone().or_else(regions) {
            Some(regions) => {
                let by = regions.iter().map(|region| Key::part().text(region.as_str()));
                (Index::ReviewDelegationRegionCreated, by.collect())
            }
            None => (Index::ReviewDelegationCreated, vec![Key::part()]),
        };
        let mut ranges = Vec::with_capacity(by.len());
        for by in by.into_iter().map(Key::done) {
            let flags = query.deleted_flags().iter();
            ranges.extend(flags.map(|deleted| index::range(index, *deleted, &by)));
        }
        Plan { ranges, order_len: 8, direction: query.direction }
    }
}

fn read_delegate(name: &str, convert: &mut Convert<'_>) -> Delegate {
    let read = if name.is_empty() { None } else { convert.ok("delegate", Delegate::parse(name)) };
    convert.required("delegate", read, Delegate::Organisation(Id::unread()))
}

#[tonic::async_trait]
impl ReviewDelegationService for Standard {
    async fn create_review_delegation(
        &self,
        request: Request<v1::CreateReviewDelegationRequest>,
    ) -> Reply<v1::ReviewDelegation> {
        self.create(request).await
    }

    async fn get_review_delegation(
        &self,
        request: Request<v1::GetReviewDelegationRequest>,
    ) -> Reply<v1::ReviewDelegation> {
        self.get(request).await
    }

    async fn list_review_delegations(
        &self,
        request: Request<v1::ListReviewDelegationsRequest>,
    ) -> Reply<v1::ListReviewDelegationsResponse> {
        self.list(request).await
    }

    async fn update_review_delegation(
        &self,
        request: Request<v1::UpdateReviewDelegationRequest>,
    ) -> Reply<v1::ReviewDelegation> {
        self.update(request).await
    }

    async fn delete_review_delegation(
        &self,
        request: Request<v1::DeleteReviewDelegationRequest>,
    ) -> Reply<v1::ReviewDelegation> {
        self.delete(request).await
    }

    async fn undelete_review_delegation(
        &self,
        request: Request<v1::UndeleteReviewDelegationRequest>,
    ) -> Reply<v1::ReviewDelegation> {
        self.undelete(request).await
    }

    async fn list_review_delegation_history(
        &self,
        request: Request<v1::ListReviewDelegationHistoryRequest>,
    ) -> Reply<v1::ListReviewDelegationHistoryResponse> {
        reply(list_history(self, request).await)
    }
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListReviewDelegationHistoryRequest>,
) -> Result<v1::ListReviewDelegationHistoryResponse> {
    let page = history::page::<ReviewDelegations, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::ReviewDelegationVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListReviewDelegationHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
