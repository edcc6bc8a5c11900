//! The bases of an engine: which there are, when the next is due, and making
//! it in the background.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::oneshot;

use super::base::{Base, Header, Trailer, path};
use super::base_writer::BaseWriter;
use super::export::Export;
use super::files::{make_directory, refused};
use super::guard::lock;
use super::housekeeping::{Duty, LOOK, Step};
use super::media::Media;
use super::progress::Progress;
use super::segment;
use super::shared::Shared;
use crate::engine::{Error, Result};

/// Bases that are kept.
const KEPT: usize = 2;
/// A base is due when the journal has grown by so many times the newest one, if
/// not sooner by the setting: a large tree takes as long to be read from its base
/// as from so much of the journal, and would otherwise be written down all the
/// time while much comes in.
const GROWTH: u64 = 2;

/// Whoever waits for a base.
type Waiting = oneshot::Sender<Result<Base>>;

/// The bases that there are, oldest first.
#[derive(Debug)]
pub(super) struct Bases {
    directory: PathBuf,
    kept: Mutex<Vec<Base>>,
    /// None once nothing is made any more.
    waiting: Mutex<Option<Vec<Waiting>>>,
    /// How far the one is that is just being made.
    making: Mutex<Option<Progress>>,
}

impl Bases {
    pub(super) fn new(directory: PathBuf, kept: Vec<Base>) -> Self {
        let (kept, waiting) = (Mutex::new(kept), Mutex::new(Some(Vec::new())));
        Self { directory, kept, waiting, making: Mutex::default() }
    }

    /// Where they are.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Forgets who waits: nothing is made any more.
    pub(super) fn end(&self) {
        *lock(&self.waiting) = None;
    }

    /// The bases, oldest first.
    pub(super) fn kept(&self) -> Vec<Base> {
        lock(&self.kept).clone()
    }

    /// The newest one.
    fn newest(&self) -> Option<Base> {
        lock(&self.kept).last().cloned()
    }

    /// How far the one is that is just being made.
    pub(super) fn making(&self) -> Option<Progress> {
        *lock(&self.making)
    }

    /// The revision after which every commit is needed whole to make the tree
    /// anew, also where the newest base turns out to be damaged.
    pub(super) fn needed_after(&self) -> u64 {
        let kept = lock(&self.kept);
        if kept.len() < KEPT { 0 } else { kept.first().map_or(0, |base| base.header.start) }
    }

    /// Relies no more on the base in `path`: it is damaged.
    pub(super) fn give_up(&self, path: &Path) {
        lock(&self.kept).retain(|base| base.path != path);
    }

    /// Asks for a base that is begun from now on.
    pub(super) fn ask(&self) -> oneshot::Receiver<Result<Base>> {
        let (sender, receiver) = oneshot::channel();
        if let Some(waiting) = lock(&self.waiting).as_mut() {
            waiting.push(sender);
        }
        receiver
    }

    fn take_waiting(&self) -> Vec<Waiting> {
        lock(&self.waiting).as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes a new base in and removes those that are not needed any more.
    fn add(&self, base: Base) {
        let mut kept = lock(&self.kept);
        kept.retain(|other| other.path != base.path);
        kept.push(base);
        while kept.len() > KEPT {
            let oldest = kept.remove(0);
            if let Err(error) = std::fs::remove_file(&oldest.path) {
                tracing::warn!(path = %oldest.path.display(), %error, "an old base stays");
            }
        }
    }
}

/// The bases in `directory` whose beginning and end are right, oldest first,
/// and what is wrong with the others.
pub(super) fn list(directory: &Path) -> Result<(Vec<Base>, Vec<Error>)> {
    let entries = match std::fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
        entries => entries.map_err(|error| refused(directory, &error))?,
    };
    let (mut bases, mut damaged) = (Vec::new(), Vec::new());
    for entry in entries {
        let path = entry.map_err(|error| refused(directory, &error))?.path();
        if path.extension().is_some_and(|end| end == "base") {
            match Base::open(&path) {
                Ok(base) => bases.push(base),
                Err(error) => damaged.push(error),
            }
        }
    }
    bases.sort_by_key(|base| base.header.start);
    Ok((bases, damaged))
}

/// Removes what was left of bases that were never finished.
pub(super) fn remove_unfinished(directory: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|error| refused(directory, &error))?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
        if number.is_some_and(|start| self::path(directory, start).with_extension("tmp") == path) {
            std::fs::remove_file(&path).map_err(|error| refused(&path, &error))?;
        }
    }
    Ok(())
}

/// Makes bases.
pub(super) struct BaseDuty {
    media: Arc<dyn Media>,
    /// Bytes of the journal after which a base is due, at the least.
    every: u64,
    reserve: u64,
    /// Revision at which it was seen last that none is due.
    looked: u64,
    asked: Option<Asked>,
    making: Option<Making>,
}

/// Those who wait for a base with all commits up to one.
struct Asked {
    after: u64,
    waiting: Vec<Waiting>,
}

/// A base that is being made.
struct Making {
    export: Export,
    writer: BaseWriter,
    ended: bool,
    started: Instant,
    /// Whether the next one is due before this one is done.
    late: bool,
    /// When that was looked at last.
    looked: Instant,
}

impl BaseDuty {
    pub(super) fn new(media: Arc<dyn Media>, every: u64, reserve: u64) -> Self {
        Self { media, every, reserve, looked: 0, asked: None, making: None }
    }

    /// Whether the journal has grown enough since the newest base, as far as
    /// it is in sled.
    fn is_due(&mut self, shared: &Shared) -> Result<bool> {
        let revision = shared.applied()?.revision;
        if revision == self.looked {
            return Ok(false);
        }
        self.looked = revision;
        let start = shared.bases.newest().map_or(0, |base| base.header.start);
        Ok(bytes_after(shared, start, revision)? >= self.due_after(shared))
    }

