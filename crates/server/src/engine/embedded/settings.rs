//! How large, how long, how many: every bound of the embedded engine.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::media::{Disk, Media};
use super::progress::Opening;

/// Settings of the embedded engine; the defaults suit a small server.
#[derive(Clone)]
pub struct Settings {
    /// Memory for the tree's page cache, in bytes (192 MiB).
    pub cache_bytes: u64,
    /// Memory for recent commits that are not in the tree yet, in bytes
    /// (32 MiB); at most three times as much is taken for a while.
    pub recent_bytes: usize,
    /// How often the tree writes its pages out and frees space, in
    /// milliseconds (3,000). The journal, not this, makes commits durable.
    pub flush_every_ms: u64,
    /// Size from which the journal goes on in a new segment, in bytes
    /// (64 MiB). The last segment is read whole at open.
    pub segment_bytes: u64,
    /// Most commits that wait to be written (4,096); more are refused as busy.
    pub queue_commits: usize,
    /// Memory of the commits that wait to be written, in bytes (64 MiB); one
    /// commit is taken whatever its size.
    pub queue_bytes: usize,
    /// Most commits in one group, which is one frame and one sync (1,024).
    pub group_commits: usize,
    /// Memory of commits from which a group takes no further one, in bytes
    /// (8 MiB).
    pub group_bytes: usize,
    /// How long one step of writing to the tree should keep readers waiting
    /// (2 ms).
    pub slice: Duration,
    /// How long a snapshot may be kept (60 s).
    pub snapshot_age: Duration,
    /// Memory for older values that snapshots still need, in bytes (64 MiB);
    /// when it is full, the oldest snapshots expire. One commit may replace
    /// more than that.
    pub undo_bytes: usize,
    /// Free space below which commits are refused, in bytes (64 MiB): the
    /// tree, which cannot be stopped half-way, needs room for what was
    /// accepted.
    pub reserve_bytes: u64,
    /// Bytes of the journal after which the tree is written down again as a
    /// base (256 MiB), so that making it anew doesn't take ever longer; twice the
    /// size of the newest base where that is more.
    pub base_bytes: u64,
    /// How often everything on the disk is read and compared (24 h).
    pub scrub_every: Duration,
    /// Whether to open what is there without changing anything, as far as it
    /// can be read (no). Everything that would write is [`crate::engine::Error::ReadOnly`].
    pub read_only: bool,
    /// Where to look how far an open is.
    pub opening: Opening,
    /// Whether sealed segments of the journal are compressed (true).
    pub compress: bool,
    /// Age from which the bodies of commits are dropped from the journal, with
    /// their values: counted back from the newest commit, in whole segments,
    /// and only as far as two bases make them dispensable. None: they are kept
    /// for ever.
    pub keep_bodies: Option<Duration>,
    /// Where the journal is written and synced.
    pub media: Arc<dyn Media>,
}

impl Default for Settings {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            cache_bytes: 192 * MIB as u64,
            recent_bytes: 32 * MIB,
            flush_every_ms: 3_000,
            segment_bytes: 64 * MIB as u64,
            queue_commits: 4_096,
            queue_bytes: 64 * MIB,
            group_commits: 1_024,
            group_bytes: 8 * MIB,
            slice: Duration::from_millis(2),
            snapshot_age: Duration::from_secs(60),
            undo_bytes: 64 * MIB,
            reserve_bytes: 64 * MIB as u64,
            base_bytes: 256 * MIB as u64,
            scrub_every: Duration::from_secs(24 * 3_600),
            read_only: false,
            opening: Opening::default(),
            compress: true,
            keep_bodies: None,
            media: Arc::new(Disk),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("cache_bytes", &self.cache_bytes)
            .field("recent_bytes", &self.recent_bytes)
            .field("flush_every_ms", &self.flush_every_ms)
            .field("segment_bytes", &self.segment_bytes)
            .field("queue_commits", &self.queue_commits)
            .field("queue_bytes", &self.queue_bytes)
            .field("group_commits", &self.group_commits)
            .field("group_bytes", &self.group_bytes)
            .field("slice", &self.slice)
            .field("snapshot_age", &self.snapshot_age)
            .field("undo_bytes", &self.undo_bytes)
            .field("reserve_bytes", &self.reserve_bytes)
            .field("base_bytes", &self.base_bytes)
            .field("scrub_every", &self.scrub_every)
            .field("read_only", &self.read_only)
            .field("compress", &self.compress)
            .field("keep_bodies", &self.keep_bodies)
            .finish_non_exhaustive()
    }
}
