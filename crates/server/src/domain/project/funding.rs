//! Where a project's money comes from.

use minicbor::{Decode, Encode};

use super::amount;
use crate::domain::money::{Currency, Money, shown};
use crate::domain::numbered::numbered;
use crate::error::{Reason, Violations};

numbered! {
    /// Where money comes from.
    FundingKind {
        /// The owner's own funds.
        SelfRaised = 1 "SELF_RAISED",
        /// Loans of banks.
        BankLoan = 2 "BANK_LOAN",
        /// Budgets and funds of the state, the province, the city or the county.
        Government = 3 "GOVERNMENT",
        /// Investment from abroad.
        Foreign = 4 "FOREIGN",
        /// Bonds.
        Bond = 5 "BOND",
        /// Something else.
        Other = 6 "OTHER",
    }
}

/// One source of the money.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FundingSource {
    /// Kind of source.
    #[n(1)]
    pub kind: FundingKind,
    /// Amount, in CNY, not negative.
    #[n(2)]
    pub amount: Money,
}

/// Checks a project's sources: together they are at most `total`.
pub(super) fn check(sources: &[FundingSource], total: Money, v: &mut Violations) {
    // Beside a wrong total the sum says nothing.
    let mut right = total.currency() == Currency::CNY && total.minor() > 0;
    for (index, source) in sources.iter().enumerate() {
        right &= v.within_item("funding_sources", index, |v| {
            amount("amount", source.amount, Currency::CNY, v)
        });
    }
    let sum: i128 = sources.iter().map(|source| i128::from(source.amount.minor())).sum();
    if right && sum > total.minor().into() {
        let text = format!("add up to {} CNY, more than investment.total {total}", shown(sum));
        v.add("funding_sources", Reason::SumMismatch, text);
    }
}
