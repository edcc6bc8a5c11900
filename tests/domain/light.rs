//! Which light a project has.

use outlay_server::domain::month::Month;
use outlay_server::domain::project::light::{Light, LightReading, LightRules, Unread, light};
use outlay_server::domain::project::{AnnualPlan, Project, Stage};

use super::sample::{cny, date};
use super::stage::{on, recorder, with_code};

fn read(project: &Project, as_of: &str, month: &str, fen: i128) -> Vec<LightReading> {
    let month = Month::parse(month).unwrap();
    project.light_readings(&LightRules::default(), date(as_of), (month, fen))
}

/// With a plan of 1,200 yuan for 2023: 100 a month.
fn planned() -> Project {
    let mut project = with_code(true);
    project.annual_plans = vec![AnnualPlan { year: 2023, investment: cny(1_200) }];
    project.planned_start_date = None;
    project
}

#[test]
fn a_project_is_green_yellow_or_red_by_how_far_it_is_behind_the_plan() {
    let cases = [
        // Half of the year: 600 yuan are due.
        (60_000, Light::Green, "0.000000"),
        (90_000, Light::Green, "-25.000000"),
        (48_001, Light::Green, "9.999167"),
        (48_000, Light::Yellow, "10.000000"),
        (24_000, Light::Yellow, "30.000000"),
        (23_999, Light::Red, "30.000833"),
        (-5, Light::Red, "50.004167"),
    ];
    for (fen, due, points) in cases {
        let readings = read(&planned(), "2023-07-20", "2023-06", fen);
        assert_eq!(light(&readings), Some(due), "{fen}");
        let behind = format!("{:?}", readings[0]);
        let outlay_server::domain::project::light::Evidence::Pace { behind: Some(ratio), .. } =
            readings[0].evidence
        else {
            panic!("{behind}")
        };
        assert_eq!(ratio.percent(6), points, "{fen}");
    }
    // Of another year nothing is planned.
    let readings = read(&planned(), "2023-01-20", "2022-12", 0);
    assert_eq!(readings[0].light, Err(Unread::NotPlanned));
    assert_eq!(light(&readings), None);
}

#[test]
fn a_start_that_is_missed_is_yellow_and_red_after_three_months() {
    let mut project = planned();
    project.annual_plans.clear();
    project.planned_start_date = Some(date("2022-11-30"));
    let cases = [
        ("2022-11-30", Light::Green),
        ("2022-12-01", Light::Yellow),
        ("2023-02-27", Light::Yellow),
        // The month has no thirtieth day.
        ("2023-02-28", Light::Red),
    ];
    for (as_of, due) in cases {
        assert_eq!(light(&read(&project, as_of, "2022-12", 0)), Some(due), "{as_of}");
    }
    project.advance(&recorder(), Stage::Filed, on("2023-03-01")).unwrap();
    project.advance(&recorder(), Stage::Started, on("2023-03-02")).unwrap();
    assert_eq!(light(&read(&project, "2023-03-01", "2022-12", 0)), Some(Light::Red));
    assert_eq!(light(&read(&project, "2023-03-02", "2022-12", 0)), Some(Light::Green));
}

#[test]
fn the_worst_rule_counts_and_none_after_the_end() {
    let mut project = planned();
    project.planned_start_date = Some(date("2023-06-30"));
    let readings = read(&project, "2023-07-20", "2023-06", 0);
    let lights: Vec<_> = readings.iter().map(|reading| reading.light).collect();
    assert_eq!(lights, [Ok(Light::Red), Ok(Light::Yellow)]);
    assert_eq!(light(&readings), Some(Light::Red));
    project.terminate(&recorder(), on("2023-07-10")).unwrap();
    let readings = read(&project, "2023-07-20", "2023-06", 0);
    assert!(readings.iter().all(|reading| reading.light == Err(Unread::Over)));
    assert_eq!(light(&read(&project, "2023-07-09", "2023-06", 0)), Some(Light::Red));
}
