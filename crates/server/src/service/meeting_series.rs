//! `MeetingSeriesService`.

pub(super) mod making;
mod occurrences;

use outlay_proto::v1;
use outlay_proto::v1::meeting_series_service_server::MeetingSeriesService;
use prost_types::Timestamp;
use tonic::Request;

use super::convert::{Convert, Head, name, timestamp};
use super::history;
use super::meeting::agenda::read_item;
use super::meeting::parts;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, live, reply};
use crate::domain::date::Date;
use crate::domain::id::Id;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::meeting::MeetingKind;
use crate::domain::meeting_series::MeetingSeries;
use crate::error::{Error, Result, Violations};
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The noun; its singular and plural are the same.
pub(super) struct SeriesOfMeetings;

impl Noun for SeriesOfMeetings {
    type Wire = v1::MeetingSeries;
    type Record = MeetingSeries;
    const MESSAGE: &'static str = "MeetingSeries";
    const ORDERS: &'static [&'static str] = &["create_time"];
    const NEWEST_FIRST: bool = true;

    fn show(stored: &Stored<MeetingSeries>, _day: Date) -> v1::MeetingSeries {
        let head = Head::of(stored);
        let series = &stored.record;
        v1::MeetingSeries {
            name: head.name,
            uid: head.uid,
            create_time: head.create_time,
            update_time: head.update_time,
            delete_time: head.delete_time,
            purge_time: head.purge_time,
            etag: head.etag,
            revision: head.revision,
            title: series.title.clone(),
            localized_titles: series.localized_titles.clone(),
            kind: series.kind.number(),
            host: name(Kind::Organisation, &series.host),
            region: name(Kind::Region, &series.region),
            place: series.place.clone(),
            time_zone: series.time_zone.clone(),
            template: name(Kind::MeetingTemplate, &series.template),
            first_time: Some(timestamp(series.first_time)),
            length_minutes: series.length_minutes,
            recurrence: series.recurrence.clone(),
            excluded_times: series.excluded_times.iter().copied().map(timestamp).collect(),
            extra_times: series.extra_times.iter().copied().map(timestamp).collect(),
            backlog: series.backlog.iter().map(parts::show_item).collect(),
            summary: series.summary.clone(),
        }
    }

    fn read(
        wire: &v1::MeetingSeries,
        old: Option<&MeetingSeries>,
        convert: &mut Convert<'_>,
    ) -> MeetingSeries {
        let kind = MeetingKind::from_number(wire.kind);
        let first_time = convert.instant("first_time", wire.first_time.as_ref());
        MeetingSeries {
            title: wire.title.clone(),
            localized_titles: wire.localized_titles.clone(),
            kind: convert.required("kind", kind, MeetingKind::Other),
            host: convert.id("host", Kind::Organisation, &wire.host),
            region: convert.id("region", Kind::Region, &wire.region),
            place: wire.place.clone(),
            time_zone: wire.time_zone.clone(),
            template: convert.optional_id("template", Kind::MeetingTemplate, &wire.template),
            first_time: convert.required("first_time", first_time, Instant::FIRST),
            length_minutes: wire.length_minutes,
            recurrence: wire.recurrence.clone(),
            excluded_times: read_times("excluded_times", &wire.excluded_times, convert),
            extra_times: read_times("extra_times", &wire.extra_times, convert),
            backlog: old.map(|old| old.backlog.clone()).unwrap_or_default(),
            summary: wire.summary.clone(),
        }
    }

    fn check(record: &MeetingSeries, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn plan(query: &Query<'_>) -> Plan {
        let hosts = || {
            let names = query.filter.one_of("host")?;
            let ids = names.iter().filter_map(|name| kind::parse_as(Kind::Organisation, name).ok());
            Some(ids.collect::<Vec<Id>>())
        };
        let by = |ids: &[Id]| ids.iter().map(|id| Key::part().text(id.as_str())).collect();
        let (index, by): (Index, Vec<Key>) = if let Some(regions) = &query.regions {
            (Index::MeetingSeriesRegionCreated, by(regions))
        } else if let Some(hosts) = hosts() {
            (Index::MeetingSeriesHostCreated, by(&hosts))
        } else {
            (Index::MeetingSeriesCreated, vec![Key::part()])
        };
        let mut ranges = Vec::with_capacity(by.len());
        for by in by.into_iter().map(Key::done) {
            let flags = query.deleted_flags().iter();
            ranges.extend(flags.map(|deleted| index::range(index, *deleted, &by)));
        }
        Plan { ranges, order_len: 8, direction: query.direction }
    }
}

