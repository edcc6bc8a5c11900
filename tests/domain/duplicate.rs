//! Whether two projects are likely one, and what one takes over from the other.

use outlay_server::domain::project::duplicate::{likeness, near_totals};
use outlay_server::domain::project::title::{SKETCH_BYTES, Sketch, Title};
use outlay_server::domain::project::{MergedProject, Project, Recorder};

use super::sample::{cny, date, english, id, instant, project, whole_project};

fn titled(title: &str) -> Project {
    Project { title: title.to_owned(), ..project() }
}

fn with_total(yuan: i64) -> Project {
    let mut project = project();
    project.investment.total = cny(yuan);
    project
}

/// A project that is merged now.
fn going(text: &str, project: &Project) -> MergedProject {
    let now = instant("2023-07-28T08:00:00Z");
    let by = Recorder { name: "projects/keeper", principal: "jx", now, today: date("2023-07-28") };
    MergedProject::new(&id(text), project, "Twice", &by)
}

/// Whether two projects are likely one, asked from both sides.
#[track_caller]
fn likely(one: &Project, two: &Project) -> bool {
    let (a, b) = (id("a"), id("b"));
    let answer = likeness((&a, one), (&b, two));
    assert_eq!(answer, likeness((&b, two), (&a, one)), "both sides say the same");
    let sketches = [one, two].map(|project| Title::read(&project.title).sketch());
    let passed = sketches[0].may_be_near(&sketches[1]);
    assert!(answer.is_none() || passed, "a sketch lets pass what is near");
    answer.is_some()
}

