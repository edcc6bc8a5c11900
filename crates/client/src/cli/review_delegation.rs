//! `outlay review-delegation`.

use super::noun::{Flag, Noun, column, flag};

/// The noun.
pub(super) static NOUN: Noun = Noun {
    noun: "review-delegation",
    collection: "reviewDelegations",
    message: "ReviewDelegation",
    plural: "ReviewDelegations",
    service: "ReviewDelegationService",
    history: "ListReviewDelegationHistory",
    about: "Who reviews reports in the place of a region for a time",
    example: EXAMPLE,
    flags: &FLAGS,
    columns: &[
        column("ID", "name"),
        column("REGION", "region"),
        column("LEVEL", "level"),
        column("DELEGATE", "delegate"),
        column("FIRST", "first_date"),
        column("LAST", "last_date"),
        column("REASON", "reason"),
    ],
    actions: &[],
    questions: &[],
    import: None,
};

const EXAMPLE: &str = "\
Examples:
  outlay review-delegation create --id d-1 --region 330402 --level county \\
      --delegate regions/330400 --first 2030-07-01 --last 2030-09-30 --reason 'New office'
  outlay review-delegation update d-1 --last 2030-08-31
  outlay review-delegation list --region 330400
  outlay review-delegation list --filter 'first_date <= \"2030-07-28\" AND last_date >= \"2030-07-28\"'
  outlay review-delegation get d-1 -o json > d-1.json";

static FLAGS: [Flag; 6] = [
    flag("region", "region", "Region in whose place reports are reviewed"),
    flag("level", "level", "Level on which it reviews"),
    flag("delegate", "delegate", "Who reviews: organisations/zj-eit, or regions/330400"),
    flag("first", "first_date", "First day"),
    flag("last", "last_date", "Last day; an earlier one ends it earlier"),
    flag("reason", "reason", "Why"),
];
