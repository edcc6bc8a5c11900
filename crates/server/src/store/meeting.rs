//! Meetings in the store: how they are found.

use super::index::{self, Index, Indexes};
use super::key::Key;
use super::posting::MAX_TOKENS;
use super::record::{Line, Meta, Record, Unique};
use super::search::Searched;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{Kind, Reference};
use crate::domain::meeting::Meeting;
use crate::domain::text::Texts;

/// Number of the field of the occurrence that a meeting is.
pub(super) const OCCURRENCE: u8 = 36;

/// Tokens of the agenda's titles that a meeting is found by: its items are
/// many, and meetings are few.
const MAX_AGENDA_TOKENS: usize = 256;

impl Record for Meeting {
    const KIND: Kind = Kind::Meeting;
    const LINE: Line = Line::OfRecord;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let start = || Key::part().number(self.search_order(meta));
        let created = Key::part().number(meta.create_time.micros());
        let by = |id: &Id| Key::part().text(id.as_str());
        indexes.add(Index::MeetingStart, Key::part(), start());
        indexes.add(Index::MeetingCreated, Key::part(), created);
        indexes.add(Index::MeetingHostStart, by(&self.host), start());
        for region in std::iter::once(&self.region).chain(&self.regions) {
            indexes.add(Index::MeetingRegionStart, by(region), start());
        }
        for project in self.all_projects() {
            indexes.add(Index::MeetingProjectStart, by(project), start());
        }
        for organisation in self.organisations() {
            indexes.add(Index::MeetingOrganisationStart, by(organisation), start());
        }
        if let Some(series) = &self.series {
            indexes.add(Index::MeetingSeriesStart, by(series), start());
            if self.leaves_items() {
                indexes.add(Index::MeetingLeftStart, by(series), start());
            }
        }
    }

    /// For each occurrence of a series one meeting is made, deleted ones too.
    fn unique(&self) -> Vec<Unique> {
        let occurrence = self.series.as_ref().zip(self.occurrence_time);
        let code = occurrence.map(|(series, time)| occurrence_code(series, time));
        let what = "occurrence of the series";
        code.map(|code| Unique { field: OCCURRENCE, what, code }).into_iter().collect()
    }

    fn texts(&self) -> Texts {
        let mut texts = Texts::default();
        let others = ("localized_titles", self.localized_titles.values());
        let mut left = MAX_TOKENS;
        texts.add_names(("title", &self.title), others, &mut left);
        let mut left = MAX_TOKENS;
        texts.add("place", &self.place, &mut left);
        let mut left = MAX_AGENDA_TOKENS;
        for item in &self.agenda {
            texts.add("agenda", &item.title, &mut left);
        }
        texts
    }

    fn title(&self) -> Option<&str> {
        Some(&self.title)
    }

    fn search_order(&self, _meta: &Meta) -> i64 {
        // A draft may not have its time yet: it stands before all others.
        self.start_time.map_or(i64::MIN, |time| time.micros())
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    /// From and to where its items were carried.
    fn mentions(&self) -> Vec<Reference> {
        self.carried()
    }

    fn is_within(&self, _id: &Id, regions: &[Id], _day: Date) -> bool {
        let mut all = std::iter::once(&self.region).chain(&self.regions);
        all.any(|region| regions.binary_search(region).is_ok())
    }
}

/// The code of an occurrence of a series.
pub(super) fn occurrence_code(series: &Id, time: Instant) -> String {
    format!("{series}/{}", time.micros())
}

impl Searched for Meeting {
    const ALL: Index = Index::MeetingStart;
    const OWNER: &'static str = "host";

    fn owner(&self) -> &Id {
        &self.host
    }

    fn of_owner(owner: &Id) -> Vec<u8> {
        let by = Key::part().text(owner.as_str()).done();
        index::range(Index::MeetingHostStart, false, &by)
    }

    fn of_region(region: &Id) -> Vec<Vec<u8>> {
        let by = Key::part().text(region.as_str()).done();
        vec![index::range(Index::MeetingRegionStart, false, &by)]
    }
}
