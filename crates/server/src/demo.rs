//! The demonstration's records: reference data of Zhejiang, offices, invented
//! companies and projects, the symposium of 28 July 2023 in Jiaxing, and official
//! figures that were spoken of there.
//!
//! They are read from the files of `demo/` beside `src/`, go through the same
//! checks as what a caller sends, and are created in one commit. What is there
//! already stays as it is. What happened at the symposium and after it are calls of
//! the services (`script.rs`).

mod figures;
mod file;
mod reference;
mod script;
mod step;

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record as Reference;

use crate::access::Caller;
use crate::domain::date::Date;
use crate::error::{Error, Result};
use crate::service::in_process::InProcess;
use crate::service::provision::Provision;
use crate::store::Store;
pub use figures::table;
use file::{Entry, File};

/// Principal and method that the records are created under.
const DEMO: &str = "demo";
/// What is kept with the commit.
const NOTE: &str = "demonstration data";

const ORGANISATIONS: File =
    File { name: "organisations.json", text: include_str!("../demo/organisations.json") };
const POLICIES: File = File { name: "policies.json", text: include_str!("../demo/policies.json") };
const PROJECTS: File = File { name: "projects.json", text: include_str!("../demo/projects.json") };
const OBSERVATIONS: File =
    File { name: "observations.json", text: include_str!("../demo/observations.json") };
const TARGETS: File = File { name: "targets.json", text: include_str!("../demo/targets.json") };

/// What happened at the symposium and after it, each with the day from which on it
/// is told: nothing that is still to come has happened.
const STORIES: [Story; 2] = [
    Story {
        file: File { name: "symposium.json", text: include_str!("../demo/symposium.json") },
        mark: "demo-symposium",
        over: (2023, 7, 28),
    },
    Story {
        file: File { name: "follow_up.json", text: include_str!("../demo/follow_up.json") },
        mark: "demo-follow-up",
        over: (2023, 10, 28),
    },
];

/// Calls that are made one after the other.
struct Story {
    file: File,
    /// The store is marked with it when all were made.
    mark: &'static str,
    /// Year, month and day.
    over: (i32, i32, i32),
}

/// A record of the demonstration that can't be loaded.
#[derive(Debug, thiserror::Error)]
#[error("{what} of the demonstration can't be loaded: {why}")]
struct Problem {
    /// File or record.
    what: String,
    why: String,
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Internal(problem.into())
    }
}

/// Loads them: each that isn't there, by its id. A record that was changed or
/// deleted stays so.
///
/// # Errors
/// A fault that names record and field where a record breaks a rule, and those
/// of the store.
pub async fn load(store: &Store) -> Result<()> {
    let reader = store.reader().await?;
    if !reader.is_marked(DEMO).await? && !reader.is_empty().await? {
        return Err(Error::NotEmpty);
    }
    let mut provision = Provision::begin(store, caller(), NOTE).await?;
    load_references(&mut provision).await?;
    for Entry { name, record, steps } in file::read::<v1::Project>(&PROJECTS, "Project")? {
        let steps = step::of_project(&name, steps)?;
        provision.project(&record, &steps).await.map_err(|error| of(&name, error))?;
    }
    load_statistics(&mut provision).await?;
    if !provision.is_empty() {
        provision.mark(DEMO);
    }
    provision.finish(store).await
}

/// Makes the calls that tell what happened with the records, each story once. One
/// that was told in part, as the server was stopped, goes on.
///
/// # Errors
/// A fault that names the call that is refused, and those of the store.
pub async fn play(store: &Store, services: &InProcess) -> Result<()> {
    let day = |(year, month, day)| Date::new(year, month, day);
    for Story { file, mark, over } in &STORIES {
        let reader = store.reader().await?;
        let over = day(*over).map_err(|flaw| Error::internal(flaw.description))?;
        if reader.today()? < over || reader.is_marked(mark).await? {
            continue;
        }
        script::play(services, &caller(), file).await?;
        let mut provision = Provision::begin(store, caller(), NOTE).await?;
        provision.mark(mark);
        provision.finish(store).await?;
    }
    Ok(())
}

fn caller() -> Caller {
    Caller {
        principal: DEMO.to_owned(),
        peer: String::new(),
        trace_id: String::new(),
        method: DEMO.to_owned(),
    }
}

async fn load_statistics(provision: &mut Provision) -> Result<()> {
    for entry in file::read::<v1::Observation>(&OBSERVATIONS, "Observation")? {
        let Entry { name, record, steps } = entry;
        let steps = step::of_observation(&name, steps)?;
        provision.observation(&record, &steps).await.map_err(|error| of(&name, error))?;
    }
    for entry in file::read(&TARGETS, "Target")? {
        let record = Reference::Target(entry.record);
        provision.reference(&record).await.map_err(|error| of(&entry.name, error))?;
    }
    Ok(())
}

async fn load_references(provision: &mut Provision) -> Result<()> {
    for (name, record) in reference::read()? {
        provision.reference(&record).await.map_err(|error| of(&name, error))?;
    }
    for entry in file::read(&ORGANISATIONS, "Organisation")? {
        let record = Reference::Organisation(entry.record);
        provision.reference(&record).await.map_err(|error| of(&entry.name, error))?;
    }
    for entry in file::read(&POLICIES, "Policy")? {
        let record = Reference::Policy(entry.record);
        provision.reference(&record).await.map_err(|error| of(&entry.name, error))?;
    }
    Ok(())
}

/// An error that the data is to blame for, with the record and its fields.
fn of(name: &str, error: Error) -> Error {
    let why = match error {
        Error::Fields(violations) => {
            let each = violations.as_slice().iter();
            let told = each.map(|one| format!("{} {}", one.field, one.description));
            told.collect::<Vec<_>>().join("; ")
        }
        Error::Exists { .. } | Error::CodeTaken { .. } | Error::Transition { .. } => {
            error.to_string()
        }
        error => return error,
    };
    Problem { what: name.to_owned(), why }.into()
}
