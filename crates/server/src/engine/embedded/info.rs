//! What an administrator is told and may ask for.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::oneshot::{self, error::RecvError};
use uuid::Uuid;

use super::Embedded;
use super::base::Base;
use super::inspection::{self, Report};
use super::progress::Progress;
use super::segment;
use super::shared::{Shared, blocking};
use super::sled_files::doubted;
use crate::engine::{Format, Result};

/// How often progress is told.
const EVERY: Duration = Duration::from_millis(100);

/// How an engine is, and what it has on the disk.
#[derive(Clone, Debug)]
pub struct Info {
    /// The format of what is on disk.
    pub format: Format,
    /// The epoch of its revisions.
    pub epoch: Uuid,
    /// Newest revision.
    pub revision: u64,
    /// Chain hash of the frame that holds it: noted elsewhere, it proves later
    /// that nothing before it was changed.
    pub chain: [u8; 32],
    /// Whether it takes commits.
    pub state: State,
    /// Why the tree is doubted, if it is: the next start checks it.
    pub suspect: Option<String>,
    /// Bytes of the journal.
    pub journal_bytes: u64,
    /// Segments of the journal.
    pub segments: u64,
    /// Bytes of the tree.
    pub tree_bytes: u64,
    /// Bytes of all bases.
    pub bases_bytes: u64,
    /// The bases, oldest first.
    pub bases: Vec<BaseInfo>,
    /// The commits after this revision are needed whole: the tree could not be
    /// made anew without them.
    pub needed_after: u64,
    /// Whether one is just being made.
    pub base_under_way: bool,
    /// How far the scrub is that is under way.
    pub scrub_now: Option<Progress>,
    /// The last scrub since the start.
    pub scrub: Option<ScrubInfo>,
    /// How far the compaction is that is under way: nothing is done where it
    /// still makes its base.
    pub compaction: Option<Progress>,
    /// What is done in the background and failed last.
    pub faults: Vec<FaultInfo>,
}

/// Whether an engine takes commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Serving,
    /// The disk is full: it does again once there is room.
    Full,
    /// It was opened to be read only, and why.
    ReadOnly(String),
    /// It has stopped for good, and why: the process must be started again.
    Stopped(String),
}

/// A base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseInfo {
    /// Revision at which it was begun: the journal after it is needed.
    pub start: u64,
    /// Revision at which it was finished.
    pub end: u64,
    /// Entries in it.
    pub entries: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// How long it took to make.
    pub took: Duration,
}

/// A scrub that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScrubInfo {
    /// How long ago.
    pub ago: Duration,
    /// What it saw and found.
    pub report: Report,
}

/// Something in the background that failed and hasn't succeeded since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultInfo {
    /// What failed: `base`, `scrub`.
    pub duty: &'static str,
    /// Why.
    pub what: String,
    /// How long ago.
    pub ago: Duration,
}

impl From<&Base> for BaseInfo {
    fn from(base: &Base) -> Self {
        Self {
            start: base.header.start,
            end: base.trailer.end,
            entries: base.trailer.count,
            bytes: base.length,
            took: Duration::from_millis(base.trailer.took_millis),
        }
    }
}

