//! The way between the wire's values and the domain's.

use outlay_proto::v1;
use prost_types::Timestamp;

use crate::domain::common::{Contact, Document};
use crate::domain::date::Date;
use crate::domain::decimal::Decimal;
use crate::domain::flaw::Flaw;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::money::{Currency, Money};
use crate::error::{Reason, Violations};
use crate::store::record::{Record, Stored};

/// Reads values of the wire. One that can't be read is a violation, and
/// something stands in its place that is never stored.
pub(super) struct Convert<'a> {
    v: &'a mut Violations,
    today: Date,
    whole: bool,
}

impl<'a> Convert<'a> {
    pub(super) fn new(v: &'a mut Violations, today: Date) -> Self {
        Self { v, today, whole: true }
    }

    /// The day it is.
    pub(super) fn today(&self) -> Date {
        self.today
    }

    /// Whether everything could be read.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Reads within an item of a list.
    pub(super) fn items<W, D>(
        &mut self,
        field: &str,
        items: &[W],
        read: impl Fn(&mut Convert<'_>, &W) -> D,
    ) -> Vec<D> {
        let mut whole = true;
        let today = self.today;
        let read = |(index, item): (usize, &W)| {
            self.v.within_item(field, index, |v| {
                let mut inner = Convert { v, today, whole: true };
                let value = read(&mut inner, item);
                whole &= inner.whole;
                value
            })
        };
        let values = items.iter().enumerate().map(read).collect();
        self.whole &= whole;
        values
    }

    /// Reads within a message.
    pub(super) fn message<W, D>(
        &mut self,
        field: &str,
        message: Option<&W>,
        read: impl Fn(&mut Convert<'_>, &W) -> D,
    ) -> Option<D> {
        let message = message?;
        let mut whole = true;
        let today = self.today;
        let value = self.v.within(field, |v| {
            let mut inner = Convert { v, today, whole: true };
            let value = read(&mut inner, message);
            whole = inner.whole;
            value
        });
        self.whole &= whole;
        Some(value)
    }

    /// A required resource name.
    pub(super) fn id(&mut self, field: &str, kind: Kind, name: &str) -> Id {
        let read = self.optional_id(field, kind, name);
        self.given(field, read).unwrap_or_else(Id::unread)
    }

    /// A resource name; none where it is empty.
    pub(super) fn optional_id(&mut self, field: &str, kind: Kind, name: &str) -> Option<Id> {
        if name.is_empty() { None } else { self.ok(field, kind::parse_as(kind, name)) }
    }

    /// Resource names.
    pub(super) fn ids(&mut self, field: &str, kind: Kind, names: &[String]) -> Vec<Id> {
        let named = names.iter().enumerate();
        named
            .filter_map(|(at, name)| self.optional_id(&format!("{field}[{at}]"), kind, name))
            .collect()
    }

    /// A plain id; none where it is empty.
    pub(super) fn plain_id(&mut self, field: &str, id: &str) -> Option<Id> {
        if id.is_empty() { None } else { self.ok(field, Id::parse(id)) }
    }

    /// Plain ids.
    pub(super) fn plain_ids(&mut self, field: &str, ids: &[String]) -> Vec<Id> {
        let listed = ids.iter().enumerate();
        listed.filter_map(|(at, id)| self.plain_id(&format!("{field}[{at}]"), id)).collect()
    }

    /// A required enum.
    pub(super) fn required<E>(&mut self, field: &str, read: Option<E>, other: E) -> E {
        self.given(field, read).unwrap_or(other)
    }

    /// A day.
    pub(super) fn date(&mut self, field: &str, date: Option<&v1::Date>) -> Option<Date> {
        self.ok(field, read_date(date?))
    }

    /// An instant.
    pub(super) fn instant(&mut self, field: &str, instant: Option<&Timestamp>) -> Option<Instant> {
        let instant = instant?;
        self.ok(field, Instant::from_parts(instant.seconds, instant.nanos))
    }

    /// An amount.
    pub(super) fn money(&mut self, field: &str, money: Option<&v1::Money>) -> Option<Money> {
        let money = money?;
        self.ok(field, Money::from_parts(&money.currency_code, money.units, money.nanos))
    }

    /// A required amount.
    pub(super) fn required_money(&mut self, field: &str, money: Option<&v1::Money>) -> Money {
        let read = self.money(field, money);
        self.given(field, read).unwrap_or(Money::zero(Currency::CNY))
    }

    /// A decimal number; none where it is empty.
    pub(super) fn optional_decimal(&mut self, field: &str, text: &str) -> Option<Decimal> {
        if text.is_empty() { None } else { self.ok(field, Decimal::parse(text)) }
    }

    /// A required day.
    pub(super) fn required_date(&mut self, field: &str, date: Option<&v1::Date>) -> Date {
        let read = self.date(field, date);
        self.given(field, read).unwrap_or(Date::MIN)
    }

    /// What a reader of its own read.
    pub(super) fn ok<T>(&mut self, field: &str, read: Result<T, Flaw>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(flaw) => {
                self.whole = false;
                flaw.add_to(field, self.v);
                None
            }
        }
    }

    /// Something that was read, and is wrong.
    pub(super) fn refuse(&mut self, field: &str, reason: Reason, text: String) {
        self.whole = false;
        self.v.add(field, reason, text);
    }

    /// What a rule that needs to know the record before finds wrong with what was
    /// read.
    pub(super) fn rule(&mut self, field: &str, found: Result<(), Flaw>) {
        if let Err(flaw) = found {
            flaw.add_to(field, self.v);
        }
    }

    fn given<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.whole = false;
            self.v.add(field, Reason::FieldRequired, "is required");
        }
        value
    }
}

