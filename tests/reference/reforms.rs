//! Regions that move, merge and split, in the boundaries of a day.

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record;

use crate::list::{all, ids};
use crate::project::creation;
use crate::support::hangzhou::{
    self, DOCUMENT, day, jianggan, name, names, qiantang, xiacheng, yuhang,
};
use crate::support::records::{county, date, meeting, project, request_id};
use crate::support::{Reference, Server, refused, told};

pub(crate) const EVE: (i32, i32, i32) = (2021, 4, 8);
pub(crate) const DAY: (i32, i32, i32) = (2021, 4, 9);
const MORROW: (i32, i32, i32) = (2021, 4, 10);

pub(crate) fn on((year, month, day): (i32, i32, i32)) -> Option<v1::Date> {
    date(year, month, day)
}

/// Ids of the regions of a list.
async fn regions(reference: &mut Reference, request: v1::ListRegionsRequest) -> Vec<String> {
    let request = v1::ListRegionsRequest { page_size: 1_000, ..request };
    let listed = told(reference.list_regions(request).await).regions;
    listed.into_iter().map(|one| one.name.trim_start_matches("regions/").to_owned()).collect()
}

async fn below(reference: &mut Reference, id: &str, as_of: Option<v1::Date>) -> Vec<String> {
    regions(reference, v1::ListRegionsRequest { region: name(id), as_of, ..Default::default() })
        .await
}

pub(super) async fn get(reference: &mut Reference, id: &str) -> v1::Region {
    told(reference.get_region(v1::GetRegionRequest { name: name(id), ..Default::default() }).await)
}

fn to(id: &str, parent: &str, effective_date: Option<v1::Date>) -> v1::MoveRegionRequest {
    v1::MoveRegionRequest {
        name: name(id),
        parent: name(parent),
        effective_date,
        ..Default::default()
    }
}

/// A project in each region, called like it.
pub(crate) async fn projects_in(server: &Server, regions: &[&str]) {
    for id in regions {
        let given = v1::Project { region: name(id), ..project(id) };
        told(server.projects().create_project(creation(id, given)).await);
        server.advance(std::time::Duration::from_secs(1));
    }
}

