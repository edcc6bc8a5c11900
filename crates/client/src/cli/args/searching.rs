//! The commands that search.

use clap::{Arg, ArgAction, Command};
use prost_reflect::MethodDescriptor;

use super::{min_revision, narrowing, option, paging};

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
