//! Trees with dates: what stands where on a day, and what counts to what.

use std::collections::{BTreeMap, BTreeSet};

use outlay_server::domain::date::Date;
use outlay_server::domain::id::Id;
use outlay_server::domain::kind::Kind;
use outlay_server::domain::month::Month;
use outlay_server::domain::reference::Region;
use outlay_server::domain::reference::region::change::Decision;
use outlay_server::domain::reference::region::reform::{Outcome, Placement, Reform};
use outlay_server::domain::reference::region::{RegionLink, links};
use outlay_server::domain::tree::{Boundaries, DatedTree, Heirs, Spot};
use outlay_server::domain::validity::Validity;
use outlay_server::error::{Reason, Violations};

use super::reference::region;
use super::sample::{date, found, id};
use crate::engine::support::Random;

/// Regions by id, as a store would have them.
type Regions = BTreeMap<Id, Region>;

fn decision(day: &str) -> Decision {
    Decision { date: date(day), reason: String::new(), document_number: String::new() }
}

/// A country with two cities and three counties in each.
fn country() -> Regions {
    let mut regions = Regions::from([(id("c"), region(None))]);
    for city in ["c-1", "c-2"] {
        regions.insert(id(city), region(Some("c")));
        for number in 1..=3 {
            regions.insert(id(&format!("{city}-{number}")), region(Some(city)));
        }
    }
    regions
}

fn tree(regions: &Regions) -> DatedTree {
    DatedTree::new(regions.iter().map(|(id, region)| (id.clone(), region.place())))
}

