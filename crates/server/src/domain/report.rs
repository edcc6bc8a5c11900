//! Monthly reports of projects, and how they are reviewed.

pub mod check;
pub mod content;
pub mod history;
pub mod review;
pub mod submission;

use minicbor::{Decode, Encode};

use super::flaw::Flaw;
use super::id::Id;
use super::kind::{Kind, Reference, References};
use super::month::Month;
use super::numbered::numbered;
use super::review_level::{ReviewLevel, Reviewer};
use crate::error::Reason;

pub use content::{Investment, ReportContent};
pub use submission::{Acceptance, Attributes, Return, Submission};

numbered! {
    /// How far a report has come.
    ReportState {
        /// It is being written, for the first time or as a correction.
        Draft = 1 "DRAFT",
        /// It waits for the first level that reviews it.
        Submitted = 2 "SUBMITTED",
        /// A level has returned it to be mended.
        Returned = 3 "RETURNED",
        /// At least one level has accepted the latest submission.
        Accepted = 4 "ACCEPTED",
    }
}

/// The monthly report of a project: what is being edited, what was submitted
/// last, and what each level has accepted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Report {
    /// How far it has come.
    #[n(8)]
    pub state: ReportState,
    /// The project.
    #[n(10)]
    pub project: Id,
    /// The month; never a January.
    #[n(11)]
    pub month: Month,
    /// What it says, as it was edited last.
    #[n(12)]
    pub content: ReportContent,
    /// Region to which the project belongs on the last day of the month, as it
    /// was known when the report was written or submitted last.
    #[n(13)]
    pub region: Id,
    /// The latest submission and those that levels have accepted, by number.
    #[n(14)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub submissions: Vec<Submission>,
    /// What each level has accepted, from the nearest to the highest.
    #[n(15)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub acceptances: Vec<Acceptance>,
    /// The last time it was returned; until it is submitted again.
    #[n(16)]
    pub last_return: Option<Return>,
    /// Why it is being corrected; empty while it isn't.
    #[n(17)]
    #[cbor(skip_if = "String::is_empty")]
    pub correction_reason: String,
}

/// On which basis figures are told: as they were submitted, or as a level has
/// accepted them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The latest submission, accepted or not.
    Submitted,
    /// What the level has accepted.
    Accepted(ReviewLevel),
}

impl Basis {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Submitted,
        Self::Accepted(ReviewLevel::County),
        Self::Accepted(ReviewLevel::City),
        Self::Accepted(ReviewLevel::Province),
        Self::Accepted(ReviewLevel::Nation),
    ];

    /// The number on disk.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Submitted => 0,
            Self::Accepted(level) => u8::try_from(level.number()).unwrap_or(u8::MAX),
        }
    }
}

/// Id of the report of a project and month.
///
/// # Errors
/// `FieldFormat`; none where the project's id is one that a caller may give.
pub fn id(project: &Id, month: Month) -> Result<Id, Flaw> {
    Id::parse(&format!("{project}-{month}"))
}

/// Project and month of the report with an id.
///
/// # Errors
/// `FieldFormat` where it isn't a report's.
pub fn parts(id: &Id) -> Result<(Id, Month), Flaw> {
    let text = id.as_str();
    let flaw = || {
        let text = "isn't the id of a report: a project's id and a month, such as p-1-2023-06";
        Flaw::new(Reason::FieldFormat, text)
    };
    let at = text.len().checked_sub("-2023-06".len()).ok_or_else(flaw)?;
    let (project, month) = text.split_at_checked(at).ok_or_else(flaw)?;
    let month = month.strip_prefix('-').and_then(|month| Month::parse(month).ok());
    match (Id::parse(project), month) {
        (Ok(project), Some(month)) => Ok((project, month)),
        _ => Err(flaw()),
    }
}

impl Report {
    /// A report that nobody has submitted yet.
    #[must_use]
    pub fn new(project: Id, month: Month, region: Id, content: ReportContent) -> Self {
        Self {
            state: ReportState::Draft,
            project,
            month,
            content,
            region,
            submissions: Vec::new(),
            acceptances: Vec::new(),
            last_return: None,
            correction_reason: String::new(),
        }
    }

    /// The records it names. What a submission says of the project then stays
    /// true, so what it names is never taken away.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut references = References::default();
        references.one("project", Kind::Project, &self.project);
        references.items("submissions", &self.submissions, |references, submission| {
            let attributes = &submission.attributes;
            references
                .one("region", Kind::Region, &attributes.region)
                .one("industry", Kind::Industry, &attributes.industry)
                .one("division", Kind::Industry, &attributes.division)
                .many("clusters", Kind::Cluster, &attributes.clusters);
        });
        references.take()
    }

    /// The delegations by which it was accepted. They may go afterwards.
    #[must_use]
    pub fn mentions(&self) -> Vec<Reference> {
        let mut mentions = References::default();
        mentions.items("acceptances", &self.acceptances, |mentions, acceptance| {
            mentions.one("delegation", Kind::ReviewDelegation, &acceptance.delegation);
        });
        mentions.take()
    }

    /// The latest submission.
    #[must_use]
    pub fn latest(&self) -> Option<&Submission> {
        self.submissions.last()
    }

    /// The submission with a number, where it is still needed.
    #[must_use]
    pub fn submission(&self, number: u32) -> Option<&Submission> {
        self.submissions.iter().find(|submission| submission.number == number)
    }

    /// What a level has accepted.
    #[must_use]
    pub fn acceptance(&self, level: ReviewLevel) -> Option<&Acceptance> {
        self.acceptances.iter().find(|acceptance| acceptance.level == level)
    }

    /// The highest level that has accepted the latest submission.
    #[must_use]
    pub fn accepted_level(&self) -> Option<ReviewLevel> {
        let latest = self.latest()?.number;
        let of_latest = self.acceptances.iter().filter(|one| one.submission == latest);
        of_latest.map(|acceptance| acceptance.level).max()
    }

    /// Whose turn it is to review the latest submission; nobody's while it is
    /// written, and when all levels of the branch have accepted it.
    #[must_use]
    pub fn awaiting(&self) -> Option<&Reviewer> {
        match self.state {
            ReportState::Draft | ReportState::Returned => None,
            ReportState::Submitted | ReportState::Accepted => {
                let accepted = self.accepted_level();
                let mut reviewers = self.latest()?.attributes.reviewers.iter();
                reviewers.find(|reviewer| Some(reviewer.level) > accepted)
            }
        }
    }

    /// The submission that counts on a basis. A level that the branch of the
    /// tree lacks counts as accepted by the next one.
    #[must_use]
    pub fn on(&self, basis: Basis) -> Option<&Submission> {
        let Basis::Accepted(level) = basis else {
            return self.latest();
        };
        let mut acceptances = self.acceptances.iter();
        acceptances.find_map(|acceptance| {
            let submission = self.submission(acceptance.submission)?;
            let reviewers = &submission.attributes.reviewers;
            let stands_for = acceptance.level >= level
                && !reviewers.iter().any(|one| one.level >= level && one.level < acceptance.level);
            stands_for.then_some(submission)
        })
    }

    /// What the project's other reports are compared with: what was submitted
    /// last, or what is being written for the first time.
    #[must_use]
    pub fn told(&self) -> &ReportContent {
        self.latest().map_or(&self.content, |latest| &latest.content)
    }
}
