//! One row of an import: found by its name or its code, read, checked, staged.

use std::collections::HashSet;

use outlay_proto::v1::ImportOutcome;
use outlay_proto::v1::reference_record::Record as Row;
use outlay_proto::validate::Validate;
use outlay_proto::{reflect, v1};

use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::error::{Error, Reason, Result, Violations};
use crate::service::convert::Convert;
use crate::service::mask;
use crate::service::noun::{Noun, Resource};
use crate::service::reference::cluster::Clusters;
use crate::service::reference::indicator::Indicators;
use crate::service::reference::industry::Industries;
use crate::service::reference::organisation::Organisations;
use crate::service::reference::policy::Policies;
use crate::service::reference::region::Regions;
use crate::service::statistics::observation::Observations;
use crate::service::statistics::target::Targets;
use crate::service::status::reason_name;
use crate::store::Known;
use crate::store::call::Call;
use crate::store::record::{Record, Stored};
use crate::store::transaction::Transaction;

/// The rows of one commit.
pub(super) struct Rows<'a> {
    transaction: &'a mut Transaction,
    known: &'a Known,
    call: &'a Call,
    seen: HashSet<(Kind, Id)>,
    /// What is wrong with the row at hand.
    v: Violations,
}

impl<'a> Rows<'a> {
    pub(super) fn new(transaction: &'a mut Transaction, known: &'a Known, call: &'a Call) -> Self {
        Self { transaction, known, call, seen: HashSet::new(), v: Violations::new() }
    }

    /// Stages a row; one that is refused leaves no trace.
    pub(super) async fn import(&mut self, row: &v1::ReferenceRecord) -> Result<v1::ImportResult> {
        self.v = Violations::new();
        match &row.record {
            None => {
                row.validate(&mut self.v);
                Ok(refused("", &self.v))
            }
            Some(Row::Region(wire)) => self.apply::<Regions>(wire).await,
            Some(Row::Industry(wire)) => self.apply::<Industries>(wire).await,
            Some(Row::Cluster(wire)) => self.apply::<Clusters>(wire).await,
            Some(Row::Organisation(wire)) => self.apply::<Organisations>(wire).await,
            Some(Row::Policy(wire)) => self.apply::<Policies>(wire).await,
            Some(Row::Indicator(wire)) => self.apply::<Indicators>(wire).await,
            Some(Row::Observation(wire)) => self.apply::<Observations>(wire).await,
            Some(Row::Target(wire)) => self.apply::<Targets>(wire).await,
        }
    }

    async fn apply<N: Noun>(&mut self, wire: &N::Wire) -> Result<v1::ImportResult> {
        let noun = N::Record::KIND.field();
        let Some(id) = self.id::<N>(wire).await? else {
            self.read::<N>(wire, None)?;
            return Ok(refused(wire.name(), &self.v));
        };
        let name = kind::name(N::Record::KIND, &id);
        if !self.seen.insert((N::Record::KIND, id.clone())) {
            let text = format!("is {name}, which another row of the batch has changed");
            self.v.add(&format!("{noun}.name"), Reason::FieldDuplicate, text);
            return Ok(refused(&name, &self.v));
        }
        if self.transaction.has(N::Record::KIND, &id) {
            // An earlier batch of a dry run would have written it.
            let outcome = ImportOutcome::Updated.into();
            return Ok(v1::ImportResult { outcome, name, violations: Vec::new() });
        }
        let old = self.transaction.reader.find::<N::Record>(&id).await?;
        if old.as_ref().is_some_and(Stored::is_deleted) {
            let text = format!("is {name}, which is deleted: undelete it first");
            self.v.add(&format!("{noun}.name"), Reason::RecordDeleted, text);
            return Ok(refused(&name, &self.v));
        }
        let record = self.read::<N>(wire, old.as_ref())?;
        let before = old.as_ref().map(|old| &old.record);
        self.transaction.check_references(&id, before, &record, &mut self.v).await?;
        if !self.v.is_empty() {
            return Ok(refused(&name, &self.v));
        }
        let (outcome, written) = match &old {
            None => (ImportOutcome::Created, self.transaction.create(id, record).await),
            Some(old) if old.record == record => (ImportOutcome::Unchanged, Ok(old.clone())),
            Some(old) => (ImportOutcome::Updated, self.transaction.update(old, record).await),
        };
        match written {
            Ok(_) => Ok(v1::ImportResult { outcome: outcome.into(), name, violations: Vec::new() }),
            Err(error @ Error::CodeTaken { .. }) => {
                self.v.add(noun, Reason::CodeTaken, error.to_string());
                Ok(refused(&name, &self.v))
            }
            Err(error) => Err(error),
        }
    }

    /// The id of a row: from its name, its code, or the record that has its
    /// unique code.
    async fn id<N: Noun>(&mut self, wire: &N::Wire) -> Result<Option<Id>> {
        let field = format!("{}.name", N::Record::KIND.field());
        let named = kind::parse_as(N::Record::KIND, wire.name()).ok();
        if let Some(natural) = N::natural_id(wire) {
            if named.as_ref().is_some_and(|id| id.as_str() != natural) {
                let text = format!("doesn't end in `{natural}`, which the other fields give");
                self.v.add(&field, Reason::FieldContradiction, text);
            }
            return Ok(Id::parse(&natural).ok());
        }
        if !wire.name().is_empty() || N::NATURAL_ID {
            return Ok(named);
        }
        if let Some((number, code)) = N::unique_code(wire) {
            let holder = self.transaction.reader.holder(N::Record::KIND, number, &code).await?;
            let made = || Id::made(N::Record::KIND.noun(), self.transaction.new_uid());
            return Ok(Some(holder.unwrap_or_else(made)));
        }
        self.v.add(&field, Reason::FieldRequired, "is required where the row has no unique code");
        Ok(None)
    }

    /// The record as the row would have it: what the row doesn't say stays.
    fn read<N: Noun>(
        &mut self,
        wire: &N::Wire,
        old: Option<&Stored<N::Record>>,
    ) -> Result<N::Record> {
        let noun = N::Record::KIND.field();
        let merged = match old {
            None => wire.clone(),
            Some(old) => {
                let descriptor = reflect::message(N::MESSAGE)
                    .ok_or_else(|| Error::internal("a noun's message is in its proto"))?;
                mask::overlay(&descriptor, &N::show(old, self.call.today), wire, noun, &mut self.v)?
            }
        };
        let (known, today) = (self.known, self.call.today);
        Ok(self.v.within(noun, |v| {
            // Of a record that is there the row need only give what changes.
            merged.validate(v);
            let mut convert = Convert::new(v, today);
            let record = N::read(&merged, old.map(|old| &old.record), &mut convert);
            if convert.is_whole() {
                N::check(&record, known, today, v);
            }
            record
        }))
    }
}

fn refused(name: &str, v: &Violations) -> v1::ImportResult {
    let violations = v.as_slice().iter().map(|violation| v1::ImportViolation {
        field: violation.field.clone(),
        reason: reason_name(violation.reason).to_owned(),
        description: violation.description.clone(),
    });
    v1::ImportResult {
        outcome: ImportOutcome::Refused.into(),
        name: name.to_owned(),
        violations: violations.collect(),
    }
}
