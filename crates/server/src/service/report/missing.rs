//! `ListMissingReports`: the projects that are expected to report and haven't.

use std::sync::Arc;

use outlay_proto::v1;
use prost::Message;
use tonic::Request;

use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::month::Month;
use crate::domain::project::{Project, Stage};
use crate::domain::report::{self, Report};
use crate::domain::reporting_period::{self, DeadlineDays, ReportingPeriod, ReportingStage, due};
use crate::domain::tree::DatedTree;
use crate::engine::Direction;
use crate::error::{Error, Reason, Result};
use crate::service::admit;
use crate::service::convert::date;
use crate::service::paging::{Room, arguments, page_size};
use crate::service::standard::{Standard, revision, territory};
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::{Page, Plan, Verdict};
use crate::store::project::by_region_and_stage;
use crate::store::reader::Reader;
use crate::store::record::Stored;

/// Most projects that a page looks at; it may then be short.
const MAX_EXAMINED: usize = 5_000;
/// Most ranges of region and stage that are merged; above it goes over all
/// projects.
const MAX_RANGES: usize = 2_000;
/// Projects whose reports are looked for at once.
const CHUNK: usize = 64;

/// A page that is being filled.
struct Filling<'a> {
    reader: &'a Reader,
    plan: Plan,
    within: Option<Vec<Id>>,
    month: Month,
    tree: Arc<DatedTree>,
    period: Option<ReportingPeriod>,
    usual: DeadlineDays,
    size: usize,
    room: Room,
    found: Vec<v1::MissingReport>,
}

pub(super) async fn run(
    standard: &Standard,
    request: Request<v1::ListMissingReportsRequest>,
) -> Result<v1::ListMissingReportsResponse> {
    let (caller, message) = admit::reading(request)?;
    let month = month(&message.month, standard.today()?)?;
    let arguments = arguments(&caller, &message);
    let after = standard.place(&message, &arguments)?;
    let reader = standard.reader(&message).await?;
    let within = territory(&reader, &message.region, month.last_day()).await?;
    let period = reader.find::<ReportingPeriod>(&reporting_period::id_of(month)).await?;
    let mut filling = Filling {
        reader: &reader,
        plan: plan(within.as_deref()),
        within,
        month,
        tree: reader.tree(Kind::Region).await?,
        period: period.filter(|period| !period.is_deleted()).map(|period| period.record),
        usual: standard.deadline_days,
        size: page_size(&message),
        room: standard.room(),
        found: Vec::new(),
    };
    let next = filling.fill(after).await?;
    Ok(v1::ListMissingReportsResponse {
        missing_reports: filling.found,
        next_page_token: standard.token(next, &arguments)?,
        revision: revision(&reader),
    })
}

/// A month of which there can be a report.
fn month(text: &str, today: Date) -> Result<Month> {
    let month = Month::parse(text).map_err(|flaw| flaw.into_error("month"))?;
    if month.month() == 1 {
        let text =
            format!("is a January, which has no report of its own: ask for {}-02", month.year());
        return Err(Error::field("month", Reason::MonthJanuary, text));
    }
    if month > Month::of(today) {
        return Err(Error::field(
            "month",
            Reason::MonthInFuture,
            format!("is {month}, in the future"),
        ));
    }
    Ok(month)
}

/// Over the projects that have been started, the oldest record first.
fn plan(within: Option<&[Id]>) -> Plan {
    let started = || Stage::ALL.iter().filter(|stage| **stage >= Stage::Started);
    let ranges = match within {
        Some(regions) if regions.len() * started().count() <= MAX_RANGES => {
            let by = regions.iter().flat_map(|region| {
                started().map(move |stage| by_region_and_stage(region, stage.number()).done())
            });
            by.map(|by| index::range(Index::ProjectRegionStageCreated, false, &by)).collect()
        }
        _ => vec![index::range(Index::ProjectCreated, false, &[])],
    };
    Plan { ranges, order_len: 8, direction: Direction::Forward }
}

impl Filling<'_> {
    /// Fills the page from a place on; answers where the next one goes on.
    async fn fill(&mut self, mut after: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        let mut examined = 0;
        while examined < MAX_EXAMINED {
            let page = self.expected(after.as_deref(), &mut examined).await?;
            let ids = page.items.iter().map(|stored| {
                report::id(&stored.id, self.month).map_err(|flaw| flaw.into_error("month"))
            });
            let ids = ids.collect::<Result<Vec<Id>>>()?;
            let reports = self.reader.find_many::<Report>(&ids).await?;
            for (stored, report) in page.items.iter().zip(reports) {
                let draft = report.filter(|report| !report.is_deleted());
                let is_missing = draft.as_ref().is_none_or(|it| it.record.latest().is_none());
                if is_missing && !self.takes(stored, draft.as_ref()) {
                    return Ok(after);
                }
                after = Some(place_of(stored));
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(None),
            }
        }
        Ok(after)
    }

    /// Some of the projects that are expected to report.
    async fn expected(
        &self,
        after: Option<&[u8]>,
        examined: &mut usize,
    ) -> Result<Page<Stored<Project>>> {
        let before = *examined;
        let judge = |stored: &Stored<Project>| {
            // The first is always looked at: the page is behind it then.
            if *examined > before && *examined >= MAX_EXAMINED {
                return Ok(Verdict::Full);
            }
            *examined += 1;
            let region = stored.record.expected_in(self.month);
            let is_meant = region.is_some_and(|region| {
                self.within.as_ref().is_none_or(|within| within.binary_search(region).is_ok())
            });
            Ok(match is_meant && !stored.is_deleted() {
                true => Verdict::Show(stored.clone()),
                false => Verdict::Skip,
            })
        };
        self.reader.list(&self.plan, after, CHUNK, judge).await
    }

    /// Puts a project onto the page, where it has room.
    fn takes(&mut self, stored: &Stored<Project>, draft: Option<&Stored<Report>>) -> bool {
        let day = self.month.last_day();
        let region = stored.record.region_at(day);
        let line = self.tree.line(region, day);
        let (period, submission) = (self.period.as_ref(), ReportingStage::Submission);
        let due = due(period, &self.usual, self.month, submission, &line, &stored.id);
        let missing = v1::MissingReport {
            project: stored.name(),
            title: stored.record.title.clone(),
            owner: kind::name(Kind::Organisation, &stored.record.owner),
            region: kind::name(Kind::Region, region),
            due_date: Some(date(due)),
            draft: draft.map(Stored::name).unwrap_or_default(),
        };
        let has_room = self.found.len() < self.size && self.room.takes(missing.encoded_len());
        if has_room {
            self.found.push(missing);
        }
        has_room
    }
}

/// The place of a project in the list by creation.
fn place_of(stored: &Stored<Project>) -> Vec<u8> {
    let created = Key::part().number(stored.meta.create_time.micros());
    created.last(stored.id.as_str().as_bytes())
}
