//! Likely duplicates of a project, found by an index of owner and total.
//!
//! The index also has a sketch of each title, so that of the projects of an
//! owner with many only those are read whose titles may be near.

use std::cmp::Reverse;

use super::index::{self, Index};
use super::key::Key;
use super::reader::Reader;
use super::record::Stored;
use crate::domain::id::Id;
use crate::domain::project::Project;
use crate::domain::project::duplicate::{likeness, near_totals};
use crate::domain::project::title::{SKETCH_BYTES, Sketch, Title};
use crate::engine::{Direction, Range};
use crate::error::{Error, Result};

/// Projects of the owner whose sketches are looked at, on either side of the
/// total: those with the nearest.
const MAX_COMPARED: usize = 1_000;
/// Most owners have no more than so many with near totals: these are read in one
/// page, which the engine reads without another thread.
const MOST_HAVE: usize = 32;
/// Projects that are read on either side, of those whose titles may be near.
pub const MAX_READ: usize = 50;
/// Likely duplicates that are told of.
pub const MAX_TOLD: usize = 20;

/// A project that is likely the same as another one.
#[derive(Clone, Debug)]
pub struct Duplicate {
    /// The project.
    pub stored: Stored<Project>,
    /// By how many thousandths their titles are the same.
    pub likeness: u32,
}

/// What the index is ordered by: the total, and the sketch of the title.
pub(super) fn order(project: &Project) -> Key {
    let total = Key::part().number(project.investment.total.minor());
    Title::read(&project.title).sketch().to_bytes().into_iter().fold(total, Key::byte)
}

impl Reader {
    /// The projects that are likely the same as one, the likeliest first, up to
    /// [`MAX_TOLD`].
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn likely_duplicates(&self, stored: &Stored<Project>) -> Result<Vec<Duplicate>> {
        let mut found = self.alike(stored).await?;
        found.truncate(MAX_TOLD);
        Ok(found)
    }

    /// All of these. Of the projects with near totals the nearest thousand on
    /// either side are looked at, and of those with near titles [`MAX_READ`].
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn alike(&self, stored: &Stored<Project>) -> Result<Vec<Duplicate>> {
        let ids = self.nearby(stored).await?;
        let mut found = Vec::new();
        if ids.is_empty() {
            return Ok(found);
        }
        for other in self.find_many::<Project>(&ids).await?.into_iter().flatten() {
            let one = (&stored.id, &stored.record);
            if let Some(likeness) = likeness(one, (&other.id, &other.record)) {
                found.push(Duplicate { stored: other, likeness });
            }
        }
        found.sort_by(|one, two| {
            let order = |it: &Duplicate| (Reverse(it.likeness), it.stored.meta.create_time);
            order(one).cmp(&order(two)).then_with(|| one.stored.id.cmp(&two.stored.id))
        });
        Ok(found)
    }

    /// Projects of the same owner with near totals, whose titles may be near.
    async fn nearby(&self, stored: &Stored<Project>) -> Result<Vec<Id>> {
        let project = &stored.record;
        let total = project.investment.total.minor();
        let (least, greatest) = near_totals(total);
        let owner = Key::part().text(project.owner.as_str()).done();
        let prefix = index::range(Index::ProjectOwnerTotal, false, &owner);
        let place = |total: i64| [prefix.clone(), Key::part().number(total).done()].concat();
        let end = place(greatest.saturating_add(1));
        let whole = Range { start: place(least), end: Some(end.clone()) };
        let down = Range { start: place(least), end: Some(place(total)) };
        let up = Range { start: place(total), end: Some(end) };
        let mut pages = vec![self.scan(&whole, Direction::Forward, MOST_HAVE).await?];
        if pages.iter().any(|page| page.more) {
            pages.clear();
            pages.push(self.scan(&down, Direction::Reverse, MAX_COMPARED).await?);
            pages.push(self.scan(&up, Direction::Forward, MAX_COMPARED).await?);
        }
        let sketch = Title::read(&project.title).sketch();
        let mut ids = Vec::new();
        for page in pages {
            let most = ids.len() + MAX_READ;
            for (key, _) in page.entries {
                let rest = key.get(prefix.len() + size_of::<i64>()..).unwrap_or_default();
                let (other, id) = sketch_and_id(rest)?;
                if ids.len() < most && id != stored.id && sketch.may_be_near(&other) {
                    ids.push(id);
                }
            }
        }
        Ok(ids)
    }
}

fn sketch_and_id(rest: &[u8]) -> Result<(Sketch, Id)> {
    let damaged = || Error::Damaged("an index of projects has no sketch of a title".into());
    let sketch = Sketch::from_bytes(rest).ok_or_else(damaged)?;
    Ok((sketch, super::id_of(&rest[SKETCH_BYTES..])?))
}
