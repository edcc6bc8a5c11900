//! Records that are right, for tests to change one thing of.

use std::collections::BTreeMap;

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record;
use prost_types::{FieldMask, Timestamp};

pub(crate) fn date(year: i32, month: i32, day: i32) -> Option<v1::Date> {
    Some(v1::Date { year, month, day })
}

pub(crate) fn yuan(units: i64) -> Option<v1::Money> {
    money("CNY", units)
}

pub(crate) fn money(currency: &str, units: i64) -> Option<v1::Money> {
    Some(v1::Money { currency_code: currency.to_owned(), units, nanos: 0 })
}

/// An instant, from seconds since 1970.
pub(crate) fn instant(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp { seconds, nanos: 0 })
}

pub(crate) fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() })
}

pub(crate) fn english(text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("en".to_owned(), text.to_owned())])
}

/// A new request id.
pub(crate) fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

pub(crate) fn region(
    code: &str,
    display_name: &str,
    kind: v1::RegionType,
    parent: &str,
) -> v1::Region {
    v1::Region {
        code: code.to_owned(),
        display_name: display_name.to_owned(),
        r#type: kind.into(),
        parent: named("regions", parent),
        ..Default::default()
    }
}

pub(crate) fn county(code: &str, parent: &str) -> v1::Region {
    region(code, code, v1::RegionType::County, parent)
}

pub(crate) fn industry(code: &str, display_name: &str, parent: &str) -> v1::Industry {
    v1::Industry {
        code: code.to_owned(),
        display_name: display_name.to_owned(),
        parent: named("industries", parent),
        ..Default::default()
    }
}

pub(crate) fn cluster(code: &str, display_name: &str, parent: &str) -> v1::Cluster {
    v1::Cluster {
        code: code.to_owned(),
        display_name: display_name.to_owned(),
        tier: v1::ClusterTier::WorldClass.into(),
        parent: named("clusters", parent),
        ..Default::default()
    }
}

pub(crate) fn indicator(code: &str, display_name: &str, share_of: &str) -> v1::Indicator {
    v1::Indicator {
        code: code.to_owned(),
        display_name: display_name.to_owned(),
        unit: v1::IndicatorUnit::Yuan.into(),
        share_of: named("indicators", share_of),
        ..Default::default()
    }
}

pub(crate) fn organisation(display_name: &str) -> v1::Organisation {
    v1::Organisation {
        display_name: display_name.to_owned(),
        kind: v1::OrganisationKind::Company.into(),
        region: "regions/330402".to_owned(),
        ..Default::default()
    }
}

pub(crate) fn policy(title: &str) -> v1::Policy {
    v1::Policy { title: title.to_owned(), ..Default::default() }
}

/// A project of the seeded server with nothing that isn't required.
pub(crate) fn project(title: &str) -> v1::Project {
    v1::Project {
        title: title.to_owned(),
        owner: "organisations/jx-solar".to_owned(),
        region: "regions/330402".to_owned(),
        industry: "industries/3825".to_owned(),
        construction_kind: v1::ConstructionKind::NewBuild.into(),
        investment: Some(v1::InvestmentPlan { total: yuan(100_000_000), ..Default::default() }),
        ..Default::default()
    }
}

/// A meeting of the seeded server with nothing that isn't required.
pub(crate) fn meeting(title: &str) -> v1::Meeting {
    v1::Meeting {
        title: title.to_owned(),
        kind: v1::MeetingKind::Working.into(),
        host: "organisations/jx-eit".to_owned(),
        region: "regions/330400".to_owned(),
        ..Default::default()
    }
}

/// The rows that a seeded server has: a tree of regions (a province, two
/// cities, two counties in each), a line of industries, clusters,
/// organisations, a policy and indicators.
pub(crate) fn seeds() -> Vec<v1::ReferenceRecord> {
    use v1::RegionType::{Country, County, Prefecture, Province};

    let regions = [
        region("100000", "中华人民共和国", Country, ""),
        region("330000", "浙江省", Province, "100000"),
        region("330100", "杭州市", Prefecture, "330000"),
        region("330106", "西湖区", County, "330100"),
        region("330108", "滨江区", County, "330100"),
        region("330400", "嘉兴市", Prefecture, "330000"),
        region("330402", "南湖区", County, "330400"),
        region("330411", "秀洲区", County, "330400"),
    ];
    let industries = [
        industry("C", "制造业", ""),
        industry("38", "电气机械和器材制造业", "c"),
        industry("382", "输配电及控制设备制造", "38"),
        industry("3825", "光伏设备及元器件制造", "382"),
        industry("39", "计算机、通信和其他电子设备制造业", "c"),
    ];
    let clusters = [cluster("W4", "绿色石化与新材料", ""), cluster("C13", "智能光伏", "w4")];
    let indicators = [
        indicator("fixed-asset-investment", "固定资产投资", ""),
        indicator("manufacturing-investment", "制造业投资", "fixed-asset-investment"),
    ];
    let mut rows: Vec<_> = regions.into_iter().map(Record::Region).collect();
    rows.extend(industries.into_iter().map(Record::Industry));
    rows.extend(clusters.into_iter().map(Record::Cluster));
    rows.extend(indicators.into_iter().map(Record::Indicator));
    for (id, display_name, kind) in [
        ("jx-solar", "嘉兴阳光光伏有限公司", v1::OrganisationKind::Company),
        ("jx-wind", "嘉兴风电有限公司", v1::OrganisationKind::Company),
        ("jx-eit", "嘉兴市经济和信息化局", v1::OrganisationKind::Bureau),
        ("zj-eit", "浙江省经济和信息化厅", v1::OrganisationKind::Bureau),
    ] {
        let mut organisation = organisation(display_name);
        organisation.name = format!("organisations/{id}");
        organisation.kind = kind.into();
        rows.push(Record::Organisation(organisation));
    }
    let mut policy = policy("浙江省“415X”先进制造业集群建设行动方案");
    policy.name = "policies/415x".to_owned();
    rows.push(Record::Policy(policy));
    rows.into_iter().map(row).collect()
}

/// A row of an import.
pub(crate) fn row(record: Record) -> v1::ReferenceRecord {
    v1::ReferenceRecord { record: Some(record) }
}

/// Resource name; empty for none.
pub(crate) fn named(collection: &str, id: &str) -> String {
    if id.is_empty() { String::new() } else { format!("{collection}/{id}") }
}
