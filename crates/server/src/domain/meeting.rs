//! Meetings: what was to be talked of, who came, what was said, what follows.

pub mod agenda;
pub mod attendee;
mod calendar;
mod check;
mod ids;
pub mod outcome;
pub mod speech;
pub mod state;

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use super::common::Document;
use super::id::Id;
use super::instant::Instant;
use super::kind::{Kind, Reference, References};
use super::numbered::numbered;
use super::stored::is_zero;

pub use agenda::{AgendaItem, AgendaItemKind};
pub use attendee::{Attendance, Attendee, AttendeeRole, InvitationAnswer};
pub use outcome::{Action, Decision};
pub use speech::{Speech, SpeechFigure};
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
    /// What was decided.
    #[n(27)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// What is to be done, by whom and until when.
    #[n(28)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
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
    /// How often calendars had to learn something new of it; 0 for one that was
    /// never announced.
    #[n(45)]
    #[cbor(skip_if = "is_zero")]
    pub calendar_sequence: u32,
}

impl Meeting {
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

    /// The lists of projects in it: its own, and those of its parts.
    fn projects_mut(&mut self) -> impl Iterator<Item = &mut Vec<Id>> {
        let Self { projects, agenda, decisions, actions, .. } = self;
        std::iter::once(projects)
            .chain(agenda.iter_mut().map(|item| &mut item.projects))
            .chain(decisions.iter_mut().map(|decision| &mut decision.projects))
            .chain(actions.iter_mut().map(|action| &mut action.projects))
    }

    /// The projects that it names anywhere; one may stand there several times.
    pub fn all_projects(&self) -> impl Iterator<Item = &Id> {
        self.projects
            .iter()
            .chain(self.agenda.iter().flat_map(|item| &item.projects))
            .chain(self.decisions.iter().flat_map(|decision| &decision.projects))
            .chain(self.actions.iter().flat_map(|action| &action.projects))
    }

    /// Names a project wherever another one was named, each once.
    pub fn rename_project(&mut self, from: &Id, to: &Id) {
        for projects in self.projects_mut().filter(|projects| projects.contains(from)) {
            let had = projects.contains(to);
            projects.retain(|project| !had || project != from);
            projects.iter_mut().filter(|project| *project == from).for_each(|project| {
                project.clone_from(to);
            });
        }
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
            .items("agenda", &self.agenda, |found, item| {
                found.many("projects", Kind::Project, &item.projects);
            })
            .items("attendees", &self.attendees, |found, attendee| {
                found.one("organisation", Kind::Organisation, &attendee.organisation);
            })
            .items("decisions", &self.decisions, |found, decision| {
                found.many("projects", Kind::Project, &decision.projects);
            })
            .items("actions", &self.actions, |found, action| {
                found
                    .one("lead", Kind::Organisation, &action.lead)
                    .many("co_responsible", Kind::Organisation, &action.co_responsible)
                    .many("projects", Kind::Project, &action.projects);
            })
            .take()
    }
}
