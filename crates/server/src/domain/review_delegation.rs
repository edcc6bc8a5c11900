//! Review delegations: who reviews in a region's place for a time.

use minicbor::{Decode, Encode};

use super::date::Date;
use super::flaw::Flaw;
use super::id::Id;
use super::kind::{self, Kind, Reference, References};
use super::review_level::ReviewLevel;
use super::tree::DatedTree;
use crate::error::{Reason, Violations};

/// Most days of a delegation, the first and the last one counted.
pub const MAX_DAYS: i32 = 366;

/// Who reviews.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Delegate {
    /// An organisation.
    #[n(4)]
    Organisation(#[n(0)] Id),
    /// Another region.
    #[n(1)]
    Region(#[n(0)] Id),
}

impl Delegate {
    /// Reads the resource name of one.
    ///
    /// # Errors
    /// `FieldFormat` where it isn't that of an organisation or a region.
    pub fn parse(name: &str) -> Result<Self, Flaw> {
        match kind::parse(name)? {
            (Kind::Organisation, id) => Ok(Self::Organisation(id)),
            (Kind::Region, id) => Ok(Self::Region(id)),
            _ => {
                let text =
                    "isn't a resource name of the form `organisations/{id}` or `regions/{id}`";
                Err(Flaw::new(Reason::FieldFormat, text))
            }
        }
    }

    /// Kind and id.
    #[must_use]
    pub const fn named(&self) -> (Kind, &Id) {
        match self {
            Self::Organisation(id) => (Kind::Organisation, id),
            Self::Region(id) => (Kind::Region, id),
        }
    }

    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        let (kind, id) = self.named();
        kind::name(kind, id)
    }
}

/// A region lets somebody else review in its place for a time.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReviewDelegation {
    /// The region.
    #[n(8)]
    pub region: Id,
    /// The level on which it reviews.
    #[n(9)]
    pub level: ReviewLevel,
    /// Who reviews in its place.
    #[n(10)]
    pub delegate: Delegate,
    /// First day.
    #[n(11)]
    pub first_date: Date,
    /// Last day: not before the first, at most [`MAX_DAYS`] in all.
    #[n(12)]
    pub last_date: Date,
    /// Why.
    #[n(13)]
    pub reason: String,
}

impl ReviewDelegation {
    /// Whether a day is one of it.
    #[must_use]
    pub fn is_in_force(&self, day: Date) -> bool {
        (self.first_date..=self.last_date).contains(&day)
    }

    /// Whether it is for the review of a region on a level.
    #[must_use]
    pub fn covers(&self, level: ReviewLevel, region: &Id) -> bool {
        self.level == level && self.region == *region
    }

    /// Checks the delegation: its days, that the region reviews on the level, and
    /// that a region which is the delegate can be.
    pub fn check(&self, regions: &DatedTree, v: &mut Violations) {
        self.check_days(v);
        if !regions.contains(&self.region) {
            // It is told as a reference that leads nowhere.
            return;
        }
        if let Some(flaw) = regions.not_valid(&self.region, self.first_date) {
            flaw.add_to("region", v);
            return;
        }
        let level = regions.place(&self.region).and_then(|place| place.level);
        if level != Some(self.level) {
            let region = kind::name(Kind::Region, &self.region);
            let found = level
                .map_or_else(|| "doesn't review".to_owned(), |level| format!("reviews on {level}"));
            let text = format!("is {}, and {region} {found}", self.level);
            v.add("level", Reason::ReviewLevelMismatch, text);
        }
        if let Delegate::Region(delegate) = &self.delegate
            && regions.contains(delegate)
            && !self.suits(regions, delegate)
        {
            let text = format!(
                "is {}, which on {} neither stands above {} and reviews on a higher level, nor \
                 right beside it and reviews on the same one",
                kind::name(Kind::Region, delegate),
                self.first_date,
                kind::name(Kind::Region, &self.region)
            );
            v.add("delegate", Reason::DelegateUnsuitable, text);
        }
    }

    fn check_days(&self, v: &mut Violations) {
        let days = self.last_date.days_since(self.first_date) + 1;
        if days < 1 {
            let text = format!("is {}, before first_date {}", self.last_date, self.first_date);
            v.add("last_date", Reason::DateOrder, text);
        } else if days > MAX_DAYS {
            let text = format!("makes {days} days with first_date: at most {MAX_DAYS} are allowed");
            v.add("last_date", Reason::FieldOutOfRange, text);
        }
    }

    /// Whether a region can review in this one's place.
    fn suits(&self, regions: &DatedTree, delegate: &Id) -> bool {
        let day = self.first_date;
        let level = regions.place(delegate).and_then(|place| place.level);
        let is_above = regions.line(&self.region, day).iter().skip(1).any(|id| id == delegate);
        let parent = regions.parent_at(&self.region, day);
        let is_beside = *delegate != self.region
            && parent.is_some()
            && regions.is_valid(delegate, day)
            && regions.parent_at(delegate, day) == parent;
        is_above && level > Some(self.level) || is_beside && level == Some(self.level)
    }

    /// What is wrong with the last day, today, where it is new or another one
    /// than that of `old`.
    ///
    /// # Errors
    /// `DelegationOver` where it is before today, or `old` is over.
    pub fn check_end(&self, old: Option<&Self>, today: Date) -> Result<(), Flaw> {
        if let Some(old) =
            old.filter(|old| old.last_date == self.last_date || old.last_date < today)
        {
            if old.last_date == self.last_date {
                return Ok(());
            }
            let text = format!("can't be changed: the delegation ended on {}", old.last_date);
            return Err(Flaw::new(Reason::DelegationOver, text));
        }
        if self.last_date < today {
            let text = format!("is {}, before today, {today}", self.last_date);
            return Err(Flaw::new(Reason::DelegationOver, text));
        }
        Ok(())
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut found = References::default();
        found.one("region", Kind::Region, &self.region);
        let (kind, id) = self.delegate.named();
        found.one("delegate", kind, id);
        found.take()
    }
}
