//! `ActionService`.

mod batch;
mod convert;
mod reminders;
mod summary;

use outlay_proto::v1;
use outlay_proto::v1::action_service_server::ActionService;
use tonic::Request;

use super::convert::{Convert, read_date};
use super::history;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, live, reply};
use crate::domain::action::Action;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::error::{Result, Violations};
use crate::store::action::by_action;
use crate::store::index::{self, Index};
use crate::store::list::Plan;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The noun.
pub(super) struct Actions;

impl Noun for Actions {
    type Wire = v1::Action;
    type Record = Action;
    const MESSAGE: &'static str = "Action";
    const ORDERS: &'static [&'static str] = &["due_date"];

    fn show(stored: &Stored<Action>, day: Date) -> v1::Action {
        convert::show(stored, day)
    }

    fn read(wire: &v1::Action, old: Option<&Action>, convert: &mut Convert<'_>) -> Action {
        convert::read(wire, old, convert)
    }

    fn check(record: &Action, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn permit_update(old: &Stored<Action>) -> Result<()> {
        old.record.permit_update(&old.name())
    }

    fn plan(query: &Query<'_>) -> Plan {
        let (index, ids) = found_by(query);
        let open: &[bool] = match query.filter.one_of("open").as_deref() {
            Some([only]) if only == "true" => &[true],
            _ => &[true, false],
        };
        let mut ranges = Vec::new();
        for deleted in query.deleted_flags() {
            for open in open {
                let by = ids.iter().map(|id| by_action(id.as_ref(), *open).done());
                ranges.extend(by.map(|by| index::range(index, *deleted, &by)));
            }
        }
        Plan { ranges, order_len: 8, direction: query.direction }
    }
}

/// The index by which a list goes, and the ids by which it finds; none for all
/// actions.
fn found_by(query: &Query<'_>) -> (Index, Vec<Option<Id>>) {
    let fields = [
        ("meetings", Kind::Meeting, Index::ActionMeetingDue),
        ("meeting", Kind::Meeting, Index::ActionMeetingDue),
        ("assigned_meeting", Kind::Meeting, Index::ActionMeetingDue),
        ("decision", Kind::Decision, Index::ActionDecisionDue),
        ("series", Kind::MeetingSeries, Index::ActionSeriesDue),
        ("projects", Kind::Project, Index::ActionProjectDue),
        ("responsible", Kind::Organisation, Index::ActionOrganisationDue),
        ("lead", Kind::Organisation, Index::ActionOrganisationDue),
        ("co_responsible", Kind::Organisation, Index::ActionOrganisationDue),
    ];
    for (field, kind, index) in fields {
        if let Some(names) = query.filter.one_of(field) {
            let ids = names.iter().filter_map(|name| kind::parse_as(kind, name).ok());
            return (index, ids.map(Some).collect());
        }
    }
    match &query.regions {
        Some(regions) => (Index::ActionRegionDue, regions.iter().cloned().map(Some).collect()),
        None => (Index::ActionDue, vec![None]),
    }
}

/// What the fields of a list's request mean, as a filter.
pub(super) fn narrowing(request: &v1::ListActionsRequest) -> String {
    let named = [
        ("meetings", &request.meeting),
        ("projects", &request.project),
        ("responsible", &request.organisation),
        ("series", &request.series),
    ];
    let given = named.into_iter().filter(|(_, name)| !name.is_empty());
    let mut parts: Vec<String> = given.map(|(field, name)| format!("{field}:\"{name}\"")).collect();
    if request.open || request.overdue {
        parts.push("open = true".to_owned());
    }
    if request.overdue {
        parts.push("overdue_days > 0".to_owned());
    }
    parts.join(" AND ")
}

#[tonic::async_trait]
impl ActionService for Standard {
    async fn create_action(&self, request: Request<v1::CreateActionRequest>) -> Reply<v1::Action> {
        self.create(request).await
    }

