//! Streams of places, in the order of a search: of one range of an index, of
//! several of which any will do, and of several that must agree.
//!
//! A place is a number that a later time has a smaller one of; records of the
//! same microsecond share it. A stream is asked for its first place from one on,
//! and reads its ranges no further than that.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::pin::Pin;

use super::super::key::Key;
use super::super::posting;
use super::super::reader::Reader;
use crate::engine::{Direction, Range, after_prefix};
use crate::error::{Error, Result};

/// Entries that a range is read ahead, at first and at most: reads of more are
/// moved to another thread by the engine, which costs more than they do.
const AHEAD: [usize; 2] = [8, 32];
/// What a read costs besides its entries, in entries.
const READ: usize = 4;
/// Reads for one place that a part of [`Stream::Each`] may need, above which it
/// is cheaper to look at the record itself; and reads to begin with.
const READS: [usize; 2] = [4, 300];

/// What a page may still cost, in entries.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
    reads: usize,
}

impl Budget {
    pub(super) const fn new(entries: usize) -> Self {
        Self { left: entries, reads: 0 }
    }

    pub(super) const fn is_spent(&self) -> bool {
        self.left == 0
    }

    pub(super) const fn spend(&mut self, entries: usize) {
        self.left = self.left.saturating_sub(entries);
    }
}

/// A stream of places.
pub(super) enum Stream {
    /// Of one range.
    One(One),
    /// Those of any of some streams, with their heads.
    Any(Vec<Self>, Heads),
    /// Those that all of some streams have.
    Each(Vec<Part>),
}

/// The first places of streams, where they were asked for.
type Heads = Option<BinaryHeap<Reverse<(u64, usize)>>>;

/// A stream that others must agree with.
pub(super) struct Part {
    stream: Stream,
    asked: usize,
    reads: usize,
    /// It is no longer asked: the records tell.
    is_left_out: bool,
}

/// One range.
pub(super) struct One {
    prefix: Vec<u8>,
    form: Form,
    /// What isn't read yet; none at the end.
    rest: Option<Range>,
    places: VecDeque<u64>,
    ahead: usize,
    /// Whether much of what was read last was asked for.
    is_dense: bool,
}

/// How a place stands in a key, after the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Posting,
    /// As microseconds, which are gone through from their end.
    Index,
}

impl Stream {
    /// The places of a range.
    pub(super) fn one(prefix: Vec<u8>, form: Form) -> Self {
        let rest = Some(Range::prefix(&prefix));
        Self::One(One::new(prefix, form, rest, VecDeque::new()))
    }

    /// Places that are known.
    pub(super) fn known(mut places: Vec<u64>) -> Self {
        places.sort_unstable();
        places.dedup();
        Self::One(One::new(Vec::new(), Form::Posting, None, places.into()))
    }

    /// Those of any of these.
    pub(super) fn any(streams: Vec<Self>) -> Self {
        Self::Any(streams, None)
    }

    /// Those that all of these have.
    pub(super) fn each(mut streams: Vec<Self>) -> Self {
        if streams.len() == 1 {
            return streams.remove(0);
        }
        // Of few ranges the end is soon found.
        streams.sort_by_key(Self::width);
        let part = |stream| Part { stream, asked: 0, reads: 0, is_left_out: false };
        Self::Each(streams.into_iter().map(part).collect())
    }

    /// How many ranges it goes over.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Any(streams, _) => streams.iter().map(Self::width).sum(),
            Self::Each(parts) => parts.iter().map(|part| part.stream.width()).sum(),
        }
    }

    /// The first place that isn't before `from`; none at the end. Once the
    /// budget is spent it may be one before that, but none is passed over.
    pub(super) fn seek<'a>(
        &'a mut self,
        reader: &'a Reader,
        from: u64,
        budget: &'a mut Budget,
    ) -> Pin<Box<dyn Future<Output = Result<Option<u64>>> + Send + 'a>> {
        Box::pin(async move {
            match self {
                Self::One(one) => one.seek(reader, from, budget).await,
                Self::Any(streams, heads) => any(streams, heads, reader, from, budget).await,
                Self::Each(parts) => each(parts, reader, from, budget).await,
            }
        })
    }
}

