//! Writing the tree anew beside itself while the engine serves, since sled gives
//! space back only slowly.
//!
//! It is a making of the tree as after damage (`rebuild.rs`): from a base, and
//! from the journal after it, in `tree.new`. When it has nearly reached the old
//! one, the folding thread, which alone writes sled, brings it to exactly where
//! that stands, compares the sums, and puts it in its place. Readers wait for
//! that moment only; commits go on in memory.
//!
//! After a crash the old tree is there, or the new one: where it happened between
//! the two renames, the start puts the old one back (`rebuild.rs`).

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Embedded;
use super::base::Base;
use super::fold::Fold;
use super::guard::lock;
use super::info::{bytes, watching};
use super::progress::{Opening, Progress};
use super::rebuild::{Making, place, remove_new, remove_unfinished, unfinished};
use super::recovery::standing;
use super::replay::{Source, replay_all};
use super::segment;
use super::settings::Settings;
use super::shared::{Shared, blocking};
use super::sled_files::sync;
use super::tree::{Applied, Tree};
use crate::engine::{Error, Result};

/// Commits that the folding thread may be left to apply: it does nothing else
/// meanwhile.
const LAST: u64 = 2_000;
/// More than so many are not left to it.
const MOST: u64 = 20 * LAST;
/// How many times larger a tree is than its base, at most, roughly: bases are
/// packed.
const UNPACKED: u64 = 8;
/// How often it is tried to come as near as that, under a load.
const ROUNDS: usize = 8;
/// Memory for sled's cache of a tree that nobody reads yet.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// What a compaction has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Bytes of the tree before.
    pub before: u64,
    /// Bytes of the tree after.
    pub after: u64,
    /// Entries in it, as the base had them.
    pub entries: u64,
    /// How long it took.
    pub took: Duration,
}

/// What those who compact and the folding thread tell each other.
#[derive(Debug, Default)]
pub(super) struct Compaction {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The one that is under way.
    now: Option<Opening>,
    /// How far its tree is.
    tree: Stage,
    ended: bool,
}

/// How far a new tree is.
#[derive(Debug, Default)]
enum Stage {
    /// It is being made.
    #[default]
    Making,
    /// It lies in `tree.new`, and the folding thread is to put it in place.
    Ready,
    /// The folding thread has it.
    Taken,
    /// What came of that.
    Placed(Result<()>),
}

/// One that is under way, until this is dropped.
struct Begun(Arc<Shared>);

impl Drop for Begun {
    fn drop(&mut self) {
        lock(&self.0.compaction.state).now = None;
    }
}

impl Compaction {
    fn begin(&self) -> Result<Opening> {
        let mut state = lock(&self.state);
        if state.ended || state.now.is_some() {
            return Err(Error::Busy);
        }
        let opening = Opening::default();
        (state.now, state.tree) = (Some(opening.clone()), Stage::Making);
        Ok(opening)
    }

    /// How far the one is that is under way.
    pub(super) fn progress(&self) -> Option<Progress> {
        let state = lock(&self.state);
        let opening = state.now.as_ref()?;
        let preparing = Progress { what: "making a base", unit: "entry", done: 0, of: 0, rate: 0 };
        Some(opening.now().unwrap_or(preparing))
    }

