//! Whether what records count for is what is kept: all cells are worked out
//! again from the records and compared, number by number, while changes go on.
//!
//! Records are read page by page, each at the newest revision. Before a page is
//! counted, what was counted before is brought to its revision by the feed: of
//! every record before the page that was changed, what it counted for goes and
//! what it counts for comes. So at any time the sums are those of all records
//! up to a key, at one revision. When all are counted, the cells are read and
//! compared in the same way; what is compared is left alone from then on.

mod sums;

use std::collections::btree_map::{BTreeMap, Entry};
use std::collections::hash_map::RandomState;
use std::time::Duration;

use super::Store;
use super::cells::{self, Cells};
use super::change::MAX_ATTEMPTS;
use super::erase::named;
use super::figures::{self, Told};
use super::key::{Key, Table};
use super::reader::Reader;
use super::record::counted;
use crate::domain::action::Action;
use crate::domain::decision::Decision;
use crate::domain::edition::Edition;
use crate::domain::kind::Kind;
use crate::domain::meeting::Meeting;
use crate::domain::meeting_series::MeetingSeries;
use crate::domain::meeting_template::MeetingTemplate;
use crate::domain::minutes::Minutes;
use crate::domain::observation::Observation;
use crate::domain::project::Project;
use crate::domain::reference::{Cluster, Indicator, Industry, Organisation, Policy, Region};
use crate::domain::report::Report;
use crate::domain::reporting_period::ReportingPeriod;
use crate::domain::review_delegation::ReviewDelegation;
use crate::domain::target::Target;
use crate::domain::training::{Course, Enrolment, TrainingSession};
use crate::engine::{self, Change, Cursor, Direction, MAX_CHANGES, Range, Scan, Value};
use crate::error::{Error, Result};
use sums::Sums;

/// Most wrong cells that are told; more are counted.
pub const MAX_TOLD: usize = 100;

/// How much a verification takes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Entries of a page (256): a few milliseconds of work.
    pub page: usize,
    /// Cells that there is room for in memory, 56 bytes each (3,700,000, which is
    /// 207 MB). Where there are more, the records are gone through several times.
    pub cells: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { page: 256, cells: 3_700_000 }
    }
}

/// How far a verification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done, as a clause.
    pub what: &'static str,
    /// What is counted: `record`, `cell`.
    pub unit: &'static str,
    /// How many are done.
    pub done: u64,
    /// How many there are, about; 0 where that isn't known.
    pub of: u64,
}

/// What a verification came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The revision at which it ended. Each cell was compared at a revision up
    /// to it, with all records at the same one.
    pub revision: u64,
    /// Records that were counted, deleted ones among them.
    pub records: u64,
    /// Cells that were compared.
    pub cells: u64,
    /// Cells that are wrong: the first [`MAX_TOLD`].
    pub wrong: Vec<WrongCell>,
    /// How many are wrong in all.
    pub wrong_count: u64,
}

/// A cell that isn't the sum of what records add to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongCell {
    /// Which it is.
    pub cell: Told,
    /// Its numbers; none where it is missing, or holds something else.
    pub kept: Vec<i64>,
    /// What they should be; none where no record adds to it.
    pub due: Vec<i64>,
}

impl Store {
    /// Compares all that is kept of what records count for with the records.
    /// Reads and changes go on meanwhile; `tell` hears page by page how far it
    /// is. Dropping the future ends it. As it takes much memory, one waits for
    /// another.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a record can't be read; [`Error::Overloaded`]
    /// where changes come faster than it can follow; those of the engine.
    pub async fn verify_cells(
        &self,
        bounds: Bounds,
        mut tell: impl FnMut(Step) + Send,
    ) -> Result<Verified> {
        let _turn = self.inner.verifying.lock().await;
        let mut verified = Verified::default();
        // The parts of one pass are the same hashes as those of the next.
        let hasher = RandomState::new();
        let mut next = Some(0);
        while let Some(first) = next {
            let sums = Sums::new(hasher.clone(), first, bounds.cells);
            let mut pass = Pass::begin(self, bounds.page, sums).await?;
            verified.records = pass.count_records(verified.records, &mut tell).await?;
            pass.sums.keep_all();
            for table in [Table::Uses, Table::Cell] {
                pass.compare(table, &mut verified, &mut tell).await?;
            }
            pass.miss(&mut verified, &mut tell).await?;
            verified.revision = pass.reader.revision();
            next = pass.sums.next();
        }
        Ok(verified)
    }

