//! Bringing the tree up to the journal: the recent changes are read from there
//! again, and what is too much for the memory goes into sled.

use std::path::Path;

use super::body::{self, Body};
use super::fold::Fold;
use super::frame::Kind;
use super::recent::Standing;
use super::scan::{self, Scan, Scanned};
use super::segment;
use super::tree::{Applied, Located, Stored, Tree};
use super::verify::Progress;
use crate::engine::Result;

/// The part of the journal that is applied.
pub(super) struct Source<'a> {
    pub(super) journals: &'a Path,
    /// First revisions of all segments.
    pub(super) segments: &'a [u64],
    /// The last segment, if it was read already.
    pub(super) last: Option<&'a Scan>,
    /// The revision to come to, which ends a frame.
    pub(super) until: u64,
}

struct Replay<'a> {
    tree: &'a Tree,
    fold: Fold,
    /// How far the tree is, with its recent changes.
    standing: Standing,
    /// Where it stood at the beginning.
    from: Applied,
    until: u64,
    recent_bytes: usize,
    progress: Progress,
}

/// Applies all commits after `applied`, of which up to about `recent_bytes`
/// stay in memory. Answers with where sled stands then, and the tree.
pub(super) fn replay(
    source: &Source<'_>,
    tree: &Tree,
    applied: Applied,
    recent_bytes: usize,
) -> Result<(Applied, Standing)> {
    let Source { journals, segments, last, until } = *source;
    let mut replay = Replay {
        tree,
        fold: Fold::new(applied, None),
        standing: Standing { revision: applied.revision, chain: applied.chain },
        from: applied,
        until,
        recent_bytes,
        progress: Progress::new(),
    };
    // The segment that the tree stands in is read, too: its chain is compared.
    let needed = applied.revision.max(1);
    let start = segments.partition_point(|first| *first <= needed);
    let Some(start) = start.checked_sub(1) else {
        return Err(scan::damaged(journals, 0, 0, "the first segment is missing"));
    };
    let mut end = None;
    for first in &segments[start..] {
        let path = segment::path(journals, *first);
        let read;
        let scan = match last.filter(|last| last.header.first == *first) {
            Some(last) => last,
            None => {
                read = scan::read(&path, *first, applied.epoch)?;
                &read
            }
        };
        // Behind the end of the very last one may be a frame that is just
        // being written.
        if let Some(flaw) = &scan.flaw
            && (Some(first) != segments.last() || scan.last < until)
        {
            return Err(scan::damaged(&path, flaw.offset, scan.last, flaw.what));
        }
        let expected = (scan.header.first - 1, scan.header.previous);
        if end.is_some_and(|end| end != expected) {
            let what = "the segment does not follow the one before: commits are missing";
            return Err(scan::damaged(&path, 0, replay.standing.revision, what));
        }
        end = Some((scan.last, scan.chain));
        replay.segment(&path, scan)?;
    }
    let (from, to) = (applied.revision, replay.standing.revision);
    if to < until {
        return Err(scan::damaged(journals, 0, to, "the journal misses its newest commits"));
    }
    if to > from {
        tracing::info!(from, to, "applied commits of the journal to the tree");
    }
    Ok((replay.fold.applied, replay.standing))
}

impl Replay<'_> {
    fn segment(&mut self, path: &Path, scan: &Scan) -> Result<()> {
        for frame in &scan.frames {
            let prelude = &frame.header.prelude;
            if prelude.kind == Kind::Seal {
                continue;
            }
            let holds = (prelude.first..=prelude.last).contains(&self.from.revision);
            if holds && frame.chain != self.from.chain {
                let what = "the tree was made from another history than this journal's";
                return Err(scan::damaged(path, frame.offset, prelude.first - 1, what));
            }
            if prelude.last > self.standing.revision && prelude.last <= self.until {
                self.frame(path, scan, frame)?;
            }
        }
        Ok(())
    }

    fn frame(&mut self, path: &Path, scan: &Scan, frame: &Scanned) -> Result<()> {
        let prelude = &frame.header.prelude;
        let located = Located {
            segment: scan.header.first,
            offset: frame.offset,
            first: prelude.first,
            last: prelude.last,
        };
        for (index, revision) in (prelude.first..=prelude.last).enumerate() {
            if revision <= self.standing.revision {
                continue;
            }
            let body = body::decode(scan.body(frame, index))
                .filter(|body| body::digest(body) == frame.header.rows[index].digest);
            let Some(body) = body else {
                let offset = frame.offset + frame.header.body_offset(index);
                let what = "the body of a commit is damaged";
                return Err(scan::damaged(path, offset, revision - 1, what));
            };
            self.tree.remember(changes(revision, body), &[]);
        }
        self.tree.remember([], &[located]);
        self.standing = Standing { revision: prelude.last, chain: frame.chain };
        if self.tree.recent_bytes() > self.recent_bytes
            && let Some(full) = self.tree.fill_recent(self.standing)
        {
            let tree = self.tree.get()?;
            self.fold.all(&tree, &full)?;
            self.tree.forget_recent();
        }
        if self.progress.due() {
            let (revision, of) = (self.standing.revision, self.until);
            tracing::info!(revision, of, "applying the journal to the tree");
        }
        Ok(())
    }
}

/// What a commit made of each key.
fn changes(revision: u64, body: Body) -> impl Iterator<Item = (bytes::Bytes, Option<Stored>)> {
    body.writes.into_iter().map(move |write| {
        let class = write.class;
        // Copied: it would keep the whole segment that it is a part of in memory.
        let copy = |bytes: &bytes::Bytes| bytes::Bytes::copy_from_slice(bytes);
        let value = write.value.as_ref().map(copy);
        (copy(&write.key), value.map(|value| Stored { revision, class, value }))
    })
}
