//! Cases as data.

use std::fmt::Debug;

/// Compares what came with what should come, case by case, and fails with all
/// the cases that differ, not only the first.
pub(crate) fn check<T: PartialEq + Debug>(cases: impl IntoIterator<Item = (String, T, T)>) {
    let wrong: Vec<String> = cases
        .into_iter()
        .filter(|(_, came, due)| came != due)
        .map(|(case, came, due)| format!("{case}\n  came: {came:?}\n   due: {due:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
