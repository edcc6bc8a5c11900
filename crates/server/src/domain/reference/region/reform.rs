//! Reforms: several regions become one, or one becomes several, on one day.
//!
//! They are worked out here as what becomes of each region that takes part, and
//! checked as a whole: whatever comes of one, every region that is valid on a
//! day stands below valid ones on that day, and none below itself.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Decision;
use super::{Region, RegionLink};
use crate::domain::flaw::Flaw;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::tree::{DatedTree, PlaceFlaw};
use crate::error::{Reason, Violations};

/// Most regions that an error names.
const MAX_NAMED: usize = 10;

/// A region that was below one that ends, and what it is to stand below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The region.
    pub region: Id,
    /// Region that it is to stand below.
    pub parent: Id,
}

/// A reform, and what must be known for it.
pub struct Reform<'a> {
    /// All regions as they are.
    pub tree: &'a DatedTree,
    /// Those that take part: see [`involved`].
    pub regions: &'a BTreeMap<Id, Region>,
    /// What was decided.
    pub decision: &'a Decision,
    /// Where the regions below go.
    pub placements: &'a [Placement],
}

/// The regions that take part in a reform of `ids`: these, and what stands
/// below them.
#[must_use]
pub fn involved(tree: &DatedTree, ids: &[Id], decision: &Decision) -> BTreeSet<Id> {
    let below = ids.iter().flat_map(|id| tree.children_from(id, decision.date));
    below.chain(ids.iter().cloned()).collect()
}

/// What becomes of regions; those that are created come first.
pub type Outcome = Vec<(Id, Region)>;

