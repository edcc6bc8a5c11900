//! `GetCompleteness`: how many reports are expected and how many are there.

use std::collections::BTreeSet;

use outlay_proto::v1;
use tonic::Request;

use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::month::Month;
use crate::domain::period::Period;
use crate::domain::reference::Region;
use crate::error::{Error, Result};
use crate::service::admit;
use crate::service::standard::{Standard, revision};
use crate::service::statistics::query::completeness::{Complete, show};
use crate::service::statistics::query::places::Places;
use crate::service::statistics::query::{asked, shown};

pub(super) async fn get(
    standard: &Standard,
    request: Request<v1::GetCompletenessRequest>,
) -> Result<v1::GetCompletenessResponse> {
    let (_, message) = admit::reading(request)?;
    let period = Period::parse(&message.period).map_err(|flaw| flaw.into_error("period"))?;
    let root = match message.region.as_str() {
        "" => None,
        name => Some(kind::parse_as(Kind::Region, name).map_err(|flaw| flaw.into_error("region"))?),
    };
    let reader = standard.reader(&message).await?;
    let basis = asked::basis(message.basis(), reader.highest_level());
    let months: Vec<Month> = period.figure_months().collect();
    let mut places =
        Places::within(&reader, root.as_ref(), Some(1), (period, None), &months).await?;
    let when = (period, standard.today()?);
    let complete = Complete::read(&reader, &mut places, when, Some(basis)).await?;
    let complete = complete.ok_or_else(|| Error::internal("a month's own day parts no region"))?;
    let below: BTreeSet<&Id> = places.rows.iter().chain(complete.rows()).collect();
    let ids: Vec<Id> = below.into_iter().chain(&root).cloned().collect();
    let found = reader.find_many::<Region>(&ids).await?;
    let mut rows = Vec::with_capacity(ids.len() + 1);
    let row = |id: Option<&Id>, display_name: String, own: bool| v1::RegionCompleteness {
        region: id.map(|id| kind::name(Kind::Region, id)).unwrap_or_default(),
        display_name,
        own,
        completeness: Some(show(match id {
            Some(id) if own || root.as_ref() != Some(id) => complete.row(id, period),
            _ => complete.whole(period),
        })),
    };
    let names = found.into_iter().map(|found| found.map(|it| it.record.display_name));
    let mut names: Vec<String> = names.map(Option::unwrap_or_default).collect();
    let name = if root.is_some() { names.pop().unwrap_or_default() } else { String::new() };
    rows.push(row(root.as_ref(), name, false));
    rows.extend(
        ids.iter().zip(names).map(|(id, name)| row(Some(id), name, root.as_ref() == Some(id))),
    );
    Ok(v1::GetCompletenessResponse {
        rows,
        basis: shown::basis(basis).into(),
        period: period.to_string(),
        revision: revision(&reader),
    })
}
