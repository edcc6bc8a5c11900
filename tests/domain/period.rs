//! Periods of statistics.

use outlay_server::domain::month::Month;
use outlay_server::domain::period::Period;
use outlay_server::error::Reason;

use super::sample::date;

fn period(text: &str) -> Period {
    Period::parse(text).unwrap_or_else(|flaw| panic!("{text} {flaw}"))
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

#[test]
fn a_period_has_one_form_however_it_is_written() {
    let cases = [
        ("2023", "2023", "2023-01", "2023-12"),
        ("2023-01/2023-12", "2023", "2023-01", "2023-12"),
        ("2023H1", "2023H1", "2023-01", "2023-06"),
        ("2023-01/2023-06", "2023H1", "2023-01", "2023-06"),
        ("2023-07/2023-12", "2023H2", "2023-07", "2023-12"),
        ("2023-01/2023-03", "2023Q1", "2023-01", "2023-03"),
        ("2023Q2", "2023Q2", "2023-04", "2023-06"),
        ("2023-07/2023-09", "2023Q3", "2023-07", "2023-09"),
        ("2023Q4", "2023Q4", "2023-10", "2023-12"),
        ("2023-02", "2023-02", "2023-01", "2023-02"),
        ("2023-01/2023-02", "2023-02", "2023-01", "2023-02"),
        ("2023-06", "2023-06", "2023-06", "2023-06"),
        ("2023-06/2023-06", "2023-06", "2023-06", "2023-06"),
        ("2023-01/2023-05", "2023-01/2023-05", "2023-01", "2023-05"),
        ("2023-03/2023-11", "2023-03/2023-11", "2023-03", "2023-11"),
    ];
    for (text, shown, first, last) in cases {
        let period = period(text);
        assert_eq!(period.to_string(), shown, "{text}");
        assert_eq!((period.first(), period.last()), (month(first), month(last)), "{text}");
        assert_eq!(Period::parse(shown), Ok(period));
        assert_eq!(period.year(), 2023);
    }
}

#[test]
fn every_span_of_a_year_has_a_form_of_its_own_that_is_read_back() {
    let mut shown = std::collections::BTreeSet::new();
    let mut spans = 0;
    for first in 1..=12 {
        for last in first..=12 {
            let at = |number| Month::new(2024, number).unwrap();
            let made = Period::new(at(first), at(last));
            // January alone, and what begins in February.
            assert_eq!(made.is_ok(), last > 1 && first != 2, "{first} {last}");
            let Ok(made) = made else { continue };
            spans += 1;
            assert_eq!(Period::parse(&made.to_string()), Ok(made));
            shown.insert(made.id_part());
        }
    }
    assert_eq!(shown.len(), spans);
}

#[test]
fn what_is_no_period_is_refused_and_says_why() {
    let cases = [
        ("2023-01", Reason::PeriodInvalid, "2023-02"),
        ("2023-01/2023-01", Reason::PeriodInvalid, "2023-02"),
        ("2023-02/2023-05", Reason::PeriodInvalid, "begin with 2023-01"),
        ("2023-06/2023-03", Reason::PeriodInvalid, "before it begins"),
        ("2022-11/2023-03", Reason::PeriodInvalid, "one year"),
        ("2023-13", Reason::FieldOutOfRange, "month 13"),
        ("2023-00", Reason::FieldOutOfRange, "month 0"),
        ("2023-01/2023-13", Reason::FieldOutOfRange, "month 13"),
        ("1899", Reason::FieldOutOfRange, "1899"),
        ("3000H1", Reason::FieldOutOfRange, "3000"),
        ("", Reason::FieldFormat, "2023H1"),
        ("2023H3", Reason::FieldFormat, "2023H1"),
        ("2023Q5", Reason::FieldFormat, "2023H1"),
        ("2023h1", Reason::FieldFormat, "2023H1"),
        ("23Q1", Reason::FieldFormat, "2023H1"),
        ("2023-1", Reason::FieldFormat, "2023H1"),
        ("2023-01-01", Reason::FieldFormat, "2023H1"),
        ("2023-01/06", Reason::FieldFormat, "2023H1"),
        ("2023/2024", Reason::FieldFormat, "2023H1"),
        ("二〇二三", Reason::FieldFormat, "2023H1"),
        ("+123", Reason::FieldFormat, "2023H1"),
    ];
    for (text, reason, said) in cases {
        let flaw = Period::parse(text).unwrap_err();
        assert_eq!(flaw.reason, reason, "{text}: {flaw}");
        assert!(flaw.description.contains(said), "{text}: {flaw}");
    }
}

#[test]
fn the_first_figure_of_a_year_is_that_of_january_and_february() {
    let both = period("2023-02");
    assert_eq!(both.months().collect::<Vec<_>>(), [month("2023-01"), month("2023-02")]);
    assert_eq!(both.figure_months().collect::<Vec<_>>(), [month("2023-02")]);
    let quarter: Vec<_> = period("2023Q1").figure_months().collect();
    assert_eq!(quarter, [month("2023-02"), month("2023-03")]);
    assert_eq!(Period::of_month(month("2023-02")), Ok(both));
    assert_eq!(Period::of_month(month("2023-03")), Ok(period("2023-03")));
    assert!(Period::of_month(month("2023-01")).is_err());
    assert_eq!(period("2023H2").months().count(), 6);
    assert!(both.contains(month("2023-01")) && !both.contains(month("2023-03")));
}

#[test]
fn like_spans_are_compared() {
    assert_eq!(period("2023H1").year_before(), Some(period("2022H1")));
    assert_eq!(period("2023-02").year_before(), Some(period("2022-02")));
    assert_eq!(period("1900").year_before(), None);
    assert_eq!(period("2023-05").to_date(), period("2023-01/2023-05"));
    assert_eq!(period("2023Q2").to_date(), period("2023H1"));
    assert_eq!(period("2023H1").to_date(), period("2023H1"));
    assert_eq!(Period::year_to(month("2023-09")), Ok(period("2023-01/2023-09")));
}

#[test]
fn periods_are_ordered_by_their_ends() {
    let mut periods: Vec<_> = ["2023", "2023Q1", "2023-06", "2023H1", "2022", "2023-02", "2023Q2"]
        .into_iter()
        .map(period)
        .collect();
    periods.sort();
    let shown: Vec<_> = periods.iter().map(ToString::to_string).collect();
    let due = ["2022", "2023-02", "2023Q1", "2023H1", "2023Q2", "2023-06", "2023"];
    assert_eq!(shown, due);
    assert!(periods.windows(2).all(|two| two[0].order() < two[1].order()));
}

#[test]
fn a_period_is_over_when_the_month_after_it_has_begun() {
    let half = period("2023H1");
    assert!(!half.is_over(date("2023-06-30")));
    assert!(half.is_over(date("2023-07-01")));
    assert!(
        !period("2023").is_over(date("2023-12-31")) && period("2023").is_over(date("2024-01-01"))
    );
}
