//! Observations.

use outlay_proto::v1;

use super::plan;
use crate::domain::date::Date;
use crate::domain::decimal::Decimal;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::month::Month;
use crate::domain::observation::{
    ComparableBase, Observation, ObservationSource, ObservationStatus, PublishedValue,
};
use crate::domain::period::Period;
use crate::error::{Result, Violations};
use crate::service::convert::{Convert, Head, date, name, timestamp};
use crate::service::noun::{Noun, Query};
use crate::service::standard::live;
use crate::store::call::Call;
use crate::store::index::Index;
use crate::store::list::Plan;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The noun.
pub(in crate::service) struct Observations;

impl Noun for Observations {
    type Wire = v1::Observation;
    type Record = Observation;
    const MESSAGE: &'static str = "Observation";
    const ORDERS: &'static [&'static str] = &["period", "create_time"];
    const NEWEST_FIRST: bool = true;
    const NATURAL_ID: bool = true;

    fn show(stored: &Stored<Observation>, _day: Date) -> v1::Observation {
        let head = Head::of(stored);
        let observation = &stored.record;
        v1::Observation {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            region: name(Kind::Region, &observation.region),
            indicator: name(Kind::Indicator, &observation.indicator),
            period: observation.period.to_string(),
            published_value: observation.newest().map(show_value),
            published_values: observation.published_values.iter().map(show_value).collect(),
            comparable_bases: observation.comparable_bases.iter().map(show_base).collect(),
        }
    }

    fn read(
        wire: &v1::Observation,
        old: Option<&Observation>,
        convert: &mut Convert<'_>,
    ) -> Observation {
        let value = wire.published_value.as_ref();
        let value = convert.message("published_value", value, read_value);
        // There is no update: it is an import, which adds what is new.
        let mut published = old.map(|old| old.published_values.clone()).unwrap_or_default();
        published.extend(value.filter(|value| !published.contains(value)));
        Observation {
            region: convert.id("region", Kind::Region, &wire.region),
            indicator: convert.id("indicator", Kind::Indicator, &wire.indicator),
            period: read_period(&wire.period, convert),
            published_values: published,
            comparable_bases: old.map(|old| old.comparable_bases.clone()).unwrap_or_default(),
        }
    }

    fn check(record: &Observation, _known: &Known, today: Date, v: &mut Violations) {
        record.check(today, v);
    }

    fn natural_id(wire: &v1::Observation) -> Option<String> {
        let region = kind::parse_as(Kind::Region, &wire.region).ok()?;
        let indicator = kind::parse_as(Kind::Indicator, &wire.indicator).ok()?;
        let period = Period::parse(&wire.period).ok()?;
        Observation::id(&region, &indicator, period).ok().map(|id| id.to_string())
    }

    fn plan(query: &Query<'_>) -> Plan {
        match query.order {
            "create_time" => plan(query, Index::ObservationCreated, None),
            _ => plan(
                query,
                Index::ObservationPeriod,
                Some((Index::ObservationRegionPeriod, Index::ObservationIndicatorPeriod)),
            ),
        }
    }
}

/// Adds the value of a request to an observation.
pub(in crate::service) fn publish(
    message: &v1::PublishObservationRequest,
    observation: &mut Observation,
    today: Date,
    v: &mut Violations,
) {
    let mut convert = Convert::new(v, today);
    let value = message.published_value.as_ref();
    let read = convert.message("published_value", value, read_value);
    // What is missing, or can't be read, was a violation.
    if let (true, Some(value)) = (convert.is_whole(), read) {
        observation.publish(value, today, v);
    }
}

/// Adds the comparable base of a request to an observation.
pub(in crate::service) fn rebase(
    message: &v1::RebaseObservationRequest,
    observation: &mut Observation,
    (now, today): (Instant, Date),
    v: &mut Violations,
) {
    let mut convert = Convert::new(v, today);
    let value = convert.ok("value", Decimal::parse(&message.value));
    let applies_from = convert.ok("applies_from", Month::parse(&message.applies_from));
    if let (Some(value), Some(applies_from)) = (value, applies_from) {
        let base = ComparableBase {
            value,
            applies_from,
            reason: message.reason.clone(),
            author: message.author.clone(),
            record_time: now,
        };
        observation.rebase(base, v);
    }
}

/// Changes an observation that isn't deleted.
pub(super) fn edit(
    old: &Stored<Observation>,
    call: &Call,
    v: &mut Violations,
    act: impl FnOnce(&mut Observation, (Instant, Date), &mut Violations),
) -> Result<Edit<Observation>> {
    let mut observation = live(Some(old))?.record.clone();
    act(&mut observation, (call.now, call.today), v);
    Ok(Edit::Put(observation))
}

fn read_period(period: &str, convert: &mut Convert<'_>) -> Period {
    let read = if period.is_empty() { None } else { convert.ok("period", Period::parse(period)) };
    convert.required("period", read, Period::unread())
}

fn read_value(convert: &mut Convert<'_>, value: &v1::PublishedValue) -> PublishedValue {
    let status = ObservationStatus::from_number(value.status);
    PublishedValue {
        value: convert.ok("value", Decimal::parse(&value.value)).unwrap_or_default(),
        publish_date: convert.required_date("publish_date", value.publish_date.as_ref()),
        growth: convert.optional_decimal("growth", &value.growth),
        status: convert.required("status", status, ObservationStatus::Preliminary),
        source: convert
            .message("source", value.source.as_ref(), read_source)
            .filter(|source| *source != ObservationSource::default()),
        note: value.note.clone(),
    }
}

fn read_source(convert: &mut Convert<'_>, source: &v1::ObservationSource) -> ObservationSource {
    ObservationSource {
        issuer: convert.optional_id("issuer", Kind::Organisation, &source.issuer),
        title: source.title.clone(),
        uri: source.uri.clone(),
    }
}

fn show_value(published: &PublishedValue) -> v1::PublishedValue {
    v1::PublishedValue {
        value: published.value.to_string(),
        publish_date: Some(date(published.publish_date)),
        growth: published.growth.map(|growth| growth.to_string()).unwrap_or_default(),
        status: published.status.number(),
        source: published.source.as_ref().map(|source| v1::ObservationSource {
            issuer: name(Kind::Organisation, &source.issuer),
            title: source.title.clone(),
            uri: source.uri.clone(),
        }),
        note: published.note.clone(),
    }
}

fn show_base(base: &ComparableBase) -> v1::ComparableBase {
    v1::ComparableBase {
        value: base.value.to_string(),
        applies_from: base.applies_from.to_string(),
        reason: base.reason.clone(),
        author: base.author.clone(),
        record_time: Some(timestamp(base.record_time)),
    }
}
