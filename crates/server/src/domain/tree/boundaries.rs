//! The boundaries of a day: the tree as it is then, and what each node that
//! isn't there on the day counts to.

use std::collections::{BTreeMap, BTreeSet};

use super::{DatedTree, Place, Tree};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::month::Month;

/// Deepest chain that is followed at once; the order in which nodes are taken
/// makes longer ones of what is known already.
const MAX_DEPTH: usize = 64;

/// The tree of a day, with a home for every node that isn't valid on it.
///
/// - A node that has ended counts to what follows it on the day of its end,
///   and so on to the day that is meant.
/// - One that hasn't begun counts to what it was or will be made of.
/// - Where these are several, it counts to the nearest node that all of them
///   stand below; where there are none, to the node above it.
///
/// So nothing is lost from what is above, and nothing is counted twice.
#[derive(Clone, Debug)]
pub struct Boundaries {
    day: Date,
    tree: Tree,
    homes: BTreeMap<Id, Id>,
    guests: BTreeMap<Id, Vec<Id>>,
}

/// What has become of a region's figures for a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heirs {
    /// They belong to one region as a whole.
    Whole(Id),
    /// The region was split since: only the projects know to which part each
    /// figure belongs ([`crate::domain::project::Project::region_at`]).
    Parted {
        /// The parts that are there on the day, sorted.
        parts: Vec<Id>,
        /// The nearest region that all parts stand below: it has the whole sum.
        above: Option<Id>,
    },
}

impl Boundaries {
    /// The boundaries of a day.
    #[must_use]
    pub fn of(dated: &DatedTree, day: Date) -> Self {
        let tree = dated.at(day);
        let homes = Homes { dated, tree: &tree, day, known: BTreeMap::new() }.find();
        let mut guests: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for (guest, home) in &homes {
            guests.entry(home.clone()).or_default().push(guest.clone());
        }
        Self { day, tree, homes, guests }
    }

    /// The tree of the day.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What a node counts to on the day: itself where it is valid; none where
    /// there is nothing that it could count to.
    #[must_use]
    pub fn home<'a>(&'a self, id: &'a Id) -> Option<&'a Id> {
        if self.tree.contains(id) { Some(id) } else { self.homes.get(id) }
    }

    /// A node, all below it, and all that counts to one of them, sorted;
    /// nothing where there is no such node on the day.
    #[must_use]
    pub fn territory(&self, id: &Id) -> Vec<Id> {
        let mut found = self.tree.subtree(id);
        let guests = found.iter().filter_map(|id| self.guests.get(id));
        let guests: Vec<Id> = guests.flatten().cloned().collect();
        found.extend(guests);
        found.sort_unstable();
        found
    }

    /// A region's home and all above it, the nearest first; nothing where it has
    /// none.
    #[must_use]
    pub fn line(&self, id: &Id) -> Vec<Id> {
        let home = self.home(id);
        home.into_iter()
            .flat_map(|home| std::iter::once(home.clone()).chain(self.tree.ancestors(home)))
            .collect()
    }

    /// To which regions of the day belong the figures that were reported of
    /// `region` for `month`: what statistics in the boundaries of a day regroup
    /// the figures "as reported" by. Moves need nothing, as they change what is
    /// above; merges are followed; of splits from that month on, also of those
    /// within it, the projects must be asked. None where nothing is known of
    /// the region or of what followed it.
    #[must_use]
    pub fn heirs(&self, dated: &DatedTree, region: &Id, month: Month) -> Option<Heirs> {
        let begin = Date::new(month.year(), month.month(), 1).ok()?;
        let mut parts = BTreeSet::new();
        let mut met = BTreeSet::new();
        let mut next = vec![(region, begin)];
        while let Some((id, since)) = next.pop() {
            if !met.insert((id, since)) {
                continue;
            }
            let Some(place) = dated.place(id) else { continue };
            let followed = place.successors.iter();
            let followed = followed.filter(|(_, date)| *date > since && *date <= self.day);
            let before = next.len();
            next.extend(followed.map(|(id, date)| (id, *date)));
            let lives = self.tree.contains(id);
            if lives || next.len() == before {
                parts.extend(self.home(id).cloned());
            }
        }
        let parts: Vec<Id> = parts.into_iter().collect();
        match parts.as_slice() {
            [] => None,
            [only] => Some(Heirs::Whole(only.clone())),
            several => {
                let above = self.tree.common(several);
                Some(Heirs::Parted { parts, above })
            }
        }
    }
}

/// Looks for the homes of the nodes that aren't valid.
struct Homes<'a> {
    dated: &'a DatedTree,
    tree: &'a Tree,
    day: Date,
    /// What is known so far; none while it is looked for, and where there is no
    /// home.
    known: BTreeMap<Id, Option<Id>>,
}

impl Homes<'_> {
    fn find(mut self) -> BTreeMap<Id, Id> {
        let strangers = self.dated.places().filter(|(id, _)| !self.tree.contains(id));
        let (mut ended, mut coming): (Vec<_>, Vec<_>) =
            strangers.partition(|(_, place)| place.validity.is_over(self.day));
        // What follows one that has ended is valid, or ended later.
        ended.sort_by_key(|(_, place)| std::cmp::Reverse(place.validity.to));
        coming.sort_by_key(|(_, place)| place.validity.from);
        for (id, place) in ended.into_iter().chain(coming) {
            self.home(id, place, MAX_DEPTH);
        }
        let known = self.known.into_iter();
        known.filter_map(|(id, home)| Some((id, home?))).collect()
    }

    fn home(&mut self, id: &Id, place: &Place, depth: usize) -> Option<Id> {
        if self.tree.contains(id) {
            return Some(id.clone());
        }
        if let Some(known) = self.known.get(id) {
            return known.clone();
        }
        self.known.insert(id.clone(), None);
        let over = place.validity.is_over(self.day);
        let next: Vec<Id> = if over {
            let at_end =
                place.successors.iter().filter(|(_, date)| Some(*date) == place.validity.to);
            at_end.map(|(id, _)| id.clone()).collect()
        } else {
            self.dated.predecessors(id)
        };
        let homes: Option<Vec<Id>> = next.iter().map(|id| self.of(id, depth)).collect();
        let mut home = homes.and_then(|homes| self.tree.common(&homes));
        if home.is_none() {
            let link = if over { place.links.last() } else { place.links.first() };
            home = link.and_then(|link| self.of(&link.parent, depth));
        }
        self.known.insert(id.clone(), home.clone());
        home
    }

    fn of(&mut self, id: &Id, depth: usize) -> Option<Id> {
        let place = self.dated.place(id).filter(|_| depth > 0)?;
        self.home(id, place, depth - 1)
    }
}
