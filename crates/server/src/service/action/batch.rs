//! `BatchCreateActions`: all of them or none.

use std::collections::{BTreeMap, BTreeSet};

use outlay_proto::v1;
use tonic::Request;

use super::Actions;
use crate::domain::action::Action;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::error::{Error, Reason, Result, Violations};
use crate::service::admit;
use crate::service::standard::{Standard, read};
use crate::store::many::Batch;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The list of the request.
const LIST: &str = "actions";

pub(super) async fn create(
    standard: &Standard,
    request: Request<v1::BatchCreateActionsRequest>,
) -> Result<v1::BatchCreateActionsResponse> {
    let (call, mut found, message) = admit::changing(&standard.store, request)?;
    let ids = ids(standard, &message.actions, &mut found);
    let first = ids.first().cloned().ok_or_else(|| Error::Fields(found.clone()))?;
    let edit = |_: &BTreeMap<Id, Stored<Action>>, known: &Known, v: &mut Violations| {
        *v = found.clone();
        let mut puts = Vec::with_capacity(ids.len());
        for (at, (wire, id)) in message.actions.iter().zip(&ids).enumerate() {
            let action = v.within_item(LIST, at, |v| read::<Actions>(wire, None, known, &call, v));
            if let Edit::Put(action) = standard.fitting::<Actions>(Edit::Put(action), &call)? {
                puts.push((id.clone(), action));
            }
        }
        Ok(Batch { answer: first.clone(), puts, list: Some(LIST) })
    };
    let done = standard.store.change_many(&call, |_| BTreeSet::new(), edit).await?;
    Ok(v1::BatchCreateActionsResponse {
        created_count: i32::try_from(done.changed).unwrap_or(i32::MAX),
        revision: i64::try_from(done.revision).unwrap_or(i64::MAX),
    })
}

/// The ids that the actions get: those of their names, or new ones.
fn ids(standard: &Standard, actions: &[v1::Action], v: &mut Violations) -> Vec<Id> {
    let mut met = BTreeSet::new();
    let mut ids = Vec::with_capacity(actions.len());
    for (at, action) in actions.iter().enumerate() {
        let field = format!("{LIST}[{at}].name");
        let id = if action.name.is_empty() {
            Id::made(Kind::Action.noun(), standard.store.clock().new_uid())
        } else {
            match kind::parse_as(Kind::Action, &action.name) {
                Ok(id) => id,
                Err(flaw) => {
                    flaw.add_to(&field, v);
                    Id::unread()
                }
            }
        };
        if !met.insert(id.clone()) {
            let text = format!("is {}, as that of another one is: choose another", action.name);
            v.add(&field, Reason::FieldDuplicate, text);
        }
        ids.push(id);
    }
    ids
}
