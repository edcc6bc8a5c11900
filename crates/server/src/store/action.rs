//! Actions in the store: how they are found, counted, and carried from one
//! meeting to the next.

use super::action_counts::action_cell;
use super::cells::Cells;
use super::index::{self, Index, Indexes};
use super::key::Key;
use super::reader::Reader;
use super::record::{Meta, Record, Stored};
use super::transaction::Transaction;
use super::{id_of, key};
use crate::domain::action::{Action, ActionState};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::meeting::Meeting;
use crate::domain::reference::Organisation;
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result, Violations};

/// Most actions that are carried to a meeting in one commit: those that are due first.
pub const MAX_CARRIED: usize = 1_000;
/// Most bytes of them: what else opening a meeting writes has the rest of the commit.
const MAX_CARRIED_BYTES: usize = 2 * 1024 * 1024;

impl Record for Action {
    const KIND: Kind = Kind::Action;

    fn index(&self, _meta: &Meta, indexes: &mut Indexes<'_>) {
        let due = || due_part(self.due_date);
        let by = |id: &Id| by_action(Some(id), self.is_open());
        indexes.add(Index::ActionDue, by_action(None, self.is_open()), due());
        for organisation in self.responsible() {
            indexes.add(Index::ActionOrganisationDue, by(organisation), due());
        }
        for region in &self.regions {
            indexes.add(Index::ActionRegionDue, by(region), due());
        }
        for project in &self.projects {
            indexes.add(Index::ActionProjectDue, by(project), due());
        }
        for meeting in &self.meetings {
            indexes.add(Index::ActionMeetingDue, by(meeting), due());
        }
        if let Some(series) = &self.series {
            indexes.add(Index::ActionSeriesDue, by(series), due());
        }
        if let Some(decision) = &self.decision {
            indexes.add(Index::ActionDecisionDue, by(decision), due());
        }
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        self.regions.iter().any(|region| regions.binary_search(region).is_ok())
    }

    fn count(&self, cells: &mut Cells) {
        let (due, numbers) = match self.state {
            ActionState::Closed => (None, [0, 1, 0]),
            ActionState::Cancelled => (None, [0, 0, 1]),
            _ => (Some(self.due_date), [1, 0, 0]),
        };
        cells.add(action_cell(Kind::Organisation, &self.lead, due), &numbers);
        for region in &self.regions {
            cells.add(action_cell(Kind::Region, region, due), &numbers);
        }
    }

    async fn relate(
        &mut self,
        _id: &Id,
        old: Option<&Self>,
        transaction: &mut Transaction,
        v: &mut Violations,
    ) -> Result<()> {
        if old.is_some() {
            return Ok(());
        }
        // What isn't there is told anyhow.
        let meeting = transaction.depend_on::<Meeting>(&self.assigned_meeting).await?;
        let lead = transaction.depend_on::<Organisation>(&self.lead).await?;
        if let Some(meeting) = meeting {
            meeting.record.check_not_cancelled("assigned_meeting", v);
            self.series = meeting.record.series;
            if self.regions.is_empty() {
                let own = lead.and_then(|lead| lead.record.region);
                self.regions.push(own.unwrap_or(meeting.record.region));
            }
        }
        Ok(())
    }
}

/// Component by which open actions, or the others, are found; by none all of
/// them.
#[must_use]
pub fn by_action(id: Option<&Id>, open: bool) -> Key {
    let by = id.map_or_else(Key::part, |id| Key::part().text(id.as_str()));
    by.byte(u8::from(!open))
}

/// What actions are ordered by.
#[must_use]
pub fn due_part(due: Date) -> Key {
    Key::part().number(due.number().into())
}

impl Reader {
    /// The earliest day on which an open action of a range is due; `prefix` is
    /// that of all of them.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn oldest_due(&self, prefix: &[u8]) -> Result<Option<Date>> {
        let first = self.scan(&Range::prefix(prefix), Direction::Forward, 1).await?;
        let Some((key, _)) = first.entries.first() else { return Ok(None) };
        let number = key.get(prefix.len()..prefix.len() + 8).unwrap_or_default();
        let number = <[u8; 8]>::try_from(number).map(key::read_number).ok();
        let number = number.and_then(|number| i32::try_from(number).ok());
        let day = number.and_then(|number| Date::from_number(number).ok());
        let damaged = || Error::Damaged("an index entry of an action isn't one".into());
        day.map(Some).ok_or_else(damaged)
    }

    /// The actions of an index by an id, open ones first, each by due date, up to
    /// `most`; and whether there are more.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn actions_by(
        &self,
        index: Index,
        id: &Id,
        open: &[bool],
        most: usize,
    ) -> Result<(Vec<Stored<Action>>, bool)> {
        let mut ids = Vec::new();
        let mut more = false;
        for open in open {
            let prefix = index::range(index, false, &by_action(Some(id), *open).done());
            let mut range = Range::prefix(&prefix);
            while ids.len() <= most {
                let limit = (most + 1 - ids.len()).min(MAX_SCAN_ENTRIES);
                let page = self.scan(&range, Direction::Forward, limit).await?;
                for (key, _) in &page.entries {
                    ids.push(id_of(key.get(prefix.len() + 8..).unwrap_or_default())?);
                }
                match page.rest(&range, Direction::Forward) {
                    Some(rest) => range = rest,
                    None => break,
                }
            }
            more |= ids.len() > most;
        }
        ids.truncate(most);
        Ok((self.find_many(&ids).await?.into_iter().flatten().collect(), more))
    }
}

impl Transaction {
    /// Carries the open actions of a series to one of its meetings, which follows
    /// them up from now on: up to [`MAX_CARRIED`], those that are due first, and of
    /// those what one commit holds. The rest stays where it is, for the next meeting.
    /// Answers those of the meeting as they are then, by due date; those that are there
    /// already aren't changed.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn carry_actions(
        &mut self,
        series: &Id,
        meeting: &Id,
    ) -> Result<Vec<Stored<Action>>> {
        let index = Index::ActionSeriesDue;
        let (open, _) = self.reader.actions_by(index, series, &[true], MAX_CARRIED).await?;
        let mut carried = Vec::with_capacity(open.len());
        let mut room = MAX_CARRIED_BYTES;
        for old in open {
            if old.record.meeting == *meeting {
                carried.push(old);
                continue;
            }
            let size = old.write()?.len();
            if size <= room {
                room -= size;
                let mut action = old.record.clone();
                action.carry_to(meeting);
                carried.push(self.update(&old, action).await?);
            }
        }
        Ok(carried)
    }
}
