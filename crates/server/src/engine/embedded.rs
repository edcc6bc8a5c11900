//! The embedded engine: a journal of its own before a tree in sled.
//!
//! A commit goes through a bounded queue to the writer, which checks it, packs
//! it with others into a frame, and syncs that to the journal; the applying
//! thread then adds it to the recent changes, publishes the revision and
//! answers. Once they are many, a third thread brings them into sled. Readers
//! see recent changes before sled, put right by the older values that their
//! snapshot needs.
//!
//! Written down because they must stay true: a frame holds absolute results, so
//! that applying it twice, or again after half of it, does no harm; sled is
//! never ahead of the durable journal; nothing is readable before the journal
//! has it.
//!
//! Beside them, a thread for housekeeping writes bases, from which the tree can
//! be made anew, and reads everything again and again.

mod apply;
mod base;
mod base_writer;
mod bases;
mod batch;
mod block;
mod block_cache;
mod body;
mod codec;
mod compact;
mod compress;
mod compression;
mod directory;
mod durable;
mod export;
mod feed;
mod files;
mod fold;
#[cfg(test)]
mod forgetting;
mod frame;
#[cfg(test)]
mod golden;
mod guard;
mod housekeeping;
mod info;
mod inspection;
mod journal;
mod layout;
mod lock;
mod marker;
mod media;
mod overlay;
mod packed;
mod part;
mod progress;
mod purge;
mod queue;
mod read_only;
mod rebuild;
mod recent;
mod recovery;
mod replay;
mod resolve;
mod retention;
mod rewrite;
mod scan;
mod scrub;
mod segment;
mod settings;
mod shared;
mod sled_files;
mod snapshot;
mod sum;
mod synced;
mod tree;
mod undo;
mod verify;
mod walk;
mod writer;
mod writes;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::check::check;
use super::{Change, Commit, Cursor, Engine, Error, Head, MAX_CHANGES, Result, Snapshot};

pub use compact::Compacted;
pub use info::{BaseInfo, FaultInfo, Info, ScrubInfo, State};
pub use inspection::{Finding, Report};
pub use media::{Disk, Media};
pub use progress::{Opening, Progress};
pub use purge::Purged;
pub use settings::Settings;

use apply::Applier;
use bases::BaseDuty;
use compression::CompressDuty;
use fold::{Fold, Folder};
use guard::lock;
use housekeeping::Duty;
use lock::DirectoryLock;
use queue::Request;
use read_only::{Reading, Temporary};
use recovery::{Recovered, recover};
use retention::RetainDuty;
use scrub::ScrubDuty;
use shared::{Shared, blocking};
use snapshot::EmbeddedSnapshot;
use writer::Writer;

/// Groups that may wait to be applied; then the writer waits.
const GROUPS_AHEAD: usize = 2;
/// How often the feed is looked at where there is no runtime to wait in.
const POLL: Duration = Duration::from_millis(5);

/// The engine on one directory. Dropping it without [`Embedded::close`] stops
/// it at once: commits that still wait are given up, and the next open takes
/// the way of an unclean end.
pub struct Embedded {
    shared: Arc<Shared>,
    running: Arc<Mutex<Option<Running>>>,
}

/// What ends with the engine.
struct Running {
    /// None where it is read only.
    threads: Option<Threads>,
    _temporary: Option<Temporary>,
    _lock: Option<DirectoryLock>,
}

struct Threads {
    writer: JoinHandle<Result<()>>,
    applier: JoinHandle<Result<()>>,
    folder: JoinHandle<Result<()>>,
    housekeeper: JoinHandle<Result<()>>,
}

/// What an engine has done since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Commits that were published.
    pub commits: u64,
    /// Groups, each one frame of the journal.
    pub groups: u64,
    /// Syncs of the journal's files and directory.
    pub syncs: u64,
    /// How often recent commits were brought into the tree together.
    pub folds: u64,
}

