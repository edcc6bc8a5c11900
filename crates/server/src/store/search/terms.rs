//! What a term may be found by, as streams. Where it may be found by more than
//! a page can afford to read, there is no stream, and the records tell.

use super::super::index::{self, Index};
use super::super::key::Key;
use super::super::posting;
use super::super::reader::Reader;
use super::super::record::Record;
use super::super::reference::CREDIT_CODE;
use super::found::Matcher;
use super::stream::{Budget, Form, Stream};
use super::{Rank, Searched};
use crate::domain::id::Id;
use crate::domain::initials;
use crate::domain::kind::Kind;
use crate::domain::query::{Query, Term};
use crate::domain::reference::organisation::Organisation;
use crate::domain::text::{self, Part};
use crate::engine::{Direction, Range};
use crate::error::{Error, Result};

/// Most ranges that one part of a term is looked up in.
const MAX_RANGES: usize = 256;
/// Most tokens of one term that are looked up; the records tell the rest.
const MAX_TOKENS: usize = 12;
/// Most owners that a term may name for their records to be looked up.
const MAX_OWNERS: usize = 128;
/// What may be spent on finding these.
const OWNERS_BUDGET: usize = 5_000;
/// Shortest beginning of a code that finds it: its first part and more.
const MIN_CODE: usize = 6;

/// A stream, or all records.
type Found = Option<Stream>;

impl Reader {
    /// The records that a query may find with a rank.
    pub(super) async fn stream<R: Searched>(
        &self,
        query: &Query,
        rank: Rank,
        matcher: &Matcher<'_, R>,
    ) -> Result<Found> {
        if rank == Rank::Title {
            let token = posting::whole(&query.normal);
            return Ok(Some(postings(R::KIND, &token)));
        }
        let mut parts = Vec::new();
        if rank == Rank::Own {
            for term in &query.terms {
                parts.extend(self.own::<R>(term).await?);
            }
        } else {
            parts = self.near_all(query, matcher).await?;
        }
        Ok(if parts.is_empty() { None } else { Some(Stream::each(parts)) })
    }

    /// What a record of the rank `Near` must be in: for every term what it is
    /// found by, and for at least one of them elsewhere.
    async fn near_all<R: Searched>(
        &self,
        query: &Query,
        matcher: &Matcher<'_, R>,
    ) -> Result<Vec<Stream>> {
        let mut near = Vec::with_capacity(query.terms.len());
        for (at, term) in query.terms.iter().enumerate() {
            near.push(self.near::<R>(term, matcher.regions(at)).await?);
        }
        let is_near = |ranges: &&Option<Vec<_>>| ranges.as_ref().is_none_or(|all| !all.is_empty());
        // The only term that may be found elsewhere must be.
        let only = near.iter().filter(is_near).count() == 1;
        let mut parts = Vec::new();
        for (term, ranges) in query.terms.iter().zip(&near) {
            let elsewhere = ranges.as_ref().map(|ranges| entries(ranges));
            if only && is_near(&ranges) {
                parts.extend(elsewhere.map(Stream::any));
            } else if let Some(mut any) = elsewhere
                && let Some(own) = self.own::<R>(term).await?
            {
                any.push(own);
                parts.push(Stream::any(any));
            }
        }
        if !only {
            // Those that have all terms themselves are passed over.
            let all: Option<Vec<Vec<Vec<u8>>>> = near.into_iter().collect();
            parts.extend(all.map(|all| Stream::any(entries(&all.concat()))));
        }
        Ok(parts)
    }

    /// The records in whose own texts a term may occur.
    async fn own<R: Searched>(&self, term: &Term) -> Result<Found> {
        let Some(words) = self.words(R::KIND, term).await? else { return Ok(None) };
        let mut any = vec![words];
        if let Some(initials) = term.initials() {
            let Some(stream) = self.by_initials(R::KIND, initials).await? else { return Ok(None) };
            any.push(stream);
        }
        if let Some(prefix) = R::codes().filter(|_| is_code(term)) {
            let Some(stream) = self.by_code::<R>(prefix, term).await? else { return Ok(None) };
            any.push(stream);
        }
        Ok(Some(Stream::any(any)))
    }

    /// The records whose owner or region a term may name: ranges of indexes.
    async fn near<R: Searched>(&self, term: &Term, regions: &[Id]) -> Result<Option<Vec<Vec<u8>>>> {
        let mut ranges: Vec<Vec<u8>> = Vec::new();
        for region in regions {
            ranges.extend(R::of_region(region));
            if ranges.len() > MAX_RANGES {
                return Ok(None);
            }
        }
        let Some(owners) = self.owners(term).await? else { return Ok(None) };
        ranges.extend(owners.iter().map(R::of_owner));
        Ok(Some(ranges))
    }

