//! `MeetingService`.

pub(super) mod agenda;
mod attendance;
mod convert;
mod figures;
pub(super) mod parts;
mod speech;
mod totals;

use outlay_proto::v1;
use outlay_proto::v1::meeting_service_server::MeetingService;
use prost_types::Timestamp;
use tonic::Request;

use super::calendar;
use super::convert::Convert;
use super::noun::{Noun, Query};
use super::standard::{Reply, Standard, live, reply, target};
use super::{admit, history};
use crate::domain::date::Date;
use crate::domain::instant::Instant;
use crate::domain::kind::{self, Kind};
use crate::domain::meeting::Meeting;
use crate::error::{Error, Result, Violations};
use crate::store::call::Call;
use crate::store::index::{self, Index};
use crate::store::key::Key;
use crate::store::list::Plan;
use crate::store::reader::Reader;
use crate::store::record::Stored;
use crate::store::{Edit, Known};

/// The noun.
pub(super) struct Meetings;

impl Noun for Meetings {
    type Wire = v1::Meeting;
    type Record = Meeting;
    const MESSAGE: &'static str = "Meeting";
    const ORDERS: &'static [&'static str] = &["start_time", "create_time"];
    const NEWEST_FIRST: bool = true;

    fn show(stored: &Stored<Meeting>, _day: Date) -> v1::Meeting {
        convert::show(stored)
    }

    fn read(wire: &v1::Meeting, old: Option<&Meeting>, convert: &mut Convert<'_>) -> Meeting {
        convert::read(wire, old, convert)
    }

    const PREPARED: bool = true;

    fn prepare(
        reader: &Reader,
        wire: &v1::Meeting,
        v: &mut Violations,
    ) -> impl Future<Output = Result<v1::Meeting>> + Send {
        super::meeting_series::making::prepare(reader, wire, v)
    }

    fn check(record: &Meeting, _known: &Known, _today: Date, v: &mut Violations) {
        record.check(v);
    }

    fn plan(query: &Query<'_>) -> Plan {
        let named = |field, kind| {
            let names = query.filter.one_of(field)?;
            let ids = names.iter().filter_map(|name| kind::parse_as(kind, name).ok());
            Some(ids.map(|id| Key::part().text(id.as_str())).collect::<Vec<_>>())
        };
        let (index, by) = if query.order == "create_time" {
            (Index::MeetingCreated, vec![Key::part()])
        } else if let Some(by) = named("projects", Kind::Project) {
            (Index::MeetingProjectStart, by)
        } else if let Some(by) = named("series", Kind::MeetingSeries) {
            (Index::MeetingSeriesStart, by)
        } else if let Some(by) = named("host", Kind::Organisation) {
            (Index::MeetingHostStart, by)
        } else if let Some(regions) = &query.regions {
            let by = regions.iter().map(|region| Key::part().text(region.as_str()));
            (Index::MeetingRegionStart, by.collect())
        } else {
            (Index::MeetingStart, vec![Key::part()])
        };
        let mut ranges = Vec::with_capacity(by.len());
        for by in by.into_iter().map(Key::done) {
            let flags = query.deleted_flags().iter();
            ranges.extend(flags.map(|deleted| index::range(index, *deleted, &by)));
        }
        Plan { ranges, order_len: 8, direction: query.direction }
    }
}

#[tonic::async_trait]
impl MeetingService for Standard {
    async fn create_meeting(
        &self,
        request: Request<v1::CreateMeetingRequest>,
    ) -> Reply<v1::Meeting> {
        self.create(request).await
    }

    async fn get_meeting(&self, request: Request<v1::GetMeetingRequest>) -> Reply<v1::Meeting> {
        self.get(request).await
    }

    async fn list_meetings(
        &self,
        request: Request<v1::ListMeetingsRequest>,
    ) -> Reply<v1::ListMeetingsResponse> {
        self.list(request).await
    }

    async fn search_meetings(
        &self,
        request: Request<v1::SearchMeetingsRequest>,
    ) -> Reply<v1::SearchMeetingsResponse> {
        self.search(request).await
    }

    async fn update_meeting(
        &self,
        request: Request<v1::UpdateMeetingRequest>,
    ) -> Reply<v1::Meeting> {
        self.update(request).await
    }

