//! Regions, industries, clusters and indicators, from CSV files whose columns are
//! those that the import of the command line takes too.

use std::collections::BTreeMap;

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record;
use serde::Deserialize;

use super::Problem;
use super::file::File;

const REGIONS: File = File { name: "regions.csv", text: include_str!("../../demo/regions.csv") };
const INDUSTRIES: File = File {
    name: "industries_divisions.csv",
    text: include_str!("../../demo/industries_divisions.csv"),
};
const CLUSTERS: File = File { name: "clusters.csv", text: include_str!("../../demo/clusters.csv") };

const INDICATORS: File =
    File { name: "indicators.csv", text: include_str!("../../demo/indicators.csv") };

/// A row; each file lacks some of the columns.
#[derive(Deserialize)]
struct Row {
    code: String,
    name_zh: String,
    name_en: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    tier: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    share_of: String,
    #[serde(default, rename = "report_scope.industries")]
    industries: String,
    /// Whether it is of technical transformations only; empty where it isn't of
    /// reports at all.
    #[serde(default, rename = "report_scope.technical_transformation")]
    technical_transformation: String,
}

/// All rows, parents first, each with the name of its record.
pub(super) fn read() -> Result<Vec<(String, Record)>, Problem> {
    let mut records = Vec::new();
    for row in rows(&REGIONS)? {
        records.push((name("regions", &row.code), region(row)));
    }
    for row in rows(&INDUSTRIES)? {
        records.push((name("industries", &row.code), industry(row)));
    }
    for row in rows(&CLUSTERS)? {
        records.push((name("clusters", &row.code), cluster(row)));
    }
    for row in rows(&INDICATORS)? {
        records.push((name("indicators", &row.code), indicator(row)));
    }
    Ok(records)
}

fn rows(file: &File) -> Result<Vec<Row>, Problem> {
    let mut reader = csv::Reader::from_reader(file.text.as_bytes());
    let rows: Result<_, csv::Error> = reader.deserialize().collect();
    rows.map_err(|error| Problem { what: file.name.to_owned(), why: error.to_string() })
}

fn region(row: Row) -> Record {
    let level = format!("REGION_TYPE_{}", row.level.to_ascii_uppercase());
    Record::Region(v1::Region {
        name: name("regions", &row.code),
        parent: name("regions", &row.parent),
        localized_names: names(&row),
        // An unknown one is left out, which its check refuses.
        r#type: v1::RegionType::from_str_name(&level).map_or(0, i32::from),
        code: row.code,
        display_name: row.name_zh,
        ..v1::Region::default()
    })
}

fn industry(row: Row) -> Record {
    Record::Industry(v1::Industry {
        name: name("industries", &row.code),
        parent: name("industries", &row.parent),
        localized_names: names(&row),
        code: row.code,
        display_name: row.name_zh,
        ..v1::Industry::default()
    })
}

fn cluster(row: Row) -> Record {
    let tier = format!("CLUSTER_TIER_{}", row.tier.to_ascii_uppercase());
    Record::Cluster(v1::Cluster {
        name: name("clusters", &row.code),
        parent: name("clusters", &row.parent),
        localized_names: names(&row),
        tier: v1::ClusterTier::from_str_name(&tier).map_or(0, i32::from),
        code: row.code,
        display_name: row.name_zh,
        ..v1::Cluster::default()
    })
}

fn indicator(row: Row) -> Record {
    let unit = format!("INDICATOR_UNIT_{}", row.unit.to_ascii_uppercase());
    let industries = row.industries.split(';').filter(|code| !code.is_empty());
    let scope = v1::ReportScope {
        industries: industries.map(|code| name("industries", code)).collect(),
        technical_transformation: row.technical_transformation == "true",
    };
    Record::Indicator(v1::Indicator {
        name: name("indicators", &row.code),
        share_of: name("indicators", &row.share_of),
        localized_names: names(&row),
        unit: v1::IndicatorUnit::from_str_name(&unit).map_or(0, i32::from),
        report_scope: (!row.technical_transformation.is_empty()).then_some(scope),
        code: row.code,
        display_name: row.name_zh,
        ..v1::Indicator::default()
    })
}

/// Resource name of the record with a code; empty for none.
fn name(collection: &str, code: &str) -> String {
    match code {
        "" => String::new(),
        code => format!("{collection}/{}", code.to_ascii_lowercase()),
    }
}

fn names(row: &Row) -> BTreeMap<String, String> {
    let pair = |language: &str, text: &String| (language.to_owned(), text.clone());
    BTreeMap::from([pair("zh", &row.name_zh), pair("en", &row.name_en)])
}
