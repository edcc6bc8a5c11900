//! Keys of cells as they are written, and what people are told of them.

use super::super::action_counts::action_cell;
use super::super::uses;
use super::*;
use crate::domain::instant::Instant;
use crate::domain::report::{Attributes, Investment, ReportContent};

fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

fn submission() -> Submission {
    let investment = Investment { construction_and_installation: 1, equipment: 2, other: 3 };
    Submission {
        number: 1,
        content: ReportContent { investment, ..ReportContent::default() },
        submit_time: Instant::from_micros(0).unwrap(),
        principal: String::new(),
        due_date: Date::new(2023, 7, 10).unwrap(),
        late: true,
        correction_reason: String::new(),
        attributes: Attributes {
            region: id("33"),
            industry: id("3825"),
            section: id("c"),
            division: id("38"),
            construction_kind: ConstructionKind::Reconstruction,
            technical_transformation: true,
            size_class: SizeClass::From100Million,
            clusters: vec![id("c1")],
            lists: vec![id("l1")],
            reviewers: Vec::new(),
        },
    }
}

fn written(cells: Cells) -> Vec<(Vec<u8>, Vec<i128>)> {
    cells.into_numbers().collect()
}

#[test]
fn figures_are_written_as_ever_and_told_as_what_they_are() {
    let mut cells = Cells::default();
    let month = Month::new(2023, 12).unwrap();
    let basis = Basis::Accepted(ReviewLevel::City);
    count_figures(month, basis, &submission(), &mut cells);
    let golden: [(&[u8], &str, &str); 8] = [
        (b"\x0e\x01\x02\x5e\xe033\0", "figures by region", ""),
        (b"\x0e\x02\x02\x5e\xe038\x0033\0", "figures by division", "division industries/38, "),
        (
            b"\x0e\x03\x02\x5e\xe0\x0733\0",
            "figures by construction kind",
            "construction kind RECONSTRUCTION, technical transformation true, ",
        ),
        (b"\x0e\x04\x02\x5e\xe0\x0333\0", "figures by size class", "size class FROM_100_MILLION, "),
        (
            b"\x0e\x05\x02\x5e\xe038\0\x07\x0333\0",
            "figures by division, construction kind and size class",
            "division industries/38, construction kind RECONSTRUCTION, technical \
             transformation true, size class FROM_100_MILLION, ",
        ),
        (b"\x0e\x06\x02\x5e\xe0c1\x0033\0", "figures by cluster", "cluster clusters/c1, "),
        (b"\x0e\x07\x02\x5e\xe0l1\x0033\0", "figures by list", "list l1, "),
        (b"\x0e\x14\x02\x5e\xe0c\x0033\0", "figures by section", "section industries/c, "),
    ];
    let cells = written(cells);
    assert_eq!(cells.len(), golden.len());
    for ((key, numbers), (bytes, family, by)) in cells.iter().zip(golden) {
        assert_eq!((key.as_slice(), numbers.as_slice()), (bytes, [1, 2, 3, 1].as_slice()));
        let description = format!("basis ACCEPTED by CITY, month 2023-12, {by}region regions/33");
        assert_eq!(told(key), Told { family: family.to_owned(), description });
    }
}

#[test]
fn other_cells_are_told_as_what_they_are() {
    let reviewer = Reviewer { level: ReviewLevel::Province, region: id("33") };
    let cases: [(Vec<u8>, &[u8], &str, &str); 3] = [
        (
            waiting(Some(&reviewer)),
            b"\x0e\x08\x0333\0",
            "reports that wait",
            "level PROVINCE, region regions/33",
        ),
        (
            month_part(cell(Family::Timely).byte(0), Month::new(2023, 1).unwrap())
                .text("33")
                .done(),
            b"\x0e\x09\x00\x5e\xd533\0",
            "in time and late",
            "basis SUBMITTED, month 2023-01, region regions/33",
        ),
        (uses::key(Kind::Region, &id("33")), b"\x09\x0133", "records that name it", "regions/33"),
    ];
    for (key, golden, family, description) in cases {
        assert_eq!(key, golden);
        let (family, description) = (family.to_owned(), description.to_owned());
        assert_eq!(told(&key), Told { family, description });
    }
}

#[test]
fn what_enrolments_count_for_is_told_as_what_it_is() {
    let cases: [(&[u8], &str, &str); 2] = [
        (
            b"\x0e\x17\x01\x34\xb2\x48tz\x00330402\0",
            "participants of trainings",
            "day 2023-07-28, course courses/tz, region regions/330402",
        ),
        (b"\x0e\x18s-1\0", "places of training sessions", "session trainingSessions/s-1"),
    ];
    for (key, family, description) in cases {
        let came = told(key);
        assert_eq!((came.family.as_str(), came.description.as_str()), (family, description));
    }
}

#[test]
fn a_key_that_nobody_writes_is_told_as_its_bytes() {
    let keys: [&[u8]; 7] = [
        b"",
        b"\x0e",
        b"\x0e\x63",
        b"\x0e\x01\x09\x5e\xe033\0",
        b"\x0e\x01\x02\x00\x0033\0",
        b"\x0e\x01\x02\x5e\xe033",
        b"\x0e\x01\x02\x5e\xe033\0more",
    ];
    for key in keys {
        let told = told(key);
        assert_eq!(told.family, "unknown", "{key:?}: {told:?}");
    }
    assert_eq!(told(b"\x0e\x63").description, "the key 0e63");
}

#[test]
fn what_projects_count_for_is_told_as_what_it_is() {
    let cases: [(&[u8], &str, &str); 4] = [
        (
            b"\x0e\x0a\x07\xe7330402\0",
            "reports that are expected",
            "year 2023, region regions/330402",
        ),
        (b"\x0e\x0b\x07330402\0", "projects by stage", "stage STARTED, region regions/330402"),
        (
            b"\x0e\x0c38\0\x07\x03\x0a330402\0",
            "projects by division, construction kind, size class and stage",
            "division industries/38, construction kind RECONSTRUCTION, technical \
             transformation true, size class FROM_100_MILLION, stage IN_PRODUCTION, \
             region regions/330402",
        ),
        (
            b"\x0e\x0d\x5e\xda330402\0",
            "starts and plans of projects",
            "month 2023-06, region regions/330402",
        ),
    ];
    for (key, family, description) in cases {
        let came = told(key);
        assert_eq!((came.family.as_str(), came.description.as_str()), (family, description));
    }
}

#[test]
fn what_actions_count_for_is_written_as_ever_and_told_as_what_it_is() {
    let due = Date::new(2023, 9, 30).ok();
    let cases: [(Vec<u8>, &[u8], &str); 2] = [
        (
            action_cell(Kind::Organisation, &id("jx"), due),
            b"\x0e\x16\x04jx\0\x01\x34\xb3\x12",
            "organisation organisations/jx, day 2023-09-30",
        ),
        (
            action_cell(Kind::Region, &id("33"), None),
            b"\x0e\x16\x0133\0\0\0\0\0",
            "region regions/33, no day",
        ),
    ];
    for (key, golden, description) in cases {
        assert_eq!(key, golden);
        let came = told(&key);
        assert_eq!(came.family, "actions, open, closed and cancelled");
        assert_eq!(came.description, description);
    }
}
