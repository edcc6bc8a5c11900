//! `ReassignProjects`: projects belong to another region from a day on.

use outlay_proto::v1;
use tonic::Request;

use super::Projects;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::project::Project;
use crate::domain::reference::region::change::Decision;
use crate::domain::reference::region::reform::unknown;
use crate::error::{Error, Result, none_of};
use crate::service::admit;
use crate::service::convert::read_date;
use crate::service::standard::{Standard, live};
use crate::store::Edit;
use crate::store::many::Batch;

pub(super) async fn run(
    standard: &Standard,
    request: Request<v1::ReassignProjectsRequest>,
) -> Result<v1::ReassignProjectsResponse> {
    let (mut call, found, message) = admit::changing(&standard.store, request)?;
    none_of(found)?;
    let date = message.effective_date.ok_or_else(|| Error::internal("a date was checked"))?;
    let decision = Decision {
        date: read_date(&date).map_err(|flaw| flaw.into_error("effective_date"))?,
        reason: message.reason.clone(),
        document_number: message.document_number.clone(),
    };
    let id_of = |field: &str, kind, name: &str| {
        kind::parse_as(kind, name).map_err(|flaw| flaw.into_error(field))
    };
    let region = id_of("region", Kind::Region, &message.region)?;
    let mut ids: Vec<Id> = Vec::with_capacity(message.names.len());
    for (at, name) in message.names.iter().enumerate() {
        ids.push(id_of(&format!("names[{at}]"), Kind::Project, name)?);
    }
    call.note = decision.note(&format!("to {} from {date}", message.region, date = decision.date));
    let wanted = |_: &_| ids.iter().cloned().collect();
    let done = standard
        .store
        .change_many::<Project>(&call, wanted, |records, known, v| {
            if !known.regions.contains(&region) {
                unknown(&region).add_to("region", v);
            } else if let Some(flaw) = known.regions.not_valid(&region, decision.date) {
                flaw.add_to("region", v);
            }
            let mut puts = Vec::with_capacity(ids.len());
            for (at, id) in ids.iter().enumerate() {
                let missing = || Error::NotFound { name: kind::name(Kind::Project, id) };
                let stored = live(Some(records.get(id).ok_or_else(missing)?))?;
                let mut project = stored.record.clone();
                if let Err(flaw) = project.reassign(&region, &decision) {
                    flaw.add_to(&format!("names[{at}]"), v);
                }
                standard.fitting::<Projects>(Edit::Put(project.clone()), &call)?;
                puts.push((id.clone(), project));
            }
            let answer = ids.first().cloned().unwrap_or_else(Id::unread);
            Ok(Batch { answer, puts, list: None })
        })
        .await?;
    Ok(v1::ReassignProjectsResponse {
        changed_count: i32::try_from(done.changed).unwrap_or(i32::MAX),
        revision: i64::try_from(done.revision).unwrap_or(i64::MAX),
    })
}
