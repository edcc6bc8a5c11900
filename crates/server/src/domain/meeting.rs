//! Meetings: what was to be talked of, who came, what was said, what follows.

pub mod agenda;
pub mod attendance;
pub mod attendee;
mod calendar;
mod carry;
pub(super) mod check;
pub mod check_in;
mod figures_period;
pub(super) mod ids;
mod order;
mod recording;
pub mod speaking;
pub mod speech;
pub mod state;

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use super::common::Document;
use super::id::{Id, rename};
use super::instant::Instant;
use super::kind::{Kind, Reference, References};
use super::numbered::numbered;
use super::period::Period;
use super::stored::is_zero;

pub use agenda::{AgendaItem, AgendaItemKind, AgendaOutcome, AgendaSection};
pub use attendance::AttendanceRecord;
pub use attendee::{Attendance, Attendee, AttendeeRole, InvitationAnswer};
pub use carry::{Left, MAX_AGENDA};
pub use check_in::CheckIn;
pub use order::Outcome;
pub use speech::{Speech, SpeechFigure, SpeechInterval, SpeechState};
pub use state::MeetingState;

pub(super) use ids::assign as assign_ids;

numbered! {
    /// Kind of meeting.
    MeetingKind {
        /// A symposium: offices report and discuss.
        Symposium = 1 "SYMPOSIUM",
        /// A dispatch meeting: progress is followed up and problems are assigned.
        Dispatch = 2 "DISPATCH",
        /// A meeting on site.
        Site = 3 "SITE",
        /// A training.
        Training = 4 "TRAINING",
        /// A review by experts.
        Review = 5 "REVIEW",
        /// A working meeting.
        Working = 6 "WORKING",
        /// Something else.
        Other = 7 "OTHER",
    }
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Meeting {
    /// State.
    #[n(8)]
    pub state: MeetingState,
    /// Title.
    #[n(10)]
    pub title: String,
    /// Titles in other languages, by language tag.
    #[n(11)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_titles: BTreeMap<String, String>,
    /// Kind of meeting.
    #[n(12)]
    pub kind: MeetingKind,
    /// Organisation that holds it.
    #[n(13)]
    pub host: Id,
    /// Organisations that hold it with the host.
    #[n(14)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub co_hosts: Vec<Id>,
    /// Region in which it is held.
    #[n(15)]
    pub region: Id,
    /// Regions it is about or invites from.
    #[n(16)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub regions: Vec<Id>,
    /// Projects it is about.
    #[n(17)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub projects: Vec<Id>,
    /// Policies it is about.
    #[n(18)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub policies: Vec<Id>,
    /// Room and address; may be empty in a draft.
    #[n(19)]
    #[cbor(skip_if = "String::is_empty")]
    pub place: String,
    /// When it begins.
    #[n(20)]
    pub start_time: Option<Instant>,
    /// When it ends; after its beginning.
    #[n(21)]
    pub end_time: Option<Instant>,
    /// Time zone of the place (IANA); may be empty in a draft.
    #[n(22)]
    #[cbor(skip_if = "String::is_empty")]
    pub time_zone: String,
    /// What it is about, in a few sentences; may be empty.
    #[n(23)]
    #[cbor(skip_if = "String::is_empty")]
    pub summary: String,
    /// Agenda, in order.
    #[n(24)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub agenda: Vec<AgendaItem>,
    /// Who was invited and who came.
    #[n(25)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub attendees: Vec<Attendee>,
    /// What was said.
    #[n(26)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub speeches: Vec<Speech>,
    /// Documents.
    #[n(29)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// When it was opened.
    #[n(30)]
    pub open_time: Option<Instant>,
    /// When it was closed.
    #[n(31)]
    pub close_time: Option<Instant>,
    /// Why it was cancelled; empty where it wasn't.
    #[n(32)]
    #[cbor(skip_if = "String::is_empty")]
    pub cancel_reason: String,
    /// Series that it is one of.
    #[n(34)]
    pub series: Option<Id>,
    /// Template that it was created with.
    #[n(35)]
    pub template: Option<Id>,
    /// Which occurrence of the series it is.
    #[n(36)]
    pub occurrence_time: Option<Instant>,
    /// Sections of the agenda, in order.
    #[n(37)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub agenda_sections: Vec<AgendaSection>,
    /// How many who have a vote must be there; 0 for no quorum.
    #[n(40)]
    #[cbor(skip_if = "is_zero")]
    pub quorum: i32,
    /// Period of the figures that are frozen with speeches; none for the year to
    /// date.
    #[n(43)]
    pub figures_period: Option<Period>,
    /// How people check themselves in; none where that was never opened.
    #[n(44)]
    pub check_in: Option<CheckIn>,
    /// How often calendars had to learn something new of it; 0 for one that was
    /// never announced.
    #[n(45)]
    #[cbor(skip_if = "is_zero")]
    pub calendar_sequence: u32,
}

impl Meeting {
    /// A draft with nothing that isn't required.
    #[must_use]
    pub fn new(title: String, kind: MeetingKind, host: Id, region: Id) -> Self {
        Self {
            state: MeetingState::Draft,
            title,
            localized_titles: BTreeMap::new(),
            kind,
            host,
            co_hosts: Vec::new(),
            region,
            regions: Vec::new(),
            projects: Vec::new(),
            policies: Vec::new(),
            place: String::new(),
            start_time: None,
            end_time: None,
            time_zone: String::new(),
            summary: String::new(),
            agenda: Vec::new(),
            attendees: Vec::new(),
            speeches: Vec::new(),
            documents: Vec::new(),
            open_time: None,
            close_time: None,
            cancel_reason: String::new(),
            series: None,
            template: None,
            occurrence_time: None,
            agenda_sections: Vec::new(),
            quorum: 0,
            figures_period: None,
            check_in: None,
            calendar_sequence: 0,
        }
    }

    /// Minutes by which the agenda is longer than the meeting, rounded up; 0
    /// where it fits, or where the meeting's times aren't known.
    #[must_use]
    pub fn agenda_overrun_minutes(&self) -> i32 {
        const MICROS_PER_MINUTE: i64 = 60_000_000;
        let (Some(start), Some(end)) = (self.start_time, self.end_time) else {
            return 0;
        };
        let planned: i64 = self.agenda.iter().map(|item| i64::from(item.planned_minutes)).sum();
        let length = end.micros().saturating_sub(start.micros()) / MICROS_PER_MINUTE;
        let over = planned.saturating_sub(length).max(0);
        i32::try_from(over).unwrap_or(i32::MAX)
    }

    /// The projects that it names anywhere; one may stand there several times.
    pub fn all_projects(&self) -> impl Iterator<Item = &Id> {
        self.projects.iter().chain(self.agenda.iter().flat_map(|item| &item.projects))
    }

    /// Names a project wherever another one was named, each once.
    pub fn rename_project(&mut self, from: &Id, to: &Id) {
        rename(&mut self.projects, from, to);
        for item in &mut self.agenda {
            rename(&mut item.projects, from, to);
        }
    }

    /// The meetings from and to which its items were carried: they may go later.
    #[must_use]
    pub fn carried(&self) -> Vec<Reference> {
        let mut found = References::default();
        found.items("agenda", &self.agenda, |found, item| {
            found.one("carried_from", Kind::Meeting, &item.carried_from).one(
                "carried_to",
                Kind::Meeting,
                &item.carried_to,
            );
        });
        found.take()
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        References::default()
            .one("host", Kind::Organisation, &self.host)
            .many("co_hosts", Kind::Organisation, &self.co_hosts)
            .one("region", Kind::Region, &self.region)
            .many("regions", Kind::Region, &self.regions)
            .many("projects", Kind::Project, &self.projects)
            .many("policies", Kind::Policy, &self.policies)
            .one("series", Kind::MeetingSeries, &self.series)
            .one("template", Kind::MeetingTemplate, &self.template)
            .items("agenda", &self.agenda, AgendaItem::refer)
            .items("attendees", &self.attendees, |found, attendee| {
                found.one("organisation", Kind::Organisation, &attendee.organisation);
            })
            .take()
    }
}
