//! `QueryStatistics`: figures with their evidence.

pub(in crate::service) mod asked;
pub(in crate::service) mod completeness;
mod lines;
mod official;
pub(in crate::service) mod places;
mod projects;
mod reported;
pub(in crate::service) mod shown;

use std::collections::BTreeMap;

use outlay_proto::v1;
use tonic::Request;

use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::period::Period;
use crate::domain::statistics::{Dimension, Line, Part, Source};
use crate::error::{Error, Reason, Result};
use crate::service::admit;
use crate::service::standard::{Standard, revision};
use crate::store::reader::Reader;

use asked::Asked;
use completeness::Complete;
use places::Places;

/// What rows are made of, before their figures are worked out.
pub(super) struct Table {
    /// The rows, by what tells them apart but for the part of the year, and by
    /// that.
    rows: BTreeMap<(Vec<Part>, Period), Line>,
    /// The whole, by part of the year, and of the period.
    wholes: BTreeMap<Period, Line>,
    /// How complete the reports are; none where that isn't known of such figures.
    complete: Option<Complete>,
    /// What must be known to read it.
    notes: Vec<String>,
}

pub(super) async fn run(
    standard: &Standard,
    request: Request<v1::QueryStatisticsRequest>,
) -> Result<v1::QueryStatisticsResponse> {
    let (_, message) = admit::reading(request)?;
    let reader = standard.reader(&message).await?;
    answer(&reader, &message, standard.today()?).await
}

/// The answer to a query whose fields were found to be right.
pub(in crate::service) async fn answer(
    reader: &Reader,
    message: &v1::QueryStatisticsRequest,
    today: Date,
) -> Result<v1::QueryStatisticsResponse> {
    let asked = Asked::read(message, reader, today).await?;
    let months = reported::months(&asked);
    let boundaries = [months.clone(), projects::months(&asked)].concat();
    let places = Places::of(&asked, reader, &boundaries).await?;
    let table = match asked.source {
        Source::Reports => reported::table(&asked, reader, places, &months).await?,
        Source::Official => official::table(&asked, reader, &places).await?,
    };
    let figures = table.rows.len() * asked.measures.len();
    let most = reader.query_limits().figures;
    if figures > most {
        let text = format!(
            "make {} rows, and so {figures} figures with these measures: at most {most} are \
             answered",
            table.rows.len()
        );
        return Err(Error::field("dimensions", Reason::TooManyFigures, text));
    }
    let names = names(reader, &table).await?;
    Ok(shown::show(&asked, &table, &names, revision(reader)))
}

/// The parts of the year that rows are told apart by; the period itself where
/// they aren't.
fn buckets(asked: &Asked) -> Vec<Period> {
    match asked.dimensions.iter().find_map(|dimension| dimension.months()) {
        Some(months) => Dimension::buckets(months, asked.period),
        None => vec![asked.period],
    }
}

/// What regions, industries and clusters are called.
async fn names(reader: &Reader, table: &Table) -> Result<BTreeMap<Id, String>> {
    use crate::domain::reference::{Cluster, Industry, Region};

    let mut ids: Vec<Id> = Vec::new();
    for (parts, _) in table.rows.keys() {
        ids.extend(parts.iter().filter_map(|part| match part {
            Part::Id(id) => Some(id.clone()),
            _ => None,
        }));
    }
    ids.sort();
    ids.dedup();
    let mut names = BTreeMap::new();
    // Ids of the three differ: codes of six digits, of fewer, and with letters.
    for region in reader.find_many::<Region>(&ids).await?.into_iter().flatten() {
        names.insert(region.id, region.record.display_name);
    }
    ids.retain(|id| !names.contains_key(id));
    for industry in reader.find_many::<Industry>(&ids).await?.into_iter().flatten() {
        names.insert(industry.id, industry.record.display_name);
    }
    ids.retain(|id| !names.contains_key(id));
    for cluster in reader.find_many::<Cluster>(&ids).await?.into_iter().flatten() {
        names.insert(cluster.id, cluster.record.display_name);
    }
    Ok(names)
}