impl Embedded {
    /// Opens the engine on `directory`, which is made if absent and taken if
    /// empty. It reads the last segment of the journal and applies what the
    /// tree lacks, so it may take seconds; after an unclean end it may check
    /// the tree and make it anew, which takes longer and is told in the log.
    /// Call it where blocking is allowed.
    ///
    /// # Errors
    /// [`Error::Refused`] where the directory is another process's or somebody
    /// else's, where a newer program wrote it, or where a file cannot be used;
    /// [`Error::Damaged`] where the journal is damaged.
    pub fn open(directory: &Path, settings: &Settings) -> Result<Self> {
        if settings.read_only {
            return Self::open_to_read(directory, settings);
        }
        let (lock, marker) = directory::take(directory, settings.media.as_ref())?;
        let Recovered { tree, journal, applied, standing, journal_directory, bases } =
            recover(directory, &marker, settings)?;
        directory::keep_private(directory);
        let revision = standing.revision;
        let shared = Shared::new(marker, revision, tree, journal_directory, bases, settings);
        shared.segments.learn_horizon()?;
        let shared = Arc::new(shared);
        let (group_sender, groups) = sync_channel(GROUPS_AHEAD);
        let (full_sender, full) = sync_channel(1);
        let (done, folded) = channel();
        let writer = Writer {
            shared: Arc::clone(&shared),
            journal,
            groups: group_sender,
            max_commits: settings.group_commits,
            max_bytes: settings.group_bytes,
        };
        let applier = Applier {
            shared: Arc::clone(&shared),
            standing,
            groups,
            late: VecDeque::new(),
            full: full_sender,
            folded,
            folding: false,
            recent_bytes: settings.recent_bytes,
        };
        let fold = Fold::new(applied, Some(settings.slice)).beside(Arc::clone(&shared.walks));
        let folder = Folder { shared: Arc::clone(&shared), folded: applied.revision, fold };
        let (housekeeper, duties) = (Arc::clone(&shared), duties(settings));
        let threads = Threads {
            folder: spawn("outlay-fold", move || folder.run(&full, &done))?,
            applier: spawn("outlay-apply", move || applier.run())?,
            writer: spawn("outlay-writer", move || writer.run())?,
            housekeeper: spawn("outlay-housekeeping", move || {
                housekeeping::run(&housekeeper, duties);
                Ok(())
            })?,
        };
        let running = Running { threads: Some(threads), _temporary: None, _lock: Some(lock) };
        Ok(Self { shared, running: Arc::new(Mutex::new(Some(running))) })
    }

    fn open_to_read(directory: &Path, settings: &Settings) -> Result<Self> {
        let Reading { marker, tree, revision, bases, read_only, lock, temporary } =
            read_only::open(directory, settings)?;
        let journals = directory.join("journal");
        let mut shared = Shared::new(marker, revision, tree, journals, bases, settings);
        shared.read_only = Some(read_only);
        shared.segments.learn_horizon()?;
        let running = Running { threads: None, _temporary: Some(temporary), _lock: lock };
        Ok(Self { shared: Arc::new(shared), running: Arc::new(Mutex::new(Some(running))) })
    }

    /// Writes what still waits, seals the journal, flushes the tree and lets
    /// go of the directory. Reads fail afterwards. A second call does nothing.
    ///
    /// # Errors
    /// [`Error::Fatal`] where the end was not clean; the next open copes.
    pub async fn close(&self) -> Result<()> {
        self.shared.queue.drain();
        let (shared, running) = (Arc::clone(&self.shared), Arc::clone(&self.running));
        blocking(move || end(&shared, &running)).await
    }

    /// What has been done since the open.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let counters = &self.shared.counters;
        Stats {
            commits: counters.commits.load(Ordering::Relaxed),
            groups: counters.groups.load(Ordering::Relaxed),
            syncs: counters.syncs.load(Ordering::Relaxed),
            folds: counters.folds.load(Ordering::Relaxed),
        }
    }

    /// Waits until something after `revision` is published, at most `wait`.
    async fn published_after(&self, revision: u64, wait: Duration) -> Result<bool> {
        if self.shared.revision() > revision {
            return Ok(true);
        }
        if wait.is_zero() {
            return Ok(false);
        }
        if tokio::runtime::Handle::try_current().is_err() {
            return self.poll_after(revision, wait);
        }
        let mut published = self.shared.published.subscribe();
        let arrived =
            published.wait_for(|now| now.closed || now.stopped || now.revision > revision);
        let _ = tokio::time::timeout(wait, arrived).await;
        self.arrived_after(revision)
    }

    fn poll_after(&self, revision: u64, wait: Duration) -> Result<bool> {
        let started = Instant::now();
        loop {
            let left = wait.saturating_sub(started.elapsed());
            if self.arrived_after(revision)? || left.is_zero() {
                return Ok(self.shared.revision() > revision);
            }
            std::thread::sleep(left.min(POLL));
        }
    }

    /// Whether something after `revision` is published, or ever can be.
    fn arrived_after(&self, revision: u64) -> Result<bool> {
        self.shared.open()?;
        let arrived = self.shared.revision() > revision;
        if !arrived {
            self.shared.running()?;
        }
        Ok(arrived)
    }
}

