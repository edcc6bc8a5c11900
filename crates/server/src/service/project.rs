//! `ProjectService`.

mod convert;
mod decisions;
mod duplicates;
mod light;
mod merge;
mod reassign;

use outlay_proto::v1;
use outlay_proto::v1::project_service_server::ProjectService;
use tonic::Request;

use super::admit;
use super::convert::{Convert, read_date};
use super::history;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, live, reply, revision};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::project::{Context, Project, Recorder, Stage, StageChange};
use crate::error::{Error, Result, Violations};
use crate::store::call::Call;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::project::by_region_and_stage;
use crate::store::reader::Reader;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// Most ranges of region and stage that a list merges; above it goes over all
/// projects.
const MAX_RANGES: usize = 2_000;

/// The noun.
pub(super) struct Projects;

impl Noun for Projects {
    type Wire = v1::Project;
    type Record = Project;
    const MESSAGE: &'static str = "Project";
    const ORDERS: &'static [&'static str] = &["create_time", "update_time", "total_investment"];
    const NEWEST_FIRST: bool = true;
    const COMPLETED: bool = true;

    fn show(stored: &Stored<Project>, day: Date) -> v1::Project {
        convert::show(stored, day)
    }

    fn read(wire: &v1::Project, old: Option<&Project>, convert: &mut Convert<'_>) -> Project {
        convert::read(wire, old, convert)
    }

    fn check(record: &Project, known: &Known, today: Date, v: &mut Violations) {
        let is_region_code =
            |code: &str| Id::parse(code).is_ok_and(|id| known.regions.contains(&id));
        record.check(&Context { today, is_region_code: &is_region_code }, v);
    }

    async fn complete(
        reader: &Reader,
        stored: &Stored<Project>,
        wire: &mut v1::Project,
    ) -> Result<()> {
        if !stored.is_deleted() {
            let found = reader.likely_duplicates(stored).await?;
            wire.likely_duplicates = found.iter().map(|one| one.stored.name()).collect();
            wire.light = light::today(reader, stored).await?;
        }
        Ok(())
    }

    fn plan(query: &Query<'_>) -> Plan {
        let narrow = match query.order {
            "total_investment" => (Index::ProjectRegionStageTotal, Index::ProjectTotal),
            "update_time" => return plan(query, vec![(Index::ProjectUpdated, Key::part())]),
            _ => (Index::ProjectRegionStageCreated, Index::ProjectCreated),
        };
        let stages = stages(query);
        if let Some(regions) = &query.regions
            && regions.len() * stages.len() <= MAX_RANGES
        {
            let places = regions.iter().flat_map(|region| {
                stages.iter().map(move |stage| (narrow.0, by_region_and_stage(region, *stage)))
            });
            return plan(query, places.collect());
        }
        if let (Index::ProjectCreated, Some(owners)) = (narrow.1, query.filter.one_of("owner")) {
            let ids =
                owners.iter().filter_map(|name| kind::parse_as(Kind::Organisation, name).ok());
            let by = ids.map(|id| (Index::ProjectOwnerCreated, Key::part().text(id.as_str())));
            return plan(query, by.collect());
        }
        plan(query, vec![(narrow.1, Key::part())])
    }
}

/// The stages that the filter asks for, or all of them.
fn stages(query: &Query<'_>) -> Vec<i32> {
    match query.filter.one_of("stage") {
        Some(stages) => stages.iter().filter_map(|stage| stage.parse().ok()).collect(),
        None => Stage::ALL.iter().map(|stage| stage.number()).collect(),
    }
}

fn plan(query: &Query<'_>, places: Vec<(Index, Key)>) -> Plan {
    let mut ranges = Vec::with_capacity(places.len());
    for (index, by) in places {
        let by = by.done();
        ranges
            .extend(query.deleted_flags().iter().map(|deleted| index::range(index, *deleted, &by)));
    }
    Plan { ranges, order_len: 8, direction: query.direction }
}

#[tonic::async_trait]
impl ProjectService for Standard {
    async fn create_project(
        &self,
        request: Request<v1::CreateProjectRequest>,
    ) -> Reply<v1::Project> {
        self.create(request).await
    }

    async fn get_project(&self, request: Request<v1::GetProjectRequest>) -> Reply<v1::Project> {
        self.get(request).await
    }

    async fn batch_get_projects(
        &self,
        request: Request<v1::BatchGetProjectsRequest>,
    ) -> Reply<v1::BatchGetProjectsResponse> {
        reply(batch_get(self, request).await)
    }

    async fn list_projects(
        &self,
        request: Request<v1::ListProjectsRequest>,
    ) -> Reply<v1::ListProjectsResponse> {
        self.list(request).await
    }

    async fn search_projects(
        &self,
        request: Request<v1::SearchProjectsRequest>,
    ) -> Reply<v1::SearchProjectsResponse> {
        self.search(request).await
    }

    async fn update_project(
        &self,
        request: Request<v1::UpdateProjectRequest>,
    ) -> Reply<v1::Project> {
        self.update(request).await
    }

    async fn delete_project(
        &self,
        request: Request<v1::DeleteProjectRequest>,
    ) -> Reply<v1::Project> {
        self.delete(request).await
    }

    async fn undelete_project(
        &self,
        request: Request<v1::UndeleteProjectRequest>,
    ) -> Reply<v1::Project> {
        self.undelete(request).await
    }

