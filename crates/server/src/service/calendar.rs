//! Calendars: meetings and their series as iCalendar (RFC 5545), as invitations and feeds are
//! sent (RFC 5546).

mod event;
mod series;
mod sheet;

use std::collections::{BTreeMap, BTreeSet};

use calcard::common::IanaString;
use calcard::icalendar::ICalendarMethod;
use outlay_proto::v1;
use tonic::Request;

use super::admit;
use super::convert::Convert;
use super::standard::{Standard, live, revision};
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::meeting::{Meeting, MeetingState};
use crate::domain::reference::Organisation;
use crate::engine::Direction;
use crate::error::{Error, Reason, Result, Violations, none_of};
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::{MAX_EXAMINED, Plan, Verdict};
use crate::store::reader::Reader;
use crate::store::record::Stored;
use series::Series;
use sheet::Sheet;

/// Most events of a feed.
const MAX_EVENTS: usize = 2_000;
const MICROS_PER_DAY: i64 = 86_400_000_000;
/// Days before today with which a feed begins, where nothing else is said.
const DAYS_BEFORE: i64 = 31;
/// Most days of a feed, and how many it has where nothing else is said.
const MAX_DAYS: i64 = 366;

/// What a calendar holds.
struct Contents {
    method: ICalendarMethod,
    /// What the calendar is called; none for an invitation.
    title: Option<String>,
    meetings: Vec<Stored<Meeting>>,
    /// The series that the meetings are made of; none for those of all kinds.
    series: Option<Series>,
}

impl Contents {
    fn event_count(&self) -> usize {
        self.meetings.len() + usize::from(self.series.is_some())
    }
}

/// Exports a meeting, a series or a feed.
pub(super) async fn export(
    standard: &Standard,
    request: Request<v1::ExportCalendarRequest>,
) -> Result<v1::ExportCalendarResponse> {
    let (_, message) = admit::reading(request)?;
    let reader = standard.reader(&message).await?;
    let now = Instant::from_micros(standard.store.clock().now_micros())
        .map_err(|flaw| Error::internal(format!("the clock {}", flaw.description)))?;
    let span = span(&message, now, standard)?;
    let (kind, id) = kind::parse(&message.name).map_err(|flaw| flaw.into_error("name"))?;
    let contents = match kind {
        Kind::Organisation => feed(&reader, &id, span).await?,
        Kind::MeetingSeries => series::contents(&reader, &id, &message.language_code).await?,
        _ => invitation(reader.get(&id).await?)?,
    };
    let names = names(&reader, &contents).await?;
    let sheet = Sheet { now, language: &message.language_code, names: &names };
    let content = sheet.write(&contents)?;
    if content.len() > standard.reply_bytes {
        return Err(Error::TooWide(format!(
            "the calendar would have {} bytes, and at most {} can be answered: ask for a shorter time",
            content.len(),
            standard.reply_bytes
        )));
    }
    let method = contents.method.as_str();
    Ok(v1::ExportCalendarResponse {
        content: content.into_bytes(),
        media_type: format!("text/calendar; charset=utf-8; method={method}"),
        event_count: i32::try_from(contents.event_count()).unwrap_or(i32::MAX),
        revision: revision(&reader),
    })
}

/// From when until when the meetings of a feed begin.
fn span(
    message: &v1::ExportCalendarRequest,
    now: Instant,
    standard: &Standard,
) -> Result<(Instant, Instant)> {
    let mut v = Violations::new();
    if !message.name.starts_with(Kind::Organisation.collection()) {
        let given = [("start_time", message.start_time), ("end_time", message.end_time)];
        for (field, _) in given.iter().filter(|(_, time)| time.is_some()) {
            let text = "is only for the feed of an organisation: leave it out";
            v.add(field, Reason::FieldContradiction, text);
        }
    }
    let mut convert = Convert::new(&mut v, standard.today()?);
    let start = convert.instant("start_time", message.start_time.as_ref());
    let end = convert.instant("end_time", message.end_time.as_ref());
    none_of(v)?;
    let start = start.map_or_else(|| after(now, -DAYS_BEFORE), Ok)?;
    let latest = after(start, MAX_DAYS)?;
    let end = end.unwrap_or(latest);
    if end <= start {
        let text = format!("is {end}: it must be after start_time {start}");
        return Err(Error::field("end_time", Reason::DateOrder, text));
    }
    if end > latest {
        let text = format!("is {end}: a feed has at most {MAX_DAYS} days, to {latest}");
        return Err(Error::field("end_time", Reason::FieldOutOfRange, text));
    }
    Ok((start, end))
}

