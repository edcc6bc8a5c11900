//! Regions: a tree of any depth, in which places have dates.

pub mod change;
pub mod reform;

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::domain::date::Date;
use crate::domain::flaw::Flaw;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference, References};
use crate::domain::numbered::numbered;
use crate::domain::review_level::ReviewLevel;
use crate::domain::tree::{Link, Place};
use crate::domain::validity::Validity;
use crate::error::{Reason, Violations};

/// Most links of a region.
pub const MAX_LINKS: usize = 100;
/// Most successors of a region.
pub const MAX_SUCCESSORS: usize = 100;

numbered! {
    /// Type of region.
    RegionType {
        /// A country.
        Country = 1 "COUNTRY",
        /// A province, an autonomous region or a municipality of the state.
        Province = 2 "PROVINCE",
        /// A city with districts, or a prefecture.
        Prefecture = 3 "PREFECTURE",
        /// A county, a district or a city at county level.
        County = 4 "COUNTY",
        /// A development zone.
        DevelopmentZone = 5 "DEVELOPMENT_ZONE",
        /// A town, a township or a sub-district.
        Township = 6 "TOWNSHIP",
    }
}

/// A region.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Region {
    /// Code (GB/T 2260 where it has one).
    #[n(8)]
    pub code: String,
    /// Name, as it is printed.
    #[n(9)]
    pub display_name: String,
    /// Names in other languages, by language tag.
    #[n(10)]
    #[cbor(skip_if = "BTreeMap::is_empty")]
    pub localized_names: BTreeMap<String, String>,
    /// Type of region.
    #[n(11)]
    pub region_type: RegionType,
    /// What it stands below, in the order of time; no two at one time. Between
    /// them it is a root.
    #[n(13)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub links: Vec<RegionLink>,
    /// First day of the region; none means since ever.
    #[n(14)]
    pub valid_from: Option<Date>,
    /// Day from which on there is no such region.
    #[n(15)]
    pub valid_to: Option<Date>,
    /// What follows it, or was parted from it, in the order of time.
    #[n(16)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub successors: Vec<RegionSuccessor>,
}

/// A region's place below another one, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RegionLink {
    /// The region above.
    #[n(1)]
    pub parent: Id,
    /// First day; none means since ever.
    #[n(2)]
    pub valid_from: Option<Date>,
    /// Day from which on it is no longer so; none means for ever.
    #[n(3)]
    pub valid_to: Option<Date>,
    /// Why the region was placed there; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub reason: String,
    /// Number of the document that says so; may be empty.
    #[n(5)]
    #[cbor(skip_if = "String::is_empty")]
    pub document_number: String,
}

/// A region that follows another one, or was parted from it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RegionSuccessor {
    /// The region that follows.
    #[n(1)]
    pub region: Id,
    /// From which day on.
    #[n(2)]
    pub date: Date,
    /// Why; may be empty.
    #[n(3)]
    #[cbor(skip_if = "String::is_empty")]
    pub reason: String,
    /// Number of the document that says so; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub document_number: String,
}

impl RegionLink {
    /// A link without dates.
    #[must_use]
    pub fn ever(parent: Id) -> Self {
        let (reason, document_number) = (String::new(), String::new());
        Self { parent, valid_from: None, valid_to: None, reason, document_number }
    }

    /// When it is valid.
    #[must_use]
    pub fn validity(&self) -> Validity {
        Validity::new(self.valid_from, self.valid_to)
    }

    /// Whether it says nothing but the parent.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::ever(self.parent.clone())
    }
}

/// The links that a message means by a parent and by links, of which either may
/// be left as it was, or out. A parent alone is one since ever, and `links` are
/// in the order of time afterwards.
///
/// # Errors
/// `FieldContradiction` where the parent is another one than the links say, or
/// where a parent alone would take the place of links with dates.
pub fn links(
    old: Option<&Region>,
    parent: Option<Id>,
    mut links: Vec<RegionLink>,
    today: Date,
) -> Result<Vec<RegionLink>, Flaw> {
    let before = old.map_or(&[][..], Region::dated_links);
    let old_parent = old.and_then(|old| old.parent_at(today));
    let as_it_was = parent.as_ref() == old_parent;
    links.sort_by_key(|link| link.valid_from);
    if links.is_empty() || links == before {
        return match old {
            Some(old) if as_it_was => Ok(old.links.clone()),
            Some(old) if !old.is_plain() => {
                let text = "can't be written, as the links of the region have dates: use \
                            MoveRegion, or give all of `links`";
                Err(Flaw::new(Reason::FieldContradiction, text))
            }
            _ => Ok(parent.map(RegionLink::ever).into_iter().collect()),
        };
    }
    let of_today = links.iter().find(|link| link.validity().contains(today));
    if parent.is_some() && !as_it_was && parent.as_ref() != of_today.map(|link| &link.parent) {
        let text = "isn't the region that `links` say for today: leave it out";
        return Err(Flaw::new(Reason::FieldContradiction, text));
    }
    Ok(links)
}

