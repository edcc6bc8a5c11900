//! Of which months a project is expected to report.

use outlay_server::domain::month::Month;
use outlay_server::domain::project::{Project, Stage};
use outlay_server::domain::reference::region::change::Decision;

use super::sample::{date, id};
use super::stage::{on, recorder, with_code};

enum Step {
    To(Stage, &'static str),
    Suspend(&'static str),
    Resume(&'static str),
    Terminate(&'static str),
    Revert,
}

use Step::{Resume, Revert, Suspend, Terminate, To};

fn project(steps: &[Step]) -> Project {
    let (mut project, by) = (with_code(true), recorder());
    project.advance(&by, Stage::Filed, on("2020-12-01")).unwrap();
    for step in steps {
        match step {
            To(stage, day) => project.advance(&by, *stage, on(day)),
            Suspend(day) => project.suspend(&by, on(day)),
            Resume(day) => project.resume(&by, on(day)),
            Terminate(day) => project.terminate(&by, on(day)),
            Revert => project.revert(&by, "记错了".to_owned()),
        }
        .unwrap();
    }
    project
}

/// Spans as text: `2022-03..2022-06`, without the end.
fn spans(project: &Project) -> Vec<String> {
    let spans = project.expected_spans().into_iter();
    spans
        .map(|span| {
            let end = span.end.map(|end| end.to_string()).unwrap_or_default();
            format!("{}..{end}", span.first)
        })
        .collect()
}

#[test]
fn a_report_is_expected_from_the_start_through_the_completion() {
    let (start, done) = (To(Stage::Started, "2022-03-31"), To(Stage::Completed, "2022-05-01"));
    let cases: [(&[Step], &[&str]); 5] = [
        (&[], &[]),
        (&[To(Stage::Started, "2022-03-31")], &["2022-03.."]),
        (&[start, done, To(Stage::InProduction, "2022-09-01")], &["2022-03..2022-06"]),
        // January stands in February's report.
        (
            &[To(Stage::Started, "2022-01-20"), To(Stage::Completed, "2023-01-02")],
            &["2022-02..2023-03"],
        ),
        (
            &[
                To(Stage::Started, "2022-03-01"),
                To(Stage::Completed, "2022-04-01"),
                Revert,
                To(Stage::Completed, "2022-12-31"),
            ],
            &["2022-03..2023-02"],
        ),
    ];
    for (steps, due) in cases {
        assert_eq!(spans(&project(steps)), due);
    }
}

#[test]
fn a_month_of_suspension_is_not_expected_and_none_after_the_termination() {
    let started = || To(Stage::Started, "2022-03-10");
    let cases: [(&[Step], &[&str]); 9] = [
        (&[started(), Suspend("2022-04-01")], &["2022-03..2022-04"]),
        (&[started(), Suspend("2022-04-02")], &["2022-03..2022-05"]),
        (
            &[started(), Suspend("2022-04-02"), Resume("2022-07-01")],
            &["2022-03..2022-05", "2022-07.."],
        ),
        (&[started(), Suspend("2022-04-01"), Resume("2022-04-30")], &["2022-03.."]),
        // Two suspensions that meet are one.
        (
            &[
                started(),
                Suspend("2022-04-20"),
                Resume("2022-05-15"),
                Suspend("2022-05-15"),
                Resume("2022-06-01"),
            ],
            &["2022-03..2022-05", "2022-06.."],
        ),
        // All of January and February.
        (
            &[started(), Suspend("2023-01-01"), Resume("2023-03-01")],
            &["2022-03..2023-02", "2023-03.."],
        ),
        (&[started(), Suspend("2023-01-02"), Resume("2023-03-01")], &["2022-03.."]),
        (&[started(), Terminate("2022-06-01")], &["2022-03..2022-07"]),
        // It was suspended to the end.
        (&[started(), Suspend("2022-04-20"), Terminate("2022-06-10")], &["2022-03..2022-05"]),
    ];
    for (steps, due) in cases {
        assert_eq!(spans(&project(steps)), due);
    }
}

#[test]
fn the_region_is_that_of_the_last_day_of_the_month() {
    let mut project = project(&[To(Stage::Started, "2022-03-10")]);
    let first = project.region.clone();
    let decision = |day| Decision { date: date(day), ..Decision::of_today(date(day)) };
    project.reassign(&id("330411"), &decision("2022-06-30")).unwrap();
    project.reassign(&id("330106"), &decision("2023-01-15")).unwrap();
    let month = |text| Month::parse(text).unwrap();
    let second = id("330411");
    for (text, due) in [
        ("2022-02", None),
        ("2022-03", Some(&first)),
        ("2022-05", Some(&first)),
        ("2022-06", Some(&second)),
        ("2022-12", Some(&second)),
        ("2023-01", None),
        ("2023-02", Some(&id("330106"))),
    ] {
        assert_eq!(project.expected_in(month(text)), due, "{text}");
    }
}
