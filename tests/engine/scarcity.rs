//! When something runs out under the engine that is not its own: the disk that
//! others fill, the process's file handles. Each case runs in a process of its
//! own, which limits itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use outlay_server::engine::embedded::{Embedded, Settings};
use outlay_server::engine::{Direction, Engine, Error};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::support::{
    all, changes, commit, cursor, done, must, must_io, open, put, settings, temporary, value,
};

const DIRECTORY: &str = "OUTLAY_TEST_ENGINE_DIRECTORY";

/// The directory that the parent gave this process; none where somebody runs
/// all ignored tests.
#[expect(clippy::disallowed_methods, reason = "how a test tells its own child a directory")]
fn directory() -> Option<PathBuf> {
    std::env::var_os(DIRECTORY).map(PathBuf::from)
}

/// Runs the ignored test `name` in a process that lives on when a file may not
/// grow.
fn run(name: &str, directory: &Path) {
    let this = concat!(module_path!(), "::");
    let this = this.split_once("::").map_or(this, |(_, this)| this);
    let output = must_io(
        Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
            .arg(must_io(std::env::current_exe()))
            .args(["--exact", &format!("{this}{name}"), "--ignored", "--nocapture"])
            .env(DIRECTORY, directory)
            .stdin(Stdio::null())
            .output(),
    );
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

/// Sets a soft limit; none takes it away again.
fn limit(resource: Resource, current: Option<u64>) {
    let maximum = getrlimit(resource).maximum;
    must_io(
        setrlimit(resource, Rlimit { current: current.or(maximum), maximum })
            .map_err(std::io::Error::from),
    );
}

#[tokio::test]
#[ignore = "it limits its process: the test below starts it"]
async fn child_without_space() {
    let Some(directory) = directory() else { return };
    // The journal never needs a file as large as the tree's.
    let settings = Settings { segment_bytes: 100_000, flush_every_ms: 50, ..settings() };
    let engine = must(Embedded::open(&directory, &settings));
    let mut expected = BTreeMap::new();
    let fill = |round: u64| (0..100).map(move |n| (format!("{:05}", round * 37 % 500 + n), round));
    let batch = |round: u64| -> Vec<_> {
        fill(round).map(|(key, round)| put(key, vec![round as u8; 3_000])).collect()
    };
    done(&engine, [put("k", "v")]).await;
    let db = must_io(std::fs::metadata(directory.join("tree/db"))).len();
    limit(Resource::Fsize, Some(db + 2_000_000));
    let mut refused = 0;
    let mut round = 0;
    let started = Instant::now();
    while refused < 20 {
        assert!(started.elapsed() < Duration::from_secs(60), "the limit is never met");
        round += 1;
        match engine.commit(commit(batch(round))).await {
            // What waits for the tree when the space ends is seen later.
            Ok(_) | Err(Error::Unknown) => expected.extend(fill(round)),
            Err(Error::NotApplied) => {
                refused += 1;
                // Reads go on, or say that it passes.
                let snapshot = must(engine.snapshot().await);
                match snapshot.get(&[b"k".to_vec()]).await {
                    Ok(found) => assert!(found[0].is_some()),
                    Err(error) => assert!(matches!(error, Error::Busy), "{error}"),
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    limit(Resource::Fsize, None);
    recovered(&engine, &directory, expected).await;
}

async fn recovered(engine: &Embedded, directory: &Path, expected: BTreeMap<String, u64>) {
    let started = Instant::now();
    while let Err(error) = engine.commit(commit([put("k", "again")])).await {
        assert!(started.elapsed() < Duration::from_secs(20), "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let head = must(engine.head().await).revision;
    let snapshot = must(engine.snapshot().await);
    let before = all(snapshot.as_ref(), Direction::Forward, 1_000).await;
    assert_eq!(before.len(), expected.len() + 1);
    for (key, entry) in &before {
        let round = expected.get(&super::support::text(key));
        assert!(round.is_none_or(|round| entry.value == vec![*round as u8; 3_000]));
    }
    drop(snapshot);
    must(engine.close().await);
    let engine = open(directory);
    assert_eq!(must(engine.head().await).revision, head);
    let snapshot = must(engine.snapshot().await);
    assert!(all(snapshot.as_ref(), Direction::Forward, 1_000).await == before);
    let mut told = 0;
    while told < head {
        told += changes(&engine, told, 1_000).await.len() as u64;
    }
}

#[test]
fn writes_come_back_by_themselves_when_others_made_room() {
    let directory = temporary();
    run("child_without_space", directory.path());
}

#[tokio::test]
#[ignore = "it limits its process: the test below starts it"]
async fn child_without_handles() {
    let Some(directory) = directory() else { return };
    let settings = Settings { segment_bytes: 400, ..settings() };
    let engine = must(Embedded::open(&directory, &settings));
    for number in 0..5_u8 {
        done(&engine, [put([number], vec![1; 300])]).await;
    }
    let cursor = cursor(&engine, 0).await;
    let free = must_io(File::open("/dev/null")).as_raw_fd();
    limit(Resource::Nofile, Some(free as u64));
    for _ in 0..3 {
        let told = engine.changes(&cursor, 10, Duration::ZERO).await;
        assert!(matches!(told, Err(Error::Busy)), "{told:?}");
        let refused = engine.commit(commit([put("k", vec![1; 300])])).await;
        assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
        assert!(value(&engine, [0]).await.is_some());
    }
    limit(Resource::Nofile, None);
    assert_eq!(changes(&engine, 0, 10).await.len(), 5);
    assert_eq!(done(&engine, [put("k", vec![1; 300])]).await, 6);
    must(engine.close().await);
    assert!(value(&open(&directory), "k").await.is_some());
}

#[test]
fn handles_that_run_out_stop_nothing_for_good() {
    let directory = temporary();
    run("child_without_handles", directory.path());
}
