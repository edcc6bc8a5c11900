//! Regions, industries and clusters, from CSV files whose columns are those
//! that the import of the command line takes too.

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
    parent: String,
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
