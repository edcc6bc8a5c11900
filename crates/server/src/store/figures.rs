//! What reports count for: the families of cells, and their keys.
//!
//! A family's layout says which parts its keys have, in their order. Keys are
//! written and read by it, so nobody else knows what they look like.

#[cfg(test)]
mod golden;

use super::cells::Cells;
use super::key::{Key, Table};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::month::Month;
use crate::domain::project::{ConstructionKind, SizeClass, Stage};
use crate::domain::report::{Basis, Report, Submission};
use crate::domain::review_level::{ReviewLevel, Reviewer};
use crate::error::{Error, Result};

/// Families of cells. The numbers are on disk and never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Family {
    /// Figures by region.
    Region = 1,
    /// Figures by region and division.
    Division = 2,
    /// Figures by region, kind of construction and transformation.
    Kind = 3,
    /// Figures by region and size class.
    Size = 4,
    /// Figures by all of these.
    Full = 5,
    /// Figures by cluster and region: a report counts in each of its clusters.
    Cluster = 6,
    /// Figures by list and region: a report counts in each of its lists.
    List = 7,
    /// Reports that wait, by reviewing region.
    Waiting = 8,
    /// Submissions and acceptances in time and late, by month and region.
    Timely = 9,
    /// Reports that are expected, by year and region: by how many more or fewer
    /// from each month of the year on.
    Expected = 10,
    /// Projects by stage and region.
    ProjectStage = 11,
    /// Projects by division, kind of construction and transformation, size class,
    /// stage and region.
    ProjectFull = 12,
    /// What happened to projects, and was planned to, by month and region.
    ProjectSchedule = 13,
    /// Figures by region and section.
    Section = 20,
    /// Participants of trainings and their hours, by day, course and region.
    Training = 23,
    /// What is taken of a training session.
    Seats = 24,
    /// Actions by organisation that leads, or by region, and due date: open ones;
    /// closed and cancelled ones without their dates.
    Action = 22,
}

/// A part of a cell's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// On which basis it is told: a byte.
    Basis,
    /// Of which month: two bytes.
    Month,
    /// Of which year: two bytes.
    Year,
    /// In which stage: a byte.
    Stage,
    /// By which section: a text.
    Section,
    /// By which division: a text.
    Division,
    /// By which kind of construction, and whether it transforms: a byte.
    Kind,
    /// By which size class: a byte.
    Size,
    /// By which cluster: a text.
    Cluster,
    /// By which list: a text.
    List,
    /// On which level it waits: a byte.
    Level,
    /// In which region: a text.
    Region,
    /// On which day: four bytes; zeros where that doesn't matter any more.
    Day,
    /// Of which course: a text.
    Course,
    /// Of which training session: a text.
    TrainingSession,
    /// Of which organisation or region: a byte for the kind, and a text.
    Named,
}

/// What a submission is counted under, besides its cluster or list.
struct Under<'a> {
    month: Month,
    basis: Basis,
    submission: &'a Submission,
}

impl Family {
    const ALL: [Self; 17] = [
        Self::Region,
        Self::Division,
        Self::Kind,
        Self::Size,
        Self::Full,
        Self::Cluster,
        Self::List,
        Self::Waiting,
        Self::Timely,
        Self::Expected,
        Self::ProjectStage,
        Self::ProjectFull,
        Self::ProjectSchedule,
        Self::Section,
        Self::Training,
        Self::Seats,
        Self::Action,
    ];

