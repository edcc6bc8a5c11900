//! Reading everything while serving: the scrub, and what an administrator asks
//! for.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use outlay_server::engine::Engine;
use outlay_server::engine::embedded::{Embedded, Settings, State};

use super::support::{
    Machine, add, done, failure, must, must_io, open, put, settings, temporary, value,
};

fn small() -> Settings {
    // All of it is in sled at once, where a walk finds it.
    Settings { segment_bytes: 30_000, recent_bytes: 0, ..settings() }
}

async fn write(engine: &Embedded, commits: u64) {
    for number in 0..commits {
        let key = format!("{}", number % 40);
        done(engine, [put(key, vec![number as u8; 5_000]), add("sum", 1)]).await;
    }
}

fn segments(directory: &std::path::Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = must_io(std::fs::read_dir(directory.join("journal")))
        .map(|entry| must_io(entry).path())
        .filter(|path| path.extension().is_some_and(|end| end == "journal"))
        .collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_well_is_well_also_while_it_is_written() {
    let directory = temporary();
    let engine = Arc::new(must(Embedded::open(directory.path(), &small())));
    write(&engine, 30).await;
    must(engine.make_base().await);
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (engine, stop) = (Arc::clone(&engine), Arc::clone(&stop));
        tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                write(&engine, 10).await;
            }
        })
    };
    let told = Arc::new(AtomicU64::new(0));
    for round in 1..=5 {
        let counter = Arc::clone(&told);
        let count = move |_: &_| {
            counter.fetch_add(1, Ordering::SeqCst);
        };
        let report = must(engine.verify(count).await);
        assert_eq!((report.findings, report.omitted), (Vec::new(), 0), "round {round}");
        assert!(report.commits >= 30 && report.commits == report.revision);
        assert!(report.entries > 30 && report.bases == 1 && report.segments > 2);
        assert!(report.frames <= report.commits && report.frames > 0);
    }
    stop.store(true, Ordering::SeqCst);
    assert!(writer.await.is_ok());
    assert!(told.load(Ordering::SeqCst) > 5);
}

#[tokio::test]
async fn every_damage_of_the_journal_is_told_with_its_place() {
    let directory = temporary();
    let engine = must(Embedded::open(directory.path(), &small()));
    write(&engine, 60).await;
    let segments = segments(directory.path());
    assert!(segments.len() > 6);
    let mut flipped = must_io(std::fs::read(&segments[2]));
    flipped[900] ^= 1;
    must_io(std::fs::write(&segments[2], flipped));
    let mut header = must_io(std::fs::read(&segments[4]));
    header[30] ^= 1;
    must_io(std::fs::write(&segments[4], header));
    must_io(std::fs::remove_file(&segments[6]));
    let report = must(engine.verify(|_| ()).await);
    let places: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            let name = finding.file.rsplit('/').next().unwrap_or_default();
            assert!(finding.what.contains("restore the journal"), "{finding:?}");
            (name.to_owned(), finding.offset)
        })
        .collect();
    let name = |path: &PathBuf| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    assert_eq!(places.len(), 3, "{:?}", report.findings);
    assert_eq!(places[0], (name(&segments[2]), 128));
    assert_eq!(places[1], (name(&segments[4]), 0));
    assert_eq!(places[2], (name(&segments[7]), 0));
    // It is told, and nothing is mended.
    assert!(value(&engine, "1").await.is_some());
    assert!(!segments[6].exists());
}

#[tokio::test]
async fn a_scrub_runs_when_it_is_asked_for_and_is_told() {
    let directory = temporary();
    let engine = must(Embedded::open(directory.path(), &small()));
    write(&engine, 40).await;
    let info = must(engine.info().await);
    assert_eq!((info.state, info.scrub, info.suspect), (State::Serving, None, None));
    assert_eq!((info.revision, info.epoch), (40, must(engine.head().await).epoch));
    assert!(info.journal_bytes > 200_000 && info.tree_bytes > 0 && info.segments > 3);
    must(engine.scrub_now());
    let report = loop {
        if let Some(scrub) = must(engine.info().await).scrub {
            break scrub.report;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!((report.commits, report.entries, report.findings.len()), (40, 41, 0));
    let path = &segments(directory.path())[1];
    let mut bytes = must_io(std::fs::read(path));
    bytes[300] ^= 1;
    must_io(std::fs::write(path, bytes));
    must(engine.scrub_now());
    loop {
        let scrub = must(engine.info().await).scrub;
        if scrub.is_some_and(|scrub| !scrub.report.findings.is_empty()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    must(engine.close().await);
    assert!(failure(engine.scrub_now()).to_string().contains("closed"));
}

#[tokio::test]
async fn scrubs_come_by_themselves() {
    let directory = temporary();
    let settings = Settings { scrub_every: Duration::from_millis(240), ..small() };
    let engine = must(Embedded::open(directory.path(), &settings));
    write(&engine, 5).await;
    while must(engine.info().await).scrub.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_engine_that_has_stopped_says_why_and_can_still_be_looked_at() {
    let directory = temporary();
    let machine = Machine::new(1);
    let engine = must(machine.open(directory.path()));
    done(&engine, [put("k", "1")]).await;
    Machine::set(&machine.full, true);
    failure(engine.commit(super::support::commit([put("k", "2")])).await);
    Machine::set(&machine.full, false);
    Machine::set(&machine.syncs_fail, true);
    failure(engine.commit(super::support::commit([put("k", "2")])).await);
    let info = loop {
        let info = must(engine.info().await);
        if info.state != State::Serving {
            break info;
        }
        tokio::task::yield_now().await;
    };
    assert!(matches!(&info.state, State::Stopped(why) if why.contains("synced")), "{info:?}");
    assert!(failure(engine.make_base().await).to_string().contains("stopped"));
    let report = must(engine.verify(|_| ()).await);
    assert_eq!((report.commits, report.findings.len()), (1, 0));
    drop(engine);
    assert!(value(&open(directory.path()), "k").await.is_some());
}
