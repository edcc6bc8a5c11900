//! The directory that sled keeps the tree in: opening it, what sled's errors
//! mean, doubting it, and putting it aside.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sled::Db;

use super::files::{is_full, is_transient, make_directory, refused};
use super::media::Media;
use super::settings::Settings;
use crate::engine::{Error, Result};

/// How long to wait for a tree of this process that is just being closed.
const REOPEN_WAIT: Duration = Duration::from_secs(5);

/// Opens sled in `path`, which may be new.
///
/// # Errors
/// [`Error::Damaged`] where only making the tree anew can help; every other
/// error says nothing about the tree.
pub(super) fn open(path: &Path, settings: &Settings) -> Result<Db> {
    make_directory(settings.media.as_ref(), path)?;
    remove_useless(path).map_err(|error| refused(path, &error))?;
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(settings.cache_bytes)
        .flush_every_ms(Some(settings.flush_every_ms.max(1)))
        .use_compression(false);
    let started = Instant::now();
    loop {
        match guarded(path, || Ok(config.open()))? {
            Ok(db) => return Ok(db),
            Err(error) if !busy(&error) => return Err(failed(path, error)),
            Err(error) if started.elapsed() > REOPEN_WAIT => {
                let path = path.display();
                return Err(Error::Refused(format!(
                    "{path}: {error}: another process uses it, stop that first"
                )));
            }
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Makes the files of a tree that was closed durable.
pub(super) fn sync(path: &Path, media: &dyn Media) -> Result<()> {
    wait_until_closed(path)?;
    let mut todo = vec![path.to_owned()];
    while let Some(path) = todo.pop() {
        let synced = File::open(&path).and_then(|file| media.sync(&file)).and_then(|()| {
            if path.is_dir() {
                for entry in fs::read_dir(&path)? {
                    todo.push(entry?.path());
                }
            }
            Ok(())
        });
        synced.map_err(|error| refused(&path, &error))?;
    }
    Ok(())
}

/// Waits until the last thread of sled has let go of its files.
pub(super) fn wait_until_closed(path: &Path) -> Result<()> {
    let db = path.join("db");
    let file = File::open(&db).map_err(|error| refused(&db, &error))?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if started.elapsed() < REOPEN_WAIT => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Refused(format!("{}: sled does not let go", db.display())));
            }
            Err(TryLockError::Error(error)) => return Err(refused(&db, &error)),
        }
    }
}

/// Runs what sled may panic in.
pub(super) fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(damaged(path, 0, "sled panicked")))
}

/// What an error of sled means for the tree in `path`.
pub(super) fn failed(path: &Path, error: sled::Error) -> Error {
    match error {
        sled::Error::Io(error) if is_full(&error) => Error::NotApplied,
        sled::Error::Io(error) if is_transient(&error) => Error::Busy,
        sled::Error::Io(error)
            if !matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) =>
        {
            Error::Fatal {
                what: format!("{}: {error}", path.display()),
                cause: Some(Box::new(error)),
            }
        }
        error => damaged(path, 0, &error.to_string()),
    }
}

/// The error for damage in the tree, which is doubted from then on.
pub(super) fn damaged(path: &Path, revision: u64, what: &str) -> Error {
    doubt(path, what);
    Error::Damaged {
        file: path.display().to_string(),
        offset: 0,
        revision,
        what: format!(
            "{what}: start again, and it is checked and, if need be, made anew from the journal"
        ),
    }
}

/// Whether an error says that the tree in `path` is damaged.
pub(super) fn is_damage(path: &Path, error: &Error) -> bool {
    matches!(error, Error::Damaged { file, .. } if Path::new(file) == path)
}

/// Leaves a file beside the tree that makes the next open check it.
pub(super) fn doubt(path: &Path, why: &str) {
    let suspect = suspect(path);
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&suspect);
    match made.and_then(|mut file| writeln!(file, "{why}")) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            tracing::error!(path = %suspect.display(), %error, why, "the tree cannot be marked");
        }
        _ => {}
    }
}

/// Why the tree is doubted, if it is.
pub(super) fn doubted(path: &Path) -> Option<String> {
    let suspect = suspect(path);
    suspect.exists().then(|| fs::read_to_string(&suspect).unwrap_or_default().trim().to_owned())
}

/// The tree has been checked.
pub(super) fn trust(path: &Path) -> Result<()> {
    let suspect = suspect(path);
    match fs::remove_file(&suspect) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(refused(&suspect, &error)),
        _ => Ok(()),
    }
}

/// Puts a damaged tree aside, for whoever wants to know what happened to it.
/// The newest two are kept.
pub(super) fn set_aside(path: &Path) -> Result<()> {
    let aside = |number: u8| path.with_extension(format!("damaged-{number}"));
    let moved = match fs::remove_dir_all(aside(2)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => rename(&aside(1), &aside(2)).and_then(|()| rename(path, &aside(1))),
    };
    moved.map_err(|error| refused(path, &error))
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn suspect(path: &Path) -> PathBuf {
    path.with_file_name("suspect")
}

/// Without its main file sled has nothing, and what else is left only keeps
/// it from starting; a snapshot that was never finished does so, too.
fn remove_useless(path: &Path) -> io::Result<()> {
    let nothing = match fs::metadata(path.join("db")) {
        Ok(file) => file.is_file() && file.len() == 0,
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name == "conf" || name == "db" || name.starts_with("snap.");
        if name.ends_with(".generating") || (nothing && ours) {
            fs::remove_file(entry.path())?;
            tracing::warn!(path = %entry.path().display(), "removed what a start left unfinished");
        }
    }
    Ok(())
}

fn busy(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(error) if error.kind() == ErrorKind::WouldBlock
        || error.to_string().contains("acquire lock"))
}
