//! The demonstration's records: whole, marked where they are invented, and
//! never in the way of what a user did.

#![cfg(test)]

mod symposium;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use outlay_proto::v1;
use outlay_server::clock::Clock;
use outlay_server::config::Config;
use outlay_server::demo;
use outlay_server::domain::date::Date;
use outlay_server::domain::id::Id;
use outlay_server::domain::instant::Instant;
use outlay_server::domain::project::Project;
use outlay_server::engine::embedded::Embedded;
use outlay_server::service::in_process::InProcess;
use outlay_server::service::routes;
use outlay_server::store::call::Call;
use outlay_server::store::{Edit, Store, Target};

use crate::support::{NOW_MICROS, Server, told};

/// The meeting's resource name.
const SYMPOSIUM: &str = "meetings/zj-symposium-2023-07-28";
/// A project's id.
const PROJECT: &str = "demo-nanhu-power-chips";
/// More than there is of anything.
const ALL: i32 = 1_000;

fn demonstration() -> Server {
    Server::with(|config| config.demo = true)
}

/// A store of its own at `micros` since 1970, without a server.
pub(crate) async fn store(directory: &Path, micros: i64) -> Store {
    open(directory, micros).await.1
}

/// The same with all that the demonstration tells.
pub(crate) async fn told_store(directory: &Path) -> Store {
    let (engine, store) = open(directory, NOW_MICROS).await;
    demo::load(&store).await.unwrap();
    let services = routes(store.clone(), engine, &Config::default());
    demo::play(&store, &InProcess::new(services)).await.unwrap();
    store
}

async fn open(directory: &Path, micros: i64) -> (Arc<Embedded>, Store) {
    let engine = crate::retention::engine(directory);
    let clock = Clock::manual(TimeZone::UTC, micros);
    let store =
        Store::open(Arc::<Embedded>::clone(&engine), clock, Config::default().store_options())
            .await
            .unwrap();
    (engine, store)
}

async fn revision(store: &Store) -> u64 {
    store.head().await.unwrap().revision
}

/// A change by somebody who uses the demonstration.
pub(crate) fn by_a_user() -> Call {
    Call {
        principal: "user".to_owned(),
        method: "test".to_owned(),
        peer: String::new(),
        trace_id: String::new(),
        request_id: None,
        payload: [0; 32],
        validate_only: false,
        now: Instant::from_micros(NOW_MICROS).unwrap(),
        today: Date::new(2023, 7, 28).unwrap(),
        note: String::new(),
    }
}

async fn find(store: &Store, id: &Id) -> Project {
    store.reader().await.unwrap().get::<Project>(id).await.unwrap().record
}

async fn organisations(server: &Server) -> Vec<v1::Organisation> {
    let request = v1::ListOrganisationsRequest { page_size: ALL, ..Default::default() };
    told(server.reference().list_organisations(request).await).organisations
}

async fn projects(server: &Server) -> Vec<v1::Project> {
    let region = "regions/330400".to_owned();
    let request = v1::ListProjectsRequest { page_size: ALL, region, ..Default::default() };
    told(server.projects().list_projects(request).await).projects
}

fn is_marked(text: &str, english: &BTreeMap<String, String>) -> bool {
    text.contains("示例") && english.get("en").is_some_and(|text| text.contains("(demo)"))
}