impl Reform<'_> {
    /// `sources` end and `target` follows them; `new` is the target where it is
    /// to be created. Fields are named as `MergeRegionsRequest` names them.
    pub fn merge(
        &self,
        target: &Id,
        new: Option<Region>,
        sources: &[Id],
        v: &mut Violations,
    ) -> Outcome {
        let mut outcome = BTreeMap::new();
        let created = new.map(|new| (target.clone(), self.begun("new_region", new, sources, v)));
        match &created {
            Some(_) => {}
            None => self.must_be_valid("name", target, v),
        }
        for (at, source) in sources.iter().enumerate() {
            let field = format!("sources[{at}]");
            let Some(mut region) = self.known(&field, source, v) else { continue };
            if source == target {
                let text = "is the region that follows: leave it out, as it lives on";
                v.add(&field, Reason::FieldContradiction, text);
            } else if self.tree.is_within(target, source, self.decision.date) {
                let text = format!("is below regions/{source}, which is to end");
                v.add("name", Reason::TreeCycle, text);
            } else if let Err(flaw) = region.end(std::slice::from_ref(target), self.decision) {
                let text = format!("can't end: the day {}", flaw.description);
                v.add(&field, flaw.reason, text);
            }
            outcome.insert(source.clone(), region);
        }
        self.place_children(sources, Some(target), &mut outcome, v);
        self.whole(created.as_slice(), &outcome, "new_region", v)
    }

    /// `source` becomes `parts`, which are there, and `new_parts`; it lives on
    /// where it is a part itself. Fields are named as `SplitRegionRequest`
    /// names them.
    pub fn split(
        &self,
        source: &Id,
        parts: &[Id],
        new_parts: Vec<(Id, Region)>,
        v: &mut Violations,
    ) -> Outcome {
        if parts.len() + new_parts.len() < 2 {
            let text = "has, with new_parts, fewer than two: give all parts, also the region \
                        itself where it lives on";
            v.add("parts", Reason::FieldTooShort, text);
        }
        let Some(mut region) = self.known("name", source, v) else { return Outcome::new() };
        let mut others = Vec::new();
        for (at, part) in parts.iter().enumerate().filter(|(_, part)| *part != source) {
            self.must_be_valid(&format!("parts[{at}]"), part, v);
            others.push(part.clone());
        }
        let mut created = Vec::new();
        for (at, (id, new)) in new_parts.into_iter().enumerate() {
            let field = format!("new_parts[{at}]");
            if others.contains(&id) || id == *source {
                v.add(&field, Reason::FieldDuplicate, format!("is regions/{id} once more"));
            }
            others.push(id.clone());
            created.push((id, self.begun(&field, new, std::slice::from_ref(source), v)));
        }
        let lives = parts.contains(source);
        let done = if lives {
            region.part(&others, self.decision)
        } else {
            region.end(&others, self.decision)
        };
        if let Err(flaw) = done {
            flaw.add_to("effective_date", v);
        }
        let mut outcome = BTreeMap::from([(source.clone(), region)]);
        let stay = lives.then_some(source);
        self.place_children(std::slice::from_ref(source), stay, &mut outcome, v);
        self.whole(&created, &outcome, "new_parts", v)
    }

    /// A region that begins on the day, where it isn't placed yet below what
    /// all of `sources` stand below.
    fn begun(&self, field: &str, mut new: Region, sources: &[Id], v: &mut Violations) -> Region {
        let date = self.decision.date;
        if let Some(from) = new.valid_from.filter(|from| *from != date) {
            let text = format!("is {from}, and the region begins on {date}: leave it out");
            v.add(&format!("{field}.valid_from"), Reason::FieldContradiction, text);
        }
        new.valid_from = Some(date);
        if new.links.is_empty() {
            let above: BTreeSet<_> = sources
                .iter()
                .filter_map(|source| self.regions.get(source))
                .map(|region| region.parent_at(date))
                .collect();
            match above.into_iter().collect::<Vec<_>>().as_slice() {
                [Some(only)] => new.links.push(RegionLink::ever((*only).clone())),
                [] | [None] => {}
                _ => {
                    let text = "is required, as the sources stand below several regions";
                    v.add(&format!("{field}.parent"), Reason::FieldRequired, text);
                }
            }
        }
        new
    }

    /// Where the regions go that stand below those that are reformed: as is
    /// said, otherwise below `heir`.
    fn place_children(
        &self,
        sources: &[Id],
        heir: Option<&Id>,
        outcome: &mut BTreeMap<Id, Region>,
        v: &mut Violations,
    ) {
        let mut unplaced = Vec::new();
        let mut placed = BTreeSet::new();
        for source in sources {
            for child in self.tree.children_from(source, self.decision.date) {
                let said = self.placements.iter().find(|placement| placement.region == child);
                let Some(parent) = said.map(|placement| &placement.parent).or(heir) else {
                    unplaced.push(format!("regions/{child}"));
                    continue;
                };
                placed.insert(child.clone());
                // One that ends too needs no place any more.
                let mut region = match outcome.get(&child).or_else(|| self.regions.get(&child)) {
                    Some(region) if parent != source => region.clone(),
                    _ => continue,
                };
                if sources.contains(&child) {
                    continue;
                }
                if let Err(flaw) = region.relink(source, parent, self.decision) {
                    v.add("children", flaw.reason, format!("regions/{child} {}", flaw.description));
                }
                outcome.insert(child, region);
            }
        }
        for (at, placement) in self.placements.iter().enumerate() {
            if !placed.contains(&placement.region) {
                let text = "isn't below a region that is reformed: leave it out, or move it";
                v.add(&format!("children[{at}].region"), Reason::FieldContradiction, text);
            }
        }
        if !unplaced.is_empty() {
            let more = unplaced.len().saturating_sub(MAX_NAMED);
            unplaced.truncate(MAX_NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let text = format!(
                "must say where these go, which stand below the region that ends: {}{more}",
                unplaced.join(", ")
            );
            v.add("children", Reason::ChildrenUnplaced, text);
        }
    }

    /// The outcome, checked as a whole.
    fn whole(
        &self,
        created: &[(Id, Region)],
        changed: &BTreeMap<Id, Region>,
        new_field: &str,
        v: &mut Violations,
    ) -> Outcome {
        let mut tree = self.tree.clone();
        let created_ones = created.iter().map(|(id, region)| (id, region));
        for (id, region) in created_ones.chain(changed) {
            tree.put(id.clone(), region.place());
        }
        for (at, placement) in self.placements.iter().enumerate() {
            let field = format!("children[{at}].parent");
            self.must_be_there(&field, &placement.parent, &tree, v);
        }
        // Where something is wrong already, the rest is its consequence.
        let outcome = || created.iter().cloned().chain(changed.clone()).collect();
        if !v.is_empty() {
            return outcome();
        }
        for (at, (id, region)) in created.iter().enumerate() {
            let many = if new_field.ends_with('s') { format!("[{at}]") } else { String::new() };
            let field = format!("{new_field}{many}");
            for named in region.references().iter().filter(|named| !tree.contains(&named.id)) {
                unknown(&named.id).add_to(&format!("{field}.{}", named.field), v);
            }
            add(&format!("{field}.parent"), tree.flaws(Kind::Region, id), v);
        }
        for id in changed.keys() {
            let said = self.placements.iter().position(|placement| placement.region == *id);
            let field =
                said.map_or_else(|| "name".to_owned(), |at| format!("children[{at}].parent"));
            add(&field, tree.flaws(Kind::Region, id), v);
        }
        outcome()
    }

    fn known(&self, field: &str, id: &Id, v: &mut Violations) -> Option<Region> {
        let region = self.regions.get(id).filter(|_| self.tree.contains(id));
        if region.is_none() {
            unknown(id).add_to(field, v);
        }
        region.cloned()
    }

    fn must_be_valid(&self, field: &str, id: &Id, v: &mut Violations) {
        self.must_be_there(field, id, self.tree, v);
    }

    fn must_be_there(&self, field: &str, id: &Id, tree: &DatedTree, v: &mut Violations) {
        if !tree.contains(id) {
            unknown(id).add_to(field, v);
        } else if let Some(flaw) = tree.not_valid(id, self.decision.date) {
            flaw.add_to(field, v);
        }
    }
}

/// What is said of a region that isn't there.
#[must_use]
pub fn unknown(id: &Id) -> Flaw {
    let text = format!("names regions/{id}, which doesn't exist or is deleted");
    Flaw::new(Reason::ReferenceUnknown, text)
}

fn add(field: &str, flaws: Vec<PlaceFlaw>, v: &mut Violations) {
    for PlaceFlaw { flaw, .. } in flaws {
        flaw.add_to(field, v);
    }
}
