//! Reading: the tree as it is, put right by the older values that a snapshot
//! needs.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use super::shared::{Shared, blocking};
use super::tree::{Found, OpenTree};
use super::undo::Ticket;
use crate::engine::{Direction, Entry, MAX_SCAN_ENTRIES, Range, Result, Snapshot};

/// Reads of up to this many entries are done at once: a few microseconds each
/// from memory, where moving them to another thread costs tens.
const INLINE_ENTRIES: usize = 32;
/// Fewest entries that one look at the tree takes: some may have been changed
/// since, and looking again costs more than looking ahead.
const WALK_ENTRIES: usize = 8;

type Entries = Vec<(Vec<u8>, Entry)>;

/// A snapshot, which shares its view with reads that are still going on.
pub(super) struct EmbeddedSnapshot {
    view: Arc<View>,
}

struct View {
    shared: Arc<Shared>,
    ticket: Ticket,
}

impl Drop for View {
    fn drop(&mut self) {
        self.shared.undo.release(&self.ticket);
    }
}

impl EmbeddedSnapshot {
    pub(super) fn take(shared: &Arc<Shared>) -> Self {
        Self { view: Arc::new(View { shared: Arc::clone(shared), ticket: shared.undo.take() }) }
    }
}

#[async_trait]
impl Snapshot for EmbeddedSnapshot {
    fn revision(&self) -> u64 {
        self.view.ticket.revision
    }

    async fn get(&self, keys: &[Vec<u8>]) -> Result<Vec<Option<Entry>>> {
        if keys.len() <= INLINE_ENTRIES {
            return self.view.get(keys);
        }
        let (view, keys) = (Arc::clone(&self.view), keys.to_vec());
        blocking(move || view.get(&keys)).await
    }

    async fn scan(&self, range: &Range, direction: Direction, limit: usize) -> Result<Entries> {
        let limit = limit.min(MAX_SCAN_ENTRIES);
        if limit <= INLINE_ENTRIES {
            return self.view.scan(range.clone(), direction, limit);
        }
        let (view, range) = (Arc::clone(&self.view), range.clone());
        blocking(move || view.scan(range, direction, limit)).await
    }
}

impl View {
    fn get(&self, keys: &[Vec<u8>]) -> Result<Vec<Option<Entry>>> {
        let tree = self.shared.tree.get()?;
        let mut current = Vec::with_capacity(keys.len());
        for key in keys {
            current.push(tree.find(key)?);
        }
        // After the tree, never before: see the undo's own rule.
        let older = self.shared.undo.older(&self.ticket)?;
        keys.iter()
            .zip(current)
            .map(|(key, found)| match older.get(key) {
                Some(entry) => Ok(entry.clone()),
                None => found.map(|found| self.entry(&tree, found)).transpose(),
            })
            .collect()
    }

    fn scan(&self, mut rest: Range, direction: Direction, limit: usize) -> Result<Entries> {
        let tree = self.shared.tree.get()?;
        let reverse = direction == Direction::Reverse;
        let mut out = Entries::new();
        while out.len() < limit {
            let want = (limit - out.len()).max(WALK_ENTRIES);
            let found = tree.walk(&rest, reverse, want)?;
            let part = if found.len() < want {
                std::mem::replace(&mut rest, nothing())
            } else {
                cut(&mut rest, found.last().map(|(key, _)| key), reverse)
            };
            let older = self.shared.undo.older(&self.ticket)?;
            let older = older.range(&part);
            let context = (&tree, limit);
            if reverse {
                self.merge(context, found, older.rev(), Ordering::reverse, &mut out)?;
            } else {
                self.merge(context, found, older, |order| order, &mut out)?;
            }
            if rest == nothing() {
                break;
            }
        }
        Ok(out)
    }

    /// Puts what the tree has and what it had into one order; where both know
    /// a key, the older value counts.
    fn merge<'a>(
        &self,
        (tree, limit): (&OpenTree<'_>, usize),
        found: Vec<(Bytes, Found)>,
        older: impl Iterator<Item = (&'a Bytes, &'a Option<Entry>)>,
        order: fn(Ordering) -> Ordering,
        out: &mut Entries,
    ) -> Result<()> {
        let mut found = found.into_iter().peekable();
        let mut older = older.peekable();
        while out.len() < limit {
            match which(&mut found, &mut older, order) {
                None => break,
                Some(Ordering::Less) => {
                    if let Some((key, value)) = found.next() {
                        out.push((key.to_vec(), self.entry(tree, value)?));
                    }
                }
                Some(which) => {
                    if which == Ordering::Equal {
                        found.next();
                    }
                    if let Some((key, Some(entry))) = older.next() {
                        out.push((key.to_vec(), entry.clone()));
                    }
                }
            }
        }
        Ok(())
    }

    /// The entry of a value that was not replaced since the snapshot.
    fn entry(&self, tree: &OpenTree<'_>, found: Found) -> Result<Entry> {
        let revision = match found {
            Found::Whole(stored) if stored.revision <= self.ticket.revision => {
                return Ok(Entry { revision: stored.revision, value: stored.value });
            }
            Found::Whole(stored) => stored.revision,
            Found::Torn { revision } => revision,
        };
        Err(tree.damaged(revision, "a value is not what its commit wrote"))
    }
}

/// Whose key comes next: the tree's (less), the older values' (greater), or
/// both have the same; none at the end.
fn which<'a>(
    found: &mut Peekable<impl Iterator<Item = (Bytes, Found)>>,
    older: &mut Peekable<impl Iterator<Item = (&'a Bytes, &'a Option<Entry>)>>,
    order: fn(Ordering) -> Ordering,
) -> Option<Ordering> {
    match (found.peek(), older.peek()) {
        (None, None) => None,
        (Some(_), None) => Some(Ordering::Less),
        (None, Some(_)) => Some(Ordering::Greater),
        (Some((found, _)), Some((older, _))) => Some(order(found.cmp(older))),
    }
}

/// Takes the part of `range` up to and including `last` out of it.
fn cut(range: &mut Range, last: Option<&Bytes>, reverse: bool) -> Range {
    let Some(last) = last else {
        return std::mem::replace(range, nothing());
    };
    if reverse {
        let part = Range { start: last.to_vec(), end: range.end.take() };
        range.end = Some(last.to_vec());
        return part;
    }
    // The key right after `last`.
    let mut next = last.to_vec();
    next.push(0);
    Range { start: std::mem::replace(&mut range.start, next.clone()), end: Some(next) }
}

fn nothing() -> Range {
    Range { start: Vec::new(), end: Some(Vec::new()) }
}
