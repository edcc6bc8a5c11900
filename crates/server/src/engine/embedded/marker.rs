//! The format marker: what is on disk, who may read and write it, and the
//! epoch. Plain text, for whoever finds the directory in twenty years.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::files::{refused, write_whole};
use super::media::Media;
use crate::engine::{Error, Format, Result};

/// The format this engine writes; it reads and writes all up to this one.
const FORMAT: u32 = 1;
const TITLE: &str = "outlay embedded store";

/// What the marker says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) format: Format,
    pub(super) epoch: Uuid,
}

impl Marker {
    /// The marker of a new directory.
    pub(super) fn new() -> Self {
        Self::of(Uuid::new_v4())
    }

    /// The marker of this format, with an epoch.
    pub(super) fn of(epoch: Uuid) -> Self {
        let format = Format { format: FORMAT, min_reader: FORMAT, min_writer: FORMAT };
        Self { format, epoch }
    }

    /// Reads the marker of `directory`; none if it has none.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>> {
        let path = path(directory);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(&path, &error)),
        };
        let marker = parse(&text).ok_or_else(|| Error::Damaged {
            file: path.display().to_string(),
            offset: 0,
            revision: 0,
            what: "the format marker cannot be read: restore this file from a copy".to_owned(),
        })?;
        if marker.format.min_reader > FORMAT || marker.format.min_writer > FORMAT {
            return Err(Error::Refused(format!(
                "{} has format {}, and this program knows formats up to {FORMAT}: use a newer one",
                directory.display(),
                marker.format.format
            )));
        }
        Ok(Some(marker))
    }

    /// Writes the marker, durable on return.
    pub(super) fn write(&self, media: &dyn Media, directory: &Path) -> Result<()> {
        let path = path(directory);
        write_whole(media, &path, &[self.text().as_bytes()]).map_err(|error| refused(&path, &error))
    }

    pub(super) fn text(&self) -> String {
        let Format { format, min_reader, min_writer } = self.format;
        let epoch = self.epoch;
        let text = format!(
            "{TITLE}\nformat {format}\nmin_reader {min_reader}\nmin_writer {min_writer}\nepoch {epoch}\n"
        );
        let crc = crc32c::crc32c(text.as_bytes());
        format!("{text}crc32c {crc:08x}\n")
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join("format")
}

/// Fields are found by name: a newer format may have more of them.
pub(super) fn parse(text: &str) -> Option<Marker> {
    let (body, crc) = text.strip_suffix('\n')?.rsplit_once("crc32c ")?;
    if u32::from_str_radix(crc, 16).ok()? != crc32c::crc32c(body.as_bytes()) {
        return None;
    }
    let mut lines = body.lines();
    if lines.next()? != TITLE {
        return None;
    }
    let fields: HashMap<&str, &str> = lines.filter_map(|line| line.split_once(' ')).collect();
    Some(Marker {
        format: Format {
            format: fields.get("format")?.parse().ok()?,
            min_reader: fields.get("min_reader")?.parse().ok()?,
            min_writer: fields.get("min_writer")?.parse().ok()?,
        },
        epoch: fields.get("epoch")?.parse().ok()?,
    })
}
