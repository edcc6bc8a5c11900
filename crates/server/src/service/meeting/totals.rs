//! How long was spoken, by person or by organisation.

use std::collections::{BTreeMap, BTreeSet};

use outlay_proto::v1;
use tonic::Request;

use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::kind::Kind;
use crate::domain::meeting::Meeting;
use crate::engine::Direction;
use crate::error::{Error, Reason, Result, Violations};
use crate::service::admit;
use crate::service::convert::{Convert, name};
use crate::service::standard::{Standard, live, revision};
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::{Plan, Verdict};
use crate::store::reader::Reader;
use crate::store::record::Stored;

/// Most meetings that are looked at.
const MAX_MEETINGS: usize = 2_000;
/// Meetings that are read at once.
const PAGE: usize = 200;
const MICROS_PER_DAY: i64 = 86_400_000_000;
/// The order of a list of meetings: their beginning.
const ORDER_LEN: usize = 8;

pub(super) async fn query(
    standard: &Standard,
    request: Request<v1::QuerySpeakingTotalsRequest>,
) -> Result<v1::QuerySpeakingTotalsResponse> {
    let (_, message) = admit::reading(request)?;
    let asked = Asked::read(&message, standard.today()?)?;
    let reader = standard.reader(&message).await?;
    let mut totals = Totals {
        by_person: message.by() != v1::SpeakingTotalBy::Organisation,
        ..Totals::default()
    };
    match asked {
        Asked::Meeting(id) => totals.add(live(Some(&reader.get::<Meeting>(&id).await?))?),
        Asked::Span(span) => span.read(standard, &reader, &mut totals).await?,
    }
    Ok(totals.show(revision(&reader)))
}

/// Of which meetings it is asked.
enum Asked {
    Meeting(Id),
    Span(Span),
}

/// The meetings between two days, of which host or series it may be.
struct Span {
    from: Date,
    to: Date,
    host: Option<Id>,
    series: Option<Id>,
}

impl Asked {
    fn read(message: &v1::QuerySpeakingTotalsRequest, today: Date) -> Result<Self> {
        let mut v = Violations::new();
        let mut convert = Convert::new(&mut v, today);
        let meeting = convert.optional_id("meeting", Kind::Meeting, &message.meeting);
        let host = convert.optional_id("host", Kind::Organisation, &message.host);
        let series = convert.optional_id("series", Kind::MeetingSeries, &message.series);
        let from = convert.date("from_date", message.from_date.as_ref());
        let to = convert.date("to_date", message.to_date.as_ref());
        let alone = [
            ("host", host.is_some()),
            ("series", series.is_some()),
            ("from_date", message.from_date.is_some()),
            ("to_date", message.to_date.is_some()),
        ];
        if meeting.is_some() {
            for (field, _) in alone.into_iter().filter(|(_, given)| *given) {
                let text = "is given together with a meeting: give one of the two";
                v.add(field, Reason::FieldContradiction, text);
            }
        } else if message.from_date.is_none() && series.is_none() {
            let text = "is required where no meeting or series is given: from which day on?";
            v.add("from_date", Reason::FieldRequired, text);
        }
        let to = to.unwrap_or(today);
        if let Some(from) = from.filter(|from| *from > to) {
            v.add("to_date", Reason::DateOrder, format!("is {to}, before from_date {from}"));
        }
        crate::error::none_of(v)?;
        let from = from.unwrap_or(Date::MIN);
        Ok(match meeting {
            Some(meeting) => Self::Meeting(meeting),
            None => Self::Span(Span { from, to, host, series }),
        })
    }
}

impl Span {
    async fn read(&self, standard: &Standard, reader: &Reader, totals: &mut Totals) -> Result<()> {
        let of = |index, id: &Id| index::range(index, false, &Key::part().text(id.as_str()).done());
        let prefix = match (&self.series, &self.host) {
            (Some(series), _) => of(Index::MeetingSeriesStart, series),
            (None, Some(host)) => of(Index::MeetingHostStart, host),
            (None, None) => index::range(Index::MeetingStart, false, &[]),
        };
        let plan =
            Plan { ranges: vec![prefix], order_len: ORDER_LEN, direction: Direction::Forward };
        // A day begins up to a day earlier or later elsewhere.
        let begin = midnight(self.from).saturating_sub(MICROS_PER_DAY);
        let mut after = Some(Key::part().number(begin).done());
        let zone = standard.store.clock();
        let mut beyond = false;
        while let Some(place) = after.take().filter(|_| !beyond) {
            let judge = |stored: &Stored<Meeting>| {
                let start = stored.record.start_time.map_or(i64::MIN, |time| time.micros());
                let day = Date::from_civil(zone.day_of(start)).unwrap_or(Date::MIN);
                beyond |= day > self.to;
                let is_host = |host: &Id| *host == stored.record.host;
                if day < self.from || day > self.to || !self.host.as_ref().is_none_or(is_host) {
                    return Ok(Verdict::Skip);
                }
                totals.add(stored);
                if totals.meetings > MAX_MEETINGS {
                    return Err(Error::TooWide(format!(
                        "more than {MAX_MEETINGS} meetings begin from {} to {}: ask for a shorter \
                         time, or for one host or series",
                        self.from, self.to
                    )));
                }
                Ok(Verdict::Show(()))
            };
            after = reader.list(&plan, Some(&place), PAGE, judge).await?.next;
        }
        Ok(())
    }
}

/// Midnight of a day in UTC, in microseconds since 1970.
fn midnight(day: Date) -> i64 {
    let days = Date::new(1970, 1, 1).map_or(0, |first| day.days_since(first));
    i64::from(days).saturating_mul(MICROS_PER_DAY)
}

/// The totals so far.
#[derive(Default)]
struct Totals {
    by_person: bool,
    by: BTreeMap<(Option<Id>, String), Total>,
    meetings: usize,
}

#[derive(Default)]
struct Total {
    seconds: i64,
    speeches: i32,
    meetings: BTreeSet<Id>,
}

impl Totals {
    fn add(&mut self, stored: &Stored<Meeting>) {
        self.meetings += 1;
        for speech in &stored.record.speeches {
            let Some(attendee) = stored.record.attendee(&speech.speaker) else { continue };
            let person = if self.by_person { attendee.speaking() } else { "" };
            let key = (attendee.organisation.clone(), person.to_owned());
            let total = self.by.entry(key).or_default();
            total.seconds = total.seconds.saturating_add(speech.spoken_seconds());
            total.speeches += 1;
            total.meetings.insert(stored.id.clone());
        }
    }

    fn show(self, revision: i64) -> v1::QuerySpeakingTotalsResponse {
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let mut totals: Vec<v1::SpeakingTotal> = self
            .by
            .into_iter()
            .map(|((organisation, display_name), total)| v1::SpeakingTotal {
                organisation: name(Kind::Organisation, &organisation),
                display_name,
                spoken_seconds: total.seconds,
                speech_count: total.speeches,
                meeting_count: count(total.meetings.len()),
            })
            .collect();
        totals.sort_by_key(|total| std::cmp::Reverse(total.spoken_seconds));
        v1::QuerySpeakingTotalsResponse {
            spoken_seconds: totals.iter().map(|total| total.spoken_seconds).sum(),
            totals,
            meeting_count: count(self.meetings),
            revision,
        }
    }
}
