//! Targets in the store: how they are found.

use super::index::{Index, Indexes};
use super::key::Key;
use super::record::{Meta, Record};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::target::Target;

impl Record for Target {
    const KIND: Kind = Kind::Target;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let year = || Key::part().number(self.year.into());
        let created = Key::part().number(meta.create_time.micros());
        let by = |id: &Id| Key::part().text(id.as_str());
        indexes.add(Index::TargetYear, Key::part(), year());
        indexes.add(Index::TargetCreated, Key::part(), created);
        indexes.add(Index::TargetRegionYear, by(&self.region), year());
        indexes.add(Index::TargetIndicatorYear, by(&self.indicator), year());
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        regions.binary_search(&self.region).is_ok()
    }
}
