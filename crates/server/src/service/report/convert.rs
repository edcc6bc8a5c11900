//! Reports between the wire and the domain.

use outlay_proto::v1;

use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::money::{Currency, Money};
use crate::domain::month::Month;
use crate::domain::report::content::{Problem, ProblemKind, ProblemSeverity};
use crate::domain::report::submission::FieldRemark;
use crate::domain::report::{
    Acceptance, Investment, Report, ReportContent, ReportState, Return, Submission,
};
use crate::domain::review_level::{ReviewLevel, Reviewer};
use crate::error::Reason;
use crate::service::convert::{Convert, Head, date, money, name, names, timestamp};
use crate::store::record::Stored;

pub(super) fn read(wire: &v1::Report, old: Option<&Report>, convert: &mut Convert<'_>) -> Report {
    let project = convert.id("project", Kind::Project, &wire.project);
    let month = convert.ok("month", Month::parse(&wire.month));
    // The first month there is stands for one that couldn't be read.
    let month = month.unwrap_or_else(|| Month::of(crate::domain::date::Date::MIN));
    let content = convert.message("content", wire.content.as_ref(), read_content);
    let content = content.unwrap_or_default();
    match old {
        None => Report::new(project, month, Id::unread(), content),
        Some(old) => Report { project, month, content, ..old.clone() },
    }
}

/// What the row of an import makes of a report: what it leaves out stays, part
/// by part. The sum of the investment is only ever what a row says it is.
pub(super) fn overlay(current: &v1::Report, row: &v1::Report) -> v1::Report {
    let content = match (&current.content, &row.content) {
        (Some(current), Some(row)) => Some(overlay_content(current, row)),
        (current, row) => row.clone().or_else(|| current.clone()),
    };
    v1::Report { content, ..current.clone() }
}

fn overlay_content(current: &v1::ReportContent, row: &v1::ReportContent) -> v1::ReportContent {
    let money = |row: &Option<v1::Money>, current: &Option<v1::Money>| {
        row.clone().or_else(|| current.clone())
    };
    let text = |row: &String, current: &String| match row.is_empty() {
        true => current.clone(),
        false => row.clone(),
    };
    let part = |content: &v1::ReportContent| content.investment.clone().unwrap_or_default();
    let (given, there) = (part(row), part(current));
    let problems = if row.problems.is_empty() { &current.problems } else { &row.problems };
    v1::ReportContent {
        investment: Some(v1::MonthlyInvestment {
            construction_and_installation: money(
                &given.construction_and_installation,
                &there.construction_and_installation,
            ),
            equipment: money(&given.equipment, &there.equipment),
            other: money(&given.other, &there.other),
            total: given.total,
        }),
        funds_in_place: money(&row.funds_in_place, &current.funds_in_place),
        physical_progress_percent: row
            .physical_progress_percent
            .or(current.physical_progress_percent),
        problems: problems.clone(),
        next_month_plan: money(&row.next_month_plan, &current.next_month_plan),
        quarter_forecast: money(&row.quarter_forecast, &current.quarter_forecast),
        comment: text(&row.comment, &current.comment),
        adjustment_reason: text(&row.adjustment_reason, &current.adjustment_reason),
    }
}

fn read_content(convert: &mut Convert<'_>, wire: &v1::ReportContent) -> ReportContent {
    let investment = convert.message("investment", wire.investment.as_ref(), read_investment);
    ReportContent {
        investment: investment.unwrap_or_default(),
        funds_in_place: convert.money("funds_in_place", wire.funds_in_place.as_ref()),
        physical_progress_percent: wire.physical_progress_percent,
        problems: convert.items("problems", &wire.problems, read_problem),
        next_month_plan: convert.money("next_month_plan", wire.next_month_plan.as_ref()),
        quarter_forecast: convert.money("quarter_forecast", wire.quarter_forecast.as_ref()),
        comment: wire.comment.clone(),
        adjustment_reason: wire.adjustment_reason.clone(),
    }
}

fn read_investment(convert: &mut Convert<'_>, wire: &v1::MonthlyInvestment) -> Investment {
    let mut part = |field, money: Option<&v1::Money>| {
        let money = convert.money(field, money)?;
        if money.currency() != Currency::CNY {
            let text = format!("is in {}: it must be in CNY", money.currency());
            convert.refuse(field, Reason::CurrencyUnexpected, text);
        }
        Some(money.minor())
    };
    let construction =
        part("construction_and_installation", wire.construction_and_installation.as_ref());
    let equipment = part("equipment", wire.equipment.as_ref());
    let other = part("other", wire.other.as_ref());
    let total = part("total", wire.total.as_ref());
    let investment = Investment {
        construction_and_installation: construction.unwrap_or_default(),
        equipment: equipment.unwrap_or_default(),
        other: other.unwrap_or_default(),
    };
    if let Some(told) = total.filter(|told| i128::from(*told) != investment.total()) {
        let shown = crate::domain::money::shown;
        let text = format!(
            "is {} CNY, but construction_and_installation, equipment and other add up to {} CNY",
            shown(told.into()),
            shown(investment.total())
        );
        convert.refuse("total", Reason::SumMismatch, text);
    }
    investment
}

