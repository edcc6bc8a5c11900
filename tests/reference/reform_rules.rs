//! What a move, a merge or a split of regions must not be: each has its reason,
//! and changes nothing.

use outlay_proto::v1;
use tonic::Code;

use super::reforms::get;
use crate::support::hangzhou::{self, day, jianggan, name, names, qiantang, xiacheng, yuhang};
use crate::support::records::{county, date, mask};
use crate::support::{Refused, Server, refused, told};

fn to(id: &str, parent: &str, effective_date: Option<v1::Date>) -> v1::MoveRegionRequest {
    v1::MoveRegionRequest {
        name: name(id),
        parent: name(parent),
        effective_date,
        ..Default::default()
    }
}

async fn not_moved(server: &Server, request: v1::MoveRegionRequest) -> Refused {
    refused(server.reference().move_region(request).await)
}

async fn not_merged(server: &Server, request: v1::MergeRegionsRequest) -> Refused {
    refused(server.reference().merge_regions(request).await)
}

async fn not_split(server: &Server, request: v1::SplitRegionRequest) -> Refused {
    refused(server.reference().split_region(request).await)
}

/// An update of a region's links.
fn links(id: &str, links: Vec<v1::RegionLink>) -> v1::UpdateRegionRequest {
    v1::UpdateRegionRequest {
        region: Some(v1::Region { name: name(id), links, ..Default::default() }),
        update_mask: mask(&["links"]),
        ..Default::default()
    }
}

fn link(parent: &str, valid_from: Option<v1::Date>, valid_to: Option<v1::Date>) -> v1::RegionLink {
    v1::RegionLink { parent: name(parent), valid_from, valid_to, ..Default::default() }
}

#[tokio::test]
async fn a_move_that_can_not_be_is_refused() {
    let server = hangzhou::before().await;
    hangzhou::reform(&mut server.reference()).await;
    told(server.reference().move_region(to("330411", "330100", date(2022, 1, 1))).await);
    let revision = server.revision().await;
    for (request, field, reason) in [
        (to("330411", "330104", date(2022, 6, 1)), "parent", "REGION_NOT_VALID"),
        (to("330411", "330113", date(2020, 1, 1)), "parent", "REGION_NOT_VALID"),
        (to("330411", "999999", date(2022, 6, 1)), "parent", "REFERENCE_UNKNOWN"),
        (to("330000", "330411", date(2022, 6, 1)), "parent", "TREE_CYCLE"),
        (to("330000", "330000", date(2022, 6, 1)), "parent", "TREE_CYCLE"),
        (to("330411", "330400", date(2022, 1, 1)), "effective_date", "REGION_CHANGE_CONFLICT"),
        (to("330104", "330400", date(2022, 1, 1)), "effective_date", "REGION_NOT_VALID"),
        (to("330113", "330400", day()), "effective_date", "DATE_ORDER"),
        (to("330411", "330400", date(1850, 1, 1)), "effective_date.year", "FIELD_OUT_OF_RANGE"),
        (to("330411", "330400", None), "effective_date", "FIELD_REQUIRED"),
    ] {
        let told = format!("{} {} {:?}", request.name, request.parent, request.effective_date);
        let answer = not_moved(&server, request).await;
        assert!(
            answer.fields.contains(&(field.to_owned(), reason.to_owned())),
            "{told} {answer:?}"
        );
    }
    let nobody = not_moved(&server, to("999999", "330400", date(2022, 1, 1))).await;
    assert_eq!(nobody.code, Code::NotFound);
    let stale = v1::MoveRegionRequest {
        etag: "stale".to_owned(),
        ..to("330411", "330400", date(2022, 6, 1))
    };
    assert_eq!(not_moved(&server, stale).await, (Code::Aborted, "ETAG_MISMATCH"));
    assert_eq!(server.revision().await, revision, "nothing was changed");
}

#[tokio::test]
async fn a_circle_on_a_later_day_is_refused_too() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    told(reference.move_region(to("330400", "330100", date(2024, 1, 1))).await);
    not_moved(&server, to("330100", "330400", date(2020, 1, 1)))
        .await
        .has_fields(&[("parent", "TREE_CYCLE")]);
    let until = vec![
        link("330000", None, date(2020, 1, 1)),
        link("330400", date(2020, 1, 1), date(2024, 1, 1)),
        link("330000", date(2024, 1, 1), None),
    ];
    told(reference.update_region(links("330100", until)).await);
    let longer = vec![
        link("330000", None, date(2020, 1, 1)),
        link("330400", date(2020, 1, 1), date(2024, 1, 2)),
        link("330000", date(2024, 1, 2), None),
    ];
    refused(reference.update_region(links("330100", longer)).await)
        .has_fields(&[("region.links[1].parent", "TREE_CYCLE")]);
}

