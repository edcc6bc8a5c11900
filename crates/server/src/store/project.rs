//! Projects in the store: how they are found.

use super::cells::Cells;
use super::index::{self, Index, Indexes};
use super::key::Key;
use super::posting::MAX_TOKENS;
use super::record::{Meta, Record, Unique};
use super::search::Searched;
use super::{completeness, duplicates, project_counts, unique};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::project::{Project, Stage};
use crate::domain::text::Texts;

/// Number of the field of the project code.
const CODE: u8 = 12;

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
        let owner = || Key::part().text(self.owner.as_str());
        indexes.add(Index::ProjectOwnerCreated, owner(), created());
        indexes.add(Index::ProjectOwnerTotal, owner(), duplicates::order(self));
    }

    fn unique(&self) -> Vec<Unique> {
        let codes = self.project_codes().into_iter();
        let unique = |code: &str| Unique { field: CODE, what: "project code", code: code.into() };
        codes.map(unique).collect()
    }

    fn texts(&self) -> Texts {
        let mut texts = Texts::default();
        let others = ("localized_titles", self.localized_titles.values());
        let mut left = MAX_TOKENS;
        texts.add_names(("title", &self.title), others, &mut left);
        texts
    }

    fn merged_into(&self) -> Option<&Id> {
        self.merged_into.as_ref()
    }

    fn has_texts_of(&self, other: &Self) -> bool {
        self.title == other.title && self.localized_titles == other.localized_titles
    }

    fn title(&self) -> Option<&str> {
        Some(&self.title)
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn mentions(&self) -> Vec<Reference> {
        self.mentions()
    }

    fn count(&self, cells: &mut Cells) {
        completeness::count_expected(self, cells);
        project_counts::count(self, cells);
    }

    fn is_within(&self, _id: &Id, regions: &[Id], day: Date) -> bool {
        regions.binary_search(self.region_at(day)).is_ok()
    }
}

impl Searched for Project {
    const ALL: Index = Index::ProjectCreated;
    const OWNER: &'static str = "owner";

    fn owner(&self) -> &Id {
        &self.owner
    }

    fn of_owner(owner: &Id) -> Vec<u8> {
        let by = Key::part().text(owner.as_str()).done();
        index::range(Index::ProjectOwnerCreated, false, &by)
    }

    fn of_region(region: &Id) -> Vec<Vec<u8>> {
        let by = Stage::ALL.iter().map(|stage| by_region_and_stage(region, stage.number()).done());
        by.map(|by| index::range(Index::ProjectRegionStageCreated, false, &by)).collect()
    }

    fn codes() -> Option<Vec<u8>> {
        Some(unique::key(Kind::Project, CODE, ""))
    }

    fn codes_of(&self) -> Vec<(&'static str, &str)> {
        let merged = self.merged_projects.iter();
        let merged = merged.map(|merged| ("merged_projects", merged.project_code.as_str()));
        [("project_code", self.project_code.as_str())].into_iter().chain(merged).collect()
    }
}

/// Component by which projects of a region and a stage are found; `stage` is
/// its number.
#[must_use]
pub fn by_region_and_stage(region: &Id, stage: i32) -> Key {
    Key::part().text(region.as_str()).byte(u8::try_from(stage).unwrap_or_default())
}
