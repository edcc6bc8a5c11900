//! What a query asks for, once it was read and found to make sense.

use std::collections::BTreeSet;

use outlay_proto::v1;

use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::period::Period;
use crate::domain::project::{ConstructionKind, SizeClass};
use crate::domain::reference::industry::IndustryLevel;
use crate::domain::reference::{Indicator, Industry};
use crate::domain::report::Basis;
use crate::domain::review_level::ReviewLevel;
use crate::domain::statistics::{Dimension, Measure, Source};
use crate::error::{Error, Reason, Result, Violations};
use crate::service::convert::Convert;
use crate::store::figures::Family;
use crate::store::reader::Reader;
use crate::store::record::{Record, Stored};

/// A query.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) source: Source,
    pub(super) period: Period,
    pub(super) today: Date,
    pub(super) measures: Vec<Measure>,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) region: Option<Id>,
    pub(super) depth: usize,
    /// The day whose boundaries count; none for as reported.
    pub(super) boundaries: Option<Date>,
    pub(super) basis: Basis,
    pub(super) indicator: Option<Stored<Indicator>>,
    pub(super) level: IndustryLevel,
    pub(super) only: Only,
    /// By the attributes that projects have now.
    pub(super) current: bool,
}

/// Which reports are let through.
#[derive(Clone, Default)]
pub(super) struct Only {
    /// Sets of industries, with all below them: a report is in each.
    pub(super) industries: Vec<BTreeSet<Id>>,
    /// Some of these are told more exactly than divisions.
    pub(super) finer: bool,
    /// Some of these are told more exactly than sections.
    pub(super) below_sections: bool,
    pub(super) kinds: Option<Vec<ConstructionKind>>,
    pub(super) transformation: Option<bool>,
    pub(super) sizes: Option<Vec<SizeClass>>,
    pub(super) cluster: Option<Id>,
    pub(super) list: Option<Id>,
}

impl Asked {
    pub(super) async fn read(
        message: &v1::QueryStatisticsRequest,
        reader: &Reader,
        today: Date,
    ) -> Result<Self> {
        let mut v = Violations::new();
        let mut convert = Convert::new(&mut v, today);
        let period = convert.ok("period", Period::parse(&message.period));
        let region = convert.optional_id("region", Kind::Region, &message.region);
        let indicator = convert.optional_id("indicator", Kind::Indicator, &message.indicator);
        let industries = convert.ids("industries", Kind::Industry, &message.industries);
        let cluster = convert.optional_id("cluster", Kind::Cluster, &message.cluster);
        let list = convert.plain_id("list", &message.list);
        let as_of = convert.date("as_of", message.as_of.as_ref());
        check_source(message, &mut v);
        check_dimensions(message, &mut v);
        check_projects(message, &mut v);
        let indicator = existing::<Indicator>(reader, "indicator", indicator, &mut v).await?;
        let mut only = Only {
            kinds: some(&message.construction_kinds, ConstructionKind::from_number),
            transformation: message.technical_transformation,
            sizes: some(&message.size_classes, SizeClass::from_number),
            cluster,
            list,
            ..Only::default()
        };
        only.narrow("industries", &industries, reader, &mut v).await?;
        if let (Some(indicator), true) = (&indicator, message.source == Source::Reports.number()) {
            only.narrow_to(&indicator.record, reader, &mut v).await?;
        }
        crate::error::none_of(v)?;
        let known = || Error::internal("what is missing is refused with the fields");
        let level = IndustryLevel::from_number(message.industry_level);
        Ok(Self {
            source: Source::from_number(message.source).ok_or_else(known)?,
            period: period.ok_or_else(known)?,
            today,
            measures: all(&message.measures, Measure::from_number),
            dimensions: all(&message.dimensions, Dimension::from_number),
            region,
            depth: usize::try_from(message.region_depth.max(1)).unwrap_or(1),
            boundaries: match message.boundaries() {
                v1::Boundaries::AsOf => Some(as_of.unwrap_or(today)),
                _ => None,
            },
            basis: basis(message.basis(), reader.highest_level()),
            indicator,
            level: level.unwrap_or(IndustryLevel::Division),
            only,
            current: message.attributes() == v1::Attributes::Current,
        })
    }

    pub(super) fn keeps(&self, dimension: Dimension) -> bool {
        self.dimensions.contains(&dimension)
    }

    /// The same without telling clusters or lists apart; none where it doesn't.
    pub(super) fn without_sets(&self) -> Option<Self> {
        let is_set =
            |dimension: &Dimension| matches!(dimension, Dimension::Cluster | Dimension::List);
        let mut other = self.clone();
        other.dimensions.retain(|dimension| !is_set(dimension));
        (other.dimensions.len() < self.dimensions.len()).then_some(other)
    }

