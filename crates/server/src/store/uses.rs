//! How many records name a record: counted in the commits that change them, so
//! that reference data which is in use isn't deleted, and nothing that is in use
//! is erased.
//!
//! Deleted records count for nothing. Projects and meetings may be deleted while
//! others speak of them.

use std::collections::BTreeMap;

use super::key::{Key, Table};
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::engine::Entry;
use crate::error::{Error, Result};

/// Whether a record of a kind can't be deleted while others name it.
pub(super) fn hold(kind: Kind) -> bool {
    !matches!(kind, Kind::Project | Kind::Meeting)
}

/// Key of a record's count.
pub(super) fn key(kind: Kind, id: &Id) -> Vec<u8> {
    Key::new(Table::Uses).kind(kind).last(id.as_str().as_bytes())
}

/// The count in a cell.
pub(super) fn count(entry: &Entry) -> Result<i64> {
    let bytes = <[u8; 8]>::try_from(entry.value.as_ref());
    bytes.map(i64::from_be_bytes).map_err(|_| Error::Damaged("a count hasn't 8 bytes".into()))
}

/// What becomes of the counts when one record's references change.
pub(super) fn changes(
    before: Option<Vec<Reference>>,
    after: Option<Vec<Reference>>,
) -> BTreeMap<Vec<u8>, i64> {
    let mut changes = BTreeMap::new();
    for (references, sign) in [(before, -1), (after, 1)] {
        for reference in references.into_iter().flatten() {
            *changes.entry(key(reference.kind, &reference.id)).or_insert(0) += sign;
        }
    }
    changes.retain(|_, delta| *delta != 0);
    changes
}