    async fn advance_project(
        &self,
        request: Request<v1::AdvanceProjectRequest>,
    ) -> Reply<v1::Project> {
        self.act(request, |message, old, call, v| {
            let stage = Stage::from_number(message.stage);
            let change = change(message.date.as_ref(), &message.evidence, "", v);
            edit(old, call, v, |project, by| match (stage, change) {
                (Some(stage), Some(change)) => project.advance(by, stage, change),
                _ => Ok(()),
            })
        })
        .await
    }

    async fn revert_project(
        &self,
        request: Request<v1::RevertProjectRequest>,
    ) -> Reply<v1::Project> {
        self.act(request, |message, old, call, v| {
            edit(old, call, v, |project, by| project.revert(by, message.reason.clone()))
        })
        .await
    }

    async fn suspend_project(
        &self,
        request: Request<v1::SuspendProjectRequest>,
    ) -> Reply<v1::Project> {
        self.act(request, |message, old, call, v| {
            let change = change(message.date.as_ref(), &message.evidence, &message.reason, v);
            edit(old, call, v, |project, by| {
                change.map_or(Ok(()), |change| project.suspend(by, change))
            })
        })
        .await
    }

    async fn resume_project(
        &self,
        request: Request<v1::ResumeProjectRequest>,
    ) -> Reply<v1::Project> {
        self.act(request, |message, old, call, v| {
            let change = change(message.date.as_ref(), &message.evidence, &message.reason, v);
            edit(old, call, v, |project, by| {
                change.map_or(Ok(()), |change| project.resume(by, change))
            })
        })
        .await
    }

    async fn terminate_project(
        &self,
        request: Request<v1::TerminateProjectRequest>,
    ) -> Reply<v1::Project> {
        self.act(request, |message, old, call, v| {
            let change = change(message.date.as_ref(), &message.evidence, &message.reason, v);
            edit(old, call, v, |project, by| {
                change.map_or(Ok(()), |change| project.terminate(by, change))
            })
        })
        .await
    }

    async fn reassign_projects(
        &self,
        request: Request<v1::ReassignProjectsRequest>,
    ) -> Reply<v1::ReassignProjectsResponse> {
        reply(reassign::run(self, request).await)
    }

    async fn merge_project(&self, request: Request<v1::MergeProjectRequest>) -> Reply<v1::Project> {
        reply(merge::run(self, request).await)
    }

    async fn search_duplicate_projects(
        &self,
        request: Request<v1::SearchDuplicateProjectsRequest>,
    ) -> Reply<v1::SearchDuplicateProjectsResponse> {
        reply(duplicates::run(self, request).await)
    }

    async fn get_project_light(
        &self,
        request: Request<v1::GetProjectLightRequest>,
    ) -> Reply<v1::ProjectLight> {
        reply(light::get(self, request).await)
    }

    async fn get_light_counts(
        &self,
        request: Request<v1::GetLightCountsRequest>,
    ) -> Reply<v1::GetLightCountsResponse> {
        reply(light::count(self, request).await)
    }

    async fn list_project_decisions(
        &self,
        request: Request<v1::ListProjectDecisionsRequest>,
    ) -> Reply<v1::ListProjectDecisionsResponse> {
        reply(decisions::list(self, request).await)
    }

    async fn list_project_history(
        &self,
        request: Request<v1::ListProjectHistoryRequest>,
    ) -> Reply<v1::ListProjectHistoryResponse> {
        reply(list_history(self, request).await)
    }
}

/// Reads what all changes of a stage have; a date that can't be read is a
/// violation.
pub(super) fn change(
    date: Option<&v1::Date>,
    evidence: &str,
    reason: &str,
    v: &mut Violations,
) -> Option<StageChange> {
    let date = read_date(date?).map_err(|flaw| flaw.add_to("date", v)).ok()?;
    Some(StageChange { date, evidence: evidence.to_owned(), reason: reason.to_owned() })
}

/// Changes a project that isn't deleted, where the request's fields are right.
fn edit(
    old: &Stored<Project>,
    call: &Call,
    v: &mut Violations,
    act: impl FnOnce(&mut Project, &Recorder<'_>) -> Result<()>,
) -> Result<Edit<Project>> {
    let mut project = live(Some(old))?.record.clone();
    if v.is_empty() {
        let name = old.name();
        let (now, today) = (call.now, call.today);
        act(&mut project, &Recorder { name: &name, principal: &call.principal, now, today })?;
    }
    Ok(Edit::Put(project))
}

async fn batch_get(
    standard: &Standard,
    request: Request<v1::BatchGetProjectsRequest>,
) -> Result<v1::BatchGetProjectsResponse> {
    let (_, message) = admit::reading(request)?;
    let mut ids = Vec::with_capacity(message.names.len());
    for name in &message.names {
        ids.push(super::standard::id_of::<Projects>("names", name)?);
    }
    let reader = standard.reader(&message).await?;
    let today = standard.today()?;
    let mut projects = Vec::with_capacity(ids.len());
    for (id, stored) in ids.iter().zip(reader.find_many::<Project>(&ids).await?) {
        let missing = || Error::NotFound { name: kind::name(Kind::Project, id) };
        projects.push(convert::show(&stored.ok_or_else(missing)?, today));
    }
    Ok(v1::BatchGetProjectsResponse { projects, revision: revision(&reader) })
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListProjectHistoryRequest>,
) -> Result<v1::ListProjectHistoryResponse> {
    let page = history::page::<Projects, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::ProjectVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListProjectHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