impl Region {
    /// Its links where they say more than one parent since ever.
    #[must_use]
    pub fn dated_links(&self) -> &[RegionLink] {
        if self.is_plain() { &[] } else { &self.links }
    }

    /// When there is such a region.
    #[must_use]
    pub fn validity(&self) -> Validity {
        Validity::new(self.valid_from, self.valid_to)
    }

    /// Its place in the tree.
    #[must_use]
    pub fn place(&self) -> Place {
        let links = self.links.iter();
        let links = links
            .map(|link| Link { parent: link.parent.clone(), validity: link.validity() })
            .collect();
        let successors = self.successors.iter().map(|next| (next.region.clone(), next.date));
        let level = ReviewLevel::of(self.region_type);
        Place { validity: self.validity(), links, successors: successors.collect(), level }
    }

    /// What it stands below on a day.
    #[must_use]
    pub fn parent_at(&self, day: Date) -> Option<&Id> {
        let link = self.links.iter().find(|link| link.validity().contains(day));
        link.filter(|_| self.validity().contains(day)).map(|link| &link.parent)
    }

    /// Whether one parent is all that is said of its place.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        match self.links.as_slice() {
            [] => true,
            [only] => only.is_plain(),
            _ => false,
        }
    }

    /// Checks the dates of the region, as far as it knows them itself.
    pub fn check(&self, v: &mut Violations) {
        let validity = self.validity();
        if validity.is_empty() {
            let text = format!("must be later than valid_from: it is there {validity}");
            v.add("valid_to", Reason::DateOrder, text);
            return;
        }
        for (at, link) in self.links.iter().enumerate() {
            let days = link.validity();
            if days.is_empty() {
                let text = format!("must be later than its valid_from: it is {days}");
                v.add(&format!("links[{at}].valid_to"), Reason::DateOrder, text);
            } else if link.valid_from.is_some_and(|from| !validity.contains(from)) {
                let text = format!("is outside of the region's own time, which is {validity}");
                v.add(&format!("links[{at}].valid_from"), Reason::DateOrder, text);
            }
            let others = self.links.iter().take(at).map(RegionLink::validity);
            for other in others.filter(|other| !days.is_empty() && !days.and(other).is_empty()) {
                let text = format!("is {days}, and another link is {other}: end one before");
                v.add(&format!("links[{at}]"), Reason::LinksOverlap, text);
            }
        }
        self.check_successors(v);
    }

    fn check_successors(&self, v: &mut Violations) {
        for (at, next) in self.successors.iter().enumerate() {
            let field = |name: &str| format!("successors[{at}].{name}");
            let date = next.date;
            if self.valid_from.is_some_and(|from| date <= from)
                || self.valid_to.is_some_and(|to| date > to)
            {
                let text = format!("is {date}, and the region is there {}", self.validity());
                v.add(&field("date"), Reason::DateOrder, text);
            }
            let same = |other: &RegionSuccessor| other.region == next.region && other.date == date;
            if self.successors.iter().take(at).any(same) {
                let text = format!("follows on {date} already");
                v.add(&field("region"), Reason::FieldDuplicate, text);
            }
        }
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut references = References::default();
        if self.is_plain() {
            let parent = self.links.first().map(|link| &link.parent);
            references.one("parent", Kind::Region, parent);
        } else {
            references.items("links", &self.links, |found, link| {
                found.one("parent", Kind::Region, &link.parent);
            });
        }
        references.items("successors", &self.successors, |found, next| {
            found.one("region", Kind::Region, &next.region);
        });
        references.take()
    }
}
