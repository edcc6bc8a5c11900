//! Making files and directories that only their owner may read.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::media::Media;
use crate::engine::{Error, Result};

/// The answer where a file cannot be used at open.
pub(super) fn refused(path: &Path, error: &io::Error) -> Error {
    Error::Refused(format!("{}: {error}", path.display()))
}

/// Makes a directory of mode 0700, with its parents, or narrows the one that
/// is there.
pub(super) fn private_directory(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| refused(path, &error))?;
    // A mount point may belong to somebody else: what lies below it is still
    // private.
    if let Err(error) = std::fs::set_permissions(path, Permissions::from_mode(0o700)) {
        tracing::warn!(path = %path.display(), %error, "the directory's mode stays as it is");
    }
    Ok(())
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
