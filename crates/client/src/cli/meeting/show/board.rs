//! What is read for the board, and the names that stand on it.

use std::collections::{BTreeMap, BTreeSet};

use clap::ArgMatches;
use futures_util::{StreamExt, TryStreamExt, stream};
use outlay_proto::{reflect, v1};
use prost::Message;
use prost_reflect::{DynamicMessage, Value};

use super::clock::Clock;
use crate::cli::fault::{Fault, NOT_FOUND};
use crate::cli::{NOUNS, Session, action, decision, schema, training_session, verbs};

/// How many names are asked for at once.
const AT_ONCE: usize = 16;
/// Records of a page, so that those of most meetings come in one.
const PAGE_SIZE: &str = "200";

/// The records, as they came.
pub(super) struct Records {
    pub(super) meeting: DynamicMessage,
    pub(super) decisions: Vec<DynamicMessage>,
    pub(super) actions: Vec<DynamicMessage>,
    pub(super) sessions: Vec<DynamicMessage>,
}

impl Records {
    /// Reads a meeting, what it decided and assigned, and its trainings.
    pub(super) async fn read(
        session: &Session<'_, '_>,
        name: &str,
        args: &ArgMatches,
    ) -> Result<Self, Fault> {
        let meeting = verbs::get_one(session, &super::super::NOUN, name, args).await?;
        let name = text(&meeting, "name");
        let filter = format!("meeting = \"{name}\"");
        let of =
            |field, value, order| [(field, value), ("order_by", order), ("page_size", PAGE_SIZE)];
        let decisions = of("filter", filter.as_str(), "create_time");
        let decisions = verbs::all(session, &decision::NOUN, &decisions, args).await?;
        let actions = of("meeting", name.as_str(), "due_date");
        let actions = verbs::all(session, &action::NOUN, &actions, args).await?;
        let sessions = of("filter", filter.as_str(), "start_time");
        let sessions = verbs::all(session, &training_session::NOUN, &sessions, args).await?;
        // A list doesn't say how many places are taken.
        let names = sessions.iter().map(|one| text(one, "name"));
        let sessions = stream::iter(names)
            .map(async |name| verbs::get_one(session, &training_session::NOUN, &name, args).await)
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(Self { meeting, decisions, actions, sessions })
    }
}

/// A meeting with what belongs to it.
pub(super) struct Board {
    pub(super) meeting: v1::Meeting,
    pub(super) decisions: Vec<v1::Decision>,
    pub(super) actions: Vec<v1::Action>,
    pub(super) sessions: Vec<v1::TrainingSession>,
    /// The clocks at its place.
    pub(super) clock: Clock,
    names: BTreeMap<String, String>,
}

impl Board {
    /// Reads what records are called that the meeting and the others name.
    pub(super) async fn read(
        session: &Session<'_, '_>,
        records: &Records,
        args: &ArgMatches,
    ) -> Result<Self, Fault> {
        let meeting: v1::Meeting = typed(&records.meeting)?;
        let mut board = Self {
            clock: Clock::new(&meeting.time_zone),
            meeting,
            decisions: all_typed(&records.decisions)?,
            actions: all_typed(&records.actions)?,
            sessions: all_typed(&records.sessions)?,
            names: BTreeMap::new(),
        };
        let named: Vec<_> = stream::iter(board.named())
            .map(async |name| {
                let called = called(session, &name, args).await?;
                Ok::<_, Fault>((name, called))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        board.names = named.into_iter().collect();
        Ok(board)
    }

    /// What a record is called, by its resource name; its id where it isn't there
    /// any more.
    pub(super) fn name(&self, name: &str) -> String {
        match self.names.get(name) {
            Some(called) if !called.is_empty() => called.clone(),
            _ => bare(name).to_owned(),
        }
    }

    /// An attendee by the name, or as the organisation and the post where only
    /// these are known.
    pub(super) fn attendee(&self, id: &str) -> String {
        let mut attendees = self.meeting.attendees.iter();
        let Some(found) = attendees.find(|attendee| attendee.id == id) else {
            return id.to_owned();
        };
        let office = self.name(&found.organisation);
        let parts = match (found.display_name.as_str(), office.as_str()) {
            ("", _) => [office.as_str(), found.post.as_str()],
            (person, office) => [person, office],
        };
        let known: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if known.is_empty() { id.to_owned() } else { known.join(" ") }
    }

    /// All resource names for which something else is written.
    fn named(&self) -> BTreeSet<String> {
        let meeting = &self.meeting;
        let attendees = meeting.attendees.iter().map(|one| &one.organisation);
        let items = meeting.agenda.iter().flat_map(|one| [&one.carried_from, &one.carried_to]);
        let actions = self.actions.iter().flat_map(|one| [&one.lead, &one.assigned_meeting]);
        let all = [&meeting.host, &meeting.region]
            .into_iter()
            .chain(&meeting.co_hosts)
            .chain(attendees)
            .chain(items)
            .chain(actions.filter(|name| **name != meeting.name))
            .chain(self.sessions.iter().map(|one| &one.course));
        all.filter(|name| !name.is_empty()).cloned().collect()
    }
}

/// A resource name without its collection.
pub(super) fn bare(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, id)| id)
}

/// What a record is called; empty where it isn't there.
async fn called(session: &Session<'_, '_>, name: &str, args: &ArgMatches) -> Result<String, Fault> {
    let collection = name.split('/').next().unwrap_or_default();
    let Some(noun) = NOUNS.into_iter().find(|noun| noun.collection == collection) else {
        return Ok(String::new());
    };
    match verbs::get_one(session, noun, name, args).await {
        Ok(record) => {
            let (name, title) = (text(&record, "display_name"), text(&record, "title"));
            Ok(if name.is_empty() { title } else { name })
        }
        Err(fault) if fault.exit_code() == NOT_FOUND => Ok(String::new()),
        Err(fault) => Err(fault),
    }
}

fn text(message: &DynamicMessage, field: &str) -> String {
    match message.get_field_by_name(field).as_deref() {
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    }
}

fn typed<M: Message + Default>(message: &DynamicMessage) -> Result<M, Fault> {
    reflect::from_dynamic(message).map_err(|error| schema::missing(&error.to_string()))
}

fn all_typed<M: Message + Default>(messages: &[DynamicMessage]) -> Result<Vec<M>, Fault> {
    messages.iter().map(typed).collect()
}
