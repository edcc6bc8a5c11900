//! What was submitted, accepted and returned.

use minicbor::{Decode, Encode};

use super::content::ReportContent;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::numbered::numbered;
use crate::domain::project::{ConstructionKind, Project, SizeClass};
use crate::domain::reference::industry;
use crate::domain::review_level::{ReviewLevel, Reviewer};
use crate::domain::stored::is_false;

numbered! {
    /// Why a report is returned.
    ReturnCode {
        /// Something is missing.
        Incomplete = 1 "INCOMPLETE",
        /// Numbers contradict each other, or other records.
        Inconsistent = 2 "INCONSISTENT",
        /// Numbers are unlikely, and not explained.
        Implausible = 3 "IMPLAUSIBLE",
        /// What proves it is missing or doesn't.
        Unproven = 4 "UNPROVEN",
        /// It belongs to another project, month or region.
        Misplaced = 5 "MISPLACED",
        /// Something else.
        Other = 6 "OTHER",
    }
}

/// What was submitted; it never changes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Submission {
    /// Its number: 1, 2, 3 …
    #[n(1)]
    pub number: u32,
    /// What it says.
    #[n(2)]
    pub content: ReportContent,
    /// When it was submitted.
    #[n(3)]
    pub submit_time: Instant,
    /// Who submitted it.
    #[n(4)]
    pub principal: String,
    /// Day up to which it was due.
    #[n(5)]
    pub due_date: Date,
    /// It was submitted after that day.
    #[n(6)]
    #[cbor(skip_if = "is_false")]
    pub late: bool,
    /// Why it corrects the one before; may be empty.
    #[n(7)]
    #[cbor(skip_if = "String::is_empty")]
    pub correction_reason: String,
    /// What the project was like.
    #[n(8)]
    pub attributes: Attributes,
}

/// What a project was like when a report of it was submitted: by this its
/// figures are counted for ever.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Attributes {
    /// Region to which it belonged on the last day of the month.
    #[n(1)]
    pub region: Id,
    /// Its industry.
    #[n(2)]
    pub industry: Id,
    /// The division above that; the industry itself where it is told less
    /// exactly.
    #[n(3)]
    pub division: Id,
    /// Its kind of construction.
    #[n(4)]
    pub construction_kind: ConstructionKind,
    /// Whether it was a technical transformation.
    #[n(5)]
    #[cbor(skip_if = "is_false")]
    pub technical_transformation: bool,
    /// Its size class.
    #[n(6)]
    pub size_class: SizeClass,
    /// Its clusters.
    #[n(7)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub clusters: Vec<Id>,
    /// Lists it belonged to.
    #[n(8)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub lists: Vec<Id>,
    /// Who reviews it, from the nearest level to the highest.
    #[n(9)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub reviewers: Vec<Reviewer>,
    /// The section above the division; the industry itself where there is none.
    #[n(10)]
    pub section: Id,
}

impl Attributes {
    /// Those of a project in a region, whose industry is below a section.
    #[must_use]
    pub fn of(project: &Project, region: Id, section: Id, reviewers: Vec<Reviewer>) -> Self {
        Self {
            region,
            section,
            division: industry::division(&project.industry),
            industry: project.industry.clone(),
            construction_kind: project.construction_kind,
            technical_transformation: project.technical_transformation,
            size_class: project.size_class(),
            clusters: project.clusters.clone(),
            lists: project.lists.clone(),
            reviewers,
        }
    }
}

/// What a level has accepted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Acceptance {
    /// The level.
    #[n(1)]
    pub level: ReviewLevel,
    /// Number of the submission.
    #[n(2)]
    pub submission: u32,
    /// When it was accepted.
    #[n(3)]
    pub accept_time: Instant,
    /// Who accepted it.
    #[n(4)]
    pub principal: String,
    /// Remark; may be empty.
    #[n(5)]
    #[cbor(skip_if = "String::is_empty")]
    pub comment: String,
    /// Day up to which the level was to review.
    #[n(6)]
    pub due_date: Date,
    /// It was accepted after that day.
    #[n(7)]
    #[cbor(skip_if = "is_false")]
    pub late: bool,
    /// Number of the submission that the level had accepted before.
    #[n(8)]
    pub replaced_submission: Option<u32>,
    /// By which somebody accepted it in the level's place.
    #[n(9)]
    pub delegation: Option<Id>,
}

/// A return of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Return {
    /// The level that returned it.
    #[n(1)]
    pub level: ReviewLevel,
    /// Number of the submission.
    #[n(2)]
    pub submission: u32,
    /// Why, in a word.
    #[n(3)]
    pub code: ReturnCode,
    /// Why, and what to do.
    #[n(4)]
    pub text: String,
    /// What is wrong with single fields.
    #[n(5)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub fields: Vec<FieldRemark>,
    /// When it was returned.
    #[n(6)]
    pub return_time: Instant,
    /// Who returned it.
    #[n(7)]
    pub principal: String,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FieldRemark {
    /// Path of the field within the report.
    #[n(1)]
    pub field: String,
    /// What is wrong with it.
    #[n(2)]
    pub text: String,
}
