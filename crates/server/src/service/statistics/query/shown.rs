//! The answer on the wire.

use std::collections::BTreeMap;

use outlay_proto::v1;

use super::Table;
use super::asked::Asked;
use super::completeness::show as show_completeness;
use super::reported::plain;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::period::Period;
use crate::domain::report::Basis;
use crate::domain::statistics::figure::{figure, ranks};
use crate::domain::statistics::{
    Absence, BaseKind, Completeness, Dimension, Figure, Line, Measure, Part, Quantity, Source,
};

/// Digits behind the point of a quotient.
const PLACES: u32 = 6;
/// Digits behind the point of percentage points, which are hundredths.
const PLACES_OF_POINTS: u32 = 6;

pub(super) fn show(
    asked: &Asked,
    table: &Table,
    names: &BTreeMap<Id, String>,
    revision: i64,
) -> v1::QueryStatisticsResponse {
    let places = places(asked, table);
    let nothing = Line::default();
    let is_told = !asked.dimensions.is_empty();
    let rows = table.rows.iter().enumerate().filter(|_| is_told);
    let rows = rows.map(|(at, ((parts, bucket), line))| {
        let whole = table.wholes.get(bucket).unwrap_or(&nothing);
        let figure = |measure: &Measure| match places.get(measure) {
            Some(places) => show_figure(*measure, places.get(at)),
            None => show_figure(*measure, Some(&figure(*measure, line, whole))),
        };
        v1::StatisticsRow {
            keys: keys(asked, parts, *bucket, names),
            figures: asked.measures.iter().map(figure).collect(),
            completeness: completeness(asked, table, parts, *bucket, line),
        }
    });
    let whole = table.wholes.get(&asked.period).unwrap_or(&nothing);
    let total = |measure: &Measure| show_figure(*measure, Some(&figure(*measure, whole, whole)));
    v1::QueryStatisticsResponse {
        rows: rows.collect(),
        total: Some(v1::StatisticsRow {
            keys: Vec::new(),
            figures: asked.measures.iter().map(total).collect(),
            completeness: table.complete.as_ref().map(|complete| {
                let of = complete.whole(asked.period);
                show_completeness(Completeness { accepted: whole.current.count, ..of })
            }),
        }),
        source: asked.source.number(),
        basis: match asked.source {
            Source::Reports => basis(asked.basis).into(),
            Source::Official => 0,
        },
        period: asked.period.to_string(),
        notes: table.notes.clone(),
        revision,
    }
}

/// How complete the reports of a row are, which is known of regions and parts of
/// the year.
fn completeness(
    asked: &Asked,
    table: &Table,
    parts: &[Part],
    bucket: Period,
    line: &Line,
) -> Option<v1::Completeness> {
    let complete = table.complete.as_ref()?;
    let of = match (&*plain(asked), parts) {
        ([], _) => complete.whole(bucket),
        ([Dimension::Region], [Part::Id(row)]) => complete.row(row, bucket),
        _ => return None,
    };
    Some(show_completeness(Completeness { accepted: line.current.count, ..of }))
}

/// The places of all rows, by measure: each is among those of its part of the
/// year.
fn places(asked: &Asked, table: &Table) -> BTreeMap<Measure, Vec<Figure>> {
    let ranked = [Measure::Rank, Measure::GrowthRank];
    let mut all = BTreeMap::new();
    for measure in ranked.into_iter().filter(|measure| asked.measures.contains(measure)) {
        let mut places: Vec<(usize, Figure)> = Vec::new();
        let mut groups: BTreeMap<Period, Vec<(usize, &Line)>> = BTreeMap::new();
        for (at, ((_, bucket), line)) in table.rows.iter().enumerate() {
            groups.entry(*bucket).or_default().push((at, line));
        }
        for group in groups.values() {
            let lines: Vec<&Line> = group.iter().map(|(_, line)| *line).collect();
            places.extend(group.iter().map(|(at, _)| *at).zip(ranks(measure, &lines)));
        }
        places.sort_by_key(|(at, _)| *at);
        all.insert(measure, places.into_iter().map(|(_, figure)| figure).collect());
    }
    all
}

