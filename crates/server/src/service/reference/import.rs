//! `ImportReferences`: the rows are reference data of every kind, observations
//! and targets.

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record as Row;

use super::cluster::Clusters;
use super::indicator::Indicators;
use super::industry::Industries;
use super::organisation::Organisations;
use super::policy::Policies;
use super::region::Regions;
use crate::error::{Result, Violations};
use crate::service::import::row::Rows;
use crate::service::import::{Batch, Import};
use crate::service::statistics::observation::Observations;
use crate::service::statistics::target::Targets;

/// The import.
pub(super) struct References;

impl Import for References {
    type Request = v1::ImportReferencesRequest;
    type Response = v1::ImportReferencesResponse;
    type Row = v1::ReferenceRecord;
    const IS_TREE: bool = true;

    fn begin(_first: &v1::ImportReferencesRequest, _v: &mut Violations) -> Self {
        Self
    }

    fn strays(later: &v1::ImportReferencesRequest) -> Vec<(&'static str, bool)> {
        vec![("options", later.options.is_some())]
    }

    fn batch(request: v1::ImportReferencesRequest) -> Batch<v1::ReferenceRecord> {
        let v1::ImportReferencesRequest { options, sequence, rows } = request;
        Batch { options, sequence, rows }
    }

    fn response(
        sequence: i64,
        results: Vec<v1::ImportResult>,
        revision: i64,
    ) -> v1::ImportReferencesResponse {
        v1::ImportReferencesResponse { sequence, results, revision }
    }

    async fn stage(
        &self,
        rows: &mut Rows<'_>,
        batch: &[v1::ReferenceRecord],
    ) -> Result<Vec<v1::ImportResult>> {
        let mut results = Vec::with_capacity(batch.len());
        for row in batch {
            results.push(import(rows, row).await?);
            if rows.is_full() {
                break;
            }
        }
        Ok(results)
    }
}

async fn import(rows: &mut Rows<'_>, row: &v1::ReferenceRecord) -> Result<v1::ImportResult> {
    match &row.record {
        None => Ok(rows.unreadable(row)),
        Some(Row::Region(wire)) => rows.import::<Regions>(wire).await,
        Some(Row::Industry(wire)) => rows.import::<Industries>(wire).await,
        Some(Row::Cluster(wire)) => rows.import::<Clusters>(wire).await,
        Some(Row::Organisation(wire)) => rows.import::<Organisations>(wire).await,
        Some(Row::Policy(wire)) => rows.import::<Policies>(wire).await,
        Some(Row::Indicator(wire)) => rows.import::<Indicators>(wire).await,
        Some(Row::Observation(wire)) => rows.import::<Observations>(wire).await,
        Some(Row::Target(wire)) => rows.import::<Targets>(wire).await,
    }
}
