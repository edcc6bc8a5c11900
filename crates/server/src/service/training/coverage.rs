//! `GetTrainingCoverage`: which counties had somebody attending, and which nobody.

use std::collections::BTreeMap;

use outlay_proto::v1;
use tonic::Request;

use crate::domain::date::Date;
use crate::domain::decimal::{Decimal, Ratio};
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::reference::Region;
use crate::domain::review_level::ReviewLevel;
use crate::domain::training::Course;
use crate::domain::tree::{Boundaries, DatedTree};
use crate::error::{Error, Reason, Result};
use crate::service::admit;
use crate::service::convert::read_date;
use crate::service::standard::{Standard, revision, territory};
use crate::store::reader::Reader;
use crate::store::training::coverage::TrainingCell;

/// Digits behind the point of a percentage.
const PLACES: u32 = 2;

/// Participants and their hours, in millionths.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    participants: i64,
    hours: i128,
}

impl Sum {
    fn add(&mut self, cell: &TrainingCell) {
        self.participants = self.participants.saturating_add(cell.participants);
        self.hours = self.hours.saturating_add(cell.hours.into());
    }

    fn hours(self) -> Result<String> {
        let hours = Decimal::new(self.hours);
        let damaged = |_| Error::Damaged("trainings have more hours than can be".into());
        hours.map(|hours| hours.to_string()).map_err(damaged)
    }
}

pub(super) async fn get(
    standard: &Standard,
    request: Request<v1::GetTrainingCoverageRequest>,
) -> Result<v1::GetTrainingCoverageResponse> {
    let (_, message) = admit::reading(request)?;
    let (first, last) = span(&message)?;
    let reader = standard.reader(&message).await?;
    let course = course(&reader, &message.course).await?;
    let within = territory(&reader, &message.region, last).await?.unwrap_or_default();
    let tree = reader.tree(Kind::Region).await?;
    let boundaries = reader.boundaries(last).await?;
    let mut counties: BTreeMap<Id, Sum> = BTreeMap::new();
    for id in within.iter().filter(|id| boundaries.tree().contains(id)) {
        if county_of(&tree, &boundaries, id).as_ref() == Some(id) {
            counties.insert(id.clone(), Sum::default());
        }
    }
    let (mut whole, mut other) = (Sum::default(), Sum::default());
    for cell in reader.training_cells(first, last).await? {
        let is_meant = course.as_ref().is_none_or(|course| *course == cell.course);
        if is_meant && within.binary_search(&cell.region).is_ok() {
            whole.add(&cell);
            let county = county_of(&tree, &boundaries, &cell.region);
            county.and_then(|county| counties.get_mut(&county)).unwrap_or(&mut other).add(&cell);
        }
    }
    let covered = counties.values().filter(|sum| sum.participants > 0).count();
    Ok(v1::GetTrainingCoverageResponse {
        county_count: i32::try_from(counties.len()).unwrap_or(i32::MAX),
        covered_count: i32::try_from(covered).unwrap_or(i32::MAX),
        covered_percent: percent(covered as i128, counties.len() as i128),
        participant_count: whole.participants,
        hours: whole.hours()?,
        other_participant_count: other.participants,
        counties: shown(&reader, &counties, whole).await?,
        revision: revision(&reader),
    })
}

/// The days that are asked for.
fn span(message: &v1::GetTrainingCoverageRequest) -> Result<(Date, Date)> {
    let day = |field: &str, day: Option<&v1::Date>| {
        read_date(day.unwrap_or(&v1::Date::default())).map_err(|flaw| flaw.into_error(field))
    };
    let first = day("first_date", message.first_date.as_ref())?;
    let last = day("last_date", message.last_date.as_ref())?;
    if last < first {
        let text = format!("is {last}, before first_date {first}");
        return Err(Error::field("last_date", Reason::DateOrder, text));
    }
    Ok((first, last))
}

async fn course(reader: &Reader, name: &str) -> Result<Option<Id>> {
    if name.is_empty() {
        return Ok(None);
    }
    let id = kind::parse_as(Kind::Course, name).map_err(|flaw| flaw.into_error("course"))?;
    Ok(Some(reader.get::<Course>(&id).await?.id))
}

/// The county to which a region counts on the day: the highest region of that level
/// on the way up, so that a development zone within a county isn't one more.
fn county_of(tree: &DatedTree, boundaries: &Boundaries, region: &Id) -> Option<Id> {
    let is_county =
        |id: &Id| tree.place(id).and_then(|place| place.level) == Some(ReviewLevel::County);
    boundaries.line(region).into_iter().rfind(is_county)
}

/// The counties, those without anybody last.
async fn shown(
    reader: &Reader,
    counties: &BTreeMap<Id, Sum>,
    whole: Sum,
) -> Result<Vec<v1::CountyCoverage>> {
    let ids: Vec<Id> = counties.keys().cloned().collect();
    let found = reader.find_many::<Region>(&ids).await?;
    let mut rows = Vec::with_capacity(ids.len());
    for ((id, sum), found) in counties.iter().zip(found) {
        rows.push(v1::CountyCoverage {
            region: kind::name(Kind::Region, id),
            display_name: found.map(|found| found.record.display_name).unwrap_or_default(),
            covered: sum.participants > 0,
            participant_count: sum.participants,
            participant_percent: percent(sum.participants.into(), whole.participants.into()),
            hours: sum.hours()?,
        });
    }
    rows.sort_by_key(|row| !row.covered);
    Ok(rows)
}

/// A part in percent; empty where there is no whole.
fn percent(part: i128, whole: i128) -> String {
    Ratio::new(part, whole).map_or_else(String::new, |ratio| ratio.percent(PLACES))
}
