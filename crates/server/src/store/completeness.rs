//! What of the reports that are expected was submitted: read from cells.
//!
//! A project adds 1 where a span of months begins of which it is expected to
//! report, and takes it away where the span ends. So a project that goes on for
//! ever is one number, and how many are expected in a month is the sum of all
//! numbers up to it. A cell holds the twelve of a year.

use std::collections::BTreeMap;

use super::cells::{Cells, numbers};
use super::figures::{Family, cell, month_part};
use super::id_of;
use super::key::Key;
use super::reader::Reader;
use crate::domain::id::Id;
use crate::domain::month::Month;
use crate::domain::project::Project;
use crate::domain::report::Basis;
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result};

/// Months of a year.
const MONTHS: usize = 12;

/// Numbers by region and month.
pub type ByRegion = BTreeMap<(Id, Month), i64>;

/// Adds the months of which a project is expected to report.
pub(super) fn count_expected(project: &Project, cells: &mut Cells) {
    for span in project.expected_spans() {
        let mut add = |month: Month, by: i64| {
            let mut numbers = [0; MONTHS];
            if let Some(number) = numbers.get_mut(place(month)) {
                *number = by;
            }
            cells.add(year_part(month.year()).text(span.region.as_str()).done(), &numbers);
        };
        add(span.first, 1);
        if let Some(end) = span.end {
            add(end, -1);
        }
    }
}

/// The cells of a year; those of earlier years come before.
fn year_part(year: i32) -> Key {
    let [high, low] = u16::try_from(year).unwrap_or_default().to_be_bytes();
    cell(Family::Expected).byte(high).byte(low)
}

/// The place of a month among those of its year.
fn place(month: Month) -> usize {
    usize::try_from(month.month() - 1).unwrap_or_default()
}

impl Reader {
    /// How many reports are expected of each of some months of one year, by the
    /// region to which the projects then belong.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn expected_reports(&self, months: &[Month]) -> Result<ByRegion> {
        let Some(year) = months.first().map(|month| month.year()) else {
            return Ok(ByRegion::new());
        };
        let mut before: BTreeMap<Id, i64> = BTreeMap::new();
        let mut within: BTreeMap<Id, [i64; MONTHS]> = BTreeMap::new();
        let start = cell(Family::Expected).done();
        let year_at = start.len();
        let range = Range { start, end: Some(year_part(year + 1).done()) };
        self.each_cell(range, |key, numbers: [i64; MONTHS]| {
            let (at, region) = key.get(year_at..).and_then(|key| key.split_first_chunk::<2>())?;
            let region = id_of(region.strip_suffix(&[0])?).ok()?;
            if i32::from(u16::from_be_bytes(*at)) == year {
                within.insert(region, numbers);
            } else {
                *before.entry(region).or_default() += numbers.iter().sum::<i64>();
            }
            Some(())
        })
        .await?;
        let mut found = ByRegion::new();
        for region in before.keys().chain(within.keys()) {
            for month in months {
                let changes = within.get(region).and_then(|year| year.get(..=place(*month)));
                let so_far: i64 = changes.into_iter().flatten().sum();
                let count = before.get(region).copied().unwrap_or_default() + so_far;
                if count != 0 {
                    found.insert((region.clone(), *month), count);
                }
            }
        }
        Ok(found)
    }

    /// How many reports of each of some months were submitted in time, by the
    /// region that reported: those whose latest submission was.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn timely_reports(&self, months: &[Month]) -> Result<ByRegion> {
        let mut found = ByRegion::new();
        for month in months {
            let basis = cell(Family::Timely).byte(Basis::Submitted.number());
            let prefix = month_part(basis, *month).done();
            self.each_cell(Range::prefix(&prefix), |key, [in_time, _late]: [i64; 2]| {
                let region = id_of(key.get(prefix.len()..)?.strip_suffix(&[0])?).ok()?;
                if in_time != 0 {
                    found.insert((region, *month), in_time);
                }
                Some(())
            })
            .await?;
        }
        Ok(found)
    }

    /// Goes over cells; a key that can't be read is none.
    pub(super) async fn each_cell<const N: usize>(
        &self,
        mut range: Range,
        mut each: impl FnMut(&[u8], [i64; N]) -> Option<()> + Send,
    ) -> Result<()> {
        loop {
            let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
            for (key, entry) in &page.entries {
                let damaged = || Error::Damaged("a cell has no key of its family".into());
                each(key, numbers::<N>(entry)?).ok_or_else(damaged)?;
            }
            match page.rest(&range, Direction::Forward) {
                Some(rest) => range = rest,
                None => return Ok(()),
            }
        }
    }
}
