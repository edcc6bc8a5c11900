//! Records that the server brings along: read, checked and taken further as by
//! requests, and created together, in one commit.
//!
//! A record that is there is left as it is, also where it was changed or
//! deleted, so that a second run changes nothing.

use std::sync::Arc;

use outlay_proto::v1;
use outlay_proto::v1::reference_record::Record as Reference;
use outlay_proto::validate::Validate;

use super::noun::{Noun, Resource};
use super::project::{Projects, change};
use super::reference::cluster::Clusters;
use super::reference::indicator::Indicators;
use super::reference::industry::Industries;
use super::reference::organisation::Organisations;
use super::reference::policy::Policies;
use super::reference::region::Regions;
use super::statistics::observation::{Observations, publish, rebase};
use super::statistics::target::Targets;
use super::{admit, standard};
use crate::access::Caller;
use crate::domain::kind::{self, Kind};
use crate::domain::observation::Observation;
use crate::domain::project::{Project, Recorder, Stage};
use crate::error::{Error, Reason, Result, Violations, none_of};
use crate::store::call::Call;
use crate::store::record::Record;
use crate::store::transaction::Transaction;
use crate::store::{Known, Store};

/// What is done to a project after its creation.
#[derive(Clone, Debug)]
pub(crate) enum ProjectStep {
    Advance(v1::AdvanceProjectRequest),
    Suspend(v1::SuspendProjectRequest),
    Resume(v1::ResumeProjectRequest),
    Terminate(v1::TerminateProjectRequest),
}

/// What is added to an observation after its creation.
#[derive(Clone, Debug)]
pub(crate) enum ObservationStep {
    Publish(v1::PublishObservationRequest),
    Rebase(v1::RebaseObservationRequest),
}

/// Records that are being brought.
pub(crate) struct Provision {
    call: Call,
    transaction: Transaction,
}

impl Provision {
    /// Begins, over the newest revision; `note` is kept with the commit.
    pub(crate) async fn begin(store: &Store, caller: Caller, note: &str) -> Result<Self> {
        let mut call = admit::call(store, caller)?;
        note.clone_into(&mut call.note);
        let transaction = Transaction::new(store.reader().await?, &call);
        Ok(Self { call, transaction })
    }

    /// Adds a record of reference data, or one that is imported like them. What it names must be there or have
    /// been added before, here and below.
    pub(crate) async fn reference(&mut self, record: &Reference) -> Result<()> {
        match record {
            Reference::Region(wire) => self.create::<Regions>(wire, as_it_is).await,
            Reference::Industry(wire) => self.create::<Industries>(wire, as_it_is).await,
            Reference::Cluster(wire) => self.create::<Clusters>(wire, as_it_is).await,
            Reference::Organisation(wire) => self.create::<Organisations>(wire, as_it_is).await,
            Reference::Policy(wire) => self.create::<Policies>(wire, as_it_is).await,
            Reference::Indicator(wire) => self.create::<Indicators>(wire, as_it_is).await,
            Reference::Observation(wire) => self.observation(wire, &[]).await,
            Reference::Target(wire) => self.create::<Targets>(wire, as_it_is).await,
        }
    }

    /// Adds a project that has gone through `steps`.
    pub(crate) async fn project(
        &mut self,
        wire: &v1::Project,
        steps: &[ProjectStep],
    ) -> Result<()> {
        self.create::<Projects>(wire, |project, name, call| {
            let (principal, now, today) = (call.principal.as_str(), call.now, call.today);
            let by = Recorder { name, principal, now, today };
            go_through(steps, |step| take(step, project, &by))
        })
        .await
    }

    /// Adds an observation that has gone through `steps`.
    pub(crate) async fn observation(
        &mut self,
        wire: &v1::Observation,
        steps: &[ObservationStep],
    ) -> Result<()> {
        self.create::<Observations>(wire, |observation, _, call| {
            go_through(steps, |step| append(step, observation, call))
        })
        .await
    }

    /// Marks the store.
    pub(crate) fn mark(&mut self, name: &str) {
        self.transaction.mark(name);
    }

