//! `ListSeriesOccurrences`: when the meetings of a series take place.

use outlay_proto::v1;
use tonic::Request;

use super::SeriesOfMeetings;
use crate::domain::instant::Instant;
use crate::domain::kind::Kind;
use crate::domain::meeting_series::MeetingSeries;
use crate::error::{Error, Result, Violations, none_of};
use crate::service::admit;
use crate::service::convert::{Convert, name, timestamp};
use crate::service::paging::{arguments, page_size};
use crate::service::standard::{Standard, id_of, revision};

pub(super) async fn list(
    standard: &Standard,
    request: Request<v1::ListSeriesOccurrencesRequest>,
) -> Result<v1::ListSeriesOccurrencesResponse> {
    let (caller, message) = admit::reading(request)?;
    let id = id_of::<SeriesOfMeetings>("name", &message.name)?;
    let mut v = Violations::new();
    let mut convert = Convert::new(&mut v, standard.today()?);
    let from = convert.instant("from_time", message.from_time.as_ref());
    let to = convert.instant("to_time", message.to_time.as_ref());
    none_of(v)?;
    let arguments = arguments(&caller, &message);
    let after = standard.place(&message, &arguments)?.map(read_place).transpose()?;
    let reader = standard.reader(&message).await?;
    let series = reader.get::<MeetingSeries>(&id).await?;
    let mut occurrences = series.record.occurrences()?;
    occurrences.retain(|one| {
        let is_before = from.is_some_and(|from| one.time < from);
        let is_after = to.is_some_and(|to| one.time >= to);
        !is_before && !is_after && after.is_none_or(|after| one.time > after)
    });
    let size = page_size(&message);
    let more = occurrences.len() > size;
    occurrences.truncate(size);
    let last = occurrences.last().filter(|_| more);
    let next = last.map(|last| last.time.micros().to_be_bytes().to_vec());
    let meetings = reader.meetings_of(&id, &occurrences).await?;
    let shown = occurrences.iter().zip(meetings).map(|(one, meeting)| v1::SeriesOccurrence {
        number: i32::try_from(one.number).unwrap_or(i32::MAX),
        occurrence_time: Some(timestamp(one.time)),
        meeting: name(Kind::Meeting, &meeting),
    });
    Ok(v1::ListSeriesOccurrencesResponse {
        occurrences: shown.collect(),
        next_page_token: standard.token(next, &arguments)?,
        revision: revision(&reader),
    })
}

/// The time after which a page begins.
fn read_place(place: Vec<u8>) -> Result<Instant> {
    let bytes = <[u8; 8]>::try_from(place).ok();
    let time = bytes.and_then(|bytes| Instant::from_micros(i64::from_be_bytes(bytes)).ok());
    time.ok_or_else(|| Error::internal("the place of a page of occurrences is a time"))
}
