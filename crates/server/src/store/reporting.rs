//! Reporting periods and review delegations in the store: how they are found.

use super::index::{Index, Indexes};
use super::key::{self, Key};
use super::record::{Meta, Record, Stored};
use super::transaction::Transaction;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::reporting_period::ReportingPeriod;
use crate::domain::review_delegation::ReviewDelegation;
use crate::engine::{Entry, Operation};
use crate::error::Result;

impl Record for ReportingPeriod {
    const KIND: Kind = Kind::ReportingPeriod;

    // They are listed by id, which is the month.
    fn index(&self, _meta: &Meta, _indexes: &mut Indexes<'_>) {}

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn mentions(&self) -> Vec<Reference> {
        self.mentions()
    }
}

impl Record for ReviewDelegation {
    const KIND: Kind = Kind::ReviewDelegation;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = || Key::part().number(meta.create_time.micros());
        let by = Key::part().text(self.region.as_str());
        indexes.add(Index::ReviewDelegationCreated, Key::part(), created());
        indexes.add(Index::ReviewDelegationRegionCreated, by, created());
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        regions.binary_search(&self.region).is_ok()
    }
}

impl Transaction {
    /// A record on which a change depends, as it is staged; none also where it is
    /// deleted. The
    /// commit is made only if it is still as it is now, or still isn't there: so
    /// nothing is done in a month that is closed at the same moment.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn depend_on<R: Record>(&mut self, id: &Id) -> Result<Option<Stored<R>>> {
        let key = key::record(R::KIND, id);
        let found = match self.operations.get(&key) {
            Some(Operation::Put { value, .. }) => {
                let entry = Entry { revision: 0, value: value.clone() };
                Some(Stored::read(id.clone(), &self.reader, &entry)?)
            }
            Some(_) => None,
            None => self.reader.find::<R>(id).await?,
        };
        self.require_as_read(key).await?;
        Ok(found.filter(|stored| !stored.is_deleted()))
    }
}
