//! How many records name a record: counted in the commits that change them, so
//! that reference data which is in use isn't deleted, and nothing that is in use
//! is erased.
//!
//! Deleted records count for nothing. Projects, meetings with their series and
//! templates, actions, and what is recorded of reporting, may be deleted while
//! others speak of them.

use super::cells;
use super::key::{Key, Table};
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::engine::Entry;
use crate::error::Result;

/// Whether a record of a kind can't be deleted while others name it.
pub(super) fn hold(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Project
            | Kind::Meeting
            | Kind::Report
            | Kind::ReportingPeriod
            | Kind::ReviewDelegation
            | Kind::Action
            | Kind::MeetingSeries
            | Kind::MeetingTemplate
            | Kind::Minutes
    )
}

/// Key of a record's count.
pub(super) fn key(kind: Kind, id: &Id) -> Vec<u8> {
    Key::new(Table::Uses).kind(kind).last(id.as_str().as_bytes())
}

/// The count in a cell.
pub(super) fn count(entry: &Entry) -> Result<i64> {
    cells::numbers::<1>(entry).map(|[count]| count)
}
