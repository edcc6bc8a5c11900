//! Opening: what is on disk is judged before anything is changed; then the
//! tail is put in order and the tree is brought up to the journal.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::durable::{Durable, Watermark};
use super::files::{private_directory, refused, sync_directory};
use super::frame;
use super::journal::{AppendError, Journal, Options, Tail, create_segment};
use super::marker::Marker;
use super::media::Media;
use super::replay;
use super::scan::{self, Scan};
use super::segment::{self, HEADER, SegmentHeader};
use super::settings::Settings;
use super::sum::Sum;
use super::tree::{Applied, Tree};
use crate::engine::{Error, Result};

/// A directory, ready to go on.
pub(super) struct Recovered {
    pub(super) marker: Marker,
    pub(super) tree: Tree,
    pub(super) journal: Journal,
    pub(super) applied: Applied,
    pub(super) journal_directory: PathBuf,
}

/// Opens what is in `directory`, or starts it. The caller holds its lock.
pub(super) fn recover(directory: &Path, settings: &Settings) -> Result<Recovered> {
    let media = settings.media.as_ref();
    let journals = directory.join("journal");
    let trees = directory.join("tree");
    let marker = match Marker::read(directory)? {
        Some(marker) => marker,
        None => create(directory, &journals, &trees, media)?,
    };
    let segments = sync_journal(&journals, media)?;
    let (watermark, durable) = open_watermark(&journals)?;
    let tree = Tree::open(&trees, settings)?;
    let applied = applied(&tree, &marker)?;
    let last = read_last(&journals, &segments, &marker)?;
    judge(&journals, &last, &applied, durable, media)?;
    let last = repair(&journals, last, &marker, media)?;
    let applied = replay::replay(&journals, &segments, &last, &tree, applied, &marker)?;
    let journal = Journal::open(
        Options {
            directory: journals.clone(),
            media: Arc::clone(&settings.media),
            epoch: marker.epoch,
            segment_bytes: settings.segment_bytes,
            reserve_bytes: settings.reserve_bytes,
        },
        tail(&last),
        watermark,
    )
    .map_err(|error| refused(&journals, &error))?;
    Ok(Recovered { marker, tree, journal, applied, journal_directory: journals })
}

/// Starts a new directory. The marker comes last: until it is there, what is
/// left of an attempt holds nothing and is made again.
fn create(directory: &Path, journals: &Path, trees: &Path, media: &dyn Media) -> Result<Marker> {
    let leftovers = if journals.exists() { segment::list(journals)? } else { Vec::new() };
    let nothing = match leftovers.as_slice() {
        [] => true,
        [1] => std::fs::metadata(segment::path(journals, 1))
            .is_ok_and(|file| file.len() <= HEADER as u64),
        _ => false,
    };
    if !nothing || trees.exists() {
        return Err(Error::Refused(format!(
            "{} holds data but its file `format` is missing: restore that file from a copy",
            directory.display()
        )));
    }
    if journals.exists() {
        std::fs::remove_dir_all(journals).map_err(|error| refused(journals, &error))?;
    }
    private_directory(journals)?;
    let marker = Marker::new();
    let header = SegmentHeader {
        epoch: marker.epoch,
        boot: media.boot().unwrap_or(Uuid::nil()),
        first: 1,
        previous: frame::genesis(marker.epoch),
    };
    create_segment(media, journals, &header, &[]).map_err(|error| not_created(journals, error))?;
    marker.write(media, directory)?;
    sync_parent(media, directory);
    Ok(marker)
}

/// Makes the new directory's own entry durable. Its parent may belong to
/// somebody else; then it was there before.
fn sync_parent(media: &dyn Media, directory: &Path) {
    let synced = std::fs::canonicalize(directory)
        .and_then(|path| sync_directory(media, path.parent().unwrap_or(&path)));
    if let Err(error) = synced {
        tracing::warn!(%error, "the directory above the store could not be synced");
    }
}

/// Makes durable what is about to be read, and lists it. What was not yet on
/// disk could otherwise be read, acted on, and lost.
fn sync_journal(journals: &Path, media: &dyn Media) -> Result<Vec<u64>> {
    segment::remove_unfinished(journals)?;
    let segments = segment::list(journals)?;
    let Some(last) = segments.last() else {
        return Err(scan::damaged(journals, 0, 0, "the journal has no segment"));
    };
    let path = segment::path(journals, *last);
    let synced = File::open(&path).and_then(|file| media.sync(&file));
    synced.map_err(|error| refused(&path, &error))?;
    sync_directory(media, journals).map_err(|error| refused(journals, &error))?;
    Ok(segments)
}

