//! `MoveRegion`, `MergeRegions` and `SplitRegion`: each is one commit over all
//! regions that it changes.

use std::collections::{BTreeMap, BTreeSet};

use outlay_proto::v1;
use tonic::Request;

use super::region::Regions;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::reference::region::Region;
use crate::domain::reference::region::change::Decision;
use crate::domain::reference::region::reform::{Outcome, Placement, Reform, involved, unknown};
use crate::domain::tree::DatedTree;
use crate::error::{Error, Reason, Result, Violations, none_of};
use crate::service::admit;
use crate::service::convert::read_date;
use crate::service::noun::Noun;
use crate::service::requests::Tagged;
use crate::service::standard::{Standard, live, new_id, read};
use crate::store::call::Call;
use crate::store::many::Batch;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

type Records = BTreeMap<Id, Stored<Region>>;

/// A request that changes several regions, read.
struct Reforming<Q> {
    message: Q,
    call: Call,
    id: Id,
    decision: Decision,
    placements: Vec<Placement>,
}

pub(super) async fn move_region(
    standard: &Standard,
    request: Request<v1::MoveRegionRequest>,
) -> Result<v1::Region> {
    let mut it = Reforming::read(standard, request, |message| {
        (message.effective_date, &message.reason, &message.document_number, &[])
    })?;
    let parent = region_id("parent", &it.message.parent)?;
    it.note(&format!("below {} from {}", it.message.parent, it.decision.date));
    let wanted = |_: &Known| BTreeSet::from([it.id.clone()]);
    it.change(standard, wanted, |records, known, v| {
        let tree = &known.regions;
        let mut region = it.target(records)?.record.clone();
        if !tree.contains(&parent) {
            unknown(&parent).add_to("parent", v);
        } else if let Some(flaw) = tree.not_valid(&parent, it.decision.date) {
            flaw.add_to("parent", v);
        }
        if let Err(flaw) = region.move_to(&parent, &it.decision) {
            flaw.add_to("effective_date", v);
        }
        let mut moved = DatedTree::clone(tree);
        moved.put(it.id.clone(), region.place());
        for found in moved.flaws(Kind::Region, &it.id) {
            found.flaw.add_to("parent", v);
        }
        Ok(vec![(it.id.clone(), region)])
    })
    .await
}

pub(super) async fn merge_regions(
    standard: &Standard,
    request: Request<v1::MergeRegionsRequest>,
) -> Result<v1::Region> {
    let mut it = Reforming::read(standard, request, |message| {
        (message.effective_date, &message.reason, &message.document_number, &message.children)
    })?;
    let sources = region_ids("sources", &it.message.sources)?;
    it.note(&format!(
        "{} merged into {} on {}",
        it.message.sources.join(", "),
        it.message.name,
        it.decision.date
    ));
    let wanted = |known: &Known| {
        let mut wanted = involved(&known.regions, &sources, &it.decision);
        wanted.insert(it.id.clone());
        wanted
    };
    it.change(standard, wanted, |records, known, v| {
        let regions = living(records);
        let reform = it.reform(&known.regions, &regions);
        let new = match &it.message.new_region {
            None => {
                it.target(records)?;
                None
            }
            Some(wire) => v.within("new_region", |v| it.new_region(wire, known, v)),
        };
        if let Some((id, _)) = new.as_ref().filter(|(id, _)| *id != it.id) {
            let text = format!("must be regions/{id}, as the code of new_region says");
            v.add("name", Reason::FieldContradiction, text);
        } else if new.is_some() && records.contains_key(&it.id) {
            return Err(Error::Exists { name: it.message.name.clone() });
        }
        Ok(reform.merge(&it.id, new.map(|(_, region)| region), &sources, v))
    })
    .await
}

pub(super) async fn split_region(
    standard: &Standard,
    request: Request<v1::SplitRegionRequest>,
) -> Result<v1::Region> {
    let mut it = Reforming::read(standard, request, |message| {
        (message.effective_date, &message.reason, &message.document_number, &message.children)
    })?;
    let parts = region_ids("parts", &it.message.parts)?;
    let new = it.message.new_parts.iter().map(|part| format!("regions/{}", part.code));
    let all: Vec<_> = it.message.parts.iter().cloned().chain(new).collect();
    it.note(&format!("{} split into {} on {}", it.message.name, all.join(", "), it.decision.date));
    let wanted =
        |known: &Known| involved(&known.regions, std::slice::from_ref(&it.id), &it.decision);
    it.change(standard, wanted, |records, known, v| {
        it.target(records)?;
        let regions = living(records);
        let mut new_parts = Vec::with_capacity(it.message.new_parts.len());
        for (at, wire) in it.message.new_parts.iter().enumerate() {
            let read = v.within_item("new_parts", at, |v| it.new_region(wire, known, v));
            new_parts.extend(read);
        }
        Ok(it.reform(&known.regions, &regions).split(&it.id, &parts, new_parts, v))
    })
    .await
}

