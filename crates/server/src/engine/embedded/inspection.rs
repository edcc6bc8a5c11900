//! Looking at everything on the disk while the engine serves, a step at a time:
//! the journal with its chain and every commit, the bases, and the tree. It
//! goes on after what it finds, and mends nothing.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::base::{Base, BaseReader};
use super::bases;
use super::body::{self, Unread};
use super::export::Export;
use super::frame::Kind;
use super::progress::Progress;
use super::replay::located;
use super::scan::{self, Scan, Scanned};
use super::segment;
use super::shared::Shared;
use super::sum::{Sum, Summer};
use crate::engine::{Cursor, Error, Result};

/// Most findings that are kept; more are counted.
const MAX_FINDINGS: usize = 1_000;
/// How long a step goes on with the commits of a segment.
const STEP: Duration = Duration::from_millis(4);

/// What an inspection saw, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The newest revision when it began: up to here the journal was read.
    pub revision: u64,
    /// Segments of the journal.
    pub segments: u64,
    /// Groups of commits in them.
    pub frames: u64,
    /// Commits whose digests were compared.
    pub commits: u64,
    /// Bases.
    pub bases: u64,
    /// Entries of the tree.
    pub entries: u64,
    /// Each kind of damage with its place; the first thousand.
    pub findings: Vec<Finding>,
    /// Findings besides those.
    pub omitted: u64,
    /// How long it took.
    pub took: Duration,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, or the directory of the tree.
    pub file: String,
    /// Where in it, in bytes.
    pub offset: u64,
    /// Newest revision that is known to be good there.
    pub revision: u64,
    /// What is wrong, and what to do.
    pub what: String,
}

/// An inspection under way.
pub(super) struct Inspection {
    report: Report,
    part: Part,
    started: Instant,
}

enum Part {
    Journal(Journal),
    Bases { left: VecDeque<Base>, open: Option<Box<BaseCheck>> },
    Tree(Option<Export>),
    Done,
}

#[derive(Default)]
struct Journal {
    left: VecDeque<u64>,
    /// The segment that is being looked at, and the next of its frames.
    open: Option<(PathBuf, Scan, usize)>,
    /// Where the segment before ended; none where that isn't known.
    end: Option<(u64, [u8; 32])>,
    seen: u64,
}

struct BaseCheck {
    reader: BaseReader,
    summer: Summer,
    sum: Sum,
    count: u64,
}

/// Inspects everything at once. `progress` hears often how far it is; `stop`
/// ends it.
pub(super) fn run(
    shared: &Shared,
    mut progress: impl FnMut(&Progress),
    stop: &AtomicBool,
) -> Result<Report> {
    let mut inspection = Inspection::begin(shared)?;
    loop {
        let started = Instant::now();
        if !inspection.step(shared)? {
            return Ok(inspection.report());
        }
        progress(&inspection.progress());
        shared.open()?;
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Busy);
        }
        // Whoever waits for a lock has it then.
        std::thread::sleep(started.elapsed().min(STEP));
    }
}

impl Inspection {
    pub(super) fn begin(shared: &Shared) -> Result<Self> {
        let segments = segment::list(shared.segments.directory())?;
        let report = Report { revision: shared.revision(), ..Report::default() };
        let end = Some((0, shared.genesis));
        let journal = Journal { left: segments.into(), end, ..Journal::default() };
        Ok(Self { report, part: Part::Journal(journal), started: Instant::now() })
    }

    /// What was seen so far.
    pub(super) fn report(&self) -> Report {
        Report { took: self.started.elapsed(), ..self.report.clone() }
    }

