//! Reading what warning lights follow from.

use super::reader::Reader;
use super::record::Stored;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::month::Month;
use crate::domain::project::Project;
use crate::domain::project::light::LightReading;
use crate::domain::report::{self, Basis, Report};
use crate::domain::reporting_period::{self, ReportingPeriod, ReportingStage, deadline};
use crate::error::{Error, Result};

/// How many months are looked back at for one that had to be reviewed.
const MONTHS_BACK: usize = 24;

impl Reader {
    /// The day it is in the server's time zone.
    ///
    /// # Errors
    /// [`Error::Internal`] for one that isn't in the calendar.
    pub fn today(&self) -> Result<Date> {
        let today = Date::from_civil(self.inner.clock.today());
        today.map_err(|flaw| Error::internal(flaw.description))
    }

    /// The last month whose reports had to be accepted by the highest level before
    /// a day: of later ones it isn't known yet whether they are behind.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn light_month(&self, as_of: Date) -> Result<Month> {
        let options = &self.inner.options;
        let review = ReportingStage::Review(options.highest_level);
        let mut month = Month::reporting(as_of);
        for _ in 0..MONTHS_BACK {
            let id = reporting_period::id_of(month);
            let period = self.find::<ReportingPeriod>(&id).await?;
            let period = period.filter(|it| !it.is_deleted()).map(|it| it.record);
            let due = deadline(period.as_ref(), &options.deadlines, month, review);
            if month.last_day() < as_of && due < as_of {
                break;
            }
            let before = month.previous().filter(|month| month.month() > 1);
            month = before.or_else(|| month.previous()?.previous()).unwrap_or(month);
        }
        Ok(month)
    }

    /// What the rules of lights read of some projects on a day, in their order.
    /// What was reported is taken as it is known now.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn light_readings(
        &self,
        projects: &[Stored<Project>],
        as_of: Date,
    ) -> Result<Vec<Vec<LightReading>>> {
        let month = self.light_month(as_of).await?;
        let mut all = Vec::with_capacity(projects.len());
        for stored in projects {
            let project = &stored.record;
            let is_read = !project.is_over(as_of) && project.annual_plan(month.year()).is_some();
            let told = match is_read {
                true => self.accepted_to_date(&stored.id, month).await?,
                false => 0,
            };
            let rules = &self.inner.options.lights;
            all.push(project.light_readings(rules, as_of, (month, told)));
        }
        Ok(all)
    }

    /// What the highest level has accepted of a project from the beginning of the
    /// year through a month, in fen.
    async fn accepted_to_date(&self, project: &Id, last: Month) -> Result<i128> {
        let first = Month::new(last.year(), 2).ok();
        let months = std::iter::successors(first, |month| month.next_reporting());
        let months = months.take_while(|month| *month <= last);
        let ids = months.filter_map(|month| report::id(project, month).ok());
        let reports = self.find_many::<Report>(&ids.collect::<Vec<_>>()).await?;
        let basis = Basis::Accepted(self.highest_level());
        let live = reports.into_iter().flatten().filter(|report| !report.is_deleted());
        Ok(live
            .filter_map(|report| Some(report.record.on(basis)?.content.investment.total()))
            .sum())
    }
}
