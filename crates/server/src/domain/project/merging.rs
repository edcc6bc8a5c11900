//! Making one of two projects that are the same.

use minicbor::{Decode, Encode};

use super::{Project, Recorder, Stage, StageTransition};
use crate::domain::id::Id;
use crate::domain::instant::Instant;

/// A project that was merged into another one, as far as it must be known as
/// long as that one: it is deleted itself, and purged some day.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MergedProject {
    /// Its id.
    #[n(1)]
    pub project: Id,
    /// Its title.
    #[n(2)]
    pub title: String,
    /// Its national project code, which is the other one's since; may be empty.
    #[n(3)]
    #[cbor(skip_if = "String::is_empty")]
    pub project_code: String,
    /// How far it had come.
    #[n(4)]
    pub stage: Stage,
    /// Every change of its stage, oldest first.
    #[n(5)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub transitions: Vec<StageTransition>,
    /// Why the two were one.
    #[n(6)]
    pub reason: String,
    /// Who merged them.
    #[n(7)]
    pub principal: String,
    /// When they were merged.
    #[n(8)]
    pub merge_time: Instant,
}

impl MergedProject {
    /// What is to be known of a project that is merged now.
    #[must_use]
    pub fn new(id: &Id, project: &Project, reason: &str, by: &Recorder<'_>) -> Self {
        Self {
            project: id.clone(),
            title: project.title.clone(),
            project_code: project.project_code.clone(),
            stage: project.stage,
            transitions: project.transitions.clone(),
            reason: reason.to_owned(),
            principal: by.principal.to_owned(),
            merge_time: by.now,
        }
    }
}

impl Project {
    /// Takes over from a duplicate what this project lacks. What both have stays
    /// as it is here: owner, region, industry, kind, investment, stage and its
    /// history are never taken over, since each is one statement; sets are
    /// united. Stages and codes of all that was merged are kept apart.
    pub fn absorb(&mut self, own: &Id, merged: MergedProject, other: &Self) {
        for (language, title) in &other.localized_titles {
            self.localized_titles.entry(language.clone()).or_insert_with(|| title.clone());
        }
        for (label, value) in &other.labels {
            self.labels.entry(label.clone()).or_insert_with(|| value.clone());
        }
        fill(&mut self.project_code, &other.project_code, String::is_empty);
        fill(&mut self.site, &other.site, String::is_empty);
        fill(&mut self.land_area_square_metres, &other.land_area_square_metres, |area| *area == 0);
        fill(&mut self.floor_area_square_metres, &other.floor_area_square_metres, |area| {
            *area == 0
        });
        fill(&mut self.imported_equipment, &other.imported_equipment, Option::is_none);
        fill(&mut self.expected_annual_output, &other.expected_annual_output, Option::is_none);
        fill(&mut self.expected_annual_tax, &other.expected_annual_tax, Option::is_none);
        fill(&mut self.responsible_leader, &other.responsible_leader, Option::is_none);
        self.absorb_plan(other);
        unite(&mut self.clusters, &other.clusters);
        unite(&mut self.policies, &other.policies);
        unite(&mut self.lists, &other.lists);
        unite(&mut self.contacts, &other.contacts);
        unite(&mut self.documents, &other.documents);
        unite(&mut self.milestones, &other.milestones);
        for plan in &other.annual_plans {
            if self.annual_plan(plan.year).is_none() {
                self.annual_plans.push(plan.clone());
            }
        }
        unite(&mut self.distinct_from, &other.distinct_from);
        let is_other = |distinct: &Id| *distinct != *own && *distinct != merged.project;
        self.distinct_from.retain(is_other);
        unite(&mut self.merged_projects, &other.merged_projects);
        self.merged_projects.push(merged);
    }

    /// Dates are one plan, and so are the sources of the money: they aren't mixed.
    fn absorb_plan(&mut self, other: &Self) {
        if self.planned_start_date.is_none() && self.planned_completion_date.is_none() {
            self.planned_start_date = other.planned_start_date;
            self.planned_completion_date = other.planned_completion_date;
        }
        let fits = self.investment.total.minor() >= other.investment.total.minor();
        if self.funding_sources.is_empty() && fits {
            self.funding_sources.clone_from(&other.funding_sources);
        }
    }

    /// Says that this project is another one now, which has its codes and what
    /// was merged into it.
    pub fn give_way(&mut self, to: &Id) {
        self.project_code.clear();
        self.merged_projects.clear();
        self.merged_into = Some(to.clone());
    }

    /// The national project codes that nobody else has: its own, and those of
    /// what was merged into it; each once.
    #[must_use]
    pub fn project_codes(&self) -> Vec<&str> {
        let merged = self.merged_projects.iter().map(|merged| &merged.project_code);
        let all = std::iter::once(&self.project_code).chain(merged);
        let mut codes: Vec<&str> =
            all.filter(|code| !code.is_empty()).map(String::as_str).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

fn fill<T: Clone>(own: &mut T, other: &T, is_missing: impl Fn(&T) -> bool) {
    if is_missing(own) {
        own.clone_from(other);
    }
}

fn unite<T: Clone + PartialEq>(own: &mut Vec<T>, others: &[T]) {
    for other in others {
        if !own.contains(other) {
            own.push(other.clone());
        }
    }
}
