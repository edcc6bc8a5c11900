//! Observations: figures that the statistics bureau has published.
//!
//! Nothing of them is ever changed. A corrected figure is published beside the
//! earlier ones, and what later figures are compared with is recorded beside it.

use minicbor::{Decode, Encode};

use super::date::Date;
use super::decimal::Decimal;
use super::id::{Id, MAX_ID};
use super::instant::Instant;
use super::kind::{Kind, Reference, References};
use super::month::Month;
use super::numbered::numbered;
use super::period::Period;
use crate::error::{Reason, Violations};

/// Most values that an observation keeps, and most comparable bases.
pub const MAX_APPENDED: usize = 1_000;

numbered! {
    /// How sure a published value is.
    ObservationStatus {
        /// The first figure; it may be revised.
        Preliminary = 1 "PRELIMINARY",
        /// A figure that was revised.
        Revised = 2 "REVISED",
        /// The final figure, as of the yearbook.
        Final = 3 "FINAL",
    }
}

/// Where a value was published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ObservationSource {
    /// Organisation that published it.
    #[n(1)]
    pub issuer: Option<Id>,
    /// Title of the publication; may be empty.
    #[n(2)]
    #[cbor(skip_if = "String::is_empty")]
    pub title: String,
    /// Where it is; may be empty.
    #[n(3)]
    #[cbor(skip_if = "String::is_empty")]
    pub uri: String,
}

/// A value as it was published.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PublishedValue {
    /// Value in the indicator's unit.
    #[n(1)]
    pub value: Decimal,
    /// Day on which it was published.
    #[n(2)]
    pub publish_date: Date,
    /// Growth over the same period of the year before, as it was published:
    /// 0.241 for 24.1 percent.
    #[n(3)]
    pub growth: Option<Decimal>,
    /// How sure it is.
    #[n(4)]
    pub status: ObservationStatus,
    /// Where it was published.
    #[n(5)]
    pub source: Option<ObservationSource>,
    /// What else is to be known of it; may be empty.
    #[n(6)]
    #[cbor(skip_if = "String::is_empty")]
    pub note: String,
}

/// What later values are compared with in place of the published value.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ComparableBase {
    /// Value in the indicator's unit.
    #[n(1)]
    pub value: Decimal,
    /// The base is for periods that end in this month or a later one.
    #[n(2)]
    pub applies_from: Month,
    /// Why the published value can't be compared.
    #[n(3)]
    pub reason: String,
    /// Who determined it.
    #[n(4)]
    pub author: String,
    /// When it was recorded.
    #[n(5)]
    pub record_time: Instant,
}

/// What a later value is compared with, and which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base<'a> {
    /// A comparable base.
    Comparable(&'a ComparableBase),
    /// The newest published value.
    Published(&'a PublishedValue),
}

impl Base<'_> {
    /// The value that is divided by.
    #[must_use]
    pub const fn value(&self) -> Decimal {
        match self {
            Self::Comparable(base) => base.value,
            Self::Published(published) => published.value,
        }
    }
}

/// The official figure of an indicator for a region and a period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Observation {
    /// Region.
    #[n(8)]
    pub region: Id,
    /// Indicator.
    #[n(9)]
    pub indicator: Id,
    /// Period.
    #[n(10)]
    pub period: Period,
    /// Every value that was published, the newest last; at least one.
    #[n(12)]
    pub published_values: Vec<PublishedValue>,
    /// What later values are compared with, the newest last.
    #[n(13)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub comparable_bases: Vec<ComparableBase>,
}

impl Observation {
    /// The id of the observation of an indicator for a region and a period.
    ///
    /// # Errors
    /// That of [`Id::parse`], where it would be longer than an id may be.
    pub fn id(region: &Id, indicator: &Id, period: Period) -> Result<Id, super::flaw::Flaw> {
        Id::parse(&format!("{region}-{indicator}-{}", period.id_part()))
    }

    /// The value that was published last.
    #[must_use]
    pub fn newest(&self) -> Option<&PublishedValue> {
        self.published_values.last()
    }

