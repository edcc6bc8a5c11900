//! Whose a directory is. Only one that has our marker, or holds nothing but
//! what an attempt of ours to start it leaves, is used; any other is refused
//! and stays as it is.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::files::{make_directory, narrow, refused};
use super::frame;
use super::journal::create_segment;
use super::lock::DirectoryLock;
use super::marker::Marker;
use super::media::Media;
use super::segment::{self, HEADER, SegmentHeader};
use crate::engine::{Error, Result};

/// What an attempt that was cut short leaves, and what a file system makes by
/// itself.
const LEFTOVERS: [&str; 4] = ["lock", "format.tmp", "journal", "lost+found"];

/// Takes `directory`, which is made if absent, for this process, and starts it
/// if it is new.
pub(super) fn take(directory: &Path, media: &dyn Media) -> Result<(DirectoryLock, Marker)> {
    if directory.exists() && !directory.is_dir() {
        let shown = directory.display();
        return Err(Error::Refused(format!(
            "{shown} is no directory: choose another for the data"
        )));
    }
    make_directory(media, directory)?;
    // Looked at before the lock, which is a file in it, and again under it.
    look(directory)?;
    let lock = DirectoryLock::take(directory)?;
    let marker = match look(directory)? {
        Some(marker) => marker,
        None => create(directory, media)?,
    };
    Ok((lock, marker))
}

/// Takes everybody else's access away from a directory that was found right.
pub(super) fn keep_private(directory: &Path) {
    narrow(directory);
    for name in ["journal", "tree", "bases"] {
        let path = directory.join(name);
        if path.is_dir() {
            narrow(&path);
        }
    }
}

/// The marker of a directory of ours; none where one may be started.
fn look(directory: &Path) -> Result<Option<Marker>> {
    if let Some(marker) = Marker::read(directory)? {
        return Ok(Some(marker));
    }
    let journals = directory.join("journal");
    let names = names(directory)?;
    let inside = if journals.exists() { self::names(&journals)? } else { Vec::new() };
    if names.iter().any(|name| name == "tree" || name == "bases") || has_commits(&journals) {
        return Err(Error::Refused(format!(
            "{} holds data but its file `format` is missing: restore that file from a copy",
            directory.display()
        )));
    }
    let unfinished = unfinished(&journals);
    let foreign = names
        .iter()
        .filter(|name| !LEFTOVERS.iter().any(|ours| name == ours))
        .map(|name| directory.join(name))
        .chain(inside.iter().map(|name| journals.join(name)).filter(|p| !unfinished.contains(p)));
    match foreign.min() {
        None => Ok(None),
        Some(path) => Err(Error::Refused(format!(
            "{} is not empty and is no store: choose an empty directory ({} is there)",
            directory.display(),
            path.display()
        ))),
    }
}

/// Whether a journal has more than the first segment without a frame.
fn has_commits(journals: &Path) -> bool {
    match segment::list(journals).as_deref() {
        Ok([]) | Err(_) => false,
        Ok([1]) => {
            fs::metadata(segment::path(journals, 1)).is_ok_and(|file| file.len() > HEADER as u64)
        }
        Ok(_) => true,
    }
}

fn names(directory: &Path) -> Result<Vec<OsString>> {
    fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect())
        .map_err(|error| refused(directory, &error))
}

/// What may lie in the journal of a directory that was never started.
fn unfinished(journals: &Path) -> [PathBuf; 3] {
    let first = segment::path(journals, 1);
    [segment::unfinished(journals, 1), first, journals.join("durable")]
}

/// Starts a new directory. The marker comes last: until it is there, what is
/// left of an attempt holds nothing and is made again.
fn create(directory: &Path, media: &dyn Media) -> Result<Marker> {
    let journals = directory.join("journal");
    for path in unfinished(&journals) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(refused(&path, &error));
            }
            _ => {}
        }
    }
    make_directory(media, &journals)?;
    let marker = Marker::new();
    let header = SegmentHeader {
        epoch: marker.epoch,
        boot: media.boot().unwrap_or(Uuid::nil()),
        first: 1,
        previous: frame::genesis(marker.epoch),
    };
    create_segment(media, &journals, &header, &[]).map_err(|error| error.refused(&journals))?;
    marker.write(media, directory)?;
    Ok(marker)
}
