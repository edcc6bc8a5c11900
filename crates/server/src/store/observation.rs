//! Observations in the store: how they are found.

use super::index::{Index, Indexes};
use super::key::Key;
use super::record::{Meta, Record};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::observation::Observation;

impl Record for Observation {
    const KIND: Kind = Kind::Observation;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let period = || Key::part().number(self.period.order());
        let created = Key::part().number(meta.create_time.micros());
        let by = |id: &Id| Key::part().text(id.as_str());
        indexes.add(Index::ObservationPeriod, Key::part(), period());
        indexes.add(Index::ObservationCreated, Key::part(), created);
        indexes.add(Index::ObservationRegionPeriod, by(&self.region), period());
        indexes.add(Index::ObservationIndicatorPeriod, by(&self.indicator), period());
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        regions.binary_search(&self.region).is_ok()
    }
}
