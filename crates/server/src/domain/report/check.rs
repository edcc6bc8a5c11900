//! What a report is checked against: its project, its month, and the project's
//! other reports.

use super::content::ReportContent;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::money::{Currency, MAX_UNITS, MINOR_PER_UNIT, Money, shown};
use crate::domain::month::Month;
use crate::domain::project::{Project, Stage};
use crate::domain::reporting_period::{self, DeadlineDays, ReportingPeriod, ReportingStage, due};
use crate::domain::review_level::{ReviewLevel, Reviewer};
use crate::error::{Error, Reason, Violations};

/// How many months a month is compared with.
const COMPARED_MONTHS: usize = 6;
/// A month is unusual above this many times their mean.
const UNUSUAL_TIMES: i128 = 3;

/// What a report must know besides itself.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The month.
    pub month: Month,
    /// The project.
    pub project: Project,
    /// The day on which the project was recorded.
    pub recorded: Date,
    /// Region to which the project belongs on the last day of the month.
    pub region: Id,
    /// Who reviews what that region reports, from the nearest level on.
    pub reviewers: Vec<Reviewer>,
    /// The section of the project's industry.
    pub section: Id,
    /// The region and all above it on that day, the nearest first.
    pub line: Vec<Id>,
    /// What is set for the month; none where nothing is.
    pub period: Option<ReportingPeriod>,
    /// Days by which reports are due where nothing is set.
    pub usual: DeadlineDays,
}

/// Totals of a project's other reports, in fen, in the order of the months.
#[derive(Clone, Debug, Default)]
pub struct Others(pub Vec<(Month, i128)>);

/// What is unusual about a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: &'static str,
    /// The numbers.
    pub description: String,
}

/// Checks what a report says by itself.
pub fn check_content(content: &ReportContent, today: Date, v: &mut Violations) {
    v.within("investment", |v| check_investment(content, v));
    for (field, money) in [
        ("funds_in_place", content.funds_in_place),
        ("next_month_plan", content.next_month_plan),
        ("quarter_forecast", content.quarter_forecast),
    ] {
        check_plan(field, money, v);
    }
    for (index, problem) in content.problems.iter().enumerate() {
        if let Some(solved) = problem.solved_date.filter(|solved| *solved > today) {
            let text = format!("is {solved}, in the future: leave it out until it is solved");
            v.within_item("problems", index, |v| {
                v.add("solved_date", Reason::FieldOutOfRange, text.clone());
            });
        }
    }
    let is_negative = content.investment.parts().iter().any(|part| *part < 0);
    if is_negative && content.adjustment_reason.is_empty() {
        let text = "is required: a part of the investment is negative, and it must say why";
        v.add("adjustment_reason", Reason::NegativeUnexplained, text);
    }
}

fn check_investment(content: &ReportContent, v: &mut Violations) {
    let total = content.investment.total();
    if total.abs() > i128::from(MAX_UNITS) * i128::from(MINOR_PER_UNIT) {
        let text = format!("is {} CNY: at most {MAX_UNITS} yuan can be kept", shown(total));
        v.add("total", Reason::FieldOutOfRange, text);
    }
}

fn check_plan(field: &str, money: Option<Money>, v: &mut Violations) {
    let Some(money) = money else { return };
    if money.currency() != Currency::CNY {
        let text = format!("is in {}: it must be in CNY", money.currency());
        v.add(field, Reason::CurrencyUnexpected, text);
    } else if money.minor() < 0 {
        v.add(field, Reason::FieldOutOfRange, format!("is {money}: it must not be negative"));
    }
}

impl Scene {
    /// The last day on which something is in time.
    #[must_use]
    pub fn due(&self, project: &Id, stage: ReportingStage) -> Date {
        due(self.period.as_ref(), &self.usual, self.month, stage, &self.line, project)
    }

    /// That the month isn't closed for what is done on a level, or, without one,
    /// by those who report.
    ///
    /// # Errors
    /// [`Error::PeriodClosed`].
    pub fn permit(&self, level: Option<ReviewLevel>) -> Result<(), Error> {
        let Some(closing) = self.period.as_ref().and_then(|one| one.lock(level, &self.line)) else {
            return Ok(());
        };
        let id = reporting_period::id_of(self.month);
        Err(closing.refusal(&kind::name(Kind::ReportingPeriod, &id)))
    }

