//! Decimal numbers, quotients and growth.

use std::cmp::Ordering;

use outlay_server::domain::decimal::{Decimal, MAX_PART, Ratio};
use outlay_server::domain::statistics::{Absence, Amount, growth};
use outlay_server::error::Reason;

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

fn ratio(numerator: i128, denominator: i128) -> Ratio {
    Ratio::new(numerator, denominator).unwrap()
}

#[test]
fn a_decimal_is_shown_in_its_shortest_form() {
    let cases = [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("007", "7"),
        ("12.50", "12.5"),
        ("-12.5", "-12.5"),
        ("0.000001", "0.000001"),
        ("-0.000001", "-0.000001"),
        ("1.0000000000000", "1"),
        ("100000000000000000", "100000000000000000"),
        ("-100000000000000000.0", "-100000000000000000"),
    ];
    for (text, shown) in cases {
        assert_eq!(decimal(text).to_string(), shown, "{text}");
    }
}

#[test]
fn what_is_no_decimal_is_refused() {
    let cases = [
        ("", Reason::FieldFormat),
        ("-", Reason::FieldFormat),
        ("+1", Reason::FieldFormat),
        ("1.", Reason::FieldFormat),
        (".5", Reason::FieldFormat),
        ("1e5", Reason::FieldFormat),
        ("1,000", Reason::FieldFormat),
        ("--1", Reason::FieldFormat),
        ("NaN", Reason::FieldFormat),
        ("１", Reason::FieldFormat),
        ("1.2.3", Reason::FieldFormat),
        ("0.0000001", Reason::FieldFormat),
        ("100000000000000000.000001", Reason::FieldOutOfRange),
        ("-100000000000000001", Reason::FieldOutOfRange),
        ("99999999999999999999999999999999999999999999999999", Reason::FieldOutOfRange),
        ("170141183460469231731687303715884105727", Reason::FieldOutOfRange),
    ];
    for (text, reason) in cases {
        assert_eq!(Decimal::parse(text).unwrap_err().reason, reason, "{text}");
    }
}

#[test]
fn sums_are_exact_and_bounded() {
    let most = decimal("100000000000000000");
    assert_eq!(decimal("0.1").checked_add(decimal("0.2")), Some(decimal("0.3")));
    assert_eq!(most.checked_add(decimal("0.000001")), None);
    assert_eq!(Decimal::ZERO.checked_sub(most), Some(decimal("-100000000000000000")));
    assert_eq!(decimal("-0.000001").checked_sub(most), None);
}

#[test]
fn half_a_digit_is_rounded_away_from_zero() {
    let cases = [
        (ratio(1, 8), 2, "0.13"),
        (ratio(-1, 8), 2, "-0.13"),
        (ratio(1, 3), 4, "0.3333"),
        (ratio(2, 3), 0, "1"),
        (ratio(-1, 3), 0, "0"),
        (ratio(1, -2), 0, "-1"),
        (ratio(199, 200), 2, "1.00"),
        (ratio(7, 1), 3, "7.000"),
        (ratio(MAX_PART, 1), 2, "1000000000000000000000000000000.00"),
        (ratio(1, MAX_PART), 9, "0.000000"),
    ];
    for (quotient, places, shown) in cases {
        assert_eq!(quotient.rounded(places), shown, "{quotient:?}");
    }
    assert_eq!(ratio(1, 8).percent(1), "12.5");
    assert_eq!(ratio(-1, 16).percent(1), "-6.3");
    // At the bounds nothing overflows.
    assert_eq!(ratio(-MAX_PART, 1).percent(6), format!("-{MAX_PART}00.000000"));
    assert_eq!(ratio(1 - MAX_PART, MAX_PART).rounded(6), "-1.000000");
}

#[test]
fn quotients_are_compared_exactly_however_large_they_are() {
    assert_eq!(ratio(2, 4), ratio(1, 2));
    assert_eq!(ratio(-2, -4), ratio(1, 2));
    let cases = [
        (ratio(1, 3), ratio(1, 2), Ordering::Less),
        (ratio(-1, 3), ratio(-1, 2), Ordering::Greater),
        (ratio(-1, 2), ratio(1, 2), Ordering::Less),
        (ratio(0, 1), ratio(0, 7), Ordering::Equal),
        (ratio(7, 2), ratio(7, 2), Ordering::Equal),
        (ratio(355, 113), ratio(22, 7), Ordering::Less),
        (ratio(MAX_PART, MAX_PART - 1), ratio(MAX_PART - 1, MAX_PART - 2), Ordering::Less),
        (ratio(MAX_PART - 1, MAX_PART), ratio(MAX_PART - 2, MAX_PART - 1), Ordering::Greater),
    ];
    for (one, two, order) in cases {
        assert_eq!(one.cmp(&two), order, "{one:?} {two:?}");
        assert_eq!(two.cmp(&one), order.reverse(), "{two:?} {one:?}");
    }
    for (a, b) in (-12..12).flat_map(|a| (1..9).map(move |b| (a, b))) {
        for (c, d) in (-12..12).flat_map(|c| (1..9).map(move |d| (c, d))) {
            assert_eq!(ratio(a, b).cmp(&ratio(c, d)), (a * d).cmp(&(c * b)), "{a}/{b} {c}/{d}");
        }
    }
}

#[test]
fn a_quotient_over_nothing_or_beyond_its_bounds_is_none() {
    assert_eq!(Ratio::new(1, 0), None);
    assert_eq!(Ratio::new(MAX_PART + 1, 1), None);
    assert_eq!(Ratio::new(1, i128::MIN), None);
    assert_eq!(Ratio::of(decimal("638.9"), Decimal::ZERO), None);
    assert_eq!(ratio(1, 2).checked_sub(ratio(1, 3)), Some(ratio(1, 6)));
    assert_eq!(ratio(1, MAX_PART).checked_sub(ratio(1, MAX_PART - 1)), None);
}

fn grown(value: &str, base: &str) -> Result<Ratio, Absence> {
    growth(Amount::of(decimal(value)), Some(Amount::of(decimal(base))))
}

#[test]
fn growth_is_absent_with_a_reason_where_the_base_gives_none() {
    assert_eq!(grown("10", "8"), Ok(ratio(1, 4)));
    assert_eq!(grown("-10", "8"), Ok(ratio(-9, 4)));
    assert_eq!(growth(Amount::of(decimal("10")), None), Err(Absence::BaseMissing));
    assert_eq!(grown("10", "0"), Err(Absence::BaseZero));
    assert_eq!(grown("10", "-8"), Err(Absence::BaseNegative));
}

#[test]
fn the_figures_of_the_symposium_come_out() {
    let share = Ratio::of(decimal("638.9"), decimal("1789.6")).unwrap();
    assert_eq!(share.percent(1), "35.7");
    assert_eq!(grown("29030000000", "23392400000").unwrap().percent(1), "24.1");
    assert_eq!(grown("243113", "271430").unwrap().percent(1), "-10.4");
    let comparable = grown("243113", "234213").unwrap();
    assert_eq!((comparable.percent(1).as_str(), comparable.rounded(3).as_str()), ("3.8", "0.038"));
}
