//! Searches: records by the words of their titles, of their owners' names and
//! of their places.
//!
//! A record's postings hold only what is its own. Owners are searched by their
//! names, and lead to their records by the index of owners; regions lead there
//! by the index of regions, those below them too. So a new name of either
//! changes nothing else. What a term may be found by becomes a stream of places
//! (`terms`), and what all terms share is looked at, record by record
//! (`found`): the streams only save looking at the others, and where they would
//! cost more than that, they are left out.

mod found;
mod names;
mod stream;
mod terms;

use super::index::{self, Index};
use super::key::Key;
use super::list::{MAX_EXAMINED, Page, Verdict};
use super::posting;
use super::reader::Reader;
use super::record::{Record, Stored};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::query::Query;
use crate::engine::{Direction, Range};
use crate::error::{Error, Result};

use found::Matcher;
pub(super) use names::Names;
use stream::{Budget, Stream};

/// Records that are looked at at once: the engine reads so many without another
/// thread.
const CHUNK: usize = 32;
/// What it costs to look at a record, in entries.
const LOOK: usize = 8;

/// A record that is searched.
pub trait Searched: Record {
    /// The index of all records, by their order in a search.
    const ALL: Index;
    /// The field that names its owner.
    const OWNER: &'static str;

    /// The organisation that owns or holds it.
    fn owner(&self) -> &Id;

    /// Prefix of the index entries of an owner, in the order of a search.
    fn of_owner(owner: &Id) -> Vec<u8>;

    /// Prefixes of the index entries of a region, in the order of a search.
    fn of_region(region: &Id) -> Vec<Vec<u8>>;

    /// Prefix of the unique codes that it is found by; none where it has none.
    fn codes() -> Option<Vec<u8>> {
        None
    }

    /// The fields and the codes that it is found by.
    fn codes_of(&self) -> Vec<(&'static str, &str)> {
        Vec::new()
    }
}

/// How well a record answers a query. A page goes through the better ones
/// first, and each record has one rank only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Rank {
    /// Its title is the query.
    Title = 1,
    /// All terms occur in it.
    Own = 2,
    /// Some terms occur only in its owner or its place.
    Near = 3,
}

impl Rank {
    const ALL: [Self; 3] = [Self::Title, Self::Own, Self::Near];
}

/// A place in the results: all before it were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    rank: Rank,
    order: u64,
    /// Of the records of one microsecond, those up to this id were seen.
    id: String,
}

impl Reader {
    /// What `judge` shows of the records that a query finds, with the fields in
    /// which terms occur, after the place `after`; up to `size` of them. Places
    /// are those in the boundaries of `day`.
    ///
    /// Better ranks come first, and the newest within them. A page costs no more
    /// than looking at [`MAX_EXAMINED`] entries; it may then be short.
    ///
    /// # Errors
    /// Those of the engine; [`Error::Damaged`] for an entry without its record;
    /// [`Error::PageToken`] for a place that is none.
    pub async fn search<R: Searched, T>(
        &self,
        query: &Query,
        day: Date,
        after: Option<&[u8]>,
        size: usize,
        mut judge: impl FnMut(&Stored<R>, Vec<&'static str>) -> Result<Verdict<T>>,
    ) -> Result<Page<T>> {
        let mut place = match after {
            Some(bytes) => Place::read(bytes)?,
            None => Place::first(Rank::Title),
        };
        let begin = place.clone();
        let mut budget = Budget::new(MAX_EXAMINED);
        let mut matcher = Matcher::<R>::new(self, query, day).await?;
        let mut items = Vec::with_capacity(size);
        for rank in Rank::ALL.into_iter().filter(|rank| *rank >= begin.rank) {
            if rank != place.rank {
                place = Place::first(rank);
            }
            let stream = self.stream::<R>(query, rank, &matcher).await?;
            let mut candidates = Candidates { reader: self, stream, place: place.clone() };
            loop {
                // Every page gets on, also where its beginning costs all it may.
                if items.len() == size || (budget.is_spent() && place != begin) {
                    return Ok(Page { items, next: Some(place.bytes()) });
                }
                if budget.is_spent() {
                    budget = Budget::new(MAX_EXAMINED);
                }
                let wanted = (size - items.len()).min(CHUNK);
                let ids = candidates.next::<R>(wanted, &mut budget).await?;
                let ended = ids.is_empty() && !budget.is_spent();
                for stored in matcher.read(ids).await? {
                    let answer = matcher.answer(&stored, rank);
                    let verdict = answer.map(|fields| judge(&stored, fields)).transpose()?;
                    match verdict {
                        Some(Verdict::Full) => {
                            return Ok(Page { items, next: Some(place.bytes()) });
                        }
                        Some(Verdict::Show(item)) => items.push(item),
                        Some(Verdict::Skip) | None => {}
                    }
                    place.order = posting::order(stored.record.search_order(&stored.meta));
                    place.id = stored.id.as_str().to_owned();
                }
                if ended {
                    break;
                }
                // What lies between is passed, also where nothing was found.
                place = candidates.place.clone();
            }
        }
        Ok(Page { items, next: None })
    }
}

/// The records that streams lead to, in the order of a search.
struct Candidates<'a> {
    reader: &'a Reader,
    /// None for all records.
    stream: Option<Stream>,
    /// What lies before it was given.
    place: Place,
}