fn open_watermark(journals: &Path) -> Result<(Watermark, Option<Durable>)> {
    Watermark::open(journals).map_err(|error| refused(journals, &error))
}

/// Where the tree stands: at nothing if it is new.
fn applied(tree: &Tree, marker: &Marker) -> Result<Applied> {
    let tree = tree.get()?;
    let Some(applied) = tree.applied()? else {
        return Ok(Applied {
            revision: 0,
            reached: 0,
            epoch: marker.epoch,
            chain: frame::genesis(marker.epoch),
            sum: Sum::default(),
        });
    };
    if applied.epoch != marker.epoch {
        return Err(tree.damaged(applied.revision, "it belongs to another epoch"));
    }
    Ok(applied)
}

fn read_last(journals: &Path, segments: &[u64], marker: &Marker) -> Result<Scan> {
    let last = segments.last().copied().unwrap_or(1);
    scan::read(&segment::path(journals, last), last, marker.epoch)
}

/// Refuses a journal that is damaged, or that has lost what was durable.
fn judge(
    journals: &Path,
    last: &Scan,
    applied: &Applied,
    durable: Option<Durable>,
    media: &dyn Media,
) -> Result<()> {
    let path = segment::path(journals, last.header.first);
    if let Some(flaw) = &last.flaw
        && !flaw.may_be_cut(same_boot(last, media))
    {
        return Err(scan::damaged(&path, flaw.offset, last.last, flaw.what));
    }
    let witnesses = [
        ("the tree", Some(applied.reached)),
        ("its watermark", durable.map(|durable| durable.revision)),
    ];
    for (witness, revision) in witnesses {
        let Some(revision) = revision.filter(|revision| *revision > last.last) else {
            continue;
        };
        let what = format!(
            "the journal ends at revision {}, but {witness} proves that revision {revision} was \
             durable: commits are missing from it (do not remove the tree)",
            last.last
        );
        return Err(scan::damaged(&path, last.end, last.last, &what));
    }
    // At the very end the chain can be compared, too.
    if let Some(durable) = durable.filter(|durable| durable.revision == last.last)
        && !last.knows(durable.chain)
    {
        let what = "the last commit is not the one that was durable";
        return Err(scan::damaged(&path, last.end, last.last, what));
    }
    Ok(())
}

/// Puts the end of the last segment in order.
fn repair(journals: &Path, last: Scan, marker: &Marker, media: &dyn Media) -> Result<Scan> {
    let path = segment::path(journals, last.header.first);
    if !last.sealed && !same_boot(&last, media) {
        // What a power cut left may read well once and not again: only what
        // has been written and synced anew is relied on.
        tracing::info!(path = %path.display(), "rewriting the last segment after an unclean end");
        let header = SegmentHeader { boot: media.boot().unwrap_or(Uuid::nil()), ..last.header };
        let frames = last.bytes.slice(HEADER..last.length());
        create_segment(media, journals, &header, &frames)
            .map_err(|error| not_created(&path, error))?;
    } else if let Some(flaw) = &last.flaw {
        tracing::warn!(path = %path.display(), offset = flaw.offset, "cutting an incomplete frame");
        let cut = File::options().write(true).open(&path).and_then(|file| {
            media.truncate(&file, last.end)?;
            media.sync(&file)
        });
        cut.map_err(|error| refused(&path, &error))?;
    } else {
        return Ok(last);
    }
    let repaired = scan::read(&path, last.header.first, marker.epoch)?;
    if repaired.flaw.is_some() || (repaired.end, repaired.chain) != (last.end, last.chain) {
        return Err(scan::damaged(
            &path,
            repaired.end,
            repaired.last,
            "what was written is not what is read",
        ));
    }
    Ok(repaired)
}

fn same_boot(last: &Scan, media: &dyn Media) -> bool {
    media.boot().is_some_and(|boot| !boot.is_nil() && boot == last.header.boot)
}

fn tail(last: &Scan) -> Tail {
    Tail {
        segment: last.header.first,
        end: last.end,
        last: last.last,
        chain: last.chain,
        sealed: last.sealed,
    }
}

fn not_created(path: &Path, error: AppendError) -> Error {
    match error {
        AppendError::Full(error) | AppendError::Failed(_, error) => refused(path, &error),
    }
}
