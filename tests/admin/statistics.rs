//! What records count for is worked out again and compared: nothing is found
//! where all is right, whatever changes meanwhile, and each cell that is wrong is.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use outlay_proto::v1;
use outlay_proto::v1::ReviewLevel as Level;
use outlay_server::domain::id::Id;
use outlay_server::domain::kind::Kind;
use outlay_server::domain::month::Month;
use outlay_server::domain::report::Report;
use outlay_server::engine::embedded::Embedded;
use outlay_server::engine::{
    Change, Class, Commit, Cursor, Direction, Engine, Head, MAX_SCAN_ENTRIES, Operation, Range,
    Result, Snapshot, Value,
};
use outlay_server::store::call::Call;
use outlay_server::store::figures;
use outlay_server::store::verify::{Bounds, Step, Verified};
use outlay_server::store::{Edit, Store, Target};

use super::{verify, verify_with};
use crate::report::{accepted, content, create_project, name, submitted};
use crate::retention::{call, engine, store};
use crate::support::{SOON, Server};

const ASKED: v1::VerifyStoreRequest = v1::VerifyStoreRequest { statistics: true };
/// Few entries at once, and few cells: many pages, and many passes.
const SMALL: Bounds = Bounds { page: 3, cells: 4 };
const PAGED: Bounds = Bounds { page: 2, cells: usize::MAX };

/// A server with reports of three projects and months; some are accepted.
async fn scene() -> Server {
    let server = crate::report::server().await;
    create_project(&server, "q", |project| project.region = "regions/330411".to_owned()).await;
    create_project(&server, "h", |project| project.region = "regions/330106".to_owned()).await;
    let mut reports = server.reports();
    for project in ["p", "q", "h"] {
        submitted(&mut reports, project, "2023-02", content(9, 18, 27)).await;
        submitted(&mut reports, project, "2023-04", content(9, 18, 27)).await;
        accepted(&mut reports, project, "2023-05", content(10, 20, 30), &[Level::County]).await;
        submitted(&mut reports, project, "2023-06", content(11, 22, 33)).await;
    }
    server
}

/// Cells of figures and uses: their keys, what they are, and their numbers.
async fn cells(engine: &Embedded) -> Vec<(Vec<u8>, String, Vec<u8>)> {
    let snapshot = engine.snapshot().await.unwrap();
    let mut cells = Vec::new();
    for table in [9, 14] {
        let range = Range::prefix(&[table]);
        let page = snapshot.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await.unwrap();
        assert!(!page.more && !page.entries.is_empty());
        cells.extend(page.entries.into_iter().map(|(key, entry)| {
            let told = figures::told(&key);
            (key, format!("{}: {}", told.family, told.description), entry.value.to_vec())
        }));
    }
    cells
}

async fn write(engine: &Embedded, operations: Vec<Operation>) {
    let commit = Commit { operations, ..Commit::default() };
    engine.commit(commit).await.unwrap();
}

fn add(key: &[u8], deltas: &[i64]) -> Operation {
    Operation::Add { key: key.to_vec(), deltas: deltas.to_vec() }
}

fn remove(key: &[u8]) -> Operation {
    Operation::Delete { class: Class::Cell, key: key.to_vec() }
}

const SUM: &str = "figures by region: basis SUBMITTED, month 2023-06, region regions/330402";
const GONE: &str = "figures by division, construction kind and size class: basis ACCEPTED by \
                    COUNTY, month 2023-05, division industries/38, construction kind NEW_BUILD, \
                    technical transformation false, size class FROM_100_MILLION, region \
                    regions/330411";
const EXTRA: &str = "in time and late: basis SUBMITTED, month 2023-06, region regions/330412";
const USES: &str = "records that name it: industries/3825";

