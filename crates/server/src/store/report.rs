//! Reports in the store: how they are found, and what their rules must know of
//! other records. What they count for is in `figures.rs`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::cells::{self, Cells};
use super::figures::{by_reviewer, count_figures, month_part, read_reviewer, waiting};
use super::index::{self, Index, Indexes};
use super::key::{self, Key};
use super::reader::Reader;
use super::record::{Meta, Record, Stored};
use super::transaction::Transaction;
use super::{Known, id_of, uses};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind, Reference};
use crate::domain::month::Month;
use crate::domain::project::Project;
use crate::domain::report::check::{Others, Scene};
use crate::domain::report::{self, Basis, Report};
use crate::domain::reporting_period::{self, ReportingPeriod};
use crate::domain::review_level::{Reviewer, reviewers};
use crate::domain::tree::{Boundaries, DatedTree};
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Reason, Result};

impl Record for Report {
    const KIND: Kind = Kind::Report;

    fn index(&self, _meta: &Meta, indexes: &mut Indexes<'_>) {
        let month = || month_part(Key::part(), self.month);
        let by = |id: &Id| Key::part().text(id.as_str());
        indexes.add(Index::ReportMonth, Key::part(), month());
        indexes.add(Index::ReportProjectMonth, by(&self.project), month());
        // What a level has accepted may have been reported by another region.
        indexes.add(Index::ReportRegionMonth, by(&self.region), month());
        for submission in &self.submissions {
            let region = by(&submission.attributes.region);
            indexes.add(Index::ReportRegionMonth, region, month());
        }
        if let Some(reviewer) = self.awaiting() {
            let since = Key::part().number(self.waits_since().map_or(0, Instant::micros));
            indexes.add(Index::ReportAwaiting, by_reviewer(reviewer), since);
        }
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn mentions(&self) -> Vec<Reference> {
        self.mentions()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        regions.binary_search(&self.region).is_ok()
    }

    fn count(&self, cells: &mut Cells) {
        for basis in Basis::ALL {
            if let Some(submission) = self.on(basis) {
                count_figures(self.month, basis, submission, cells);
            }
        }
        if let Some(reviewer) = self.awaiting() {
            cells.add(waiting(Some(reviewer)), &[1]);
        }
        self.count_timely(cells);
    }

    async fn gather(transaction: &mut Transaction, ids: &[Id], known: &mut Known) -> Result<()> {
        // An id that is none of a report's leads to no record, which is told.
        let parts = ids.iter().filter_map(|id| report::parts(id).ok().map(|parts| (id, parts)));
        let (ids, parts): (Vec<&Id>, Vec<(Id, Month)>) = parts.unzip();
        let projects: Vec<Id> = parts.iter().map(|(project, _)| project.clone()).collect();
        let projects = transaction.reader.find_many::<Project>(&projects).await?;
        let mut months: BTreeMap<Month, OfMonth> = BTreeMap::new();
        let industries = transaction.reader.tree(Kind::Industry).await?;
        for ((id, (_, month)), project) in ids.into_iter().zip(parts).zip(projects) {
            let of_month = match months.entry(month) {
                Entry::Occupied(read) => read.into_mut(),
                Entry::Vacant(unread) => {
                    let id = reporting_period::id_of(month);
                    let period = transaction.depend_on::<ReportingPeriod>(&id).await?;
                    let boundaries = transaction.reader.boundaries(month.last_day()).await?;
                    let period = period.map(|stored| stored.record);
                    unread.insert(OfMonth { month, period, boundaries })
                }
            };
            let reader = &transaction.reader;
            if let Some(scene) =
                reader.scene_in(project, (&known.regions, &industries), of_month)?
            {
                known.scenes.insert(id.clone(), scene);
            }
        }
        Ok(())
    }
}

/// What reports of one month must know.
struct OfMonth {
    month: Month,
    period: Option<ReportingPeriod>,
    /// Those of its last day.
    boundaries: Arc<Boundaries>,
}

impl Report {
    /// Since when the latest submission waits for whose turn it is.
    #[must_use]
    pub fn waits_since(&self) -> Option<Instant> {
        let latest = self.latest()?;
        let accepted = self.acceptances.iter().filter(|one| one.submission == latest.number);
        let accepted = accepted.map(|acceptance| acceptance.accept_time).max();
        Some(accepted.unwrap_or(latest.submit_time))
    }
}

impl Transaction {
    /// A project with reports isn't deleted: what they say would go on counting,
    /// for nothing. Whoever reports on it meanwhile changes the count of its
    /// uses, and this commit then conflicts.
    pub(super) async fn require_no_reports(&mut self, project: &Id) -> Result<()> {
        let count = self.reader.reports_of(project).await?.len();
        if count > 0 {
            let (name, count) = (kind::name(Kind::Project, project), count as i64);
            return Err(Error::InUse { name, count });
        }
        self.require_as_read(uses::key(Kind::Project, project)).await
    }