/// Days after an instant; the calendar's last one where there are no more.
fn after(instant: Instant, days: i64) -> Result<Instant> {
    let micros = instant.micros().saturating_add(days * MICROS_PER_DAY);
    let kept = micros.clamp(Instant::FIRST.micros(), Instant::LAST.micros());
    Instant::from_micros(kept).map_err(|flaw| flaw.into_error("end_time"))
}

/// One meeting, sent to those who are invited.
fn invitation(meeting: Stored<Meeting>) -> Result<Contents> {
    live(Some(&meeting))?;
    let record = &meeting.record;
    if !record.is_announced() {
        return Err(Error::Refused {
            name: meeting.name(),
            reason: Reason::MeetingNotAnnounced,
            why: format!("it is {} and was never announced: schedule it first", record.state),
        });
    }
    let method = match record.state {
        _ if record.attendees.is_empty() => ICalendarMethod::Publish,
        MeetingState::Cancelled => ICalendarMethod::Cancel,
        _ => ICalendarMethod::Request,
    };
    Ok(Contents { method, title: None, meetings: vec![meeting], series: None })
}

/// The meetings of an organisation that begin within a span, for everybody who
/// reads its feed.
async fn feed(reader: &Reader, id: &Id, (start, end): (Instant, Instant)) -> Result<Contents> {
    let organisation = reader.get::<Organisation>(id).await?;
    live(Some(&organisation))?;
    let by = Key::part().text(id.as_str()).done();
    let plan = Plan {
        ranges: vec![index::range(Index::MeetingOrganisationStart, false, &by)],
        order_len: 8,
        direction: Direction::Forward,
    };
    let mut after = Key::part().number(start.micros()).done();
    let mut meetings = Vec::new();
    let mut examined = 0;
    loop {
        let judge = |stored: &Stored<Meeting>| {
            examined += 1;
            if stored.record.start_time.is_none_or(|time| time >= end) || examined > MAX_EXAMINED {
                return Ok(Verdict::Full);
            }
            let shown = stored.record.is_announced();
            Ok(if shown { Verdict::Show(without_parts(stored)) } else { Verdict::Skip })
        };
        let page = reader.list(&plan, Some(&after), MAX_EVENTS + 1, judge).await?;
        meetings.extend(page.items);
        if meetings.len() > MAX_EVENTS || examined > MAX_EXAMINED {
            return Err(Error::TooWide(format!(
                "{} has more than {MAX_EVENTS} meetings from {start} to {end}: ask for a shorter time",
                organisation.name()
            )));
        }
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    let title = Some(organisation.record.display_name);
    Ok(Contents { method: ICalendarMethod::Publish, title, meetings, series: None })
}

/// A meeting without what a feed doesn't show: there may be many.
fn without_parts(stored: &Stored<Meeting>) -> Stored<Meeting> {
    let mut stored = stored.clone();
    stored.record.attendees.clear();
    stored.record.speeches.clear();
    stored
}

/// The names of the organisations that events speak of.
async fn names(reader: &Reader, contents: &Contents) -> Result<BTreeMap<Id, String>> {
    let of_meetings = contents.meetings.iter().flat_map(|meeting| meeting.record.organisations());
    let of_series = contents.series.iter().map(Series::host);
    let ids: BTreeSet<&Id> = of_meetings.chain(of_series).collect();
    let ids: Vec<Id> = ids.into_iter().cloned().collect();
    let found = reader.find_many::<Organisation>(&ids).await?;
    let named = ids.into_iter().zip(found);
    Ok(named.filter_map(|(id, found)| Some((id, found?.record.display_name))).collect())
}