/// Plants four faults, and a cell that is right although no record adds to it.
async fn plant(engine: &Embedded) {
    let cells = cells(engine).await;
    let key = |wanted: &str| {
        let found = cells.iter().find(|(_, told, _)| told == wanted);
        let all: Vec<_> = cells.iter().map(|(_, told, _)| told).collect();
        found.unwrap_or_else(|| panic!("{wanted} in {all:#?}")).0.clone()
    };
    let timely = key("in time and late: basis SUBMITTED, month 2023-06, region regions/330402");
    let mut extra = timely.clone();
    let at = extra.len() - 2;
    extra[at - 1..=at].copy_from_slice(b"12");
    let mut zeros = timely;
    zeros[at - 1..=at].copy_from_slice(b"13");
    let first = vec![
        add(&key(SUM), &[0, -500, 0, 0]),
        remove(&key(GONE)),
        add(&extra, &[0, 7]),
        add(&key(USES), &[1]),
        add(&zeros, &[1, 2]),
    ];
    write(engine, first).await;
    write(engine, vec![add(&zeros, &[-1, -2])]).await;
}

/// What is expected to be found, by family and what it is of.
fn planted() -> Vec<(String, Vec<i64>, Vec<i64>)> {
    let of = |told: &str, kept: &[i64], due: &[i64]| (told.to_owned(), kept.to_vec(), due.to_vec());
    let mut planted = vec![
        of(SUM, &[1_100, 1_700, 3_300, 1], &[1_100, 2_200, 3_300, 1]),
        of(GONE, &[], &[1_000, 2_000, 3_000, 1]),
        of(EXTRA, &[0, 7], &[]),
        of(USES, &[16], &[15]),
    ];
    planted.sort();
    planted
}

fn found(verified: &Verified) -> Vec<(String, Vec<i64>, Vec<i64>)> {
    let mut found: Vec<_> = verified
        .wrong
        .iter()
        .map(|one| {
            let told = format!("{}: {}", one.cell.family, one.cell.description);
            (told, one.kept.clone(), one.due.clone())
        })
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn each_cell_that_is_wrong_is_found_however_little_is_looked_at_at_once() {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store = store(engine.clone(), Duration::ZERO).await;
        let count = cells(&engine).await.len() as u64;
        for bounds in [Bounds::default(), SMALL, PAGED] {
            let verified = store.verify_cells(bounds, |_| {}).await.unwrap();
            assert_eq!((found(&verified), verified.wrong_count), (Vec::new(), 0));
            assert_eq!((verified.cells, verified.revision), (count, revision(&store).await));
        }
        plant(&engine).await;
        for bounds in [Bounds::default(), SMALL, PAGED] {
            let verified = store.verify_cells(bounds, |_| {}).await.unwrap();
            assert_eq!(found(&verified), planted(), "{bounds:?}");
            // One is gone, and two were planted.
            assert_eq!((verified.wrong_count, verified.cells), (4, count + 1));
        }
        engine.close().await.unwrap();
    };
    let server = scene().await.restart_after(work).await;
    let (told, report) = verify_with(&mut server.admin(), ASKED).await.unwrap();
    assert!(report.findings.is_empty() && told <= 100, "{report:?}");
    let compared = report.statistics.expect("it was asked for");
    assert_eq!((compared.wrong_cell_count, report.wrong_cells.len()), (4, 4));
    let mut cells = report.wrong_cells.iter();
    let missing = cells.find(|cell| cell.kept.is_empty()).expect("the one that was removed");
    assert_eq!(format!("{}: {}", missing.family, missing.description), GONE);
    assert_eq!(missing.due, [1_000, 2_000, 3_000, 1]);
    let command = crate::cli::outlay(&server).run("admin verify --statistics").await;
    assert_eq!(command.code, 1, "{command:?}");
    assert!(command.err.contains("4 things are wrong"), "{command:?}");
    assert!(command.out.contains("month 2023-06, region regions/330412"), "{}", command.out);
    // Nobody compares them who isn't asked to.
    let (_, report) = verify(&mut server.admin()).await.unwrap();
    assert_eq!((report.statistics, report.wrong_cells), (None, Vec::new()));
}