#[tokio::test]
async fn the_reference_data_of_zhejiang_is_there() {
    let server = demonstration();
    let mut reference = server.reference();
    let regions = v1::ListRegionsRequest { page_size: ALL, ..Default::default() };
    let regions = told(reference.list_regions(regions).await).regions;
    assert_eq!(regions.len(), 103);
    let clusters = v1::ListClustersRequest { page_size: ALL, ..Default::default() };
    assert_eq!(told(reference.list_clusters(clusters).await).clusters.len(), 24);
    let industries = v1::ListIndustriesRequest { page_size: ALL, ..Default::default() };
    assert_eq!(told(reference.list_industries(industries).await).industries.len(), 32);
    let indicators = v1::ListIndicatorsRequest::default();
    assert_eq!(told(reference.list_indicators(indicators).await).indicators.len(), 4);

    let jiaxing = regions.iter().find(|region| region.code == "330400").unwrap();
    assert_eq!(jiaxing.display_name, "嘉兴市");
    assert_eq!(jiaxing.localized_names["en"], "Jiaxing City");
    assert_eq!(jiaxing.r#type(), v1::RegionType::Prefecture);
    assert_eq!(jiaxing.parent, "regions/330000");
}

#[tokio::test]
async fn every_city_has_its_office() {
    let server = demonstration();
    let offices: BTreeSet<_> = organisations(&server)
        .await
        .into_iter()
        .filter(|organisation| organisation.name.ends_with("-eit"))
        .map(|organisation| organisation.region)
        .collect();
    for city in 1..=11 {
        let region = format!("regions/33{city:02}00");
        assert!(offices.contains(&region), "{region} has no office");
    }
    assert!(offices.contains("regions/330000"));
}

#[tokio::test]
async fn loading_twice_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(directory.path(), NOW_MICROS).await;
    let empty = revision(&store).await;
    demo::load(&store).await.unwrap();
    let loaded = revision(&store).await;
    assert_eq!(loaded, empty + 1, "all of it is one commit");
    demo::load(&store).await.unwrap();
    assert_eq!(revision(&store).await, loaded);
}

#[tokio::test]
async fn what_a_user_changed_or_deleted_stays_so() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(directory.path(), NOW_MICROS).await;
    demo::load(&store).await.unwrap();
    let id = Id::parse(PROJECT).unwrap();
    let target = Target::Existing { id: id.clone(), etag: String::new() };
    let mut changed = find(&store, &id).await;
    changed.site = "Another site".to_owned();
    store
        .change::<Project>(&by_a_user(), &target, |_, _, _| Ok(Edit::Put(changed.clone())))
        .await
        .unwrap();
    let other = Id::parse("demo-haining-wafer-materials").unwrap();
    let target = Target::Existing { id: other.clone(), etag: String::new() };
    store
        .change::<Project>(&by_a_user(), &target, |_, _, _| Ok(Edit::SetDeleted(true)))
        .await
        .unwrap();

    let before = revision(&store).await;
    demo::load(&store).await.unwrap();
    assert_eq!(revision(&store).await, before);
    assert_eq!(find(&store, &id).await, changed);
    let deleted = store.reader().await.unwrap().get::<Project>(&other).await.unwrap();
    assert!(deleted.is_deleted());
}

#[tokio::test]
async fn data_that_breaks_a_rule_is_named_and_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    // In 2001 the dates of all that was done lie in the future.
    let store = store(directory.path(), 1_000_000_000_000_000).await;
    let empty = revision(&store).await;
    let error = demo::load(&store).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains(&format!("projects/{PROJECT}")), "{cause}");
    assert!(cause.contains("milestones[0].met_date"), "{cause}");
    assert_eq!(revision(&store).await, empty);
}

#[tokio::test]
async fn invented_records_are_marked() {
    let server = demonstration();
    let companies: Vec<_> = organisations(&server)
        .await
        .into_iter()
        .filter(|organisation| organisation.kind() == v1::OrganisationKind::Company)
        .collect();
    assert!(companies.len() >= 5);
    for company in &companies {
        assert!(is_marked(&company.display_name, &company.localized_names), "{company:?}");
        assert!(company.name.starts_with("organisations/demo-"), "{}", company.name);
        assert_eq!(company.credit_code.get(8..11), Some("DEM"), "{}", company.credit_code);
    }
    for project in projects(&server).await {
        assert!(is_marked(&project.title, &project.localized_titles), "{project:?}");
        assert_eq!(project.labels["demo"], "true", "{}", project.name);
        assert!(companies.iter().any(|company| company.name == project.owner), "{project:?}");
        let stages = &project.transitions;
        assert!(stages.iter().all(|stage| stage.evidence.contains("示例")), "{stages:?}");
    }
}

