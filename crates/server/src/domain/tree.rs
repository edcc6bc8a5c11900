//! Trees of regions, industries and clusters.
//!
//! A [`DatedTree`] is all that is known of who stands below whom, and when; a
//! [`Tree`] is what it looks like on one day, and [`Boundaries`] are that with
//! what has become, or will become, of the nodes that aren't there on the day.

mod boundaries;
mod dated;

use std::collections::{BTreeMap, BTreeSet};

pub use boundaries::{Boundaries, Heirs};
pub use dated::{DatedTree, Link, Place, PlaceFlaw, Spot};

use super::id::Id;

/// Which node stands below which.
///
/// It is built from data that may be wrong: a parent that isn't there makes a
/// root, and in a circle each node is met once.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    parents: BTreeMap<Id, Option<Id>>,
    children: BTreeMap<Id, Vec<Id>>,
}

impl Tree {
    /// The tree of nodes with their parents. Of two with one id the later
    /// counts.
    #[must_use]
    pub fn new(nodes: impl IntoIterator<Item = (Id, Option<Id>)>) -> Self {
        let parents: BTreeMap<Id, Option<Id>> = nodes.into_iter().collect();
        let mut children: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for (id, parent) in &parents {
            if let Some(parent) = parent {
                children.entry(parent.clone()).or_default().push(id.clone());
            }
        }
        Self { parents, children }
    }

    /// Whether there is such a node.
    #[must_use]
    pub fn contains(&self, id: &Id) -> bool {
        self.parents.contains_key(id)
    }

    /// The nodes without a parent in the tree, sorted.
    #[must_use]
    pub fn roots(&self) -> Vec<Id> {
        let roots = self.parents.keys().filter(|id| self.parent(id).is_none());
        roots.cloned().collect()
    }

    /// The parent, where it is in the tree.
    #[must_use]
    pub fn parent(&self, id: &Id) -> Option<&Id> {
        self.parents.get(id)?.as_ref().filter(|parent| self.contains(parent))
    }

    /// The nodes right below, sorted.
    #[must_use]
    pub fn children(&self, id: &Id) -> &[Id] {
        self.children.get(id).map_or(&[], Vec::as_slice)
    }

    /// The node and all below it, sorted; nothing where there is no such node.
    #[must_use]
    pub fn subtree(&self, id: &Id) -> Vec<Id> {
        let mut found = BTreeSet::new();
        let mut next: Vec<&Id> =
            self.parents.get_key_value(id).map(|(id, _)| id).into_iter().collect();
        while let Some(node) = next.pop() {
            if found.insert(node.clone()) {
                next.extend(self.children(node));
            }
        }
        found.into_iter().collect()
    }

    /// The nodes above, the nearest first.
    #[must_use]
    pub fn ancestors(&self, id: &Id) -> Vec<Id> {
        let mut met = BTreeSet::from([id]);
        let mut found = Vec::new();
        let mut node = id;
        while let Some(parent) = self.parent(node) {
            if !met.insert(parent) {
                break;
            }
            found.push(parent.clone());
            node = parent;
        }
        found
    }

    /// Whether `id` is `top` or stands below it.
    #[must_use]
    pub fn is_within(&self, id: &Id, top: &Id) -> bool {
        id == top && self.contains(id) || self.ancestors(id).contains(top)
    }

    /// The nearest node that all of some stand below, or are; none where there
    /// is no such node, or nothing is given.
    #[must_use]
    pub fn common(&self, ids: &[Id]) -> Option<Id> {
        let (first, others) = ids.split_first()?;
        let mut line = vec![first.clone()];
        line.extend(self.ancestors(first));
        line.into_iter()
            .find(|above| self.contains(above) && others.iter().all(|id| self.is_within(id, above)))
    }
}
