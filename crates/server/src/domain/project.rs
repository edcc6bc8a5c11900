//! Investment projects.

pub mod annual_plan;
pub mod duplicate;
pub mod expected;
pub mod funding;
pub mod investment;
pub mod light;
pub mod merging;
pub mod milestone;
pub mod placement;
pub mod schedule;
pub mod size_class;
pub mod stage;
pub mod stage_machine;
pub mod title;
pub mod transition;

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use super::common::{Contact, Document};
use super::date::Date;
use super::id::Id;
use super::kind::{Kind, Reference, References};
use super::money::{Currency, Money};
use super::numbered::numbered;
use super::project_code;
use super::stored::{is_false, is_zero};
use crate::error::{Reason, Violations};

pub use annual_plan::AnnualPlan;
pub use expected::ExpectedSpan;
pub use funding::{FundingKind, FundingSource};
pub use investment::InvestmentPlan;
pub use merging::MergedProject;
pub use milestone::Milestone;
pub use placement::FormerRegion;
pub use size_class::SizeClass;
pub use stage::Stage;
pub use transition::{Recorder, StageChange, StageTransition};

numbered! {
    /// Kind of construction, as investment statistics distinguish it.
    ConstructionKind {
        /// A new build: never a technical transformation.
        NewBuild = 1 "NEW_BUILD",
        /// An expansion of what is there.
        Expansion = 2 "EXPANSION",
        /// Reconstruction: always a technical transformation.
        Reconstruction = 3 "RECONSTRUCTION",
        /// A move to another site.
        Relocation = 4 "RELOCATION",
        /// Restoration after damage.
        Restoration = 5 "RESTORATION",
        /// Equipment is bought, nothing is built.
        PurePurchase = 6 "PURE_PURCHASE",
    }
}

/// An investment project.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Project {
    /// How far it has come.
    #[n(8)]
    pub stage: Stage,
    /// Title.
    #[n(10)]
    pub title: String,
    /// Titles in other languages, by language tag.
    #[n(11)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_titles: BTreeMap<String, String>,
    /// National project code; may be empty before FILED. Unique.
    #[n(12)]
    #[cbor(skip_if = "String::is_empty")]
    pub project_code: String,
    /// Organisation that invests.
    #[n(13)]
    pub owner: Id,
    /// Region to which it belongs, after all changes that are recorded; see
    /// [`Self::region_at`] for a day.
    #[n(14)]
    pub region: Id,
    /// Address, or name of the park; may be empty.
    #[n(15)]
    #[cbor(skip_if = "String::is_empty")]
    pub site: String,
    /// Industry, as exactly as it is known.
    #[n(16)]
    pub industry: Id,
    /// Clusters it belongs to.
    #[n(17)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub clusters: Vec<Id>,
    /// Kind of construction.
    #[n(18)]
    pub construction_kind: ConstructionKind,
    /// Whether it is a technical transformation.
    #[n(19)]
    #[cbor(skip_if = "is_false")]
    pub technical_transformation: bool,
    /// Planned investment.
    #[n(20)]
    pub investment: InvestmentPlan,
    /// Imported equipment within it, in USD.
    #[n(21)]
    pub imported_equipment: Option<Money>,
    /// Where the money comes from.
    #[n(22)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub funding_sources: Vec<FundingSource>,
    /// Land area in square metres; 0 where it isn't known.
    #[n(23)]
    #[cbor(skip_if = "is_zero")]
    pub land_area_square_metres: i64,
    /// Floor area in square metres; 0 where it isn't known.
    #[n(24)]
    #[cbor(skip_if = "is_zero")]
    pub floor_area_square_metres: i64,
    /// When construction is to begin.
    #[n(25)]
    pub planned_start_date: Option<Date>,
    /// When construction is to be finished.
    #[n(26)]
    pub planned_completion_date: Option<Date>,
    /// Output expected in a year at capacity, in CNY.
    #[n(29)]
    pub expected_annual_output: Option<Money>,
    /// Taxes expected in a year at capacity, in CNY.
    #[n(30)]
    pub expected_annual_tax: Option<Money>,
    /// Leader who answers for it.
    #[n(31)]
    pub responsible_leader: Option<Contact>,
    /// Whom to call.
    #[n(32)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Lists it belongs to.
    #[n(33)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub lists: Vec<Id>,
    /// Labels of the office's own.
    #[n(34)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Documents.
    #[n(35)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// Milestones, in the order of the office's choice.
    #[n(36)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub milestones: Vec<Milestone>,
    /// Policies it is helped by.
    #[n(37)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub policies: Vec<Id>,
    /// Every change of stage, oldest first; see [`transition`].
    #[n(38)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub transitions: Vec<StageTransition>,
    /// Stage in which it was suspended; only while it is.
    #[n(40)]
    pub suspended_from: Option<Stage>,
    /// Regions to which it belonged before, in the order of time.
    #[n(60)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub former_regions: Vec<FormerRegion>,
    /// Projects that somebody has looked at: they aren't this one.
    #[n(62)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub distinct_from: Vec<Id>,
    /// The project that this one was merged into; it is deleted then.
    #[n(63)]
    pub merged_into: Option<Id>,
    /// Projects that were merged into this one.
    #[n(64)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub merged_projects: Vec<MergedProject>,
    /// What is to be invested in a year, in the order of the years.
    #[n(65)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub annual_plans: Vec<AnnualPlan>,
}

