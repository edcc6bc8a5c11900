//! Rules of targets.

use outlay_server::domain::decimal::Decimal;
use outlay_server::domain::kind::Kind;
use outlay_server::domain::target::Target;
use outlay_server::error::Reason;

use super::sample::{expected, found, id};

pub(super) fn target() -> Target {
    Target {
        region: id("330400"),
        indicator: id("fai"),
        year: 2023,
        value: None,
        growth: Some(Decimal::parse("0.15").unwrap()),
        document_number: String::new(),
        policy: None,
        note: String::new(),
    }
}

pub(super) fn whole_target() -> Target {
    Target {
        value: Some(Decimal::parse("120000000000").unwrap()),
        document_number: "No. 1".to_owned(),
        policy: Some(id("415x")),
        note: "Plan".to_owned(),
        ..target()
    }
}

#[test]
fn a_target_has_a_value_or_a_growth() {
    let value = Some(Decimal::ZERO);
    for given in [target(), whole_target(), Target { value, growth: None, ..target() }] {
        assert_eq!(found(|v| given.check(v)), [], "{given:?}");
    }
    let neither = Target { growth: None, ..target() };
    assert_eq!(found(|v| neither.check(v)), expected(&[("value", Reason::FieldRequired)]));
}

#[test]
fn region_indicator_and_year_give_the_id() {
    let given = target();
    let made = Target::id(&given.region, &given.indicator, given.year).unwrap();
    assert_eq!(made, id("330400-fai-2023"));
    let long = Target { region: id(&"3".repeat(64)), ..target() };
    assert_eq!(found(|v| long.check(v)), expected(&[("indicator", Reason::FieldTooLong)]));
}

#[test]
fn a_target_names_region_indicator_and_policy() {
    let kinds: Vec<_> = whole_target().references().into_iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::Region, Kind::Indicator, Kind::Policy]);
}