    /// The parts of its keys.
    const fn layout(self) -> &'static [Part] {
        match self {
            Self::Region | Self::Timely => &[Part::Basis, Part::Month, Part::Region],
            Self::Section => &[Part::Basis, Part::Month, Part::Section, Part::Region],
            Self::Division => &[Part::Basis, Part::Month, Part::Division, Part::Region],
            Self::Kind => &[Part::Basis, Part::Month, Part::Kind, Part::Region],
            Self::Size => &[Part::Basis, Part::Month, Part::Size, Part::Region],
            Self::Full => {
                &[Part::Basis, Part::Month, Part::Division, Part::Kind, Part::Size, Part::Region]
            }
            Self::Cluster => &[Part::Basis, Part::Month, Part::Cluster, Part::Region],
            Self::List => &[Part::Basis, Part::Month, Part::List, Part::Region],
            Self::Waiting => &[Part::Level, Part::Region],
            Self::Expected => &[Part::Year, Part::Region],
            Self::ProjectStage => &[Part::Stage, Part::Region],
            Self::ProjectFull => {
                &[Part::Division, Part::Kind, Part::Size, Part::Stage, Part::Region]
            }
            Self::ProjectSchedule => &[Part::Month, Part::Region],
            Self::Training => &[Part::Day, Part::Course, Part::Region],
            Self::Seats => &[Part::TrainingSession],
            Self::Action => &[Part::Named, Part::Day],
        }
    }

    /// What its numbers are, for people.
    const fn title(self) -> &'static str {
        match self {
            Self::Region => "figures by region",
            Self::Section => "figures by section",
            Self::Division => "figures by division",
            Self::Kind => "figures by construction kind",
            Self::Size => "figures by size class",
            Self::Full => "figures by division, construction kind and size class",
            Self::Cluster => "figures by cluster",
            Self::List => "figures by list",
            Self::Waiting => "reports that wait",
            Self::Timely => "in time and late",
            Self::Expected => "reports that are expected",
            Self::ProjectStage => "projects by stage",
            Self::ProjectFull => "projects by division, construction kind, size class and stage",
            Self::ProjectSchedule => "starts and plans of projects",
            Self::Training => "participants of trainings",
            Self::Seats => "places of training sessions",
            Self::Action => "actions, open, closed and cancelled",
        }
    }

    /// The key of what a submission is counted under; `named` is the cluster or
    /// the list, where it is by one.
    fn key(self, under: &Under<'_>, named: &str) -> Vec<u8> {
        let of = &under.submission.attributes;
        let byte = |number: i32| u8::try_from(number).unwrap_or_default();
        let add = |key: Key, part: &Part| match part {
            Part::Basis => key.byte(under.basis.number()),
            Part::Month => month_part(key, under.month),
            Part::Section => key.text(of.section.as_str()),
            Part::Division => key.text(of.division.as_str()),
            Part::Kind => key.byte(
                byte(of.construction_kind.number()) << 1 | u8::from(of.technical_transformation),
            ),
            Part::Size => key.byte(byte(of.size_class.number())),
            Part::Cluster | Part::List => key.text(named),
            // Whose turn it is, what projects and actions are, and who was trained, isn't counted by
            // submissions.
            Part::Level
            | Part::Year
            | Part::Stage
            | Part::Day
            | Part::Course
            | Part::TrainingSession
            | Part::Named => key,
            Part::Region => key.text(of.region.as_str()),
        };
        self.layout().iter().fold(cell(self), add).done()
    }
}

/// Key of the cells of a family.
pub(super) fn cell(family: Family) -> Key {
    Key::new(Table::Cell).byte(family as u8)
}

/// What one key part of a cell is for a month: its order is that of time.
#[must_use]
pub fn month_part(key: Key, month: Month) -> Key {
    let number = u16::try_from(month.year() * 12 + month.month()).unwrap_or_default();
    let [high, low] = number.to_be_bytes();
    key.byte(high).byte(low)
}

/// Component by which reports that wait for a reviewer are found.
#[must_use]
pub fn by_reviewer(reviewer: &Reviewer) -> Key {
    let level = u8::try_from(reviewer.level.number()).unwrap_or_default();
    Key::part().byte(level).text(reviewer.region.as_str())
}

/// Key of the cell of what waits for a reviewer; for none, of all of them.
pub(super) fn waiting(reviewer: Option<&Reviewer>) -> Vec<u8> {
    let by = reviewer.map(by_reviewer).unwrap_or_default();
    cell(Family::Waiting).last(&by.done())
}

/// The reviewer that [`by_reviewer`] wrote.
pub(super) fn read_reviewer(bytes: &[u8]) -> Result<Reviewer> {
    let damaged = || Error::Damaged("a cell of a reviewer isn't one".into());
    let (level, region) = bytes.split_first().ok_or_else(damaged)?;
    let level = ReviewLevel::from_number(i32::from(*level)).ok_or_else(damaged)?;
    let region = region.strip_suffix(&[0]).ok_or_else(damaged)?;
    Ok(Reviewer { level, region: super::id_of(region)? })
}

/// Adds a submission's figures to all families: construction and installation,
/// equipment and other, in fen, and one report.
pub(super) fn count_figures(
    month: Month,
    basis: Basis,
    submission: &Submission,
    cells: &mut Cells,
) {
    let [construction, equipment, other] = submission.content.investment.parts();
    let numbers = [construction, equipment, other, 1];
    let under = Under { month, basis, submission };
    let each = [
        Family::Region,
        Family::Section,
        Family::Division,
        Family::Kind,
        Family::Size,
        Family::Full,
    ];
    for family in each {
        cells.add(family.key(&under, ""), &numbers);
    }
    for cluster in &submission.attributes.clusters {
        cells.add(Family::Cluster.key(&under, cluster.as_str()), &numbers);
    }
    for list in &submission.attributes.lists {
        cells.add(Family::List.key(&under, list.as_str()), &numbers);
    }
}

impl Report {
    /// Counts whether submission and acceptances were in time: those of the
    /// latest submission.
    pub(super) fn count_timely(&self, cells: &mut Cells) {
        let Some(submission) = self.latest() else { return };
        let mut add = |basis: Basis, late: bool| {
            let under = Under { month: self.month, basis, submission };
            cells.add(Family::Timely.key(&under, ""), &[i64::from(!late), i64::from(late)]);
        };
        add(Basis::Submitted, submission.late);
        for acceptance in &self.acceptances {
            add(Basis::Accepted(acceptance.level), acceptance.late);
        }
    }
}

