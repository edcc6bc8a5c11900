//! Merging two projects: both, and every meeting, decision and action that names
//! the duplicate, change in one commit.

use super::action::by_action;
use super::call::Call;
use super::change::{MAX_ATTEMPTS, current};
use super::index::{self, Index};
use super::key::Key;
use super::reader::Reader;
use super::record::{Record, Stored};
use super::request;
use super::transaction::Transaction;
use super::{Known, Store, Target, uses};
use crate::domain::action::Action;
use crate::domain::decision::Decision;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::meeting::Meeting;
use crate::domain::project::Project;
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::{Error, Result, Violations, none_of};

/// Most records of a kind that may name a duplicate: each is written anew.
pub const MAX_NAMING: usize = 500;

impl Reader {
    /// The records that name a project, deleted ones too; `by` are the components
    /// by which their index has them.
    async fn naming<R: Record>(&self, index: Index, by: &[Key]) -> Result<Vec<Stored<R>>> {
        let mut ids = Vec::new();
        let mut prefixes = Vec::new();
        for deleted in [false, true] {
            prefixes.extend(by.iter().map(|by| index::range(index, deleted, &by.clone().done())));
        }
        for prefix in prefixes {
            let range = Range::prefix(&prefix);
            let found = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
            for (key, _) in &found.entries {
                let id = key.get(prefix.len() + size_of::<i64>()..).unwrap_or_default();
                ids.push(super::id_of(id)?);
            }
            if found.more || ids.len() > MAX_NAMING {
                return Err(Error::TooLarge(format!(
                    "more than {MAX_NAMING} {} name the duplicate, and all would change at once: \
                     let the other one go, or take it out of some",
                    R::KIND.collection()
                )));
            }
        }
        Ok(self.find_many(&ids).await?.into_iter().flatten().collect())
    }
}

impl Transaction {
    /// Stages that meetings, decisions and actions that name a project name another
    /// one in its place.
    async fn rename_project(&mut self, from: &Id, to: &Id) -> Result<()> {
        let by = || Key::part().text(from.as_str());
        let actions = [by_action(Some(from), true), by_action(Some(from), false)];
        let meetings = self.reader.naming::<Meeting>(Index::MeetingProjectStart, &[by()]).await?;
        let decisions =
            self.reader.naming::<Decision>(Index::DecisionProjectCreated, &[by()]).await?;
        let actions = self.reader.naming::<Action>(Index::ActionProjectDue, &actions).await?;
        for old in &meetings {
            let mut record = old.record.clone();
            record.rename_project(from, to);
            self.update(old, record).await?;
        }
        for old in &decisions {
            let mut record = old.record.clone();
            record.rename_project(from, to);
            self.update(old, record).await?;
        }
        for old in &actions {
            let mut record = old.record.clone();
            record.rename_project(from, to);
            self.update(old, record).await?;
        }
        Ok(())
    }
}

impl Store {
    /// Merges one project into another; answers that one. `edit` is given both,
    /// says what becomes of them, and adds what it finds wrong to the violations.
    /// It is called again when others come in between.
    ///
    /// # Errors
    /// Those of [`Store::change`], and [`Error::TooLarge`] for more meetings,
    /// decisions or actions than [`MAX_NAMING`].
    pub async fn merge_projects(
        &self,
        call: &Call,
        kept: &Target,
        duplicate: &Target,
        edit: impl Fn(
            &Stored<Project>,
            &Stored<Project>,
            &Known,
            &mut Violations,
        ) -> Result<(Project, Project)>,
    ) -> Result<Stored<Project>> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.try_merge(call, kept, duplicate, &edit).await {
                Err(Error::Conflict) if attempt < MAX_ATTEMPTS => self.pause(attempt).await,
                result => return result,
            }
        }
    }

    async fn try_merge(
        &self,
        call: &Call,
        kept: &Target,
        duplicate: &Target,
        edit: impl Fn(
            &Stored<Project>,
            &Stored<Project>,
            &Known,
            &mut Violations,
        ) -> Result<(Project, Project)>,
    ) -> Result<Stored<Project>> {
        let reader = self.reader().await?;
        if let Some(first) = request::replay(&reader, call).await? {
            return Ok(first);
        }
        let missing = || Error::internal("both projects are there");
        let kept = current::<Project>(&reader, kept).await?.ok_or_else(missing)?;
        let duplicate = current::<Project>(&reader, duplicate).await?.ok_or_else(missing)?;
        let known = Known::of(&reader).await?;
        let mut violations = Violations::new();
        let edited = edit(&kept, &duplicate, &known, &mut violations);
        none_of(violations)?;
        let (stays, goes) = edited?;
        let mut transaction = Transaction::new(reader, call);
        // Whoever comes to name the duplicate meanwhile changes the count.
        transaction.require_as_read(uses::key(Kind::Project, &duplicate.id)).await?;
        // First: it lets its code go.
        transaction.delete_as(&duplicate, goes).await?;
        let mut violations = Violations::new();
        // Of what it takes over some may be gone that was there to be spoken of.
        let distinct_from = kept.record.distinct_from.clone();
        let named = Project { distinct_from, ..stays.clone() };
        transaction.check_references(&kept.id, Some(&kept.record), &named, &mut violations).await?;
        none_of(violations)?;
        let stored = transaction.update(&kept, stays).await?;
        transaction.move_reports(&duplicate.id, &kept.id).await?;
        transaction.rename_project(&duplicate.id, &kept.id).await?;
        self.finish(call, transaction, stored).await
    }
}