fn keys(
    asked: &Asked,
    parts: &[Part],
    bucket: Period,
    names: &BTreeMap<Id, String>,
) -> Vec<v1::StatisticsKey> {
    let mut parts = parts.iter();
    let mut key = |dimension: &Dimension| {
        let (value, display_name) = match dimension.months() {
            Some(_) => (bucket.to_string(), String::new()),
            None => shown(*dimension, parts.next()?, names),
        };
        Some(v1::StatisticsKey { dimension: dimension.number(), value, display_name })
    };
    asked.dimensions.iter().filter_map(&mut key).collect()
}

fn shown(dimension: Dimension, part: &Part, names: &BTreeMap<Id, String>) -> (String, String) {
    let plain = |text: &str| (text.to_owned(), String::new());
    let kind = match dimension {
        Dimension::Region => Kind::Region,
        Dimension::Industry => Kind::Industry,
        _ => Kind::Cluster,
    };
    match part {
        Part::Id(id) if dimension == Dimension::List => plain(id.as_str()),
        Part::Id(id) => (kind::name(kind, id), names.get(id).cloned().unwrap_or_default()),
        Part::Kind(kind) => plain(kind.as_str()),
        Part::Transformation(is) => plain(if *is { "true" } else { "false" }),
        Part::Stage(stage) => plain(stage.as_str()),
        Part::Size(size) => plain(size.as_str()),
        Part::Period(period) => plain(&period.to_string()),
    }
}

fn show_figure(measure: Measure, figure: Option<&Figure>) -> v1::Figure {
    let Some(figure) = figure else {
        return v1::Figure { measure: measure.number(), ..v1::Figure::default() };
    };
    let text = |amount: Option<crate::domain::statistics::Amount>| {
        amount.map_or_else(String::new, |amount| amount.to_string())
    };
    v1::Figure {
        measure: measure.number(),
        value: figure.quantity.map_or_else(|_| String::new(), value),
        unit: unit(measure).into(),
        absence: figure.quantity.err().map_or(0, Absence::number),
        numerator: text(figure.numerator),
        denominator: text(figure.denominator),
        base_kind: figure.base_kind.map_or(0, BaseKind::number),
        base_reason: figure.base_reason.clone(),
        records: figure.records.iter().map(|(kind, id)| kind::name(*kind, id)).collect(),
        report_count: figure.count,
        base_report_count: figure.base_count,
    }
}

fn value(quantity: Quantity) -> String {
    match quantity {
        Quantity::Amount(amount) => amount.to_string(),
        Quantity::Ratio(ratio) => ratio.rounded(PLACES),
        Quantity::Points(ratio) => ratio.percent(PLACES_OF_POINTS),
        Quantity::Rank(place) => place.to_string(),
        Quantity::Count(count) => count.to_string(),
        Quantity::Light(light) => light.to_string(),
    }
}

/// The unit of a measure, also where there is no figure.
fn unit(measure: Measure) -> v1::FigureUnit {
    match measure {
        Measure::Value
        | Measure::YearToDate
        | Measure::ProRataPlan
        | Measure::Construction
        | Measure::Equipment
        | Measure::Other => v1::FigureUnit::Amount,
        Measure::Growth
        | Measure::YearToDateGrowth
        | Measure::Share
        | Measure::Contribution
        | Measure::PlanCompletion => v1::FigureUnit::Ratio,
        Measure::GrowthDifference | Measure::Pull => v1::FigureUnit::PercentagePoints,
        Measure::Rank | Measure::GrowthRank => v1::FigureUnit::Rank,
        Measure::Light => v1::FigureUnit::Light,
        Measure::StartRate | Measure::ProductionRate => v1::FigureUnit::Ratio,
        Measure::ReportCount | Measure::ProjectCount | Measure::NewStarts => v1::FigureUnit::Count,
    }
}

pub(in crate::service) fn basis(basis: Basis) -> v1::StatisticsBasis {
    match basis.number() {
        0 => v1::StatisticsBasis::Submitted,
        1 => v1::StatisticsBasis::County,
        2 => v1::StatisticsBasis::City,
        3 => v1::StatisticsBasis::Province,
        _ => v1::StatisticsBasis::Nation,
    }
}