    /// Checks that there can be a report of the month.
    pub fn check_month(&self, today: Date, v: &mut Violations) {
        let month = self.month;
        if month.month() == 1 {
            let text = format!(
                "is a January, which has no report of its own: report January and February \
                 together as {}-02",
                month.year()
            );
            v.add("month", Reason::MonthJanuary, text);
        }
        if month > Month::of(today) {
            v.add("month", Reason::MonthInFuture, format!("is {month}, in the future"));
            return;
        }
        let began = self.project.first_day(self.recorded);
        if month.last_day() < began {
            let text = format!("is {month}, before the project, of which {began} is the first day");
            v.add("month", Reason::MonthBeforeProject, text);
        }
        if let Some(ended) =
            self.project.end_date().filter(|ended| month > Month::reporting(*ended))
        {
            let text = format!("is {month}, but the project was terminated on {ended}");
            v.add("month", Reason::ProjectEnded, text);
        }
    }

    /// What is unusual about what a report says.
    #[must_use]
    pub fn findings(&self, content: &ReportContent, others: &Others) -> Vec<Finding> {
        let total = content.investment.total();
        let mut findings = Vec::new();
        let mut add = |code, description| findings.push(Finding { code, description });
        let before: Vec<i128> =
            others.before(self.month).rev().take(COMPARED_MONTHS).map(|(_, sum)| *sum).collect();
        let sum: i128 = before.iter().sum();
        let count = before.len() as i128;
        if count > 0 && total * count > UNUSUAL_TIMES * sum {
            let mean = shown(sum / count);
            let text = format!(
                "the month is {} CNY, more than {UNUSUAL_TIMES} times {mean} CNY, the mean of \
                 the {count} reports before",
                shown(total)
            );
            add("MONTH_UNUSUAL", text);
        }
        let year = others.year_to_date(self.month, content);
        if let Some(plan) = self.project.annual_plan(self.month.year())
            && year * 2 > i128::from(plan.minor()) * 3
        {
            let text = format!(
                "the year so far is {} CNY, more than 1.5 times {plan}, the plan of the year",
                shown(year)
            );
            add("YEAR_ABOVE_PLAN", text);
        }
        let all = others.since_start(self.month, content);
        let planned = self.project.investment.total;
        if all > i128::from(planned.minor()) {
            let text = format!(
                "all since the start is {} CNY, more than the total investment, {planned}",
                shown(all)
            );
            add("TOTAL_EXCEEDED", text);
        }
        findings
    }

    /// That what is unusual is explained.
    ///
    /// # Errors
    /// [`Error::Fields`] for `content.comment`.
    pub(super) fn check_explained(
        &self,
        content: &ReportContent,
        others: &Others,
    ) -> Result<(), Error> {
        let findings = self.findings(content, others);
        if findings.is_empty() || !content.comment.is_empty() {
            return Ok(());
        }
        let told: Vec<String> = findings.into_iter().map(|finding| finding.description).collect();
        let text = format!("is required: it must explain that {}", told.join("; and that "));
        Err(Error::field("content.comment", Reason::CommentRequired, text))
    }
}

impl Others {
    /// Investment of the year up to a month that says so much, in fen.
    #[must_use]
    pub fn year_to_date(&self, month: Month, content: &ReportContent) -> i128 {
        let before = self.before(month).filter(|(other, _)| other.year() == month.year());
        before.map(|(_, total)| total).sum::<i128>() + content.investment.total()
    }

    /// Investment since the start up to a month that says so much, in fen.
    #[must_use]
    pub fn since_start(&self, month: Month, content: &ReportContent) -> i128 {
        self.before(month).map(|(_, total)| total).sum::<i128>() + content.investment.total()
    }

    fn before(&self, month: Month) -> impl DoubleEndedIterator<Item = &(Month, i128)> {
        self.0.iter().filter(move |(other, _)| *other < month)
    }
}

impl Project {
    /// The first day of which there can be a report: that of its first change of
    /// stage, or the day on which it was recorded, if that is earlier.
    #[must_use]
    pub fn first_day(&self, recorded: Date) -> Date {
        let first = self.transitions.iter().find(|change| !change.reverted);
        first.map_or(recorded, |change| change.date.min(recorded))
    }

    /// The day on which it was terminated.
    #[must_use]
    pub fn end_date(&self) -> Option<Date> {
        let last = self.transitions.iter().rev().find(|change| !change.reverted)?;
        (self.stage == Stage::Terminated).then_some(last.date)
    }
}
