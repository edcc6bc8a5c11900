//! The kinds of records, their resource names, and references between them.

use super::date::Date;
use super::flaw::Flaw;
use super::id::Id;
use super::numbered::numbered;
use crate::error::Reason;

numbered! {
    /// Kind of record.
    Kind {
        /// A region.
        Region = 1 "REGION",
        /// An industry.
        Industry = 2 "INDUSTRY",
        /// A cluster.
        Cluster = 3 "CLUSTER",
        /// An organisation.
        Organisation = 4 "ORGANISATION",
        /// A policy.
        Policy = 5 "POLICY",
        /// A project.
        Project = 6 "PROJECT",
        /// A meeting.
        Meeting = 7 "MEETING",
        /// A monthly report of a project.
        Report = 8 "REPORT",
        /// An indicator.
        Indicator = 11 "INDICATOR",
        /// An observation.
        Observation = 12 "OBSERVATION",
        /// A target.
        Target = 13 "TARGET",
        /// An edition.
        Edition = 14 "EDITION",
        /// A reporting period.
        ReportingPeriod = 9 "REPORTING_PERIOD",
        /// A review delegation.
        ReviewDelegation = 10 "REVIEW_DELEGATION",
        /// A course.
        Course = 21 "COURSE",
        /// A training session.
        TrainingSession = 22 "TRAINING_SESSION",
        /// An enrolment.
        Enrolment = 23 "ENROLMENT",
        /// A decision of a meeting.
        Decision = 18 "DECISION",
        /// An action that a meeting assigned.
        Action = 19 "ACTION",
        /// A series of meetings.
        MeetingSeries = 16 "MEETING_SERIES",
        /// A template of meetings.
        MeetingTemplate = 17 "MEETING_TEMPLATE",
        /// The minutes of a meeting.
        Minutes = 20 "MINUTES",
    }
}

impl Kind {
    /// First part of the resource names: `regions`.
    #[must_use]
    pub const fn collection(self) -> &'static str {
        match self {
            Self::Region => "regions",
            Self::Industry => "industries",
            Self::Cluster => "clusters",
            Self::Organisation => "organisations",
            Self::Policy => "policies",
            Self::Project => "projects",
            Self::Meeting => "meetings",
            Self::Report => "reports",
            Self::Indicator => "indicators",
            Self::Observation => "observations",
            Self::Target => "targets",
            Self::Edition => "editions",
            Self::ReportingPeriod => "reportingPeriods",
            Self::ReviewDelegation => "reviewDelegations",
            Self::Course => "courses",
            Self::TrainingSession => "trainingSessions",
            Self::Enrolment => "enrolments",
            Self::Decision => "decisions",
            Self::Action => "actions",
            Self::MeetingSeries => "meetingSeries",
            Self::MeetingTemplate => "meetingTemplates",
            Self::Minutes => "minutes",
        }
    }

    /// What one record is called in a sentence: `region`.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Industry => "industry",
            Self::Cluster => "cluster",
            Self::Organisation => "organisation",
            Self::Policy => "policy",
            Self::Project => "project",
            Self::Meeting => "meeting",
            Self::Report => "report",
            Self::Indicator => "indicator",
            Self::Observation => "observation",
            Self::Target => "target",
            Self::Edition => "edition",
            Self::ReportingPeriod => "reporting period",
            Self::ReviewDelegation => "review delegation",
            Self::Course => "course",
            Self::TrainingSession => "training session",
            Self::Enrolment => "enrolment",
            Self::Decision => "decision",
            Self::Action => "action",
            Self::MeetingSeries => "meeting series",
            Self::MeetingTemplate => "meeting template",
            Self::Minutes => "minutes",
        }
    }

    /// The field of a request that holds one: `region`.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::ReportingPeriod => "reporting_period",
            Self::ReviewDelegation => "review_delegation",
            Self::TrainingSession => "training_session",
            Self::MeetingSeries => "meeting_series",
            Self::MeetingTemplate => "meeting_template",
            other => other.noun(),
        }
    }

    /// The kind whose records are in `collection`.
    #[must_use]
    pub fn of_collection(collection: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.collection() == collection)
    }
}

/// Resource name: `projects/p-1`.
#[must_use]
pub fn name(kind: Kind, id: &Id) -> String {
    format!("{}/{id}", kind.collection())
}

/// Reads a resource name of any kind.
///
/// # Errors
/// `FieldFormat` where it isn't one.
pub fn parse(name: &str) -> Result<(Kind, Id), Flaw> {
    let parts = name.split_once('/');
    let found = parts.and_then(|(collection, id)| Some((Kind::of_collection(collection)?, id)));
    let Some((kind, id)) = found else {
        let text = "isn't a resource name of the form `{collection}/{id}`";
        return Err(Flaw::new(Reason::FieldFormat, text));
    };
    Ok((kind, Id::parse(id)?))
}

/// Reads a resource name of one kind.
///
/// # Errors
/// `FieldFormat` where it isn't one.
pub fn parse_as(kind: Kind, name: &str) -> Result<Id, Flaw> {
    let id = name.strip_prefix(kind.collection()).and_then(|rest| rest.strip_prefix('/'));
    let Some(id) = id else {
        let text = format!("isn't a resource name of the form `{}/{{id}}`", kind.collection());
        return Err(Flaw::new(Reason::FieldFormat, text));
    };
    Id::parse(id)
}

/// A field of a record that names another record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Path of the field from the record: `attendees[2].organisation`.
    pub field: String,
    /// Kind of the record that is named.
    pub kind: Kind,
    /// Its id.
    pub id: Id,
    /// First day on which it is named; none means as long as the record is
    /// there.
    pub from: Option<Date>,
}

/// Collects a record's references, in the order of its fields.
#[derive(Debug, Default)]
pub(super) struct References {
    found: Vec<Reference>,
    prefix: String,
}

impl References {
    /// Adds the id of one field.
    pub(super) fn one<'a>(
        &mut self,
        field: &str,
        kind: Kind,
        id: impl Into<Option<&'a Id>>,
    ) -> &mut Self {
        if let Some(id) = id.into() {
            self.one_from(field, kind, id, None);
        }
        self
    }

    /// Adds the id of one field, which is named from a day on.
    pub(super) fn one_from(
        &mut self,
        field: &str,
        kind: Kind,
        id: &Id,
        from: Option<Date>,
    ) -> &mut Self {
        let field = format!("{}{field}", self.prefix);
        self.found.push(Reference { field, kind, id: id.clone(), from });
        self
    }

    /// Adds the ids of a list.
    pub(super) fn many(&mut self, field: &str, kind: Kind, ids: &[Id]) -> &mut Self {
        for (index, id) in ids.iter().enumerate() {
            self.one(&format!("{field}[{index}]"), kind, id);
        }
        self
    }

    /// Goes through the items of a list of messages.
    pub(super) fn items<T>(
        &mut self,
        field: &str,
        items: &[T],
        mut each: impl FnMut(&mut Self, &T),
    ) -> &mut Self {
        for (index, item) in items.iter().enumerate() {
            self.prefix = format!("{field}[{index}].");
            each(self, item);
        }
        self.prefix.clear();
        self
    }

    /// What was collected; nothing is left.
    pub(super) fn take(&mut self) -> Vec<Reference> {
        std::mem::take(&mut self.found)
    }
}
