//! Lists: a merge of index ranges, so that a subtree of regions is listed
//! through the entries of its leaves, whatever the tree looks like today.
//!
//! All ranges of a list have the same order, and a place in the list is what
//! follows a range's prefix: the value it is ordered by, and the id.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use super::reader::Reader;
use super::record::{Record, Stored};
use crate::domain::kind;
use crate::engine::{Direction, Range};
use crate::error::{Error, Result};

/// Most entries that one page looks at; it may then be short.
pub const MAX_EXAMINED: usize = 10_000;
/// Records that are read at once while a page is filled.
const CHUNK: usize = 64;
/// Most entries that one range reads ahead.
const MAX_AHEAD: usize = 256;

/// What to list, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Prefixes of the ranges.
    pub ranges: Vec<Vec<u8>>,
    /// Bytes of the value that is ordered by; the id follows it.
    pub order_len: usize,
    /// Which way.
    pub direction: Direction,
}

/// What becomes of a record of the list.
pub enum Verdict<T> {
    /// It is shown, as this.
    Show(T),
    /// It isn't shown.
    Skip,
    /// The page has no room for it: it is the first of the next one.
    Full,
}

/// A page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// What is shown.
    pub items: Vec<T>,
    /// Where the next page goes on; none at the end.
    pub next: Option<Vec<u8>>,
}

impl Reader {
    /// What `judge` shows of the records of `plan` after the place `after`, up
    /// to `size` of them.
    ///
    /// # Errors
    /// Those of the engine; [`Error::Damaged`] for an entry without its record.
    pub async fn list<R: Record, T>(
        &self,
        plan: &Plan,
        after: Option<&[u8]>,
        size: usize,
        mut judge: impl FnMut(&Stored<R>) -> Result<Verdict<T>>,
    ) -> Result<Page<T>> {
        let mut merge = Merge::new(self, plan, after, size).await?;
        let mut items = Vec::with_capacity(size);
        let mut examined = 0;
        let mut last = None;
        while items.len() < size && examined < MAX_EXAMINED {
            let chunk = (size - items.len()).clamp(CHUNK, MAX_AHEAD);
            let places = merge.take(chunk).await?;
            if places.is_empty() {
                return Ok(Page { items, next: None });
            }
            examined += places.len();
            for (place, stored) in self.at_places::<R>(plan, &places).await? {
                // What is left of the chunk belongs to the next page.
                if items.len() == size {
                    return Ok(Page { items, next: last });
                }
                match judge(&stored)? {
                    Verdict::Show(item) => items.push(item),
                    Verdict::Skip => {}
                    Verdict::Full => return Ok(Page { items, next: last }),
                }
                last = Some(place);
            }
        }
        let next = if merge.is_done() { None } else { last };
        Ok(Page { items, next })
    }

    async fn at_places<R: Record>(
        &self,
        plan: &Plan,
        places: &[Vec<u8>],
    ) -> Result<Vec<(Vec<u8>, Stored<R>)>> {
        let mut ids = Vec::with_capacity(places.len());
        for place in places {
            ids.push(super::id_of(place.get(plan.order_len..).unwrap_or_default())?);
        }
        let found = self.find_many::<R>(&ids).await?;
        let mut read = Vec::with_capacity(places.len());
        for ((place, id), stored) in places.iter().zip(&ids).zip(found) {
            let missing = || {
                let name = kind::name(R::KIND, id);
                Error::Damaged(format!("an index names {name}, which isn't there").into())
            };
            read.push((place.clone(), stored.ok_or_else(missing)?));
        }
        Ok(read)
    }
}

/// The ranges, merged: each place once.
struct Merge<'a> {
    reader: &'a Reader,
    direction: Direction,
    cursors: Vec<Cursor>,
    heap: BinaryHeap<Head>,
}

/// One range, read ahead.
struct Cursor {
    prefix_len: usize,
    /// What isn't read yet; none at the end.
    rest: Option<Range>,
    places: VecDeque<Vec<u8>>,
    ahead: usize,
}

/// The next place of a cursor; the heap's greatest comes first.
struct Head {
    place: Vec<u8>,
    cursor: usize,
    direction: Direction,
}

impl<'a> Merge<'a> {
    async fn new(
        reader: &'a Reader,
        plan: &Plan,
        after: Option<&[u8]>,
        size: usize,
    ) -> Result<Self> {
        // Of many ranges each gives few of the page's records.
        let ahead = (2 * size / plan.ranges.len().max(1) + 2).min(MAX_AHEAD);
        let cursors = plan.ranges.iter().map(|prefix| Cursor {
            prefix_len: prefix.len(),
            rest: Some(rest(prefix, after, plan.direction)),
            places: VecDeque::new(),
            ahead,
        });
        let mut merge = Self {
            reader,
            direction: plan.direction,
            cursors: cursors.collect(),
            heap: BinaryHeap::new(),
        };
        for cursor in 0..merge.cursors.len() {
            merge.advance(cursor).await?;
        }
        Ok(merge)
    }

    fn is_done(&self) -> bool {
        self.heap.is_empty()
    }

    /// The next places, up to `count`.
    async fn take(&mut self, count: usize) -> Result<Vec<Vec<u8>>> {
        let mut places: Vec<Vec<u8>> = Vec::with_capacity(count);
        while let Some(head) = self.heap.peek() {
            // A record that several ranges name is one place.
            let again = places.last() == Some(&head.place);
            if places.len() == count && !again {
                break;
            }
            let Some(head) = self.heap.pop() else { break };
            self.advance(head.cursor).await?;
            if !again {
                places.push(head.place);
            }
        }
        Ok(places)
    }

    /// Puts the next place of a cursor on the heap.
    async fn advance(&mut self, index: usize) -> Result<()> {
        let cursor = &mut self.cursors[index];
        if cursor.places.is_empty() {
            cursor.fill(self.reader, self.direction).await?;
        }
        if let Some(place) = cursor.places.pop_front() {
            self.heap.push(Head { place, cursor: index, direction: self.direction });
        }
        Ok(())
    }
}

impl Cursor {
    async fn fill(&mut self, reader: &Reader, direction: Direction) -> Result<()> {
        let Some(range) = self.rest.take() else {
            return Ok(());
        };
        let found = reader.scan(&range, direction, self.ahead).await?;
        self.rest = found.rest(&range, direction);
        let found = found.entries;
        self.places.extend(found.into_iter().map(|(key, _)| key[self.prefix_len..].to_vec()));
        self.ahead = (self.ahead * 2).min(MAX_AHEAD);
        Ok(())
    }
}

/// The part of a range that comes after a place.
fn rest(prefix: &[u8], after: Option<&[u8]>, direction: Direction) -> Range {
    let mut range = Range::prefix(prefix);
    if let Some(place) = after {
        let key = [prefix, place].concat();
        match direction {
            Direction::Forward => range.start = [key.as_slice(), &[0]].concat(),
            Direction::Reverse => range.end = Some(key),
        }
    }
    range
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = (&self.place, self.cursor).cmp(&(&other.place, other.cursor));
        match self.direction {
            Direction::Forward => order.reverse(),
            Direction::Reverse => order,
        }
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}
