//! What time causes, as ordinary commits of the principal `system`.
//!
//! Every replica may run every job: a commit states what it has read, so of two
//! at once one finds nothing left to do.

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::domain::instant::Instant;
use crate::error::Result;
use crate::store::Store;
use crate::store::call::Call;

/// How often the jobs run.
const INTERVAL: Duration = Duration::from_secs(3600);
/// Names that one line of the log shows.
const MAX_LOGGED: usize = 20;

/// Starts the jobs; they end with the handle's abort.
pub(crate) fn start(store: Store) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            match forget_requests(&store).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "forgot request ids"),
                Err(error) => tracing::warn!(%error, "request ids weren't forgotten: next time"),
            }
            if let Err(error) = purge_deleted(&store).await {
                tracing::warn!(%error, "deleted records weren't purged: next time");
            }
            tokio::time::sleep(INTERVAL).await;
        }
    })
}

async fn forget_requests(store: &Store) -> Result<usize> {
    let mut call = Call::now(store.clock(), "system", "forget_requests")?;
    call.note = format!("request ids that had expired at {}", call.now);
    store.forget_requests(&call).await
}

/// Erases what was deleted so long ago that it is no longer kept.
async fn purge_deleted(store: &Store) -> Result<()> {
    let mut call = Call::now(store.clock(), "system", "purge_deleted")?;
    // Of what is kept for ever there may still be leftovers.
    let until = store.deleted_until(call.now).unwrap_or(Instant::FIRST);
    call.note = format!("records that were deleted at {until} or before");
    let swept = store.erase_deleted(&call, until).await?;
    if swept.erased > 0 {
        tracing::info!(count = swept.erased, %until, "purged deleted records");
    }
    if !swept.kept.is_empty() {
        let (count, names) = (swept.kept.len(), &swept.kept[..swept.kept.len().min(MAX_LOGGED)]);
        tracing::info!(count, ?names, "deleted records aren't purged as long as others name them");
    }
    Ok(())
}