    /// What the value of a later period is compared with, where that ends in
    /// `month`: the comparable base that was recorded last of those that apply
    /// by then, or the value that was published last.
    #[must_use]
    pub fn base_for(&self, month: Month) -> Option<Base<'_>> {
        let mut newest_first = self.comparable_bases.iter().rev();
        let comparable = newest_first.find(|base| base.applies_from <= month);
        comparable.map(Base::Comparable).or_else(|| self.newest().map(Base::Published))
    }

    /// Checks the observation, and the value that was published last.
    pub fn check(&self, today: Date, v: &mut Violations) {
        if !self.period.is_over(today) {
            let text = format!("is {}, which isn't over on {today}", self.period);
            v.add("period", Reason::PeriodNotOver, text);
        }
        if Self::id(&self.region, &self.indicator, self.period).is_err() {
            let text = format!(
                "makes an id of more than {MAX_ID} characters with region and period: give the \
                 indicator or the region a shorter code"
            );
            v.add("indicator", Reason::FieldTooLong, text);
        }
        if let Some((newest, earlier)) = self.published_values.split_last() {
            v.within("published_value", |v| self.check_value(newest, earlier.last(), today, v));
        }
    }

    fn check_value(
        &self,
        value: &PublishedValue,
        before: Option<&PublishedValue>,
        today: Date,
        v: &mut Violations,
    ) {
        let date = value.publish_date;
        if date > today {
            let text = format!("is {date}, in the future: it is {today}");
            v.add("publish_date", Reason::FieldOutOfRange, text);
        }
        let wrong = if !self.period.is_over(date) {
            format!("is {date}, when {} wasn't over", self.period)
        } else if let Some(before) = before.filter(|before| date < before.publish_date) {
            let earlier = before.publish_date;
            format!("is {date}, and the value before it was published on {earlier}")
        } else {
            return;
        };
        v.add("publish_date", Reason::DateOrder, wrong);
    }

    /// Adds a value that was published. One that is the same as the newest in
    /// all it says is that one, and nothing is added.
    pub fn publish(&mut self, value: PublishedValue, today: Date, v: &mut Violations) {
        if self.newest() == Some(&value) {
            return;
        }
        if is_full(&self.published_values, "published_value", v) {
            return;
        }
        v.within("published_value", |v| self.check_value(&value, self.newest(), today, v));
        self.published_values.push(value);
    }

    /// Adds a comparable base. One that says the same as the newest is that one,
    /// and nothing is added.
    pub fn rebase(&mut self, base: ComparableBase, v: &mut Violations) {
        let is_the_same = |newest: &ComparableBase| {
            let record_time = newest.record_time;
            *newest == ComparableBase { record_time, ..base.clone() }
        };
        if self.comparable_bases.last().is_some_and(is_the_same) {
            return;
        }
        if is_full(&self.comparable_bases, "value", v) {
            return;
        }
        if base.applies_from <= self.period.last() {
            let text = format!(
                "is {}: it must be a month after {}, from which on others are compared with it",
                base.applies_from, self.period
            );
            v.add("applies_from", Reason::DateOrder, text);
        }
        self.comparable_bases.push(base);
    }

    /// The records it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut found = References::default();
        found.one("region", Kind::Region, &self.region).one(
            "indicator",
            Kind::Indicator,
            &self.indicator,
        );
        let newest = self.published_values.len().saturating_sub(1);
        for (index, published) in self.published_values.iter().enumerate() {
            let issuer = published.source.as_ref().and_then(|source| source.issuer.as_ref());
            let field = match index == newest {
                true => "published_value.source.issuer".to_owned(),
                false => format!("published_values[{index}].source.issuer"),
            };
            found.one(&field, Kind::Organisation, issuer);
        }
        found.take()
    }
}

fn is_full<T>(list: &[T], field: &str, v: &mut Violations) -> bool {
    if list.len() < MAX_APPENDED {
        return false;
    }
    let text = format!("would be one more than the {MAX_APPENDED} that are kept");
    v.add(field, Reason::FieldTooLong, text);
    true
}
