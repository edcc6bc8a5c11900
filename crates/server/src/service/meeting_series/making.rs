//! Meetings that take over what their series and templates say.

use outlay_proto::v1;
use outlay_proto::validate::Validate;
use tonic::Request;

use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::meeting::Meeting;
use crate::domain::meeting_series::MeetingSeries;
use crate::domain::meeting_series::making::Making;
use crate::domain::meeting_template::MeetingTemplate;
use crate::error::{Error, Result, Violations};
use crate::service::admit;
use crate::service::convert::Convert;
use crate::service::meeting::Meetings;
use crate::service::noun::Noun;
use crate::service::standard::{Standard, target};
use crate::store::Edit;
use crate::store::meeting_series::Wanted;
use crate::store::reader::Reader;
use crate::store::record::{Record, Stored};

/// Most meetings that one call makes.
const MAX_MADE: usize = 100;

/// Makes the next meetings of a series.
pub(super) async fn make(
    standard: &Standard,
    request: Request<v1::CreateSeriesMeetingsRequest>,
) -> Result<v1::CreateSeriesMeetingsResponse> {
    let (call, mut found, message) = admit::changing(&standard.store, request)?;
    let Ok(id) = kind::parse_as(Kind::MeetingSeries, &message.name) else {
        return Err(Error::Fields(found));
    };
    let mut convert = Convert::new(&mut found, call.today);
    let from = convert.instant("from_time", message.from_time.as_ref());
    let until = convert.instant("until_time", message.until_time.as_ref());
    crate::error::none_of(found.clone())?;
    let count = match usize::try_from(message.count) {
        Ok(0) | Err(_) if until.is_some() => MAX_MADE,
        Ok(0) | Err(_) => 1,
        Ok(count) => count,
    };
    let wanted = Wanted { count, from: from.unwrap_or(call.now), until };
    let target = target(id, &message.etag, &found);
    let check = |meeting: Meeting, v: &mut Violations| {
        let draft = Stored::draft(meeting, call.now);
        v.within("meeting", |v| {
            Meetings::show(&draft, call.today).validate(v);
            draft.record.check(v);
        });
        match standard.fitting::<Meetings>(Edit::Put(draft.record), &call)? {
            Edit::Put(meeting) => Ok(meeting),
            Edit::SetDeleted(_) => Err(Error::internal("what was put is put")),
        }
    };
    let made = standard.store.make_meetings(&call, &target, wanted, check).await?;
    Ok(v1::CreateSeriesMeetingsResponse {
        created_count: i32::try_from(made.count).unwrap_or(i32::MAX),
        revision: i64::try_from(made.revision).unwrap_or(i64::MAX),
    })
}

/// What a new meeting is to be: what its creator says, over what its series and its
/// template say. Those that aren't there are told of as references.
pub(in crate::service) async fn prepare(
    reader: &Reader,
    wire: &v1::Meeting,
    v: &mut Violations,
) -> Result<v1::Meeting> {
    let series = find::<MeetingSeries>(reader, &wire.series).await?;
    let of_series = series.as_ref().and_then(|series| series.record.template.as_ref());
    let named = if wire.template.is_empty() {
        of_series.map(|id| kind::name(Kind::MeetingTemplate, id)).unwrap_or_default()
    } else {
        wire.template.clone()
    };
    let template = find::<MeetingTemplate>(reader, &named).await?;
    if series.is_none() && template.is_none() {
        return Ok(wire.clone());
    }
    let start = wire
        .start_time
        .as_ref()
        .and_then(|time| Instant::from_parts(time.seconds, time.nanos).ok());
    let making = Making {
        series: series.as_ref().map(|one| (&one.id, &one.record)),
        template: template.as_ref().map(|one| (&one.id, &one.record)),
        occurrence: None,
        start_time: start,
        time_zone: &wire.time_zone,
    };
    let draft = Stored::draft(making.meeting(), Instant::FIRST);
    let mut taken = Meetings::show(&draft, Date::MIN);
    if series.is_none() {
        taken.host.clear();
        taken.region.clear();
    }
    // What the creator gives stands as it was given, also where that leads nowhere.
    taken.start_time = None;
    taken.series.clone_from(&wire.series);
    if !wire.template.is_empty() {
        taken.template.clone_from(&wire.template);
    }
    Meetings::overlay(&taken, wire, v)
}

/// A record that is named and isn't deleted.
async fn find<R: Record>(reader: &Reader, name: &str) -> Result<Option<Stored<R>>> {
    let Ok(id) = kind::parse_as(R::KIND, name) else { return Ok(None) };
    Ok(reader.find::<R>(&id).await?.filter(|stored| !stored.is_deleted()))
}
