//! Checking a commit and turning it into absolute results, against everything
//! before it: the commits of its own group, those not yet applied, the tree.

use bytes::Bytes;

use super::body::{Body, Write};
use super::overlay::{Layer, Overlay, Version};
use super::tree::{OpenTree, Stored};
use crate::engine::{Class, Commit, Context, Error, Operation, Precondition, Result};

/// A commit that happens: its revision and what it does.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) revision: u64,
    pub(super) changes: Vec<Changed>,
}

/// One key before and after a commit.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    pub(super) key: Bytes,
    pub(super) old: Option<Stored>,
    pub(super) new: Option<Stored>,
}

/// What a commit is checked against.
pub(super) struct View<'a> {
    pub(super) tree: &'a OpenTree<'a>,
    pub(super) overlay: &'a Overlay,
    /// The commits of the same group so far.
    pub(super) group: Layer,
}

impl View<'_> {
    /// Resolves a commit as `revision`, and adds it to the group. On an error
    /// the group is as it was.
    pub(super) fn resolve(&mut self, revision: u64, commit: Commit) -> Result<(Resolved, Body)> {
        for precondition in &commit.preconditions {
            self.check(precondition)?;
        }
        let mut changes = Vec::with_capacity(commit.operations.len());
        let mut writes = Vec::with_capacity(commit.operations.len());
        for operation in commit.operations {
            let (class, key, old, value) = self.outcome(operation)?;
            if old.is_none() && value.is_none() {
                continue;
            }
            writes.push(write(class, &key, old.as_ref(), value.as_ref()));
            changes.push(Changed {
                key,
                old,
                new: value.map(|value| Stored { revision, class, value }),
            });
        }
        let resolved = Resolved { revision, changes };
        self.add(&resolved);
        Ok((resolved, body(commit.context, writes)))
    }

    fn check(&self, precondition: &Precondition) -> Result<()> {
        let (key, expected) = match precondition {
            Precondition::Absent(key) => (key, None),
            Precondition::At(key, revision) => (key, Some(*revision)),
        };
        let found = self.stored(key)?.map(|stored| stored.revision);
        if found == expected { Ok(()) } else { Err(Error::Conflict { key: key.clone() }) }
    }

    /// Class, key, value before and value after of one operation.
    fn outcome(
        &self,
        operation: Operation,
    ) -> Result<(Class, Bytes, Option<Stored>, Option<Bytes>)> {
        match operation {
            Operation::Put { class, key, value } => {
                let old = self.stored(&key)?;
                Ok((class, Bytes::from(key), old, Some(value)))
            }
            Operation::Delete { class, key } => {
                let old = self.stored(&key)?;
                Ok((class, Bytes::from(key), old, None))
            }
            Operation::Add { key, delta } => {
                let old = self.stored(&key)?;
                let Some(sum) = cell(old.as_ref())?.checked_add(delta) else {
                    return Err(Error::Overflow { key });
                };
                let value = Bytes::copy_from_slice(&sum.to_be_bytes());
                Ok((Class::Cell, Bytes::from(key), old, Some(value)))
            }
        }
    }

    fn stored(&self, key: &[u8]) -> Result<Option<Stored>> {
        if let Some(version) = self.group.get(key) {
            return Ok(version.stored.clone());
        }
        // The overlay first: a commit leaves it only once the tree has it.
        if let Some(version) = self.overlay.get(key) {
            return Ok(version.stored);
        }
        self.tree.stored(key)
    }

    fn add(&mut self, resolved: &Resolved) {
        for change in &resolved.changes {
            let version = Version { revision: resolved.revision, stored: change.new.clone() };
            self.group.insert(change.key.clone(), version);
        }
    }
}

fn cell(old: Option<&Stored>) -> Result<i64> {
    let Some(old) = old else { return Ok(0) };
    match (old.class, <[u8; 8]>::try_from(old.value.as_ref())) {
        (Class::Cell, Ok(bytes)) => Ok(i64::from_be_bytes(bytes)),
        _ => Err(Error::Malformed("it adds to a value that is no cell")),
    }
}

fn write(class: Class, key: &Bytes, old: Option<&Stored>, value: Option<&Bytes>) -> Write {
    let old_revision = match class {
        Class::Record => old.map_or(0, |old| old.revision),
        _ => 0,
    };
    Write { class, key: key.clone(), old_revision, value: value.cloned() }
}

fn body(context: Context, writes: Vec<Write>) -> Body {
    Body { context, writes }
}
