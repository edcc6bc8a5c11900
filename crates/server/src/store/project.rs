//! Projects in the store: how they are found.

use super::index::{Index, Indexes};
use super::key::Key;
use super::record::{Meta, Record, Unique};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::project::Project;

impl Record for Project {
    const KIND: Kind = Kind::Project;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = || Key::part().number(meta.create_time.micros());
        let updated = Key::part().number(meta.update_time.micros());
        let total = || Key::part().number(self.investment.total.minor());
        indexes.add(Index::ProjectCreated, Key::part(), created());
        indexes.add(Index::ProjectUpdated, Key::part(), updated);
        indexes.add(Index::ProjectTotal, Key::part(), total());
        // Few have belonged to more than one region; they are found by each.
        for link in self.region_links() {
            let place = || by_region_and_stage(link.region, self.stage.number());
            indexes.add(Index::ProjectRegionStageCreated, place(), created());
            indexes.add(Index::ProjectRegionStageTotal, place(), total());
        }
        indexes.add(Index::ProjectOwnerCreated, Key::part().text(self.owner.as_str()), created());
    }

    fn unique(&self) -> Vec<Unique> {
        let code = Unique { field: 12, what: "project code", code: self.project_code.clone() };
        if code.code.is_empty() { Vec::new() } else { vec![code] }
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], day: Date) -> bool {
        regions.binary_search(self.region_at(day)).is_ok()
    }
}

/// Component by which projects of a region and a stage are found; `stage` is
/// its number.
#[must_use]
pub fn by_region_and_stage(region: &Id, stage: i32) -> Key {
    Key::part().text(region.as_str()).byte(u8::try_from(stage).unwrap_or_default())
}