#[tokio::test]
async fn links_that_contradict_each_other_are_refused() {
    let server = hangzhou::before().await;
    hangzhou::reform(&mut server.reference()).await;
    let revision = server.revision().await;
    let (early, late) = (date(2022, 1, 1), date(2023, 1, 1));
    for (id, given, field, reason) in [
        (
            "330411",
            vec![link("330400", None, late), link("330100", early, None)],
            "region.links[1]",
            "LINKS_OVERLAP",
        ),
        ("330411", vec![link("330100", late, early)], "region.links[0].valid_to", "DATE_ORDER"),
        ("330411", vec![link("330100", early, early)], "region.links[0].valid_to", "DATE_ORDER"),
        (
            "330113",
            vec![link("330100", date(2020, 1, 1), None)],
            "region.links[0].valid_from",
            "DATE_ORDER",
        ),
        ("330411", vec![link("330104", early, None)], "region.links[0].parent", "REGION_NOT_VALID"),
        (
            "330411",
            vec![link("999999", early, None)],
            "region.links[0].parent",
            "REFERENCE_UNKNOWN",
        ),
    ] {
        refused(server.reference().update_region(links(id, given)).await)
            .has_fields(&[(field, reason)]);
    }
    let backwards = v1::UpdateRegionRequest {
        region: Some(v1::Region {
            name: name("330113"),
            valid_to: date(2021, 4, 9),
            ..Default::default()
        }),
        ..Default::default()
    };
    refused(server.reference().update_region(backwards).await)
        .has_fields(&[("region.valid_to", "DATE_ORDER")]);
    let below = v1::UpdateRegionRequest {
        region: Some(v1::Region {
            name: name("330100"),
            valid_to: date(2023, 1, 1),
            ..Default::default()
        }),
        ..Default::default()
    };
    refused(server.reference().update_region(below).await)
        .has_fields(&[("region.valid_to", "CHILDREN_UNPLACED")]);
    assert_eq!(server.revision().await, revision, "nothing was changed");
}

#[tokio::test]
async fn a_plain_parent_does_not_overwrite_dates() {
    let server = Server::seeded().await;
    let mut reference = server.reference();
    told(reference.move_region(to("330411", "330100", date(2022, 1, 1))).await);
    let whole = |parent: &str| v1::UpdateRegionRequest {
        region: Some(v1::Region { name: name("330411"), ..county("330411", parent) }),
        update_mask: mask(&["*"]),
        ..Default::default()
    };
    refused(reference.update_region(whole("330400")).await)
        .has_fields(&[("region.parent", "FIELD_CONTRADICTION")]);
    // A client that knows of no links writes back what it has read.
    told(reference.update_region(whole("330100")).await);
    assert_eq!(get(&mut reference, "330411").await.links.len(), 2);
}

fn merge(target: &str, sources: &[&str], day: Option<v1::Date>) -> v1::MergeRegionsRequest {
    v1::MergeRegionsRequest {
        name: name(target),
        sources: names(sources),
        effective_date: day,
        ..Default::default()
    }
}

#[tokio::test]
async fn what_a_merge_creates_or_places_must_fit() {
    let server = hangzhou::before().await;
    let revision = server.revision().await;
    let later = date(2022, 1, 1);
    for (request, field, reason) in [
        (
            v1::MergeRegionsRequest {
                new_region: Some(county("330198", "")),
                ..merge("330199", &["330106"], later)
            },
            "name",
            "FIELD_CONTRADICTION",
        ),
        (
            v1::MergeRegionsRequest {
                new_region: Some(county("330199", "")),
                ..merge("330199", &["330106", "330402"], later)
            },
            "new_region.parent",
            "FIELD_REQUIRED",
        ),
        (
            v1::MergeRegionsRequest {
                new_region: Some(county("330199", "999999")),
                ..merge("330199", &["330106"], later)
            },
            "new_region.parent",
            "REFERENCE_UNKNOWN",
        ),
        (
            v1::MergeRegionsRequest {
                new_region: Some(county("330199", "330106")),
                ..merge("330199", &["330106"], later)
            },
            "new_region.parent",
            "REGION_NOT_VALID",
        ),
        (
            v1::MergeRegionsRequest {
                children: vec![v1::RegionPlacement {
                    region: name("330108"),
                    parent: name("330105"),
                }],
                ..merge("330105", &["330106"], later)
            },
            "children[0].region",
            "FIELD_CONTRADICTION",
        ),
    ] {
        let text = format!("{request:?}");
        let answer = not_merged(&server, request).await;
        assert!(
            answer.fields.contains(&(field.to_owned(), reason.to_owned())),
            "{text} {answer:?}"
        );
    }
    assert_eq!(server.revision().await, revision, "nothing was changed");
}

