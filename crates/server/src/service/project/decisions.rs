//! `ListProjectDecisions`: what has been decided about a project, and whether it
//! is done.

use std::collections::BTreeSet;

use outlay_proto::v1;
use prost::Message;
use tonic::Request;

use super::Projects;
use crate::domain::action::{Action, ActionState};
use crate::domain::date::Date;
use crate::domain::decision::Decision;
use crate::domain::id::Id;
use crate::domain::project::Project;
use crate::engine::Direction;
use crate::error::Result;
use crate::service::action::Actions;
use crate::service::admit;
use crate::service::decision::Decisions;
use crate::service::noun::Noun;
use crate::service::paging::{arguments, page_size};
use crate::service::standard::{Standard, id_of, revision};
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::{Plan, Verdict};
use crate::store::reader::Reader;
use crate::store::record::Stored;

/// Most actions that are shown of one decision.
const MAX_ACTIONS: usize = 200;
/// The place before the newest decision.
const BEFORE_ALL: [u8; 8] = [u8::MAX; 8];
/// Most actions of a project that are looked at for those without a decision
/// about it.
const MAX_EXAMINED: usize = 2_000;

pub(super) async fn list(
    standard: &Standard,
    request: Request<v1::ListProjectDecisionsRequest>,
) -> Result<v1::ListProjectDecisionsResponse> {
    let (caller, message) = admit::reading(request)?;
    let id = id_of::<Projects>("name", &message.name)?;
    let arguments = arguments(&caller, &message);
    let after = standard.place(&message, &arguments)?;
    let reader = standard.reader(&message).await?;
    reader.get::<Project>(&id).await?;
    let today = standard.today()?;
    let mut room = standard.room();
    let mut found = Vec::new();
    if after.is_none() {
        let row = undecided(&reader, &id, today).await?;
        found.extend(row.filter(|row| room.takes(row.encoded_len())));
    }
    let by = Key::part().text(id.as_str()).done();
    let ranges = vec![index::range(Index::DecisionProjectCreated, false, &by)];
    let plan = Plan { ranges, order_len: 8, direction: Direction::Reverse };
    let judge = |stored: &Stored<Decision>| Ok(Verdict::Show(stored.clone()));
    let page = reader.list(&plan, after.as_deref(), page_size(&message), judge).await?;
    let (mut next, mut last) = (page.next, after.unwrap_or_else(|| BEFORE_ALL.to_vec()));
    for stored in page.items {
        let row = decided(&reader, &stored, today).await?;
        if !room.takes(row.encoded_len()) {
            next = Some(last);
            break;
        }
        found.push(row);
        last = Key::part()
            .number(stored.meta.create_time.micros())
            .last(stored.id.as_str().as_bytes());
    }
    Ok(v1::ListProjectDecisionsResponse {
        project_decisions: found,
        next_page_token: standard.token(next, &arguments)?,
        revision: revision(&reader),
    })
}

async fn decided(
    reader: &Reader,
    stored: &Stored<Decision>,
    today: Date,
) -> Result<v1::ProjectDecision> {
    let index = Index::ActionDecisionDue;
    let (actions, more) = reader.actions_by(index, &stored.id, &[true, false], MAX_ACTIONS).await?;
    Ok(show(Some(Decisions::show(stored, today)), &actions, more, today))
}

/// The actions about a project that follow from no decision about it.
async fn undecided(
    reader: &Reader,
    project: &Id,
    today: Date,
) -> Result<Option<v1::ProjectDecision>> {
    let index = Index::ActionProjectDue;
    let (mut actions, mut more) =
        reader.actions_by(index, project, &[true, false], MAX_EXAMINED).await?;
    let named: BTreeSet<Id> =
        actions.iter().filter_map(|action| action.record.decision.clone()).collect();
    let named: Vec<Id> = named.into_iter().collect();
    let found = reader.find_many::<Decision>(&named).await?;
    let about = found
        .into_iter()
        .flatten()
        .filter(|decision| !decision.is_deleted() && decision.record.projects.contains(project));
    let about: BTreeSet<Id> = about.map(|decision| decision.id).collect();
    actions.retain(|action| {
        action.record.decision.as_ref().is_none_or(|decision| !about.contains(decision))
    });
    more |= actions.len() > MAX_ACTIONS;
    actions.truncate(MAX_ACTIONS);
    Ok((!actions.is_empty()).then(|| show(None, &actions, more, today)))
}

fn show(
    decision: Option<v1::Decision>,
    actions: &[Stored<Action>],
    more: bool,
    today: Date,
) -> v1::ProjectDecision {
    v1::ProjectDecision {
        decision,
        actions: actions.iter().map(|action| Actions::show(action, today)).collect(),
        more_actions: more,
        verdict: verdict(actions, today).into(),
    }
}

/// Open actions come first, so those that are shown tell.
fn verdict(actions: &[Stored<Action>], today: Date) -> v1::DecisionVerdict {
    let is = |state| actions.iter().any(|action| action.record.state == state);
    if actions.iter().any(|action| action.record.overdue_days(today) > 0) {
        v1::DecisionVerdict::Overdue
    } else if actions.iter().any(|action| action.record.is_open()) {
        v1::DecisionVerdict::Open
    } else if is(ActionState::Closed) {
        v1::DecisionVerdict::Done
    } else {
        v1::DecisionVerdict::NothingToDo
    }
}