    /// Stages that the reports of one project are another one's. A month of
    /// which both have one is for whoever merges to decide first.
    pub(super) async fn move_reports(&mut self, from: &Id, to: &Id) -> Result<()> {
        for old in self.reader.reports_of(from).await? {
            let id = report::id(to, old.record.month).map_err(|flaw| flaw.into_error("name"))?;
            let name = old.name();
            let new = Report { project: to.clone(), ..old.record.clone() };
            self.delete_as(&old, old.record.clone()).await?;
            self.create(id, new).await.map_err(|error| match error {
                Error::Exists { name: other } => Error::Refused {
                    why: format!(
                        "{other} is of the same month: both can't be the one project's; delete or \
                         purge one of them first"
                    ),
                    reason: Reason::ReportsOverlap,
                    name,
                },
                other => other,
            })?;
        }
        Ok(())
    }
}

/// What waits for one reviewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The reviewer.
    pub reviewer: Reviewer,
    /// How many reports wait.
    pub count: i64,
    /// Since when the oldest does.
    pub since: Instant,
    /// Which it is.
    pub oldest: Id,
}

impl Reader {
    /// What a report of a project and month must know besides itself; none where
    /// there is no such project, or it is deleted.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn scene(&self, project: &Id, month: Month) -> Result<Option<Scene>> {
        let project = self.find::<Project>(project).await?;
        let regions = self.tree(Kind::Region).await?;
        let industries = self.tree(Kind::Industry).await?;
        let period = self.find::<ReportingPeriod>(&reporting_period::id_of(month)).await?;
        let period = period.filter(|period| !period.is_deleted()).map(|period| period.record);
        let boundaries = self.boundaries(month.last_day()).await?;
        self.scene_in(project, (&regions, &industries), &OfMonth { month, period, boundaries })
    }

    fn scene_in(
        &self,
        project: Option<Stored<Project>>,
        (regions, industries): (&DatedTree, &DatedTree),
        OfMonth { month, period, boundaries }: &OfMonth,
    ) -> Result<Option<Scene>> {
        let Some(project) = project.filter(|project| !project.is_deleted()) else {
            return Ok(None);
        };
        let options = &self.inner.options;
        let region = project.record.region_at(month.last_day()).clone();
        // One that has ended is reviewed by what follows it.
        let mut line = boundaries.line(&region);
        let reviewers = reviewers(regions, &line, options.highest_level);
        if line.first() != Some(&region) {
            line.insert(0, region.clone());
        }
        let recorded = self.day_of(project.meta.create_time)?;
        let industry = &project.record.industry;
        let above = industries.line(industry, month.last_day());
        let section = above.last().unwrap_or(industry).clone();
        Ok(Some(Scene {
            month: *month,
            project: project.record,
            recorded,
            region,
            reviewers,
            section,
            line,
            period: period.clone(),
            usual: options.deadlines,
        }))
    }

    /// The day of the office on which an instant is.
    fn day_of(&self, instant: Instant) -> Result<Date> {
        let day = Date::from_civil(self.inner.clock.day_of(instant.micros()));
        day.map_err(|flaw| Error::Damaged(format!("an instant {}", flaw.description).into()))
    }

    /// Totals of a project's reports but one, in fen, in the order of months.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn others(&self, project: &Id, but: Month) -> Result<Others> {
        let reports = self.reports_of(project).await?.into_iter().map(|stored| stored.record);
        let others = reports.filter(|report| report.month != but);
        Ok(Others(others.map(|report| (report.month, report.told().investment.total())).collect()))
    }

    /// The reports of a project, without deleted ones, in the order of months.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn reports_of(&self, project: &Id) -> Result<Vec<Stored<Report>>> {
        let by = Key::part().text(project.as_str()).done();
        let prefix = index::range(Index::ReportProjectMonth, false, &by);
        let mut range = Range::prefix(&prefix);
        let mut reports = Vec::new();
        loop {
            let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
            let rest = page.rest(&range, Direction::Forward);
            let ids = page.entries.iter().map(|(key, _)| id_of(&key[prefix.len() + 2..]));
            let ids = ids.collect::<Result<Vec<Id>>>()?;
            reports.extend(self.find_many::<Report>(&ids).await?.into_iter().flatten());
            match rest {
                Some(rest) => range = rest,
                None => return Ok(reports),
            }
        }
    }

    /// What waits for review, by level and region.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn backlogs(&self) -> Result<Vec<Backlog>> {
        let prefix = waiting(None);
        let mut range = Range::prefix(&prefix);
        let mut found = Vec::new();
        loop {
            let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
            let rest = page.rest(&range, Direction::Forward);
            for (key, entry) in page.entries {
                let [count] = cells::numbers::<1>(&entry)?;
                if count > 0 {
                    let reviewer = read_reviewer(&key[prefix.len()..])?;
                    found.extend(self.backlog(reviewer, count).await?);
                }
            }
            match rest {
                Some(rest) => range = rest,
                None => return Ok(found),
            }
        }
    }

    async fn backlog(&self, reviewer: Reviewer, count: i64) -> Result<Option<Backlog>> {
        let by = by_reviewer(&reviewer).done();
        let prefix = index::range(Index::ReportAwaiting, false, &by);
        let first = self.scan(&Range::prefix(&prefix), Direction::Forward, 1).await?;
        let Some((key, _)) = first.entries.first() else { return Ok(None) };
        let (since, id) = key[prefix.len()..].split_at_checked(8).unwrap_or_default();
        let since = <[u8; 8]>::try_from(since).map(key::read_number).ok();
        let since = since.and_then(|micros| Instant::from_micros(micros).ok());
        let damaged = || Error::Damaged("an index entry of a report isn't one".into());
        let since = since.ok_or_else(damaged)?;
        Ok(Some(Backlog { reviewer, count, since, oldest: id_of(id)? }))
    }
}
