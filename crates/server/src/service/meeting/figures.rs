//! The figures of a speaker's region, as they are frozen with a speech: asked of
//! the machinery that answers `QueryStatistics`.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::bytes::ByteVec;
use outlay_proto::v1;
use prost::Message;

use crate::domain::date::Date;
use crate::domain::decimal::Decimal;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::meeting::Meeting;
use crate::domain::minutes::{Minutes, MinutesState};
use crate::domain::observation::Observation;
use crate::domain::period::Period;
use crate::domain::reference::region::RegionType;
use crate::domain::reference::{Indicator, Organisation, Region};
use crate::domain::statistics::{Absence, Amount};
use crate::domain::target::Target;
use crate::error::{Error, Reason, Result};
use crate::service::convert::timestamp;
use crate::service::standard::revision;
use crate::service::statistics::query;
use crate::store::call::Call;
use crate::store::change::Prepare;
use crate::store::reader::Reader;
use crate::store::record::Stored;

/// Most indicators of which official figures are frozen.
const MAX_INDICATORS: usize = 20;
/// Digits behind the point of a share.
const PLACES: u32 = 6;
/// What is asked for, in this order.
const MEASURES: [v1::Measure; 4] =
    [v1::Measure::Value, v1::Measure::Growth, v1::Measure::Rank, v1::Measure::PlanCompletion];

/// Reads the figures of some of a meeting's attendees.
pub(super) struct Frozen<'a> {
    /// Who speaks; none for everybody who has spoken, whose figures are read anew.
    pub(super) speaker: Option<Id>,
    pub(super) call: &'a Call,
    /// The day of an instant in the server's time zone.
    pub(super) zone: jiff::tz::TimeZone,
}

/// The figures by attendee, in the encoding of the protos.
pub(super) type ByAttendee = BTreeMap<Id, ByteVec>;

impl Prepare<Meeting> for Frozen<'_> {
    type Read = ByAttendee;

    async fn read(&self, reader: &Reader, old: Option<&Stored<Meeting>>) -> Result<ByAttendee> {
        let mut figures = ByAttendee::new();
        let Some(old) = old else { return Ok(figures) };
        let meeting = &old.record;
        let speakers: BTreeSet<Id> = match &self.speaker {
            Some(speaker) => BTreeSet::from([speaker.clone()]),
            None => {
                refuse_issued(reader, old).await?;
                meeting.speeches.iter().map(|speech| speech.speaker.clone()).collect()
            }
        };
        let day = |time: Instant| {
            let time = jiff::Timestamp::from_microsecond(time.micros()).ok()?;
            Date::from_civil(self.zone.to_datetime(time).date()).ok()
        };
        let period = meeting.figures_period(self.call.today, day);
        let mut known: BTreeMap<Option<Id>, ByteVec> = BTreeMap::new();
        for speaker in speakers {
            let Some(attendee) = meeting.attendee(&speaker) else { continue };
            let organisation = &attendee.organisation;
            if !known.contains_key(organisation) {
                let read = statistics(reader, organisation.as_ref(), period, self.call).await?;
                known.insert(organisation.clone(), ByteVec::from(read.encode_to_vec()));
            }
            figures.extend(known.get(organisation).map(|figures| (speaker, figures.clone())));
        }
        Ok(figures)
    }
}

/// What minutes that are issued show stays as it is.
async fn refuse_issued(reader: &Reader, meeting: &Stored<Meeting>) -> Result<()> {
    let minutes = reader.find::<Minutes>(&meeting.id).await?;
    if minutes.is_none_or(|minutes| minutes.record.state != MinutesState::Issued) {
        return Ok(());
    }
    let why =
        "minutes of it are issued, so the figures of its speeches stay as they are: open the \
               next version of the minutes first"
            .to_owned();
    Err(Error::Refused { name: meeting.name(), reason: Reason::MinutesIssued, why })
}

