//! What the command line asks for, as a request.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use outlay_proto::v1::{
    self, Boundaries, Dimension, Measure, QueryStatisticsRequest, StatisticsBasis, StatisticsSource,
};

use super::shown::UNITS;
use crate::cli::args::{option, text, texts};
use crate::cli::fault::Fault;
use crate::cli::schema;

/// Arguments of every verb; a region is asked for of all but free queries.
pub(super) fn common(needs_region: bool) -> Vec<Arg> {
    let unit = option("unit", "UNIT", "In what amounts are printed")
        .value_parser(PossibleValuesParser::new([
            PossibleValue::new(UNITS[0]).aliases(["yi", "亿"]),
            PossibleValue::new(UNITS[1]).aliases(["wan", "万"]),
            PossibleValue::new(UNITS[2]).alias("yuan"),
        ]))
        .default_value(UNITS[0]);
    vec![
        option("period", "PERIOD", "2023, 2023H1, 2023Q1, 2023-06 or 2023-01/2023-05")
            .required(true),
        option("region", "NAME", "The whole, with all below it").required(needs_region),
        choice("source", "Where figures come from", &names::<StatisticsSource>(1..=2))
            .default_value("REPORTS"),
        option("indicator", "NAME", "What official figures are of, or targets are set for"),
        choice("basis", "Whose acceptance counts", &names::<StatisticsBasis>(1..=5)),
        option("as-of", "DATE", "In the boundaries of this day, not as reported: 2021-04-09"),
    ]
    .into_iter()
    .chain([unit])
    .collect()
}

pub(super) fn depth() -> Arg {
    option("depth", "NUMBER", "How many levels below the region rows are")
        .value_parser(value_parser!(i64).range(1..=9))
}

/// Arguments of a free query.
pub(super) fn free() -> Vec<Arg> {
    vec![
        choice("measure", "What is asked for; may be repeated", &names::<Measure>(1..=99))
            .action(ArgAction::Append)
            .required(true),
        choice("by", "What rows are told apart by; may be repeated", &names::<Dimension>(1..=99))
            .action(ArgAction::Append),
        option("industry", "NAME", "Only this industry, with all below it; may be repeated")
            .action(ArgAction::Append),
        option("cluster", "NAME", "Only this cluster"),
        option("list", "NAME", "Only this list"),
    ]
}

fn choice(long: &'static str, help: &'static str, names: &[String]) -> Arg {
    let value = |name: &String| PossibleValue::new(name.clone()).alias(name.replace('_', "-"));
    option(long, "VALUE", help)
        .value_parser(PossibleValuesParser::new(names.iter().map(value)))
        .ignore_case(true)
}

/// An enum of the proto, by the names of its values.
trait Named: TryFrom<i32> + Copy + Into<i32> {
    fn full(self) -> &'static str;
    const PREFIX: &'static str;

    fn short(self) -> String {
        self.full().trim_start_matches(Self::PREFIX).to_owned()
    }
}

macro_rules! named {
    ($($Enum:ty: $prefix:literal;)*) => {$(
        impl Named for $Enum {
            const PREFIX: &'static str = $prefix;
            fn full(self) -> &'static str {
                self.as_str_name()
            }
        }
    )*};
}

named! {
    StatisticsSource: "STATISTICS_SOURCE_";
    StatisticsBasis: "STATISTICS_BASIS_";
    Measure: "MEASURE_";
    Dimension: "DIMENSION_";
}

fn values<E: Named>(numbers: std::ops::RangeInclusive<i32>) -> Vec<E> {
    numbers.filter_map(|number| E::try_from(number).ok()).collect()
}

fn names<E: Named>(numbers: std::ops::RangeInclusive<i32>) -> Vec<String> {
    values::<E>(numbers).into_iter().map(E::short).collect()
}

/// The number of a value that the command line has checked.
fn number<E: Named>(name: &str) -> i32 {
    let name = name.replace('-', "_");
    let found = values::<E>(0..=99).into_iter().find(|one| one.short().eq_ignore_ascii_case(&name));
    found.map_or(0, Into::into)
}

/// The request that the arguments make.
pub(super) fn request(args: &ArgMatches) -> Result<QueryStatisticsRequest, Fault> {
    let of = |id: &str| text(args, id).unwrap_or_default();
    let name = |id: &str, collection: &str| match text(args, id) {
        Some(given) => schema::resource_name(collection, given),
        None => String::new(),
    };
    let all = |id: &str| texts(args, id).unwrap_or_default();
    let as_of = text(args, "as-of").map(day).transpose()?;
    let source = number::<StatisticsSource>(of("source"));
    let source = match text(args, "indicator") {
        // An indicator of its own is asked for as it is published.
        Some(_) if args.value_source("source") != Some(clap::parser::ValueSource::CommandLine) => {
            StatisticsSource::Official.into()
        }
        _ => source,
    };
    Ok(QueryStatisticsRequest {
        source,
        period: of("period").to_owned(),
        measures: all("measure").iter().map(|name| number::<Measure>(name)).collect(),
        dimensions: all("by").iter().map(|name| number::<Dimension>(name)).collect(),
        region: name("region", "regions"),
        region_depth: crate::cli::args::number(args, "depth")
            .and_then(|depth| i32::try_from(depth).ok())
            .unwrap_or_default(),
        boundaries: if as_of.is_some() { Boundaries::AsOf.into() } else { 0 },
        as_of,
        basis: number::<StatisticsBasis>(of("basis")),
        indicator: name("indicator", "indicators"),
        industries: all("industry")
            .iter()
            .map(|given| schema::resource_name("industries", given))
            .collect(),
        cluster: name("cluster", "clusters"),
        list: of("list").to_owned(),
        ..Default::default()
    })
}

fn day(text: &str) -> Result<v1::Date, Fault> {
    let parts: Vec<i32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
    match parts.as_slice() {
        [year, month, day] => Ok(v1::Date { year: *year, month: *month, day: *day }),
        _ => Err(Fault::Usage(format!("--as-of {text:?} isn't a date: write 2021-04-09"))),
    }
}