#[async_trait]
impl Engine for Embedded {
    async fn head(&self) -> Result<Head> {
        self.shared.open()?;
        self.shared.running()?;
        Ok(Head {
            epoch: self.shared.marker.epoch,
            revision: self.shared.revision(),
            horizon: self.shared.segments.horizon(),
            format: self.shared.marker.format,
        })
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        // What is published stays right after writing has stopped.
        self.shared.open()?;
        Ok(Box::new(EmbeddedSnapshot::take(&self.shared)))
    }

    async fn commit(&self, commit: Commit) -> Result<u64> {
        self.shared.writable()?;
        self.shared.accepting()?;
        let bytes = check(&commit)?;
        let (reply, outcome) = oneshot::channel();
        self.shared.queue.push(Request { commit, bytes, reply })?;
        outcome.await.unwrap_or(Err(Error::Unknown))
    }

    async fn changes(&self, after: &Cursor, limit: usize, wait: Duration) -> Result<Vec<Change>> {
        self.shared.open()?;
        if after.chain.is_none() {
            // Nothing is read for this.
            self.shared.check_cursor(after)?;
        } else {
            let (shared, cursor) = (Arc::clone(&self.shared), after.clone());
            blocking(move || shared.check_cursor(&cursor)).await?;
        }
        let limit = limit.min(MAX_CHANGES);
        if limit == 0 || !self.published_after(after.revision, wait).await? {
            return Ok(Vec::new());
        }
        let (shared, revision) = (Arc::clone(&self.shared), after.revision);
        blocking(move || shared.read_changes(revision, limit)).await
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.shared.queue.abandon();
        if let Err(error) = end(&self.shared, &self.running) {
            tracing::warn!(%error, "the engine was dropped after it had stopped");
        }
    }
}

/// What is done in the background.
fn duties(settings: &Settings) -> Vec<Box<dyn Duty>> {
    let Settings { media, base_bytes, reserve_bytes, scrub_every, .. } = settings;
    let mut duties: Vec<Box<dyn Duty>> = vec![
        Box::new(BaseDuty::new(Arc::clone(media), *base_bytes, *reserve_bytes)),
        Box::new(ScrubDuty::new(*scrub_every)),
    ];
    if settings.compress {
        duties.push(Box::new(CompressDuty::default()));
    }
    if let Some(keep) = settings.keep_bodies {
        duties.push(Box::new(RetainDuty::new(keep)));
    }
    duties
}

/// Waits for the threads, then lets go of everything.
fn end(shared: &Shared, running: &Mutex<Option<Running>>) -> Result<()> {
    let mut running = lock(running);
    let Some(Running { threads, _temporary, _lock }) = running.take() else {
        return Ok(());
    };
    let Some(Threads { writer, applier, folder, housekeeper }) = threads else {
        shared.close();
        return shared.tree.close();
    };
    shared.compaction.end();
    shared.housekeeping.end();
    // Its faults are its own: it takes nothing with it.
    let _ = housekeeper.join();
    let written = writer.join().unwrap_or_else(|_| Err(shared.fatal()));
    let applied = applier.join().unwrap_or_else(|_| Err(shared.fatal()));
    let folded = folder.join().unwrap_or_else(|_| Err(shared.fatal()));
    shared.close();
    shared.bases.end();
    rewrite::wait(shared);
    let clean = written.and(applied).and(folded).and_then(|()| shared.applied());
    let closed = shared.tree.close();
    let applied = clean.and_then(|applied| closed.map(|()| applied))?;
    if shared.queue.is_draining() {
        shared.leave_synced(&applied);
    }
    Ok(())
}

fn spawn(
    name: &str,
    work: impl FnOnce() -> Result<()> + Send + 'static,
) -> Result<JoinHandle<Result<()>>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|error| Error::Refused(format!("a thread cannot be started: {error}")))
}