    /// The family of cells that answers it; none where only the reports do.
    pub(super) fn family(&self) -> Option<Family> {
        let level = self.keeps(Dimension::Industry) && self.level > IndustryLevel::Division;
        if self.current || self.only.finer || level {
            return None;
        }
        let division = self.keeps(Dimension::Industry) || !self.only.industries.is_empty();
        let kind = self.keeps(Dimension::ConstructionKind)
            || self.keeps(Dimension::TechnicalTransformation)
            || self.only.kinds.is_some()
            || self.only.transformation.is_some();
        let size = self.keeps(Dimension::SizeClass) || self.only.sizes.is_some();
        let cluster = self.keeps(Dimension::Cluster) || self.only.cluster.is_some();
        let list = self.keeps(Dimension::List) || self.only.list.is_some();
        match (division, kind, size, cluster, list) {
            (false, false, false, false, false) => Some(Family::Region),
            (true, false, false, false, false) if self.in_sections() => Some(Family::Section),
            (true, false, false, false, false) => Some(Family::Division),
            (false, true, false, false, false) => Some(Family::Kind),
            (false, false, true, false, false) => Some(Family::Size),
            (_, _, _, false, false) => Some(Family::Full),
            (false, false, false, true, false) => Some(Family::Cluster),
            (false, false, false, false, true) => Some(Family::List),
            _ => None,
        }
    }
}

impl Asked {
    /// Whether sections alone tell what is asked of industries.
    fn in_sections(&self) -> bool {
        let rows = !self.keeps(Dimension::Industry) || self.level == IndustryLevel::Section;
        rows && !self.only.below_sections
    }
}

impl Only {
    /// The sections that are let through; none for all.
    pub(super) fn sections(&self) -> Option<Vec<Id>> {
        let is_section = |id: &&Id| {
            IndustryLevel::of(&id.as_str().to_ascii_uppercase()) == Some(IndustryLevel::Section)
        };
        let first = self.industries.first()?;
        Some(first.iter().filter(is_section).filter(|id| self.takes(id)).cloned().collect())
    }

    /// Lets only reports of some industries, and of all below them, through.
    async fn narrow(
        &mut self,
        field: &str,
        industries: &[Id],
        reader: &Reader,
        v: &mut Violations,
    ) -> Result<()> {
        if industries.is_empty() {
            return Ok(());
        }
        let tree = reader.tree(Kind::Industry).await?.at(Date::MIN);
        let found = reader.find_many::<Industry>(industries).await?;
        let mut below = BTreeSet::new();
        for (index, (id, industry)) in industries.iter().zip(found).enumerate() {
            match industry.filter(|industry| !industry.is_deleted()) {
                Some(industry) => {
                    self.finer |= industry.record.level() > Some(IndustryLevel::Division);
                    self.below_sections |= industry.record.level() > Some(IndustryLevel::Section);
                    below.extend(tree.subtree(id));
                }
                None => unknown(&format!("{field}[{index}]"), Kind::Industry, id, v),
            }
        }
        self.industries.push(below);
        Ok(())
    }

    /// Lets only what an indicator is the sum of through.
    async fn narrow_to(
        &mut self,
        indicator: &Indicator,
        reader: &Reader,
        v: &mut Violations,
    ) -> Result<()> {
        let Some(scope) = &indicator.report_scope else {
            let text = "isn't a sum of reports: it has no report_scope";
            v.add("indicator", Reason::FieldContradiction, text);
            return Ok(());
        };
        if scope.technical_transformation {
            if self.transformation == Some(false) {
                let text = "is false, and the indicator is of technical transformations only";
                v.add("technical_transformation", Reason::FieldContradiction, text);
            }
            self.transformation = Some(true);
        }
        self.narrow("indicator", &scope.industries, reader, v).await
    }

    /// Whether all reports are let through.
    pub(super) fn lets_all(&self) -> bool {
        self.industries.is_empty()
            && self.kinds.is_none()
            && self.transformation.is_none()
            && self.sizes.is_none()
            && self.cluster.is_none()
            && self.list.is_none()
    }

    /// Whether an industry is let through.
    pub(super) fn takes(&self, industry: &Id) -> bool {
        self.industries.iter().all(|some| some.contains(industry))
    }
}

