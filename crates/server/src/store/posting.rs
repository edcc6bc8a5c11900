//! Postings: the index entries by which records are found by their words.
//!
//! A posting is a kind, a token of the record's own texts, the record's order
//! in a search, and four bytes of a hash of its id, which tell apart records
//! that were created in the same microsecond; the id itself would be most of
//! the entry. Tokens are made by `domain/text.rs`.
//!
//! Beside them stands a small vocabulary: every pair of characters that was
//! ever a token, by each of its characters and by their initials. It grows with
//! the language and not with the records, so it is never cut back.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::key::{Key, Table};
use super::record::{Record, Stored};
use super::transaction::Transaction;
use crate::domain::kind::Kind;
use crate::domain::text::Texts;
use crate::domain::{initials, text};
use crate::error::Result;

/// Bytes after the token's end: order and hash.
const AFTER_TOKEN: usize = 8 + 4;
/// Tokens of a record's title, or of an organisation's names, that it is found
/// by; what comes after them isn't searched.
pub const MAX_TOKENS: usize = 64;

/// Pairs that are remembered as known; a language has some tens of thousands
/// that occur. Of others it is looked up whether they are.
const MAX_PAIRS: usize = 100_000;

/// Prefix of the postings of a token, in the order of a search.
pub(super) fn prefix(kind: Kind, token: &str) -> Vec<u8> {
    Key::new(Table::Posting).kind(kind).text(token).done()
}

/// Prefix of the postings of all tokens that begin with `beginning`.
pub(super) fn beginning(kind: Kind, beginning: &str) -> Vec<u8> {
    Key::new(Table::Posting).kind(kind).last(beginning.as_bytes())
}

/// The token of a posting; none where the key is none.
pub(super) fn token(key: &[u8]) -> Option<&str> {
    let table = *key.first()? == Table::Posting as u8;
    let token = key.get(2..key.len().checked_sub(AFTER_TOKEN + 1)?)?;
    std::str::from_utf8(token).ok().filter(|_| table)
}

/// The place of microseconds in a search: later comes first.
pub(super) const fn order(micros: i64) -> u64 {
    !(micros.cast_unsigned() ^ (1 << 63))
}

/// The microseconds of a place.
pub(super) const fn micros(order: u64) -> i64 {
    (!order ^ (1 << 63)).cast_signed()
}

/// The token by which a title is found that is exactly this, in normal form.
pub(super) fn whole(normal: &str) -> String {
    // No token of a text has this sign.
    format!("={}", &blake3::hash(normal.as_bytes()).to_hex()[..8])
}

/// The postings of a record, sorted; none of a deleted one, which comes back with them.
pub(super) fn keys<R: Record>(stored: &Stored<R>) -> Vec<Vec<u8>> {
    if stored.is_deleted() {
        return Vec::new();
    }
    let order = order(stored.record.search_order(&stored.meta));
    let hash = blake3::hash(stored.id.as_str().as_bytes());
    let mut tokens = stored.record.texts().take_tokens();
    tokens.retain(|token| !text::everywhere(R::KIND).contains(&token.as_str()));
    let key = |token: &str| {
        let key = Key::new(Table::Posting).kind(R::KIND).text(token);
        key.count(order).last(&hash.as_bytes()[..4])
    };
    let whole = stored.record.title().map(|title| whole(&text::normal(title)));
    tokens.extend(whole);
    tokens.iter().map(|token| key(token)).collect()
}

/// Whether two versions of a record have the same postings, as far as that is
/// told easily.
pub(super) fn are_same<R: Record>(one: &Stored<R>, other: &Stored<R>) -> bool {
    let order = |stored: &Stored<R>| stored.record.search_order(&stored.meta);
    one.is_deleted() == other.is_deleted()
        && order(one) == order(other)
        && one.record.has_texts_of(&other.record)
}

/// Prefix of the vocabulary: the pairs with a character, or with initials.
pub(super) fn vocabulary(kind: Kind, by: &str) -> Vec<u8> {
    Key::new(Table::Vocabulary).kind(kind).text(by).done()
}

/// By what a pair stands in the vocabulary: its characters, and its initials.
fn ways(first: char, last: char) -> Vec<String> {
    let mut ways = vec![last.to_string(), first.to_string()];
    let last = initials::of(last);
    for one in initials::of(first) {
        ways.extend(last.iter().map(|two| [char::from(one), char::from(*two)].iter().collect()));
    }
    ways
}

/// Pairs that were seen in the vocabulary: it loses none.
#[derive(Default)]
pub(super) struct Pairs(Mutex<HashSet<(Kind, char, char)>>);

impl Pairs {
    fn retain_unseen(&self, kind: Kind, pairs: &mut Vec<(char, char)>) {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pairs.retain(|(first, last)| !seen.contains(&(kind, *first, *last)));
    }

    fn see(&self, kind: Kind, pairs: impl Iterator<Item = (char, char)>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (first, last) in pairs {
            if seen.len() < MAX_PAIRS {
                seen.insert((kind, first, last));
            }
        }
    }
}

impl Transaction {
    /// Puts the pairs among new postings into the vocabulary, where they aren't
    /// there. Two commits that bring the same one write the same.
    pub(super) async fn learn(&mut self, kind: Kind, postings: &[Vec<u8>]) -> Result<()> {
        let mut pairs: Vec<_> =
            postings.iter().filter_map(|key| token(key)).filter_map(pair).collect();
        let inner = Arc::clone(&self.reader.inner);
        inner.pairs.retain_unseen(kind, &mut pairs);
        // The ways of a pair are written together: one stands for all.
        let keys: Vec<_> =
            pairs.iter().map(|(first, last)| way(kind, &last.to_string(), *first, *last)).collect();
        let known = self.reader.snapshot.get(&keys).await?;
        let known: Vec<_> = known.iter().map(Option::is_some).collect();
        let with = |wanted: bool| {
            let pairs = pairs.iter().copied().zip(known.iter().copied());
            pairs.filter(move |(_, known)| *known == wanted).map(|(pair, _)| pair)
        };
        inner.pairs.see(kind, with(true));
        for (first, last) in with(false) {
            for by in ways(first, last) {
                self.put_index(way(kind, &by, first, last), Bytes::new());
            }
        }
        Ok(())
    }
}

/// The characters of a token that is a pair.
fn pair(token: &str) -> Option<(char, char)> {
    let mut letters = token.chars();
    let pair = (letters.next().filter(|first| text::is_han(*first))?, letters.next()?);
    letters.next().is_none().then_some(pair)
}

/// Key of a pair in the vocabulary.
fn way(kind: Kind, by: &str, first: char, last: char) -> Vec<u8> {
    let mut key = vocabulary(kind, by);
    key.extend(String::from_iter([first, last]).as_bytes());
    key
}

impl Texts {
    /// Adds a name and the same in other languages.
    pub(super) fn add_names<'a>(
        &mut self,
        (field, name): (&'static str, &str),
        (others, names): (&'static str, impl Iterator<Item = &'a String>),
        left: &mut usize,
    ) {
        self.add(field, name, left);
        for name in names {
            self.add(others, name, left);
        }
    }
}
