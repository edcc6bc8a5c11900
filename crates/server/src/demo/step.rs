//! What is done to projects, meetings, actions and observations after their creation, as
//! the requests that a caller would send.

use prost::Message;
use serde::Deserialize;
use serde_json::Value;

use super::{Problem, file};
use crate::service::provision::{ActionStep, MeetingStep, ObservationStep, ProjectStep};

/// A step as a file has it: the request in canonical protobuf JSON, without
/// the name of the record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Step {
    Advance(Value),
    Suspend(Value),
    Resume(Value),
    Terminate(Value),
    Schedule(Value),
    Start(Value),
    Close(Value),
    Cancel(Value),
    Submit(Value),
    Return(Value),
    Extend(Value),
    Publish(Value),
    Rebase(Value),
}

/// The steps of the project `name`.
pub(super) fn of_project(name: &str, steps: Vec<Step>) -> Result<Vec<ProjectStep>, Problem> {
    let read = |step| match step {
        Step::Advance(value) => {
            request(name, "AdvanceProjectRequest", value).map(ProjectStep::Advance)
        }
        Step::Suspend(value) => {
            request(name, "SuspendProjectRequest", value).map(ProjectStep::Suspend)
        }
        Step::Resume(value) => {
            request(name, "ResumeProjectRequest", value).map(ProjectStep::Resume)
        }
        Step::Terminate(value) => {
            request(name, "TerminateProjectRequest", value).map(ProjectStep::Terminate)
        }
        _ => Err(foreign(name, "a project")),
    };
    steps.into_iter().map(read).collect()
}

/// The steps of the meeting `name`.
pub(super) fn of_meeting(name: &str, steps: Vec<Step>) -> Result<Vec<MeetingStep>, Problem> {
    let read = |step| match step {
        Step::Schedule(value) => {
            request(name, "ScheduleMeetingRequest", value).map(MeetingStep::Schedule)
        }
        Step::Start(value) => request(name, "StartMeetingRequest", value).map(MeetingStep::Start),
        Step::Close(value) => request(name, "CloseMeetingRequest", value).map(MeetingStep::Close),
        Step::Cancel(value) => {
            request(name, "CancelMeetingRequest", value).map(MeetingStep::Cancel)
        }
        _ => Err(foreign(name, "a meeting")),
    };
    steps.into_iter().map(read).collect()
}

/// The steps of the action `name`.
pub(super) fn of_action(name: &str, steps: Vec<Step>) -> Result<Vec<ActionStep>, Problem> {
    let read = |step| match step {
        Step::Start(value) => request(name, "StartActionRequest", value).map(ActionStep::Start),
        Step::Submit(value) => request(name, "SubmitActionRequest", value).map(ActionStep::Submit),
        Step::Return(value) => request(name, "ReturnActionRequest", value).map(ActionStep::Return),
        Step::Close(value) => request(name, "CloseActionRequest", value).map(ActionStep::Close),
        Step::Cancel(value) => request(name, "CancelActionRequest", value).map(ActionStep::Cancel),
        Step::Extend(value) => request(name, "ExtendActionRequest", value).map(ActionStep::Extend),
        _ => Err(foreign(name, "an action")),
    };
    steps.into_iter().map(read).collect()
}

/// The steps of the observation `name`.
pub(super) fn of_observation(
    name: &str,
    steps: Vec<Step>,
) -> Result<Vec<ObservationStep>, Problem> {
    let read = |step| match step {
        Step::Publish(value) => {
            request(name, "PublishObservationRequest", value).map(ObservationStep::Publish)
        }
        Step::Rebase(value) => {
            request(name, "RebaseObservationRequest", value).map(ObservationStep::Rebase)
        }
        _ => Err(foreign(name, "an observation")),
    };
    steps.into_iter().map(read).collect()
}

fn request<M: Message + Default>(name: &str, kind: &str, mut value: Value) -> Result<M, Problem> {
    if let Value::Object(fields) = &mut value {
        fields.insert("name".to_owned(), Value::from(name));
    }
    file::message(name, kind, value)
}

fn foreign(name: &str, whose: &str) -> Problem {
    Problem { what: name.to_owned(), why: format!("it has a step that isn't {whose}'s") }
}
