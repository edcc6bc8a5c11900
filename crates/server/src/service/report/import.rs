//! `ImportReports`: rows become drafts, or history that was accepted elsewhere.

use outlay_proto::v1;
use outlay_proto::validate::Validate;

use super::review::scene;
use super::{Reports, scene_of};
use crate::domain::id::Id;
use crate::domain::report::Report;
use crate::domain::report::history::Takeover;
use crate::domain::report::review::Actor;
use crate::domain::review_level::ReviewLevel;
use crate::error::{Reason, Result, Violations};
use crate::service::import::row::{Found, Rows};
use crate::service::import::{Batch, Import};
use crate::store::Known;
use crate::store::call::Call;
use crate::store::record::Record;

/// Rows whose reports and projects are read at once.
const READ_AHEAD: usize = 250;

/// The import.
pub(super) struct ReportImport {
    /// Where the rows are history: how it is taken over.
    takeover: Option<Takeover>,
}

impl Import for ReportImport {
    type Request = v1::ImportReportsRequest;
    type Response = v1::ImportReportsResponse;
    type Row = v1::Report;
    const IS_TREE: bool = false;

    fn begin(first: &v1::ImportReportsRequest, v: &mut Violations) -> Self {
        // Batch and sequence are checked for every message alike.
        let head = v1::ImportReportsRequest {
            options: first.options,
            sequence: 1,
            rows: Vec::new(),
            accepted_level: first.accepted_level,
            reason: first.reason.clone(),
        };
        head.validate(v);
        let level = ReviewLevel::from_number(first.accepted_level);
        match level {
            Some(_) if first.reason.trim().is_empty() => {
                let text = "is required with accepted_level: say where the history comes from";
                v.add("reason", Reason::FieldRequired, text);
            }
            None if first.accepted_level == 0 && !first.reason.is_empty() => {
                let text = "says where history comes from, but there is no accepted_level: give \
                            the highest level that had accepted it, or leave the reason out";
                v.add("reason", Reason::FieldContradiction, text);
            }
            _ => {}
        }
        Self { takeover: level.map(|level| Takeover { level, reason: first.reason.clone() }) }
    }

    fn strays(later: &v1::ImportReportsRequest) -> Vec<(&'static str, bool)> {
        vec![
            ("options", later.options.is_some()),
            ("accepted_level", later.accepted_level != 0),
            ("reason", !later.reason.is_empty()),
        ]
    }

    fn batch(request: v1::ImportReportsRequest) -> Batch<v1::Report> {
        let v1::ImportReportsRequest { options, sequence, rows, .. } = request;
        Batch { options, sequence, rows }
    }

    fn response(
        sequence: i64,
        results: Vec<v1::ImportResult>,
        revision: i64,
    ) -> v1::ImportReportsResponse {
        v1::ImportReportsResponse { sequence, results, revision }
    }

    async fn stage(
        &self,
        rows: &mut Rows<'_>,
        batch: &[v1::Report],
    ) -> Result<Vec<v1::ImportResult>> {
        let mut results = Vec::with_capacity(batch.len());
        for some in batch.chunks(READ_AHEAD) {
            let mut ids = Vec::with_capacity(some.len());
            for wire in some {
                let mut flaws = Violations::new();
                ids.push((rows.id::<Reports>(wire, &mut flaws).await?, flaws));
            }
            let named: Vec<Id> = ids.iter().filter_map(|(id, _)| id.clone()).collect();
            let mut found = rows.transaction.reader.find_many::<Report>(&named).await?.into_iter();
            rows.known.scenes.clear();
            Report::gather(rows.transaction, &named, rows.known).await?;
            for (wire, (id, flaws)) in some.iter().zip(ids) {
                results.push(match id {
                    None => rows.nameless::<Reports>(wire, flaws)?,
                    Some(id) => {
                        let old = found.next().flatten();
                        self.put(rows, Found { id, wire, old, flaws }).await?
                    }
                });
                if rows.is_full() {
                    return Ok(results);
                }
            }
        }
        Ok(results)
    }
}

impl ReportImport {
    async fn put(
        &self,
        rows: &mut Rows<'_>,
        found: Found<'_, Reports>,
    ) -> Result<v1::ImportResult> {
        rows.put::<Reports>(found, |report, old, name, (known, call)| match &self.takeover {
            Some(takeover) => take_over(report, old, name, (known, call), takeover),
            None => match old.filter(|old| *old != report) {
                Some(old) => old.permit_update(name),
                None => Ok(()),
            },
        })
        .await
    }
}

/// Makes accepted history of a report with the content of a row.
fn take_over(
    report: &mut Report,
    old: Option<&Report>,
    name: &str,
    (known, call): (&Known, &Call),
    takeover: &Takeover,
) -> Result<()> {
    let content = report.content.clone();
    if let Some(old) = old {
        // It goes on from what is there, also where somebody is correcting it.
        report.clone_from(old);
        if old.has_taken_over(&content, takeover.level) {
            return Ok(());
        }
    }
    let by = Actor { name, principal: &call.principal, now: call.now, today: call.today };
    match scene_of(known, report) {
        Some(scene) => report.take_over(&by, scene, content, takeover),
        // That the project of a new one isn't there is told as a reference.
        None if old.is_none() => Ok(()),
        None => scene(report, None).map(|_| ()),
    }
}