pub(crate) async fn listed(server: &Server, region: &str, as_of: Option<v1::Date>) -> Vec<String> {
    let request = v1::ListProjectsRequest {
        region: name(region),
        as_of,
        order_by: "create_time".to_owned(),
        page_size: 100,
        ..Default::default()
    };
    ids(&all(&mut server.projects(), request).await).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_districts_of_hangzhou_are_those_of_the_day() {
    let server = hangzhou::before().await;
    let mut reference = server.reference();
    hangzhou::reform(&mut reference).await;
    let old = "330100 330102 330103 330104 330105 330106 330108 330109 330110";
    let new = "330100 330102 330105 330106 330108 330109 330110 330113 330114";
    for (as_of, due) in [(on(EVE), old), (on(DAY), new), (on(MORROW), new), (None, new)] {
        assert_eq!(below(&mut reference, "330100", as_of).await.join(" "), due, "{as_of:?}");
    }
    let everything =
        v1::ListRegionsRequest { region: name("330100"), show_invalid: true, ..Default::default() };
    let due = "330100 330102 330103 330104 330105 330106 330108 330109 330110 330113 330114";
    assert_eq!(regions(&mut reference, everything).await.join(" "), due);

    let ended = get(&mut reference, "330104").await;
    assert_eq!((ended.valid_to, ended.parent.as_str()), (day(), ""));
    let next: Vec<_> = ended.successors.iter().map(|next| next.region.clone()).collect();
    assert_eq!(next, names(&["330102", "330114"]));
    assert_eq!(ended.successors[0].document_number, DOCUMENT);
    let begun = get(&mut reference, "330114").await;
    assert_eq!((begun.valid_from, begun.parent), (day(), name("330100")));
    let eve = v1::GetRegionRequest { name: name("330104"), as_of: on(EVE), ..Default::default() };
    assert_eq!(told(reference.get_region(eve).await).parent, name("330100"));

    let before = v1::ListRegionsRequest {
        filter: "successors.region = \"regions/330114\"".to_owned(),
        show_invalid: true,
        ..Default::default()
    };
    assert_eq!(regions(&mut reference, before).await, ["330104", "330109"]);
}

#[tokio::test]
async fn projects_count_to_what_follows_their_region() {
    let server = hangzhou::before().await;
    projects_in(&server, &["330102", "330103", "330104", "330105", "330110"]).await;
    hangzhou::reform(&mut server.reference()).await;
    for (region, as_of, due) in [
        ("330105", on(EVE), "330105"),
        ("330105", on(DAY), "330103 330105"),
        ("330105", None, "330103 330105"),
        ("330103", on(EVE), "330103"),
        // Nobody has said yet where the projects of 江干 go.
        ("330102", None, "330102"),
        ("330114", None, ""),
        ("330100", None, "330102 330103 330104 330105 330110"),
        ("330100", on(EVE), "330102 330103 330104 330105 330110"),
        // 余杭 lives on, and keeps what isn't said to be in 临平.
        ("330110", None, "330110"),
        ("330113", None, ""),
    ] {
        assert_eq!(listed(&server, region, as_of).await.join(" "), due, "{region} {as_of:?}");
    }
    let gone = v1::ListProjectsRequest { region: name("330103"), ..Default::default() };
    let gone = refused(server.projects().list_projects(gone).await);
    gone.has_fields(&[("region", "REGION_NOT_VALID")]);
    assert!(gone.message.contains("regions/330105"), "{}", gone.message);
    let early =
        v1::ListProjectsRequest { region: name("330113"), as_of: on(EVE), ..Default::default() };
    refused(server.projects().list_projects(early).await)
        .has_fields(&[("region", "REGION_NOT_VALID")]);
}

#[tokio::test]
async fn a_move_is_seen_from_its_day_on_also_one_to_come() {
    let server = hangzhou::before().await;
    projects_in(&server, &["330411"]).await;
    let mut reference = server.reference();
    let past = to("330411", "330100", date(2022, 1, 1));
    assert_eq!(told(reference.move_region(past).await).parent, name("330100"));
    let planned = told(reference.move_region(to("330411", "330400", date(2024, 1, 1))).await);
    assert_eq!((planned.parent.as_str(), planned.links.len()), ("regions/330100", 3));
    for (as_of, city) in [
        (date(2021, 12, 31), "330400"),
        (date(2022, 1, 1), "330100"),
        (None, "330100"),
        (date(2023, 12, 31), "330100"),
        (date(2024, 1, 1), "330400"),
    ] {
        assert_eq!(listed(&server, city, as_of).await, ["330411"], "{as_of:?}");
        let at = v1::GetRegionRequest { name: name("330411"), as_of, ..Default::default() };
        assert_eq!(told(reference.get_region(at).await).parent, name(city), "{as_of:?}");
    }
    server.advance(std::time::Duration::from_secs(200 * 86_400));
    assert_eq!(get(&mut reference, "330411").await.parent, name("330400"), "the day has come");
}

#[tokio::test]
async fn meetings_are_found_below_what_follows_their_region() {
    let server = hangzhou::before().await;
    let mut meetings = server.meetings();
    let request = v1::CreateMeetingRequest {
        meeting: Some(v1::Meeting { region: name("330103"), ..meeting("下城") }),
        meeting_id: "m".to_owned(),
        ..Default::default()
    };
    told(meetings.create_meeting(request).await);
    hangzhou::reform(&mut server.reference()).await;
    for (region, as_of, count) in
        [("330105", None, 1), ("330105", on(EVE), 0), ("330103", on(EVE), 1), ("330102", None, 0)]
    {
        let request = v1::ListMeetingsRequest { region: name(region), as_of, ..Default::default() };
        let found = told(meetings.list_meetings(request).await).meetings;
        assert_eq!(found.len(), count, "{region} {as_of:?}");
    }
}

#[tokio::test]
async fn what_stood_below_goes_where_it_is_said() {
    let server = hangzhou::before().await;
    let mut reference = server.reference();
    for (town, district) in
        [("330103001", "330103"), ("330104001", "330104"), ("330104002", "330104")]
    {
        let request =
            v1::CreateRegionRequest { region: Some(county(town, district)), ..Default::default() };
        told(reference.create_region(request).await);
    }
    told(reference.split_region(qiantang()).await);
    let revision = server.revision().await;
    let unplaced = refused(reference.split_region(jianggan()).await);
    unplaced.has_fields(&[("children", "CHILDREN_UNPLACED")]);
    assert!(unplaced.message.contains("regions/330104001"), "{}", unplaced.message);
    assert_eq!(server.revision().await, revision, "nothing was changed");
    let place = |region: &str, parent: &str| v1::RegionPlacement {
        region: name(region),
        parent: name(parent),
    };
    let children = vec![place("330104001", "330102"), place("330104002", "330114")];
    told(reference.split_region(v1::SplitRegionRequest { children, ..jianggan() }).await);
    told(reference.merge_regions(xiacheng()).await);
    for (district, as_of, due) in [
        ("330104", on(EVE), "330104 330104001 330104002"),
        ("330102", None, "330102 330104001"),
        ("330114", on(DAY), "330104002 330114"),
        ("330105", None, "330103001 330105"),
        ("330105", on(EVE), "330105"),
    ] {
        assert_eq!(below(&mut reference, district, as_of).await.join(" "), due, "{district}");
    }
}

#[tokio::test]
async fn sources_can_merge_into_a_region_that_is_created() {
    let server = hangzhou::before().await;
    projects_in(&server, &["330102", "330104"]).await;
    let mut reference = server.reference();
    let request = v1::MergeRegionsRequest {
        name: name("330199"),
        sources: names(&["330102", "330104"]),
        new_region: Some(county("330199", "")),
        effective_date: day(),
        request_id: request_id(),
        ..Default::default()
    };
    let trial = v1::MergeRegionsRequest {
        validate_only: true,
        request_id: String::new(),
        ..request.clone()
    };
    let revision = server.revision().await;
    told(reference.merge_regions(trial).await);
    assert_eq!(server.revision().await, revision);
    let made = told(reference.merge_regions(request.clone()).await);
    assert_eq!((made.valid_from, made.parent.as_str()), (day(), "regions/330100"));
    assert_eq!(told(reference.merge_regions(request.clone()).await), made, "it is done once");
    assert_eq!(listed(&server, "330199", None).await, ["330102", "330104"]);
    let again = v1::MergeRegionsRequest { request_id: String::new(), ..request };
    assert_eq!(refused(reference.merge_regions(again).await).reason, "RECORD_EXISTS");
}

#[tokio::test]
async fn the_history_of_a_region_tells_of_its_reforms() {
    let server = hangzhou::before().await;
    let mut reference = server.reference();
    hangzhou::reform(&mut reference).await;
    let request = v1::ListReferenceHistoryRequest { name: name("330103"), ..Default::default() };
    let versions = told(reference.list_reference_history(request).await).versions;
    assert_eq!(versions.len(), 2);
    let change = versions[0].change.as_ref().unwrap();
    assert_eq!(change.method, "outlay.v1.ReferenceService/MergeRegions");
    assert_eq!(change.changed_fields, ["parent", "valid_to", "successors"]);
    let note = "regions/330103 merged into regions/330105 on 2021-04-09: 撤并 (国函〔2021〕12号)";
    assert_eq!(change.note, note);
}

#[tokio::test]
async fn a_wrong_merge_is_corrected_by_an_update() {
    let server = hangzhou::before().await;
    projects_in(&server, &["330103"]).await;
    let mut reference = server.reference();
    told(reference.merge_regions(xiacheng()).await);
    assert_eq!(listed(&server, "330105", None).await, ["330103"]);
    let update = v1::UpdateRegionRequest {
        region: Some(v1::Region { name: name("330103"), ..Default::default() }),
        update_mask: crate::support::records::mask(&["valid_to", "successors"]),
        ..Default::default()
    };
    assert_eq!(told(reference.update_region(update).await).parent, name("330100"));
    assert!(listed(&server, "330105", None).await.is_empty());
    assert_eq!(listed(&server, "330103", None).await, ["330103"]);
}

#[tokio::test]
async fn an_import_of_the_regions_leaves_their_dates_alone() {
    let server = hangzhou::before().await;
    let mut reference = server.reference();
    hangzhou::reform(&mut reference).await;
    told(reference.move_region(to("330411", "330100", date(2022, 1, 1))).await);
    let rows = |records: Vec<v1::Region>| {
        let rows = records.into_iter().map(|one| crate::support::records::row(Record::Region(one)));
        vec![crate::support::batch(1, rows.collect())]
    };
    let same = rows(vec![county("330104", "330100"), county("330411", "330100")]);
    let same: Vec<_> = crate::support::import(&mut reference, same).await.unwrap();
    let outcomes: Vec<_> =
        same[0].results.iter().map(|one| (one.outcome, &one.violations)).collect();
    // The display names differ, and nothing else.
    let updated = v1::ImportOutcome::Updated as i32;
    for (outcome, violations) in outcomes {
        assert!(outcome == updated && violations.is_empty(), "{outcome} {violations:?}");
    }
    let found = get(&mut reference, "330411").await;
    assert_eq!((found.links.len(), get(&mut reference, "330104").await.valid_to), (2, day()));
    let wrong =
        crate::support::import(&mut reference, rows(vec![county("330411", "330400")])).await;
    let wrong = &wrong.unwrap()[0].results[0].violations[0];
    assert_eq!(
        (wrong.field.as_str(), wrong.reason.as_str()),
        ("region.parent", "FIELD_CONTRADICTION")
    );
}

#[tokio::test]
async fn the_last_split_and_the_first_are_on_one_day() {
    let server = hangzhou::before().await;
    let mut reference = server.reference();
    // 江干 can't go into 钱塘 before that is there.
    refused(reference.split_region(jianggan()).await)
        .has_fields(&[("parts[1]", "REFERENCE_UNKNOWN")]);
    told(reference.split_region(qiantang()).await);
    told(reference.split_region(jianggan()).await);
    let lives = told(reference.split_region(yuhang()).await);
    assert_eq!((lives.valid_to, lives.successors.len()), (None, 1));
}