    /// The organisations in whose names a term occurs or whose code it is; none
    /// where they are too many.
    async fn owners(&self, term: &Term) -> Result<Option<Vec<Id>>> {
        let kind = Organisation::KIND;
        let Some(words) = self.words(kind, term).await? else { return Ok(None) };
        let mut any = vec![words];
        if let Some(initials) = term.initials() {
            let Some(stream) = self.by_initials(kind, initials).await? else { return Ok(None) };
            any.push(stream);
        }
        let mut stream = Stream::any(any);
        // Before any is read, it is seen whether they are too many.
        let mut places = Vec::new();
        let (mut budget, mut from) = (Budget::new(OWNERS_BUDGET), 0);
        while let Some(place) = stream.seek(self, from, &mut budget).await? {
            places.push(place);
            if budget.is_spent() || places.len() > MAX_OWNERS {
                return Ok(None);
            }
            let Some(next) = place.checked_add(1) else { break };
            from = next;
        }
        let code = self.holder(kind, CREDIT_CODE, &term.text().to_ascii_uppercase()).await?;
        let mut ids: Vec<Id> = Vec::with_capacity(places.len());
        for place in places {
            let by = Key::part().number(posting::micros(place)).done();
            let all = index::range(Index::OrganisationSearched, false, &by);
            ids.extend(self.ids(&all).await?);
            if ids.len() > MAX_OWNERS {
                return Ok(None);
            }
        }
        let mut owners: Vec<Id> = code.into_iter().collect();
        for stored in self.find_many::<Organisation>(&ids).await?.into_iter().flatten() {
            if stored.record.texts().iter().any(|(_, text)| term.occurs(text)) {
                owners.push(stored.id);
            }
        }
        Ok(Some(owners))
    }

    /// The ids that follow a prefix of an index, up to one more than a term may
    /// have.
    async fn ids(&self, prefix: &[u8]) -> Result<Vec<Id>> {
        let found = self.scan(&Range::prefix(prefix), Direction::Forward, MAX_OWNERS + 1).await?;
        let ids = found.entries.iter().map(|(key, _)| super::super::id_of(&key[prefix.len()..]));
        ids.collect()
    }

    /// The records of a kind that have the tokens of a term.
    async fn words(&self, kind: Kind, term: &Term) -> Result<Found> {
        let mut each = Vec::new();
        let mut lone = None;
        let parts: Vec<_> = text::parts(term.text()).collect();
        for (at, part) in parts.iter().enumerate() {
            match *part {
                Part::Word(word) if at + 1 == parts.len() => {
                    each.extend(self.beginning(kind, text::cut(word)).await?);
                }
                Part::Word(word) => each.push(postings(kind, text::cut(word))),
                Part::Run(run) => {
                    let mut pairs = text::pairs(run).peekable();
                    if pairs.peek().is_none() {
                        lone = Some(run);
                    }
                    let telling = pairs.filter(|pair| !text::everywhere(kind).contains(pair));
                    each.extend(telling.map(|pair| postings(kind, pair)));
                }
            }
        }
        each.truncate(MAX_TOKENS);
        match lone {
            // Of a longer term the other tokens are enough.
            Some(letter) if each.is_empty() => self.letter(kind, letter).await,
            _ if each.is_empty() => Ok(None),
            _ => Ok(Some(Stream::each(each))),
        }
    }

    /// The records with a Chinese character.
    async fn letter(&self, kind: Kind, letter: &str) -> Result<Found> {
        if text::everywhere(kind).iter().any(|pair| pair.contains(letter)) {
            return Ok(None);
        }
        let Some(pairs) = self.vocabulary(kind, letter).await? else { return Ok(None) };
        let pairs = pairs.iter().map(|pair| postings(kind, pair));
        Ok(Some(Stream::any(pairs.chain([postings(kind, letter)]).collect())))
    }

    /// The records that have a word with a beginning.
    async fn beginning(&self, kind: Kind, word: &str) -> Result<Found> {
        let mut range = Range::prefix(&posting::beginning(kind, word));
        let mut any = Vec::new();
        loop {
            let found = self.scan(&range, Direction::Forward, 1).await?;
            let Some((key, _)) = found.entries.first() else {
                return Ok(Some(Stream::any(any)));
            };
            let token = posting::token(key)
                .ok_or_else(|| Error::Damaged("an entry has no token".into()))?;
            let prefix = posting::prefix(kind, token);
            range.start = crate::engine::after_prefix(&prefix).unwrap_or_default();
            any.push(Stream::one(prefix, Form::Posting));
            if any.len() > MAX_RANGES {
                return Ok(None);
            }
        }
    }

