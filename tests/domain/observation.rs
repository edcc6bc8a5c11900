//! Rules of observations.

use outlay_server::domain::decimal::Decimal;
use outlay_server::domain::kind::Kind;
use outlay_server::domain::month::Month;
use outlay_server::domain::observation::{
    Base, ComparableBase, MAX_APPENDED, Observation, ObservationSource, ObservationStatus,
    PublishedValue,
};
use outlay_server::domain::period::Period;
use outlay_server::error::Reason;

use super::sample::{TODAY, Wrong, date, expected, found, id, instant};

fn value(text: &str, publish_date: &str) -> PublishedValue {
    PublishedValue {
        value: Decimal::parse(text).unwrap(),
        publish_date: date(publish_date),
        growth: None,
        status: ObservationStatus::Preliminary,
        source: None,
        note: String::new(),
    }
}

fn base(text: &str, applies_from: &str) -> ComparableBase {
    ComparableBase {
        value: Decimal::parse(text).unwrap(),
        applies_from: Month::parse(applies_from).unwrap(),
        reason: "Census".to_owned(),
        author: "Bureau".to_owned(),
        record_time: instant("2023-07-28T08:00:00Z"),
    }
}

pub(super) fn observation() -> Observation {
    Observation {
        region: id("100000"),
        indicator: id("fai"),
        period: Period::parse("2022H1").unwrap(),
        published_values: vec![value("271430", "2022-07-15")],
        comparable_bases: Vec::new(),
    }
}

pub(super) fn whole_observation() -> Observation {
    let source = ObservationSource {
        issuer: Some(id("nbs")),
        title: "News".to_owned(),
        uri: "https://example.org".to_owned(),
    };
    let newest = PublishedValue {
        growth: Some(Decimal::parse("0.061").unwrap()),
        status: ObservationStatus::Final,
        source: Some(source),
        note: "Yearbook".to_owned(),
        ..value("271431.5", "2023-01-20")
    };
    let mut observation = observation();
    observation.published_values.push(newest);
    observation.comparable_bases.push(base("234213", "2023-06"));
    observation
}

fn check(observation: &Observation) -> Vec<(String, Reason)> {
    found(|v| observation.check(date(TODAY), v))
}

#[test]
fn the_base_is_the_newest_that_applies_or_the_newest_value() {
    let mut observation = observation();
    observation.published_values.push(value("271500", "2022-08-15"));
    let at = |observation: &Observation, month: &str| {
        let base = observation.base_for(Month::parse(month).unwrap()).unwrap();
        (base.value().to_string(), matches!(base, Base::Comparable(_)))
    };
    assert_eq!(at(&observation, "2023-06"), ("271500".to_owned(), false));
    for (text, from) in [("234213", "2023-06"), ("234000", "2024-01"), ("234214", "2023-06")] {
        assert_eq!(found(|v| observation.rebase(base(text, from), v)), []);
    }
    let cases = [
        ("2023-05", "271500", false),
        ("2023-06", "234214", true),
        ("2023-12", "234214", true),
        // Of those that apply, the one that was recorded last.
        ("2024-01", "234214", true),
    ];
    for (month, due, comparable) in cases {
        assert_eq!(at(&observation, month), (due.to_owned(), comparable), "{month}");
    }
    observation.comparable_bases.pop();
    assert_eq!(at(&observation, "2024-01").0, "234000");
    assert_eq!(at(&observation, "2023-12").0, "234213");
    observation.published_values.clear();
    observation.comparable_bases.clear();
    assert_eq!(observation.base_for(Month::parse("2024-01").unwrap()), None);
}

