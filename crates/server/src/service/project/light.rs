//! `GetProjectLight` and `GetLightCounts`.

use std::collections::{BTreeMap, BTreeSet};

use outlay_proto::v1;
use tonic::Request;

use super::Projects;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::month::Month;
use crate::domain::period::Period;
use crate::domain::project::Project;
use crate::domain::project::light::{Evidence, Light, LightReading, Unread, light};
use crate::domain::reference::Region;
use crate::domain::statistics::Amount;
use crate::error::{Error, Reason, Result};
use crate::service::admit;
use crate::service::convert::{date, money};
use crate::service::standard::{Standard, id_of, live, revision, territory};
use crate::service::statistics::query::places::{Place, Places};
use crate::store::reader::Reader;
use crate::store::record::Stored;

/// Digits behind the point of percentage points.
const PLACES_OF_POINTS: u32 = 6;

pub(super) async fn get(
    standard: &Standard,
    request: Request<v1::GetProjectLightRequest>,
) -> Result<v1::ProjectLight> {
    let (_, message) = admit::reading(request)?;
    let id = id_of::<Projects>("name", &message.name)?;
    let reader = standard.reader(&message).await?;
    let as_of = day(standard, message.as_of.as_ref())?;
    let stored = reader.get::<Project>(&id).await?;
    live(Some(&stored))?;
    let readings = readings(&reader, &stored, as_of).await?;
    Ok(v1::ProjectLight {
        project: stored.name(),
        light: number(light(&readings)),
        as_of: Some(date(as_of)),
        readings: readings.iter().map(|reading| show(reading, &reader)).collect(),
        revision: revision(&reader),
    })
}

/// The light that a project has today; 0 for none.
pub(super) async fn today(reader: &Reader, stored: &Stored<Project>) -> Result<i32> {
    Ok(number(light(&readings(reader, stored, reader.today()?).await?)))
}

pub(super) async fn count(
    standard: &Standard,
    request: Request<v1::GetLightCountsRequest>,
) -> Result<v1::GetLightCountsResponse> {
    let (_, message) = admit::reading(request)?;
    let reader = standard.reader(&message).await?;
    let as_of = day(standard, message.as_of.as_ref())?;
    let regions = territory(&reader, &message.region, as_of).await?;
    let root = kind::parse_as(Kind::Region, &message.region).ok();
    let period = Period::of_month(Month::reporting(as_of)).map_err(|it| it.into_error("as_of"))?;
    let when = (period, Some(as_of));
    let places = Places::within(&reader, root.as_ref(), Some(1), when, &[]).await?;
    let mut found: Vec<(Id, Stored<Project>)> = Vec::new();
    reader
        .projects_in(regions.as_deref(), reader.query_limits().lights, |stored| {
            let region = |day: Date| stored.record.region_at(day).clone();
            if let Place::Row(Some(row)) = places.of_project(region) {
                found.push((row, stored));
            }
            Ok(())
        })
        .await?;
    let (rows, projects): (Vec<Id>, Vec<Stored<Project>>) = found.into_iter().unzip();
    let readings = reader.light_readings(&projects, as_of).await?;
    let mut counts: BTreeMap<Id, BTreeMap<Option<Light>, i64>> = BTreeMap::new();
    for (row, readings) in rows.into_iter().zip(&readings) {
        *counts.entry(row).or_default().entry(light(readings)).or_default() += 1;
    }
    let rows = shown_rows(&reader, root.as_ref(), &places.rows, &counts).await?;
    Ok(v1::GetLightCountsResponse { rows, as_of: Some(date(as_of)), revision: revision(&reader) })
}

/// The whole first, then each region right below.
async fn shown_rows(
    reader: &Reader,
    root: Option<&Id>,
    below: &[Id],
    counts: &BTreeMap<Id, BTreeMap<Option<Light>, i64>>,
) -> Result<Vec<v1::RegionLights>> {
    let ids: BTreeSet<&Id> = below.iter().chain(counts.keys()).collect();
    let ids: Vec<Id> = root.into_iter().chain(ids).cloned().collect();
    let names = reader.find_many::<Region>(&ids).await?;
    let row = |(at, (id, found)): (usize, (&Id, Option<Stored<Region>>))| {
        let is_whole = at == 0 && root.is_some();
        let count = |light: Option<Light>| {
            let meant = counts.iter().filter(|(row, _)| is_whole || *row == id);
            meant.filter_map(|(_, lights)| lights.get(&light)).sum()
        };
        v1::RegionLights {
            region: kind::name(Kind::Region, id),
            display_name: found.map(|found| found.record.display_name).unwrap_or_default(),
            own: !is_whole && root == Some(id),
            green_count: count(Some(Light::Green)),
            yellow_count: count(Some(Light::Yellow)),
            red_count: count(Some(Light::Red)),
            none_count: count(None),
        }
    };
    Ok(ids.iter().zip(names).enumerate().map(row).collect())
}

async fn readings(
    reader: &Reader,
    stored: &Stored<Project>,
    as_of: Date,
) -> Result<Vec<LightReading>> {
    let read = reader.light_readings(std::slice::from_ref(stored), as_of).await?;
    Ok(read.into_iter().next().unwrap_or_default())
}

/// The day that is asked for; none in the future.
fn day(standard: &Standard, as_of: Option<&v1::Date>) -> Result<Date> {
    let (day, today) = (standard.day(as_of)?, standard.today()?);
    if day > today {
        let text = format!("is {day}, in the future: it is {today}");
        return Err(Error::field("as_of", Reason::FieldOutOfRange, text));
    }
    Ok(day)
}

fn number(light: Option<Light>) -> i32 {
    light.map_or(0, Light::number)
}

fn show(reading: &LightReading, reader: &Reader) -> v1::LightReading {
    let mut wire = v1::LightReading {
        rule: reading.rule().number(),
        light: number(reading.light.ok()),
        absence: reading.light.err().map_or(0, Unread::number),
        ..v1::LightReading::default()
    };
    match &reading.evidence {
        Evidence::Pace { month, year_to_date, plan, behind } => {
            wire.month = month.to_string();
            wire.level = reader.highest_level().number();
            wire.year_to_date = Amount::of_fen(*year_to_date).to_string();
            wire.annual_plan = plan.map(money);
            wire.behind_points =
                behind.map(|behind| behind.percent(PLACES_OF_POINTS)).unwrap_or_default();
        }
        Evidence::Start { planned, started } => {
            wire.planned_start_date = planned.map(date);
            wire.actual_start_date = started.map(date);
        }
    }
    wire
}
