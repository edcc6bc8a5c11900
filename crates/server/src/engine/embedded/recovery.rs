//! Opening: what is on disk is judged before anything is changed; then the
//! tail is put in order and the tree is brought up to the journal.
//!
//! The journal is the truth. The tree is only believed as long as the machine
//! has not ended under it and nothing has cast doubt on it; otherwise it is
//! checked, and made anew from a base and the journal where it fails the check
//! or sled cannot even open it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::base::Base;
use super::bases;
use super::batch::Batch;
use super::durable::{Durable, Watermark};
use super::files::{refused, sync_directory};
use super::frame;
use super::journal::{Journal, Options, Tail, create_segment};
use super::marker::Marker;
use super::media::Media;
use super::rebuild::{self, Making};
use super::recent::Standing;
use super::replay::{Source, replay};
use super::rewrite;
use super::scan::{self, Scan};
use super::segment::{self, HEADER, SegmentHeader};
use super::settings::Settings;
use super::sled_files::{doubted, guarded, is_damage, trust};
use super::sum::Sum;
use super::synced::Synced;
use super::tree::{Applied, OpenTree, Tree};
use super::verify::verify;
use crate::engine::{Error, Result};

/// A directory, ready to go on.
pub(super) struct Recovered {
    pub(super) tree: Tree,
    pub(super) journal: Journal,
    /// Where sled stands.
    pub(super) applied: Applied,
    /// Where the tree stands with its recent changes: at the journal's end.
    pub(super) standing: Standing,
    pub(super) journal_directory: PathBuf,
    pub(super) bases: Vec<Base>,
}

/// The tree and where it stands, or why it has to be made anew.
type Found = Result<(Tree, Applied)>;

/// Opens what is in `directory`, which has a marker and is locked.
pub(super) fn recover(directory: &Path, marker: &Marker, settings: &Settings) -> Result<Recovered> {
    let media = settings.media.as_ref();
    let journals = directory.join("journal");
    is_one_epoch(directory, marker)?;
    let segments = sync_journal(&journals, marker, media)?;
    let (watermark, durable) = open_watermark(&journals)?;
    let last = read_last(&journals, &segments, marker)?;
    let path = segment::path(&journals, last.header.first);
    judge(&path, &last, durable, media)?;
    let bases = usable_bases(directory, &path, &last)?;
    rebuild::remove_unfinished(directory)?;
    let synced = Synced::take(media, directory)?;
    let found = look(&directory.join("tree"), marker, settings)?;
    if let Ok((_, applied)) = &found {
        is_known(&path, &last, "the tree", applied.reached)?;
    }
    let last = repair(&journals, last, marker, durable, media)?;
    let source = Source {
        journals: &journals,
        segments: &segments,
        last: Some(&last),
        until: last.last,
        recent_bytes: settings.recent_bytes,
        opening: &settings.opening,
    };
    let making = Making { directory, source, bases: &bases, marker, settings };
    let (tree, applied, standing) = bring_up(found, synced.filter(|_| last.sealed), &making)?;
    let options = Options {
        directory: journals.clone(),
        media: Arc::clone(&settings.media),
        epoch: marker.epoch,
        segment_bytes: settings.segment_bytes,
        reserve_bytes: settings.reserve_bytes,
    };
    let journal = Journal::open(options, tail(&last), watermark)
        .map_err(|error| refused(&journals, &error))?;
    Ok(Recovered { tree, journal, applied, standing, journal_directory: journals, bases })
}

/// Refuses a directory that was put together from two, before anything in it
/// is touched. The epoch of a tree that wasn't closed well is known only later.
fn is_one_epoch(directory: &Path, marker: &Marker) -> Result<()> {
    let (journals, foreign) = (directory.join("journal"), |epoch| epoch != marker.epoch);
    if !journals.is_dir() {
        return Err(two_copies(&journals, "is missing"));
    }
    let last = segment::list(&journals)?.last().map(|last| segment::path(&journals, *last));
    let header = last.as_ref().and_then(|path| {
        let mut bytes = [0; HEADER];
        File::open(path).and_then(|mut file| file.read_exact(&mut bytes)).ok()?;
        SegmentHeader::read(&bytes)
    });
    if header.is_some_and(|header| foreign(header.epoch)) {
        return Err(two_copies(&journals, "belongs to another epoch than the file `format`"));
    }
    let (bases, _) = bases::list(&directory.join("bases"))?;
    if let Some(base) = bases.iter().find(|base| foreign(base.header.epoch)) {
        return Err(two_copies(&base.path, "belongs to another epoch than the journal"));
    }
    if Synced::look(directory).is_some_and(|synced| foreign(synced.epoch())) {
        let trees = directory.join("tree");
        return Err(two_copies(&trees, "belongs to another epoch than the journal"));
    }
    Ok(())
}

