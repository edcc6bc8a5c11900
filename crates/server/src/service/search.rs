//! Searches, once for every noun that has one.

use outlay_proto::{reflect, v1};
use prost::Message;
use tonic::Request;

use super::admit;
use super::filter::Filter;
use super::noun::Noun;
use super::paging::{arguments, page_size};
use super::requests::Paged;
use super::standard::{Reply, Standard, descriptor, reply, revision, territory};
use crate::domain::id::Id;
use crate::domain::query::Query;
use crate::error::{Error, Result};
use crate::store::list::Verdict;
use crate::store::record::{Record, Stored};
use crate::store::search::Searched;

/// Bytes of a result besides its record: the names of fields.
const RESULT_OVERHEAD: usize = 256;

/// A search.
pub(super) trait Search: Paged {
    type Noun: Noun;
    type Result;
    type Response;
    fn query(&self) -> &str;
    fn filter(&self) -> &str;
    fn region(&self) -> &str;
    fn as_of(&self) -> Option<&v1::Date>;
    fn result(resource: <Self::Noun as Noun>::Wire, matched_fields: Vec<String>) -> Self::Result;
    fn respond(
        results: Vec<Self::Result>,
        next_page_token: String,
        revision: i64,
    ) -> Self::Response;
}

impl Standard {
    pub(super) async fn search<Q: Search>(&self, request: Request<Q>) -> Reply<Q::Response>
    where
        <Q::Noun as Noun>::Record: Searched,
    {
        reply(self.try_search(request).await)
    }

    async fn try_search<Q: Search>(&self, request: Request<Q>) -> Result<Q::Response>
    where
        <Q::Noun as Noun>::Record: Searched,
    {
        let (caller, message) = admit::reading(request)?;
        let query = Query::parse(message.query())
            .map_err(|flaw| Error::field("query", flaw.reason, flaw.description))?;
        let descriptor = descriptor::<Q::Noun>()?;
        let filter = Filter::parse(message.filter(), &descriptor)?;
        let reader = self.reader(&message).await?;
        let day = self.day(message.as_of())?;
        let within = territory(&reader, message.region(), day).await?;
        let arguments = arguments(&caller, &message);
        let after = self.place(&message, &arguments)?;
        let mut room = self.room();
        let judge = |stored: &Stored<<Q::Noun as Noun>::Record>, fields: Vec<&'static str>| {
            let is_within = |within: &Vec<Id>| stored.record.is_within(&stored.id, within, day);
            if !within.as_ref().is_none_or(is_within) {
                return Ok(Verdict::Skip);
            }
            let wire = Q::Noun::show(stored, day);
            if !filter.is_empty() {
                let dynamic = reflect::to_dynamic(descriptor.clone(), &wire)
                    .map_err(|error| Error::Internal(error.into()))?;
                if !filter.accepts(&dynamic) {
                    return Ok(Verdict::Skip);
                }
            }
            if !room.takes(wire.encoded_len() + RESULT_OVERHEAD) {
                return Ok(Verdict::Full);
            }
            let fields = fields.into_iter().map(str::to_owned).collect();
            Ok(Verdict::Show(Q::result(wire, fields)))
        };
        let size = page_size(&message);
        let page = reader.search(&query, day, after.as_deref(), size, judge).await?;
        let token = self.token(page.next, &arguments)?;
        Ok(Q::respond(page.items, token, revision(&reader)))
    }
}
