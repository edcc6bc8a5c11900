//! What is to be invested in each year.

use minicbor::{Decode, Encode};

use super::{Project, amount};
use crate::domain::money::{Currency, Money};
use crate::error::{Reason, Violations};

/// What is to be invested in a year.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AnnualPlan {
    /// The year.
    #[n(1)]
    pub year: i32,
    /// The investment, in CNY.
    #[n(2)]
    pub investment: Money,
}

/// Checks amounts, and that each year stands there once.
pub(super) fn check(plans: &[AnnualPlan], v: &mut Violations) {
    for (index, plan) in plans.iter().enumerate() {
        v.within_item("annual_plans", index, |v| {
            amount("investment", plan.investment, Currency::CNY, v);
            if plans.iter().take(index).any(|before| before.year == plan.year) {
                let text = format!("is {}, which stands there before: keep one", plan.year);
                v.add("year", Reason::FieldDuplicate, text);
            }
        });
    }
}

impl Project {
    /// What is to be invested in a year, where it is planned.
    #[must_use]
    pub fn annual_plan(&self, year: i32) -> Option<Money> {
        let plan = self.annual_plans.iter().find(|plan| plan.year == year);
        plan.map(|plan| plan.investment)
    }
}
