//! Making files and directories that only their owner may read, and what the
//! operating system's errors mean.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::io::Errno;

use super::media::Media;
use crate::engine::{Error, Result};

/// The answer where a file cannot be used at open.
pub(super) fn refused(path: &Path, error: &io::Error) -> Error {
    Error::Refused(format!("{}: {error}", path.display()))
}

/// Whether there is no space (or the file may not grow), which passes.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
    )
}

/// Whether the process or the machine lacks handles or memory, which passes.
pub(super) fn is_transient(error: &io::Error) -> bool {
    let lacking = [Errno::MFILE, Errno::NFILE, Errno::NOMEM].map(Errno::raw_os_error);
    error.raw_os_error().is_some_and(|code| lacking.contains(&code))
}

/// Makes a directory of mode 0700 with the parents that it lacks, each durable
/// in the one above. What is there stays as it is.
pub(super) fn make_directory(media: &dyn Media, path: &Path) -> Result<()> {
    let missing: Vec<_> = path
        .ancestors()
        .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
        .collect();
    for path in missing.into_iter().rev() {
        match DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(refused(path, &error));
            }
            _ => sync_parent(media, path)?,
        }
    }
    Ok(())
}

/// Takes everybody else's access to a directory away.
pub(super) fn narrow(path: &Path) {
    // A mount point may belong to somebody else: what lies below it is still
    // private.
    if let Err(error) = std::fs::set_permissions(path, Permissions::from_mode(0o700)) {
        tracing::warn!(path = %path.display(), %error, "the directory's mode stays as it is");
    }
}

/// Makes a new directory's own entry durable.
fn sync_parent(media: &dyn Media, path: &Path) -> Result<()> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match sync_directory(media, parent) {
        // One may be allowed to make entries and not to look at them.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            tracing::warn!(path = %parent.display(), %error, "the directory could not be synced");
            Ok(())
        }
        outcome => outcome.map_err(|error| refused(parent, &error)),
    }
}

/// Opens a file for reading and writing, made with mode 0600 if absent.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Writes a file that is there whole or not at all, and durable on return.
pub(super) fn write_whole(media: &dyn Media, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let temporary = path.with_extension("tmp");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    for part in parts {
        file.write_all(part)?;
    }
    media.sync(&file)?;
    std::fs::rename(&temporary, path)?;
    sync_directory(media, path.parent().unwrap_or(path))
}

/// Makes the entries of a directory durable.
pub(super) fn sync_directory(media: &dyn Media, path: &Path) -> io::Result<()> {
    media.sync(&File::open(path)?)
}