#[test]
fn a_period_must_be_over_and_its_value_published_after_it() {
    let cases: [(&str, &str, &[Wrong<'_>]); 6] = [
        ("2022H1", "2022-07-01", &[]),
        ("2023-06", "2023-07-28", &[]),
        ("2022H1", "2022-06-30", &[("published_value.publish_date", Reason::DateOrder)]),
        ("2022H1", "2023-07-29", &[("published_value.publish_date", Reason::FieldOutOfRange)]),
        (
            "2023-07",
            "2023-07-28",
            &[
                ("period", Reason::PeriodNotOver),
                ("published_value.publish_date", Reason::DateOrder),
            ],
        ),
        (
            "2024",
            "2025-01-01",
            &[
                ("period", Reason::PeriodNotOver),
                ("published_value.publish_date", Reason::FieldOutOfRange),
            ],
        ),
    ];
    for (period, publish_date, wrong) in cases {
        let given = Observation {
            period: Period::parse(period).unwrap(),
            published_values: vec![value("1", publish_date)],
            ..observation()
        };
        assert_eq!(check(&given), expected(wrong), "{period} {publish_date}");
    }
}

#[test]
fn values_are_added_in_the_order_of_their_publication() {
    let today = date(TODAY);
    let mut observation = observation();
    let first = observation.published_values.clone();
    let mut publish = |new| {
        let wrong = found(|v| observation.publish(new, today, v));
        (wrong, observation.published_values.len())
    };
    let early = expected(&[("published_value.publish_date", Reason::DateOrder)]);
    assert_eq!(publish(value("1", "2022-07-14")).0, early);
    let mut observation = self::observation();
    let mut publish = |new| {
        assert_eq!(found(|v| observation.publish(new, today, v)), []);
        observation.published_values.len()
    };
    assert_eq!(publish(value("271430", "2022-07-15")), 1, "the same again is no other");
    assert_eq!(publish(value("271500", "2022-07-15")), 2);
    assert_eq!(publish(value("271430", "2022-07-15")), 3, "back to the first is another");
    assert_eq!(observation.published_values[..1], first);
}

#[test]
fn a_base_is_for_later_periods() {
    for from in ["2022-06", "2022-01", "2021-12"] {
        let wrong = found(|v| observation().rebase(base("1", from), v));
        assert_eq!(wrong, expected(&[("applies_from", Reason::DateOrder)]), "{from}");
    }
    let mut observation = observation();
    assert_eq!(found(|v| observation.rebase(base("1", "2022-07"), v)), []);
    let later = instant("2023-07-28T09:00:00Z");
    let again = ComparableBase { record_time: later, ..base("1", "2022-07") };
    assert_eq!(found(|v| observation.rebase(again, v)), []);
    assert_eq!(observation.comparable_bases, [base("1", "2022-07")], "the same again is no other");
}

#[test]
fn what_is_kept_is_bounded() {
    let mut observation = observation();
    observation.published_values = vec![value("1", "2022-07-15"); MAX_APPENDED];
    observation.comparable_bases = vec![base("1", "2022-07"); MAX_APPENDED];
    let wrong = found(|v| {
        observation.publish(value("2", "2022-07-15"), date(TODAY), v);
        observation.rebase(base("2", "2022-07"), v);
    });
    let due = [("published_value", Reason::FieldTooLong), ("value", Reason::FieldTooLong)];
    assert_eq!(wrong, expected(&due));
    assert_eq!(observation.published_values.len(), MAX_APPENDED);
    assert_eq!(observation.comparable_bases.len(), MAX_APPENDED);
}

#[test]
fn region_indicator_and_period_give_the_id() {
    let of = |region: &str, period: &str| {
        let period = Period::parse(period).unwrap();
        Observation::id(&id(region), &id("manufacturing-investment"), period)
    };
    assert_eq!(of("330400", "2023H1").unwrap(), id("330400-manufacturing-investment-2023h1"));
    let span = of("330400", "2023-01/2023-05").unwrap();
    assert_eq!(span, id("330400-manufacturing-investment-2023-01-2023-05"));
    let long = "3".repeat(32);
    assert!(of(&long, "2023-01/2023-05").is_err());
    let period = Period::parse("2022-01/2022-05").unwrap();
    let given = Observation {
        region: id(&long),
        indicator: id("manufacturing-investment"),
        period,
        ..observation()
    };
    assert_eq!(check(&given), expected(&[("indicator", Reason::FieldTooLong)]));
}

#[test]
fn an_observation_names_region_indicator_and_those_who_published() {
    let mut observation = whole_observation();
    let newest = observation.published_values[1].clone();
    observation.published_values.push(newest);
    let named: Vec<_> = observation
        .references()
        .into_iter()
        .map(|one| (one.field, one.kind, one.id.to_string()))
        .collect();
    let due = [
        ("region", Kind::Region, "100000"),
        ("indicator", Kind::Indicator, "fai"),
        ("published_values[1].source.issuer", Kind::Organisation, "nbs"),
        ("published_value.source.issuer", Kind::Organisation, "nbs"),
    ];
    let due = due.map(|(field, kind, id)| (field.to_owned(), kind, id.to_owned()));
    assert_eq!(named, due);
}