    /// The first entries of a range at the newest revision.
    async fn newest_page(&self, range: &Range, limit: usize) -> Result<(Reader, Scan)> {
        for _ in 0..MAX_ATTEMPTS {
            let reader = self.reader().await?;
            match reader.snapshot.scan(range, Direction::Forward, limit).await {
                // Much was changed in these milliseconds.
                Err(engine::Error::SnapshotExpired) => {}
                page => return Ok((reader, page?)),
            }
        }
        Err(Error::Overloaded)
    }
}

impl Verified {
    fn find(&mut self, cell: impl FnOnce() -> WrongCell) {
        self.wrong_count += 1;
        if self.wrong.len() < MAX_TOLD {
            self.wrong.push(cell());
        }
    }
}

/// Going through all records and cells once.
struct Pass<'a> {
    store: &'a Store,
    page: usize,
    sums: Sums,
    /// Where the sums stand.
    reader: Reader,
    /// Records before this key are in the sums.
    counted: Vec<u8>,
    /// Cells before this key were compared.
    compared: Vec<u8>,
}

/// A record before and after some commits: the value, and who wrote it.
struct Moved {
    before: (u64, Value),
    after: (u64, Value),
}

impl<'a> Pass<'a> {
    async fn begin(store: &'a Store, page: usize, sums: Sums) -> Result<Self> {
        let reader = store.reader().await?;
        let start = |table| Key::new(table).done();
        let (counted, compared) = (start(Table::Record), start(Table::Uses));
        Ok(Self { store, page: page.max(1), sums, reader, counted, compared })
    }

    /// Counts all records; answers how many they were. `of` is how many there
    /// are, as far as that is known.
    async fn count_records(
        &mut self,
        of: u64,
        tell: &mut (impl FnMut(Step) + Send),
    ) -> Result<u64> {
        let mut rest = Some(Range::prefix(&self.counted));
        let mut done = 0;
        while let Some(range) = rest {
            let page = self.next(&range).await?;
            for (key, entry) in &page.entries {
                self.sums.join(count(key, &entry.value)?, &[])?;
            }
            done += page.entries.len() as u64;
            rest = page.rest(&range, Direction::Forward);
            self.counted = start_or_end(rest.as_ref(), range);
            tell(Step { what: "counting records", unit: "record", done, of });
        }
        Ok(done)
    }

    /// Compares all cells of a table.
    async fn compare(
        &mut self,
        table: Table,
        verified: &mut Verified,
        tell: &mut (impl FnMut(Step) + Send),
    ) -> Result<()> {
        self.compared = Key::new(table).done();
        let mut rest = Some(Range::prefix(&self.compared));
        while let Some(range) = rest {
            let page = self.next(&range).await?;
            for (key, entry) in &page.entries {
                let Some(due) = self.sums.take(key) else { continue };
                let kept = cells::all_numbers(entry);
                verified.cells += 1;
                if !kept.as_ref().is_some_and(|kept| are_same(kept, &due)) {
                    let (cell, kept) = (figures::told(key), kept.unwrap_or_default());
                    verified.find(|| WrongCell { cell, kept, due });
                }
            }
            rest = page.rest(&range, Direction::Forward);
            self.compared = start_or_end(rest.as_ref(), range);
            let done = verified.cells;
            tell(Step { what: "comparing cells", unit: "cell", done, of: 0 });
        }
        Ok(())
    }

    /// Finds the cells that aren't there. Only hashes of their keys are known:
    /// the keys are found at the records that add to them.
    async fn miss(
        &self,
        verified: &mut Verified,
        tell: &mut (impl FnMut(Step) + Send),
    ) -> Result<()> {
        let (mut left, all) = self.sums.left(MAX_TOLD.saturating_sub(verified.wrong.len()));
        verified.wrong_count += (all - left.len()) as u64;
        let (mut rest, of) =
            (Some(Range::prefix(&Key::new(Table::Record).done())), verified.records);
        let mut done = 0;
        while let Some(range) = rest.filter(|_| !left.is_empty()) {
            let (_, page) = self.store.newest_page(&range, self.page).await?;
            for (key, entry) in &page.entries {
                for (key, _) in count(key, &entry.value)?.into_numbers() {
                    if let Some(due) = left.remove(&self.sums.hash(&key)) {
                        verified.find(|| missing(figures::told(&key), due));
                    }
                }
            }
            done += page.entries.len() as u64;
            rest = page.rest(&range, Direction::Forward);
            tell(Step { what: "naming cells that are missing", unit: "record", done, of });
        }
        for (_, due) in left {
            let description = "no record adds to it any more".to_owned();
            verified.find(|| missing(Told { family: "unknown".to_owned(), description }, due));
        }
        Ok(())
    }

