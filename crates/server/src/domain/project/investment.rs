//! The planned investment, and how its parts add up.

use minicbor::{Decode, Encode};

use super::amount;
use crate::domain::money::{Currency, Money, shown};
use crate::error::{Reason, Violations};

/// Planned investment, in CNY.
///
/// ```text
/// total = fixed_assets + working_capital             where either is given
/// fixed_assets = construction + equipment + other    where one of them is
/// land ≤ other
/// ```
/// What isn't given counts as zero in these sums.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InvestmentPlan {
    /// Total investment; more than zero.
    #[n(1)]
    pub total: Money,
    /// Fixed assets.
    #[n(2)]
    pub fixed_assets: Option<Money>,
    /// Of fixed assets: construction and installation.
    #[n(3)]
    pub construction_and_installation: Option<Money>,
    /// Of fixed assets: equipment, tools and instruments.
    #[n(4)]
    pub equipment: Option<Money>,
    /// Of fixed assets: other costs.
    #[n(5)]
    pub other: Option<Money>,
    /// Of other costs: land; at most `other`.
    #[n(6)]
    pub land: Option<Money>,
    /// Working capital.
    #[n(7)]
    pub working_capital: Option<Money>,
}

impl InvestmentPlan {
    /// A plan of which only the total is known.
    #[must_use]
    pub const fn of_total(total: Money) -> Self {
        Self {
            total,
            fixed_assets: None,
            construction_and_installation: None,
            equipment: None,
            other: None,
            land: None,
            working_capital: None,
        }
    }

    /// Checks currencies, signs and sums.
    pub fn check(&self, v: &mut Violations) {
        let parts = [
            ("total", Some(self.total)),
            ("fixed_assets", self.fixed_assets),
            ("construction_and_installation", self.construction_and_installation),
            ("equipment", self.equipment),
            ("other", self.other),
            ("land", self.land),
            ("working_capital", self.working_capital),
        ];
        let mut right = true;
        for (field, money) in parts {
            right &= amount(field, money, Currency::CNY, v);
        }
        if self.total.minor() == 0 {
            v.add("total", Reason::FieldOutOfRange, "is zero: it must be more than that");
        }
        // Sums of wrong amounts say nothing.
        if right {
            self.check_sums(v);
        }
    }

    fn check_sums(&self, v: &mut Violations) {
        let halves = [self.fixed_assets, self.working_capital];
        let names = "fixed_assets and working_capital";
        add_up("total", Some(self.total), &halves, names, v);
        let components = [self.construction_and_installation, self.equipment, self.other];
        let names = "construction_and_installation, equipment and other";
        add_up("fixed_assets", self.fixed_assets, &components, names, v);
        if minor(self.land) > minor(self.other) {
            let (land, other) = (shown(minor(self.land)), shown(minor(self.other)));
            let text = format!("is {land} CNY, more than other, {other} CNY, of which it is part");
            v.add("land", Reason::SumMismatch, text);
        }
    }
}

/// Checks that `parts`, where one is given, add up to `whole`.
fn add_up(
    field: &str,
    whole: Option<Money>,
    parts: &[Option<Money>],
    names: &str,
    v: &mut Violations,
) {
    let sum: i128 = parts.iter().map(|part| minor(*part)).sum();
    if parts.iter().any(Option::is_some) && sum != minor(whole) {
        let (whole, sum) = (shown(minor(whole)), shown(sum));
        let text = format!("is {whole} CNY, but {names} add up to {sum} CNY");
        v.add(field, Reason::SumMismatch, text);
    }
}

fn minor(money: Option<Money>) -> i128 {
    money.map_or(0, |money| money.minor().into())
}
