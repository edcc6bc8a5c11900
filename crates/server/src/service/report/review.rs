//! What handlers do to one report.

use crate::domain::date::Date;
use crate::domain::kind::{self, Kind};
use crate::domain::report::check::{Others, Scene};
use crate::domain::report::review::{Accepted, Actor, ReturnReason};
use crate::domain::report::submission::{FieldRemark, ReturnCode};
use crate::domain::report::{self, Report};
use crate::domain::review_delegation::ReviewDelegation;
use crate::domain::review_level::ReviewLevel;
use crate::error::{Error, Reason, Result, Violations};
use crate::service::standard::{Standard, live};
use crate::store::Edit;
use crate::store::call::Call;
use crate::store::record::Stored;

/// Changes a report that isn't deleted, where the request's fields are right.
pub(super) fn edit(
    old: &Stored<Report>,
    call: &Call,
    v: &mut Violations,
    act: impl FnOnce(&mut Report, &Actor<'_>) -> Result<()>,
) -> Result<Edit<Report>> {
    let mut report = live(Some(old))?.record.clone();
    if v.is_empty() {
        let (name, principal) = (old.name(), call.principal.as_str());
        let by = Actor { name: &name, principal, now: call.now, today: call.today };
        act(&mut report, &by)?;
    }
    Ok(Edit::Put(report))
}

/// What a report must know, of which there is nothing where its project is
/// deleted.
pub(super) fn scene<'a>(report: &Report, known: Option<&'a Scene>) -> Result<&'a Scene> {
    known.ok_or_else(|| Error::Deleted { name: kind::name(Kind::Project, &report.project) })
}

pub(super) fn accept(
    report: &mut Report,
    by: &Actor<'_>,
    level: Option<ReviewLevel>,
    (comment, delegation): (&str, Option<&Stored<ReviewDelegation>>),
    known: Option<&Scene>,
) -> Result<()> {
    let level = given(level)?;
    let scene = scene(report, known)?;
    scene.permit(Some(level))?;
    if let Some(delegation) = delegation {
        check_delegation(report, level, delegation, by.today)?;
    }
    let delegation = delegation.map(|delegation| delegation.id.clone());
    report.accept(by, level, Accepted { comment: comment.to_owned(), delegation }, scene)
}

/// A delegation must be in force today, and for whose turn it is.
pub(super) fn check_delegation(
    report: &Report,
    level: ReviewLevel,
    delegation: &Stored<ReviewDelegation>,
    today: Date,
) -> Result<()> {
    let record = &delegation.record;
    if delegation.is_deleted() || !record.is_in_force(today) {
        let text =
            format!("isn't in force: it is from {} to {}", record.first_date, record.last_date);
        return Err(Error::field("delegation", Reason::DelegationNotInForce, text));
    }
    let awaited = report.awaiting().map(|reviewer| &reviewer.region);
    if awaited.is_some_and(|region| !record.covers(level, region)) {
        let text = format!("is for {} on {}", record.region, record.level);
        return Err(Error::field("delegation", Reason::FieldContradiction, text));
    }
    Ok(())
}

/// The delegation that a request names.
pub(super) async fn delegation(
    standard: &Standard,
    name: &str,
) -> Result<Option<Stored<ReviewDelegation>>> {
    let Ok(id) = kind::parse_as(Kind::ReviewDelegation, name) else { return Ok(None) };
    let found = standard.store.reader().await?.find::<ReviewDelegation>(&id).await?;
    let unknown = || {
        let text = "names a delegation that doesn't exist";
        Error::field("delegation", Reason::ReferenceUnknown, text)
    };
    found.ok_or_else(unknown).map(Some)
}

pub(super) fn send_back(
    report: &mut Report,
    by: &Actor<'_>,
    level: Option<ReviewLevel>,
    (code, text, fields): (i32, String, Vec<FieldRemark>),
    known: Option<&Scene>,
) -> Result<()> {
    scene(report, known)?.permit(level)?;
    let code = ReturnCode::from_number(code).unwrap_or(ReturnCode::Other);
    report.send_back(by, given(level)?, ReturnReason { code, text, fields })
}

/// One that is missing was refused with the fields.
pub(super) fn given(level: Option<ReviewLevel>) -> Result<ReviewLevel> {
    level.ok_or_else(|| Error::internal("a level that is missing is refused with the fields"))
}

/// The other reports of the project whose report a request names. What they say
/// makes a report unusual, not wrong, so they needn't be those of the commit.
pub(super) async fn others_of(standard: &Standard, name: &str) -> Result<Others> {
    let id = kind::parse_as(Kind::Report, name).ok();
    match id.and_then(|id| report::parts(&id).ok()) {
        Some((project, month)) => standard.store.reader().await?.others(&project, month).await,
        // What is wrong with the name is told later.
        None => Ok(Others::default()),
    }
}
