//! Figures as they are printed: rounded half away from zero, and only here.

use clap::ArgMatches;
use outlay_proto::v1::{Absence, Figure, FigureUnit};

use crate::cli::amount::grouped;
use crate::cli::args;

/// Digits behind the point of an amount.
const PLACES_OF_AMOUNT: usize = 2;
/// Digits behind the point of a percentage.
const PLACES_OF_RATE: usize = 1;
/// Bars of a sparkline, from the lowest on.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// What stands where there is no figure.
const NOTHING: &str = "–";

/// In what amounts are printed.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Unit {
    name: &'static str,
    /// How far the point moves to the left.
    digits: usize,
}

/// The units, as they are written, the first for figures of offices.
pub(super) const UNITS: [&str; 3] = ["亿元", "万元", "元"];

impl Unit {
    /// The unit of offices.
    pub(in crate::cli) const YI: Self = Self { name: UNITS[0], digits: 8 };

    pub(super) fn of(args: &ArgMatches) -> Self {
        match args::text(args, "unit") {
            Some("万元") => Self { name: "万元", digits: 4 },
            Some("元") => Self { name: "元", digits: 0 },
            _ => Self::YI,
        }
    }

    pub(in crate::cli) const fn name(self) -> &'static str {
        self.name
    }

    /// An amount in the unit.
    pub(super) fn shown(self, figure: &Figure) -> String {
        present(figure, |value| {
            grouped(&rounded(&moved(value, -(self.digits as isize)), PLACES_OF_AMOUNT))
        })
    }

    /// A figure of any kind.
    pub(in crate::cli) fn figure(self, figure: &Figure) -> String {
        match figure.unit() {
            FigureUnit::Amount => self.shown(figure),
            FigureUnit::Ratio => rate(figure),
            FigureUnit::PercentagePoints => points(figure),
            _ => present(figure, grouped),
        }
    }
}

/// A ratio in percent: `24.1%`.
pub(in crate::cli) fn rate(figure: &Figure) -> String {
    present(figure, |value| format!("{}%", rounded(&moved(value, 2), PLACES_OF_RATE)))
}

/// Percentage points, with their sign: `+1.5`.
pub(super) fn points(figure: &Figure) -> String {
    present(figure, |value| {
        let rounded = rounded(value, PLACES_OF_RATE);
        if rounded.starts_with('-') { rounded } else { format!("+{rounded}") }
    })
}

/// The months of a period as bars, from nothing to the greatest.
pub(super) fn sparkline(figures: &[Figure]) -> String {
    let values: Vec<Option<f64>> = figures.iter().map(|figure| figure.value.parse().ok()).collect();
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let bar = |value: &Option<f64>| match value {
        Some(value) if most > 0.0 => {
            // A bar tells a picture, not a figure.
            let step = (value.max(0.0) / most * 7.0).round() as usize;
            BARS.get(step).copied().unwrap_or('█')
        }
        Some(_) => '▁',
        None => ' ',
    };
    values.iter().map(bar).collect()
}

fn present(figure: &Figure, show: impl Fn(&str) -> String) -> String {
    match (figure.value.as_str(), figure.absence()) {
        ("", Absence::Unspecified) => String::new(),
        ("", _) => NOTHING.to_owned(),
        (value, _) => show(value),
    }
}

/// A decimal with its point moved: to the right, or to the left where `by` is
/// less than zero.
fn moved(value: &str, by: isize) -> String {
    let (sign, digits) = match value.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", value),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let places = by.unsigned_abs();
    let (whole, part) = if by < 0 {
        let padded = format!("{whole:0>width$}", width = places + 1);
        let (whole, moved) = padded.split_at(padded.len() - places);
        (whole.to_owned(), format!("{moved}{part}"))
    } else {
        let padded = format!("{part:0<places$}");
        let (moved, part) = padded.split_at(places);
        let whole = format!("{whole}{moved}");
        let bare = whole.trim_start_matches('0');
        (if bare.is_empty() { "0".to_owned() } else { bare.to_owned() }, part.to_owned())
    };
    format!("{sign}{whole}.{part}")
}

/// A decimal with exactly so many digits behind the point, half away from zero.
fn rounded(value: &str, places: usize) -> String {
    let (sign, digits) = match value.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", value),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = format!("{part:0<width$}", width = places + 1);
    let (kept, rest) = padded.split_at(places);
    let mut digits: Vec<u8> = format!("{whole}{kept}").into_bytes();
    if rest.starts_with(['5', '6', '7', '8', '9']) {
        let mut carried = true;
        for digit in digits.iter_mut().rev() {
            if *digit == b'9' {
                *digit = b'0';
            } else {
                *digit += 1;
                carried = false;
                break;
            }
        }
        if carried {
            digits.insert(0, b'1');
        }
    }
    let point = digits.len() - places;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (whole, part) = digits.split_at(point);
    let is_zero = digits.iter().all(|digit| *digit == b'0');
    let sign = if is_zero { "" } else { sign };
    let point = if places == 0 { "" } else { "." };
    format!("{sign}{}{point}{}", text(whole), text(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_half_away_from_zero() {
        let cases = [
            ("0.2405", 2, 1, "24.1"),
            ("-0.2405", 2, 1, "-24.1"),
            ("0.0004", 2, 1, "0.0"),
            ("-0.0004", 2, 1, "0.0"),
            ("0.9995", 2, 1, "100.0"),
            ("29030000000", -8, 2, "290.30"),
            ("5", -8, 2, "0.00"),
            ("500000", -8, 2, "0.01"),
            ("12", 2, 1, "1200.0"),
        ];
        for (value, by, places, due) in cases {
            assert_eq!(rounded(&moved(value, by), places), due, "{value}");
        }
    }
}
