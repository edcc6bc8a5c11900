//! How many projects there are, and what became of their plans: read from cells,
//! or from the projects themselves.

use std::collections::BTreeSet;

use super::cells::Cells;
use super::figures::{Family, cell, month_part};
use super::id_of;
use super::index::{self, Index};
use super::key::Key;
use super::reader::Reader;
use super::record::Stored;
use crate::domain::id::Id;
use crate::domain::month::Month;
use crate::domain::project::schedule::{NUMBERS, Schedule};
use crate::domain::project::{ConstructionKind, Project, SizeClass, Stage};
use crate::domain::reference::industry;
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result};

/// A cell of projects as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectCell {
    /// The region to which they belong, after all changes that are recorded.
    pub region: Id,
    /// Their stage.
    pub stage: Stage,
    /// Division, kind, transformation and size class; none where these aren't
    /// told apart.
    pub attributes: Option<(Id, ConstructionKind, bool, SizeClass)>,
    /// How many.
    pub count: i64,
}

/// Adds what a project counts for.
pub(super) fn count(project: &Project, cells: &mut Cells) {
    let byte = |number: i32| u8::try_from(number).unwrap_or_default();
    let stage = byte(project.stage.number());
    let kind =
        byte(project.construction_kind.number()) << 1 | u8::from(project.technical_transformation);
    let size = byte(project.size_class().number());
    let division = industry::division(&project.industry);
    let region = project.region.as_str();
    cells.add(cell(Family::ProjectStage).byte(stage).text(region).done(), &[1]);
    let full = cell(Family::ProjectFull).text(division.as_str()).byte(kind).byte(size);
    cells.add(full.byte(stage).text(region).done(), &[1]);
    for (month, schedule) in project.schedule() {
        let region = project.region_at(month.last_day());
        let key = month_part(cell(Family::ProjectSchedule), month).text(region.as_str());
        cells.add(key.done(), &schedule.numbers());
    }
}

impl Reader {
    /// How many projects there are, by stage and region, and also by what else
    /// they are where that is wanted.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn project_cells(&self, full: bool) -> Result<Vec<ProjectCell>> {
        let family = if full { Family::ProjectFull } else { Family::ProjectStage };
        let prefix = cell(family).done();
        let mut found = Vec::new();
        self.each_cell(Range::prefix(&prefix), |key, [count]: [i64; 1]| {
            if count != 0 {
                found.push(read(key.get(prefix.len()..)?, full, count)?);
            }
            Some(())
        })
        .await?;
        Ok(found)
    }

    /// What happened to projects, and was planned to, in some months, by region.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn schedule_cells(&self, months: &[Month]) -> Result<Vec<(Id, Month, Schedule)>> {
        let mut found = Vec::new();
        for month in months {
            let prefix = month_part(cell(Family::ProjectSchedule), *month).done();
            self.each_cell(Range::prefix(&prefix), |key, numbers: [i64; NUMBERS]| {
                let region = id_of(key.get(prefix.len()..)?.strip_suffix(&[0])?).ok()?;
                found.push((region, *month, Schedule::of(numbers)));
                Some(())
            })
            .await?;
        }
        Ok(found)
    }

    /// Reads the projects that belong, belonged or will belong to some regions, or
    /// all of them, each once.
    ///
    /// # Errors
    /// [`Error::TooWide`] for more than `most`, and those of `each`.
    pub async fn projects_in(
        &self,
        regions: Option<&[Id]>,
        most: usize,
        mut each: impl FnMut(Stored<Project>) -> Result<()> + Send,
    ) -> Result<()> {
        let by = |id: &Id| {
            let by = Key::part().text(id.as_str()).done();
            // After the region comes the stage, then the order.
            (index::range(Index::ProjectRegionStageCreated, false, &by), 1 + size_of::<i64>())
        };
        let ranges = match regions {
            Some(regions) => regions.iter().map(by).collect(),
            None => vec![(index::range(Index::ProjectCreated, false, &[]), size_of::<i64>())],
        };
        let mut met: BTreeSet<Id> = BTreeSet::new();
        for (prefix, before) in ranges {
            let mut range = Range::prefix(&prefix);
            loop {
                let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
                let mut ids = Vec::with_capacity(page.entries.len());
                for (key, _) in &page.entries {
                    let id = id_of(key.get(prefix.len() + before..).unwrap_or_default())?;
                    if met.insert(id.clone()) {
                        ids.push(id);
                    }
                }
                if met.len() > most {
                    return Err(too_many(most));
                }
                let found = self.find_many::<Project>(&ids).await?;
                found.into_iter().flatten().try_for_each(&mut each)?;
                match page.rest(&range, Direction::Forward) {
                    Some(rest) => range = rest,
                    None => break,
                }
            }
        }
        Ok(())
    }
}

fn too_many(most: usize) -> Error {
    Error::TooWide(format!(
        "no sums are kept of this, and it would read more than {most} projects: ask for a \
         smaller region, or leave out a dimension or filter"
    ))
}

fn read(key: &[u8], full: bool, count: i64) -> Option<ProjectCell> {
    let (attributes, key) = if full {
        let end = key.iter().position(|byte| *byte == 0)?;
        let (division, rest) = key.split_at_checked(end)?;
        let ([_, kind, size], rest) = rest.split_first_chunk::<3>()?;
        let construction = ConstructionKind::from_number(i32::from(*kind >> 1))?;
        let size = SizeClass::from_number(i32::from(*size))?;
        (Some((id_of(division).ok()?, construction, *kind & 1 == 1, size)), rest)
    } else {
        (None, key)
    };
    let (stage, region) = key.split_first()?;
    let stage = Stage::from_number(i32::from(*stage))?;
    let region = id_of(region.strip_suffix(&[0])?).ok()?;
    Some(ProjectCell { region, stage, attributes, count })
}