    /// How far it is.
    pub(super) fn progress(&self) -> Progress {
        let (what, unit, done, of) = match &self.part {
            Part::Journal(journal) => {
                ("reading the journal", "revision", journal.seen, self.report.revision)
            }
            Part::Bases { open, .. } => {
                let (done, of) = open
                    .as_ref()
                    .map_or((0, 0), |check| (check.count, check.reader.base.trailer.count));
                ("reading the bases", "entry", done, of)
            }
            Part::Tree(_) | Part::Done => ("reading the tree", "entry", self.report.entries, 0),
        };
        let seconds = self.started.elapsed().as_secs().max(1);
        Progress { what, unit, done, of, rate: done / seconds }
    }

    /// Looks at a little more; false at the end.
    ///
    /// # Errors
    /// What keeps it from looking at all; damage is a finding.
    pub(super) fn step(&mut self, shared: &Shared) -> Result<bool> {
        let until = self.report.revision;
        let stepped = match &mut self.part {
            Part::Journal(journal) => journal.step(shared, until, &mut self.report),
            Part::Bases { left, open } => step_bases(left, open, shared, &mut self.report),
            Part::Tree(export) => step_tree(export, shared, &mut self.report),
            Part::Done => return Ok(false),
        };
        let more = match stepped {
            Ok(more) => more,
            Err(error) => {
                if let (Part::Bases { .. }, Error::Damaged { file, .. }) = (&self.part, &error) {
                    shared.bases.give_up(Path::new(file));
                }
                self.report.find(error)?;
                // The rest of a tree that is damaged says nothing.
                !matches!(self.part, Part::Tree(_))
            }
        };
        if !more {
            self.part = match &self.part {
                Part::Journal(_) => {
                    let (bases, damaged) = bases::list(shared.bases.directory())?;
                    for error in damaged {
                        self.report.find(error)?;
                    }
                    Part::Bases { left: bases.into(), open: None }
                }
                Part::Bases { .. } => Part::Tree(None),
                Part::Tree(_) | Part::Done => Part::Done,
            };
        }
        Ok(!matches!(self.part, Part::Done))
    }
}

impl Report {
    /// Takes damage in; every other error is one.
    fn find(&mut self, error: Error) -> Result<()> {
        let finding = match error {
            Error::Damaged { file, offset, revision, what } => {
                Finding { file, offset, revision, what }
            }
            error => return Err(error),
        };
        let Finding { file, offset, revision, what } = &finding;
        tracing::error!(file, offset, revision, what, "damage was found");
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.omitted += 1;
        }
        Ok(())
    }
}

impl Journal {
    fn step(&mut self, shared: &Shared, until: u64, report: &mut Report) -> Result<bool> {
        let Some((path, scan, mut next)) = self.open.take() else {
            return self.open_next(shared, until, report);
        };
        let started = Instant::now();
        while let Some(frame) = scan.frames.get(next) {
            let prelude = &frame.header.prelude;
            next += 1;
            if prelude.kind == Kind::Seal || prelude.last > until {
                continue;
            }
            report.frames += 1;
            self.seen = prelude.last;
            is_located(shared, &scan, frame, report)?;
            for index in 0..frame.header.rows.len() {
                report.commits += 1;
                if let Err(error) = is_whole(&path, &scan, frame, index) {
                    report.find(error)?;
                }
            }
            if started.elapsed() >= STEP {
                self.open = Some((path, scan, next));
                return Ok(true);
            }
        }
        Ok(true)
    }

    /// Opens the next segment; false where there is none.
    fn open_next(&mut self, shared: &Shared, until: u64, report: &mut Report) -> Result<bool> {
        let journals = shared.segments.directory();
        let Some(first) = self.left.pop_front() else {
            return match self.end.take() {
                Some((last, _)) if last < until => {
                    let what = "the journal misses its newest commits";
                    Err(scan::damaged(journals, 0, last, what))
                }
                _ => Ok(false),
            };
        };
        report.segments += 1;
        let mut path = segment::path(journals, first);
        let end = self.end.take();
        let scan = match scan::read(&path, first, shared.marker.epoch) {
            // A file that cannot be read.
            Err(Error::Refused(what)) => return Err(scan::damaged(&path, 0, first - 1, &what)),
            scan => scan?,
        };
        path.clone_from(&scan.path);
        let found = (scan.header.first - 1, scan.header.previous);
        if let Some(end) = end.filter(|end| *end != found) {
            let what = "the segment does not follow the one before: commits are missing";
            report.find(scan::damaged(&path, 0, end.0, what))?;
        }
        self.end = Some((scan.last, scan.chain));
        // Behind the newest revision a frame may just be written.
        if let Some(flaw) =
            scan.flaw.as_ref().filter(|_| !self.left.is_empty() || scan.last < until)
        {
            report.find(scan::damaged(&path, flaw.offset, scan.last, flaw.what))?;
            self.end = None;
        }
        self.open = Some((path, scan, 0));
        Ok(true)
    }
}

