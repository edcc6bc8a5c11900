//! Whether two projects are likely one that was entered twice.
//!
//! The rule: the same owner, total investments that differ by at most a tenth of
//! the greater one, and titles that are near ([`Title`]). An owner builds in
//! phases and lines, and names them alike; so titles that count differently
//! (一期 and 二期, `Line 1` and `Line 2`, 2023 and 2024) are of two projects.

use super::Project;
use super::title::Title;
use crate::domain::id::Id;

/// Part of the greater total by which totals may differ: a tenth.
const NEAR_TOTALS: i128 = 10;

/// How likely it is that two projects, with their ids, are one: the thousandths
/// by which their titles are the same. None where it isn't likely.
#[must_use]
pub fn likeness(one: (&Id, &Project), two: (&Id, &Project)) -> Option<u32> {
    let ((one_id, one), (two_id, two)) = (one, two);
    let totals = [one, two].map(|project| project.investment.total.minor());
    let may_be = one_id != two_id
        && one.owner == two.owner
        && are_near_totals(totals)
        && !are_distinct(two_id, two, one)
        && !are_distinct(one_id, one, two);
    may_be.then(|| Title::read(&one.title).nearness(&Title::read(&two.title))).flatten()
}

/// The least and the greatest total, in fen, that are near a total which isn't
/// negative.
#[must_use]
pub fn near_totals(total: i64) -> (i64, i64) {
    let total = i128::from(total.max(0));
    let least = total - total / NEAR_TOTALS;
    let greatest = total * NEAR_TOTALS / (NEAR_TOTALS - 1);
    let whole = |fen| i64::try_from(fen).unwrap_or(i64::MAX);
    (whole(least), whole(greatest))
}

fn are_near_totals(totals: [i64; 2]) -> bool {
    let [one, two] = totals.map(i128::from);
    (one - two).abs() * NEAR_TOTALS <= one.max(two)
}

/// Whether `other` says that it isn't this project, or one that was merged into
/// this one.
fn are_distinct(id: &Id, project: &Project, other: &Project) -> bool {
    let merged = project.merged_projects.iter().map(|merged| &merged.project);
    let mut merged = merged.chain([id]);
    merged.any(|id| other.distinct_from.contains(id))
}