/// What all these requests say of their decision.
type Told<'a> = (Option<v1::Date>, &'a String, &'a String, &'a [v1::RegionPlacement]);

impl<Q: Tagged<Noun = Regions>> Reforming<Q> {
    fn read(
        standard: &Standard,
        request: Request<Q>,
        told: impl FnOnce(&Q) -> Told<'_>,
    ) -> Result<Self> {
        let (call, found, message) = admit::changing(&standard.store, request)?;
        none_of(found)?;
        let id = region_id("name", message.name())?;
        let (date, reason, document_number, children) = told(&message);
        // What is missing was a violation.
        let date = date.ok_or_else(|| Error::internal("a required date was checked"))?;
        let date = read_date(&date).map_err(|flaw| flaw.into_error("effective_date"))?;
        let mut placements = Vec::with_capacity(children.len());
        for (at, child) in children.iter().enumerate() {
            placements.push(Placement {
                region: region_id(&format!("children[{at}].region"), &child.region)?,
                parent: region_id(&format!("children[{at}].parent"), &child.parent)?,
            });
        }
        let (reason, document_number) = (reason.clone(), document_number.clone());
        let decision = Decision { date, reason, document_number };
        Ok(Self { message, call, id, decision, placements })
    }

    /// What the history of every region that is changed says.
    fn note(&mut self, what: &str) {
        self.call.note = self.decision.note(what);
    }

    /// The region that the request names, as the caller saw it.
    fn target<'r>(&self, records: &'r Records) -> Result<&'r Stored<Region>> {
        let missing = || Error::NotFound { name: kind::name(Kind::Region, &self.id) };
        let stored = records.get(&self.id).ok_or_else(missing)?;
        let etag = self.message.etag();
        if !etag.is_empty() && *etag != stored.etag {
            return Err(Error::EtagMismatch { name: stored.name() });
        }
        live(Some(stored))
    }

    fn reform<'a>(&'a self, tree: &'a DatedTree, regions: &'a BTreeMap<Id, Region>) -> Reform<'a> {
        Reform { tree, regions, decision: &self.decision, placements: &self.placements }
    }

    /// A region that is to be created.
    fn new_region(
        &self,
        wire: &v1::Region,
        known: &Known,
        v: &mut Violations,
    ) -> Option<(Id, Region)> {
        let region = read::<Regions>(wire, None, known, &self.call, v);
        new_id::<Regions>("", wire, v).map(|id| (id, region))
    }

    async fn change(
        &self,
        standard: &Standard,
        wanted: impl Fn(&Known) -> BTreeSet<Id>,
        edit: impl Fn(&Records, &Known, &mut Violations) -> Result<Outcome>,
    ) -> Result<v1::Region> {
        let edit = |records: &Records, known: &Known, v: &mut Violations| {
            let puts = edit(records, known, v)?;
            for (_, region) in &puts {
                standard.fitting::<Regions>(Edit::Put(region.clone()), &self.call)?;
            }
            Ok(Batch { answer: self.id.clone(), puts, list: None })
        };
        let done = standard.store.change_many(&self.call, wanted, edit).await?;
        Ok(Regions::show(&done.answer, self.call.today))
    }
}

/// The records that aren't deleted.
fn living(records: &Records) -> BTreeMap<Id, Region> {
    let living = records.iter().filter(|(_, stored)| !stored.is_deleted());
    living.map(|(id, stored)| (id.clone(), stored.record.clone())).collect()
}

fn region_id(field: &str, name: &str) -> Result<Id> {
    kind::parse_as(Kind::Region, name).map_err(|flaw| flaw.into_error(field))
}

fn region_ids(field: &str, names: &[String]) -> Result<Vec<Id>> {
    let named = names.iter().enumerate();
    named.map(|(at, name)| region_id(&format!("{field}[{at}]"), name)).collect()
}
