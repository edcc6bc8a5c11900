//! `ImportReferences`: rows come in batches; each batch is one commit, and is
//! acknowledged by its number. A row is found by its name or its code, so a
//! second run finds everything as it should be and writes nothing.

use outlay_proto::v1;
use outlay_proto::v1::ImportOutcome;
use outlay_proto::v1::reference_record::Record as Row;
use outlay_proto::validate::Validate;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::cluster::Clusters;
use super::industry::Industries;
use super::organisation::Organisations;
use super::policy::Policies;
use super::region::Regions;
use crate::access::Caller;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::error::{Error, Reason, Result, Violations, none_of};
use crate::service::admit;
use crate::service::convert::Convert;
use crate::service::mask;
use crate::service::noun::{Noun, Resource};
use crate::service::status::{reason_name, status};
use crate::store::call::Call;
use crate::store::record::{Record, Stored};
use crate::store::transaction::Transaction;
use crate::store::{Known, Store};
use outlay_proto::reflect;

/// Most rows of an import that is all or nothing: they are one commit.
const MAX_ATOMIC_ROWS: usize = 1_000;
/// Answers that wait for a slow client before the import waits too.
const ANSWERS_AHEAD: usize = 4;
/// How often a batch is tried again when others change the same records.
const MAX_ATTEMPTS: usize = 8;

type Answer = std::result::Result<v1::ImportReferencesResponse, Status>;

/// Starts an import; its answers come as its batches are done.
pub(super) fn run(
    store: Store,
    caller: Caller,
    batches: Streaming<v1::ImportReferencesRequest>,
) -> ReceiverStream<Answer> {
    let (answers, stream) = mpsc::channel(ANSWERS_AHEAD);
    tokio::spawn(async move {
        let mut import = Import { store, caller, options: None, sequence: 0, held: Vec::new() };
        if let Err(error) = import.serve(batches, &answers).await {
            // Where the client is gone there is nobody to tell.
            let _gone = answers.send(Err(error)).await;
        }
    });
    ReceiverStream::new(stream)
}

struct Import {
    store: Store,
    caller: Caller,
    options: Option<v1::ImportOptions>,
    sequence: i64,
    /// Batches of an import that is all or nothing, until its end.
    held: Vec<v1::ImportReferencesRequest>,
}

impl Import {
    async fn serve(
        &mut self,
        mut batches: Streaming<v1::ImportReferencesRequest>,
        answers: &mpsc::Sender<Answer>,
    ) -> std::result::Result<(), Status> {
        while let Some(batch) = batches.message().await? {
            self.accept(&batch).map_err(status)?;
            if self.options().all_or_nothing {
                self.hold(batch).map_err(status)?;
                continue;
            }
            let (mut results, revision) = self.write(&[&batch]).await.map_err(status)?;
            let results = results.pop().unwrap_or_default();
            let answer =
                v1::ImportReferencesResponse { sequence: batch.sequence, results, revision };
            if answers.send(Ok(answer)).await.is_err() {
                return Ok(());
            }
        }
        self.finish(answers).await
    }

