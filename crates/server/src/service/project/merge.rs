//! `MergeProject`: one of two projects that are the same.

use outlay_proto::v1;
use outlay_proto::validate::Validate;
use tonic::Request;

use super::{Projects, convert};
use crate::domain::kind::{self, Kind};
use crate::domain::project::{MergedProject, Recorder};
use crate::error::{Error, Reason, Result};
use crate::service::admit;
use crate::service::noun::Noun;
use crate::service::standard::{Standard, live};
use crate::store::record::Stored;
use crate::store::{Edit, Target};

pub(super) async fn run(
    standard: &Standard,
    request: Request<v1::MergeProjectRequest>,
) -> Result<v1::Project> {
    let (mut call, mut found, message) = admit::changing(&standard.store, request)?;
    let ids = [&message.name, &message.duplicate].map(|name| kind::parse_as(Kind::Project, name));
    let [Ok(kept), Ok(duplicate)] = ids else {
        return Err(Error::Fields(found));
    };
    if kept == duplicate {
        let text = "is the project itself: name the other one";
        found.add("duplicate", Reason::FieldContradiction, text);
    }
    crate::error::none_of(found)?;
    call.note = format!("{} is {}: {}", message.duplicate, message.name, message.reason);
    let target = |id, etag: &str| Target::Existing { id, etag: etag.to_owned() };
    let kept = target(kept, &message.etag);
    let duplicate = target(duplicate, &message.duplicate_etag);
    let stored = standard
        .store
        .merge_projects(&call, &kept, &duplicate, |kept, duplicate, known, v| {
            let (kept, duplicate) = (live(Some(kept))?, live(Some(duplicate))?);
            let mut stays = kept.record.clone();
            let (name, principal) = (kept.name(), &call.principal);
            let by = Recorder { name: &name, principal, now: call.now, today: call.today };
            let merged = MergedProject::new(&duplicate.id, &duplicate.record, &message.reason, &by);
            stays.absorb(&kept.id, merged, &duplicate.record);
            v.within("project", |v| {
                // Together they may be more than one project may have.
                let draft = Stored::draft(stays.clone(), call.now);
                convert::show(&draft, call.today).validate(v);
                Projects::check(&stays, known, call.today, v);
            });
            let mut goes = duplicate.record.clone();
            goes.give_way(&kept.id);
            let Edit::Put(stays) = standard.fitting::<Projects>(Edit::Put(stays), &call)? else {
                return Err(Error::internal("a project that is put stays one"));
            };
            Ok((stays, goes))
        })
        .await?;
    Ok(convert::show(&stored, call.today))
}