    /// The records that have Chinese characters with these initials in a row.
    async fn by_initials(&self, kind: Kind, letters: &[u8]) -> Result<Found> {
        let mut steps: Vec<Vec<String>> = Vec::new();
        for pair in letters.windows(2) {
            let by: String = pair.iter().copied().map(char::from).collect();
            let Some(mut pairs) = self.vocabulary(kind, &by).await? else { return Ok(None) };
            let everywhere = text::everywhere(kind).iter();
            let of_these = everywhere.filter(|pair| initials::occur(by.as_bytes(), pair));
            pairs.extend(of_these.map(|pair| (*pair).to_owned()));
            steps.push(pairs);
        }
        // Only pairs that lead on, and that lead here, can be in a row.
        for at in 1..steps.len() {
            let (before, after) = steps.split_at_mut(at);
            keep(&mut after[0], &before[at - 1], first, last);
        }
        for at in (1..steps.len()).rev() {
            let (before, after) = steps.split_at_mut(at);
            keep(&mut before[at - 1], &after[0], last, first);
        }
        let mut each = Vec::new();
        for pairs in steps {
            let tells = |pair: &String| !text::everywhere(kind).contains(&pair.as_str());
            if pairs.len() <= MAX_RANGES && pairs.iter().all(tells) {
                each.push(Stream::any(pairs.iter().map(|pair| postings(kind, pair)).collect()));
            }
        }
        Ok(if each.is_empty() { None } else { Some(Stream::each(each)) })
    }

    /// The pairs that the vocabulary has by a character or by initials; none
    /// where they are more than a term may have in all.
    async fn vocabulary(&self, kind: Kind, by: &str) -> Result<Option<Vec<String>>> {
        let prefix = posting::vocabulary(kind, by);
        let found = self.scan(&Range::prefix(&prefix), Direction::Forward, 4 * MAX_RANGES).await?;
        let pair = |(key, _): &(Vec<u8>, _)| {
            String::from_utf8(key[prefix.len()..].to_vec())
                .map_err(|_| Error::Damaged("an entry of the vocabulary is no text".into()))
        };
        let pairs: Result<Vec<_>> = found.entries.iter().map(pair).collect();
        Ok(if found.more { None } else { Some(pairs?) })
    }

    /// The records whose code begins with a term; none where they are too many.
    async fn by_code<R: Searched>(&self, prefix: Vec<u8>, term: &Term) -> Result<Found> {
        let begin = [prefix.as_slice(), term.text().replace(' ', "-").as_bytes()].concat();
        let found = self.scan(&Range::prefix(&begin), Direction::Forward, MAX_RANGES).await?;
        if found.more {
            return Ok(None);
        }
        let ids: Result<Vec<Id>> =
            found.entries.iter().map(|(_, entry)| super::super::id_of(&entry.value)).collect();
        let stored = self.find_many::<R>(&ids?).await?;
        let order = |stored: super::super::record::Stored<R>| {
            posting::order(stored.record.search_order(&stored.meta))
        };
        Ok(Some(Stream::known(stored.into_iter().flatten().map(order).collect())))
    }
}

fn entries(ranges: &[Vec<u8>]) -> Vec<Stream> {
    ranges.iter().map(|range| Stream::one(range.clone(), Form::Index)).collect()
}

fn postings(kind: Kind, token: &str) -> Stream {
    Stream::one(posting::prefix(kind, token), Form::Posting)
}

/// Whether a term may be the beginning of a code: digits in parts.
pub(super) fn is_code(term: &Term) -> bool {
    let text = term.text();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    digits && text.len() >= MIN_CODE && text.contains(' ')
}

fn first(pair: &str) -> Option<char> {
    pair.chars().next()
}

fn last(pair: &str) -> Option<char> {
    pair.chars().next_back()
}

/// Keeps the pairs of which one character is the neighbours' other.
fn keep(
    pairs: &mut Vec<String>,
    neighbours: &[String],
    own: fn(&str) -> Option<char>,
    other: fn(&str) -> Option<char>,
) {
    let known: std::collections::HashSet<_> = neighbours.iter().map(|pair| other(pair)).collect();
    pairs.retain(|pair| known.contains(&own(pair)));
}
