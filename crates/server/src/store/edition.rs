//! Editions in the store: how they are found.

use super::index::{self, Index, Indexes};
use super::key::Key;
use super::reader::Reader;
use super::record::{Meta, Record, Unique};
use crate::domain::edition::Edition;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::period::Period;
use crate::engine::{Direction, Range};
use crate::error::{Error, Result};

/// Number of the field of an edition's number.
const NUMBER: u8 = 14;

impl Record for Edition {
    const KIND: Kind = Kind::Edition;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = || Key::part().number(meta.create_time.micros());
        let table = Key::part().text(self.table.as_str());
        indexes.add(Index::EditionCreated, Key::part(), created());
        indexes.add(Index::EditionTableCreated, table, created());
        let of = of_table(&self.table, self.period);
        indexes.add(Index::EditionNumber, of, Key::part().number(self.number.into()));
    }

    /// Of one table and period no two have the same number, deleted ones too.
    fn unique(&self) -> Vec<Unique> {
        let code = format!("{}/{}/{}", self.table, self.period, self.number);
        vec![Unique { field: NUMBER, what: "number of the edition", code }]
    }
}

/// Component by which the editions of a table and period are found.
fn of_table(table: &Id, period: Period) -> Key {
    Key::part().text(table.as_str()).number(period.order())
}

impl Reader {
    /// The number that the next edition of a table and period has: deleted ones
    /// keep theirs.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn next_edition(&self, table: &Id, period: Period) -> Result<u32> {
        let mut greatest = 0;
        for deleted in [false, true] {
            let by = of_table(table, period).done();
            let prefix = index::range(Index::EditionNumber, deleted, &by);
            let last = self.scan(&Range::prefix(&prefix), Direction::Reverse, 1).await?;
            if let Some((key, _)) = last.entries.first() {
                let number = key.get(prefix.len()..prefix.len() + 8).unwrap_or_default();
                let number = <[u8; 8]>::try_from(number).map(super::key::read_number);
                let damaged = |_| Error::Damaged("an index entry of an edition isn't one".into());
                let number = number.map_err(damaged)?;
                greatest = greatest.max(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
        Ok(greatest.saturating_add(1))
    }
}