    async fn delete_meeting(
        &self,
        request: Request<v1::DeleteMeetingRequest>,
    ) -> Reply<v1::Meeting> {
        self.delete(request).await
    }

    async fn undelete_meeting(
        &self,
        request: Request<v1::UndeleteMeetingRequest>,
    ) -> Reply<v1::Meeting> {
        self.undelete(request).await
    }

    async fn schedule_meeting(
        &self,
        request: Request<v1::ScheduleMeetingRequest>,
    ) -> Reply<v1::Meeting> {
        self.act(request, |_, old, _, v| edit(old, v, Meeting::schedule)).await
    }

    async fn start_meeting(&self, request: Request<v1::StartMeetingRequest>) -> Reply<v1::Meeting> {
        reply(self.open_meeting(request).await)
    }

    async fn close_meeting(&self, request: Request<v1::CloseMeetingRequest>) -> Reply<v1::Meeting> {
        self.act(request, |message, old, call, v| {
            let time = time_or_now("close_time", message.close_time.as_ref(), call, v);
            edit(old, v, |meeting, name| meeting.close(name, time, call.now))
        })
        .await
    }

    async fn cancel_meeting(
        &self,
        request: Request<v1::CancelMeetingRequest>,
    ) -> Reply<v1::Meeting> {
        self.act(request, |message, old, _, v| {
            edit(old, v, |meeting, name| meeting.cancel(name, message.reason.clone()))
        })
        .await
    }

    async fn invite_attendees(
        &self,
        request: Request<v1::InviteAttendeesRequest>,
    ) -> Reply<v1::Meeting> {
        attendance::invite(self, request).await
    }

    async fn answer_invitation(
        &self,
        request: Request<v1::AnswerInvitationRequest>,
    ) -> Reply<v1::Meeting> {
        attendance::answer(self, request).await
    }

    async fn record_attendance(
        &self,
        request: Request<v1::RecordAttendanceRequest>,
    ) -> Reply<v1::Meeting> {
        attendance::record(self, request).await
    }

    async fn open_check_in(&self, request: Request<v1::OpenCheckInRequest>) -> Reply<v1::Meeting> {
        attendance::open_check_in(self, request).await
    }

    async fn close_check_in(
        &self,
        request: Request<v1::CloseCheckInRequest>,
    ) -> Reply<v1::Meeting> {
        attendance::close_check_in(self, request).await
    }

    async fn check_in(&self, request: Request<v1::CheckInRequest>) -> Reply<v1::Meeting> {
        attendance::check_in(self, request).await
    }

    async fn start_speech(&self, request: Request<v1::StartSpeechRequest>) -> Reply<v1::Meeting> {
        speech::start(self, request).await
    }

    async fn pause_speech(&self, request: Request<v1::PauseSpeechRequest>) -> Reply<v1::Meeting> {
        speech::pause(self, request).await
    }

    async fn resume_speech(&self, request: Request<v1::ResumeSpeechRequest>) -> Reply<v1::Meeting> {
        speech::resume(self, request).await
    }

    async fn end_speech(&self, request: Request<v1::EndSpeechRequest>) -> Reply<v1::Meeting> {
        speech::end(self, request).await
    }

    async fn record_speech(&self, request: Request<v1::RecordSpeechRequest>) -> Reply<v1::Meeting> {
        speech::record(self, request).await
    }

    async fn update_speech(&self, request: Request<v1::UpdateSpeechRequest>) -> Reply<v1::Meeting> {
        speech::update(self, request).await
    }

    async fn refresh_speech_figures(
        &self,
        request: Request<v1::RefreshSpeechFiguresRequest>,
    ) -> Reply<v1::Meeting> {
        speech::refresh(self, request).await
    }

    async fn query_speaking_totals(
        &self,
        request: Request<v1::QuerySpeakingTotalsRequest>,
    ) -> Reply<v1::QuerySpeakingTotalsResponse> {
        reply(totals::query(self, request).await)
    }

    async fn reorder_agenda(
        &self,
        request: Request<v1::ReorderAgendaRequest>,
    ) -> Reply<v1::Meeting> {
        self.act(request, agenda::reorder).await
    }

    async fn move_agenda_item(
        &self,
        request: Request<v1::MoveAgendaItemRequest>,
    ) -> Reply<v1::Meeting> {
        self.act(request, agenda::shift).await
    }

