//! Editions.

use outlay_proto::v1;
use prost::Message;
use tonic::Request;

use super::query;
use crate::domain::date::Date;
use crate::domain::decimal::Decimal;
use crate::domain::edition::Edition;
use crate::domain::id::Id;
use crate::domain::kind::{self, Kind};
use crate::domain::period::Period;
use crate::error::{Error, Result, Violations};
use crate::service::admit;
use crate::service::convert::{Convert, Head};
use crate::service::noun::{Noun, Query};
use crate::service::standard::{Standard, new_id, revision};
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::reader::Reader;
use crate::store::record::Stored;
use crate::store::{Edit, Known, Target};

/// The noun.
pub(in crate::service) struct Editions;

impl Noun for Editions {
    type Wire = v1::Edition;
    type Record = Edition;
    const MESSAGE: &'static str = "Edition";
    const ORDERS: &'static [&'static str] = &["create_time"];
    const NEWEST_FIRST: bool = true;

    fn show(stored: &Stored<Edition>, _day: Date) -> v1::Edition {
        let head = Head::of(stored);
        let edition = &stored.record;
        v1::Edition {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            title: edition.title.clone(),
            table: edition.table.to_string(),
            query: v1::QueryStatisticsRequest::decode(edition.query.as_slice()).ok(),
            period: edition.period.to_string(),
            number: i32::try_from(edition.number).unwrap_or(i32::MAX),
            answer: v1::QueryStatisticsResponse::decode(edition.answer.as_slice()).ok(),
            note: edition.note.clone(),
        }
    }

    fn read(wire: &v1::Edition, _old: Option<&Edition>, convert: &mut Convert<'_>) -> Edition {
        let query = wire.query.clone().unwrap_or_default();
        let period = convert.ok("query.period", Period::parse(&query.period));
        Edition {
            title: wire.title.clone(),
            table: convert.plain_id("table", &wire.table).unwrap_or_else(Id::unread),
            query: query.encode_to_vec().into(),
            period: period.unwrap_or_else(Period::unread),
            // What is published, and as which edition, the server says.
            number: 0,
            answer: Vec::new().into(),
            note: wire.note.clone(),
        }
    }

    fn check(_record: &Edition, _known: &Known, _today: Date, _v: &mut Violations) {}

    fn plan(query: &Query<'_>) -> Plan {
        let (index, by) = match query.filter.one_of("table") {
            Some(tables) => {
                let by = tables.iter().map(|table| Key::part().text(table));
                (Index::EditionTableCreated, by.collect())
            }
            None => (Index::EditionCreated, vec![Key::part()]),
        };
        let mut ranges = Vec::with_capacity(by.len());
        for by in by.into_iter().map(Key::done) {
            let flags = query.deleted_flags().iter();
            ranges.extend(flags.map(|deleted| index::range(index, *deleted, &by)));
        }
        Plan { ranges, order_len: 8, direction: query.direction }
    }
}

/// Answers the query and keeps the answer.
pub(super) async fn publish(
    standard: &Standard,
    request: Request<v1::CreateEditionRequest>,
) -> Result<v1::Edition> {
    let (call, mut found, message) = admit::changing(&standard.store, request)?;
    let Some(wire) = &message.edition else { return Err(Error::Fields(found)) };
    let id = new_id::<Editions>(&message.edition_id, wire, &mut found);
    let mut edition =
        found.within("edition", |v| Editions::read(wire, None, &mut Convert::new(v, call.today)));
    crate::error::none_of(found)?;
    let query = wire.query.clone().unwrap_or_default();
    let reader = standard.reader(&query).await?;
    let answer = query::answer(&reader, &query, call.today).await;
    edition.answer = answer.map_err(within_query)?.encode_to_vec().into();
    edition.number = reader.next_edition(&edition.table, edition.period).await?;
    let stored = standard
        .store
        .change(&call, &Target::New(id), |_, _, _| {
            standard.fitting::<Editions>(Edit::Put(edition.clone()), &call)
        })
        .await?;
    Ok(Editions::show(&stored, call.today))
}

/// What is wrong with a query, told of the edition that holds it.
fn within_query(error: Error) -> Error {
    let Error::Fields(found) = error else { return error };
    let mut violations = Violations::new();
    for violation in found.as_slice() {
        let field = format!("edition.query.{}", violation.field);
        violations.add(&field, violation.reason, violation.description.clone());
    }
    Error::Fields(violations)
}

/// Says in which figures two editions differ.
pub(super) async fn compare(
    standard: &Standard,
    request: Request<v1::CompareEditionsRequest>,
) -> Result<v1::CompareEditionsResponse> {
    let (_, message) = admit::reading(request)?;
    let reader = standard.reader(&message).await?;
    let today = standard.today()?;
    let earlier = rows(&reader, "earlier", &message.earlier, today).await?;
    let later = rows(&reader, "later", &message.later, today).await?;
    let same = |one: &v1::StatisticsRow, other: &v1::StatisticsRow| {
        let keys = |row: &v1::StatisticsRow| -> Vec<(i32, String)> {
            row.keys.iter().map(|key| (key.dimension, key.value.clone())).collect()
        };
        keys(one) == keys(other)
    };
    let nothing = v1::StatisticsRow::default();
    let mut differences = Vec::new();
    for row in &later {
        let before = earlier.iter().find(|other| same(row, other)).unwrap_or(&nothing);
        differences.extend(differing(&row.keys, before, row));
    }
    let gone = earlier.iter().filter(|row| !later.iter().any(|other| same(row, other)));
    for row in gone {
        differences.extend(differing(&row.keys, row, &nothing));
    }
    Ok(v1::CompareEditionsResponse { differences, revision: revision(&reader) })
}

/// The rows of an edition, and its total.
async fn rows(
    reader: &Reader,
    field: &str,
    name: &str,
    today: Date,
) -> Result<Vec<v1::StatisticsRow>> {
    let id = kind::parse_as(Kind::Edition, name).map_err(|flaw| flaw.into_error(field))?;
    let edition = Editions::show(&reader.get::<Edition>(&id).await?, today);
    let answer = edition.answer.unwrap_or_default();
    Ok(answer.rows.into_iter().chain(answer.total).collect())
}

fn differing(
    keys: &[v1::StatisticsKey],
    earlier: &v1::StatisticsRow,
    later: &v1::StatisticsRow,
) -> Vec<v1::EditionDifference> {
    let of = |row: &v1::StatisticsRow, measure: i32| {
        let found = row.figures.iter().find(|figure| figure.measure == measure);
        found.map(|figure| figure.value.clone()).unwrap_or_default()
    };
    let mut measures: Vec<i32> =
        later.figures.iter().chain(&earlier.figures).map(|figure| figure.measure).collect();
    let mut seen = std::collections::BTreeSet::new();
    measures.retain(|measure| seen.insert(*measure));
    let difference = |earlier: &str, later: &str| {
        let both = Decimal::parse(later).ok().zip(Decimal::parse(earlier).ok());
        let less = both.and_then(|(later, earlier)| later.checked_sub(earlier));
        less.map_or_else(String::new, |less| less.to_string())
    };
    let told = measures.into_iter().filter_map(|measure| {
        let (earlier_value, later_value) = (of(earlier, measure), of(later, measure));
        (earlier_value != later_value).then(|| v1::EditionDifference {
            keys: keys.to_vec(),
            measure,
            difference: difference(&earlier_value, &later_value),
            earlier_value,
            later_value,
        })
    });
    told.collect()
}
