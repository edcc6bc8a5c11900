//! What time causes, as ordinary commits of the principal `system`.
//!
//! Every replica may run every job: a commit states what it has read, so of two
//! at once one finds nothing left to do.

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::error::Result;
use crate::store::Store;
use crate::store::call::Call;

/// How often the jobs run.
const INTERVAL: Duration = Duration::from_secs(3600);

/// Starts the jobs; they end with the handle's abort.
pub(crate) fn start(store: Store) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            match forget_requests(&store).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "forgot request ids"),
                Err(error) => tracing::warn!(%error, "request ids weren't forgotten: next time"),
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
