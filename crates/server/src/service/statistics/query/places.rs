//! To which row of regions the figures of a region and month belong.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::asked::{Asked, unknown};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::month::Month;
use crate::domain::period::Period;
use crate::domain::statistics::Dimension;
use crate::domain::tree::{Boundaries, DatedTree, Heirs, Tree};
use crate::error::{Result, Violations};
use crate::store::reader::Reader;

/// Where figures belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) enum Place {
    /// Not within the region that is asked for.
    Outside,
    /// To this row; none where regions aren't told apart.
    Row(Option<Id>),
    /// To several rows: only the projects know to which.
    Projects,
}

/// Places figures, in the boundaries that are asked for.
pub(in crate::service) struct Places {
    tree: Arc<DatedTree>,
    /// The day whose boundaries count, and these; none for as reported.
    day: Option<(Date, Arc<Boundaries>)>,
    /// For as reported: those of each month's last day.
    months: BTreeMap<Month, Arc<Boundaries>>,
    root: Option<Id>,
    /// How far below the root rows are; none where regions aren't told apart.
    depth: Option<usize>,
    /// The rows that there are without any figure.
    pub(in crate::service) rows: Vec<Id>,
    known: HashMap<(Id, Month), Place>,
}

impl Places {
    pub(super) async fn of(asked: &Asked, reader: &Reader, of: &[Month]) -> Result<Self> {
        let depth = asked.keeps(Dimension::Region).then_some(asked.depth);
        let when = (asked.period, asked.boundaries);
        Self::within(reader, asked.region.as_ref(), depth, when, of).await
    }

    /// Of a region, or of all; rows are so far below it. Each of some months is
    /// placed in the boundaries of its last day, or all of them in those of the
    /// day that is given.
    pub(in crate::service) async fn within(
        reader: &Reader,
        root: Option<&Id>,
        depth: Option<usize>,
        (period, boundaries): (Period, Option<Date>),
        of: &[Month],
    ) -> Result<Self> {
        let tree = reader.tree(Kind::Region).await?;
        let shown = boundaries.unwrap_or(period.last().last_day());
        let now = reader.boundaries(shown).await?;
        if let Some(root) = root {
            let mut v = Violations::new();
            if !tree.contains(root) {
                unknown("region", Kind::Region, root, &mut v);
            } else if let Some(flaw) = tree.not_valid(root, shown) {
                flaw.add_to("region", &mut v);
            }
            crate::error::none_of(v)?;
        }
        let mut months = BTreeMap::new();
        if boundaries.is_none() {
            for month in of {
                months.insert(*month, reader.boundaries(month.last_day()).await?);
            }
        }
        let rows = depth.map(|depth| below(now.tree(), root, depth));
        Ok(Self {
            tree,
            day: boundaries.map(|day| (day, now)),
            months,
            root: root.cloned(),
            depth,
            rows: rows.unwrap_or_default(),
            known: HashMap::new(),
        })
    }

    /// Where the figures of a region and month belong.
    pub(super) fn place(&mut self, region: &Id, month: Month) -> Place {
        let key = (region.clone(), month);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let place = self.find(region, month);
        self.known.insert(key, place.clone());
        place
    }

    fn find(&self, region: &Id, month: Month) -> Place {
        let Some((_, boundaries)) = &self.day else {
            return match self.months.get(&month) {
                Some(boundaries) => self.along(boundaries.line(region)),
                None => Place::Outside,
            };
        };
        match boundaries.heirs(&self.tree, region, month) {
            // What nothing is known of any more belongs to no region.
            None => self.along(vec![region.clone()]),
            Some(Heirs::Whole(heir)) => self.along(boundaries.line(&heir)),
            Some(Heirs::Parted { parts, .. }) => {
                let rows: Vec<Place> =
                    parts.iter().map(|part| self.along(boundaries.line(part))).collect();
                match rows.split_first() {
                    Some((first, others)) if others.iter().all(|other| other == first) => {
                        first.clone()
                    }
                    _ => Place::Projects,
                }
            }
        }
    }

    /// Where the figures of a project that is in `region` on the day belong.
    pub(in crate::service) fn of_project(&self, region: impl Fn(Date) -> Id) -> Place {
        let Some((day, boundaries)) = &self.day else { return Place::Outside };
        self.along(boundaries.line(&region(*day)))
    }

    /// The row on a line of regions, the nearest first.
    fn along(&self, line: Vec<Id>) -> Place {
        let top = match &self.root {
            Some(root) => line.iter().position(|id| id == root),
            None => Some(line.len()),
        };
        match (top, self.depth) {
            (None, _) => Place::Outside,
            (Some(_), None) => Place::Row(None),
            // Without a root the roots themselves are one level down.
            (Some(top), Some(depth)) => {
                let below = if self.root.is_none() { depth + 1 } else { depth };
                Place::Row(line.get(top.saturating_sub(below)).cloned())
            }
        }
    }
}

/// The regions that are so far below others, or end before that.
fn below(tree: &Tree, root: Option<&Id>, depth: usize) -> Vec<Id> {
    let mut level: BTreeSet<Id> = match root {
        Some(root) => [root.clone()].into(),
        None => tree.roots().into_iter().collect(),
    };
    for _ in 0..depth {
        let next = level.iter().flat_map(|id| match tree.children(id) {
            [] => vec![id.clone()],
            children => children.to_vec(),
        });
        level = next.collect();
    }
    level.into_iter().collect()
}
