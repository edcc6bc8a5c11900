//! What the verbs do, for every noun.

mod added;
mod content;
mod read;
mod write;

pub(super) use read::{all, get_one};

use clap::ArgMatches;
use prost_reflect::{DynamicMessage, MethodDescriptor};

use super::fault::Fault;
use super::noun::Noun;
use super::{Session, args, fields, import, schema};

/// Runs a verb.
pub(super) async fn run(
    session: &mut Session<'_, '_>,
    noun: &'static Noun,
    verb: &str,
    args: &ArgMatches,
) -> Result<(), Fault> {
    match verb {
        "get" => read::get(session, noun, args).await,
        "list" => read::list(session, noun, args).await,
        "search" => read::search(session, noun, args).await,
        "duplicates" => read::duplicates(session, noun, args).await,
        "diff" => read::diff(session, noun, args).await,
        "history" => read::history(session, noun, args).await,
        "create" => write::create(session, noun, args).await,
        "update" => write::update(session, noun, args).await,
        "delete" => write::on_one(session, noun, "Delete", args).await,
        "undelete" => write::on_one(session, noun, "Undelete", args).await,
        "import" => import::run(session, noun, args).await,
        _ => match noun.actions.iter().find(|action| action.verb == verb) {
            Some(action) => write::act(session, noun, action, args).await,
            None => match noun.questions.iter().find(|question| question.verb == verb) {
                Some(question) => read::ask(session, noun, question, args).await,
                None => Err(schema::missing(verb)),
            },
        },
    }
}

/// An empty request of an RPC.
fn request(method: &MethodDescriptor) -> DynamicMessage {
    DynamicMessage::new(method.input())
}

/// Sets fields of a request from the arguments that are called like them, with
/// hyphens for underscores.
fn take(
    request: &mut DynamicMessage,
    args: &ArgMatches,
    names: &[&'static str],
) -> Result<(), Fault> {
    for name in names {
        let id = name.replace('_', "-");
        let text = match args::number(args, &id) {
            Some(number) => Some(number.to_string()),
            None if args::switch(args, &id) => Some("true".to_owned()),
            None => args::text(args, &id).map(str::to_owned),
        };
        if let Some(text) = text {
            fields::set_one(request, name, &text)?;
        }
    }
    Ok(())
}