/// What the wire shows of every record.
pub(super) struct Head {
    pub(super) name: String,
    pub(super) uid: String,
    pub(super) create_time: Option<Timestamp>,
    pub(super) update_time: Option<Timestamp>,
    pub(super) delete_time: Option<Timestamp>,
    pub(super) purge_time: Option<Timestamp>,
    pub(super) etag: String,
    pub(super) revision: i64,
}

impl Head {
    pub(super) fn of<R: Record>(stored: &Stored<R>) -> Self {
        Self {
            name: stored.name(),
            uid: stored.meta.uid.to_string(),
            create_time: Some(timestamp(stored.meta.create_time)),
            update_time: Some(timestamp(stored.meta.update_time)),
            delete_time: stored.meta.delete_time.map(timestamp),
            purge_time: stored.purge_time.map(timestamp),
            etag: stored.etag.clone(),
            revision: i64::try_from(stored.revision).unwrap_or(i64::MAX),
        }
    }
}

pub(super) fn read_date(date: &v1::Date) -> Result<Date, Flaw> {
    Date::new(date.year, date.month, date.day)
}

pub(super) fn timestamp(instant: Instant) -> Timestamp {
    Timestamp { seconds: instant.seconds(), nanos: instant.nanos() }
}

pub(super) fn date(date: Date) -> v1::Date {
    v1::Date { year: date.year(), month: date.month(), day: date.day() }
}

pub(super) fn money(money: Money) -> v1::Money {
    v1::Money {
        currency_code: money.currency().to_string(),
        units: money.units(),
        nanos: money.nanos(),
    }
}

/// Resource name of an id; empty for none.
pub(super) fn name<'a>(kind: Kind, id: impl Into<Option<&'a Id>>) -> String {
    id.into().map_or_else(String::new, |id| kind::name(kind, id))
}

pub(super) fn names(kind: Kind, ids: &[Id]) -> Vec<String> {
    ids.iter().map(|id| kind::name(kind, id)).collect()
}

/// A plain id; empty for none.
pub(super) fn plain(id: Option<&Id>) -> String {
    id.map_or_else(String::new, ToString::to_string)
}

pub(super) fn read_contact(contact: &v1::Contact) -> Contact {
    Contact {
        display_name: contact.display_name.clone(),
        post: contact.post.clone(),
        organisation: contact.organisation.clone(),
        phone: contact.phone.clone(),
        email: contact.email.clone(),
    }
}

pub(super) fn show_contact(contact: &Contact) -> v1::Contact {
    v1::Contact {
        display_name: contact.display_name.clone(),
        post: contact.post.clone(),
        organisation: contact.organisation.clone(),
        phone: contact.phone.clone(),
        email: contact.email.clone(),
    }
}

pub(super) fn read_document(document: &v1::Document) -> Document {
    Document {
        title: document.title.clone(),
        uri: document.uri.clone(),
        sha256: document.sha256.clone(),
        size_bytes: document.size_bytes,
        media_type: document.media_type.clone(),
    }
}

pub(super) fn show_document(document: &Document) -> v1::Document {
    v1::Document {
        title: document.title.clone(),
        uri: document.uri.clone(),
        sha256: document.sha256.clone(),
        size_bytes: document.size_bytes,
        media_type: document.media_type.clone(),
    }
}