/// The tree must know where a frame is.
fn is_located(shared: &Shared, scan: &Scan, frame: &Scanned, report: &mut Report) -> Result<()> {
    let revision = frame.header.prelude.first;
    let tree = shared.tree.get()?;
    match tree.locate(revision) {
        Ok(found) if found == Some(located(scan, frame)) => Ok(()),
        Ok(_) => report.find(tree.damaged(revision, "it does not know where a commit is")),
        Err(error) => report.find(error),
    }
}

/// A commit must be what its frame's header says.
fn is_whole(path: &Path, scan: &Scan, frame: &Scanned, index: usize) -> Result<()> {
    let unread = match body::read(scan.body(frame, index), &frame.header.rows[index]) {
        Err(unread @ Unread::Damaged) => unread,
        // What was purged or dropped has left its digest.
        _ => return Ok(()),
    };
    let offset = frame.offset + frame.header.body_offset(index);
    let revision = frame.header.prelude.first + index as u64 - 1;
    Err(scan::damaged(path, offset, revision, unread.what()))
}

fn step_bases(
    left: &mut VecDeque<Base>,
    open: &mut Option<Box<BaseCheck>>,
    shared: &Shared,
    report: &mut Report,
) -> Result<bool> {
    let Some(mut check) = open.take() else {
        let Some(base) = left.pop_front() else { return Ok(false) };
        // One that was replaced by a newer one in the meantime isn't missing.
        if !base.path.exists() {
            return Ok(true);
        }
        report.bases += 1;
        follows(&base, shared)?;
        let reader = BaseReader::open(&base.path)?;
        let summer = Summer::new(base.header.epoch);
        *open = Some(Box::new(BaseCheck { reader, summer, sum: Sum::default(), count: 0 }));
        return Ok(true);
    };
    match check.reader.next()? {
        Some(entries) => {
            for (key, stored) in &entries {
                check.sum.add(check.summer.hash(key, stored));
            }
            check.count += entries.len() as u64;
            *open = Some(check);
        }
        None if check.sum != check.reader.base.trailer.exported => {
            let what = "the entries of the base do not give its sum";
            return Err(check.reader.base.damaged(0, what));
        }
        None => {}
    }
    Ok(true)
}

/// A base must be of this journal's history.
fn follows(base: &Base, shared: &Shared) -> Result<()> {
    let (header, trailer) = (&base.header, &base.trailer);
    for (revision, chain) in [(header.start, header.chain), (trailer.end, trailer.chain)] {
        let cursor = Cursor { epoch: header.epoch, revision, chain: Some(chain) };
        match shared.check_cursor(&cursor) {
            Err(Error::CursorUnknown) => {
                let what = "the base was made from another history than this journal's";
                return Err(base.damaged(0, what));
            }
            known => known?,
        }
    }
    Ok(())
}

fn step_tree(export: &mut Option<Export>, shared: &Shared, report: &mut Report) -> Result<bool> {
    let export = match export {
        Some(export) => export,
        None => export.insert(Export::begin(shared)?),
    };
    let more = export.next(shared)?.is_some();
    report.entries = export.count();
    Ok(more || export.finish(shared)?.is_none())
}
