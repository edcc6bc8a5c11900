//! `GetActionSummary`: actions counted by organisation or region.

use std::collections::{BTreeMap, BTreeSet};

use outlay_proto::v1;
use tonic::Request;

use crate::domain::action::age::{ActionCounts, DUE_SOON_DAYS};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::reference::{Organisation, Region};
use crate::error::{Error, Reason, Result};
use crate::service::admit;
use crate::service::convert::date;
use crate::service::standard::{Standard, revision, territory};
use crate::store::reader::Reader;

pub(super) async fn get(
    standard: &Standard,
    request: Request<v1::GetActionSummaryRequest>,
) -> Result<v1::GetActionSummaryResponse> {
    let (_, message) = admit::reading(request)?;
    let reader = standard.reader(&message).await?;
    let today = standard.today()?;
    let soon = match message.due_soon_days {
        0 => DUE_SOON_DAYS,
        days => days,
    };
    let rows = match message.by() {
        v1::ActionSummaryKey::Region => by_region(&reader, &message, today, soon).await?,
        _ => by_organisation(&reader, &message, today, soon).await?,
    };
    Ok(v1::GetActionSummaryResponse { rows, day: Some(date(today)), revision: revision(&reader) })
}

async fn by_organisation(
    reader: &Reader,
    message: &v1::GetActionSummaryRequest,
    today: Date,
    soon: i32,
) -> Result<Vec<v1::ActionCounts>> {
    let regions = territory(reader, &message.region, today).await?;
    let only = match (kind::parse_as(Kind::Organisation, &message.organisation), &regions) {
        (Ok(id), _) => Some(vec![id]),
        (Err(_), Some(regions)) => Some(reader.organisations_in(regions).await?),
        (Err(_), None) => None,
    };
    let counts = reader.action_counts(Kind::Organisation, only.as_deref(), today, soon).await?;
    let ids: Vec<Id> = counts.keys().cloned().collect();
    let found = reader.find_many::<Organisation>(&ids).await?;
    let is_within = |region: &Option<Id>| {
        let within = |regions: &Vec<Id>| {
            region.as_ref().is_some_and(|region| regions.binary_search(region).is_ok())
        };
        regions.as_ref().is_none_or(within)
    };
    let rows = counts.into_iter().zip(found).filter_map(|((id, counts), found)| {
        let (display_name, region) =
            found.map(|found| (found.record.display_name, found.record.region)).unwrap_or_default();
        let row = show(&counts, display_name);
        let organisation = kind::name(Kind::Organisation, &id);
        is_within(&region).then_some(v1::ActionCounts { organisation, ..row })
    });
    Ok(rows.collect())
}

async fn by_region(
    reader: &Reader,
    message: &v1::GetActionSummaryRequest,
    today: Date,
    soon: i32,
) -> Result<Vec<v1::ActionCounts>> {
    if !message.organisation.is_empty() {
        let text = "goes with a summary by organisation: leave it out, or count by that";
        return Err(Error::field("organisation", Reason::FieldContradiction, text));
    }
    let whole = territory(reader, &message.region, today).await?;
    let counts = reader.action_counts(Kind::Region, whole.as_deref(), today, soon).await?;
    let rows = match (&whole, kind::parse_as(Kind::Region, &message.region)) {
        (Some(_), Ok(root)) => below(reader, &root, &counts, today).await?,
        _ => counts.into_iter().collect(),
    };
    let ids: Vec<Id> = rows.iter().map(|(id, _)| id.clone()).collect();
    let found = reader.find_many::<Region>(&ids).await?;
    let rows = rows.into_iter().zip(found).map(|((id, counts), found)| {
        let row = show(&counts, found.map(|found| found.record.display_name).unwrap_or_default());
        v1::ActionCounts { region: kind::name(Kind::Region, &id), ..row }
    });
    Ok(rows.collect())
}

/// The whole first, then each region right below it that has any.
async fn below(
    reader: &Reader,
    root: &Id,
    counts: &BTreeMap<Id, ActionCounts>,
    today: Date,
) -> Result<Vec<(Id, ActionCounts)>> {
    let boundaries = reader.boundaries(today).await?;
    let sum = |ids: &[Id]| {
        let mut sum = ActionCounts::default();
        for id in ids.iter().collect::<BTreeSet<_>>() {
            counts.get(id).into_iter().for_each(|counts| sum.join(counts));
        }
        sum
    };
    let mut rows = vec![(root.clone(), sum(&boundaries.territory(root)))];
    for child in boundaries.tree().children(root) {
        let counts = sum(&boundaries.territory(child));
        if !counts.is_empty() {
            rows.push((child.clone(), counts));
        }
    }
    Ok(rows)
}

fn show(counts: &ActionCounts, display_name: String) -> v1::ActionCounts {
    let [week, month, quarter, longer] = counts.overdue;
    v1::ActionCounts {
        organisation: String::new(),
        region: String::new(),
        display_name,
        open_count: counts.open,
        due_soon_count: counts.due_soon,
        overdue_week_count: week,
        overdue_month_count: month,
        overdue_quarter_count: quarter,
        overdue_longer_count: longer,
        closed_count: counts.closed,
        cancelled_count: counts.cancelled,
    }
}
