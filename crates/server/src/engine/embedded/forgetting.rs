//! Tests of what leaves the journal: values that are purged, bodies that are
//! dropped.

mod purging;
mod retaining;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{Disk, Embedded, Media, Settings, frame, scan, segment};
use crate::engine::{Change, Class, Commit, Context, Cursor, Engine, Operation, Result};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

struct Scene {
    directory: PathBuf,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

impl Scene {
    fn new(name: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let name = format!("outlay-{name}-{}-{number}", std::process::id());
        Self { directory: std::env::temp_dir().join(name) }
    }

    fn settings() -> Settings {
        Settings {
            segment_bytes: 2_000,
            cache_bytes: 16 * 1024 * 1024,
            reserve_bytes: 0,
            compress: false,
            ..Settings::default()
        }
    }

    fn open(&self) -> Embedded {
        Embedded::open(&self.directory, &Self::settings()).unwrap()
    }

    fn copy(&self) -> Self {
        let copy = Self::new("copy");
        copy_all(&self.directory, &copy.directory);
        copy
    }

    fn journals(&self) -> PathBuf {
        self.directory.join("journal")
    }

    /// Checks every segment, and that each follows the one before; answers
    /// with all bytes of all of them, as they were before compression.
    fn checked(&self, engine: &Embedded) -> Vec<u8> {
        let epoch = engine.shared.marker.epoch;
        let mut end = (0, frame::genesis(epoch));
        let mut bytes = Vec::new();
        for first in segment::list(&self.journals()).unwrap() {
            let path = segment::path(&self.journals(), first);
            let scan = scan::read(&path, first, epoch).unwrap();
            scan.check().unwrap();
            assert_eq!((first - 1, scan.header.previous), end);
            end = (scan.last, scan.chain);
            bytes.extend_from_slice(&scan.bytes);
        }
        assert_eq!(end.0, engine.shared.revision());
        bytes
    }

    /// Names and contents of all files of the journal.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(self.journals()).unwrap();
        let mut files: Vec<_> = entries
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    }
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_all(&entry.path(), &target),
            false => std::fs::copy(entry.path(), target).map(|_| ()).unwrap(),
        }
    }
}

fn put(class: Class, key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Operation {
    let value = value.as_ref().to_vec().into();
    Operation::Put { class, key: key.as_ref().to_vec(), value }
}

fn delete(class: Class, key: impl AsRef<[u8]>) -> Operation {
    Operation::Delete { class, key: key.as_ref().to_vec() }
}

/// Commits on some day.
async fn done(engine: &Embedded, day: i64, operations: Vec<Operation>) -> u64 {
    let context = Context { time_micros: day * DAY, ..Context::default() };
    engine.commit(Commit { context, operations, ..Commit::default() }).await.unwrap()
}

async fn told(engine: &Embedded, after: u64) -> Result<Vec<Change>> {
    let epoch = engine.shared.marker.epoch;
    let cursor = Cursor { epoch, revision: after, chain: None };
    engine.changes(&cursor, 1_000, Duration::ZERO).await
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// Makes two bases: all that was committed before can be done without.
async fn bases(engine: &Embedded) {
    engine.make_base().await.unwrap();
    // A base is named after where it starts.
    done(engine, 0, vec![]).await;
    engine.make_base().await.unwrap();
}

/// A disk that takes so many more writes and syncs, and then is full, or gone.
#[derive(Debug)]
struct Failing {
    left: AtomicUsize,
    kind: io::ErrorKind,
}

impl Failing {
    fn new(kind: io::ErrorKind) -> Self {
        Self { left: AtomicUsize::new(usize::MAX), kind }
    }

    /// Fails after so many more.
    fn after(&self, writes: usize) {
        self.left.store(writes, Ordering::SeqCst);
    }

    fn spend(&self) -> io::Result<()> {
        let take = |left: usize| left.checked_sub(1);
        let spent = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take);
        spent.map(|_| ()).map_err(|_| io::Error::from(self.kind))
    }
}

impl Media for Failing {
    fn append(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.spend()?;
        Disk.append(file, bytes, offset)
    }

    fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        Disk.truncate(file, length)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.spend()?;
        Disk.sync(file)
    }

    fn free_bytes(&self, directory: &Path) -> io::Result<u64> {
        Disk.free_bytes(directory)
    }

    fn boot(&self) -> Option<uuid::Uuid> {
        Disk.boot()
    }
}
