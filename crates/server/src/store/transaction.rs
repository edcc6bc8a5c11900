//! Writing: a transaction reads one revision, stages records over it, and
//! becomes one commit in which records, indexes, versions and unique codes
//! change together.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use uuid::Uuid;

use super::call::Call;
use super::cells::Cells;
use super::index::Indexes;
use super::key;
use super::posting;
use super::reader::Reader;
use super::record::{Meta, Record, Stored};
use super::uses;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind, Reference};
use crate::domain::tree::DatedTree;
use crate::engine::{Class, Commit, Context, Entry, Operation, Precondition};
use crate::error::{Error, Reason, Result, Violations, none_of};

/// Why a reference leads nowhere.
#[derive(Clone, Copy)]
enum Death {
    /// The record is deleted.
    Deleted,
    /// There is none, or no longer.
    Erased,
}

/// A commit that is being made.
pub struct Transaction {
    /// What it reads.
    pub reader: Reader,
    context: Context,
    pub(super) now: Instant,
    pub(super) today: Date,
    pub(super) preconditions: BTreeMap<Vec<u8>, Precondition>,
    pub(super) operations: BTreeMap<Vec<u8>, Operation>,
    /// What is added to cells.
    pub(super) cells: Cells,
    /// Bytes of the records that are put.
    pub(super) bytes: usize,
    /// Operations that are left of what was pretended.
    pub(super) pretended: usize,
    /// Records staged so far: whether they can be referred to.
    pub(super) staged: HashMap<(Kind, Id), bool>,
    pub(super) trees: HashMap<Kind, DatedTree>,
}

impl Transaction {
    /// Over what a reader sees.
    #[must_use]
    pub fn new(reader: Reader, call: &Call) -> Self {
        Self {
            reader,
            context: call.context(),
            now: call.now,
            today: call.today,
            preconditions: BTreeMap::new(),
            operations: BTreeMap::new(),
            cells: Cells::default(),
            bytes: 0,
            pretended: 0,
            staged: HashMap::new(),
            trees: HashMap::new(),
        }
    }

    /// A UUID of version 7, from the store's clock.
    #[must_use]
    pub fn new_uid(&self) -> Uuid {
        self.reader.inner.clock.new_uid()
    }

    /// Whether nothing is staged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Marks the store: [`Reader::is_marked`] finds it.
    pub fn mark(&mut self, name: &str) {
        self.put_internal(key::mark(name), Bytes::new());
    }

    pub(super) fn into_commit(self) -> Result<Commit> {
        // What several records of a commit add to one cell is one addition.
        let cells = self.cells.since(Cells::default()).operations()?;
        Ok(Commit {
            context: self.context,
            preconditions: self.preconditions.into_values().collect(),
            operations: self.operations.into_values().chain(cells).collect(),
        })
    }

