//! The trees of reference data, kept in memory as long as they are true.
//!
//! Every write to a tree also writes the tree's marker. A reader looks at the
//! marker in its own snapshot: the tree in memory is that of the marker's
//! revision or it is read anew. So replicas need no word from one another, and
//! two changes of one tree at once conflict.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::key::{self, Key, Table};
use super::reader::Reader;
use super::record::{Record, Stored};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::reference::{Cluster, Indicator, Industry, Region};
use crate::domain::tree::{Boundaries, DatedTree, Place};
use crate::domain::validity::Validity;
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result};

/// Most boundaries that are kept: those of today, and of the days that were
/// asked for last.
const MAX_BOUNDARIES: usize = 16;

/// The trees in memory.
#[derive(Default)]
pub(super) struct Trees(Mutex<Cache>);

#[derive(Default)]
struct Cache {
    /// Each with the revision of its marker.
    trees: HashMap<Kind, (u64, Arc<DatedTree>)>,
    /// Of regions, the newest last.
    boundaries: VecDeque<Kept>,
}

/// Boundaries, which are the same on all days between two changes.
struct Kept {
    revision: u64,
    span: Validity,
    boundaries: Arc<Boundaries>,
}

/// Key of a tree's marker.
pub(super) fn marker(kind: Kind) -> Vec<u8> {
    Key::new(Table::Tree).kind(kind).done()
}

impl Trees {
    /// A tree, and the revision of its marker.
    pub(super) async fn get(reader: &Reader, kind: Kind) -> Result<(u64, Arc<DatedTree>)> {
        let trees = &reader.inner.trees;
        let revision = reader.entry(marker(kind)).await?.map_or(0, |entry| entry.revision);
        if let Some(tree) = trees.cached(kind, revision) {
            return Ok((revision, tree));
        }
        let places = match kind {
            Kind::Region => places::<Region>(reader).await?,
            Kind::Industry => places::<Industry>(reader).await?,
            Kind::Cluster => places::<Cluster>(reader).await?,
            Kind::Indicator => places::<Indicator>(reader).await?,
            other => {
                return Err(Error::internal(format!("{} form no tree", other.collection())));
            }
        };
        let tree = Arc::new(DatedTree::new(places));
        trees.keep(kind, revision, &tree);
        Ok((revision, tree))
    }

    /// The boundaries of a day.
    pub(super) async fn boundaries(reader: &Reader, day: Date) -> Result<Arc<Boundaries>> {
        let (revision, tree) = Self::get(reader, Kind::Region).await?;
        let trees = &reader.inner.trees;
        if let Some(boundaries) = trees.boundaries_of(revision, day) {
            return Ok(boundaries);
        }
        let boundaries = Arc::new(Boundaries::of(&tree, day));
        let span = tree.span(day);
        trees.keep_boundaries(Kept { revision, span, boundaries: Arc::clone(&boundaries) });
        Ok(boundaries)
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cached(&self, kind: Kind, revision: u64) -> Option<Arc<DatedTree>> {
        let cache = self.cache();
        let known = cache.trees.get(&kind).filter(|(at, _)| *at == revision);
        known.map(|(_, tree)| Arc::clone(tree))
    }

    /// Keeps the newest: a reader of an older snapshot doesn't displace it.
    fn keep(&self, kind: Kind, revision: u64, tree: &Arc<DatedTree>) {
        let trees = &mut self.cache().trees;
        if trees.get(&kind).is_none_or(|(at, _)| *at <= revision) {
            trees.insert(kind, (revision, Arc::clone(tree)));
        }
    }

    /// Those that are asked for come last, and so go last.
    fn boundaries_of(&self, revision: u64, day: Date) -> Option<Arc<Boundaries>> {
        let kept = &mut self.cache().boundaries;
        let is_meant = |one: &Kept| one.revision == revision && one.span.contains(day);
        let found = kept.remove(kept.iter().position(is_meant)?)?;
        let boundaries = Arc::clone(&found.boundaries);
        kept.push_back(found);
        Some(boundaries)
    }

    fn keep_boundaries(&self, new: Kept) {
        let kept = &mut self.cache().boundaries;
        kept.retain(|one| one.revision >= new.revision);
        if kept.len() == MAX_BOUNDARIES {
            kept.pop_front();
        }
        kept.push_back(new);
    }
}

async fn places<R: Record>(reader: &Reader) -> Result<Vec<(Id, Place)>> {
    let prefix = key::records(R::KIND);
    let mut range = Range::prefix(&prefix);
    let mut places = Vec::new();
    loop {
        let page = reader.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
        let rest = page.rest(&range, Direction::Forward);
        for (key, entry) in page.entries {
            let id = super::id_of(&key[prefix.len()..])?;
            let stored = Stored::<R>::read(id, reader, &entry)?;
            if !stored.is_deleted() {
                places.push((stored.id, stored.record.place()));
            }
        }
        match rest {
            Some(rest) => range = rest,
            None => return Ok(places),
        }
    }
}
