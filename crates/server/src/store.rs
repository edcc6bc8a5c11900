//! Typed records over the engine: keys, indexes, versions, unique codes,
//! request ids and references, all in one commit.
//!
//! It knows records and their kinds and nothing of messages or callers' rights.

pub mod action;
pub mod action_counts;
pub mod call;
mod carry_over;
pub mod cells;
pub mod change;
pub mod completeness;
mod decision;
pub mod duplicates;
pub mod edition;
pub mod erase;
pub mod figures;
pub mod history;
pub mod import;
pub mod index;
pub mod key;
pub mod light;
pub mod list;
pub mod many;
mod meeting;
pub mod meeting_series;
pub mod merge;
mod minutes;
mod observation;
pub mod page_token;
mod placing;
pub mod posting;
pub mod project;
pub mod project_counts;
mod putting;
pub mod reader;
pub mod record;
mod reference;
pub mod report;
mod reporting;
pub mod request;
pub mod search;
pub mod statistics;
mod target;
pub mod training;
pub mod transaction;
mod tree;
mod unique;
mod uses;
pub mod verify;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::meeting::Meeting;
use crate::domain::project::light::LightRules;
use crate::domain::report::check::Scene;
use crate::domain::reporting_period::DeadlineDays;
use crate::domain::review_level::ReviewLevel;
use crate::domain::training::TrainingScene;
use crate::domain::tree::DatedTree;
use crate::engine::{Engine, Head};
use crate::error::{Error, Result};

use page_token::PageKey;
use reader::Reader;
use statistics::QueryLimits;
use tree::Trees;

/// The store. Clones are handles on the same one.
#[derive(Clone)]
pub struct Store {
    inner: Arc<StoreInner>,
}

struct StoreInner {
    engine: Arc<dyn Engine>,
    clock: Clock,
    options: Options,
    trees: Trees,
    names: search::Names,
    pairs: posting::Pairs,
    /// Whose turn it is to change a tree.
    turn: tokio::sync::Mutex<()>,
    /// Whose turn it is to change a record that many change at once, by its id.
    lines: [tokio::sync::Mutex<()>; 32],
    /// Whose turn it is to verify what records count for.
    verifying: tokio::sync::Mutex<()>,
    page_key: PageKey,
}

/// Which record a change is of.
#[derive(Clone, Debug)]
pub enum Target {
    /// A new one, with this id or one that the store makes.
    New(Option<Id>),
    /// One that is there, with the tag that the caller saw, if it was told.
    Existing {
        /// Its id.
        id: Id,
        /// The caller's tag; empty for none.
        etag: String,
    },
    /// One that is made where it isn't there; a tag that the caller saw is then
    /// a stale one.
    Either {
        /// Its id.
        id: Id,
        /// The caller's tag; empty for none.
        etag: String,
    },
}

/// What a change becomes.
pub enum Edit<R> {
    /// The record is put as it is here.
    Put(R),
    /// The record is deleted, or brought back.
    SetDeleted(bool),
}

/// What can be set.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long a page token is good for.
    pub page_token_lifetime: Duration,
    /// How long a request id is remembered.
    pub request_id_retention: Duration,
    /// How long a deleted record is kept before it is erased; none for ever.
    pub deleted_retention: Option<Duration>,
    /// The highest level that reviews reports.
    pub highest_level: ReviewLevel,
    /// When reports are due.
    pub deadlines: DeadlineDays,
    /// From where on warning lights change.
    pub lights: LightRules,
    /// How much one query of statistics may read.
    pub query: QueryLimits,
}

/// Reference data that rules ask for.
pub struct Known {
    /// The regions that aren't deleted, at all times.
    pub regions: Arc<DatedTree>,
    /// Of reports that are changed, by id: what they must know of others.
    pub scenes: BTreeMap<Id, Scene>,
    /// Of enrolments that are changed, by id: what they must know of others.
    pub training_scenes: BTreeMap<Id, TrainingScene>,
    /// Meetings of the minutes that are changed.
    pub meetings: BTreeMap<Id, Meeting>,
}

impl Known {
    /// What is known without regard to any record.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn of(reader: &Reader) -> Result<Self> {
        Ok(Self::with(reader.tree(Kind::Region).await?))
    }

    /// What is known where the regions are these.
    #[must_use]
    pub fn with(regions: Arc<DatedTree>) -> Self {
        Self {
            regions,
            scenes: BTreeMap::new(),
            training_scenes: BTreeMap::new(),
            meetings: BTreeMap::new(),
        }
    }
}

impl Store {
    /// Opens the store over an engine; the first time, its secrets are made.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn open(engine: Arc<dyn Engine>, clock: Clock, options: Options) -> Result<Self> {
        let page_key = PageKey::load(engine.as_ref(), &clock, options.page_token_lifetime).await?;
        let (trees, names) = (Trees::default(), search::Names::default());
        let pairs = posting::Pairs::default();
        let (turn, lines, verifying) = Default::default();
        let inner = StoreInner {
            engine,
            clock,
            options,
            trees,
            names,
            pairs,
            turn,
            lines,
            verifying,
            page_key,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The clock that the store takes times and ids from.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Where the engine stands.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn head(&self) -> Result<Head> {
        Ok(self.inner.engine.head().await?)
    }

    /// The key that page tokens are sealed with.
    #[must_use]
    pub fn page_key(&self) -> &PageKey {
        &self.inner.page_key
    }

    /// A view of the newest revision.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn reader(&self) -> Result<Reader> {
        let epoch = self.inner.engine.head().await?.epoch;
        let snapshot = self.inner.engine.snapshot().await?;
        Ok(Reader { inner: Arc::clone(&self.inner), snapshot, epoch })
    }

    /// A view of a revision that is `revision` or newer.
    ///
    /// # Errors
    /// [`Error::RevisionNotReached`].
    pub async fn reader_at_least(&self, revision: u64) -> Result<Reader> {
        let reader = self.reader().await?;
        match reader.revision() {
            newest if newest < revision => {
                Err(Error::RevisionNotReached { asked: revision, newest })
            }
            _ => Ok(reader),
        }
    }
}

/// The id in a key, whose form the store itself wrote.
fn id_of(bytes: &[u8]) -> Result<Id> {
    let text = std::str::from_utf8(bytes).ok();
    let id = text.and_then(|text| Id::parse(text).ok());
    id.ok_or_else(|| Error::Damaged("a key holds no id where there should be one".into()))
}
