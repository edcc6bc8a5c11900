//! Bringing the tree up to the journal: the recent changes are read from there
//! again, and what is too much for the memory goes into sled.

use std::path::Path;

use super::base::Base;
use super::body;
use super::fold::Fold;
use super::frame::Kind;
use super::progress::{Opening, Working};
use super::recent::Standing;
use super::scan::{self, Scan, Scanned};
use super::segment;
use super::tree::{Applied, Located, Stored, Tree};
use super::writes::Write;
use crate::engine::{Error, Result};

const OTHER_HISTORY: &str = "the base was made from another history than this journal's";

/// The part of the journal that is applied.
pub(super) struct Source<'a> {
    pub(super) journals: &'a Path,
    /// First revisions of all segments.
    pub(super) segments: &'a [u64],
    /// The last segment, if it was read already.
    pub(super) last: Option<&'a Scan>,
    /// The revision to come to, which ends a frame.
    pub(super) until: u64,
    /// Memory for what isn't brought into sled yet, in bytes.
    pub(super) recent_bytes: usize,
    /// Who is told how far it is.
    pub(super) opening: &'a Opening,
}

struct Replay<'a> {
    source: &'a Source<'a>,
    tree: &'a Tree,
    fold: Fold,
    /// How far the tree is, with its recent changes.
    standing: Standing,
    /// Where it stood at the beginning.
    from: Applied,
    /// Whether the places of the commits before are written, too.
    locating: bool,
    /// What the tree was loaded from.
    base: Option<&'a Base>,
    progress: Working,
}

/// Applies all commits after `applied`; some stay in memory. Answers with where
/// sled stands then, and the tree.
pub(super) fn replay(
    source: &Source<'_>,
    tree: &Tree,
    applied: Applied,
) -> Result<(Applied, Standing)> {
    let what = match applied.reached {
        0 => "making its index again",
        _ => "reading the end of its journal",
    };
    let mut replay = Replay::new(source, tree, applied, None, what);
    replay.run()?;
    Ok((replay.fold.applied, replay.standing))
}

/// Applies all commits after `applied` and brings all into sled; onto what was
/// loaded from a base also where the older commits are.
pub(super) fn replay_all(
    source: &Source<'_>,
    tree: &Tree,
    applied: Applied,
    base: Option<&Base>,
) -> Result<Applied> {
    let mut replay = Replay::new(source, tree, applied, base, "making its index again");
    replay.locating = base.is_some();
    replay.run()?;
    replay.fold_now()?;
    Ok(replay.fold.applied)
}

/// Applies commits as far as the journal is good; with `locating` off, where
/// the older ones are isn't wanted. Answers with where sled stands, where the
/// tree does, and what is wrong then.
pub(super) fn replay_good(
    source: &Source<'_>,
    tree: &Tree,
    applied: Applied,
    locating: bool,
    base: Option<&Base>,
) -> Result<(Applied, Standing, Option<Error>)> {
    let mut replay = Replay::new(source, tree, applied, base, "making its index again");
    replay.locating = locating;
    let damage = match replay.run() {
        Ok(()) => None,
        Err(error) if is_of_journal(&error, source) => Some(error),
        Err(error) => return Err(error),
    };
    Ok((replay.fold.applied, replay.standing, damage))
}

/// Whether an error says that the journal is damaged or cannot be read.
pub(super) fn is_of_journal(error: &Error, source: &Source<'_>) -> bool {
    match error {
        Error::Damaged { file, .. } => Path::new(file).starts_with(source.journals),
        // Of a file that cannot be read.
        Error::Refused(_) => true,
        _ => false,
    }
}

impl<'a> Replay<'a> {
    fn new(
        source: &'a Source<'a>,
        tree: &'a Tree,
        applied: Applied,
        base: Option<&'a Base>,
        what: &'static str,
    ) -> Self {
        let progress = source.opening.begin(what, "revision", source.until);
        Self {
            source,
            tree,
            fold: Fold::new(applied, None),
            standing: Standing { revision: applied.revision, chain: applied.chain },
            from: applied,
            locating: false,
            base,
            progress: progress.from(applied.revision),
        }
    }

