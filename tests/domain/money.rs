//! Amounts: limits, signs, sums and how they are shown.

use outlay_server::domain::money::{Currency, MAX_UNITS, Money};
use outlay_server::error::Reason;

use super::sample::{cny, fen, usd};

#[test]
fn an_amount_comes_back_as_it_was_given() {
    let cases = [
        (0, 0, 0, "0.00 CNY"),
        (0, 10_000_000, 1, "0.01 CNY"),
        (0, -500_000_000, -50, "-0.50 CNY"),
        (1234, 500_000_000, 123_450, "1,234.50 CNY"),
        (-1234, -500_000_000, -123_450, "-1,234.50 CNY"),
        (999, 990_000_000, 99_999, "999.99 CNY"),
        (MAX_UNITS, 0, 1_000_000_000_000_000, "10,000,000,000,000.00 CNY"),
        (-MAX_UNITS, 0, -1_000_000_000_000_000, "-10,000,000,000,000.00 CNY"),
    ];
    for (units, nanos, minor, shown) in cases {
        let money = Money::from_parts("CNY", units, nanos).unwrap();
        assert_eq!(money.minor(), minor);
        assert_eq!((money.units(), money.nanos()), (units, nanos));
        assert_eq!(money.to_string(), shown);
    }
}

#[test]
fn an_amount_that_is_no_amount_is_refused() {
    let cases = [
        ("cny", 1, 0, Reason::FieldFormat),
        ("", 1, 0, Reason::FieldFormat),
        ("CNYY", 1, 0, Reason::FieldFormat),
        ("元", 1, 0, Reason::FieldFormat),
        ("CNY", 1, -10_000_000, Reason::FieldContradiction),
        ("CNY", -1, 10_000_000, Reason::FieldContradiction),
        ("CNY", 1, 1, Reason::FieldFormat),
        ("CNY", 0, 15_000_000, Reason::FieldFormat),
        ("CNY", 0, 1_000_000_000, Reason::FieldOutOfRange),
        ("CNY", 0, i32::MIN, Reason::FieldOutOfRange),
        ("CNY", MAX_UNITS, 10_000_000, Reason::FieldOutOfRange),
        ("CNY", -MAX_UNITS, -10_000_000, Reason::FieldOutOfRange),
        ("CNY", i64::MAX, 0, Reason::FieldOutOfRange),
        ("CNY", i64::MIN, 0, Reason::FieldOutOfRange),
    ];
    for (code, units, nanos, reason) in cases {
        let refused = Money::from_parts(code, units, nanos).map_err(|flaw| flaw.reason);
        assert_eq!(refused, Err(reason), "{code} {units} {nanos}");
    }
}

#[test]
fn amounts_of_one_currency_add_up_to_the_limit() {
    assert_eq!(cny(1).checked_add(fen(-1)), Some(fen(99)));
    assert_eq!(cny(1).checked_add(usd(1)), None);
    assert_eq!(cny(MAX_UNITS).checked_add(fen(1)), None);
    assert_eq!(cny(MAX_UNITS).checked_add(fen(0)), Some(cny(MAX_UNITS)));
    assert_eq!(usd(2).currency(), Currency::USD);
}
