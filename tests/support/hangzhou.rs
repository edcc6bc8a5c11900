//! The districts of Hangzhou, and what became of them on 9 April 2021: 江干 was
//! parted between 上城 and the new 钱塘, 下城 went into 拱墅, 余杭 gave away 临平
//! and 萧山 gave land to 钱塘.

use outlay_proto::v1;

use super::records::{date, region};
use super::{Reference, Server, told};

pub(crate) const DOCUMENT: &str = "国函〔2021〕12号";

/// 9 April 2021.
pub(crate) fn day() -> Option<v1::Date> {
    date(2021, 4, 9)
}

pub(crate) fn name(id: &str) -> String {
    format!("regions/{id}")
}

pub(crate) fn names(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| name(id)).collect()
}

/// A seeded server with the districts as they were before.
pub(crate) async fn before() -> Server {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    for (code, display_name) in [
        ("330102", "上城区"),
        ("330103", "下城区"),
        ("330104", "江干区"),
        ("330105", "拱墅区"),
        ("330109", "萧山区"),
        ("330110", "余杭区"),
    ] {
        let district = region(code, display_name, v1::RegionType::County, "330100");
        let request = v1::CreateRegionRequest { region: Some(district), ..Default::default() };
        told(reference.create_region(request).await);
    }
    server
}

/// What happened on that day, in four decisions.
pub(crate) async fn reform(reference: &mut Reference) {
    told(reference.split_region(qiantang()).await);
    told(reference.split_region(jianggan()).await);
    told(reference.merge_regions(xiacheng()).await);
    told(reference.split_region(yuhang()).await);
}

fn new(code: &str, display_name: &str) -> v1::Region {
    region(code, display_name, v1::RegionType::County, "")
}

/// 萧山 lives on, and 钱塘 begins.
pub(crate) fn qiantang() -> v1::SplitRegionRequest {
    v1::SplitRegionRequest {
        name: name("330109"),
        parts: names(&["330109"]),
        new_parts: vec![new("330114", "钱塘区")],
        effective_date: day(),
        document_number: DOCUMENT.to_owned(),
        ..Default::default()
    }
}

/// 江干 ends.
pub(crate) fn jianggan() -> v1::SplitRegionRequest {
    v1::SplitRegionRequest {
        name: name("330104"),
        parts: names(&["330102", "330114"]),
        effective_date: day(),
        document_number: DOCUMENT.to_owned(),
        ..Default::default()
    }
}

/// 下城 goes into 拱墅.
pub(crate) fn xiacheng() -> v1::MergeRegionsRequest {
    v1::MergeRegionsRequest {
        name: name("330105"),
        sources: names(&["330103"]),
        effective_date: day(),
        reason: "撤并".to_owned(),
        document_number: DOCUMENT.to_owned(),
        ..Default::default()
    }
}

/// 余杭 lives on, and 临平 begins.
pub(crate) fn yuhang() -> v1::SplitRegionRequest {
    v1::SplitRegionRequest {
        name: name("330110"),
        parts: names(&["330110"]),
        new_parts: vec![new("330113", "临平区")],
        effective_date: day(),
        document_number: DOCUMENT.to_owned(),
        ..Default::default()
    }
}