/// What is known of the region of an organisation.
async fn statistics(
    reader: &Reader,
    organisation: Option<&Id>,
    period: Period,
    call: &Call,
) -> Result<v1::SpeechStatistics> {
    use v1::SpeechStatisticsAbsence as Missing;

    let mut statistics = v1::SpeechStatistics {
        period: period.to_string(),
        store_revision: revision(reader),
        freeze_time: Some(timestamp(call.now)),
        ..Default::default()
    };
    let mut without = |absence: Missing, explanation: String| {
        statistics.absence = absence.into();
        statistics.explanation = explanation;
        Ok(statistics.clone())
    };
    let Some(organisation) = organisation else {
        return without(Missing::NoOrganisation, "the speaker speaks for no organisation".into());
    };
    let found = reader.find::<Organisation>(organisation).await?;
    let Some(region) = found.and_then(|organisation| organisation.record.region) else {
        let text = format!("organisations/{organisation} belongs to no region");
        return without(Missing::NoRegion, text);
    };
    let day = period.last().last_day();
    let tree = reader.boundaries(day).await?;
    if !tree.tree().contains(&region) {
        let text = format!("regions/{region} isn't valid on {day}");
        return without(Missing::RegionNotValid, text);
    }
    let above = tree.tree().ancestors(&region);
    let place = Place {
        parent: above.first().cloned(),
        province: province(reader, &region, &above).await?,
        region,
        period,
        today: call.today,
    };
    let all = place.all(reader).await;
    if let Err(Error::TooWide(text)) = &all {
        return without(Missing::QueryTooWide, text.clone());
    }
    statistics.region = kind::name(Kind::Region, &place.region);
    statistics.figures = all?;
    Ok(statistics)
}

/// The province that a region lies in; none for a province and what is above one.
async fn province(reader: &Reader, region: &Id, above: &[Id]) -> Result<Option<Id>> {
    let mut ids = vec![region.clone()];
    ids.extend(above.iter().cloned());
    let found = reader.find_many::<Region>(&ids).await?;
    let is_province = |found: &Stored<Region>| found.record.region_type == RegionType::Province;
    let province = found.into_iter().flatten().find(is_province).map(|province| province.id);
    Ok(province.filter(|province| province != region))
}

/// What figures are of.
struct Place {
    region: Id,
    /// The region within which it has its place.
    parent: Option<Id>,
    /// The province that it is a part of.
    province: Option<Id>,
    period: Period,
    today: Date,
}

impl Place {
    async fn all(&self, reader: &Reader) -> Result<Vec<v1::FrozenFigures>> {
        use v1::StatisticsSource::{Official, Reports};

        let tree = reader.tree(Kind::Indicator).await?;
        let ids: Vec<Id> = tree.places().map(|(id, _)| id.clone()).collect();
        let indicators: Vec<_> =
            reader.find_many::<Indicator>(&ids).await?.into_iter().flatten().collect();
        let mut figures = vec![self.figures(reader, Reports, None).await?];
        for indicator in self.targeted(reader, &indicators).await? {
            figures.push(self.figures(reader, Reports, Some(indicator)).await?);
        }
        let observed = self.observed(reader, &indicators).await?;
        for indicator in &observed {
            figures.push(self.figures(reader, Official, Some(indicator)).await?);
        }
        if observed.is_empty() {
            figures.push(nothing_official());
        }
        Ok(figures)
    }

