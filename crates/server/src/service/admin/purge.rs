//! `PurgeRecord`: out of the store, then out of the journal.

use std::sync::Arc;

use outlay_proto::v1;
pub(super) use outlay_proto::v1::purge_record_response::Answer;
use tonic::Request;

use super::{Admin, convert};
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::engine::embedded::{Embedded, Progress, Purged};
use crate::error::{Error, Result};
use crate::service::admit;
use crate::store::Store;
use crate::store::call::Call;

/// Steps of a purge.
const STEPS: u64 = 4;

/// A purge that was asked for.
pub(super) struct Purge {
    store: Store,
    engine: Arc<Embedded>,
    call: Call,
    kind: Kind,
    id: Id,
    allow_missing: bool,
}

impl Purge {
    /// Reads the request.
    pub(super) fn admit(admin: &Admin, request: Request<v1::PurgeRecordRequest>) -> Result<Self> {
        let (caller, message) = admit::reading(request)?;
        let (kind, id) = kind::parse(&message.name)
            .map_err(|flaw| Error::field("name", flaw.reason, flaw.description))?;
        let (store, engine) = (admin.standard.store.clone(), Arc::clone(&admin.engine));
        let mut call = admit::call(&store, caller)?;
        call.note = message.reason;
        call.validate_only = message.validate_only;
        Ok(Self { store, engine, call, kind, id, allow_missing: message.allow_missing })
    }

    /// Erases the record, makes the bases that hold it go, and purges the
    /// journal. Broken off anywhere, it goes on when it is called again.
    pub(super) async fn run(
        self,
        mut tell: impl FnMut(&Progress) + Send,
    ) -> Result<v1::PurgeReport> {
        let Self { store, engine, call, kind, id, allow_missing } = self;
        let mut step = |what, done| {
            tell(&Progress { what, unit: "step", done, of: STEPS, rate: 0 });
        };
        step("erasing the record", 0);
        let erased = store.erase(&call, kind, &id, allow_missing).await?;
        if call.validate_only {
            return Ok(convert::purged(Purged::default(), erased.revision));
        }
        step("making a base without it", 1);
        engine.make_base().await?;
        store.purge_goes_on(&call, kind, &id).await?;
        step("making another, in the place of the last one with it", 2);
        engine.make_base().await?;
        step("taking it out of the journal", 3);
        let purged = engine.purge(&erased.keys, erased.revision).await?;
        store.purge_ended(&call, kind, &id).await?;
        tracing::info!(kind = kind.noun(), values = purged.values, "a record was purged");
        Ok(convert::purged(purged, erased.revision))
    }
}
