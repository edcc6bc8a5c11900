//! Rows of what the statistics bureau has published.

use std::collections::BTreeMap;

use super::asked::Asked;
use super::lines::{of_regions, targeted};
use super::places::Places;
use super::{Table, buckets};
use crate::domain::id::Id;
use crate::domain::observation::{self, Observation};
use crate::domain::period::Period;
use crate::domain::statistics::{Amount, Base, BaseKind, Dimension, Line, Part, Projects, Sums};
use crate::error::Result;
use crate::store::reader::Reader;
use crate::store::record::Stored;

/// Observations by region, indicator and period.
struct Known(BTreeMap<Id, Stored<Observation>>);

pub(super) async fn table(asked: &Asked, reader: &Reader, places: &Places) -> Result<Table> {
    let Some(indicator) = &asked.indicator else {
        return Err(crate::error::Error::internal("an indicator is required of official figures"));
    };
    let buckets = buckets(asked);
    let is_told = asked.keeps(Dimension::Region);
    // Without regions the rows are parts of the year of the region itself.
    let regions: Vec<Id> = match is_told {
        true => places.rows.clone(),
        false => asked.region.iter().cloned().collect(),
    };
    let whole = indicator.record.share_of.as_ref();
    let mut spans = buckets.clone();
    spans.push(asked.period);
    let known = read(reader, &regions, asked.region.as_ref(), &indicator.id, whole, &spans).await?;
    let all = regions.iter().cloned().chain(asked.region.clone());
    let targets = of_regions(asked, reader, all).await?;
    let line = |region: &Id, bucket: Period| {
        let mut line = known.line(region, &indicator.id, bucket);
        line.part_of = Some(match whole {
            Some(whole) => known.sums(region, whole, bucket),
            None => Sums::default(),
        });
        line.target = targeted(&targets, region, bucket);
        line
    };
    let mut table =
        Table { rows: BTreeMap::new(), wholes: BTreeMap::new(), complete: None, notes: Vec::new() };
    for bucket in &buckets {
        for region in &regions {
            let parts = if is_told { vec![Part::Id(region.clone())] } else { Vec::new() };
            table.rows.insert((parts, *bucket), line(region, *bucket));
        }
    }
    for span in spans {
        let whole = asked.region.as_ref().map(|region| line(region, span));
        table.wholes.insert(span, whole.unwrap_or_default());
    }
    if asked.region.is_none() {
        table.notes.push(
            "No region is asked for, and official figures aren't added up: there is no total."
                .to_owned(),
        );
    }
    Ok(table)
}

/// Reads the observations of some regions: of the spans, of the years so far, of
/// both a year before, and of the whole that the indicator is a part of.
async fn read(
    reader: &Reader,
    regions: &[Id],
    root: Option<&Id>,
    indicator: &Id,
    whole: Option<&Id>,
    spans: &[Period],
) -> Result<Known> {
    let mut ids = Vec::new();
    for region in regions.iter().chain(root) {
        for span in spans {
            for span in [*span, span.to_date()] {
                let both = [Some(span), span.year_before()].into_iter().flatten();
                ids.extend(both.filter_map(|span| Observation::id(region, indicator, span).ok()));
            }
            ids.extend(whole.and_then(|whole| Observation::id(region, whole, *span).ok()));
        }
    }
    ids.sort();
    ids.dedup();
    let found = reader.find_many::<Observation>(&ids).await?.into_iter().flatten();
    let live = found.filter(|observation| !observation.is_deleted());
    Ok(Known(live.map(|observation| (observation.id.clone(), observation)).collect()))
}

impl Known {
    fn get(&self, region: &Id, indicator: &Id, span: Period) -> Option<&Stored<Observation>> {
        self.0.get(&Observation::id(region, indicator, span).ok()?)
    }

    fn sums(&self, region: &Id, indicator: &Id, span: Period) -> Sums {
        let Some(stored) = self.get(region, indicator, span) else { return Sums::default() };
        Sums {
            total: stored.record.newest().map(|newest| Amount::of(newest.value)),
            components: None,
            count: 0,
            observation: Some(stored.id.clone()),
        }
    }

    fn base(&self, region: &Id, indicator: &Id, span: Period) -> Option<Base> {
        let stored = self.get(region, indicator, span.year_before()?)?;
        let base = stored.record.base_for(span.last())?;
        let (kind, reason) = match &base {
            observation::Base::Comparable(base) => (BaseKind::Comparable, base.reason.clone()),
            observation::Base::Published(_) => (BaseKind::Published, String::new()),
        };
        let (value, observation) = (Amount::of(base.value()), Some(stored.id.clone()));
        Some(Base { kind, value, count: 0, observation, reason })
    }

    fn line(&self, region: &Id, indicator: &Id, bucket: Period) -> Line {
        Line {
            current: self.sums(region, indicator, bucket),
            to_date: self.sums(region, indicator, bucket.to_date()),
            base: self.base(region, indicator, bucket),
            base_to_date: self.base(region, indicator, bucket.to_date()),
            part_of: None,
            target: None,
            projects: Projects::default(),
        }
    }
}
