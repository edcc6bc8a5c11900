//! Rows of what projects have reported.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::Asked;
use super::completeness::Complete;
use super::lines::{line, line_of_whole, targeted, targets};
use super::places::{Place, Places};
use super::projects::{self, Counted};
use super::{Table, buckets};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::month::Month;
use crate::domain::period::Period;
use crate::domain::project::Project;
use crate::domain::reference::industry::IndustryLevel;
use crate::domain::report::Attributes;
use crate::domain::statistics::{Dimension, Measure, Part};
use crate::domain::tree::Tree;
use crate::error::Result;
use crate::store::figures::Family;
use crate::store::reader::Reader;
use crate::store::record::Stored;
use crate::store::statistics::{FigureCell, Selection};

/// Sums of months, in fen, and how many reports are in each.
pub(super) type Months = BTreeMap<Month, ([i128; 3], i64)>;

pub(super) async fn table(
    asked: &Asked,
    reader: &Reader,
    mut places: Places,
    months: &[Month],
) -> Result<Table> {
    let industries = reader.tree(Kind::Industry).await?.at(Date::MIN);
    let mut gathered = Gathered::new(asked, &industries);
    gathered.read(reader, &mut places, months).await?;
    let mut notes = Vec::new();
    let mut whole = None;
    if let Some(other) = asked.without_sets() {
        notes.push(
            "A project may belong to several of these sets, or to none: the rows don't add up to \
             the total."
                .to_owned(),
        );
        let mut all = Gathered::new(&other, &industries);
        all.read(reader, &mut places, months).await?;
        whole = Some(all.whole());
    }
    let whole = whole.unwrap_or_else(|| gathered.whole());
    let mut rows = gathered.rows;
    let complete = complete(asked, reader, &mut places, &mut notes).await?;
    let (counted, whole_count) = count(asked, reader, &mut places, &industries).await?;
    for parts in counted.rows() {
        rows.entry(parts.clone()).or_default();
    }
    if *plain(asked) == [Dimension::Region] {
        let expected = complete.iter().flat_map(Complete::rows);
        for region in places.rows.iter().chain(expected) {
            rows.entry(vec![Part::Id(region.clone())]).or_default();
        }
    }
    let targets = targets(asked, reader, rows.keys()).await?;
    let mut table = Table { rows: BTreeMap::new(), wholes: BTreeMap::new(), complete, notes };
    let root = asked.region.as_ref();
    let mut spans = vec![asked.period];
    for bucket in buckets(asked) {
        for (parts, sums) in &rows {
            let mut line = line(sums, bucket);
            line.projects = counted.row(parts, bucket);
            line.target = own(&plain(asked), parts).and_then(|id| targeted(&targets, &id, bucket));
            table.rows.insert((parts.clone(), bucket), line);
        }
        spans.push(bucket);
    }
    for span in spans {
        let mut line = line_of_whole(&whole, span, root, &targets);
        line.projects = whole_count.as_ref().unwrap_or(&counted).whole(span);
        table.wholes.insert(span, line);
    }
    Ok(table)
}

/// Counts of projects, and those of the whole where that isn't the sum of the rows.
async fn count(
    asked: &Asked,
    reader: &Reader,
    places: &mut Places,
    industries: &Tree,
) -> Result<(Counted, Option<Counted>)> {
    if projects::months(asked).is_empty() {
        return Ok((Counted::default(), None));
    }
    let counted = projects::read(asked, reader, places, industries).await?;
    let whole = match asked.without_sets() {
        Some(other) => Some(projects::read(&other, reader, places, industries).await?),
        None => None,
    };
    Ok((counted, whole))
}

/// How complete the reports are, where all of them are asked for: of those that
/// are missing nothing is known but the region.
async fn complete(
    asked: &Asked,
    reader: &Reader,
    places: &mut Places,
    notes: &mut Vec<String>,
) -> Result<Option<Complete>> {
    let of_projects = asked.measures.iter().all(|measure| measure.is_of_projects());
    if of_projects || asked.current || !asked.only.lets_all() {
        return Ok(None);
    }
    let when = (asked.period, asked.today);
    let complete = Complete::read(reader, places, when, None).await?;
    if complete.is_none() {
        notes.push(
            "Completeness isn't told: a region was split since, so that it isn't known to which \
             row each missing report belongs. Ask for the boundaries AS_REPORTED."
                .to_owned(),
        );
    }
    Ok(complete)
}

/// The dimensions but for the part of the year.
pub(super) fn plain(asked: &Asked) -> Vec<Dimension> {
    let dimensions = asked.dimensions.iter().copied();
    dimensions.filter(|dimension| dimension.months().is_none()).collect()
}