    /// Whether nothing was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.transaction.is_empty()
    }

    /// Commits what was added, if there is any.
    pub(crate) async fn finish(self, store: &Store) -> Result<()> {
        if !self.transaction.is_empty() {
            store.commit(self.transaction).await?;
        }
        Ok(())
    }

    async fn create<N: Noun>(
        &mut self,
        wire: &N::Wire,
        go_on: impl FnOnce(&mut N::Record, &str, &Call) -> Result<()>,
    ) -> Result<()> {
        let kind = N::Record::KIND;
        let noun = kind.field();
        let mut v = Violations::new();
        v.within(noun, |v| wire.validate(v));
        let given = kind::parse_as(kind, wire.name()).ok();
        let given = given.as_ref().map_or("", |id| id.as_str());
        let Some(id) = standard::new_id::<N>(given, wire, &mut v) else {
            v.add(&format!("{noun}.name"), Reason::FieldRequired, "is required");
            return Err(Error::Fields(v));
        };
        if self.transaction.reader.find::<N::Record>(&id).await?.is_some() {
            return Ok(());
        }
        let regions = Arc::new(self.transaction.tree(Kind::Region).await?.clone());
        let known = Known::with(regions);
        let mut record = v.within(noun, |v| standard::read::<N>(wire, None, &known, &self.call, v));
        none_of(v)?;
        go_on(&mut record, &kind::name(kind, &id), &self.call)?;
        // Once more, as every change does: more is asked of a later stage.
        let mut v = Violations::new();
        v.within(noun, |v| N::check(&record, &known, self.call.today, v));
        self.transaction.put(&id, None, record, v).await?;
        Ok(())
    }
}

/// Nothing more is done to a record after its creation.
fn as_it_is<R>(_record: &mut R, _name: &str, _call: &Call) -> Result<()> {
    Ok(())
}

/// Takes the steps in their order; what is wrong with one is told with its
/// number: `steps[2].date`.
fn go_through<S>(steps: &[S], mut take: impl FnMut(&S) -> Result<()>) -> Result<()> {
    for (index, step) in steps.iter().enumerate() {
        take(step).map_err(|error| match error {
            Error::Fields(found) => {
                let mut v = Violations::new();
                v.within_item("steps", index, |v| v.join(&found));
                Error::Fields(v)
            }
            error => error,
        })?;
    }
    Ok(())
}

fn take(step: &ProjectStep, project: &mut Project, by: &Recorder<'_>) -> Result<()> {
    let mut v = Violations::new();
    let (date, evidence, reason) = match step {
        ProjectStep::Advance(step) => {
            step.validate(&mut v);
            (&step.date, &step.evidence, "")
        }
        ProjectStep::Suspend(step) => {
            step.validate(&mut v);
            (&step.date, &step.evidence, step.reason.as_str())
        }
        ProjectStep::Resume(step) => {
            step.validate(&mut v);
            (&step.date, &step.evidence, step.reason.as_str())
        }
        ProjectStep::Terminate(step) => {
            step.validate(&mut v);
            (&step.date, &step.evidence, step.reason.as_str())
        }
    };
    let change = change(date.as_ref(), evidence, reason, &mut v);
    none_of(v)?;
    // What is missing was a violation.
    let Some(change) = change else { return Ok(()) };
    match step {
        ProjectStep::Advance(step) => Stage::from_number(step.stage)
            .map_or(Ok(()), |stage| project.advance(by, stage, change)),
        ProjectStep::Suspend(_) => project.suspend(by, change),
        ProjectStep::Resume(_) => project.resume(by, change),
        ProjectStep::Terminate(_) => project.terminate(by, change),
    }
}

fn append(step: &ObservationStep, observation: &mut Observation, call: &Call) -> Result<()> {
    let mut v = Violations::new();
    match step {
        ObservationStep::Publish(step) => {
            step.validate(&mut v);
            publish(step, observation, call.today, &mut v);
        }
        ObservationStep::Rebase(step) => {
            step.validate(&mut v);
            rebase(step, observation, (call.now, call.today), &mut v);
        }
    }
    none_of(v)
}
