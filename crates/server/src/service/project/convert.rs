//! Projects between the wire and the domain.

use outlay_proto::v1;

use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::project::{
    AnnualPlan, ConstructionKind, FormerRegion, FundingKind, FundingSource, InvestmentPlan,
    MergedProject, Milestone, Project, Stage, StageTransition,
};
use crate::domain::reference::region::change::Decision;
use crate::service::convert::{
    Convert, Head, date, money, name, names, read_contact, read_document, show_contact,
    show_document, timestamp,
};
use crate::store::record::Stored;

pub(super) fn read(
    wire: &v1::Project,
    old: Option<&Project>,
    convert: &mut Convert<'_>,
) -> Project {
    let kind = ConstructionKind::from_number(wire.construction_kind);
    let (region, former_regions) = read_region(wire, old, convert);
    Project {
        stage: old.map_or(Stage::Planned, |old| old.stage),
        title: wire.title.clone(),
        localized_titles: wire.localized_titles.clone(),
        project_code: wire.project_code.clone(),
        owner: convert.id("owner", Kind::Organisation, &wire.owner),
        region,
        site: wire.site.clone(),
        industry: convert.id("industry", Kind::Industry, &wire.industry),
        clusters: convert.ids("clusters", Kind::Cluster, &wire.clusters),
        construction_kind: convert.required("construction_kind", kind, ConstructionKind::NewBuild),
        technical_transformation: wire.technical_transformation,
        investment: read_investment(wire.investment.as_ref(), convert),
        imported_equipment: convert.money("imported_equipment", wire.imported_equipment.as_ref()),
        funding_sources: convert.items("funding_sources", &wire.funding_sources, read_funding),
        land_area_square_metres: wire.land_area_square_metres,
        floor_area_square_metres: wire.floor_area_square_metres,
        planned_start_date: convert.date("planned_start_date", wire.planned_start_date.as_ref()),
        planned_completion_date: convert
            .date("planned_completion_date", wire.planned_completion_date.as_ref()),
        expected_annual_output: convert
            .money("expected_annual_output", wire.expected_annual_output.as_ref()),
        expected_annual_tax: convert
            .money("expected_annual_tax", wire.expected_annual_tax.as_ref()),
        responsible_leader: wire.responsible_leader.as_ref().map(read_contact),
        contacts: wire.contacts.iter().map(read_contact).collect(),
        lists: convert.plain_ids("lists", &wire.lists),
        labels: wire.labels.clone(),
        documents: wire.documents.iter().map(read_document).collect(),
        milestones: convert.items("milestones", &wire.milestones, read_milestone),
        policies: convert.ids("policies", Kind::Policy, &wire.policies),
        transitions: old.map(|old| old.transitions.clone()).unwrap_or_default(),
        suspended_from: old.and_then(|old| old.suspended_from),
        former_regions,
        distinct_from: convert.ids("distinct_from", Kind::Project, &wire.distinct_from),
        merged_into: old.and_then(|old| old.merged_into.clone()),
        annual_plans: convert.items("annual_plans", &wire.annual_plans, read_annual_plan),
        merged_projects: old.map(|old| old.merged_projects.clone()).unwrap_or_default(),
    }
}

/// The region, and those before: another one is so from today on.
fn read_region(
    wire: &v1::Project,
    old: Option<&Project>,
    convert: &mut Convert<'_>,
) -> (Id, Vec<FormerRegion>) {
    let region = convert.id("region", Kind::Region, &wire.region);
    let Some(old) = old else {
        return (region, Vec::new());
    };
    let today = Decision::of_today(convert.today());
    let mut new = old.clone();
    convert.ok("region", new.reassign(&region, &today));
    (new.region, new.former_regions)
}

fn read_investment(plan: Option<&v1::InvestmentPlan>, convert: &mut Convert<'_>) -> InvestmentPlan {
    let read = convert.message("investment", plan, |convert, plan| InvestmentPlan {
        total: convert.required_money("total", plan.total.as_ref()),
        fixed_assets: convert.money("fixed_assets", plan.fixed_assets.as_ref()),
        construction_and_installation: convert
            .money("construction_and_installation", plan.construction_and_installation.as_ref()),
        equipment: convert.money("equipment", plan.equipment.as_ref()),
        other: convert.money("other", plan.other.as_ref()),
        land: convert.money("land", plan.land.as_ref()),
        working_capital: convert.money("working_capital", plan.working_capital.as_ref()),
    });
    read.unwrap_or_else(|| InvestmentPlan::of_total(convert.required_money("investment", None)))
}

fn read_funding(convert: &mut Convert<'_>, source: &v1::FundingSource) -> FundingSource {
    let kind = FundingKind::from_number(source.kind);
    FundingSource {
        kind: convert.required("kind", kind, FundingKind::Other),
        amount: convert.required_money("amount", source.amount.as_ref()),
    }
}

fn read_annual_plan(convert: &mut Convert<'_>, plan: &v1::AnnualPlan) -> AnnualPlan {
    let investment = convert.required_money("investment", plan.investment.as_ref());
    AnnualPlan { year: plan.year, investment }
}

fn show_annual_plan(plan: &AnnualPlan) -> v1::AnnualPlan {
    v1::AnnualPlan { year: plan.year, investment: Some(money(plan.investment)) }
}

