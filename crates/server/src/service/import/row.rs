//! One row of an import: found by its name or its code, read, checked, staged.

use std::collections::HashSet;

use outlay_proto::v1;
use outlay_proto::v1::ImportOutcome;
use outlay_proto::validate::Validate;

use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::error::{Error, Reason, Result, Violations};
use crate::service::convert::Convert;
use crate::service::noun::{Noun, Resource};
use crate::service::standard::Standard;
use crate::service::status::{reason_name, refusal};
use crate::store::call::Call;
use crate::store::record::{Record, Stored};
use crate::store::transaction::Transaction;
use crate::store::{Edit, Known};

/// The rows of one commit.
pub(in crate::service) struct Rows<'a> {
    standard: &'a Standard,
    pub(in crate::service) transaction: &'a mut Transaction,
    pub(in crate::service) known: &'a mut Known,
    pub(in crate::service) call: &'a Call,
    /// The records that rows of the batch were of so far.
    seen: &'a mut HashSet<(Kind, Id)>,
    /// All rows are to be of one commit, however many.
    whole: bool,
    /// What is wrong with the row at hand.
    v: Violations,
}

/// A row whose record is known.
pub(in crate::service) struct Found<'r, N: Noun> {
    /// Id of the record.
    pub(in crate::service) id: Id,
    /// The row.
    pub(in crate::service) wire: &'r N::Wire,
    /// The record, where it is there.
    pub(in crate::service) old: Option<Stored<N::Record>>,
    /// What is wrong with how the row says which record it is of.
    pub(in crate::service) flaws: Violations,
}

impl<'a> Rows<'a> {
    /// Nothing is staged yet.
    pub(super) fn new(
        standard: &'a Standard,
        transaction: &'a mut Transaction,
        known: &'a mut Known,
        call: &'a Call,
        seen: &'a mut HashSet<(Kind, Id)>,
        whole: bool,
    ) -> Self {
        Self { standard, transaction, known, call, seen, whole, v: Violations::new() }
    }

    /// Whether the rows that are staged are enough for a commit.
    pub(in crate::service) fn is_full(&self) -> bool {
        !self.whole && self.transaction.is_full()
    }

    /// A row that says nothing of which a record could be found.
    pub(in crate::service) fn unreadable(&mut self, row: &impl Validate) -> v1::ImportResult {
        self.v = Violations::new();
        row.validate(&mut self.v);
        refused("", &self.v)
    }

    /// Stages a row; one that is refused leaves no trace.
    pub(in crate::service) async fn import<N: Noun>(
        &mut self,
        wire: &N::Wire,
    ) -> Result<v1::ImportResult> {
        let mut flaws = Violations::new();
        match self.id::<N>(wire, &mut flaws).await? {
            None => self.nameless::<N>(wire, flaws),
            Some(id) => {
                let old = self.transaction.reader.find::<N::Record>(&id).await?;
                self.put::<N>(Found { id, wire, old, flaws }, |_, _, _, _| Ok(())).await
            }
        }
    }

    /// What becomes of a row that says nothing of which record it is.
    pub(in crate::service) fn nameless<N: Noun>(
        &mut self,
        wire: &N::Wire,
        flaws: Violations,
    ) -> Result<v1::ImportResult> {
        self.v = flaws;
        self.read::<N>(wire, None)?;
        Ok(refused(wire.name(), &self.v))
    }

    /// Stages what a row makes of a record; `act` has the last word on what that
    /// is, and is told what the record was and its name.
    pub(in crate::service) async fn put<N: Noun>(
        &mut self,
        Found { id, wire, old, flaws }: Found<'_, N>,
        act: impl FnOnce(&mut N::Record, Option<&N::Record>, &str, (&Known, &Call)) -> Result<()>,
    ) -> Result<v1::ImportResult> {
        self.v = flaws;
        let noun = N::Record::KIND.field();
        let name = kind::name(N::Record::KIND, &id);
        if !self.seen.insert((N::Record::KIND, id.clone())) {
            let text = format!("is {name}, which another row of the batch has changed");
            self.v.add(&format!("{noun}.name"), Reason::FieldDuplicate, text);
            return Ok(refused(&name, &self.v));
        }
        if self.transaction.has(N::Record::KIND, &id) {
            // An earlier batch of a dry run would have written it.
            return Ok(done(ImportOutcome::Updated, name));
        }
        if old.as_ref().is_some_and(Stored::is_deleted) {
            let text = format!("is {name}, which is deleted: undelete it first");
            self.v.add(&format!("{noun}.name"), Reason::RecordDeleted, text);
            return Ok(refused(&name, &self.v));
        }
        let (mut record, whole) = self.read::<N>(wire, old.as_ref())?;
        if self.v.is_empty() {
            let before = old.as_ref().map(|old| &old.record);
            let acted = act(&mut record, before, &name, (self.known, self.call));
            self.note(noun, acted)?;
        }
        if self.v.is_empty() && old.as_ref().is_some_and(|old| old.record == record) {
            return Ok(done(ImportOutcome::Unchanged, name));
        }
        if whole {
            let (known, today) = (&*self.known, self.call.today);
            self.v.within(noun, |v| N::check(&record, known, today, v));
            N::settle(&mut record, known);
        }
        self.write::<N>(id, name, old, record).await
    }