fn check_source(message: &v1::QueryStatisticsRequest, v: &mut Violations) {
    if message.source != Source::Official.number() {
        return;
    }
    if message.indicator.is_empty() {
        v.add("indicator", Reason::FieldRequired, "is required where source is OFFICIAL");
    }
    let given = [
        ("basis", message.basis != 0),
        ("boundaries", message.boundaries() == v1::Boundaries::AsOf),
        ("industries", !message.industries.is_empty()),
        ("construction_kinds", !message.construction_kinds.is_empty()),
        ("technical_transformation", message.technical_transformation.is_some()),
        ("size_classes", !message.size_classes.is_empty()),
        ("cluster", !message.cluster.is_empty()),
        ("list", !message.list.is_empty()),
        ("attributes", message.attributes() == v1::Attributes::Current),
    ];
    for (field, _) in given.into_iter().filter(|(_, given)| *given) {
        let text = "is of reports: leave it out where source is OFFICIAL";
        v.add(field, Reason::FieldContradiction, text);
    }
}

fn check_dimensions(message: &v1::QueryStatisticsRequest, v: &mut Violations) {
    let official = message.source == Source::Official.number();
    let (mut times, mut sets) = (0, 0);
    for (index, number) in message.dimensions.iter().enumerate() {
        let Some(dimension) = Dimension::from_number(*number) else { continue };
        let is_time = dimension.months().is_some();
        times += i32::from(is_time);
        sets += i32::from(matches!(dimension, Dimension::Cluster | Dimension::List));
        let text = if official && !is_time && dimension != Dimension::Region {
            "is of reports: official figures are known by region and part of the year"
        } else if is_time && times > 1 {
            "is a second part of the year: keep one"
        } else if sets > 1 {
            "is a second set that projects belong to: keep CLUSTER or LIST"
        } else {
            continue;
        };
        v.add(&format!("dimensions[{index}]"), Reason::FieldContradiction, text);
    }
}

/// What is of projects goes with what is of projects.
fn check_projects(message: &v1::QueryStatisticsRequest, v: &mut Violations) {
    let has = |is_meant: fn(Dimension) -> bool| {
        message.dimensions.iter().any(|it| Dimension::from_number(*it).is_some_and(is_meant))
    };
    let by_stage = has(|dimension| dimension == Dimension::Stage);
    let by_time = has(|dimension| dimension.months().is_some());
    let official = message.source == Source::Official.number();
    for (index, number) in message.measures.iter().enumerate() {
        let Some(measure) = Measure::from_number(*number) else { continue };
        let text = if official && measure.is_of_projects() {
            "counts projects, which are told with the source REPORTS"
        } else if by_stage && measure != Measure::ProjectCount {
            "isn't known by stage: PROJECT_COUNT is"
        } else if by_time && measure == Measure::ProjectCount {
            "counts projects as they are now: leave the part of the year out"
        } else {
            continue;
        };
        v.add(&format!("measures[{index}]"), Reason::FieldContradiction, text);
    }
}

pub(in crate::service) fn basis(given: v1::StatisticsBasis, highest: ReviewLevel) -> Basis {
    match given {
        v1::StatisticsBasis::Unspecified => Basis::Accepted(highest),
        v1::StatisticsBasis::Submitted => Basis::Submitted,
        v1::StatisticsBasis::County => Basis::Accepted(ReviewLevel::County),
        v1::StatisticsBasis::City => Basis::Accepted(ReviewLevel::City),
        v1::StatisticsBasis::Province => Basis::Accepted(ReviewLevel::Province),
        v1::StatisticsBasis::Nation => Basis::Accepted(ReviewLevel::Nation),
    }
}

/// The record that a field names, which must be there.
async fn existing<R: Record>(
    reader: &Reader,
    field: &str,
    id: Option<Id>,
    v: &mut Violations,
) -> Result<Option<Stored<R>>> {
    let Some(id) = id else { return Ok(None) };
    let found = reader.find::<R>(&id).await?.filter(|found| !found.is_deleted());
    if found.is_none() {
        unknown(field, R::KIND, &id, v);
    }
    Ok(found)
}

pub(super) fn unknown(field: &str, kind: Kind, id: &Id, v: &mut Violations) {
    let name = crate::domain::kind::name(kind, id);
    let text = format!("names {name}, which doesn't exist or is deleted");
    v.add(field, Reason::ReferenceUnknown, text);
}

/// What numbers mean; unknown ones were refused with the fields.
fn all<T>(numbers: &[i32], read: impl Fn(i32) -> Option<T>) -> Vec<T> {
    numbers.iter().filter_map(|number| read(*number)).collect()
}

fn some<T>(numbers: &[i32], read: impl Fn(i32) -> Option<T>) -> Option<Vec<T>> {
    (!numbers.is_empty()).then(|| all(numbers, read))
}
