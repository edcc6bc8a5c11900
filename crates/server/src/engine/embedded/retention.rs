//! The duty that drops the bodies of old commits: what is left of a segment is
//! its frames' headers, and zeros in place of the bodies, so that the chain can
//! be checked for ever.

use std::time::Duration;

use super::body::{self, DROPPED};
use super::guard::lock;
use super::housekeeping::{Duty, Step};
use super::rewrite::Draft;
use super::scan::{self, Scan};
use super::segment;
use super::shared::Shared;
use crate::engine::Result;

/// The duty. Ages are counted back from the newest commit, so that no clock
/// that is wrong for a while drops anything by itself.
pub(super) struct RetainDuty {
    /// Age from which bodies are dropped, in microseconds.
    keep: i64,
    /// Revision, and revision that a base starts at, with which it was seen
    /// last that there is nothing to do.
    looked: Option<(u64, u64)>,
}

impl RetainDuty {
    pub(super) fn new(keep: Duration) -> Self {
        Self { keep: i64::try_from(keep.as_micros()).unwrap_or(i64::MAX), looked: None }
    }

    fn look(&self, shared: &Shared, revision: u64, needed_after: u64) -> Result<Step> {
        let directory = shared.segments.directory();
        let segments = segment::list(directory)?;
        // The horizon is no measure: it may be ahead of a drop that failed.
        let next = segments.partition_point(|first| segment::is_dropped(directory, *first));
        // The last one is being written.
        let Some([first, after, ..]) = segments.get(next..) else {
            return Ok(Step::Nothing);
        };
        let last = after - 1;
        if last > needed_after {
            return Ok(Step::Nothing);
        }
        let oldest_kept = shared.time_of(revision)?.saturating_sub(self.keep);
        if shared.time_of(last)? >= oldest_kept {
            return Ok(Step::Nothing);
        }
        let _rewriting = lock(&shared.segments.rewriting);
        let path = segment::path(directory, *first);
        let scan = scan::read(&path, *first, shared.marker.epoch)?;
        scan.check()?;
        if newest(&scan) >= oldest_kept {
            return Ok(Step::Nothing);
        }
        // First, so that nobody meets what is not there and is told less.
        shared.segments.raise_horizon(last);
        drop_bodies(shared, &scan)?;
        tracing::info!(first, last, "dropped the bodies of old commits");
        Ok(Step::More)
    }
}

impl Duty for RetainDuty {
    fn name(&self) -> &'static str {
        "retention"
    }

    fn step(&mut self, shared: &Shared) -> Result<Step> {
        let now = (shared.revision(), shared.needed_after());
        if self.looked == Some(now) {
            return Ok(Step::Nothing);
        }
        let step = self.look(shared, now.0, now.1)?;
        self.looked = (step == Step::Nothing).then_some(now);
        Ok(step)
    }

    fn give_up(&mut self, _: &Shared) {
        self.looked = None;
    }
}

/// When the newest commit of a segment was made.
fn newest(scan: &Scan) -> i64 {
    let bodies = scan.frames.iter().flat_map(|frame| {
        let rows = frame.header.rows.iter().enumerate();
        rows.filter_map(|(index, row)| body::read(scan.body(frame, index), row).ok())
    });
    bodies.map(|body| body.context.time_micros).max().unwrap_or(i64::MIN)
}

fn drop_bodies(shared: &Shared, scan: &Scan) -> Result<()> {
    let mut draft = Draft::of(scan);
    for frame in &scan.frames {
        let lengths = frame.header.rows.iter().map(|row| row.length as usize);
        let zeros: Vec<_> = lengths.map(|length| vec![DROPPED; length]).enumerate().collect();
        draft.replace(frame, &zeros)?;
    }
    draft.install(shared, true)
}