/// The region that a row is, where it is nothing else.
pub(super) fn own(dimensions: &[Dimension], parts: &[Part]) -> Option<Id> {
    match (dimensions, parts) {
        ([Dimension::Region], [Part::Id(id)]) => Some(id.clone()),
        _ => None,
    }
}

/// The months that the measures need.
pub(super) fn months(asked: &Asked) -> Vec<Month> {
    if asked.measures.iter().all(|measure| measure.is_of_projects()) {
        return Vec::new();
    }
    let to_date =
        [Measure::YearToDate, Measure::YearToDateGrowth, Measure::PlanCompletion, Measure::Light];
    let based = [
        Measure::Growth,
        Measure::YearToDateGrowth,
        Measure::GrowthDifference,
        Measure::GrowthRank,
        Measure::Contribution,
        Measure::Pull,
    ];
    let any = |some: &[Measure]| some.iter().any(|measure| asked.measures.contains(measure));
    let span = if any(&to_date) { asked.period.to_date() } else { asked.period };
    let mut months: BTreeSet<Month> = span.figure_months().collect();
    if any(&based) {
        months.extend(span.year_before().into_iter().flat_map(Period::figure_months));
    }
    months.into_iter().collect()
}

/// What was read so far.
struct Gathered<'a> {
    asked: &'a Asked,
    industries: &'a Tree,
    rows: BTreeMap<Vec<Part>, Months>,
    /// Regions and months whose figures only projects can place.
    parted: BTreeSet<(Id, Month)>,
}

impl<'a> Gathered<'a> {
    fn new(asked: &'a Asked, industries: &'a Tree) -> Self {
        Self { asked, industries, rows: BTreeMap::new(), parted: BTreeSet::new() }
    }

    async fn read(&mut self, reader: &Reader, places: &mut Places, months: &[Month]) -> Result<()> {
        let Some(family) = self.asked.family() else {
            return self.read_reports(reader, places, months, None).await;
        };
        let only = &self.asked.only;
        let basis = self.asked.basis;
        let only = match family {
            Family::Cluster => only.cluster.clone().map(|cluster| vec![cluster]),
            Family::List => only.list.clone().map(|list| vec![list]),
            Family::Section => only.sections(),
            _ => None,
        };
        let selection = Selection { basis, family, months: months.to_vec(), only };
        reader
            .figure_cells(&selection, |cell| {
                match places.place(&cell.region, cell.month) {
                    Place::Outside => {}
                    Place::Projects => {
                        self.parted.insert((cell.region, cell.month));
                    }
                    Place::Row(row) => self.take_cell(cell, row),
                }
                Ok(())
            })
            .await?;
        for (region, month) in std::mem::take(&mut self.parted) {
            let regions = [region];
            self.read_reports(reader, places, &[month], Some(&regions)).await?;
        }
        Ok(())
    }

    fn take_cell(&mut self, cell: FigureCell, row: Option<Id>) {
        let only = &self.asked.only;
        let is_one = |division: &Id| only.takes(division);
        let lets = cell.division.as_ref().is_none_or(is_one)
            && taken(&only.kinds, cell.construction_kind)
            && only.transformation.is_none_or(|only| cell.technical_transformation == Some(only))
            && taken(&only.sizes, cell.size_class);
        if !lets {
            return;
        }
        let parts = self.asked.dimensions.iter().filter_map(|dimension| {
            Some(match dimension {
                Dimension::Stage => return None,
                Dimension::Region => Part::Id(row.clone()?),
                Dimension::Industry => Part::Id(self.at_level(cell.division.as_ref()?)),
                Dimension::ConstructionKind => Part::Kind(cell.construction_kind?),
                Dimension::TechnicalTransformation => {
                    Part::Transformation(cell.technical_transformation?)
                }
                Dimension::SizeClass => Part::Size(cell.size_class?),
                Dimension::Cluster | Dimension::List => Part::Id(cell.set.clone()?),
                Dimension::Month | Dimension::Quarter | Dimension::Half => return None,
            })
        });
        let parts = parts.collect();
        self.add(parts, cell.month, cell.fen.map(i128::from), cell.count);
    }

