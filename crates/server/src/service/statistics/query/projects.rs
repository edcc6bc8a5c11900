//! Counts of projects, by row.

use std::collections::BTreeMap;

use super::asked::Asked;
use super::places::{Place, Places};
use super::reported::{at_level, taken};
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::month::Month;
use crate::domain::period::Period;
use crate::domain::project::schedule::Schedule;
use crate::domain::project::{ConstructionKind, Project, SizeClass, Stage};
use crate::domain::statistics::{Dimension, Measure, Part, Projects};
use crate::domain::tree::Tree;
use crate::error::Result;
use crate::store::figures::Family;
use crate::store::reader::Reader;

/// What is counted by row: projects as they are now, and by month what became of
/// their plans.
#[derive(Default)]
pub(super) struct Counted(BTreeMap<Vec<Part>, (i64, BTreeMap<Month, Schedule>)>);

/// What is known of the projects that are counted; of what isn't told apart
/// nothing.
#[derive(Default)]
struct Known {
    industry: Option<Id>,
    kind: Option<ConstructionKind>,
    transformation: Option<bool>,
    size: Option<SizeClass>,
    clusters: Vec<Id>,
    lists: Vec<Id>,
    stage: Option<Stage>,
}

/// The months in whose boundaries projects are counted.
pub(super) fn months(asked: &Asked) -> Vec<Month> {
    let is_asked = asked.measures.iter().any(|measure| measure.is_of_projects());
    let months = asked.period.months().chain([Month::of(asked.today)]);
    months.filter(|_| is_asked).collect()
}

/// Counts the projects that are asked for: from cells, where there are such, or
/// else one by one.
pub(super) async fn read(
    asked: &Asked,
    reader: &Reader,
    places: &mut Places,
    industries: &Tree,
) -> Result<Counted> {
    let mut counting = Counting { asked, industries, counted: Counted::default() };
    let is_whole = counting.read_cells(reader, places).await?;
    if !is_whole {
        counting.counted = Counted::default();
        counting.read_projects(reader, places).await?;
    }
    Ok(counting.counted)
}

impl Counted {
    /// What tells the rows apart.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Vec<Part>> {
        self.0.keys()
    }

    /// That of a row.
    pub(super) fn row(&self, parts: &[Part], span: Period) -> Projects {
        self.0.get(parts).map_or_else(Projects::default, |row| projects(row, span))
    }

    /// That of all rows together.
    pub(super) fn whole(&self, span: Period) -> Projects {
        let rows = self.0.values().map(|row| projects(row, span));
        rows.fold(Projects::default(), Projects::plus)
    }
}

fn projects((count, months): &(i64, BTreeMap<Month, Schedule>), span: Period) -> Projects {
    let within = months.range(span.first()..=span.last()).map(|(_, schedule)| *schedule);
    Projects { count: *count, schedule: within.fold(Schedule::default(), Schedule::plus) }
}

struct Counting<'a> {
    asked: &'a Asked,
    industries: &'a Tree,
    counted: Counted,
}

