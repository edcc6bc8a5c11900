//! Reporting periods and review delegations in the store: how they are found.

use super::index::{Index, Indexes};
use super::key::Key;
use super::record::{Meta, Record};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::reporting_period::ReportingPeriod;
use crate::domain::review_delegation::ReviewDelegation;

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
