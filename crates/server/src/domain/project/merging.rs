//! Making one of two projects that are the same.

use super::Project;
use crate::domain::id::Id;

impl Project {
    /// Takes over from a duplicate what this project lacks. What both have stays
    /// as it is here: owner, region, industry, kind, investment, stage and its
    /// history are never taken over, since each is one statement; sets are
    /// united.
    ///
    /// Monthly reports will have their rule here, too.
    pub fn absorb(&mut self, own: &Id, id: &Id, other: &Self) {
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
        unite(&mut self.distinct_from, &other.distinct_from);
        self.distinct_from.retain(|distinct| distinct != own && distinct != id);
        unite(&mut self.merged_projects, &other.merged_projects);
        unite(&mut self.merged_projects, std::slice::from_ref(id));
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

    /// Says that this project is another one now. A code that the other one has
    /// taken over is no longer its own.
    pub fn give_way(&mut self, to: &Id, other: &Self) {
        if self.project_code == other.project_code {
            self.project_code.clear();
        }
        self.merged_into = Some(to.clone());
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
