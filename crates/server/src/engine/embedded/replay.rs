//! Bringing the tree up to the journal after an end that was not clean, or
//! making it anew.

use std::path::Path;

use super::apply::Slice;
use super::body::{self, Body};
use super::frame::Kind;
use super::marker::Marker;
use super::overlay::{Layer, Version};
use super::resolve::Changed;
use super::scan::{self, Scan, Scanned};
use super::segment;
use super::sum::Summer;
use super::tree::{Applied, Located, OpenTree, Stored, Tree};
use super::verify::Progress;
use crate::engine::Result;

/// Changes after which the tree is brought up to date: nobody reads yet, so
/// larger steps than usual are only faster.
const STEP_CHANGES: usize = 2_048;

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
    tree: OpenTree<'a>,
    summer: Summer,
    applied: Applied,
    slice: Slice,
    /// What the slice changes.
    layer: Layer,
    /// Where the tree stood at the beginning.
    from: Applied,
    until: u64,
    progress: Progress,
}

/// Applies all commits after `applied`. Answers with where the tree stands
/// then.
pub(super) fn replay(
    source: &Source<'_>,
    tree: &Tree,
    applied: Applied,
    marker: &Marker,
) -> Result<Applied> {
    let Source { journals, segments, last, until } = *source;
    let mut replay = Replay {
        tree: tree.get()?,
        summer: Summer::new(marker.epoch),
        applied,
        slice: Slice::new(),
        layer: Layer::new(),
        from: applied,
        until,
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
                read = scan::read(&path, *first, marker.epoch)?;
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
            return Err(scan::damaged(&path, 0, replay.applied.revision, what));
        }
        end = Some((scan.last, scan.chain));
        replay.segment(&path, scan)?;
    }
    replay.step()?;
    let (from, to) = (applied.revision, replay.applied.revision);
    if to < until {
        return Err(scan::damaged(journals, 0, to, "the journal misses its newest commits"));
    }
    if to > from {
        tracing::info!(from, to, "applied commits of the journal to the tree");
    }
    Ok(replay.applied)
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
            if prelude.last > self.applied.revision && prelude.last <= self.until {
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
        // Slices end between frames here: each says one chain hash.
        self.applied.chain = frame.chain;
        self.slice.locate(&located);
        for (index, revision) in (prelude.first..=prelude.last).enumerate() {
            if revision <= self.applied.revision {
                continue;
            }
            let body = body::decode(scan.body(frame, index))
                .filter(|body| body::digest(body) == frame.header.rows[index].digest);
            let Some(body) = body else {
                let offset = frame.offset + frame.header.body_offset(index);
                let what = "the body of a commit is damaged";
                return Err(scan::damaged(path, offset, revision - 1, what));
            };
            let changes = self.resolve(revision, body)?;
            self.slice.add(revision, &changes, &self.summer, &mut self.applied);
            self.applied.revision = revision;
        }
        if self.slice.changes() >= STEP_CHANGES {
            self.step()?;
        }
        if self.progress.due() {
            let (revision, of) = (self.applied.revision, self.until);
            tracing::info!(revision, of, "applying the journal to the tree");
        }
        Ok(())
    }

    fn step(&mut self) -> Result<()> {
        let slice = std::mem::replace(&mut self.slice, Slice::new());
        self.layer.clear();
        if self.applied.revision == self.from.revision {
            return Ok(());
        }
        slice.apply(&self.tree, &self.applied)
    }

    fn resolve(&mut self, revision: u64, body: Body) -> Result<Vec<Changed>> {
        let mut changes = Vec::with_capacity(body.writes.len());
        for write in body.writes {
            let old = match self.layer.get(&write.key) {
                Some(version) => version.stored.clone(),
                None => self.tree.stored(&write.key)?,
            };
            let class = write.class;
            let new = write.value.map(|value| Stored { revision, class, value });
            let version = Version { revision, stored: new.clone() };
            self.layer.insert(write.key.clone(), version);
            changes.push(Changed { key: write.key, old, new });
        }
        Ok(changes)
    }
}