impl Candidates<'_> {
    /// The next ids, about `wanted` of them; none at the end, or where the
    /// budget is spent.
    async fn next<R: Searched>(&mut self, wanted: usize, budget: &mut Budget) -> Result<Vec<Id>> {
        let mut ids = Vec::with_capacity(wanted);
        while ids.len() < wanted && !budget.is_spent() {
            let range = match &mut self.stream {
                None => index::range(R::ALL, false, &[]),
                Some(stream) => {
                    let Some(order) = stream.seek(self.reader, self.place.order, budget).await?
                    else {
                        break;
                    };
                    if order > self.place.order {
                        self.place.order = order;
                        self.place.id.clear();
                    }
                    if budget.is_spent() {
                        break;
                    }
                    let by = Key::part().number(posting::micros(order)).done();
                    index::range(R::ALL, false, &by)
                }
            };
            let before = ids.len();
            let more = self.of_range::<R>(range, wanted - before, &mut ids).await?;
            budget.spend(LOOK * (ids.len() - before).max(1));
            if !more {
                let next = self.stream.as_ref().and_then(|_| self.place.order.checked_add(1));
                let Some(next) = next else { break };
                self.place.order = next;
                self.place.id.clear();
            }
        }
        Ok(ids)
    }

    /// Adds the ids of a range of the index of all that come after the place,
    /// which then is the last of them. Says whether the range has more.
    async fn of_range<R: Searched>(
        &mut self,
        prefix: Vec<u8>,
        limit: usize,
        ids: &mut Vec<Id>,
    ) -> Result<bool> {
        let mut range = Range::prefix(&prefix);
        let whole = index::range(R::ALL, false, &[]);
        let is_begun = !self.place.id.is_empty();
        if is_begun || self.stream.is_none() {
            let order = Key::part().number(posting::micros(self.place.order));
            let from = order.last(self.place.id.as_bytes());
            let from = [whole.as_slice(), &from].concat();
            let end = if is_begun { Some(from) } else { crate::engine::after_prefix(&from) };
            range.end = end.or(range.end);
        }
        let found = self.reader.scan(&range, Direction::Reverse, limit).await?;
        for (key, _) in &found.entries {
            let (order, id) = key[whole.len()..]
                .split_first_chunk::<8>()
                .ok_or_else(|| Error::Damaged("an index entry has no order".into()))?;
            let id = super::id_of(id)?;
            self.place.order = !u64::from_be_bytes(*order);
            self.place.id = id.as_str().to_owned();
            ids.push(id);
        }
        Ok(found.more)
    }
}

impl Place {
    const fn first(rank: Rank) -> Self {
        Self { rank, order: 0, id: String::new() }
    }

    fn bytes(&self) -> Vec<u8> {
        let order = Key::part().byte(self.rank as u8).count(self.order);
        order.last(self.id.as_bytes())
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let none = Error::PageToken("leads nowhere in this search");
        let read = || {
            let (rank, rest) = bytes.split_first()?;
            let rank = Rank::ALL.into_iter().find(|known| *known as u8 == *rank)?;
            let (order, id) = rest.split_first_chunk::<8>()?;
            let id = std::str::from_utf8(id).ok()?.to_owned();
            Some(Self { rank, order: u64::from_be_bytes(*order), id })
        };
        read().ok_or(none)
    }
}
