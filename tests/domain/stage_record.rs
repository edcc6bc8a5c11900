//! What is recorded of a project's stages: dates, and what is taken back.

use outlay_server::domain::project::transition::MAX_TRANSITIONS;
use outlay_server::domain::project::{Project, Stage};
use outlay_server::error::{Error, Reason};

use super::sample::{TODAY, date};
use super::stage::{act, after, assert_unbroken, needed, on, recorder, with_code};

pub(super) fn assert_field(error: Error, field: &str, reason: Reason) {
    let Error::Fields(violations) = error else { panic!("{error:?}") };
    let found: Vec<_> =
        violations.as_slice().iter().map(|one| (one.field.as_str(), one.reason)).collect();
    assert_eq!(found, [(field, reason)]);
}

#[test]
fn dates_never_decrease_and_are_never_in_the_future() {
    let mut project = with_code(true);
    project.advance(&recorder(), Stage::Filed, on("2023-05-10")).unwrap();
    let cases = [
        ("2023-05-09", Some(Reason::DateOrder)),
        ("2023-07-29", Some(Reason::FieldOutOfRange)),
        ("2023-05-10", None),
        (TODAY, None),
    ];
    for (day, reason) in cases {
        let advanced = project.clone().advance(&recorder(), Stage::Started, on(day));
        let suspended = project.clone().suspend(&recorder(), on(day));
        let terminated = project.clone().terminate(&recorder(), on(day));
        for done in [advanced, suspended, terminated] {
            match reason {
                Some(reason) => assert_field(done.unwrap_err(), "date", reason),
                None => done.unwrap(),
            }
        }
    }
    // What was taken back doesn't bind: the date may be mended.
    project.revert(&recorder(), "wrong date".to_owned()).unwrap();
    project.advance(&recorder(), Stage::Filed, on("2023-05-01")).unwrap();
}

#[test]
fn the_dates_of_construction_are_those_of_its_stages() {
    let mut project = with_code(true);
    let by = recorder();
    project.advance(&by, Stage::Filed, on("2023-01-01")).unwrap();
    assert_eq!((project.actual_start_date(), project.actual_completion_date()), (None, None));
    project.advance(&by, Stage::Started, on("2023-02-01")).unwrap();
    project.suspend(&by, on("2023-03-01")).unwrap();
    project.resume(&by, on("2023-04-01")).unwrap();
    project.advance(&by, Stage::Completed, on("2023-05-01")).unwrap();
    assert_eq!(project.actual_start_date(), Some(date("2023-02-01")));
    assert_eq!(project.actual_completion_date(), Some(date("2023-05-01")));
    project.revert(&by, "not yet".to_owned()).unwrap();
    assert_eq!(project.actual_completion_date(), None);
}

#[test]
fn taking_back_leads_step_by_step_to_the_beginning() {
    let steps = ["advance:FILED", "suspend", "resume", "advance:STARTED", "suspend"];
    let mut project = with_code(true);
    let mut states = vec![(project.stage, project.suspended_from)];
    for step in steps {
        act(&mut project, step).unwrap();
        states.push((project.stage, project.suspended_from));
    }
    states.pop();
    while let Some(state) = states.pop() {
        act(&mut project, "revert").unwrap();
        assert_unbroken(&project);
        assert_eq!((project.stage, project.suspended_from), state);
    }
    let clause = "there must be a change that can be taken back";
    assert_eq!(needed(&project, "revert"), [clause]);
    assert_eq!(project.transitions.len(), 2 * steps.len());
    assert!(project.transitions.iter().all(|transition| transition.reverted));
}

#[test]
fn taking_back_is_recorded_with_who_when_and_why() {
    let mut project = with_code(true);
    project.advance(&recorder(), Stage::Filed, on("2023-05-10")).unwrap();
    project.revert(&recorder(), "typed wrongly".to_owned()).unwrap();
    let [advance, back] = project.transitions.as_slice() else { panic!() };
    assert_eq!((advance.from, advance.to, advance.reverted), (Stage::Planned, Stage::Filed, true));
    assert_eq!((advance.evidence.as_str(), advance.reason.as_str()), ("No. 1", "because"));
    assert_eq!((back.from, back.to, back.reverted), (Stage::Filed, Stage::Planned, true));
    assert_eq!((back.principal.as_str(), back.reason.as_str()), ("jx", "typed wrongly"));
    assert_eq!((back.date, back.record_time), (date(TODAY), recorder().now));
}

#[test]
fn a_project_with_too_many_changes_can_still_be_terminated() {
    let mut project = with_code(true);
    while project.transitions.len() < MAX_TRANSITIONS {
        act(&mut project, "advance:NEGOTIATING").unwrap();
        act(&mut project, "revert").unwrap();
    }
    let clause = "it must have fewer than 200 recorded changes of stage";
    assert_eq!(needed(&project, "advance:NEGOTIATING"), [clause]);
    assert_eq!(project.allowed_actions(), ["terminate"]);
    act(&mut project, "terminate").unwrap();
    assert_eq!(project.stage, Stage::Terminated);
}

#[test]
fn an_update_keeps_the_stage() {
    let present = after(with_code(true), &["advance:FILED", "suspend"]);
    let mut update = Project { title: "New".to_owned(), ..with_code(true) };
    update.keep_stage_of(&present);
    assert_eq!(update, Project { title: "New".to_owned(), ..present });
}
