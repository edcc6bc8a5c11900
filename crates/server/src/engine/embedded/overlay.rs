//! The newest state of the keys that the tree does not have yet: what the
//! writer checks commits against, before the tree.

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;

use super::guard::lock;
use super::tree::Stored;

/// What a commit that is not yet applied made of a key.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) revision: u64,
    /// None where the key was removed.
    pub(super) stored: Option<Stored>,
}

/// Newest versions by key: of one group, or of all that are not yet applied.
pub(super) type Layer = HashMap<Bytes, Version>;

/// All groups that are durable and not yet applied.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    versions: Mutex<Layer>,
}

impl Overlay {
    pub(super) fn get(&self, key: &[u8]) -> Option<Version> {
        lock(&self.versions).get(key).cloned()
    }

    /// Adds a group, once it is durable and before it is applied.
    pub(super) fn absorb(&self, group: Layer) {
        lock(&self.versions).extend(group);
    }

    /// Forgets what the commit of `revision` did to `keys`, once the tree has
    /// it; newer versions stay.
    pub(super) fn settle<'a>(&self, revision: u64, keys: impl Iterator<Item = &'a Bytes>) {
        let mut versions = lock(&self.versions);
        for key in keys {
            if versions.get(key).is_some_and(|version| version.revision <= revision) {
                versions.remove(key);
            }
        }
    }
}
