//! Reading what reports count for: cells of sums, or the reports themselves.

use super::cells::numbers;
use super::figures::{Family, cell, month_part};
use super::id_of;
use super::index::{self, Index};
use super::key::Key;
use super::reader::Reader;
use super::record::Stored;
use crate::domain::id::Id;
use crate::domain::month::Month;
use crate::domain::project::{ConstructionKind, SizeClass};
use crate::domain::report::{Basis, Report};
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result};

/// How much one query of statistics may read and answer; more is refused as
/// [`Error::TooWide`], with advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryLimits {
    /// Most sums that it adds up (400,000).
    pub sums: usize,
    /// Most reports, or projects, that it reads where no sums are kept of what it
    /// asks (20,000).
    pub records: usize,
    /// Most projects whose lights are counted (5,000): each takes the reports of a
    /// year.
    pub lights: usize,
    /// Most figures that it answers with (10,000).
    pub figures: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { sums: 400_000, records: 20_000, lights: 5_000, figures: 10_000 }
    }
}

/// Which cells are read.
#[derive(Clone, Debug)]
pub struct Selection {
    /// On which basis.
    pub basis: Basis,
    /// By what they are told apart.
    pub family: Family,
    /// Of which months.
    pub months: Vec<Month>,
    /// Only those whose first component is one of these: divisions, clusters or
    /// lists; none for all.
    pub only: Option<Vec<Id>>,
}

/// A cell of figures. What its family doesn't tell apart is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureCell {
    /// The month.
    pub month: Month,
    /// The region that reported.
    pub region: Id,
    /// The division, or the section where that is told apart.
    pub division: Option<Id>,
    /// The kind of construction.
    pub construction_kind: Option<ConstructionKind>,
    /// Whether they were technical transformations.
    pub technical_transformation: Option<bool>,
    /// The size class.
    pub size_class: Option<SizeClass>,
    /// The cluster or the list.
    pub set: Option<Id>,
    /// Construction and installation, equipment, other, in fen.
    pub fen: [i64; 3],
    /// How many reports.
    pub count: i64,
}

impl Reader {
    /// Reads cells, in the order of their keys.
    ///
    /// # Errors
    /// [`Error::TooWide`] for more than are allowed, and those of `each`.
    pub async fn figure_cells(
        &self,
        selection: &Selection,
        mut each: impl FnMut(FigureCell) -> Result<()> + Send,
    ) -> Result<()> {
        let most = self.inner.options.query.sums;
        let mut left = most;
        for month in &selection.months {
            let basis = cell(selection.family).byte(selection.basis.number());
            let prefix = month_part(basis, *month).done();
            let ranges = match &selection.only {
                None => vec![prefix.clone()],
                Some(ids) => {
                    let with = |id: &Id| {
                        [prefix.as_slice(), &Key::part().text(id.as_str()).done()].concat()
                    };
                    ids.iter().map(with).collect()
                }
            };
            for range in ranges {
                let mut range = Range::prefix(&range);
                loop {
                    let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
                    left =
                        left.checked_sub(page.entries.len()).ok_or_else(|| too_many_cells(most))?;
                    let rest = page.rest(&range, Direction::Forward);
                    for (key, entry) in page.entries {
                        let numbers = numbers::<4>(&entry)?;
                        if numbers != [0; 4] {
                            let rest = key.get(prefix.len()..).unwrap_or_default();
                            each(read(selection.family, *month, rest, numbers)?)?;
                        }
                    }
                    match rest {
                        Some(rest) => range = rest,
                        None => break,
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads the reports of months, of some regions or of all.
    ///
    /// # Errors
    /// [`Error::TooWide`] for more than are allowed, and those of `each`.
    pub async fn reports_in(
        &self,
        months: &[Month],
        regions: Option<&[Id]>,
        mut each: impl FnMut(Vec<Stored<Report>>) -> Result<()> + Send,
    ) -> Result<()> {
        let most = self.inner.options.query.records;
        let mut left = most;
        for month in months {
            let by = |region: Option<&Id>| {
                let by = region.map_or_else(Key::part, |id| Key::part().text(id.as_str()));
                let index = match region {
                    Some(_) => Index::ReportRegionMonth,
                    None => Index::ReportMonth,
                };
                index::range(index, false, &month_part(by, *month).done())
            };
            let ranges: Vec<Vec<u8>> = match regions {
                None => vec![by(None)],
                Some(regions) => regions.iter().map(|region| by(Some(region))).collect(),
            };
            for prefix in ranges {
                let mut range = Range::prefix(&prefix);
                loop {
                    let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
                    left = left
                        .checked_sub(page.entries.len())
                        .ok_or_else(|| too_many_reports(most))?;
                    let rest = page.rest(&range, Direction::Forward);
                    let ids = page.entries.iter().map(|(key, _)| id_of(&key[prefix.len()..]));
                    let ids = ids.collect::<Result<Vec<Id>>>()?;
                    each(self.find_many::<Report>(&ids).await?.into_iter().flatten().collect())?;
                    match rest {
                        Some(rest) => range = rest,
                        None => break,
                    }
                }
            }
        }
        Ok(())
    }
}

fn too_many_cells(most: usize) -> Error {
    Error::TooWide(format!(
        "it would add up more than {most} sums: ask for a shorter period, or tell rows apart \
         by fewer dimensions"
    ))
}

fn too_many_reports(most: usize) -> Error {
    Error::TooWide(format!(
        "no sums are kept of this combination, and it would read more than {most} reports: \
         ask for a shorter period or a smaller region, or leave out a dimension or filter"
    ))
}

/// The cell whose key goes on with `rest` after the month.
fn read(family: Family, month: Month, rest: &[u8], numbers: [i64; 4]) -> Result<FigureCell> {
    let damaged = || Error::Damaged("a cell of figures has no key of its family".into());
    let mut rest = Rest(rest);
    let [construction, equipment, other, count] = numbers;
    let mut cell = FigureCell {
        month,
        region: Id::unread(),
        division: None,
        construction_kind: None,
        technical_transformation: None,
        size_class: None,
        set: None,
        fen: [construction, equipment, other],
        count,
    };
    if matches!(family, Family::Section | Family::Division | Family::Full) {
        cell.division = Some(rest.id().ok_or_else(damaged)?);
    }
    if matches!(family, Family::Cluster | Family::List) {
        cell.set = Some(rest.id().ok_or_else(damaged)?);
    }
    if matches!(family, Family::Kind | Family::Full) {
        let byte = rest.byte().ok_or_else(damaged)?;
        let kind = ConstructionKind::from_number(i32::from(byte >> 1)).ok_or_else(damaged)?;
        (cell.construction_kind, cell.technical_transformation) = (Some(kind), Some(byte & 1 == 1));
    }
    if matches!(family, Family::Size | Family::Full) {
        let byte = rest.byte().ok_or_else(damaged)?;
        cell.size_class = Some(SizeClass::from_number(i32::from(byte)).ok_or_else(damaged)?);
    }
    cell.region = rest.id().ok_or_else(damaged)?;
    Ok(cell)
}

/// What is left of a key.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    /// An id holds no zero byte, with which it ends.
    fn id(&mut self) -> Option<Id> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let (id, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.get(1..)?;
        id_of(id).ok()
    }
}