/// A cell as people are told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What its numbers are: `figures by region`.
    pub family: String,
    /// What they are of: `basis SUBMITTED, month 2023-06, region regions/330402`.
    pub description: String,
}

/// What the cell with a key is. A key that no version of this program writes is
/// told as its bytes.
#[must_use]
pub fn told(key: &[u8]) -> Told {
    let found = match key.split_first() {
        Some((&table, rest)) if table == Table::Uses as u8 => read_uses(rest),
        Some((&table, rest)) if table == Table::Cell as u8 => read_cell(rest),
        _ => None,
    };
    let (family, description) = found.unwrap_or_else(|| {
        let bytes: Vec<_> = key.iter().map(|byte| format!("{byte:02x}")).collect();
        ("unknown", format!("the key {}", bytes.concat()))
    });
    Told { family: family.to_owned(), description }
}

fn read_uses(bytes: &[u8]) -> Option<(&'static str, String)> {
    let (number, id) = bytes.split_first()?;
    let kind = Kind::from_number(i32::from(*number))?;
    Some(("records that name it", kind::name(kind, &super::id_of(id).ok()?)))
}

fn read_cell(bytes: &[u8]) -> Option<(&'static str, String)> {
    let (number, mut rest) = bytes.split_first()?;
    let family = Family::ALL.into_iter().find(|family| *family as u8 == *number)?;
    let mut parts = Vec::new();
    for part in family.layout() {
        parts.push(read_part(*part, &mut rest)?);
    }
    rest.is_empty().then(|| (family.title(), parts.join(", ")))
}

/// Takes a part off the beginning of some bytes, and says what it is.
fn read_part(part: Part, bytes: &mut &[u8]) -> Option<String> {
    Some(match part {
        Part::Basis => {
            let number = take(bytes)?;
            let basis = Basis::ALL.into_iter().find(|basis| basis.number() == number)?;
            match basis {
                Basis::Submitted => "basis SUBMITTED".to_owned(),
                Basis::Accepted(level) => format!("basis ACCEPTED by {level}"),
            }
        }
        Part::Month => {
            let months = i32::from(u16::from_be_bytes([take(bytes)?, take(bytes)?]));
            let months = months.checked_sub(1)?;
            format!("month {}", Month::new(months / 12, months % 12 + 1).ok()?)
        }
        Part::Year => format!("year {}", u16::from_be_bytes([take(bytes)?, take(bytes)?])),
        Part::Stage => format!("stage {}", Stage::from_number(i32::from(take(bytes)?))?),
        Part::Section => format!("section {}", take_name(bytes, Kind::Industry)?),
        Part::Division => format!("division {}", take_name(bytes, Kind::Industry)?),
        Part::Kind => {
            let number = take(bytes)?;
            let kind = ConstructionKind::from_number(i32::from(number >> 1))?;
            let transforms = number & 1 == 1;
            format!("construction kind {kind}, technical transformation {transforms}")
        }
        Part::Size => {
            format!("size class {}", SizeClass::from_number(i32::from(take(bytes)?))?)
        }
        Part::Cluster => format!("cluster {}", take_name(bytes, Kind::Cluster)?),
        Part::List => format!("list {}", take_id(bytes)?),
        Part::Level => format!("level {}", ReviewLevel::from_number(i32::from(take(bytes)?))?),
        Part::Region => format!("region {}", take_name(bytes, Kind::Region)?),
        Part::Day => {
            let [first, second, third, fourth] =
                [take(bytes)?, take(bytes)?, take(bytes)?, take(bytes)?];
            match i32::from_be_bytes([first, second, third, fourth]) {
                0 => "no day".to_owned(),
                number => format!("day {}", Date::from_number(number).ok()?),
            }
        }
        Part::Course => format!("course {}", take_name(bytes, Kind::Course)?),
        Part::TrainingSession => {
            format!("session {}", take_name(bytes, Kind::TrainingSession)?)
        }
        Part::Named => {
            let kind = Kind::from_number(i32::from(take(bytes)?))?;
            format!("{} {}", kind.noun(), take_name(bytes, kind)?)
        }
    })
}

fn take(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

fn take_name(bytes: &mut &[u8], kind: Kind) -> Option<String> {
    Some(kind::name(kind, &take_id(bytes)?))
}

/// An id has no zero byte, so its text ends at the first one.
pub(super) fn take_id(bytes: &mut &[u8]) -> Option<Id> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let (id, rest) = bytes.split_at_checked(end)?;
    *bytes = rest.get(1..)?;
    super::id_of(id).ok()
}
