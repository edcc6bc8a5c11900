//! Whether two projects are likely one, and what one takes over from the other.

use outlay_server::domain::project::Project;
use outlay_server::domain::project::duplicate::{are_likely_one, near_totals};

use super::sample::{cny, date, english, id, project, whole_project};

fn titled(title: &str) -> Project {
    Project { title: title.to_owned(), ..project() }
}

fn with_total(yuan: i64) -> Project {
    let mut project = project();
    project.investment.total = cny(yuan);
    project
}

/// Whether two projects are likely one, asked from both sides.
#[track_caller]
fn likely(one: &Project, two: &Project) -> bool {
    let (a, b) = (id("a"), id("b"));
    let answer = are_likely_one((&a, one), (&b, two));
    assert_eq!(answer, are_likely_one((&b, two), (&a, one)), "both sides say the same");
    answer
}

#[test]
fn titles_that_are_nearly_the_same_are_near() {
    let near = [
        ("年产72万片功率半导体晶圆项目", "年产72万片功率半导体晶圆生产项目"),
        ("年产72万片功率半导体晶圆项目", "年产７２万片 功率半导体晶圆项目（示例）"),
        ("新建光伏组件项目", "光伏组件新建项目"),
        ("光伏组件项目", "光伏组件建设项目"),
        ("新建项目", "新建项目"),
        ("Solar module plant, Nanhu", "Solar Module Plant Nanhu"),
        ("精密轴承智能工厂一期", "精密轴承智能工厂"),
        ("精密轴承智能工厂一期", "精密轴承智能工厂1期"),
        ("Battery plant, phase II", "Battery Plant Phase 2"),
        ("电", "电"),
        ("——", "——"),
    ];
    for (one, two) in near {
        assert!(likely(&titled(one), &titled(two)), "{one} / {two}");
    }
}

#[test]
fn titles_of_two_things_are_not() {
    let apart = [
        ("年产72万片功率半导体晶圆项目", "年产5万吨电子级玻璃纤维项目"),
        ("精密轴承智能工厂一期", "精密轴承智能工厂二期"),
        ("精密轴承智能工厂1期", "精密轴承智能工厂十二期"),
        ("精密轴承智能工厂II期", "精密轴承智能工厂III期"),
        ("精密轴承3号厂房改造", "精密轴承4号厂房改造"),
        ("Battery plant, phase 1", "Battery plant, phase 2"),
        ("2023年设备更新项目", "2024年设备更新项目"),
        ("电", "机"),
        ("新建项目", "年产项目"),
    ];
    for (one, two) in apart {
        assert!(!likely(&titled(one), &titled(two)), "{one} / {two}");
    }
}

#[test]
fn totals_may_differ_by_a_tenth_of_the_greater() {
    for (one, two, near) in [
        (100_000_000, 100_000_000, true),
        (100_000_000, 90_000_000, true),
        (100_000_000, 89_999_999, false),
        (100_000_000, 111_111_111, true),
        (100_000_000, 111_111_112, false),
    ] {
        assert_eq!(likely(&with_total(one), &with_total(two)), near, "{one} and {two}");
    }
}

#[test]
fn the_range_of_near_totals_has_every_near_one() {
    for total in [0, 1, 9, 10, 99, 100_000_001, 1_000_000_000_000_000] {
        let (least, greatest) = near_totals(total);
        let is_near = |other: i64| {
            let (a, b) = (i128::from(total), i128::from(other));
            (a - b).abs() * 10 <= a.max(b)
        };
        assert!(is_near(least) && is_near(greatest), "{total}: {least} to {greatest}");
        assert!(!is_near(least - 1) && !is_near(greatest + 1), "{total}");
    }
}

#[test]
fn another_owner_or_a_word_that_they_are_distinct_makes_them_two() {
    let one = project();
    assert!(likely(&one, &one));
    assert!(!likely(&one, &Project { owner: id("jx-wind"), ..one.clone() }));
    assert!(!likely(&one, &Project { distinct_from: vec![id("a")], ..one.clone() }));
    assert!(!likely(&Project { distinct_from: vec![id("b")], ..one.clone() }, &one));
    assert!(likely(&one, &Project { distinct_from: vec![id("c")], ..one.clone() }));
    assert!(!are_likely_one((&id("a"), &one), (&id("a"), &one)), "it isn't its own duplicate");
}

#[test]
fn what_is_lacking_is_taken_over_and_the_rest_stays() {
    let (keeper, other) = (project(), whole_project());
    let mut merged = keeper.clone();
    merged.absorb(&id("keeper"), &id("other"), &other);
    assert_eq!(merged.project_code, other.project_code);
    assert_eq!(merged.localized_titles, other.localized_titles);
    assert_eq!(merged.planned_completion_date, other.planned_completion_date);
    assert_eq!(merged.funding_sources, other.funding_sources);
    assert_eq!(
        (&merged.clusters, &merged.milestones, &merged.contacts),
        (&other.clusters, &other.milestones, &other.contacts)
    );
    assert_eq!(merged.merged_projects, [id("line-2-again"), id("other")]);
    assert_eq!((merged.stage, &merged.transitions), (keeper.stage, &keeper.transitions));
    assert_eq!(
        (&merged.title, &merged.investment, merged.construction_kind),
        (&keeper.title, &keeper.investment, keeper.construction_kind)
    );
    // A second time there is nothing left to take.
    let again = merged.clone();
    merged.absorb(&id("keeper"), &id("other"), &other);
    assert_eq!(merged, again);
}

#[test]
fn what_is_there_is_not_taken_over() {
    let (mut keeper, other) = (whole_project(), whole_project());
    keeper.localized_titles = english("Second line");
    keeper.planned_start_date = None;
    keeper.planned_completion_date = Some(date("2022-06-01"));
    keeper.distinct_from = vec![id("other"), id("line-3")];
    let mut merged = keeper.clone();
    merged.absorb(&id("keeper"), &id("other"), &other);
    assert_eq!(merged.localized_titles, keeper.localized_titles);
    assert_eq!(merged.planned_start_date, None, "dates of two plans aren't mixed");
    assert_eq!(merged.distinct_from, [id("line-3")]);
    assert_eq!(merged.clusters, keeper.clusters);
}

#[test]
fn sources_that_pay_for_more_are_not_taken_over() {
    let mut merged = with_total(50);
    merged.absorb(&id("keeper"), &id("other"), &whole_project());
    assert!(merged.funding_sources.is_empty());
}

#[test]
fn a_code_that_was_taken_over_goes_and_another_one_stays() {
    let (mut keeper, mut other) = (project(), whole_project());
    keeper.absorb(&id("keeper"), &id("other"), &other);
    other.give_way(&id("keeper"), &keeper);
    assert_eq!((other.project_code.as_str(), &other.merged_into), ("", &Some(id("keeper"))));
    let mut own = whole_project();
    "2306-330402-04-02-654321".clone_into(&mut own.project_code);
    own.give_way(&id("keeper"), &keeper);
    assert_eq!(own.project_code, "2306-330402-04-02-654321");
}
