//! Commits, cursors and engines in few words.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use outlay_server::engine::embedded::{Disk, Embedded, Media, Settings};
use outlay_server::engine::{
    Change, Class, Commit, Context, Cursor, Direction, Engine, Entry, Error, Operation,
    Precondition, Range, Result, Snapshot,
};
use uuid::Uuid;

/// Small caches and no reserve: many engines are open at once. Segments stay as
/// they were written, for tests that look at them.
pub(crate) fn settings() -> Settings {
    Settings {
        cache_bytes: 16 * 1024 * 1024,
        flush_every_ms: 500,
        reserve_bytes: 0,
        // Much goes to and fro between memory and sled.
        recent_bytes: 20_000,
        compress: false,
        ..Settings::default()
    }
}

pub(crate) fn open(directory: &Path) -> Embedded {
    match Embedded::open(directory, &settings()) {
        Ok(engine) => engine,
        Err(error) => panic!("{}: {error}", directory.display()),
    }
}

pub(crate) fn put(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Operation {
    Operation::Put {
        class: Class::Record,
        key: key.as_ref().to_vec(),
        value: Bytes::copy_from_slice(value.as_ref()),
    }
}

pub(crate) fn delete(key: impl AsRef<[u8]>) -> Operation {
    Operation::Delete { class: Class::Record, key: key.as_ref().to_vec() }
}

pub(crate) fn add(key: impl AsRef<[u8]>, delta: i64) -> Operation {
    Operation::Add { key: key.as_ref().to_vec(), deltas: vec![delta] }
}

pub(crate) fn absent(key: impl AsRef<[u8]>) -> Precondition {
    Precondition::Absent(key.as_ref().to_vec())
}

pub(crate) fn at(key: impl AsRef<[u8]>, revision: u64) -> Precondition {
    Precondition::At(key.as_ref().to_vec(), revision)
}

pub(crate) fn commit(operations: impl Into<Vec<Operation>>) -> Commit {
    guarded([], operations)
}

pub(crate) fn guarded(
    preconditions: impl Into<Vec<Precondition>>,
    operations: impl Into<Vec<Operation>>,
) -> Commit {
    Commit {
        context: Context {
            principal: "tester".to_owned(),
            method: "test".to_owned(),
            time_micros: 1_700_000_000_000_000,
            ..Context::default()
        },
        preconditions: preconditions.into(),
        operations: operations.into(),
    }
}

/// Commits, and answers with the revision.
pub(crate) async fn done(engine: &dyn Engine, operations: impl Into<Vec<Operation>>) -> u64 {
    must(engine.commit(commit(operations)).await)
}

pub(crate) fn must<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

/// The error of a call that has to fail.
pub(crate) fn failure<T>(result: Result<T>) -> Error {
    match result {
        Ok(_) => panic!("it succeeded"),
        Err(error) => error,
    }
}

pub(crate) async fn cursor(engine: &dyn Engine, revision: u64) -> Cursor {
    Cursor { epoch: must(engine.head().await).epoch, revision, chain: None }
}

pub(crate) async fn changes(engine: &dyn Engine, after: u64, limit: usize) -> Vec<Change> {
    let cursor = cursor(engine, after).await;
    must(engine.changes(&cursor, limit, Duration::ZERO).await)
}

pub(crate) async fn value(engine: &dyn Engine, key: impl AsRef<[u8]>) -> Option<Bytes> {
    entry(engine, key).await.map(|entry| entry.value)
}

pub(crate) async fn entry(engine: &dyn Engine, key: impl AsRef<[u8]>) -> Option<Entry> {
    let snapshot = must(engine.snapshot().await);
    must(snapshot.get(&[key.as_ref().to_vec()]).await).remove(0)
}

/// All entries of a snapshot, in pages of `page`.
pub(crate) async fn all(
    snapshot: &dyn Snapshot,
    direction: Direction,
    page: usize,
) -> Vec<(Vec<u8>, Entry)> {
    let mut found = Vec::new();
    let mut range = everything();
    loop {
        let part = must(snapshot.scan(&range, direction, page).await);
        let rest = part.rest(&range, direction);
        assert!(part.entries.len() <= page && !(part.more && part.entries.is_empty()));
        found.extend(part.entries);
        match rest {
            Some(rest) => range = rest,
            None => return found,
        }
    }
}

pub(crate) fn everything() -> Range {
    Range { start: Vec::new(), end: None }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Numbers that look random and are the same every time.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}

/// Copies a directory with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    must_io(std::fs::create_dir_all(to));
    for entry in must_io(std::fs::read_dir(from)) {
        let entry = must_io(entry);
        let target = to.join(entry.file_name());
        if must_io(entry.file_type()).is_dir() {
            copy(&entry.path(), &target);
        } else {
            must_io(std::fs::copy(entry.path(), target));
        }
    }
}

