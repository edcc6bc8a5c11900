//! Reporting periods between the wire and the domain.

use outlay_proto::v1;

use crate::domain::date::Date;
use crate::domain::kind::Kind;
use crate::domain::month::Month;
use crate::domain::reporting_period::{
    DeadlineDays, DeadlineException, Excepted, PeriodClosing, ReportingPeriod, ReportingStage,
    ReviewDeadlines, deadline, id_of, reported,
};
use crate::domain::review_level::ReviewLevel;
use crate::error::Violations;
use crate::service::convert::{Convert, Head, date, name, timestamp};
use crate::store::record::Stored;

pub(super) fn read(
    wire: &v1::ReportingPeriod,
    old: Option<&ReportingPeriod>,
    convert: &mut Convert<'_>,
) -> ReportingPeriod {
    let month = Month::parse(&wire.month).and_then(|month| reported(month).map(|()| month));
    let month = convert.ok("month", month).unwrap_or_else(|| Month::of(Date::MIN));
    ReportingPeriod {
        submission_deadline: convert.date("submission_deadline", wire.submission_deadline.as_ref()),
        review_deadlines: convert
            .message("review_deadlines", wire.review_deadlines.as_ref(), read_deadlines)
            .unwrap_or_default(),
        exceptions: old.map(|old| old.exceptions.clone()).unwrap_or_default(),
        closings: old.map(|old| old.closings.clone()).unwrap_or_default(),
        ..ReportingPeriod::new(month)
    }
}

fn read_deadlines(convert: &mut Convert<'_>, wire: &v1::ReviewDeadlines) -> ReviewDeadlines {
    ReviewDeadlines {
        county: convert.date("county", wire.county.as_ref()),
        city: convert.date("city", wire.city.as_ref()),
        province: convert.date("province", wire.province.as_ref()),
        nation: convert.date("nation", wire.nation.as_ref()),
    }
}

pub(super) fn show(stored: &Stored<ReportingPeriod>) -> v1::ReportingPeriod {
    let head = Head::of(stored);
    let period = &stored.record;
    v1::ReportingPeriod {
        name: head.name,
        uid: head.uid,
        create_time: head.create_time,
        update_time: head.update_time,
        delete_time: head.delete_time,
        purge_time: head.purge_time,
        etag: head.etag,
        revision: head.revision,
        month: period.month.to_string(),
        submission_deadline: period.submission_deadline.map(date),
        review_deadlines: given(&period.review_deadlines),
        exceptions: period.exceptions.iter().map(show_exception).collect(),
        closings: period.closings.iter().map(show_closing).collect(),
        effective_submission_deadline: None,
        effective_review_deadlines: None,
    }
}

/// A month of which nothing is recorded.
pub(super) fn unrecorded(month: Month) -> v1::ReportingPeriod {
    v1::ReportingPeriod {
        name: name(Kind::ReportingPeriod, &id_of(month)),
        month: month.to_string(),
        ..Default::default()
    }
}

/// Adds the deadlines that count. A deleted record has none of its own.
pub(super) fn complete(wire: &mut v1::ReportingPeriod, usual: &DeadlineDays, today: Date) {
    // What was shown is right.
    let period = read(wire, None, &mut Convert::new(&mut Violations::new(), today));
    let given = wire.delete_time.is_none().then_some(&period);
    let of = |stage| deadline(given, usual, period.month, stage);
    wire.effective_submission_deadline = Some(date(of(ReportingStage::Submission)));
    let review = |level| Some(date(of(ReportingStage::Review(level))));
    wire.effective_review_deadlines = Some(v1::ReviewDeadlines {
        county: review(ReviewLevel::County),
        city: review(ReviewLevel::City),
        province: review(ReviewLevel::Province),
        nation: review(ReviewLevel::Nation),
    });
}

fn given(deadlines: &ReviewDeadlines) -> Option<v1::ReviewDeadlines> {
    let shown = v1::ReviewDeadlines {
        county: deadlines.county.map(date),
        city: deadlines.city.map(date),
        province: deadlines.province.map(date),
        nation: deadlines.nation.map(date),
    };
    (shown != v1::ReviewDeadlines::default()).then_some(shown)
}

fn show_exception(exception: &DeadlineException) -> v1::DeadlineException {
    let (project, region) = match &exception.excepted {
        Excepted::Project(id) => (name(Kind::Project, id), String::new()),
        Excepted::Region(id) => (String::new(), name(Kind::Region, id)),
    };
    v1::DeadlineException {
        id: exception.id.to_string(),
        project,
        region,
        level: exception.level.map_or(0, ReviewLevel::number),
        date: Some(date(exception.date)),
        reason: exception.reason.clone(),
        grant_time: Some(timestamp(exception.grant_time)),
        withdraw_time: exception.withdraw_time.map(timestamp),
        withdraw_reason: exception.withdraw_reason.clone(),
    }
}

fn show_closing(closing: &PeriodClosing) -> v1::PeriodClosing {
    v1::PeriodClosing {
        region: name(Kind::Region, &closing.region),
        level: closing.level.number(),
        close_time: Some(timestamp(closing.close_time)),
        reason: closing.reason.clone(),
        reopen_time: closing.reopen_time.map(timestamp),
        reopen_reason: closing.reopen_reason.clone(),
    }
}
