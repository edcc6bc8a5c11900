//! Actions: what is to be done after a meeting, by whom and until when.

pub mod age;
pub mod reminder;
pub mod state;

use minicbor::{Decode, Encode};

use super::date::Date;
use super::id::{Id, rename};
use super::instant::Instant;
use super::kind::{Kind, Reference, References};
use super::meeting::check::check_apart;
use crate::error::Violations;

pub use state::ActionState;

/// Most meetings that are kept of one action: the first, and the latest.
pub const MAX_MEETINGS: usize = 500;

/// Something to be done that a meeting assigned.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Action {
    /// How far it has come.
    #[n(8)]
    pub state: ActionState,
    /// Meeting that assigned it.
    #[n(10)]
    pub assigned_meeting: Id,
    /// Meeting that follows it up now.
    #[n(11)]
    pub meeting: Id,
    /// All meetings that it was before, in their order.
    #[n(12)]
    pub meetings: Vec<Id>,
    /// Series of the meeting that assigned it.
    #[n(13)]
    pub series: Option<Id>,
    /// Decision that it follows from.
    #[n(14)]
    pub decision: Option<Id>,
    /// What is to be done.
    #[n(15)]
    pub title: String,
    /// More about it; may be empty.
    #[n(16)]
    #[cbor(skip_if = "String::is_empty")]
    pub description: String,
    /// Organisation that leads.
    #[n(17)]
    pub lead: Id,
    /// Organisations that help.
    #[n(18)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub co_responsible: Vec<Id>,
    /// Projects that it is about.
    #[n(20)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub projects: Vec<Id>,
    /// Regions in which it is to be done.
    #[n(21)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub regions: Vec<Id>,
    /// Day by which it is to be done.
    #[n(22)]
    pub due_date: Date,
    /// Later due dates that it was given, in their order.
    #[n(25)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub extensions: Vec<ActionExtension>,
    /// The result that was submitted last; may be empty.
    #[n(26)]
    #[cbor(skip_if = "String::is_empty")]
    pub result: String,
    /// When that was submitted.
    #[n(27)]
    pub submit_time: Option<Instant>,
    /// Why it was returned last; empty again when a result is submitted.
    #[n(28)]
    #[cbor(skip_if = "String::is_empty")]
    pub return_reason: String,
    /// Remark with which it was closed; may be empty.
    #[n(29)]
    #[cbor(skip_if = "String::is_empty")]
    pub close_comment: String,
    /// When it was closed.
    #[n(30)]
    pub close_time: Option<Instant>,
    /// Why it was cancelled; empty where it wasn't.
    #[n(31)]
    #[cbor(skip_if = "String::is_empty")]
    pub cancel_reason: String,
}

/// A later due date.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ActionExtension {
    /// The due date before.
    #[n(1)]
    pub previous_due_date: Date,
    /// The later one.
    #[n(2)]
    pub due_date: Date,
    /// Why.
    #[n(3)]
    pub reason: String,
    /// When it was given.
    #[n(4)]
    pub extend_time: Instant,
    /// Who gave it.
    #[n(5)]
    pub principal: String,
}

impl Action {
    /// Checks the action by itself.
    pub fn check(&self, v: &mut Violations) {
        check_apart("co_responsible", &self.co_responsible, "lead", &self.lead, v);
    }

    /// Whether it is neither closed nor cancelled.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self.state, ActionState::Closed | ActionState::Cancelled)
    }

    /// Days since its due date, while it is open; 0 where that isn't over.
    #[must_use]
    pub fn overdue_days(&self, today: Date) -> i32 {
        if self.is_open() { today.days_since(self.due_date).max(0) } else { 0 }
    }

    /// The organisations that are responsible: the one that leads, then those that
    /// help.
    pub fn responsible(&self) -> impl Iterator<Item = &Id> {
        std::iter::once(&self.lead).chain(&self.co_responsible)
    }

    /// Carries it to another meeting, which follows it up from now on.
    pub fn carry_to(&mut self, meeting: &Id) {
        self.meeting = meeting.clone();
        self.meetings.push(meeting.clone());
        if self.meetings.len() > MAX_MEETINGS {
            self.meetings.remove(1);
        }
    }

    /// An action that has just been assigned, without anything that can be changed.
    #[must_use]
    pub fn new(assigned_meeting: Id, lead: Id, due_date: Date) -> Self {
        Self {
            state: ActionState::Assigned,
            meeting: assigned_meeting.clone(),
            meetings: vec![assigned_meeting.clone()],
            assigned_meeting,
            series: None,
            decision: None,
            title: String::new(),
            description: String::new(),
            lead,
            co_responsible: Vec::new(),
            projects: Vec::new(),
            regions: Vec::new(),
            due_date,
            extensions: Vec::new(),
            result: String::new(),
            submit_time: None,
            return_reason: String::new(),
            close_comment: String::new(),
            close_time: None,
            cancel_reason: String::new(),
        }
    }

    /// Names a project in the place of another one.
    pub fn rename_project(&mut self, from: &Id, to: &Id) {
        rename(&mut self.projects, from, to);
    }

    /// The records it names. Meetings that it was before may go.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let carried = Some(&self.meeting).filter(|meeting| **meeting != self.assigned_meeting);
        References::default()
            .one("assigned_meeting", Kind::Meeting, &self.assigned_meeting)
            .one("meeting", Kind::Meeting, carried)
            .one("decision", Kind::Decision, &self.decision)
            .one("lead", Kind::Organisation, &self.lead)
            .many("co_responsible", Kind::Organisation, &self.co_responsible)
            .many("projects", Kind::Project, &self.projects)
            .many("regions", Kind::Region, &self.regions)
            .take()
    }
}
