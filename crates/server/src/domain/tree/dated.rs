//! Trees whose nodes and links have dates.

use std::collections::{BTreeMap, BTreeSet};

use super::Tree;
use crate::domain::date::Date;
use crate::domain::flaw::Flaw;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, name};
use crate::domain::review_level::ReviewLevel;
use crate::domain::validity::Validity;
use crate::error::Reason;

/// A node's place below another one, for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The node above.
    pub parent: Id,
    /// When it is so.
    pub validity: Validity,
}

/// Where a node stands, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// When there is such a node.
    pub validity: Validity,
    /// What it stands below; no two at one time. Between them it is a root.
    pub links: Vec<Link>,
    /// What follows it, or was parted from it, and from which day on.
    pub successors: Vec<(Id, Date)>,
    /// The level on which it reviews reports; none where it doesn't.
    pub level: Option<ReviewLevel>,
}

impl Place {
    /// Below one node, or none, since ever.
    #[must_use]
    pub fn below(parent: Option<&Id>) -> Self {
        let link = |parent: &Id| Link { parent: parent.clone(), validity: Validity::default() };
        Self { links: parent.map(link).into_iter().collect(), ..Self::default() }
    }

    /// What it stands below on a day; none also where it isn't valid then.
    #[must_use]
    pub fn parent_at(&self, day: Date) -> Option<&Id> {
        let mut links = self.links.iter().filter(|_| self.validity.contains(day));
        links.find(|link| link.validity.contains(day)).map(|link| &link.parent)
    }

    /// When a link counts: never while the node isn't valid.
    fn days_of(&self, link: &Link) -> Validity {
        self.validity.and(&link.validity)
    }

    /// The days on which something changes.
    fn days(&self) -> impl Iterator<Item = Date> {
        let links = self.links.iter().map(|link| link.validity);
        links.chain([self.validity]).flat_map(|validity| [validity.from, validity.to]).flatten()
    }
}

/// What is wrong with a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceFlaw {
    /// Where.
    pub spot: Spot,
    /// What.
    pub flaw: Flaw,
}

/// What of a place is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A link, by its number.
    Link(usize),
    /// A successor, by its number.
    Successor(usize),
    /// It isn't valid while this node stands below it.
    Below(Id),
    /// It isn't valid when it follows this node.
    Before(Id),
}

/// Which node stands below which, and when.
///
/// It is built from data that may be wrong: a parent that isn't there makes a
/// root, and in a circle each node is met once. [`Self::flaws`] says what is
/// wrong.
#[derive(Clone, Debug, Default)]
pub struct DatedTree {
    places: BTreeMap<Id, Place>,
    /// What ever stands below a node.
    below: BTreeMap<Id, BTreeSet<Id>>,
    /// What a node ever follows.
    before: BTreeMap<Id, BTreeSet<Id>>,
}

impl DatedTree {
    /// The tree of nodes in their places. Of two with one id the later counts.
    #[must_use]
    pub fn new(nodes: impl IntoIterator<Item = (Id, Place)>) -> Self {
        let mut tree = Self::default();
        for (id, place) in nodes {
            tree.put(id, place);
        }
        tree
    }

    /// Whether there is such a node at any time.
    #[must_use]
    pub fn contains(&self, id: &Id) -> bool {
        self.places.contains_key(id)
    }

    /// The place of a node.
    #[must_use]
    pub fn place(&self, id: &Id) -> Option<&Place> {
        self.places.get(id)
    }

    /// All nodes with their places, by id.
    pub fn places(&self) -> impl Iterator<Item = (&Id, &Place)> {
        self.places.iter()
    }

    /// Whether there is such a node on a day.
    #[must_use]
    pub fn is_valid(&self, id: &Id, day: Date) -> bool {
        self.places.get(id).is_some_and(|place| place.validity.contains(day))
    }

    /// The parent on a day, where it is in the tree then.
    #[must_use]
    pub fn parent_at(&self, id: &Id, day: Date) -> Option<&Id> {
        let parent = self.places.get(id)?.parent_at(day);
        parent.filter(|parent| self.is_valid(parent, day))
    }

