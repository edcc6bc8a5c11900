//! To which region a project belongs, and when.

use minicbor::{Decode, Encode};

use super::Project;
use crate::domain::date::Date;
use crate::domain::flaw::Flaw;
use crate::domain::id::Id;
use crate::domain::reference::region::change::Decision;
use crate::domain::validity::Validity;
use crate::error::Reason;

/// Most regions that a project has belonged to.
pub const MAX_REGION_LINKS: usize = 100;

/// A region that a project belonged to, until it came to the next one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FormerRegion {
    /// The region.
    #[n(1)]
    pub region: Id,
    /// From which day on it is the next one.
    #[n(2)]
    pub valid_to: Date,
    /// Why the project came to the next one; may be empty.
    #[n(3)]
    #[cbor(skip_if = "String::is_empty")]
    pub reason: String,
    /// Number of the document that says so; may be empty.
    #[n(4)]
    #[cbor(skip_if = "String::is_empty")]
    pub document_number: String,
}

/// A region to which a project belongs for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionLink<'a> {
    /// The region.
    pub region: &'a Id,
    /// When it is so.
    pub validity: Validity,
    /// Why the project came to it; empty for the first.
    pub reason: &'a str,
    /// Number of the document that says so.
    pub document_number: &'a str,
}

impl Project {
    /// The region to which it belongs on a day, as it was said then: what that
    /// counts to on another day is said by the boundaries of that day.
    #[must_use]
    pub fn region_at(&self, day: Date) -> &Id {
        let former = self.former_regions.iter().find(|former| day < former.valid_to);
        former.map_or(&self.region, |former| &former.region)
    }

    /// All regions to which it belongs, in the order of time, without gaps.
    #[must_use]
    pub fn region_links(&self) -> Vec<RegionLink<'_>> {
        let mut links = Vec::with_capacity(self.former_regions.len() + 1);
        let (mut from, mut reason, mut document_number) = (None, "", "");
        for former in &self.former_regions {
            let validity = Validity::new(from, Some(former.valid_to));
            links.push(RegionLink { region: &former.region, validity, reason, document_number });
            from = Some(former.valid_to);
            (reason, document_number) = (&former.reason, &former.document_number);
        }
        let validity = Validity::new(from, None);
        links.push(RegionLink { region: &self.region, validity, reason, document_number });
        links
    }

    /// Lets it belong to `region` from a day on, until the next change that is
    /// recorded. One of the same day is replaced; where it belongs there
    /// already nothing changes.
    ///
    /// # Errors
    /// `FieldTooLong` where it would have belonged to more than
    /// [`MAX_REGION_LINKS`] regions.
    pub fn reassign(&mut self, region: &Id, decision: &Decision) -> Result<(), Flaw> {
        if self.region_at(decision.date) == region {
            return Ok(());
        }
        let mut links: Vec<(Id, Option<Date>, String, String)> = Vec::new();
        let new = (
            region.clone(),
            Some(decision.date),
            decision.reason.clone(),
            decision.document_number.clone(),
        );
        for link in self.region_links() {
            let begins_anew = link.validity.from == Some(decision.date);
            if !begins_anew {
                let texts = (link.reason.to_owned(), link.document_number.to_owned());
                links.push((link.region.clone(), link.validity.from, texts.0, texts.1));
            }
            if link.validity.contains(decision.date) {
                links.push(new.clone());
            }
        }
        // Neighbours that say the same are one.
        links.dedup_by(|next, before| next.0 == before.0);
        if links.len() > MAX_REGION_LINKS {
            let text = format!("would be more than {MAX_REGION_LINKS} regions of one project");
            return Err(Flaw::new(Reason::FieldTooLong, text));
        }
        self.former_regions = links
            .windows(2)
            .filter_map(|pair| match pair {
                [(region, ..), (_, Some(valid_to), reason, document_number)] => {
                    Some(FormerRegion {
                        region: region.clone(),
                        valid_to: *valid_to,
                        reason: reason.clone(),
                        document_number: document_number.clone(),
                    })
                }
                _ => None,
            })
            .collect();
        if let Some((last, ..)) = links.pop() {
            self.region = last;
        }
        Ok(())
    }
}
