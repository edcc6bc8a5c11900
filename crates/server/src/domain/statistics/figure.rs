//! Figures: how each measure follows from sums, and why there may be none.
//!
//! Growth is value by base less one, and is absent where there is no base above
//! zero. Nothing is rounded here.

use super::Measure;
use super::amount::Amount;
use super::line::{Base, BaseKind, Line, Sums};
use crate::domain::decimal::Ratio;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::numbered::numbered;
use crate::domain::project::light::Light;

numbered! {
    /// Why there is no figure.
    Absence {
        /// Nothing was reported or observed.
        NoValue = 1 "NO_VALUE",
        /// There is nothing to compare with.
        BaseMissing = 2 "BASE_MISSING",
        /// What it is compared with is zero.
        BaseZero = 3 "BASE_ZERO",
        /// What it is compared with is less than zero.
        BaseNegative = 4 "BASE_NEGATIVE",
        /// There is no whole to be a part of.
        WholeMissing = 5 "WHOLE_MISSING",
        /// There is no target with a value above zero.
        TargetMissing = 6 "TARGET_MISSING",
        /// It isn't known of such rows.
        NotOfSuchRows = 7 "NOT_OF_SUCH_ROWS",
    }
}

/// How much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// An amount.
    Amount(Amount),
    /// A ratio.
    Ratio(Ratio),
    /// A ratio that is told in percentage points.
    Points(Ratio),
    /// A place.
    Rank(usize),
    /// A number of things.
    Count(i64),
    /// A warning light.
    Light(Light),
}

/// A figure with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// How much, or why nothing.
    pub quantity: Result<Quantity, Absence>,
    /// What stands above the line of a quotient.
    pub numerator: Option<Amount>,
    /// What stands below it.
    pub denominator: Option<Amount>,
    /// What a growth is over.
    pub base_kind: Option<BaseKind>,
    /// Why a comparable base is what it is.
    pub base_reason: String,
    /// The records that it comes from.
    pub records: Vec<(Kind, Id)>,
    /// How many reports are above the line.
    pub count: i64,
    /// How many reports are in the base.
    pub base_count: i64,
}

impl Figure {
    fn new(quantity: Result<Quantity, Absence>) -> Self {
        Self {
            quantity,
            numerator: None,
            denominator: None,
            base_kind: None,
            base_reason: String::new(),
            records: Vec::new(),
            count: 0,
            base_count: 0,
        }
    }

    fn of(mut self, sums: &Sums) -> Self {
        self.count = sums.count;
        self.records.extend(sums.observation.clone().map(|id| (Kind::Observation, id)));
        self
    }

    fn over(mut self, base: Option<&Base>) -> Self {
        if let Some(base) = base {
            self.base_kind = Some(base.kind);
            self.base_reason.clone_from(&base.reason);
            self.base_count = base.count;
            self.records.extend(base.observation.clone().map(|id| (Kind::Observation, id)));
        }
        self
    }

    fn line(mut self, numerator: Option<Amount>, denominator: Option<Amount>) -> Self {
        (self.numerator, self.denominator) = (numerator, denominator);
        self
    }
}

