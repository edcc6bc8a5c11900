//! Dates to be met, and by how much they slip.

use minicbor::{Decode, Encode};

use crate::domain::date::Date;
use crate::error::{Reason, Violations};

/// A date to be met.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Milestone {
    /// What is to be reached.
    #[n(1)]
    pub title: String,
    /// Date as it was first planned.
    #[n(2)]
    pub baseline_date: Date,
    /// Date as it is planned now; none means the baseline date.
    #[n(3)]
    pub current_date: Option<Date>,
    /// Date on which it was met; not in the future.
    #[n(4)]
    pub met_date: Option<Date>,
}

impl Milestone {
    /// Checks the milestone.
    pub fn check(&self, today: Date, v: &mut Violations) {
        if let Some(met) = self.met_date
            && met > today
        {
            let text = format!("is {met}, in the future: leave it out until it is met");
            v.add("met_date", Reason::FieldOutOfRange, text);
        }
    }

    /// Days by which it slipped: met or else current date less baseline date;
    /// less than zero is early.
    #[must_use]
    pub fn slippage_days(&self) -> i32 {
        let date = self.met_date.or(self.current_date).unwrap_or(self.baseline_date);
        date.days_since(self.baseline_date)
    }
}