impl Counting<'_> {
    /// Whether projects as they are now are counted, and whether plans are.
    fn wanted(&self) -> (bool, bool) {
        let of = |count: bool| {
            let measures = self.asked.measures.iter().filter(|measure| measure.is_of_projects());
            measures.into_iter().any(|measure| (*measure == Measure::ProjectCount) == count)
        };
        (of(true), of(false))
    }

    /// Reads cells; says whether they tell all.
    async fn read_cells(&mut self, reader: &Reader, places: &mut Places) -> Result<bool> {
        let frozen = Asked { current: false, ..self.asked.clone() };
        let (counts, plans) = self.wanted();
        let full = match frozen.family() {
            Some(Family::Region) => false,
            Some(
                Family::Section | Family::Division | Family::Kind | Family::Size | Family::Full,
            ) if !plans => true,
            _ => return Ok(false),
        };
        let now = Month::of(self.asked.today);
        if counts {
            for cell in reader.project_cells(full).await? {
                let mut known = Known { stage: Some(cell.stage), ..Known::default() };
                if let Some((division, kind, transformation, size)) = cell.attributes {
                    known.industry = Some(division);
                    known.transformation = Some(transformation);
                    (known.kind, known.size) = (Some(kind), Some(size));
                }
                match places.place(&cell.region, now) {
                    Place::Outside => {}
                    Place::Projects => return Ok(false),
                    Place::Row(row) => self.add(&known, row.as_ref(), |it| it.0 += cell.count),
                }
            }
        }
        if plans {
            let months: Vec<Month> = self.asked.period.months().collect();
            for (region, month, schedule) in reader.schedule_cells(&months).await? {
                match places.place(&region, month) {
                    Place::Outside => {}
                    Place::Projects => return Ok(false),
                    Place::Row(row) => self.plan(&Known::default(), row.as_ref(), month, schedule),
                }
            }
        }
        Ok(true)
    }

    /// Reads the projects themselves.
    async fn read_projects(&mut self, reader: &Reader, places: &mut Places) -> Result<()> {
        let regions = match &self.asked.region {
            None => None,
            Some(_) => {
                let tree = reader.tree(Kind::Region).await?;
                let months = months(self.asked);
                let mut is_near =
                    |id: &Id| months.iter().any(|month| places.place(id, *month) != Place::Outside);
                let near = tree.places().map(|(id, _)| id).filter(|id| is_near(id));
                Some(near.cloned().collect::<Vec<Id>>())
            }
        };
        let most = reader.query_limits().records;
        reader
            .projects_in(regions.as_deref(), most, |stored| {
                self.take(&stored.record, places);
                Ok(())
            })
            .await
    }

    fn take(&mut self, project: &Project, places: &mut Places) {
        let known = Known {
            industry: Some(project.industry.clone()),
            kind: Some(project.construction_kind),
            transformation: Some(project.technical_transformation),
            size: Some(project.size_class()),
            clusters: project.clusters.clone(),
            lists: project.lists.clone(),
            stage: Some(project.stage),
        };
        let mut place = |region: &Id, month: Month| match places.place(region, month) {
            Place::Projects => places.of_project(|day| project.region_at(day).clone()),
            place => place,
        };
        let (counts, plans) = self.wanted();
        if let (true, Place::Row(row)) =
            (counts, place(&project.region, Month::of(self.asked.today)))
        {
            self.add(&known, row.as_ref(), |it| it.0 += 1);
        }
        let planned = project.schedule().into_iter().filter(|_| plans);
        for (month, schedule) in planned.filter(|(month, _)| self.asked.period.contains(*month)) {
            if let Place::Row(row) = place(project.region_at(month.last_day()), month) {
                self.plan(&known, row.as_ref(), month, schedule);
            }
        }
    }

    fn plan(&mut self, known: &Known, row: Option<&Id>, month: Month, schedule: Schedule) {
        self.add(known, row, |(_, months)| {
            let sum = months.entry(month).or_default();
            *sum = sum.plus(schedule);
        });
    }

    /// Adds to each row that it belongs to.
    fn add(
        &mut self,
        known: &Known,
        row: Option<&Id>,
        add: impl Fn(&mut (i64, BTreeMap<Month, Schedule>)),
    ) {
        if self.lets(known) {
            for key in self.keys(known, row) {
                add(self.counted.0.entry(key).or_default());
            }
        }
    }

    fn lets(&self, known: &Known) -> bool {
        let only = &self.asked.only;
        known.industry.as_ref().is_none_or(|industry| only.takes(industry))
            && taken(&only.kinds, known.kind)
            && only.transformation.is_none_or(|only| known.transformation == Some(only))
            && taken(&only.sizes, known.size)
            && only.cluster.as_ref().is_none_or(|cluster| known.clusters.contains(cluster))
            && only.list.as_ref().is_none_or(|list| known.lists.contains(list))
    }

    fn keys(&self, known: &Known, row: Option<&Id>) -> Vec<Vec<Part>> {
        let only = &self.asked.only;
        let industry = |id: &Id| at_level(self.asked, self.industries, id);
        let each = |ids: &[Id], only: &Option<Id>| -> Vec<Part> {
            let some = ids.iter().filter(|id| only.as_ref().is_none_or(|only| only == *id));
            some.cloned().map(Part::Id).collect()
        };
        let mut keys: Vec<Vec<Part>> = vec![Vec::new()];
        for dimension in &self.asked.dimensions {
            let one = |part: Option<Part>| part.into_iter().collect();
            let parts: Vec<Part> = match dimension {
                Dimension::Region => one(row.cloned().map(Part::Id)),
                Dimension::Industry => one(known.industry.as_ref().map(industry).map(Part::Id)),
                Dimension::ConstructionKind => one(known.kind.map(Part::Kind)),
                Dimension::TechnicalTransformation => {
                    one(known.transformation.map(Part::Transformation))
                }
                Dimension::SizeClass => one(known.size.map(Part::Size)),
                Dimension::Stage => one(known.stage.map(Part::Stage)),
                Dimension::Cluster => each(&known.clusters, &only.cluster),
                Dimension::List => each(&known.lists, &only.list),
                Dimension::Month | Dimension::Quarter | Dimension::Half => continue,
            };
            let with = |key: Vec<Part>| {
                parts.iter().map(move |part| [key.as_slice(), std::slice::from_ref(part)].concat())
            };
            keys = keys.into_iter().flat_map(with).collect();
        }
        keys
    }
}
