//! Arguments that many verbs have.

use clap::{Arg, ArgAction, value_parser};

pub(super) fn paging() -> [Arg; 3] {
    [
        option("page-size", "NUMBER", "Most records of a page")
            .value_parser(value_parser!(i64).range(1..=1000)),
        option("page-token", "TOKEN", "Begin with the page of this token"),
        toggle("all", "All pages from there on, instead of one"),
    ]
}

pub(super) fn change() -> [Arg; 2] {
    [
        option("request-id", "UUID", "Id of this request; sent again, it changes nothing more"),
        toggle("validate-only", "Check everything, but change nothing"),
    ]
}

pub(in crate::cli) fn name(help: &'static str) -> Arg {
    Arg::new("record").required(true).value_name("NAME").help(help)
}

pub(super) fn etag() -> Arg {
    option("etag", "ETAG", "Only if this is still its etag")
}

pub(super) fn as_of(help: &'static str) -> Arg {
    option("as-of", "DATE", help)
}

pub(in crate::cli) fn min_revision() -> Arg {
    revision("min-revision", "Answer from this revision of the store or a newer one")
}

pub(super) fn revision(long: &'static str, help: &'static str) -> Arg {
    option(long, "NUMBER", help).value_parser(value_parser!(i64).range(0..))
}

pub(in crate::cli) fn toggle(long: &'static str, help: &'static str) -> Arg {
    Arg::new(long).long(long).action(ArgAction::SetTrue).help(help)
}

pub(in crate::cli) fn option(long: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(long).long(long).value_name(value).help(help)
}
