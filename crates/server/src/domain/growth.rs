//! Growth: a value against the base it is compared with.

use std::fmt;

use super::decimal::{Decimal, Ratio};

/// Why there is no growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoGrowth {
    /// There is nothing to compare with.
    BaseMissing,
    /// The base is zero.
    BaseZero,
    /// The base is less than zero.
    BaseNegative,
}

impl fmt::Display for NoGrowth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BaseMissing => "there is no figure to compare with",
            Self::BaseZero => "the figure to compare with is zero",
            Self::BaseNegative => "the figure to compare with is less than zero",
        })
    }
}

/// `value / base - 1`, exact: 0.241 for a growth of 24.1 percent.
///
/// # Errors
/// Why there is none.
pub fn growth(value: Decimal, base: Option<Decimal>) -> Result<Ratio, NoGrowth> {
    let base = base.ok_or(NoGrowth::BaseMissing)?.millionths();
    if base < 0 {
        return Err(NoGrowth::BaseNegative);
    }
    // Neither is above what a ratio holds, so nothing but zero is refused.
    Ratio::new(value.millionths() - base, base).ok_or(NoGrowth::BaseZero)
}
