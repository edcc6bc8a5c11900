//! What the journal asks of the machine beneath it. One trait, so that a full
//! disk, a failing sync and a power cut can be put in its place.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use uuid::Uuid;

/// Writing and syncing the journal's files.
pub trait Media: Send + Sync + 'static {
    /// Writes `bytes` at `offset`, all of them or an error.
    ///
    /// # Errors
    /// What the operating system says; `StorageFull` and `QuotaExceeded` are
    /// taken as passing, everything else stops the engine.
    fn append(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Sets the length of a file, to take back an append that failed.
    ///
    /// # Errors
    /// What the operating system says; it is tried again before the next
    /// append.
    fn truncate(&self, file: &File, length: u64) -> io::Result<()>;

    /// Makes a file's bytes and length (or a directory's entries) durable.
    ///
    /// # Errors
    /// What the operating system says. It is never tried again.
    fn sync(&self, file: &File) -> io::Result<()>;

    /// Bytes that may still be written to the file system of `directory`.
    ///
    /// # Errors
    /// What the operating system says.
    fn free_bytes(&self, directory: &Path) -> io::Result<u64>;

    /// Identity of this start of the machine; none where it cannot be told,
    /// which counts as another one each time.
    fn boot(&self) -> Option<Uuid>;
}

/// The operating system's own files.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Media for Disk {
    fn append(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        file.write_all_at(bytes, offset)
    }

    fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        file.set_len(length)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn free_bytes(&self, directory: &Path) -> io::Result<u64> {
        let space = rustix::fs::statvfs(directory)?;
        Ok(space.f_bavail.saturating_mul(space.f_frsize))
    }

    fn boot(&self) -> Option<Uuid> {
        let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Uuid::parse_str(text.trim()).ok()
    }
}
