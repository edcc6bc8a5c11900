//! Cases that every engine has to pass, by name. An engine's own module runs
//! them all; a difference between two engines is a bug.

mod commits;
mod ends;
mod feed;
mod horizon;
mod limits;
mod order;
mod snapshots;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use outlay_server::engine::Engine;
use outlay_server::engine::embedded::{Embedded, Settings};
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::support::{Machine, commit, done, must, settings, temporary};
use ends::Site;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// One case, which gets an engine of its own, or the place of one: both are
/// empty.
type Case<T> = fn(Arc<T>) -> Pin<Box<dyn Future<Output = ()> + Send>>;

macro_rules! cases {
    ($($module:ident::$case:ident),* $(,)?) => {
        &[$((stringify!($case), |given| Box::pin($module::$case(given)))),*]
    };
}

const CASES: &[(&str, Case<dyn Engine>)] = cases![
    order::keys_are_ordered_by_their_bytes,
    order::a_range_has_its_start_and_not_its_end,
    order::a_prefix_takes_in_what_begins_with_it_and_nothing_else,
    order::a_scan_ends_at_its_limit_and_goes_on_behind_it,
    order::an_empty_or_inverted_range_has_nothing,
    order::an_empty_value_is_a_value,
    commits::a_commit_is_visible_when_it_is_answered,
    commits::revisions_are_dense_also_without_operations,
    commits::all_of_a_commit_is_seen_or_nothing,
    commits::a_failing_precondition_names_its_key_and_changes_nothing,
    commits::absent_holds_for_a_removed_key,
    commits::at_holds_only_at_the_last_revision,
    commits::of_many_who_create_one_key_one_succeeds,
    commits::adding_is_exact_under_contention,
    commits::adding_never_overflows,
    commits::adding_needs_a_cell,
    commits::a_cell_has_as_many_numbers_as_were_first_added,
    commits::a_key_keeps_its_class_while_it_is_there,
    commits::deleting_nothing_changes_nothing,
    commits::a_commit_fails_alone_among_many,
    commits::commits_at_once_see_each_other_in_order,
    commits::a_dropped_commit_still_happens,
    limits::limits_are_exact,
    limits::keys_have_a_length,
    limits::a_key_is_named_once,
    limits::long_values_come_back_whole,
    limits::a_scan_has_a_ceiling,
    limits::a_scan_of_long_values_comes_in_short_pages,
    limits::a_commit_replaces_no_more_than_a_reader_can_hold,
    snapshots::a_snapshot_stays_as_it_was,
    snapshots::removed_keys_stay_in_older_snapshots,
    snapshots::long_values_stay_in_older_snapshots,
    snapshots::scans_meet_every_key_that_stays,
    snapshots::snapshots_agree_with_a_model_under_heavy_change,
    feed::the_feed_is_dense_and_whole,
    feed::the_feed_goes_on_from_every_point,
    feed::the_feed_tells_old_and_new_values,
    feed::one_commit_of_history_can_be_read_alone,
    feed::the_feed_waits_for_the_next_commit,
    feed::the_feed_gives_up_waiting,
    feed::a_slow_consumer_misses_nothing,
    feed::a_cursor_of_another_history_is_unknown,
];

const ENDS: &[(&str, Case<dyn Site>)] = cases![
    ends::everything_is_there_after_every_end,
    ends::what_is_unknown_can_be_found_out_and_repeated,
    ends::a_full_disk_refuses_commits_and_changes_nothing,
    horizon::the_feed_answers_from_its_horizon_on,
    horizon::what_is_purged_is_told_as_purged,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_engine_passes_every_case() {
    run("embedded", &settings()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_engine_passes_every_case_in_the_smallest_steps() {
    let smallest =
        Settings { segment_bytes: 4_000, group_commits: 3, slice: Duration::ZERO, ..settings() };
    run("embedded, in small steps", &smallest).await;
}

async fn run(engine_name: &str, settings: &Settings) {
    for (name, case) in CASES {
        let directory = temporary();
        let engine = Arc::new(must(Embedded::open(directory.path(), settings)));
        let running = tokio::spawn(case(Arc::clone(&engine) as Arc<dyn Engine>));
        if let Err(error) = running.await {
            panic!("{engine_name}: {name}: {error}");
        }
        if let Err(error) = engine.close().await {
            panic!("{engine_name}: {name}: closing: {error}");
        }
    }
}

/// A directory on a machine of its own.
struct EmbeddedSite {
    directory: TempDir,
    machine: Arc<Machine>,
    settings: Settings,
    engine: Mutex<Option<Arc<Embedded>>>,
}

impl EmbeddedSite {
    /// Opens the engine alone; it keeps the bodies of so many days.
    fn embedded(&self, keep_bodies: Option<Duration>) -> Embedded {
        let media = Arc::clone(&self.machine) as Arc<dyn outlay_server::engine::embedded::Media>;
        let settings = Settings { media, keep_bodies, ..self.settings.clone() };
        must(Embedded::open(self.directory.path(), &settings))
    }

    /// Makes two bases, so that the history before can be done without.
    async fn dispense(engine: &Embedded) {
        must(engine.make_base().await);
        done(engine, []).await;
        must(engine.make_base().await);
    }
}

#[async_trait]
impl Site for EmbeddedSite {
    async fn open(&self) -> Arc<dyn Engine> {
        let engine = Arc::new(self.embedded(None));
        *self.engine.lock().await = Some(Arc::clone(&engine));
        engine
    }

    async fn forget(&self) -> u64 {
        self.close().await;
        let engine = self.embedded(Some(DAY));
        Self::dispense(&engine).await;
        // A commit of the day after the next: the others are old then.
        let mut later = commit([]);
        later.context.time_micros += 2 * DAY.as_micros() as i64;
        must(engine.commit(later).await);
        while must(engine.head().await).horizon == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        must(engine.close().await);
        drop(engine);
        // It may have gone on until it was closed.
        let engine = self.embedded(None);
        let horizon = must(engine.head().await).horizon;
        must(engine.close().await);
        horizon
    }

    async fn purge(&self, keys: &[Vec<u8>], through: u64) {
        self.close().await;
        let engine = self.embedded(None);
        Self::dispense(&engine).await;
        assert!(must(engine.purge(keys, through).await).values > 5);
        must(engine.close().await);
    }

    async fn close(&self) {
        if let Some(engine) = self.engine.lock().await.take() {
            must(engine.close().await);
        }
    }

    async fn kill(&self) {
        // Dropping it writes no seal, and gives up what still waits.
        drop(self.engine.lock().await.take());
    }

    fn full(&self, on: bool) {
        Machine::set(&self.machine.full, on);
    }

    fn lose(&self, on: bool) {
        Machine::set(&self.machine.syncs_fail, on);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_engine_passes_every_case_of_ends() {
    for (name, segment_bytes) in [("in some segments", 10_000), ("in many segments", 3_000)] {
        let settings = Settings { segment_bytes, ..settings() };
        for (case, run) in ENDS {
            let site = Arc::new(EmbeddedSite {
                directory: temporary(),
                machine: Machine::new(1),
                settings: settings.clone(),
                engine: Mutex::new(None),
            });
            let running = tokio::spawn(run(Arc::clone(&site) as Arc<dyn Site>));
            if let Err(error) = running.await {
                panic!("embedded, {name}: {case}: {error}");
            }
        }
    }
}