#[tokio::test]
async fn a_record_that_can_not_be_read_is_a_finding() {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let key = b"\x01\x08h-2023-02".to_vec();
        let value = b"\x01rubbish".as_slice().into();
        write(&engine, vec![Operation::Put { class: Class::Record, key, value }]).await;
        engine.close().await.unwrap();
    };
    let server = scene().await.restart_after(work).await;
    let (_, report) = verify(&mut server.admin()).await.unwrap();
    assert_eq!(report.findings, Vec::new(), "to the engine it is a value like others");
    let (_, report) = verify_with(&mut server.admin(), ASKED).await.unwrap();
    let [finding] = report.findings.as_slice() else { panic!("{report:?}") };
    assert!(finding.description.contains("reports/h-2023-02"), "{finding:?}");
    assert_eq!((report.statistics, report.wrong_cells), (None, Vec::new()));
}

async fn revision(store: &Store) -> u64 {
    store.head().await.unwrap().revision
}

#[tokio::test]
async fn of_many_wrong_cells_a_hundred_are_told_and_all_are_counted() {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store = store(engine.clone(), Duration::ZERO).await;
        let cells = cells(&engine).await;
        assert!(cells.len() > 100, "{}", cells.len());
        let gone: Vec<_> =
            cells.iter().filter(|(_, _, value)| value.iter().any(|b| *b != 0)).collect();
        write(&engine, gone.iter().map(|(key, _, _)| remove(key)).collect()).await;
        let verified = store.verify_cells(Bounds::default(), |_| {}).await.unwrap();
        assert_eq!((verified.wrong.len(), verified.wrong_count), (100, gone.len() as u64));
        assert!(verified.wrong.iter().all(|one| one.kept.is_empty() && !one.due.is_empty()));
        assert!(verified.wrong.iter().all(|one| one.cell.family != "unknown"), "{verified:?}");
        engine.close().await.unwrap();
    };
    scene().await.restart_after(work).await;
}

#[tokio::test]
async fn the_progress_ends_with_everything() {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store = store(engine.clone(), Duration::ZERO).await;
        let mut steps: Vec<Step> = Vec::new();
        let verified = store.verify_cells(SMALL, |step| steps.push(step)).await.unwrap();
        let last = |unit| steps.iter().rfind(|step| step.unit == unit).copied().unwrap();
        assert_eq!(last("record").done, verified.records);
        assert_eq!(last("record").of, verified.records, "known from the first pass");
        assert_eq!(last("cell").done, verified.cells);
        engine.close().await.unwrap();
    };
    scene().await.restart_after(work).await;
}

/// An engine whose feed has lost the values before, as a journal has that keeps
/// only what is young.
struct Forgetful(Arc<Embedded>);

#[async_trait]
impl Engine for Forgetful {
    async fn head(&self) -> Result<Head> {
        self.0.head().await
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        self.0.snapshot().await
    }

    async fn commit(&self, commit: Commit) -> Result<u64> {
        self.0.commit(commit).await
    }

    async fn changes(&self, after: &Cursor, limit: usize, wait: Duration) -> Result<Vec<Change>> {
        let mut changes = self.0.changes(after, limit, wait).await?;
        for record in changes.iter_mut().flat_map(|change| &mut change.records) {
            if record.old != Value::Absent {
                record.old = Value::Compacted;
            }
        }
        Ok(changes)
    }
}

/// Somebody who changes reports until it is over.
#[derive(Clone)]
struct Writer {
    store: Store,
    call: Call,
    over: Arc<AtomicBool>,
}

impl Writer {
    async fn change(&self, id: &Id, edit: impl Fn(&Report) -> Edit<Report> + Sync) {
        let target = Target::Existing { id: id.clone(), etag: String::new() };
        let edit = |old: Option<&_>, _: &_, _: &mut _| {
            let old: &outlay_server::store::record::Stored<Report> = old.expect("it is there");
            Ok(edit(&old.record))
        };
        self.store.change::<Report>(&self.call, &target, edit).await.unwrap();
    }

    /// Deletes a report and brings it back.
    async fn toggle(self, id: Id) {
        while !self.over.load(Ordering::Relaxed) {
            self.change(&id, |_| Edit::SetDeleted(true)).await;
            self.change(&id, |_| Edit::SetDeleted(false)).await;
        }
    }

