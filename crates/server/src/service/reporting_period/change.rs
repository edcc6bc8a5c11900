//! What is done to a month besides setting its dates: exceptions and closings.
//! Where nothing is recorded of it, the record is created.

use outlay_proto::v1;
use tonic::Request;

use super::{ReportingPeriods, convert};
use crate::domain::date::Date;
use crate::domain::flaw::Flaw;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::project::Project;
use crate::domain::reference::region::reform::unknown;
use crate::domain::reporting_period::{Excepted, Grant, PeriodClosing, ReportingPeriod, month_of};
use crate::domain::review_level::ReviewLevel;
use crate::error::{Error, Reason, Result, Violations, none_of};
use crate::service::admit;
use crate::service::convert::Convert;
use crate::service::noun::Noun;
use crate::service::requests::Tagged;
use crate::service::standard::{Standard, live};
use crate::store::call::Call;
use crate::store::{Edit, Known, Target};

/// What a change is given.
struct Given<'a> {
    /// Resource name of the period.
    name: &'a str,
    call: &'a Call,
    known: &'a Known,
}

pub(super) async fn except(
    standard: &Standard,
    request: Request<v1::ExceptReportingPeriodRequest>,
) -> Result<v1::ReportingPeriod> {
    let message = request.get_ref();
    let note = format!("{}{}: {}", message.project, message.region, message.reason);
    let project = kind::parse_as(Kind::Project, &message.project).ok();
    let gone = match &project {
        Some(id) => standard.store.reader().await?.find::<Project>(id).await?,
        None => None,
    };
    let is_gone = project.is_some() && gone.is_none_or(|project| project.is_deleted());
    run(standard, request, note, |message, period, given, v| {
        if is_gone {
            let text = format!("names {}, which doesn't exist or is deleted", message.project);
            v.add("project", Reason::ReferenceUnknown, text);
        }
        let Some((excepted, line)) = read_excepted(message, period, given, v) else {
            return Ok(());
        };
        let date = Convert::new(v, given.call.today).date("date", message.date.as_ref());
        let Some(date) = date.filter(|_| v.is_empty()) else { return Ok(()) };
        let level = ReviewLevel::from_number(message.level);
        let (reason, time) = (message.reason.clone(), given.call.now);
        let grant = Grant { excepted, level, date, reason, time };
        if let Err(flaw) = period.except(grant, &standard.deadline_days, &line) {
            flaw.add_to("date", v);
        }
        Ok(())
    })
    .await
}

/// Whom an exception is for, and the line of the region where it is one.
fn read_excepted(
    message: &v1::ExceptReportingPeriodRequest,
    period: &ReportingPeriod,
    given: &Given<'_>,
    v: &mut Violations,
) -> Option<(Excepted, Vec<Id>)> {
    match (message.project.as_str(), message.region.as_str()) {
        ("", "") => v.add("region", Reason::FieldRequired, "is required where project isn't given"),
        (_, "") => {
            let id = kind::parse_as(Kind::Project, &message.project).ok()?;
            return Some((Excepted::Project(id), Vec::new()));
        }
        ("", _) => {
            let line = line("region", &message.region, period.month.last_day(), given.known, v)?;
            let region = line.first()?.clone();
            return Some((Excepted::Region(region), line));
        }
        _ => {
            let text = "is given besides project: an exception is for one of them";
            v.add("region", Reason::FieldContradiction, text);
        }
    }
    None
}

pub(super) async fn withdraw(
    standard: &Standard,
    request: Request<v1::WithdrawReportingPeriodRequest>,
) -> Result<v1::ReportingPeriod> {
    let message = request.get_ref();
    let note = format!("{}: {}", message.exception_id, message.reason);
    run(standard, request, note, |message, period, given, v| {
        let id = Convert::new(v, given.call.today).plain_id("exception_id", &message.exception_id);
        let Some(id) = id.filter(|_| v.is_empty()) else { return Ok(()) };
        if let Err(flaw) = period.withdraw(&id, given.call.now, message.reason.clone()) {
            flaw.add_to("exception_id", v);
        }
        Ok(())
    })
    .await
}

