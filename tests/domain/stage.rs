//! How a project's stage changes.

use outlay_server::domain::project::{Project, Recorder, Stage, StageChange};
use outlay_server::error::{Error, Reason};

use super::sample::{TODAY, check_project, date, instant, project};
use super::stage_record::assert_field;

const CODE: &str = "2306-330402-04-02-123456";

pub(super) fn recorder() -> Recorder<'static> {
    Recorder {
        name: "projects/p-1",
        principal: "jx",
        now: instant("2023-07-28T01:00:00Z"),
        today: date(TODAY),
    }
}

pub(super) fn on(day: &str) -> StageChange {
    StageChange { date: date(day), evidence: "No. 1".to_owned(), reason: "because".to_owned() }
}

/// Does what `allowed_actions` calls `action`, today.
pub(super) fn act(project: &mut Project, action: &str) -> Result<(), Error> {
    let by = recorder();
    match action {
        "suspend" => project.suspend(&by, on(TODAY)),
        "resume" => project.resume(&by, on(TODAY)),
        "terminate" => project.terminate(&by, on(TODAY)),
        "revert" => project.revert(&by, "mistake".to_owned()),
        advance => {
            let stage = advance.strip_prefix("advance:").and_then(Stage::parse).unwrap();
            project.advance(&by, stage, on(TODAY))
        }
    }
}

pub(super) fn with_code(technical_transformation: bool) -> Project {
    Project { project_code: CODE.to_owned(), technical_transformation, ..project() }
}

pub(super) fn after(mut project: Project, actions: &[&str]) -> Project {
    for action in actions {
        act(&mut project, action).unwrap();
    }
    project
}

/// What is needed for `action`; nothing where it succeeds.
pub(super) fn needed(project: &Project, action: &str) -> Vec<String> {
    match act(&mut project.clone(), action) {
        Ok(()) => Vec::new(),
        Err(Error::Transition { name, state, needed, .. }) => {
            assert_eq!((name.as_str(), state), ("projects/p-1", project.stage.as_str()));
            assert!(!needed.is_empty());
            needed
        }
        Err(error) => panic!("{action}: {error:?}"),
    }
}

fn every_action() -> Vec<String> {
    let stages = Stage::ALL.iter().filter(|stage| stage.is_on_line()).skip(1);
    let others = ["suspend", "resume", "terminate", "revert"].map(str::to_owned);
    stages.map(|stage| format!("advance:{stage}")).chain(others).collect()
}

/// The changes that count lead from PLANNED to the present stage.
pub(super) fn assert_unbroken(project: &Project) {
    let mut stage = Stage::Planned;
    for transition in project.counting() {
        assert_eq!(transition.from, stage);
        stage = transition.to;
    }
    assert_eq!(project.stage, stage);
    assert_eq!(project.suspended_from.is_some(), stage == Stage::Suspended);
}

#[test]
fn exactly_the_allowed_actions_succeed_wherever_a_project_comes() {
    for technical_transformation in [false, true] {
        let mut met: Vec<(Stage, Option<Stage>)> = Vec::new();
        let mut todo = vec![with_code(technical_transformation)];
        while let Some(project) = todo.pop() {
            assert_unbroken(&project);
            if met.contains(&(project.stage, project.suspended_from)) {
                continue;
            }
            met.push((project.stage, project.suspended_from));
            let allowed = project.allowed_actions();
            for action in every_action() {
                let mut next = project.clone();
                let done = act(&mut next, &action).is_ok();
                assert_eq!(done, allowed.contains(&action), "{} {action}", project.stage);
                if done {
                    todo.push(next);
                } else {
                    assert_eq!(next, project, "a refused action changes nothing");
                }
            }
        }
        for stage in Stage::ALL {
            assert!(met.iter().any(|(other, _)| other == stage), "{stage} is never reached");
        }
        // Twelve states, and SUSPENDED from each of the first ten.
        assert_eq!(met.len(), 12 + 10);
    }
}