fn read_problem(convert: &mut Convert<'_>, wire: &v1::Problem) -> Problem {
    let kind = ProblemKind::from_number(wire.kind);
    let severity = ProblemSeverity::from_number(wire.severity);
    Problem {
        kind: convert.required("kind", kind, ProblemKind::Other),
        severity: convert.required("severity", severity, ProblemSeverity::Low),
        description: wire.description.clone(),
        asked_level: ReviewLevel::from_number(wire.asked_level),
        solved_date: convert.date("solved_date", wire.solved_date.as_ref()),
    }
}

pub(super) fn read_remark(wire: &v1::FieldRemark) -> FieldRemark {
    FieldRemark { field: wire.field.clone(), text: wire.text.clone() }
}

pub(super) fn show(stored: &Stored<Report>) -> v1::Report {
    let head = Head::of(stored);
    let report = &stored.record;
    v1::Report {
        name: head.name,
        uid: head.uid,
        create_time: head.create_time,
        update_time: head.update_time,
        delete_time: head.delete_time,
        purge_time: head.purge_time,
        etag: head.etag,
        revision: head.revision,
        state: report.state.number(),
        allowed_actions: if stored.is_deleted() { Vec::new() } else { report.allowed_actions() },
        project: name(Kind::Project, &report.project),
        month: report.month.to_string(),
        content: Some(show_content(&report.content)),
        region: name(Kind::Region, &report.region),
        submissions: report.submissions.iter().map(show_submission).collect(),
        acceptances: report.acceptances.iter().map(show_acceptance).collect(),
        last_return: report.last_return.as_ref().map(show_return),
        correction_reason: report.correction_reason.clone(),
        accepted_level: match report.state {
            ReportState::Accepted => report.accepted_level().map_or(0, ReviewLevel::number),
            _ => 0,
        },
        awaiting: report.awaiting().map(show_reviewer),
        findings: Vec::new(),
        year_to_date: None,
        since_start: None,
    }
}

fn show_content(content: &ReportContent) -> v1::ReportContent {
    v1::ReportContent {
        investment: Some(show_investment(content.investment)),
        funds_in_place: content.funds_in_place.map(money),
        physical_progress_percent: content.physical_progress_percent,
        problems: content.problems.iter().map(show_problem).collect(),
        next_month_plan: content.next_month_plan.map(money),
        quarter_forecast: content.quarter_forecast.map(money),
        comment: content.comment.clone(),
        adjustment_reason: content.adjustment_reason.clone(),
    }
}

fn show_investment(investment: Investment) -> v1::MonthlyInvestment {
    v1::MonthlyInvestment {
        construction_and_installation: show_part(investment.construction_and_installation.into()),
        equipment: show_part(investment.equipment.into()),
        other: show_part(investment.other.into()),
        total: show_part(investment.total()),
    }
}

/// An amount in fen; none where it is more than an amount may be.
pub(super) fn show_part(fen: i128) -> Option<v1::Money> {
    let fen = i64::try_from(fen).ok()?;
    Money::new(Currency::CNY, fen).ok().map(money)
}

fn show_problem(problem: &Problem) -> v1::Problem {
    v1::Problem {
        kind: problem.kind.number(),
        severity: problem.severity.number(),
        description: problem.description.clone(),
        asked_level: problem.asked_level.map_or(0, ReviewLevel::number),
        solved_date: problem.solved_date.map(date),
    }
}

fn show_submission(submission: &Submission) -> v1::ReportSubmission {
    let attributes = &submission.attributes;
    v1::ReportSubmission {
        number: number(submission.number),
        content: Some(show_content(&submission.content)),
        submit_time: Some(timestamp(submission.submit_time)),
        principal: submission.principal.clone(),
        due_date: Some(date(submission.due_date)),
        late: submission.late,
        correction_reason: submission.correction_reason.clone(),
        region: name(Kind::Region, &attributes.region),
        industry: name(Kind::Industry, &attributes.industry),
        division: name(Kind::Industry, &attributes.division),
        construction_kind: attributes.construction_kind.number(),
        technical_transformation: attributes.technical_transformation,
        size_class: attributes.size_class.number(),
        clusters: names(Kind::Cluster, &attributes.clusters),
        lists: attributes.lists.iter().map(ToString::to_string).collect(),
        reviewers: attributes.reviewers.iter().map(show_reviewer).collect(),
    }
}

pub(super) fn show_reviewer(reviewer: &Reviewer) -> v1::Reviewer {
    v1::Reviewer { level: reviewer.level.number(), region: name(Kind::Region, &reviewer.region) }
}

fn show_acceptance(acceptance: &Acceptance) -> v1::ReportAcceptance {
    v1::ReportAcceptance {
        level: acceptance.level.number(),
        submission: number(acceptance.submission),
        accept_time: Some(timestamp(acceptance.accept_time)),
        principal: acceptance.principal.clone(),
        comment: acceptance.comment.clone(),
        due_date: Some(date(acceptance.due_date)),
        late: acceptance.late,
        delegation: name(Kind::ReviewDelegation, &acceptance.delegation),
        replaced_submission: acceptance.replaced_submission.map_or(0, number),
    }
}

fn show_return(given: &Return) -> v1::ReportReturn {
    let remark = |remark: &FieldRemark| v1::FieldRemark {
        field: remark.field.clone(),
        text: remark.text.clone(),
    };
    v1::ReportReturn {
        level: given.level.number(),
        submission: number(given.submission),
        code: given.code.number(),
        text: given.text.clone(),
        fields: given.fields.iter().map(remark).collect(),
        return_time: Some(timestamp(given.return_time)),
        principal: given.principal.clone(),
    }
}

fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
