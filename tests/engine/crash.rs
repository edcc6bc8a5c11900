//! Killing the process: everything that was answered is there afterwards.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use outlay_server::engine::embedded::{Embedded, Settings};
use outlay_server::engine::{Direction, Engine, Value};

use super::support::{
    add, all, at, changes, done, guarded, must, must_io, open, put, settings, temporary,
};

const DIRECTORY: &str = "OUTLAY_TEST_ENGINE_DIRECTORY";

/// What the killed process does: it commits for ever, and says each revision
/// that it was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it never ends: the test below starts it and kills it"]
#[expect(clippy::disallowed_methods, reason = "how a test tells its own child a directory")]
#[expect(clippy::print_stdout, reason = "how the child answers")]
async fn child() {
    let Some(directory) = std::env::var_os(DIRECTORY) else {
        return;
    };
    // Small segments, and commits that take several slices.
    let small_segments = Settings { segment_bytes: 300_000, slice: Duration::ZERO, ..settings() };
    let engine = must(Embedded::open(Path::new(&directory), &small_segments));
    let engine = std::sync::Arc::new(engine);
    let tasks: Vec<_> = (0..8_u64)
        .map(|client| {
            let engine = std::sync::Arc::clone(&engine);
            tokio::spawn(async move {
                for number in 0_u64.. {
                    let keys = 1 + number % 3 * 20;
                    let operations = (0..keys).map(|key| {
                        let key = format!("{client}/{}", (number + key) % 50);
                        put(key, vec![client as u8; (number * 37 % 6_000) as usize])
                    });
                    let operations: Vec<_> = operations.chain([add("sum", 1)]).collect();
                    let revision = done(engine.as_ref(), operations).await;
                    println!("answered {revision}");
                }
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.is_ok());
    }
}

/// Lets a child run for some commits and kills it; answers with the newest
/// revision that it was told.
fn run_and_kill(directory: &Path, commits: usize) -> u64 {
    let name = concat!(module_path!(), "::child");
    let name = name.split_once("::").map_or(name, |(_, name)| name);
    let mut child = must_io(
        Command::new(must_io(std::env::current_exe()))
            .args(["--exact", name, "--ignored", "--nocapture"])
            .env(DIRECTORY, directory)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn(),
    );
    let Some(output) = child.stdout.take() else { panic!("the child has no output") };
    let newest = BufReader::new(output)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.split_once("answered ")?.1.parse().ok())
        .take(commits)
        .max();
    must_io(child.kill());
    must_io(child.wait());
    newest.unwrap_or(0)
}

#[tokio::test]
async fn nothing_that_was_answered_is_lost_when_the_process_is_killed() {
    let directory = temporary();
    let mut before = 0;
    for round in 0..5 {
        let answered = run_and_kill(directory.path(), 200 + 200 * round);
        assert!(answered > before, "the child did not commit");
        let engine = open(directory.path());
        let head = must(engine.head().await).revision;
        assert!(head >= answered, "revision {answered} was answered, {head} is there");
        let (mut seen, mut records) = (0, BTreeMap::new());
        while seen < head {
            for change in changes(&engine, seen, 1_000).await {
                seen += 1;
                assert_eq!(change.revision, seen);
                for record in change.records {
                    let Value::Present(new) = record.new else { panic!("it deletes nothing") };
                    let old = records.insert(record.key, (seen, new)).map(|(_, value)| value);
                    assert_eq!(record.old.present(), old.as_deref(), "revision {seen}");
                }
            }
        }
        let snapshot = must(engine.snapshot().await);
        let state = all(snapshot.as_ref(), Direction::Forward, 100).await.into_iter();
        let state = state.filter(|(key, _)| key != b"sum");
        let state = state.map(|(key, entry)| (key, (entry.revision, entry.value)));
        assert!(state.eq(records), "the tree is not what the journal says");
        let sum = must(snapshot.get(&[b"sum".to_vec()]).await).remove(0);
        let sum =
            sum.map(|sum| i64::from_be_bytes(sum.value.as_ref().try_into().unwrap_or_default()));
        assert_eq!(sum, Some((head - round as u64) as i64), "each commit counted once");
        must(engine.commit(guarded([at("sum", head)], [put("round", "1")])).await);
        before = head + 1;
    }
}