    fn run(&mut self) -> Result<()> {
        let Source { journals, segments, last, until, .. } = *self.source;
        // The segment that the tree stands in is read, too: its chain is
        // compared.
        let needed = if self.locating { 1 } else { self.from.revision.max(1) };
        let start = segments.partition_point(|first| *first <= needed);
        let Some(start) = start.checked_sub(1) else {
            return Err(scan::damaged(journals, 0, 0, "the first segment is missing"));
        };
        let mut end = None;
        for first in &segments[start..] {
            self.source.opening.goes_on()?;
            let read;
            let scan = match last.filter(|last| last.header.first == *first) {
                Some(last) => last,
                None => {
                    read = scan::read(&segment::path(journals, *first), *first, self.from.epoch)?;
                    &read
                }
            };
            let path = &scan.path;
            let expected = (scan.header.first - 1, scan.header.previous);
            if let Some((good, _)) = end.filter(|end| *end != expected) {
                let what = "the segment does not follow the one before: commits are missing";
                return Err(scan::damaged(path, 0, good, what));
            }
            end = Some((scan.last, scan.chain));
            self.segment(path, scan)?;
            // Behind the end of the very last one may be a frame that is just
            // being written.
            if let Some(flaw) = &scan.flaw
                && (Some(first) != segments.last() || scan.last < until)
            {
                return Err(scan::damaged(path, flaw.offset, scan.last, flaw.what));
            }
        }
        let (from, to) = (self.from.revision, self.standing.revision);
        if to < until {
            return Err(scan::damaged(journals, 0, to, "the journal misses its newest commits"));
        }
        if to > from {
            tracing::info!(from, to, "applied commits of the journal to the tree");
        }
        Ok(())
    }

    fn segment(&mut self, path: &Path, scan: &Scan) -> Result<()> {
        for frame in &scan.frames {
            let prelude = &frame.header.prelude;
            if prelude.kind == Kind::Seal {
                continue;
            }
            let holds = (prelude.first..=prelude.last).contains(&self.from.revision);
            if holds && frame.chain != self.from.chain {
                return Err(match self.base {
                    Some(base) => base.damaged(0, OTHER_HISTORY),
                    None => {
                        let what = "the tree was made from another history than this journal's";
                        scan::damaged(path, frame.offset, prelude.first - 1, what)
                    }
                });
            }
            if prelude.last > self.standing.revision && prelude.last <= self.source.until {
                self.frame(path, scan, frame)?;
            } else if self.locating && prelude.last <= self.standing.revision {
                self.tree.remember([], &[located(scan, frame)]);
                self.fold_if_many()?;
            }
        }
        Ok(())
    }

    fn frame(&mut self, path: &Path, scan: &Scan, frame: &Scanned) -> Result<()> {
        let prelude = &frame.header.prelude;
        let mut commits = Vec::with_capacity(frame.header.rows.len());
        for (index, revision) in (prelude.first..=prelude.last).enumerate() {
            // What is there already may have been purged since.
            if revision <= self.standing.revision {
                continue;
            }
            let body = body::read(scan.body(frame, index), &frame.header.rows[index]);
            let writes = body.and_then(|body| body.writes()).map_err(|unread| {
                let offset = frame.offset + frame.header.body_offset(index);
                scan::damaged(path, offset, revision - 1, unread.what())
            })?;
            commits.push((revision, writes));
        }
        for (revision, writes) in commits {
            self.tree.remember(changes(revision, writes), &[]);
        }
        self.tree.remember([], &[located(scan, frame)]);
        self.standing = Standing { revision: prelude.last, chain: frame.chain };
        self.is_base()?;
        self.fold_if_many()?;
        self.progress.at(self.standing.revision);
        Ok(())
    }

    /// At the end of the base that it was loaded from, the state is known.
    fn is_base(&mut self) -> Result<()> {
        let Some(base) = self.base.filter(|base| base.trailer.end == self.standing.revision) else {
            return Ok(());
        };
        if base.trailer.chain != self.standing.chain {
            return Err(base.damaged(0, OTHER_HISTORY));
        }
        self.fold_now()?;
        if base.trailer.sum != self.fold.applied.sum {
            let what = "with the journal's commits it is not the state that it says";
            return Err(base.damaged(0, what));
        }
        Ok(())
    }

    fn fold_if_many(&mut self) -> Result<()> {
        let many = self.tree.recent_bytes() > self.source.recent_bytes;
        if many { self.fold_now() } else { Ok(()) }
    }

    fn fold_now(&mut self) -> Result<()> {
        if let Some(full) = self.tree.fill_recent(self.standing) {
            let tree = self.tree.get()?;
            self.fold.all(&tree, &full)?;
            self.tree.forget_recent();
        }
        Ok(())
    }
}

/// Where a frame is.
pub(super) fn located(scan: &Scan, frame: &Scanned) -> Located {
    let prelude = &frame.header.prelude;
    let (first, last) = (prelude.first, prelude.last);
    Located { segment: scan.header.first, offset: frame.offset, first, last }
}

/// What a commit made of each key.
fn changes(
    revision: u64,
    writes: Vec<Write>,
) -> impl Iterator<Item = (bytes::Bytes, Option<Stored>)> {
    writes.into_iter().map(move |write| {
        let class = write.class;
        // Copied: it would keep the whole segment that it is a part of in memory.
        let copy = |bytes: &bytes::Bytes| bytes::Bytes::copy_from_slice(bytes);
        let value = write.value.as_ref().map(copy);
        (copy(&write.key), value.map(|value| Stored { revision, class, value }))
    })
}