    /// Bytes of the journal after which the next one is due.
    fn due_after(&self, shared: &Shared) -> u64 {
        let grown = shared.bases.newest().map_or(0, |base| base.length.saturating_mul(GROWTH));
        self.every.max(grown)
    }

    fn begin(&mut self, shared: &Shared) -> Result<Making> {
        let directory = &shared.bases.directory;
        make_directory(self.media.as_ref(), directory)?;
        let export = Export::begin(shared)?;
        let start = export.start;
        let header = Header { epoch: start.epoch, start: start.revision, chain: start.chain };
        let media = Arc::clone(&self.media);
        let writer = BaseWriter::create(media, directory, &header, self.reserve)?;
        tracing::info!(start = start.revision, "making a base");
        let now = Instant::now();
        let making =
            Making { export, writer, ended: false, started: now, late: false, looked: now };
        making.tell(shared);
        Ok(making)
    }

    fn go_on(&mut self, shared: &Shared) -> Result<Step> {
        let due_after = self.due_after(shared);
        if let Some(making) = &mut self.making {
            let Some(base) = making.go_on(shared)? else {
                making.look(shared, due_after)?;
                return Ok(self.more());
            };
            self.making = None;
            *lock(&shared.bases.making) = None;
            shared.bases.add(base.clone());
            for waiting in self.asked.take().into_iter().flat_map(|asked| asked.waiting) {
                let _ = waiting.send(Ok(base.clone()));
            }
            return Ok(Step::Nothing);
        }
        if self.asked.is_none() {
            let waiting = shared.bases.take_waiting();
            let after = shared.revision();
            self.asked = (!waiting.is_empty()).then_some(Asked { after, waiting });
        }
        let Some(asked) = &self.asked else {
            if self.is_due(shared)? {
                self.making = Some(self.begin(shared)?);
                return Ok(Step::More);
            }
            return Ok(Step::Nothing);
        };
        if shared.applied()?.revision < asked.after {
            // What was committed before somebody asked is in it.
            shared.running()?;
            shared.fold_asked.store(true, Ordering::SeqCst);
        } else {
            self.making = Some(self.begin(shared)?);
        }
        Ok(self.more())
    }

    fn more(&self) -> Step {
        match &self.making {
            _ if self.asked.is_some() => Step::Hurry,
            Some(making) if making.late => Step::Late,
            _ => Step::More,
        }
    }
}

impl Duty for BaseDuty {
    fn name(&self) -> &'static str {
        "base"
    }

    fn step(&mut self, shared: &Shared) -> Result<Step> {
        self.go_on(shared).inspect_err(|error| {
            // Nothing is left of it when those who asked hear of it.
            self.making = None;
            for waiting in self.asked.take().into_iter().flat_map(|asked| asked.waiting) {
                let _ = waiting.send(Err(error.again()));
            }
        })
    }

    fn give_up(&mut self, shared: &Shared) {
        self.making = None;
        self.asked = None;
        self.looked = 0;
        *lock(&shared.bases.making) = None;
    }
}

impl Making {
    /// Says how far it is, for whoever wants to know.
    fn tell(&self, shared: &Shared) {
        let (done, seconds) = (self.export.count(), self.started.elapsed().as_secs().max(1));
        let (what, unit, rate) = ("making a base", "entry", done / seconds);
        *lock(&shared.bases.making) = Some(Progress { what, unit, done, of: 0, rate });
    }

    /// Looks now and then whether it falls behind: the tree couldn't be made
    /// again quickly if each base were as old as the one before.
    fn look(&mut self, shared: &Shared, due_after: u64) -> Result<()> {
        if !self.late && self.looked.elapsed() >= LOOK {
            self.looked = Instant::now();
            let (start, now) = (self.export.start.revision, shared.applied()?.revision);
            self.late = bytes_after(shared, start, now)? >= due_after;
        }
        Ok(())
    }

    /// Does a little; answers with the base once it is in place.
    fn go_on(&mut self, shared: &Shared) -> Result<Option<Base>> {
        if !self.ended {
            match self.export.next(shared)? {
                Some(entries) => self.writer.add(&entries)?,
                None => self.ended = true,
            }
            self.tell(shared);
            return Ok(None);
        }
        let Some(applied) = self.export.finish(shared)? else { return Ok(None) };
        let took = self.started.elapsed();
        let base = self.writer.finish(&Trailer {
            end: applied.revision,
            chain: applied.chain,
            exported: self.export.sum(),
            sum: applied.sum,
            count: self.export.count(),
            took_millis: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        })?;
        let (start, end) = (base.header.start, base.trailer.end);
        let (bytes, entries) = (base.length, base.trailer.count);
        tracing::info!(start, end, entries, bytes, ?took, "made a base");
        Ok(Some(base))
    }
}

/// Bytes of the journal after revision `start`, up to `end`, as they were
/// written first.
fn bytes_after(shared: &Shared, start: u64, end: u64) -> Result<u64> {
    if start >= end {
        return Ok(0);
    }
    let segments = segment::list(shared.segments.directory())?;
    let tree = shared.tree.get()?;
    let place = |revision: u64| -> Result<u64> {
        Ok(tree.locate(revision)?.map_or(0, |located| located.offset))
    };
    let mut bytes = 0;
    for (index, first) in segments.iter().enumerate() {
        let next = segments.get(index + 1).map_or(u64::MAX, |next| *next);
        let last = next.saturating_sub(1).min(end);
        if last > start && last >= *first {
            bytes += place(last)?;
            bytes -= if *first <= start { place(start)?.min(bytes) } else { 0 };
        }
    }
    Ok(bytes)
}
