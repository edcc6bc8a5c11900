//! Pages: how many records they have, how many bytes, and where they go on.

use super::requests::Paged;
use super::standard::Standard;
use crate::access::Caller;
use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::error::{Error, Result};

/// Records of one page where the caller doesn't say.
const DEFAULT_PAGE: usize = 50;
/// Most records of one page.
const MAX_PAGE: usize = 1_000;
/// Bytes of tag and length before an item of a reply.
const ITEM_OVERHEAD: usize = 8;
/// Bytes of a reply that are no items: token, revision.
const REPLY_OVERHEAD: usize = 1_024;

/// The room that is left in a reply.
pub(super) struct Room {
    whole: usize,
    left: usize,
    empty: bool,
}

impl Room {
    /// Takes the room for an item; the first always gets it, since a page
    /// without it would never come to an end.
    pub(super) fn takes(&mut self, item_bytes: usize) -> bool {
        let needed = item_bytes + ITEM_OVERHEAD;
        let fits = self.empty || needed <= self.left;
        self.left = self.left.saturating_sub(needed);
        self.empty = false;
        fits
    }

    /// Whether the whole of a reply is enough for an item.
    pub(super) fn is_enough_for(&self, item_bytes: usize) -> bool {
        item_bytes + ITEM_OVERHEAD <= self.whole
    }
}

impl Standard {
    /// The room for the items of a reply.
    pub(super) fn room(&self) -> Room {
        let whole = self.reply_bytes.saturating_sub(REPLY_OVERHEAD);
        Room { whole, left: whole, empty: true }
    }

    /// The place that a page token leads to.
    pub(super) fn place(
        &self,
        request: &impl Paged,
        arguments: &[u8; 16],
    ) -> Result<Option<Vec<u8>>> {
        match request.page_token() {
            "" => Ok(None),
            token => self.store.page_key().open(token, arguments, self.now()?).map(Some),
        }
    }

    /// The token of a place; empty for none.
    pub(super) fn token(&self, place: Option<Vec<u8>>, arguments: &[u8; 16]) -> Result<String> {
        let now = self.now()?;
        Ok(place
            .map_or_else(String::new, |place| self.store.page_key().seal(&place, arguments, now)))
    }

    /// The day it is in the server's time zone.
    pub(super) fn today(&self) -> Result<Date> {
        let today = Date::from_civil(self.store.clock().today());
        today.map_err(|flaw| Error::internal(flaw.description))
    }

    fn now(&self) -> Result<Instant> {
        let now = Instant::from_micros(self.store.clock().now_micros());
        now.map_err(|flaw| Error::internal(flaw.description))
    }
}

/// The arguments that a page token is good for.
pub(super) fn arguments(caller: &Caller, request: &impl Paged) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in [&caller.principal, &caller.method] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.update(&request.same_for_all_pages().encode_to_vec());
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    short
}

pub(super) fn page_size(request: &impl Paged) -> usize {
    match usize::try_from(request.page_size()) {
        Ok(0) | Err(_) => DEFAULT_PAGE,
        Ok(size) => size.min(MAX_PAGE),
    }
}
