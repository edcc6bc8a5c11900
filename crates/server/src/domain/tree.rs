//! Trees of regions, industries and clusters.

use std::collections::{BTreeMap, BTreeSet};

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

    /// Puts a node into its place, also one that stands elsewhere.
    pub fn insert(&mut self, id: Id, parent: Option<Id>) {
        self.remove(&id);
        if let Some(parent) = &parent {
            let siblings = self.children.entry(parent.clone()).or_default();
            let at = siblings.partition_point(|sibling| *sibling < id);
            siblings.insert(at, id.clone());
        }
        self.parents.insert(id, parent);
    }

    /// Takes a node out; those below it stay.
    pub fn remove(&mut self, id: &Id) {
        if let Some(Some(parent)) = self.parents.remove(id)
            && let Some(siblings) = self.children.get_mut(&parent)
        {
            siblings.retain(|sibling| sibling != id);
        }
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

    /// Whether a circle would come of placing `child` below `parent`.
    #[must_use]
    pub fn would_cycle(&self, child: &Id, parent: &Id) -> bool {
        child == parent || self.ancestors(parent).contains(child)
    }
}