pub(super) async fn close(
    standard: &Standard,
    request: Request<v1::CloseReportingPeriodRequest>,
) -> Result<v1::ReportingPeriod> {
    let message = request.get_ref();
    let note = closing_note(&message.region, message.level, &message.reason);
    run(standard, request, note, |message, period, given, v| {
        let line = line("region", &message.region, period.month.last_day(), given.known, v);
        let level = ReviewLevel::from_number(message.level);
        let (Some(line), Some(level), true) = (line, level, v.is_empty()) else { return Ok(()) };
        let Some(region) = line.first().cloned() else { return Ok(()) };
        let closing = PeriodClosing::new(region, level, given.call.now, message.reason.clone());
        period.close(given.name, closing, &line, given.call.today)
    })
    .await
}

pub(super) async fn reopen(
    standard: &Standard,
    request: Request<v1::ReopenReportingPeriodRequest>,
) -> Result<v1::ReportingPeriod> {
    let message = request.get_ref();
    let note = closing_note(&message.region, message.level, &message.reason);
    run(standard, request, note, |message, period, given, v| {
        let line = line("region", &message.region, period.month.last_day(), given.known, v);
        let level = ReviewLevel::from_number(message.level);
        let (Some(line), Some(level), true) = (line, level, v.is_empty()) else { return Ok(()) };
        period.reopen(given.name, level, &line, given.call.now, message.reason.clone())
    })
    .await
}

/// What is kept with the commit of a closing.
fn closing_note(region: &str, level: i32, reason: &str) -> String {
    let level = ReviewLevel::from_number(level).map_or("", ReviewLevel::as_str);
    let note = format!("{region} on {level}");
    if reason.is_empty() { note } else { format!("{note}: {reason}") }
}

/// A region and all above it on a day; none where it is wrong, or wasn't given.
fn line(
    field: &str,
    region: &str,
    day: Date,
    known: &Known,
    v: &mut Violations,
) -> Option<Vec<Id>> {
    // What is no name of a region is a violation already.
    let id = kind::parse_as(Kind::Region, region).ok()?;
    let flaw: Option<Flaw> = match known.regions.contains(&id) {
        true => known.regions.not_valid(&id, day),
        false => Some(unknown(&id)),
    };
    match flaw {
        Some(flaw) => {
            flaw.add_to(field, v);
            None
        }
        None => Some(known.regions.line(&id, day)),
    }
}

async fn run<Q: Tagged<Noun = ReportingPeriods>>(
    standard: &Standard,
    request: Request<Q>,
    note: String,
    edit: impl Fn(&Q, &mut ReportingPeriod, &Given<'_>, &mut Violations) -> Result<()>,
) -> Result<v1::ReportingPeriod> {
    let (mut call, mut found, message) = admit::changing(&standard.store, request)?;
    call.note = note;
    let Ok(id) = kind::parse_as(Kind::ReportingPeriod, message.name()) else {
        return Err(Error::Fields(found));
    };
    let month = match month_of(&id) {
        Ok(month) => month,
        Err(flaw) => {
            flaw.add_to("name", &mut found);
            return Err(Error::Fields(found));
        }
    };
    let name = message.name();
    // A bad field is told first, and not that a tag isn't the present one.
    let etag = if found.is_empty() { message.etag().to_owned() } else { String::new() };
    let target = Target::Either { id, etag };
    let stored = standard
        .store
        .change::<ReportingPeriod>(&call, &target, |old, known, v| {
            *v = found.clone();
            let mut period = match old {
                Some(_) => live(old)?.record.clone(),
                None => ReportingPeriod::new(month),
            };
            edit(&message, &mut period, &Given { name, call: &call, known }, v)?;
            none_of(v.clone())?;
            standard.fitting::<ReportingPeriods>(Edit::Put(period), &call)
        })
        .await?;
    let mut wire = ReportingPeriods::show(&stored, call.today);
    convert::complete(&mut wire, &standard.deadline_days, call.today);
    Ok(wire)
}