pub(crate) fn must_io<T>(result: io::Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

pub(crate) fn temporary() -> tempfile::TempDir {
    must_io(tempfile::tempdir())
}

/// A machine that can be made to fail, and started anew.
pub(crate) struct Machine {
    pub(crate) full: AtomicBool,
    pub(crate) syncs_fail: AtomicBool,
    /// Appends write all but a byte, and then there is no space.
    pub(crate) short: AtomicBool,
    pub(crate) cannot_truncate: AtomicBool,
    pub(crate) truncate_breaks: AtomicBool,
    /// Syncs wait for a permit.
    pub(crate) held: AtomicBool,
    pub(crate) permits: AtomicUsize,
    pub(crate) syncs: AtomicUsize,
    boot: Uuid,
}

impl Machine {
    pub(crate) fn new(boot: u128) -> Arc<Self> {
        Arc::new(Self {
            full: AtomicBool::new(false),
            syncs_fail: AtomicBool::new(false),
            short: AtomicBool::new(false),
            cannot_truncate: AtomicBool::new(false),
            truncate_breaks: AtomicBool::new(false),
            held: AtomicBool::new(false),
            permits: AtomicUsize::new(0),
            syncs: AtomicUsize::new(0),
            boot: Uuid::from_u128(boot),
        })
    }

    pub(crate) fn set(flag: &AtomicBool, on: bool) {
        flag.store(on, Ordering::SeqCst);
    }

    /// The engine of a directory on this machine.
    pub(crate) fn open(self: &Arc<Self>, directory: &Path) -> Result<Embedded> {
        // What is not in sled yet proves nothing.
        let media = Arc::clone(self) as Arc<dyn Media>;
        let settings = Settings { media, recent_bytes: 0, ..settings() };
        Embedded::open(directory, &settings)
    }
}

fn no_space() -> io::Error {
    io::Error::from(io::ErrorKind::StorageFull)
}

impl Media for Machine {
    fn append(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        if self.short.load(Ordering::SeqCst) {
            Disk.append(file, &bytes[..bytes.len() - 1], offset)?;
            return Err(no_space());
        }
        Disk.append(file, bytes, offset)
    }

    fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        if self.cannot_truncate.load(Ordering::SeqCst) {
            return Err(no_space());
        }
        if self.truncate_breaks.load(Ordering::SeqCst) {
            return Err(io::Error::other("the disk is gone"));
        }
        Disk.truncate(file, length)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.syncs_fail.load(Ordering::SeqCst) {
            return Err(io::Error::other("the disk is gone"));
        }
        self.syncs.fetch_add(1, Ordering::SeqCst);
        let take = |permits: usize| permits.checked_sub(1);
        while self.held.load(Ordering::SeqCst)
            && self.permits.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_err()
        {
            std::thread::sleep(Duration::from_millis(1));
        }
        Disk.sync(file)
    }

    fn free_bytes(&self, _: &Path) -> io::Result<u64> {
        Ok(if self.full.load(Ordering::SeqCst) { 0 } else { u64::MAX })
    }

    fn boot(&self) -> Option<Uuid> {
        Some(self.boot)
    }
}
