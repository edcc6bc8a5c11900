//! How many records name a record of reference data: counted in the commits
//! that change it, so that what is in use isn't deleted.
//!
//! Deleted records count for nothing, and projects and meetings aren't counted:
//! they may be deleted while others speak of them.

use std::collections::BTreeMap;

use super::key::{Key, Table};
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::engine::Entry;
use crate::error::{Error, Result};

/// Whether uses of records of a kind are counted.
pub(super) fn are_counted(kind: Kind) -> bool {
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
        let counted = references.into_iter().flatten().filter(|one| are_counted(one.kind));
        for reference in counted {
            *changes.entry(key(reference.kind, &reference.id)).or_insert(0) += sign;
        }
    }
    changes.retain(|_, delta| *delta != 0);
    changes
}