/// The figure of a row within the whole of its period; ranks come from
/// [`ranks`].
#[must_use]
pub fn figure(measure: Measure, row: &Line, whole: &Line) -> Figure {
    match measure {
        Measure::Value => amount(&row.current, row.current.total),
        Measure::YearToDate => amount(&row.to_date, row.to_date.total),
        Measure::Construction => amount(&row.current, component(row, 0)),
        Measure::Equipment => amount(&row.current, component(row, 1)),
        Measure::Other => amount(&row.current, component(row, 2)),
        Measure::ReportCount => {
            Figure::new(Ok(Quantity::Count(row.current.count))).of(&row.current)
        }
        Measure::Growth => growing(&row.current, row.base.as_ref()),
        Measure::YearToDateGrowth => growing(&row.to_date, row.base_to_date.as_ref()),
        Measure::GrowthDifference => difference(row, whole),
        Measure::Share => share(row, whole),
        Measure::Contribution => contribution(row, whole),
        Measure::Pull => pull(row, whole),
        Measure::PlanCompletion => completion(row),
        Measure::ProRataPlan => pro_rata(row),
        Measure::Light => light(row),
        Measure::ProjectCount => counted(row.projects.count),
        Measure::NewStarts => counted(row.projects.schedule.started),
        Measure::StartRate => {
            let of = row.projects.schedule;
            rate(of.started_as_planned, of.planned_starts)
        }
        Measure::ProductionRate => {
            let of = row.projects.schedule;
            rate(of.producing_as_planned, of.planned_completions)
        }
        Measure::Rank | Measure::GrowthRank => Figure::new(Err(Absence::NotOfSuchRows)),
    }
}

fn counted(projects: i64) -> Figure {
    Figure::new(Ok(Quantity::Count(projects)))
}

/// How many of so many projects.
fn rate(some: i64, of: i64) -> Figure {
    let ratio = Ratio::new(some.into(), of.into()).ok_or(Absence::WholeMissing);
    let number = |count: i64| Some(Amount::of_fen(i128::from(count) * 100));
    Figure::new(ratio.map(Quantity::Ratio)).line(number(some), number(of))
}

/// Places by value or by growth, the greatest first: equal ones share a place,
/// and the next has the place that it would have anyhow (1, 2, 2, 4).
#[must_use]
pub fn ranks(measure: Measure, rows: &[&Line]) -> Vec<Figure> {
    match measure {
        Measure::GrowthRank => {
            let growths = rows.iter().map(|row| grown(&row.current, row.base.as_ref()));
            places(&growths.collect::<Vec<_>>())
        }
        _ => {
            let values = rows.iter().map(|row| row.current.total.ok_or(Absence::NoValue));
            places(&values.collect::<Vec<_>>())
        }
    }
}

fn places<T: Ord>(values: &[Result<T, Absence>]) -> Vec<Figure> {
    let mut sorted: Vec<&T> = values.iter().filter_map(|value| value.as_ref().ok()).collect();
    sorted.sort_unstable_by(|one, other| other.cmp(one));
    let place = |value: &T| sorted.partition_point(|other| *other > value) + 1;
    let figure = |value: &Result<T, Absence>| match value {
        Ok(value) => Figure::new(Ok(Quantity::Rank(place(value)))),
        Err(absence) => Figure::new(Err(*absence)),
    };
    values.iter().map(figure).collect()
}

fn component(row: &Line, at: usize) -> Option<Amount> {
    row.current.components.and_then(|components| components.get(at).copied())
}

fn amount(sums: &Sums, amount: Option<Amount>) -> Figure {
    Figure::new(amount.map(Quantity::Amount).ok_or(Absence::NoValue)).of(sums)
}

fn growing(sums: &Sums, base: Option<&Base>) -> Figure {
    Figure::new(grown(sums, base).map(Quantity::Ratio))
        .of(sums)
        .over(base)
        .line(sums.total, base.map(|base| base.value))
}

fn grown(sums: &Sums, base: Option<&Base>) -> Result<Ratio, Absence> {
    growth(sums.total.ok_or(Absence::NoValue)?, base.map(|base| base.value))
}

/// `value / base - 1`, exact: 0.241 for a growth of 24.1 percent.
///
/// # Errors
/// Why there is none.
pub fn growth(value: Amount, base: Option<Amount>) -> Result<Ratio, Absence> {
    let base = positive(base)?;
    value.less(base).by(base).ok_or(Absence::BaseZero)
}

fn positive(base: Option<Amount>) -> Result<Amount, Absence> {
    let base = base.ok_or(Absence::BaseMissing)?;
    match base.sign() {
        0 => Err(Absence::BaseZero),
        sign if sign < 0 => Err(Absence::BaseNegative),
        _ => Ok(base),
    }
}