/// What the rules must know besides the project.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The day it is.
    pub today: Date,
    /// Whether a code of six digits is a region's.
    pub is_region_code: &'a dyn Fn(&str) -> bool,
}

impl Project {
    /// Checks the project, except for what one field alone must be like.
    pub fn check(&self, context: &Context<'_>, v: &mut Violations) {
        self.check_code(context, v);
        self.check_transformation(v);
        v.within("investment", |v| self.investment.check(v));
        amount("imported_equipment", self.imported_equipment, Currency::USD, v);
        funding::check(&self.funding_sources, self.investment.total, v);
        if let (Some(start), Some(end)) = (self.planned_start_date, self.planned_completion_date)
            && end < start
        {
            let text = format!("is {end}, before planned_start_date {start}");
            v.add("planned_completion_date", Reason::DateOrder, text);
        }
        amount("expected_annual_output", self.expected_annual_output, Currency::CNY, v);
        amount("expected_annual_tax", self.expected_annual_tax, Currency::CNY, v);
        annual_plan::check(&self.annual_plans, v);
        for (index, milestone) in self.milestones.iter().enumerate() {
            v.within_item("milestones", index, |v| milestone.check(context.today, v));
        }
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut references = References::default();
        references.one("owner", Kind::Organisation, &self.owner);
        for link in self.region_links() {
            references.one_from("region", Kind::Region, link.region, link.validity.from);
        }
        references
            .one("industry", Kind::Industry, &self.industry)
            .many("clusters", Kind::Cluster, &self.clusters)
            .many("policies", Kind::Policy, &self.policies)
            .take()
    }

    /// The projects that it says it isn't. They may go while it says so.
    #[must_use]
    pub fn mentions(&self) -> Vec<Reference> {
        let mut mentions = References::default();
        mentions.many("distinct_from", Kind::Project, &self.distinct_from).take()
    }

    /// Size class, from the total investment.
    #[must_use]
    pub fn size_class(&self) -> SizeClass {
        SizeClass::of(self.investment.total)
    }

    fn check_code(&self, context: &Context<'_>, v: &mut Violations) {
        if self.project_code.is_empty() {
            if self.reached() >= Stage::Filed {
                v.add("project_code", Reason::FieldRequired, "is required from FILED on");
            }
        } else if let Err(flaw) = project_code::check(&self.project_code, context.is_region_code) {
            flaw.add_to("project_code", v);
        }
    }

    fn check_transformation(&self, v: &mut Violations) {
        let text = match (self.construction_kind, self.technical_transformation) {
            (ConstructionKind::Reconstruction, false) => {
                "must be true where construction_kind is RECONSTRUCTION"
            }
            (ConstructionKind::NewBuild, true) => {
                "must be false where construction_kind is NEW_BUILD"
            }
            (_, false) => return self.check_skipped(v),
            _ => return,
        };
        v.add("technical_transformation", Reason::FieldContradiction, text);
    }

    /// A project that has skipped what only a technical transformation may skip
    /// stays one.
    fn check_skipped(&self, v: &mut Violations) {
        let reached = self.reached();
        let was_passed = |stage| self.counting().any(|change| change.to == stage);
        let skippable = [Stage::Signed, Stage::LandSecured, Stage::Permitted];
        let mut skipped =
            skippable.into_iter().filter(|stage| *stage < reached && !was_passed(*stage));
        if let Some(stage) = skipped.next() {
            let text = format!(
                "must stay true: the project is {reached} and has skipped {stage}, as only a \
                 technical transformation may"
            );
            v.add("technical_transformation", Reason::FieldContradiction, text);
        }
    }
}

/// Checks the currency of an amount, and that it isn't negative. Says whether
/// it is right; one that isn't given is.
fn amount(
    field: &str,
    money: impl Into<Option<Money>>,
    currency: Currency,
    v: &mut Violations,
) -> bool {
    let Some(money) = money.into() else {
        return true;
    };
    if money.currency() != currency {
        let text = format!("is in {}: it must be in {currency}", money.currency());
        v.add(field, Reason::CurrencyUnexpected, text);
        return false;
    }
    if money.minor() < 0 {
        v.add(field, Reason::FieldOutOfRange, format!("is {money}: it must not be negative"));
        return false;
    }
    true
}
