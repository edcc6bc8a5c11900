//! Amounts of money: exact, to a hundredth of the currency's unit.

use std::fmt;

use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use super::flaw::Flaw;
use super::stored::is_zero;
use crate::error::Reason;

/// Hundredths in a unit: fen in a yuan.
pub const MINOR_PER_UNIT: i64 = 100;
/// Largest absolute value of an amount, in units.
pub const MAX_UNITS: i64 = 10_000_000_000_000;

const NANOS_PER_MINOR: i32 = 10_000_000;
const MAX_MINOR: i64 = MAX_UNITS * MINOR_PER_UNIT;

/// A currency: three capital letters (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The yuan of the People's Republic of China.
    pub const CNY: Self = Self(*b"CNY");
    /// The dollar of the United States.
    pub const USD: Self = Self(*b"USD");

    /// Reads a currency code.
    ///
    /// # Errors
    /// `FieldFormat` where it isn't three capital letters.
    pub fn parse(code: &str) -> Result<Self, Flaw> {
        match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(Self(letters)),
            _ => {
                let text = "has a currency code that isn't three capital letters, such as CNY";
                Err(Flaw::new(Reason::FieldFormat, text))
            }
        }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // They are capital letters.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// CNY: the currency of the records, which their stored form leaves out.
impl Default for Currency {
    fn default() -> Self {
        Self::CNY
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<C> Encode<C> for Currency {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Currency {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::parse(d.str()?).map_err(|flaw| decode::Error::message(flaw.description))
    }
}

/// An amount of a currency, in hundredths of its unit; its absolute value is at
/// most [`MAX_UNITS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Money {
    #[n(1)]
    #[cbor(skip_if = "is_zero")]
    currency: Currency,
    #[n(2)]
    #[cbor(skip_if = "is_zero")]
    minor: i64,
}

impl Money {
    /// Nothing of a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { currency, minor: 0 }
    }

    /// This many hundredths of a unit.
    ///
    /// # Errors
    /// `FieldOutOfRange` above [`MAX_UNITS`].
    pub fn new(currency: Currency, minor: i64) -> Result<Self, Flaw> {
        if (-MAX_MINOR..=MAX_MINOR).contains(&minor) {
            return Ok(Self { currency, minor });
        }
        let text = "is too large: at most 10,000,000,000,000.00 is allowed, more or less than zero";
        Err(Flaw::new(Reason::FieldOutOfRange, text))
    }

    /// The amount of a `Money` on the wire.
    ///
    /// # Errors
    /// `FieldFormat` for the currency code, and where `nanos` is no whole number
    /// of hundredths; `FieldContradiction` where units and nanos differ in
    /// sign; `FieldOutOfRange`.
    pub fn from_parts(currency_code: &str, units: i64, nanos: i32) -> Result<Self, Flaw> {
        let currency = Currency::parse(currency_code)?;
        if !(-999_999_999..=999_999_999).contains(&nanos) {
            let text = format!("has nanos {nanos}: they must be from -999,999,999 to 999,999,999");
            return Err(Flaw::new(Reason::FieldOutOfRange, text));
        }
        if (units > 0 && nanos < 0) || (units < 0 && nanos > 0) {
            let text = format!("has units {units} and nanos {nanos}: their signs must agree");
            return Err(Flaw::new(Reason::FieldContradiction, text));
        }
        if nanos % NANOS_PER_MINOR != 0 {
            let text = format!("has nanos {nanos}: they must be a multiple of 10,000,000");
            return Err(Flaw::new(Reason::FieldFormat, text));
        }
        // Where this saturates it is far out of range.
        let minor = units.saturating_mul(MINOR_PER_UNIT);
        Self::new(currency, minor.saturating_add(i64::from(nanos / NANOS_PER_MINOR)))
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in hundredths of a unit.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Whole units, cut off towards zero.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.minor / MINOR_PER_UNIT
    }

    /// Billionths of a unit besides [`Self::units`], of the same sign.
    #[must_use]
    pub fn nanos(self) -> i32 {
        let rest = i32::try_from(self.minor % MINOR_PER_UNIT).unwrap_or_default();
        rest * NANOS_PER_MINOR
    }

    /// The sum; none for two currencies, or above [`MAX_UNITS`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let sum = self.minor.checked_add(other.minor)?;
        (self.currency == other.currency).then(|| Self::new(self.currency, sum).ok()).flatten()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", shown(self.minor.into()), self.currency)
    }
}

/// Hundredths as people write them: `1,234.50`.
pub(crate) fn shown(minor: i128) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let digits = (minor.unsigned_abs() / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{:02}", minor.unsigned_abs() % 100)
}