#[tokio::test]
async fn projects_are_of_all_kinds_and_in_many_stages() {
    let server = demonstration();
    let projects = projects(&server).await;
    let stages: BTreeSet<_> = projects.iter().map(|project| project.stage).collect();
    let kinds: BTreeSet<_> = projects.iter().map(|project| project.construction_kind).collect();
    let sizes: BTreeSet<_> = projects.iter().map(|project| project.size_class).collect();
    let regions: BTreeSet<_> = projects.iter().map(|project| &project.region).collect();
    assert!(stages.len() >= 8, "{stages:?}");
    assert_eq!((kinds.len(), sizes.len(), regions.len()), (6, 5, 7));
    let major = "provincial-major-2023".to_owned();
    assert!(projects.iter().any(|project| project.lists.contains(&major)));
    let slips: Vec<_> = projects
        .iter()
        .flat_map(|project| &project.milestones)
        .map(|milestone| (milestone.met_date.is_some(), milestone.slippage_days > 0))
        .collect();
    for due in [(true, false), (true, true), (false, true), (false, false)] {
        assert!(slips.contains(&due), "no milestone is met and late as {due:?}");
    }
    for project in &projects {
        let mut stage = v1::ProjectStage::Planned as i32;
        for transition in &project.transitions {
            assert_eq!(transition.from, stage, "{}", project.name);
            assert_eq!(transition.principal, "demo");
            stage = transition.to;
        }
        assert_eq!(project.stage, stage, "{}", project.name);
    }
}

#[tokio::test]
async fn the_table_of_jiaxing_is_shown_when_it_is_ready() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(directory.path(), NOW_MICROS).await;
    demo::load(&store).await.unwrap();
    let table = demo::table(&store).await.unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[1].contains("2023Q1") && lines[1].contains("290.3 亿元"), "{table}");
    assert!(lines[1].contains("24.1 %"), "{table}");
    assert!(lines[2].contains("2023H1") && lines[2].contains("638.9 亿元"), "{table}");
    assert!(lines[2].contains("35.7 %"), "{table}");
}

#[tokio::test]
async fn the_history_says_that_it_is_a_demonstration() {
    let server = demonstration();
    let name = SYMPOSIUM.to_owned();
    let request = v1::ListMeetingHistoryRequest { name, ..Default::default() };
    let page = told(server.meetings().list_meeting_history(request).await);
    let changes: Vec<_> = page.versions.iter().map(|one| one.change.clone().unwrap()).collect();
    assert!(changes.iter().all(|change| change.principal == "demo"), "{changes:?}");
    let methods: Vec<_> = changes.iter().map(|change| change.method.as_str()).collect();
    assert_eq!(methods.last(), Some(&"outlay.v1.MeetingService/CreateMeeting"));
    assert_eq!(methods.first(), Some(&"outlay.v1.MeetingService/CloseMeeting"));
    let request =
        v1::ListProjectHistoryRequest { name: format!("projects/{PROJECT}"), ..Default::default() };
    let page = told(server.projects().list_project_history(request).await);
    let change = page.versions[0].change.as_ref().unwrap();
    let told = (change.principal.as_str(), change.method.as_str(), change.note.as_str());
    assert_eq!(told, ("demo", "demo", "demonstration data"));
}

#[tokio::test]
async fn it_is_not_mixed_with_records_of_ones_own() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(directory.path(), NOW_MICROS).await;
    let region = outlay_server::domain::reference::Region {
        code: "999999".to_owned(),
        display_name: "自己的".to_owned(),
        localized_names: BTreeMap::new(),
        region_type: outlay_server::domain::reference::RegionType::County,
        links: Vec::new(),
        valid_from: None,
        valid_to: None,
        successors: Vec::new(),
    };
    let target = Target::New(Some(Id::parse("999999").unwrap()));
    let call = by_a_user();
    store.change(&call, &target, |_, _, _| Ok(Edit::Put(region.clone()))).await.unwrap();
    let revision = revision(&store).await;
    let error = demo::load(&store).await.unwrap_err().to_string();
    assert!(error.contains("--demo") && error.contains("--data"), "{error}");
    assert_eq!(self::revision(&store).await, revision);
}