    /// Reads the reports themselves: of some regions, or of all.
    async fn read_reports(
        &mut self,
        reader: &Reader,
        places: &mut Places,
        months: &[Month],
        regions: Option<&[Id]>,
    ) -> Result<()> {
        let mut found = Vec::new();
        reader
            .reports_in(months, regions, |reports| {
                for Stored { record, .. } in reports {
                    let counts = record.on(self.asked.basis);
                    // A region is asked for as it stands in what counts.
                    let counts = counts.filter(|submission| {
                        regions.is_none_or(|some| some.contains(&submission.attributes.region))
                    });
                    if let Some(submission) = counts {
                        let fen = submission.content.investment.parts().map(i128::from);
                        found.push((
                            record.project.clone(),
                            record.month,
                            submission.attributes.clone(),
                            fen,
                        ));
                    }
                }
                Ok(())
            })
            .await?;
        found.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
        found.dedup_by(|one, other| (&one.0, one.1) == (&other.0, other.1));
        let mut projects: Vec<Id> = found.iter().map(|(project, ..)| project.clone()).collect();
        projects.dedup();
        // They are asked only where they must be.
        let known: BTreeMap<Id, Project> = match self.asked.current || regions.is_some() {
            true => {
                let found = reader.find_many::<Project>(&projects).await?.into_iter().flatten();
                found.map(|project| (project.id, project.record)).collect()
            }
            false => BTreeMap::new(),
        };
        for (project, month, attributes, fen) in found {
            let project = known.get(&project);
            let attributes = match project.filter(|_| self.asked.current) {
                Some(project) => Attributes {
                    reviewers: Vec::new(),
                    ..Attributes::of(project, attributes.region, attributes.section, Vec::new())
                },
                None => attributes,
            };
            let place = match places.place(&attributes.region, month) {
                Place::Projects => project.map_or(Place::Outside, |project| {
                    places.of_project(|day| project.region_at(day).clone())
                }),
                place => place,
            };
            if let Place::Row(row) = place {
                self.take_report(&attributes, row.as_ref(), month, fen);
            }
        }
        Ok(())
    }

    fn take_report(&mut self, of: &Attributes, row: Option<&Id>, month: Month, fen: [i128; 3]) {
        let only = &self.asked.only;
        let lets = only.takes(&of.industry)
            && taken(&only.kinds, Some(of.construction_kind))
            && only.transformation.is_none_or(|only| of.technical_transformation == only)
            && taken(&only.sizes, Some(of.size_class))
            && only.cluster.as_ref().is_none_or(|cluster| of.clusters.contains(cluster))
            && only.list.as_ref().is_none_or(|list| of.lists.contains(list));
        if !lets {
            return;
        }
        let mut keys: Vec<Vec<Part>> = vec![Vec::new()];
        for dimension in &self.asked.dimensions {
            let each = |ids: &[Id], only: &Option<Id>| {
                let let_through = ids.iter().filter(|id| only.as_ref().is_none_or(|o| o == *id));
                let_through.cloned().map(Part::Id).collect::<Vec<_>>()
            };
            let parts = match dimension {
                Dimension::Region => row.cloned().map(Part::Id).into_iter().collect(),
                Dimension::Industry => vec![Part::Id(self.at_level(&of.industry))],
                Dimension::ConstructionKind => vec![Part::Kind(of.construction_kind)],
                Dimension::TechnicalTransformation => {
                    vec![Part::Transformation(of.technical_transformation)]
                }
                Dimension::SizeClass => vec![Part::Size(of.size_class)],
                Dimension::Cluster => each(&of.clusters, &only.cluster),
                Dimension::List => each(&of.lists, &only.list),
                Dimension::Month | Dimension::Quarter | Dimension::Half | Dimension::Stage => {
                    continue;
                }
            };
            let with = |key: &Vec<Part>| {
                let key = key.clone();
                parts.iter().map(move |part| [key.as_slice(), std::slice::from_ref(part)].concat())
            };
            keys = keys.iter().flat_map(with).collect();
        }
        for key in keys {
            self.add(key, month, fen, 1);
        }
    }

    fn add(&mut self, key: Vec<Part>, month: Month, fen: [i128; 3], count: i64) {
        let (sums, reports) = self.rows.entry(key).or_default().entry(month).or_default();
        for (sum, part) in sums.iter_mut().zip(fen) {
            *sum += part;
        }
        *reports += count;
    }

    fn at_level(&self, id: &Id) -> Id {
        at_level(self.asked, self.industries, id)
    }

    /// All rows together.
    fn whole(&self) -> Months {
        let mut whole = Months::new();
        for (month, (sums, count)) in self.rows.values().flatten() {
            let (fen, reports) = whole.entry(*month).or_default();
            for (sum, part) in fen.iter_mut().zip(sums) {
                *sum += part;
            }
            *reports += count;
        }
        whole
    }
}

/// The industry above on the level that rows are on, or itself where it is told
/// less exactly.
pub(super) fn at_level(asked: &Asked, industries: &Tree, id: &Id) -> Id {
    let on = |id: &Id| {
        let code = id.as_str().to_ascii_uppercase();
        IndustryLevel::of(&code) == Some(asked.level)
    };
    if on(id) {
        return id.clone();
    }
    let above = industries.ancestors(id).into_iter().find(|above| on(above));
    above.unwrap_or_else(|| id.clone())
}

pub(super) fn taken<T: PartialEq>(only: &Option<Vec<T>>, value: Option<T>) -> bool {
    only.as_ref().is_none_or(|only| value.is_some_and(|value| only.contains(&value)))
}