fn read_milestone(convert: &mut Convert<'_>, milestone: &v1::Milestone) -> Milestone {
    Milestone {
        title: milestone.title.clone(),
        baseline_date: convert.required_date("baseline_date", milestone.baseline_date.as_ref()),
        current_date: convert.date("current_date", milestone.current_date.as_ref()),
        met_date: convert.date("met_date", milestone.met_date.as_ref()),
    }
}

pub(super) fn show(stored: &Stored<Project>, day: Date) -> v1::Project {
    let head = Head::of(stored);
    let project = &stored.record;
    let merged_into = project.merged_into.as_ref().map(|id| name(Kind::Project, id));
    v1::Project {
        name: head.name,
        uid: head.uid,
        create_time: head.create_time,
        update_time: head.update_time,
        delete_time: head.delete_time,
        purge_time: head.purge_time,
        etag: head.etag,
        revision: head.revision,
        stage: project.stage.number(),
        allowed_actions: if stored.is_deleted() { Vec::new() } else { project.allowed_actions() },
        title: project.title.clone(),
        localized_titles: project.localized_titles.clone(),
        project_code: project.project_code.clone(),
        owner: name(Kind::Organisation, &project.owner),
        region: name(Kind::Region, project.region_at(day)),
        site: project.site.clone(),
        industry: name(Kind::Industry, &project.industry),
        clusters: names(Kind::Cluster, &project.clusters),
        construction_kind: project.construction_kind.number(),
        technical_transformation: project.technical_transformation,
        investment: Some(show_investment(&project.investment)),
        imported_equipment: project.imported_equipment.map(money),
        funding_sources: project.funding_sources.iter().map(show_funding).collect(),
        land_area_square_metres: project.land_area_square_metres,
        floor_area_square_metres: project.floor_area_square_metres,
        planned_start_date: project.planned_start_date.map(date),
        planned_completion_date: project.planned_completion_date.map(date),
        actual_start_date: project.actual_start_date().map(date),
        actual_completion_date: project.actual_completion_date().map(date),
        expected_annual_output: project.expected_annual_output.map(money),
        expected_annual_tax: project.expected_annual_tax.map(money),
        responsible_leader: project.responsible_leader.as_ref().map(show_contact),
        contacts: project.contacts.iter().map(show_contact).collect(),
        lists: project.lists.iter().map(ToString::to_string).collect(),
        labels: project.labels.clone(),
        documents: project.documents.iter().map(show_document).collect(),
        milestones: project.milestones.iter().map(show_milestone).collect(),
        policies: names(Kind::Policy, &project.policies),
        transitions: project.transitions.iter().map(show_transition).collect(),
        size_class: project.size_class().number(),
        suspended_from: project.suspended_from.map_or(0, Stage::number),
        region_links: show_region_links(project),
        // Others are looked at for them, where that is wanted.
        likely_duplicates: Vec::new(),
        light: 0,
        distinct_from: names(Kind::Project, &project.distinct_from),
        merged_into: merged_into.unwrap_or_default(),
        annual_plans: project.annual_plans.iter().map(show_annual_plan).collect(),
        merged_projects: project.merged_projects.iter().map(show_merged).collect(),
    }
}

fn show_region_links(project: &Project) -> Vec<v1::ProjectRegionLink> {
    if project.former_regions.is_empty() {
        return Vec::new();
    }
    let links = project.region_links();
    let links = links.into_iter().map(|link| v1::ProjectRegionLink {
        region: name(Kind::Region, link.region),
        valid_from: link.validity.from.map(date),
        valid_to: link.validity.to.map(date),
        reason: link.reason.to_owned(),
        document_number: link.document_number.to_owned(),
    });
    links.collect()
}

fn show_investment(plan: &InvestmentPlan) -> v1::InvestmentPlan {
    v1::InvestmentPlan {
        total: Some(money(plan.total)),
        fixed_assets: plan.fixed_assets.map(money),
        construction_and_installation: plan.construction_and_installation.map(money),
        equipment: plan.equipment.map(money),
        other: plan.other.map(money),
        land: plan.land.map(money),
        working_capital: plan.working_capital.map(money),
    }
}

fn show_funding(source: &FundingSource) -> v1::FundingSource {
    v1::FundingSource { kind: source.kind.number(), amount: Some(money(source.amount)) }
}

fn show_milestone(milestone: &Milestone) -> v1::Milestone {
    v1::Milestone {
        title: milestone.title.clone(),
        baseline_date: Some(date(milestone.baseline_date)),
        current_date: milestone.current_date.map(date),
        met_date: milestone.met_date.map(date),
        slippage_days: milestone.slippage_days(),
    }
}

fn show_merged(merged: &MergedProject) -> v1::MergedProject {
    v1::MergedProject {
        project: name(Kind::Project, &merged.project),
        title: merged.title.clone(),
        project_code: merged.project_code.clone(),
        stage: merged.stage.number(),
        transitions: merged.transitions.iter().map(show_transition).collect(),
        reason: merged.reason.clone(),
        principal: merged.principal.clone(),
        merge_time: Some(timestamp(merged.merge_time)),
    }
}

fn show_transition(transition: &StageTransition) -> v1::StageTransition {
    v1::StageTransition {
        from: transition.from.number(),
        to: transition.to.number(),
        date: Some(date(transition.date)),
        evidence: transition.evidence.clone(),
        reason: transition.reason.clone(),
        principal: transition.principal.clone(),
        record_time: Some(timestamp(transition.record_time)),
        reverted: transition.reverted,
    }
}