    /// Gives up the one that is under way, and begins no other.
    pub(super) fn end(&self) {
        let mut state = lock(&self.state);
        state.ended = true;
        if let Some(opening) = &state.now {
            opening.give_up();
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Hands the new tree over, and waits until it is in place.
    fn hand_over(&self) -> Result<()> {
        let mut state = lock(&self.state);
        state.tree = Stage::Ready;
        let waits = |state: &mut State| match state.tree {
            Stage::Placed(_) => false,
            // Nobody will come for it.
            Stage::Making | Stage::Ready => !state.ended,
            Stage::Taken => true,
        };
        let mut state =
            self.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        match std::mem::take(&mut state.tree) {
            Stage::Placed(outcome) => outcome,
            Stage::Making | Stage::Ready | Stage::Taken => Err(Error::Busy),
        }
    }

    fn take(&self) -> bool {
        let mut state = lock(&self.state);
        let ready = matches!(state.tree, Stage::Ready);
        if ready {
            state.tree = Stage::Taken;
        }
        ready
    }

    /// For the folding thread: puts a tree in place where one is ready.
    ///
    /// # Errors
    /// Where the engine can't go on: it has no tree.
    pub(super) fn serve(&self, shared: &Shared, fold: &mut Fold) -> Result<()> {
        if !self.take() {
            return Ok(());
        }
        let outcome = catch_up(shared, fold).and_then(|applied| {
            change_over(shared)?;
            fold.applied = applied;
            Ok(())
        });
        // Where the old tree serves on, only the compaction has failed.
        let goes_on = match &outcome {
            Err(error) if shared.tree.get().is_err() => Err(error.again()),
            _ => Ok(()),
        };
        lock(&self.state).tree = Stage::Placed(outcome);
        self.changed.notify_all();
        goes_on
    }
}

impl Embedded {
    /// Writes the tree anew, without the space that sled has not given back.
    /// Reads and commits go on meanwhile. A base is made first; `progress` hears
    /// several times a second how far it is. Where the future is dropped before
    /// the base is made it ends, and afterwards it goes on until the engine ends.
    /// It needs as much room as the tree, at most.
    ///
    /// # Errors
    /// [`Error::Busy`] where one is under way, where commits come faster than it
    /// can follow, or where the engine ends;
    /// [`Error::NotApplied`] where there is no room; [`Error::Damaged`] where the
    /// tree turns out not to be what the journal says: the old one stays, and is
    /// checked at the next start; [`Error::ReadOnly`], [`Error::Fatal`].
    pub async fn compact(&self, mut progress: impl FnMut(&Progress) + Send) -> Result<Compacted> {
        self.shared.open()?;
        self.shared.writable()?;
        let opening = self.shared.compaction.begin()?;
        let begun = Begun(Arc::clone(&self.shared));
        let started = Instant::now();
        self.watch_base(&mut progress).await?;
        let watched = opening.clone();
        let work = blocking(move || run(&begun.0, &opening));
        let outcome = watching(work, || watched.now(), &mut progress).await?;
        let done = Compacted { took: started.elapsed(), ..outcome };
        tracing::info!(before = done.before, after = done.after, took = ?done.took,
            "wrote the tree anew");
        Ok(done)
    }
}

fn run(shared: &Shared, opening: &Opening) -> Result<Compacted> {
    let trees = shared.tree.path();
    let directory = trees.parent().unwrap_or(trees);
    let before = bytes(trees);
    let base = shared.bases.kept().pop().ok_or(Error::Busy)?;
    if !shared.has_space_for(before.min(base.length.saturating_mul(UNPACKED))) {
        return Err(Error::NotApplied);
    }
    // No segment changes its form while the journal is read.
    let _rewriting = lock(&shared.segments.rewriting);
    let made = make(shared, &base, opening).and_then(|()| shared.compaction.hand_over());
    if let Err(error) = made {
        // What isn't in place by now never will be. An old tree is left for the
        // next start to judge.
        remove_new(directory)?;
        return Err(error);
    }
    remove_unfinished(directory)?;
    let entries = base.trailer.count;
    Ok(Compacted { before, after: bytes(trees), entries, took: Duration::ZERO })
}

/// Makes the new tree, and brings it near to the old one.
fn make(shared: &Shared, base: &Base, opening: &Opening) -> Result<()> {
    let trees = shared.tree.path();
    let directory = trees.parent().unwrap_or(trees);
    let settings = small(shared);
    let fresh = unfinished(directory);
    let segments = segment::list(shared.segments.directory())?;
    let until = shared.applied()?.revision;
    let journal = source(shared, &segments, until, opening);
    let making = Making {
        directory,
        source: journal,
        bases: &[],
        marker: &shared.marker,
        settings: &settings,
    };
    let (tree, mut applied) = making.make(&fresh, Some(base))?;
    for _ in 0..ROUNDS {
        let until = shared.applied()?.revision;
        if until.saturating_sub(applied.revision) <= LAST {
            break;
        }
        let segments = segment::list(shared.segments.directory())?;
        let journal = source(shared, &segments, until, opening);
        applied = replay_all(&journal, &tree, applied, None)?;
    }
    tree.close()?;
    sync(&fresh, shared.media())?;
    // Too much would be left to the folding thread, and commits would wait for it.
    let left = shared.applied()?.revision.saturating_sub(applied.revision);
    if left > MOST { Err(Error::Busy) } else { Ok(()) }
}

/// Brings the new tree to where the old one stands; answers where that is.
fn catch_up(shared: &Shared, fold: &Fold) -> Result<Applied> {
    let trees = shared.tree.path();
    let fresh = unfinished(trees.parent().unwrap_or(trees));
    let tree = Tree::open(&fresh, &small(shared))?;
    let mut applied = standing(&tree.get()?, &shared.marker)?;
    if applied.revision < fold.applied.revision {
        let segments = segment::list(shared.segments.directory())?;
        let opening = Opening::default();
        let journal = source(shared, &segments, fold.applied.revision, &opening);
        applied = replay_all(&journal, &tree, applied, None)?;
    }
    tree.close()?;
    sync(&fresh, shared.media())?;
    if applied.chain != fold.applied.chain || applied.sum != fold.applied.sum {
        super::sled_files::doubt(trees, "its entries are not those of its commits");
        let what = "its entries are not those of the journal's commits: start the server again, \
                    and the index is checked and made anew";
        return Err(super::sled_files::damaged(trees, applied.revision, what));
    }
    Ok(applied)
}

/// Puts the new tree in the place of the old one.
fn change_over(shared: &Shared) -> Result<()> {
    let trees = shared.tree.path();
    let placing = || place(trees, shared.media());
    shared.walks.renewing(|| shared.tree.renew(placing, |_| Ok(())))
}

fn source<'a>(
    shared: &'a Shared,
    segments: &'a [u64],
    until: u64,
    opening: &'a Opening,
) -> Source<'a> {
    Source {
        journals: shared.segments.directory(),
        segments,
        last: None,
        until,
        recent_bytes: shared.recent_bytes(),
        opening,
    }
}

fn small(shared: &Shared) -> Settings {
    let settings = shared.settings();
    Settings { cache_bytes: settings.cache_bytes.min(CACHE_BYTES), ..settings.clone() }
}
