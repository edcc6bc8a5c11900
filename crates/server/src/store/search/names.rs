//! The names of regions, kept in memory as long as they are true: there are
//! some thousands of them, and every search asks for all.

use std::sync::{Arc, Mutex, PoisonError};

use super::super::key;
use super::super::posting::MAX_TOKENS;
use super::super::reader::Reader;
use super::super::record::Stored;
use super::super::tree;
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::query::Term;
use crate::domain::reference::region::Region;
use crate::domain::text::Texts;
use crate::engine::{Direction, MAX_SCAN_ENTRIES, Range};
use crate::error::Result;

/// The names, and the revision of the tree that they are of: every change of a
/// region writes the tree's marker.
#[derive(Default)]
pub(in super::super) struct Names(Mutex<Option<(u64, Arc<List>)>>);

type List = Vec<(Id, Texts)>;

impl Reader {
    /// The regions in whose names a term occurs or whose code it is, with all
    /// that belongs to them on a day, sorted. One that isn't there on the day has
    /// what was last recorded of it.
    pub(super) async fn regions_called(&self, term: &Term, day: Date) -> Result<Vec<Id>> {
        let names = self.region_names().await?;
        let called = |(id, texts): &&(Id, Texts)| {
            id.as_str() == term.text() || texts.iter().any(|(_, text)| term.occurs(text))
        };
        let roots: Vec<&Id> = names.iter().filter(called).map(|(id, _)| id).collect();
        if roots.is_empty() {
            return Ok(Vec::new());
        }
        let boundaries = self.boundaries(day).await?;
        let mut regions: Vec<Id> =
            roots.iter().flat_map(|root| boundaries.territory(root)).collect();
        regions.extend(roots.into_iter().cloned());
        regions.sort_unstable();
        regions.dedup();
        Ok(regions)
    }

    async fn region_names(&self) -> Result<Arc<List>> {
        let marker = self.entry(tree::marker(Kind::Region)).await?;
        let revision = marker.map_or(0, |entry| entry.revision);
        let kept = |at: u64| at == revision;
        let guard = || self.inner.names.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, list)) = guard().as_ref().filter(|(at, _)| kept(*at)) {
            return Ok(Arc::clone(list));
        }
        let list = Arc::new(self.read_names().await?);
        let mut names = guard();
        // A reader of an older snapshot doesn't displace what is newer.
        if names.as_ref().is_none_or(|(at, _)| *at <= revision) {
            *names = Some((revision, Arc::clone(&list)));
        }
        Ok(list)
    }

    async fn read_names(&self) -> Result<List> {
        let prefix = key::records(Kind::Region);
        let mut range = Range::prefix(&prefix);
        let mut list = Vec::new();
        loop {
            let page = self.scan(&range, Direction::Forward, MAX_SCAN_ENTRIES).await?;
            let rest = page.rest(&range, Direction::Forward);
            for (key, entry) in page.entries {
                let id = super::super::id_of(&key[prefix.len()..])?;
                let stored = Stored::<Region>::read(id, self, &entry)?;
                if !stored.is_deleted() {
                    let names = names(&stored.record);
                    list.push((stored.id, names));
                }
            }
            match rest {
                Some(rest) => range = rest,
                None => return Ok(list),
            }
        }
    }
}

fn names(region: &Region) -> Texts {
    let mut texts = Texts::default();
    let mut left = MAX_TOKENS;
    let others = ("localized_names", region.localized_names.values());
    texts.add_names(("display_name", &region.display_name), others, &mut left);
    drop(texts.take_tokens());
    texts
}
