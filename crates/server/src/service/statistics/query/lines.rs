//! What a row's figures come from: sums of months, and targets.

use std::collections::BTreeMap;

use super::asked::Asked;
use super::reported::{Months, own, plain};
use crate::domain::id::Id;
use crate::domain::period::Period;
use crate::domain::project::light::LightRules;
use crate::domain::statistics::{
    Amount, Base, BaseKind, Line, Measure, Part, Projects, Sums, Targeted,
};
use crate::domain::target::Target;
use crate::error::Result;
use crate::store::reader::Reader;
use crate::store::record::Stored;

fn sum(months: &Months, span: Period) -> ([i128; 3], i64) {
    let mut all = ([0; 3], 0);
    for (fen, count) in months.range(span.first()..=span.last()).map(|(_, sums)| sums) {
        for (sum, part) in all.0.iter_mut().zip(fen) {
            *sum += part;
        }
        all.1 += count;
    }
    all
}

pub(super) fn line(months: &Months, bucket: Period) -> Line {
    let sums = |span: Period| {
        let (fen, count) = sum(months, span);
        Sums::reported(fen, count)
    };
    let base = |span: Period| {
        let sums = sums(span.year_before()?);
        let value = sums.total.filter(|_| sums.count > 0)?;
        let (kind, count) = (BaseKind::Reported, sums.count);
        Some(Base { kind, value, count, observation: None, reason: String::new() })
    };
    Line {
        current: sums(bucket),
        to_date: sums(bucket.to_date()),
        base: base(bucket),
        base_to_date: base(bucket.to_date()),
        part_of: None,
        target: None,
        projects: Projects::default(),
    }
}

pub(super) fn line_of_whole(
    months: &Months,
    bucket: Period,
    root: Option<&Id>,
    targets: &Targets,
) -> Line {
    let target = root.and_then(|root| targeted(targets, root, bucket));
    Line { target, ..line(months, bucket) }
}

/// Targets of a year by region, and how far behind them lights change.
#[derive(Default)]
pub(super) struct Targets {
    by_region: BTreeMap<Id, Stored<Target>>,
    rules: LightRules,
}

/// The targets of the rows that are regions, and of the whole, by region.
pub(super) async fn targets(
    asked: &Asked,
    reader: &Reader,
    rows: impl Iterator<Item = &Vec<Part>>,
) -> Result<Targets> {
    let wanted = [Measure::PlanCompletion, Measure::ProRataPlan, Measure::Light];
    if !wanted.iter().any(|measure| asked.measures.contains(measure)) {
        return Ok(Targets::default());
    }
    let dimensions = plain(asked);
    let regions = rows.filter_map(|parts| own(&dimensions, parts)).chain(asked.region.clone());
    of_regions(asked, reader, regions).await
}

/// The targets of some regions for the year that is asked for, by region.
pub(super) async fn of_regions(
    asked: &Asked,
    reader: &Reader,
    regions: impl Iterator<Item = Id>,
) -> Result<Targets> {
    let Some(indicator) = &asked.indicator else { return Ok(Targets::default()) };
    let year = asked.period.year();
    let ids = regions.filter_map(|region| Target::id(&region, &indicator.id, year).ok());
    let found = reader.find_many::<Target>(&ids.collect::<Vec<_>>()).await?;
    let live = found.into_iter().flatten().filter(|target| !target.is_deleted());
    let by_region = live.map(|target| (target.record.region.clone(), target)).collect();
    Ok(Targets { by_region, rules: reader.light_rules() })
}

/// The target of a region at the end of a part of the year.
pub(super) fn targeted(targets: &Targets, region: &Id, bucket: Period) -> Option<Targeted> {
    let target = targets.by_region.get(region)?;
    let value = Amount::of(target.record.value?);
    Some(Targeted {
        target: target.id.clone(),
        value,
        months: bucket.last().month(),
        rules: targets.rules,
    })
}