fn difference(row: &Line, whole: &Line) -> Figure {
    let of = |line: &Line| grown(&line.current, line.base.as_ref());
    let both = of(row).and_then(|own| Ok((own, of(whole)?)));
    let points = both.and_then(|(own, all)| own.checked_sub(all).ok_or(Absence::BaseZero));
    Figure::new(points.map(Quantity::Points)).of(&row.current).over(row.base.as_ref())
}

fn share(row: &Line, whole: &Line) -> Figure {
    let of = row.part_of.as_ref().unwrap_or(&whole.current);
    let value = row.current.total.ok_or(Absence::NoValue);
    let ratio = value.and_then(|value| {
        let all = of.total.filter(|all| all.sign() > 0).ok_or(Absence::WholeMissing)?;
        value.by(all).ok_or(Absence::WholeMissing)
    });
    let mut figure = Figure::new(ratio.map(Quantity::Ratio)).of(&row.current);
    figure.records.extend(of.observation.clone().map(|id| (Kind::Observation, id)));
    figure.line(row.current.total, of.total)
}

/// The increase of a line over the year before.
fn increase(line: &Line) -> Result<Amount, Absence> {
    let value = line.current.total.ok_or(Absence::NoValue)?;
    let base = line.base.as_ref().ok_or(Absence::BaseMissing)?.value;
    Ok(value.less(base))
}

fn contribution(row: &Line, whole: &Line) -> Figure {
    let (own, all) = (increase(row), increase(whole));
    let ratio = own.and_then(|own| own.by(all?).ok_or(Absence::BaseZero));
    let figure = Figure::new(ratio.map(Quantity::Ratio)).of(&row.current).over(row.base.as_ref());
    figure.line(own.ok(), all.ok())
}

fn pull(row: &Line, whole: &Line) -> Figure {
    let (own, base) = (increase(row), positive(whole.base.as_ref().map(|base| base.value)));
    let ratio = own.and_then(|own| own.by(base?).ok_or(Absence::BaseZero));
    let figure = Figure::new(ratio.map(Quantity::Points)).of(&row.current).over(row.base.as_ref());
    figure.line(own.ok(), base.ok())
}

fn completion(row: &Line) -> Figure {
    let target = row.target.as_ref().filter(|target| target.value.sign() > 0);
    let value = row.to_date.total.ok_or(Absence::NoValue);
    let ratio = value.and_then(|value| {
        let target = target.ok_or(Absence::TargetMissing)?;
        value.by(target.value).ok_or(Absence::TargetMissing)
    });
    let mut figure = Figure::new(ratio.map(Quantity::Ratio)).of(&row.to_date);
    figure.records.extend(target.map(|target| (Kind::Target, target.target.clone())));
    figure.line(row.to_date.total, target.map(|target| target.value))
}

/// How far the year so far is behind what of the target falls on it.
fn light(row: &Line) -> Figure {
    let target = row.target.as_ref().filter(|target| target.value.sign() > 0);
    let value = row.to_date.total.ok_or(Absence::NoValue);
    let light = value.and_then(|value| {
        let target = target.ok_or(Absence::TargetMissing)?;
        Ok(Quantity::Light(target.light(value)))
    });
    let mut figure = Figure::new(light).of(&row.to_date);
    figure.records.extend(target.map(|target| (Kind::Target, target.target.clone())));
    let due = target.map(|target| target.value.parts(target.months.into(), 12));
    figure.line(row.to_date.total, due)
}

fn pro_rata(row: &Line) -> Figure {
    let target = row.target.as_ref().filter(|target| target.value.sign() > 0);
    let plan = target.map(|target| target.value.parts(target.months.into(), 12));
    let mut figure = Figure::new(plan.map(Quantity::Amount).ok_or(Absence::TargetMissing));
    figure.records.extend(target.map(|target| (Kind::Target, target.target.clone())));
    figure
}