/// Works a reform out; what comes of it is kept where nothing is wrong.
fn reform(
    regions: &mut Regions,
    decision: &Decision,
    placements: &[Placement],
    work: impl FnOnce(&Reform<'_>, &mut Violations) -> Outcome,
) -> Violations {
    let dated = tree(regions);
    let mut violations = Violations::new();
    let it = Reform { tree: &dated, regions, decision, placements };
    let outcome = work(&it, &mut violations);
    if violations.is_empty() {
        regions.extend(outcome);
    }
    violations
}

fn merge(regions: &mut Regions, day: &str, sources: &[&str], target: &str) -> Violations {
    let sources: Vec<_> = sources.iter().map(|source| id(source)).collect();
    reform(regions, &decision(day), &[], |it, v| it.merge(&id(target), None, &sources, v))
}

fn split(
    regions: &mut Regions,
    day: &str,
    source: &str,
    parts: &[&str],
    new: &[&str],
) -> Violations {
    let parts: Vec<_> = parts.iter().map(|part| id(part)).collect();
    let new = new.iter().map(|part| (id(part), region(None))).collect();
    reform(regions, &decision(day), &[], |it, v| it.split(&id(source), &parts, new, v))
}

fn home(regions: &Regions, of: &str, day: &str) -> Option<String> {
    let boundaries = Boundaries::of(&tree(regions), date(day));
    boundaries.home(&id(of)).map(ToString::to_string)
}

#[test]
fn a_validity_ends_before_its_last_day() {
    let open = Validity::default();
    let year = Validity::new(Some(date("2021-01-01")), Some(date("2022-01-01")));
    for (day, within) in
        [("2020-12-31", false), ("2021-01-01", true), ("2021-12-31", true), ("2022-01-01", false)]
    {
        assert_eq!(year.contains(date(day)), within, "{day}");
        assert!(open.contains(date(day)));
    }
    assert!(open.covers(&year) && !year.covers(&open) && year.covers(&year));
    let after = Validity::new(year.to, None);
    assert!(year.and(&after).is_empty() && !year.and(&open).is_empty());
    assert!(year.covers(&year.and(&after)), "what is empty is covered by all");
}

#[test]
fn what_has_ended_counts_to_what_follows_it_however_often() {
    let mut regions = country();
    assert!(merge(&mut regions, "2010-01-01", &["c-1-1"], "c-1-2").is_empty());
    assert!(merge(&mut regions, "2015-01-01", &["c-1-2"], "c-1-3").is_empty());
    for (of, day, due) in [
        ("c-1-1", "2009-12-31", "c-1-1"),
        ("c-1-1", "2010-01-01", "c-1-2"),
        ("c-1-1", "2014-12-31", "c-1-2"),
        ("c-1-1", "2015-01-01", "c-1-3"),
        ("c-1-2", "2015-01-01", "c-1-3"),
        ("c-1-3", "1950-01-01", "c-1-3"),
    ] {
        assert_eq!(home(&regions, of, day).as_deref(), Some(due), "{of} {day}");
    }
    let today = Boundaries::of(&tree(&regions), date("2023-01-01"));
    assert_eq!(today.territory(&id("c-1-3")), [id("c-1-1"), id("c-1-2"), id("c-1-3")]);
    assert!(today.territory(&id("c-1-1")).is_empty());
}

#[test]
fn what_was_split_counts_to_what_all_parts_stand_below() {
    let mut regions = country();
    assert!(split(&mut regions, "2010-01-01", "c-1-1", &["c-1-2"], &["c-1-4"]).is_empty());
    assert!(split(&mut regions, "2010-01-01", "c-2-1", &["c-2-2", "c-1-3"], &[]).is_empty());
    assert!(split(&mut regions, "2010-01-01", "c-2-3", &["c-2-3"], &["c-2-4"]).is_empty());
    for (of, day, due) in [
        ("c-1-1", "2020-01-01", "c-1"),
        ("c-2-1", "2020-01-01", "c"),
        ("c-2-3", "2020-01-01", "c-2-3"),
        // What hasn't begun counts to what it was made of.
        ("c-2-4", "2009-12-31", "c-2-3"),
        ("c-1-4", "2009-12-31", "c-1-1"),
    ] {
        assert_eq!(home(&regions, of, day).as_deref(), Some(due), "{of} {day}");
    }
}

#[test]
fn figures_of_a_month_go_to_their_heirs() {
    let mut regions = country();
    assert!(merge(&mut regions, "2021-04-09", &["c-1-1"], "c-1-2").is_empty());
    assert!(split(&mut regions, "2021-04-09", "c-2-3", &["c-2-3"], &["c-2-4"]).is_empty());
    let dated = tree(&regions);
    let today = Boundaries::of(&dated, date("2023-01-01"));
    let heirs = |of: &str, month: &str| today.heirs(&dated, &id(of), Month::parse(month).unwrap());
    let whole = |of: &str| Some(Heirs::Whole(id(of)));
    assert_eq!(heirs("c-1-1", "2021-03"), whole("c-1-2"));
    assert_eq!(heirs("c-1-2", "2021-03"), whole("c-1-2"));
    let parts = vec![id("c-2-3"), id("c-2-4")];
    let parted = Some(Heirs::Parted { parts, above: Some(id("c-2")) });
    assert_eq!(heirs("c-2-3", "2021-03"), parted);
    assert_eq!(heirs("c-2-3", "2021-04"), parted, "the split was within the month");
    assert_eq!(heirs("c-2-3", "2021-05"), whole("c-2-3"));
    assert_eq!(heirs("c-2-4", "2021-05"), whole("c-2-4"));
    assert_eq!(heirs("nowhere", "2021-05"), None);
    let before = Boundaries::of(&dated, date("2021-04-08"));
    assert_eq!(
        before.heirs(&dated, &id("c-2-3"), Month::parse("2021-03").unwrap()),
        whole("c-2-3"),
        "in the boundaries of the eve"
    );
}

#[test]
fn a_tree_looks_the_same_between_two_changes() {
    let mut regions = country();
    assert!(merge(&mut regions, "2010-01-01", &["c-1-1"], "c-1-2").is_empty());
    assert!(merge(&mut regions, "2020-01-01", &["c-2-1"], "c-2-2").is_empty());
    let dated = tree(&regions);
    let between = Validity::new(Some(date("2010-01-01")), Some(date("2020-01-01")));
    for day in ["2010-01-01", "2015-06-01", "2019-12-31"] {
        assert_eq!(dated.span(date(day)), between, "{day}");
    }
    assert_eq!(dated.span(date("2009-12-31")).to, between.from);
    assert_eq!(dated.span(date("2020-01-01")).from, between.to);
}

#[test]
fn a_circle_of_some_days_only_is_found() {
    let mut regions = country();
    let link = |parent: &str, from: Option<&str>, to: Option<&str>| RegionLink {
        valid_from: from.map(date),
        valid_to: to.map(date),
        ..RegionLink::ever(id(parent))
    };
    let set = |regions: &mut Regions, of: &str, links: Vec<RegionLink>| {
        let region = regions.get_mut(&id(of)).unwrap();
        region.links = links;
    };
    set(
        &mut regions,
        "c-1",
        vec![link("c", None, Some("2010-01-01")), link("c-2", Some("2010-01-01"), None)],
    );
    set(
        &mut regions,
        "c-2",
        vec![
            link("c", None, Some("2012-01-01")),
            link("c-1-1", Some("2012-01-01"), Some("2012-01-02")),
        ],
    );
    let flaws = tree(&regions).flaws(Kind::Region, &id("c-2"));
    assert_eq!(flaws.len(), 1, "{flaws:?}");
    assert_eq!((&flaws[0].spot, flaws[0].flaw.reason), (&Spot::Link(1), Reason::TreeCycle));
    assert!(flaws[0].flaw.description.contains("2012-01-01"), "{flaws:?}");
    set(
        &mut regions,
        "c-1",
        vec![
            link("c", None, Some("2010-01-01")),
            link("c-2", Some("2010-01-01"), Some("2012-01-01")),
        ],
    );
    assert!(tree(&regions).flaws(Kind::Region, &id("c-2")).is_empty());
}

#[test]
fn a_parent_alone_and_links_are_understood_together() {
    let today = date("2023-07-28");
    let ever = |parent: &str| vec![RegionLink::ever(id(parent))];
    let dated = vec![
        RegionLink { valid_to: Some(date("2020-01-01")), ..RegionLink::ever(id("a")) },
        RegionLink { valid_from: Some(date("2020-01-01")), ..RegionLink::ever(id("b")) },
    ];
    let old = Region { links: dated.clone(), ..region(None) };
    let plain = region(Some("a"));
    let read = |old: Option<&Region>, parent: Option<&str>, given: &[RegionLink]| {
        links(old, parent.map(id), given.to_vec(), today).map_err(|flaw| flaw.reason)
    };
    let contradiction = Err(Reason::FieldContradiction);
    for (old, parent, given, due) in [
        (None, None, &[][..], Ok(Vec::new())),
        (None, Some("a"), &[], Ok(ever("a"))),
        (None, None, &dated, Ok(dated.clone())),
        (None, Some("b"), &dated, Ok(dated.clone())),
        (None, Some("a"), &dated, contradiction.clone()),
        (Some(&plain), Some("b"), &[], Ok(ever("b"))),
        (Some(&plain), None, &[], Ok(Vec::new())),
        (Some(&plain), Some("a"), &dated, Ok(dated.clone())),
        (Some(&old), Some("b"), &dated, Ok(dated.clone())),
        (Some(&old), Some("b"), &[], Ok(dated.clone())),
        (Some(&old), Some("a"), &dated, contradiction.clone()),
        (Some(&old), None, &dated, contradiction.clone()),
        (Some(&old), Some("b"), &ever("a"), Ok(ever("a"))),
    ] {
        assert_eq!(read(old, parent, given), due, "{parent:?} {given:?}");
    }
    let mut backwards = dated.clone();
    backwards.reverse();
    assert_eq!(read(None, None, &backwards), Ok(dated), "they are put in order");
}

#[test]
fn a_region_knows_which_of_its_own_dates_are_wrong() {
    let successor = |day: &str| outlay_server::domain::reference::region::RegionSuccessor {
        region: id("x"),
        date: date(day),
        reason: String::new(),
        document_number: String::new(),
    };
    let between = Region {
        valid_from: Some(date("2010-01-01")),
        valid_to: Some(date("2020-01-01")),
        ..region(Some("c"))
    };
    assert!(found(|v| between.check(v)).is_empty());
    for day in ["2010-01-01", "2020-01-02"] {
        let wrong = Region { successors: vec![successor(day)], ..between.clone() };
        let due = vec![("successors[0].date".to_owned(), Reason::DateOrder)];
        assert_eq!(found(|v| wrong.check(v)), due, "{day}");
    }
    let twice = Region {
        successors: vec![successor("2020-01-01"), successor("2020-01-01")],
        ..between.clone()
    };
    let due = vec![("successors[1].region".to_owned(), Reason::FieldDuplicate)];
    assert_eq!(found(|v| twice.check(v)), due);
    let never = Region { valid_to: between.valid_from, ..between };
    let due = vec![("valid_to".to_owned(), Reason::DateOrder)];
    assert_eq!(found(|v| never.check(v)), due);
}

/// Something that an office might do, on a day within thirty years.
fn happens(random: &mut Random, regions: &mut Regions, number: usize) -> bool {
    let ids: Vec<Id> = regions.keys().cloned().collect();
    let any = |random: &mut Random| ids[random.below(ids.len() as u64) as usize].clone();
    let day = format!(
        "{:04}-{:02}-{:02}",
        1990 + random.below(30),
        1 + random.below(12),
        1 + random.below(28)
    );
    let decided = decision(&day);
    let (one, other, third) = (any(random), any(random), any(random));
    match random.below(4) {
        0 => {
            let mut moved = regions[&one].clone();
            let mut changed = tree(regions);
            if moved.move_to(&other, &decided).is_err() {
                return false;
            }
            changed.put(one.clone(), moved.place());
            let right = changed.flaws(Kind::Region, &one).is_empty();
            if right {
                regions.insert(one, moved);
            }
            right
        }
        1 => {
            let sources = [one, other];
            reform(regions, &decided, &[], |it, v| it.merge(&third, None, &sources, v)).is_empty()
        }
        2 => {
            let new = vec![(id(&format!("n-{number}")), region(None))];
            let parts = [one.clone()];
            reform(regions, &decided, &[], |it, v| it.split(&one, &parts, new, v)).is_empty()
        }
        _ => {
            let below = tree(regions).children_from(&one, decided.date);
            let placements: Vec<_> = below
                .into_iter()
                .map(|region| Placement { region, parent: third.clone() })
                .collect();
            let new = vec![(id(&format!("n-{number}")), region(None))];
            let parts = [other];
            reform(regions, &decided, &placements, |it, v| it.split(&one, &parts, new, v))
                .is_empty()
        }
    }
}

/// Every day on which something changes, and the days around it.
fn days(regions: &Regions) -> BTreeSet<Date> {
    let mut days = BTreeSet::from([Date::MIN]);
    let dated = tree(regions);
    let mut day = Date::MIN;
    while let Some(next) = dated.span(day).to {
        days.extend([day, next]);
        day = next;
    }
    days
}

#[test]
fn whatever_happens_every_day_has_a_forest_and_nothing_is_lost_or_counted_twice() {
    let (mut happened, mut lost, mut all) = (0, 0, 0);
    for seed in 1..=60 {
        let mut random = Random::new(seed);
        let mut regions = country();
        for number in 0..25 {
            happened += usize::from(happens(&mut random, &mut regions, number));
        }
        let dated = tree(&regions);
        for (id, region) in &regions {
            assert_eq!(dated.flaws(Kind::Region, id), [], "{seed} {id}");
            assert!(found(|v| region.check(v)).is_empty(), "{seed} {region:?}");
        }
        for day in days(&regions) {
            let now = dated.at(day);
            let valid: Vec<&Id> = regions
                .iter()
                .filter(|(_, one)| one.validity().contains(day))
                .map(|(id, _)| id)
                .collect();
            let mut reached: Vec<Id> =
                now.roots().iter().flat_map(|root| now.subtree(root)).collect();
            reached.sort_unstable();
            assert_eq!(reached.iter().collect::<Vec<_>>(), valid, "{seed} {day}");
            for id in &valid {
                let parent = regions[id].parent_at(day);
                assert_eq!(now.parent(id), parent, "{seed} {day} {id}: its parent is there");
            }
            let boundaries = Boundaries::of(&dated, day);
            let mut counted: Vec<Id> =
                now.roots().iter().flat_map(|root| boundaries.territory(root)).collect();
            counted.sort_unstable();
            let homeless = regions.keys().filter(|id| boundaries.home(id).is_none());
            lost += homeless.clone().count();
            counted.extend(homeless.cloned());
            counted.sort_unstable();
            assert_eq!(counted, regions.keys().cloned().collect::<Vec<_>>(), "{seed} {day}");
            all += counted.len();
        }
    }
    assert!(happened > 300, "enough was allowed: {happened}");
    // Only where a root was split into roots there is nothing above.
    assert!(lost * 50 < all, "{lost} of {all}");
}
