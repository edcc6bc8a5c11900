//! The commands that search, and those that only ask.

use clap::{Arg, ArgAction, Command, ValueHint};
use prost_reflect::MethodDescriptor;

use super::{field_arg, min_revision, name, narrowing, option, paging};
use crate::cli::fault::Fault;
use crate::cli::noun::{Noun, Question, last_word};

/// Searches by words.
pub(super) fn words(method: &MethodDescriptor) -> Command {
    let words = Arg::new("query").required(true).value_name("WORD").num_args(1..);
    Command::new("search")
        .about("Searches them by words of their titles, organisations and places")
        .arg(words.action(ArgAction::Append).help("Up to 8; pinyin initials will do: xp for 芯片"))
        .args(narrowing(method))
        .args(paging())
        .arg(min_revision())
}

/// Searches for pairs that are likely one.
pub(super) fn duplicates(method: &MethodDescriptor) -> Command {
    let mut command = Command::new("duplicates")
        .about("Finds pairs that are likely one; `merge` makes one of them");
    if method.input().get_field_by_name("region").is_some() {
        let help = "Only pairs with one of this region or below it";
        command = command.arg(option("region", "NAME", help));
    }
    command.args(paging()).arg(min_revision())
}

/// Asks what an RPC of the noun's own answers.
pub(super) fn question(noun: &Noun, question: &Question) -> Result<Command, Fault> {
    let method = noun.rpc(question.method)?;
    let request = method.input();
    let mut command = Command::new(last_word(question.verb)).about(question.about);
    let flagged = question.flags.iter().any(|flag| flag.path == "name");
    if request.get_field_by_name("name").is_some() && !flagged {
        command = command.arg(name("Its name or id"));
    }
    if question.is_document(&method) {
        let help = "Where to write it, in the place of what is there; - is stdout";
        let file = option("file", "FILE", help).short('f').default_value("-");
        command = command.arg(file.value_hint(ValueHint::FilePath));
    }
    for flag in question.flags {
        command = command.arg(field_arg(&request, flag)?);
    }
    if request.get_field_by_name("page_token").is_some() {
        command = command.args(paging());
    }
    Ok(command.arg(min_revision()))
}
