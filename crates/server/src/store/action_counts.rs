//! How many actions organisations and regions have, and how old they are: read
//! from cells.

use std::collections::BTreeMap;

use super::cells::numbers;
use super::figures::{Family, cell, take_id};
use super::id_of;
use super::index::{self, Index};
use super::key::Key;
use super::reader::Reader;
use crate::domain::action::age::ActionCounts;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result};

/// Key of the cell of the actions of an organisation or region that are due on a
/// day; none for those that are closed or cancelled.
pub(super) fn action_cell(kind: Kind, id: &Id, due: Option<Date>) -> Vec<u8> {
    let due = due.map_or(0, Date::number);
    of_kind(kind).text(id.as_str()).last(&due.to_be_bytes())
}

/// Beginning of the keys of the cells of actions by organisation or region.
fn of_kind(kind: Kind) -> Key {
    cell(Family::Action).kind(kind)
}

/// Id and due date of the key of a cell after that beginning.
fn read(mut rest: &[u8]) -> Option<(Id, Option<Date>)> {
    let id = take_id(&mut rest)?;
    match i32::from_be_bytes(rest.try_into().ok()?) {
        0 => Some((id, None)),
        due => Some((id, Some(Date::from_number(due).ok()?))),
    }
}

impl Reader {
    /// The organisations that are in some regions.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn organisations_in(&self, regions: &[Id]) -> Result<Vec<Id>> {
        let mut found = Vec::new();
        for region in regions {
            let by = Key::part().text(region.as_str()).done();
            let prefix = index::range(Index::OrganisationRegion, false, &by);
            let mut rest = Some(Range::prefix(&prefix));
            while let Some(range) = rest {
                let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
                for (key, _) in &page.entries {
                    found.push(id_of(key.get(prefix.len()..).unwrap_or_default())?);
                }
                rest = page.rest(&range, Direction::Forward);
            }
        }
        Ok(found)
    }

    /// The actions of organisations that lead, or of regions, counted on a day:
    /// what is due within `soon_days` is due soon. Of all of them, or only of
    /// these.
    ///
    /// # Errors
    /// [`Error::TooWide`] for more sums than one query may read; those of the
    /// engine.
    pub async fn action_counts(
        &self,
        kind: Kind,
        only: Option<&[Id]>,
        today: Date,
        soon_days: i32,
    ) -> Result<BTreeMap<Id, ActionCounts>> {
        let beginning = of_kind(kind).done();
        let prefixes = match only {
            Some(ids) => ids.iter().map(|id| of_kind(kind).text(id.as_str()).done()).collect(),
            None => vec![beginning.clone()],
        };
        let mut counts: BTreeMap<Id, ActionCounts> = BTreeMap::new();
        let most = self.query_limits().sums;
        let mut seen = 0;
        for prefix in prefixes {
            let mut rest = Some(Range::prefix(&prefix));
            while let Some(range) = rest {
                let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
                seen += page.entries.len();
                if seen > most {
                    return Err(too_many(most));
                }
                for (key, entry) in &page.entries {
                    let damaged = || Error::Damaged("a cell has no key of its family".into());
                    let (id, due) = read(&key[beginning.len()..]).ok_or_else(damaged)?;
                    let [open, closed, cancelled] = numbers::<3>(entry)?;
                    let counts = counts.entry(id).or_default();
                    if let Some(due) = due {
                        counts.add_open(due, open, today, soon_days);
                    }
                    counts.closed += closed;
                    counts.cancelled += cancelled;
                }
                rest = page.rest(&range, Direction::Forward);
            }
        }
        counts.retain(|_, counts| !counts.is_empty());
        Ok(counts)
    }
}

fn too_many(most: usize) -> Error {
    Error::TooWide(format!(
        "actions are due on too many days: it would read more than {most} sums; ask for a \
         smaller region, or for one organisation"
    ))
}
