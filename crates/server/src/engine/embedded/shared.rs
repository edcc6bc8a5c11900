//! What the threads, the snapshots and the facade of one open engine share.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::watch;

use super::base::Base;
use super::bases::Bases;
use super::compact::Compaction;
use super::export::Walks;
use super::files::refused;
use super::frame;
use super::housekeeping::Housekeeping;
use super::marker::Marker;
use super::media::Media;
use super::overlay::Overlay;
use super::queue::Queue;
use super::read_only::ReadOnly;
use super::recovery::standing;
use super::scrub::Scrubbing;
use super::segment::Segments;
use super::settings::Settings;
use super::sled_files;
use super::synced::Synced;
use super::tree::{Applied, Tree};
use super::undo::Undo;
use crate::engine::{Error, Result};

/// Folds into sled after which it is worth having it note its pages at the end:
/// fewer are read again in a tenth of a second.
const NOTED_AFTER: u64 = 2;

/// The parts of one open engine.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) marker: Marker,
    pub(super) genesis: [u8; 32],
    pub(super) tree: Tree,
    pub(super) walks: Arc<Walks>,
    /// Whether somebody wants all recent changes in sled.
    pub(super) fold_asked: AtomicBool,
    pub(super) undo: Undo,
    pub(super) overlay: Overlay,
    pub(super) queue: Queue,
    pub(super) segments: Segments,
    pub(super) bases: Bases,
    pub(super) published: watch::Sender<Published>,
    pub(super) counters: Counters,
    pub(super) housekeeping: Housekeeping,
    pub(super) scrubbing: Scrubbing,
    pub(super) compaction: Compaction,
    /// Why nothing may be written, if nothing may.
    pub(super) read_only: Option<ReadOnly>,
    settings: Settings,
    /// The tree cannot be written just now.
    full: AtomicBool,
    stopped: OnceLock<String>,
}

/// What the feed waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Published {
    pub(super) revision: u64,
    /// Nothing may be written any more.
    pub(super) stopped: bool,
    pub(super) closed: bool,
}

/// What has been done since the open.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) commits: AtomicU64,
    pub(super) groups: AtomicU64,
    pub(super) syncs: AtomicU64,
    pub(super) folds: AtomicU64,
}

impl Counters {
    pub(super) fn add(counter: &AtomicU64, count: usize) {
        counter.fetch_add(count as u64, Ordering::Relaxed);
    }
}

impl Shared {
    pub(super) fn new(
        marker: Marker,
        revision: u64,
        tree: Tree,
        journals: PathBuf,
        bases: Vec<Base>,
        settings: &Settings,
    ) -> Self {
        let published = Published { revision, stopped: false, closed: false };
        Self {
            marker,
            genesis: frame::genesis(marker.epoch),
            tree,
            walks: Arc::default(),
            fold_asked: AtomicBool::new(false),
            undo: Undo::new(revision, settings.snapshot_age, settings.undo_bytes),
            overlay: Overlay::default(),
            queue: Queue::new(settings.queue_commits, settings.queue_bytes),
            bases: Bases::new(journals.with_file_name("bases"), bases),
            segments: Segments::new(journals),
            published: watch::Sender::new(published),
            counters: Counters::default(),
            housekeeping: Housekeeping::default(),
            scrubbing: Scrubbing::default(),
            compaction: Compaction::default(),
            read_only: None,
            settings: settings.clone(),
            full: AtomicBool::new(false),
            stopped: OnceLock::new(),
        }
    }

    /// Newest revision that readers may see.
    pub(super) fn revision(&self) -> u64 {
        // One place says it, for snapshots and the feed: a cursor made of a
        // snapshot's revision is always known.
        self.undo.published()
    }

    /// Lets readers see everything up to `revision`.
    pub(super) fn publish(&self, revision: u64) {
        self.undo.publish(revision);
        self.published.send_modify(|published| published.revision = revision);
    }

    /// Stops all writing for good; those that wait are told so.
    pub(super) fn stop(&self, error: &Error) {
        let what = match error {
            Error::Fatal { what, .. } => what.clone(),
            error => error.to_string(),
        };
        tracing::error!(what, "the storage engine has stopped writing");
        // The first reason stays: what follows is a consequence.
        let _ = self.stopped.set(what);
        self.published.send_modify(|published| published.stopped = true);
        for request in self.queue.stop() {
            let _ = request.reply.send(Err(self.fatal()));
        }
    }