/// Ends what it belongs to when whoever waits for it goes away.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Embedded {
    /// How the engine is. It looks at the sizes of files, so it may take some
    /// milliseconds.
    ///
    /// # Errors
    /// [`crate::engine::Error::Fatal`] once the engine is closed,
    /// [`crate::engine::Error::Busy`] while it makes room after a full disk.
    pub async fn info(&self) -> Result<Info> {
        self.shared.open()?;
        let shared = Arc::clone(&self.shared);
        blocking(move || info(&shared)).await
    }

    /// Makes a base of the present state, and waits until it is on the disk.
    /// Commits go on meanwhile. The newest two are kept. Where the future is
    /// dropped, the base is made all the same.
    ///
    /// # Errors
    /// [`crate::engine::Error::NotApplied`] where the disk is full,
    /// [`crate::engine::Error::Damaged`] where the tree turns out to be,
    /// [`crate::engine::Error::ReadOnly`], [`crate::engine::Error::Fatal`].
    pub async fn make_base(&self) -> Result<BaseInfo> {
        self.base_made(self.ask_base()?.await)
    }

    /// The same; `progress` hears several times a second how far it is, also
    /// while one is made that was begun before. It needs tokio's clock.
    ///
    /// # Errors
    /// As [`Embedded::make_base`].
    pub async fn watch_base(&self, mut progress: impl FnMut(&Progress) + Send) -> Result<BaseInfo> {
        let made = self.ask_base()?;
        let now = || self.shared.bases.making();
        self.base_made(watching(made, now, &mut progress).await)
    }

    fn ask_base(&self) -> Result<oneshot::Receiver<Result<Base>>> {
        self.shared.open()?;
        self.shared.writable()?;
        let made = self.shared.bases.ask();
        self.shared.housekeeping.wake();
        Ok(made)
    }

    fn base_made(&self, made: std::result::Result<Result<Base>, RecvError>) -> Result<BaseInfo> {
        let base = made.unwrap_or_else(|_| Err(self.shared.fatal()))?;
        Ok(BaseInfo::from(&base))
    }

    /// Begins a scrub now, or hurries the one that is under way.
    /// [`Embedded::info`] tells how far it is and what it found.
    ///
    /// # Errors
    /// [`crate::engine::Error::ReadOnly`], [`crate::engine::Error::Fatal`].
    pub fn scrub_now(&self) -> Result<()> {
        self.shared.open()?;
        self.shared.writable()?;
        self.shared.scrubbing.ask();
        self.shared.housekeeping.wake();
        Ok(())
    }

    /// Reads everything that is on the disk: the journal's chain and every
    /// commit, the bases, the tree. It doesn't end at the first thing that is
    /// wrong, and changes nothing. Commits and reads go on meanwhile;
    /// `progress` hears every few milliseconds how far it is. Dropping the
    /// future ends it.
    ///
    /// # Errors
    /// What keeps it from looking at all, as [`Embedded::info`]; damage is in
    /// the report.
    pub async fn verify(&self, progress: impl FnMut(&Progress) + Send + 'static) -> Result<Report> {
        self.shared.open()?;
        let stop = Arc::new(AtomicBool::new(false));
        let _stopping = StopOnDrop(Arc::clone(&stop));
        let shared = Arc::clone(&self.shared);
        blocking(move || inspection::run(&shared, progress, &stop)).await
    }

    /// Why the engine is to be read only, if it is: in few words, without names
    /// of files, to be told to callers. [`Embedded::info`] says more.
    #[must_use]
    pub fn read_only(&self) -> Option<&str> {
        self.shared.read_only.as_ref().map(|read_only| read_only.told.as_str())
    }
}

/// Waits for some work, and says from time to time how far it is.
pub(super) async fn watching<T>(
    work: impl Future<Output = T>,
    now: impl Fn() -> Option<Progress>,
    progress: &mut impl FnMut(&Progress),
) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            () = tokio::time::sleep(EVERY) => {
                if let Some(now) = now() {
                    progress(&now);
                }
            }
        }
    }
}

fn info(shared: &Shared) -> Result<Info> {
    let journals = shared.segments.directory();
    let revision = shared.revision();
    let bases = shared.bases.kept();
    let last = shared.scrubbing.last();
    let faults = shared.housekeeping.faults().into_iter();
    Ok(Info {
        format: shared.marker.format,
        epoch: shared.marker.epoch,
        revision,
        chain: shared.chain_at(revision)?,
        state: state(shared),
        suspect: doubted(shared.tree.path()),
        journal_bytes: bytes(journals),
        segments: segment::list(journals)?.len() as u64,
        tree_bytes: bytes(shared.tree.path()),
        bases_bytes: bytes(shared.bases.directory()),
        bases: bases.iter().map(BaseInfo::from).collect(),
        needed_after: shared.bases.needed_after(),
        base_under_way: shared.bases.making().is_some(),
        scrub_now: shared.scrubbing.now(),
        scrub: last.map(|(ended, report)| ScrubInfo { ago: ended.elapsed(), report }),
        compaction: shared.compaction.progress(),
        faults: faults
            .map(|(duty, fault)| FaultInfo { duty, what: fault.what, ago: fault.since.elapsed() })
            .collect(),
    })
}

fn state(shared: &Shared) -> State {
    match (&shared.read_only, shared.stopped()) {
        (Some(read_only), _) => State::ReadOnly(read_only.why.clone()),
        (None, Some(what)) => State::Stopped(what.to_owned()),
        (None, None) if shared.accepting().is_err() => State::Full,
        (None, None) => State::Serving,
    }
}

/// Bytes of all files below a directory; what goes away meanwhile counts
/// nothing.
pub(super) fn bytes(directory: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(directory) else { return 0 };
    let entries = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let kind = entry.metadata().ok()?;
        Some(if kind.is_dir() { bytes(&entry.path()) } else { kind.len() })
    });
    entries.sum()
}
