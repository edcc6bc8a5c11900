//! Checking a commit and turning it into absolute results, against everything
//! before it: the commits of its own group, those not yet applied, the tree.

use bytes::Bytes;

use super::body::{Body, Salts};
use super::overlay::{Layer, Overlay, Version};
use super::tree::{Old, OpenTree, Stored};
use super::writes::Write;
use crate::engine::{Class, Commit, Error, MAX_REPLACED_BYTES, Operation, Precondition, Result};

/// A commit that happens: its revision and what it does.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) revision: u64,
    pub(super) changes: Vec<Planned>,
}

/// What a commit is going to do to a key.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) key: Bytes,
    pub(super) old: Option<Old>,
    pub(super) new: Option<Stored>,
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
        let mut replaced = 0;
        for operation in commit.operations {
            let (class, key, old, value) = self.outcome(operation)?;
            if old.is_none() && value.is_none() {
                continue;
            }
            replaced += old.as_ref().map_or(0, |old| old.length);
            writes.push(write(class, &key, old.as_ref(), value.as_ref()));
            changes.push(Planned {
                key,
                old,
                new: value.map(|value| Stored { revision, class, value }),
            });
        }
        if replaced > MAX_REPLACED_BYTES {
            return Err(Error::TooLarge {
                unit: "bytes of replaced values",
                actual: replaced,
                limit: MAX_REPLACED_BYTES,
            });
        }
        let resolved = Resolved { revision, changes };
        self.add(&resolved);
        Ok((resolved, Body::new(commit.context, writes, &mut Salts::new())))
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
    fn outcome(&self, operation: Operation) -> Result<(Class, Bytes, Option<Old>, Option<Bytes>)> {
        let old = match &operation {
            // Reading it may cost a read of the disk, for nothing.
            Operation::Insert { .. } if !cfg!(debug_assertions) => None,
            operation => self.stored(operation.key())?,
        };
        let same = |class| old.as_ref().is_none_or(|old| old.class == class);
        match operation {
            Operation::Put { class, .. } | Operation::Delete { class, .. } if !same(class) => {
                Err(Error::Malformed("it gives a key another class"))
            }
            Operation::Insert { .. } if old.is_some() => {
                Err(Error::Malformed("it inserts a key that is there"))
            }
            Operation::Insert { key, value } => {
                Ok((Class::Index, Bytes::from(key), None, Some(value)))
            }
            Operation::Put { class, key, value } => Ok((class, Bytes::from(key), old, Some(value))),
            Operation::Delete { class, key } => Ok((class, Bytes::from(key), old, None)),
            Operation::Add { key, deltas } => {
                let Some(value) = add(old.as_ref(), &deltas)? else {
                    return Err(Error::Overflow { key });
                };
                Ok((Class::Cell, Bytes::from(key), old, Some(value)))
            }
        }
    }

    fn stored(&self, key: &[u8]) -> Result<Option<Old>> {
        // The overlay first: a commit leaves it only once the tree has it.
        let newer = match self.group.get(key) {
            Some(version) => Some(version.clone()),
            None => self.overlay.get(key),
        };
        match newer {
            Some(version) => Ok(version.stored.map(Old::from)),
            None => self.tree.old(key),
        }
    }

    fn add(&mut self, resolved: &Resolved) {
        for change in &resolved.changes {
            let version = Version { revision: resolved.revision, stored: change.new.clone() };
            self.group.insert(change.key.clone(), version);
        }
    }
}

/// A cell after an addition; none where a number would overflow.
fn add(old: Option<&Old>, deltas: &[i64]) -> Result<Option<Bytes>> {
    let mut sums = deltas.to_vec();
    if let Some(old) = old {
        let before = old.value.as_deref().unwrap_or_default();
        let (numbers, rest) = before.as_chunks::<8>();
        if old.class != Class::Cell || !rest.is_empty() || numbers.len() != deltas.len() {
            return Err(Error::Malformed("it adds to a value that is no such cell"));
        }
        for (sum, number) in sums.iter_mut().zip(numbers) {
            let Some(new) = i64::from_be_bytes(*number).checked_add(*sum) else {
                return Ok(None);
            };
            *sum = new;
        }
    }
    Ok(Some(sums.into_iter().flat_map(i64::to_be_bytes).collect()))
}

fn write(class: Class, key: &Bytes, old: Option<&Old>, value: Option<&Bytes>) -> Write {
    let old_revision = match class {
        Class::Record => old.map_or(0, |old| old.revision),
        _ => 0,
    };
    Write { class, key: key.clone(), old_revision, value: value.cloned() }
}
