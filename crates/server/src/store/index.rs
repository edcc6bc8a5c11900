//! Index entries: how records are found other than by their ids.
//!
//! An entry's key is its index, whether the record is deleted, the components
//! it is found by, the value it is ordered by, and the id. Its value is empty.
//! A list goes over one or more ranges that share all up to the order.

use super::key::{Key, Table};
use super::record::Meta;
use crate::domain::id::Id;

/// The indexes. The numbers are on disk and never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Index {
    /// All projects by creation.
    ProjectCreated = 1,
    /// All projects by last change.
    ProjectUpdated = 2,
    /// All projects by total investment.
    ProjectTotal = 3,
    /// Projects of a region and a stage by creation; those that have belonged,
    /// or will belong, to several regions stand in each.
    ProjectRegionStageCreated = 4,
    /// Projects of a region and a stage by total investment.
    ProjectRegionStageTotal = 5,
    /// Projects of an owner by creation.
    ProjectOwnerCreated = 6,
    /// Projects of an owner by total investment.
    ProjectOwnerTotal = 7,
    /// All meetings by their beginning.
    MeetingStart = 20,
    /// All meetings by creation.
    MeetingCreated = 21,
    /// Meetings of a region by their beginning.
    MeetingRegionStart = 22,
    /// Meetings of a host by their beginning.
    MeetingHostStart = 23,
    /// Meetings that name a project, also in their parts, by their beginning.
    MeetingProjectStart = 24,
    /// All meeting series by creation.
    MeetingSeriesCreated = 100,
    /// Meeting series of a host by creation.
    MeetingSeriesHostCreated = 101,
    /// Meeting series of a region by creation.
    MeetingSeriesRegionCreated = 102,
    /// All meeting templates by creation.
    MeetingTemplateCreated = 103,
    /// Meetings of a series by their beginning.
    MeetingSeriesStart = 104,
    /// Meetings of a series that are over and leave items, by their beginning.
    MeetingLeftStart = 105,
    /// Meetings that an organisation hosts or is invited to, by their beginning.
    MeetingOrganisationStart = 140,
    /// All minutes by creation.
    MinutesCreated = 141,
    /// All reports by month.
    ReportMonth = 60,
    /// Reports of a project by month.
    ReportProjectMonth = 61,
    /// Reports of a region by month.
    ReportRegionMonth = 62,
    /// Reports that wait for a reviewer, by the time since when.
    ReportAwaiting = 63,
    /// All review delegations by creation.
    ReviewDelegationCreated = 70,
    /// Review delegations of a region by creation.
    ReviewDelegationRegionCreated = 71,
    /// All editions by creation.
    EditionCreated = 95,
    /// Editions of a table by creation.
    EditionTableCreated = 96,
    /// Editions of a table and period by number.
    EditionNumber = 97,
    /// All decisions by creation.
    DecisionCreated = 112,
    /// Decisions of a meeting by creation.
    DecisionMeetingCreated = 113,
    /// Decisions about a project by creation.
    DecisionProjectCreated = 114,
    /// Decisions about a region by creation.
    DecisionRegionCreated = 115,
    /// Decisions of a host and year by number.
    DecisionNumber = 116,
    /// Decisions of a host by creation.
    DecisionHostCreated = 117,
    /// All actions, open ones first, by due date.
    ActionDue = 118,
    /// Actions of a responsible organisation, open ones first, by due date.
    ActionOrganisationDue = 119,
    /// Actions of a region, open ones first, by due date.
    ActionRegionDue = 120,
    /// Actions about a project, open ones first, by due date.
    ActionProjectDue = 121,
    /// Actions that a meeting assigned, or that were carried to it, open ones first,
    /// by due date.
    ActionMeetingDue = 122,
    /// Actions of a series of meetings, open ones first, by due date.
    ActionSeriesDue = 123,
    /// Actions that follow from a decision, open ones first, by due date.
    ActionDecisionDue = 124,
    /// All organisations by creation.
    OrganisationCreated = 40,
    /// Organisations of a region, by id.
    OrganisationRegion = 41,
    /// All policies by creation.
    PolicyCreated = 42,
    /// All organisations by their order in a search.
    OrganisationSearched = 43,
    /// All observations by their periods.
    ObservationPeriod = 80,
    /// All observations by creation.
    ObservationCreated = 81,
    /// Observations of a region by their periods.
    ObservationRegionPeriod = 82,
    /// Observations of an indicator by their periods.
    ObservationIndicatorPeriod = 83,
    /// All targets by their years.
    TargetYear = 84,
    /// All targets by creation.
    TargetCreated = 85,
    /// Targets of a region by their years.
    TargetRegionYear = 86,
    /// Targets of an indicator by their years.
    TargetIndicatorYear = 87,
    /// All courses by creation.
    CourseCreated = 126,
    /// All training sessions by their beginning.
    TrainingSessionStart = 127,
    /// All training sessions by creation.
    TrainingSessionCreated = 128,
    /// Training sessions of a region by their beginning.
    TrainingSessionRegionStart = 129,
    /// Training sessions of a course by their beginning.
    TrainingSessionCourseStart = 130,
    /// Training sessions of a meeting by their beginning.
    TrainingSessionMeetingStart = 131,
    /// All enrolments by creation.
    EnrolmentCreated = 132,
    /// Enrolments of a training session by their order of arrival.
    EnrolmentSessionNumber = 133,
    /// Enrolments of a training session and a state by their order of arrival.
    EnrolmentSessionStateNumber = 134,
    /// Enrolments of an organisation by creation.
    EnrolmentOrganisationCreated = 135,
}

/// The entries of one record.
#[derive(Debug)]
pub struct Indexes<'a> {
    id: &'a Id,
    deleted: bool,
    keys: Vec<Vec<u8>>,
}

impl<'a> Indexes<'a> {
    pub(super) fn new(id: &'a Id, meta: &Meta) -> Self {
        Self { id, deleted: meta.delete_time.is_some(), keys: Vec::new() }
    }

    /// Adds an entry: found by `by`, ordered by `order`.
    pub fn add(&mut self, index: Index, by: Key, order: Key) {
        let mut key = range(index, self.deleted, &by.done());
        key.extend(order.done());
        key.extend(self.id.as_str().as_bytes());
        self.keys.push(key);
    }

    /// The keys, each once.
    pub(super) fn into_keys(mut self) -> Vec<Vec<u8>> {
        self.keys.sort();
        self.keys.dedup();
        self.keys
    }
}

/// Prefix of a range: all entries of `index` that are found by `by`.
#[must_use]
pub fn range(index: Index, deleted: bool, by: &[u8]) -> Vec<u8> {
    Key::new(Table::Index).byte(index as u8).byte(u8::from(deleted)).last(by)
}
