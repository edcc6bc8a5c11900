//! Courses: what is taught, however often it is held.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use super::{check_hours, check_score};
use crate::domain::decimal::Decimal;
use crate::error::Violations;

/// A course.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Course {
    /// Title.
    #[n(10)]
    pub title: String,
    /// Titles in other languages, by language tag.
    #[n(11)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_titles: BTreeMap<String, String>,
    /// What is taught, and to whom; may be empty.
    #[n(12)]
    #[cbor(skip_if = "String::is_empty")]
    pub description: String,
    /// Teaching hours, more than 0 and at most [`super::MAX_HOURS`].
    #[n(13)]
    pub hours: Decimal,
    /// Score from which on the test is passed, 0 to [`super::MAX_SCORE`]; none where
    /// there is no test.
    #[n(14)]
    pub pass_mark: Option<Decimal>,
    /// What certificate numbers begin with; empty where there are none. Unique.
    #[n(15)]
    #[cbor(skip_if = "String::is_empty")]
    pub certificate_prefix: String,
}

impl Course {
    /// Checks the course.
    pub fn check(&self, v: &mut Violations) {
        if let Err(flaw) = check_hours(self.hours) {
            flaw.add_to("hours", v);
        }
        if let Some(Err(flaw)) = self.pass_mark.map(check_score) {
            flaw.add_to("pass_mark", v);
        }
    }
}