fn two_copies(path: &Path, what: &str) -> Error {
    Error::Refused(format!(
        "{} {what}: the directory is not whole, or was put together from two. Restore all of it \
         from one copy. Nothing was changed",
        path.display()
    ))
}

/// The bases that can be used, oldest first, after what was left of others is
/// removed. Those that are damaged are told and left alone.
fn usable_bases(directory: &Path, path: &Path, last: &Scan) -> Result<Vec<Base>> {
    let directory = directory.join("bases");
    let (bases, damaged) = bases::list(&directory)?;
    for base in &bases {
        is_known(path, last, &base.path.display().to_string(), base.trailer.end)?;
    }
    for error in damaged {
        tracing::error!(%error, "a base is damaged");
    }
    bases::remove_unfinished(&directory)?;
    Ok(bases)
}

/// Opens the tree and reads where it stands.
fn look(trees: &Path, marker: &Marker, settings: &Settings) -> Result<Found> {
    let found = guarded(trees, || {
        let tree = Tree::open(trees, settings)?;
        let applied = standing(&tree.get()?, marker)?;
        Ok((tree, applied))
    });
    match found {
        Err(error) if !is_damage(trees, &error) => Err(not_opened(trees, error)),
        found => Ok(found),
    }
}

/// Where the tree stands: at nothing if it is new.
pub(super) fn standing(tree: &OpenTree<'_>, marker: &Marker) -> Result<Applied> {
    let Some(applied) = tree.applied()? else {
        return Ok(nothing_applied(marker));
    };
    if applied.epoch != marker.epoch {
        return Err(two_copies(Path::new("tree"), "belongs to another epoch than the journal"));
    }
    Ok(applied)
}

/// Where a new tree stands.
pub(super) fn nothing_applied(marker: &Marker) -> Applied {
    Applied {
        revision: 0,
        reached: 0,
        epoch: marker.epoch,
        chain: frame::genesis(marker.epoch),
        sum: Sum::default(),
        boot: Uuid::nil(),
    }
}

/// Checks the tree where that is due, and applies what it lacks; makes it anew
/// where it turns out to be damaged, or would have to learn everything.
///
/// After the machine has ended under it, a tree is checked before it is given
/// up: sled writes its log in order, so what is on disk is nearly always right
/// and only older, and reading it takes a fraction of the time that making it
/// anew does, which has to read the journal, too.
fn bring_up(
    found: Found,
    synced: Option<Synced>,
    making: &Making<'_>,
) -> Result<(Tree, Applied, Standing)> {
    let Making { directory, source, bases, settings, .. } = making;
    let trees = directory.join("tree");
    let boot = settings.media.boot().unwrap_or(Uuid::nil());
    let oldest = bases.first().map_or(0, |base| base.header.start);
    let recovered = match found {
        // What was committed before the oldest base may be there only in it.
        Ok((tree, applied)) if applied.revision < oldest => {
            tree.close().and_then(|()| making.rebuild(false))
        }
        Ok((tree, applied)) => guarded(&trees, || {
            let doubt = doubt(&trees, &applied, boot, synced);
            if let Some(why) = doubt.filter(|_| applied.reached > 0) {
                tracing::info!(why, "checking the tree");
                verify(&tree.get()?, &applied, source.opening)?;
            }
            apply(tree, source, Applied { boot, ..applied })
        }),
        Err(error) => Err(error),
    };
    let recovered = match recovered {
        Err(error) if is_damage(&trees, &error) => {
            tracing::warn!(%error, "making the tree anew");
            making.rebuild(true)
        }
        recovered => recovered,
    };
    let recovered = recovered.map_err(|error| not_opened(&trees, error))?;
    trust(&trees)?;
    Ok(recovered)
}

/// Why the tree has to be checked, if it has to be.
fn doubt(trees: &Path, applied: &Applied, boot: Uuid, synced: Option<Synced>) -> Option<String> {
    let doubted = doubted(trees);
    let same_boot = !boot.is_nil() && applied.boot == boot;
    if doubted.is_some() || same_boot || synced.is_some_and(|synced| synced.is_of(applied)) {
        return doubted;
    }
    Some("the machine was started anew since it was written".to_owned())
}

