//! One process per directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::files::refused;
use crate::engine::{Error, Result};

/// Held for as long as the directory is open; the operating system releases
/// it with the process.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    file: File,
}

impl DirectoryLock {
    /// Takes the lock and leaves this process's id in it.
    pub(super) fn take(directory: &Path) -> Result<Self> {
        let path = directory.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|error| refused(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(directory, &mut file)),
            Err(TryLockError::Error(error)) => return Err(refused(&path, &error)),
        }
        // The id only serves the message above: failing to write it is no
        // reason to refuse, on a full disk least of all.
        let noted = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| writeln!(file, "{}", std::process::id()));
        if let Err(error) = noted {
            tracing::warn!(%error, "the lock file could not be written");
        }
        Ok(Self { file })
    }

    /// Takes the lock without writing anything. None where there is no such
    /// file, as in a copy, or it may not be read.
    pub(super) fn look(directory: &Path) -> Result<Option<Self>> {
        let path = directory.join("lock");
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) => {
                tracing::debug!(path = %path.display(), %error, "the directory is not locked");
                return Ok(None);
            }
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Err(taken(directory, &mut file)),
            Err(TryLockError::Error(error)) => Err(refused(&path, &error)),
        }
    }
}

impl Drop for DirectoryLock {
    fn drop(&mut self) {
        // Closing is not enough: a process that is just being started from
        // this one still has the file, too.
        if let Err(error) = self.file.unlock() {
            tracing::warn!(%error, "the directory's lock was not released");
        }
    }
}

fn taken(directory: &Path, file: &mut File) -> Error {
    let mut holder = String::new();
    let holder = match file.take(32).read_to_string(&mut holder) {
        Ok(_) if !holder.trim().is_empty() => format!("process {}", holder.trim()),
        _ => "another process".to_owned(),
    };
    Error::Refused(format!(
        "{} is in use by {holder}: stop it first, or choose another directory",
        directory.display()
    ))
}
