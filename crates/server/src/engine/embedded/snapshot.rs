//! Reading: the tree as it is, put right by the older values that a snapshot
//! needs.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::sync::Arc;
use std::vec::IntoIter;

use async_trait::async_trait;
use bytes::Bytes;

use super::shared::{Shared, blocking};
use super::tree::{Found, OpenTree};
use super::undo::Ticket;
use crate::engine::{
    Direction, Entry, MAX_SCAN_BYTES, MAX_SCAN_ENTRIES, Range, Result, Scan, Snapshot,
};

/// Reads of up to this many entries are begun at once: a few microseconds each
/// from memory, where moving them to another thread costs tens. What turns out
/// to take longer goes there.
const INLINE_ENTRIES: usize = 32;
/// Fewest entries that one look at the tree takes: some may have been changed
/// since, and looking again costs more than looking ahead.
const WALK_ENTRIES: usize = 8;

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
        if keys.len() <= INLINE_ENTRIES
            && let Some(entries) = self.view.get(keys, false)?
        {
            return Ok(entries);
        }
        let (view, keys) = (Arc::clone(&self.view), keys.to_vec());
        // Nothing is left out where long values are read, too.
        blocking(move || Ok(view.get(&keys, true)?.unwrap_or_default())).await
    }

    async fn scan(&self, range: &Range, direction: Direction, limit: usize) -> Result<Scan> {
        let limit = limit.min(MAX_SCAN_ENTRIES);
        if limit == 0 {
            return Ok(Scan::default());
        }
        let mut scanning = Scanning {
            view: Arc::clone(&self.view),
            rest: Some(range.clone()),
            direction,
            limit,
            want: limit.max(WALK_ENTRIES),
            bytes: 0,
            page: Scan::default(),
        };
        if limit <= INLINE_ENTRIES && scanning.step(false)? {
            return Ok(scanning.page);
        }
        blocking(move || {
            while !scanning.step(true)? {}
            Ok(scanning.page)
        })
        .await
    }
}

impl View {
    /// The entries of `keys`; none where there are long values and those are
    /// not wanted.
    fn get(&self, keys: &[Vec<u8>], long: bool) -> Result<Option<Vec<Option<Entry>>>> {
        let tree = self.shared.tree.get()?;
        let mut current = Vec::with_capacity(keys.len());
        for key in keys {
            let entry = tree.look(key)?;
            if !long && entry.as_ref().is_some_and(|entry| entry.long) {
                return Ok(None);
            }
            current.push(entry.map(|entry| tree.assemble(key, entry)).transpose()?);
        }
        // After the tree, never before: see the undo's own rule.
        let older = self.shared.undo.older(&self.ticket)?;
        keys.iter()
            .zip(current)
            .map(|(key, found)| match older.get(key) {
                Some(entry) => Ok(entry.clone()),
                None => found.map(|found| self.entry(&tree, found)).transpose(),
            })
            .collect::<Result<_>>()
            .map(Some)
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

/// A scan on its way.
struct Scanning {
    view: Arc<View>,
    /// What was not looked at yet; none at the end.
    rest: Option<Range>,
    direction: Direction,
    limit: usize,
    /// Entries of the tree that the next step looks at.
    want: usize,
    bytes: usize,
    page: Scan,
}

impl Scanning {
    /// Looks at one part of the range: with `patient`, whatever it holds;
    /// without, only at a little. Answers whether the page is complete.
    fn step(&mut self, patient: bool) -> Result<bool> {
        let Some(range) = self.rest.clone() else { return Ok(true) };
        let view = Arc::clone(&self.view);
        let tree = view.shared.tree.get()?;
        let reverse = self.direction == Direction::Reverse;
        let Some(walked) = tree.walk(&range, reverse, self.want, patient)? else {
            return Ok(false);
        };
        self.want = (self.want * 2).min(MAX_SCAN_ENTRIES);
        let end = walked.found.last().filter(|_| !walked.ended).map(|(key, _)| key.clone());
        let mut part = match &end {
            Some(last) => range.upto(last, self.direction),
            None => range.clone(),
        };
        let mut found = walked.found.into_iter().peekable();
        loop {
            // The lock is held for one chunk only.
            let older = view.shared.undo.older(&view.ticket)?.chunk(&part, reverse);
            let upto = older.upto;
            let mut older = older.entries.into_iter().peekable();
            if self.merge(&tree, &mut found, &mut older, upto.as_ref())? {
                let left = found.peek().is_some() || older.peek().is_some() || upto.is_some();
                self.page.more = left || end.is_some();
                return Ok(true);
            }
            let Some(upto) = upto else { break };
            self.rest = Some(range.after(&upto, self.direction));
            if !patient {
                return Ok(false);
            }
            part = part.after(&upto, self.direction);
        }
        self.rest = end.map(|last| range.after(&last, self.direction));
        Ok(self.rest.is_none())
    }

    /// Puts what the tree has and what it had into one order, as far as `upto`;
    /// where both know a key, the older value counts. Answers whether the page
    /// is full.
    fn merge(
        &mut self,
        tree: &OpenTree<'_>,
        found: &mut Peekable<IntoIter<(Bytes, Found)>>,
        older: &mut Peekable<IntoIter<(Bytes, Option<Entry>)>>,
        upto: Option<&Bytes>,
    ) -> Result<bool> {
        while let Some(which) = self.which(found.peek(), older.peek(), upto) {
            let next = match which {
                Ordering::Less => match found.next() {
                    Some((key, value)) => Some((key, self.view.entry(tree, value)?)),
                    None => None,
                },
                _ => {
                    if which == Ordering::Equal {
                        found.next();
                    }
                    older.next().and_then(|(key, entry)| Some((key, entry?)))
                }
            };
            if let Some((key, entry)) = next {
                self.bytes += key.len() + entry.value.len();
                self.page.entries.push((key.to_vec(), entry));
                if self.page.entries.len() >= self.limit || self.bytes >= MAX_SCAN_BYTES {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whose key comes next: the tree's (less), the older values' (greater), or
    /// both have the same; none at the end.
    fn which(
        &self,
        found: Option<&(Bytes, Found)>,
        older: Option<&(Bytes, Option<Entry>)>,
        upto: Option<&Bytes>,
    ) -> Option<Ordering> {
        let order = |one: &Bytes, two: &Bytes| match self.direction {
            Direction::Forward => one.cmp(two),
            Direction::Reverse => two.cmp(one),
        };
        let found =
            found.filter(|(key, _)| upto.is_none_or(|upto| order(key, upto) != Ordering::Greater));
        match (found, older) {
            (None, None) => None,
            (Some(_), None) => Some(Ordering::Less),
            (None, Some(_)) => Some(Ordering::Greater),
            (Some((found, _)), Some((older, _))) => Some(order(found, older)),
        }
    }
}