fn apply(tree: Tree, source: &Source<'_>, applied: Applied) -> Result<(Tree, Applied, Standing)> {
    let (applied, standing) = replay(source, &tree, applied)?;
    // Says in which start of the machine it was found to be right.
    let mut batch = Batch::default();
    batch.applied(&applied);
    tree.get()?.apply(batch)?;
    Ok((tree, applied, standing))
}

/// The answer where the tree is not damaged and yet cannot be used.
pub(super) fn not_opened(trees: &Path, error: Error) -> Error {
    match error {
        Error::Fatal { what, .. } => {
            Error::Refused(format!("the tree cannot be used: {what}: nothing was changed"))
        }
        Error::NotApplied => Error::Refused(format!(
            "{}: the disk is full: make room and start again",
            trees.display()
        )),
        Error::Busy => Error::Refused(format!(
            "{}: there are too many open files: raise the limit and start again",
            trees.display()
        )),
        error => error,
    }
}

/// Makes durable what is about to be read, and lists it. What was not yet on
/// disk could otherwise be read, acted on, and lost.
fn sync_journal(journals: &Path, marker: &Marker, media: &dyn Media) -> Result<Vec<u64>> {
    segment::remove_unfinished(journals)?;
    rewrite::settle(media, journals, marker.epoch)?;
    let segments = segment::list(journals)?;
    let Some(last) = segments.last() else {
        return Err(scan::damaged(journals, 0, 0, "the journal has no segment"));
    };
    let path = segment::path(journals, *last);
    if !path.exists() {
        // Only segments that others follow are compressed.
        let what = "the last segment of the journal is missing";
        return Err(scan::damaged(&path, 0, last - 1, what));
    }
    let synced = File::open(&path).and_then(|file| media.sync(&file));
    synced.map_err(|error| refused(&path, &error))?;
    sync_directory(media, journals).map_err(|error| refused(journals, &error))?;
    Ok(segments)
}

fn open_watermark(journals: &Path) -> Result<(Watermark, Option<Durable>)> {
    Watermark::open(journals).map_err(|error| refused(journals, &error))
}

pub(super) fn read_last(journals: &Path, segments: &[u64], marker: &Marker) -> Result<Scan> {
    let last = segments.last().copied().unwrap_or(1);
    scan::read(&segment::path(journals, last), last, marker.epoch)
}

/// Refuses a journal that is damaged, or that has lost what was durable.
pub(super) fn judge(
    path: &Path,
    last: &Scan,
    durable: Option<Durable>,
    media: &dyn Media,
) -> Result<()> {
    if let Some(flaw) = &last.flaw
        && !flaw.may_be_cut(same_boot(last, media))
    {
        return Err(scan::damaged(path, flaw.offset, last.last, flaw.what));
    }
    let Some(durable) = durable else {
        return Ok(());
    };
    is_known(path, last, "its watermark", durable.revision)?;
    // At the very end the chain can be compared, too.
    if durable.revision == last.last && !last.knows(durable.chain) {
        let what = "the last commit is not the one that was durable";
        return Err(scan::damaged(path, last.end, last.last, what));
    }
    Ok(())
}

/// Refuses a journal that ends before `revision`, which was durable.
fn is_known(path: &Path, last: &Scan, witness: &str, revision: u64) -> Result<()> {
    if revision <= last.last {
        return Ok(());
    }
    let what = format!(
        "the journal ends at revision {}, but {witness} proves that revision {revision} was \
         durable: commits are missing from it (do not remove the tree)",
        last.last
    );
    Err(scan::damaged(path, last.end, last.last, &what))
}

/// Puts the end of the last segment in order.
fn repair(
    journals: &Path,
    last: Scan,
    marker: &Marker,
    durable: Option<Durable>,
    media: &dyn Media,
) -> Result<Scan> {
    let path = segment::path(journals, last.header.first);
    // In one start of the machine the watermark is exact: what it does not
    // name was never confirmed by a sync that succeeded, and a second sync
    // proves nothing.
    let confirmed = match durable {
        Some(durable) => !last.frames.is_empty() && durable.chain == last.chain,
        None => last.frames.is_empty(),
    };
    if !confirmed || (!last.sealed && !same_boot(&last, media)) {
        // What a power cut left may read well once and not again: only what
        // has been written and synced anew is relied on.
        tracing::info!(path = %path.display(), "writing the last segment anew");
        let header = SegmentHeader { boot: media.boot().unwrap_or(Uuid::nil()), ..last.header };
        let frames = last.bytes.slice(HEADER..last.length());
        create_segment(media, journals, &header, &frames).map_err(|error| error.refused(&path))?;
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
