//! The trees of a transaction: where its records stand, and whether what they
//! name is there on the days that are meant.

use std::sync::Arc;

use bytes::Bytes;

use super::record::{Record, Stored};
use super::transaction::Transaction;
use crate::domain::flaw::Flaw;
use crate::domain::id::Id;
use crate::domain::kind::{Kind, Reference};
use crate::domain::tree::{DatedTree, Place, PlaceFlaw, Spot};
use crate::error::{Error, Result, Violations};

impl Transaction {
    /// What is wrong with a region that a project or an organisation comes to
    /// name, on the day from which on it does. Others may speak of the past.
    pub(super) async fn not_valid(
        &self,
        kind: Kind,
        reference: &Reference,
    ) -> Result<Option<Flaw>> {
        let is_meant = matches!(kind, Kind::Project | Kind::Organisation);
        if !is_meant || reference.kind != Kind::Region {
            return Ok(None);
        }
        let day = reference.from.unwrap_or(self.today);
        Ok(match self.trees.get(&Kind::Region) {
            Some(staged) => staged.not_valid(&reference.id, day),
            None => self.reader.tree(Kind::Region).await?.not_valid(&reference.id, day),
        })
    }

    /// The place of a record among the others must be right at all times: none
    /// stands below itself, and what it stands below is there then.
    pub(super) async fn check_tree<R: Record>(
        &mut self,
        id: &Id,
        new: &R,
        v: &mut Violations,
    ) -> Result<()> {
        let place = new.place();
        // Of one that is never there nothing else is wrong.
        if !R::IS_TREE || place.validity.is_empty() {
            return Ok(());
        }
        let before = self.tree(R::KIND).await?.place(id).cloned();
        self.set_place(R::KIND, id, Some(place.clone())).await?;
        let flaws = self.tree(R::KIND).await?.flaws(R::KIND, id);
        self.set_place(R::KIND, id, before).await?;
        let below = Place::below(place.links.first().map(|link| &link.parent));
        let plain = place == Place { level: place.level, ..below };
        for PlaceFlaw { spot, flaw } in flaws {
            let field = match spot {
                Spot::Link(_) if plain => R::PARENT.to_owned(),
                Spot::Link(at) => format!("links[{at}].parent"),
                Spot::Successor(at) => format!("successors[{at}].region"),
                Spot::Below(_) => "valid_to".to_owned(),
                Spot::Before(_) => "valid_from".to_owned(),
            };
            flaw.add_to(&format!("{}.{field}", R::KIND.field()), v);
        }
        Ok(())
    }

    /// Puts a record into its place in a tree before it is staged, where what
    /// is checked before depends on it.
    ///
    /// # Errors
    /// Those of the engine.
    pub(super) async fn set_place(
        &mut self,
        kind: Kind,
        id: &Id,
        place: Option<Place>,
    ) -> Result<()> {
        self.tree(kind).await?;
        if let Some(tree) = self.trees.get_mut(&kind) {
            match place {
                Some(place) => tree.put(id.clone(), place),
                None => tree.remove(id),
            }
        }
        Ok(())
    }

    /// The tree of a kind as it is with what is staged.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn tree(&mut self, kind: Kind) -> Result<&DatedTree> {
        if !self.trees.contains_key(&kind) {
            let tree = self.reader.tree(kind).await?;
            self.trees.insert(kind, Arc::unwrap_or_clone(tree));
        }
        self.trees.get(&kind).ok_or_else(|| Error::internal("a tree that was put is there"))
    }

    pub(super) async fn stage_tree<R: Record>(&mut self, new: &Stored<R>) -> Result<()> {
        let place = (!new.is_deleted()).then(|| new.record.place());
        self.set_place(R::KIND, &new.id, place).await?;
        let marker = super::tree::marker(R::KIND);
        self.require_as_read(marker.clone()).await?;
        self.put_internal(marker, Bytes::new());
        Ok(())
    }
}