async fn any(
    streams: &mut [Stream],
    heads: &mut Heads,
    reader: &Reader,
    from: u64,
    budget: &mut Budget,
) -> Result<Option<u64>> {
    if heads.is_none() {
        let mut found = BinaryHeap::with_capacity(streams.len());
        for (at, stream) in streams.iter_mut().enumerate() {
            let place = stream.seek(reader, from, budget).await?;
            found.extend(place.map(|place| Reverse((place, at))));
        }
        *heads = Some(found);
    }
    let Some(heads) = heads else { return Ok(None) };
    while let Some(&Reverse((place, at))) = heads.peek() {
        if place >= from || budget.is_spent() {
            return Ok(Some(place.max(from)));
        }
        heads.pop();
        let stream = streams.get_mut(at).ok_or_else(|| Error::internal("a head has a stream"))?;
        let place = stream.seek(reader, from, budget).await?;
        heads.extend(place.map(|place| Reverse((place, at))));
    }
    Ok(None)
}

async fn each(
    parts: &mut [Part],
    reader: &Reader,
    mut from: u64,
    budget: &mut Budget,
) -> Result<Option<u64>> {
    loop {
        let begin = from;
        for at in 0..parts.len() {
            let others = parts.iter().filter(|part| !part.is_left_out).count() > 1;
            let part = &mut parts[at];
            if part.is_left_out {
                continue;
            }
            let before = budget.reads;
            let Some(place) = part.stream.seek(reader, from, budget).await? else {
                return Ok(None);
            };
            part.asked += 1;
            part.reads += budget.reads - before;
            part.is_left_out = others && part.reads > READS[0] * part.asked + READS[1];
            from = from.max(place);
            if budget.is_spent() {
                return Ok(Some(from));
            }
        }
        if from == begin {
            return Ok(Some(from));
        }
    }
}

impl One {
    const fn new(prefix: Vec<u8>, form: Form, rest: Option<Range>, places: VecDeque<u64>) -> Self {
        Self { prefix, form, rest, places, ahead: AHEAD[0], is_dense: false }
    }

    async fn seek(
        &mut self,
        reader: &Reader,
        from: u64,
        budget: &mut Budget,
    ) -> Result<Option<u64>> {
        loop {
            let unread = self.places.len();
            while let Some(&place) = self.places.front() {
                if place >= from {
                    // Asked for again within what was read.
                    self.is_dense |= self.places.len() < unread;
                    return Ok(Some(place));
                }
                self.places.pop_front();
            }
            let Some(range) = self.rest.take() else { return Ok(None) };
            let range = self.from(range, from);
            // What others skip isn't worth reading.
            self.ahead = if self.is_dense { (self.ahead * 2).min(AHEAD[1]) } else { AHEAD[0] };
            self.is_dense = false;
            let direction = self.form.direction();
            let found = reader.scan(&range, direction, self.ahead).await?;
            budget.reads += 1;
            budget.spend(READ + found.entries.len());
            self.rest = found.rest(&range, direction);
            for (key, _) in &found.entries {
                let place = self.form.place(&key[self.prefix.len()..])?;
                if self.places.back() != Some(&place) {
                    self.places.push_back(place);
                }
            }
        }
    }

    /// The part of a range that has the places from one on.
    fn from(&self, mut range: Range, from: u64) -> Range {
        match self.form {
            Form::Posting => {
                let start = [self.prefix.as_slice(), &from.to_be_bytes()].concat();
                range.start = range.start.max(start);
            }
            Form::Index => {
                let last = Key::part().number(posting::micros(from)).done();
                let end = after_prefix(&[self.prefix.as_slice(), &last].concat());
                range.end = match (range.end, end) {
                    (Some(one), Some(two)) => Some(one.min(two)),
                    (one, two) => one.or(two),
                };
            }
        }
        range
    }
}

impl Form {
    const fn direction(self) -> Direction {
        match self {
            Self::Posting => Direction::Forward,
            Self::Index => Direction::Reverse,
        }
    }

    fn place(self, rest: &[u8]) -> Result<u64> {
        let bytes = rest.first_chunk::<8>();
        let number = bytes.map(|bytes| u64::from_be_bytes(*bytes));
        let number = number.ok_or_else(|| Error::Damaged("an index entry has no order".into()))?;
        Ok(match self {
            Self::Posting => number,
            // The sign is flipped in the key, as it is in a place.
            Self::Index => !number,
        })
    }
}
