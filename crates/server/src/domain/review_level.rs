//! The levels that review reports, and which regions they are for a project.

use minicbor::{Decode, Encode};

use super::id::Id;
use super::numbered::numbered;
use super::reference::RegionType;
use super::tree::DatedTree;

numbered! {
    /// Level that reviews reports, from the nearest to the highest.
    ReviewLevel {
        /// The county or district.
        County = 1 "COUNTY",
        /// The city.
        City = 2 "CITY",
        /// The province.
        Province = 3 "PROVINCE",
        /// The country.
        Nation = 4 "NATION",
    }
}

impl ReviewLevel {
    /// The level that regions of a type review on; none where they don't.
    ///
    /// A development zone reviews as a county does, unless it stands below one.
    #[must_use]
    pub const fn of(region_type: RegionType) -> Option<Self> {
        match region_type {
            RegionType::Country => Some(Self::Nation),
            RegionType::Province => Some(Self::Province),
            RegionType::Prefecture => Some(Self::City),
            RegionType::County | RegionType::DevelopmentZone => Some(Self::County),
            RegionType::Township => None,
        }
    }
}

/// A region that reviews, on its level.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Reviewer {
    /// The level.
    #[n(1)]
    pub level: ReviewLevel,
    /// The region.
    #[n(2)]
    pub region: Id,
}

/// Who reviews what is reported on a line of regions, of which each stands below
/// the next, from the nearest level to `highest`. Of several regions on one level
/// it is the highest. A level that the branch lacks isn't there: it counts as done
/// when the next one has done it.
#[must_use]
pub fn reviewers(regions: &DatedTree, line: &[Id], highest: ReviewLevel) -> Vec<Reviewer> {
    let mut found: Vec<Reviewer> = Vec::new();
    for id in line {
        let level = regions.place(id).and_then(|place| place.level);
        let Some(level) = level.filter(|level| *level <= highest) else { continue };
        match found.last_mut() {
            Some(last) if last.level == level => last.region = id.clone(),
            Some(last) if last.level > level => {}
            _ => found.push(Reviewer { level, region: id.clone() }),
        }
    }
    found
}
