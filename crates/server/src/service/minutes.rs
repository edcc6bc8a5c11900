//! `MinutesService`.

mod convert;
mod export;

use outlay_proto::v1;
use outlay_proto::v1::minutes_service_server::MinutesService;
use tonic::Request;

use super::convert::Convert;
use super::history;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, live, reply};
use crate::domain::date::Date;
use crate::domain::minutes::{Minutes, MinutesStep};
use crate::error::{Result, Violations};
use crate::store::call::Call;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The noun: its plural is its singular.
pub(super) struct MinutesNoun;

impl Noun for MinutesNoun {
    type Wire = v1::Minutes;
    type Record = Minutes;
    const MESSAGE: &'static str = "Minutes";
    const ORDERS: &'static [&'static str] = &["create_time"];
    const NEWEST_FIRST: bool = true;
    const NATURAL_ID: bool = true;

    fn show(stored: &Stored<Minutes>, _day: Date) -> v1::Minutes {
        convert::show(stored)
    }

    fn read(wire: &v1::Minutes, old: Option<&Minutes>, convert: &mut Convert<'_>) -> Minutes {
        convert::read(wire, old, convert)
    }

    fn check(record: &Minutes, known: &Known, _today: Date, v: &mut Violations) {
        record.check(known.meetings.get(&record.meeting), v);
    }

    fn permit_update(old: &Stored<Minutes>) -> Result<()> {
        old.record.permit_update(&old.name())
    }

    fn natural_id(wire: &v1::Minutes) -> Option<String> {
        wire.meeting.strip_prefix("meetings/").map(str::to_owned)
    }

    fn plan(query: &Query<'_>) -> Plan {
        let by = Key::part().done();
        let flags = query.deleted_flags().iter();
        let ranges = flags.map(|deleted| index::range(Index::MinutesCreated, *deleted, &by));
        Plan { ranges: ranges.collect(), order_len: 8, direction: query.direction }
    }
}

#[tonic::async_trait]
impl MinutesService for Standard {
    async fn create_minutes(
        &self,
        request: Request<v1::CreateMinutesRequest>,
    ) -> Reply<v1::Minutes> {
        self.create(request).await
    }

    async fn get_minutes(&self, request: Request<v1::GetMinutesRequest>) -> Reply<v1::Minutes> {
        self.get(request).await
    }

    async fn list_minutes(
        &self,
        request: Request<v1::ListMinutesRequest>,
    ) -> Reply<v1::ListMinutesResponse> {
        self.list(request).await
    }

    async fn update_minutes(
        &self,
        request: Request<v1::UpdateMinutesRequest>,
    ) -> Reply<v1::Minutes> {
        self.update(request).await
    }

    async fn delete_minutes(
        &self,
        request: Request<v1::DeleteMinutesRequest>,
    ) -> Reply<v1::Minutes> {
        self.act(request, |_, old, _, _| {
            if !old.is_deleted() {
                old.record.permit_delete(&old.name())?;
            }
            Ok(Edit::SetDeleted(true))
        })
        .await
    }

    async fn undelete_minutes(
        &self,
        request: Request<v1::UndeleteMinutesRequest>,
    ) -> Reply<v1::Minutes> {
        self.undelete(request).await
    }

    async fn submit_minutes(
        &self,
        request: Request<v1::SubmitMinutesRequest>,
    ) -> Reply<v1::Minutes> {
        self.act(request, |message, old, call, v| {
            let step = step(call, &message.person, "");
            edit(old, v, |minutes, name| minutes.submit(name, step))
        })
        .await
    }

    async fn approve_minutes(
        &self,
        request: Request<v1::ApproveMinutesRequest>,
    ) -> Reply<v1::Minutes> {
        self.act(request, |message, old, call, v| {
            let step = step(call, &message.person, &message.remark);
            edit(old, v, |minutes, name| minutes.approve(name, step))
        })
        .await
    }

    async fn return_minutes(
        &self,
        request: Request<v1::ReturnMinutesRequest>,
    ) -> Reply<v1::Minutes> {
        self.act(request, |message, old, call, v| {
            let step = step(call, &message.person, &message.reason);
            edit(old, v, |minutes, name| minutes.send_back(name, step))
        })
        .await
    }

    async fn issue_minutes(&self, request: Request<v1::IssueMinutesRequest>) -> Reply<v1::Minutes> {
        self.act(request, |message, old, call, v| {
            let step = step(call, &message.person, "");
            edit(old, v, |minutes, name| minutes.issue(name, step))
        })
        .await
    }

    async fn add_minutes_addendum(
        &self,
        request: Request<v1::AddMinutesAddendumRequest>,
    ) -> Reply<v1::Minutes> {
        self.act(request, |message, old, call, v| {
            let (text, step) = (message.text.clone(), step(call, &message.person, ""));
            edit(old, v, |minutes, name| minutes.add_addendum(name, text, step, old.revision))
        })
        .await
    }

    async fn revise_minutes(
        &self,
        request: Request<v1::ReviseMinutesRequest>,
    ) -> Reply<v1::Minutes> {
        self.act(request, |message, old, call, v| {
            let step = step(call, &message.person, &message.reason);
            edit(old, v, |minutes, name| minutes.revise(name, step, old.revision))
        })
        .await
    }

    async fn export_minutes(
        &self,
        request: Request<v1::ExportMinutesRequest>,
    ) -> Reply<v1::ExportMinutesResponse> {
        reply(export::run(self, request).await)
    }

    async fn list_minutes_history(
        &self,
        request: Request<v1::ListMinutesHistoryRequest>,
    ) -> Reply<v1::ListMinutesHistoryResponse> {
        reply(list_history(self, request).await)
    }
}

fn step(call: &Call, person: &str, reason: &str) -> MinutesStep {
    MinutesStep {
        person: person.to_owned(),
        principal: call.principal.clone(),
        time: call.now,
        reason: reason.to_owned(),
    }
}

/// Changes minutes that aren't deleted, where the request's fields are right.
fn edit(
    old: &Stored<Minutes>,
    v: &mut Violations,
    act: impl FnOnce(&mut Minutes, &str) -> Result<()>,
) -> Result<Edit<Minutes>> {
    let mut minutes = live(Some(old))?.record.clone();
    if v.is_empty() {
        act(&mut minutes, &old.name())?;
    }
    Ok(Edit::Put(minutes))
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListMinutesHistoryRequest>,
) -> Result<v1::ListMinutesHistoryResponse> {
    let page = history::page::<MinutesNoun, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::MinutesVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListMinutesHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
