//! Reference data in the store. Trees are listed by id, in the order of the
//! records themselves, and need no index.

use super::index::{Index, Indexes};
use super::key::Key;
use super::posting::MAX_TOKENS;
use super::record::{Meta, Record, Unique};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::reference::cluster::Cluster;
use crate::domain::reference::indicator::Indicator;
use crate::domain::reference::industry::Industry;
use crate::domain::reference::organisation::Organisation;
use crate::domain::reference::policy::Policy;
use crate::domain::reference::region::Region;
use crate::domain::text::Texts;
use crate::domain::tree::Place;

/// Number of the field of the credit code.
pub(super) const CREDIT_CODE: u8 = 11;

impl Record for Region {
    const KIND: Kind = Kind::Region;
    const IS_TREE: bool = true;

    fn index(&self, _meta: &Meta, _indexes: &mut Indexes<'_>) {}

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn place(&self) -> Place {
        self.place()
    }

    fn is_within(&self, id: &Id, regions: &[Id], _day: Date) -> bool {
        regions.binary_search(id).is_ok()
    }

    fn is_valid(&self, day: Date) -> bool {
        self.validity().contains(day)
    }
}

impl Record for Industry {
    const KIND: Kind = Kind::Industry;
    const IS_TREE: bool = true;

    fn index(&self, _meta: &Meta, _indexes: &mut Indexes<'_>) {}

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn place(&self) -> Place {
        Place::below(self.parent.as_ref())
    }
}

impl Record for Cluster {
    const KIND: Kind = Kind::Cluster;
    const IS_TREE: bool = true;

    fn index(&self, _meta: &Meta, _indexes: &mut Indexes<'_>) {}

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn place(&self) -> Place {
        Place::below(self.parent.as_ref())
    }
}

/// What is part of what: the denominators of shares make a tree, too.
impl Record for Indicator {
    const KIND: Kind = Kind::Indicator;
    const IS_TREE: bool = true;
    const PARENT: &'static str = "share_of";

    fn index(&self, _meta: &Meta, _indexes: &mut Indexes<'_>) {}

    fn references(&self) -> Vec<Reference> {
        self.references()
    }

    fn place(&self) -> Place {
        Place::below(self.share_of.as_ref())
    }
}

impl Record for Organisation {
    const KIND: Kind = Kind::Organisation;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = Key::part().number(meta.create_time.micros());
        let searched = Key::part().number(self.search_order(meta));
        indexes.add(Index::OrganisationCreated, Key::part(), created);
        indexes.add(Index::OrganisationSearched, Key::part(), searched);
        if let Some(region) = &self.region {
            let by = Key::part().text(region.as_str());
            indexes.add(Index::OrganisationRegion, by, Key::part());
        }
    }

    fn unique(&self) -> Vec<Unique> {
        let code =
            Unique { field: CREDIT_CODE, what: "credit code", code: self.credit_code.clone() };
        if code.code.is_empty() { Vec::new() } else { vec![code] }
    }

    fn texts(&self) -> Texts {
        let mut texts = Texts::default();
        let mut left = MAX_TOKENS;
        let others = ("localized_names", self.localized_names.values());
        texts.add_names(("display_name", &self.display_name), others, &mut left);
        texts
    }

    /// Any order will do, as they are never shown in it; but many are created
    /// at the same time, by an import, and must be told apart.
    fn search_order(&self, meta: &Meta) -> i64 {
        meta.uid.as_u64_pair().1.cast_signed()
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }
}

impl Record for Policy {
    const KIND: Kind = Kind::Policy;

    fn index(&self, meta: &Meta, indexes: &mut Indexes<'_>) {
        let created = Key::part().number(meta.create_time.micros());
        indexes.add(Index::PolicyCreated, Key::part(), created);
    }

    fn unique(&self) -> Vec<Unique> {
        let what = "document number";
        let code = Unique { field: 11, what, code: self.document_number.clone() };
        if code.code.is_empty() { Vec::new() } else { vec![code] }
    }

    fn references(&self) -> Vec<Reference> {
        self.references()
    }
}