#[tokio::test]
async fn a_merge_that_can_not_be_is_refused() {
    let server = hangzhou::before().await;
    let mut reference = server.reference();
    hangzhou::reform(&mut reference).await;
    told(reference.move_region(to("330411", "330100", date(2024, 1, 1))).await);
    let revision = server.revision().await;
    let later = date(2022, 1, 1);
    for (request, field, reason) in [
        (merge("330105", &["330105"], later), "sources[0]", "FIELD_CONTRADICTION"),
        (merge("330106", &["330100"], later), "name", "TREE_CYCLE"),
        (merge("330105", &["999999"], later), "sources[0]", "REFERENCE_UNKNOWN"),
        (merge("330104", &["330106"], later), "name", "REGION_NOT_VALID"),
        (merge("330113", &["330106"], date(2020, 1, 1)), "name", "REGION_NOT_VALID"),
        (merge("330105", &["330113"], day()), "sources[0]", "DATE_ORDER"),
        (merge("330105", &["330104"], later), "sources[0]", "REGION_NOT_VALID"),
        (merge("330105", &["330104"], day()), "sources[0]", "REGION_CHANGE_CONFLICT"),
        (merge("330105", &["330104"], date(2020, 1, 1)), "sources[0]", "REGION_CHANGE_CONFLICT"),
        (merge("330105", &["330411"], date(2023, 1, 1)), "sources[0]", "REGION_CHANGE_CONFLICT"),
        (merge("330105", &[], later), "sources", "FIELD_REQUIRED"),
    ] {
        let text = format!("{request:?}");
        let answer = not_merged(&server, request).await;
        assert!(
            answer.fields.contains(&(field.to_owned(), reason.to_owned())),
            "{text} {answer:?}"
        );
    }
    assert_eq!(not_merged(&server, merge("999999", &["330106"], later)).await.code, Code::NotFound);
    let stale =
        v1::MergeRegionsRequest { etag: "x".to_owned(), ..merge("330105", &["330106"], later) };
    assert_eq!(not_merged(&server, stale).await, (Code::Aborted, "ETAG_MISMATCH"));
    assert_eq!(server.revision().await, revision, "nothing was changed");
}

#[tokio::test]
async fn a_split_that_can_not_be_is_refused() {
    let server = hangzhou::before().await;
    let mut reference = server.reference();
    hangzhou::reform(&mut reference).await;
    let revision = server.revision().await;
    let split = |parts: &[&str], new: &[&str], day| v1::SplitRegionRequest {
        name: name("330106"),
        parts: names(parts),
        new_parts: new.iter().map(|code| county(code, "")).collect(),
        effective_date: day,
        ..Default::default()
    };
    let later = date(2022, 1, 1);
    for (request, field, reason) in [
        (split(&["330106"], &[], later), "parts", "FIELD_TOO_SHORT"),
        (split(&[], &["330199"], later), "parts", "FIELD_TOO_SHORT"),
        (split(&["330106", "330104"], &[], later), "parts[1]", "REGION_NOT_VALID"),
        (split(&["330106", "999999"], &[], later), "parts[1]", "REFERENCE_UNKNOWN"),
        (split(&["330106", "330106"], &[], later), "parts[1]", "FIELD_DUPLICATE"),
        (split(&[], &["330199", "330199"], later), "new_parts[1]", "FIELD_DUPLICATE"),
        (split(&["330106"], &["-"], later), "new_parts[0].code", "FIELD_FORMAT"),
        (
            split(&["330106"], &["330199"], date(2021, 13, 1)),
            "effective_date.month",
            "FIELD_OUT_OF_RANGE",
        ),
        (v1::SplitRegionRequest { ..jianggan() }, "effective_date", "REGION_CHANGE_CONFLICT"),
    ] {
        let text = format!("{request:?}");
        let answer = not_split(&server, request).await;
        assert!(
            answer.fields.contains(&(field.to_owned(), reason.to_owned())),
            "{text} {answer:?}"
        );
    }
    assert_eq!(not_split(&server, yuhang()).await.reason, "RECORD_EXISTS");
    assert_eq!(not_split(&server, qiantang()).await.reason, "RECORD_EXISTS");
    not_merged(&server, xiacheng()).await.has_fields(&[("sources[0]", "REGION_CHANGE_CONFLICT")]);
    assert_eq!(server.revision().await, revision, "nothing was changed");
}

#[tokio::test]
async fn a_region_that_others_follow_is_not_deleted() {
    let server = hangzhou::before().await;
    let mut reference = server.reference();
    hangzhou::reform(&mut reference).await;
    for id in ["330113", "330105"] {
        let request = v1::DeleteRegionRequest { name: name(id), ..Default::default() };
        assert_eq!(refused(reference.delete_region(request).await).reason, "RECORD_IN_USE");
    }
}

#[tokio::test]
async fn who_is_there_today_names_regions_of_today_and_meetings_may_speak_of_the_past() {
    let server = hangzhou::before().await;
    hangzhou::reform(&mut server.reference()).await;
    let request = |region: &str| v1::CreateOrganisationRequest {
        organisation: Some(v1::Organisation {
            region: name(region),
            ..crate::support::records::organisation("甲")
        }),
        ..Default::default()
    };
    let ended = refused(server.reference().create_organisation(request("330104")).await);
    ended.has_fields(&[("organisation.region", "REGION_NOT_VALID")]);
    assert!(ended.message.contains("regions/330102, regions/330114"), "{}", ended.message);
    told(server.reference().create_organisation(request("330114")).await);
    let meeting = v1::Meeting {
        region: name("330104"),
        ..crate::support::records::meeting("江干区工业大会")
    };
    let request = v1::CreateMeetingRequest { meeting: Some(meeting), ..Default::default() };
    told(server.meetings().create_meeting(request).await);
}
