//! Whether a record answers a query, told from the record itself.

use std::collections::HashMap;
use std::marker::PhantomData;

use super::super::reader::Reader;
use super::super::record::{Record, Stored};
use super::terms::is_code;
use super::{Rank, Searched};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind;
use crate::domain::query::{Query, Term};
use crate::domain::reference::organisation::Organisation;
use crate::domain::text::{self, Texts};
use crate::error::{Error, Result};

/// What a query asks of records.
pub(super) struct Matcher<'a, R> {
    reader: &'a Reader,
    query: &'a Query,
    /// The day in whose boundaries places are meant.
    day: Date,
    /// The regions that each term names, with those below them.
    regions: Vec<Vec<Id>>,
    /// The owners that the page has met.
    owners: HashMap<Id, Owner>,
    records: PhantomData<R>,
}

/// What an organisation is found by.
#[derive(Default)]
struct Owner {
    texts: Texts,
    /// Its credit code, in lower case.
    code: String,
}

impl<'a, R: Searched> Matcher<'a, R> {
    pub(super) async fn new(reader: &'a Reader, query: &'a Query, day: Date) -> Result<Self> {
        let mut regions = Vec::with_capacity(query.terms.len());
        for term in &query.terms {
            regions.push(reader.regions_called(term, day).await?);
        }
        let owners = HashMap::new();
        Ok(Self { reader, query, day, regions, owners, records: PhantomData })
    }

    /// The regions that a term names.
    pub(super) fn regions(&self, term: usize) -> &[Id] {
        self.regions.get(term).map_or(&[], Vec::as_slice)
    }

    /// Reads records, and what is to be known of their owners.
    pub(super) async fn read(&mut self, ids: Vec<Id>) -> Result<Vec<Stored<R>>> {
        let mut records = Vec::with_capacity(ids.len());
        for (id, stored) in ids.iter().zip(self.reader.find_many::<R>(&ids).await?) {
            let missing = || {
                let name = kind::name(R::KIND, id);
                Error::Damaged(format!("an index names {name}, which isn't there").into())
            };
            records.push(stored.ok_or_else(missing)?);
        }
        let owners = records.iter().map(|stored| stored.record.owner());
        let mut unread: Vec<Id> =
            owners.filter(|owner| !self.owners.contains_key(*owner)).cloned().collect();
        unread.sort_unstable();
        unread.dedup();
        let found = self.reader.find_many::<Organisation>(&unread).await?;
        for (id, owner) in unread.into_iter().zip(found) {
            self.owners
                .insert(id, owner.map(|owner| Owner::new(&owner.record)).unwrap_or_default());
        }
        Ok(records)
    }

    /// The fields in which terms occur, where all of them do and the record has
    /// this rank.
    pub(super) fn answer(&self, stored: &Stored<R>, rank: Rank) -> Option<Vec<&'static str>> {
        let record = &stored.record;
        let texts = record.texts();
        let owner = self.owners.get(record.owner());
        let mut fields = Vec::new();
        let mut own = true;
        for (term, regions) in self.query.terms.iter().zip(&self.regions) {
            let before = fields.len();
            fields.extend(texts.iter().filter(|(_, text)| term.occurs(text)).map(|(name, _)| name));
            let codes = record.codes_of().into_iter();
            fields
                .extend(codes.filter(|(_, code)| begins_code(term, code)).map(|(field, _)| field));
            own &= fields.len() > before;
            let named = owner.is_some_and(|owner| owner.is_called(term));
            fields.extend(named.then_some(R::OWNER));
            let there = !regions.is_empty() && record.is_within(&stored.id, regions, self.day);
            fields.extend(there.then_some("region"));
            if fields.len() == before {
                return None;
            }
        }
        let is_title = || {
            let title = record.title().map(text::normal);
            title.is_some_and(|title| title == self.query.normal)
        };
        let found = match own {
            true if is_title() => Rank::Title,
            true => Rank::Own,
            false => Rank::Near,
        };
        fields.sort_unstable();
        fields.dedup();
        (found == rank).then_some(fields)
    }
}

impl Owner {
    fn new(organisation: &Organisation) -> Self {
        let code = organisation.credit_code.to_ascii_lowercase();
        Self { texts: organisation.texts(), code }
    }

    fn is_called(&self, term: &Term) -> bool {
        self.code == term.text() || self.texts.iter().any(|(_, text)| term.occurs(text))
    }
}

fn begins_code(term: &Term, code: &str) -> bool {
    is_code(term) && code.replace('-', " ").starts_with(term.text())
}