    /// The indicators that are sums of reports, and for which the region has a
    /// target.
    async fn targeted<'a>(
        &self,
        reader: &Reader,
        indicators: &'a [Stored<Indicator>],
    ) -> Result<Vec<&'a Stored<Indicator>>> {
        let summed = |one: &&Stored<Indicator>| one.record.report_scope.is_some();
        let summed: Vec<_> = indicators.iter().filter(summed).collect();
        let year = self.period.year();
        let id = |one: &&Stored<Indicator>| Target::id(&self.region, &one.id, year).ok();
        let mut targeted = Vec::new();
        for (indicator, id) in summed.iter().map(|one| (*one, id(one))) {
            let Some(id) = id else { continue };
            let target = reader.find::<Target>(&id).await?;
            if target.is_some_and(|target| !target.is_deleted()) {
                targeted.push(indicator);
            }
        }
        targeted.truncate(MAX_INDICATORS);
        Ok(targeted)
    }

    /// The indicators that are published of the region and period.
    async fn observed<'a>(
        &self,
        reader: &Reader,
        indicators: &'a [Stored<Indicator>],
    ) -> Result<Vec<&'a Stored<Indicator>>> {
        let mut observed = Vec::new();
        for indicator in indicators {
            let Ok(id) = Observation::id(&self.region, &indicator.id, self.period) else {
                continue;
            };
            let found = reader.find::<Observation>(&id).await?;
            if found.is_some_and(|found| !found.is_deleted()) {
                observed.push(indicator);
            }
            if observed.len() == MAX_INDICATORS {
                break;
            }
        }
        Ok(observed)
    }

    async fn figures(
        &self,
        reader: &Reader,
        source: v1::StatisticsSource,
        indicator: Option<&Stored<Indicator>>,
    ) -> Result<v1::FrozenFigures> {
        let name = indicator.map(Stored::name).unwrap_or_default();
        let ask = |region: &Id, dimensions: Vec<i32>| v1::QueryStatisticsRequest {
            source: source.into(),
            period: self.period.to_string(),
            measures: MEASURES.iter().map(|measure| i32::from(*measure)).collect(),
            dimensions,
            region: kind::name(Kind::Region, region),
            indicator: name.clone(),
            ..Default::default()
        };
        let by_region = vec![v1::Dimension::Region.into()];
        let message = match &self.parent {
            Some(parent) => ask(parent, by_region),
            None => ask(&self.region, Vec::new()),
        };
        let answer = query::answer(reader, &message, self.today).await?;
        let row = match &self.parent {
            Some(_) => answer.rows.iter().find(|row| self.is_of(row)),
            None => answer.total.as_ref(),
        };
        let own = |measure| figure(row, measure);
        let whole = match &self.province {
            None => None,
            Some(province) if Some(province) == self.parent.as_ref() => {
                Some(figure(answer.total.as_ref(), v1::Measure::Value))
            }
            Some(province) => {
                let of = query::answer(reader, &ask(province, Vec::new()), self.today).await?;
                Some(figure(of.total.as_ref(), v1::Measure::Value))
            }
        };
        let valued =
            |row: &&v1::StatisticsRow| !figure(Some(*row), v1::Measure::Value).value.is_empty();
        let count = answer.rows.iter().filter(valued).count();
        Ok(v1::FrozenFigures {
            source: source.into(),
            basis: answer.basis,
            indicator_display_name: indicator
                .map(|one| one.record.display_name.clone())
                .unwrap_or_default(),
            indicator: name,
            province_share: Some(share(&own(v1::Measure::Value), whole.as_ref())),
            value: Some(own(v1::Measure::Value)),
            growth: Some(own(v1::Measure::Growth)),
            rank: Some(own(v1::Measure::Rank)),
            ranked_within: self
                .parent
                .as_ref()
                .map_or_else(String::new, |parent| kind::name(Kind::Region, parent)),
            ranked_count: i32::try_from(count).unwrap_or(i32::MAX),
            plan_completion: Some(own(v1::Measure::PlanCompletion)),
        })
    }

    fn is_of(&self, row: &v1::StatisticsRow) -> bool {
        let name = kind::name(Kind::Region, &self.region);
        row.keys.first().is_some_and(|key| key.value == name)
    }
}

/// A figure of a row; one that is absent where there is no row.
fn figure(row: Option<&v1::StatisticsRow>, measure: v1::Measure) -> v1::Figure {
    let mut figures = row.into_iter().flat_map(|row| &row.figures);
    let found = figures.find(|figure| figure.measure == i32::from(measure));
    found.cloned().unwrap_or_else(|| absent(measure, Absence::NoValue))
}

fn absent(measure: v1::Measure, absence: Absence) -> v1::Figure {
    let unit = match measure {
        v1::Measure::Value => v1::FigureUnit::Amount,
        v1::Measure::Rank => v1::FigureUnit::Rank,
        _ => v1::FigureUnit::Ratio,
    };
    v1::Figure {
        measure: measure.into(),
        unit: unit.into(),
        absence: absence.number(),
        ..Default::default()
    }
}

/// A value by that of the province.
fn share(own: &v1::Figure, whole: Option<&v1::Figure>) -> v1::Figure {
    let Some(whole) = whole else { return absent(v1::Measure::Share, Absence::NotOfSuchRows) };
    let amount = |figure: &v1::Figure| Decimal::parse(&figure.value).ok().map(Amount::of);
    let Some(part) = amount(own) else { return absent(v1::Measure::Share, Absence::NoValue) };
    let whole_amount = amount(whole).filter(|whole| whole.sign() > 0);
    let Some(ratio) = whole_amount.and_then(|whole| part.by(whole)) else {
        return absent(v1::Measure::Share, Absence::WholeMissing);
    };
    v1::Figure {
        measure: v1::Measure::Share.into(),
        value: ratio.rounded(PLACES),
        unit: v1::FigureUnit::Ratio.into(),
        numerator: own.value.clone(),
        denominator: whole.value.clone(),
        records: [own.records.clone(), whole.records.clone()].concat(),
        report_count: own.report_count,
        base_report_count: whole.report_count,
        ..Default::default()
    }
}

/// What is said where nothing was published of a region and period.
fn nothing_official() -> v1::FrozenFigures {
    let none = |measure| Some(absent(measure, Absence::NoValue));
    v1::FrozenFigures {
        source: v1::StatisticsSource::Official.into(),
        value: none(v1::Measure::Value),
        growth: none(v1::Measure::Growth),
        province_share: none(v1::Measure::Share),
        rank: none(v1::Measure::Rank),
        plan_completion: none(v1::Measure::PlanCompletion),
        ..Default::default()
    }
}
