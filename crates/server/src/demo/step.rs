//! What is done to projects and observations after their creation, as the requests
//! that a caller would send.

use prost::Message;
use serde::Deserialize;
use serde_json::Value;

use super::{Problem, file};
use crate::service::provision::{ObservationStep, ProjectStep};

/// A step as a file has it: the request in canonical protobuf JSON, without
/// the name of the record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Step {
    Advance(Value),
    Suspend(Value),
    Resume(Value),
    Terminate(Value),
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