    /// The first entries of a range at the newest revision, to which the sums are
    /// brought, too.
    async fn next(&mut self, range: &Range) -> Result<Scan> {
        let (reader, page) = self.store.newest_page(range, self.page).await?;
        let until = reader.revision();
        let revision = self.reader.revision();
        let mut cursor = Cursor { epoch: reader.epoch, revision, chain: None };
        while cursor.revision < until {
            let limit = usize::try_from(until - cursor.revision).unwrap_or(MAX_CHANGES);
            let engine = &self.store.inner.engine;
            let changes = engine.changes(&cursor, limit.min(MAX_CHANGES), Duration::ZERO).await?;
            let missing = || Error::internal("the feed ends before a snapshot");
            cursor.revision = changes.last().map(|last| last.revision).ok_or_else(missing)?;
            self.follow(changes, &reader).await?;
        }
        self.reader = reader;
        Ok(page)
    }

    /// Brings the sums over some commits.
    async fn follow(&mut self, changes: Vec<Change>, newer: &Reader) -> Result<()> {
        let mut moved = BTreeMap::<Vec<u8>, Moved>::new();
        for change in changes {
            let revision = change.revision;
            for record in change.records.into_iter().filter(|one| one.key < self.counted) {
                let after = (revision, record.new);
                match moved.entry(record.key) {
                    Entry::Occupied(mut moved) => moved.get_mut().after = after,
                    Entry::Vacant(place) => {
                        let before = (record.old_revision, record.old);
                        place.insert(Moved { before, after });
                    }
                }
            }
        }
        for (key, Moved { before, after }) in moved {
            let before = counted_at(&self.reader, &key, before).await?;
            let after = counted_at(newer, &key, after).await?;
            self.sums.join(after.since(before), &self.compared)?;
        }
        Ok(())
    }
}

/// What a record counted for whose value the feed tells. Where the journal has
/// the value no longer, a snapshot that shows it has.
async fn counted_at(reader: &Reader, key: &[u8], (revision, value): (u64, Value)) -> Result<Cells> {
    match value {
        Value::Absent => Ok(Cells::default()),
        Value::Present(value) => count(key, &value),
        Value::Purged | Value::Compacted => {
            let entry = reader.entry(key.to_vec()).await?;
            let entry = entry.filter(|entry| entry.revision == revision);
            count(key, &entry.ok_or(Error::Overloaded)?.value)
        }
    }
}

/// What a record of any kind counts for.
fn count(key: &[u8], value: &[u8]) -> Result<Cells> {
    let (kind, id) = named(key, 1)?;
    match kind {
        Kind::Region => counted::<Region>(&id, value),
        Kind::Industry => counted::<Industry>(&id, value),
        Kind::Cluster => counted::<Cluster>(&id, value),
        Kind::Organisation => counted::<Organisation>(&id, value),
        Kind::Policy => counted::<Policy>(&id, value),
        Kind::Project => counted::<Project>(&id, value),
        Kind::Meeting => counted::<Meeting>(&id, value),
        Kind::Report => counted::<Report>(&id, value),
        Kind::Indicator => counted::<Indicator>(&id, value),
        Kind::Observation => counted::<Observation>(&id, value),
        Kind::Target => counted::<Target>(&id, value),
        Kind::Edition => counted::<Edition>(&id, value),
        Kind::ReportingPeriod => counted::<ReportingPeriod>(&id, value),
        Kind::ReviewDelegation => counted::<ReviewDelegation>(&id, value),
        Kind::Course => counted::<Course>(&id, value),
        Kind::TrainingSession => counted::<TrainingSession>(&id, value),
        Kind::Enrolment => counted::<Enrolment>(&id, value),
        Kind::Decision => counted::<Decision>(&id, value),
        Kind::Action => counted::<Action>(&id, value),
        Kind::MeetingSeries => counted::<MeetingSeries>(&id, value),
        Kind::MeetingTemplate => counted::<MeetingTemplate>(&id, value),
        Kind::Minutes => counted::<Minutes>(&id, value),
    }
}

/// Whether a cell holds what is due. Sums may come down to zero and stay.
fn are_same(kept: &[i64], due: &[i64]) -> bool {
    let zeros = |numbers: &[i64]| numbers.iter().all(|number| *number == 0);
    kept == due || (zeros(kept) && zeros(due))
}

fn missing(cell: Told, due: Vec<i64>) -> WrongCell {
    WrongCell { cell, kept: Vec::new(), due }
}

/// Where the rest of a range begins; where nothing is left, where it ended.
fn start_or_end(rest: Option<&Range>, range: Range) -> Vec<u8> {
    match rest {
        Some(rest) => rest.start.clone(),
        // A table's prefix has an end.
        None => range.end.unwrap_or(range.start),
    }
}