    /// Changes what was submitted.
    async fn amend(self, id: Id) {
        while !self.over.load(Ordering::Relaxed) {
            self.change(&id, |report| {
                let mut report = report.clone();
                for submission in &mut report.submissions {
                    submission.content.investment.equipment += 1_234;
                    submission.late = !submission.late;
                }
                Edit::Put(report)
            })
            .await;
        }
    }

    /// Makes reports of the months before, and erases them.
    async fn come_and_go(self, like: Id) {
        let reader = self.store.reader().await.unwrap();
        let like = reader.get::<Report>(&like).await.unwrap().record;
        drop(reader);
        let mut year = 2000;
        while !self.over.load(Ordering::Relaxed) {
            year = if year == 2010 { 2000 } else { year + 1 };
            let month = Month::new(year, 3).unwrap();
            let id = outlay_server::domain::report::id(&like.project, month).unwrap();
            let record = Report { month, ..like.clone() };
            let target = Target::New(Some(id.clone()));
            let create = |_: Option<&_>, _: &_, _: &mut _| Ok(Edit::Put(record.clone()));
            self.store.change::<Report>(&self.call, &target, create).await.unwrap();
            self.change(&id, |_| Edit::SetDeleted(true)).await;
            self.store.erase(&self.call, Kind::Report, &id, false).await.unwrap();
            self.store.purge_ended(&self.call, Kind::Report, &id).await.unwrap();
        }
    }
}

/// Verifies while others write as fast as they can, until enough has changed
/// while it did; the store is right all the time.
async fn verify_among_writers(store: &Store) {
    let over = Arc::new(AtomicBool::new(false));
    let writer = Writer { store: store.clone(), call: call(store, "busy"), over: over.clone() };
    let id = |project, month| {
        let name = name(project, month);
        Id::parse(name.strip_prefix("reports/").unwrap()).unwrap()
    };
    let writers = [
        tokio::spawn(writer.clone().toggle(id("p", "2023-05"))),
        tokio::spawn(writer.clone().toggle(id("h", "2023-02"))),
        tokio::spawn(writer.clone().amend(id("p", "2023-06"))),
        tokio::spawn(writer.clone().amend(id("q", "2023-02"))),
        tokio::spawn(writer.clone().come_and_go(id("q", "2023-05"))),
    ];
    let mut busy = 0;
    for bounds in [SMALL, PAGED, Bounds { page: 7, cells: 20 }].into_iter().cycle() {
        let before = revision(store).await;
        let verified = store.verify_cells(bounds, |_| {}).await.unwrap();
        assert_eq!((found(&verified), verified.wrong_count), (Vec::new(), 0), "{bounds:?}");
        busy += usize::from(verified.revision > before + 5);
        if busy == 12 {
            break;
        }
    }
    over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let verified = store.verify_cells(Bounds::default(), |_| {}).await.unwrap();
    assert_eq!(found(&verified), Vec::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn nothing_is_found_where_all_is_right_however_fast_it_changes() {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let store_of = store(engine.clone(), Duration::ZERO).await;
        tokio::time::timeout(SOON, verify_among_writers(&store_of)).await.unwrap();
        engine.close().await.unwrap();
    };
    scene().await.restart_after(work).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn values_that_the_journal_keeps_no_longer_are_read_where_they_still_are() {
    let work = |data: PathBuf| async move {
        let engine = engine(&data);
        let forgetful = Arc::new(Forgetful(engine.clone()));
        let store_of = store(forgetful, Duration::ZERO).await;
        tokio::time::timeout(SOON, verify_among_writers(&store_of)).await.unwrap();
        engine.close().await.unwrap();
    };
    scene().await.restart_after(work).await;
}

#[tokio::test]
async fn the_demonstration_is_verified_with_all_that_its_records_count_for() {
    let server = Server::with(|config| config.demo = true);
    let (_, report) = verify_with(&mut server.admin(), ASKED).await.unwrap();
    let statistics = report.statistics.unwrap();
    assert_eq!((report.findings, statistics.wrong_cell_count), (Vec::new(), 0));
    assert!(statistics.cell_count > 100, "{statistics:?}");
}
