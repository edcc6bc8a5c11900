//! What is deleted is purged after a while: it goes out of the store with all
//! that leads to it, by ordinary commits, and the journal still has it until
//! that is purged, too.

#![cfg(test)]

mod erasing;
mod names;
mod purge;
mod schedule;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record;
use outlay_server::clock::Clock;
use outlay_server::config::Config;
use outlay_server::domain::id::Id;
use outlay_server::domain::instant::Instant;
use outlay_server::engine::embedded::{Embedded, Settings};
use outlay_server::engine::{
    Change, Commit, Cursor, Direction, Engine, Error, Head, MAX_SCAN_ENTRIES, Range, Result,
    Snapshot,
};
use outlay_server::store::Store;
use outlay_server::store::call::Call;

use crate::support::records::{
    cluster, county, industry, meeting, organisation, policy, project, row,
};
use crate::support::{NOW_MICROS, Server, batch, import, told};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What is kept where nothing else is said.
const KEPT: Duration = Duration::from_secs(1_095 * 24 * 60 * 60);

/// The engine beneath a server that has stopped.
pub(crate) fn engine(data: &Path) -> Arc<Embedded> {
    let settings = Settings {
        cache_bytes: 16 * 1024 * 1024,
        reserve_bytes: 0,
        compress: false,
        ..Settings::default()
    };
    Arc::new(Embedded::open(data, &settings).unwrap())
}

/// A store over an engine, `after` the time at which the tests take place.
pub(crate) async fn store(engine: Arc<dyn Engine>, after: Duration) -> Store {
    let clock = Clock::manual(TimeZone::UTC, NOW_MICROS);
    clock.advance(after);
    Store::open(engine, clock, Config::default().store_options()).await.unwrap()
}

pub(crate) fn call(store: &Store, note: &str) -> Call {
    let call = Call::now(store.clock(), "system", "test").unwrap();
    Call { note: note.to_owned(), ..call }
}

/// Erases what is old enough; how many that were, and what was kept.
async fn sweep(store: &Store) -> (usize, Vec<String>) {
    let call = call(store, "old enough");
    let until = store.deleted_until(call.now).unwrap();
    let swept = store.erase_deleted(&call, until).await.unwrap();
    (swept.erased, swept.kept)
}

fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

/// All keys that an engine has.
async fn keys(engine: &dyn Engine) -> Vec<Vec<u8>> {
    let snapshot = engine.snapshot().await.unwrap();
    let mut range = Some(Range { start: vec![0], end: None });
    let mut keys = Vec::new();
    while let Some(now) = range.take() {
        let page = snapshot.scan(&now, Direction::Forward, MAX_SCAN_ENTRIES).await.unwrap();
        range = page.rest(&now, Direction::Forward);
        keys.extend(page.entries.into_iter().map(|(key, _)| key));
    }
    keys
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// The keys that a text occurs in.
async fn keys_with(engine: &dyn Engine, text: &str) -> Vec<Vec<u8>> {
    let all = keys(engine).await;
    assert!(!all.is_empty());
    all.into_iter().filter(|key| holds(key, text)).collect()
}

/// The commits after a revision.
async fn changes(engine: &dyn Engine, revision: u64) -> Vec<Change> {
    let epoch = engine.head().await.unwrap().epoch;
    let mut cursor = Cursor { epoch, revision, chain: None };
    let mut all = Vec::new();
    loop {
        let page = engine.changes(&cursor, 1_000, Duration::ZERO).await.unwrap();
        let Some(last) = page.last() else { return all };
        cursor.revision = last.revision;
        all.extend(page);
    }
}

/// An engine that stops taking commits, as if its process had been killed.
struct Mortal {
    engine: Arc<Embedded>,
    /// Commits that it still takes.
    left: AtomicUsize,
}

impl Mortal {
    fn over(engine: &Arc<Embedded>, commits: usize) -> Arc<Self> {
        Arc::new(Self { engine: Arc::clone(engine), left: AtomicUsize::new(commits) })
    }
}

#[async_trait]
impl Engine for Mortal {
    async fn head(&self) -> Result<Head> {
        self.engine.head().await
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        self.engine.snapshot().await
    }

    async fn commit(&self, commit: Commit) -> Result<u64> {
        let one_less = |left: usize| left.checked_sub(1);
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less) {
            Ok(_) => self.engine.commit(commit).await,
            Err(_) => Err(Error::Unknown),
        }
    }

    async fn changes(&self, after: &Cursor, limit: usize, wait: Duration) -> Result<Vec<Change>> {
        self.engine.changes(after, limit, wait).await
    }
}

/// Names of one record of each kind, which nobody names; each has `zq` in its
/// id where it is free to choose one.
const OF_EACH: [&str; 7] = [
    "meetings/zq-meeting",
    "projects/zq-project",
    "policies/zq-policy",
    "organisations/zq-organisation",
    "clusters/c14",
    "industries/391",
    "regions/330499",
];
const CREDIT_CODE: &str = "91330400MA28A0001D";

/// Makes the records of [`OF_EACH`].
async fn make_one_of_each(server: &Server) {
    let mut bureau = organisation("蓝天公司");
    bureau.name = "organisations/zq-organisation".to_owned();
    let mut plan = policy("蓝天政策");
    plan.name = "policies/zq-policy".to_owned();
    plan.document_number = "zq〔2023〕1号".to_owned();
    let rows = [
        Record::Region(county("330499", "330400")),
        Record::Industry(industry("391", "计算机制造", "39")),
        Record::Cluster(cluster("C14", "节能环保", "w4")),
        Record::Organisation(bureau),
        Record::Policy(plan),
    ];
    let rows = rows.into_iter().map(row).collect();
    for answer in import(&mut server.reference(), vec![batch(1, rows)]).await.unwrap() {
        for result in answer.results {
            assert_eq!(result.outcome, v1::ImportOutcome::Created as i32, "{result:?}");
        }
    }
    crate::project::create(&mut server.projects(), "zq-project", project("蓝天项目")).await;
    crate::meeting::create(&mut server.meetings(), "zq-meeting", meeting("蓝天会议")).await;
}

/// Deletes a record of any kind; answers its time of deletion, and of purge.
async fn delete(server: &Server, name: &str) -> (Option<i64>, Option<i64>) {
    let name = name.to_owned();
    let mut reference = server.reference();
    macro_rules! delete {
        ($client:expr, $method:ident, $Request:ident) => {{
            let request = v1::$Request { name: name.clone(), ..Default::default() };
            let deleted = told($client.$method(request).await);
            let seconds = |time: Option<prost_types::Timestamp>| time.map(|time| time.seconds);
            (seconds(deleted.delete_time), seconds(deleted.purge_time))
        }};
    }
    match name.split('/').next() {
        Some("regions") => delete!(reference, delete_region, DeleteRegionRequest),
        Some("industries") => delete!(reference, delete_industry, DeleteIndustryRequest),
        Some("clusters") => delete!(reference, delete_cluster, DeleteClusterRequest),
        Some("organisations") => delete!(reference, delete_organisation, DeleteOrganisationRequest),
        Some("policies") => delete!(reference, delete_policy, DeletePolicyRequest),
        Some("projects") => delete!(server.projects(), delete_project, DeleteProjectRequest),
        _ => delete!(server.meetings(), delete_meeting, DeleteMeetingRequest),
    }
}

/// The instant of so long after the tests take place.
fn after(time: Duration) -> Instant {
    Instant::from_micros(NOW_MICROS + time.as_micros() as i64).unwrap()
}
