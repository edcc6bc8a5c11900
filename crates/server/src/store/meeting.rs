//! Meetings in the store: how they are found.

use super::index::{Index, Indexes};
use super::key::Key;
use super::record::{Meta, Record};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::meeting::Meeting;

impl Record for Meeting {
    const KIND: Kind = Kind::Meeting;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        // A draft may not have its time yet: it stands before all others.
        let micros = self.start_time.map_or(i64::MIN, |time| time.micros());
        let start = || Key::part().number(micros);
        let created = Key::part().number(meta.create_time.micros());
        let by = |id: &Id| Key::part().text(id.as_str());
        indexes.add(Index::MeetingStart, Key::part(), start());
        indexes.add(Index::MeetingCreated, Key::part(), created);
        indexes.add(Index::MeetingHostStart, by(&self.host), start());
        for region in std::iter::once(&self.region).chain(&self.regions) {
            indexes.add(Index::MeetingRegionStart, by(region), start());
        }
        for project in &self.projects {
            indexes.add(Index::MeetingProjectStart, by(project), start());
        }
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        let mut all = std::iter::once(&self.region).chain(&self.regions);
        all.any(|region| regions.binary_search(region).is_ok())
    }
}