    /// Whether there is room for what was accepted.
    pub(super) fn has_space(&self) -> bool {
        self.has_space_for(0)
    }

    /// Whether there is room for so many bytes besides what was accepted.
    pub(super) fn has_space_for(&self, bytes: u64) -> bool {
        let Settings { media, reserve_bytes, .. } = &self.settings;
        let needed = reserve_bytes.saturating_add(bytes);
        // Where it cannot be told, trying tells.
        media.free_bytes(self.segments.directory()).map_or(true, |free| free >= needed)
    }

    /// What files are written with.
    pub(super) fn media(&self) -> &dyn Media {
        self.settings.media.as_ref()
    }

    /// The revision after which every commit is needed whole to make the tree
    /// anew: what is before it may be purged or dropped.
    pub(super) fn needed_after(&self) -> u64 {
        self.bases.needed_after()
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Memory for what isn't brought into sled yet, in bytes.
    pub(super) fn recent_bytes(&self) -> usize {
        self.settings.recent_bytes
    }

    /// Refuses commits, and those that wait, or takes them again.
    pub(super) fn refuse_commits(&self, full: bool) {
        self.full.store(full, Ordering::SeqCst);
        if full {
            for request in self.queue.clear() {
                let _ = request.reply.send(Err(Error::NotApplied));
            }
        }
    }

    /// Fails while commits are refused.
    pub(super) fn accepting(&self) -> Result<()> {
        if self.full.load(Ordering::SeqCst) { Err(Error::NotApplied) } else { Ok(()) }
    }

    /// Why nothing is written any more, if it is so.
    pub(super) fn stopped(&self) -> Option<&str> {
        self.stopped.get().map(String::as_str)
    }

    /// Fails where nothing may be written.
    pub(super) fn writable(&self) -> Result<()> {
        match &self.read_only {
            Some(read_only) => Err(Error::ReadOnly(read_only.told.clone())),
            None => self.running(),
        }
    }

    /// Fails once the engine has stopped writing.
    pub(super) fn running(&self) -> Result<()> {
        match self.stopped.get() {
            None => Ok(()),
            Some(_) => Err(self.fatal()),
        }
    }

    pub(super) fn fatal(&self) -> Error {
        let what = self.stopped.get().map_or("it has been closed", |what| what);
        Error::Fatal { what: what.to_owned(), cause: None }
    }

    /// Where sled stands.
    pub(super) fn applied(&self) -> Result<Applied> {
        standing(&self.tree.get()?, &self.marker)
    }

    /// Makes the tree, which was closed at `applied`, durable, so that it is
    /// believed also after the machine was started anew. Where that fails, it
    /// is checked then.
    pub(super) fn leave_synced(&self, applied: &Applied) {
        let media = self.settings.media.as_ref();
        let trees = self.tree.path();
        let noted = self.note_pages();
        let synced = noted.and_then(|()| sled_files::sync(trees, media)).and_then(|()| {
            let directory = trees.parent().unwrap_or(trees);
            let written = Synced::of(applied).write(media, directory);
            written.map_err(|error| refused(directory, &error))
        });
        if let Err(error) = synced {
            tracing::warn!(%error, "the tree was not synced: it is checked at the next start");
        }
    }

    /// Spares the next start a reading of all that sled has written since this
    /// one: it notes where its pages are only when it is opened.
    fn note_pages(&self) -> Result<()> {
        if self.counters.folds.load(Ordering::Relaxed) < NOTED_AFTER {
            return Ok(());
        }
        Tree::open(self.tree.path(), &self.settings)?.close()
    }

    /// Fails once the engine is closed.
    pub(super) fn open(&self) -> Result<()> {
        if self.published.borrow().closed {
            return Err(self.fatal());
        }
        Ok(())
    }

    /// Ends what waits for the feed.
    pub(super) fn close(&self) {
        self.published.send_modify(|published| published.closed = true);
    }
}

/// Runs work that may wait for the disk: away from the runtime's threads where
/// there is a runtime, here where there is none.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return work();
    };
    match runtime.spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Fatal {
            what: "a read did not finish".to_owned(),
            cause: Some(Box::new(error)),
        }),
    }
}
