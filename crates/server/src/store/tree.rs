//! The trees of reference data, kept in memory as long as they are true.
//!
//! Every write to a tree also writes the tree's marker. A reader looks at the
//! marker in its own snapshot: the tree in memory is that of the marker's
//! revision or it is read anew. So replicas need no word from one another, and
//! two changes of one tree at once conflict.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::key::{self, Key, Table};
use super::reader::Reader;
use super::record::{Record, Stored};
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::reference::{cluster::Cluster, industry::Industry, region::Region};
use crate::domain::tree::Tree;
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result};

/// The trees in memory, each with the revision of its marker.
#[derive(Default)]
pub(super) struct Trees(Mutex<HashMap<Kind, (u64, Arc<Tree>)>>);

/// Key of a tree's marker.
pub(super) fn marker(kind: Kind) -> Vec<u8> {
    Key::new(Table::Tree).kind(kind).done()
}

impl Trees {
    pub(super) async fn get(reader: &Reader, kind: Kind) -> Result<Arc<Tree>> {
        let trees = &reader.inner.trees;
        let revision = reader.entry(marker(kind)).await?.map_or(0, |entry| entry.revision);
        if let Some(tree) = trees.cached(kind, revision) {
            return Ok(tree);
        }
        let pairs = match kind {
            Kind::Region => pairs::<Region>(reader).await?,
            Kind::Industry => pairs::<Industry>(reader).await?,
            Kind::Cluster => pairs::<Cluster>(reader).await?,
            other => {
                return Err(Error::internal(format!("{} form no tree", other.collection())));
            }
        };
        let tree = Arc::new(Tree::new(pairs));
        trees.keep(kind, revision, &tree);
        Ok(tree)
    }

    fn cached(&self, kind: Kind, revision: u64) -> Option<Arc<Tree>> {
        let trees = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        trees.get(&kind).filter(|(at, _)| *at == revision).map(|(_, tree)| Arc::clone(tree))
    }

    /// Keeps the newest: a reader of an older snapshot doesn't displace it.
    fn keep(&self, kind: Kind, revision: u64, tree: &Arc<Tree>) {
        let mut trees = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if trees.get(&kind).is_none_or(|(at, _)| *at <= revision) {
            trees.insert(kind, (revision, Arc::clone(tree)));
        }
    }
}

async fn pairs<R: Record>(reader: &Reader) -> Result<Vec<(Id, Option<Id>)>> {
    let prefix = key::records(R::KIND);
    let mut range = Range::prefix(&prefix);
    let mut pairs = Vec::new();
    loop {
        let page = reader.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
        let rest = page.rest(&range, Direction::Forward);
        for (key, entry) in page.entries {
            let id = super::id_of(&key[prefix.len()..])?;
            let stored = Stored::<R>::read(id, reader.epoch, &entry)?;
            if !stored.is_deleted() {
                pairs.push((stored.id, stored.record.parent().cloned()));
            }
        }
        match rest {
            Some(rest) => range = rest,
            None => return Ok(pairs),
        }
    }
}