    async fn add_agenda_item(
        &self,
        request: Request<v1::AddAgendaItemRequest>,
    ) -> Reply<v1::Meeting> {
        self.act(request, agenda::add).await
    }

    async fn update_agenda_item(
        &self,
        request: Request<v1::UpdateAgendaItemRequest>,
    ) -> Reply<v1::Meeting> {
        self.act(request, agenda::update).await
    }

    async fn remove_agenda_item(
        &self,
        request: Request<v1::RemoveAgendaItemRequest>,
    ) -> Reply<v1::Meeting> {
        self.act(request, agenda::remove).await
    }

    async fn record_agenda_outcome(
        &self,
        request: Request<v1::RecordAgendaOutcomeRequest>,
    ) -> Reply<v1::Meeting> {
        self.act(request, agenda::record_outcome).await
    }

    async fn export_calendar(
        &self,
        request: Request<v1::ExportCalendarRequest>,
    ) -> Reply<v1::ExportCalendarResponse> {
        reply(calendar::export(self, request).await)
    }

    async fn list_meeting_history(
        &self,
        request: Request<v1::ListMeetingHistoryRequest>,
    ) -> Reply<v1::ListMeetingHistoryResponse> {
        reply(list_history(self, request).await)
    }
}

impl Standard {
    /// Opens a meeting, with what it takes over from earlier ones.
    async fn open_meeting(&self, request: Request<v1::StartMeetingRequest>) -> Result<v1::Meeting> {
        let (call, found, message) = admit::changing(&self.store, request)?;
        let Ok(id) = kind::parse_as(Kind::Meeting, &message.name) else {
            return Err(Error::Fields(found));
        };
        let target = target(id, &message.etag, &found);
        let edit = |old: &Stored<Meeting>, v: &mut Violations| {
            *v = found.clone();
            let time = time_or_now("open_time", message.open_time.as_ref(), &call, v);
            changed(old, v, |meeting, name, _| meeting.start(name, time, call.now))
        };
        let fitting = |meeting| match self.fitting::<Meetings>(Edit::Put(meeting), &call)? {
            Edit::Put(meeting) => Ok(meeting),
            Edit::SetDeleted(_) => Err(Error::internal("what was put is put")),
        };
        let stored = self.store.open_meeting(&call, &target, edit, fitting).await?;
        Ok(convert::show(&stored))
    }
}

pub(super) fn time_or_now(
    field: &str,
    time: Option<&Timestamp>,
    call: &Call,
    v: &mut Violations,
) -> Instant {
    Convert::new(v, call.today).instant(field, time).unwrap_or(call.now)
}

/// Changes a meeting that isn't deleted, where the request's fields are right.
fn edit(
    old: &Stored<Meeting>,
    v: &mut Violations,
    act: impl FnOnce(&mut Meeting, &str) -> Result<()>,
) -> Result<Edit<Meeting>> {
    edited(old, v, |meeting, name, _| act(meeting, name))
}

/// The same of a change that adds what it finds wrong to the violations.
fn edited(
    old: &Stored<Meeting>,
    v: &mut Violations,
    act: impl FnOnce(&mut Meeting, &str, &mut Violations) -> Result<()>,
) -> Result<Edit<Meeting>> {
    changed(old, v, act).map(Edit::Put)
}

/// What such a change makes of a meeting.
fn changed(
    old: &Stored<Meeting>,
    v: &mut Violations,
    act: impl FnOnce(&mut Meeting, &str, &mut Violations) -> Result<()>,
) -> Result<Meeting> {
    let mut meeting = live(Some(old))?.record.clone();
    if v.is_empty() {
        act(&mut meeting, &old.name(), v)?;
    }
    Ok(meeting)
}

async fn list_history(
    standard: &Standard,
    request: Request<v1::ListMeetingHistoryRequest>,
) -> Result<v1::ListMeetingHistoryResponse> {
    let page = history::page::<Meetings, _>(standard, request).await?;
    let versions = page.versions.into_iter().map(|version| v1::MeetingVersion {
        change: Some(version.change),
        before: version.before,
        after: Some(version.after),
    });
    Ok(v1::ListMeetingHistoryResponse {
        versions: versions.collect(),
        next_page_token: page.next_page_token,
        revision: page.revision,
    })
}
