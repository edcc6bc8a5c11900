//! `DecisionService`.

use outlay_proto::v1;
use outlay_proto::v1::decision_service_server::DecisionService;
use tonic::Request;

use super::convert::{Convert, Head, date, name, names, plain};
use super::history;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, live, reply};
use crate::domain::date::Date;
use crate::domain::decision::{Decision, DecisionState};
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::error::{Result, Violations};
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The noun.
pub(super) struct Decisions;

impl Noun for Decisions {
    type Wire = v1::Decision;
    type Record = Decision;
    const MESSAGE: &'static str = "Decision";
    const ORDERS: &'static [&'static str] = &["create_time"];
    const NEWEST_FIRST: bool = true;

    fn show(stored: &Stored<Decision>, _day: Date) -> v1::Decision {
        let head = Head::of(stored);
        let decision = &stored.record;
        v1::Decision {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            state: decision.state.number(),
            allowed_actions: if stored.is_deleted() {
                Vec::new()
            } else {
                decision.allowed_actions()
            },
            meeting: name(Kind::Meeting, &decision.meeting),
            host: name(Kind::Organisation, &decision.host),
            number: decision.shown_number(),
            text: decision.text.clone(),
            agenda_item: plain(decision.agenda_item.as_ref()),
            projects: names(Kind::Project, &decision.projects),
            regions: names(Kind::Region, &decision.regions),
            decided_date: Some(date(decision.decided_date)),
            supersedes: names(Kind::Decision, &decision.supersedes),
            superseded_by: name(Kind::Decision, &decision.superseded_by),
            withdraw_reason: decision.withdraw_reason.clone(),
        }
    }

    fn read(wire: &v1::Decision, old: Option<&Decision>, convert: &mut Convert<'_>) -> Decision {
        Decision {
            state: old.map_or(DecisionState::InForce, |old| old.state),
            meeting: convert.id("meeting", Kind::Meeting, &wire.meeting),
            // What follows from the meeting, the store fills in.
            host: old.map_or_else(Id::unread, |old| old.host.clone()),
            number: old.map_or(0, |old| old.number),
            text: wire.text.clone(),
            agenda_item: convert.plain_id("agenda_item", &wire.agenda_item),
            projects: convert.ids("projects", Kind::Project, &wire.projects),
            regions: convert.ids("regions", Kind::Region, &wire.regions),
            decided_date: convert.required_date("decided_date", wire.decided_date.as_ref()),
            supersedes: convert.ids("supersedes", Kind::Decision, &wire.supersedes),
            superseded_by: old.and_then(|old| old.superseded_by.clone()),
            withdraw_reason: old.map(|old| old.withdraw_reason.clone()).unwrap_or_default(),
        }
    }

    fn check(record: &Decision, _known: &Known, today: Date, v: &mut Violations) {
        record.check(today, v);
    }

    fn permit_update(old: &Stored<Decision>) -> Result<()> {
        old.record.permit_update(&old.name())
    }

    fn plan(query: &Query<'_>) -> Plan {
        let named = |field, kind| {
            let names = query.filter.one_of(field)?;
            let ids = names.iter().filter_map(|name| kind::parse_as(kind, name).ok());
            Some(ids.collect::<Vec<Id>>())
        };
        let (index, ids) = if let Some(ids) = named("meeting", Kind::Meeting) {
            (Index::DecisionMeetingCreated, ids)
        } else if let Some(ids) = named("projects", Kind::Project) {
            (Index::DecisionProjectCreated, ids)
        } else if let Some(ids) = named("host", Kind::Organisation) {
            (Index::DecisionHostCreated, ids)
        } else {
            (Index::DecisionRegionCreated, query.regions.clone().unwrap_or_default())
        };
        let by: Vec<Key> = ids.iter().map(|id| Key::part().text(id.as_str())).collect();
        let (index, by) = match (index, &query.regions) {
            (Index::DecisionRegionCreated, None) => (Index::DecisionCreated, vec![Key::part()]),
            _ => (index, by),
        };
        let mut ranges = Vec::with_capacity(by.len());
        for by in by.into_iter().map(Key::done) {
            let flags = query.deleted_flags().iter();
            ranges.extend(flags.map(|deleted| index::range(index, *deleted, &by)));
        }
        Plan { ranges, order_len: 8, direction: query.direction }
    }
}

#[tonic::async_trait]
impl DecisionService for Standard {
    async fn create_decision(
        &self,
        request: Request<v1::CreateDecisionRequest>,
    ) -> Reply<v1::Decision> {
        self.create(request).await
    }

    async fn get_decision(&self, request: Request<v1::GetDecisionRequest>) -> Reply<v1::Decision> {
        self.get(request).await
    }

    async fn list_decisions(
        &self,
        request: Request<v1::ListDecisionsRequest>,
    ) -> Reply<v1::ListDecisionsResponse> {
        self.list(request).await
    }

    async fn update_decision(
        &self,
        request: Request<v1::UpdateDecisionRequest>,
    ) -> Reply<v1::Decision> {
        self.update(request).await
    }

    async fn delete_decision(
        &self,
        request: Request<v1::DeleteDecisionRequest>,
    ) -> Reply<v1::Decision> {
        self.delete(request).await
    }

    async fn undelete_decision(
        &self,
        request: Request<v1::UndeleteDecisionRequest>,
    ) -> Reply<v1::Decision> {
        self.undelete(request).await
    }

    async fn withdraw_decision(
        &self,
        request: Request<v1::WithdrawDecisionRequest>,
    ) -> Reply<v1::Decision> {
        self.act(request, |message, old, _, v| {
            let mut decision = live(Some(old))?.record.clone();
            if v.is_empty() {
                decision.withdraw(&old.name(), message.reason.clone())?;
            }
            Ok(Edit::Put(decision))
        })
        .await
    }

    async fn list_decision_history(
        &self,
        request: Request<v1::ListDecisionHistoryRequest>,
    ) -> Reply<v1::ListDecisionHistoryResponse> {
        reply(list_history(self, request).await)
    }
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListDecisionHistoryRequest>,
) -> Result<v1::ListDecisionHistoryResponse> {
    let page = history::page::<Decisions, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::DecisionVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListDecisionHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
