//! Who may review in a region's place, and when.

use outlay_server::domain::id::Id;
use outlay_server::domain::kind::Kind;
use outlay_server::domain::review_delegation::{Delegate, ReviewDelegation};
use outlay_server::domain::review_level::ReviewLevel::{self, City, County, Nation, Province};
use outlay_server::domain::tree::{DatedTree, Place};
use outlay_server::error::Reason;

use super::sample::{TODAY, date, found, id};
use super::stored::check;

/// Two cities of a province, with two counties and a town.
fn regions() -> DatedTree {
    let nodes: [(&str, Option<&str>, Option<ReviewLevel>); 8] = [
        ("100000", None, Some(Nation)),
        ("330000", Some("100000"), Some(Province)),
        ("330100", Some("330000"), Some(City)),
        ("330106", Some("330100"), Some(County)),
        ("330400", Some("330000"), Some(City)),
        ("330402", Some("330400"), Some(County)),
        ("330411", Some("330400"), Some(County)),
        ("330411101", Some("330411"), None),
    ];
    DatedTree::new(nodes.map(|(code, parent, level)| {
        let parent = parent.map(id);
        (id(code), Place { level, ..Place::below(parent.as_ref()) })
    }))
}

fn county() -> ReviewDelegation {
    ReviewDelegation {
        region: id("330402"),
        level: County,
        delegate: Delegate::Organisation(id("jx-eit")),
        first_date: date("2023-07-01"),
        last_date: date("2023-09-30"),
        reason: "New office".to_owned(),
    }
}

fn wrong(delegation: &ReviewDelegation) -> Vec<(String, Reason)> {
    found(|v| delegation.check(&regions(), v))
}

fn one(field: &str, reason: Reason) -> Vec<(String, Reason)> {
    vec![(field.to_owned(), reason)]
}

#[test]
fn it_is_stored_as_ever() {
    check(&county(), COUNTY);
    let up = ReviewDelegation { delegate: Delegate::Region(id("330400")), ..county() };
    check(&up, UP);
}

const COUNTY: &str =
    "a6086633333034303209010a820481666a782d6569740b1a0134b22d0c1a0134b3120d6a4e6577206f6666696365";
const UP: &str =
    "a6086633333034303209010a820181663333303430300b1a0134b22d0c1a0134b3120d6a4e6577206f6666696365";

#[test]
fn it_is_in_force_from_the_first_day_to_the_last_for_one_region_and_level() {
    let delegation = county();
    for (day, due) in
        [("2023-06-30", false), ("2023-07-01", true), ("2023-09-30", true), ("2023-10-01", false)]
    {
        assert_eq!(delegation.is_in_force(date(day)), due, "{day}");
    }
    assert!(delegation.covers(County, &id("330402")));
    assert!(!delegation.covers(City, &id("330402")));
    assert!(!delegation.covers(County, &id("330411")));
}

#[test]
fn it_lasts_a_day_at_least_and_a_year_at_most() {
    let until = |last: &str| wrong(&ReviewDelegation { last_date: date(last), ..county() });
    assert_eq!(until("2023-07-01"), []);
    assert_eq!(until("2024-06-30"), [], "366 days");
    assert_eq!(until("2024-07-01"), one("last_date", Reason::FieldOutOfRange));
    assert_eq!(until("2023-06-30"), one("last_date", Reason::DateOrder));
}

#[test]
fn the_level_is_the_regions_own() {
    let of =
        |region: &str, level| wrong(&ReviewDelegation { region: id(region), level, ..county() });
    assert_eq!(of("330400", City), []);
    assert_eq!(of("330402", City), one("level", Reason::ReviewLevelMismatch));
    assert_eq!(of("330411101", County), one("level", Reason::ReviewLevelMismatch));
    assert_eq!(of("nowhere", County), [], "that is told as a reference that leads nowhere");
}

#[test]
fn a_region_is_the_delegate_of_those_below_it_and_right_beside_it() {
    let to = |delegate: &str| {
        wrong(&ReviewDelegation { delegate: Delegate::Region(id(delegate)), ..county() })
    };
    for delegate in ["330411", "330400", "330000", "100000"] {
        assert_eq!(to(delegate), [], "{delegate}");
    }
    for delegate in ["330402", "330106", "330100", "330411101"] {
        assert_eq!(to(delegate), one("delegate", Reason::DelegateUnsuitable), "{delegate}");
    }
    let down = ReviewDelegation {
        region: id("330400"),
        level: City,
        delegate: Delegate::Region(id("330402")),
        ..county()
    };
    assert_eq!(wrong(&down), one("delegate", Reason::DelegateUnsuitable));
}

#[test]
fn the_last_day_changes_until_it_is_over_and_not_into_the_past() {
    let today = date(TODAY);
    let until = |last: &str| ReviewDelegation { last_date: date(last), ..county() };
    let end = |old: Option<&str>, last: &str| {
        let old = old.map(until);
        until(last).check_end(old.as_ref(), today).map_err(|flaw| flaw.reason)
    };
    assert_eq!(end(None, TODAY), Ok(()));
    assert_eq!(end(None, "2023-07-27"), Err(Reason::DelegationOver));
    assert_eq!(end(Some("2023-09-30"), TODAY), Ok(()));
    assert_eq!(end(Some("2023-09-30"), "2023-07-27"), Err(Reason::DelegationOver));
    assert_eq!(end(Some(TODAY), "2023-12-31"), Ok(()));
    assert_eq!(end(Some("2023-07-27"), TODAY), Err(Reason::DelegationOver));
    assert_eq!(end(Some("2023-07-27"), "2023-07-27"), Ok(()), "all else of it can change");
}

#[test]
fn a_delegate_is_an_organisation_or_a_region() {
    let named =
        |name: &str| Delegate::parse(name).map(|one| (one.named().0, one.named().1.clone()));
    assert_eq!(named("organisations/jx-eit"), Ok((Kind::Organisation, id("jx-eit"))));
    assert_eq!(named("regions/330400"), Ok((Kind::Region, id("330400"))));
    for name in ["projects/p-1", "330400", "regions/", ""] {
        assert_eq!(named(name).unwrap_err().reason, Reason::FieldFormat, "{name}");
    }
    let names: Vec<(String, Id)> =
        county().references().into_iter().map(|one| (one.field, one.id)).collect();
    assert_eq!(names, [("region".to_owned(), id("330402")), ("delegate".to_owned(), id("jx-eit"))]);
}