    /// Writes what was held, where there is any.
    async fn finish(&mut self, answers: &mpsc::Sender<Answer>) -> std::result::Result<(), Status> {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return Ok(());
        }
        let batches: Vec<_> = held.iter().collect();
        let (results, revision) = self.write(&batches).await.map_err(status)?;
        let mut refused = 0;
        for (batch, results) in held.iter().zip(results) {
            refused += results.iter().filter(|result| is_refused(result)).count();
            let answer =
                v1::ImportReferencesResponse { sequence: batch.sequence, results, revision };
            if answers.send(Ok(answer)).await.is_err() {
                return Ok(());
            }
        }
        if refused > 0 {
            let text = format!(
                "{refused} rows were refused, and so none was written: mend them and send all again"
            );
            return Err(status(Error::field("rows", Reason::FieldsInvalid, text)));
        }
        Ok(())
    }

    fn options(&self) -> v1::ImportOptions {
        self.options.unwrap_or_default()
    }

    /// Checks a batch but not its rows.
    fn accept(&mut self, batch: &v1::ImportReferencesRequest) -> Result<()> {
        let mut v = Violations::new();
        if self.sequence > 0 && batch.options.is_some() {
            v.add("options", Reason::FieldContradiction, "may stand only in the first message");
        }
        if batch.sequence != self.sequence + 1 {
            let text =
                format!("is {}: the next batch is number {}", batch.sequence, self.sequence + 1);
            v.add("sequence", Reason::FieldOutOfRange, text);
        }
        if batch.rows.len() > MAX_ATOMIC_ROWS {
            let text =
                format!("has {} items: at most {MAX_ATOMIC_ROWS} are allowed", batch.rows.len());
            v.add("rows", Reason::FieldTooLong, text);
        }
        none_of(v)?;
        self.sequence = batch.sequence;
        self.options = self.options.or(batch.options);
        Ok(())
    }

    fn hold(&mut self, batch: v1::ImportReferencesRequest) -> Result<()> {
        let rows: usize = self.held.iter().map(|batch| batch.rows.len()).sum();
        if rows + batch.rows.len() > MAX_ATOMIC_ROWS {
            return Err(Error::TooLarge(format!(
                "an import that is all or nothing has at most {MAX_ATOMIC_ROWS} rows: \
                 split the file, or let good rows be kept"
            )));
        }
        self.held.push(batch);
        Ok(())
    }

    /// Writes batches in one commit; the results of each, and the revision.
    async fn write(
        &self,
        batches: &[&v1::ImportReferencesRequest],
    ) -> Result<(Vec<Vec<v1::ImportResult>>, i64)> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.try_write(batches).await {
                Err(Error::Conflict) if attempts < MAX_ATTEMPTS => {}
                result => return result,
            }
        }
    }

    async fn try_write(
        &self,
        batches: &[&v1::ImportReferencesRequest],
    ) -> Result<(Vec<Vec<v1::ImportResult>>, i64)> {
        let call = admit::call(&self.store, self.caller.clone())?;
        let reader = self.store.reader().await?;
        let known = Known { regions: reader.tree(Kind::Region).await? };
        let revision = reader.revision();
        let mut transaction = Transaction::new(reader, &call);
        let mut all = Vec::with_capacity(batches.len());
        for batch in batches {
            let mut results = Vec::with_capacity(batch.rows.len());
            for row in &batch.rows {
                results.push(import_row(&mut transaction, &known, &call, row).await?);
            }
            all.push(results);
        }
        let options = self.options();
        let spoilt = options.all_or_nothing && all.iter().flatten().any(is_refused);
        let revision = match transaction.is_empty() || options.validate_only || spoilt {
            true => revision,
            false => self.store.commit(transaction).await?,
        };
        Ok((all, i64::try_from(revision).unwrap_or(i64::MAX)))
    }
}

fn is_refused(result: &v1::ImportResult) -> bool {
    result.outcome == ImportOutcome::Refused as i32
}

async fn import_row(
    transaction: &mut Transaction,
    known: &Known,
    call: &Call,
    row: &v1::ReferenceRecord,
) -> Result<v1::ImportResult> {
    let mut v = Violations::new();
    row.validate(&mut v);
    let Some(record) = &row.record else {
        return Ok(refused("", &v));
    };
    let mut import = ImportRow { transaction, known, call, v };
    match record {
        Row::Region(wire) => import.apply::<Regions>(wire).await,
        Row::Industry(wire) => import.apply::<Industries>(wire).await,
        Row::Cluster(wire) => import.apply::<Clusters>(wire).await,
        Row::Organisation(wire) => import.apply::<Organisations>(wire).await,
        Row::Policy(wire) => import.apply::<Policies>(wire).await,
    }
}

struct ImportRow<'a> {
    transaction: &'a mut Transaction,
    known: &'a Known,
    call: &'a Call,
    v: Violations,
}

impl ImportRow<'_> {
    async fn apply<N: Noun>(&mut self, wire: &N::Wire) -> Result<v1::ImportResult> {
        let noun = N::Record::KIND.noun();
        let Some(id) = self.id::<N>(wire).await? else {
            return Ok(refused(wire.name(), &self.v));
        };
        let name = kind::name(N::Record::KIND, &id);
        if self.transaction.has(N::Record::KIND, &id) {
            let text = format!("is {name}, which another row of the batch has changed");
            self.v.add(&format!("{noun}.name"), Reason::FieldDuplicate, text);
            return Ok(refused(&name, &self.v));
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
        let field = format!("{}.name", N::Record::KIND.noun());
        let named = kind::parse_as(N::Record::KIND, wire.name()).ok();
        if let Some(natural) = N::natural_id(wire) {
            if named.as_ref().is_some_and(|id| id.as_str() != natural) {
                let text = format!("doesn't end in `{natural}`, the code in lower case");
                self.v.add(&field, Reason::FieldContradiction, text);
            }
            return Ok(Id::parse(&natural).ok());
        }
        if !wire.name().is_empty() {
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
        let noun = N::Record::KIND.noun();
        let merged = match old {
            None => wire.clone(),
            Some(old) => {
                let descriptor = reflect::message(N::MESSAGE)
                    .ok_or_else(|| Error::internal("a noun's message is in its proto"))?;
                mask::merge(&descriptor, &N::show(old), wire, None, noun, &mut self.v)?
            }
        };
        let (known, today) = (self.known, self.call.today);
        Ok(self.v.within(noun, |v| {
            let mut convert = Convert::new(v);
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