    async fn batch_create_actions(
        &self,
        request: Request<v1::BatchCreateActionsRequest>,
    ) -> Reply<v1::BatchCreateActionsResponse> {
        reply(batch::create(self, request).await)
    }

    async fn get_action(&self, request: Request<v1::GetActionRequest>) -> Reply<v1::Action> {
        self.get(request).await
    }

    async fn list_actions(
        &self,
        request: Request<v1::ListActionsRequest>,
    ) -> Reply<v1::ListActionsResponse> {
        self.list(request).await
    }

    async fn update_action(&self, request: Request<v1::UpdateActionRequest>) -> Reply<v1::Action> {
        self.update(request).await
    }

    async fn delete_action(&self, request: Request<v1::DeleteActionRequest>) -> Reply<v1::Action> {
        self.delete(request).await
    }

    async fn undelete_action(
        &self,
        request: Request<v1::UndeleteActionRequest>,
    ) -> Reply<v1::Action> {
        self.undelete(request).await
    }

    async fn start_action(&self, request: Request<v1::StartActionRequest>) -> Reply<v1::Action> {
        self.act(request, |_, old, _, v| edit(old, v, Action::start)).await
    }

    async fn submit_action(&self, request: Request<v1::SubmitActionRequest>) -> Reply<v1::Action> {
        self.act(request, |message, old, call, v| {
            edit(old, v, |action, name| action.submit(name, message.result.clone(), call.now))
        })
        .await
    }

    async fn return_action(&self, request: Request<v1::ReturnActionRequest>) -> Reply<v1::Action> {
        self.act(request, |message, old, _, v| {
            edit(old, v, |action, name| action.send_back(name, message.reason.clone()))
        })
        .await
    }

    async fn close_action(&self, request: Request<v1::CloseActionRequest>) -> Reply<v1::Action> {
        self.act(request, |message, old, call, v| {
            edit(old, v, |action, name| action.close(name, message.comment.clone(), call.now))
        })
        .await
    }

    async fn cancel_action(&self, request: Request<v1::CancelActionRequest>) -> Reply<v1::Action> {
        self.act(request, |message, old, _, v| {
            edit(old, v, |action, name| action.cancel(name, message.reason.clone()))
        })
        .await
    }

    async fn extend_action(&self, request: Request<v1::ExtendActionRequest>) -> Reply<v1::Action> {
        self.act(request, |message, old, call, v| {
            // A day that isn't one was refused with the fields.
            let due_date = message.due_date.as_ref().and_then(|due| read_date(due).ok());
            edit(old, v, |action, name| match due_date {
                Some(due_date) => {
                    let by = (call.principal.as_str(), call.now);
                    action.extend(name, due_date, message.reason.clone(), by)
                }
                None => Ok(()),
            })
        })
        .await
    }

    async fn get_action_summary(
        &self,
        request: Request<v1::GetActionSummaryRequest>,
    ) -> Reply<v1::GetActionSummaryResponse> {
        reply(summary::get(self, request).await)
    }

    async fn list_due_reminders(
        &self,
        request: Request<v1::ListDueRemindersRequest>,
    ) -> Reply<v1::ListDueRemindersResponse> {
        reply(reminders::list(self, request).await)
    }

    async fn list_action_history(
        &self,
        request: Request<v1::ListActionHistoryRequest>,
    ) -> Reply<v1::ListActionHistoryResponse> {
        reply(list_history(self, request).await)
    }
}

/// Changes an action that isn't deleted, where the request's fields are right.
fn edit(
    old: &Stored<Action>,
    v: &mut Violations,
    act: impl FnOnce(&mut Action, &str) -> Result<()>,
) -> Result<Edit<Action>> {
    let mut action = live(Some(old))?.record.clone();
    if v.is_empty() {
        act(&mut action, &old.name())?;
    }
    Ok(Edit::Put(action))
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListActionHistoryRequest>,
) -> Result<v1::ListActionHistoryResponse> {
    let page = history::page::<Actions, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::ActionVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListActionHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
