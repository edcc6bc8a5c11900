//! What is done with many reports at once: all of them or none.

use std::collections::{BTreeMap, BTreeSet};

use outlay_proto::v1;
use tonic::Request;

use super::{Reports, review};
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::report::Report;
use crate::domain::report::check::Scene;
use crate::domain::report::review::Actor;
use crate::domain::review_level::ReviewLevel;
use crate::error::{Error, Result, Violations};
use crate::service::admit;
use crate::service::requests::Mutation;
use crate::service::standard::{Standard, live};
use crate::store::call::Call;
use crate::store::many::{Batch, Done};
use crate::store::record::Stored;
use crate::store::{Edit, Known};

pub(super) async fn accept(
    standard: &Standard,
    request: Request<v1::BatchAcceptReportsRequest>,
) -> Result<v1::BatchAcceptReportsResponse> {
    let done = run(
        standard,
        request,
        |message| &message.names,
        |message, report, by, scene| {
            let level = ReviewLevel::from_number(message.level);
            review::accept(report, by, level, (&message.comment, None), scene)
        },
    )
    .await?;
    let (changed_count, revision) = counted(&done);
    Ok(v1::BatchAcceptReportsResponse { changed_count, revision })
}

pub(super) async fn send_back(
    standard: &Standard,
    request: Request<v1::BatchReturnReportsRequest>,
) -> Result<v1::BatchReturnReportsResponse> {
    let done = run(
        standard,
        request,
        |message| &message.names,
        |message, report, by, scene| {
            let level = ReviewLevel::from_number(message.level);
            let why = (message.code, message.text.clone(), Vec::new());
            review::send_back(report, by, level, why, scene)
        },
    )
    .await?;
    let (changed_count, revision) = counted(&done);
    Ok(v1::BatchReturnReportsResponse { changed_count, revision })
}

fn counted(done: &Done<Report>) -> (i32, i64) {
    let count = i32::try_from(done.changed).unwrap_or(i32::MAX);
    (count, i64::try_from(done.revision).unwrap_or(i64::MAX))
}

/// Does the same with each report that a request names.
async fn run<Q: Mutation>(
    standard: &Standard,
    request: Request<Q>,
    names: impl Fn(&Q) -> &[String],
    act: impl Fn(&Q, &mut Report, &Actor<'_>, Option<&Scene>) -> Result<()>,
) -> Result<Done<Report>> {
    let (call, found, message) = admit::changing(&standard.store, request)?;
    let ids = names(&message).iter().map(|name| kind::parse_as(Kind::Report, name));
    let Ok(ids) = ids.collect::<std::result::Result<BTreeSet<Id>, _>>() else {
        return Err(Error::Fields(found));
    };
    crate::error::none_of(found)?;
    let change = |id: &Id, old: Option<&Stored<Report>>, known: &Known, call: &Call| {
        let old = old.ok_or_else(|| Error::NotFound { name: kind::name(Kind::Report, id) })?;
        let mut report = live(Some(old))?.record.clone();
        let (name, principal) = (old.name(), call.principal.as_str());
        let by = Actor { name: &name, principal, now: call.now, today: call.today };
        act(&message, &mut report, &by, known.scenes.get(id))?;
        match standard.fitting::<Reports>(Edit::Put(report), call)? {
            Edit::Put(report) => Ok((id.clone(), report)),
            Edit::SetDeleted(_) => Err(Error::internal("a report that is put stays one")),
        }
    };
    let edit = |records: &BTreeMap<Id, Stored<Report>>, known: &Known, _: &mut Violations| {
        let puts = ids.iter().map(|id| change(id, records.get(id), known, &call));
        let puts = puts.collect::<Result<Vec<_>>>()?;
        let answer = ids.first().cloned().ok_or_else(|| Error::internal("one is named"))?;
        Ok(Batch { answer, puts, list: None })
    };
    standard.store.change_many(&call, |_| ids.clone(), edit).await
}