    /// Stages a new record. Its references must be checked before.
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::CodeTaken`]; [`Error::BeingPurged`] where one
    /// with this id isn't erased wholly.
    pub async fn create<R: Record>(&mut self, id: Id, record: R) -> Result<Stored<R>> {
        let name = || kind::name(R::KIND, &id);
        let key = key::record(R::KIND, &id);
        let erasing = key::erasing(R::KIND, &id);
        let known = self.staged.contains_key(&(R::KIND, id.clone()));
        match self.reader.snapshot.get(&[key.clone(), erasing.clone()]).await?.as_slice() {
            [None, None] if !known => {}
            [None, Some(_)] => return Err(Error::BeingPurged { name: name() }),
            _ => return Err(Error::Exists { name: name() }),
        }
        let codes = self.codes(&id, None, &record).await?;
        self.require(Precondition::Absent(key));
        self.require(Precondition::Absent(erasing));
        let meta = Meta {
            uid: self.reader.inner.clock.new_uid(),
            create_time: self.now,
            update_time: self.now,
            delete_time: None,
            version: 1,
        };
        let etag = String::new();
        let new = Stored { id, meta, revision: 0, etag, purge_time: None, record };
        self.stage(None, &new, codes).await?;
        Ok(new)
    }

    /// Stages a change of `old` to `record`; nothing where they are the same.
    ///
    /// # Errors
    /// [`Error::CodeTaken`].
    pub async fn update<R: Record>(&mut self, old: &Stored<R>, record: R) -> Result<Stored<R>> {
        if old.record == record {
            return Ok(old.clone());
        }
        // What isn't written yet becomes another first version.
        let meta = match old.revision {
            0 => old.meta.clone(),
            _ => self.next(&old.meta, old.meta.delete_time),
        };
        self.replace(old, meta, record).await
    }

    /// Stages the deletion of `old`, or its return.
    ///
    /// # Errors
    /// [`Error::Deleted`], also where it would come back and name a deleted one;
    /// [`Error::ReferencePurged`] where that is gone; [`Error::Fields`] where it would come back to a place that isn't there;
    /// [`Error::NotDeleted`]; and [`Error::InUse`] for reference data that others
    /// name.
    pub async fn set_deleted<R: Record>(
        &mut self,
        old: &Stored<R>,
        deleted: bool,
    ) -> Result<Stored<R>> {
        match (old.is_deleted(), deleted) {
            (true, true) => return Err(Error::Deleted { name: old.name() }),
            (false, false) => return Err(Error::NotDeleted { name: old.name() }),
            _ => {}
        }
        if deleted && uses::hold(R::KIND) {
            self.require_unused(old).await?;
        }
        if deleted && R::KIND == Kind::Project {
            self.require_no_reports(&old.id).await?;
        }
        if let (false, Some(into)) = (deleted, old.record.merged_into()) {
            return Err(Error::Merged { name: old.name(), into: kind::name(R::KIND, into) });
        }
        if !deleted {
            for (dead, why) in self.dead(old.record.references()).await? {
                let reference = kind::name(dead.kind, &dead.id);
                match why {
                    Death::Erased => {
                        return Err(Error::ReferencePurged { name: old.name(), reference });
                    }
                    Death::Deleted if uses::hold(dead.kind) => {
                        return Err(Error::Deleted { name: reference });
                    }
                    Death::Deleted => {}
                }
            }
            let mut violations = Violations::new();
            self.check_tree(&old.id, &old.record, &mut violations).await?;
            none_of(violations)?;
        }
        let meta = self.next(&old.meta, deleted.then_some(self.now));
        self.replace(old, meta, old.record.clone()).await
    }

    /// Adds a violation for every reference of `new` to a record that isn't
    /// there or is deleted. Those that `old` had already are kept as they are.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn check_references<R: Record>(
        &mut self,
        id: &Id,
        old: Option<&R>,
        new: &R,
        v: &mut Violations,
    ) -> Result<()> {
        let all = |record: &R| [record.references(), record.mentions()].concat();
        let kept = old.map(all).unwrap_or_default();
        let is_kept = |wanted: &Reference| {
            kept.iter().any(|old| {
                old.kind == wanted.kind && old.id == wanted.id && old.from == wanted.from
            })
        };
        let wanted: Vec<Reference> =
            all(new).into_iter().filter(|wanted| !is_kept(wanted)).collect();
        let field = |reference: &Reference| format!("{}.{}", R::KIND.field(), reference.field);
        for reference in &wanted {
            if let Some(flaw) = self.not_valid(R::KIND, reference).await? {
                flaw.add_to(&field(reference), v);
            }
        }
        for (reference, _) in self.dead(wanted).await? {
            let name = kind::name(reference.kind, &reference.id);
            let text = format!("names {name}, which doesn't exist or is deleted");
            v.add(&field(&reference), Reason::ReferenceUnknown, text);
        }
        self.check_tree(id, new, v).await
    }

    /// Those of some references that lead to nothing, or to what is deleted. What
    /// they lead to must be as it is when this commit is made.
    async fn dead(&mut self, references: Vec<Reference>) -> Result<Vec<(Reference, Death)>> {
        let mut dead = Vec::new();
        let mut unread = Vec::new();
        for reference in references {
            match self.staged.get(&(reference.kind, reference.id.clone())) {
                Some(true) => {}
                Some(false) => dead.push((reference, Death::Deleted)),
                None => unread.push(reference),
            }
        }
        let keys: Vec<_> = unread.iter().map(|r| key::record(r.kind, &r.id)).collect();
        let entries = self.reader.snapshot.get(&keys).await?;
        for ((reference, key), entry) in unread.into_iter().zip(keys).zip(entries) {
            let Some(entry) = entry else {
                dead.push((reference, Death::Erased));
                continue;
            };
            self.require(Precondition::At(key, entry.revision));
            if is_deleted(&entry)? {
                dead.push((reference, Death::Deleted));
            }
        }
        Ok(dead)
    }

    /// Stages bookkeeping that is no record.
    pub(super) fn put_internal(&mut self, key: Vec<u8>, value: Bytes) {
        let class = Class::Internal;
        self.operations.insert(key.clone(), Operation::Put { class, key, value });
    }

    pub(super) fn require(&mut self, precondition: Precondition) {
        let (Precondition::Absent(key) | Precondition::At(key, _)) = &precondition;
        self.preconditions.insert(key.clone(), precondition);
    }

    fn next(&self, old: &Meta, delete_time: Option<Instant>) -> Meta {
        Meta { update_time: self.now, delete_time, version: old.version + 1, ..old.clone() }
    }

    /// Stages the deletion of `old`, which is `record` from now on.
    pub(super) async fn delete_as<R: Record>(
        &mut self,
        old: &Stored<R>,
        record: R,
    ) -> Result<Stored<R>> {
        let meta = self.next(&old.meta, Some(self.now));
        self.replace(old, meta, record).await
    }

    async fn replace<R: Record>(
        &mut self,
        old: &Stored<R>,
        meta: Meta,
        record: R,
    ) -> Result<Stored<R>> {
        let codes = self.codes(&old.id, Some(old), &record).await?;
        if old.revision > 0 {
            self.require(Precondition::At(key::record(R::KIND, &old.id), old.revision));
        }
        let (id, etag) = (old.id.clone(), String::new());
        let purge_time = self.reader.purge_time(&meta);
        let new = Stored { id, meta, revision: 0, etag, purge_time, record };
        self.stage(Some(old), &new, codes).await?;
        Ok(new)
    }

    /// The operations of one record's change.
    async fn stage<R: Record>(
        &mut self,
        old: Option<&Stored<R>>,
        new: &Stored<R>,
        codes: Vec<Operation>,
    ) -> Result<()> {
        for operation in codes {
            self.require_as_read(operation.key().to_vec()).await?;
            self.operations.insert(operation.key().to_vec(), operation);
        }
        let key = key::record(R::KIND, &new.id);
        let value = new.write()?;
        self.bytes += value.len();
        self.operations.insert(key.clone(), Operation::Put { class: Class::Record, key, value });
        self.insert_index(key::version(R::KIND, &new.id, new.meta.version));
        // Most changes are of something else than what is searched.
        let searched = !old.is_some_and(|old| posting::are_same(old, new));
        let before = old.map(|old| index_keys(old, searched)).unwrap_or_default();
        let after = index_keys(new, searched);
        for key in before.iter().filter(|key| after.binary_search(key).is_err()) {
            if old.is_some_and(|old| old.revision == 0) {
                self.operations.remove(key);
                continue;
            }
            let delete = Operation::Delete { class: Class::Index, key: key.clone() };
            self.operations.insert(key.clone(), delete);
        }
        let added = after.into_iter().filter(|key| before.binary_search(key).is_err());
        let added: Vec<_> = added.collect();
        self.learn(R::KIND, &added).await?;
        for key in added {
            self.insert_index(key);
        }
        self.cells.join(Cells::of(Some(new)).since(Cells::of(old)));
        if R::IS_TREE {
            self.stage_tree(new).await?;
        }
        self.staged.insert((R::KIND, new.id.clone()), !new.is_deleted());
        Ok(())
    }

    /// What others name isn't erased, and reference data isn't even deleted.
    /// Whoever comes to name it meanwhile changes the count, and this commit then
    /// conflicts.
    pub(super) async fn require_unused<R: Record>(&mut self, old: &Stored<R>) -> Result<()> {
        let key = uses::key(R::KIND, &old.id);
        let count =
            self.reader.entry(key.clone()).await?.map_or(Ok(0), |entry| uses::count(&entry))?;
        if count > 0 {
            return Err(Error::InUse { name: old.name(), count });
        }
        self.require_as_read(key).await
    }

    /// Stages an entry that a record didn't have. Only the record's changes make it.
    fn insert_index(&mut self, key: Vec<u8>) {
        // Where this transaction has taken it away before, it was there.
        if self.operations.contains_key(&key) {
            return self.put_index(key, Bytes::new());
        }
        let value = Bytes::new();
        self.operations.insert(key.clone(), Operation::Insert { key, value });
    }

    pub(super) fn put_index(&mut self, key: Vec<u8>, value: Bytes) {
        self.operations.insert(key.clone(), Operation::Put { class: Class::Index, key, value });
    }

    /// The commit is made only if the key is as it was read.
    pub(super) async fn require_as_read(&mut self, key: Vec<u8>) -> Result<()> {
        if !self.preconditions.contains_key(&key) {
            let precondition = match self.reader.entry(key.clone()).await? {
                Some(entry) => Precondition::At(key, entry.revision),
                None => Precondition::Absent(key),
            };
            self.require(precondition);
        }
        Ok(())
    }
}

/// The keys of a record's entries, sorted; its postings, too, where they are
/// wanted.
pub(super) fn index_keys<R: Record>(stored: &Stored<R>, searched: bool) -> Vec<Vec<u8>> {
    let mut indexes = Indexes::new(&stored.id, &stored.meta);
    stored.record.index(&stored.meta, &mut indexes);
    let mut keys = indexes.into_keys();
    if searched {
        // They stand in a later table.
        keys.extend(posting::keys(stored));
    }
    // It stands in a later table, and what is deleted has no postings.
    let deleted = stored.meta.delete_time.map(|time| time.micros());
    keys.extend(deleted.map(|micros| key::deleted(micros, R::KIND, &stored.id)));
    keys
}

/// Whether a record of any kind is deleted: its meta comes first.
fn is_deleted(entry: &Entry) -> Result<bool> {
    super::record::meta(entry).map(|meta| meta.delete_time.is_some())
}
