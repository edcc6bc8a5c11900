//! `SearchDuplicateProjects`: the pairs of projects that are likely one.

use outlay_proto::v1;
use prost::Message;
use tonic::Request;

use super::{Projects, convert};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::project::Project;
use crate::engine::Direction;
use crate::error::{Error, Result};
use crate::service::admit;
use crate::service::filter::Filter;
use crate::service::noun::{Noun, Query};
use crate::service::paging::{Room, arguments, page_size};
use crate::service::standard::{Standard, descriptor, revision, territory};
use crate::store::duplicates::Duplicate;
use crate::store::key::Key;
use crate::store::list::{Page, Plan, Verdict};
use crate::store::reader::Reader;
use crate::store::record::{Record, Stored};

/// Most projects that a page looks at; it may then be short.
const MAX_EXAMINED: usize = 500;
/// Projects that are read at once while a page is filled.
const CHUNK: usize = 64;

/// A page that is being filled.
struct Filling<'a> {
    reader: &'a Reader,
    plan: Plan,
    within: Option<Vec<Id>>,
    today: Date,
    size: usize,
    room: Room,
    pairs: Vec<v1::ProjectPair>,
}

/// A place among the pairs: behind the projects up to this place in their list,
/// and behind so many pairs of the next one.
#[derive(Default)]
struct Place {
    after: Option<Vec<u8>>,
    skipped: u16,
}

pub(super) async fn run(
    standard: &Standard,
    request: Request<v1::SearchDuplicateProjectsRequest>,
) -> Result<v1::SearchDuplicateProjectsResponse> {
    let (caller, message) = admit::reading(request)?;
    let arguments = arguments(&caller, &message);
    let place = standard.place(&message, &arguments)?;
    let place = place.map_or(Ok(Place::default()), |bytes| Place::read(&bytes))?;
    let reader = standard.reader(&message).await?;
    let today = standard.today()?;
    let within = territory(&reader, &message.region, today).await?;
    let plan = Projects::plan(&Query {
        regions: within.clone(),
        filter: &Filter::parse("", &descriptor::<Projects>()?)?,
        order: "create_time",
        direction: Direction::Reverse,
        show_deleted: false,
    });
    let (size, room) = (page_size(&message), standard.room());
    let mut filling =
        Filling { reader: &reader, plan, within, today, size, room, pairs: Vec::new() };
    let next = filling.fill(place).await?.map(|place| place.write());
    let next_page_token = standard.token(next, &arguments)?;
    Ok(v1::SearchDuplicateProjectsResponse {
        pairs: filling.pairs,
        next_page_token,
        revision: revision(&reader),
    })
}

impl Filling<'_> {
    /// Fills the page from a place on; answers where the next one goes on.
    async fn fill(&mut self, mut place: Place) -> Result<Option<Place>> {
        let mut examined = 0;
        while examined < MAX_EXAMINED {
            let Page { items, next } = self.projects(place.after.as_deref()).await?;
            examined += items.len();
            for stored in items {
                let mut found = self.reader.alike(&stored).await?;
                found.retain(|other| self.is_told_at(&stored, other));
                let skipped = usize::from(place.skipped);
                for (at, other) in found.iter().enumerate().skip(skipped) {
                    if !self.takes(&stored, other) {
                        // Of one project there are at most a hundred.
                        let skipped = u16::try_from(at).unwrap_or(u16::MAX);
                        return Ok(Some(Place { skipped, ..place }));
                    }
                }
                place = Place { after: Some(place_of(&stored)), skipped: 0 };
            }
            match next {
                Some(_) => place.after = next,
                None => return Ok(None),
            }
        }
        Ok(Some(place))
    }

    async fn projects(&self, after: Option<&[u8]>) -> Result<Page<Stored<Project>>> {
        let judge = |stored: &Stored<Project>| {
            let is_meant = !stored.is_deleted() && self.is_within(stored);
            Ok(if is_meant { Verdict::Show(stored.clone()) } else { Verdict::Skip })
        };
        self.reader.list(&self.plan, after, CHUNK, judge).await
    }

    fn is_within(&self, stored: &Stored<Project>) -> bool {
        let is_in = |within: &Vec<Id>| stored.record.is_within(&stored.id, within, self.today);
        self.within.as_ref().is_none_or(is_in)
    }

    /// Whether a pair is told at this one, and not at the other.
    fn is_told_at(&self, stored: &Stored<Project>, other: &Duplicate) -> bool {
        is_earlier(&other.stored, stored) || !self.is_within(&other.stored)
    }

    /// Puts a pair onto the page, where it has room.
    fn takes(&mut self, stored: &Stored<Project>, other: &Duplicate) -> bool {
        let (mut first, mut second) = (stored, &other.stored);
        if is_earlier(second, first) {
            (first, second) = (second, first);
        }
        let pair = v1::ProjectPair {
            first: Some(convert::show(first, self.today)),
            second: Some(convert::show(second, self.today)),
            likeness: format!("{}.{:03}", other.likeness / 1_000, other.likeness % 1_000),
        };
        let has_room = self.pairs.len() < self.size && self.room.takes(pair.encoded_len());
        if has_room {
            self.pairs.push(pair);
        }
        has_room
    }
}

impl Place {
    fn read(bytes: &[u8]) -> Result<Self> {
        // It came sealed, so nobody else has written it.
        let (skipped, after) = bytes
            .split_first_chunk()
            .ok_or_else(|| Error::internal("a place among pairs is too short"))?;
        let after = (!after.is_empty()).then(|| after.to_vec());
        Ok(Self { after, skipped: u16::from_be_bytes(*skipped) })
    }

    fn write(self) -> Vec<u8> {
        [&self.skipped.to_be_bytes()[..], self.after.as_deref().unwrap_or_default()].concat()
    }
}

/// The place of a project in the list by creation.
fn place_of(stored: &Stored<Project>) -> Vec<u8> {
    let created = Key::part().number(stored.meta.create_time.micros());
    created.last(stored.id.as_str().as_bytes())
}

fn is_earlier(one: &Stored<Project>, other: &Stored<Project>) -> bool {
    (one.meta.create_time, &one.id) < (other.meta.create_time, &other.id)
}
