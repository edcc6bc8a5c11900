//! Sums of amounts: exact, in millionths, so that fen and official decimals are
//! one thing.

use std::fmt;

use crate::domain::decimal::{Decimal, Ratio, write_millionths};

/// Millionths in a fen.
const PER_FEN: i128 = 10_000;

/// An exact amount: yuan, or the unit of an indicator. A sum of as many reports
/// as there can ever be stays far below what it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i128);

impl Amount {
    /// This many fen.
    #[must_use]
    pub const fn of_fen(fen: i128) -> Self {
        Self(fen * PER_FEN)
    }

    /// A decimal.
    #[must_use]
    pub const fn of(decimal: Decimal) -> Self {
        Self(decimal.millionths())
    }

    /// Whether it is less than zero, zero, or more.
    #[must_use]
    pub const fn sign(self) -> i128 {
        self.0.signum()
    }

    /// The sum.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// The difference.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    /// So many times as much.
    #[must_use]
    pub const fn times(self, count: i128) -> Self {
        Self(self.0 * count)
    }

    /// In millionths.
    #[must_use]
    pub const fn millionths(self) -> i128 {
        self.0
    }

    /// The quotient; none for a zero below the line.
    #[must_use]
    pub fn by(self, other: Self) -> Option<Ratio> {
        Ratio::new(self.0, other.0)
    }

    /// So many of so many equal parts; what is below a millionth is cut off.
    #[must_use]
    pub const fn parts(self, count: i128, of: i128) -> Self {
        Self(self.0 * count / of)
    }
}

/// As few digits as say all of it.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_millionths(self.0, f)
    }
}