    /// A node and what is above it on a day, the nearest first.
    #[must_use]
    pub fn line(&self, id: &Id, day: Date) -> Vec<Id> {
        let mut line: Vec<Id> = Vec::new();
        let mut next = Some(id);
        while let Some(node) = next.filter(|node| !line.contains(node)) {
            line.push(node.clone());
            next = self.parent_at(node, day);
        }
        line
    }

    /// What stands right below a node on a day or later.
    #[must_use]
    pub fn children_from(&self, id: &Id, day: Date) -> Vec<Id> {
        let later = |child: &&Id| {
            self.links_between(child, id).any(|days| !days.is_empty() && !days.is_over(day))
        };
        self.below.get(id).into_iter().flatten().filter(later).cloned().collect()
    }

    /// What a node follows, or was parted from, on the day of its beginning.
    #[must_use]
    pub fn predecessors(&self, id: &Id) -> Vec<Id> {
        let begins = self.places.get(id).and_then(|place| place.validity.from);
        let then = |one: &&Id| {
            let place = self.places.get(one);
            place.is_some_and(|place| {
                place.successors.iter().any(|(next, date)| next == id && Some(*date) == begins)
            })
        };
        self.before.get(id).into_iter().flatten().filter(then).cloned().collect()
    }

    /// Puts a node into its place, also one that stands elsewhere.
    pub fn put(&mut self, id: Id, place: Place) {
        self.remove(&id);
        for link in &place.links {
            self.below.entry(link.parent.clone()).or_default().insert(id.clone());
        }
        for (next, _) in &place.successors {
            self.before.entry(next.clone()).or_default().insert(id.clone());
        }
        self.places.insert(id, place);
    }

    /// Takes a node out; those below it stay.
    pub fn remove(&mut self, id: &Id) {
        let Some(place) = self.places.remove(id) else { return };
        for link in &place.links {
            if let Some(below) = self.below.get_mut(&link.parent) {
                below.remove(id);
            }
        }
        for (next, _) in &place.successors {
            if let Some(before) = self.before.get_mut(next) {
                before.remove(id);
            }
        }
    }

    /// What the tree looks like on a day.
    #[must_use]
    pub fn at(&self, day: Date) -> Tree {
        let valid = self.places.iter().filter(|(_, place)| place.validity.contains(day));
        Tree::new(valid.map(|(id, _)| (id.clone(), self.parent_at(id, day).cloned())))
    }

    /// The days around one in which the tree looks the same.
    #[must_use]
    pub fn span(&self, day: Date) -> Validity {
        let mut span = Validity::default();
        let followed = |place: &Place| place.successors.iter().map(|(_, date)| *date).collect();
        let days = self.places.values().flat_map(|place| {
            let followed: Vec<Date> = followed(place);
            place.days().chain(followed)
        });
        for change in days {
            if change <= day {
                span.from = span.from.max(Some(change));
            } else {
                span.to = Some(span.to.map_or(change, |to| to.min(change)));
            }
        }
        span
    }

    /// What is wrong with a region on a day, if it isn't valid then.
    #[must_use]
    pub fn not_valid(&self, id: &Id, day: Date) -> Option<Flaw> {
        let place = self.places.get(id).filter(|place| !place.validity.contains(day))?;
        let text = match place.validity {
            Validity { to: Some(to), .. } if to <= day => {
                let next = place.successors.iter().filter(|(_, date)| *date == to);
                let next: Vec<_> = next.map(|(id, _)| name(Kind::Region, id)).take(20).collect();
                let next = match next.as_slice() {
                    [] => "nothing follows it".to_owned(),
                    next => format!("it is followed by {}", next.join(", ")),
                };
                format!("names regions/{id}, which ended on {to}, and the day is {day}: {next}")
            }
            Validity { from: Some(from), .. } => {
                format!("names regions/{id}, which begins on {from}, and the day is {day}")
            }
            _ => return None,
        };
        Some(Flaw::new(Reason::RegionNotValid, text))
    }

