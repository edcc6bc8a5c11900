//! The demonstration's records.

use crate::error::Result;
use crate::store::Store;

/// Loads them.
///
/// # Errors
/// Those of the store.
pub async fn load(_store: &Store) -> Result<()> {
    Ok(())
}
