//! Putting a record into a transaction: with what follows from others, and for
//! others.

use super::record::{Record, Stored};
use super::transaction::Transaction;
use crate::domain::id::Id;
use crate::error::{Result, Violations, none_of};

impl Transaction {
    /// Stages what a record becomes, new or in the place of `old`, after what it
    /// has to do with other records was looked at. `found` is what is wrong with it
    /// by itself.
    ///
    /// # Errors
    /// [`crate::error::Error::Fields`], and those of [`Self::create`] and
    /// [`Self::update`].
    pub async fn put<R: Record>(
        &mut self,
        id: &Id,
        old: Option<&Stored<R>>,
        mut record: R,
        mut found: Violations,
    ) -> Result<Stored<R>> {
        let before = old.map(|old| &old.record);
        // Something stands in the place of what couldn't be read.
        if found.is_empty() {
            let mut related = Violations::new();
            record.relate(id, before, self, &mut related).await?;
            found.within(R::KIND.field(), |v| v.join(&related));
        }
        self.check_references(id, before, &record, &mut found).await?;
        none_of(found)?;
        R::conclude(self, id, old, &mut record).await?;
        let new = match old {
            Some(old) => self.update(old, record).await?,
            None => self.create(id.clone(), record).await?,
        };
        R::follow(self, old, &new).await?;
        Ok(new)
    }
}
