//! Decimal numbers of statistics, exact, and the quotients of two.

use std::cmp::Ordering;
use std::fmt;

use minicbor::decode::{self, Decode, Decoder};
use minicbor::encode::{self, Encode, Encoder, Write};

use super::flaw::Flaw;
use crate::error::Reason;

/// Most digits behind the point that a [`Decimal`] keeps.
pub const DECIMALS: usize = 6;
/// Largest absolute value of a [`Decimal`].
pub const MAX_WHOLE: i128 = 100_000_000_000_000_000;
/// Largest absolute value of a [`Ratio`]'s numerator, and of its denominator.
pub const MAX_PART: i128 = 1_000_000_000_000_000_000_000_000_000_000;
/// Most digits behind the point that a [`Ratio`] is rounded to.
pub const MAX_PLACES: u32 = 6;

const ONE: i128 = 1_000_000;

/// A decimal number with up to [`DECIMALS`] digits behind the point; its
/// absolute value is at most [`MAX_WHOLE`].
///
/// It is stored as the text that [`fmt::Display`] writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i128);

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// This many millionths.
    ///
    /// # Errors
    /// `FieldOutOfRange` above [`MAX_WHOLE`].
    pub fn new(millionths: i128) -> Result<Self, Flaw> {
        if (-MAX_WHOLE * ONE..=MAX_WHOLE * ONE).contains(&millionths) {
            return Ok(Self(millionths));
        }
        let text =
            "is too large: at most 100,000,000,000,000,000 is allowed, more or less than zero";
        Err(Flaw::new(Reason::FieldOutOfRange, text))
    }

    /// Reads `-12.5`: digits, of which there may be some behind a point, and a
    /// sign where it is less than zero.
    ///
    /// # Errors
    /// `FieldFormat`, also for more than [`DECIMALS`] digits behind the point,
    /// and `FieldOutOfRange`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let malformed = || Flaw::new(Reason::FieldFormat, "isn't a decimal number such as -12.5");
        let (sign, number) = match text.strip_prefix('-') {
            Some(number) => (-1, number),
            None => (1, text),
        };
        let (whole, broken) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(broken) {
            return Err(malformed());
        }
        let broken = broken.trim_end_matches('0');
        if broken.len() > DECIMALS {
            let text = format!(
                "has {} digits behind the point: at most {DECIMALS} are kept",
                broken.len()
            );
            return Err(Flaw::new(Reason::FieldFormat, text));
        }
        // Where it is larger than this it is out of range in any case.
        let whole: i128 = whole.parse().unwrap_or(i128::MAX);
        let broken: i128 = format!("{broken:0<6}").parse().map_err(|_| malformed())?;
        Self::new(sign * whole.saturating_mul(ONE).saturating_add(broken))
    }

    /// The number in millionths.
    #[must_use]
    pub const fn millionths(self) -> i128 {
        self.0
    }

    /// The sum; none above [`MAX_WHOLE`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::new(self.0 + other.0).ok()
    }

    /// The difference; none above [`MAX_WHOLE`].
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::new(self.0 - other.0).ok()
    }
}

/// As few digits as say all of it: `0.241`, `-12`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_millionths(self.0, f)
    }
}

/// Writes a number of millionths with as few digits as say all of it.
pub(super) fn write_millionths(number: i128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let sign = if number < 0 { "-" } else { "" };
    let (whole, broken) =
        (number.unsigned_abs() / ONE.unsigned_abs(), number.unsigned_abs() % ONE.unsigned_abs());
    let broken = format!("{broken:06}");
    match broken.trim_end_matches('0') {
        "" => write!(f, "{sign}{whole}"),
        broken => write!(f, "{sign}{whole}.{broken}"),
    }
}

impl<C> Encode<C> for Decimal {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.str(&self.to_string())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Decimal {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::parse(d.str()?).map_err(|flaw| decode::Error::message(flaw.description))
    }
}

/// A quotient, exact and in its lowest terms; neither part is above
/// [`MAX_PART`]. It is compared exactly and rounded only where it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i128,
    /// More than zero.
    denominator: i128,
}

impl Ratio {
    /// `numerator / denominator`; none for a denominator of zero, and where a
    /// part is above [`MAX_PART`].
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        let most = MAX_PART.unsigned_abs();
        let (top, bottom) = (numerator.unsigned_abs(), denominator.unsigned_abs());
        if bottom == 0 || top > most || bottom > most {
            return None;
        }
        let common = i128::try_from(greatest_common_divisor(top, bottom)).ok()?;
        let sign = if denominator < 0 { -1 } else { 1 };
        let (numerator, denominator) = (sign * numerator / common, sign * denominator / common);
        Some(Self { numerator, denominator })
    }

    /// `numerator / denominator`; none for a denominator of zero.
    #[must_use]
    pub fn of(numerator: Decimal, denominator: Decimal) -> Option<Self> {
        Self::new(numerator.millionths(), denominator.millionths())
    }

    /// What stands above the line, in lowest terms.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// What stands below the line, in lowest terms: more than zero.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// The difference; none where a part of it would be above [`MAX_PART`].
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        let below = self.denominator.checked_mul(other.denominator)?;
        Self::new(left.checked_sub(right)?, below)
    }

    /// As a decimal number with exactly `places` digits behind the point, at
    /// most [`MAX_PLACES`]; half a digit is rounded away from zero.
    #[must_use]
    pub fn rounded(self, places: u32) -> String {
        self.shown(1, places)
    }

    /// The same in hundredths: `24.1` for 0.241.
    #[must_use]
    pub fn percent(self, places: u32) -> String {
        self.shown(100, places)
    }

    fn shown(self, scale: u128, places: u32) -> String {
        let places = places.min(MAX_PLACES);
        let below = self.denominator.unsigned_abs();
        let above = self.numerator.unsigned_abs() * scale;
        let (mut digits, mut rest) = (above / below, above % below);
        for _ in 0..places {
            rest *= 10;
            digits = digits * 10 + rest / below;
            rest %= below;
        }
        if rest * 2 >= below {
            digits += 1;
        }
        let sign = if self.numerator < 0 && digits > 0 { "-" } else { "" };
        let one = 10_u128.pow(places);
        match places {
            0 => format!("{sign}{digits}"),
            places => format!("{sign}{}.{:0w$}", digits / one, digits % one, w = places as usize),
        }
    }
}

/// By their whole parts, and where these are the same by the reciprocals of
/// what is left: nothing is multiplied, so nothing overflows.
impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut one, mut two) =
            ((self.numerator, self.denominator), (other.numerator, other.denominator));
        let mut turned = false;
        loop {
            let wholes = one.0.div_euclid(one.1).cmp(&two.0.div_euclid(two.1));
            let rests = (one.0.rem_euclid(one.1), two.0.rem_euclid(two.1));
            let order = match (wholes, rests) {
                (Ordering::Equal, (0, 0)) => return Ordering::Equal,
                (Ordering::Equal, (0, _)) => Ordering::Less,
                (Ordering::Equal, (_, 0)) => Ordering::Greater,
                (Ordering::Equal, (left, right)) => {
                    (one, two) = ((one.1, left), (two.1, right));
                    turned = !turned;
                    continue;
                }
                (order, _) => order,
            };
            return if turned { order.reverse() } else { order };
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn greatest_common_divisor(mut one: u128, mut two: u128) -> u128 {
    while two > 0 {
        (one, two) = (two, one % two);
    }
    one
}