    /// What is wrong with the place of a node among the others, which are of
    /// `kind`. Nodes that aren't there are no flaw of it.
    #[must_use]
    pub fn flaws(&self, kind: Kind, id: &Id) -> Vec<PlaceFlaw> {
        let Some(place) = self.places.get(id) else {
            return Vec::new();
        };
        let mut flaws = Vec::new();
        let own = name(kind, id);
        let mut add = |spot, reason, text: String| {
            flaws.push(PlaceFlaw { spot, flaw: Flaw::new(reason, text) });
        };
        for (at, link) in place.links.iter().enumerate() {
            let days = place.days_of(link);
            let above = self.places.get(&link.parent).map(|above| above.validity);
            if let Some(above) = above.filter(|above| !above.covers(&days)) {
                let parent = name(kind, &link.parent);
                let text =
                    format!("names {parent}, which is there {above}, and would be above {days}");
                add(Spot::Link(at), Reason::RegionNotValid, text);
            } else if let Some(day) = self.circle(id, link, days) {
                let when = if self.span(day) == Validity::default() {
                    String::new()
                } else {
                    format!(" on {day}")
                };
                add(
                    Spot::Link(at),
                    Reason::TreeCycle,
                    format!("would put {own} below itself{when}"),
                );
            }
        }
        for (at, (next, date)) in place.successors.iter().enumerate() {
            if self.contains(next) && !self.is_valid(next, *date) {
                let next = name(kind, next);
                let text = format!("names {next}, which isn't valid on {date}");
                add(Spot::Successor(at), Reason::RegionNotValid, text);
            }
        }
        self.flaws_for_others(kind, id, place, &mut add);
        flaws
    }

    /// Where others count on a node while it isn't valid.
    fn flaws_for_others(
        &self,
        kind: Kind,
        id: &Id,
        place: &Place,
        add: &mut impl FnMut(Spot, Reason, String),
    ) {
        for child in self.below.get(id).into_iter().flatten() {
            if self.links_between(child, id).any(|days| !place.validity.covers(&days)) {
                let text = format!(
                    "would be there {}, and {} is below it",
                    place.validity,
                    name(kind, child)
                );
                add(Spot::Below(child.clone()), Reason::ChildrenUnplaced, text);
            }
        }
        for one in self.before.get(id).into_iter().flatten() {
            let dates = self.places.get(one).into_iter().flat_map(|place| &place.successors);
            let mut dates = dates.filter(|(next, _)| next == id).map(|(_, date)| *date);
            if let Some(date) = dates.find(|date| !place.validity.contains(*date)) {
                let text = format!("isn't valid on {date}, when it follows {}", name(kind, one));
                add(Spot::Before(one.clone()), Reason::RegionNotValid, text);
            }
        }
    }

    /// When a node stands below another one.
    fn links_between<'a>(
        &'a self,
        child: &Id,
        parent: &'a Id,
    ) -> impl Iterator<Item = Validity> + 'a {
        let place = self.places.get(child);
        place.into_iter().flat_map(move |place| {
            let links = place.links.iter().filter(move |link| link.parent == *parent);
            links.map(move |link| place.days_of(link))
        })
    }

    /// A day of a link on which its node would stand below itself.
    fn circle(&self, id: &Id, link: &Link, days: Validity) -> Option<Date> {
        let above = self.ever_above(&link.parent);
        if !above.contains(id) {
            return None;
        }
        let changes = above.iter().filter_map(|id| self.places.get(id)).flat_map(Place::days);
        let mut changes: Vec<Date> =
            changes.chain(days.from).chain([Date::MIN]).filter(|day| days.contains(*day)).collect();
        changes.sort_unstable();
        changes.into_iter().find(|day| self.is_within(&link.parent, id, *day))
    }

    /// A node and all that is above it at any time.
    fn ever_above(&self, id: &Id) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            if found.insert(id.clone()) {
                let links = self.places.get(id).into_iter().flat_map(|place| &place.links);
                next.extend(links.map(|link| &link.parent));
            }
        }
        found
    }

    /// Whether `id` is `top` or stands below it on a day.
    #[must_use]
    pub fn is_within(&self, id: &Id, top: &Id, day: Date) -> bool {
        let mut met = BTreeSet::new();
        let mut node = Some(id);
        while let Some(id) = node {
            if id == top {
                return true;
            }
            if !met.insert(id) {
                return false;
            }
            node = self.parent_at(id, day);
        }
        false
    }
}
