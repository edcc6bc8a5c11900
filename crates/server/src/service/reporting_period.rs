//! `ReportingPeriodService`.

mod change;
mod convert;

use outlay_proto::v1;
use outlay_proto::v1::reporting_period_service_server::ReportingPeriodService;
use tonic::{Request, Response};

use super::convert::Convert;
use super::history;
use super::noun::{Noun, Query};
use super::reference::by_id;
use super::standard::{Reply, Standard, id_of, reply};
use super::status::status;
use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::domain::reporting_period::{ReportingPeriod, month_of};
use crate::error::{Error, Result, Violations};
use crate::store::list::Plan;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The noun.
pub(super) struct ReportingPeriods;

impl Noun for ReportingPeriods {
    type Wire = v1::ReportingPeriod;
    type Record = ReportingPeriod;
    const MESSAGE: &'static str = "ReportingPeriod";
    const ORDERS: &'static [&'static str] = &["name"];
    const NEWEST_FIRST: bool = true;

    fn show(stored: &Stored<ReportingPeriod>, _day: Date) -> v1::ReportingPeriod {
        convert::show(stored)
    }

    fn read(
        wire: &v1::ReportingPeriod,
        old: Option<&ReportingPeriod>,
        convert: &mut Convert<'_>,
    ) -> ReportingPeriod {
        convert::read(wire, old, convert)
    }

    fn check(record: &ReportingPeriod, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn natural_id(wire: &v1::ReportingPeriod) -> Option<String> {
        Some(wire.month.clone())
    }

    fn plan(query: &Query<'_>) -> Plan {
        by_id(Kind::ReportingPeriod, query)
    }
}

impl Standard {
    /// An answer with the deadlines that count.
    fn completed(&self, answer: Reply<v1::ReportingPeriod>) -> Reply<v1::ReportingPeriod> {
        let today = self.today().map_err(status)?;
        let mut wire = answer?.into_inner();
        convert::complete(&mut wire, &self.deadline_days, today);
        Ok(Response::new(wire))
    }
}

#[tonic::async_trait]
impl ReportingPeriodService for Standard {
    async fn create_reporting_period(
        &self,
        request: Request<v1::CreateReportingPeriodRequest>,
    ) -> Reply<v1::ReportingPeriod> {
        self.completed(self.create(request).await)
    }

    async fn get_reporting_period(
        &self,
        request: Request<v1::GetReportingPeriodRequest>,
    ) -> Reply<v1::ReportingPeriod> {
        self.completed(reply(get(self, request).await))
    }

    async fn list_reporting_periods(
        &self,
        request: Request<v1::ListReportingPeriodsRequest>,
    ) -> Reply<v1::ListReportingPeriodsResponse> {
        let today = self.today().map_err(status)?;
        let mut answer = self.list(request).await?;
        for wire in &mut answer.get_mut().reporting_periods {
            convert::complete(wire, &self.deadline_days, today);
        }
        Ok(answer)
    }

    async fn update_reporting_period(
        &self,
        request: Request<v1::UpdateReportingPeriodRequest>,
    ) -> Reply<v1::ReportingPeriod> {
        self.completed(self.update(request).await)
    }

    async fn delete_reporting_period(
        &self,
        request: Request<v1::DeleteReportingPeriodRequest>,
    ) -> Reply<v1::ReportingPeriod> {
        let answer = self.act(request, |_, old, _, _| match old.record.closed() {
            Some(closing) => Err(closing.refusal(&old.name())),
            None => Ok(Edit::SetDeleted(true)),
        });
        self.completed(answer.await)
    }

    async fn undelete_reporting_period(
        &self,
        request: Request<v1::UndeleteReportingPeriodRequest>,
    ) -> Reply<v1::ReportingPeriod> {
        self.completed(self.undelete(request).await)
    }

    async fn except_reporting_period(
        &self,
        request: Request<v1::ExceptReportingPeriodRequest>,
    ) -> Reply<v1::ReportingPeriod> {
        reply(change::except(self, request).await)
    }

    async fn withdraw_reporting_period(
        &self,
        request: Request<v1::WithdrawReportingPeriodRequest>,
    ) -> Reply<v1::ReportingPeriod> {
        reply(change::withdraw(self, request).await)
    }

    async fn close_reporting_period(
        &self,
        request: Request<v1::CloseReportingPeriodRequest>,
    ) -> Reply<v1::ReportingPeriod> {
        reply(change::close(self, request).await)
    }

    async fn reopen_reporting_period(
        &self,
        request: Request<v1::ReopenReportingPeriodRequest>,
    ) -> Reply<v1::ReportingPeriod> {
        reply(change::reopen(self, request).await)
    }

    async fn list_reporting_period_history(
        &self,
        request: Request<v1::ListReportingPeriodHistoryRequest>,
    ) -> Reply<v1::ListReportingPeriodHistoryResponse> {
        reply(list_history(self, request).await)
    }
}

/// A month as it is recorded, or as it is without a record.
async fn get(
    standard: &Standard,
    request: Request<v1::GetReportingPeriodRequest>,
) -> Result<v1::ReportingPeriod> {
    let (name, revision) = (request.get_ref().name.clone(), request.get_ref().revision);
    match standard.try_get(request).await {
        Err(Error::NotFound { .. }) if revision == 0 => {
            let id = id_of::<ReportingPeriods>("name", &name)?;
            month_of(&id).map(convert::unrecorded).map_err(|flaw| flaw.into_error("name"))
        }
        answer => answer,
    }
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListReportingPeriodHistoryRequest>,
) -> Result<v1::ListReportingPeriodHistoryResponse> {
    let page = history::page::<ReportingPeriods, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::ReportingPeriodVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListReportingPeriodHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