#[test]
fn titles_that_are_nearly_the_same_are_near() {
    let near = [
        ("年产72万片功率半导体晶圆项目", "年产72万片功率半导体晶圆生产项目"),
        ("年产72万片功率半导体晶圆项目", "年产７２万片 功率半导体晶圆项目（示例）"),
        ("新建光伏组件项目", "光伏组件新建项目"),
        ("Solar module plant, Nanhu", "Solar Module Plant Nanhu"),
        ("精密轴承智能工厂一期", "精密轴承智能工厂"),
        ("精密轴承智能工厂一期", "精密轴承智能工厂1期"),
        ("Battery plant, phase II", "Battery Plant Phase 2"),
        ("Battery plant phase2", "Battery Plant, Phase 2"),
        ("新建光伏组件项目", "光伏组件项目"),
        ("功率半导体晶圆项目", "年产72万片功率半导体晶圆项目"),
        ("2023年设备更新技术改造项目", "设备更新技术改造项目"),
        ("海上风电场二期", "海上风电场第二期项目"),
        ("海上风电场Ⅱ期", "海上风电场（二期）"),
        ("一体化压铸二期", "一体化压铸 二期项目"),
        ("2024", "2024"),
        ("光伏组件项目", "光伏组件建设项目"),
        ("新建项目", "新建项目"),
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
        ("2023", "2024"),
        ("新建项目", "年产项目"),
        ("精密轴承智能工厂", "精密轴承智能工厂二期"),
        ("光伏组件A区厂房", "光伏组件B区厂房"),
        ("年产10万套轴承生产线建设项目", "年产10万套齿轮生产线建设项目"),
        ("年产10万套轴承项目", "年产20万套轴承项目"),
        ("锂电池正极材料项目", "锂电池负极材料项目"),
        ("Battery plant I", "Battery plant II"),
        ("Line 12 of the rolling mill", "Line 13 of the rolling mill"),
        ("第十一批设备更新", "第一批设备更新"),
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
    assert_eq!(likeness((&id("a"), &one), (&id("a"), &one)), None, "it isn't its own duplicate");
    let merged = Project { merged_projects: vec![going("old", &one)], ..one.clone() };
    let saw = Project { distinct_from: vec![id("old")], ..one.clone() };
    assert!(!likely(&merged, &saw), "what was said of one that is merged is still true");
    assert!(!likely(&saw, &merged));
}

#[test]
fn what_is_lacking_is_taken_over_and_the_rest_stays() {
    let (keeper, other) = (project(), whole_project());
    let mut merged = keeper.clone();
    merged.absorb(&id("keeper"), going("other", &other), &other);
    assert_eq!(merged.project_code, other.project_code);
    assert_eq!(merged.localized_titles, other.localized_titles);
    assert_eq!(merged.planned_completion_date, other.planned_completion_date);
    assert_eq!(merged.funding_sources, other.funding_sources);
    assert_eq!(
        (&merged.clusters, &merged.milestones, &merged.contacts),
        (&other.clusters, &other.milestones, &other.contacts)
    );
    assert_eq!(merged.merged_projects[0], other.merged_projects[0]);
    assert_eq!(merged.merged_projects[1..], [going("other", &other)]);
    assert_eq!(merged.merged_projects[1].transitions, other.transitions);
    assert_eq!((merged.stage, &merged.transitions), (keeper.stage, &keeper.transitions));
    assert_eq!(
        (&merged.title, &merged.investment, merged.construction_kind),
        (&keeper.title, &keeper.investment, keeper.construction_kind)
    );
}

#[test]
fn what_is_there_is_not_taken_over() {
    let (mut keeper, other) = (whole_project(), whole_project());
    keeper.localized_titles = english("Second line");
    keeper.planned_start_date = None;
    keeper.planned_completion_date = Some(date("2022-06-01"));
    keeper.distinct_from = vec![id("other"), id("line-3")];
    let mut merged = keeper.clone();
    merged.absorb(&id("keeper"), going("other", &other), &other);
    assert_eq!(merged.localized_titles, keeper.localized_titles);
    assert_eq!(merged.planned_start_date, None, "dates of two plans aren't mixed");
    assert_eq!(merged.distinct_from, [id("line-3")]);
    assert_eq!(merged.clusters, keeper.clusters);
}

#[test]
fn sources_that_pay_for_more_are_not_taken_over() {
    let mut merged = with_total(50);
    let other = whole_project();
    merged.absorb(&id("keeper"), going("other", &other), &other);
    assert!(merged.funding_sources.is_empty());
}

#[test]
fn the_codes_of_both_are_those_of_the_one_that_stays() {
    let (mut keeper, mut other) = (project(), whole_project());
    assert_eq!(keeper.project_codes(), Vec::<&str>::new());
    let held = ["2306-330402-04-02-123456", "2306-330402-04-02-654321"];
    assert_eq!(other.project_codes(), held);
    keeper.absorb(&id("keeper"), going("other", &other), &other);
    other.give_way(&id("keeper"));
    assert_eq!(other.project_codes(), Vec::<&str>::new());
    assert_eq!((other.merged_into, keeper.project_codes()), (Some(id("keeper")), held.to_vec()));
    // One that it has already stays its first, and the other one is its own, too.
    let mut third = whole_project();
    "2306-330402-04-02-000001".clone_into(&mut third.project_code);
    keeper.absorb(&id("keeper"), going("third", &third), &third);
    assert_eq!(keeper.project_code, held[0]);
    assert_eq!(keeper.project_codes(), ["2306-330402-04-02-000001", held[0], held[1]]);
}

/// Titles put together at random, of few parts, so that many are near.
#[test]
fn sketches_let_pass_all_that_is_near_and_little_else() {
    const PARTS: [&str; 16] = [
        "年产",
        "功率",
        "半导体",
        "晶圆",
        "轴承",
        "智能",
        "工厂",
        "项目",
        "一期",
        "二期",
        "2023年",
        "3号",
        "Line ",
        "phase 2 ",
        "SiC",
        "（扩建）",
    ];
    let mut seed = 7_u64;
    let mut below = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % limit
    };
    let titles: Vec<Title> = (0..600)
        .map(|_| {
            let parts: Vec<&str> = (0..=below(8)).map(|_| PARTS[below(PARTS.len())]).collect();
            Title::read(&parts.concat())
        })
        .collect();
    let (mut near, mut passed) = (0, 0);
    for one in &titles {
        let sketch = one.sketch();
        assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Some(sketch));
        assert_eq!(Sketch::from_bytes(&sketch.to_bytes()[1..]), None);
        for other in &titles {
            let nearness = one.nearness(other);
            assert_eq!(nearness, other.nearness(one), "both sides say the same");
            let passes = sketch.may_be_near(&other.sketch());
            assert!(passes || nearness.is_none(), "{one:?} {other:?}");
            (near, passed) = (near + u32::from(nearness.is_some()), passed + u32::from(passes));
        }
        assert_eq!(one.nearness(one), Some(1_000));
    }
    assert!(near > 1_000, "{near} pairs are near");
    assert!(passed < 2 * near, "{passed} pass, of which {near} are near");
}

#[test]
fn a_sketch_is_written_as_ever() {
    let bytes = Title::read("年产72万片功率半导体晶圆项目二期").sketch().to_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        (bytes.len(), hex.as_str()),
        (SKETCH_BYTES, "0040000000000800080200820002000000140000800000")
    );
}