#[test]
fn a_stage_that_may_not_be_skipped_is_asked_for() {
    let skips = |stage: &str| {
        format!("{stage} must be reached first, as only a technical transformation may skip it")
    };
    let first = |stage: &str| format!("{stage} must be reached first");
    let plain = with_code(false);
    let transformation = with_code(true);
    let filed = after(plain.clone(), &["advance:SIGNED", "advance:FILED"]);
    let fast = after(transformation.clone(), &["advance:FILED"]);
    let started = after(transformation.clone(), &["advance:FILED", "advance:STARTED"]);
    let cases: [(&Project, &str, Vec<String>); 15] = [
        (&plain, "advance:NEGOTIATING", vec![]),
        (&plain, "advance:SIGNED", vec![]),
        (&plain, "advance:FILED", vec![skips("SIGNED")]),
        (&transformation, "advance:FILED", vec![]),
        (&transformation, "advance:LAND_SECURED", vec![first("FILED")]),
        (&transformation, "advance:STARTED", vec![first("FILED")]),
        (&filed, "advance:STARTED", vec![skips("LAND_SECURED"), skips("PERMITTED")]),
        (&filed, "advance:PERMITTED", vec![skips("LAND_SECURED")]),
        (&fast, "advance:COMPLETED", vec![first("STARTED")]),
        (&started, "advance:UNDER_CONSTRUCTION", vec![]),
        (&started, "advance:COMPLETED", vec![]),
        (&started, "advance:IN_PRODUCTION", vec![first("COMPLETED")]),
        (&started, "advance:AT_CAPACITY", vec![first("COMPLETED"), first("IN_PRODUCTION")]),
        (&started, "resume", vec!["it must be SUSPENDED".to_owned()]),
        (&started, "advance:SIGNED", vec!["it must be PLANNED or NEGOTIATING".to_owned()]),
    ];
    for (project, action, clauses) in cases {
        assert_eq!(needed(project, action), clauses, "{} {action}", project.stage);
    }
}

#[test]
fn a_project_is_filed_only_with_its_code() {
    let clause = "a project code must be given (project_code)";
    let uncoded = after(project(), &["advance:SIGNED"]);
    assert_eq!(needed(&uncoded, "advance:FILED"), [clause]);
    let mut filed = after(with_code(false), &["advance:SIGNED", "advance:FILED"]);
    assert!(check_project(&filed).is_empty());
    filed.project_code.clear();
    let missing = [("project_code".to_owned(), Reason::FieldRequired)];
    assert_eq!(check_project(&filed), missing);
    assert!(check_project(&after(project(), &["advance:SIGNED", "suspend"])).is_empty());
    // Suspended or terminated, it stays filed.
    assert_eq!(check_project(&after(filed.clone(), &["suspend"])), missing);
    assert_eq!(check_project(&after(filed, &["suspend", "terminate"])), missing);
}

#[test]
fn side_states_say_what_to_do() {
    let suspended = after(with_code(true), &["advance:FILED", "suspend"]);
    assert_eq!(suspended.suspended_from, Some(Stage::Filed));
    assert_eq!(suspended.allowed_actions(), ["resume", "terminate", "revert"]);
    assert_eq!(needed(&suspended, "advance:STARTED"), ["it must be resumed first"]);
    let resumed = after(suspended.clone(), &["resume"]);
    assert_eq!((resumed.stage, resumed.suspended_from), (Stage::Filed, None));
    let terminated = after(suspended, &["terminate"]);
    assert_eq!(terminated.reached(), Stage::Filed);
    assert!(terminated.allowed_actions().is_empty());
    for action in every_action() {
        assert_eq!(needed(&terminated, &action), ["TERMINATED is final"]);
    }
    let line = ["FILED", "STARTED", "COMPLETED", "IN_PRODUCTION", "AT_CAPACITY"];
    let line = line.map(|stage| format!("advance:{stage}"));
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    let finished = after(with_code(true), &line);
    assert_eq!(finished.allowed_actions(), ["revert"]);
    assert_eq!(needed(&finished, "terminate"), ["AT_CAPACITY is the last stage"]);
}

#[test]
fn only_a_later_stage_of_the_line_can_be_advanced_to() {
    for stage in [Stage::Planned, Stage::Suspended, Stage::Terminated] {
        let error = with_code(true).advance(&recorder(), stage, on(TODAY)).unwrap_err();
        assert_field(error, "stage", Reason::FieldOutOfRange);
    }
}