fn read_times(field: &str, times: &[Timestamp], convert: &mut Convert<'_>) -> Vec<Instant> {
    let times = times.iter().enumerate();
    times.filter_map(|(at, time)| convert.instant(&format!("{field}[{at}]"), Some(time))).collect()
}

#[tonic::async_trait]
impl MeetingSeriesService for Standard {
    async fn create_meeting_series(
        &self,
        request: Request<v1::CreateMeetingSeriesRequest>,
    ) -> Reply<v1::MeetingSeries> {
        self.create(request).await
    }

    async fn get_meeting_series(
        &self,
        request: Request<v1::GetMeetingSeriesRequest>,
    ) -> Reply<v1::MeetingSeries> {
        self.get(request).await
    }

    async fn list_meeting_series(
        &self,
        request: Request<v1::ListMeetingSeriesRequest>,
    ) -> Reply<v1::ListMeetingSeriesResponse> {
        self.list(request).await
    }

    async fn update_meeting_series(
        &self,
        request: Request<v1::UpdateMeetingSeriesRequest>,
    ) -> Reply<v1::MeetingSeries> {
        self.update(request).await
    }

    async fn delete_meeting_series(
        &self,
        request: Request<v1::DeleteMeetingSeriesRequest>,
    ) -> Reply<v1::MeetingSeries> {
        self.delete(request).await
    }

    async fn undelete_meeting_series(
        &self,
        request: Request<v1::UndeleteMeetingSeriesRequest>,
    ) -> Reply<v1::MeetingSeries> {
        self.undelete(request).await
    }

    async fn list_meeting_series_history(
        &self,
        request: Request<v1::ListMeetingSeriesHistoryRequest>,
    ) -> Reply<v1::ListMeetingSeriesHistoryResponse> {
        reply(list_history(self, request).await)
    }

    async fn list_series_occurrences(
        &self,
        request: Request<v1::ListSeriesOccurrencesRequest>,
    ) -> Reply<v1::ListSeriesOccurrencesResponse> {
        reply(occurrences::list(self, request).await)
    }

    async fn create_series_meetings(
        &self,
        request: Request<v1::CreateSeriesMeetingsRequest>,
    ) -> Reply<v1::CreateSeriesMeetingsResponse> {
        reply(making::make(self, request).await)
    }

    async fn add_backlog_item(
        &self,
        request: Request<v1::AddBacklogItemRequest>,
    ) -> Reply<v1::MeetingSeries> {
        self.act(request, |message, old, call, v| {
            let item = read_item(message.item.as_ref(), call, v);
            edit(old, v, |series| {
                let missing = || Error::internal("an item that is required is given");
                series.add_backlog_item(item.ok_or_else(missing)?)
            })
        })
        .await
    }

    async fn remove_backlog_item(
        &self,
        request: Request<v1::RemoveBacklogItemRequest>,
    ) -> Reply<v1::MeetingSeries> {
        self.act(request, |message, old, call, v| {
            let id = Convert::new(v, call.today).plain_id("item_id", &message.item_id);
            let id = id.unwrap_or_else(Id::unread);
            edit(old, v, |series| series.remove_backlog_item(&id))
        })
        .await
    }
}

/// Changes a series that isn't deleted, where the request's fields are right.
fn edit(
    old: &Stored<MeetingSeries>,
    v: &Violations,
    act: impl FnOnce(&mut MeetingSeries) -> Result<()>,
) -> Result<Edit<MeetingSeries>> {
    let mut series = live(Some(old))?.record.clone();
    if v.is_empty() {
        act(&mut series)?;
    }
    Ok(Edit::Put(series))
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListMeetingSeriesHistoryRequest>,
) -> Result<v1::ListMeetingSeriesHistoryResponse> {
    let page = history::page::<SeriesOfMeetings, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::MeetingSeriesVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListMeetingSeriesHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