    async fn write<N: Noun>(
        &mut self,
        id: Id,
        name: String,
        old: Option<Stored<N::Record>>,
        record: N::Record,
    ) -> Result<v1::ImportResult> {
        let Some(record) = self.fitting::<N>(record)? else {
            return Ok(refused(&name, &self.v));
        };
        let before = old.as_ref().map(|old| &old.record);
        self.transaction.check_references(&id, before, &record, &mut self.v).await?;
        if !self.v.is_empty() {
            return Ok(refused(&name, &self.v));
        }
        let (outcome, written) = match &old {
            None => (ImportOutcome::Created, self.transaction.create(id, record).await),
            Some(old) => (ImportOutcome::Updated, self.transaction.update(old, record).await),
        };
        Ok(match self.note(N::Record::KIND.field(), written)? {
            Some(_) => done(outcome, name),
            None => refused(&name, &self.v),
        })
    }

    /// The record, where it isn't too large to be answered with.
    fn fitting<N: Noun>(&mut self, record: N::Record) -> Result<Option<N::Record>> {
        match self.standard.fitting::<N>(Edit::Put(record), self.call) {
            Ok(Edit::Put(record)) => Ok(Some(record)),
            Ok(Edit::SetDeleted(_)) => Err(Error::internal("what is put stays a record")),
            Err(error @ Error::TooLarge(_)) => {
                self.v.add(N::Record::KIND.field(), Reason::TooLarge, error.to_string());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What is the row's fault becomes a violation, and nothing else.
    fn note<T>(&mut self, noun: &str, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Fields(found)) => {
                for one in found.as_slice() {
                    let field = format!("{noun}.{}", one.field);
                    self.v.add(&field, one.reason, one.description.as_str());
                }
                Ok(None)
            }
            Err(error) => match refusal(&error) {
                Some(reason) => {
                    self.v.add(noun, reason, error.to_string());
                    Ok(None)
                }
                None => Err(error),
            },
        }
    }

    /// The id of a row: from its name, its code, or the record that has its
    /// unique code.
    pub(in crate::service) async fn id<N: Noun>(
        &self,
        wire: &N::Wire,
        flaws: &mut Violations,
    ) -> Result<Option<Id>> {
        let field = format!("{}.name", N::Record::KIND.field());
        let named = kind::parse_as(N::Record::KIND, wire.name()).ok();
        if let Some(natural) = N::natural_id(wire) {
            if named.as_ref().is_some_and(|id| id.as_str() != natural) {
                let text = format!("doesn't end in `{natural}`, which the other fields give");
                flaws.add(&field, Reason::FieldContradiction, text);
            }
            return Ok(Id::parse(&natural).ok());
        }
        if !wire.name().is_empty() || N::NATURAL_ID {
            return Ok(named);
        }
        if let Some((number, code)) = N::unique_code(wire) {
            let holder = self.transaction.reader.holder(N::Record::KIND, number, &code).await?;
            let made = || Id::made(N::Record::KIND.field(), self.transaction.new_uid());
            return Ok(Some(holder.unwrap_or_else(made)));
        }
        flaws.add(&field, Reason::FieldRequired, "is required where the row has no unique code");
        Ok(None)
    }

    /// The record as the row would have it, and whether all of it could be read:
    /// what the row doesn't say stays.
    fn read<N: Noun>(
        &mut self,
        wire: &N::Wire,
        old: Option<&Stored<N::Record>>,
    ) -> Result<(N::Record, bool)> {
        let noun = N::Record::KIND.field();
        let today = self.call.today;
        let merged = match old {
            None => wire.clone(),
            Some(old) => N::overlay(&N::show(old, today), wire, &mut self.v)?,
        };
        Ok(self.v.within(noun, |v| {
            // Of a record that is there the row need only give what changes.
            merged.validate(v);
            let mut convert = Convert::new(v, today);
            let record = N::read(&merged, old.map(|old| &old.record), &mut convert);
            let whole = convert.is_whole();
            (record, whole)
        }))
    }
}

fn done(outcome: ImportOutcome, name: String) -> v1::ImportResult {
    v1::ImportResult { outcome: outcome.into(), name, violations: Vec::new() }
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
